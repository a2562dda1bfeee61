"""Up to which report of a service of the system the seat has signed for what it put back.

Owns one small file with a number. Where it is lost, the same is stated once more.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kiosk.durable_file import write_durably
from kiosk.errors import storage_fault_of

FILE_NAME: Final = "service-stated"
_DIGITS_MAX: Final = 18


class OthersMark:
    """The mark of one seat."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

    @property
    def number(self) -> int:
        """Of the last report that was stated; -1 where none was, or the file says nothing that can be read."""
        try:
            with self._path.open("rb") as file:
                untrusted = file.read(_DIGITS_MAX + 1)
        except OSError:
            return -1
        return int(untrusted) if untrusted.isdigit() and len(untrusted) <= _DIGITS_MAX else -1

    def write(self, number: int) -> None:
        """Say that this one was stated.

        Raises:
            StorageFault: it could not be written.
        """
        try:
            write_durably(self._path, str(number).encode("ascii"), mode=0o600)
        except OSError as error:
            raise storage_fault_of(error, self._path) from error
