"""Declarations of response, outcome, template and context variables → model."""

from __future__ import annotations

from exam_packages.ids import OutcomeId, ResponseId
from exam_packages.qti.areas import read_area
from exam_packages.qti.model import (
    AreaMapEntry,
    AreaMapping,
    BaseType,
    Cardinality,
    ContextDeclaration,
    InterpolationEntry,
    InterpolationTable,
    Lexical,
    LookupTable,
    MapEntry,
    MatchTable,
    OutcomeDeclaration,
    ResponseDeclaration,
    ResponseMapping,
    TemplateDeclaration,
)
from exam_packages.qti.reading import Xml


def read_response_declaration(xml: Xml) -> ResponseDeclaration:
    """Read a response declaration; lenient about what the profile forbids.

    Raises:
        SourceRefused: an attribute that scoring needs is missing or malformed.
    """
    mapping, areas = xml.child("qti-mapping"), xml.child("qti-area-mapping")
    correct = xml.child("qti-correct-response")
    return ResponseDeclaration(
        identifier=ResponseId(xml.required("identifier")),
        cardinality=xml.choice("cardinality", Cardinality),
        base_type=_base_type(xml),
        default=_values(xml.child("qti-default-value")),
        correct=None if correct is None else _values(correct),
        mapping=None if mapping is None else _mapping(mapping),
        area_mapping=None if areas is None else _area_mapping(areas),
    )


def read_outcome_declaration(xml: Xml) -> OutcomeDeclaration:
    """Read an outcome declaration; lenient about what the profile forbids.

    Raises:
        SourceRefused: an attribute that scoring needs is missing or malformed.
    """
    return OutcomeDeclaration(
        identifier=OutcomeId(xml.required("identifier")),
        cardinality=xml.choice("cardinality", Cardinality),
        base_type=_base_type(xml),
        default=_values(xml.child("qti-default-value")),
        normal_maximum=xml.number("normal-maximum"),
        normal_minimum=xml.number("normal-minimum"),
        mastery_value=xml.number("mastery-value"),
        external_scored=xml.optional("external-scored") is not None,
        lookup_table=_lookup_table(xml),
    )


def read_template_declaration(xml: Xml) -> TemplateDeclaration:
    """Read a template declaration.

    Raises:
        SourceRefused: an attribute that processing needs is missing or malformed.
    """
    return TemplateDeclaration(
        identifier=xml.required("identifier"),
        cardinality=xml.choice("cardinality", Cardinality),
        base_type=_base_type(xml),
        default=_values(xml.child("qti-default-value")),
    )


def read_context_declaration(xml: Xml) -> ContextDeclaration:
    """Read a context declaration.

    Raises:
        SourceRefused: an attribute that processing needs is missing or malformed.
    """
    return ContextDeclaration(
        identifier=xml.required("identifier"),
        cardinality=xml.choice("cardinality", Cardinality),
        base_type=_base_type(xml),
        default=_values(xml.child("qti-default-value")),
    )


def _base_type(xml: Xml) -> BaseType | None:
    if xml.optional("base-type") is None and xml.optional("cardinality") == Cardinality.RECORD.value:
        return None
    return xml.choice("base-type", BaseType)


def _values(xml: Xml | None) -> Lexical:
    return () if xml is None else tuple(_value(value) for value in xml.children("qti-value"))


def _value(xml: Xml) -> str:
    # "The base-type is defined by the 'base-type' attribute of the declaration except in the case of variables with record
    # cardinality" (ValueDType): there each value names its field and its type.
    field = xml.optional("field-identifier")
    return xml.text if field is None else f"{field.strip()} {(xml.optional('base-type') or '').strip()} {xml.text}"


def _mapping(xml: Xml) -> ResponseMapping:
    return ResponseMapping(
        entries=tuple(_map_entry(entry) for entry in xml.children("qti-map-entry")),
        default_value=xml.number("default-value") or 0.0,
        lower_bound=xml.number("lower-bound"),
        upper_bound=xml.number("upper-bound"),
    )


def _map_entry(xml: Xml) -> MapEntry:
    return MapEntry(
        key=xml.optional("map-key") or "",
        value=_needed_number(xml, "mapped-value"),
        case_sensitive=xml.flag("case-sensitive"),
    )


def _area_mapping(xml: Xml) -> AreaMapping:
    return AreaMapping(
        entries=tuple(
            AreaMapEntry(area=read_area(entry), value=_needed_number(entry, "mapped-value"))
            for entry in xml.children("qti-area-map-entry")
        ),
        default_value=xml.number("default-value") or 0.0,
        lower_bound=xml.number("lower-bound"),
        upper_bound=xml.number("upper-bound"),
    )


def _needed_number(xml: Xml, name: str) -> float:
    xml.required(name)
    return xml.number(name) or 0.0


def _lookup_table(xml: Xml) -> LookupTable | None:
    table = xml.child("qti-match-table")
    if table is not None:
        return MatchTable(
            entries=tuple(
                (entry.integer("source-value", 0, minimum=-(2**31)), entry.optional("target-value") or "")
                for entry in table.children("qti-match-table-entry")
            ),
            default_value=table.optional("default-value"),
        )
    table = xml.child("qti-interpolation-table")
    if table is None:
        return None
    entries = tuple(_interpolation_entry(each) for each in table.children("qti-interpolation-table-entry"))
    return InterpolationTable(entries=entries, default_value=table.optional("default-value"))


def _interpolation_entry(xml: Xml) -> InterpolationEntry:
    return InterpolationEntry(
        source_value=_needed_number(xml, "source-value"),
        target_value=xml.optional("target-value") or "",
        include_boundary=xml.flag("include-boundary", default=True),
    )
