"""``qti-graphic-gap-match-interaction``: choices that are put on areas of a picture."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from exam_packages.qti.model import GraphicGapMatchInteraction, Lexical
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.items.part import Part
from ui.window.theme import Tokens
from ui.window.widgets.button import Button


class GraphicGapMatchPart(Part):
    """Choices on areas."""

    def __init__(
        self, interaction: GraphicGapMatchInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget
    ) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        column = QVBoxLayout(self)
        if interaction.prompt:
            column.addWidget(ContentView(interaction.prompt, resource, tokens=tokens, bold=True, parent=self))
        column.addWidget(ContentView((interaction.image,), resource, tokens=tokens, parent=self))
        self.setAccessibleName(plain_text(interaction.prompt))
        self._buttons: dict[str, Button] = {}
        for words, key in (
            (f"{plain_text(choice.content)}: {area.label or area.identifier}", f"{choice.identifier} {area.identifier}")
            for choice in interaction.choices
            for area in interaction.hotspots
        ):
            button = Button(words, tokens=tokens, parent=self)
            button.setCheckable(True)
            button.clicked.connect(lambda: self.tell(self.current()))
            column.addWidget(button)
            self._buttons[key] = button

    def current(self) -> Lexical:
        """What is picked."""
        return tuple(key for key, button in self._buttons.items() if button.isChecked())

    def display(self, value: Lexical) -> None:
        """Show what is picked."""
        for key, button in self._buttons.items():
            button.setChecked(key in value)
