"""A machine of its own for the window: no network, no other processes, no files but those it is given.

Owns the namespaces and the tree of files that is made for them. Refuses to know whose files these are. Where the process may not
make namespaces by itself it makes a user namespace first, in which it may: the kernel then treats the whole as harmless.

The tree is made anew on a file system in memory: what is not put there does not exist. It needs Linux 5.12 (mount_setattr).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Final

from kiosk.lockdown.linux.hardening import SYS_ADMIN, has_capability
from kiosk.lockdown.linux.system_calls import (
    MOUNT_ATTR_NODEV,
    MOUNT_ATTR_NOSUID,
    MOUNT_ATTR_RDONLY,
    Clone,
    Mount,
    mount,
    pivot_root,
    set_mount_attributes,
    unshare,
)

_DEVICES: Final = ("null", "zero", "full", "random", "urandom")
_NEW_ROOT: Final = "/tmp"  # noqa: S108 - covered at once by a file system of its own; every machine has the folder
_DEVICE_LINKS: Final = (("/dev/fd", "/proc/self/fd"), ("/dev/stdout", "fd/1"), ("/dev/stderr", "fd/2"))
_HARMLESS: Final = Mount.NOSUID | Mount.NODEV | Mount.NOEXEC
_OPEN_WAYS: Final = 0o022
"""The umask while the tree is made: root makes it, and another user has to find the way through, however root's own is set."""


class Access(Enum):
    """What may be done with a tree inside."""

    READ = "read"
    WRITE = "write"
    DEVICE = "device"
    """A folder of devices, as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A file or folder of the machine that is seen inside under its own name.

    Attributes:
        path: absolute, without links.
        access: what may be done with it.
    """

    path: str
    access: Access = Access.READ


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A small file that is made inside.

    Attributes:
        path: where; absolute.
        data: what is in it.
    """

    path: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """All that exists inside.

    Attributes:
        places: what is seen of the machine; a folder stands before what is in it.
        links: name → what it points to.
        given: files that are made.
        homes: folders in memory that the window's user may write to.
    """

    places: tuple[Place, ...]
    links: tuple[tuple[str, str], ...] = ()
    given: tuple[Given, ...] = ()
    homes: tuple[str, ...] = ()


def leave(kinds: Clone) -> None:
    """Leave the namespaces of these kinds; the next process that is started is the first of its own.

    Whoever has no right to do so makes a namespace of users first, in which they have it.

    Raises:
        OSError: the kernel or an admin does not allow it.
    """
    if not has_capability(SYS_ADMIN):
        uid, gid = os.getuid(), os.getgid()
        unshare(Clone.USER)
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{uid} {uid} 1")
        _write("/proc/self/gid_map", f"{gid} {gid} 1")
    unshare(kinds)


def make_root(tree: Tree, *, owner: tuple[int, int]) -> None:
    """Make the tree and live in it. To be called in the first process of a namespace of processes.

    Args:
        tree: what is to exist.
        owner: user and group of the writable folders.

    Raises:
        OSError: something of it could not be made.
    """
    before = os.umask(_OPEN_WAYS)
    try:
        _make_root(tree, owner)
    finally:
        os.umask(before)


def _make_root(tree: Tree, owner: tuple[int, int]) -> None:
    mount("none", "/", flags=Mount.SLAVE | Mount.RECURSIVE)
    # The new root covers a folder in which some of these may lie: they are held before they are out of sight.
    devices = tuple(Place(path=f"/dev/{name}", access=Access.DEVICE) for name in _DEVICES)
    held = [(place, os.open(place.path, os.O_PATH | os.O_CLOEXEC)) for place in (*devices, *tree.places)]
    mount("exam", _NEW_ROOT, kind="tmpfs", flags=_HARMLESS, data="size=16m,mode=755")
    for name in ("/tmp", "/dev/shm"):  # noqa: S108 - the window's own
        _memory(name, "size=512m,mode=1777")
    for home in tree.homes:
        _memory(home, "size=64m,mode=700")
        os.chown(_NEW_ROOT + home, *owner)
    for given in tree.given:
        file = _inside(given.path)
        file.write_bytes(given.data)
        file.chmod(0o400)
        os.chown(file, *owner)
    for place, descriptor in held:
        _show(place, descriptor)
        os.close(descriptor)
    for name, target in (*tree.links, *_DEVICE_LINKS):
        _inside(name).symlink_to(target)
    mount("exam", str(_folder("/proc")), kind="proc", flags=_HARMLESS | Mount.RDONLY)
    mount("none", _NEW_ROOT, flags=Mount.REMOUNT | Mount.BIND | Mount.RDONLY | _HARMLESS)
    pivot_root(_NEW_ROOT)


def _show(place: Place, descriptor: int) -> None:
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        inside = _folder(place.path)
    else:
        inside = _inside(place.path)
        inside.touch()
    mount(f"/proc/self/fd/{descriptor}", str(inside), flags=Mount.BIND | Mount.RECURSIVE)
    attributes = MOUNT_ATTR_NOSUID
    if place.access is not Access.DEVICE:
        attributes |= MOUNT_ATTR_NODEV
    if place.access is Access.READ:
        attributes |= MOUNT_ATTR_RDONLY
    set_mount_attributes(str(inside), attributes)


def _memory(name: str, options: str) -> None:
    mount("exam", str(_folder(name)), kind="tmpfs", flags=_HARMLESS, data=options)


def _folder(name: str) -> Path:
    folder = Path(_NEW_ROOT + name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _inside(name: str) -> Path:
    path = Path(_NEW_ROOT + name)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - files of the kernel
        file.write(text)


def outermost(paths: Sequence[str]) -> tuple[str, ...]:
    """Return the paths that lie in none of the others, sorted: what is to be shown, each once."""
    kept: list[str] = []
    for path in sorted(set(paths), key=lambda each: PurePosixPath(each).parts):
        if not any(PurePosixPath(path).is_relative_to(folder) for folder in kept):
            kept.append(path)
    return tuple(kept)
