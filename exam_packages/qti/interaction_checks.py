"""What one interaction and the declaration it is bound to must say about each other.

Owns bindings, choices, limits and keys. What needs a picture or a scale stands in ``area_checks``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, assert_never

from exam_packages.errors import LintFinding
from exam_packages.qti.area_checks import NaturalSize, check_picture, check_slider
from exam_packages.qti.model import (
    AssociateInteraction,
    BaseType,
    Cardinality,
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    GapMatchInteraction,
    GraphicGapMatchInteraction,
    HotspotInteraction,
    HottextInteraction,
    InlineChoiceInteraction,
    Interaction,
    MatchInteraction,
    Media,
    MediaInteraction,
    MediaKind,
    Node,
    OrderInteraction,
    ResponseDeclaration,
    SelectPointInteraction,
    SliderInteraction,
    Text,
    TextEntryInteraction,
)
from exam_packages.qti.pairing import Partner, is_allowed, most_pairs, partners, sides
from exam_packages.qti.patterns import PatternError, compile_pattern
from exam_packages.qti.reports import Reporter, note
from exam_packages.qti.values import NotAValueError, parse_scalar
from exam_packages.qti.walking import areas, choices, gaps, hottexts

_TELLING = re.compile(r"correct|right|answer|key|true_|wrong|distractor", re.IGNORECASE)
_SEVERAL: Final = (Cardinality.SINGLE, Cardinality.MULTIPLE)
_PAIRED: Final = (AssociateInteraction, MatchInteraction, GapMatchInteraction, GraphicGapMatchInteraction)


def check_interaction(
    report: Reporter, interaction: Interaction, declaration: ResponseDeclaration | None, natural: NaturalSize
) -> Iterator[LintFinding]:
    """Everything wrong with one interaction and its declaration, reported at the one or the other.

    Args:
        report: about its document.
        interaction: as read.
        declaration: of its response; None where there is none.
        natural: how large its picture is by itself.
    """
    name = interaction.response
    here, there = report.at("response-identifier", name), report.at("identifier", name)
    if declaration is None:
        yield here(
            "response-undeclared",
            f"is bound to {name}, which is not declared",
            f"Declare {name}, or correct response-identifier",
        )
        return
    allowed = _bindings(interaction)
    if (declaration.cardinality, declaration.base_type) not in allowed:
        wanted = " or ".join(sorted(f"{cardinality.value} {base_type.value}" for cardinality, base_type in allowed))
        yield there("response-binding", f"gives {name} a type that its interaction cannot have", f"Declare it {wanted}")
        return
    yield from _check_choices(here, interaction)
    broken = list(_check_limits(here, interaction))
    yield from broken
    yield from _check_partners(here, interaction)
    yield from _check_keys(there, interaction, declaration)
    if not broken and declaration.correct:
        yield from _check_correct(there, interaction, declaration.correct)
    yield from _check_own(here, interaction, declaration, natural)


def unique(report: Reporter, what: str, identifiers: Sequence[str]) -> Iterator[LintFinding]:
    """Findings about identifiers that are used more than once."""
    for identifier, times in Counter(identifiers).items():
        if times > 1:
            repeated = report.at("identifier", identifier)
            yield repeated("identifier-repeated", f"uses {identifier} for more than one {what}", "Give each its own")


def _check_own(
    report: Reporter, interaction: Interaction, declaration: ResponseDeclaration, natural: NaturalSize
) -> Iterator[LintFinding]:
    match interaction:
        case TextEntryInteraction() | ExtendedTextInteraction():
            yield from _check_mask(report, interaction, declaration)
        case HotspotInteraction() | GraphicGapMatchInteraction() | SelectPointInteraction():
            yield from check_picture(report, interaction, declaration, natural)
        case SliderInteraction():
            yield from check_slider(report, interaction, declaration)
        case MediaInteraction():
            yield from check_media(report, interaction.media, named=bool(plain(interaction.prompt)))
        case _:
            return


# -- bindings ---------------------------------------------------------------------------------------------------------


def _bindings(interaction: Interaction) -> frozenset[tuple[Cardinality, BaseType]]:
    """The declarations an interaction may be bound to (the interactions' DTypes in the ASI binding)."""
    cardinalities: tuple[Cardinality, ...]
    types: tuple[BaseType, ...]
    match interaction:
        case ChoiceInteraction() | HottextInteraction() | HotspotInteraction():
            cardinalities, types = _selected(interaction.max_choices), (BaseType.IDENTIFIER,)
        case OrderInteraction():
            cardinalities, types = (Cardinality.ORDERED,), (BaseType.IDENTIFIER,)
        case MatchInteraction() | GapMatchInteraction() | GraphicGapMatchInteraction():
            cardinalities, types = _selected(interaction.max_associations), (BaseType.DIRECTED_PAIR,)
        case AssociateInteraction():
            cardinalities, types = _selected(interaction.max_associations), (BaseType.PAIR,)
        case InlineChoiceInteraction():
            cardinalities, types = (Cardinality.SINGLE,), (BaseType.IDENTIFIER,)
        case TextEntryInteraction():
            cardinalities, types = (Cardinality.SINGLE,), _TYPED
        case ExtendedTextInteraction():
            cardinalities, types = (Cardinality.SINGLE, Cardinality.MULTIPLE, Cardinality.ORDERED), _TYPED
        case SelectPointInteraction():
            cardinalities, types = _selected(interaction.max_choices), (BaseType.POINT,)
        case SliderInteraction():
            cardinalities, types = (Cardinality.SINGLE,), (BaseType.INTEGER, BaseType.FLOAT)
        case MediaInteraction():
            cardinalities, types = (Cardinality.SINGLE,), (BaseType.INTEGER,)
        case _:
            assert_never(interaction)
    return frozenset((cardinality, each) for cardinality in cardinalities for each in types)


_TYPED: Final[tuple[BaseType, ...]] = (BaseType.STRING, BaseType.INTEGER, BaseType.FLOAT)


def _selected(most: int) -> tuple[Cardinality, ...]:
    return _SEVERAL if most == 1 else (Cardinality.MULTIPLE,)


# -- choices ----------------------------------------------------------------------------------------------------------


def _check_choices(report: Reporter, interaction: Interaction) -> Iterator[LintFinding]:
    listed = choices(interaction)
    pickable = list(_pickable(interaction))
    yield from unique(report, "choice", pickable)
    for choice in listed:
        if not plain(choice.content):
            named = report.at("identifier", choice.identifier)
            yield named("choice-empty", "is empty", "Give it a text, or a picture with alternative text")
    for identifier in pickable:
        if _TELLING.search(identifier):
            named = report.at("identifier", identifier)
            yield note(named("choice-telling", f"is named {identifier}", "Use a neutral identifier"))
    yield from _check_repeated(report, interaction)
    yield from _check_number(report, interaction, len(pickable))


def _pickable(interaction: Interaction) -> Iterator[str]:
    """The identifiers that can stand in a response."""
    yield from (str(each.identifier) for each in choices(interaction))
    yield from (str(each.identifier) for each in areas(interaction))
    if isinstance(interaction, GapMatchInteraction):
        yield from (str(each.identifier) for each in gaps(interaction))
    if isinstance(interaction, HottextInteraction):
        yield from (str(each.identifier) for each in hottexts(interaction))


def _check_repeated(report: Reporter, interaction: Interaction) -> Iterator[LintFinding]:
    groups = (
        (interaction.rows, interaction.columns)
        if isinstance(interaction, MatchInteraction)
        else (choices(interaction),)
    )
    for group in groups:
        read = [plain(each.content) for each in group]
        if len(set(read)) < len(read):
            found = report("choice-repeated", "has two choices that read the same", "Change or remove one")
            yield note(found) if isinstance(interaction, _PAIRED) else found


def _check_number(report: Reporter, interaction: Interaction, there: int) -> Iterator[LintFinding]:
    match interaction:
        case ChoiceInteraction() if interaction.max_choices != 1:
            needed = 1  # a box to tick
        case HottextInteraction() | HotspotInteraction():
            needed = 1
        case TextEntryInteraction() | ExtendedTextInteraction() | SelectPointInteraction():
            return
        case SliderInteraction() | MediaInteraction():
            return
        case MatchInteraction():
            needed = 2 if interaction.rows and interaction.columns else there + 1
        case GapMatchInteraction():
            needed = 2 if interaction.choices and gaps(interaction) else there + 1
        case GraphicGapMatchInteraction():
            needed = 2 if interaction.choices and interaction.hotspots else there + 1
        case _:
            needed = 2
    if there < needed:
        yield report("choices-missing", "has too few choices to choose from", "Add choices")


def plain(nodes: Sequence[Node]) -> str:
    """What tells one choice from another: its words, its pictures, its formulas."""
    parts: list[str] = []
    for node in nodes:
        match node:
            case Text():
                parts.append(node.text)
            case Element():
                parts.append(_plain_element(node))
            case Media():
                parts.append(f"[{node.path}]")
            case _:
                continue
    return " ".join("".join(parts).split())


def _plain_element(node: Element) -> str:
    if node.name == "img":
        return f"[{node.attribute('src')}]"
    if node.name == "math":
        return f"[{node.attribute('alttext')}]"
    return plain(node.children)


# -- limits -----------------------------------------------------------------------------------------------------------


def _limits(interaction: Interaction) -> tuple[int, int, int]:
    """Fewest, most (0 is without limit), and how many can be given at all."""
    endless = 2**31
    match interaction:
        case ChoiceInteraction() | OrderInteraction():
            return interaction.min_choices, interaction.max_choices, len(interaction.choices)
        case HottextInteraction():
            return interaction.min_choices, interaction.max_choices, len(hottexts(interaction))
        case HotspotInteraction():
            return interaction.min_choices, interaction.max_choices, len(interaction.hotspots)
        case SelectPointInteraction():
            return interaction.min_choices, interaction.max_choices, endless
        case MatchInteraction() | AssociateInteraction() | GapMatchInteraction() | GraphicGapMatchInteraction():
            return interaction.min_associations, interaction.max_associations, most_pairs(interaction)
        case MediaInteraction():
            return interaction.min_plays, interaction.max_plays, endless
        case ExtendedTextInteraction():
            return interaction.min_strings, interaction.max_strings, endless
        case InlineChoiceInteraction() | TextEntryInteraction() | SliderInteraction():
            return 0, 1, 1
        case _:
            assert_never(interaction)


def _check_limits(report: Reporter, interaction: Interaction) -> Iterator[LintFinding]:
    least, most, there = _limits(interaction)
    wrong = bool(most and least > most) or least > there
    if isinstance(interaction, ExtendedTextInteraction) and interaction.max_words:
        wrong |= (interaction.min_words or 0) > interaction.max_words
    if wrong:
        yield report("limits", "asks for more than can be given", "Correct minimum and maximum")


def _check_partners(report: Reporter, interaction: Interaction) -> Iterator[LintFinding]:
    """Match groups and how often a choice may and must be used."""
    if not isinstance(interaction, _PAIRED):
        return
    known = set(_pickable(interaction))
    sources, targets = sides(interaction)
    for partner in dict.fromkeys((*sources, *targets)):
        named = report.at("identifier", partner.identifier)
        for unknown in sorted(set(partner.group) - known):
            yield named("match-group", f"may be matched with {unknown}, which is not there", "Correct its match-group")
        if not any(partners(partner, interaction)):
            yield named("choice-unreachable", "can be matched with nothing", "Correct the match-groups, or remove it")
        if partner.most and partner.least > partner.most:
            yield named("limits", "must be used more often than it may", "Correct match-min and match-max")


# -- keys -------------------------------------------------------------------------------------------------------------


def _check_keys(report: Reporter, interaction: Interaction, declaration: ResponseDeclaration) -> Iterator[LintFinding]:
    name = declaration.identifier
    correct = declaration.correct or ()
    if declaration.cardinality is Cardinality.SINGLE and len(correct) > 1:
        yield report("correct-response", f"has several correct values and {name} is single", "Keep one, or map them")
    mapped = tuple(each.key for each in declaration.mapping.entries) if declaration.mapping else ()
    for text in (*correct, *mapped):
        yield from _check_key(report, interaction, declaration, text)
    if len(set(mapped)) < len(mapped):
        yield report("map-keys", "maps the same key twice", "Keep one of them")
    elif len({each.casefold() for each in mapped}) < len(mapped):
        message = "maps keys that differ by case only: each is taken exactly as it is written"
        yield note(report("map-keys", message, "Write case-sensitive, or keep one of them"))


def _check_key(
    report: Reporter, interaction: Interaction, declaration: ResponseDeclaration, text: str
) -> Iterator[LintFinding]:
    base_type = declaration.base_type
    if base_type is None:
        return
    try:
        scalar = parse_scalar(text, base_type)
    except NotAValueError as error:
        yield report("key-value", f"has a key that {error}", "Correct it")
        return
    if not _reachable(interaction, scalar):
        yield report("key-choice", f"has a key, {text.strip()[:60]}, that no candidate can give", _REACHABLE)


_REACHABLE: Final = "Name in the key what the interaction offers, as it is written there"


def _reachable(interaction: Interaction, scalar: object) -> bool:
    match interaction:
        case ChoiceInteraction() | OrderInteraction() | InlineChoiceInteraction():
            return scalar in set(_pickable(interaction))
        case HottextInteraction() | HotspotInteraction():
            return scalar in set(_pickable(interaction))
        case MatchInteraction() | AssociateInteraction() | GapMatchInteraction() | GraphicGapMatchInteraction():
            return isinstance(scalar, tuple) and is_allowed(interaction, str(scalar[0]), str(scalar[1]))
        case _:
            return True


def _check_correct(report: Reporter, interaction: Interaction, correct: Sequence[str]) -> Iterator[LintFinding]:
    """Whether a candidate can give the correct response as a whole."""
    least, most, _ = _limits(interaction)
    if isinstance(interaction, MediaInteraction):
        return  # the response is a number of plays, not a number of values
    if (most and len(correct) > most) or len(correct) < least:
        message = "has a correct response with more or fewer values than the interaction lets through"
        yield report("correct-limits", message, "Correct minimum and maximum, or the correct response")
    if not isinstance(interaction, _PAIRED):
        return
    sources, targets = sides(interaction)
    first = Counter(each.split()[0] for each in correct if len(each.split()) == 2)
    second = Counter(each.split()[1] for each in correct if len(each.split()) == 2)
    used = [(sources, first), (targets, second)]
    if isinstance(interaction, AssociateInteraction):
        used = [(sources, first + second)]
    for partner, times in _uses(used):
        if (partner.most and times > partner.most) or times < partner.least:
            message = f"uses {partner.identifier} {times} times in the correct response, which it does not allow"
            yield report("correct-limits", message, "Correct match-min and match-max, or the correct response")


def _uses(used: Iterable[tuple[tuple[Partner, ...], Counter[str]]]) -> Iterator[tuple[Partner, int]]:
    for side, counts in used:
        yield from ((partner, counts[partner.identifier]) for partner in side)


def _check_mask(
    report: Reporter, interaction: TextEntryInteraction | ExtendedTextInteraction, declaration: ResponseDeclaration
) -> Iterator[LintFinding]:
    mask = interaction.pattern_mask
    if mask is None:
        return
    try:
        pattern = compile_pattern(mask)
    except PatternError as error:
        message = f"has a pattern mask that is no regular expression of XML Schema: {error}"
        yield report("pattern-mask", message[:300], "Correct pattern-mask")
        return
    for each in declaration.correct or ():
        if not pattern.matches(each.strip()):
            message = f"has a pattern mask that forbids the correct response {each.strip()[:60]}"
            yield report("pattern-mask", message, "Correct pattern-mask or the correct response")


# -- media ------------------------------------------------------------------------------------------------------------


def check_media(report: Reporter, media: Media, *, named: bool = False) -> Iterator[LintFinding]:
    """Whether a medium can be told and followed without hearing or seeing it.

    Args:
        report: where it stands.
        media: the medium.
        named: whether something beside it says what it is.
    """
    what = media.kind.value
    if not media.label and not named:
        message = f"has {what} without a name, and is called a recording where only words serve"
        yield note(report("media-label", message, "Say in aria-label what it is"))
    if not any(track.kind in {"captions", "subtitles"} for track in media.tracks):
        missing = "captions" if media.kind is MediaKind.VIDEO else "captions or a transcript beside it"
        yield note(report("media-captions", f"has {what} without {missing}", "Add a track in WebVTT"))
