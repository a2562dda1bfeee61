"""Text size, colours, spacing and columns, chosen in place."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from ui.window.look import ONE_COLUMN, SIDE_BY_SIDE, SPACINGS, TEXT_PERCENTS, Look, LookSetting
from ui.window.theme import Theme, Tokens
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.labels import Words
from ui.window.widgets.painting import paint_box
from ui.window.widgets.stepper import Stepper
from ui.window.words import translate

NAMED_TO: Final = 150
"""Percent of text size: from here on the panel grows no further, steps through the sizes and leaves the room to the question."""


class LookPanel(QWidget):
    """What can be chosen about the look, on a strip above the bottom bar."""

    chosen = Signal(object)
    """Look"""

    def __init__(self, look: Look, *, tokens: Tokens) -> None:
        super().__init__()
        self._look = look
        self._compact = tokens.scale > NAMED_TO
        self._tokens = tokens.at_most(NAMED_TO)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        outer = QVBoxLayout(self)
        margin = self._tokens.px(4)
        outer.setContentsMargins(2 * margin, margin, 2 * margin, margin)
        self._row = FlowLayout(spacing=2 * margin)
        outer.addLayout(self._row)
        self._stepper: Stepper | None = None
        self._bars: dict[LookSetting, ChoiceBar] = {}
        self._add_sizes()
        self._add_bar(LookSetting.THEME, translate("LookPanel", "Colours"), _themes())
        self._add_bar(LookSetting.SPACING, translate("LookPanel", "Spacing"), _spacings())
        self._add_bar(LookSetting.LAYOUT, translate("LookPanel", "Columns"), _layouts())

    def focus_chosen(self, setting: LookSetting, *, step: int = 1) -> None:
        """Put the focus on what is in use; on the button that goes on in the same direction where sizes are stepped through."""
        if setting is LookSetting.TEXT_SIZE and self._stepper is not None:
            self._stepper.focus_step(step)
            return
        for segment in self._bars[setting].findChildren(QRadioButton):
            if segment.isChecked():
                segment.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the strip with a line above it."""
        painter = QPainter(self)
        paint_box(painter, QRectF(self.rect()), fill=self._tokens.surface_raised, radius=0)
        edge = QRectF(0, 0, self.width(), self._tokens.outline_px)
        painter.fillRect(edge, self._tokens.colour(self._tokens.line))
        painter.end()

    def _add_sizes(self) -> None:
        name = translate("LookPanel", "Text size")
        percents = sorted({*TEXT_PERCENTS, self._look.text_percent})
        choices = [(str(percent), translate("LookPanel", "{n} %").format(n=percent)) for percent in percents]
        if not self._compact:
            self._add_bar(LookSetting.TEXT_SIZE, name, choices)
            return
        self._stepper = Stepper(
            choices,
            tokens=self._tokens,
            name=name,
            less=translate("LookPanel", "Smaller text"),
            more=translate("LookPanel", "Larger text"),
            current=str(self._look.text_percent),
        )
        self._stepper.stepped.connect(lambda key: self._choose(LookSetting.TEXT_SIZE, key))
        self._row.addWidget(self._stepper)

    def _add_bar(self, setting: LookSetting, name: str, choices: list[tuple[str, str]]) -> None:
        group = QWidget()
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if not self._compact:
            column.addWidget(Words(name, tokens=self._tokens, muted=True))
        bar = ChoiceBar(choices, tokens=self._tokens, name=name)
        bar.set_current(self._look.value(setting))
        bar.chosen.connect(lambda key: self._choose(setting, key))
        column.addWidget(bar)
        self._row.addWidget(group)
        self._bars[setting] = bar

    def _choose(self, setting: LookSetting, key: str) -> None:
        self._look = self._look.adjusted(setting, key)
        self.chosen.emit(self._look)


def _themes() -> list[tuple[str, str]]:
    return [
        (Theme.LIGHT.value, translate("LookPanel", "Light")),
        (Theme.DARK.value, translate("LookPanel", "Dark")),
        (Theme.HIGH_CONTRAST.value, translate("LookPanel", "High contrast")),
    ]


def _spacings() -> list[tuple[str, str]]:
    names = (
        translate("LookPanel", "Normal"),
        translate("LookPanel", "Wide"),
        translate("LookPanel", "Very wide"),
    )
    return [(str(percent), name) for percent, name in zip(SPACINGS, names, strict=True)]


def _layouts() -> list[tuple[str, str]]:
    return [
        (SIDE_BY_SIDE, translate("LookPanel", "Side by side")),
        (ONE_COLUMN, translate("LookPanel", "One column")),
    ]
