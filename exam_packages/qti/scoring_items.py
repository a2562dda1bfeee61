"""``qti-assessment-item`` → what scoring needs of it: declarations and processing. The body is never looked at.

Owns two ways of reading. A scoring package was checked when it was built, so whatever is malformed is refused. Items of others,
which ``check-vectors`` reads, may be wrong in parts that no rule looks at: those parts are left out.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Final, Protocol, TypeVar

from lxml import etree

from exam_packages.errors import SourceRefused
from exam_packages.qti.best import as_scored
from exam_packages.qti.declarations import (
    read_context_declaration,
    read_outcome_declaration,
    read_response_declaration,
    read_template_declaration,
)
from exam_packages.qti.mending import NEEDED, mend_constants, mend_names, mend_template, mended_text
from exam_packages.qti.model import (
    AssessmentItem,
    Cardinality,
    ContextDeclaration,
    OutcomeDeclaration,
    Processing,
    ResponseDeclaration,
    TemplateDeclaration,
)
from exam_packages.qti.reading import QTI3_NAMESPACE, Xml, parse, parse_with_includes
from exam_packages.qti.rules import read_rules, read_rules_leniently
from exam_packages.qti.upgrade import upgraded
from exam_packages.qti.upgrade.including import Fetch
from exam_packages.qti.upgrade.writing import with_lines
from signing.errors import Refused

_Declared = TypeVar("_Declared", ResponseDeclaration, OutcomeDeclaration, TemplateDeclaration, ContextDeclaration)


def read_item_for_scoring(xml: Xml) -> AssessmentItem:
    """Read only what scoring needs.

    Scoring does not depend on whether an interaction can be shown.

    Raises:
        SourceRefused: a declaration or a rule is malformed.
    """
    return as_scored(_item(xml, _all))


def read_item_leniently(xml: Xml) -> AssessmentItem:
    """Read what scoring needs as far as it can be read: a malformed part of a declaration is left out, at worst all of it.

    Raises:
        SourceRefused: this is no item, or a rule is malformed.
    """
    if xml.name != "qti-assessment-item":
        raise xml.refused("not-an-item", "is no assessment item", "Name the item")
    return _item(xml, _readable)


def read_any_item(untrusted: bytes, path: str, fetch: Fetch | None = None) -> AssessmentItem:
    """Read an item of any version for scoring, although it may not be fit to be delivered.

    The body is emptied before anything else, and so are parts of the root that no rule looks at: what is wrong there cannot stop
    scoring. How else it may depart from QTI without a difference to scoring, ``mending`` says.

    Args:
        untrusted: the document.
        path: its path, for messages and for what it includes.
        fetch: reads files that its processing includes.

    Raises:
        SourceRefused: it is no well-formed XML, no item, or a rule is malformed.
    """
    root = parse_with_includes(mended_text(untrusted), path).node
    for child in list(root):
        name = etree.QName(child).localname.lower().replace("-", "")
        if name.endswith("itembody"):
            for part in list(child):
                child.remove(part)
            child.text = None
        elif not name.endswith(NEEDED):
            child.tag = _PASSED_OVER
    mend_names(root)
    mend_template(root, lambda reference: _is_there(posixpath.join(posixpath.dirname(path), reference), fetch))
    xml = parse(upgraded(with_lines(root), path, fetch=fetch), path)
    mend_constants(xml.node)
    return read_item_leniently(xml)


def _is_there(path: str, fetch: Fetch | None) -> bool:
    try:
        return fetch is not None and bool(fetch(posixpath.normpath(path)))
    except Refused:
        return False


def _item(xml: Xml, each: _Reading) -> AssessmentItem:
    return AssessmentItem(
        identifier=xml.optional("identifier") or "",
        title=xml.optional("title") or "",
        language=xml.language(),
        body=(),
        response_declarations=tuple(each(xml.children("qti-response-declaration"), read_response_declaration)),
        outcome_declarations=tuple(each(xml.children("qti-outcome-declaration"), read_outcome_declaration)),
        template_declarations=tuple(each(xml.children("qti-template-declaration"), read_template_declaration)),
        context_declarations=tuple(each(xml.children("qti-context-declaration"), read_context_declaration)),
        template_processing=_processing(xml.child("qti-template-processing"), lenient=each is _readable),
        response_processing=_processing(xml.child("qti-response-processing"), lenient=each is _readable),
        path=xml.file,
    )


def _processing(xml: Xml | None, *, lenient: bool) -> Processing | None:
    if xml is None:
        return None
    return read_rules_leniently(xml) if lenient else read_rules(xml)


class _Reading(Protocol):
    def __call__(self, declarations: Iterable[Xml], read: Callable[[Xml], _Declared], /) -> Iterable[_Declared]: ...


def _all(declarations: Iterable[Xml], read: Callable[[Xml], _Declared], /) -> Iterator[_Declared]:
    return map(read, declarations)


def _readable(declarations: Iterable[Xml], read: Callable[[Xml], _Declared], /) -> Iterator[_Declared]:
    for declaration in declarations:
        try:
            yield read(declaration)
        except SourceRefused:
            yield from _bare(declaration, read)


def _bare(xml: Xml, read: Callable[[Xml], _Declared]) -> Iterator[_Declared]:
    """A declaration without those of its attributes and children that cannot be read; nothing if nobody can name it."""
    node = etree.Element(xml.node.tag, {key: str(xml.node.attrib[key]) for key in _ESSENTIAL if key in xml.node.attrib})
    typed = True
    try:
        found = read(Xml(xml.file, node))
    except SourceRefused:
        # Read as a record, which has no base type either; whatever needs the type is refused then.
        typed = False
        node.attrib.pop("base-type", "")
        node.set("cardinality", Cardinality.RECORD.value)
        try:
            found = read(Xml(xml.file, node))
        except SourceRefused:
            return
    unreadable: set[str] = set()
    for part in xml.node:
        node.append(deepcopy(part))
        try:
            found = read(Xml(xml.file, node))
        except SourceRefused:
            unreadable.add(etree.QName(part).localname)
            node.remove(node[-1])
    cardinality = found.cardinality if typed else Cardinality.SINGLE
    yield replace(found, cardinality=cardinality, unreadable=frozenset(unreadable))


_ESSENTIAL: Final = ("identifier", "cardinality", "base-type")
_PASSED_OVER: Final = f"{{{QTI3_NAMESPACE}}}passed-over"
