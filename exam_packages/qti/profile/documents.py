"""The profile's rows for items, stimuli and tests: what of them is delivered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exam_packages.qti.profile.content import BLOCK_INTERACTIONS, BLOCKS, PHRASES
from exam_packages.qti.profile.rows import (
    CLASS,
    COUNT,
    DECLARED,
    FLAG,
    IDENTIFIER,
    LANGUAGE,
    ON_HTML,
    VIEWS,
    Kind,
    Row,
    allowed,
    part,
    secret,
)

_BODY: Final = BLOCKS | BLOCK_INTERACTIONS | {"qti-rubric-block"}

DOCUMENT_ROWS: Final[Mapping[str, Row]] = {
    "qti-assessment-item": part(
        frozenset(
            {
                "qti-response-declaration",
                "qti-outcome-declaration",
                "qti-assessment-stimulus-ref",
                "qti-item-body",
                "qti-response-processing",
            }
        ),
        identifier=IDENTIFIER,
        title=allowed(required=True),
        label=secret(),
        adaptive=allowed(Kind.TEXT, "false"),
        time_dependent=allowed(Kind.BOOLEAN, required=True),
        tool_name=secret(),
        tool_version=secret(),
        xml_lang=LANGUAGE,
    ),
    "qti-assessment-stimulus-ref": part(
        identifier=IDENTIFIER, href=allowed(Kind.REFERENCE, required=True), title=secret()
    ),
    "qti-item-body": Row(
        children=_BODY,
        attributes={name: ON_HTML[name] for name in ("id", "class", "xml:lang", "dir")},
        delivered=True,
    ),
    "qti-rubric-block": Row(
        children=frozenset({"qti-content-body"}),
        attributes={
            "view": allowed(Kind.WORDS, *VIEWS, required=True),
            "use": allowed(),
            **{name: ON_HTML[name] for name in ("id", "class", "xml:lang", "dir")},
        },
        delivered=True,
        bars_interactions=True,
    ),
    "qti-content-body": part(PHRASES | BLOCKS, text=True),
    "qti-assessment-stimulus": part(
        frozenset({"qti-stimulus-body"}),
        identifier=IDENTIFIER,
        title=allowed(required=True),
        label=secret(),
        tool_name=secret(),
        tool_version=secret(),
        xml_lang=LANGUAGE,
    ),
    "qti-stimulus-body": Row(
        children=BLOCKS,
        attributes={name: ON_HTML[name] for name in ("id", "class", "xml:lang", "dir")},
        delivered=True,
        bars_interactions=True,
    ),
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
    "qti-response-declaration": Row(
        children=frozenset({"qti-correct-response", "qti-mapping"}), attributes=DECLARED, delivered=True
    ),
}
