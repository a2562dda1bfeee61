from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import SessionId, UtcMs
from exam_packages.session_events import CloseReason, PauseReason
from kiosk.errors import (
    KioskError,
    Missing,
    NotReady,
    PinRefused,
    StickFault,
    StickFaultKind,
    StorageFault,
    StorageFaultKind,
)
from kiosk.seat.facts import (
    AppointmentState,
    ClockState,
    EraseReport,
    ExamState,
    ImportedFile,
    ImportKind,
    ImportOutcome,
    ImportReport,
    SessionState,
)
from kiosk.session import EventNotAllowed, ResultState
from signing import errors as signing_errors
from signing.errors import Layer, Refused
from tests.ui.window.fake_day import DIGEST, seat_status
from ui.window import pause_words, status_words, words
from ui.window.navigation import Screen

REFUSALS = [each for each in vars(signing_errors).values() if isinstance(each, type) and issubclass(each, Refused)]


def every_error() -> list[Exception]:
    path = Path("seat/journal.db")
    return [
        *(StorageFault(kind, path) for kind in StorageFaultKind),
        *(StickFault(kind, path, needed_bytes=4_000_000) for kind in StickFaultKind),
        *(NotReady(missing, "x") for missing in Missing),
        *(each("cut short", place="exam.exam: header") for each in REFUSALS if each is not Refused),
        PinRefused(wait_s=0, attempts_left=1),
        PinRefused(wait_s=30, attempts_left=None),
        EventNotAllowed("no"),
        KioskError("x"),
        ZeroDivisionError("x"),
    ]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_every_error_has_words_and_shows_no_path_of_this_machine(error: Exception) -> None:
    explanation = words.explain(error)
    assert explanation.what.endswith(".")
    assert explanation.text()
    assert "journal.db" not in explanation.text()
    assert "!" not in explanation.text()


def test_every_layer_of_refusal_is_told_apart() -> None:
    assert len({words.explain(each("x", place="p")).what for each in REFUSALS if each is not Refused}) == len(Layer)


def test_every_state_and_reason_has_words_of_its_own() -> None:
    for texts in (
        [pause_words.pause(each).what for each in PauseReason],
        [words.close_reason(each) for each in CloseReason],
        [words.result_state(each) for each in ResultState],
        [words.missing(each) for each in Missing],
        [words.title_of(each, None) for each in Screen],
        [status_words.appointment_state(each) for each in AppointmentState],
        [status_words.session_state(each) for each in SessionState],
        [status_words.exam_state(each) for each in ExamState],
    ):
        assert len(set(texts)) == len(texts)
        assert all(texts)


@pytest.mark.parametrize(
    ("ms", "figures", "said"),
    [
        (0, "0:00", "0 minutes"),
        (1, "0:01", "1 second"),
        (65_000, "1:05", "1 minute 5 seconds"),
        (3_600_000, "1:00:00", "1 hour"),
        (4_360_000, "1:12:40", "1 hour 12 minutes 40 seconds"),
        (7_200_000, "2:00:00", "2 hours"),
    ],
)
def test_times(ms: int, figures: str, said: str) -> None:
    assert words.clock(ms) == figures
    assert words.duration(ms) == said


@given(st.integers(min_value=0, max_value=36_000_000))
def test_figures_read_back_to_the_second_and_show_nothing_left_only_when_it_is_so(ms: int) -> None:
    parts = [int(part) for part in words.clock(ms).split(":")]
    seconds = sum(part * 60**place for place, part in enumerate(reversed(parts)))
    assert seconds == -(-ms // 1000)
    assert (seconds == 0) == (ms == 0)


def test_a_stick_that_is_full_says_how_much_is_needed() -> None:
    fault = StickFault(StickFaultKind.FULL, Path("x"), needed_bytes=3_400_001)
    assert words.explain(fault).what == "The stick has no room (needs 4 MB)."


def test_the_first_word_about_a_seat_that_is_not_ready_is_what_is_missing() -> None:
    status = replace(seat_status(), missing=(Missing.CERTIFICATE, Missing.TRUST))
    assert status_words.sentence(status) == "Not ready. This seat has no certificate of the site yet."


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (0, "less than an hour ago"),
        (3_600_000, "1 hour ago"),
        (7_300_000, "2 hours ago"),
        (3 * 86_400_000, "3 days ago"),
    ],
)
def test_ages(ms: int, said: str) -> None:
    assert status_words.age(ms) == said


def test_reports_name_what_was_refused_and_what_was_kept() -> None:
    refused = signing_errors.SignatureRefused("does not verify", place="today.roster")
    report = ImportReport(
        files=(
            ImportedFile(kind=ImportKind.ROSTER, name="today.roster", outcome=ImportOutcome.REFUSED, refused=refused),
            ImportedFile(kind=ImportKind.PACKAGE, name="a.exam", outcome=ImportOutcome.NOT_OURS),
            ImportedFile(kind=ImportKind.RELEASE, name="b.release", outcome=ImportOutcome.WAITING),
        )
    )
    lines = status_words.imported(report)
    assert lines[0] == "Imported: 0 new, 1 refused, 1 already here or not for this seat."
    assert lines[1] == "Waiting for the office's first drop: b.release"
    assert lines[2] == "Refused: today.roster. A signature does not fit: the file was changed."
    kept = EraseReport(bundle=DIGEST, session=SessionId("01K3"), erased=False, blocked_by=Missing.RECEIPT)
    assert status_words.erased((kept,)) == [
        "Erased: 0 of 1.",
        "Session 01K3 was kept: The office's receipt is not here yet.",
    ]


def test_the_clock_is_judged() -> None:
    for state in ClockState:
        status = seat_status()
        said = status_words.clock(replace(status, clock=replace(status.clock, state=state, now=UtcMs(0))))
        assert "1970" in said
