"""Character classes of XML Schema's regular expressions: escapes, categories, blocks, brackets with subtraction.

Owns which characters a class holds. The rest of the language stands in ``patterns``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

CharacterClass: TypeAlias = Callable[[str], bool]
"""Whether one character belongs."""

MAX_BRACKET_DEPTH: Final = 20  # a class subtracted from a class subtracted from …


class PatternError(ValueError):
    """A text is no pattern, or one too large to be matched; the message is a clause."""


def one(wanted: str) -> CharacterClass:
    """The class of a single character."""
    return lambda character: character == wanted


def any_but_line_ends(character: str) -> bool:
    """The class ``.``."""
    return character not in "\n\r"


def read_escape(text: str, at: int) -> tuple[CharacterClass, int]:
    """Read an escape; ``at`` is the place after the backslash.

    Returns:
        The class, and the place after the escape.

    Raises:
        PatternError: there is no such escape.
    """
    letter = text[at : at + 1]
    if letter in _SINGLE:
        return one(_SINGLE[letter]), at + 1
    if letter and letter.lower() in _MULTI:
        found = _MULTI[letter.lower()]
        return (found if letter.islower() else _not(found)), at + 1
    if letter in {"p", "P"}:
        end = text.find("}", at)
        if text[at + 1 : at + 2] != "{" or end < 0:
            raise PatternError("has a property that is not written in braces")
        found = _property(text[at + 2 : end])
        return (found if letter == "p" else _not(found)), end + 1
    raise PatternError(f"has an unknown escape \\{letter}")


def read_bracket(text: str, at: int, depth: int = 0) -> tuple[CharacterClass, int]:
    """Read a class in brackets; ``at`` is the place after the opening bracket.

    Raises:
        PatternError: it is not closed, empty, or has a range the wrong way round.
    """
    if depth > MAX_BRACKET_DEPTH:
        raise PatternError("subtracts classes too deep")
    negated = text[at : at + 1] == "^"
    at += negated
    parts: list[CharacterClass] = []
    without: CharacterClass | None = None
    while text[at : at + 1] != "]":
        if text.startswith("-[", at) and parts:
            without, at = read_bracket(text, at + 2, depth + 1)
            break
        part, at = _bracket_part(text, at)
        parts.append(part)
    if text[at : at + 1] != "]" or not parts:
        raise PatternError("has a class in brackets that is empty or not closed")
    return _combined(tuple(parts), negated=negated, without=without), at + 1


def _combined(parts: tuple[CharacterClass, ...], *, negated: bool, without: CharacterClass | None) -> CharacterClass:
    def holds(character: str) -> bool:
        inside = any(part(character) for part in parts)
        return inside is not negated and (without is None or not without(character))

    return holds


def _bracket_part(text: str, at: int) -> tuple[CharacterClass, int]:
    first, after = _bracket_character(text, at)
    if not isinstance(first, str):
        return first, after
    ends_here = text[after + 1 : after + 2] in {"]", "["}  # a hyphen at the end, or before a subtraction, is itself
    if text[after : after + 1] != "-" or ends_here:
        return one(first), after
    last, end = _bracket_character(text, after + 1)
    if not isinstance(last, str) or last < first:
        raise PatternError("has a range the wrong way round")
    return (lambda character: first <= character <= last), end


def _bracket_character(text: str, at: int) -> tuple[str | CharacterClass, int]:
    if at >= len(text):
        raise PatternError("has a class in brackets that is not closed")
    if text[at] == "[":
        raise PatternError("has a bracket within brackets")
    if text[at] != "\\":
        return text[at], at + 1
    if text[at + 1 : at + 2] in _SINGLE:
        return _SINGLE[text[at + 1]], at + 2
    return read_escape(text, at + 1)


def _not(inner: CharacterClass) -> CharacterClass:
    return lambda character: not inner(character)


def _property(name: str) -> CharacterClass:
    if name.startswith("Is"):
        if name not in _BLOCKS:
            raise PatternError(f"names the block {name[:40]}, which is not known")
        first, last = _BLOCKS[name]
        return lambda character: first <= ord(character) <= last
    if name not in _CATEGORIES:
        raise PatternError(f"names the category {name[:40]}, which does not exist")
    return lambda character: unicodedata.category(character).startswith(name)


def _is_digit(character: str) -> bool:
    return unicodedata.category(character) == "Nd"


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] not in "PZC"


def _starts_name(character: str) -> bool:
    return character in "_:" or unicodedata.category(character)[0] == "L" or unicodedata.category(character) == "Nl"


def _in_name(character: str) -> bool:
    return (
        _starts_name(character)
        or character in "-.·"
        or unicodedata.category(character) in {"Mc", "Me", "Mn", "Lm", "Nd"}
    )


_SINGLE: Final[Mapping[str, str]] = {"n": "\n", "r": "\r", "t": "\t", **{each: each for each in "\\|.?*+(){}-[]^$"}}
_MULTI: Final[Mapping[str, CharacterClass]] = {
    "s": lambda character: character in " \t\n\r",
    "d": _is_digit,
    "w": _is_word,
    "i": _starts_name,
    "c": _in_name,
}
_CATEGORIES: Final = frozenset(
    f"{group}{each}"
    for group, kinds in {
        "L": "ultmo",
        "M": "nce",
        "N": "dlo",
        "P": "cdseifo",
        "Z": "slp",
        "S": "mcko",
        "C": "cfon",
    }.items()
    for each in ("", *kinds)
)
_BLOCKS: Final[Mapping[str, tuple[int, int]]] = {
    "IsBasicLatin": (0x0000, 0x007F),
    "IsLatin-1Supplement": (0x0080, 0x00FF),
    "IsLatinExtended-A": (0x0100, 0x017F),
    "IsLatinExtended-B": (0x0180, 0x024F),
    "IsIPAExtensions": (0x0250, 0x02AF),
    "IsSpacingModifierLetters": (0x02B0, 0x02FF),
    "IsCombiningDiacriticalMarks": (0x0300, 0x036F),
    "IsGreek": (0x0370, 0x03FF),
    "IsCyrillic": (0x0400, 0x04FF),
    "IsArmenian": (0x0530, 0x058F),
    "IsHebrew": (0x0590, 0x05FF),
    "IsArabic": (0x0600, 0x06FF),
    "IsDevanagari": (0x0900, 0x097F),
    "IsBengali": (0x0980, 0x09FF),
    "IsGurmukhi": (0x0A00, 0x0A7F),
    "IsGujarati": (0x0A80, 0x0AFF),
    "IsTamil": (0x0B80, 0x0BFF),
    "IsTelugu": (0x0C00, 0x0C7F),
    "IsThai": (0x0E00, 0x0E7F),
    "IsTibetan": (0x0F00, 0x0FFF),
    "IsGeorgian": (0x10A0, 0x10FF),
    "IsHangulJamo": (0x1100, 0x11FF),
    "IsEthiopic": (0x1200, 0x137F),
    "IsKhmer": (0x1780, 0x17FF),
    "IsMongolian": (0x1800, 0x18AF),
    "IsLatinExtendedAdditional": (0x1E00, 0x1EFF),
    "IsGreekExtended": (0x1F00, 0x1FFF),
    "IsGeneralPunctuation": (0x2000, 0x206F),
    "IsSuperscriptsandSubscripts": (0x2070, 0x209F),
    "IsCurrencySymbols": (0x20A0, 0x20CF),
    "IsLetterlikeSymbols": (0x2100, 0x214F),
    "IsNumberForms": (0x2150, 0x218F),
    "IsArrows": (0x2190, 0x21FF),
    "IsMathematicalOperators": (0x2200, 0x22FF),
    "IsHiragana": (0x3040, 0x309F),
    "IsKatakana": (0x30A0, 0x30FF),
    "IsCJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "IsHangulSyllables": (0xAC00, 0xD7A3),
}
"""Blocks of XSD 1.0 that texts of an exam may be written in; others are refused by name."""
