"""A small disk under ``/world`` that follows calls."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kiosk.drill.calls import Call, Made, MadeFolder, Removed, Renamed, Synced, Wrote
from kiosk.drill.disk import Disk
from kiosk.drill.images import ImageId, Policy, Tree, image_of

WORLD = Path("/world")


def disk_after(base: Path, *calls: Call) -> Disk:
    disk = Disk(WORLD, base)
    for call in calls:
        disk.follow(call)
    return disk


def image(disk: Disk, policy: Policy, seed: int = 0) -> Mapping[str, bytes]:
    """An image's files by path; an empty folder is ``name/``."""
    return flat(image_of(disk, ImageId(scene="sitting", cut=0, policy=policy, seed=seed)))


def flat(tree: Tree, prefix: str = "") -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name, content in tree.items():
        if isinstance(content, (bytes, bytearray)):
            found[f"{prefix}{name}"] = bytes(content)
        else:
            found |= flat(content, f"{prefix}{name}/") or {f"{prefix}{name}/": b""}
    return found


def made(name: str) -> Made:
    return Made(path=WORLD / name)


def folder(name: str) -> MadeFolder:
    return MadeFolder(path=WORLD / name)


def wrote(name: str, data: bytes, at: int = 0) -> Wrote:
    return Wrote(path=WORLD / name, offset=at, data=data)


def synced(name: str, begun: int = 1_000) -> Synced:
    return Synced(path=WORLD / name, begun=begun)


def renamed(source: str, target: str) -> Renamed:
    return Renamed(source=WORLD / source, target=WORLD / target)


def removed(name: str) -> Removed:
    return Removed(path=WORLD / name)
