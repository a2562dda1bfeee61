"""Formulas in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exam_packages.qti.formulas import spoken

NAMESPACE = "http://www.w3.org/1998/Math/MathML"

CASES = {
    "<mi>x</mi><mo>+</mo><mn>2</mn>": "x plus 2",
    "<mfrac><mn>1</mn><mn>2</mn></mfrac>": "1 over 2",
    "<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>": (
        "the fraction with numerator a plus b and denominator 2, end of fraction"
    ),
    "<msup><mi>x</mi><mn>2</mn></msup>": "x squared",
    "<msup><mi>x</mi><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></msup>": "x to the power of n plus 1, end of exponent",
    "<msub><mi>x</mi><mn>1</mn></msub>": "x sub 1",
    "<msqrt><mn>2</mn></msqrt>": "the square root of 2",
    "<msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt>": "the square root of a plus b, end of root",
    "<mroot><mn>8</mn><mn>3</mn></mroot>": "the cube root of 8",
    "<mfenced><mi>a</mi><mi>b</mi></mfenced>": "open parenthesis a, b close parenthesis",
    '<mfenced open="[" close="]" separators=";"><mi>a</mi><mi>b</mi></mfenced>': "open bracket a; b close bracket",
    "<mover><mi>x</mi><mo>¯</mo></mover>": "x bar",
    "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>": (
        "the sum from i equals 1 to n of i"
    ),
    "<mi>λ</mi><mo>≤</mo><mi>Σ</mi>": "lambda is less than or equal to capital sigma",
    "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr></mtable>": (
        "a table with 1 row and 2 columns; row 1: 1, 0; end of table"
    ),
    "<semantics><mi>x</mi><annotation>y</annotation></semantics>": "x",
    "<mphantom><mi>x</mi></mphantom>": "formula",
    "": "formula",
}


@pytest.mark.parametrize("content", CASES)
def test_what_is_said(content: str) -> None:
    assert spoken(etree.fromstring(f'<math xmlns="{NAMESPACE}">{content}</math>')) == CASES[content]


ELEMENTS = [
    "mrow",
    "mfrac",
    "msup",
    "msub",
    "msubsup",
    "msqrt",
    "mroot",
    "mover",
    "munder",
    "munderover",
    "mtable",
    "mtr",
]
TREES = st.recursive(
    st.sampled_from(["<mi>x</mi>", "<mn>2</mn>", "<mo>+</mo>", "<mtext>rate</mtext>", "<mspace/>"]),
    lambda below: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>", st.sampled_from(ELEMENTS), st.lists(below, max_size=4)
    ),
    max_leaves=20,
)


@given(TREES)
def test_every_tree_has_words_on_one_line(content: str) -> None:
    words = spoken(etree.fromstring(f'<math xmlns="{NAMESPACE}">{content}</math>'))
    assert words
    assert words == " ".join(words.split())
