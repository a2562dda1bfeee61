"""The profile's rows for tests: what of parts, sections and item references is delivered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exam_packages.qti.profile.rows import CLASS, COUNT, FLAG, IDENTIFIER, LANGUAGE, Kind, Row, allowed, part, secret

TEST_ROWS: Final[Mapping[str, Row]] = {
    "qti-assessment-test": part(
        frozenset({"qti-outcome-declaration", "qti-test-part", "qti-outcome-processing"}),
        identifier=IDENTIFIER,
        title=allowed(required=True),
        tool_name=secret(),
        tool_version=secret(),
        xml_lang=LANGUAGE,
    ),
    "qti-test-part": Row(
        children=frozenset({"qti-item-session-control", "qti-assessment-section"}),
        attributes={
            "identifier": IDENTIFIER,
            "title": secret(),
            "class": CLASS,
            "navigation-mode": allowed(Kind.TEXT, "linear", "nonlinear", required=True),
            "submission-mode": allowed(Kind.TEXT, "individual", "simultaneous", required=True),
        },
        delivered=True,
    ),
    "qti-assessment-section": Row(
        children=frozenset(
            {"qti-item-session-control", "qti-time-limits", "qti-rubric-block", "qti-assessment-item-ref"}
        ),
        attributes={
            "identifier": IDENTIFIER,
            "title": allowed(required=True),
            "visible": allowed(Kind.BOOLEAN, required=True),
            "required": FLAG,
            "fixed": FLAG,
            "keep-together": FLAG,
            "class": CLASS,
            "data-break-after": COUNT,
        },
        delivered=True,
    ),
    "qti-time-limits": part(
        max_time=allowed(Kind.COUNT, required=True), allow_late_submission=allowed(Kind.TEXT, "false")
    ),
    # Only what the seat does anyway: everything else would be promised and not kept.
    "qti-item-session-control": Row(
        attributes={
            "max-attempts": secret(Kind.TEXT, "1"),
            "show-feedback": secret(Kind.TEXT, "false"),
            "show-solution": secret(Kind.TEXT, "false"),
            "allow-review": secret(Kind.TEXT, "true"),
            "allow-skipping": secret(Kind.TEXT, "true"),
            "allow-comment": secret(Kind.TEXT, "false"),
            "validate-responses": secret(Kind.TEXT, "false"),
        }
    ),
    "qti-assessment-item-ref": Row(
        children=frozenset({"qti-item-session-control", "qti-weight"}),
        attributes={
            "identifier": IDENTIFIER,
            "href": allowed(Kind.REFERENCE, required=True),
            "required": FLAG,
            "fixed": FLAG,
            "category": secret(Kind.WORDS),
        },
        delivered=True,
    ),
    "qti-weight": Row(
        attributes={"identifier": secret(Kind.IDENTIFIER, required=True), "value": secret(Kind.NUMBER, required=True)}
    ),
}
