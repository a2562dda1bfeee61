"""Walking a document along the profile: every finding, not only the first.

Owns the walk. What is allowed stands in ``profile``; what documents say about each other is checked in ``checks``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum
from typing import Final

from exam_packages.errors import LintFinding, Severity
from exam_packages.qti.paths import is_external
from exam_packages.qti.profile import PROFILE
from exam_packages.qti.profile.content import BY_PLACE, IN_BODIES
from exam_packages.qti.profile.delivering import Delivering
from exam_packages.qti.profile.outside import (
    DELIVERED_SUPPORTS,
    DROPPED,
    MATHML_NAMESPACE,
    NOTED_VALUES,
    REFUSED,
    REFUSED_ATTRIBUTES,
    REFUSED_VALUES,
    UNWRAPPED,
    is_dropped_attribute,
    is_unwrapped,
    kept_classes,
)
from exam_packages.qti.profile.rows import NONE, ON_HTML, Attribute, Kind, Row
from exam_packages.qti.reading import QTI3_NAMESPACE, Xml
from exam_packages.qti.values import NotAValueError, parse_float, parse_integer

MAX_IDENTIFIER_CHARACTERS: Final = 100
MAX_TITLE_CHARACTERS: Final = 1000
MAX_COORDINATES_CHARACTERS: Final = 40_000  # a polygon of a thousand corners, written with decimals

IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
"""Identifiers of a package and its resources: they become file names."""
_VERBATIM: Final = frozenset({"pre", "code", "samp", "kbd"})
_MARKUP: Final = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|i|img|li|math|ol|p|script|span|strong|style|sub|sup|table|td|tr|u|ul)(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE | re.ASCII,
)
"""Tags of elements that authors write by hand, where they have become text: an editor has escaped them, or CDATA has."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)  # BCP 47, well-formed enough


class Side(Enum):
    """Which profile a document must keep: the office's, or the part of it that may be at a testing centre."""

    OFFICE = "office"
    SITE = "site"
    SCORING_SEAT = "scoring seat"
    """A testing centre whose package is scored at the seat: keys and processing are there."""


def lint(root: Xml, expected: str, side: Side = Side.OFFICE) -> Iterator[LintFinding]:
    """Everything in a document that is outside the profile.

    Args:
        root: the document's root.
        expected: the element it must be.
        side: whether answers, processing and what belongs to it may be there.
    """
    if root.namespace != QTI3_NAMESPACE or root.name != expected:
        yield root.finding(
            "document-kind",
            f"is not the {expected} of QTI 3.0 that the manifest names",
            "Upgrade the document to QTI 3.0, or correct the manifest",
        )
        return
    yield from _element(root, PROFILE[expected], IN_BODIES)
    if side is not Side.OFFICE:
        yield from _not_delivered(root, Delivering(scored_at_seat=side is Side.SCORING_SEAT))


def _not_delivered(xml: Xml, delivering: Delivering) -> Iterator[LintFinding]:
    row = PROFILE.get(xml.name, Row())
    kept = frozenset(
        name for name, attribute in row.attributes.items() if delivering.takes_attribute(xml.name, name, attribute)
    )
    if not delivering.takes(xml.name, row):
        yield xml.finding("not-delivered", "may not be at a testing centre", "Build the package again")
        return
    if not frozenset(name for name, _ in xml.attributes()) <= kept:
        yield xml.finding("not-delivered", "has an attribute that may not be at a testing centre", "Build it again")
    for child in xml.children():
        yield from _not_delivered(child, delivering.below(xml))


def _element(xml: Xml, row: Row, by_place: frozenset[str]) -> Iterator[LintFinding]:
    """Findings about an element and all below.

    Args:
        xml: the element.
        row: its row.
        by_place: which of the elements that are allowed at some places only may stand here.
    """
    yield from _attributes(xml, row)
    if row.opaque:
        return
    if not row.text and _has_text(xml):
        yield xml.finding("text", "has text where only elements may stand", "Put it into an element, or remove it")
    if row.text and xml.name not in _VERBATIM and _MARKUP.search(xml.text):
        yield xml.finding(
            "markup-as-text",
            "has text that looks like markup, and candidates see it as it stands",
            "Write it as elements, outside of CDATA, unless it is what they are to read",
            Severity.NOTE,
        )
    yield from _children(xml, row, NONE if row.bars_interactions else row.opens or by_place)


def _has_text(xml: Xml) -> bool:
    return bool(xml.text.strip())


def _children(xml: Xml, row: Row, by_place: frozenset[str]) -> Iterator[LintFinding]:
    for child in xml.children():
        if is_unwrapped(child):
            yield from _unwrapped(child, row, by_place)
        else:
            yield from _child(child, xml, row, by_place)


def _unwrapped(xml: Xml, row: Row, by_place: frozenset[str]) -> Iterator[LintFinding]:
    """An element that vanishes: what is in it must be allowed where it stands."""
    target = (xml.optional("href") or "#").strip()
    if not target.startswith("#"):
        yield xml.finding("external-reference", f"links to {target[:120]}", "Put the content here: links go nowhere")
    else:
        yield xml.finding(
            "unwrapped",
            UNWRAPPED.get(xml.name, "words for a voice only: the words stay"),
            "Nothing, if that is all right",
            Severity.NOTE,
        )
    yield from (each for each in _attributes(xml, _ANY_HTML) if each.rule == "script")
    if not row.text and _has_text(xml):
        yield xml.finding("text", "has text where only elements may stand", "Put it into an element, or remove it")
    yield from _children(xml, row, by_place)


def _child(xml: Xml, parent: Xml, row: Row, by_place: frozenset[str]) -> Iterator[LintFinding]:
    if xml.namespace != (MATHML_NAMESPACE if xml.name == "math" else QTI3_NAMESPACE):
        yield _unknown(xml, parent)
    elif xml.name in row.children and (xml.name in by_place or xml.name not in BY_PLACE):
        if xml.name == "qti-card" and xml.optional("support") not in {None, *DELIVERED_SUPPORTS}:
            yield _left_out(xml, f"the support {xml.optional('support')} is not delivered")
        else:
            yield from _element(xml, PROFILE[xml.name], by_place)
    elif xml.name in DROPPED:
        yield _left_out(xml, DROPPED[xml.name])
    else:
        yield _unknown(xml, parent)


def _left_out(xml: Xml, why: str) -> LintFinding:
    return xml.finding("dropped", why, "Nothing, if that is all right", Severity.NOTE)


def _unknown(xml: Xml, parent: Xml) -> LintFinding:
    if xml.name in PROFILE and xml.namespace == "":
        return xml.finding("namespace", "is in no namespace", "Put it into the namespace of QTI 3.0")
    if xml.name == "math" and xml.namespace != MATHML_NAMESPACE:
        return xml.finding("namespace", "is not in the namespace of MathML", f'Write xmlns="{MATHML_NAMESPACE}" on it')
    if xml.name in REFUSED:
        message, remedy = REFUSED[xml.name]
        return xml.finding("element-refused", message, remedy)
    if xml.name in PROFILE:
        return xml.finding("element-place", f"may not stand in <{parent.name}>", "Move or remove it")
    return xml.finding("element-outside-profile", "is outside the profile", "Remove it, or use what the profile has")


def _attributes(xml: Xml, row: Row) -> Iterator[LintFinding]:
    present = dict(xml.attributes())
    for name, value in present.items():
        if name in row.attributes:
            yield from _value(xml, name, value, row.attributes[name])
        elif name.startswith("on"):
            yield xml.finding("script", f"has an event handler {name}", "Remove it: content runs no code")
        elif is_dropped_attribute(name):
            if not name.startswith("{"):
                yield xml.finding(
                    "attribute-dropped", f"has an attribute {name} that is not used", "Nothing", Severity.NOTE
                )
        elif name in REFUSED_ATTRIBUTES:
            yield xml.finding(*REFUSED_ATTRIBUTES[name])
        else:
            yield xml.finding("attribute-outside-profile", f"has an attribute {name} outside the profile", "Remove it")
    decorative = (present.get("role") or "").strip() in {"presentation", "none"}
    for name, attribute in row.attributes.items():
        if attribute.required and name not in present and not (name == "alt" and decorative):
            yield xml.finding("attribute-missing", f"has no attribute {name}", _MISSING.get(name, f"Add {name}"))
        if attribute.assumed and name not in present:
            message = f"has no attribute {name} and is taken to be {attribute.assumed}"
            yield xml.finding("attribute-assumed", message, f"Add {name}, if that is not right", Severity.NOTE)


_MISSING: Final = {
    "alt": 'Describe the picture in alt, or write role="presentation" where it only decorates',
    "match-max": "Say in match-max how often it may be used; 0 is as often as wanted",
}
"""What to do about an attribute that is not there, where "add it" is too little."""


def _value(xml: Xml, name: str, value: str, attribute: Attribute) -> Iterator[LintFinding]:
    fault = _fault(value, attribute)
    if fault and (xml.name, name) in REFUSED_VALUES:
        yield xml.finding(*REFUSED_VALUES[xml.name, name])
    elif fault:
        yield xml.finding("attribute-value", f"has an attribute {name} that {fault}", "Correct its value")
    elif (xml.name, name, value.strip()) in NOTED_VALUES:
        yield xml.finding(*NOTED_VALUES[xml.name, name, value.strip()], Severity.NOTE)
    if attribute.kind is Kind.REFERENCE and is_external(value):
        yield xml.finding("external-reference", f"refers to {value.strip()[:120]}", "Put the file into the package")
    if attribute.kind is Kind.CLASSES:
        yield from _class_notes(xml, value)


def _class_notes(xml: Xml, value: str) -> Iterator[LintFinding]:
    if kept_classes(value) != " ".join(value.split()):
        yield xml.finding("class-dropped", "has class names of its own", "Nothing, if that is all right", Severity.NOTE)
    if "qti-writing-orientation-vertical-rl" in value.split():
        yield xml.finding(
            "vertical-text", "asks for vertical lines and is shown in horizontal ones", "Nothing", Severity.NOTE
        )


def _fault(value: str, attribute: Attribute) -> str | None:
    words = value.split() if attribute.kind is Kind.WORDS else [value]
    if attribute.values and not set(words) <= attribute.values:
        return f"is none of {', '.join(sorted(attribute.values))}"
    match attribute.kind:
        case Kind.IDENTIFIER | Kind.WORDS:
            return next(filter(None, map(_identifier_fault, words)), None)
        case Kind.BOOLEAN:
            return None if value.strip() in {"true", "false", "1", "0"} else "is neither true nor false"
        case Kind.COUNT | Kind.NUMBER:
            return _number_fault(value, attribute.kind)
        case Kind.LENGTH | Kind.COORDINATES:
            return "is too long" if len(value) > MAX_COORDINATES_CHARACTERS else None
        case Kind.LANGUAGE:
            return None if _LANGUAGE.fullmatch(value) else "is no language tag"
        case Kind.TEXT | Kind.REFERENCE | Kind.CLASSES:
            return "is too long" if len(value) > MAX_TITLE_CHARACTERS else None


def _identifier_fault(word: str) -> str | None:
    """What keeps a word from being an identifier: an XML name in any script; many tools let it begin with a digit, too."""
    if len(word) > MAX_IDENTIFIER_CHARACTERS:
        return "is too long"
    if unicodedata.normalize("NFC", word) != word:
        return "is not in Unicode normal form C"
    plain = bool(word) and word[0] not in ".-" and all(each in "_.-" or _is_of_a_word(each) for each in word)
    return None if plain else "is no identifier (letters, digits, _ . - and no other character)"


def _is_of_a_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _number_fault(value: str, kind: Kind) -> str | None:
    try:
        if kind is Kind.COUNT:
            return "is below 0" if parse_integer(value) < 0 else None
        number = parse_float(value)
    except NotAValueError as error:
        return str(error)
    return None if abs(number) <= _LARGEST_NUMBER else "is not a number that points can be"


_LARGEST_NUMBER: Final = 1e9  # rejects INF and NaN, too
_ANY_HTML: Final = Row(attributes=ON_HTML)
