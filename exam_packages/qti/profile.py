"""The closed profile of QTI 3.0, as one table: what may stand where, and what of it goes to a testing centre.

A row allows an element; what has no row is refused, and so is an attribute that its row does not name, unless it stands in a
table of things that are dropped with a note. ``delivered`` is an allow-list too: an element or attribute reaches a seat only
if its row says so. ``docs/qti-profile.md`` is this table in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from exam_packages.qti.model import BaseType, Cardinality, PartRole, View
from exam_packages.qti.operators import OPERATIONS
from exam_packages.qti.reading import Xml


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute of a row."""

    kind: Kind = Kind.TEXT
    required: bool = False
    values: frozenset[str] = frozenset()
    """The only allowed values, where they are enumerated; for WORDS each word is one of them."""
    delivered: bool = False


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
    """Nothing below may be an interaction."""


# -- attributes -------------------------------------------------------------------------------------------------------


def _attribute(kind: Kind = Kind.TEXT, *values: str, required: bool = False, delivered: bool = True) -> Attribute:
    return Attribute(kind=kind, values=frozenset(values), required=required, delivered=delivered)


def _secret(kind: Kind = Kind.TEXT, *values: str, required: bool = False) -> Attribute:
    """An attribute that stays in the office."""
    return _attribute(kind, *values, required=required, delivered=False)


_FLAG: Final = _attribute(Kind.BOOLEAN)
_COUNT: Final = _attribute(Kind.COUNT)
_CLASS: Final = _attribute(Kind.CLASSES)
_LANGUAGE: Final = _attribute(Kind.LANGUAGE)
_IDENTIFIER: Final = _attribute(Kind.IDENTIFIER, required=True)
_ON_HTML: Final[Mapping[str, Attribute]] = {
    "id": _attribute(Kind.IDENTIFIER),
    "class": _CLASS,
    "xml:lang": _LANGUAGE,
    "lang": _LANGUAGE,
    "dir": _attribute(Kind.TEXT, "ltr", "rtl", "auto"),
    "title": _attribute(),
    "aria-label": _attribute(),
}

SHARED_CLASSES: Final = re.compile(
    r"qti-(orientation-(horizontal|vertical)|choices-stacking-[1-5]|labels-(none|decimal|lower-alpha|upper-alpha)"
    r"|labels-suffix-(none|period|parenthesis)|input-width-[0-9]{1,2}|height-lines-(3|6|15)"
    r"|layout-(row|col[0-9]{1,2}|offset[0-9]{1,2})|align-(left|center|right)|valign-(top|middle|baseline|bottom)"
    r"|selections-(light|dark)|bordered|input-control-hidden|italic|underline|well|hidden|visually-hidden)",
    re.ASCII,
)
"""The part of QTI 3.0's shared vocabulary that the window may honour."""

ROLE_CLASSES: Final = frozenset(role.value for role in PartRole)


# -- groups of elements -----------------------------------------------------------------------------------------------

_PHRASES: Final = frozenset(
    {
        "abbr",
        "b",
        "br",
        "cite",
        "code",
        "dfn",
        "em",
        "i",
        "img",
        "kbd",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
        "var",
    }
)
_BLOCKS: Final = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "dl",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
        "div",
    }
)
_INLINE_INTERACTIONS: Final = frozenset({"qti-inline-choice-interaction", "qti-text-entry-interaction"})
_BLOCK_INTERACTIONS: Final = frozenset(
    {"qti-choice-interaction", "qti-order-interaction", "qti-match-interaction", "qti-extended-text-interaction"}
)
INTERACTIONS: Final = _INLINE_INTERACTIONS | _BLOCK_INTERACTIONS
_INLINE: Final = _PHRASES | _INLINE_INTERACTIONS
_FLOW: Final = _INLINE | _BLOCKS | _BLOCK_INTERACTIONS


def _html(children: frozenset[str], *, text: bool = True, attributes: Mapping[str, Attribute] | None = None) -> Row:
    return Row(children=children, attributes={**_ON_HTML, **(attributes or {})}, text=text, html=True, delivered=True)


_CELL: Final = _html(
    _FLOW,
    attributes={
        "colspan": _COUNT,
        "rowspan": _COUNT,
        "scope": _attribute(Kind.TEXT, "row", "col", "rowgroup", "colgroup"),
        "headers": _attribute(Kind.WORDS),
        "abbr": _attribute(),
    },
)
_NONE: Final[frozenset[str]] = frozenset()
_COLUMN: Final = _html(_NONE, text=False, attributes={"span": _COUNT})
_ROWS: Final = _html(frozenset({"tr"}), text=False)

_HTML_ROWS: Final[Mapping[str, Row]] = {
    **dict.fromkeys(_PHRASES - {"br", "img"}, _html(_INLINE)),
    **dict.fromkeys(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "address"), _html(_INLINE)),
    **dict.fromkeys(("div", "section", "article", "aside", "header", "footer", "blockquote"), _html(_FLOW)),
    "br": _html(_NONE, text=False),
    "hr": _html(_NONE, text=False),
    "img": _html(
        _NONE,
        text=False,
        attributes={
            "src": _attribute(Kind.REFERENCE, required=True),
            "alt": _attribute(required=True),
            "width": _COUNT,
            "height": _COUNT,
        },
    ),
    "figure": _html(_FLOW | {"figcaption"}),
    "figcaption": _html(_FLOW),
    "ul": _html(frozenset({"li"}), text=False),
    "ol": _html(
        frozenset({"li"}),
        text=False,
        attributes={"start": _COUNT, "reversed": _attribute(), "type": _attribute(Kind.TEXT, "1", "a", "A", "i", "I")},
    ),
    "li": _html(_FLOW),
    "dl": _html(frozenset({"dt", "dd"}), text=False),
    "dt": _html(_INLINE),
    "dd": _html(_FLOW),
    "table": _html(frozenset({"caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr"}), text=False),
    "caption": _html(_INLINE),
    "colgroup": _html(frozenset({"col"}), text=False, attributes={"span": _COUNT}),
    "col": _COLUMN,
    **dict.fromkeys(("thead", "tbody", "tfoot"), _ROWS),
    "tr": _html(frozenset({"th", "td"}), text=False),
    "th": _CELL,
    "td": _CELL,
}

# -- interactions -----------------------------------------------------------------------------------------------------

_ON_INTERACTION: Final[Mapping[str, Attribute]] = {
    **{name: _ON_HTML[name] for name in ("id", "class", "xml:lang", "aria-label")},
    "response-identifier": _IDENTIFIER,
}
_CHOOSING: Final[Mapping[str, Attribute]] = {
    **_ON_INTERACTION,
    "shuffle": _FLAG,
    "min-choices": _COUNT,
    "max-choices": _COUNT,
    "orientation": _attribute(Kind.TEXT, "horizontal", "vertical"),
}
_ON_CHOICE: Final[Mapping[str, Attribute]] = {
    "identifier": _IDENTIFIER,
    "fixed": _FLAG,
    **{name: _ON_HTML[name] for name in ("id", "class", "xml:lang")},
}


def _named(attributes: Mapping[str, Attribute]) -> Mapping[str, Attribute]:
    """Attributes written as keyword arguments, under the names they have in XML."""
    return {name.replace("xml_", "xml:").replace("_", "-"): each for name, each in attributes.items()}


def _part(children: frozenset[str] = _NONE, *, text: bool = False, **attributes: Attribute) -> Row:
    return Row(children=children, attributes=_named(attributes), text=text, delivered=True)


def _choice(*, matched: bool) -> Row:
    extra = {"match-max": _attribute(Kind.COUNT, required=True), "match-min": _COUNT} if matched else {}
    return Row(
        children=_PHRASES | _BLOCKS,
        attributes={**_ON_CHOICE, **extra},
        text=True,
        delivered=True,
        bars_interactions=True,
    )


_INTERACTION_ROWS: Final[Mapping[str, Row]] = {
    "qti-choice-interaction": Row(
        children=frozenset({"qti-prompt", "qti-simple-choice"}), attributes=_CHOOSING, delivered=True
    ),
    "qti-order-interaction": Row(
        children=frozenset({"qti-prompt", "qti-simple-choice"}), attributes=_CHOOSING, delivered=True
    ),
    "qti-match-interaction": Row(
        children=frozenset({"qti-prompt", "qti-simple-match-set"}),
        attributes={**_ON_INTERACTION, "shuffle": _FLAG, "min-associations": _COUNT, "max-associations": _COUNT},
        delivered=True,
    ),
    "qti-extended-text-interaction": Row(
        children=frozenset({"qti-prompt"}),
        attributes={
            **_ON_INTERACTION,
            "expected-lines": _COUNT,
            "format": _attribute(Kind.TEXT, "plain"),
            "placeholder-text": _attribute(),
            "data-min-words": _COUNT,
            "data-max-words": _COUNT,
        },
        delivered=True,
    ),
    "qti-inline-choice-interaction": Row(
        children=frozenset({"qti-inline-choice"}),
        attributes={**_ON_INTERACTION, "shuffle": _FLAG, "required": _FLAG},
        delivered=True,
    ),
    "qti-text-entry-interaction": Row(
        attributes={
            **_ON_INTERACTION,
            "expected-length": _COUNT,
            "pattern-mask": _attribute(),
            "placeholder-text": _attribute(),
        },
        delivered=True,
    ),
    "qti-prompt": Row(
        children=_PHRASES | _BLOCKS,
        attributes={name: _ON_HTML[name] for name in ("id", "class", "xml:lang")},
        text=True,
        delivered=True,
        bars_interactions=True,
    ),
    "qti-simple-choice": _choice(matched=False),
    "qti-simple-associable-choice": _choice(matched=True),
    "qti-simple-match-set": Row(children=frozenset({"qti-simple-associable-choice"}), delivered=True),
    "qti-inline-choice": Row(children=_PHRASES - {"img", "br"}, attributes=_ON_CHOICE, text=True, delivered=True),
}

# -- documents --------------------------------------------------------------------------------------------------------

_BODY: Final = _BLOCKS | _BLOCK_INTERACTIONS | {"qti-rubric-block"}
_BASE_TYPES: Final = tuple(each.value for each in BaseType)
_CARDINALITIES: Final = tuple(each.value for each in Cardinality)
_VIEWS: Final = tuple(each.value for each in View)
_DECLARED: Final[Mapping[str, Attribute]] = {
    "identifier": _IDENTIFIER,
    "cardinality": _attribute(Kind.TEXT, *_CARDINALITIES, required=True),
    "base-type": _attribute(Kind.TEXT, *_BASE_TYPES),
}

_DOCUMENT_ROWS: Final[Mapping[str, Row]] = {
    "qti-assessment-item": _part(
        frozenset(
            {
                "qti-response-declaration",
                "qti-outcome-declaration",
                "qti-assessment-stimulus-ref",
                "qti-item-body",
                "qti-response-processing",
            }
        ),
        identifier=_IDENTIFIER,
        title=_attribute(required=True),
        label=_secret(),
        adaptive=_attribute(Kind.TEXT, "false"),
        time_dependent=_attribute(Kind.BOOLEAN, required=True),
        tool_name=_secret(),
        tool_version=_secret(),
        xml_lang=_LANGUAGE,
    ),
    "qti-assessment-stimulus-ref": _part(
        identifier=_IDENTIFIER, href=_attribute(Kind.REFERENCE, required=True), title=_secret()
    ),
    "qti-item-body": Row(
        children=_BODY,
        attributes={name: _ON_HTML[name] for name in ("id", "class", "xml:lang", "dir")},
        delivered=True,
    ),
    "qti-rubric-block": Row(
        children=frozenset({"qti-content-body"}),
        attributes={
            "view": _attribute(Kind.WORDS, *_VIEWS, required=True),
            "use": _attribute(),
            **{name: _ON_HTML[name] for name in ("id", "class", "xml:lang", "dir")},
        },
        delivered=True,
        bars_interactions=True,
    ),
    "qti-content-body": _part(_PHRASES | _BLOCKS, text=True),
    "qti-assessment-stimulus": _part(
        frozenset({"qti-stimulus-body"}),
        identifier=_IDENTIFIER,
        title=_attribute(required=True),
        label=_secret(),
        tool_name=_secret(),
        tool_version=_secret(),
        xml_lang=_LANGUAGE,
    ),
    "qti-stimulus-body": Row(
        children=_BLOCKS,
        attributes={name: _ON_HTML[name] for name in ("id", "class", "xml:lang", "dir")},
        delivered=True,
        bars_interactions=True,
    ),
    "qti-assessment-test": _part(
        frozenset({"qti-outcome-declaration", "qti-test-part", "qti-outcome-processing"}),
        identifier=_IDENTIFIER,
        title=_attribute(required=True),
        tool_name=_secret(),
        tool_version=_secret(),
        xml_lang=_LANGUAGE,
    ),
    "qti-test-part": Row(
        children=frozenset({"qti-item-session-control", "qti-assessment-section"}),
        attributes={
            "identifier": _IDENTIFIER,
            "title": _secret(),
            "class": _CLASS,
            "navigation-mode": _attribute(Kind.TEXT, "linear", "nonlinear", required=True),
            "submission-mode": _attribute(Kind.TEXT, "individual", "simultaneous", required=True),
        },
        delivered=True,
    ),
    "qti-assessment-section": Row(
        children=frozenset(
            {"qti-item-session-control", "qti-time-limits", "qti-rubric-block", "qti-assessment-item-ref"}
        ),
        attributes={
            "identifier": _IDENTIFIER,
            "title": _attribute(required=True),
            "visible": _attribute(Kind.BOOLEAN, required=True),
            "required": _FLAG,
            "fixed": _FLAG,
            "keep-together": _FLAG,
            "class": _CLASS,
            "data-break-after": _COUNT,
        },
        delivered=True,
    ),
    "qti-time-limits": _part(
        max_time=_attribute(Kind.COUNT, required=True), allow_late_submission=_attribute(Kind.TEXT, "false")
    ),
    # Only what the seat does anyway: everything else would be promised and not kept.
    "qti-item-session-control": Row(
        attributes={
            "max-attempts": _secret(Kind.TEXT, "1"),
            "show-feedback": _secret(Kind.TEXT, "false"),
            "show-solution": _secret(Kind.TEXT, "false"),
            "allow-review": _secret(Kind.TEXT, "true"),
            "allow-skipping": _secret(Kind.TEXT, "true"),
            "allow-comment": _secret(Kind.TEXT, "false"),
            "validate-responses": _secret(Kind.TEXT, "false"),
        }
    ),
    "qti-assessment-item-ref": Row(
        children=frozenset({"qti-item-session-control", "qti-weight"}),
        attributes={
            "identifier": _IDENTIFIER,
            "href": _attribute(Kind.REFERENCE, required=True),
            "required": _FLAG,
            "fixed": _FLAG,
            "category": _secret(Kind.WORDS),
        },
        delivered=True,
    ),
    "qti-weight": Row(
        attributes={"identifier": _secret(Kind.IDENTIFIER, required=True), "value": _secret(Kind.NUMBER, required=True)}
    ),
    "qti-response-declaration": Row(
        children=frozenset({"qti-correct-response", "qti-mapping"}), attributes=_DECLARED, delivered=True
    ),
}

# -- what stays in the office -----------------------------------------------------------------------------------------

_RULES: Final = frozenset({"qti-set-outcome-value", "qti-lookup-outcome-value"})
_ITEM_RULES: Final = _RULES | {"qti-response-condition", "qti-exit-response"}
_TEST_RULES: Final = _RULES | {"qti-outcome-condition", "qti-exit-test"}
_EXPRESSIONS: Final = frozenset(f"qti-{name}" for name in OPERATIONS)


def _kept(children: frozenset[str] = _NONE, *, text: bool = False, **attributes: Attribute) -> Row:
    return Row(children=children, attributes=_named(attributes), text=text)


_ASSIGNMENT: Final = _kept(_EXPRESSIONS, identifier=_secret(Kind.IDENTIFIER, required=True))

_SECRET_ROWS: Final[Mapping[str, Row]] = {
    "qti-correct-response": _kept(frozenset({"qti-value"}), interpretation=_secret()),
    "qti-default-value": _kept(frozenset({"qti-value"}), interpretation=_secret()),
    "qti-value": _kept(text=True),
    "qti-mapping": _kept(
        frozenset({"qti-map-entry"}),
        default_value=_secret(Kind.NUMBER),
        lower_bound=_secret(Kind.NUMBER),
        upper_bound=_secret(Kind.NUMBER),
    ),
    "qti-map-entry": _kept(
        map_key=_secret(required=True),
        mapped_value=_secret(Kind.NUMBER, required=True),
        case_sensitive=_secret(Kind.BOOLEAN),
    ),
    "qti-outcome-declaration": _kept(
        frozenset({"qti-default-value", "qti-match-table", "qti-interpolation-table"}),
        identifier=_secret(Kind.IDENTIFIER, required=True),
        cardinality=_secret(Kind.TEXT, *_CARDINALITIES, required=True),
        base_type=_secret(Kind.TEXT, *_BASE_TYPES),
        view=_secret(Kind.WORDS, *_VIEWS),
        interpretation=_secret(),
        normal_maximum=_secret(Kind.NUMBER),
        normal_minimum=_secret(Kind.NUMBER),
        mastery_value=_secret(Kind.NUMBER),
        external_scored=_secret(Kind.TEXT, "human", "externalMachine"),
    ),
    "qti-match-table": _kept(frozenset({"qti-match-table-entry"}), default_value=_secret()),
    "qti-match-table-entry": _kept(
        source_value=_secret(Kind.NUMBER, required=True), target_value=_secret(required=True)
    ),
    "qti-interpolation-table": _kept(frozenset({"qti-interpolation-table-entry"}), default_value=_secret()),
    "qti-interpolation-table-entry": _kept(
        source_value=_secret(Kind.NUMBER, required=True),
        target_value=_secret(required=True),
        include_boundary=_secret(Kind.BOOLEAN),
    ),
    "qti-response-processing": _kept(_ITEM_RULES, template=_secret()),
    "qti-outcome-processing": _kept(_TEST_RULES),
    "qti-response-condition": _kept(frozenset({"qti-response-if", "qti-response-else-if", "qti-response-else"})),
    "qti-outcome-condition": _kept(frozenset({"qti-outcome-if", "qti-outcome-else-if", "qti-outcome-else"})),
    **dict.fromkeys(("qti-response-if", "qti-response-else-if"), _kept(_ITEM_RULES | _EXPRESSIONS)),
    **dict.fromkeys(("qti-outcome-if", "qti-outcome-else-if"), _kept(_TEST_RULES | _EXPRESSIONS)),
    "qti-response-else": _kept(_ITEM_RULES),
    "qti-outcome-else": _kept(_TEST_RULES),
    "qti-exit-response": _kept(),
    "qti-exit-test": _kept(),
    "qti-set-outcome-value": _ASSIGNMENT,
    "qti-lookup-outcome-value": _ASSIGNMENT,
    **{
        f"qti-{name}": Row(
            children=_EXPRESSIONS if operation.maximum != 0 else _NONE,
            attributes={each: _secret(required=each in operation.required) for each in operation.attributes},
            text=name == "base-value",
        )
        for name, operation in OPERATIONS.items()
    },
}

PROFILE: Final[Mapping[str, Row]] = {**_HTML_ROWS, **_INTERACTION_ROWS, **_DOCUMENT_ROWS, **_SECRET_ROWS}
"""Every element the profile allows."""

# -- what is not in the table -----------------------------------------------------------------------------------------

DROPPED: Final[Mapping[str, str]] = {
    "qti-stylesheet": "style sheets are not used: the program has its own look",
    "qti-modal-feedback": "feedback is not shown in an exam",
    "qti-feedback-block": "feedback is not shown in an exam",
    "qti-feedback-inline": "feedback is not shown in an exam",
    "qti-test-feedback": "feedback is not shown in an exam",
    "qti-catalog-info": "alternative content for accommodations is not delivered by this version",
}
"""Elements that are left out with a note, and why."""

REFUSED: Final[Mapping[str, tuple[str, str]]] = {
    "script": ("is a script", "Remove it: content runs no code"),
    "qti-portable-custom-interaction": ("is a portable custom interaction", "Use a standard interaction"),
    "qti-custom-interaction": ("is a custom interaction", "Use a standard interaction"),
    "qti-custom-operator": ("is a custom operator", "Use the standard's operators"),
    "qti-random": ("makes scoring depend on chance", "Write a rule that always gives the same result"),
    "qti-random-integer": ("makes scoring depend on chance", "Write a rule that always gives the same result"),
    "qti-random-float": ("makes scoring depend on chance", "Write a rule that always gives the same result"),
    "qti-adaptive-selection": ("selects items adaptively", "List the items of the form"),
    "qti-selection": ("selects items", "List the items of the form"),
    "qti-ordering": ("orders items at random", "Put the items into the order wanted"),
    "qti-assessment-section-ref": ("refers to a section in another file", "Put the section here"),
    "qti-pre-condition": ("makes items depend on responses", "Give every candidate the same items"),
    "qti-branch-rule": ("makes items depend on responses", "Give every candidate the same items"),
    "qti-template-declaration": ("makes a different item each time", "Write the variant that is wanted"),
    "qti-template-processing": ("makes a different item each time", "Write the variant that is wanted"),
    "qti-companion-materials-info": ("asks for a calculator or another tool", "Offer the item without one"),
    "math": ("is a formula", "Put it in as a picture with alternative text"),
    "object": ("is an embedded object", "Use img"),
    "video": ("is a video", "Use text and pictures"),
    "audio": ("is a sound", "Use text and pictures"),
    "iframe": ("shows another page", "Put the content here"),
    "a": ("is a link", "Put the content here: there is nowhere to go"),
    "qti-default-value": ("gives a response before the candidate does", "Remove it"),
}
"""Elements outside the profile that deserve a sentence of their own."""

_DROPPED_ATTRIBUTES: Final = re.compile(
    r"style|role|align|valign|border|cellpadding|cellspacing|bgcolor|summary|longdesc|width|height|cite|label"
    r"|data-[^{]*|aria-[^{]*|xml:(base|space|id)|\{http://www\.w3\.org/2001/XMLSchema-instance\}.*",
    re.ASCII,
)


def is_dropped_attribute(name: str) -> bool:
    """Whether an attribute that no row names is left out with a note, and not refused."""
    return _DROPPED_ATTRIBUTES.fullmatch(name) is not None


def kept_classes(text: str) -> str:
    """The class names that mean something here, in their order."""
    return " ".join(word for word in text.split() if word in ROLE_CLASSES or SHARED_CLASSES.fullmatch(word))


def kept_attributes(xml: Xml) -> Iterator[tuple[str, str]]:
    """The attributes of an element that the profile keeps, foreign class names removed."""
    row = PROFILE.get(xml.name, _EMPTY)
    for name, value in xml.attributes():
        if name not in row.attributes:
            continue
        if row.attributes[name].kind is Kind.CLASSES:
            value = kept_classes(value)  # noqa: PLW2901 - the value, cleaned
        if value or row.attributes[name].kind is not Kind.CLASSES:
            yield name, value


_EMPTY: Final = Row()
