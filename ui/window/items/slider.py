"""``qti-slider-interaction``: a number on a scale."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QVBoxLayout, QWidget

from exam_packages.qti.model import Lexical, SliderInteraction
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.items.part import Part
from ui.window.theme import Tokens


class SliderPart(Part):
    """A number on a scale."""

    def __init__(self, interaction: SliderInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        self._interaction = interaction
        self._value: Lexical = ()
        column = QVBoxLayout(self)
        if interaction.prompt:
            column.addWidget(ContentView(interaction.prompt, resource, tokens=tokens, bold=True, parent=self))
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        self._slider.setMaximum(round((interaction.upper_bound - interaction.lower_bound) / interaction.step))
        self._slider.setAccessibleName(plain_text(interaction.prompt))
        self._slider.actionTriggered.connect(self._moved)
        column.addWidget(self._slider)

    def _moved(self) -> None:
        step, lower = self._interaction.step, self._interaction.lower_bound
        self._value = (f"{lower + step * self._slider.sliderPosition():g}",)
        self.tell(self._value)

    def current(self) -> Lexical:
        """The number, once there is one."""
        return self._value

    def display(self, value: Lexical) -> None:
        """Show the number."""
        self._value = value
        if value:
            self._slider.setValue(round((float(value[0]) - self._interaction.lower_bound) / self._interaction.step))
