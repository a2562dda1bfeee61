"""The keyboard, tried before the exam: which layout it has, a line to type, what arrives, and other layouts of the seat.

Part of the page on which candidates say who they are. Nothing here has to be done, and nothing keeps anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol, assert_never

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from exam_packages.session_events import Adjusted
from kiosk.lockdown.x11.keyboard_layouts import KeyboardLayout
from ui.window.keyboard_try import Arrived, arrived, sample_of
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.labels import Card, Heading, Words
from ui.window.widgets.private_line import PrivateLine
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate

LAYOUT: Final = "keyboard-layout"
TRIED: Final = "keyboard-tried"
"""What stands in a journal (``Adjusted.setting``)."""
LOOK_MS: Final = 500
"""A layout can also be changed by a key of its own."""
TYPED_MAX: Final = 60  # characters; the longest line has half of that
_ALONE: Final = ("\u2068", "\u2069")  # Unicode UAX #9, first strong isolate: signs at the end of a line stay at its end


class Layouts(Protocol):
    """The keyboard layouts of a seat (``kiosk.lockdown.x11.keyboard_layouts``)."""

    def installed(self) -> tuple[KeyboardLayout, ...]:
        """Return those that were set up for the seat."""
        ...

    def current(self) -> KeyboardLayout | None:
        """Return the one in use."""
        ...

    def use(self, layout: KeyboardLayout) -> None:
        """Use another one."""
        ...


class _Try(PrivateLine):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter at the end of the line says nothing about who somebody is: it goes on to the next thing on the page."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.focusNextChild()
        else:
            super().keyPressEvent(event)


class KeyboardCheck(Card):
    """Name of the layout, a line to type, and what is to be said of it.

    Args:
        layouts: those of the seat; None where nobody can tell.
        language: of the exam, as BCP 47 names it.
    """

    def __init__(
        self, layouts: Layouts | None, language: str, *, tokens: Tokens, parent: QWidget | None = None
    ) -> None:
        super().__init__(tokens=tokens, parent=parent)
        self._tokens, self._layouts = tokens, layouts
        self._sample = sample_of(language)
        self._installed = layouts.installed() if layouts is not None else ()
        self._result = Arrived.NOTHING
        self.column.setSpacing(tokens.px(GRID_PX))
        self.column.addWidget(Heading(translate("Keyboard", "Your keyboard"), tokens=tokens, level=2))
        self._name = Words("", tokens=tokens)
        self.column.addWidget(self._name)
        self._choice = self._choices()
        if self._choice is not None:
            self.column.addWidget(self._choice)
        ask = translate(
            "Keyboard", "Type this line to see whether every letter arrives. You can also go on without it."
        )
        self.column.addWidget(Words(ask, tokens=tokens, muted=True))
        self.column.addWidget(Words(self._sample.join(_ALONE), tokens=tokens, size=TextSize.HEADING))
        self.field = _Try(tokens=tokens, name=translate("Keyboard", "Try your keyboard"))
        self.field.setMaxLength(TYPED_MAX)
        self.field.setAccessibleDescription(translate("Keyboard", "The line to type: {line}").format(line=self._sample))
        self.column.addWidget(self.field)
        self._said = Sentence("", tokens=tokens)
        self.column.addWidget(self._said)
        self._say(Arrived.NOTHING)
        self.field.textChanged.connect(self._on_typed)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._show_current)
        self._show_current()
        if layouts is not None:
            self._look.start()

    def events(self) -> Iterator[Adjusted]:
        """Yield what is to be written down: the layout in use, and what came of the try."""
        current = self._current()
        if current is not None:
            yield Adjusted(setting=LAYOUT, value=(current.code or current.name)[:TYPED_MAX])
        if self._result is not Arrived.NOTHING:
            yield Adjusted(setting=TRIED, value=self._result.value)

    def _choices(self) -> ChoiceBar | None:
        if len(self._installed) < 2:
            return None
        name = translate("Keyboard", "Keyboard layouts")
        bar = ChoiceBar([(str(each.group), each.name) for each in self._installed], tokens=self._tokens, name=name)
        bar.chosen.connect(self._use)
        return bar

    def _use(self, group: str) -> None:
        layout = next(each for each in self._installed if str(each.group) == group)
        if self._layouts is not None:
            self._layouts.use(layout)
        self.field.clear()
        self._show_current()
        announce(self, self._name.text())

    def _current(self) -> KeyboardLayout | None:
        return self._layouts.current() if self._layouts is not None else None

    def _show_current(self) -> None:
        current = self._current()
        if current is None:
            self._name.hide()
            return
        said = translate("Keyboard", "Layout: {name}").format(name=current.name.join(_ALONE))
        if said != self._name.text():
            self._name.setText(said)
        self._name.show()
        if self._choice is not None and self._choice.current() != str(current.group):
            self._choice.set_current(str(current.group))

    def _on_typed(self, typed: str) -> None:
        result = arrived(self._sample, typed)
        if result is self._result:
            return
        self._result = result
        self._say(result)
        if result in {Arrived.AS_SHOWN, Arrived.OTHERWISE}:
            announce(self, self._said.words())

    def _say(self, result: Arrived) -> None:
        words, tone = self._words(result)
        self._said.say(words, tone)

    def _words(self, result: Arrived) -> tuple[str, Tone]:
        match result:
            case Arrived.NOTHING:
                return translate("Keyboard", "Nothing has been typed yet."), Tone.PLAIN
            case Arrived.BEGUN:
                return translate("Keyboard", "All right so far."), Tone.PLAIN
            case Arrived.AS_SHOWN:
                return translate("Keyboard", "Your keyboard types what is shown."), Tone.GOOD
            case Arrived.OTHERWISE:
                return self._otherwise(), Tone.WARN
            case _:
                assert_never(result)

    def _otherwise(self) -> str:
        if self._choice is not None:
            return translate(
                "Keyboard", "Other letters arrive than are shown. Choose another layout, or tell the proctor."
            )
        return translate("Keyboard", "Other letters arrive than are shown. Tell the proctor before you go on.")
