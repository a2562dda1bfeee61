"""The other kinds of change that make a Windows machine a seat: a service, and a file beside the snapshots.

Owns what is there before, and putting it back. Numbers in the registry are ``policies.RegistryNumbers``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kiosk.durable_file import make_folder, remove_durably, write_durably
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.snapshots import SNAPSHOT_MAX_BYTES
from kiosk.lockdown.windows.api import Win32Failed
from kiosk.lockdown.windows.service_manager import Service, Services
from kiosk.lockdown.windows.verification import as_verified
from signing.canonical import decode, encode
from signing.errors import Refused
from signing.fields import Fields, to_base64

SERVICE: Final = "prepare/service/"
FILE: Final = "prepare/file/"
_FILE_MAX_BYTES: Final = 40 * 1024


class ServiceInstalled:
    """Puts a service there.

    Args:
        services: of the machine.
        name: of the service.
        wanted: what it is to be; None where it is only taken back.
    """

    concern = Concern.SYSTEM_KEYS

    def __init__(self, services: Services, name: str, wanted: Service | None) -> None:
        self._services = services
        self._service = name
        self._wanted = wanted
        self.name = f"{SERVICE}{name}"

    @property
    def wanted(self) -> Service | None:
        """What is to be there."""
        return self._wanted

    def probe(self) -> Probe:
        """An administrator can install a service."""
        return as_verified(Probe(capability=Capability.ENFORCED))

    def snapshot(self) -> bytes:
        """Return what is installed under the name."""
        there = self._find()
        if there is None:
            return encode({})
        return encode(
            {
                "account": there.account,
                "command": there.command,
                "description": there.description,
                "display": there.display_name,
                "start": there.start,
            }
        )

    def apply(self) -> None:
        """Install it; it starts with the machine."""
        if self._wanted is not None and self.verify():
            self._do(self._wanted)

    def verify(self) -> str:
        """Read it back."""
        if self._wanted is None:
            return ""
        try:
            there = self._find()
        except OperationFailed as failure:
            return failure.reason
        if there is None:
            return f"The service {self._service} is not there."
        return "" if there == self._wanted else f"The service {self._service} is something else."

    def revert(self, snapshot: bytes) -> None:
        """Take it away, or make it what it was."""
        before = self._read(snapshot)
        if before is not None:
            self._do(before)
            return
        try:
            self._services.remove(self._service)
        except Win32Failed as failed:
            raise OperationFailed(self.name, str(failed)) from failed

    def _do(self, service: Service) -> None:
        try:
            self._services.install(service)
        except Win32Failed as failed:
            raise OperationFailed(self.name, str(failed)) from failed

    def _find(self) -> Service | None:
        try:
            return self._services.find(self._service)
        except Win32Failed as failed:
            raise OperationFailed(self.name, str(failed)) from failed

    def _read(self, snapshot: bytes) -> Service | None:
        try:
            fields = Fields(decode(snapshot, place=self.name, max_bytes=SNAPSHOT_MAX_BYTES), self.name)
            if not fields.has("command"):
                fields.close()
                return None
            found = Service(
                name=self._service,
                command=fields.text("command"),
                display_name=fields.text("display", min_length=0),
                description=fields.text("description", min_length=0),
                start=fields.integer("start"),
                account=fields.text("account", min_length=0),
            )
            fields.close()
        except Refused as refused:
            raise OperationFailed(self.name, f"its snapshot cannot be read ({refused})") from refused
        return found


class FileWritten:
    """Writes a file into one folder, where only administrators may write.

    Args:
        folder: where.
        file: its name.
        text: what stands in it; None where it is only taken back.
        why: in a sentence, for whoever is shown it before.
    """

    concern = Concern.PROCESSES

    def __init__(self, folder: Path, file: str, text: str | None, *, why: str = "") -> None:
        self._path = folder / Path(file).name
        self._text = text
        self.why = why
        self.name = f"{FILE}{file}"

    @property
    def text(self) -> str:
        """What stands in it."""
        return self._text or ""

    @property
    def path(self) -> Path:
        """Where it is written."""
        return self._path

    def probe(self) -> Probe:
        """A file can be written wherever an administrator prepares."""
        return as_verified(Probe(capability=Capability.ENFORCED))

    def snapshot(self) -> bytes:
        """Return what is there."""
        data = self._data()
        return encode({} if data is None else {"data": to_base64(data)})

    def apply(self) -> None:
        """Write it, whole."""
        if self._text is None or not self.verify():
            return
        try:
            make_folder(self._path.parent)
            write_durably(self._path, self._text.encode())
        except OSError as error:
            raise OperationFailed(self.name, f"{self._path}: {error.strerror}") from error

    def verify(self) -> str:
        """Compare."""
        if self._text is None:
            return ""
        try:
            data = self._data()
        except OperationFailed as failure:
            return failure.reason
        return "" if data == self._text.encode() else f"{self._path} is not there, or is something else."

    def revert(self, snapshot: bytes) -> None:
        """Put back what was there."""
        try:
            fields = Fields(decode(snapshot, place=self.name, max_bytes=SNAPSHOT_MAX_BYTES), self.name)
            before = fields.raw("data", max_length=_FILE_MAX_BYTES) if fields.has("data") else None
            fields.close()
        except Refused as refused:
            raise OperationFailed(self.name, f"its snapshot cannot be read ({refused})") from refused
        try:
            if before is None:
                remove_durably(self._path)
            elif self._data() != before:
                write_durably(self._path, before)
        except OSError as error:
            raise OperationFailed(self.name, f"{self._path}: {error.strerror}") from error

    def _data(self) -> bytes | None:
        try:
            with self._path.open("rb") as file:
                data = file.read(_FILE_MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise OperationFailed(self.name, f"{self._path}: {error.strerror}") from error
        if len(data) > _FILE_MAX_BYTES:
            raise OperationFailed(self.name, f"{self._path} is too long to be kept")
        return data
