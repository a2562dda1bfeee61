"""A disk as a careful pessimist sees it: what is certainly on the medium, and what may or may not have got there.

Owns files (content, and the writes since their last sync) and folders (names, and the changes since theirs). Refuses to know
which of the open changes a cut keeps: ``images`` chooses. A name is safe only after its *folder* was synced, a content only
after its *file* was; nothing else is taken for granted, although file systems give more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias, assert_never

from kiosk.drill.calls import Call, Copied, Made, MadeFolder, Marked, Removed, Renamed, Resized, Synced, Wrote
from kiosk.drill.errors import DrillError

SHARED_MEMORY_SUFFIX: Final = "-shm"
"""SQLite's index of its log: mapped into memory, so that no call shows what is in it, and made anew after a cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWrite:
    """Bytes that were written and not synced."""

    at: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenResize:
    """A length that was set and not synced."""

    at: int
    length: int


@dataclass(slots=True, eq=False)
class File:
    """A file: what the medium holds, what programs see, and what lies between."""

    durable: bytearray = field(default_factory=bytearray)
    live: bytearray = field(default_factory=bytearray)
    pending: list[OpenWrite | OpenResize] = field(default_factory=list)

    def change(self, change: OpenWrite | OpenResize) -> None:
        """Let programs see a change that is not synced."""
        apply(self.live, change)
        self.pending.append(change)

    def sync(self, begun: int) -> None:
        """Bring what was changed before call number ``begun`` to the medium."""
        safe = [change for change in self.pending if change.at < begun]
        self.pending = [change for change in self.pending if change.at >= begun]
        for change in safe:
            apply(self.durable, change)


@dataclass(slots=True, eq=False)
class Folder:
    """A folder: names that the medium holds, and names that programs see."""

    durable: dict[str, Node] = field(default_factory=dict)
    live: dict[str, Node] = field(default_factory=dict)


Node: TypeAlias = File | Folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """One name in one folder: what it stands for from now on; None is nothing."""

    folder: Folder
    name: str
    node: Node | None

    @property
    def place(self) -> tuple[int, str]:
        """Which name in which folder."""
        return (id(self.folder), self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameChange:
    """Names that change together, and are not synced: one for a new file, two for a rename."""

    at: int
    namings: tuple[Naming, ...]


class Disk:
    """The folder of one recording.

    Attributes:
        root: the folder itself, which is there.
        names: changes of names that are not synced, in their order.
        length: how many calls were followed.
        durable_version, live_version: differ whenever what the medium holds, or programs see, may differ.
    """

    def __init__(self, below: Path, base: Path) -> None:
        self.root = _loaded(base)
        self.names: list[NameChange] = []
        self.length = 0
        self.durable_version = 0
        self.live_version = 0
        self._below = below

    def follow(self, call: Call) -> None:
        """Do what one call does.

        Raises:
            DrillError: it cannot have succeeded on this disk.
        """
        match call:
            case Marked():
                pass
            case Synced():
                self._sync(call)
            case _:
                self._change(call)
        self.length += 1

    def pending_files(self) -> dict[str, File]:
        """Return every file with unsynced changes that programs see, by its path."""
        return {path: file for path, file in files_of(self.root) if file.pending}

    def _change(self, call: Made | Wrote | Copied | Resized | Renamed | Removed | MadeFolder) -> None:
        match call:
            case Made():
                self._make(call)
            case Wrote():
                self._write(call.path, OpenWrite(at=self.length, offset=call.offset, data=call.data))
            case Copied():
                data = bytes(self._file(call.source).live[call.source_offset : call.source_offset + call.length])
                self._write(call.path, OpenWrite(at=self.length, offset=call.offset, data=data))
            case Resized():
                self._write(call.path, OpenResize(at=self.length, length=call.length))
            case Renamed():
                self._rename(call)
            case Removed():
                self._name((call.path, None))
            case MadeFolder():
                self._name((call.path, Folder()))
            case _:
                assert_never(call)

    def _make(self, call: Made) -> None:
        there = self._folder(call.path.parent).live.get(call.path.name)
        if there is None:
            self._name((call.path, File()))
        elif isinstance(there, File) and call.emptied and there.live:
            self._write(call.path, OpenResize(at=self.length, length=0))

    def _write(self, path: Path, change: OpenWrite | OpenResize) -> None:
        self._file(path).change(change)
        self.live_version += 1

    def _rename(self, call: Renamed) -> None:
        moved = self._folder(call.source.parent).live.get(call.source.name)
        if moved is None:
            raise DrillError(f"{call.source} was renamed and never was there")
        self._name((call.source, None), (call.target, moved))

    def _name(self, *changes: tuple[Path, Node | None]) -> None:
        namings = tuple(Naming(folder=self._folder(path.parent), name=path.name, node=node) for path, node in changes)
        for naming in namings:
            put(naming.folder.live, naming)
        self.names.append(NameChange(at=self.length, namings=namings))
        self.live_version += 1

    def _sync(self, call: Synced) -> None:
        node = self._node(call.path)
        self.durable_version += 1
        if isinstance(node, File):
            node.sync(call.begun)
            return
        safe = self._needed_for(node, call.begun)
        for change in self.names:
            if change.at in safe:
                for naming in change.namings:
                    put(naming.folder.durable, naming)
        self.names = [change for change in self.names if change.at not in safe]

    def _needed_for(self, folder: Folder, begun: int) -> set[int]:
        """Changes in a folder, and whatever happened to the same names before them."""
        needed: set[int] = set()
        places: set[tuple[int, str]] = set()
        for change in reversed(self.names):
            touched = {naming.place for naming in change.namings}
            here = any(naming.folder is folder for naming in change.namings)
            if (here and change.at < begun) or touched & places:
                needed.add(change.at)
                places |= touched
        return needed

    def _node(self, path: Path) -> Node:
        if not path.is_relative_to(self._below):
            raise DrillError(f"the recording uses {path}, which lies elsewhere")
        node: Node = self.root
        for part in path.relative_to(self._below).parts:
            found = node.live.get(part) if isinstance(node, Folder) else None
            if found is None:
                raise DrillError(f"the recording uses {path}, which was never there")
            node = found
        return node

    def _folder(self, path: Path) -> Folder:
        node = self._node(path)
        if not isinstance(node, Folder):
            raise DrillError(f"the recording uses {path} as a folder")
        return node

    def _file(self, path: Path) -> File:
        node = self._node(path)
        if not isinstance(node, File):
            raise DrillError(f"the recording uses {path} as a file")
        return node


def files_of(folder: Folder, prefix: str = "") -> list[tuple[str, File]]:
    """Return the files that programs see below a folder, with their paths."""
    found: list[tuple[str, File]] = []
    for name, node in folder.live.items():
        path = f"{prefix}{name}"
        found += [(path, node)] if isinstance(node, File) else files_of(node, f"{path}/")
    return found


def put(names: dict[str, Node], naming: Naming) -> None:
    """Let a name stand for something, or for nothing."""
    if naming.node is None:
        names.pop(naming.name, None)
    else:
        names[naming.name] = naming.node


def apply(content: bytearray, change: OpenWrite | OpenResize) -> None:
    """Change a content."""
    match change:
        case OpenWrite():
            resize(content, max(len(content), change.offset + len(change.data)))
            content[change.offset : change.offset + len(change.data)] = change.data
        case OpenResize():
            resize(content, change.length)
        case _:
            assert_never(change)


def resize(content: bytearray, length: int) -> None:
    """Cut a content, or fill it up with zeros."""
    if length < len(content):
        del content[length:]
    else:
        content.extend(bytes(length - len(content)))


def _loaded(base: Path) -> Folder:
    folder = Folder()
    for path in base.iterdir():
        if path.is_dir():
            node: Node = _loaded(path)
        else:
            content = path.read_bytes()
            node = File(durable=bytearray(content), live=bytearray(content))
        folder.durable[path.name] = folder.live[path.name] = node
    return folder
