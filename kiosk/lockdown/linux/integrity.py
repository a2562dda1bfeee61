"""Whether the program's files are the ones that were installed: all of them at the start, then one after the other in no order.

Owns looking again and again, a bounded piece at a time, and for files that nobody has listed. Refuses to know where the list
comes from (``shipped_files``, ``program_digest``), and what a file is for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
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
_ADDED: Final = "there"


class Strangers:
    """Finds files in the program's folders that are not in the list: what is put beside a program may be loaded by it.

    What comes is told at the second look, and once for as long as it stays. Folders that hold nothing, and what cannot be read,
    cannot be loaded either.

    Args:
        look: at the machine.
        paths: of the listed files, without the leading slash.
        program: the folder that holds nothing else; empty where others may come and go.
    """

    def __init__(self, look: Look, paths: Iterable[str], program: str) -> None:
        self._look = look
        self._known: dict[str, set[str]] = {}
        for path in paths:
            inside = path
            while program and inside.startswith(f"{program}/"):
                inside, _, name = inside.rpartition("/")
                self._known.setdefault(inside, set()).add(name)
        self._folders = sorted(self._known)
        self._next = -1
        self._seen: set[str] = set()
        self._told: set[str] = set()

    def find(self) -> list[str]:
        """Look into one folder, or into all at the start and while something was found; return paths that are new."""
        if not self._folders:
            return []
        is_thorough = self._next < 0 or bool(self._seen - self._told)
        self._next = (self._next + 1) % len(self._folders)
        folders = self._folders if is_thorough else [self._folders[self._next]]
        found = {path for folder in folders for path in self._strangers_in(folder)}
        self._told -= {path for path in self._told if path.rpartition("/")[0] in folders and path not in found}
        new = sorted((found & self._seen) - self._told)
        self._told.update(new)
        self._seen = found | self._told
        return new

    def _strangers_in(self, folder: str) -> list[str]:
        paths = [f"{folder}/{name}" for name in self._look.names(folder) if name not in self._known[folder]]
        return [
            path for path in paths if self._look.names(path) or self._look.data(path, offset=0, length=1) is not None
        ]


class IntegrityMonitor:
    """Notices files of the program that are not what they were.

    Args:
        look: at the machine.
        files: SHA-256 of every file, by its path without the leading slash.
        choose: returns a number from 0 to below its argument; nobody is to foresee which file is next.
        program: the folder, without the leading slash, that holds these files and no others; empty where others may come and go.
    """

    name = "linux/integrity"
    concern = Concern.PROGRAM_FILES

    def __init__(
        self, look: Look, files: Mapping[str, Digest], *, choose: Callable[[int], int], program: str = ""
    ) -> None:
        self._look = look
        self._strangers = Strangers(look, files, program)
        self._files = dict(files)
        self._choose = choose
        self._paths = sorted(files)
        self._unseen = list(reversed(self._paths))
        self._suspects: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._path = ""
        self._offset = 0
        self._hash = hashlib.sha256()

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
        seen = [_changed(path, expected=_GONE, found=_ADDED) for path in self._strangers.find()]
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
        return [_changed(path, expected=self._files[path], found=found)]


def _changed(path: str, *, expected: str, found: str) -> Observation:
    evidence = {"file": f"/{path}", "expected": expected, "found": found}
    return Observation(kind=IncidentKind.FILES_CHANGED, evidence=evidence)
