"""Numbers as people type them → numbers as QTI writes them. Pure."""

from __future__ import annotations

import re
from typing import Final

_GROUPED: Final = re.compile(r"\d{1,3}(?P<group>[.,' ])\d{3}((?P=group)\d{3})*")
_PLAIN: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
_INTEGER: Final = re.compile(r"[+-]?\d+")
DIGITS_MAX: Final = 40
"""More digits than any answer needs; longer input is no number."""


class NotANumberError(ValueError):
    """What was typed cannot be read as a number."""


def number_of(typed: str, *, decimal_point: str, whole: bool) -> str:
    """What was typed, as QTI writes an integer or a float (XML Schema `integer`, `double`).

    A point and a comma are both taken for the decimal separator, and both, spaces and apostrophes for thousands. Only
    one case can be read in two ways, one separator before exactly three digits ("1,250"): there the language decides.

    Args:
        decimal_point: the decimal separator of the content's language, "." or ",".
        whole: whether an integer is wanted.

    Raises:
        NotANumberError: it is not a number, or not a whole one where one is wanted.
    """
    text = _with_latin_digits(typed).strip().replace("\u2212", "-").replace("−", "-")
    text = re.sub("[\u00a0\u202f\u2009]", " ", text).replace("’", "'")
    if len(text) > DIGITS_MAX:
        raise NotANumberError(typed)
    sign = text[:1] if text[:1] in {"+", "-"} else ""
    plain = sign + _ungrouped(text[len(sign) :].strip(), decimal_point)
    if not _PLAIN.fullmatch(plain):
        raise NotANumberError(typed)
    if whole:
        plain = re.sub(r"\.0*$", "", plain)
        if not _INTEGER.fullmatch(plain):
            raise NotANumberError(typed)
    return _canonical(plain)


def _with_latin_digits(text: str) -> str:
    """Arabic, Persian, Devanagari and other decimal digits as 0 to 9."""
    return "".join(str(int(each)) if each.isdecimal() and not each.isascii() else each for each in text).translate(
        {0x066B: ".", 0x066C: ","}
    )


def _ungrouped(text: str, decimal_point: str) -> str:
    """Without thousands separators, and with a point for the decimal one."""
    whole, separator, fraction = _split(text, decimal_point)
    if _GROUPED.fullmatch(whole):
        whole = re.sub(r"[.,' ]", "", whole)
    return whole + ("." + fraction if separator else "")


def _split(text: str, decimal_point: str) -> tuple[str, str, str]:
    """Part a number at its decimal separator: the last point or comma, if it can be one."""
    at = max(text.rfind("."), text.rfind(","))
    if at < 0:
        return text, "", ""
    mark, before, after = text[at], text[:at], text[at + 1 :]
    repeated = mark in before
    ambiguous = bool(_GROUPED.fullmatch(text)) and not repeated and before != "0"
    if repeated or (ambiguous and mark != decimal_point):
        return text, "", ""
    return before, mark, after


def _canonical(plain: str) -> str:
    """Without a plus sign, needless zeros in front or a bare point; the digits after the point stay as typed."""
    sign = "-" if plain.startswith("-") else ""
    body = plain.lstrip("+-")
    whole, point, fraction = body.partition(".")
    whole = whole.lstrip("0") if whole.isdigit() else whole
    if not point:
        return sign + (whole or "0")
    return sign + (whole or "0") + ("." + fraction if fraction else "")
