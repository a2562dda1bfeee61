"""Where a seat's folder lives, so that a copy of it knows that it is one.

Owns the binding: which machine, which folder. A folder that is copied or moved finds itself elsewhere; then no session is opened
until an admin has said that this is the one to go on with (``adopt``). It guards against mistakes, not against malice: whoever
can copy the folder can also write the binding (decision 0104). Refuses to know what a seat does meanwhile.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.durable_file import write_durably
from kiosk.errors import storage_fault_of
from kiosk.seat.layout import SeatFolder
from signing.canonical import decode, encode
from signing.errors import FormRefused, Refused
from signing.fields import Fields

FORMAT: Final = "testing-center-kiosk/seat-place/v1"
_MAX_BYTES: Final = 1024
_MACHINE_FILES: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one seat's folder is now.

    Attributes:
        machine: names this installation of the system; empty where it has no name, and then nothing is told by it.
    """

    folder: SeatFolder
    machine: str

    @property
    def is_here(self) -> bool:
        """Whether the folder is where it was bound to, or was never bound. What cannot be read is no proof of it."""
        try:
            untrusted = self.folder.place.read_bytes()
        except FileNotFoundError:
            return True
        except OSError:
            return False
        try:
            machine, inode = _read(untrusted)
        except Refused:
            return False
        return inode == self._inode() and machine in ("", _hashed(self.machine))

    def bind_if_new(self) -> None:
        """Bind a folder that was never bound.

        Raises:
            StorageFault: it could not be written.
        """
        if not self.folder.place.exists():
            self.adopt()

    def adopt(self) -> None:
        """Bind the folder to where it is now.

        Raises:
            StorageFault: it could not be written.
        """
        body = encode({"folder": str(self._inode()), "format": FORMAT, "machine": _hashed(self.machine)})
        try:
            write_durably(self.folder.place, body)
        except OSError as error:
            raise storage_fault_of(error, self.folder.place) from error

    def _inode(self) -> int:
        """The file system's number of the folder: another one for a copy, the same one after a rename."""
        return self.folder.folder.stat().st_ino


def this_machine() -> str:
    """Return what names this installation of the system: it survives restarts, and two machines have two."""
    for path in _MACHINE_FILES:
        try:
            return path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            continue
    return _registered_machine()


if sys.platform == "win32":
    import winreg

    def _registered_machine() -> str:
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        except OSError:
            return ""

else:

    def _registered_machine() -> str:
        return ""


def _hashed(machine: str) -> str:
    """The name itself stays on the machine, as machine-id(5) asks."""
    return hashlib.sha256(f"{FORMAT} {machine}".encode()).hexdigest() if machine else ""


def _read(untrusted: bytes) -> tuple[str, int]:
    fields = Fields(decode(untrusted, place="place.json", max_bytes=_MAX_BYTES), "place.json")
    if fields.text("format") != FORMAT:
        raise FormRefused("is of another version", place="place.json.format")
    machine = fields.text("machine", min_length=0)
    inode = fields.text("folder", max_length=20)
    fields.close()
    return machine, int(inode) if inode.isdecimal() else -1
