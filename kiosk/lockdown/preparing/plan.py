"""Everything that makes a machine a seat, in the order in which it is put in place, and what of it will not help there.

Owns the list, made from wishes and from what is installed on the system below a root folder. Refuses to change anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kiosk.lockdown.facts import Concern
from kiosk.lockdown.preparing.account import AccountOperation
from kiosk.lockdown.preparing.place import PlaceOperation
from kiosk.lockdown.preparing.settings import USBGUARD, settings
from kiosk.lockdown.preparing.units import units
from kiosk.lockdown.preparing.wishes import CannotPrepare, Session, Storage, Wishes

SYSTEM_FOLDERS: Final = ("etc", "usr", "var/lib")
_X_SERVERS: Final = ("usr/lib/xorg/Xorg", "usr/libexec/Xorg", "usr/bin/Xorg")
_USBGUARD_UNITS: Final = ("usr/lib/systemd/system/usbguard.service", "lib/systemd/system/usbguard.service")
_WRITABLE: Final = 0o022


def plan(root: Path, wishes: Wishes) -> tuple[AccountOperation | PlaceOperation, ...]:
    """Return what is changed, in order.

    Args:
        root: ``/``, or the root of another system.
        wishes: what it is prepared as.

    Raises:
        CannotPrepare: this is no system, or USBGuard is to decide and is not there.
        OperationFailed: its lists of users cannot be read.
    """
    missing = [name for name in SYSTEM_FOLDERS if not (root / name).is_dir()]
    if missing:
        raise CannotPrepare(f"{root} is not the root of a system: {', '.join(missing)} is not there")
    guard = PlaceOperation(root, USBGUARD, None).current()
    if guard is None and wishes.storage is Storage.USBGUARD:
        raise CannotPrepare("USBGuard is not installed: install it, or keep storage out by --storage modules")
    account = AccountOperation(root, wishes.user)
    wanted = (
        *settings(wishes, uid=account.uid(), usbguard=guard, usbguard_unit=_first(root, _USBGUARD_UNITS) or ""),
        *units(wishes, x_server=_first(root, _X_SERVERS) or f"/{_X_SERVERS[0]}"),
    )
    return (account, *(PlaceOperation(root, each.path, each) for each in wanted))


def gaps(root: Path, wishes: Wishes) -> tuple[tuple[Concern, str], ...]:
    """Return what will not be prevented on this system although it is prepared, and what helps."""
    found = [
        (concern, sentence)
        for names, concern, sentence in _needs(wishes)
        if not any((root / name).exists() for name in names)
    ]
    if wishes.usb_policy == "" and (root / USBGUARD).exists():
        found.append(
            (
                Concern.INPUT_DEVICES,
                "Any keyboard is let in: prepare again on the seat itself, with its own plugged in.",
            )
        )
    if _swaps(root):
        found.append(
            (
                Concern.CORE_DUMPS,
                "/etc/fstab names swap: memory of other programs goes there. Remove it, or encrypt it.",
            )
        )
    writable = _writable_by_others(root, str(wishes.program).lstrip("/"))
    if writable:
        found.append(
            (Concern.PROGRAM_FILES, f"Others than root may write to {writable}: install the program as root, in /opt.")
        )
    seat = root / str(wishes.seat).lstrip("/")
    if not seat.is_dir() or seat.stat().st_uid != AccountOperation(root, wishes.user).uid():
        found.append(
            (
                Concern.PRIVILEGES,
                f"{wishes.seat} does not belong to {wishes.user}: chown -R {wishes.user}: {wishes.seat}",
            )
        )
    return tuple(found)


def _needs(wishes: Wishes) -> tuple[tuple[tuple[str, ...], Concern, str], ...]:
    systemd = ("usr/lib/systemd/systemd", "lib/systemd/systemd")
    shows: tuple[tuple[str, ...], str] = (
        (_X_SERVERS, "There is no Xorg (package xserver-xorg-core).")
        if wishes.session is Session.XORG
        else (("usr/bin/cage",), "There is no cage (packages cage and xwayland).")
    )
    return (
        (systemd, Concern.APP_SWITCHING, "There is no systemd: nothing starts the seat."),
        (shows[0], Concern.APP_SWITCHING, f"{shows[1]} The window has no screen."),
        (("usr/bin/xauth", "usr/bin/cage"), Concern.SCREEN_CAPTURE, "There is no xauth: the screen lets nobody in."),
        (
            ("usr/sbin/nft", "sbin/nft"),
            Concern.NETWORK,
            "There is no nft (package nftables): only the service has no network.",
        ),
        ((USBGUARD,), Concern.USB_STORAGE, "USBGuard is not installed: keyboards of others are let in."),
        (("usr/share/polkit-1",), Concern.PRIVILEGES, "There is no polkit, so nothing that it would keep from asking."),
    )


def _first(root: Path, names: tuple[str, ...]) -> str | None:
    return next((f"/{name}" for name in names if (root / name).exists()), None)


def _swaps(root: Path) -> bool:
    text = PlaceOperation(root, "etc/fstab", None).current() or ""
    return any(
        len(words) > 2 and words[2] == "swap" and not words[0].startswith("#")
        for words in map(str.split, text.splitlines())
    )


def _writable_by_others(root: Path, program: str) -> str:
    parts = program.split("/")
    for length in range(1, len(parts) + 1):
        name = "/".join(parts[:length])
        try:
            about = (root / name).stat()
        except OSError:
            return f"/{name}, which is not there"
        # Below another root the files may belong to whoever unpacked it.
        if about.st_mode & _WRITABLE or (root == Path("/") and about.st_uid != 0):
            return f"/{name}"
    return ""
