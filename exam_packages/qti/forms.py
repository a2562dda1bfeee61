"""``qti-assessment-test`` → model, with the sections that lie in files of their own.

Owns every element and attribute of a test, its parts, sections and references. What they must say about each other stands in
``form_checks`` and ``form_routes``.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Final

from exam_packages.ids import FormId, ItemId, PartId, SectionId
from exam_packages.qti.content import read_rubric
from exam_packages.qti.declarations import read_outcome_declaration
from exam_packages.qti.model import (
    AssessmentTest,
    BranchRule,
    Expression,
    ItemRef,
    PartRole,
    RubricBlock,
    Section,
    Selection,
    SessionControl,
    TestPart,
    TimeLimits,
    Tool,
)
from exam_packages.qti.names import name_from
from exam_packages.qti.paths import resolve
from exam_packages.qti.reading import Xml
from exam_packages.qti.rules import read_condition, read_processing

MAX_SECTION_FILES: Final = 16
"""How many files may stand between a test and an item: a chain of references that is longer is a circle."""

DocumentReader = Callable[[str], Xml]
"""Package path of a section's document → its root, checked like any document. Raises SourceRefused."""


def read_test(xml: Xml, document: DocumentReader | None = None) -> AssessmentTest:
    """Read a test: one form.

    Args:
        xml: the test's root.
        document: where ``qti-assessment-section-ref`` finds its file; None refuses such references.

    Raises:
        SourceRefused: something in it is outside the profile or malformed.
    """
    processing = xml.child("qti-outcome-processing")
    reading = _Reading(document)
    parts = tuple(reading.part(each) for each in xml.children("qti-test-part"))
    if not parts:
        raise xml.refused("element-missing", "has no qti-test-part", "Add one")
    return AssessmentTest(
        identifier=FormId(name_from(xml.required("identifier"))),
        title=xml.optional("title") or "",
        language=xml.language(),
        parts=parts,
        time_limits=_time_limits(xml),
        tools=_tools(xml),
        outcome_declarations=tuple(read_outcome_declaration(each) for each in xml.children("qti-outcome-declaration")),
        outcome_processing=None if processing is None else read_processing(processing),
        rubrics=_rubrics(xml),
    )


def form_rubrics(test: AssessmentTest) -> tuple[RubricBlock, ...]:
    """Every rubric block of a test, of its parts and of its sections at any depth."""
    found = [*test.rubrics]
    for part in test.parts:
        found.extend(part.rubrics)
        for section in part.sections:
            found.extend(_section_rubrics(section))
    return tuple(found)


def _section_rubrics(section: Section) -> tuple[RubricBlock, ...]:
    below = (child for child in section.children if isinstance(child, Section))
    return (*section.rubrics, *(rubric for child in below for rubric in _section_rubrics(child)))


class _Reading:
    """One reading of one test; knows through which files it came."""

    def __init__(self, document: DocumentReader | None) -> None:
        self._document = document
        self._files: list[str] = []

    def part(self, xml: Xml) -> TestPart:
        return TestPart(
            identifier=PartId(xml.required("identifier")),
            role=_role(xml),
            linear=xml.optional("navigation-mode") == "linear",
            individual=xml.optional("submission-mode") == "individual",
            sections=tuple(
                self.section(each) for each in xml.children("qti-assessment-section", "qti-assessment-section-ref")
            ),
            time_limits=_time_limits(xml),
            control=_control(xml),
            pre_conditions=_pre_conditions(xml),
            branch_rules=_branch_rules(xml),
            tools=_tools(xml),
            rubrics=_rubrics(xml),
        )

    def section(self, xml: Xml) -> Section:
        if xml.name == "qti-assessment-section-ref":
            return self._referred(xml)
        return Section(
            identifier=SectionId(xml.required("identifier")),
            title=xml.optional("title") or "",
            visible=xml.flag("visible", default=True),
            required=xml.flag("required"),
            fixed=xml.flag("fixed"),
            keep_together=xml.flag("keep-together", default=True),
            time_limits=_time_limits(xml),
            break_after_s=xml.integer("data-break-after", 0),
            rubrics=_rubrics(xml),
            children=tuple(self._child(each) for each in xml.children(*_SECTION_PARTS)),
            selection=_selection(xml),
            shuffle=_shuffle(xml),
            control=_control(xml),
            pre_conditions=_pre_conditions(xml),
            branch_rules=_branch_rules(xml),
            tools=_tools(xml),
        )

    def _child(self, xml: Xml) -> ItemRef | Section:
        return _item_ref(xml) if xml.name == "qti-assessment-item-ref" else self.section(xml)

    def _referred(self, xml: Xml) -> Section:
        """The section in another file; "should behave exactly the same as a document that has all the same sections
        aggregated in one document" (AssessmentSectionRefDType). The section's own identifier counts.
        """
        path = resolve(xml, "href", posixpath.dirname(xml.file))
        if self._document is None:
            raise xml.refused("section-reference", f"refers to a section in {path}", "Put the section here")
        if path in self._files or len(self._files) >= MAX_SECTION_FILES:
            raise xml.refused("section-reference", f"refers in a circle to {path}", "Correct the href")
        self._files.append(path)
        try:
            return self.section(self._document(path))
        finally:
            self._files.pop()


_SECTION_PARTS: Final = ("qti-assessment-item-ref", "qti-assessment-section", "qti-assessment-section-ref")


def _item_ref(xml: Xml) -> ItemRef:
    return ItemRef(
        identifier=ItemId(xml.required("identifier")),
        path=resolve(xml, "href", posixpath.dirname(xml.file)),
        categories=tuple((xml.optional("category") or "").split()),
        weights=tuple(
            (each.required("identifier"), each.number("value") or 0.0) for each in xml.children("qti-weight")
        ),
        variable_mappings=tuple(
            (each.required("source-identifier"), each.required("target-identifier"))
            for each in xml.children("qti-variable-mapping")
        ),
        required=xml.flag("required"),
        fixed=xml.flag("fixed"),
        time_limits=_time_limits(xml),
        control=_control(xml),
        pre_conditions=_pre_conditions(xml),
        branch_rules=_branch_rules(xml),
        tools=_tools(xml),
    )


def _role(xml: Xml) -> PartRole:
    named = [role for role in PartRole if role.value in (xml.optional("class") or "").split()]
    if len(named) > 1:
        raise xml.refused("part-role", "names several roles in its class", "Keep one")
    return named[0] if named else PartRole.SCORED


# -- what all levels have ---------------------------------------------------------------------------------------------


def _time_limits(xml: Xml) -> TimeLimits | None:
    limits = xml.child("qti-time-limits")
    if limits is None:
        return None
    least, most = limits.number("min-time"), limits.number("max-time")
    if (least is not None and not 0 <= least < _ETERNITY_S) or (most is not None and not 0 < most < _ETERNITY_S):
        raise limits.refused("time", "gives a time that is none", "Write seconds")
    return TimeLimits(min_s=least or 0.0, max_s=most, allow_late=limits.flag("allow-late-submission"))


_ETERNITY_S: Final = 366 * 24 * 3600.0  # rejects infinity and NaN, too


def _control(xml: Xml) -> SessionControl:
    control = xml.child("qti-item-session-control")
    if control is None:
        return SessionControl()
    return SessionControl(
        max_attempts=control.optional_integer("max-attempts"),
        show_feedback=_optional_flag(control, "show-feedback"),
        allow_review=_optional_flag(control, "allow-review"),
        show_solution=_optional_flag(control, "show-solution"),
        allow_comment=_optional_flag(control, "allow-comment"),
        allow_skipping=_optional_flag(control, "allow-skipping"),
        validate_responses=_optional_flag(control, "validate-responses"),
    )


def _optional_flag(xml: Xml, name: str) -> bool | None:
    return None if xml.optional(name) is None else xml.flag(name)


def _selection(xml: Xml) -> Selection | None:
    selection = xml.child("qti-selection")
    if selection is None:
        return None
    if selection.flag("with-replacement"):
        raise selection.refused(
            "selection-replacement", "may give a candidate the same item twice", "Select without replacement"
        )
    selection.required("select")
    return Selection(select=selection.integer("select", 0))


def _shuffle(xml: Xml) -> bool:
    ordering = xml.child("qti-ordering")
    return ordering is not None and ordering.flag("shuffle")


def _pre_conditions(xml: Xml) -> tuple[Expression, ...]:
    return tuple(read_condition(each) for each in xml.children("qti-pre-condition"))


def _branch_rules(xml: Xml) -> tuple[BranchRule, ...]:
    return tuple(
        BranchRule(condition=read_condition(each), target=each.required("target"))
        for each in xml.children("qti-branch-rule")
    )


def _rubrics(xml: Xml) -> tuple[RubricBlock, ...]:
    return tuple(read_rubric(each) for each in xml.children("qti-rubric-block"))


def _tools(xml: Xml) -> frozenset[Tool]:
    words = (xml.optional("data-tools") or "").split()
    unknown = sorted(set(words) - set(Tool))
    if unknown:
        raise xml.refused("tool-unknown", f"asks for the tool {unknown[0][:60]}", f"Use one of {', '.join(Tool)}")
    return frozenset(Tool(word) for word in words)
