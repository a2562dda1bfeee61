"""What a program asked the system for, read from strace's log: the calls that change files below one folder, and marks.

Owns the log's form. Refuses to know what a disk does with the calls. A call that changes files and is not known here is an
error, not a gap: a model that misses one would prove nothing. The log is written with ``STRACE``: every string in hexadecimal,
paths of descriptors, all threads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

from kiosk.drill.errors import DrillError

_STRING_MAX_BYTES: Final = 16 * 1024 * 1024  # longest single write that is recorded whole
_KNOWN: Final = (
    "openat,open,creat,lseek,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,"
    "unlink,unlinkat,rmdir,mkdir,mkdirat,sendfile"
)
_FOREIGN: Final = (
    "writev,pwritev,pwritev2,truncate,fallocate,link,linkat,symlink,symlinkat,copy_file_range,splice,sync_file_range"
)
STRACE: Final = (
    "-f",
    "-qq",
    "-y",
    "-xx",
    "-s",
    str(_STRING_MAX_BYTES),
    "--seccomp-bpf",
    "-e",
    f"trace={_KNOWN},{_FOREIGN}",
    "-e",
    "signal=none",
)
"""Options that make a log which this module reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A new, empty file has a name; ``emptied`` where the file was there and lost its content instead."""

    path: Path
    emptied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """Bytes were written."""

    path: Path
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """The system copied bytes from one file to another."""

    path: Path
    offset: int
    source: Path
    source_offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resized:
    """A file has another length; what is new is zero."""

    path: Path
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """A file or folder was brought to the medium: all that calls before number ``begun`` did to it."""

    path: Path
    begun: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A name took the place of another."""

    source: Path
    target: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A name of a file or of an empty folder is gone."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFolder:
    """A new folder."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The program said something about itself: a line of its marks."""

    line: str


Call: TypeAlias = Made | Wrote | Copied | Resized | Synced | Renamed | Removed | MadeFolder | Marked


def read_calls(log: Path, *, below: Path, marks: Path) -> tuple[Call, ...]:
    """Return the calls that changed something below a folder, in the order in which they came to an end.

    Args:
        log: strace's log.
        below: the folder; absolute and without symbolic links.
        marks: the file that the program writes its marks to; outside of ``below``.

    Raises:
        DrillError: the log holds a call that is not known here, or that was cut short.
    """
    with log.open("rb") as file:
        return _Reader(below, marks).read(file)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One call that succeeded. ``begun`` is how many calls had come to an end when it began."""

    name: str
    arguments: tuple[bytes, ...]
    value: int
    value_path: Path | None
    begun: int


@dataclass(slots=True)
class _Position:
    offset: int = 0
    appends: bool = False


class _Reader:
    """Reads one log. Follows where each descriptor stands, which plain writes leave unsaid."""

    def __init__(self, below: Path, marks: Path) -> None:
        self._below = below
        self._marks = marks
        self._positions: dict[int, _Position] = {}
        self._inside: dict[Path, bool] = {}
        self._calls: list[Call] = []
        self._known: dict[str, Callable[[_Line], None]] = {
            "openat": lambda line: self._open(line, line.arguments[2]),
            "open": lambda line: self._open(line, line.arguments[1]),
            "creat": lambda line: self._open(line, b"O_CREAT|O_TRUNC"),
            "lseek": self._seek,
            "write": self._write,
            "pwrite64": self._write_at,
            "sendfile": self._send,
            "ftruncate": self._resize,
            "fsync": self._sync,
            "fdatasync": self._sync,
            "rename": lambda line: self._rename(_path(line.arguments[0]), _path(line.arguments[1])),
            "renameat": self._rename_at,
            "renameat2": self._rename_at,
            "unlink": lambda line: self._remove(_path(line.arguments[0])),
            "rmdir": lambda line: self._remove(_path(line.arguments[0])),
            "unlinkat": lambda line: self._remove(_path(line.arguments[1], line.arguments[0])),
            "mkdir": lambda line: self._make_folder(_path(line.arguments[0])),
            "mkdirat": lambda line: self._make_folder(_path(line.arguments[1], line.arguments[0])),
        }

    def read(self, file: Iterable[bytes]) -> tuple[Call, ...]:
        for line in self._succeeded(file):
            known = self._known.get(line.name)
            if known is not None:
                known(line)
            elif self._is_ours(line):
                raise DrillError(f"the recording holds a call that the drill does not know: {line.name}")
        return tuple(self._calls)

    def _succeeded(self, file: Iterable[bytes]) -> Iterator[_Line]:
        """Join calls that another thread interrupted, and leave out those that failed."""
        open_calls: dict[bytes, tuple[bytes, int]] = {}
        for raw in file:
            thread, _, text = raw.rstrip(b"\n").partition(b" ")
            text = text.lstrip()
            begun = len(self._calls)
            if text.endswith(_UNFINISHED):
                open_calls[thread] = (text.removesuffix(_UNFINISHED), begun)
                continue
            resumed = _RESUMED.match(text)
            if resumed is not None:
                start, begun = open_calls.pop(thread)
                text = start + text[resumed.end() :]
            found = _CALL.match(text)
            if found is not None and not found["value"].startswith(b"-"):
                yield _Line(
                    name=found["name"].decode("ascii"),
                    arguments=tuple(found["arguments"].split(b", ")),
                    value=int(found["value"]),
                    value_path=None if found["path"] is None else Path(_decoded(found["path"]).decode()),
                    begun=begun,
                )

    # -- one call each -----------------------------------------------------------------------------------------------

    def _open(self, line: _Line, flags: bytes) -> None:
        path = line.value_path
        words = flags.split(b"|")
        self._positions[line.value] = _Position(appends=b"O_APPEND" in words)
        if path is None or not self._within(path):
            return
        if b"O_CREAT" in words:
            self._calls.append(Made(path=path, emptied=b"O_TRUNC" in words))
        elif b"O_TRUNC" in words:
            self._calls.append(Resized(path=path, length=0))

    def _seek(self, line: _Line) -> None:
        self._position(line).offset = line.value

    def _write(self, line: _Line) -> None:
        path = _path_of(line.arguments[0])
        if path == self._marks:
            data = _string(line.arguments[1])
            self._calls += [Marked(line=text) for text in data.decode("utf-8").splitlines()]
        elif self._within(path):
            at = self._position(line)
            if at.appends:
                raise DrillError(f"{path} is written at its end, wherever that is, which the drill does not follow")
            self._calls.append(Wrote(path=path, offset=at.offset, data=_string(line.arguments[1])[: line.value]))
            at.offset += line.value

    def _write_at(self, line: _Line) -> None:
        path = _path_of(line.arguments[0])
        if self._within(path):
            data = _string(line.arguments[1])[: line.value]
            self._calls.append(Wrote(path=path, offset=int(line.arguments[3]), data=data))

    def _send(self, line: _Line) -> None:
        path = _path_of(line.arguments[0])
        if not self._within(path):
            return
        at = self._position(line)
        start = _NUMBER.search(line.arguments[2])
        if start is None:
            raise DrillError("the recording holds a sendfile call without an offset")
        self._calls.append(
            Copied(
                path=path,
                offset=at.offset,
                source=_path_of(line.arguments[1]),
                source_offset=int(start[0]),
                length=line.value,
            )
        )
        at.offset += line.value

    def _resize(self, line: _Line) -> None:
        path = _path_of(line.arguments[0])
        if self._within(path):
            self._calls.append(Resized(path=path, length=int(line.arguments[1])))

    def _sync(self, line: _Line) -> None:
        path = _path_of(line.arguments[0])
        if self._within(path):
            self._calls.append(Synced(path=path, begun=line.begun))

    def _rename_at(self, line: _Line) -> None:
        source, target = line.arguments[0:2], line.arguments[2:4]
        self._rename(_path(source[1], source[0]), _path(target[1], target[0]))

    def _rename(self, source: Path, target: Path) -> None:
        if self._within(source) or self._within(target):
            self._calls.append(Renamed(source=source, target=target))

    def _remove(self, path: Path) -> None:
        if self._within(path):
            self._calls.append(Removed(path=path))

    def _make_folder(self, path: Path) -> None:
        if self._within(path):
            self._calls.append(MadeFolder(path=path))

    # -- plumbing ----------------------------------------------------------------------------------------------------

    def _position(self, line: _Line) -> _Position:
        descriptor = int(line.arguments[0].split(b"<", 1)[0])
        return self._positions.setdefault(descriptor, _Position())

    def _within(self, path: Path) -> bool:
        if path not in self._inside:
            self._inside[path] = path.is_relative_to(self._below)
        return self._inside[path]

    def _is_ours(self, line: _Line) -> bool:
        below = str(self._below).encode()
        return any(below in _decoded(argument) for argument in line.arguments)


_UNFINISHED: Final = b" <unfinished ...>"
_RESUMED: Final = re.compile(rb"<\.\.\. \w+ resumed>")
_CALL: Final = re.compile(rb"(?P<name>\w+)\((?P<arguments>.*)\)\s+= (?P<value>-?\d+)(?:<(?P<path>[^>]*)>)?", re.DOTALL)
_NUMBER: Final = re.compile(rb"\d+")
_ESCAPE: Final = re.compile(rb"(?:\\x[0-9a-f]{2})+")


def _decoded(text: bytes) -> bytes:
    r"""Return a text with its ``\x2f`` turned back into bytes."""
    return _ESCAPE.sub(lambda found: bytes.fromhex(found[0].replace(b"\\x", b"").decode("ascii")), text)


def _string(argument: bytes) -> bytes:
    if argument.endswith(b"..."):
        raise DrillError("the recording was cut short: a write is longer than the drill records")
    return bytes.fromhex(argument.strip(b'"').replace(b"\\x", b"").decode("ascii"))


@lru_cache(maxsize=4096)
def _path_of(descriptor: bytes) -> Path:
    """Return the path that strace wrote beside a descriptor: ``3</some/where>``."""
    _, _, path = descriptor.partition(b"<")
    return Path(_decoded(path.rpartition(b">")[0]).decode())


def _path(argument: bytes, folder: bytes | None = None) -> Path:
    named = Path(_string(argument).decode())
    if named.is_absolute():
        return named
    if folder is None:
        raise DrillError(f"the recording holds a path that depends on the working folder: {named}")
    return _path_of(folder) / named
