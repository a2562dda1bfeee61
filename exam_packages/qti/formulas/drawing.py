"""One formula → one SVG with its words and its place on the line, by ziamath.

Owns what of MathML is drawn, the limits and the size. Black on nothing: the window gives it the colour of the text around it.
"""

from __future__ import annotations

import functools
import importlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Final
from xml.etree import ElementTree as ET

from lxml import etree
from lxml.etree import _Element

from exam_packages.qti.formulas.spoken import spoken
from exam_packages.qti.reading import Xml

MATHML_NAMESPACE: Final = "http://www.w3.org/1998/Math/MathML"
SIZE_PX: Final = 19.0  # STIX Two stands smaller than the text's 17 px sans serif
MAX_ELEMENTS: Final = 2_000
MAX_LATEX_CHARACTERS: Final = 4_000
MAX_WORDS_CHARACTERS: Final = 900

_LATEX: Final = frozenset(
    {"latex", "tex", "application/x-tex", "application/x-latex", "text/x-latex", "text/latex", "snuggletex"}
)
_DRAWN: Final = frozenset(
    {
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "mtext",
        "ms",
        "mspace",
        "mfrac",
        "msqrt",
        "mroot",
        "mstyle",
        "mpadded",
        "mphantom",
        "mfenced",
        "menclose",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mmultiscripts",
        "mprescripts",
        "none",
        "mtable",
        "mtr",
        "mlabeledtr",
        "mtd",
    }
)
_ATTRIBUTES: Final = frozenset(
    {
        "mathvariant",
        "display",
        "displaystyle",
        "open",
        "close",
        "separators",
        "stretchy",
        "fence",
        "separator",
        "form",
        "accent",
        "accentunder",
        "linethickness",
        "bevelled",
        "notation",
        "columnalign",
        "rowalign",
        "columnspacing",
        "rowspacing",
        "columnlines",
        "rowlines",
        "frame",
        "width",
        "height",
        "depth",
        "scriptlevel",
        "movablelimits",
        "largeop",
        "lspace",
        "rspace",
    }
)
_WRAPPERS: Final = frozenset({"semantics", "maction"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A drawn formula.

    Attributes:
        svg: the picture, black on nothing; paths only.
        width, height: pixels at a text size of 100 percent.
        baseline: pixels of it that hang below the line of text.
        words: what is read aloud; the author's ``alttext`` where there is one.
        own_words: False where the author gave the words.
    """

    svg: bytes
    width: float
    height: float
    baseline: float
    words: str
    own_words: bool


def drawn(formula: Xml) -> Formula:
    """Draw a ``math`` element.

    Raises:
        SourceRefused: it is too large, or holds what cannot be drawn.
    """
    latex = _latex_of(formula.node)
    tree = _cleaned(formula)
    if latex is not None and not _has_content(tree):
        tree = _from_latex(latex, formula)
    author = " ".join((formula.node.get("alttext") or "").split())
    words = author or spoken(etree.fromstring(ET.tostring(tree)))
    try:
        return _draw(tree, words[:MAX_WORDS_CHARACTERS], own_words=not author)
    except Exception as error:  # ziamath has no error of its own: whatever it stumbles over is a formula it cannot draw
        raise formula.refused(
            "formula", f"cannot be drawn ({type(error).__name__})", "Simplify it, or use a picture"
        ) from error


def _draw(tree: ET.Element, words: str, *, own_words: bool) -> Formula:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        svg = _ziamath().Math(tree, size=SIZE_PX).svgxml()
    left, top, width, height = (float(number) for number in svg.attrib["viewBox"].split())
    if not (0 < width <= 10_000 and 0 < height <= 10_000):
        raise ValueError(f"a size of {width:g} by {height:g}, from {left:g}")
    return Formula(
        svg=ET.tostring(svg),
        width=width,
        height=height,
        baseline=max(0.0, round(top + height, 3)),
        words=words,
        own_words=own_words,
    )


@functools.cache
def _ziamath() -> ModuleType:
    """The library, loaded with its fonts when the first formula comes: nobody else waits for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it finds its font in a way that Python no longer likes
        ziamath = importlib.import_module("ziamath")
    ziamath.config.svg2 = False  # paths as they are, no symbols: what Qt draws best
    ziamath.config.precision = 2
    return ziamath


def _latex_of(node: _Element) -> str | None:
    for child in node.iter():
        if etree.QName(child).localname == "annotation":
            text = (child.text or "").strip().strip("$")
            if (child.get("encoding") or "").strip().lower() in _LATEX and text:
                return text
    return None


def _from_latex(latex: str, formula: Xml) -> ET.Element:
    if len(latex) > MAX_LATEX_CHARACTERS:
        raise formula.refused("formula", f"has more than {MAX_LATEX_CHARACTERS} characters of LaTeX", "Split it")
    try:
        mathml: ET.Element = _ziamath().Latex(latex, size=SIZE_PX).mathml
    except Exception as error:  # the converter has no error of its own either
        raise formula.refused("formula", "has LaTeX that cannot be read", "Correct it, or write MathML") from error
    return mathml


def _has_content(tree: ET.Element) -> bool:
    return any((node.text or "").strip() for node in tree.iter())


def _cleaned(formula: Xml) -> ET.Element:
    """A copy without namespaces, annotations and attributes that draw nothing.

    Raises:
        SourceRefused: an element that is not presentation MathML, or too many of them.
    """
    if sum(1 for _ in formula.node.iter()) > MAX_ELEMENTS:
        raise formula.refused("formula", f"has more than {MAX_ELEMENTS} elements", "Split it")
    root = ET.Element("math", _kept(formula.node))
    root.text = formula.node.text
    _copy_children(formula, root, {})
    return root


def _copy_children(source: Xml, target: ET.Element, inherited: Mapping[str, str]) -> None:
    for child in source.children():
        if child.name in {"annotation", "annotation-xml"}:
            continue
        if child.name in _WRAPPERS:
            _copy_children(child, target, inherited)
            continue
        if child.name not in _DRAWN:
            raise child.refused("formula", "is not presentation MathML that can be drawn", "Use other elements")
        # A style is a row whose attributes hold for what is in it. ziamath stumbles over a style without attributes.
        is_style = child.name == "mstyle"
        attributes = {**inherited, **_kept(child.node)}
        copy = ET.SubElement(target, "mrow" if is_style else child.name, attributes)
        copy.text, copy.tail = child.node.text, child.node.tail
        if child.name == "mo" and (copy.text or "").strip() == "-":
            copy.text = "\N{MINUS SIGN}"  # MathML Core 3.2.4: the hyphen of an operator is a minus, as wide as a plus
        _copy_children(child, copy, attributes if is_style else {})


def _kept(node: _Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in node.attrib.items() if str(name) in _ATTRIBUTES}
