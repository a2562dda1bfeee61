"""``qti-assessment-item`` → what scoring needs of it: declarations and processing. The body is never looked at.

Owns two ways of reading. A scoring package was checked when it was built, so whatever is malformed is refused. Items of others,
which ``check-vectors`` reads, may be wrong in parts that no rule looks at: those parts are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from html.entities import name2codepoint
from typing import Final, Protocol, TypeVar

from lxml import etree
from lxml.etree import _Element

from exam_packages.errors import SourceRefused
from exam_packages.qti.best import as_scored
from exam_packages.qti.declarations import (
    read_context_declaration,
    read_outcome_declaration,
    read_response_declaration,
    read_template_declaration,
)
from exam_packages.qti.model import AssessmentItem, Processing
from exam_packages.qti.reading import QTI3_NAMESPACE, Xml, parse, parse_with_includes
from exam_packages.qti.rules import read_rules
from exam_packages.qti.upgrade import upgraded
from exam_packages.qti.upgrade.including import Fetch
from exam_packages.qti.upgrade.writing import with_lines

_Declared = TypeVar("_Declared")


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
    scoring. A document type is passed over, and named characters of HTML are read.

    Args:
        untrusted: the document.
        path: its path, for messages and for what it includes.
        fetch: reads files that its processing includes.

    Raises:
        SourceRefused: it is no well-formed XML, no item, or a rule is malformed.
    """
    root = parse_with_includes(_without_document_type(untrusted), path).node
    for child in list(root):
        name = etree.QName(child).localname.lower().replace("-", "")
        if name.endswith("itembody"):
            for part in list(child):
                child.remove(part)
            child.text = None
        elif not name.endswith(_NEEDED):
            child.tag = _PASSED_OVER
    return read_item_leniently(parse(_upgraded(root, path, fetch), path))


def _upgraded(root: _Element, path: str, fetch: Fetch | None) -> bytes:
    if etree.QName(root).localname == "qti-assessment-item" and etree.QName(root).namespace != QTI3_NAMESPACE:
        return with_lines(root)  # QTI 3.0 without its namespace: names are all that scoring looks at
    return upgraded(with_lines(root), path, fetch=fetch)


def _without_document_type(untrusted: bytes) -> bytes:
    # Line feeds stay. Entities that the document declares itself are gone with it: to use one is not well-formed.
    found = _DOCUMENT_TYPE.sub(lambda match: b"\n" * match[0].count(b"\n"), untrusted, count=1)
    return _NAMED_CHARACTER.sub(_character, found)


def _character(match: re.Match[bytes]) -> bytes:
    code = name2codepoint.get(match[1].decode("ascii"))
    return match[0] if code is None or match[1] in _XML_NAMES else b"&#%d;" % code


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
_NEEDED: Final = ("declaration", "processing")
"""How the names of the root's children end that scoring looks at, in every version."""
_PASSED_OVER: Final = f"{{{QTI3_NAMESPACE}}}passed-over"
_XML_NAMES: Final = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_NAMED_CHARACTER: Final = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,9});")
_DOCUMENT_TYPE: Final = re.compile(rb"<!DOCTYPE[^\[>]*(\[[^\]]*\])?\s*>")
