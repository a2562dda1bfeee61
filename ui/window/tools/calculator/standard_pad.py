"""The standard calculator on the screen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.window.theme import Tokens
from ui.window.tools.calculator import words
from ui.window.tools.calculator.arithmetic import shown
from ui.window.tools.calculator.keypad import DECIMAL_KEYS, KeyFace, Keypad
from ui.window.tools.calculator.standard import Key, StandardState, press
from ui.window.widgets.button import ButtonKind
from ui.window.widgets.icons import Icon

_TYPED: Final = {
    "+": Key.PLUS,
    "-": Key.MINUS,
    "*": Key.TIMES,
    "/": Key.DIVIDE,
    "=": Key.EQUALS,
    "%": Key.PERCENT,
}
_KEYS: Final = {
    Qt.Key.Key_Return: Key.EQUALS,
    Qt.Key.Key_Enter: Key.EQUALS,
    Qt.Key.Key_Backspace: Key.BACK,
    Qt.Key.Key_Delete: Key.CLEAR,
}
_SPOKEN_RESULTS: Final = frozenset({Key.EQUALS, Key.PERCENT, Key.ROOT, Key.SIGN, Key.MEMORY_RECALL})


class StandardPad(Keypad):
    """Keys, display, history and a sign that something is in the memory."""

    def __init__(self, *, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(tokens=tokens, parent=parent)
        self.state = StandardState()
        self.add_keys(self._faces(), self._press)
        self._show(say=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, operators, Enter, Backspace and Delete, whichever key of the pad has the focus."""
        text = event.text()
        act: object = None
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            act = None
        elif len(text) == 1 and text in "0123456789":
            act = text
        elif text in DECIMAL_KEYS:
            act = Key.POINT
        else:
            act = _TYPED.get(text) or _KEYS.get(Qt.Key(event.key()))
        if act is None:
            super().keyPressEvent(event)
            return
        self._press(act)

    def _press(self, act: object) -> None:
        if isinstance(act, (Key, str)):
            self.state = press(self.state, act)
            self._show(say=act in _SPOKEN_RESULTS)

    def _show(self, *, say: bool) -> None:
        state = self.state
        history = f"M {shown(state.memory)}   {state.history}" if state.memory else state.history
        trouble = words.trouble(state.trouble) if state.trouble is not None else ""
        self.show_number(state.display, history=history.strip(), trouble=trouble, say=say)

    def _faces(self) -> list[list[KeyFace]]:
        quiet = ButtonKind.QUIET
        digits = {each: KeyFace(act=each, words=each, name=each) for each in "0123456789"}
        point = QLocale().decimalPoint()
        return [
            [
                KeyFace(act=Key.MEMORY_CLEAR, words="MC", name=self.tr("Clear memory"), kind=quiet),
                KeyFace(act=Key.MEMORY_RECALL, words="MR", name=self.tr("Recall memory"), kind=quiet),
                KeyFace(act=Key.MEMORY_ADD, words="M+", name=self.tr("Add to memory"), kind=quiet),
                KeyFace(act=Key.MEMORY_SUBTRACT, words="M−", name=self.tr("Subtract from memory"), kind=quiet),
            ],
            [
                KeyFace(act=Key.CLEAR, words="C", name=self.tr("Clear all")),
                KeyFace(act=Key.CLEAR_ENTRY, words="CE", name=self.tr("Clear entry")),
                KeyFace(act=Key.BACK, words="", name=self.tr("Delete last digit"), icon=Icon.ERASE),
                KeyFace(act=Key.DIVIDE, words="÷", name=self.tr("Divide")),
            ],
            [
                KeyFace(act=Key.ROOT, words="√", name=self.tr("Square root")),
                KeyFace(act=Key.PERCENT, words="%", name=self.tr("Percent")),
                KeyFace(act=Key.SIGN, words="±", name=self.tr("Change sign")),
                KeyFace(act=Key.TIMES, words="×", name=self.tr("Multiply")),
            ],
            [digits["7"], digits["8"], digits["9"], KeyFace(act=Key.MINUS, words="−", name=self.tr("Subtract"))],
            [digits["4"], digits["5"], digits["6"], KeyFace(act=Key.PLUS, words="+", name=self.tr("Add"))],
            [
                digits["1"],
                digits["2"],
                digits["3"],
                KeyFace(act=Key.POINT, words=point, name=self.tr("Decimal separator")),
            ],
            [
                KeyFace(act="0", words="0", name="0", across=2),
                KeyFace(act=Key.EQUALS, words="=", name=self.tr("Equals"), kind=ButtonKind.PRIMARY, across=2),
            ],
        ]
