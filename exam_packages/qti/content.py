"""Item bodies, prompts, choices, rubrics and stimuli → content nodes.

Owns which attributes of HTML stay. Expects what the profile has let through; a document that was not linted is still
either read or refused.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from exam_packages.ids import ChoiceId, ResponseId
from exam_packages.qti.model import (
    Choice,
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    InlineChoiceInteraction,
    Interaction,
    MatchInteraction,
    Node,
    OrderInteraction,
    Orientation,
    RubricBlock,
    Text,
    TextEntryInteraction,
    View,
)
from exam_packages.qti.paths import resolve
from exam_packages.qti.profile import PROFILE, kept_attributes
from exam_packages.qti.profile.outside import DROPPED
from exam_packages.qti.reading import Xml

ASIDE: Final = frozenset({"qti-rubric-block"})
"""Elements of a body that are read on their own."""


def read_nodes(xml: Xml | None) -> tuple[Node, ...]:
    """The content of an element; the empty tuple for None.

    Raises:
        SourceRefused: an element outside the profile.
    """
    return () if xml is None else tuple(_nodes(xml))


def read_rubric(xml: Xml) -> RubricBlock:
    """``qti-rubric-block``; its content stands in ``qti-content-body``."""
    views = frozenset(View(word) for word in xml.required("view").split() if word in _VIEWS)
    body = xml.child("qti-content-body")
    return RubricBlock(views=views, use=xml.optional("use") or "", content=read_nodes(xml if body is None else body))


_VIEWS: Final = frozenset(view.value for view in View)


def _nodes(xml: Xml) -> Iterator[Node]:
    if xml.node.text:
        yield Text(xml.node.text)
    for child in xml.children():
        if child.name not in ASIDE and child.name not in DROPPED:
            yield _node(child)
        if child.node.tail:
            yield Text(child.node.tail)


def _node(xml: Xml) -> Node:
    reader = INTERACTIONS.get(xml.name)
    if reader is not None:
        return reader(xml)
    row = PROFILE.get(xml.name)
    if row is None or not row.html:
        raise xml.refused("element-outside-profile", "is not content that the profile knows", "Use other content")
    return Element(name=xml.name, attributes=tuple(_attributes(xml)), children=tuple(_nodes(xml)))


def _attributes(xml: Xml) -> Iterator[tuple[str, str]]:
    for name, value in kept_attributes(xml):
        if name == "src":
            yield name, resolve(xml, name, posixpath.dirname(xml.file))
        else:
            yield name.removeprefix("xml:"), value


# -- interactions -----------------------------------------------------------------------------------------------------


def _response(xml: Xml) -> ResponseId:
    return ResponseId(xml.required("response-identifier"))


def _choices(xml: Xml, name: str) -> tuple[Choice, ...]:
    return tuple(_choice(child) for child in xml.children(name))


def _choice(xml: Xml) -> Choice:
    return Choice(
        identifier=ChoiceId(xml.required("identifier")),
        content=tuple(_nodes(xml)),
        fixed=xml.flag("fixed"),
        match_max=xml.integer("match-max", 1),
        match_min=xml.integer("match-min", 0),
    )


def _orientation(xml: Xml) -> Orientation:
    horizontal = "qti-orientation-horizontal" in (xml.optional("class") or "").split()
    return Orientation.HORIZONTAL if horizontal or xml.optional("orientation") == "horizontal" else Orientation.VERTICAL


def _choice_interaction(xml: Xml) -> Interaction:
    return ChoiceInteraction(
        response=_response(xml),
        prompt=read_nodes(xml.child("qti-prompt")),
        choices=_choices(xml, "qti-simple-choice"),
        min_choices=xml.integer("min-choices", 0),
        max_choices=xml.integer("max-choices", 1),
        shuffle=xml.flag("shuffle"),
        orientation=_orientation(xml),
    )


def _order_interaction(xml: Xml) -> Interaction:
    return OrderInteraction(
        response=_response(xml),
        prompt=read_nodes(xml.child("qti-prompt")),
        choices=_choices(xml, "qti-simple-choice"),
        min_choices=xml.integer("min-choices", 0),
        max_choices=xml.integer("max-choices", 0),
        shuffle=xml.flag("shuffle"),
        orientation=_orientation(xml),
    )


def _match_interaction(xml: Xml) -> Interaction:
    sets = list(xml.children("qti-simple-match-set"))
    if len(sets) != 2:
        raise xml.refused("match-sets", f"has {len(sets)} match sets", "Give it exactly two qti-simple-match-set")
    rows, columns = (_choices(each, "qti-simple-associable-choice") for each in sets)
    return MatchInteraction(
        response=_response(xml),
        prompt=read_nodes(xml.child("qti-prompt")),
        rows=rows,
        columns=columns,
        min_associations=xml.integer("min-associations", 0),
        max_associations=xml.integer("max-associations", 1),
        shuffle=xml.flag("shuffle"),
    )


def _inline_choice_interaction(xml: Xml) -> Interaction:
    return InlineChoiceInteraction(
        response=_response(xml),
        choices=_choices(xml, "qti-inline-choice"),
        required=xml.flag("required"),
        shuffle=xml.flag("shuffle"),
    )


def _text_entry_interaction(xml: Xml) -> Interaction:
    return TextEntryInteraction(
        response=_response(xml),
        expected_length=xml.optional_integer("expected-length"),
        pattern_mask=xml.optional("pattern-mask"),
        placeholder=xml.optional("placeholder-text") or "",
    )


def _extended_text_interaction(xml: Xml) -> Interaction:
    return ExtendedTextInteraction(
        response=_response(xml),
        prompt=read_nodes(xml.child("qti-prompt")),
        expected_lines=xml.optional_integer("expected-lines"),
        min_words=xml.optional_integer("data-min-words"),
        max_words=xml.optional_integer("data-max-words"),
        placeholder=xml.optional("placeholder-text") or "",
    )


INTERACTIONS: Final[Mapping[str, Callable[[Xml], Interaction]]] = {
    "qti-choice-interaction": _choice_interaction,
    "qti-order-interaction": _order_interaction,
    "qti-match-interaction": _match_interaction,
    "qti-inline-choice-interaction": _inline_choice_interaction,
    "qti-text-entry-interaction": _text_entry_interaction,
    "qti-extended-text-interaction": _extended_text_interaction,
}
"""By element name."""
