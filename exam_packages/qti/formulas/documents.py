"""Documents with MathML → the same documents with pictures: the source that an exam is built from.

Owns where the pictures lie and how documents and manifest name them. Lines stay where they are, so that findings about the
rest of a document still name the author's lines.
"""

from __future__ import annotations

import hashlib
import math
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from lxml import etree

from exam_packages.errors import LintFinding, Severity, SourceRefused
from exam_packages.qti.formulas.drawing import MATHML_NAMESPACE, Formula, drawn
from exam_packages.qti.manifest import MANIFEST_PATH
from exam_packages.qti.paths import resolve
from exam_packages.qti.reading import XML_NAMESPACE, Xml, parse
from exam_packages.qti.sources import ContentSource

FOLDER: Final = "kiosk-formulas"
"""Where the pictures lie in the package. Named by their content, so that one formula is one file."""

FORMULA_CLASS: Final = "kiosk-math"
"""What the window knows a formula by: it takes the colour of the text, stands on its line and grows with it."""

DOCUMENT_ENDINGS: Final = (".xml", ".qti")

_OF_LINES: Final = frozenset({"p", "div", "td", "th", "li", "dd", "qti-prompt"})
"""Elements with lines of text that a formula may part."""
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "em", "i", "img", "math", "span", "strong", "sub", "sup", "var"}
    | {"qti-gap", "qti-hottext", "qti-inline-choice-interaction", "qti-text-entry-interaction"}
)
"""What stands in a line with a formula."""
_PUNCTUATION: Final = frozenset({".", ",", ";", ":", "?", "!"})
"""What stays on the line of a formula when nothing else follows it."""

_MATH: Final = re.compile(r"<(?:[\w.-]+:)?math(?=[\s/>])(?:[^>]*/>|.*?</(?:[\w.-]+:)?math\s*>)", re.DOTALL)


def with_drawn_formulas(untrusted: bytes, path: str) -> tuple[bytes, Mapping[str, bytes], tuple[LintFinding, ...]]:
    """Return a document with every ``math`` replaced by an ``img``, the pictures by package path, and notes.

    Raises:
        SourceRefused: with a finding for every formula that cannot be drawn, or the document cannot be read.
    """
    root = parse(untrusted, path)
    formulas = [Xml(path, node) for node in root.node.iter(f"{{{MATHML_NAMESPACE}}}math")]
    if not formulas:
        return untrusted, {}, ()
    pictures, notes, images = _draw_all(formulas, path)
    return _replaced(untrusted, root, formulas, images), pictures, notes


def _draw_all(
    formulas: list[Xml], path: str
) -> tuple[Mapping[str, bytes], tuple[LintFinding, ...], list[tuple[str, Formula]]]:
    findings: list[LintFinding] = []
    notes: list[LintFinding] = []
    pictures: dict[str, bytes] = {}
    images: list[tuple[str, Formula]] = []
    for formula in formulas:
        try:
            made = drawn(formula)
        except SourceRefused as refusal:
            findings.extend(refusal.findings)
            continue
        name = f"{FOLDER}/{hashlib.sha256(made.svg).hexdigest()[:24]}.svg"
        pictures[name] = made.svg
        images.append((posixpath.relpath(name, posixpath.dirname(path) or "."), made))
        if made.own_words and not _language(formula).startswith("en"):
            notes.append(
                formula.finding(
                    "formula-words",
                    f"is read aloud in English: {made.words}",
                    "Write other words in alttext",
                    Severity.NOTE,
                )
            )
    if findings:
        raise SourceRefused(findings)
    return pictures, tuple(notes), images


def _language(formula: Xml) -> str:
    """The language of the innermost element around a formula that says one; English where none does."""
    around = (formula.node, *formula.node.iterancestors())
    return next((tag for node in around if (tag := node.get(f"{{{XML_NAMESPACE}}}lang"))), "en").lower()


def _replaced(untrusted: bytes, root: Xml, formulas: list[Xml], images: list[tuple[str, Formula]]) -> bytes:
    """Put the images where the formulas stood, and keep every line break.

    The text is changed and not the tree, because a tree written again has other lines. Where the text shows another number
    of formulas than the tree (one stands in a comment), the tree is taken after all.
    """
    encoding = root.node.getroottree().docinfo.encoding or "UTF-8"
    text = untrusted.decode(encoding)
    found = list(_MATH.finditer(text))
    if len(found) != len(formulas):
        return _replaced_in_tree(root, formulas, images)
    pieces: list[str] = []
    at = 0
    for match, formula, (href, made) in zip(found, formulas, images, strict=True):
        parent = formula.node.getparent()
        prefix = f"{parent.prefix}:" if parent is not None and parent.prefix else ""
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in _attributes(href, made))
        before, after = (f"<{prefix}br/>" if each else "" for each in _breaks(formula))
        image = f"{before}<{prefix}img{attributes}/>{after}"
        pieces += [text[at : match.start()], image, "\n" * match.group().count("\n")]
        at = match.end()
    return "".join([*pieces, text[at:]]).encode(encoding, "xmlcharrefreplace")


def _replaced_in_tree(root: Xml, formulas: list[Xml], images: list[tuple[str, Formula]]) -> bytes:
    breaks = {formula.node: _breaks(formula) for formula in formulas}
    for formula, (href, made) in zip(formulas, images, strict=True):
        parent = formula.node.getparent()
        if parent is None:
            raise formula.refused("formula", "is a document of its own", "Put it into an item")
        namespace = etree.QName(parent).namespace
        image = etree.Element(f"{{{namespace}}}img", dict(_attributes(href, made)))
        before, after = breaks[formula.node]
        last, tail = image, formula.node.tail
        formula.node.tail = None
        parent.replace(formula.node, image)
        if before:
            image.addprevious(etree.Element(f"{{{namespace}}}br"))
        if after:
            last = etree.Element(f"{{{namespace}}}br")
            image.addnext(last)
        last.tail = tail
    return etree.tostring(root.node, encoding="UTF-8", xml_declaration=True)


def _attributes(href: str, made: Formula) -> Iterator[tuple[str, str]]:
    yield "src", quote(href)
    yield "alt", made.words
    yield "class", FORMULA_CLASS
    yield "width", str(math.ceil(made.width))
    yield "height", str(math.ceil(made.height))
    yield "data-baseline", f"{made.baseline:.2f}"


def _breaks(formula: Xml) -> tuple[bool, bool]:
    """Whether the line ends before a formula and after it: one with ``display="block"`` stands on a line of its own."""
    node, parent = formula.node, formula.node.getparent()
    if not _is_display(node) or parent is None or etree.QName(parent).localname not in _OF_LINES:
        return False, False
    before, after = node.getprevious(), node.getnext()
    led_by = (parent.text if before is None else before.tail) or ""
    followed_by = (node.tail or "").strip()
    # Two such formulas in a row have one break between them, which the first one makes.
    begins = bool(led_by.strip()) or (_is_inline(before) and not _is_display(before))
    ends = bool(followed_by) or _is_inline(after)
    return begins, ends and followed_by not in _PUNCTUATION


def _is_display(node: etree._Element | None) -> bool:
    if node is None or node.tag != f"{{{MATHML_NAMESPACE}}}math":
        return False
    return node.get("display", "") == "block" or node.get("mode", "") == "display"


def _is_inline(node: etree._Element | None) -> bool:
    return node is not None and str(node.tag).rpartition("}")[2] in _INLINE  # the tag of a comment is a function


class FormulaSource:
    """Another source with its formulas drawn; documents without any are passed through as they are.

    Args:
        source: the other source.
        tolerant: a document whose formulas cannot be drawn is passed through as it is, and ``faults`` says why.
    """

    def __init__(self, source: ContentSource, *, tolerant: bool = False) -> None:
        self._source = source
        self._tolerant = tolerant

    def paths(self) -> Iterable[str]:
        """Every file's path, those of the pictures included.

        Raises:
            SourceRefused: a formula cannot be drawn and this is not tolerant; with all findings.
        """
        return (*self._source.paths(), *self._drawn.pictures)

    def read(self, path: str) -> bytes:
        """One file's bytes."""
        changed = self._drawn
        return changed.documents.get(path) or changed.pictures.get(path) or self._source.read(path)

    @property
    def notes(self) -> tuple[LintFinding, ...]:
        """What was found on the way."""
        return self._drawn.notes

    @property
    def faults(self) -> tuple[LintFinding, ...]:
        """Why some documents were passed through as they are."""
        return self._drawn.faults

    @cached_property
    def _drawn(self) -> _Drawn:
        documents: dict[str, bytes] = {}
        pictures: dict[str, bytes] = {}
        of_document: dict[str, frozenset[str]] = {}
        notes: list[LintFinding] = []
        findings: list[LintFinding] = []
        paths = tuple(self._source.paths())
        for path in paths:
            if not path.casefold().endswith(DOCUMENT_ENDINGS):
                continue
            try:
                untrusted = self._source.read(path)
                if MATHML_NAMESPACE.encode() not in untrusted:
                    continue
                document, made, said = with_drawn_formulas(untrusted, path)
            except SourceRefused as refusal:
                findings.extend(refusal.findings)
                continue
            if made:
                documents[path], of_document[path] = document, frozenset(made)
                pictures.update(made)
            notes.extend(said)
        if findings and not self._tolerant:
            raise SourceRefused(findings)
        if of_document and MANIFEST_PATH in paths:
            documents[MANIFEST_PATH] = _with_pictures(self._source.read(MANIFEST_PATH), of_document)
        return _Drawn(documents=documents, pictures=pictures, notes=tuple(notes), faults=tuple(findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    documents: Mapping[str, bytes]
    pictures: Mapping[str, bytes]
    notes: tuple[LintFinding, ...]
    faults: tuple[LintFinding, ...]


def _with_pictures(manifest: bytes, of_document: Mapping[str, frozenset[str]]) -> bytes:
    """The manifest with the pictures listed where their documents are."""
    root = parse(manifest, MANIFEST_PATH)
    for node in root.node.iter(f"{{{root.namespace}}}resource"):
        resource = Xml(MANIFEST_PATH, node)
        path = resolve(resource, "href", "") if resource.optional("href") else ""
        for picture in sorted(of_document.get(path, ())):
            etree.SubElement(node, f"{{{root.namespace}}}file", {"href": picture})
    return etree.tostring(root.node, encoding="UTF-8", xml_declaration=True)
