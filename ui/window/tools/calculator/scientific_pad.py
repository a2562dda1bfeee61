"""The scientific calculator on the screen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.window.theme import Tokens
from ui.window.tools.calculator import words
from ui.window.tools.calculator.functions import AngleUnit
from ui.window.tools.calculator.keypad import DECIMAL_KEYS, KeyFace, Keypad
from ui.window.tools.calculator.scientific import Act, ScientificState, press
from ui.window.widgets.announce import announce
from ui.window.widgets.button import ButtonKind
from ui.window.widgets.icons import Icon

_TYPED: Final = {
    "+": "+",
    "-": "−",
    "*": "×",
    "/": "÷",
    "^": "^",
    "(": "(",
    ")": ")",
    "!": "!",
    "%": "%",
    "e": "e",
    "p": "π",
    "s": "sin",
    "c": "cos",
    "t": "tan",
    "l": "ln",
    "g": "log",
    "r": "√",
    "a": "Ans",
}
_KEYS: Final = {
    Qt.Key.Key_Return: Act.EQUALS,
    Qt.Key.Key_Enter: Act.EQUALS,
    Qt.Key.Key_Equal: Act.EQUALS,
    Qt.Key.Key_Backspace: Act.BACK,
    Qt.Key.Key_Delete: Act.CLEAR,
}


class ScientificPad(Keypad):
    """Keys, the expression and its result, the last calculations."""

    def __init__(self, *, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(tokens=tokens, parent=parent)
        self.state = ScientificState()
        self.add_keys(self._faces(), self._press)
        self._show(say=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, operators, Enter, Backspace and Delete, and letters for functions, whichever key has the focus."""
        text = event.text().lower()
        act: object = _KEYS.get(Qt.Key(event.key()))
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            act = None
        elif act is None and len(text) == 1 and text in "0123456789":
            act = text
        elif act is None and text in DECIMAL_KEYS:
            act = "."
        elif act is None:
            act = _TYPED.get(text)
        if act is None:
            super().keyPressEvent(event)
            return
        self._press(act)

    def _press(self, act: object) -> None:
        if not isinstance(act, (Act, str)):
            return
        self.state = press(self.state, act)
        self._show(say=act is Act.EQUALS)
        if act is Act.UNIT:
            announce(self, self._unit_name())

    def _show(self, *, say: bool) -> None:
        state = self.state
        trouble = words.trouble(state.trouble) if state.trouble is not None else ""
        self.show_number(state.display, history="\n".join(state.history), trouble=trouble, say=say)
        degrees = state.unit is AngleUnit.DEGREES
        self.buttons[Act.UNIT].setText("deg" if degrees else "rad")
        self.buttons[Act.UNIT].setAccessibleName(self._unit_name())

    def _unit_name(self) -> str:
        degrees = self.state.unit is AngleUnit.DEGREES
        return self.tr("Angles in degrees") if degrees else self.tr("Angles in radians")

    def _faces(self) -> list[list[KeyFace]]:
        def typed(sign: str, name: str, on_key: str = "") -> KeyFace:
            return KeyFace(act=sign, words=on_key or sign, name=name)

        digits = {each: typed(each, each) for each in "0123456789"}
        point = QLocale().decimalPoint()
        return [
            [
                KeyFace(act=Act.UNIT, words="deg", name="", kind=ButtonKind.QUIET),
                typed("sin", self.tr("Sine")),
                typed("cos", self.tr("Cosine")),
                typed("tan", self.tr("Tangent")),
                typed("(", self.tr("Opening parenthesis")),
            ],
            [
                typed("π", self.tr("Pi")),
                typed("asin", self.tr("Inverse sine"), "sin⁻¹"),
                typed("acos", self.tr("Inverse cosine"), "cos⁻¹"),
                typed("atan", self.tr("Inverse tangent"), "tan⁻¹"),
                typed(")", self.tr("Closing parenthesis")),
            ],
            [
                typed("e", self.tr("Euler's number")),
                typed("ln", self.tr("Natural logarithm")),
                typed("log", self.tr("Logarithm to base 10")),
                typed("exp", self.tr("e to the power of"), "eˣ"),
                typed("!", self.tr("Factorial"), "n!"),
            ],
            [
                typed("²", self.tr("Squared"), "x²"),
                typed("^", self.tr("To the power of"), "xʸ"),
                typed("√", self.tr("Square root")),
                typed("∛", self.tr("Cube root")),
                typed("⁻¹", self.tr("Inverse: one divided by it"), "x⁻¹"),
            ],
            [
                digits["7"],
                digits["8"],
                digits["9"],
                KeyFace(act=Act.BACK, words="", name=self.tr("Delete"), icon=Icon.ERASE),
                KeyFace(act=Act.CLEAR, words="C", name=self.tr("Clear")),
            ],
            [
                digits["4"],
                digits["5"],
                digits["6"],
                typed("×", self.tr("Multiply")),
                typed("÷", self.tr("Divide")),
            ],
            [digits["1"], digits["2"], digits["3"], typed("+", self.tr("Add")), typed("−", self.tr("Subtract"))],
            [
                digits["0"],
                typed(".", self.tr("Decimal separator"), point),
                typed("%", self.tr("Percent")),
                typed("Ans", self.tr("Last result")),
                KeyFace(act=Act.EQUALS, words="=", name=self.tr("Equals"), kind=ButtonKind.PRIMARY),
            ],
        ]
