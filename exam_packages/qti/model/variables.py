"""Variables of QTI 3.0: what a response or an outcome may hold, and how it is declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from exam_packages.ids import OutcomeId, ResponseId


class Cardinality(Enum):
    """How many values a variable holds."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    ORDERED = "ordered"
    RECORD = "record"


class BaseType(Enum):
    """What one value of a variable is."""

    BOOLEAN = "boolean"
    DIRECTED_PAIR = "directedPair"
    DURATION = "duration"
    FILE = "file"
    FLOAT = "float"
    IDENTIFIER = "identifier"
    INTEGER = "integer"
    PAIR = "pair"
    POINT = "point"
    STRING = "string"
    URI = "uri"


Lexical: TypeAlias = tuple[str, ...]
"""The values of a response variable as QTI writes them in XML (a pair is ``"A B"``); the empty tuple is NULL.

For ordered cardinality the order counts; for multiple it does not but is kept as given. A record is one text for each
field: its identifier, its base type and its value, parted by one space (``"x integer 42"``); the value may hold spaces.
This is what sessions, journals and bundles carry; ``exam_packages.qti.values`` turns it into typed values for processing.
"""

Responses: TypeAlias = Mapping[ResponseId, Lexical]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapEntry:
    """``qti-map-entry``: the points one response value is worth."""

    key: str
    value: float
    case_sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseMapping:
    """``qti-mapping``: response values to points, with bounds on the sum."""

    entries: tuple[MapEntry, ...]
    default_value: float = 0.0
    lower_bound: float | None = None
    upper_bound: float | None = None


class Shape(Enum):
    """The shape of an area. Coordinates are those of HTML's image maps, in the picture's own pixels."""

    RECT = "rect"
    CIRCLE = "circle"
    POLY = "poly"
    ELLIPSE = "ellipse"
    DEFAULT = "default"
    """The whole picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A shape with its coordinates: rect x1 y1 x2 y2, circle x y r, ellipse x y rx ry, poly x y x y …"""

    shape: Shape
    coords: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMapEntry:
    """``qti-area-map-entry``: the points that a point inside an area is worth."""

    area: Area
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMapping:
    """``qti-area-mapping``: areas to points, tried in order; each area counts once."""

    entries: tuple[AreaMapEntry, ...]
    default_value: float = 0.0
    lower_bound: float | None = None
    upper_bound: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseDeclaration:
    """``qti-response-declaration``."""

    identifier: ResponseId
    cardinality: Cardinality
    base_type: BaseType | None
    default: Lexical = ()
    correct: Lexical | None = None
    mapping: ResponseMapping | None = None
    area_mapping: AreaMapping | None = None
    unreadable: frozenset[str] = frozenset()
    """Parts (``qti-mapping``, …) that are there and could not be read; only lenient reading for scoring leaves them out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchTable:
    """``qti-match-table``: the first entry with exactly the source integer gives the target, as QTI writes values."""

    entries: tuple[tuple[int, str], ...]
    default_value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpolationEntry:
    """``qti-interpolation-table-entry``."""

    source_value: float
    target_value: str
    include_boundary: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpolationTable:
    """``qti-interpolation-table``: the first entry whose source value is not above the source gives the target."""

    entries: tuple[InterpolationEntry, ...]
    default_value: str | None = None


LookupTable: TypeAlias = MatchTable | InterpolationTable


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDeclaration:
    """``qti-outcome-declaration``."""

    identifier: OutcomeId
    cardinality: Cardinality
    base_type: BaseType | None
    default: Lexical = ()
    normal_maximum: float | None = None
    normal_minimum: float | None = None
    mastery_value: float | None = None
    external_scored: bool = False
    """True when a person gives this outcome its value (``external-scored="human"``)."""
    lookup_table: LookupTable | None = None
    unreadable: frozenset[str] = frozenset()
    """As of a response declaration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDeclaration:
    """``qti-template-declaration``: a variable that tells the clones of an item apart. Stays in the office."""

    identifier: str
    cardinality: Cardinality
    base_type: BaseType | None
    default: Lexical = ()
    unreadable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextDeclaration:
    """``qti-context-declaration``: a variable that says where the item is used; processing sees its default."""

    identifier: str
    cardinality: Cardinality
    base_type: BaseType | None
    default: Lexical = ()
    unreadable: frozenset[str] = frozenset()
