"""Content of QTI 3.0: text, HTML, interactions, rubric blocks and catalogs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from exam_packages.ids import ChoiceId, ResponseId
from exam_packages.qti.model.variables import Area


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text; white space as in the source, to be collapsed as HTML does outside ``pre``."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An HTML element that the profile allows, without namespace. ``img`` always has ``alt``; its ``src`` is a package path."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Node, ...] = ()

    def attribute(self, name: str, default: str = "") -> str:
        """Return an attribute's value, or the default where it is absent."""
        return dict(self.attributes).get(name, default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A ``qti-simple-choice``, ``qti-inline-choice``, ``qti-simple-associable-choice``, ``qti-gap-text`` or ``qti-gap-img``."""

    identifier: ChoiceId
    content: tuple[Node, ...]
    fixed: bool = False
    match_max: int = 1
    """How often an associable choice may be used; 0 is without limit."""
    match_min: int = 0
    match_group: tuple[str, ...] = ()
    """The identifiers it may be matched with; empty is all."""
    label: str = ""
    """``object-label`` of a gap-img: how it is called where only words serve."""


class Orientation(Enum):
    """How choices run."""

    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


class LabelStyle(Enum):
    """``qti-labels-*``: what stands before each choice. ``LETTERS`` is the program's own."""

    LETTERS = ""
    NONE = "none"
    DECIMAL = "decimal"
    LOWER_ALPHA = "lower-alpha"
    UPPER_ALPHA = "upper-alpha"


class LabelSuffix(Enum):
    """``qti-labels-suffix-*``."""

    DEFAULT = ""
    NONE = "none"
    PERIOD = "period"
    PARENTHESIS = "parenthesis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What the class names of QTI's shared vocabulary on an interaction ask for."""

    labels: LabelStyle = LabelStyle.LETTERS
    suffix: LabelSuffix = LabelSuffix.DEFAULT
    stacking: int = 0
    """``qti-choices-stacking-N``: choices in N columns; 0 leaves it to orientation."""
    input_width: int = 0
    """``qti-input-width-N``: characters; 0 leaves it to the expected length."""
    height_lines: int = 0
    """``qti-height-lines-N``."""
    input_hidden: bool = False
    """``qti-input-control-hidden``: the mark (circle, box) of a choice is not shown, only the whole row's state."""
    selections: str = ""
    """``qti-selections-light`` or ``-dark``: how picked areas of a picture are drawn."""
    bordered: bool = False
    tabular: bool = False
    """``qti-match-tabular``: rows and columns of radio buttons or check boxes."""
    header_hidden: bool = False
    """``qti-header-hidden`` of a match table."""
    choices_position: str = ""
    """``qti-choices-top``, ``-bottom``, ``-left``, ``-right``: where the list of a gap match stands."""
    unselected_hidden: bool = False
    """``qti-unselected-hidden``: hottext and hotspots that are not picked look like their surroundings."""
    choices_width: int = 0
    """``data-choices-container-width``, pixels at 100 percent."""
    max_message: str = ""
    """``data-max-selections-message``: what to say instead of the program's own words."""
    min_message: str = ""
    """``data-min-selections-message``."""
    vertical_text: bool = False
    """``qti-writing-orientation-vertical-rl``; shown horizontally, and the linter says so."""
    pattern_message: str = ""
    """``data-patternmask-message``: what to say when a text does not fit the pattern mask."""
    empty_choice: str = ""
    """``data-prompt`` of an inline choice: what stands where nothing is picked yet."""
    first_column: str = ""
    """``data-first-column-header`` of a match table."""
    counter: str = ""
    """``qti-counter-up`` or ``-down`` of an extended text: whether what is written or what is left is counted."""


NO_STYLE: Final = Style()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceInteraction:
    """``qti-choice-interaction``: pick one or several. ``max_choices`` 0 is without limit."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    choices: tuple[Choice, ...]
    min_choices: int = 0
    max_choices: int = 1
    shuffle: bool = False
    orientation: Orientation = Orientation.VERTICAL
    style: Style = NO_STYLE


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderInteraction:
    """``qti-order-interaction``: put all choices (or, with max_choices, some) into order."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    choices: tuple[Choice, ...]
    min_choices: int = 0
    max_choices: int = 0
    shuffle: bool = False
    orientation: Orientation = Orientation.VERTICAL
    style: Style = NO_STYLE


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchInteraction:
    """``qti-match-interaction``: pair rows (first set) with columns (second set); responses are directed pairs "row column"."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    rows: tuple[Choice, ...]
    columns: tuple[Choice, ...]
    min_associations: int = 0
    max_associations: int = 1
    """0 is without limit."""
    shuffle: bool = False
    style: Style = NO_STYLE


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineChoiceInteraction:
    """``qti-inline-choice-interaction``: pick one phrase inside running text."""

    response: ResponseId
    choices: tuple[Choice, ...]
    required: bool = False
    shuffle: bool = False
    style: Style = NO_STYLE


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEntryInteraction:
    """``qti-text-entry-interaction``: a short text or a number inside running text."""

    response: ResponseId
    expected_length: int | None = None
    pattern_mask: str | None = None
    placeholder: str = ""
    style: Style = NO_STYLE


class TextFormat(Enum):
    """``format`` of an extended text: how white space and type are treated while writing."""

    PLAIN = "plain"
    PREFORMATTED = "preformatted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedTextInteraction:
    """``qti-extended-text-interaction``: an essay.

    A response of cardinality multiple or ordered (``min_strings``, ``max_strings``) is one field a value.
    """

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    expected_lines: int | None = None
    min_words: int | None = None
    """From ``data-min-words``; a wish shown to the candidate, never enforced by losing text."""
    max_words: int | None = None
    """From ``data-max-words``."""
    placeholder: str = ""
    expected_length: int | None = None
    min_strings: int = 0
    max_strings: int = 1
    """0 is without limit; always 1 where the response is single."""
    format: TextFormat = TextFormat.PLAIN
    pattern_mask: str | None = None
    style: Style = NO_STYLE


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociateInteraction:
    """``qti-associate-interaction``: pair choices with one another; responses are pairs "A B" without direction."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    choices: tuple[Choice, ...]
    min_associations: int = 0
    max_associations: int = 1
    """0 is without limit."""
    shuffle: bool = False
    style: Style = NO_STYLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """``qti-gap``: a place in running text that takes one choice of the gap match interaction around it."""

    identifier: ChoiceId
    match_group: tuple[str, ...] = ()
    required: bool = False
    input_width: int = 0
    """``qti-input-width-N``: characters; 0 is as wide as the widest choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapMatchInteraction:
    """``qti-gap-match-interaction``: fill the gaps of a text from a list; responses are directed pairs "choice gap"."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    choices: tuple[Choice, ...]
    content: tuple[Node, ...]
    """The text, with its ``Gap`` nodes."""
    min_associations: int = 0
    max_associations: int = 0
    """0 is without limit: the gaps are the limit."""
    shuffle: bool = False
    style: Style = NO_STYLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Hottext:
    """``qti-hottext``: a run of text that can be picked."""

    identifier: ChoiceId
    content: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HottextInteraction:
    """``qti-hottext-interaction``: pick runs of a text, which are the ``Hottext`` nodes in its content."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    content: tuple[Node, ...]
    min_choices: int = 0
    max_choices: int = 1
    style: Style = NO_STYLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotspot:
    """``qti-hotspot-choice`` or ``qti-associable-hotspot``: an area of a picture."""

    identifier: ChoiceId
    area: Area
    label: str = ""
    """``hotspot-label``, or ``aria-label``: what the area is called."""
    match_max: int = 1
    match_min: int = 0
    match_group: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HotspotInteraction:
    """``qti-hotspot-interaction``: pick areas of a picture. ``image`` is an ``img`` element."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    image: Element
    hotspots: tuple[Hotspot, ...]
    min_choices: int = 0
    max_choices: int = 1
    style: Style = NO_STYLE


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphicGapMatchInteraction:
    """``qti-graphic-gap-match-interaction``: put choices on areas of a picture; responses are directed pairs "choice area"."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    image: Element
    choices: tuple[Choice, ...]
    hotspots: tuple[Hotspot, ...]
    min_associations: int = 0
    max_associations: int = 0
    style: Style = NO_STYLE


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectPointInteraction:
    """``qti-select-point-interaction``: mark points "x y" on a picture, in whole pixels of the picture's own size."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    image: Element
    min_choices: int = 0
    max_choices: int = 0
    """0 is without limit."""
    style: Style = NO_STYLE


@dataclass(frozen=True, slots=True, kw_only=True)
class SliderInteraction:
    """``qti-slider-interaction``: pick a number on a scale."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    lower_bound: float
    upper_bound: float
    step: float = 1.0
    step_label: bool = False
    orientation: Orientation = Orientation.HORIZONTAL
    reverse: bool = False
    """True when the upper bound stands first."""
    style: Style = NO_STYLE


class MediaKind(Enum):
    """What a medium is."""

    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTrack:
    """``track``: captions or a transcript beside a medium (WebVTT)."""

    path: str
    kind: str = "captions"
    language: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """An ``audio`` or ``video`` of the package, with everything that is needed to do without hearing or seeing it."""

    kind: MediaKind
    path: str
    media_type: str = ""
    label: str = ""
    """What it is called: ``aria-label``, ``title`` or the text inside."""
    width: int | None = None
    height: int | None = None
    tracks: tuple[MediaTrack, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaInteraction:
    """``qti-media-interaction``: play a medium; the response is how often it was played."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    media: Media
    autostart: bool = False
    min_plays: int = 0
    max_plays: int = 0
    """0 is without limit."""
    loop: bool = False


BlockInteraction: TypeAlias = (
    ChoiceInteraction
    | OrderInteraction
    | MatchInteraction
    | ExtendedTextInteraction
    | AssociateInteraction
    | GapMatchInteraction
    | HottextInteraction
    | HotspotInteraction
    | GraphicGapMatchInteraction
    | SelectPointInteraction
    | SliderInteraction
    | MediaInteraction
)
InlineInteraction: TypeAlias = InlineChoiceInteraction | TextEntryInteraction
Interaction: TypeAlias = BlockInteraction | InlineInteraction
Node: TypeAlias = Text | Element | Gap | Hottext | Media | Interaction
"""Interactions stand in the content tree where they stand in the item body; gaps and hottext inside their interaction only."""


class View(Enum):
    """Who may read a rubric block."""

    CANDIDATE = "candidate"
    SCORER = "scorer"
    PROCTOR = "proctor"
    AUTHOR = "author"
    TEST_CONSTRUCTOR = "testConstructor"
    TUTOR = "tutor"


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricBlock:
    """``qti-rubric-block``: instructions or scoring guidance."""

    views: frozenset[View]
    use: str
    content: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogCard:
    """``qti-card`` and its entries: one kind of support for what the catalog stands for."""

    support: str
    """The PNP name: ``glossary-on-screen``, ``keyword-translation``, ``linguistic-guidance`` …"""
    language: str = ""
    content: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """``qti-catalog``: alternative content; elements point to it by their attribute ``data-catalog-idref``."""

    identifier: str
    cards: tuple[CatalogCard, ...]
