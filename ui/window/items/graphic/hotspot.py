"""``qti-hotspot-interaction``: areas of a picture that are picked, on the picture or in a list of them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import HotspotInteraction, Lexical
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.items.graphic.area_list import AreaList
from ui.window.items.graphic.canvas import Canvas
from ui.window.items.graphic.layer import AreaKind, AreaLayer
from ui.window.items.graphic.painting import AreaState, ink_of
from ui.window.items.graphic.picture import Picture
from ui.window.items.part import Part
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.radio import check_alone
from ui.window.widgets.sentence import Sentence, Tone


class HotspotPart(Part):
    """Areas that are radio buttons with `max_choices` 1, else check boxes.

    More than `max_choices` may be picked: the part says so and keeps them, since it cannot know which one to drop.
    """

    def __init__(self, interaction: HotspotInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        self._interaction = interaction
        self._single = interaction.max_choices == 1
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        if interaction.prompt:
            column.addWidget(ContentView(interaction.prompt, resource, tokens=tokens, bold=True, parent=self))
        self._hint = Sentence("", tokens=tokens, size=TextSize.SMALL, parent=self)
        column.addWidget(self._hint)
        picture = Picture(resource(interaction.image.attribute("src")), interaction.image)
        self._canvas = Canvas(picture, tokens=tokens, parent=self)
        self._layer = AreaLayer(
            self._canvas,
            interaction.hotspots,
            AreaKind.RADIO if self._single else AreaKind.CHECK,
            ink=ink_of(tokens, interaction.style.selections),
            state_of=self._state_of,
        )
        self._layer.picked.connect(self._picked)
        column.addWidget(self._canvas)
        self._names = {each.identifier: self._name(place) for place, each in enumerate(interaction.hotspots)}
        for key, button in self._layer.buttons.items():
            button.setAccessibleName(self._names[key])
        self._clear = Button(self.tr("Clear answer"), tokens=tokens, kind=ButtonKind.QUIET, parent=self)
        self._list = AreaList(self._names, checkable=True, beside=self._clear, tokens=tokens, parent=self)
        self._list.picked.connect(self._picked_in_list)
        self._list.opened.connect(self._canvas.surface.update)
        column.addWidget(self._list)
        self._clear.clicked.connect(self._on_clear)
        self.setAccessibleName(plain_text(interaction.prompt) or self.tr("Pick on the picture"))
        self._refresh()

    def _name(self, place: int) -> str:
        """What an area is called; words, where the author has given any, else its number."""
        count, label = len(self._interaction.hotspots), self._interaction.hotspots[place].label
        name = self.tr("Area {place} of {count}").format(place=place + 1, count=count)
        return f"{name}: {label}" if label else name

    def _state_of(self, key: ChoiceId) -> AreaState:
        button = self._layer.buttons[key]
        hidden = self._interaction.style.unselected_hidden
        number = str(list(self._names).index(key) + 1)
        return AreaState(
            picked=button.isChecked(),
            checked=button.isChecked(),
            hovered=self._layer.hovered == key and self.isEnabled(),
            focused=button.hasFocus() and self.isEnabled(),
            hidden=hidden,
            badge=number if self._list.is_open() and (button.isChecked() or not hidden) else "",
        )

    def current(self) -> Lexical:
        """The identifiers of the picked areas, in the order of the document."""
        return tuple(key for key, button in self._layer.buttons.items() if button.isChecked())

    def display(self, value: Lexical) -> None:
        """Pick the areas of an answer; what is no area of this interaction is passed over."""
        for key, button in self._layer.buttons.items():
            check_alone(button, checked=key in value)
        self._refresh()

    def _picked(self, identifier: str) -> None:
        if self._single:
            for key, button in self._layer.buttons.items():
                check_alone(button, checked=key == identifier)
        self._told()

    def _picked_in_list(self, identifier: str) -> None:
        for key, button in self._layer.buttons.items():
            if key == identifier:
                check_alone(button, checked=self._single or not button.isChecked())
            elif self._single:
                check_alone(button, checked=False)
        self._told()

    def _told(self) -> None:
        self._refresh()
        known = self._on_the_way[-1] if self._on_the_way else (self._news or ())
        if self.current() != known:
            self.tell(self.current())
            if self._hint.tone is Tone.WARN:
                announce(self, self._hint.words())

    def _on_clear(self) -> None:
        self.display(())
        next(iter(self._layer.buttons.values())).setFocus(Qt.FocusReason.TabFocusReason)
        self.tell(())

    def _refresh(self) -> None:
        picked = self.current()
        self._list.show_states({key: (self._names[key], key in picked) for key in self._names})
        self._clear.setVisible(bool(picked) and self._single)
        if self._single:
            stop = picked[0] if picked else next(iter(self._layer.buttons), "")
            for key, button in self._layer.buttons.items():
                button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == stop else Qt.FocusPolicy.ClickFocus)
        self._say_how_many(len(picked))
        self._canvas.surface.update()

    def _say_how_many(self, picked: int) -> None:
        style, most, least = self._interaction.style, self._interaction.max_choices, self._interaction.min_choices
        tone = Tone.PLAIN
        if most and picked > most:
            words = style.max_message or self.tr(
                "You have picked {picked}. Pick no more than {most}: take {over} back."
            ).format(picked=picked, most=most, over=picked - most)
            tone = Tone.WARN
        elif 0 < picked < least and style.min_message:
            words = style.min_message
        elif self._single:
            words = self.tr("Pick one area of the picture.")
        elif least == most and most:
            words = self.tr("Pick {most} areas. You have picked {picked}.").format(most=most, picked=picked)
        elif most and least:
            words = self.tr("Pick {least} to {most} areas. You have picked {picked}.").format(
                least=least, most=most, picked=picked
            )
        elif most:
            words = self.tr("Pick up to {most} areas. You have picked {picked}.").format(most=most, picked=picked)
        elif least:
            words = self.tr("Pick at least {least} areas. You have picked {picked}.").format(least=least, picked=picked)
        else:
            words = self.tr("Pick all areas that apply. You have picked {picked}.").format(picked=picked)
        self._hint.say(words, tone)
