"""What a row of the profile is, and the attributes that many rows share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from exam_packages.qti.model import BaseType, Cardinality, View


class Kind(Enum):
    """What an attribute's text must be."""

    TEXT = "text"
    IDENTIFIER = "an identifier"
    WORDS = "identifiers"
    BOOLEAN = "true or false"
    COUNT = "a whole number from 0"
    NUMBER = "a number"
    REFERENCE = "a reference to a file of the package"
    LANGUAGE = "a language tag"
    CLASSES = "class names"
    COORDINATES = "numbers, parted by commas"
    LENGTH = "pixels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute of a row."""

    kind: Kind = Kind.TEXT
    required: bool = False
    values: frozenset[str] = frozenset()
    """The only allowed values, where they are enumerated; for WORDS each word is one of them."""
    delivered: bool = False
    assumed: str = ""
    """What stands for it where it is absent although the standard wants it; that is said in a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One element of the profile."""

    children: frozenset[str] = frozenset()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    text: bool = False
    """Whether text may stand directly inside."""
    html: bool = False
    delivered: bool = False
    bars_interactions: bool = False
    """Nothing below may be an interaction, a gap or hottext."""
    opens: frozenset[str] = frozenset()
    """What may stand below at any depth instead of interactions: the gaps or hottext of this interaction."""
    opaque: bool = False
    """What is inside is not looked at: it is of another namespace, and replaced when building."""


def allowed(
    kind: Kind = Kind.TEXT, *values: str, required: bool = False, delivered: bool = True, assumed: str = ""
) -> Attribute:
    """An attribute that is delivered; several values are the only ones allowed."""
    return Attribute(kind=kind, values=frozenset(values), required=required, delivered=delivered, assumed=assumed)


def secret(kind: Kind = Kind.TEXT, *values: str, required: bool = False) -> Attribute:
    """An attribute that stays in the office."""
    return allowed(kind, *values, required=required, delivered=False)


NONE: Final[frozenset[str]] = frozenset()
FLAG: Final = allowed(Kind.BOOLEAN)
COUNT: Final = allowed(Kind.COUNT)
CLASS: Final = allowed(Kind.CLASSES)
LANGUAGE: Final = allowed(Kind.LANGUAGE)
IDENTIFIER: Final = allowed(Kind.IDENTIFIER, required=True)
OF_DOCUMENT: Final = allowed(required=True)
"""The identifier of a document: other tools write URIs and titles into it, and nothing in a test refers to it."""
ON_HTML: Final[Mapping[str, Attribute]] = {
    "id": allowed(Kind.IDENTIFIER),
    "class": CLASS,
    "xml:lang": LANGUAGE,
    "lang": LANGUAGE,
    "dir": allowed(Kind.TEXT, "ltr", "rtl", "auto"),
    "title": allowed(),
    "aria-label": allowed(),
    "aria-description": allowed(),
    "data-catalog-idref": allowed(),
}

BASE_TYPES: Final = tuple(each.value for each in BaseType)
CARDINALITIES: Final = tuple(each.value for each in Cardinality)
VIEWS: Final = tuple(each.value for each in View)
DECLARED: Final[Mapping[str, Attribute]] = {
    "identifier": IDENTIFIER,
    "cardinality": allowed(Kind.TEXT, *CARDINALITIES, required=True),
    "base-type": allowed(Kind.TEXT, *BASE_TYPES),
}


def _named(attributes: Mapping[str, Attribute]) -> Mapping[str, Attribute]:
    """Attributes written as keyword arguments, under the names they have in XML."""
    return {name.replace("xml_", "xml:").replace("_", "-"): each for name, each in attributes.items()}


def part(children: frozenset[str] = NONE, *, text: bool = False, **attributes: Attribute) -> Row:
    """A row of which at least the element is delivered; attributes as keyword arguments."""
    return Row(children=children, attributes=_named(attributes), text=text, delivered=True)


def kept(children: frozenset[str] = NONE, *, text: bool = False, **attributes: Attribute) -> Row:
    """A row that stays in the office; attributes as keyword arguments."""
    return Row(children=children, attributes=_named(attributes), text=text)
