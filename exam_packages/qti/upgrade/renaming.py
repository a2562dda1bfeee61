"""Every element and attribute of a QTI 2.x document gets its QTI 3.0 name.

Owns what happens to elements and attributes of other vocabularies: MathML stays, spoken-text markup is taken off its text,
extensions (APIP's accessibility part, vendors') are dropped with a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree
from lxml.etree import _Element

from exam_packages.qti.reading import QTI3_NAMESPACE, XINCLUDE_NAMESPACE
from exam_packages.qti.upgrade.names import (
    KEPT_FOREIGN_ATTRIBUTES,
    MATHML_NAMESPACE,
    MATHML_NAMESPACES,
    NAMESPACES,
    SSML_NAMESPACES,
    XSI_NAMESPACE,
    attribute_name,
    element_name,
)
from exam_packages.qti.upgrade.notes import Notes
from exam_packages.qti.upgrade.trees import remove, unwrap

_APIP_ROOT: Final = "apipAccessibility"


def rename(root: _Element, notes: Notes) -> None:
    """Rename a tree in place; its root becomes an element of QTI 3.0."""
    name = etree.QName(root)
    _rename_below(root, notes)
    _rename_own(root, name.localname, notes)


def _rename_below(node: _Element, notes: Notes) -> None:
    # The depth of a tree is limited by the reader, so recursion is safe.
    for child in list(node):
        name = etree.QName(child)
        namespace = name.namespace or ""
        if name.localname == _APIP_ROOT:
            notes.add(child, "accessibility-dropped", "holds APIP accessibility content, which is left out")
            remove(child)
        elif namespace in NAMESPACES:
            _rename_below(child, notes)
            _rename_own(child, name.localname, notes)
        elif namespace in MATHML_NAMESPACES:
            _rename_formula(child)
        elif namespace in SSML_NAMESPACES:
            notes.add(child, "markup-dropped", "marks text for speech; the text stays")
            _rename_below(child, notes)
            unwrap(child)
        elif namespace != XINCLUDE_NAMESPACE:
            notes.add(child, "extension-dropped", "is an extension of QTI and is left out")
            remove(child)


def _rename_formula(formula: _Element) -> None:
    for node in formula.iter():
        name = etree.QName(node)
        if name.namespace in MATHML_NAMESPACES:
            node.tag = f"{{{MATHML_NAMESPACE}}}{name.localname}"
        _drop_foreign_attributes(node)


def _rename_own(node: _Element, name: str, notes: Notes) -> None:
    attributes = list(_attributes(node, name, notes))
    node.attrib.clear()
    for key, value in attributes:
        node.set(key, value)
    node.tag = f"{{{QTI3_NAMESPACE}}}{element_name(name)}"


def _attributes(node: _Element, element: str, notes: Notes) -> Iterator[tuple[str, str]]:
    dropped: list[str] = []
    for key, value in node.attrib.items():
        name = etree.QName(str(key))
        if name.namespace:
            if str(key) in KEPT_FOREIGN_ATTRIBUTES:
                yield str(key), str(value)
            elif name.namespace != XSI_NAMESPACE:
                dropped.append(name.localname)
            continue
        renamed = attribute_name(element, name.localname)
        if renamed is None:
            dropped.append(name.localname)
        else:
            yield renamed, _value(renamed, str(value))
    if dropped:
        notes.add(node, "attribute-dropped", f"has attributes that QTI 3.0 does not have: {', '.join(sorted(dropped))}")


def _value(name: str, value: str) -> str:
    """An attribute's text, in the one spelling that readers of numbers and lists expect."""
    if name == "coords":
        return re.sub(r"\s*,\s*|\s+", ",", value.strip())
    return value


def _drop_foreign_attributes(node: _Element) -> None:
    for key in [str(each) for each in node.attrib]:
        if key.startswith("{") and key not in KEPT_FOREIGN_ATTRIBUTES:
            del node.attrib[key]
