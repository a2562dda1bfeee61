"""``qti-assessment-test`` → model."""

from __future__ import annotations

import posixpath

from exam_packages.ids import FormId, ItemId, PartId, SectionId
from exam_packages.qti.content import read_rubric
from exam_packages.qti.declarations import read_outcome_declaration
from exam_packages.qti.model import AssessmentTest, ItemRef, PartRole, Section, TestPart, TimeLimits
from exam_packages.qti.paths import resolve
from exam_packages.qti.reading import Xml
from exam_packages.qti.rules import read_processing


def read_test(xml: Xml) -> AssessmentTest:
    """Read a test: one form.

    Raises:
        SourceRefused: something in it is outside the profile or malformed.
    """
    processing = xml.child("qti-outcome-processing")
    parts = tuple(_part(each) for each in xml.children("qti-test-part"))
    if not parts:
        raise xml.refused("element-missing", "has no qti-test-part", "Add one")
    return AssessmentTest(
        identifier=FormId(xml.required("identifier")),
        title=xml.optional("title") or "",
        language=xml.language(),
        parts=parts,
        outcome_declarations=tuple(read_outcome_declaration(each) for each in xml.children("qti-outcome-declaration")),
        outcome_processing=None if processing is None else read_processing(processing),
    )


def _part(xml: Xml) -> TestPart:
    return TestPart(
        identifier=PartId(xml.required("identifier")),
        role=_role(xml),
        linear=xml.optional("navigation-mode") == "linear",
        sections=tuple(_section(each) for each in xml.children("qti-assessment-section")),
    )


def _role(xml: Xml) -> PartRole:
    named = [role for role in PartRole if role.value in (xml.optional("class") or "").split()]
    if len(named) > 1:
        raise xml.refused("part-role", "names several roles in its class", "Keep one")
    return named[0] if named else PartRole.SCORED


def _section(xml: Xml) -> Section:
    limits = xml.child("qti-time-limits")
    return Section(
        identifier=SectionId(xml.required("identifier")),
        title=xml.optional("title") or "",
        visible=xml.flag("visible", default=True),
        time_limits=None if limits is None else TimeLimits(max_s=limits.integer("max-time", 1, minimum=1)),
        break_after_s=xml.integer("data-break-after", 0),
        rubrics=tuple(read_rubric(each) for each in xml.children("qti-rubric-block")),
        children=tuple(_item_ref(each) for each in xml.children("qti-assessment-item-ref")),
    )


def _item_ref(xml: Xml) -> ItemRef:
    return ItemRef(
        identifier=ItemId(xml.required("identifier")),
        path=resolve(xml, "href", posixpath.dirname(xml.file)),
        categories=tuple((xml.optional("category") or "").split()),
        weights=tuple(
            (each.required("identifier"), each.number("value") or 0.0) for each in xml.children("qti-weight")
        ),
        required=xml.flag("required"),
        fixed=xml.flag("fixed"),
    )
