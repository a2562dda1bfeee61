"""The items of a previewed source, one a row: which they are, and how many errors each has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from exam_packages.errors import Severity
from ui.preview.content import PreviewedItem
from ui.window.theme import RADIUS_PX, RING_PX, Tokens

_ROW_PX: Final = 36


class ItemList(QListWidget):
    """Arrow keys and clicks choose; it stays as it is while items are shown one after the other."""

    chosen = Signal(int)
    """The row that somebody went to."""

    def __init__(self, items: Sequence[PreviewedItem], *, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Items"))
        self.setFont(tokens.font())
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setStyleSheet(_rules(tokens))
        for place, each in enumerate(items, start=1):
            errors = sum(found.severity is Severity.ERROR for found in each.findings)
            row = QListWidgetItem(f"{place}.  {each.name}{self._errors(errors)}", self)
            row.setSizeHint(QSize(0, tokens.px(_ROW_PX)))
            if errors:
                row.setForeground(QBrush(QColor(tokens.bad)))
        self.currentRowChanged.connect(self.chosen)

    def _errors(self, count: int) -> str:
        if not count:
            return ""
        return self.tr(" – 1 error") if count == 1 else self.tr(" – {count} errors").format(count=count)

    def show_row(self, row: int) -> None:
        """Go to a row without telling."""
        self.blockSignals(True)
        self.setCurrentRow(row)
        self.blockSignals(False)


def _rules(t: Tokens) -> str:
    return f"""
    QListWidget {{
        background: {t.surface_raised}; color: {t.text}; border: {t.outline_px}px solid {t.line};
        border-radius: {RADIUS_PX}px; outline: 0; padding: {RING_PX - t.outline_px}px;
    }}
    QListWidget:focus {{ border: {RING_PX}px solid {t.focus}; padding: 0; }}
    QListWidget::item {{ padding: 0 {t.px(8)}px; border: none; }}
    QListWidget::item:hover {{ background: {t.surface_sunken}; }}
    QListWidget::item:selected {{
        background: {t.accent_tint}; color: {t.text}; border-left: {t.px(4)}px solid {t.accent};
    }}
    """
