"""Text size and theme, chosen in place."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from ui.window.theme import Theme, Tokens
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.labels import Words
from ui.window.widgets.painting import paint_box
from ui.window.words import translate

TEXT_PERCENTS: Final = (100, 125, 150, 175, 200)
NAMED_TO: Final = (
    150  # percent of text size; above it the room belongs to the question, and the choices speak for themselves
)


class LookPanel(QWidget):
    """A bar of sizes and a bar of themes, on a strip above the bottom bar."""

    chosen = Signal(object, int)
    """Theme, text size in percent"""

    def __init__(self, *, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        outer = QVBoxLayout(self)
        margin = tokens.px(4)
        outer.setContentsMargins(2 * margin, margin, 2 * margin, margin)
        self._row = FlowLayout(spacing=tokens.px(4))
        outer.addLayout(self._row)
        sizes = [(str(percent), translate("LookPanel", "{n} %").format(n=percent)) for percent in TEXT_PERCENTS]
        themes = [
            (Theme.LIGHT.value, translate("LookPanel", "Light")),
            (Theme.DARK.value, translate("LookPanel", "Dark")),
        ]
        self._sizes = self._bar(sizes, translate("LookPanel", "Text size"), str(tokens.scale))
        self._themes = self._bar(themes, translate("LookPanel", "Colours"), tokens.theme.value)

    def focus_chosen(self, *, on_theme: bool) -> None:
        """Put the focus on what is in use."""
        bar = self._themes if on_theme else self._sizes
        for segment in bar.findChildren(QRadioButton):
            if segment.isChecked():
                segment.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the strip with a line above it."""
        painter = QPainter(self)
        paint_box(painter, QRectF(self.rect()), fill=self._tokens.surface_raised, radius=0)
        painter.fillRect(QRectF(0, 0, self.width(), 1), self._tokens.colour(self._tokens.line))
        painter.end()

    def _bar(self, choices: list[tuple[str, str]], name: str, current: str) -> ChoiceBar:
        group = QWidget()
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._tokens.px(4))
        if self._tokens.scale <= NAMED_TO:
            column.addWidget(Words(name, tokens=self._tokens, muted=True))
        bar = ChoiceBar(choices, tokens=self._tokens, name=name)
        bar.set_current(current)
        bar.chosen.connect(self._choose)
        column.addWidget(bar)
        self._row.addWidget(group)
        return bar

    def _choose(self) -> None:
        self.chosen.emit(Theme(self._themes.current()), int(self._sizes.current()))
