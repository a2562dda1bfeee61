"""The candidate's receipt: one page that proves a sitting without telling an answer.

Owns the page: the same bytes for the same sitting, so that writing it again changes nothing. Refuses to know where it goes.

The short code and the QR code carry the head of the journal. Whoever holds the journal can compute it again; whoever changed a
single answer cannot.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from exam_packages.ids import Digest, SeatId, SessionId, UtcMs
from exam_packages.paper import bold_runs, regular_runs
from kiosk.handover.incident_page import IncidentPage, minutes
from kiosk.session import ResultState

WIDTH: Final = A5[0]
HEIGHT: Final = A5[1]
MARGIN: Final = 16 * mm
LINE: Final = 9.5 * mm
QR_SIDE: Final = 38 * mm
INK: Final = HexColor(0x1D2B36)
QUIET: Final = HexColor(0x5B6B78)
RULE: Final = HexColor(0xD5DDE3)
TEXT_MAX: Final = 46  # characters of one line; longer ones are cut
LINE_MAX: Final = 100  # the same on the page of incidents, where words are our own
ENTRY: Final = 5.4 * mm
_QUIET_MODULES: Final = 4  # ISO/IEC 18004 §6.3.8: the light frame around a QR code

_STATES: Final = {
    ResultState.FINISHED: "Finished",
    ResultState.DECLINED: "Not started",
    ResultState.CLOSED: "Closed by the proctor",
    ResultState.UNFINISHED: "Not finished",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipFacts:
    """What the page says."""

    candidate_name: str
    exam_title: str
    session: SessionId
    site_name: str
    seat: SeatId
    opened: UtcMs
    sealed: UtcMs
    state: ResultState
    answer_count: int
    head: Digest
    head_code: str
    bundle: Digest
    seat_code: str = ""
    """Short code of the seat's mark that was the last one when the page was made; empty where there was none."""
    incidents: IncidentPage | None = None
    """What was noticed during the sitting; None where nothing looked."""


def draw_slip(facts: SlipFacts) -> bytes:
    """Return the page as a PDF."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A5, invariant=1, pageCompression=1)
    canvas.setTitle(f"Candidate receipt {facts.session}")
    canvas.setSubject("Proof of a sitting")
    _heading(canvas, facts)
    _lines(canvas, facts)
    _proof(canvas, facts)
    canvas.showPage()
    if facts.incidents is not None:
        _incidents(canvas, facts, facts.incidents)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def proof_text(facts: SlipFacts) -> str:
    """Return what the QR code says: version, session, head of the journal, digest of the result."""
    return f"KIOSK-RECEIPT/1 {facts.session} {facts.head} {facts.bundle}"


def _heading(canvas: Canvas, facts: SlipFacts) -> None:
    top = HEIGHT - MARGIN
    _text(canvas, MARGIN, top - 5 * mm, "Candidate receipt", size=17, bold=True)
    _text(canvas, MARGIN, top - 12 * mm, facts.exam_title, size=11, colour=QUIET)
    _rule(canvas, top - 16 * mm)


def _lines(canvas: Canvas, facts: SlipFacts) -> None:
    y = HEIGHT - MARGIN - 26 * mm
    for label, value in (
        ("Candidate", facts.candidate_name),
        ("Session", facts.session),
        ("Testing centre", facts.site_name),
        ("Seat", facts.seat),
        ("Began", _time(facts.opened)),
        ("Ended", _time(facts.sealed)),
        ("How it ended", _STATES[facts.state]),
        ("Questions answered", str(facts.answer_count)),
        *([("Seat's code", facts.seat_code)] if facts.seat_code else []),
    ):
        _text(canvas, MARGIN, y, label, size=9, colour=QUIET)
        _text(canvas, MARGIN + 36 * mm, y, value, size=10.5)
        y -= LINE * 0.8
    _rule(canvas, y + 2 * mm)


def _proof(canvas: Canvas, facts: SlipFacts) -> None:
    top = MARGIN + QR_SIDE
    _draw_qr(canvas, proof_text(facts), MARGIN, MARGIN, QR_SIDE)
    left = MARGIN + QR_SIDE + 6 * mm
    _text(canvas, left, top - 6 * mm, "Code of your answers", size=9, colour=QUIET)
    _text(canvas, left, top - 13 * mm, facts.head_code, size=12.5, bold=True)
    for number, line in enumerate(
        (
            "Keep this page. The code proves which",
            "answers you gave, without showing them.",
            "If you appeal, send it along.",
        )
    ):
        _text(canvas, left, top - 21 * mm - number * 4.6 * mm, line, size=8.5, colour=QUIET)


def _incidents(canvas: Canvas, facts: SlipFacts, page: IncidentPage) -> None:
    """A page of its own: what happened on the computer during the sitting, and what it cost."""
    top = HEIGHT - MARGIN
    _text(canvas, MARGIN, top - 5 * mm, "What happened during your exam", size=15, bold=True)
    _text(canvas, MARGIN, top - 12 * mm, f"Session {facts.session}", size=9.5, colour=QUIET)
    _rule(canvas, top - 16 * mm)
    y = top - 22 * mm
    for line in _summary(page):
        _text(canvas, MARGIN, y, line, size=9.5, most=LINE_MAX)
        y -= 5.2 * mm
    y -= 2 * mm
    for entry in page.entries:
        _text(canvas, MARGIN, y, _clock(entry.wall), size=9, colour=QUIET)
        _text(
            canvas, MARGIN + 14 * mm, y, f"{entry.what} {entry.followed}", size=9, most=LINE_MAX
        )  # a test measures it
        y -= ENTRY
    if page.left_out:
        _text(canvas, MARGIN + 14 * mm, y, f"And {page.left_out} more, which the office has.", size=9, colour=QUIET)
    if page.entries:
        _text(canvas, MARGIN, MARGIN, "Times are UTC. None of this is a judgement.", size=8.5, colour=QUIET)


def _summary(page: IncidentPage) -> list[str]:
    if not page.entries:
        lines = ["Nothing interrupted your exam."]
    elif page.stood_still_ms:
        lines = [
            f"The exam stood still for {minutes(page.stood_still_ms)}.",
            "Your time stood still meanwhile, and no answer was lost.",
        ]
    else:
        lines = ["The exam was not interrupted. These notices were shown:"]
    if page.noted:
        lines.append(f"The office also gets {page.noted} technical note{'' if page.noted == 1 else 's'}.")
    return lines


def _text(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    *,
    size: float,
    bold: bool = False,
    colour: HexColor = INK,
    most: int = TEXT_MAX,
) -> None:
    shown = text if len(text) <= most else f"{text[: most - 1]}…"
    canvas.setFillColor(colour)
    for run in bold_runs(shown) if bold else regular_runs(shown):
        canvas.setFont(run.font, size)
        canvas.drawString(x, y, run.text)
        x += stringWidth(run.text, run.font, size)


def _rule(canvas: Canvas, y: float) -> None:
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, y, WIDTH - MARGIN, y)


def _draw_qr(canvas: Canvas, text: str, x: float, y: float, side: float) -> None:
    matrix = segno.make_qr(text, error="m").matrix
    module = side / (len(matrix) + 2 * _QUIET_MODULES)
    canvas.setFillColor(INK)
    for row, modules in enumerate(matrix):
        for column, dark in enumerate(modules):
            if dark:
                left = x + (column + _QUIET_MODULES) * module
                bottom = y + side - (row + _QUIET_MODULES + 1) * module
                # A hair wider than a module: readers of PDFs leave light seams between squares that only touch.
                canvas.rect(left, bottom, module * 1.02, module * 1.02, stroke=0, fill=1)


def _time(wall: UtcMs) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=wall)
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _clock(wall: UtcMs) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=wall):%H:%M}"
