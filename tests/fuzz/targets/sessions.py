"""What a journal says, and what the office makes of the answers in it: replayed, scored, reported."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Final

from exam_packages.errors import ScoringRefused
from exam_packages.ids import AppointmentId, CandidateId, ExamId, ItemId, ProctorId, ResponseId, SectionId, UtcMs
from exam_packages.office.report_pdf import ReportFacts, render_report
from exam_packages.office.results_reporting import assessment_result
from exam_packages.office.scoring_results import _score_exam
from exam_packages.qti.model import AssessmentItem, Exam, Lexical
from exam_packages.qti.scoring_package import read_for_scoring
from exam_packages.qti.validity import faults
from exam_packages.record_streams import _one_by_one, read_records
from exam_packages.records import answers_of, encode_record
from exam_packages.result_opening import CheckedResult, OpenedResult, check_result
from exam_packages.rosters import Appointment
from exam_packages.scoring import score_item, to_json
from exam_packages.session_events import (
    Answered,
    Commented,
    Event,
    Finished,
    IdentityConfirmed,
    ItemPresented,
    Opened,
    Record,
    SectionEnded,
    SectionEntered,
    SessionPlan,
    Submitted,
    TextEdited,
)
from kiosk.seat.planning import Sitting, plan_session
from kiosk.session import EventNotAllowed, replay
from kiosk.session.route import check_route
from signing.canonical import encode
from signing.errors import Refused
from tests.exam_packages import world
from tests.exam_packages.qti.samples import SAMPLES, answer_sheet, exam
from tests.exam_packages.qti.writing_xml import choice, declaration, form_document, item, manifest, package
from tests.fuzz.target import Target, one_form_of

_SELDOM: Final = 32  # one report in so many is drawn, which takes ten times as long as everything before
_SEED: Final = "0123456789abcdef" * 2
_VALUES_MAX: Final = 50  # values of one answer: the reader of records takes 500


def fuzz_session(data: bytes) -> None:
    """A journal, one record a line or as a list: read in both ways, replayed, and held against an exam's rules."""
    lines = _lines(data)
    # The quick reader has to say what the slow one says, which takes one record after the other.
    assert _said(lambda: read_records(lines, place="journal")[0]) == _said(
        lambda: tuple(_one_by_one(lines, first=0, place="journal"))
    )
    with suppress(Refused):
        records, _ = read_records(lines, place="journal")
        with suppress(EventNotAllowed):
            replay(records)
        with suppress(EventNotAllowed, ScoringRefused):
            check_route(_small_exam(), records)
        answers_of(records)


def _said(read: Callable[[], tuple[Record, ...]]) -> tuple[Record, ...] | str:
    try:
        return read()
    except Refused as refused:
        return str(refused)


def _lines(data: bytes) -> list[bytes]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return data.split(b"\n")
    return [one_form_of(line) for line in value] if isinstance(value, list) else [data]


@cache
def _small_exam() -> Exam:
    """Two items: a choice, and one that takes a text, points, pairs and a record."""
    declared = (
        declaration(correct=("B",))
        + '<qti-response-declaration identifier="RECORD" cardinality="record"/>'
        + declaration("point", "multiple", name="POINTS")
        + declaration("pair", "ordered", name="PAIRS")
        + declaration("string", name="TEXT")
        + declaration("float", name="NUMBER")
    )
    control = '<qti-item-session-control allow-comment="true"/>'
    references = "".join(
        f'<qti-assessment-item-ref identifier="q{n}" href="items/q{n}.xml">{control}</qti-assessment-item-ref>'
        for n in (1, 2)
    )
    section = f'<qti-assessment-section identifier="s1" title="S" visible="true">{references}</qti-assessment-section>'
    paths = {"test.xml": (), "items/q1.xml": (), "items/q2.xml": ()}
    return read_for_scoring(
        package(
            test_xml=form_document(section, maximum=2),
            imsmanifest_xml=manifest(paths),
            items__q1_xml=item(),
            items__q2_xml=item(declared, body=choice(name="TEXT")),
        )
    )


def fuzz_answers(data: bytes) -> None:
    """Answers to items of every kind: what is wrong with them, and what they earn."""
    for name, responses in list(_answers(data).items())[:3]:
        asked = _items().get(ItemId(name))
        if asked is None:
            continue
        faults(asked, responses)
        with suppress(ScoringRefused):
            score_item(asked, responses)


def _answers(data: bytes) -> dict[str, dict[ResponseId, Lexical]]:
    """Responses by item, as the reader of records would give them: texts of any content."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    found: dict[str, dict[ResponseId, Lexical]] = {}
    for name, responses in value.items() if isinstance(value, dict) else ():
        if isinstance(responses, dict):
            found[name] = {
                ResponseId(response): tuple(str(each) for each in values[:_VALUES_MAX])
                for response, values in responses.items()
                if isinstance(values, list)
            }
    return found


@cache
def _items() -> dict[ItemId, AssessmentItem]:
    whole = exam(SAMPLES[0])
    return {ref.identifier: whole.item(ref) for ref in whole.test.item_refs()}


def fuzz_report(data: bytes) -> None:
    """A session of any content that was accepted: scored, and written down as JSON, XML and PDF."""
    with suppress(Refused):
        records, _ = read_records([encode_record(_opened()), *_lines(data)], place="journal")
        result = OpenedResult(checked=_checked(), records=records, incidents=(), checkpoints=(), journal=(), moves=())
        with suppress(ScoringRefused):
            report = _score_exam(result, _small_exam())
            assert encode(to_json(report))
            assert assessment_result(result, _small_exam(), report)
            if zlib.crc32(data) % _SELDOM == 0:
                assert render_report(_facts(result), report)


def _facts(result: OpenedResult) -> ReportFacts:
    header = result.checked.header
    # The name is what the seat wrote; it may be anything that a journal can say.
    texts = [text for each in answers_of(result.records).values() for value in each.values() for text in value]
    return ReportFacts(
        office="Board",
        candidate_name=texts[0][:128] if texts else result.plan.candidate_name,
        candidate=header.candidate,
        session=header.session,
        exam=header.exam,
        form=header.form,
        site="Testing centre",
        seat=header.seat,
        state=header.state,
        started=result.records[-1].wall,
        sealed=header.created,
        bundle=result.checked.digest,
        package=header.package,
        journal_head=header.head,
    )


@cache
def _checked() -> CheckedResult:
    return check_result(world.result_file(), trust=world.trust())


# -- seeds ------------------------------------------------------------------------------------------------------------


@cache
def _plan() -> SessionPlan:
    booked = Appointment(
        appointment=AppointmentId("a-1"),
        candidate=CandidateId("c-1"),
        name="Ana Ruiz",
        exam=ExamId("form"),
        day="2026-11-22",
        start=world.NOW,
    )
    sitting = Sitting(
        session=world.SESSION, package=world.package().digest, seat=world.SEAT, released_by="file", seed=_SEED
    )
    return plan_session(_small_exam(), booked, sitting)


def _opened() -> Record:
    return Record(n=0, tick_ms=0, wall=world.NOW, event=Opened(plan=_plan(), proctor=ProctorId("p-1")))


def _records(events: list[Event], *, first: int = 0) -> bytes:
    lines = [
        json.loads(encode_record(Record(n=n, tick_ms=1500, wall=UtcMs(world.NOW + n), event=event)))
        for n, event in enumerate(events, first)
    ]
    return json.dumps(lines).encode()


def _answering() -> list[Event]:
    q1, q2 = ItemId("q1"), ItemId("q2")
    return [
        SectionEntered(section=SectionId("s1")),
        ItemPresented(item=q1),
        Answered(item=q1, response=ResponseId("RESPONSE"), value=("B",)),
        ItemPresented(item=q2),
        Answered(item=q2, response=ResponseId("POINTS"), value=("10 20",)),
        Answered(item=q2, response=ResponseId("RECORD"), value=("floatValue float 1.5", "stringValue string 1.5 kg")),
        TextEdited(item=q2, response=ResponseId("TEXT"), at=0, deleted=0, inserted="An essay\u0007 <b>"),
        Commented(item=q2, text="unclear\x1b[0m"),
    ]


def _sessions() -> list[bytes]:
    whole = [_opened().event, IdentityConfirmed(), *_answering(), SectionEnded(), Submitted(), Finished()]
    real = [json.loads(line) for line in world.journal(world.events())]
    return [_records(whole), _records(whole[:4]), json.dumps(real).encode(), b"\n".join(world.journal(world.events()))]


def _answer_seeds() -> list[bytes]:
    sheet = answer_sheet(SAMPLES[0]).answers
    return [json.dumps({name: sheet[name]}).encode() for name in _items() if sheet.get(name)]


def _reports() -> list[bytes]:
    return [_records(_answering(), first=1), _records(_answering()[:3], first=1)]


TARGETS: Final = (
    Target(
        name="session",
        reads="journals: records, the session machine, an exam's rules about the way",
        run=fuzz_session,
        seeds=_sessions,
        max_bytes=6000,
    ),
    Target(
        name="answers",
        reads="answers to every kind of item: validity and scoring",
        run=fuzz_answers,
        seeds=_answer_seeds,
        tokens=(b"1e999", b"NaN", b"-INF", b"\\u0000", b"A B", b"0x10", b"1_000", b"\\ud800", b"9" * 40),
        max_bytes=1500,
    ),
    Target(
        name="report",
        reads="the office's reports of an accepted session: JSON, QTI results reporting, PDF",
        run=fuzz_report,
        seeds=_reports,
        max_bytes=3000,
    ),
)
