"""Documents with MathML → the same documents with pictures: the source that an exam is built from.

Owns where the pictures lie and how documents and manifest name them. Lines stay where they are, so that findings about the
rest of a document still name the author's lines.
"""

from __future__ import annotations

import hashlib
import math
import posixpath
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from lxml import etree

from exam_packages.errors import LintFinding, Severity, SourceRefused
from exam_packages.qti.filing import FilingSource
from exam_packages.qti.formulas.drawing import MATHML_NAMESPACE, Formula, drawn
from exam_packages.qti.reading import XML_NAMESPACE, Xml, parse
from exam_packages.qti.sources import ContentSource
from exam_packages.qti.upgrade.trees import make, replace
from exam_packages.qti.upgrade.writing import with_lines

FOLDER: Final = "kiosk-formulas"
"""Where the pictures lie in the package. Named by their content, so that one formula is one file."""

FORMULA_CLASS: Final = "kiosk-math"
"""What the window knows a formula by: it takes the colour of the text, stands on its line and grows with it."""

_OF_LINES: Final = frozenset({"p", "div", "td", "th", "li", "dd", "qti-prompt"})
"""Elements with lines of text that a formula may part."""
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "em", "i", "img", "math", "span", "strong", "sub", "sup", "var"}
    | {"qti-gap", "qti-hottext", "qti-inline-choice-interaction", "qti-text-entry-interaction"}
)
"""What stands in a line with a formula."""
_PUNCTUATION: Final = frozenset({".", ",", ";", ":", "?", "!"})
"""What stays on the line of a formula when nothing else follows it."""


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
    return _replaced(root, formulas, images), pictures, notes


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


def _replaced(root: Xml, formulas: list[Xml], images: list[tuple[str, Formula]]) -> bytes:
    """The document with the images where the formulas stood; every element stays on its line."""
    breaks = [_breaks(formula) for formula in formulas]
    for formula, (href, made), (before, after) in zip(formulas, images, breaks, strict=True):
        if formula.node.getparent() is None:
            raise formula.refused("formula", "is a document of its own", "Put it into an item")
        image = make(formula.node, "img")
        for name, value in _attributes(href, made):
            image.set(name, value)
        first, last = ((make(formula.node, "br"),) if each else () for each in (before, after))
        replace(formula.node, (*first, image, *last))
    return with_lines(root.node)


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


class FormulaSource(FilingSource):
    """Another source with its formulas drawn."""

    def __init__(self, source: ContentSource, *, tolerant: bool = False) -> None:
        super().__init__(source, with_drawn_formulas, mark=MATHML_NAMESPACE.lower().encode(), tolerant=tolerant)
