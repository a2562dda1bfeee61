"""The profile's rows for items and stimuli: what of them is delivered. Tests have theirs in ``tests``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exam_packages.qti.profile.content import BLOCK_INTERACTIONS, BLOCKS, INLINE_INTERACTIONS, PHRASES
from exam_packages.qti.profile.rows import (
    DECLARED,
    IDENTIFIER,
    LANGUAGE,
    OF_DOCUMENT,
    ON_HTML,
    VIEWS,
    Kind,
    Row,
    allowed,
    kept,
    part,
    secret,
)

_ON_BODY: Final = {name: ON_HTML[name] for name in ("id", "class", "xml:lang", "lang", "dir", "data-catalog-idref")}
_BODY: Final = BLOCKS | BLOCK_INTERACTIONS | PHRASES | INLINE_INTERACTIONS | {"qti-rubric-block"}

DOCUMENT_ROWS: Final[Mapping[str, Row]] = {
    "qti-assessment-item": part(
        frozenset(
            {
                "qti-response-declaration",
                "qti-outcome-declaration",
                "qti-assessment-stimulus-ref",
                "qti-companion-materials-info",
                "qti-item-body",
                "qti-catalog-info",
                "qti-response-processing",
            }
        ),
        identifier=OF_DOCUMENT,
        title=allowed(),
        label=secret(),
        adaptive=allowed(Kind.TEXT, "false"),
        time_dependent=allowed(Kind.BOOLEAN),
        tool_name=secret(),
        tool_version=secret(),
        xml_lang=LANGUAGE,
    ),
    "qti-assessment-stimulus-ref": part(
        identifier=IDENTIFIER, href=allowed(Kind.REFERENCE, required=True), title=secret()
    ),
    "qti-item-body": Row(
        children=_BODY,
        attributes=_ON_BODY,
        delivered=True,
    ),
    "qti-rubric-block": Row(
        children=frozenset({"qti-content-body", "qti-catalog-info"}),
        attributes={
            "view": allowed(Kind.WORDS, *VIEWS, required=True),
            "use": allowed(),
            **_ON_BODY,
        },
        delivered=True,
        bars_interactions=True,
    ),
    "qti-content-body": part(PHRASES | BLOCKS, text=True),
    "qti-assessment-stimulus": part(
        frozenset({"qti-stimulus-body", "qti-catalog-info"}),
        identifier=OF_DOCUMENT,
        title=allowed(),
        label=secret(),
        tool_name=secret(),
        tool_version=secret(),
        xml_lang=LANGUAGE,
    ),
    "qti-stimulus-body": Row(
        children=BLOCKS | PHRASES,
        attributes=_ON_BODY,
        delivered=True,
        bars_interactions=True,
    ),
    "qti-response-declaration": Row(
        children=frozenset({"qti-correct-response", "qti-mapping", "qti-area-mapping"}),
        attributes=DECLARED,
        delivered=True,
    ),
    # -- supports and tools -------------------------------------------------------------------------------------------
    "qti-catalog-info": part(frozenset({"qti-catalog"})),
    "qti-catalog": part(frozenset({"qti-card"}), id=allowed(required=True)),
    "qti-card": part(
        frozenset({"qti-card-entry", "qti-html-content"}), support=allowed(required=True), xml_lang=LANGUAGE
    ),
    "qti-card-entry": part(frozenset({"qti-html-content"}), xml_lang=LANGUAGE),
    "qti-html-content": Row(
        children=PHRASES | BLOCKS,
        attributes={"xml:lang": LANGUAGE},
        text=True,
        delivered=True,
        bars_interactions=True,
    ),
    "qti-companion-materials-info": part(frozenset({"qti-calculator"})),
    "qti-calculator": part(frozenset({"qti-calculator-type", "qti-description", "qti-calculator-info"})),
    "qti-calculator-type": part(text=True),
    "qti-description": part(text=True),
    "qti-calculator-info": kept(),
}
