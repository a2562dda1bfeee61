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


def _text(
    canvas: Canvas, x: float, y: float, text: str, *, size: float, bold: bool = False, colour: HexColor = INK
) -> None:
    shown = text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX - 1]}…"
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
