"""One run: every result on the stick to the server, every receipt that is there to the stick.

Owns the order of steps and when to give up. Refuses to know HTTP, screens and clocks. Everything is safe to repeat: a run that
was cut off, by whatever, is repeated as a whole, and what the server gives back as the right bytes is not sent again. Nothing is
removed or changed on the stick; receipts are added.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from exam_packages.drop_paths import RESULT_SUFFIX
from exam_packages.ids import Digest
from exam_packages.results import BUNDLE_MAX_BYTES
from kiosk.durable_file import CHUNK_BYTES
from kiosk.errors import MachineFault, StickFault, StickFaultKind, storage_fault_of
from kiosk.handover.stick import Stick, faults
from kiosk.progress import Progress
from kiosk.upload.facts import Outcome, ReceiptOutcome, UploadEntry, UploadReport
from kiosk.upload.faults import Reason, UploadFault
from kiosk.upload.patience import Patience
from kiosk.upload.receiving import bring, untrusted_receipt
from kiosk.upload.remote import Body, Held, Remote
from signing.errors import ContentRefused, FormRefused, Refused

IN_MEMORY_MAX_BYTES: Final = 4 * 1024 * 1024  # of one result; a longer one waits in a temporary file of this machine
FAILURES_IN_A_ROW_MAX: Final = 3  # a server that failed so often fails the next one too
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def upload(stick: Stick, remote: Remote, *, receipts: bool, patience: Patience, progress: Progress) -> UploadReport:
    """Bring all results of a stick to a server.

    Args:
        stick: with ``results/`` on it.
        remote: the server.
        receipts: also bring the receipts that are there to the stick.
        patience: how often to try, and how to wait.
        progress: is told bytes of all results together.

    Returns:
        What became of each, also where the run had to stop.

    Raises:
        StickFault: the stick is not there at all, or its list of files cannot be read.
    """
    stick.refuse_absent()
    waiting = _listed(stick)
    run = _Run(stick, remote, receipts=receipts, patience=patience, meter=_Meter(progress, waiting))
    entries: list[UploadEntry] = []
    for number, entry in enumerate(waiting, start=1):
        if run.stopped is not None:
            entries.append(entry)
            continue
        run.meter.begin(f"{number} of {len(waiting)}: {entry.name[:12]}…")
        entries.append(run.one(entry))
        run.meter.end(entry.size_bytes)
    return UploadReport(entries=tuple(entries), stopped=run.stopped)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivery:
    outcome: Outcome
    compared: bool


class _Run:
    """What one run knows on its way."""

    def __init__(self, stick: Stick, remote: Remote, *, receipts: bool, patience: Patience, meter: _Meter) -> None:
        self.meter = meter
        self.stopped: MachineFault | None = None
        self._stick = stick
        self._remote = remote
        self._receipts = receipts
        self._patience = patience
        self._failures_in_a_row = 0

    def one(self, entry: UploadEntry) -> UploadEntry:
        """Deal with one result: is there an answer already, is it there already, send it, compare."""
        try:
            bundle = _digest_of_name(entry.name)
            entry = self._answer(entry, bundle)
            if entry.outcome is not Outcome.ANSWERED:
                delivery = self._deliver(self._stick.results / entry.name, bundle)
                entry = replace(entry, outcome=delivery.outcome, compared=delivery.compared)
        except (MachineFault, Refused) as failure:
            self._note(failure)
            return replace(entry, outcome=Outcome.FAILED, failure=failure)
        self._failures_in_a_row = 0
        return entry

    def _answer(self, entry: UploadEntry, bundle: Digest) -> UploadEntry:
        self.meter.say("asking for its receipt")
        untrusted = self._patience.trying(lambda: self._remote.receipt(bundle), self.meter.waiting)
        if untrusted is None:
            return replace(entry, receipt=ReceiptOutcome.NONE_YET) if self._receipts else entry
        try:
            untrusted_receipt(untrusted, bundle)
            if not self._receipts:
                return replace(entry, outcome=Outcome.ANSWERED)
            outcome = bring(untrusted, bundle, self._stick)
            return replace(entry, outcome=Outcome.ANSWERED, receipt=outcome)
        except Refused as refused:  # something lies there that is no receipt: the result is sent all the same
            if not self._receipts:
                return entry
            return replace(entry, receipt=ReceiptOutcome.FAILED, receipt_failure=refused)
        except StickFault as fault:
            self._note(fault)  # the office has the result; only the receipt found no place
            return replace(entry, outcome=Outcome.ANSWERED, receipt=ReceiptOutcome.FAILED, receipt_failure=fault)

    def _deliver(self, path: Path, bundle: Digest) -> _Delivery:
        with self._read(path, bundle) as (body, size_bytes):
            sent_before = False

            def once() -> _Delivery:
                nonlocal sent_before
                self.meter.say("asking what is there")
                held = self._remote.held(bundle)
                if held is Held.SAME:  # also where the last try arrived and only the answer to it was lost
                    return _Delivery(outcome=Outcome.SENT if sent_before else Outcome.THERE, compared=True)
                self.meter.say("sending")
                sent_before = True
                taken = self._remote.put(bundle, body, size_bytes=size_bytes, sent=self.meter.sent)
                return self._compared(bundle, Outcome.SENT if taken else Outcome.THERE)

            return self._patience.trying(once, self.meter.waiting)

    def _compared(self, bundle: Digest, outcome: Outcome) -> _Delivery:
        """Compare after sending: some servers overwrite whatever is asked of them (docs/upload.md)."""
        self.meter.say("comparing")
        held = self._remote.held(bundle)
        if held is Held.OTHER:
            raise UploadFault(Reason.DIFFERS, f"{bundle}{RESULT_SUFFIX}")
        return _Delivery(outcome=outcome, compared=held is Held.SAME)

    @contextmanager
    def _read(self, path: Path, bundle: Digest) -> Iterator[tuple[Body, int]]:
        """Read a result from the stick, once, and give it only when all of it is what its name says."""
        self.meter.say("reading")
        hashed = hashlib.sha256()
        size_bytes = 0
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_MAX_BYTES) as spool:
            for chunk in _chunks(path):
                size_bytes += len(chunk)
                if size_bytes > BUNDLE_MAX_BYTES:
                    raise FormRefused("is too long for a result bundle", place=path.name)
                hashed.update(chunk)
                _keep(spool, chunk)
            if hashed.hexdigest() != bundle:
                raise ContentRefused(
                    "is damaged: not what its name says. Export it from its seat again", place=path.name
                )
            yield spool, size_bytes

    def _note(self, failure: MachineFault | Refused) -> None:
        """Decide whether the run can go on after a failure."""
        match failure:
            case UploadFault():
                self._failures_in_a_row += 1
                if failure.stops or self._failures_in_a_row >= FAILURES_IN_A_ROW_MAX:
                    self.stopped = failure
            case StickFault():
                if failure.kind is StickFaultKind.GONE or not self._stick.folder.is_dir():
                    self.stopped = failure
            case MachineFault():
                self.stopped = failure
            case _:
                pass  # one bad file says nothing about the next


class _Meter:
    """Tells how far a run is, in bytes of all results together."""

    def __init__(self, progress: Progress, entries: tuple[UploadEntry, ...]) -> None:
        self._progress = progress
        self._total = sum(entry.size_bytes for entry in entries)
        self._before = 0
        self._of_this = 0
        self._title = ""
        self._doing = ""

    def begin(self, title: str) -> None:
        self._title, self._doing, self._of_this = title, "", 0

    def say(self, doing: str) -> None:
        self._doing = doing
        self._tell()

    def sent(self, done: int) -> None:
        self._of_this = done
        self._tell()

    def waiting(self, fault: UploadFault, seconds: float) -> None:
        self._of_this = 0
        self.say(f"{fault.reason.value.replace('-', ' ')}, again in {max(1, round(seconds))} s")

    def end(self, size_bytes: int) -> None:
        self._before += size_bytes
        self._of_this = 0
        self._tell()

    def _tell(self) -> None:
        self._progress(min(self._before + self._of_this, self._total), self._total, f"{self._title} {self._doing}")


def _listed(stick: Stick) -> tuple[UploadEntry, ...]:
    entries: list[UploadEntry] = []
    for path in stick.result_files():
        with faults(path):
            size_bytes = path.stat().st_size
        entries.append(UploadEntry(name=path.name, size_bytes=size_bytes, outcome=Outcome.NOT_TRIED))
    return tuple(entries)


def _digest_of_name(name: str) -> Digest:
    stem = name.removesuffix(RESULT_SUFFIX)
    if _DIGEST.fullmatch(stem) is None:
        raise FormRefused("is not named by the digest of a result", place=name)
    return Digest(stem)


def _chunks(path: Path) -> Iterator[bytes]:
    with faults(path):
        file = path.open("rb")
    with file:
        while True:
            with faults(path):
                chunk = file.read(CHUNK_BYTES)
            if not chunk:
                return
            yield chunk


def _keep(spool: tempfile.SpooledTemporaryFile[bytes], chunk: bytes) -> None:
    try:
        spool.write(chunk)
    except OSError as error:
        raise storage_fault_of(error, Path(tempfile.gettempdir())) from error
