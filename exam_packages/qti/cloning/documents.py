"""One item template → one item, in which everything that was left open is decided.

Owns where a template variable may stand in a document and what comes in its place. How variables get their values is
``template_processing``'s affair.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree
from lxml.etree import _Element

from exam_packages.errors import ScoringRefused
from exam_packages.qti.cloning.printing import printed
from exam_packages.qti.formulas.drawing import MATHML_NAMESPACE
from exam_packages.qti.model import AssessmentItem, BaseType, Cardinality, Lexical, TemplateDeclaration
from exam_packages.qti.reading import QTI3_NAMESPACE, Xml, parse
from exam_packages.qti.scoring_items import read_item_for_scoring
from exam_packages.qti.template_processing import TemplateResult, run_template_processing
from exam_packages.qti.upgrade.trees import remove, stand_on, take, unwrap
from exam_packages.qti.upgrade.writing import with_lines

_MARK: Final = b"template-"
_VARIABLE_ATTRIBUTES: Final = ("tolerance", "figures", "n", "min", "max", "number-repeats")
"""Attributes that hold a number or the name of a variable that has one (integerOrVariableRef and its kin)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """An item made of a template."""

    document: bytes
    values: Mapping[str, Lexical]
    """Every template variable's value, for the record."""


def cloned(untrusted: bytes, path: str, seed: str) -> Clone | None:
    """Make an item of an item template; None where the document is none.

    Every start tag stays on its line. The same template, path and seed give the same item.

    Args:
        untrusted: the document, QTI 3.0.
        path: in the package; part of the seed, so that two templates draw different numbers.
        seed: 32 hexadecimal digits.

    Raises:
        SourceRefused: the document cannot be read, or uses a template variable where none can be decided.
    """
    if _MARK not in untrusted:
        return None
    root = parse(untrusted, path)
    if root.name != "qti-assessment-item" or not _is_template(root):
        return None
    item = read_item_for_scoring(root)
    try:
        result = run_template_processing(item, hashlib.sha256(f"{seed}\n{path}".encode()).hexdigest()[:32])
    except ScoringRefused as refusal:
        raise root.refused("template", f"cannot be cloned: {refusal}", "Correct its template processing") from refusal
    _Cloning(root, item, result).run()
    return Clone(document=with_lines(root.node), values=result.values)


def _is_template(root: Xml) -> bool:
    return any(True for _ in root.children("qti-template-declaration", "qti-template-processing"))


class _Cloning:
    """One document on its way from template to item."""

    def __init__(self, root: Xml, item: AssessmentItem, result: TemplateResult) -> None:
        self._root = root
        self._result = result
        self._declared: dict[str, TemplateDeclaration] = {each.identifier: each for each in item.template_declarations}

    def run(self) -> None:
        """Decide everything."""
        self._write_declarations()
        self._show_or_hide()
        self._print()
        self._write_formulas()
        self._write_expressions()

    def _each(self, *names: str) -> Iterator[Xml]:
        wanted = {f"{{{QTI3_NAMESPACE}}}{name}" for name in names}
        for node in list(self._root.node.iter()):
            if node.tag in wanted:
                yield Xml(self._root.file, node)

    # -- declarations -------------------------------------------------------------------------------------------------

    def _write_declarations(self) -> None:
        for xml in self._each("qti-template-declaration", "qti-template-processing"):
            remove(xml.node)
        for xml in self._each("qti-response-declaration", "qti-outcome-declaration"):
            name = xml.required("identifier")
            if name in self._result.correct and xml.name == "qti-response-declaration":
                _set_values(xml, "qti-correct-response", {str(k): v for k, v in self._result.correct.items()}[name])
            if name in self._result.defaults:
                _set_values(xml, "qti-default-value", self._result.defaults[name])

    # -- the body -----------------------------------------------------------------------------------------------------

    def _show_or_hide(self) -> None:
        """Template blocks, and choices with ``template-identifier``: there, or not."""
        for node in list(self._root.node.iter(f"{{{QTI3_NAMESPACE}}}*")):
            xml = Xml(self._root.file, node)
            variable = xml.optional("template-identifier")
            if variable is None:
                continue
            self._declaration(xml, variable)
            shown = xml.optional("identifier") in self._result.values.get(variable, ())
            if shown is (xml.optional("show-hide") == "hide"):
                remove(node)
            elif xml.name in {"qti-template-block", "qti-template-inline"}:
                for content in list(xml.children("qti-content-body")):
                    unwrap(content.node)
                unwrap(node)
            else:
                for name in ("template-identifier", "show-hide"):
                    take(node, name)

    def _print(self) -> None:
        for xml in self._each("qti-printed-variable"):
            name = xml.required("identifier")
            if name in self._declared:
                text = printed(xml, self._result.values.get(name, ()), self._declared[name].base_type)
                xml.node.tail = text + (xml.node.tail or "")
                remove(xml.node)

    def _write_formulas(self) -> None:
        """A variable's name in a formula gives way to its value (``math-variable``)."""
        for math in list(self._root.node.iter(f"{{{MATHML_NAMESPACE}}}math")):
            changed = [
                node for node in math.iter(f"{{{MATHML_NAMESPACE}}}mi") if (node.text or "").strip() in self._declared
            ]
            for node in changed:
                value = self._result.values.get((node.text or "").strip(), ())
                node.tag = f"{{{MATHML_NAMESPACE}}}mn"
                node.text = ", ".join(_number_text(each) for each in value)
            if changed:  # what is said beside the formula speaks of variables
                for node in [*math.iter(f"{{{MATHML_NAMESPACE}}}annotation")]:
                    remove(node)

    # -- processing ---------------------------------------------------------------------------------------------------

    def _write_expressions(self) -> None:
        for xml in self._each("qti-variable", "qti-default"):
            name = xml.required("identifier")
            if name in self._declared:
                self._write_value(xml, self._declared[name], self._result.values.get(name, ()))
        for node in self._root.node.iter(f"{{{QTI3_NAMESPACE}}}*"):
            for attribute in _VARIABLE_ATTRIBUTES:
                words = (node.get(attribute) or "").split()
                if any(word in self._declared for word in words):
                    node.set(attribute, " ".join(self._number(node, word) for word in words))

    def _number(self, node: _Element, word: str) -> str:
        if word not in self._declared:
            return word
        value = self._result.values.get(word, ())
        if len(value) != 1:
            raise Xml(self._root.file, node).refused("template", f"needs one number from {word}", "Give it one")
        return value[0]

    def _write_value(self, xml: Xml, declaration: TemplateDeclaration, value: Lexical) -> None:
        node = xml.node
        base_type = declaration.base_type
        if declaration.cardinality is Cardinality.RECORD or base_type is None:
            raise xml.refused("template", f"uses {declaration.identifier}, which is a record", "Use single variables")
        for name in list(node.attrib):
            del node.attrib[name]
        if not value:
            node.tag = f"{{{QTI3_NAMESPACE}}}qti-null"
        elif declaration.cardinality is Cardinality.SINGLE:
            _make_base_value(node, base_type, value[0])
        else:
            node.tag = f"{{{QTI3_NAMESPACE}}}qti-{declaration.cardinality.value}"
            for each in value:
                inner = etree.SubElement(node, node.tag)
                stand_on(inner, xml.line)
                _make_base_value(inner, base_type, each)

    def _declaration(self, xml: Xml, name: str) -> TemplateDeclaration:
        if name not in self._declared:
            raise xml.refused("template", f"depends on {name}, which is no template variable", "Declare it")
        return self._declared[name]


def _make_base_value(node: _Element, base_type: BaseType, text: str) -> None:
    node.tag = f"{{{QTI3_NAMESPACE}}}qti-base-value"
    node.set("base-type", base_type.value)
    node.text = text


def _set_values(declaration: Xml, name: str, values: Lexical) -> None:
    """Put values into a declaration, in the place of those it has; at its front, where the standard wants them."""
    for old in list(declaration.children(name)):
        remove(old.node)
    if not values:
        return
    holder = etree.Element(f"{{{QTI3_NAMESPACE}}}{name}")
    stand_on(holder, declaration.line)
    for text in values:
        value = etree.SubElement(holder, f"{{{QTI3_NAMESPACE}}}qti-value")
        stand_on(value, declaration.line)
        value.text = text
    first = next(iter(declaration.children("qti-default-value")), None)
    declaration.node.insert(0 if first is None or name == "qti-default-value" else 1, holder)


def _number_text(text: str) -> str:
    return text.removesuffix(".0").replace("-", "−")
