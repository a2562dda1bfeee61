"""Made-up systems below a folder, what they look like byte for byte, and power cuts while one is changed."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from kiosk.lockdown.preparing.plan import plan
from kiosk.lockdown.preparing.preparation import Preparation
from kiosk.lockdown.preparing.system import preparation_of
from kiosk.lockdown.preparing.wishes import Wishes
from tests.kiosk.lockdown.machine import PowerCutError
from tests.simulators.clock import FakeClock

WISHES = Wishes(program=PurePosixPath("/opt/exam/kiosk"), seat=PurePosixPath("/var/lib/exam-seat"))
PASSWD = "root:x:0:0:root:/root:/bin/bash\nlast:x:999:999::/:/bin/false\n"
TOUCHING = frozenset(
    (
        "os.chmod",
        "os.chown",
        "os.mkdir",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.symlink",
        "os.truncate",
        "os.utime",
        "open",
    )
)


def make_system(root: Path, *, usbguard: bool = True) -> Path:
    """Make a small Debian that has some of the files already that a seat wants."""
    files = {
        "etc/passwd": PASSWD,
        "etc/group": "root:x:0:\nlast:x:999:\n",
        "etc/shadow": "root:*:19000:0:99999:7:::\nlast:!*:::::::",  # without the end of the last line
        "etc/fstab": "/dev/sda1 / ext4 defaults 0 1\n",
        "etc/sysctl.d/99-kiosk-seat.conf": "kernel.sysrq = 1\n",
        "etc/systemd/system/getty@.service.d/kiosk-seat.conf": "# of somebody else\n",
        "usr/lib/systemd/systemd": "",
        "usr/lib/systemd/system/usbguard.service": "[Service]\n",
        "usr/lib/xorg/Xorg": "",
        "usr/bin/xauth": "",
        "usr/sbin/nft": "",
        "usr/share/polkit-1/README": "",
        "opt/exam/kiosk": "#!/bin/sh\n",
        "var/lib/exam-seat/seat.json": "{}\n",
    }
    if usbguard:
        files["etc/usbguard/usbguard-daemon.conf"] = (
            "# ours\nImplicitPolicyTarget=allow\nAuditFilePath=/var/log/audit\n"
        )
        files["etc/usbguard/rules.conf"] = "allow id *:*\n"
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o640 if "shadow" in name or "usbguard" in name else 0o644)
        os.utime(path, ns=(1_700_000_000_123_456_789, 1_700_000_000_123_456_789))
    (root / "etc/systemd/system/display-manager.service").symlink_to("/lib/systemd/system/gdm.service")
    return root


Picture = dict[str, tuple[object, ...]]


def picture(root: Path) -> Picture:
    """Return all that can be seen of a tree: names, kinds, modes, owners, contents; times of files that were replaced."""
    seen: Picture = {}
    for path in sorted(root.rglob("*")):
        about = path.lstat()
        content: object = None
        if stat.S_ISLNK(about.st_mode):
            content = os.readlink(path)  # noqa: PTH115 - as it is written
        elif stat.S_ISREG(about.st_mode):
            content = path.read_bytes()
        account = path.parent.name == "etc"  # lines are taken out of these, they are not replaced by what they were
        time = about.st_mtime_ns if content is not None and not account else 0
        seen[str(path.relative_to(root))] = (about.st_mode, about.st_uid, about.st_gid, time, content)
    return seen


def preparation(root: Path) -> Preparation:
    return preparation_of(root, FakeClock())


def prepare(root: Path, wishes: Wishes = WISHES) -> tuple[str, ...]:
    return preparation(root).prepare(plan(root, wishes))


class _Power:
    """One hook for the whole run, because none can ever be removed; it does something only while a tree is given."""

    def __init__(self) -> None:
        self.root: str | None = None
        self.left = 0
        self.touched = 0
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.root is None or event not in TOUCHING or not self._is_change(event, arguments):
            return
        self.touched += 1
        if self.touched > self.left:
            raise PowerCutError

    def _is_change(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return False
        place = arguments[0]
        return isinstance(place, int) or os.fspath(place).startswith(str(self.root))


_power: list[_Power] = []


@contextmanager
def power_for(root: Path, changes: int) -> Iterator[list[int]]:
    """Let this many changes of the tree happen; at the next one the power fails, and nothing is cleaned up afterwards.

    Yields:
        A list that holds the number of changes in the end.
    """
    if not _power:
        _power.append(_Power())
    power, count = _power[0], list[int]()
    power.root, power.left, power.touched = str(root), changes, 0
    try:
        yield count
    except PowerCutError:
        pass
    finally:
        power.root = None
        count.append(power.touched)
