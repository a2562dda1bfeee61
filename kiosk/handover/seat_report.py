"""The seat report: what a seat has and lacks, for the admin's machine.

Owns its form. It is information between machines of one site, not evidence: it is not signed, and nothing is decided by it
but what a table shows. It holds no names of candidates.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from exam_packages.ids import Digest, SeatId, SiteId, UtcMs
from exam_packages.signed_documents import name_of
from kiosk.errors import Missing
from kiosk.seat.facts import ClockState, ExamState, SeatStatus, SessionState
from signing.canonical import JsonValue, decode, encode
from signing.errors import FormRefused
from signing.fields import Fields

FORMAT: Final = "testing-center-kiosk/seat-report/v1"
REPORT_MAX_BYTES: Final = 4 * 1024 * 1024


class _Format(Enum):
    V1 = FORMAT


_PACKAGES_MAX: Final = 1_000
_BUNDLES_MAX: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedExam:
    """An exam package on a seat."""

    package: Digest
    title: str
    state: ExamState


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedBundle:
    """A result of a seat. ``state`` is sealed, exported, received or erased."""

    bundle: Digest
    state: SessionState


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatReport:
    """What a seat said when the stick was in it.

    Attributes:
        certificate_until: None before it was certified.
        drop_taken: when the last new drop was taken in; None before the first.
        unfinished: sessions that are neither sealed nor given up.
        damaged: sessions whose journal cannot be used.
    """

    seat: SeatId
    site: SiteId | None
    missing: tuple[Missing, ...]
    certificate_until: UtcMs | None
    drop_taken: UtcMs | None
    proctors: int
    appointments: int
    clock: ClockState
    exams: tuple[ReportedExam, ...]
    bundles: tuple[ReportedBundle, ...]
    unfinished: int
    damaged: int


def report_of(status: SeatStatus) -> SeatReport:
    """Make a report of a seat's status. The same state of a seat gives the same report, whatever the time is."""
    return SeatReport(
        seat=status.seat,
        site=status.site,
        missing=status.missing,
        certificate_until=status.certificate_until,
        drop_taken=status.drop_time,
        proctors=status.proctors,
        appointments=status.appointments,
        clock=status.clock.state,
        exams=tuple(
            ReportedExam(package=entry.package, title=entry.title, state=entry.state) for entry in status.exams
        ),
        bundles=tuple(
            ReportedBundle(bundle=entry.bundle, state=entry.state)
            for entry in status.sessions
            if entry.bundle is not None
        ),
        unfinished=sum(entry.state is SessionState.RUNNING for entry in status.sessions),
        damaged=sum(entry.state is SessionState.DAMAGED for entry in status.sessions),
    )


def encode_report(report: SeatReport) -> bytes:
    """Return a report's one byte form."""
    exams: list[JsonValue] = [
        {"package": exam.package, "state": exam.state.value, "title": exam.title} for exam in report.exams
    ]
    bundles: list[JsonValue] = [{"bundle": entry.bundle, "state": entry.state.value} for entry in report.bundles]
    body: dict[str, JsonValue] = {
        "appointments": report.appointments,
        "bundles": bundles,
        "clock": report.clock.value,
        "damaged": report.damaged,
        "exams": exams,
        "format": FORMAT,
        "missing": [missing.value for missing in report.missing],
        "proctors": report.proctors,
        "seat": report.seat,
        "unfinished": report.unfinished,
    }
    optional: dict[str, JsonValue] = {
        "certificate_until": report.certificate_until,
        "drop_taken": report.drop_taken,
        "site": report.site,
    }
    body |= {name: value for name, value in optional.items() if value is not None}
    return encode(body)


def read_report(untrusted: bytes, *, place: str) -> SeatReport:
    """Read a report.

    Raises:
        FormRefused: not the one encoding of a report.
    """
    fields = Fields(decode(untrusted, place=place, max_bytes=REPORT_MAX_BYTES), place)
    fields.choice("format", _Format)
    until, taken = fields.optional_integer("certificate_until"), fields.optional_integer("drop_taken")
    report = SeatReport(
        seat=SeatId(name_of(fields, "seat", max_length=64)),
        site=SiteId(name_of(fields, "site")) if fields.has("site") else None,
        missing=tuple(_missing(text, place) for text in fields.texts("missing", max_items=len(Missing))),
        certificate_until=None if until is None else UtcMs(until),
        drop_taken=None if taken is None else UtcMs(taken),
        proctors=fields.integer("proctors"),
        appointments=fields.integer("appointments"),
        clock=fields.choice("clock", ClockState),
        exams=tuple(_exam(member) for member in fields.objects("exams", max_items=_PACKAGES_MAX)),
        bundles=tuple(_bundle(member) for member in fields.objects("bundles", max_items=_BUNDLES_MAX)),
        unfinished=fields.integer("unfinished"),
        damaged=fields.integer("damaged"),
    )
    fields.close()
    return report


def _missing(text: str, place: str) -> Missing:
    try:
        return Missing(text)
    except ValueError:
        raise FormRefused("names something unknown", place=f"{place}.missing") from None


def _exam(fields: Fields) -> ReportedExam:
    exam = ReportedExam(
        package=Digest(fields.digest("package")),
        title=fields.text("title"),
        state=fields.choice("state", ExamState),
    )
    fields.close()
    return exam


def _bundle(fields: Fields) -> ReportedBundle:
    bundle = ReportedBundle(bundle=Digest(fields.digest("bundle")), state=fields.choice("state", SessionState))
    fields.close()
    return bundle
