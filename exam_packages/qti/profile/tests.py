"""The profile's rows for tests: what of parts, sections and item references is delivered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exam_packages.qti.model import Tool
from exam_packages.qti.operators import OPERATIONS
from exam_packages.qti.profile.rows import (
    CLASS,
    COUNT,
    FLAG,
    IDENTIFIER,
    LANGUAGE,
    OF_DOCUMENT,
    Kind,
    Row,
    allowed,
    part,
    secret,
)

_TOOLS: Final = allowed(Kind.WORDS, *(tool.value for tool in Tool))
_NUMBER: Final = allowed(Kind.NUMBER)
_EXPRESSIONS: Final = frozenset(f"qti-{name}" for name in OPERATIONS)
_ROUTE: Final = frozenset({"qti-pre-condition", "qti-branch-rule", "qti-item-session-control", "qti-time-limits"})
_SECTIONS: Final = frozenset({"qti-assessment-section", "qti-assessment-section-ref"})

TEST_ROWS: Final[Mapping[str, Row]] = {
    "qti-assessment-test": Row(
        children=frozenset(
            {
                "qti-outcome-declaration",
                "qti-time-limits",
                "qti-rubric-block",
                "qti-test-part",
                "qti-outcome-processing",
            }
        ),
        attributes={
            "identifier": OF_DOCUMENT,
            "title": allowed(required=True),
            "class": CLASS,
            "tool-name": secret(),
            "tool-version": secret(),
            "xml:lang": LANGUAGE,
            "data-tools": _TOOLS,
        },
        delivered=True,
    ),
    "qti-test-part": Row(
        children=_ROUTE | _SECTIONS | {"qti-rubric-block"},
        attributes={
            "identifier": IDENTIFIER,
            "title": secret(),
            "class": CLASS,
            "navigation-mode": allowed(Kind.TEXT, "linear", "nonlinear", required=True),
            "submission-mode": allowed(Kind.TEXT, "individual", "simultaneous", assumed="simultaneous"),
            "data-tools": _TOOLS,
        },
        delivered=True,
    ),
    "qti-assessment-section": Row(
        children=_ROUTE | _SECTIONS | {"qti-selection", "qti-ordering", "qti-rubric-block", "qti-assessment-item-ref"},
        attributes={
            "identifier": IDENTIFIER,
            "title": allowed(required=True),
            "visible": allowed(Kind.BOOLEAN, required=True),
            "required": FLAG,
            "fixed": FLAG,
            "keep-together": FLAG,
            "class": CLASS,
            "xml:lang": LANGUAGE,
            "data-break-after": COUNT,
            "data-tools": _TOOLS,
        },
        delivered=True,
    ),
    "qti-assessment-section-ref": Row(
        attributes={"identifier": IDENTIFIER, "href": allowed(Kind.REFERENCE, required=True), "class": CLASS},
        delivered=True,
    ),
    "qti-selection": part(select=allowed(Kind.COUNT, required=True), with_replacement=FLAG),
    "qti-ordering": part(shuffle=FLAG),
    "qti-time-limits": part(min_time=_NUMBER, max_time=_NUMBER, allow_late_submission=FLAG),
    "qti-item-session-control": part(
        max_attempts=COUNT,
        show_feedback=FLAG,
        show_solution=FLAG,
        allow_review=FLAG,
        allow_skipping=FLAG,
        allow_comment=FLAG,
        validate_responses=FLAG,
    ),
    "qti-pre-condition": part(_EXPRESSIONS),
    "qti-branch-rule": part(_EXPRESSIONS, target=allowed(Kind.IDENTIFIER, required=True)),
    "qti-assessment-item-ref": Row(
        children=_ROUTE | {"qti-weight", "qti-variable-mapping"},
        attributes={
            "identifier": IDENTIFIER,
            "href": allowed(Kind.REFERENCE, required=True),
            "required": FLAG,
            "fixed": FLAG,
            "class": CLASS,
            "category": secret(Kind.WORDS),
            "data-tools": _TOOLS,
        },
        delivered=True,
    ),
    "qti-weight": Row(
        attributes={"identifier": secret(Kind.IDENTIFIER, required=True), "value": secret(Kind.NUMBER, required=True)}
    ),
    "qti-variable-mapping": Row(
        attributes={
            "source-identifier": secret(Kind.IDENTIFIER, required=True),
            "target-identifier": secret(Kind.IDENTIFIER, required=True),
        }
    ),
}
