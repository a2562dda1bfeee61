"""What a cut leaves of a disk: which of the unsynced changes got there, by a policy and a seed.

Owns the choices. Refuses to know what the files mean. A medium writes whole sectors of 512 bytes, in any order, each or none;
names change as their folder's journal says, in their order or not.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final, TypeAlias, assert_never

from kiosk.drill.disk import SHARED_MEMORY_SUFFIX, Disk, File, Folder, NameChange, Node, OpenResize, put, resize
from kiosk.drill.errors import DrillError

SECTOR_BYTES: Final = 512
_ENOUGH: Final = 20  # from so many open changes on there are more images than anybody judges
_ODDS: Final = (0.1, 0.5, 0.9)  # how likely an unsynced sector or name is kept: an image has one of them for each file


class Policy(Enum):
    """What a cut keeps of what was not synced."""

    DROPPED = "dropped"
    """Nothing."""
    KEPT = "kept"
    """All of it."""
    NAMES = "names"
    """Every name, no content: new files are empty."""
    CONTENTS = "contents"
    """Every content, no name."""
    TORN = "torn"
    """Any sectors, and names up to any moment."""
    SHUFFLED = "shuffled"
    """Any sectors, and any names: a later change may be there where an earlier one is not."""

    @property
    def is_random(self) -> bool:
        """True where the seed matters."""
        return self in (Policy.TORN, Policy.SHUFFLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageId:
    """One image: after so many calls of a recording, by a policy, with a seed (0 where it does not matter)."""

    scene: str
    cut: int
    policy: Policy
    seed: int = 0

    def __str__(self) -> str:
        return f"{self.scene}:{self.cut}:{self.policy.value}:{self.seed}"


def image_id(text: str) -> ImageId:
    """Read an image's name.

    Raises:
        DrillError: it is none.
    """
    try:
        scene, cut, policy, seed = text.split(":")
        return ImageId(scene=scene, cut=int(cut), policy=Policy(policy), seed=int(seed))
    except ValueError:
        raise DrillError(f"{text} is no image; they are called like sitting:1200:torn:3") from None


Tree: TypeAlias = Mapping[str, "bytes | bytearray | Tree"]
"""A folder's content: names to contents or folders. Valid until the disk changes."""


def image_of(disk: Disk, image: ImageId) -> Tree:
    """Return what is on the medium after a cut now."""
    chance = random.Random(str(image))  # noqa: S311 - repeatable, and nothing is protected by it
    match image.policy:
        case Policy.DROPPED:
            return _tree(disk, (), _durable)
        case Policy.KEPT:
            return _tree(disk, disk.names, _live)
        case Policy.NAMES:
            return _tree(disk, disk.names, _durable)
        case Policy.CONTENTS:
            return _tree(disk, (), _live)
        case Policy.TORN:
            names = disk.names[: chance.randint(0, len(disk.names))]
            return _tree(disk, names, lambda name, file: _torn(name, file, chance))
        case Policy.SHUFFLED:
            names = _any_of(disk.names, chance)
            return _tree(disk, names, lambda name, file: _torn(name, file, chance))
        case _:
            assert_never(image.policy)


def write_tree(tree: Tree, folder: Path) -> None:
    """Lay an image out in a folder that is not there yet."""
    folder.mkdir()
    for name, content in tree.items():
        if isinstance(content, (bytes, bytearray)):
            (folder / name).write_bytes(content)
        else:
            write_tree(content, folder / name)


def choices_of(disk: Disk) -> tuple[tuple[Policy, int], ...]:
    """Return the policies that make a difference now, each with how many seeds are worth trying."""
    sectors = _open_sectors(disk)
    names = len(disk.names)
    if not sectors and not names:
        return ((Policy.KEPT, 1),)
    found = [(Policy.DROPPED, 1), (Policy.KEPT, 1)]
    if sectors and names:
        found += [(Policy.NAMES, 1), (Policy.CONTENTS, 1)]
    ways = sectors + names
    if ways > 1:
        found.append((Policy.TORN, (1 << min(ways, _ENOUGH)) - 2))
    if names > 1:
        found.append((Policy.SHUFFLED, (1 << min(ways, _ENOUGH)) - 2))
    return tuple(found)


Content: TypeAlias = Callable[[str, File], "bytes | bytearray"]


def _durable(name: str, file: File) -> bytearray:
    del name
    return file.durable


def _live(name: str, file: File) -> bytearray:
    del name
    return file.live


def _torn(name: str, file: File, chance: random.Random) -> bytes | bytearray:
    if not file.pending:
        return file.durable
    if name.endswith(SHARED_MEMORY_SUFFIX):
        return chance.randbytes(len(file.live))  # no call shows what was in it: anything may be
    content = bytearray(file.durable)
    odds = chance.choice(_ODDS)
    for change in file.pending:
        if isinstance(change, OpenResize):
            if chance.random() < odds:
                resize(content, change.length)
            continue
        for start, end in _pieces(change.offset, len(change.data)):
            if chance.random() < odds:
                resize(content, max(len(content), end))
                content[start:end] = change.data[start - change.offset : end - change.offset]
    if len(content) < len(file.live) and chance.random() < 0.5:
        resize(content, len(file.live))  # the length got there, what it measures did not
    return content


def _pieces(offset: int, length: int) -> list[tuple[int, int]]:
    """Cut a stretch of a file at the borders of its sectors."""
    borders = range(offset - offset % SECTOR_BYTES, offset + length, SECTOR_BYTES)
    return [(max(offset, at), min(offset + length, at + SECTOR_BYTES)) for at in borders]


def _open_sectors(disk: Disk) -> int:
    """Count unsynced sectors; more than enough are not counted on."""
    found = 0
    for file in disk.pending_files().values():
        for change in file.pending:
            found += 1 if isinstance(change, OpenResize) else -(-len(change.data) // SECTOR_BYTES)
            if found > _ENOUGH:
                return found
    return found


def _any_of(changes: Sequence[NameChange], chance: random.Random) -> list[NameChange]:
    """Any of the changes; what happened to a name after a change of it that is lost is lost too."""
    odds = chance.choice(_ODDS)
    lost: set[tuple[int, str]] = set()
    kept: list[NameChange] = []
    for change in changes:
        places = {naming.place for naming in change.namings}
        if places & lost or chance.random() >= odds:
            lost |= places
        else:
            kept.append(change)
    return kept


def _tree(disk: Disk, changes: Sequence[NameChange], content: Content) -> Tree:
    changed: dict[int, dict[str, Node]] = {}
    for change in changes:
        for naming in change.namings:
            put(changed.setdefault(id(naming.folder), dict(naming.folder.durable)), naming)

    def folder_of(folder: Folder) -> Tree:
        names = changed.get(id(folder), folder.durable)
        return {
            name: content(name, node) if isinstance(node, File) else folder_of(node) for name, node in names.items()
        }

    return folder_of(disk.root)
