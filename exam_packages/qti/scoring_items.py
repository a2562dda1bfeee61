"""``qti-assessment-item`` → what scoring needs of it: declarations and processing. The body is never looked at.

Owns two ways of reading. A scoring package was checked when it was built, so whatever is malformed is refused. Items of others,
which ``check-vectors`` reads, may be wrong in parts that no rule looks at: those parts are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from typing import Final, Protocol, TypeVar

from lxml import etree

from exam_packages.errors import SourceRefused
from exam_packages.qti.declarations import (
    read_context_declaration,
    read_outcome_declaration,
    read_response_declaration,
    read_template_declaration,
)
from exam_packages.qti.model import AssessmentItem, Processing
from exam_packages.qti.reading import Xml
from exam_packages.qti.rules import read_rules

_Declared = TypeVar("_Declared")


def read_item_for_scoring(xml: Xml) -> AssessmentItem:
    """Read only what scoring needs.

    Scoring does not depend on whether an interaction can be shown.

    Raises:
        SourceRefused: a declaration or a rule is malformed.
    """
    return _item(xml, _all)


def read_item_leniently(xml: Xml) -> AssessmentItem:
    """Read what scoring needs as far as it can be read: a malformed part of a declaration is left out, at worst all of it.

    Raises:
        SourceRefused: this is no item, or a rule is malformed.
    """
    if xml.name != "qti-assessment-item":
        raise xml.refused("not-an-item", "is no assessment item", "Name the item")
    return _item(xml, _readable)


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
        template_processing=_processing(xml.child("qti-template-processing")),
        response_processing=_processing(xml.child("qti-response-processing")),
        path=xml.file,
    )


def _processing(xml: Xml | None) -> Processing | None:
    return None if xml is None else read_rules(xml)


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
    """A declaration without those of its attributes and children that cannot be read; nothing if it cannot do without."""
    found: _Declared | None = None
    node = etree.Element(xml.node.tag, {key: str(xml.node.attrib[key]) for key in _ESSENTIAL if key in xml.node.attrib})
    for part in (None, *xml.node):
        if part is not None:
            node.append(deepcopy(part))
        try:
            found = read(Xml(xml.file, node))
        except SourceRefused:
            if part is None:
                return
            node.remove(node[-1])
    if found is not None:
        yield found


_ESSENTIAL: Final = ("identifier", "cardinality", "base-type")
