"""``qti-assessment-item`` and ``qti-assessment-stimulus`` → model."""

from __future__ import annotations

import posixpath

from exam_packages.qti.catalogs import read_catalogs, read_tools
from exam_packages.qti.content import read_nodes, read_rubric
from exam_packages.qti.declarations import read_outcome_declaration, read_response_declaration
from exam_packages.qti.model import AssessmentItem, Catalog, Stimulus
from exam_packages.qti.paths import resolve
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
    return AssessmentItem(
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
        rubrics=tuple(read_rubric(each) for each in body.children("qti-rubric-block")),
        path=xml.file,
        catalogs=_catalogs(xml, *body.children("qti-rubric-block")),
        tools=read_tools(xml),
    )


def _catalogs(*places: Xml) -> tuple[Catalog, ...]:
    return tuple(catalog for place in places for catalog in read_catalogs(place))


def read_item_for_scoring(xml: Xml) -> AssessmentItem:
    """Read only what scoring needs: declarations and processing. The body is left empty and never looked at.

    Scoring does not depend on whether an interaction can be shown.

    Raises:
        SourceRefused: a declaration or a rule is malformed, or the item is different each time.
    """
    for template in xml.children("qti-template-declaration", "qti-template-processing"):
        raise template.refused("template-processing", "makes a different item each time", "Write the variant wanted")
    processing = xml.child("qti-response-processing")
    return AssessmentItem(
        identifier=xml.optional("identifier") or "",
        title=xml.optional("title") or "",
        language=xml.language(),
        body=(),
        response_declarations=tuple(
            read_response_declaration(each) for each in xml.children("qti-response-declaration")
        ),
        outcome_declarations=tuple(read_outcome_declaration(each) for each in xml.children("qti-outcome-declaration")),
        response_processing=None if processing is None else read_processing(processing),
        path=xml.file,
    )


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
