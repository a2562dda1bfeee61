"""What a locked seat says on a display that shows no page: why, which seat, what to look at, and where it is opened.

Owns that it fits: nothing can be moved on such a display, so of many reasons fewer are shown, and then in smaller letters, until
all of what is shown is on it. Has no field and takes no focus: the PIN is entered where the exam is. Names no candidate.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.window.screens.locked import SHOWN_MAX, reasons_column
from ui.window.theme import GRID_PX, SCALE_MIN, TextSize, Tokens
from ui.window.view_state import LockedView
from ui.window.widgets.labels import Heading, Words
from ui.window.words import translate

SCALE_STEP: Final = 25
"""Between two text scales that are tried, in percent."""
MARGIN_PX: Final = 4 * GRID_PX


class LockNotice(QWidget):
    """The seat is locked, with the first ``most`` reasons."""

    tokens: Tokens
    """As it is shown."""

    def __init__(self, view: LockedView, *, most: int, tokens: Tokens) -> None:
        super().__init__()
        self.tokens = tokens
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
    scales = range(tokens.scale, SCALE_MIN, -SCALE_STEP)
    for smaller in map(tokens.at_most, scales):
        one = _made(view, smaller, 1, room)
        if _fits(one, room):  # where one reason has no room, more have none
            return _with_more(view, smaller, room) or one
    smallest = tokens.at_most(SCALE_MIN)
    return _with_more(view, smallest, room) or _made(view, smallest, 1, room)


def _with_more(view: LockedView, tokens: Tokens, room: QSize) -> LockNotice | None:
    """Return the one with most reasons that fits; None where one is all."""
    for most in range(min(len(view.incidents), SHOWN_MAX), 1, -1):
        notice = _made(view, tokens, most, room)
        if _fits(notice, room):
            return notice
    return None


def _fits(notice: LockNotice, room: QSize) -> bool:
    return notice.height_at(notice.width()) <= room.height()


def _made(view: LockedView, tokens: Tokens, most: int, room: QSize) -> LockNotice:
    notice = LockNotice(view, most=most, tokens=tokens)
    notice.setFixedWidth(min(room.width(), tokens.prose_width()))
    return notice
