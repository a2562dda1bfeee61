"""Interaction elements → the interactions of the model, one function each.

Owns their attributes and defaults. What stands inside as content is read by the function that is passed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from exam_packages.ids import ChoiceId, ResponseId
from exam_packages.qti.areas import read_area
from exam_packages.qti.model import (
    AssociateInteraction,
    Choice,
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    GapMatchInteraction,
    GraphicGapMatchInteraction,
    Hotspot,
    HotspotInteraction,
    HottextInteraction,
    InlineChoiceInteraction,
    Interaction,
    MatchInteraction,
    Media,
    MediaInteraction,
    Node,
    OrderInteraction,
    Orientation,
    SelectPointInteraction,
    SliderInteraction,
    TextEntryInteraction,
    TextFormat,
)
from exam_packages.qti.reading import Xml
from exam_packages.qti.styles import read_orientation, read_style

ReadNodes: TypeAlias = Callable[[Xml | None], tuple[Node, ...]]
"""Reads the content of an element; leaves out what is read on its own (``ASIDE``)."""

PICTURES: Final = frozenset({"img", "object", "picture"})
GAP_CHOICES: Final = ("qti-gap-text", "qti-gap-img")
AREAS: Final = ("qti-hotspot-choice", "qti-associable-hotspot")
ASIDE: Final = frozenset({"qti-rubric-block", "qti-prompt", "qti-catalog-info", *GAP_CHOICES, *AREAS})
"""Elements among content that are read on their own."""


def _response(xml: Xml) -> ResponseId:
    return ResponseId(xml.required("response-identifier"))


def _is_single(xml: Xml) -> bool:
    """Whether the response variable an interaction is bound to holds one value."""
    name = _response(xml)
    document = Xml(xml.file, xml.node.getroottree().getroot())
    declared = [each for each in document.children("qti-response-declaration") if each.optional("identifier") == name]
    return any(each.optional("cardinality") == "single" for each in declared)


def _choices(xml: Xml, read: ReadNodes, *names: str) -> tuple[Choice, ...]:
    return tuple(_choice(child, read) for child in xml.children(*names))


def _choice(xml: Xml, read: ReadNodes) -> Choice:
    content = read(xml)
    return Choice(
        identifier=ChoiceId(xml.required("identifier")),
        content=content,
        fixed=xml.flag("fixed"),
        match_max=xml.integer("match-max", 1),
        match_min=xml.integer("match-min", 0),
        match_group=_words(xml, "match-group"),
        label=_label(xml, "object-label") or _alternative(content) if xml.name == "qti-gap-img" else "",
    )


def _words(xml: Xml, name: str) -> tuple[str, ...]:
    return tuple((xml.optional(name) or "").split())


def _label(xml: Xml, *names: str) -> str:
    """The first of some attributes that says something."""
    said = (" ".join((xml.optional(name) or "").split()) for name in (*names, "aria-label", "label"))
    return next(filter(None, said), "")


def _alternative(content: tuple[Node, ...]) -> str:
    """The alternative text of the first picture."""
    found = (node.attribute("alt") for node in content if isinstance(node, Element) and node.name == "img")
    return next(found, "")


def _choice_interaction(xml: Xml, read: ReadNodes) -> Interaction:
    return ChoiceInteraction(
        response=_response(xml),
        prompt=read(xml.child("qti-prompt")),
        choices=_choices(xml, read, "qti-simple-choice"),
        min_choices=xml.integer("min-choices", 0),
        max_choices=xml.integer("max-choices", 1),
        shuffle=xml.flag("shuffle"),
        orientation=read_orientation(xml, Orientation.VERTICAL),
        style=read_style(xml),
    )


def _order_interaction(xml: Xml, read: ReadNodes) -> Interaction:
    return OrderInteraction(
        response=_response(xml),
        prompt=read(xml.child("qti-prompt")),
        choices=_choices(xml, read, "qti-simple-choice"),
        min_choices=xml.integer("min-choices", 0),
        max_choices=xml.integer("max-choices", 0),
        shuffle=xml.flag("shuffle"),
        orientation=read_orientation(xml, Orientation.VERTICAL),
        style=read_style(xml),
    )


def _match_interaction(xml: Xml, read: ReadNodes) -> Interaction:
    sets = list(xml.children("qti-simple-match-set"))
    if len(sets) != 2:
        raise xml.refused("match-sets", f"has {len(sets)} match sets", "Give it exactly two qti-simple-match-set")
    rows, columns = (_choices(each, read, "qti-simple-associable-choice") for each in sets)
    return MatchInteraction(
        response=_response(xml),
        prompt=read(xml.child("qti-prompt")),
        rows=rows,
        columns=columns,
        min_associations=xml.integer("min-associations", 0),
        max_associations=xml.integer("max-associations", 1),
        shuffle=xml.flag("shuffle"),
        style=read_style(xml),
    )


def _associate_interaction(xml: Xml, read: ReadNodes) -> Interaction:
    return AssociateInteraction(
        response=_response(xml),
        prompt=read(xml.child("qti-prompt")),
        choices=_choices(xml, read, "qti-simple-associable-choice"),
        min_associations=xml.integer("min-associations", 0),
        max_associations=xml.integer("max-associations", 1),
        shuffle=xml.flag("shuffle"),
        style=read_style(xml),
    )


def _inline_choice_interaction(xml: Xml, read: ReadNodes) -> Interaction:
    return InlineChoiceInteraction(
        response=_response(xml),
        choices=_choices(xml, read, "qti-inline-choice"),
        required=xml.flag("required") or xml.integer("min-choices", 0) > 0,
        shuffle=xml.flag("shuffle"),
        style=read_style(xml),
    )


def _text_entry_interaction(xml: Xml, _read: ReadNodes) -> Interaction:
    return TextEntryInteraction(
        response=_response(xml),
        expected_length=xml.optional_integer("expected-length"),
        pattern_mask=xml.optional("pattern-mask"),
        placeholder=xml.optional("placeholder-text") or "",
        style=read_style(xml),
    )


def _format(xml: Xml) -> TextFormat:
    """How a text is written; formatted text (``xhtml``) is written plain."""
    named = (xml.optional("format") or "").strip()
    return TextFormat.PLAIN if named in {"", "xhtml"} else xml.choice("format", TextFormat)


def _extended_text_interaction(xml: Xml, read: ReadNodes) -> Interaction:
    return ExtendedTextInteraction(
        response=_response(xml),
        prompt=read(xml.child("qti-prompt")),
        expected_lines=xml.optional_integer("expected-lines"),
        min_words=xml.optional_integer("data-min-words"),
        max_words=xml.optional_integer("data-max-words"),
        placeholder=xml.optional("placeholder-text") or "",
        expected_length=xml.optional_integer("expected-length"),
        min_strings=xml.integer("min-strings", 0),
        max_strings=1 if _is_single(xml) else xml.integer("max-strings", 0),
        format=_format(xml),
        pattern_mask=xml.optional("pattern-mask"),
        style=read_style(xml),
    )


def _most_pairs(xml: Xml) -> int:
    """``max-associations`` of a gap match, where the gaps and choices are the limit unless the author sets one.

    The binding's default is 1. Items of the standard's own examples leave the attribute out and expect several pairs.
    """
    return xml.integer("max-associations", 1 if _is_single(xml) else 0)


def _gap_match_interaction(xml: Xml, read: ReadNodes) -> Interaction:
    return GapMatchInteraction(
        response=_response(xml),
        prompt=read(xml.child("qti-prompt")),
        choices=_choices(xml, read, *GAP_CHOICES),
        content=read(xml),
        min_associations=xml.integer("min-associations", 0),
        max_associations=_most_pairs(xml),
        shuffle=xml.flag("shuffle"),
        style=read_style(xml),
    )


def _hottext_interaction(xml: Xml, read: ReadNodes) -> Interaction:
    return HottextInteraction(
        response=_response(xml),
        prompt=read(xml.child("qti-prompt")),
        content=read(xml),
        min_choices=xml.integer("min-choices", 0),
        max_choices=xml.integer("max-choices", 1),
        style=read_style(xml),
    )


# -- on pictures ------------------------------------------------------------------------------------------------------


def _image(xml: Xml, read: ReadNodes) -> Element:
    shown = [node for node in read(xml) if isinstance(node, Element) and node.name == "img"]
    if len(shown) != 1:
        raise xml.refused("picture", f"has {len(shown)} pictures where one belongs", "Give it one img")
    return shown[0]


def _hotspots(xml: Xml, name: str) -> tuple[Hotspot, ...]:
    return tuple(_hotspot(child) for child in xml.children(name))


def _hotspot(xml: Xml) -> Hotspot:
    return Hotspot(
        identifier=ChoiceId(xml.required("identifier")),
        area=read_area(xml),
        label=_label(xml, "hotspot-label"),
        match_max=xml.integer("match-max", 1),
        match_min=xml.integer("match-min", 0),
        match_group=_words(xml, "match-group"),
    )


def _hotspot_interaction(xml: Xml, read: ReadNodes) -> Interaction:
    return HotspotInteraction(
        response=_response(xml),
        prompt=read(xml.child("qti-prompt")),
        image=_image(xml, read),
        hotspots=_hotspots(xml, "qti-hotspot-choice"),
        min_choices=xml.integer("min-choices", 0),
        max_choices=xml.integer("max-choices", 1),
        style=read_style(xml),
    )


def _graphic_gap_match_interaction(xml: Xml, read: ReadNodes) -> Interaction:
    return GraphicGapMatchInteraction(
        response=_response(xml),
        prompt=read(xml.child("qti-prompt")),
        image=_image(xml, read),
        choices=_choices(xml, read, *GAP_CHOICES),
        hotspots=_hotspots(xml, "qti-associable-hotspot"),
        min_associations=xml.integer("min-associations", 0),
        max_associations=_most_pairs(xml),
        style=read_style(xml),
    )


def _select_point_interaction(xml: Xml, read: ReadNodes) -> Interaction:
    return SelectPointInteraction(
        response=_response(xml),
        prompt=read(xml.child("qti-prompt")),
        image=_image(xml, read),
        min_choices=xml.integer("min-choices", 0),
        max_choices=xml.integer("max-choices", 1 if _is_single(xml) else 0),
        style=read_style(xml),
    )


# -- scales and media -------------------------------------------------------------------------------------------------


def _slider_interaction(xml: Xml, read: ReadNodes) -> Interaction:
    xml.required("lower-bound")
    xml.required("upper-bound")
    step = xml.number("step")
    return SliderInteraction(
        response=_response(xml),
        prompt=read(xml.child("qti-prompt")),
        lower_bound=xml.number("lower-bound") or 0.0,
        upper_bound=xml.number("upper-bound") or 0.0,
        step=1.0 if step is None else step,
        step_label=xml.flag("step-label"),
        orientation=read_orientation(xml, Orientation.HORIZONTAL),
        reverse=xml.flag("reverse"),
        style=read_style(xml),
    )


def _media_interaction(xml: Xml, read: ReadNodes) -> Interaction:
    played = list(_played(read(xml)))
    if len(played) != 1:
        raise xml.refused("media", f"has {len(played)} media where one belongs", "Give it one audio or video")
    return MediaInteraction(
        response=_response(xml),
        prompt=read(xml.child("qti-prompt")),
        media=played[0],
        autostart=xml.flag("autostart"),
        min_plays=xml.integer("min-plays", 0),
        max_plays=xml.integer("max-plays", 0),
        loop=xml.flag("loop"),
    )


def _played(nodes: tuple[Node, ...]) -> Iterator[Media]:
    for node in nodes:
        if isinstance(node, Media):
            yield node
        elif isinstance(node, Element):
            yield from _played(node.children)


INTERACTIONS: Final[Mapping[str, Callable[[Xml, ReadNodes], Interaction]]] = {
    "qti-choice-interaction": _choice_interaction,
    "qti-order-interaction": _order_interaction,
    "qti-match-interaction": _match_interaction,
    "qti-associate-interaction": _associate_interaction,
    "qti-inline-choice-interaction": _inline_choice_interaction,
    "qti-text-entry-interaction": _text_entry_interaction,
    "qti-extended-text-interaction": _extended_text_interaction,
    "qti-gap-match-interaction": _gap_match_interaction,
    "qti-hottext-interaction": _hottext_interaction,
    "qti-hotspot-interaction": _hotspot_interaction,
    "qti-graphic-gap-match-interaction": _graphic_gap_match_interaction,
    "qti-select-point-interaction": _select_point_interaction,
    "qti-slider-interaction": _slider_interaction,
    "qti-media-interaction": _media_interaction,
}
"""By element name."""
