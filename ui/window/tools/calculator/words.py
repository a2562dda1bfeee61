"""What the calculators say: errors in words, numbers in the candidate's notation, keys as they are read aloud."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import QCoreApplication, QLocale

from ui.window.tools.calculator.arithmetic import Trouble

translate = QCoreApplication.translate


def trouble(what: Trouble) -> str:
    """Why there is no result."""
    match what:
        case Trouble.DIVISION_BY_ZERO:
            return translate("Calculator", "Cannot divide by zero.")
        case Trouble.NOT_REAL:
            return translate("Calculator", "There is no real number that fits.")
        case Trouble.NOT_DEFINED:
            return translate("Calculator", "This has no value.")
        case Trouble.NOT_WHOLE:
            return translate("Calculator", "A factorial needs a whole number from 0 on.")
        case Trouble.TOO_LARGE:
            return translate("Calculator", "The number is too large.")
        case Trouble.INCOMPLETE:
            return translate("Calculator", "Something is missing in the calculation.")
        case Trouble.UNBALANCED:
            return translate("Calculator", "There is one closing parenthesis too many.")
        case Trouble.TOO_LONG:
            return translate("Calculator", "The calculation is too long.")
        case _:
            assert_never(what)


def local(text: str, locale: QLocale) -> str:
    """A number or an expression with the candidate's decimal separator; ``E`` becomes a power of ten."""
    return text.replace(".", locale.decimalPoint()).replace("-", "−").replace("E", "×10^")


def spoken(text: str) -> str:
    """An expression as it is read aloud."""
    return text.replace("−", translate("Calculator", "minus ")).replace(
        "×10^", translate("Calculator", " times 10 to the ")
    )
