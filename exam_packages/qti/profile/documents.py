"""The profile's rows for items and stimuli: what of them is delivered. Tests have theirs in ``tests``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exam_packages.qti.profile.content import BLOCK_INTERACTIONS, BLOCKS, PHRASES
from exam_packages.qti.profile.rows import (
    DECLARED,
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
    "qti-response-declaration": Row(
        children=frozenset({"qti-correct-response", "qti-mapping"}), attributes=DECLARED, delivered=True
    ),
}
