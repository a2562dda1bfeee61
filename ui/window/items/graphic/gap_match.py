"""``qti-graphic-gap-match-interaction``: choices that are put on areas of a picture, by two clicks or two keys."""

from __future__ import annotations

from typing import Final, assert_never

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import GraphicGapMatchInteraction, Lexical
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.items.graphic.area_list import AreaList
from ui.window.items.graphic.beside import ChoicesAndPicture
from ui.window.items.graphic.canvas import Canvas
from ui.window.items.graphic.layer import AreaKind, AreaLayer
from ui.window.items.graphic.painting import AreaState, ink_of
from ui.window.items.graphic.picture import Picture
from ui.window.items.graphic.placing import Placing, Refusal
from ui.window.items.graphic.tray import Piece, TrayButton
from ui.window.items.part import Part
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.icons import Icon
from ui.window.widgets.sentence import Sentence, Tone

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class GraphicGapMatchPart(Part):
    """Take up a choice, then click an area; a choice on an area is taken up again by a click there.

    What is taken up is no part of the answer and not told. A choice that may not go where it is put stays taken up, and
    the part says why.
    """

    def __init__(
        self, interaction: GraphicGapMatchInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget
    ) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        self._interaction = interaction
        self._placing = Placing(interaction=interaction)
        self._held: ChoiceId | None = None
        self._origin: ChoiceId | None = None
        self._refused = ""
        self._areas = {each.identifier: each for each in interaction.hotspots}
        self._ink = ink_of(tokens, interaction.style.selections)
        self._pieces = {
            each.identifier: Piece(each, _LETTERS[place] if place < len(_LETTERS) else str(place + 1), resource)
            for place, each in enumerate(interaction.choices)
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        if interaction.prompt:
            column.addWidget(ContentView(interaction.prompt, resource, tokens=tokens, bold=True, parent=self))
        self._hint = Sentence("", tokens=tokens, size=TextSize.SMALL, parent=self)
        column.addWidget(self._hint)
        style = interaction.style
        both = ChoicesAndPicture(
            position=style.choices_position, width_px=style.choices_width, tokens=tokens, parent=self
        )
        tray = self._tray_holder(both)
        self._canvas = self._make_canvas(resource, both)
        both.hold(tray, self._canvas)
        column.addWidget(both)
        self._list = self._make_list()
        column.addWidget(self._list)
        self.setAccessibleName(plain_text(interaction.prompt) or self.tr("Put the choices on the picture"))
        self._refresh()

    # -- making -------------------------------------------------------------------------------------------------------

    def _tray_holder(self, parent: QWidget) -> QWidget:
        holder = QWidget(parent)
        flow = FlowLayout(holder, spacing=self._tokens.px(GRID_PX))
        self._tray: dict[ChoiceId, TrayButton] = {}
        for key, piece in self._pieces.items():
            button = TrayButton(piece, ink=self._ink, tokens=self._tokens, parent=holder)
            button.clicked.connect(lambda _=False, which=key: self._take_up(which))
            flow.addWidget(button)
            self._tray[key] = button
        self._away = Button(self.tr("Take it away"), tokens=self._tokens, icon=Icon.CROSS, parent=holder)
        self._away.clicked.connect(self._take_away)
        flow.addWidget(self._away)
        return holder

    def _make_canvas(self, resource: Resource, parent: QWidget) -> Canvas:
        image = self._interaction.image
        canvas = Canvas(Picture(resource(image.attribute("src")), image), tokens=self._tokens, parent=parent)
        self._layer = AreaLayer(
            canvas,
            self._interaction.hotspots,
            AreaKind.PUSH,
            ink=self._ink,
            state_of=self._state_of,
            paint_inside=self._paint_inside,
            keys=self._on_area_key,
        )
        self._layer.picked.connect(lambda key: self._area_pressed(ChoiceId(key)))
        return canvas

    def _make_list(self) -> AreaList:
        self._clear = Button(self.tr("Clear answer"), tokens=self._tokens, kind=ButtonKind.QUIET, parent=self)
        self._clear.clicked.connect(self._on_clear)
        names = {key: self._area_words(key) for key in self._areas}
        made = AreaList(names, checkable=False, beside=self._clear, tokens=self._tokens, parent=self)
        made.picked.connect(lambda key: self._area_pressed(ChoiceId(key)))
        made.opened.connect(self._canvas.surface.update)
        return made

    # -- words --------------------------------------------------------------------------------------------------------

    def _area_words(self, key: ChoiceId) -> str:
        """What an area is called and holds: "Area 2 of 5, Rotterdam: holds Crane"."""
        place, label = list(self._areas).index(key) + 1, self._areas[key].label
        name = self.tr("Area {place} of {count}").format(place=place, count=len(self._areas))
        held = ", ".join(self._pieces[each].words for each in self._placing.on(key))
        state = self.tr("holds {what}").format(what=held) if held else self.tr("empty")
        return f"{name}, {label}: {state}" if label else f"{name}: {state}"

    def _words_for(self, refusal: Refusal, choice: str, area: ChoiceId) -> str:
        match refusal:
            case Refusal.GROUP:
                return self.tr("“{choice}” does not go here. Pick another area.").format(choice=choice)
            case Refusal.THERE:
                return self.tr("“{choice}” is here already.").format(choice=choice)
            case Refusal.USED_UP:
                words = self.tr("“{choice}” is used as often as it may be. Take one of them away first.")
                return words.format(choice=choice)
            case Refusal.FULL:
                words = self.tr("This area takes no more than {most}. Take one away first.")
                return words.format(most=self._areas[area].match_max)
            case Refusal.TOO_MANY:
                words = self._interaction.style.max_message or self.tr(
                    "You have placed {most}, and no more are allowed. Take one away first."
                )
                return words.replace("{most}", str(self._interaction.max_associations))
            case _:
                assert_never(refusal)

    # -- taking up and placing ----------------------------------------------------------------------------------------

    def _take_up(self, key: ChoiceId) -> None:
        again = self._held == key and self._origin is None
        by_keyboard = self._tray[key].hasFocus() and not self._tray[key].underMouse()
        self._hold(None if again else key)
        if self._held is None:
            return
        piece = self._pieces[key]
        if self._placing.left(piece.choice) == 0 and piece.choice.match_max > 1:
            self._hold(None)
            self._refuse(self._words_for(Refusal.USED_UP, piece.words, key))
            return
        announce(self, self._hint.words())
        if by_keyboard:
            self._go_to_an_area()

    def _go_to_an_area(self) -> None:
        """The first empty area that takes what is held, or the first that takes it."""
        choice = self._pieces[self._held].choice if self._held else None
        if choice is None:
            return
        fit = [key for key, area in self._areas.items() if self._placing.refusal(choice, area, self._origin) is None]
        target = next((key for key in fit if not self._placing.on(key)), fit[0] if fit else None)
        if target is not None:
            self._layer.buttons[target].setFocus(Qt.FocusReason.OtherFocusReason)

    def _hold(self, key: ChoiceId | None, origin: ChoiceId | None = None) -> None:
        self._held, self._origin, self._refused = key, origin, ""
        self._refresh()

    def _area_pressed(self, area: ChoiceId) -> None:
        on_it = self._placing.on(area)
        if self._held is None:
            if on_it:
                self._hold(on_it[-1], area)
                announce(self, self._hint.words())
            else:
                self._refuse(self.tr("Pick a choice first, then the area."))
        elif self._origin == area:
            # Several on one area: each further press takes up the next one, and then none.
            at = on_it.index(self._held)
            self._hold(on_it[at - 1] if at else None, area if at else None)
        else:
            self._place(self._held, area)

    def _place(self, key: ChoiceId, area: ChoiceId) -> None:
        choice, hotspot = self._pieces[key].choice, self._areas[area]
        refusal = self._placing.refusal(choice, hotspot, self._origin)
        if refusal is not None:
            self._refuse(self._words_for(refusal, self._pieces[key].words, area))
            return
        self._placing = self._placing.placed(choice, hotspot, self._origin)
        self._hold(None)
        announce(self, self._area_words(area))
        self.tell(self.current())

    def _take_away(self) -> None:
        if self._held is None or self._origin is None:
            return
        key, area = self._held, self._origin
        if self._away.hasFocus():
            self._layer.buttons[area].setFocus(Qt.FocusReason.OtherFocusReason)
        self._placing = self._placing.without(key, area)
        self._hold(None)
        announce(self, self._area_words(area))
        self.tell(self.current())

    def _refuse(self, words: str) -> None:
        self._refused = words
        self._refresh()
        announce(self, words)

    def _on_area_key(self, key: ChoiceId, event: QKeyEvent) -> bool:
        """Delete takes away what lies on an area, or the last of it."""
        on_it = self._placing.on(key)
        if event.key() not in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} or not on_it:
            return False
        if self._origin != key:
            self._hold(on_it[-1], key)
        self._take_away()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape puts back what was taken up; arrows walk along the tray."""
        tray = list(self._tray.values())
        at = next((place for place, each in enumerate(tray) if each.hasFocus()), None)
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1}
        if event.key() == Qt.Key.Key_Escape and self._held is not None:
            back = self._tray[self._held] if self._origin is None else self._layer.buttons[self._origin]
            self._hold(None)
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        elif at is not None and event.key() in steps:
            onward = steps[Qt.Key(event.key())]
            if self.layoutDirection() is Qt.LayoutDirection.RightToLeft and event.key() in {
                Qt.Key.Key_Left,
                Qt.Key.Key_Right,
            }:
                onward = -onward
            tray[(at + onward) % len(tray)].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            event.ignore()

    # -- answer -------------------------------------------------------------------------------------------------------

    def current(self) -> Lexical:
        """Directed pairs "choice area", in the order in which they were made."""
        return self._placing.lexical()

    def display(self, value: Lexical) -> None:
        """Show the pairs of an answer."""
        self._placing = self._placing.shown(value)
        self._hold(None)

    def set_locked(self, *, locked: bool) -> None:
        """Show, but take no input. What was taken up goes back."""
        if locked and self._held is not None:
            self._hold(None)
        super().set_locked(locked=locked)

    def _on_clear(self) -> None:
        self.display(())
        next(iter(self._tray.values())).setFocus(Qt.FocusReason.TabFocusReason)
        self.tell(())

    # -- what is seen -------------------------------------------------------------------------------------------------

    def _state_of(self, key: ChoiceId) -> AreaState:
        button = self._layer.buttons[key]
        choice = self._pieces[self._held].choice if self._held is not None else None
        refused = choice is not None and self._placing.refusal(choice, self._areas[key], self._origin) is not None
        return AreaState(
            picked=self._origin is not None and self._origin == key,
            hovered=self._layer.hovered == key and self.isEnabled(),
            focused=button.hasFocus() and self.isEnabled(),
            dimmed=refused and self._origin != key,
            badge=str(list(self._areas).index(key) + 1) if self._list.is_open() else "",
        )

    def _paint_inside(self, painter: QPainter, key: ChoiceId, box: QRectF) -> None:
        """The choices on an area, in cells beside one another where it is wide, below one another where it is high."""
        placed = self._placing.on(key)
        wide = box.width() >= box.height()
        for at, each in enumerate(placed):
            share = 1 / len(placed)
            cell = QRectF(box)
            if wide:
                cell.setLeft(box.left() + box.width() * share * at)
                cell.setWidth(box.width() * share)
            else:
                cell.setTop(box.top() + box.height() * share * at)
                cell.setHeight(box.height() * share)
            margin = 3.0
            inner = cell.adjusted(margin, margin, -margin, -margin)
            self._pieces[each].paint_on(painter, inner, self._canvas.surface.scale, self._ink)

    def _refresh(self) -> None:
        for key, button in self._tray.items():
            left = self._placing.left(self._pieces[key].choice)
            words = "" if left is None else self.tr("{count} left").format(count=left)
            button.show_left(words, words)
            button.setChecked(key == self._held and self._origin is None)
        for area, each in self._layer.buttons.items():
            each.setAccessibleName(self._area_words(area))
        self._list.show_states({area: (self._area_words(area), False) for area in self._areas})
        self._away.setVisible(self._origin is not None)
        self._clear.setVisible(bool(self._placing.pairs))
        self._say()
        self._canvas.surface.update()

    def _say(self) -> None:
        interaction, placed = self._interaction, len(self._placing.pairs)
        most, least = interaction.max_associations, interaction.min_associations
        tone = Tone.PLAIN
        if self._refused:
            words, tone = self._refused, Tone.WARN
        elif most and placed > most:
            words = self.tr("You have placed {placed}. Place no more than {most}.")
            tone = Tone.WARN
        elif self._held is not None:
            words = self.tr("“{choice}” is taken up. Click the area where it goes, or press Escape.").format(
                choice=self._pieces[self._held].words
            )
        elif 0 < placed < least and interaction.style.min_message:
            words = interaction.style.min_message
        elif most and least == most:
            words = self.tr("Pick a choice, then its area. Place {most}; you have placed {placed}.")
        elif most:
            words = self.tr("Pick a choice, then its area. Place up to {most}; you have placed {placed}.")
        elif least:
            words = self.tr("Pick a choice, then its area. Place at least {least}; you have placed {placed}.")
        else:
            words = self.tr("Pick a choice, then its area. You have placed {placed}.")
        for name, number in (("{most}", most), ("{least}", least), ("{placed}", placed)):
            words = words.replace(name, str(number))
        self._hint.say(words, tone)
