from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import Digest, SeatId, SiteId, UtcMs
from kiosk.errors import Missing
from kiosk.handover.seat_report import (
    ReportedBundle,
    ReportedExam,
    SeatReport,
    encode_report,
    read_report,
    report_of,
)
from kiosk.seat.facts import ClockState, ExamState, SessionState
from kiosk.seat.seat import Seat
from signing.errors import FormRefused
from tests.kiosk.seat.sittings import sit

DIGESTS = st.binary(min_size=32, max_size=32).map(lambda raw: Digest(raw.hex()))
REPORTS = st.builds(
    SeatReport,
    seat=st.just(SeatId("seat-01")),
    site=st.sampled_from([None, SiteId("site-berlin")]),
    missing=st.lists(st.sampled_from(Missing), unique=True).map(tuple),
    certificate_until=st.none() | st.integers(0, 2**50).map(UtcMs),
    drop_taken=st.none() | st.integers(0, 2**50).map(UtcMs),
    proctors=st.integers(0, 500),
    appointments=st.integers(0, 5_000),
    clock=st.sampled_from(ClockState),
    exams=st.lists(
        st.builds(ReportedExam, package=DIGESTS, title=st.text("abc é", min_size=1), state=st.sampled_from(ExamState)),
        max_size=3,
    ).map(tuple),
    bundles=st.lists(st.builds(ReportedBundle, bundle=DIGESTS, state=st.sampled_from(SessionState)), max_size=3).map(
        tuple
    ),
    unfinished=st.integers(0, 5),
    damaged=st.integers(0, 5),
)


@given(REPORTS)
def test_a_report_comes_back(report: SeatReport) -> None:
    assert read_report(encode_report(report), place="report") == report


def test_a_report_of_a_seat_names_no_candidate(seat: Seat) -> None:
    sit(seat.day())
    data = encode_report(report_of(seat.status()))
    report = read_report(data, place="report")
    assert [entry.state for entry in report.bundles] == [SessionState.SEALED]
    assert len(report.exams) == 2
    assert b"Ruiz" not in data
    assert b"candidate" not in data


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "another"),
        ("missing", ["nothing"]),
        ("proctors", -1),
        ("clock", "sundial"),
        ("seat", "../etc"),
        ("more", 1),
        ("bundles", [{"bundle": "00", "state": "sealed"}]),
    ],
)
def test_another_form_is_refused(name: str, value: object) -> None:
    report = SeatReport(
        seat=SeatId("seat-01"),
        site=None,
        missing=(),
        certificate_until=None,
        drop_taken=None,
        proctors=0,
        appointments=0,
        clock=ClockState.GOOD,
        exams=(),
        bundles=(),
        unfinished=0,
        damaged=0,
    )
    changed = json.loads(encode_report(report)) | {name: value}
    data = json.dumps(changed, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(FormRefused):
        read_report(data, place="report")
