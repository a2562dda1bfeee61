"""``qti-select-point-interaction``: points that are placed on a picture."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from exam_packages.qti.model import SelectPointInteraction, Lexical
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.items.part import Part
from ui.window.theme import Tokens


class SelectPointPart(Part):
    """Points on a picture."""

    def __init__(
        self, interaction: SelectPointInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget
    ) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        column = QVBoxLayout(self)
        if interaction.prompt:
            column.addWidget(ContentView(interaction.prompt, resource, tokens=tokens, bold=True, parent=self))
        column.addWidget(ContentView((interaction.image,), resource, tokens=tokens, parent=self))
        self.setAccessibleName(plain_text(interaction.prompt))
        self._value: Lexical = ()

    def current(self) -> Lexical:
        """The points."""
        return self._value

    def display(self, value: Lexical) -> None:
        """Show the points."""
        self._value = value
