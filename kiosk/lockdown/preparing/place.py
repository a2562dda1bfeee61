"""One file or link of the system: put in place, and given back as it was, byte for byte.

Owns looking at one name, replacing it whole, and removing the folders that were made for it. Refuses to know what stands in it.
Every name lies below a root folder; where a link on the way leads out of it, nothing is touched.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.durable_file import TEMPORARY_SUFFIX, replacing, sync_folder
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.preparing.wishes import Wanted, WantedFile
from kiosk.lockdown.snapshots import SNAPSHOT_MAX_BYTES
from signing.canonical import JsonValue, decode, encode
from signing.errors import Refused
from signing.fields import Fields, to_base64

PREFIX: Final = "prepare/place/"
FILE_MAX_BYTES: Final = 40 * 1024
"""Of a file that is replaced: its snapshot has to hold it, with a third more for its form."""
_FOLDER_MODE: Final = 0o755
_PRIVATE: Final = 0o600
_FOLDERS_MAX: Final = 20
_LAST_ID: Final = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What is under a name. ``data`` of a link is where it leads to; None: nothing is there."""

    data: bytes | None = None
    is_link: bool = False
    mode: int = 0
    owner: tuple[int, int] = (0, 0)
    changed_ns: int = 0


class PlaceOperation:
    """Puts one file or link in place.

    Args:
        root: ``/``, or the root of another system.
        path: below the root.
        wanted: what is to be there; None where only something is to be taken back.
    """

    def __init__(self, root: Path, path: str, wanted: Wanted | None) -> None:
        self._path = root / path
        self._root = root
        self._wanted = wanted
        self.name = f"{PREFIX}{path}"
        self.concern = Concern.PROGRAM_FILES if wanted is None else wanted.concern

    def probe(self) -> Probe:
        """A file can be put in place wherever root prepares."""
        return Probe(capability=Capability.ENFORCED)

    @property
    def wanted(self) -> Wanted | None:
        """What is to be there."""
        return self._wanted

    def current(self) -> str | None:
        """Return the text that is there; None where there is no file. What is no UTF-8 is replaced."""
        found = self._found()
        return None if found.data is None or found.is_link else found.data.decode("utf-8", "replace")

    def snapshot(self) -> bytes:
        """Return what is there, and which folders on the way are not."""
        found = self._found()
        missing = [str(folder.relative_to(self._root)) for folder in self._missing_folders()]
        body: dict[str, JsonValue] = {"folders": list(missing)}
        if found.data is not None:
            body |= {
                "data": to_base64(found.data),
                "group": found.owner[1],
                "link": found.is_link,
                "mode": found.mode,
                "owner": found.owner[0],
                "seconds": found.changed_ns // 1_000_000_000,
                "nanoseconds": found.changed_ns % 1_000_000_000,
            }
        return encode(body)

    def apply(self) -> None:
        """Put it in place, whole."""
        if self._wanted is None or not self.verify():
            return
        try:
            for folder in self._missing_folders():
                folder.mkdir()
                folder.chmod(_FOLDER_MODE)  # whatever the mask of whoever prepares is
                sync_folder(folder.parent)
            self._put(self._wanted_here(self._wanted))
        except OSError as error:
            raise OperationFailed(self.name, _words(error)) from error

    def verify(self) -> str:
        """Compare content, mode and owner."""
        if self._wanted is None:
            return ""
        try:
            found = self._found()
        except OperationFailed as failure:
            return failure.reason
        if found.data is None:
            return f"{self._path} is not there."
        wanted = self._wanted_here(self._wanted)
        here = (found.data, found.is_link, found.mode, found.owner)
        return (
            ""
            if here == (wanted.data, wanted.is_link, wanted.mode, wanted.owner)
            else f"{self._path} is something else."
        )

    def revert(self, snapshot: bytes) -> None:
        """Put back what was there, and remove the folders that were made and are empty."""
        before, folders = self._read(snapshot)
        self._refuse_outside()
        try:
            if self._path.parent.is_dir():
                for left in self._path.parent.glob(f".{self._path.name}.*{TEMPORARY_SUFFIX}"):
                    left.unlink()
                if before.data is None:
                    self._path.unlink(missing_ok=True)
                    sync_folder(self._path.parent)
                elif self._found() != before:
                    self._put(before)
            for folder in reversed(folders):
                with contextlib.suppress(FileNotFoundError):
                    if not any(folder.iterdir()):
                        folder.rmdir()
                        sync_folder(folder.parent)
        except OSError as error:
            raise OperationFailed(self.name, _words(error)) from error

    def _put(self, what: _Found) -> None:
        if what.is_link:
            self._put_link(what)
            return
        with replacing(self._path, mode=_PRIVATE) as (file, temporary):
            file.write(what.data or b"")
            file.flush()
            os.fchown(file.fileno(), *what.owner)
            os.fchmod(file.fileno(), what.mode)
            if what.changed_ns:
                os.utime(temporary, ns=(what.changed_ns, what.changed_ns))

    def _put_link(self, what: _Found) -> None:
        temporary = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}{TEMPORARY_SUFFIX}")
        temporary.symlink_to(os.fsdecode(what.data or b""))
        os.chown(temporary, *what.owner, follow_symlinks=False)
        if what.changed_ns:
            os.utime(temporary, ns=(what.changed_ns, what.changed_ns), follow_symlinks=False)
        temporary.replace(self._path)
        sync_folder(self._path.parent)

    def _found(self) -> _Found:
        self._refuse_outside()
        try:
            about = self._path.lstat()
            if stat.S_ISLNK(about.st_mode):
                data = os.fsencode(self._path.readlink())
            elif stat.S_ISREG(about.st_mode):
                data = self._content(about.st_size)
            else:
                raise OperationFailed(self.name, f"{self._path} is neither a file nor a link")
        except (FileNotFoundError, NotADirectoryError):
            return _Found()
        except OSError as error:
            raise OperationFailed(self.name, _words(error)) from error
        return _Found(
            data=data,
            is_link=stat.S_ISLNK(about.st_mode),
            mode=stat.S_IMODE(about.st_mode),
            owner=(about.st_uid, about.st_gid),
            changed_ns=about.st_mtime_ns,
        )

    def _content(self, length: int) -> bytes:
        if length > FILE_MAX_BYTES:
            raise OperationFailed(self.name, f"{self._path} is too long to be kept: more than {FILE_MAX_BYTES} bytes")
        return self._path.read_bytes()

    def _wanted_here(self, wanted: Wanted) -> _Found:
        owner = (os.geteuid(), os.getegid())  # root's, on a seat
        if isinstance(wanted, WantedFile):
            return _Found(data=wanted.text.encode(), mode=wanted.mode, owner=owner)
        return _Found(data=wanted.target.encode(), is_link=True, mode=0o777, owner=owner)

    def _missing_folders(self) -> list[Path]:
        self._refuse_outside()
        above = self._path.relative_to(self._root).parents
        return [self._root / folder for folder in reversed(above) if not (self._root / folder).is_dir()]

    def _refuse_outside(self) -> None:
        try:
            inside = self._path.parent.resolve().is_relative_to(self._root.resolve())
        except (OSError, RuntimeError) as error:
            raise OperationFailed(self.name, f"{self._path.parent} cannot be followed") from error
        if not inside:
            raise OperationFailed(self.name, f"{self._path.parent} leads out of {self._root}")

    def _read(self, snapshot: bytes) -> tuple[_Found, list[Path]]:
        try:
            fields = Fields(decode(snapshot, place=self.name, max_bytes=SNAPSHOT_MAX_BYTES), self.name)
            folders = [self._root / each for each in fields.texts("folders", max_items=_FOLDERS_MAX)]
            found = _Found()
            if fields.has("data"):
                seconds, rest = fields.integer("seconds"), fields.integer("nanoseconds")
                found = _Found(
                    data=fields.raw("data", max_length=FILE_MAX_BYTES),
                    is_link=fields.flag("link"),
                    mode=fields.integer("mode", maximum=0o7777),
                    owner=(fields.integer("owner", maximum=_LAST_ID), fields.integer("group", maximum=_LAST_ID)),
                    changed_ns=seconds * 1_000_000_000 + rest,
                )
            fields.close()
        except Refused as refused:
            raise OperationFailed(self.name, f"its snapshot cannot be read ({refused})") from refused
        if any(folder not in self._path.parents for folder in folders):
            raise OperationFailed(self.name, "its snapshot names folders of others")
        return found, folders


def _words(error: OSError) -> str:
    return f"{error.filename or ''}: {error.strerror or error}".removeprefix(": ")
