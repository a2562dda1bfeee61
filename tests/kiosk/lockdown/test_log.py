from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import UtcMs
from exam_packages.lockdown_log import EVIDENCE_MAX, LINE_MAX_BYTES, read_log
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.log import LockdownLog, read_lines
from kiosk.lockdown.readings import Reading
from signing.errors import ContentRefused, Refused

NOW = Reading(wall=UtcMs(1_790_000_000_000), awake_ms=1_000, since_boot_ms=2_000)
KINDS = (IncidentKind.FOCUS_LOST, IncidentKind.DISPLAY_ADDED, IncidentKind.SUSPENDED)


def write_three(path: Path) -> tuple[bytes, ...]:
    log = LockdownLog(path, now=NOW)
    for kind in KINDS:
        log.append(kind, Consequence.WARN, {"program": "xclock"}, NOW)
    log.close()
    return log.lines


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "session.log"


def test_lines_are_there_again_and_go_on(path: Path) -> None:
    lines = write_three(path)
    assert read_lines(path) == lines
    log = LockdownLog(path, now=NOW)
    line = log.append(IncidentKind.LOCK_OPENED, Consequence.NOTE, {"proctor": "maria"}, NOW)
    log.close()
    assert line.n == 3
    read, _ = read_log(read_lines(path), place="log")
    assert [each.kind for each in read] == [kind.value for kind in (*KINDS, IncidentKind.LOCK_OPENED)]


def test_a_log_that_is_not_there_has_no_lines(path: Path) -> None:
    assert read_lines(path) == ()


@given(cut=st.integers(1, 10_000))
def test_wherever_the_power_fails_whole_lines_are_left_and_it_goes_on(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("log") / "session.log"
    lines = write_three(path)
    size = path.stat().st_size
    os.truncate(path, size - cut % size)
    log = LockdownLog(path, now=NOW)
    log.append(IncidentKind.LOCK_OPENED, Consequence.NOTE, {}, NOW)
    log.close()
    kept = read_lines(path)
    assert kept[:-1] == lines[: len(kept) - 1]
    assert not list(path.parent.glob("*.broken-*"))


@pytest.mark.parametrize("where", [0, 1])
def test_a_line_that_was_altered_is_kept_aside_and_said(path: Path, where: int) -> None:
    lines = list(write_three(path))
    lines[where] = lines[where].replace(b"xclock", b"xclokk")
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    with pytest.raises(StorageFault) as fault:
        read_lines(path)
    assert fault.value.kind is StorageFaultKind.CHAIN_BROKEN
    log = LockdownLog(path, now=NOW)
    log.close()
    (said,), _ = read_log(read_lines(path), place="log")
    assert said.kind == IncidentKind.LOG_BROKEN.value
    assert path.with_name("session.log.broken-1").read_bytes() == b"".join(line + b"\n" for line in lines)


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [lines[0], lines[0], lines[1]],
    ],
)
def test_lines_that_are_missing_twice_or_elsewhere_are_refused(path: Path, change: object) -> None:
    assert callable(change)
    with pytest.raises(ContentRefused):
        read_log(change(list(write_three(path))), place="log")


@given(st.binary(max_size=300))
def test_no_bytes_but_a_line_are_a_line(untrusted: bytes) -> None:
    with pytest.raises(Refused):
        read_log([untrusted], place="log")


def test_evidence_is_cut_to_what_a_reader_takes(path: Path) -> None:
    log = LockdownLog(path, now=NOW)
    evidence = {f"name-{n:02}": "\x01\udc80" * 1_000 for n in range(40)}
    line = log.append(IncidentKind.FOREIGN_WINDOW, Consequence.LOCK, evidence, NOW)
    log.close()
    assert len(line.evidence) == EVIDENCE_MAX
    (data,) = read_lines(path)
    assert len(data) <= LINE_MAX_BYTES


def test_a_disk_that_is_full_is_said_and_nothing_is_half_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = LockdownLog(path, now=NOW)
    log.append(IncidentKind.FOCUS_LOST, Consequence.WARN, {}, NOW)

    def refuse(_descriptor: int, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kiosk.lockdown.log._write_all", refuse)
    for _ in range(2):
        with pytest.raises(StorageFault) as fault:
            log.append(IncidentKind.FOCUS_LOST, Consequence.WARN, {}, NOW)
        assert fault.value.kind is StorageFaultKind.FULL
    log.close()
    assert len(log.lines) == len(read_lines(path)) == 1


def test_a_log_that_could_not_be_written_goes_on_when_it_can(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = LockdownLog(path, now=NOW)
    log.append(IncidentKind.FOCUS_LOST, Consequence.WARN, {}, NOW)

    def torn(descriptor: int, data: bytes) -> None:
        os.write(descriptor, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("kiosk.lockdown.log._write_all", torn)
        for _ in range(2):
            with pytest.raises(StorageFault):
                log.append(IncidentKind.FOREIGN_WINDOW, Consequence.LOCK, {}, NOW)
    log.append(IncidentKind.FOCUS_LOST, Consequence.WARN, {"program": "b"}, NOW)
    log.close()
    lines, _ = read_log(read_lines(path), place="log")
    assert [line.evidence for line in lines] == [{}, {"program": "b"}]
    LockdownLog(path, now=NOW).close()
    assert not list(path.parent.glob("*.broken-*"))
