"""A run against a server that can be made to do anything, without a network."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from exam_packages.ids import Digest
from kiosk.errors import MachineFault, StickFault, StickFaultKind
from kiosk.handover.stick import Stick
from kiosk.progress import silent
from kiosk.upload.facts import Outcome, ReceiptOutcome, UploadReport
from kiosk.upload.faults import Reason, UploadFault
from kiosk.upload.remote import Body, Held
from kiosk.upload.uploading import IN_MEMORY_MAX_BYTES, upload
from signing.errors import ContentRefused, FormRefused
from tests.kiosk.upload.outbox import Bar, Waits, receipt_for, stick_with


class Server:
    """A server in memory. ``faults`` are raised by the next PUTs, one each; ``gives`` is false for one that only takes."""

    def __init__(self, *, gives: bool = True) -> None:
        self.files: dict[Digest, bytes] = {}
        self.receipts: dict[Digest, bytes] = {}
        self.faults: list[UploadFault] = []
        self.puts: list[Digest] = []
        self._gives = gives

    def held(self, bundle: Digest) -> Held:
        if not self._gives:
            return Held.UNTOLD
        if bundle not in self.files:
            return Held.ABSENT
        return Held.SAME if hashlib.sha256(self.files[bundle]).hexdigest() == bundle else Held.OTHER

    def put(self, bundle: Digest, body: Body, *, size_bytes: int, sent: Callable[[int], None]) -> bool:
        self.puts.append(bundle)
        if self.faults:
            raise self.faults.pop(0)
        body.seek(0)
        data = body.read(size_bytes + 1)
        assert len(data) == size_bytes
        sent(size_bytes)
        new = bundle not in self.files
        self.files.setdefault(bundle, data)
        return new

    def receipt(self, bundle: Digest) -> bytes | None:
        return self.receipts.get(bundle)


def run(stick: Stick, server: Server, *, receipts: bool = True, waits: Waits | None = None) -> UploadReport:
    return upload(stick, server, receipts=receipts, patience=(waits or Waits()).patience(), progress=silent)


def outcomes(report: UploadReport) -> list[Outcome]:
    return [entry.outcome for entry in report.entries]


def test_an_empty_stick(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    report = run(Stick(tmp_path / "stick"), Server())
    assert (report.entries, report.stopped, report.failures) == ((), None, ())
    with pytest.raises(StickFault):
        run(Stick(tmp_path / "nowhere"), Server())


def test_a_result_of_no_bytes_or_many(tmp_path: Path) -> None:
    stick, digests = stick_with(tmp_path, 0, IN_MEMORY_MAX_BYTES + 1)
    server = Server()
    assert outcomes(run(stick, server)) == [Outcome.SENT, Outcome.SENT]
    assert sorted(server.files) == digests


def test_a_server_that_only_takes_is_believed_and_it_is_said(tmp_path: Path) -> None:
    stick, _ = stick_with(tmp_path, 10)
    server = Server(gives=False)
    for outcome in (Outcome.SENT, Outcome.THERE):
        (entry,) = run(stick, server).entries
        assert (entry.outcome, entry.compared) == (outcome, False)


def test_three_failures_in_a_row_stop_the_run(tmp_path: Path) -> None:
    stick, digests = stick_with(tmp_path, 1, 2, 3, 4, 5)
    server = Server()
    cut = UploadFault(Reason.CUT, "server")
    server.faults = [cut] * 15
    waits = Waits()
    report = run(stick, server, waits=waits)
    assert outcomes(report) == [Outcome.FAILED] * 3 + [Outcome.NOT_TRIED] * 2
    assert report.stopped is cut
    assert waits.seconds == [1, 2, 4, 8] * 3
    assert server.puts == [digest for digest in digests[:3] for _ in range(5)]


def test_failures_with_a_success_between_do_not(tmp_path: Path) -> None:
    stick, _ = stick_with(tmp_path, 1, 2, 3, 4, 5)
    server = Server()
    large = UploadFault(Reason.TOO_LARGE, "server")
    server.faults = [large, large]
    report = run(stick, server)
    assert outcomes(report) == [Outcome.FAILED] * 2 + [Outcome.SENT] * 3
    assert report.stopped is None


@pytest.mark.parametrize("reason", [each for each in Reason if UploadFault(each, "server").stops])
def test_what_every_file_would_meet_stops_at_once(reason: Reason, tmp_path: Path) -> None:
    stick, _ = stick_with(tmp_path, 1, 2)
    server = Server()
    server.faults = [UploadFault(reason, "server")] * 5
    report = run(stick, server)
    assert outcomes(report) == [Outcome.FAILED, Outcome.NOT_TRIED]
    assert isinstance(report.stopped, UploadFault)


def test_progress_counts_bytes_and_goes_back_when_sending_begins_anew(tmp_path: Path) -> None:
    stick, _ = stick_with(tmp_path, 100, 200)
    server = Server()
    server.faults = [UploadFault(Reason.CUT, "server")]
    bar = Bar()
    upload(stick, server, receipts=False, patience=Waits().patience(), progress=bar)
    assert {total for _, total, _ in bar.told} == {300}
    assert bar.told[-1][0] == 300
    assert any("cut, again in 1 s" in what for _, _, what in bar.told)
    assert all(0 <= done <= total for done, total, _ in bar.told)


def test_files_that_are_no_results(tmp_path: Path) -> None:
    stick, (good,) = stick_with(tmp_path, 10)
    (stick.results / "name.result").write_bytes(b"x")
    (stick.results / f"{'A' * 64}.result").write_bytes(b"x")
    (stick.results / f"{'0' * 64}.result").write_bytes(b"x")
    (stick.results / f".{good}.result.1234.part").write_bytes(b"half")
    server = Server()
    report = run(stick, server)
    kinds = Counter(type(failure) for failure in report.failures)
    assert kinds == {ContentRefused: 1, FormRefused: 2}
    assert report.count(Outcome.FAILED) == 3
    assert server.puts == [good]
    assert report.stopped is None


def test_a_result_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.upload.uploading.BUNDLE_MAX_BYTES", 100)
    stick, _ = stick_with(tmp_path, 101)
    report = run(stick, Server())
    assert isinstance(report.failures[0], FormRefused)


def test_this_machine_has_no_room_for_a_long_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    stick, _ = stick_with(tmp_path / "stick", IN_MEMORY_MAX_BYTES + 1, IN_MEMORY_MAX_BYTES + 2)
    server = Server()
    report = run(stick, server)
    assert outcomes(report) == [Outcome.FAILED, Outcome.NOT_TRIED]
    assert isinstance(report.stopped, MachineFault)
    assert server.puts == []


def test_a_receipt_means_that_nothing_is_sent(tmp_path: Path) -> None:
    stick, digests = stick_with(tmp_path, 10, 20)
    server = Server()
    server.receipts[digests[0]] = receipt_for(digests[0])
    without = run(stick, server, receipts=False)
    assert outcomes(without) == [Outcome.ANSWERED, Outcome.SENT]
    assert {entry.receipt for entry in without.entries} == {ReceiptOutcome.NOT_ASKED}
    assert not stick.receipts.exists()
    assert server.puts == [digests[1]]


@pytest.mark.parametrize("kind", ["nothing", "text", "another", "long"])
def test_what_is_no_receipt_of_this_result_is_not_brought_and_the_result_is_sent(kind: str, tmp_path: Path) -> None:
    stick, (digest,) = stick_with(tmp_path, 10)
    server = Server()
    another = receipt_for(Digest("0" * 64))
    server.receipts[digest] = {"nothing": b"", "text": b"<html>", "another": another, "long": bytes(3_000_000)}[kind]
    (entry,) = run(stick, server).entries
    assert (entry.outcome, entry.receipt) == (Outcome.SENT, ReceiptOutcome.FAILED)
    assert entry.receipt_failure is not None
    assert not stick.receipts.exists()
    assert run(stick, server, receipts=False).failures == ()


def test_a_newer_receipt_replaces_and_an_older_does_not(tmp_path: Path) -> None:
    stick, (digest,) = stick_with(tmp_path, 10)
    server = Server()
    path = stick.receipts / f"{digest}.receipt"
    seen = []
    for number in (5, 6, 4, 6):
        server.receipts[digest] = receipt_for(digest, number=number)
        seen.append(run(stick, server).entries[0].receipt)
    assert seen == [ReceiptOutcome.WRITTEN, ReceiptOutcome.WRITTEN, ReceiptOutcome.KEPT_NEWER, ReceiptOutcome.THERE]
    assert path.read_bytes() == receipt_for(digest, number=6)
    path.write_bytes(b"damaged")
    assert run(stick, server).entries[0].receipt is ReceiptOutcome.WRITTEN


@pytest.fixture
def small_stick(tmp_path: Path) -> Iterator[Stick]:
    """A real file system of 64 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting needs rights that are not here")
    yield stick_with(folder, 10, 20)[0]
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("fault", [StickFaultKind.FULL, StickFaultKind.READ_ONLY])
def test_a_stick_without_room_for_receipts_still_gives_its_results(fault: StickFaultKind, small_stick: Stick) -> None:
    server = Server()
    first, second = (Digest(path.name.removesuffix(".result")) for path in small_stick.result_files())
    server.receipts[first] = receipt_for(first)
    if fault is StickFaultKind.FULL:
        with suppress(OSError), (small_stick.folder / "filler").open("wb", buffering=0) as filler:
            while filler.write(bytes(1024)):
                pass
    else:
        subprocess.run(["mount", "-o", "remount,ro", str(small_stick.folder)], check=True)
    report = run(small_stick, server)
    assert outcomes(report) == [Outcome.ANSWERED, Outcome.SENT]
    assert report.entries[0].receipt is ReceiptOutcome.FAILED
    assert isinstance(report.entries[0].receipt_failure, StickFault)
    assert report.entries[0].receipt_failure.kind is fault
    assert list(server.files) == [second]
