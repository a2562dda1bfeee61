"""The profile's rows for content: HTML and interactions. All of it is delivered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exam_packages.qti.profile.rows import COUNT, FLAG, IDENTIFIER, NONE, ON_HTML, Attribute, Kind, Row, allowed

# -- groups of elements -----------------------------------------------------------------------------------------------

PHRASES: Final = frozenset(
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
BLOCKS: Final = frozenset(
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
INLINE_INTERACTIONS: Final = frozenset({"qti-inline-choice-interaction", "qti-text-entry-interaction"})
BLOCK_INTERACTIONS: Final = frozenset(
    {"qti-choice-interaction", "qti-order-interaction", "qti-match-interaction", "qti-extended-text-interaction"}
)
INTERACTIONS: Final = INLINE_INTERACTIONS | BLOCK_INTERACTIONS
_INLINE: Final = PHRASES | INLINE_INTERACTIONS
_FLOW: Final = _INLINE | BLOCKS | BLOCK_INTERACTIONS


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

HTML_ROWS: Final[Mapping[str, Row]] = {
    **dict.fromkeys(PHRASES - {"br", "img"}, _html(_INLINE)),
    **dict.fromkeys(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "address"), _html(_INLINE)),
    **dict.fromkeys(("div", "section", "article", "aside", "header", "footer", "blockquote"), _html(_FLOW)),
    "br": _html(NONE, text=False),
    "hr": _html(NONE, text=False),
    "img": _html(
        NONE,
        text=False,
        attributes={
            "src": allowed(Kind.REFERENCE, required=True),
            "alt": allowed(required=True),
            "width": COUNT,
            "height": COUNT,
        },
    ),
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

# Choices are shown in the order given. Refusing is honest until a recorded seed can bring the same order back on replay.
_NOT_SHUFFLED: Final = allowed(Kind.TEXT, "false")
_ON_INTERACTION: Final[Mapping[str, Attribute]] = {
    **{name: ON_HTML[name] for name in ("id", "class", "xml:lang", "aria-label")},
    "response-identifier": IDENTIFIER,
}
_CHOOSING: Final[Mapping[str, Attribute]] = {
    **_ON_INTERACTION,
    "shuffle": _NOT_SHUFFLED,
    "min-choices": COUNT,
    "max-choices": COUNT,
    "orientation": allowed(Kind.TEXT, "horizontal", "vertical"),
}
_ON_CHOICE: Final[Mapping[str, Attribute]] = {
    "identifier": IDENTIFIER,
    "fixed": FLAG,
    **{name: ON_HTML[name] for name in ("id", "class", "xml:lang")},
}


def _choice(*, matched: bool) -> Row:
    extra = {"match-max": allowed(Kind.COUNT, required=True), "match-min": COUNT} if matched else {}
    return Row(
        children=PHRASES | BLOCKS,
        attributes={**_ON_CHOICE, **extra},
        text=True,
        delivered=True,
        bars_interactions=True,
    )


INTERACTION_ROWS: Final[Mapping[str, Row]] = {
    "qti-choice-interaction": Row(
        children=frozenset({"qti-prompt", "qti-simple-choice"}), attributes=_CHOOSING, delivered=True
    ),
    "qti-order-interaction": Row(
        children=frozenset({"qti-prompt", "qti-simple-choice"}), attributes=_CHOOSING, delivered=True
    ),
    "qti-match-interaction": Row(
        children=frozenset({"qti-prompt", "qti-simple-match-set"}),
        attributes={**_ON_INTERACTION, "shuffle": _NOT_SHUFFLED, "min-associations": COUNT, "max-associations": COUNT},
        delivered=True,
    ),
    "qti-extended-text-interaction": Row(
        children=frozenset({"qti-prompt"}),
        attributes={
            **_ON_INTERACTION,
            "expected-lines": COUNT,
            "format": allowed(Kind.TEXT, "plain"),
            "placeholder-text": allowed(),
            "data-min-words": COUNT,
            "data-max-words": COUNT,
        },
        delivered=True,
    ),
    "qti-inline-choice-interaction": Row(
        children=frozenset({"qti-inline-choice"}),
        attributes={**_ON_INTERACTION, "shuffle": _NOT_SHUFFLED, "required": FLAG},
        delivered=True,
    ),
    "qti-text-entry-interaction": Row(
        attributes={
            **_ON_INTERACTION,
            "expected-length": COUNT,
            "pattern-mask": allowed(),
            "placeholder-text": allowed(),
        },
        delivered=True,
    ),
    "qti-prompt": Row(
        children=PHRASES | BLOCKS,
        attributes={name: ON_HTML[name] for name in ("id", "class", "xml:lang")},
        text=True,
        delivered=True,
        bars_interactions=True,
    ),
    "qti-simple-choice": _choice(matched=False),
    "qti-simple-associable-choice": _choice(matched=True),
    "qti-simple-match-set": Row(children=frozenset({"qti-simple-associable-choice"}), delivered=True),
    "qti-inline-choice": Row(children=PHRASES - {"img", "br"}, attributes=_ON_CHOICE, text=True, delivered=True),
}
