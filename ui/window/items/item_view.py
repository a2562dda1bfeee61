"""One item on the screen, with its stimulus beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from exam_packages.ids import ResponseId
from exam_packages.qti.model import AssessmentItem, Lexical, Stimulus
from ui.window.theme import Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPosition:
    """Where a candidate was within an item: exhibit, scroll offsets in pixels, share of the divider in percent."""

    exhibit: int = 0
    stimulus_scroll: tuple[int, ...] = ()
    question_scroll: int = 0
    divider_percent: int | None = None


class ItemView(QWidget):
    """One item; state comes from `show_answers` only."""

    answered = Signal(str, tuple)
    """response id, Lexical"""
    text_edited = Signal(str, int, int, str)
    """response id, at, deleted, inserted; code points; by age, never later than a second"""

    def __init__(
        self,
        item: AssessmentItem,
        stimulus: Stimulus | None,
        resource: Callable[[str], bytes],
        *,
        number: int | None,
        tokens: Tokens,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(item.title, self))

    def show_answers(self, answers: Mapping[ResponseId, Lexical]) -> None:
        """Show what the session holds; a control that already shows it is left alone."""

    def flush(self) -> None:
        """Emit what is typed and not yet emitted, now."""

    def set_locked(self, locked: bool) -> None:
        """Show, but take no input."""
        self.setEnabled(not locked)

    def position(self) -> ViewPosition:
        """Where the candidate is in this item, to come back to."""
        return ViewPosition()

    def restore_position(self, position: ViewPosition) -> None:
        """Go back to where the candidate was."""
