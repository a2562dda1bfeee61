"""``qti-assessment-item`` and ``qti-assessment-stimulus`` → model."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from exam_packages.qti.best import as_scored
from exam_packages.qti.catalogs import read_catalogs, read_tools
from exam_packages.qti.content import read_nodes, read_rubric
from exam_packages.qti.declarations import read_outcome_declaration, read_response_declaration
from exam_packages.qti.model import AssessmentItem, Catalog, Stimulus
from exam_packages.qti.paths import resolve
from exam_packages.qti.profile.outside import DELIVERED_VIEWS, DROPPED
from exam_packages.qti.reading import Xml
from exam_packages.qti.rules import read_processing


def read_item(xml: Xml) -> AssessmentItem:
    """Read a whole item.

    Raises:
        SourceRefused: something in it is outside the profile or malformed.
    """
    body = xml.child("qti-item-body")
    if body is None:
        raise xml.refused("element-missing", "has no qti-item-body", "Add it")
    processing = xml.child("qti-response-processing")
    folder = posixpath.dirname(xml.file)
    rubrics = list(_rubrics(body))
    item = AssessmentItem(
        identifier=xml.required("identifier"),
        title=xml.optional("title") or "",
        language=xml.language(),
        body=read_nodes(body),
        response_declarations=tuple(
            read_response_declaration(each) for each in xml.children("qti-response-declaration")
        ),
        outcome_declarations=tuple(read_outcome_declaration(each) for each in xml.children("qti-outcome-declaration")),
        response_processing=None if processing is None else read_processing(processing),
        stimulus_paths=tuple(resolve(each, "href", folder) for each in xml.children("qti-assessment-stimulus-ref")),
        rubrics=tuple(read_rubric(each) for each in rubrics),
        path=xml.file,
        catalogs=_catalogs(xml, *(each for each in rubrics if _is_shown(each))),
        tools=read_tools(xml),
    )
    return as_scored(item)


def _catalogs(*places: Xml) -> tuple[Catalog, ...]:
    return tuple(catalog for place in places for catalog in read_catalogs(place))


def _rubrics(xml: Xml) -> Iterator[Xml]:
    """Rubric blocks at any depth; what is left out (feedback) has none."""
    for child in xml.children():
        if child.name == "qti-rubric-block":
            yield child
        elif child.name not in DROPPED:
            yield from _rubrics(child)


def _is_shown(rubric: Xml) -> bool:
    return not DELIVERED_VIEWS.isdisjoint((rubric.optional("view") or "").split())


def read_stimulus(xml: Xml) -> Stimulus:
    """Read a shared stimulus.

    Raises:
        SourceRefused: something in it is outside the profile or malformed.
    """
    body = xml.child("qti-stimulus-body")
    if body is None:
        raise xml.refused("element-missing", "has no qti-stimulus-body", "Add it")
    return Stimulus(
        identifier=xml.required("identifier"),
        title=xml.optional("title") or "",
        language=xml.language(),
        body=read_nodes(body),
        catalogs=_catalogs(xml),
    )
