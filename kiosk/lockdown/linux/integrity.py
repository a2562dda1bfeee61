"""Whether the program's files are the ones that were installed: all of them at the start, then one after the other in no order.

Owns looking again and again, a bounded piece at a time. Refuses to know where the list comes from (``program_digest``), and what
a file is for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from exam_packages.ids import Digest
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.linux.look import Look
from kiosk.lockdown.readings import Reading

PIECE_BYTES: Final = 1024 * 1024
"""Read in one look: a few milliseconds of one core, and a twentieth of a second of a slow disk."""
START_PIECES: Final = 16
"""So many pieces are read in one look while not every file was seen once."""
_GONE: Final = "not there"


class IntegrityMonitor:
    """Notices files of the program that are not what they were.

    Args:
        look: at the machine.
        files: SHA-256 of every file, by its path without the leading slash.
        choose: returns a number from 0 to below its argument; nobody is to foresee which file is next.
    """

    name = "linux/integrity"
    concern = Concern.PROGRAM_FILES

    def __init__(self, look: Look, files: Mapping[str, Digest], *, choose: Callable[[int], int]) -> None:
        self._look = look
        self._files = dict(files)
        self._choose = choose
        self._paths = sorted(files)
        self._unseen = list(reversed(self._paths))
        self._suspects: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._path = ""
        self._offset = 0
        self._hash = hashlib.sha256()

    @property
    def all_seen(self) -> bool:
        """Whether every file was looked at once."""
        return not self._unseen and not self._suspects

    def probe(self) -> Probe:
        """Tell whether there is a list to compare with."""
        if not self._paths:
            return Probe(
                capability=Capability.UNAVAILABLE,
                reason="There is no list of the program's files.",
                remedy="Use the program as it is shipped, and not from its sources.",
            )
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="A file of the program that is changed is noticed at the start, or some time later.",
            remedy="Let the program belong to the system, on a disk that the seat's user cannot write to.",
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Read a piece, or some at the start."""
        del now
        seen: list[Observation] = []
        for _ in range(START_PIECES if self._unseen else 1):
            seen.extend(self._piece())
        return seen

    def _piece(self) -> list[Observation]:
        if not self._paths:
            return []
        if not self._path:
            self._begin()
        data = self._look.data(self._path, offset=self._offset, length=PIECE_BYTES)
        if data is None:
            return self._ended(_GONE)
        self._hash.update(data)
        self._offset += len(data)
        return [] if len(data) == PIECE_BYTES else self._ended(self._hash.hexdigest())

    def _begin(self) -> None:
        if self._suspects:
            self._path = next(iter(self._suspects))
        elif self._unseen:
            self._path = self._unseen.pop()
        else:
            self._path = self._paths[self._choose(len(self._paths))]
        self._offset, self._hash = 0, hashlib.sha256()

    def _ended(self, found: str) -> list[Observation]:
        path, self._path = self._path, ""
        suspected = self._suspects.pop(path, "")
        if found == self._files[path]:
            self._told.pop(path, None)
            return []
        if self._told.get(path) == found:
            return []
        if suspected != found:
            # A medium may fail to read once, and a file is not written in one instant: look a second time at once.
            self._suspects[path] = found
            return []
        self._told[path] = found
        evidence = {"file": f"/{path}", "expected": self._files[path], "found": found}
        return [Observation(kind=IncidentKind.FILES_CHANGED, evidence=evidence)]
