"""Walking a document along the profile: every finding, not only the first.

Owns the walk. What is allowed stands in ``profile``; what documents say about each other is checked in ``checks``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final

from exam_packages.errors import LintFinding, Severity
from exam_packages.qti.profile import PROFILE
from exam_packages.qti.profile.content import INTERACTIONS
from exam_packages.qti.profile.outside import DROPPED, REFUSED, is_dropped_attribute, kept_classes
from exam_packages.qti.profile.rows import Attribute, Kind, Row
from exam_packages.qti.reading import QTI3_NAMESPACE, Xml
from exam_packages.qti.values import NotAValueError, parse_float, parse_integer

MAX_IDENTIFIER_CHARACTERS: Final = 100
MAX_TITLE_CHARACTERS: Final = 1000

IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)
"""QTI's identifiers, in ASCII: they become file names, keys and log entries."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)  # BCP 47, well-formed enough


class Side(Enum):
    """Which profile a document must keep: the office's, or the part of it that may be at a testing centre."""

    OFFICE = "office"
    SITE = "site"


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
    yield from _element(root, PROFILE[expected], interactions=True)
    if side is Side.SITE:
        yield from _not_delivered(root)


def _not_delivered(xml: Xml) -> Iterator[LintFinding]:
    row = PROFILE.get(xml.name, Row())
    kept = frozenset(name for name, attribute in row.attributes.items() if attribute.delivered)
    if not row.delivered:
        yield xml.finding("not-delivered", "may not be at a testing centre", "Build the package again")
        return
    if not frozenset(name for name, _ in xml.attributes()) <= kept:
        yield xml.finding("not-delivered", "has an attribute that may not be at a testing centre", "Build it again")
    for child in xml.children():
        yield from _not_delivered(child)


def _element(xml: Xml, row: Row, *, interactions: bool) -> Iterator[LintFinding]:
    yield from _attributes(xml, row)
    if not row.text and _has_text(xml):
        yield xml.finding("text", "has text where only elements may stand", "Put it into an element, or remove it")
    below = interactions and not row.bars_interactions
    for child in xml.children():
        yield from _child(child, xml, row, interactions=below)


def _has_text(xml: Xml) -> bool:
    return bool(xml.text.strip())


def _child(xml: Xml, parent: Xml, row: Row, *, interactions: bool) -> Iterator[LintFinding]:
    if xml.namespace != QTI3_NAMESPACE:
        yield _unknown(xml, parent)
    elif xml.name in row.children and (interactions or xml.name not in INTERACTIONS):
        yield from _element(xml, PROFILE[xml.name], interactions=interactions)
    elif xml.name in DROPPED:
        yield xml.finding("dropped", DROPPED[xml.name], "Nothing, if that is all right", Severity.NOTE)
    else:
        yield _unknown(xml, parent)


def _unknown(xml: Xml, parent: Xml) -> LintFinding:
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
        else:
            yield xml.finding("attribute-outside-profile", f"has an attribute {name} outside the profile", "Remove it")
    for name, attribute in row.attributes.items():
        if attribute.required and name not in present:
            yield xml.finding("attribute-missing", f"has no attribute {name}", "Add it")


def _value(xml: Xml, name: str, value: str, attribute: Attribute) -> Iterator[LintFinding]:
    fault = _fault(value, attribute)
    if fault:
        yield xml.finding("attribute-value", f"has an attribute {name} that {fault}", "Correct its value")
    if attribute.kind is Kind.CLASSES and kept_classes(value) != " ".join(value.split()):
        yield xml.finding("class-dropped", "has class names of its own", "Nothing, if that is all right", Severity.NOTE)


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
        case Kind.LANGUAGE:
            return None if _LANGUAGE.fullmatch(value) else "is no language tag"
        case Kind.TEXT | Kind.REFERENCE | Kind.CLASSES:
            return "is too long" if len(value) > MAX_TITLE_CHARACTERS else None


def _identifier_fault(word: str) -> str | None:
    if len(word) > MAX_IDENTIFIER_CHARACTERS:
        return "is too long"
    return None if IDENTIFIER.fullmatch(word) else "is no identifier (a letter or _, then letters, digits, _ . -)"


def _number_fault(value: str, kind: Kind) -> str | None:
    try:
        if kind is Kind.COUNT:
            return "is below 0" if parse_integer(value) < 0 else None
        number = parse_float(value)
    except NotAValueError as error:
        return str(error)
    return None if abs(number) <= _LARGEST_NUMBER else "is not a number that points can be"


_LARGEST_NUMBER: Final = 1e9  # rejects INF and NaN, too
