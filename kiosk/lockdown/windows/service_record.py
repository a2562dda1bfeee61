"""What the service has put back, for the seat to sign: the service writes it, everybody may read it, nobody else may write.

Owns one file below Program Files, its form and its length. The service has no business in the seat's folder and the seat has no
rights in the service's: this file is all that goes from one to the other. Refuses to know who signs.
"""

from __future__ import annotations

from pathlib import Path, PureWindowsPath
from typing import Final

from exam_packages.ids import Digest
from kiosk.clock import Clock
from kiosk.durable_file import make_folder, write_durably
from kiosk.errors import storage_fault_of
from kiosk.lockdown.engine import Restored, RestoreReport
from kiosk.lockdown.giving_back import Occasion, OthersReport
from kiosk.lockdown.windows.api import Hive, Registry
from kiosk.lockdown.windows.structs import REG_SZ
from signing.canonical import JsonInput, decode, encode
from signing.errors import Refused
from signing.fields import Fields

NAME: Final = "put-back.json"
FOLDER: Final = "kiosk-seat"
"""Below Program Files, where only administrators write."""
SERVICE_FOLDER: Final = "service"
REPORTS_MAX: Final = 50
"""Some weeks of sessions; a seat states what it finds at its next start. Of more, what found nothing wrong goes first."""
_OPERATIONS_MAX: Final = 200
_OPERATION_MAX: Final = 100
_FAILURE_MAX: Final = 500
_MAX_BYTES: Final = 4 * 1024 * 1024
_VERSION_KEY: Final = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion"
_PROGRAM_FILES: Final = "ProgramFilesDir"


class ServiceRecord:
    """The service's end.

    Args:
        folder: the service's own.
        clock: numbers never go back, not even where the file was lost: each is at least the time.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._path = folder / NAME
        self._clock = clock
        self._failed: tuple[Restored, ...] = ()

    def add(self, report: RestoreReport, because: Occasion) -> None:
        """Write down what became of a machine. What fails again and again in the same way is written down once.

        Raises:
            StorageFault: it could not be written.
        """
        if not report.operations:
            return
        if all(each.failure for each in report.operations):
            if report.operations == self._failed:
                return
            self._failed = report.operations
        before = read_record(self._path)
        number = max(self._clock.utc_ms(), before[-1].number + 1 if before else 0)
        reports = _with_room(list(before))
        reports.append(OthersReport(number=number, because=because, report=report))
        try:
            make_folder(self._path.parent)
            write_durably(self._path, encode({"reports": [_to_json(each) for each in reports]}))
        except OSError as error:
            raise storage_fault_of(error, self._path) from error


def read_record(path: Path) -> tuple[OthersReport, ...]:
    """Return what a service has written down, the oldest first; nothing where there is no such file, or it is damaged."""
    try:
        with path.open("rb") as file:
            untrusted = file.read(_MAX_BYTES + 1)
        fields = Fields(decode(untrusted, place=NAME, max_bytes=_MAX_BYTES), NAME)
        reports = tuple(_report(each) for each in fields.objects("reports", max_items=REPORTS_MAX))
        fields.close()
    except (OSError, Refused):
        return ()
    return reports


def record_of(registry: Registry) -> Path:
    """Return where the service of this machine writes it, by what the registry says of Program Files and no variable."""
    value = registry.read(Hive.MACHINE, _VERSION_KEY, _PROGRAM_FILES)
    told = "" if value is None or value.type != REG_SZ else value.data.decode("utf-16-le", errors="replace")
    programs = told.rstrip("\0")
    if not PureWindowsPath(programs).is_absolute():
        programs = "C:\\Program Files"
    return Path(programs) / FOLDER / SERVICE_FOLDER / NAME


def _with_room(reports: list[OthersReport]) -> list[OthersReport]:
    """Leave room for one more: the oldest goes after which all was as it was found, or else the oldest."""
    while len(reports) >= REPORTS_MAX:
        reports.remove(next((each for each in reports if each.report.as_found), reports[0]))
    return reports


def _to_json(each: OthersReport) -> JsonInput:
    operations: list[JsonInput] = [_operation_to_json(one) for one in each.report.operations[:_OPERATIONS_MAX]]
    return {"because": each.because.value, "number": each.number, "operations": operations}


def _operation_to_json(each: Restored) -> JsonInput:
    body: dict[str, JsonInput] = {
        "failure": each.failure[:_FAILURE_MAX],
        "found": each.found,
        "operation": each.operation[:_OPERATION_MAX],
    }
    return body if each.left is None else {**body, "left": each.left}


def _report(fields: Fields) -> OthersReport:
    number, because = fields.integer("number"), fields.choice("because", Occasion)
    operations = tuple(_operation(each) for each in fields.objects("operations", max_items=_OPERATIONS_MAX))
    fields.close()
    return OthersReport(number=number, because=because, report=RestoreReport(operations=operations))


def _operation(fields: Fields) -> Restored:
    left = fields.optional_digest("left")
    restored = Restored(
        operation=fields.text("operation", max_length=_OPERATION_MAX),
        found=Digest(fields.digest("found")),
        left=None if left is None else Digest(left),
        failure=fields.text("failure", min_length=0, max_length=_FAILURE_MAX),
    )
    fields.close()
    return restored
