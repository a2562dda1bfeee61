"""Files that others include: XInclude, sections, and processing that stands in a file of its own.

Owns following references inside the package, with limits, and what changes when content moves from one file to another. What
was included stands on the line of its mention, and its references are rewritten to the file it is now in.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from lxml.etree import _Element

from exam_packages.qti.paths import resolve
from exam_packages.qti.reading import MAX_ELEMENTS, XINCLUDE_NAMESPACE, Xml, line_of, parse_with_includes
from exam_packages.qti.upgrade.defaults import ELSEWHERE, REFERENCES
from exam_packages.qti.upgrade.trees import local, replace, stand_on, tag, take, unwrap

MAX_INCLUSIONS: Final = 1000  # in one document; a form of 300 items in files of sections has some 20
MAX_INCLUSION_DEPTH: Final = 8

Fetch = Callable[[str], bytes]
"""A file of the same package, by its path; SourceRefused where it is not there."""

_INCLUDE: Final = f"{{{XINCLUDE_NAMESPACE}}}include"
_SECTION_REF: Final = tag("qti-assessment-section-ref")
_PROCESSING: Final = tag("qti-response-processing")
_FRAGMENTS: Final = tuple(tag(f"qti-{kind}-processing-fragment") for kind in ("response", "outcome", "template"))
_STANDARD_TEMPLATE: Final = re.compile(r"https?://[a-z.]+/[A-Za-z0-9_/]+/rptemplates/[A-Za-z0-9_.]+")


@dataclass(slots=True)
class Inclusion:
    """The inclusions of one document.

    Attributes:
        fetch: reads another file of the package.
        upgrade: makes a tree of any version one of QTI 3.0.
        sections_apart: section files that stay files, as their package lists them.
        count: how many files were put in so far.
    """

    fetch: Fetch
    upgrade: Callable[[Xml], None]
    sections_apart: frozenset[str] = frozenset()
    count: int = 0
    _elements: int = field(default=0, init=False)

    def resolve(self, xml: Xml, above: tuple[str, ...] = ()) -> None:
        """Put everything in that an upgraded tree includes, in place.

        Raises:
            SourceRefused: a file is not there or not readable, includes itself, or there is too much of it.
        """
        for node in list(xml.node.iter(_INCLUDE)):
            if node.getparent() is not None:
                self._put(Xml(xml.file, node), xml.file, above)
        for node in list(xml.node.iter(_SECTION_REF)):
            if (
                node is not xml.node
                and resolve(Xml(xml.file, node), "href", _folder(xml.file)) not in self.sections_apart
            ):
                self._put(Xml(xml.file, node), xml.file, above)
        for node in list(xml.node.iter(_PROCESSING)):
            self._template(Xml(xml.file, node), xml.file, above)
        unwrap_fragments(xml.node)

    def _put(self, reference: Xml, file: str, above: tuple[str, ...]) -> None:
        if reference.node.get("parse", "xml") != "xml" or reference.node.get("xpointer") is not None:
            raise reference.refused("include", "includes part of a file, or text", "Put the content here")
        root = self._included(reference, "href", file, above)
        if local(root) in {"qti-response-processing", "qti-outcome-processing", "qti-template-processing"}:
            replace(reference.node, list(root))
        else:
            replace(reference.node, [root])

    def _template(self, processing: Xml, file: str, above: tuple[str, ...]) -> None:
        """A template that is a file of the package becomes the rules it stands for (``ResponseProcessing``)."""
        template = (processing.optional("template") or "").strip()
        location = (processing.optional("template-location") or "").strip()
        if _STANDARD_TEMPLATE.fullmatch(template):
            take(processing.node, "template-location")
            return
        if len(processing.node) or not (template or location):
            return
        name = "template-location" if location and not ELSEWHERE.match(location) else "template"
        if ELSEWHERE.match(processing.required(name)):
            return  # a template that nobody knows: scoring says so
        root = self._included(processing, name, file, above)
        for rule in list(root):
            processing.node.append(rule)
        for each in ("template", "template-location"):
            take(processing.node, each)

    def _included(self, reference: Xml, name: str, file: str, above: tuple[str, ...]) -> _Element:
        path = resolve(reference, name, _folder(file))
        self.count += 1
        if path in {file, *above}:
            raise reference.refused("include", f"includes {path}, which includes this file", "Break the circle")
        if self.count > MAX_INCLUSIONS or len(above) >= MAX_INCLUSION_DEPTH:
            raise reference.refused("include", "includes too many files", "Put the content here")
        xml = parse_with_includes(self.fetch(path), path)
        self.upgrade(xml)
        self.resolve(xml, (*above, file))
        self._elements += sum(1 for _ in xml.node.iter())
        if self._elements > MAX_ELEMENTS:
            raise reference.refused("include", f"includes more than {MAX_ELEMENTS} elements", "Split the document")
        _move(xml.node, _folder(path), _folder(file), reference.line)
        return xml.node


def unwrap_fragments(root: _Element) -> None:
    """Put the rules of fragments in their places; a fragment is a file's root and means nothing where it is put in."""
    for node in list(root.iter(*_FRAGMENTS)):
        if node is not root:
            unwrap(node)


def mentions_others(root: _Element) -> bool:
    """Whether a tree includes anything, or may."""
    if any(True for _ in root.iter(_INCLUDE, _SECTION_REF, *_FRAGMENTS)):
        return True
    return any(_names_template(node) for node in root.iter(_PROCESSING))


def _names_template(node: _Element) -> bool:
    template = (node.get("template") or "").strip()
    return node.get("template-location") is not None or (bool(template) and not ELSEWHERE.match(template))


def _folder(path: str) -> str:
    return posixpath.dirname(path)


def _move(root: _Element, source: str, target: str, line: int) -> None:
    """Give a tree the line of its mention, and references that hold in another folder."""
    for node in root.iter():
        if line_of(node) != line:
            stand_on(node, line)
        if source == target:
            continue
        for name in REFERENCES:
            value = (node.get(name) or "").strip()
            if value and not ELSEWHERE.match(value):
                node.set(name, _moved(value, source, target))


def _moved(reference: str, source: str, target: str) -> str:
    """A relative reference of a file in one folder, as a file in another has to write it."""
    path = posixpath.normpath(posixpath.join(source, reference))
    if path.startswith(".."):  # it leaves the package, and has to go on doing so to be refused
        return "../" * (target.count("/") + 1) + path
    return posixpath.relpath(f"/{path}", f"/{target}")
