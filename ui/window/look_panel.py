"""Text size and theme, chosen in place."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from ui.window.theme import GRID_PX, Theme, Tokens
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.labels import Card, Words
from ui.window.words import translate

TEXT_PERCENTS: Final = (100, 125, 150, 175, 200)


class LookPanel(QWidget):
    """A bar of sizes and a bar of themes."""

    chosen = Signal(object, int)
    """Theme, text size in percent"""

    def __init__(self, *, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        outer = QVBoxLayout(self)
        margin = tokens.px(GRID_PX)
        outer.setContentsMargins(margin, margin, margin, margin)
        card = Card(tokens=tokens, padding=2 * GRID_PX)
        outer.addWidget(card)
        row = QWidget()
        self._row = FlowLayout(row, spacing=tokens.px(3 * GRID_PX))
        card.column.addWidget(row)
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

    def _bar(self, choices: list[tuple[str, str]], name: str, current: str) -> ChoiceBar:
        group = QWidget()
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._tokens.px(4))
        column.addWidget(Words(name, tokens=self._tokens, muted=True))
        bar = ChoiceBar(choices, tokens=self._tokens, name=name)
        bar.set_current(current)
        bar.chosen.connect(self._choose)
        column.addWidget(bar)
        self._row.addWidget(group)
        return bar

    def _choose(self) -> None:
        self.chosen.emit(Theme(self._themes.current()), int(self._sizes.current()))
