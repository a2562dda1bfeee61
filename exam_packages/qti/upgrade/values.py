"""Values in declarations and processing: one spelling, and whether keys of a mapping respect case, said in so many words."""

from __future__ import annotations

import re
from typing import Final

from lxml.etree import _Element

from exam_packages.qti.upgrade.names import Version
from exam_packages.qti.upgrade.notes import Notes
from exam_packages.qti.upgrade.trees import local, tag

_VALUED: Final = (tag("qti-value"), tag("qti-base-value"))
_DECLARATIONS: Final = frozenset({"qti-response-declaration", "qti-outcome-declaration", "qti-template-declaration"})
_USES: Final = frozenset({"instructions", "scoring", "navigation"})
"""What rubric blocks are for in QTI 3.0 (``RubricBlock.use``); others are written as extensions of the list."""
_TEMPLATE_VERSION: Final = re.compile(
    r"https?://www\.imsglobal\.org/question/qti_?v2p\d/rptemplates/(?P<name>[A-Za-z0-9_]+?)(\.xml)?/?", re.ASCII
)
TEMPLATES: Final = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"


def upgrade_values(root: _Element, version: Version, notes: Notes) -> None:
    """Spell values, mappings and template names of a renamed tree as QTI 3.0 does, in place."""
    for node in root.iter(*_VALUED):
        if not len(node) and _base_type(node) not in {"", "string"}:
            node.text = _spaced(node.text or "")
    for mapping in root.iter(tag("qti-mapping")):
        _mapping(mapping, version, notes)
    for node in root.iter(tag("qti-match-table-entry")):
        if node.get("source-value") is not None:
            node.set("source-value", str(node.get("source-value")).strip())
    for node in root.iter(tag("qti-response-processing"), tag("qti-template-processing")):
        _template(node)
    for node in root.iter(tag("qti-rubric-block")):
        use = (node.get("use") or "").strip()
        if use and use not in _USES and not use.startswith("ext:"):
            node.set("use", f"ext:{use}")


def _base_type(node: _Element) -> str:
    """The base type of a value: its own, or that of the declaration around it."""
    own = node.get("base-type")
    if own is not None:
        return own.strip()
    for ancestor in node.iterancestors():
        if local(ancestor) in _DECLARATIONS:
            return (ancestor.get("base-type") or "").strip()
    return ""


def _spaced(text: str) -> str:
    """Parts of a pair or a point with one space between them, none around them."""
    return " ".join(text.split())


def _mapping(mapping: _Element, version: Version, notes: Notes) -> None:
    base_type = _base_type(mapping)
    entries = [node for node in mapping.iter(tag("qti-map-entry")) if node.get("map-key") is not None]
    if base_type not in {"", "string"}:
        for node in entries:
            node.set("map-key", _spaced(str(node.get("map-key"))))
    open_entries = [node for node in entries if (node.get("case-sensitive") or "").strip() == ""]
    if not open_entries:
        return
    respects_case = _respects_case(base_type, entries, version)
    if base_type in {"", "string"}:
        _note_case(mapping, version, notes, respects_case=respects_case)
    for node in open_entries:
        node.set("case-sensitive", "true" if respects_case else "false")


def _respects_case(base_type: str, entries: list[_Element], version: Version) -> bool:
    """What an absent ``caseSensitive`` means.

    The schema of QTI 2.2 (``MapEntry``) gives the default false, that of 2.1 none, where engines take true. False where two keys
    differ by case only would make the second unreachable, so there it is true. Only strings have case to ignore.
    """
    return base_type not in {"", "string"} or version is not Version.V2_2 or _differ_by_case(entries)


def _differ_by_case(entries: list[_Element]) -> bool:
    keys = {str(node.get("map-key")) for node in entries}
    return len({key.casefold() for key in keys}) < len(keys)


def _note_case(mapping: _Element, version: Version, notes: Notes, *, respects_case: bool) -> None:
    if version is Version.V2_2 and respects_case:
        notes.add(
            mapping,
            "mapping-case",
            "has keys that differ by case only and does not say that case matters; it is taken to matter",
            "Write caseSensitive on every entry",
        )
    elif version is not Version.V2_2:
        notes.add(
            mapping,
            "mapping-case",
            f"does not say whether case matters; as in QTI {version.value}, it is taken to matter",
            "Write caseSensitive on every entry",
        )


def _template(node: _Element) -> None:
    name = (node.get("template") or "").strip()
    known = _TEMPLATE_VERSION.fullmatch(name)
    if known is not None:
        node.set("template", f"{TEMPLATES}{known['name']}.xml")
    elif not name and node.get("template") is not None:
        del node.attrib["template"]
