"""The profile's rows for content: HTML and interactions. All of it is delivered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exam_packages.qti.model import Shape
from exam_packages.qti.profile.rows import (
    COUNT,
    FLAG,
    IDENTIFIER,
    LANGUAGE,
    NONE,
    ON_HTML,
    Attribute,
    Kind,
    Row,
    allowed,
    secret,
)

# -- groups of elements -----------------------------------------------------------------------------------------------

PHRASES: Final = frozenset(
    {
        "abbr",
        "b",
        "bdi",
        "bdo",
        "br",
        "cite",
        "code",
        "dfn",
        "em",
        "i",
        "img",
        "kbd",
        "math",
        "object",
        "picture",
        "q",
        "ruby",
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
BLOCKS: Final = frozenset(
    {
        "address",
        "article",
        "aside",
        "audio",
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
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
        "div",
        "video",
    }
)
INLINE_INTERACTIONS: Final = frozenset({"qti-inline-choice-interaction", "qti-text-entry-interaction"})
BLOCK_INTERACTIONS: Final = frozenset(
    {
        "qti-associate-interaction",
        "qti-choice-interaction",
        "qti-extended-text-interaction",
        "qti-gap-match-interaction",
        "qti-graphic-gap-match-interaction",
        "qti-hotspot-interaction",
        "qti-hottext-interaction",
        "qti-match-interaction",
        "qti-media-interaction",
        "qti-order-interaction",
        "qti-select-point-interaction",
        "qti-slider-interaction",
    }
)
INTERACTIONS: Final = INLINE_INTERACTIONS | BLOCK_INTERACTIONS
IN_BODIES: Final = INTERACTIONS | {"qti-rubric-block"}
BY_PLACE: Final = IN_BODIES | {"qti-gap", "qti-hottext"}
"""Elements that may stand in HTML at some places only: interactions in a body, gaps and hottext in their interaction."""
_INLINE: Final = PHRASES | INLINE_INTERACTIONS | {"qti-gap", "qti-hottext"}
_FLOW: Final = _INLINE | BLOCKS | BLOCK_INTERACTIONS | {"qti-rubric-block"}
_SIZE: Final = allowed(Kind.LENGTH)


def _html(children: frozenset[str], *, text: bool = True, attributes: Mapping[str, Attribute] | None = None) -> Row:
    return Row(children=children, attributes={**ON_HTML, **(attributes or {})}, text=text, html=True, delivered=True)


_CELL: Final = _html(
    _FLOW,
    attributes={
        "colspan": COUNT,
        "rowspan": COUNT,
        "scope": allowed(Kind.TEXT, "row", "col", "rowgroup", "colgroup"),
        "headers": allowed(Kind.WORDS),
        "abbr": allowed(),
    },
)
_COLUMN: Final = _html(NONE, text=False, attributes={"span": COUNT})
_ROWS: Final = _html(frozenset({"tr"}), text=False)

_SOURCE: Final = allowed(Kind.REFERENCE, required=True)
_PLAYED: Final[Mapping[str, Attribute]] = {"src": allowed(Kind.REFERENCE), "width": _SIZE, "height": _SIZE}
_REPLACED: Final = frozenset({"br", "img", "math", "object", "picture", "ruby"})

HTML_ROWS: Final[Mapping[str, Row]] = {
    **dict.fromkeys(PHRASES - _REPLACED, _html(_INLINE)),
    **dict.fromkeys(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "address"), _html(_INLINE)),
    **dict.fromkeys(("div", "section", "article", "aside", "header", "footer", "nav", "blockquote"), _html(_FLOW)),
    "br": _html(NONE, text=False),
    "hr": _html(NONE, text=False),
    "img": _html(
        NONE,
        text=False,
        attributes={
            "src": _SOURCE,
            "alt": allowed(required=True),
            "width": _SIZE,
            "height": _SIZE,
            "role": allowed(),
            "data-baseline": allowed(),
        },
    ),
    "picture": _html(frozenset({"source", "img"}), text=False),
    "object": _html(
        PHRASES | BLOCKS | {"track"},
        attributes={"data": _SOURCE, "type": allowed(), "alt": allowed(), "width": _SIZE, "height": _SIZE},
    ),
    "audio": _html(PHRASES | BLOCKS | {"source", "track"}, attributes=_PLAYED),
    "video": _html(PHRASES | BLOCKS | {"source", "track"}, attributes=_PLAYED),
    "source": _html(NONE, text=False, attributes={"src": allowed(Kind.REFERENCE), "type": allowed()}),
    "track": _html(
        NONE,
        text=False,
        attributes={
            "src": _SOURCE,
            "kind": allowed(Kind.TEXT, "captions", "chapters", "descriptions", "metadata", "subtitles"),
            "srclang": LANGUAGE,
            "label": allowed(),
        },
    ),
    "math": Row(attributes={"alttext": secret(), "display": secret(), "id": secret()}, text=True, opaque=True),
    "ruby": _html(PHRASES | {"rb", "rt"}),
    "rb": _html(_INLINE),
    "rt": _html(PHRASES),
    "figure": _html(_FLOW | {"figcaption"}),
    "figcaption": _html(_FLOW),
    "ul": _html(frozenset({"li"}), text=False),
    "ol": _html(
        frozenset({"li"}),
        text=False,
        attributes={"start": COUNT, "reversed": allowed(), "type": allowed(Kind.TEXT, "1", "a", "A", "i", "I")},
    ),
    "li": _html(_FLOW),
    "dl": _html(frozenset({"dt", "dd"}), text=False),
    "dt": _html(_INLINE),
    "dd": _html(_FLOW),
    "table": _html(frozenset({"caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr"}), text=False),
    "caption": _html(_INLINE),
    "colgroup": _html(frozenset({"col"}), text=False, attributes={"span": COUNT}),
    "col": _COLUMN,
    **dict.fromkeys(("thead", "tbody", "tfoot"), _ROWS),
    "tr": _html(frozenset({"th", "td"}), text=False),
    "th": _CELL,
    "td": _CELL,
}

# -- interactions -----------------------------------------------------------------------------------------------------

_ON_CONTENT: Final[Mapping[str, Attribute]] = {
    name: ON_HTML[name] for name in ("id", "class", "xml:lang", "lang", "dir", "aria-label", "data-catalog-idref")
}
_ON_INTERACTION: Final[Mapping[str, Attribute]] = {**_ON_CONTENT, "response-identifier": IDENTIFIER}
_MESSAGES: Final[Mapping[str, Attribute]] = {
    "data-min-selections-message": allowed(),
    "data-max-selections-message": allowed(),
}
_WIDTH: Final[Mapping[str, Attribute]] = {"data-choices-container-width": COUNT}
_DIRECTION: Final = allowed(Kind.TEXT, "horizontal", "vertical")
_SELECTING: Final[Mapping[str, Attribute]] = {
    **_ON_INTERACTION,
    **_MESSAGES,
    "min-choices": COUNT,
    "max-choices": COUNT,
}
_CHOOSING: Final[Mapping[str, Attribute]] = {**_SELECTING, **_WIDTH, "shuffle": FLAG, "orientation": _DIRECTION}
_PAIRING: Final[Mapping[str, Attribute]] = {
    **_ON_INTERACTION,
    **_MESSAGES,
    "min-associations": COUNT,
    "max-associations": COUNT,
}
_WRITING: Final[Mapping[str, Attribute]] = {
    **_ON_INTERACTION,
    "base": secret(Kind.TEXT, "10"),
    "expected-length": COUNT,
    "pattern-mask": allowed(),
    "data-patternmask-message": allowed(),
    "placeholder-text": allowed(),
}
_ON_CHOICE: Final[Mapping[str, Attribute]] = {**_ON_CONTENT, "identifier": IDENTIFIER, "fixed": FLAG}
_MATCHED: Final[Mapping[str, Attribute]] = {
    "match-max": allowed(Kind.COUNT, required=True),
    "match-min": COUNT,
    "match-group": allowed(Kind.WORDS),
}
_PLACED: Final[Mapping[str, Attribute]] = {
    **_ON_CONTENT,
    "identifier": IDENTIFIER,
    "shape": allowed(Kind.TEXT, *(shape.value for shape in Shape), required=True),
    "coords": allowed(Kind.COORDINATES),
    "hotspot-label": allowed(),
}
_PICTURE: Final = frozenset({"img", "object", "picture"})


def _row(children: frozenset[str], attributes: Mapping[str, Attribute]) -> Row:
    return Row(children=children, attributes=attributes, delivered=True)


def _content(children: frozenset[str], attributes: Mapping[str, Attribute]) -> Row:
    return Row(children=children, attributes=attributes, text=True, delivered=True, bars_interactions=True)


INTERACTION_ROWS: Final[Mapping[str, Row]] = {
    "qti-choice-interaction": _row(frozenset({"qti-prompt", "qti-simple-choice"}), _CHOOSING),
    "qti-order-interaction": _row(frozenset({"qti-prompt", "qti-simple-choice"}), _CHOOSING),
    "qti-match-interaction": _row(
        frozenset({"qti-prompt", "qti-simple-match-set"}),
        {**_PAIRING, "shuffle": FLAG, "data-first-column-header": allowed()},
    ),
    "qti-associate-interaction": _row(
        frozenset({"qti-prompt", "qti-simple-associable-choice"}), {**_PAIRING, "shuffle": FLAG}
    ),
    "qti-extended-text-interaction": _row(
        frozenset({"qti-prompt"}),
        {
            **_WRITING,
            "expected-lines": COUNT,
            "format": allowed(Kind.TEXT, "plain", "preformatted", "xhtml"),
            "min-strings": COUNT,
            "max-strings": COUNT,
            "data-min-words": COUNT,
            "data-max-words": COUNT,
        },
    ),
    "qti-inline-choice-interaction": _row(
        frozenset({"qti-inline-choice"}),
        {
            **_ON_INTERACTION,
            "shuffle": FLAG,
            "required": FLAG,
            "min-choices": COUNT,
            "data-prompt": allowed(),
            "data-min-selections-message": allowed(),
        },
    ),
    "qti-text-entry-interaction": _row(NONE, _WRITING),
    "qti-gap-match-interaction": Row(
        children=BLOCKS | PHRASES | {"qti-prompt", "qti-gap-text", "qti-gap-img"},
        attributes={**_PAIRING, **_WIDTH, "shuffle": FLAG},
        delivered=True,
        opens=frozenset({"qti-gap"}),
    ),
    "qti-hottext-interaction": Row(
        children=BLOCKS | PHRASES | {"qti-prompt", "qti-hottext"},
        attributes=_SELECTING,
        delivered=True,
        opens=frozenset({"qti-hottext"}),
    ),
    "qti-hotspot-interaction": _row(_PICTURE | {"qti-prompt", "qti-hotspot-choice"}, _SELECTING),
    "qti-graphic-gap-match-interaction": _row(
        _PICTURE | {"qti-prompt", "qti-gap-text", "qti-gap-img", "qti-associable-hotspot"}, {**_PAIRING, **_WIDTH}
    ),
    "qti-select-point-interaction": _row(_PICTURE | {"qti-prompt"}, _SELECTING),
    "qti-slider-interaction": _row(
        frozenset({"qti-prompt"}),
        {
            **_ON_INTERACTION,
            "lower-bound": allowed(Kind.NUMBER, required=True),
            "upper-bound": allowed(Kind.NUMBER, required=True),
            "step": allowed(Kind.NUMBER),
            "step-label": FLAG,
            "orientation": _DIRECTION,
            "reverse": FLAG,
        },
    ),
    "qti-media-interaction": _row(
        frozenset({"qti-prompt", "audio", "video", "object"}),
        {
            **_ON_INTERACTION,
            "autostart": FLAG,
            "min-plays": COUNT,
            "max-plays": COUNT,
            "loop": FLAG,
        },
    ),
    "qti-prompt": _content(PHRASES | BLOCKS, _ON_CONTENT),
    "qti-simple-choice": _content(PHRASES | BLOCKS, _ON_CHOICE),
    "qti-simple-associable-choice": _content(PHRASES | BLOCKS, {**_ON_CHOICE, **_MATCHED}),
    "qti-simple-match-set": _row(frozenset({"qti-simple-associable-choice"}), {"id": ON_HTML["id"]}),
    "qti-inline-choice": _content(PHRASES - {"br", "object", "picture"}, _ON_CHOICE),
    "qti-gap-text": _content(PHRASES, {**_ON_CHOICE, **_MATCHED}),
    "qti-gap-img": Row(
        children=_PICTURE,
        attributes={**_ON_CHOICE, **_MATCHED, "object-label": allowed()},
        delivered=True,
        bars_interactions=True,
    ),
    "qti-gap": _row(
        NONE, {**_ON_CONTENT, "identifier": IDENTIFIER, "match-group": allowed(Kind.WORDS), "required": FLAG}
    ),
    "qti-hottext": _content(PHRASES, {**_ON_CONTENT, "identifier": IDENTIFIER}),
    "qti-hotspot-choice": _row(NONE, _PLACED),
    "qti-associable-hotspot": _row(NONE, {**_PLACED, **_MATCHED}),
}
