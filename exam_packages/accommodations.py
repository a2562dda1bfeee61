"""What a candidate needs: time, breaks, looks, tools, as rosters carry it and session plans keep it.

Owns the value, its bounds and its one JSON form, in which what is not needed is absent. Names are those of the 1EdTech Access
For All Personal Needs and Preferences (AfA PNP 3.0) as QTI 3.0 profiles them. Refuses to know plans: what a need does to a
time limit is ``kiosk.seat.planning``; how a PNP document is read is ``exam_packages.qti.pnp``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from exam_packages.tools import Tool
from signing.canonical import JsonValue
from signing.errors import FormRefused
from signing.fields import Fields

EXTRA_TIME_MAX_PERCENT: Final = 400
FIXED_MINUTES_MAX: Final = 600
TEXT_SIZE_MIN_PERCENT: Final = 100
TEXT_SIZE_MAX_PERCENT: Final = 400
BREAK_MINUTES_MAX: Final = 240
BREAKS_MAX: Final = 20
LINE_SPACING_MIN_PERCENT: Final = 100
LINE_SPACING_MAX_PERCENT: Final = 300
LETTER_SPACING_MAX_PERCENT: Final = 50  # of the letters' size
CODES_MAX: Final = 64  # names in one list of one candidate
CODE_MAX: Final = 64  # characters of a name
LANGUAGE_MAX: Final = 35  # characters of a language tag that anybody uses (BCP 47 §4.4.1)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")

EXTRA_TIME: Final = "additional-testing-time"
TEXT_APPEARANCE: Final = "text-appearance"
HIGH_CONTRAST: Final = "high-contrast"
INVERTED: Final = "invert-display-polarity"
SINGLE_COLUMN: Final = "layout-single-column"
GUIDANCE: Final = "linguistic-guidance"
TOOLS_OF: Final[Mapping[str, tuple[Tool, ...]]] = {each.value: (each,) for each in Tool} | {
    "calculator-on-screen": (Tool.CALCULATOR, Tool.SCIENTIFIC_CALCULATOR),
    "magnification": (Tool.MAGNIFIER,),
    "note-taking-on-screen": (Tool.NOTES,),
}
"""PNP names of features, and the program's own, to the tools they stand for."""

FEATURES: Final = frozenset(TOOLS_OF) | frozenset(
    (
        "additional-directions",
        "additional-testing-time",
        "alternative-text",
        "answer-masking",
        "audio-description",
        "braille",
        "captions",
        "dictionary-on-screen",
        "encouragement",
        "glossary-on-screen",
        "high-contrast",
        "homophone-checker-on-screen",
        "input-requirements",
        "invert-display-polarity",
        "item-translation",
        "keyboard-directions",
        "keyword-emphasis",
        "keyword-translation",
        "language-of-interface",
        "layout-single-column",
        "line-reader",
        "linguistic-guidance",
        "long-description",
        "magnification",
        "note-taking-on-screen",
        "outliner-on-screen",
        "peer-interaction-on-screen",
        "sign-language",
        "simplified-graphics",
        "simplified-language-portions",
        "spell-checker-on-screen",
        "spoken",
        "tactile",
        "text-appearance",
        "thesaurus-on-screen",
        "transcript",
        "visual-organizer-on-screen",
    )
)
"""Everything that can be prohibited: the names of PNP's ``FeatureSet`` and the program's own tools."""


class Scheme(StrEnum):
    """The colours a session starts with."""

    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high-contrast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accommodations:
    """What a candidate needs. Of the three kinds of extra time at most one is there (PNP ``AdditionalTestingTime``).

    Attributes:
        extra_time_percent: added to every time limit (``time-multiplier``); 0 to 400.
        text_size_percent: size the text starts with; 100 to 400.
        codes: further PNP names (``text-to-speech`` …) for people to read, sorted, none twice.
        fixed_minutes: added to the whole test, shared out over its limits; 0 to 600.
        unlimited_time: no limit of time holds.
        break_minutes: added to every planned break; 0 to 240.
        breaks: how often the candidate may stop the clock for a break; 0 to 20.
        scheme: colours to start with; None is the seat's own.
        line_spacing_percent: 100 to 300.
        letter_spacing_percent: added between letters, of their size; 0 to 50.
        single_column: stimulus and question below one another.
        tools: what is switched on at every item, sorted by name, none twice.
        translation_language: BCP 47 tag of keyword translations; empty is none.
        linguistic_guidance: help with words is shown where content has it.
        prohibited: PNP names and tools that must not be on, whoever asks for them; sorted, none twice.
    """

    extra_time_percent: int = 0
    text_size_percent: int = 100
    codes: tuple[str, ...] = ()
    fixed_minutes: int = 0
    unlimited_time: bool = False
    break_minutes: int = 0
    breaks: int = 0
    scheme: Scheme | None = None
    line_spacing_percent: int = 100
    letter_spacing_percent: int = 0
    single_column: bool = False
    tools: tuple[Tool, ...] = ()
    translation_language: str = ""
    linguistic_guidance: bool = False
    prohibited: tuple[str, ...] = ()

    @property
    def prohibited_tools(self) -> frozenset[Tool]:
        """The tools that no item may have."""
        return frozenset(tool for name in self.prohibited for tool in TOOLS_OF.get(name, ()))

    @property
    def tools_given(self) -> frozenset[Tool]:
        """The tools that every item has: those switched on, and those that show help with words; none prohibited."""
        shows = {
            Tool.GLOSSARY: self.linguistic_guidance,
            Tool.KEYWORD_TRANSLATION: bool(self.translation_language),
        }
        return (
            frozenset(self.tools) | {tool for tool, is_needed in shows.items() if is_needed}
        ) - self.prohibited_tools


NO_NEEDS: Final = Accommodations()
# A prohibition takes back what else the same list gives: PNP ``prohibit-set``.
_TAKEN_BACK: Final[Mapping[str, Mapping[str, object]]] = {
    EXTRA_TIME: {"extra_time_percent": 0, "fixed_minutes": 0, "unlimited_time": False},
    TEXT_APPEARANCE: {"text_size_percent": 100, "line_spacing_percent": 100, "letter_spacing_percent": 0},
    SINGLE_COLUMN: {"single_column": False},
    GUIDANCE: {"linguistic_guidance": False},
    Tool.KEYWORD_TRANSLATION.value: {"translation_language": ""},
}


def effective(needs: Accommodations) -> Accommodations:
    """Return what is left of the needs when everything prohibited is taken back."""
    changes: dict[str, object] = {}
    for name in needs.prohibited:
        changes |= _TAKEN_BACK.get(name, {})
    schemes = {HIGH_CONTRAST: Scheme.HIGH_CONTRAST, INVERTED: Scheme.DARK}
    if any(schemes.get(name) is needs.scheme for name in needs.prohibited if name in schemes):
        changes["scheme"] = None
    changes["tools"] = tuple(tool for tool in needs.tools if tool not in needs.prohibited_tools)
    return replace(needs, **changes)  # type: ignore[arg-type]  # a table of fields has values of many types


def is_language(text: str) -> bool:
    """Tell whether a text has the form of a language tag."""
    return len(text) <= LANGUAGE_MAX and _LANGUAGE.fullmatch(text) is not None


def check_needs(needs: Accommodations, *, place: str) -> None:
    """Refuse needs that contradict one another or have no one form.

    Raises:
        FormRefused: two kinds of extra time, a list that is not sorted without repetition, no language tag.
    """
    kinds = (needs.extra_time_percent > 0, needs.fixed_minutes > 0, needs.unlimited_time)
    if sum(kinds) > 1:
        raise FormRefused("has more than one kind of extra time", place=place)
    for name, values in (("codes", needs.codes), ("tools", needs.tools), ("prohibited", needs.prohibited)):
        if list(values) != sorted(set(values)):
            raise FormRefused("is not sorted without repetition", place=f"{place}.{name}")
    if needs.translation_language and not is_language(needs.translation_language):
        raise FormRefused("is not a language tag such as es or pt-BR", place=f"{place}.translation_language")


def extras_to_json(needs: Accommodations) -> dict[str, JsonValue]:
    """Return everything but extra time, text size and codes; what is not needed is absent, the one way to say so."""
    every: dict[str, JsonValue] = {
        "break_minutes": needs.break_minutes,
        "breaks": needs.breaks,
        "fixed_minutes": needs.fixed_minutes,
        "letter_spacing_percent": needs.letter_spacing_percent,
        "line_spacing_percent": 0
        if needs.line_spacing_percent == LINE_SPACING_MIN_PERCENT
        else needs.line_spacing_percent,
        "linguistic_guidance": needs.linguistic_guidance,
        "prohibited": list[JsonValue](needs.prohibited),
        "scheme": needs.scheme.value if needs.scheme is not None else "",
        "single_column": needs.single_column,
        "tools": [tool.value for tool in needs.tools],
        "translation_language": needs.translation_language,
        "unlimited_time": needs.unlimited_time,
    }
    return {name: value for name, value in every.items() if value}


def extras_from_fields(fields: Fields, base: Accommodations) -> Accommodations:
    """Return the base with what ``extras_to_json`` wrote; leaves other fields alone.

    Raises:
        FormRefused: out of bounds, contradictory, or something that is not needed and yet there.
    """
    needs = replace(
        base,
        break_minutes=_number(fields, "break_minutes", 1, BREAK_MINUTES_MAX, 0),
        breaks=_number(fields, "breaks", 1, BREAKS_MAX, 0),
        fixed_minutes=_number(fields, "fixed_minutes", 1, FIXED_MINUTES_MAX, 0),
        letter_spacing_percent=_number(fields, "letter_spacing_percent", 1, LETTER_SPACING_MAX_PERCENT, 0),
        line_spacing_percent=_number(
            fields,
            "line_spacing_percent",
            LINE_SPACING_MIN_PERCENT + 1,
            LINE_SPACING_MAX_PERCENT,
            LINE_SPACING_MIN_PERCENT,
        ),
        linguistic_guidance=_present(fields, "linguistic_guidance"),
        prohibited=_names(fields, "prohibited"),
        scheme=fields.choice("scheme", Scheme) if fields.has("scheme") else None,
        single_column=_present(fields, "single_column"),
        tools=tuple(_tool(name, fields.place) for name in _names(fields, "tools")),
        translation_language=fields.optional_text("translation_language", max_length=LANGUAGE_MAX) or "",
        unlimited_time=_present(fields, "unlimited_time"),
    )
    check_needs(needs, place=fields.place)
    return needs


def _number(fields: Fields, name: str, minimum: int, maximum: int, absent: int) -> int:
    value = fields.optional_integer(name, minimum=minimum, maximum=maximum)
    return absent if value is None else value


def _present(fields: Fields, name: str) -> bool:
    if not fields.has(name):
        return False
    if not fields.flag(name):
        raise FormRefused("is false, which is said by leaving it out", place=f"{fields.place}.{name}")
    return True


def _names(fields: Fields, name: str) -> tuple[str, ...]:
    if not fields.has(name):
        return ()
    names = fields.texts(name, max_items=CODES_MAX, max_length=CODE_MAX)
    if not names:
        raise FormRefused("is empty, which is said by leaving it out", place=f"{fields.place}.{name}")
    return names


def _tool(name: str, place: str) -> Tool:
    if name not in {tool.value for tool in Tool}:
        raise FormRefused(f"there is no tool {name!r:.80}", place=f"{place}.tools")
    return Tool(name)
