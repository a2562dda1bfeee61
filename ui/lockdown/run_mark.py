"""What a supervisor leaves behind while it runs: which start of the machine this is, and which session ran.

Owns one small file. From what stands there the next supervisor knows whether the machine went down in the middle of a session, or
only the supervisor did. An orderly end removes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.durable_file import make_folder, remove_durably, write_durably
from kiosk.errors import storage_fault_of
from kiosk.lockdown.facts import Preset
from signing.canonical import decode, encode
from signing.errors import Refused
from signing.fields import Fields

FILE_NAME: Final = "running.json"
_MAX_BYTES: Final = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What the supervisor before left.

    Attributes:
        session: the session that ran; empty where none did.
        rebooted: the machine was started anew since.
        demanded: what the session's exam demands of lockdown.
    """

    session: str
    rebooted: bool
    demanded: Preset = Preset.PRACTICE


class RunMark:
    """The mark of one seat."""

    def __init__(self, folder: Path, *, boot_id: str) -> None:
        self._path = folder / FILE_NAME
        self._boot_id = boot_id

    def before(self) -> Before | None:
        """Return what the one before left; None where it ended in order. An unreadable mark says that it did not."""
        try:
            with self._path.open("rb") as file:
                untrusted = file.read(_MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise storage_fault_of(error, self._path) from error
        try:
            fields = Fields(decode(untrusted, place=FILE_NAME, max_bytes=_MAX_BYTES), FILE_NAME)
            boot_id = fields.text("boot", max_length=200)
            session = fields.text("session", min_length=0, max_length=100)
            demanded = fields.choice("demanded", Preset)
            fields.close()
        except Refused:
            return Before(session="", rebooted=True)
        return Before(session=session, rebooted=boot_id != self._boot_id, demanded=demanded)

    def write(self, session: str, demanded: Preset = Preset.PRACTICE) -> None:
        """Say that this session runs now.

        Raises:
            StorageFault: it could not be written.
        """
        try:
            make_folder(self._path.parent, mode=0o700)
            body = encode({"boot": self._boot_id, "demanded": demanded.value, "session": session})
            write_durably(self._path, body, mode=0o600)
        except OSError as error:
            raise storage_fault_of(error, self._path) from error

    def remove(self) -> None:
        """The end was in order.

        Raises:
            StorageFault: it is still there.
        """
        try:
            remove_durably(self._path)
        except OSError as error:
            raise storage_fault_of(error, self._path) from error
