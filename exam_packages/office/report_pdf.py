"""The score report on paper: one A4 page, drawn as vectors, the same bytes for the same input.

Owns layout, colours and words of the page. Refuses to compute anything: it shows a ``ScoreReport`` and the facts around it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from exam_packages.ids import CandidateId, Digest, ExamId, FormId, SeatId, SessionId, UtcMs
from exam_packages.office.report_fonts import bold_for, drawable, regular_for
from exam_packages.qti.values import format_float
from exam_packages.results import ResultState
from exam_packages.scoring import ScoreReport, SubScore

WIDTH: Final = A4[0]
HEIGHT: Final = A4[1]
LEFT: Final = 22 * mm
RIGHT: Final = WIDTH - 22 * mm
COLUMN: Final = (RIGHT - LEFT) / 2

INK: Final = 0x1D2B36
QUIET: Final = 0x5B6B78
LINE: Final = 0xD5DDE3
TRACK: Final = 0xE9EEF2
PANEL: Final = 0xF6F8FA
BAR: Final = 0x23617F
PASSED: Final = 0x1E6B45
FAILED: Final = 0x97313A
PENDING: Final = 0x7A5A12

COMPETENCIES_MAX: Final = 16  # more would not fit on the page; the JSON has them all
ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What a report says beside the scores."""

    office: str
    candidate_name: str
    candidate: CandidateId
    session: SessionId
    exam: ExamId
    form: FormId
    site: str
    seat: SeatId
    state: ResultState
    started: UtcMs
    sealed: UtcMs
    bundle: Digest
    package: Digest
    journal_head: Digest


def render_report(facts: ReportFacts, report: ScoreReport) -> bytes:
    """Return the PDF of a score report."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(f"Score report {facts.session}")
    canvas.setAuthor(facts.office)
    canvas.setSubject(report.title)
    page = _Page(canvas)
    page.head(facts, report)
    page.people(facts)
    page.result(facts, report)
    page.section("Domains", report.domains)
    page.section("Competencies", report.competencies[:COMPETENCIES_MAX], small=True)
    page.foot(facts, report)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Page:
    """Draws from top to bottom; ``y`` is where the next block begins, in points from the lower edge."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.y = HEIGHT - 20 * mm

    def head(self, facts: ReportFacts, report: ScoreReport) -> None:
        """Draw office, title and exam."""
        self._text(LEFT, self.y, facts.office, 9.5, QUIET, limit=RIGHT - LEFT - 45 * mm)
        self._text_right(RIGHT, self.y, "Score report", 9.5, QUIET)
        self.y -= 4 * mm
        self._rule(self.y)
        self.y -= 12 * mm
        self._text(LEFT, self.y, report.title or facts.exam, 19, INK, bold=True, limit=RIGHT - LEFT)
        self.y -= 6.5 * mm
        framework = f"Competency framework {report.framework}" if report.framework else ""
        line = "   ·   ".join(part for part in (f"Form {facts.form}", framework) if part)
        self._text(LEFT, self.y, line, 9.5, QUIET, limit=RIGHT - LEFT)
        self.y -= 12 * mm

    def people(self, facts: ReportFacts) -> None:
        """Draw who sat the exam, where and when."""
        rows = (
            (("Candidate", facts.candidate_name), ("Candidate number", facts.candidate)),
            (("Date", _day(facts.started)), ("Session", facts.session)),
            (("Testing centre", facts.site), ("Seat", facts.seat)),
        )
        for row in rows:
            for column, (label, value) in enumerate(row):
                left = LEFT + column * COLUMN
                self._text(left, self.y, label, 8, QUIET)
                self._text(left, self.y - 4.8 * mm, value, 11, INK, limit=COLUMN - 6 * mm)
            self.y -= 12.5 * mm
        self.y -= 1 * mm

    def result(self, facts: ReportFacts, report: ScoreReport) -> None:
        """Draw the panel with verdict, points and the bar with the cut score."""
        height = 40 * mm
        words, colour = _verdict(facts, report)
        self._canvas.setFillColor(HexColor(PANEL))
        self._canvas.roundRect(LEFT, self.y - height, RIGHT - LEFT, height, 2.5 * mm, stroke=0, fill=1)
        self._canvas.setFillColor(HexColor(colour))
        self._canvas.roundRect(LEFT, self.y - height, 2.2 * mm, height, 1 * mm, stroke=0, fill=1)
        left, right = LEFT + 8 * mm, RIGHT - 8 * mm
        self._text(left, self.y - 12 * mm, words, 18, colour, bold=True, limit=105 * mm)
        points = f"{_points(report.total)} of {_points(report.max_total)} points"
        self._text_right(right, self.y - 9.5 * mm, points, 13, INK, bold=True)
        share = _share(report.total, report.max_total)
        self._text_right(right, self.y - 14.5 * mm, f"{share:.0%}", 9.5, QUIET)
        cut = None if report.cut_score is None else _share(report.cut_score, report.max_total)
        self._bar(left, self.y - 23 * mm, right - left, 4.2 * mm, share, colour, cut)
        if report.cut_score is not None and cut is not None:
            label = f"Needed to pass: {_points(report.cut_score)} points"
            at = left + cut * (right - left)
            self._text_centred(min(max(at, left + 25 * mm), right - 25 * mm), self.y - 30.5 * mm, label, 8, QUIET)
        self._text(left, self.y - 36.5 * mm, _answered(report), 8, QUIET, limit=right - left)
        self.y -= height + 11 * mm

    def section(self, title: str, scores: tuple[SubScore, ...], *, small: bool = False) -> None:
        """Draw a heading and one bar for each sub-score."""
        if not scores:
            return
        self._text(LEFT, self.y, title, 12, INK, bold=True)
        self.y -= (5.8 if small else 8) * mm
        size, step, thick = (8, 5.1 * mm, 2 * mm) if small else (10, 8 * mm, 3.4 * mm)
        bar_left = LEFT + (100 * mm if small else 52 * mm)
        bar_width = RIGHT - bar_left - 34 * mm
        for score in scores:
            share = _share(score.score, score.max_score)
            label = f"{score.identifier}   {score.title}" if small else score.title
            self._text(LEFT, self.y, label, size, INK, limit=bar_left - LEFT - 4 * mm)
            self._bar(bar_left, self.y - 0.2 * mm, bar_width, thick, share, BAR, None)
            value = f"{_points(score.score)} / {_points(score.max_score)}"
            self._text_right(RIGHT - 12 * mm, self.y, value, size, INK)
            self._text_right(RIGHT, self.y, f"{share:.0%}", size, QUIET)
            self.y -= step
        self.y -= 5.5 * mm

    def foot(self, facts: ReportFacts, report: ScoreReport) -> None:
        """Draw what proves the report: digests of bundle, package and journal."""
        y = 30 * mm
        self._rule(y)
        lines = (
            ("Result bundle", facts.bundle),
            ("Exam package", facts.package),
            ("Session journal", facts.journal_head),
        )
        for number, (label, digest) in enumerate(lines):
            row = y - (5 + 4 * number) * mm
            self._text(LEFT, row, label, 7, QUIET)
            self._text(LEFT + 26 * mm, row, digest, 7, QUIET, font="Courier")
        note = f"Sealed at the testing centre {_moment(facts.sealed)}; computed from the bundle and package named here."
        if report.unscored:
            note += f" {len(report.unscored)} answers are still to be marked by people."
        self._text(LEFT, y - 18.5 * mm, note, 7, QUIET, limit=RIGHT - LEFT)

    def _bar(
        self, x: float, y: float, width: float, height: float, share: float, colour: int, cut: float | None
    ) -> None:
        canvas, radius = self._canvas, height / 2
        canvas.setFillColor(HexColor(TRACK))
        canvas.roundRect(x, y, width, height, radius, stroke=0, fill=1)
        filled = max(0.0, min(1.0, share)) * width
        if filled > 0:
            canvas.setFillColor(HexColor(colour))
            canvas.roundRect(x, y, max(filled, height), height, radius, stroke=0, fill=1)
        if cut is not None:
            at = x + max(0.0, min(1.0, cut)) * width
            canvas.setStrokeColor(HexColor(INK))
            canvas.setLineWidth(1.1)
            canvas.line(at, y - 2.2 * mm, at, y + height + 2.2 * mm)

    def _rule(self, y: float) -> None:
        self._canvas.setStrokeColor(HexColor(LINE))
        self._canvas.setLineWidth(0.6)
        self._canvas.line(LEFT, y, RIGHT, y)

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: int,
        *,
        bold: bool = False,
        limit: float | None = None,
        font: str | None = None,
    ) -> None:
        chosen, shown = self._fitted(text, size, bold=bold, limit=limit, font=font)
        self._ready(chosen, size, colour)
        self._canvas.drawString(x, y, shown)

    def _text_right(self, x: float, y: float, text: str, size: float, colour: int, *, bold: bool = False) -> None:
        chosen, shown = self._fitted(text, size, bold=bold, limit=None, font=None)
        self._ready(chosen, size, colour)
        self._canvas.drawRightString(x, y, shown)

    def _text_centred(self, x: float, y: float, text: str, size: float, colour: int) -> None:
        chosen, shown = self._fitted(text, size, bold=False, limit=None, font=None)
        self._ready(chosen, size, colour)
        self._canvas.drawCentredString(x, y, shown)

    def _ready(self, font: str, size: float, colour: int) -> None:
        self._canvas.setFont(font, size)
        self._canvas.setFillColor(HexColor(colour))

    def _fitted(self, text: str, size: float, *, bold: bool, limit: float | None, font: str | None) -> tuple[str, str]:
        """Choose a font that has the characters, and shorten what does not fit."""
        chosen = font or (bold_for(text) if bold else regular_for(text))
        shown = drawable(text, chosen)
        if limit is None or self._canvas.stringWidth(shown, chosen, size) <= limit:
            return chosen, shown
        while shown and self._canvas.stringWidth(shown + ELLIPSIS, chosen, size) > limit:
            shown = shown[:-1]
        return chosen, shown.rstrip() + ELLIPSIS


def _verdict(facts: ReportFacts, report: ScoreReport) -> tuple[str, int]:
    if facts.state is ResultState.DECLINED:
        return "Not sat", PENDING
    if report.unscored:
        return "Marking is not finished", PENDING
    if report.passed is None:
        return "Scored", INK
    return ("Passed", PASSED) if report.passed else ("Not passed", FAILED)


def _answered(report: ScoreReport) -> str:
    answered = sum(1 for item in report.items if item.responded)
    return f"{answered} of {len(report.items)} questions answered"


def _points(value: float) -> str:
    return format_float(round(value, 2))


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


def _day(moment: UtcMs) -> str:
    return f"{datetime.fromtimestamp(moment / 1000, UTC):%d %B %Y}"


def _moment(moment: UtcMs) -> str:
    return f"{datetime.fromtimestamp(moment / 1000, UTC):%Y-%m-%d %H:%M} UTC"
