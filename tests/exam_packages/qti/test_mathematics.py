"""Functions of mathematics and statistics against values from textbooks."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exam_packages.errors import ProcessingRefused
from exam_packages.qti.model import Expression
from exam_packages.qti.operators.mathematics import _FUNCTIONS, _STATISTICS
from exam_packages.qti.processing import evaluate
from exam_packages.qti.scope import Scope
from exam_packages.qti.values import Operand, Value, format_float
from tests.exam_packages.qti.corpus import NEEDS_CORPUS, SHARED

SCOPE = Scope("item.xml", ())


def number(text: object, base_type: str = "float") -> Expression:
    return Expression(name="base-value", attributes=(("base-type", base_type),), text=str(text))


def call(name: str, *operands: Expression, operator: str = "math-operator") -> Operand:
    return evaluate(Expression(name=operator, attributes=(("name", name),), operands=operands), SCOPE)


def result(operand: Operand) -> float:
    assert isinstance(operand, Value)
    (item,) = operand.items
    assert isinstance(item, (int, float))
    return item


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("sin", ["0.5235987755982988"], 0.5),
        ("cos", ["0"], 1),
        ("tan", ["0.7853981633974483"], 1),
        ("sec", ["1.0471975511965976"], 2),
        ("csc", ["0.5235987755982988"], 2),
        ("cot", ["0.7853981633974483"], 1),
        ("asin", ["1"], math.pi / 2),
        ("acos", ["0.5"], math.pi / 3),
        ("atan", ["1"], math.pi / 4),
        ("atan2", ["1", "-1"], 3 * math.pi / 4),
        ("atan2", ["0", "0"], 0),
        ("asec", ["2"], math.pi / 3),
        ("acsc", ["2"], math.pi / 6),
        ("acot", ["1"], math.pi / 4),
        ("acot", ["0"], math.pi / 2),
        ("sinh", ["1"], 1.1752011936438014),
        ("cosh", ["1"], 1.5430806348152437),
        ("tanh", ["1"], 0.7615941559557649),
        ("sech", ["0"], 1),
        ("csch", ["1"], 0.8509181282393216),
        ("coth", ["1"], 1.3130352854993315),
        ("log", ["1000"], 3),
        ("ln", ["7.38905609893065"], 2),
        ("exp", ["1"], math.e),
        ("exp", ["-INF"], 0),
        ("abs", ["-2.5"], 2.5),
        ("signum", ["-3"], -1),
        ("signum", ["0"], 0),
        ("signum", ["INF"], 1),
        ("floor", ["-1.5"], -2),
        ("ceil", ["-1.5"], -1),
        ("toDegrees", ["3.141592653589793"], 180),
        ("toRadians", ["180"], math.pi),
    ],
)
def test_functions(name: str, arguments: list[str], expected: float) -> None:
    assert result(call(name, *map(number, arguments))) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("asin", "2"),
        ("acos", "-1.1"),
        ("asec", "0.5"),
        ("asec", "0"),
        ("acsc", "0"),
        ("csc", "0"),
        ("cot", "0"),
        ("csch", "0"),
        ("coth", "0"),
        ("log", "0"),
        ("ln", "-1"),
        ("exp", "1000"),
        ("sinh", "1000"),
        ("sin", "INF"),
        ("sin", "NaN"),
        ("abs", "NaN"),
        ("signum", "NaN"),
        ("floor", "INF"),
        ("ceil", "NaN"),
    ],
)
def test_outside_the_domain_is_null(name: str, argument: str) -> None:
    assert call(name, number(argument)) is None


def test_null_and_types() -> None:
    null = Expression(name="null")
    assert call("sin", null) is None
    assert call("atan2", number(1), null) is None
    whole, fraction = call("floor", number("2.5")), call("abs", number(-2, "integer"))
    assert isinstance(whole, Value)
    assert isinstance(fraction, Value)
    assert (whole.base_type.value, fraction.base_type.value) == ("integer", "float")


@pytest.mark.parametrize(("name", "count"), [("sin", 2), ("atan2", 1), ("cbrt", 1), ("", 1)])
def test_wrong_calls(name: str, count: int) -> None:
    with pytest.raises(ProcessingRefused):
        call(name, *[number(1)] * count)


def stats(name: str, *texts: str, container: str = "multiple", base_type: str = "float") -> Operand:
    values = tuple(number(text, base_type) for text in texts)
    return call(name, Expression(name=container, operands=values), operator="stats-operator")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mean", 2.5),
        ("sampleVariance", 5 / 3),
        ("sampleSD", math.sqrt(5 / 3)),
        ("popVariance", 1.25),
        ("popSD", math.sqrt(1.25)),
    ],
)
def test_statistics(name: str, expected: float) -> None:
    assert result(stats(name, "1", "2", "3", "4", container="ordered")) == pytest.approx(expected)
    assert result(stats(name, "1", "2", "3", "4", base_type="integer")) == pytest.approx(expected)


def test_statistics_without_a_value() -> None:
    assert stats("mean") is None
    assert stats("sampleVariance", "1") is None
    assert stats("sampleSD", "1") is None
    assert result(stats("popSD", "1")) == 0
    assert stats("mean", "a", "b", base_type="string") is None
    assert stats("mean", "1", "INF") is None
    with pytest.raises(ProcessingRefused):
        stats("median", "1")
    with pytest.raises(ProcessingRefused, match="container"):
        call("mean", number(1), operator="stats-operator")


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_statistics_agree_with_the_library(numbers: list[float]) -> None:
    texts = [format_float(each) for each in numbers]
    read = [float(text) for text in texts]
    assert result(stats("mean", *texts)) == pytest.approx(statistics.fmean(read), abs=1e-6)
    assert result(stats("popSD", *texts)) == pytest.approx(statistics.pstdev(read), abs=1e-6)


@NEEDS_CORPUS
@pytest.mark.parametrize(
    ("operator", "known"), [("MathOperatorDType", _FUNCTIONS), ("StatsOperatorDType", _STATISTICS)]
)
def test_every_name_of_the_schema(operator: str, known: dict[str, object]) -> None:
    schema = etree.parse(SHARED / "schemas" / "qti30" / "qtiv3p0" / "imsqti_asiv3p0_sbacv1p0_v1p0.xsd")
    namespaces = {"xs": "http://www.w3.org/2001/XMLSchema"}
    attribute = schema.find(f".//xs:complexType[@name='{operator}']//xs:attribute[@name='name']", namespaces)
    assert attribute is not None
    assert {each.get("value") for each in attribute.iterfind(".//xs:enumeration", namespaces)} == set(known)
