"""``qti-printed-variable``: a value as text.

Owns the formats of PrintedVariableDType: conversions as in C's printf, ``i`` for ``d``, ``r`` for significant figures.
"""

from __future__ import annotations

import math
import re
from typing import Final

from exam_packages.qti.model import BaseType, Lexical
from exam_packages.qti.reading import Xml

DEFAULT_DELIMITER: Final = ";"
MAX_PRECISION: Final = 30

_FORMAT: Final = re.compile(
    r"(?P<before>[^%]*)%(?P<flags>[-+ 0#]*)(?P<width>\d{0,2})(\.(?P<precision>\d{1,2}))?(?P<kind>[eEfgGrRioxXds])(?P<after>[^%]*)"
)
_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_WHOLE: Final = "ioxXd"


def printed(variable: Xml, value: Lexical, base_type: BaseType | None) -> str:
    """Return what a printed variable shows; NULL shows nothing.

    Raises:
        SourceRefused: its format is none.
    """
    index = variable.optional_integer("index")
    shown = value if index is None else value[index - 1 : index] if index >= 1 else ()
    delimiter = variable.optional("delimiter")
    return (DEFAULT_DELIMITER if delimiter is None else delimiter).join(
        _one(variable, each, base_type) for each in shown
    )


def _one(variable: Xml, text: str, base_type: BaseType | None) -> str:
    if base_type not in {BaseType.INTEGER, BaseType.FLOAT}:
        return text
    wanted = variable.optional("format")
    if wanted:
        text = _formatted(variable, wanted, text)
    elif base_type is BaseType.FLOAT and text.endswith(".0"):
        text = text.removesuffix(".0")
    elif base_type is BaseType.INTEGER and variable.optional_integer("base") not in {None, 10}:
        text = _in_base(variable, int(text), variable.integer("base", 10, minimum=2))
    return _in_powers(text) if variable.flag("power-form") else text.replace("-", "−") if text.startswith("-") else text


def _formatted(variable: Xml, wanted: str, text: str) -> str:
    number = float(text)
    match = _FORMAT.fullmatch(wanted)
    precision = int(match["precision"]) if match is not None and match["precision"] else None
    if match is None or (precision or 0) > MAX_PRECISION:
        raise variable.refused("printed-format", f"has the format {wanted!r}, which is none", "Use one such as %.2f")
    kind = match["kind"]
    if not math.isfinite(number):
        return text  # no conversion has digits for it
    if kind in _WHOLE:
        figures = f"%{match['flags']}{match['width']}{'d' if kind == 'i' else kind}" % round(number)
    elif kind == "s":
        figures = f"{number:g}"
    elif kind in "rR":
        figures = f"{number:#.{precision or 6}{'g' if kind == 'r' else 'G'}}".rstrip(".")
    else:
        after = "" if precision is None else f".{precision}"
        figures = f"%{match['flags']}{match['width']}{after}{kind}" % number
    return f"{match['before']}{figures.strip()}{match['after']}"


def _in_base(variable: Xml, number: int, base: int) -> str:
    if base > 36:
        raise variable.refused("printed-format", "has a base above 36", "Use a base from 2 to 36")
    digits, rest = "", abs(number)
    while rest or not digits:
        rest, digit = divmod(rest, base)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return f"{'-' if number < 0 else ''}{digits}"


def _in_powers(text: str) -> str:
    """``power-form``: 1.5e+03 is written 1.5 × 10³."""
    mantissa, e, exponent = text.lower().partition("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(_SUPERSCRIPTS)}" if e else text
