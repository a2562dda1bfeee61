"""PNP documents → accommodations: the Personal Needs and Preferences of AfA PNP 3.0 in QTI's profile.

Owns which PNP elements say what, and in which unit. Reads with the hardened reader; a value that makes no sense is refused with
its line, a feature that this program does not offer becomes a note and stays by name among the codes, for people to arrange.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from exam_packages.accommodations import (
    BREAKS_MAX,
    EXTRA_TIME_MAX_PERCENT,
    FEATURES,
    FIXED_MINUTES_MAX,
    GUIDANCE,
    HIGH_CONTRAST,
    INVERTED,
    LETTER_SPACING_MAX_PERCENT,
    LINE_SPACING_MAX_PERCENT,
    LINE_SPACING_MIN_PERCENT,
    NO_NEEDS,
    SINGLE_COLUMN,
    TEXT_APPEARANCE,
    TEXT_SIZE_MAX_PERCENT,
    TEXT_SIZE_MIN_PERCENT,
    Accommodations,
    Scheme,
    is_language,
)
from exam_packages.errors import LintFinding, Severity
from exam_packages.ids import AppointmentId, CandidateId
from exam_packages.qti.model import Tool
from exam_packages.qti.reading import Xml, parse
from exam_packages.qti.values import NotAValueError, parse_float, parse_integer

NAMESPACE: Final = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imsafa3p0pnp_v1p0"
USUAL_POINTS: Final = 12.0  # the default of font-size in the schema: what 100 percent is
_ROUNDING: Final = 6  # digits: 1.15 is 15 percent more, not 14.999…
_SETS: Final = ("activate-at-initialization-set", "activate-as-option-set")
_ALWAYS_THERE: Final = frozenset(
    {"alternative-text", "captions", "long-description", "transcript", "input-requirements"}
)
_PLAIN_TOOLS: Final[Mapping[str, Tool]] = {
    "answer-masking": Tool.ANSWER_MASK,
    "glossary-on-screen": Tool.GLOSSARY,
    "line-reader": Tool.LINE_READER,
    "magnification": Tool.MAGNIFIER,
    "note-taking-on-screen": Tool.NOTES,
}
_CALCULATORS: Final[Mapping[str, Tool]] = {
    "basic": Tool.CALCULATOR,
    "standard": Tool.CALCULATOR,
    "scientific": Tool.SCIENTIFIC_CALCULATOR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PnpRecord:
    """What one PNP record says.

    Attributes:
        person: the ``person-sourced-id``; empty in a document without records.
        appointments: the bookings it is for; none is all of the person's.
        notes: what is asked for and not offered by this program; no errors.
    """

    person: CandidateId
    appointments: tuple[AppointmentId, ...]
    accommodations: Accommodations
    notes: tuple[LintFinding, ...]


def read_pnp_records(untrusted: bytes, *, place: str) -> tuple[PnpRecord, ...]:
    """Read a PNP document: a list of records, or the needs of one person.

    Args:
        untrusted: an ``access-for-all-pnp-records`` or ``access-for-all-pnp`` document.
        place: the file, for messages.

    Raises:
        SourceRefused: not well-formed, not PNP, or a value that makes no sense.
    """
    root = parse(untrusted, place)
    if root.name == "access-for-all-pnp" and root.namespace == NAMESPACE:
        needs, notes = _needs(root)
        return (PnpRecord(person=CandidateId(""), appointments=(), accommodations=needs, notes=notes),)
    if root.name != "access-for-all-pnp-records" or root.namespace != NAMESPACE:
        raise root.refused("pnp-root", "is not a PNP document of QTI 3.0", f"Use the namespace {NAMESPACE}")
    return tuple(_record(each) for each in root.children("access-for-all-pnp-record"))


def _record(element: Xml) -> PnpRecord:
    person = element.child("person-sourced-id")
    profile = element.child("access-for-all-pnp")
    if person is None or not person.text.strip() or profile is None:
        raise element.refused(
            "pnp-record", "names no person or no needs", "Add person-sourced-id and access-for-all-pnp"
        )
    needs, notes = _needs(profile)
    return PnpRecord(
        person=CandidateId(person.text.strip()),
        appointments=tuple(AppointmentId(each.text.strip()) for each in element.children("appointment-id")),
        accommodations=needs,
        notes=notes,
    )


@dataclass(slots=True)
class _Reading:
    """The needs found so far, and what was noted."""

    needs: Accommodations = NO_NEEDS
    tools: set[Tool] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    prohibited: set[str] = field(default_factory=set)
    notes: list[LintFinding] = field(default_factory=list)

    def note(self, element: Xml, message: str, remedy: str) -> None:
        self.notes.append(element.finding("pnp-not-offered", message, remedy, Severity.NOTE))

    def bounded(self, element: Xml, percent: int, least: int, most: int) -> int:
        """The percentage, or the nearest that is offered."""
        kept = min(max(percent, least), most)
        if kept != percent:
            self.note(element, f"asks for {percent} percent", f"It becomes {kept}; {least} to {most} is offered")
        return kept


def _needs(profile: Xml) -> tuple[Accommodations, tuple[LintFinding, ...]]:
    reading = _Reading()
    for element in profile.children():
        _READERS.get(element.name, _further)(reading, element)
    needs = replace(
        reading.needs,
        tools=tuple(sorted(reading.tools)),
        codes=tuple(sorted(reading.codes)),
        prohibited=tuple(sorted(reading.prohibited)),
    )
    return needs, tuple(reading.notes)


def _further(reading: _Reading, element: Xml) -> None:
    """A feature without an own reader: switched on if it is one word, kept by name if it is known, else only noted."""
    if element.namespace != NAMESPACE or element.name not in FEATURES | {"hazard-avoidance"}:
        reading.note(element, "is no feature of PNP 3.0 that QTI profiles", "It has no effect")
        return
    if not _switch(reading, element.name):
        reading.codes.add(element.name)
        if element.name not in _ALWAYS_THERE:
            reading.note(element, "is not offered on the screen", "Its name is kept; arrange it at the testing centre")


def _switch(reading: _Reading, name: str) -> bool:
    """Switch on what needs nothing but its name; return whether there was such a thing."""
    if name in _PLAIN_TOOLS:
        reading.tools.add(_PLAIN_TOOLS[name])
    elif name == SINGLE_COLUMN:
        reading.needs = replace(reading.needs, single_column=True)
    elif name == GUIDANCE:
        reading.needs = replace(reading.needs, linguistic_guidance=True)
    elif name == HIGH_CONTRAST:
        reading.needs = replace(reading.needs, scheme=Scheme.HIGH_CONTRAST)
    elif name == INVERTED:
        reading.needs = replace(reading.needs, scheme=reading.needs.scheme or Scheme.DARK)
    elif name == "calculator-on-screen":
        reading.tools.add(Tool.CALCULATOR)
    else:
        return False
    return True


def _time(reading: _Reading, element: Xml) -> None:
    found = list(element.children("time-multiplier", "fixed-minutes", "unlimited"))
    if len(found) != 1:
        raise element.refused("pnp-time", "has not exactly one kind of additional time", "Choose one of the three")
    kind = found[0]
    match kind.name:
        case "time-multiplier":
            percent = math.ceil(round((_number(kind, kind.text) - 1) * 100, _ROUNDING))
            reading.needs = replace(reading.needs, extra_time_percent=_within(kind, percent, EXTRA_TIME_MAX_PERCENT))
        case "fixed-minutes":
            try:
                minutes = parse_integer(kind.text.strip())
            except NotAValueError:
                raise kind.refused("pnp-value", "is not a whole number", "Write minutes such as 30") from None
            reading.needs = replace(reading.needs, fixed_minutes=_within(kind, minutes, FIXED_MINUTES_MAX))
        case _:
            reading.needs = replace(reading.needs, unlimited_time=True)


def _within(element: Xml, value: int, most: int) -> int:
    if not 0 <= value <= most:
        raise element.refused("pnp-time", f"comes to {value}, and 0 to {most} is possible", "Correct the time")
    return value


def _magnification(reading: _Reading, element: Xml) -> None:
    reading.tools.add(Tool.MAGNIFIER)
    for zoom in element.children("all-content", "text"):
        amount = zoom.optional("zoom-amount")
        if amount is not None:
            _grow(reading, zoom, _number(zoom, amount) * 100)


def _grow(reading: _Reading, element: Xml, percent: float) -> None:
    size = reading.bounded(element, round(percent), TEXT_SIZE_MIN_PERCENT, TEXT_SIZE_MAX_PERCENT)
    reading.needs = replace(reading.needs, text_size_percent=max(size, reading.needs.text_size_percent))


def _appearance(reading: _Reading, element: Xml) -> None:
    colours: dict[str, str] = {}
    for each in element.children():
        match each.name:
            case "font-size":
                _grow(reading, each, _number(each, each.text.strip() or str(USUAL_POINTS)) / USUAL_POINTS * 100)
            case "line-spacing" | "line-height":  # multiples of the usual one
                percent = round(_number(each, each.text) * 100)
                percent = reading.bounded(each, percent, LINE_SPACING_MIN_PERCENT, LINE_SPACING_MAX_PERCENT)
                reading.needs = replace(reading.needs, line_spacing_percent=percent)
            case "letter-spacing":  # a part of the letters' size
                percent = reading.bounded(each, round(_number(each, each.text) * 100), 0, LETTER_SPACING_MAX_PERCENT)
                reading.needs = replace(reading.needs, letter_spacing_percent=percent)
            case "background-color" | "font-color":
                colours[each.name] = each.text.strip()
            case name if not name.startswith("replace-access-mode-"):
                reading.note(each, "is an appearance of text that is not offered", "It has no effect")
            case _:
                pass
    _colours(reading, element, colours.get("font-color"), colours.get("background-color"))


def _polarity(reading: _Reading, element: Xml) -> None:
    _switch(reading, INVERTED)
    _colours(reading, element, element.optional("foreground"), element.optional("background"))


def _colours(reading: _Reading, element: Xml, foreground: str | None, background: str | None) -> None:
    """Choose the scheme that is nearest to two colours: this program has schemes, whose contrast is known, and no colours."""
    if foreground is None and background is None:
        return
    light = 1.0 if background is None else _brightness(element, background)
    dark = 0.0 if foreground is None else _brightness(element, foreground)
    scheme = Scheme.LIGHT if light >= dark else Scheme.DARK
    if reading.needs.scheme is not Scheme.HIGH_CONTRAST:
        reading.needs = replace(reading.needs, scheme=scheme)
    reading.note(element, "asks for colours of its own", f"The {scheme.value} colours are nearest")


def _brightness(element: Xml, colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits  # #abc is #aabbcc
    try:
        red, green, blue = bytes.fromhex(digits)
    except ValueError:
        raise element.refused("pnp-value", "has a colour that is none", "Write it as #1a2b3c") from None
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255  # WCAG 2.2, relative luminance, without gamma


def _calculator(reading: _Reading, element: Xml) -> None:
    kind = element.optional("calculator-type") or "standard"
    if kind in _CALCULATORS:
        reading.tools.add(_CALCULATORS[kind])
    else:
        reading.codes.add(element.name)
        reading.note(element, f"asks for a {kind[:40]} calculator", "A standard and a scientific one are offered")


def _translation(reading: _Reading, element: Xml) -> None:
    language = element.language()
    if not is_language(language):
        raise element.refused("pnp-language", "names no language", "Add xml:lang, such as es or pt-BR")
    reading.tools.add(Tool.KEYWORD_TRANSLATION)
    reading.needs = replace(reading.needs, translation_language=language)


def _environment(reading: _Reading, element: Xml) -> None:
    for each in element.children():
        if each.name == "breaks" and each.text.strip() in ("true", "1"):
            reading.needs = replace(reading.needs, breaks=BREAKS_MAX)  # PNP sets no number
        elif each.name in ("description", "medical", "software", "hardware"):
            reading.codes.add("environment")
            reading.note(each, "says something about the place", "Arrange it at the testing centre")


def _activated(reading: _Reading, element: Xml) -> None:
    for name in _names(reading, element):
        _switch(reading, name)


def _prohibited(reading: _Reading, element: Xml) -> None:
    reading.prohibited.update(_names(reading, element))


def _names(reading: _Reading, element: Xml) -> Iterator[str]:
    for each in element.children():
        if each.namespace == NAMESPACE and each.name in FEATURES:
            yield each.name
        else:
            reading.note(each, "is no feature of PNP 3.0 that QTI profiles", "It has no effect")


def _number(element: Xml, text: str) -> float:
    try:
        number = parse_float(text.strip())
    except NotAValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise element.refused("pnp-value", "is not a number from 0 on", "Write it as 1.5")
    return number


_READERS: Final[Mapping[str, Callable[[_Reading, Xml], None]]] = {
    "additional-testing-time": _time,
    "magnification": _magnification,
    TEXT_APPEARANCE: _appearance,
    INVERTED: _polarity,
    "calculator-on-screen": _calculator,
    Tool.KEYWORD_TRANSLATION.value: _translation,
    "environment": _environment,
    "prohibit-set": _prohibited,
    **dict.fromkeys(_SETS, _activated),
}
