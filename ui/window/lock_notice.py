"""What a locked seat says on a display that shows no page: why, which seat, what to look at, and where it is opened.

Owns that it fits: nothing can be moved on such a display, so of many reasons fewer are shown, and then in smaller letters, until
all of what is shown is on it. Has no field and takes no focus: the PIN is entered where the exam is. Names no candidate.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.window.screens.locked import SHOWN_MAX, reasons_column
from ui.window.theme import GRID_PX, SCALE_MIN, TextSize, Tokens
from ui.window.view_state import LockedView
from ui.window.widgets.labels import Heading, Words
from ui.window.words import translate

SCALES: Final = (400, 300, 250, 200, 175, 150, 125, SCALE_MIN)
"""Text scales that are tried, in percent; none above the chosen one."""
MARGIN_PX: Final = 4 * GRID_PX


class LockNotice(QWidget):
    """The seat is locked, with the first ``most`` reasons."""

    def __init__(self, view: LockedView, *, most: int, tokens: Tokens) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        column.addWidget(Heading(translate("Locked", "This seat is locked"), tokens=tokens))
        if view.seat:
            seat = translate("Locked", "Seat {seat}").format(seat=view.seat)
            column.addWidget(Words(seat, tokens=tokens, size=TextSize.HEADING, bold=True))
        if view.incidents:
            column.addWidget(reasons_column(view, tokens, most=most))
        where = translate("Locked", "A proctor opens it with a PIN, on the display that the exam is on.")
        column.addWidget(Words(where, tokens=tokens))

    def height_at(self, width: int) -> int:
        """How high it is, in pixels, where it is so wide."""
        self.ensurePolished()
        layout = self.layout()
        return layout.totalHeightForWidth(width) if layout is not None else 0


def fitting_notice(view: LockedView, *, tokens: Tokens, room: QSize) -> LockNotice:
    """Return the notice that says most in the chosen letters, or in the largest ones that leave room for a reason.

    Args:
        view: what is said.
        tokens: as the exam is shown.
        room: of the display, in pixels, without margins.
    """
    *better, smallest = _sizes(tokens, len(view.incidents))
    for size in better:
        notice = _made(view, *size, room)
        if notice.height_at(notice.width()) <= room.height():
            return notice
    return _made(view, *smallest, room)


def _made(view: LockedView, tokens: Tokens, most: int, room: QSize) -> LockNotice:
    notice = LockNotice(view, most=most, tokens=tokens)
    notice.setFixedWidth(min(room.width(), tokens.prose_width()))
    return notice


def _sizes(tokens: Tokens, incidents: int) -> Iterator[tuple[Tokens, int]]:
    scales = sorted({tokens.scale, *(scale for scale in SCALES if scale < tokens.scale)}, reverse=True)
    for scale in scales:
        for most in range(min(max(incidents, 1), SHOWN_MAX), 0, -1):
            yield tokens.at_most(scale), most
