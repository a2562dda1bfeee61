"""python-tuf's client, with the files and the time given to it.

Owns what is bent of the library: it fetches from memory, and it is told the time. Refuses to know what follows from what it
finds and refuses. A module of its own because the library's client cannot be imported without its HTTP library: only who
verifies metadata loads this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
from tuf.ngclient.config import UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface
from tuf.ngclient.updater import Updater

_BASE: Final = "folder://drop/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much the client reads.

    Attributes:
        roots: new root metadata in one run.
        root, timestamp, snapshot, targets: longest metadata, in bytes; ``targets`` is also that of the role ``drop``.
    """

    roots: int
    root: int
    timestamp: int
    snapshot: int
    targets: int


class Files(FetcherInterface):
    """Fetches from memory, and remembers what was asked for last."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.last = ""

    def _fetch(self, url: str) -> Iterator[bytes]:
        self.last = url.removeprefix(_BASE)
        if self.last not in self.files:
            raise DownloadHTTPError(self.last, 404)
        return iter((self.files[self.last],))


class Client(Updater):
    """The recipe of the specification, over files that were all read before.

    Args:
        folder: holds the metadata accepted before.
        files: the new ones.
        root: the newest trusted root metadata.
        limits: how much is read.
        reference_time: what expiry is judged against.
    """

    def __init__(self, folder: Path, files: Files, root: bytes, *, limits: Limits, reference_time: datetime) -> None:
        config = UpdaterConfig(
            max_root_rotations=limits.roots,
            root_max_length=limits.root,
            timestamp_max_length=limits.timestamp,
            snapshot_max_length=limits.snapshot,
            targets_max_length=limits.targets,
        )
        super().__init__(str(folder), _BASE, fetcher=files, config=config, bootstrap=root)
        # The library asks the clock when it is made and offers no argument for it.
        self._trusted_set.reference_time = reference_time

    def run(self) -> None:
        """Follow the recipe to its end: the metadata of the role ``drop``."""
        self.refresh()
        # Looking for any name loads the metadata of every role that could list it; only ``drop`` has paths.
        self.get_targetinfo("any-name")

    @property
    def found(self) -> TrustedMetadataSet:
        """What has been verified so far, by role."""
        return self._trusted_set
