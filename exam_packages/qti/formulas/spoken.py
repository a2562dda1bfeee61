"""MathML → the words somebody would say, in English: what a screen reader reads where a formula is a picture.

Owns the wording. Follows the habit of reading structure aloud ("the fraction with numerator …"), short forms where nothing can be
misunderstood ("x squared", "a over b"). Pure. An author who wants other words, or another language, writes ``alttext``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from lxml import etree
from lxml.etree import _Element

_SYMBOLS: Final[Mapping[str, str]] = {
    "+": "plus",
    "-": "minus",
    "−": "minus",
    "±": "plus or minus",
    "∓": "minus or plus",
    "=": "equals",
    "≠": "is not equal to",
    "≈": "is approximately equal to",
    "≡": "is identical to",
    "∝": "is proportional to",
    "<": "is less than",
    ">": "is greater than",
    "≤": "is less than or equal to",
    "≥": "is greater than or equal to",
    "×": "times",
    "⋅": "times",
    "·": "times",
    "∗": "times",
    "*": "times",
    "\u2062": "times",
    "\u2061": "of",
    "\u2063": ",",
    "\u2064": "plus",
    "÷": "divided by",
    "/": "over",
    "(": "open parenthesis",
    ")": "close parenthesis",
    "[": "open bracket",
    "]": "close bracket",
    "{": "open brace",
    "}": "close brace",
    "|": "vertical bar",
    "‖": "double vertical bar",
    "⟨": "open angle bracket",
    "⟩": "close angle bracket",
    "∑": "the sum",
    "∏": "the product",
    "∫": "the integral",
    "∂": "partial",
    "∇": "del",
    "∞": "infinity",
    "√": "square root",
    "∈": "is in",
    "∉": "is not in",
    "⊂": "is a subset of",
    "⊆": "is a subset of or equal to",
    "∪": "union",
    "∩": "intersection",
    "∅": "the empty set",
    "∀": "for all",
    "∃": "there exists",
    "¬": "not",
    "∧": "and",
    "∨": "or",
    "→": "to",
    "⇒": "implies",
    "⇔": "if and only if",
    "∘": "composed with",
    "°": "degrees",
    "′": "prime",
    "″": "double prime",
    "!": "factorial",
    "%": "percent",
    "∠": "angle",
    "⊥": "is perpendicular to",
    "∥": "is parallel to",
    "…": "and so on",
    "⋯": "and so on",
    ",": ",",
    ";": ";",
    ":": "to",
    ".": "point",
}
_ACCENTS: Final[Mapping[str, str]] = {
    "¯": "bar",
    "‾": "bar",
    "_": "bar",
    "^": "hat",
    "ˆ": "hat",
    "~": "tilde",
    "˜": "tilde",
    "→": "vector",
    "⃗": "vector",
    "˙": "dot",
    "¨": "double dot",
    "⏞": "brace",
    "⏟": "brace",
}
_LETTER_NAMES: Final = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu
    nu xi omicron pi rho sigma tau upsilon phi chi psi omega
"""
_LETTERS: Final[Mapping[str, str]] = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _LETTER_NAMES.split(), strict=True))
_LARGE: Final = frozenset("∑∏∫⋃⋂")
_UNSEEN: Final = frozenset({"annotation", "annotation-xml", "mspace", "mphantom", "maligngroup", "malignmark", "none"})


def spoken(formula: _Element) -> str:
    """Return a formula in words; never empty.

    Args:
        formula: the ``math`` element, namespaces as they are.
    """
    return _joined(_all(formula)) or "formula"


def _joined(words: Sequence[str]) -> str:
    text = " ".join(" ".join(words).split())
    return text.replace(" ,", ",").replace(" ;", ";")


def _name(node: _Element) -> str:
    return etree.QName(node).localname


def _children(node: _Element) -> list[_Element]:
    return [child for child in node if _name(child) and _name(child) not in _UNSEEN]


def _say(node: _Element) -> str:
    name = _name(node)
    if name in _TOKENS:
        return _TOKENS[name]("".join(str(piece) for piece in node.itertext()).strip())
    shape = _SHAPES.get(name)
    parts = _children(node)
    if shape is not None:
        count, words = shape
        if len(parts) >= count:
            return words(parts)
    if name == "mfenced":
        return _fenced(node, parts)
    return _joined(_all(node))


def _all(node: _Element) -> list[str]:
    return [_say(child) for child in _children(node)]


# -- tokens -----------------------------------------------------------------------------------------------------------


def _identifier(text: str) -> str:
    if text in _LETTERS:
        return _LETTERS[text]
    if text.lower() in _LETTERS:
        return f"capital {_LETTERS[text.lower()]}"
    if len(text) == 1 and text.isalpha() and text.isupper():
        return f"capital {text}"
    return _SYMBOLS.get(text, text)


def _operator(text: str) -> str:
    return _SYMBOLS.get(text, text)


def _plain(text: str) -> str:
    return text


_TOKENS: Final[Mapping[str, Callable[[str], str]]] = {
    "mi": _identifier,
    "mo": _operator,
    "mn": _plain,
    "mtext": _plain,
    "ms": _plain,
}


def _is_simple(node: _Element) -> bool:
    """Whether a part is one token, so that no words are needed to say where it ends."""
    if _name(node) in _TOKENS:
        return True
    parts = _children(node)
    return _name(node) in {"mrow", "mstyle", "math"} and len(parts) == 1 and _is_simple(parts[0])


# -- shapes -----------------------------------------------------------------------------------------------------------


def _fraction(parts: Sequence[_Element]) -> str:
    above, below = _say(parts[0]), _say(parts[1])
    if _is_simple(parts[0]) and _is_simple(parts[1]):
        return f"{above} over {below}"
    return f"the fraction with numerator {above} and denominator {below}, end of fraction"


def _power(parts: Sequence[_Element]) -> str:
    base, exponent = _say(parts[0]), _say(parts[1])
    if exponent in {"prime", "double prime", "degrees"}:
        return f"{base} {exponent}"
    if exponent in {"2", "3"}:
        return f"{base} {'squared' if exponent == '2' else 'cubed'}"
    end = "" if _is_simple(parts[1]) else ", end of exponent"
    return f"{base} to the power of {exponent}{end}"


def _index(parts: Sequence[_Element]) -> str:
    end = "" if _is_simple(parts[1]) else ", end of index"
    return f"{_say(parts[0])} sub {_say(parts[1])}{end}"


def _index_and_power(parts: Sequence[_Element]) -> str:
    if _say_plain(parts[0]) in _LARGE:
        return f"{_say(parts[0])} from {_say(parts[1])} to {_say(parts[2])} of"
    return f"{_index(parts[:2])} to the power of {_say(parts[2])}"


def _root(parts: Sequence[_Element]) -> str:
    radicand, degree = _say(parts[0]), _say(parts[1])
    which = {"3": "cube root", "2": "square root"}.get(degree, f"root of degree {degree}")
    return f"the {which} of {radicand}{'' if _is_simple(parts[0]) else ', end of root'}"


def _square_root(parts: Sequence[_Element]) -> str:
    radicand = _joined([_say(part) for part in parts])
    simple = len(parts) == 1 and _is_simple(parts[0])
    return f"the square root of {radicand}{'' if simple else ', end of root'}"


def _say_plain(node: _Element) -> str:
    return "".join(str(piece) for piece in node.itertext()).strip()


def _over(parts: Sequence[_Element]) -> str:
    accent = _ACCENTS.get(_say_plain(parts[1]))
    return f"{_say(parts[0])} {accent}" if accent else f"{_say(parts[0])} with {_say(parts[1])} above"


def _under(parts: Sequence[_Element]) -> str:
    if _say_plain(parts[0]) in _LARGE:
        return f"{_say(parts[0])} over {_say(parts[1])} of"
    if _say_plain(parts[0]) == "lim":
        return f"the limit as {_say(parts[1])} of"
    accent = _ACCENTS.get(_say_plain(parts[1]))
    return f"{_say(parts[0])} under{accent}" if accent else f"{_say(parts[0])} with {_say(parts[1])} below"


def _under_and_over(parts: Sequence[_Element]) -> str:
    if _say_plain(parts[0]) in _LARGE:
        return f"{_say(parts[0])} from {_say(parts[1])} to {_say(parts[2])} of"
    return f"{_say(parts[0])} with {_say(parts[1])} below and {_say(parts[2])} above"


def _table(parts: Sequence[_Element]) -> str:
    rows = [[_say(cell) for cell in _children(row)] for row in parts]
    columns = max((len(row) for row in rows), default=0)
    size = f"a table with {len(rows)} {'row' if len(rows) == 1 else 'rows'} and {columns} "
    size += "column" if columns == 1 else "columns"
    return "; ".join([size, *(f"row {n}: {', '.join(row)}" for n, row in enumerate(rows, 1))]) + "; end of table"


def _fenced(node: _Element, parts: Sequence[_Element]) -> str:
    opened, closed = node.get("open", "("), node.get("close", ")")
    separators = "".join(node.get("separators", ",").split())
    pieces: list[str] = []
    for place, part in enumerate(parts):
        if place and separators:
            pieces.append(_operator(separators[min(place, len(separators)) - 1]))
        pieces.append(_say(part))
    return _joined([_operator(opened), *pieces, _operator(closed)])


def _struck(parts: Sequence[_Element]) -> str:
    return _joined([_say(part) for part in parts])


def _first(parts: Sequence[_Element]) -> str:
    return _say(parts[0])


_SHAPES: Final[Mapping[str, tuple[int, Callable[[Sequence[_Element]], str]]]] = {
    "mfrac": (2, _fraction),
    "msup": (2, _power),
    "msub": (2, _index),
    "msubsup": (3, _index_and_power),
    "mroot": (2, _root),
    "msqrt": (1, _square_root),
    "mover": (2, _over),
    "munder": (2, _under),
    "munderover": (3, _under_and_over),
    "mtable": (1, _table),
    "menclose": (1, _struck),
    "semantics": (1, _first),
    "maction": (1, _first),
}
"""By element: how many parts it needs, and its words."""
