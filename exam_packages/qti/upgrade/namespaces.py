"""Elements of a QTI 3.0 document that some tool wrote into no namespace, or formulas into QTI's, put where they belong.

Owns the repair. It is done only where nothing else can be meant: an element in no namespace below one of QTI 3.0, a root in none
whose name only QTI 3.0 has, and ``math``, which only MathML has.
"""

from __future__ import annotations

from typing import Final

from lxml import etree
from lxml.etree import _Element

from exam_packages.errors import LintFinding, Severity
from exam_packages.qti.reading import QTI3_NAMESPACE, Xml
from exam_packages.qti.upgrade.names import MATHML_NAMESPACE

_NOWHERE: Final = frozenset({"", QTI3_NAMESPACE})
_REMEDY: Final = "Nothing, if that is all right; better, write xmlns as the standard does"


def repair_namespaces(xml: Xml, notes: list[LintFinding]) -> bool:
    """Put elements into their namespaces, in place, and return whether there were any to put; each kind gets a note."""
    stray = _stray(xml.node)
    formulas = [each for each in stray if etree.QName(each).localname == "math"]
    others = [each for each in stray if etree.QName(each).localname != "math"]
    if others:
        message = "is in no namespace, as are others, and is taken to be QTI 3.0"
        notes.append(Xml(xml.file, others[0]).finding("namespace", message, _REMEDY, Severity.NOTE))
    if formulas:
        message = "is outside the namespace of MathML and is taken to be a formula"
        notes.append(Xml(xml.file, formulas[0]).finding("namespace", message, _REMEDY, Severity.NOTE))
    for node in formulas:
        _move(node, MATHML_NAMESPACE)
    for node in others:
        node.tag = f"{{{QTI3_NAMESPACE}}}{etree.QName(node).localname}"
    return bool(stray)


def _stray(root: _Element) -> list[_Element]:
    """Elements that stand in no namespace, or are formulas in QTI's; what is below a formula goes with it."""
    found: list[_Element] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        name = etree.QName(node)
        is_formula = name.localname == "math" and (name.namespace or "") in _NOWHERE
        if is_formula or not name.namespace:
            found.append(node)
        # What another vocabulary holds is its own affair.
        if not is_formula and (name.namespace or "") in _NOWHERE:
            waiting.extend(reversed(node))
    return found


def _move(formula: _Element, namespace: str) -> None:
    for node in formula.iter():
        name = etree.QName(node)
        if (name.namespace or "") in _NOWHERE:
            node.tag = f"{{{namespace}}}{name.localname}"
