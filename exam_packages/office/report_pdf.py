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
from exam_packages.paper import Run, bold_runs, regular_runs
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

FOOT_TOP: Final = 30 * mm
COMPETENCY_STEP_MIN: Final = 3.9 * mm
LAST_MS: Final = 253_402_300_799_000  # the last second of the year 9999
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
    page.domains(report.domains)
    page.competencies(report.competencies)
    page.foot(facts, report)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Page:
    """Draws from top to bottom; ``y`` is where the next block begins, in points from the lower edge."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.y = HEIGHT - 18 * mm

    def head(self, facts: ReportFacts, report: ScoreReport) -> None:
        """Draw office, title and exam."""
        self._text(LEFT, self.y, facts.office, 9.5, QUIET, limit=RIGHT - LEFT - 45 * mm)
        self._text_right(RIGHT, self.y, "Score report", 9.5, QUIET)
        self.y -= 4 * mm
        self._rule(self.y)
        self.y -= 11 * mm
        self._text(LEFT, self.y, report.title or facts.exam, 19, INK, bold=True, limit=RIGHT - LEFT)
        self.y -= 6.5 * mm
        framework = f"Competency framework {report.framework}" if report.framework else ""
        line = "   ·   ".join(part for part in (f"Form {facts.form}", framework) if part)
        self._text(LEFT, self.y, line, 9.5, QUIET, limit=RIGHT - LEFT)
        self.y -= 11 * mm

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
            self.y -= 11.5 * mm
        self.y -= 1 * mm

    def result(self, facts: ReportFacts, report: ScoreReport) -> None:
        """Draw the panel with verdict, points and the bar with the cut score."""
        height = 38 * mm
        words, colour = _verdict(facts, report)
        self._canvas.setFillColor(HexColor(PANEL))
        self._canvas.roundRect(LEFT, self.y - height, RIGHT - LEFT, height, 2.5 * mm, stroke=0, fill=1)
        self._canvas.setFillColor(HexColor(colour))
        self._canvas.roundRect(LEFT, self.y - height, 2.2 * mm, height, 1 * mm, stroke=0, fill=1)
        left, right = LEFT + 8 * mm, RIGHT - 8 * mm
        self._text(left, self.y - 12 * mm, words, 18, colour, bold=True, limit=105 * mm)
        if report.max_total is None:
            self._text_right(right, self.y - 9.5 * mm, f"{_points(report.total)} points", 13, INK, bold=True)
            if report.cut_score is not None:
                label = f"Needed to pass: {_points(report.cut_score)} points"
                self._text(left, self.y - 23 * mm, label, 8, QUIET)
        else:
            self._share_of_points(report, report.max_total, colour)
        self._text(left, self.y - 34.5 * mm, _answered(report), 8, QUIET, limit=right - left)
        self.y -= height + 10 * mm

    def _share_of_points(self, report: ScoreReport, max_total: float, colour: int) -> None:
        """Draw the points out of how many, and the bar with the cut score."""
        left, right = LEFT + 8 * mm, RIGHT - 8 * mm
        points = f"{_points(report.total)} of {_points(max_total)} points"
        self._text_right(right, self.y - 9.5 * mm, points, 13, INK, bold=True)
        share = _share(report.total, max_total)
        self._text_right(right, self.y - 14.5 * mm, f"{share:.0%}", 9.5, QUIET)
        cut = None if report.cut_score is None else _share(report.cut_score, max_total)
        self._bar(left, self.y - 23 * mm, right - left, 4.2 * mm, share, colour, cut)
        if report.cut_score is not None and cut is not None:
            label = f"Needed to pass: {_points(report.cut_score)} points"
            at = left + cut * (right - left)
            self._text_centred(min(max(at, left + 25 * mm), right - 25 * mm), self.y - 29.5 * mm, label, 8, QUIET)

    def domains(self, scores: tuple[SubScore, ...]) -> None:
        """Draw one bar for each domain."""
        if not scores:
            return
        self._text(LEFT, self.y, "Domains", 12, INK, bold=True)
        self.y -= 8 * mm
        for score in scores:
            self._row(score, bar_left=LEFT + 52 * mm, size=10, thick=3.4 * mm)
            self.y -= 7.6 * mm
        self.y -= 5 * mm

    def competencies(self, scores: tuple[SubScore, ...]) -> None:
        """Draw one small bar for each competency, as many as there is room for; the JSON has them all."""
        heading = 5.8 * mm
        room = int((self.y - heading - FOOT_TOP - 4 * mm) / COMPETENCY_STEP_MIN)
        shown = scores[:room]
        if not shown:
            return
        self._text(LEFT, self.y, "Competencies", 12, INK, bold=True)
        self.y -= heading
        step = min(5.1 * mm, (self.y - FOOT_TOP - 4 * mm) / len(shown))
        for score in shown:
            self._row(score, bar_left=LEFT + 100 * mm, size=8, thick=2 * mm)
            self.y -= step

    def _row(self, score: SubScore, *, bar_left: float, size: float, thick: float) -> None:
        share = _share(score.score, score.max_score)
        self._text(LEFT, self.y, score.title, size, INK, limit=bar_left - LEFT - 4 * mm)
        self._bar(bar_left, self.y - 0.2 * mm, RIGHT - bar_left - 34 * mm, thick, share, BAR, None)
        value = f"{_points(score.score)} / {_points(score.max_score)}"
        self._text_right(RIGHT - 12 * mm, self.y, value, size, INK)
        self._text_right(RIGHT, self.y, f"{share:.0%}", size, QUIET)

    def foot(self, facts: ReportFacts, report: ScoreReport) -> None:
        """Draw what proves the report: digests of bundle, package and journal."""
        y = FOOT_TOP
        self._rule(y)
        lines = (
            ("Result bundle", facts.bundle),
            ("Exam package", facts.package),
            ("Session journal", facts.journal_head),
        )
        for number, (label, digest) in enumerate(lines):
            row = y - (5 + 4 * number) * mm
            self._text(LEFT, row, label, 7, QUIET)
            self._digest(LEFT + 26 * mm, row, digest, 7)
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
        self, x: float, y: float, text: str, size: float, colour: int, *, bold: bool = False, limit: float | None = None
    ) -> None:
        self._draw(x, y, self._fitted(text, size, bold=bold, limit=limit), size, colour)

    def _text_right(self, x: float, y: float, text: str, size: float, colour: int, *, bold: bool = False) -> None:
        runs = self._fitted(text, size, bold=bold, limit=None)
        self._draw(x - self._width(runs, size), y, runs, size, colour)

    def _text_centred(self, x: float, y: float, text: str, size: float, colour: int) -> None:
        runs = self._fitted(text, size, bold=False, limit=None)
        self._draw(x - self._width(runs, size) / 2, y, runs, size, colour)

    def _digest(self, x: float, y: float, digest: str, size: float) -> None:
        self._draw(x, y, (Run(font="Courier", text=digest),), size, QUIET)

    def _draw(self, x: float, y: float, runs: tuple[Run, ...], size: float, colour: int) -> None:
        self._canvas.setFillColor(HexColor(colour))
        for run in runs:
            self._canvas.setFont(run.font, size)
            self._canvas.drawString(x, y, run.text)
            x += self._canvas.stringWidth(run.text, run.font, size)

    def _width(self, runs: tuple[Run, ...], size: float) -> float:
        return sum(float(self._canvas.stringWidth(run.text, run.font, size)) for run in runs)

    def _fitted(self, text: str, size: float, *, bold: bool, limit: float | None) -> tuple[Run, ...]:
        """Return a line in fonts that have its characters, shortened to what fits."""
        in_fonts = bold_runs if bold else regular_runs
        runs = in_fonts(text)
        shown = text
        while limit is not None and shown and self._width(runs, size) > limit:
            shown = shown[:-1]
            runs = in_fonts(shown.rstrip() + ELLIPSIS)
        return runs


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
    return f"{_time(moment):%d %B %Y}"


def _moment(moment: UtcMs) -> str:
    return f"{_time(moment):%Y-%m-%d %H:%M} UTC"


def _time(moment: UtcMs) -> datetime:
    # A seat's clock may have said anything; the calendar ends with the year 9999.
    return datetime.fromtimestamp(min(moment, LAST_MS) / 1000, UTC)
