"""Every operator against the standard's sentences: an expression, and what it gives."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exam_packages.errors import ProcessingRefused, ScoringRefused, UnsupportedProcessing
from exam_packages.ids import OutcomeId, ResponseId
from exam_packages.qti.model import (
    AssessmentItem,
    BaseType,
    Cardinality,
    ContextDeclaration,
    Expression,
    Lexical,
    MapEntry,
    OutcomeDeclaration,
    ResponseDeclaration,
    ResponseMapping,
    TemplateDeclaration,
)
from exam_packages.qti.operators import OPERATIONS
from exam_packages.qti.processing import evaluate
from exam_packages.qti.scope import ItemScope
from exam_packages.qti.values import format_value
from tests.exam_packages.qti.corpus import NEEDS_CORPUS, SHARED


def e(name: str, /, *operands: Expression, **attributes: str) -> Expression:
    named = tuple((key.replace("_", "-"), value) for key, value in attributes.items())
    return Expression(name=name, operands=operands, attributes=named)


def value(base_type: str, text: object) -> Expression:
    return Expression(name="base-value", attributes=(("base-type", base_type),), text=str(text))


def flag(text: str) -> Expression:
    return NULL if text == "null" else value("boolean", text)


def i(number: int) -> Expression:
    return value("integer", number)


def f(number: float | str) -> Expression:
    return value("float", number)


def s(text: str) -> Expression:
    return value("string", text)


def ids(*names: str, ordered: bool = False) -> Expression:
    return e("ordered" if ordered else "multiple", *(value("identifier", name) for name in names))


NULL = e("null")
MAPPING = ResponseMapping(
    entries=(
        MapEntry(key="York", value=1),
        MapEntry(key="york", value=0.5),
        MapEntry(key="Bath", value=2),
        MapEntry(key="Ely", value=4, case_sensitive=True),
    ),
    default_value=-1,
    lower_bound=-1.5,
    upper_bound=5,
)
ITEM = AssessmentItem(
    identifier="item",
    title="",
    language="",
    body=(),
    path="item.xml",
    response_declarations=(
        ResponseDeclaration(
            identifier=ResponseId("TOWN"),
            cardinality=Cardinality.SINGLE,
            base_type=BaseType.STRING,
            mapping=MAPPING,
            correct=("York",),
        ),
        ResponseDeclaration(
            identifier=ResponseId("TOWNS"), cardinality=Cardinality.MULTIPLE, base_type=BaseType.STRING, mapping=MAPPING
        ),
        ResponseDeclaration(
            identifier=ResponseId("PLACE"),
            cardinality=Cardinality.RECORD,
            base_type=None,
            default=("x integer 42", "y string by the sea"),
            correct=("y string by the sea", "x integer 42"),
        ),
        ResponseDeclaration(
            identifier=ResponseId("N"), cardinality=Cardinality.SINGLE, base_type=BaseType.INTEGER, default=("2",)
        ),
    ),
    template_declarations=(
        TemplateDeclaration(
            identifier="CITY", cardinality=Cardinality.SINGLE, base_type=BaseType.STRING, default=("York",)
        ),
    ),
    context_declarations=(
        ContextDeclaration(
            identifier="ROOM", cardinality=Cardinality.SINGLE, base_type=BaseType.INTEGER, default=("7",)
        ),
    ),
    outcome_declarations=(
        OutcomeDeclaration(identifier=OutcomeId("SCORE"), cardinality=Cardinality.SINGLE, base_type=BaseType.FLOAT),
        OutcomeDeclaration(identifier=OutcomeId("T"), cardinality=Cardinality.SINGLE, base_type=BaseType.IDENTIFIER),
    ),
)


def run(expression: Expression, **responses: Lexical) -> Lexical:
    scope = ItemScope(ITEM, {ResponseId(name): lexical for name, lexical in responses.items()})
    return format_value(evaluate(expression, scope))


T, F, N = ("true",), ("false",), ()

CASES: list[tuple[Expression, Lexical]] = [
    # three-valued logic
    (e("and", flag("true"), flag("true")), T),
    (e("and", flag("true"), flag("null")), N),
    (e("and", flag("false"), flag("null")), F),
    (e("or", flag("false"), flag("null")), N),
    (e("or", flag("true"), flag("null")), T),
    (e("or", flag("false"), flag("false")), F),
    (e("not", flag("null")), N),
    (e("not", flag("false")), T),
    (e("any-n", flag("true"), flag("true"), flag("false"), flag("null"), min="3", max="4"), N),
    (e("any-n", flag("true"), flag("false"), flag("false"), flag("null"), min="3", max="4"), F),
    (e("any-n", flag("true"), flag("true"), flag("true"), flag("null"), min="3", max="4"), T),
    (e("any-n", flag("true"), flag("true"), min="0", max="1"), F),
    # NULL
    (e("is-null", NULL), T),
    (e("is-null", s("")), T),
    (e("is-null", s(" ")), F),
    (e("is-null", ids()), T),
    (e("match", NULL, i(1)), N),
    (e("sum", i(1), NULL), N),
    (e("gt", NULL, i(1)), N),
    (e("container-size", NULL), ("0",)),
    # match and equal
    (e("match", ids("A", "B"), ids("B", "A")), T),
    (e("match", ids("A", "B", ordered=True), ids("B", "A", ordered=True)), F),
    (e("match", ids("A", "A"), ids("A")), F),
    (e("match", ids("A"), ids("A", ordered=True)), F),
    (e("match", value("pair", "A B"), value("pair", "B  A")), T),
    (e("match", value("directedPair", "A B"), value("directedPair", "B A")), F),
    (e("match", i(1), f("1.0")), T),
    (e("equal", f(1), i(1)), T),
    (e("equal", f("NaN"), f("NaN")), F),
    (e("equal", f(10), f("10.5"), tolerance_mode="absolute", tolerance="0.5"), T),
    (e("equal", f(10), f("10.5"), tolerance_mode="absolute", tolerance="0.5", include_upper_bound="false"), F),
    (e("equal", f(10), f("9.5"), tolerance_mode="absolute", tolerance="0.5", include_lower_bound="false"), F),
    (e("equal", f(10), f(11), tolerance_mode="absolute", tolerance="0 1"), T),
    (e("equal", f(10), f(9), tolerance_mode="absolute", tolerance="0 1"), F),
    (e("equal", f(200), f(210), tolerance_mode="relative", tolerance="5"), T),
    (e("equal", f(200), f(211), tolerance_mode="relative", tolerance="5"), F),
    (e("equal", f(-200), f(-210), tolerance_mode="relative", tolerance="5"), T),
    (e("equal", f(10), f(12), tolerance_mode="absolute", tolerance="N"), T),
    (e("equal-rounded", f("3.175"), f("3.183"), rounding_mode="significantFigures", figures="3"), T),
    (e("equal-rounded", f("3.1749"), f("3.183"), rounding_mode="significantFigures", figures="3"), F),
    (e("equal-rounded", f("1.68572"), f("1.69"), rounding_mode="decimalPlaces", figures="2"), T),
    # texts
    (e("string-match", s("York"), s("york"), case_sensitive="false"), T),
    (e("string-match", s("York"), s("york"), case_sensitive="true"), F),
    (e("string-match", s("New York"), s("York"), case_sensitive="true", substring="true"), T),
    (e("substring", s("York"), s("New York"), case_sensitive="true"), T),
    (e("substring", s("New York"), s("York"), case_sensitive="true"), F),
    # order of numbers
    (e("gt", i(2), f("1.5")), T),
    (e("gte", i(2), i(2)), T),
    (e("lt", i(2), i(2)), F),
    (e("lte", i(2), i(2)), T),
    (e("duration-lt", value("duration", 5), value("duration", 6)), T),
    (e("duration-gte", value("duration", 5), value("duration", 6)), F),
    # arithmetic
    (e("sum", i(1), i(2)), ("3",)),
    (e("sum", f("0.1"), f("0.2"), f("0.3")), ("0.6",)),
    (e("sum", e("multiple", i(1), i(2)), i(3)), ("6",)),
    (e("sum", f("INF"), f("-INF")), N),
    (e("sum", f("INF"), f(1)), ("INF",)),
    (e("product", i(2), f("1.5")), ("3",)),
    (e("subtract", i(1), i(2)), ("-1",)),
    (e("divide", i(1), i(4)), ("0.25",)),
    (e("divide", i(1), i(0)), N),
    (e("power", f(2), f(10)), ("1024",)),
    (e("power", f("1e300"), f(2)), N),
    (e("power", f(-8), f("0.5")), N),
    (e("integer-divide", i(-7), i(2)), ("-4",)),
    (e("integer-divide", i(7), i(0)), N),
    (e("integer-modulus", i(-7), i(2)), ("1",)),
    (e("min", i(3), e("multiple", i(1), i(2))), ("1",)),
    (e("max", i(3), f("3.5")), ("3.5",)),
    (e("gcd", i(12), i(18)), ("6",)),
    (e("lcm", i(4), i(6)), ("12",)),
    (e("round", f("6.5")), ("7",)),
    (e("round", f("-6.5")), ("-6",)),
    (e("round", f("0.49999999999999994")), ("0",)),
    (e("round", f("NaN")), N),
    (e("round", f("INF")), N),
    (e("truncate", f("-6.9")), ("-6",)),
    (e("round-to", f("1.005"), rounding_mode="decimalPlaces", figures="2"), ("1.01",)),
    (e("round-to", f("-1.25"), rounding_mode="decimalPlaces", figures="1"), ("-1.3",)),
    (e("round-to", f("1234"), rounding_mode="significantFigures", figures="2"), ("1200",)),
    (e("round-to", f("1e300"), rounding_mode="decimalPlaces", figures="2"), ("1e+300",)),
    (e("round-to", f("INF"), rounding_mode="decimalPlaces", figures="2"), ("INF",)),
    (e("round-to", f("NaN"), rounding_mode="decimalPlaces", figures="2"), N),
    (e("integer-to-float", i(3)), ("3",)),
    (e("gcd", i(0), i(0)), ("0",)),
    (e("gcd", i(0), i(6)), ("6",)),
    (e("lcm", i(0), i(6)), ("0",)),
    (e("max", i(3), s("4")), N),  # what is not numerical makes these four NULL
    (e("min", NULL, i(1)), N),
    (e("gcd", ids("A")), N),
    (e("lcm", s("4")), N),
    # patterns
    (e("pattern-match", s("3.50"), pattern="[0-9]*\\.[0-9]{2}"), T),
    (e("pattern-match", s("x3.50"), pattern="[0-9]*\\.[0-9]{2}"), F),
    (e("pattern-match", NULL, pattern="a"), N),
    (e("pattern-match", s("York"), pattern="{CITY}"), T),
    # repeating
    (e("repeat", i(1), NULL, e("ordered", i(2), i(3)), number_repeats="2"), ("1", "2", "3", "1", "2", "3")),
    (e("repeat", i(1), number_repeats="N"), ("1", "1")),
    (e("repeat", i(1), number_repeats="0"), N),
    (e("repeat", NULL, number_repeats="2"), N),
    # records
    (e("field-value", e("variable", identifier="PLACE"), field_identifier="x"), ("42",)),
    (e("field-value", e("variable", identifier="PLACE"), field_identifier="nothing"), N),
    (e("field-value", NULL, field_identifier="x"), N),
    (e("match", e("variable", identifier="PLACE"), e("correct", identifier="PLACE")), T),
    (e("is-null", e("variable", identifier="PLACE")), F),
    (e("match", e("variable", identifier="PLACE"), NULL), N),
    # constants and context
    (e("math-constant", name="pi"), ("3.141592653589793",)),
    (e("math-constant", name="e"), ("2.718281828459045",)),
    (e("variable", identifier="CITY"), ("York",)),
    (e("default", identifier="CITY"), ("York",)),
    (e("variable", identifier="ROOM"), ("7",)),
    (e("variable", identifier="QTI_CONTEXT"), N),
    # containers
    (e("multiple", NULL, i(1), NULL), ("1",)),
    (e("multiple", NULL), N),
    (e("ordered"), N),
    (e("multiple", ids("A"), value("identifier", "B")), ("A", "B")),
    (e("multiple", i(1), f("1.5")), ("1", "1.5")),
    (e("container-size", ids("A", "A")), ("2",)),
    (e("member", value("identifier", "A"), ids("A", "B")), T),
    (e("member", value("identifier", "C"), ids("A", "B")), F),
    (e("member", value("identifier", "C"), NULL), N),
    (e("contains", ids("A", "B", "C"), ids("C", "A")), T),
    (e("contains", ids("A", "B"), ids("A", "A")), F),
    (e("contains", ids("A", "B", "C", ordered=True), ids("B", "C", ordered=True)), T),
    (e("contains", ids("A", "B", "C", ordered=True), ids("A", "C", ordered=True)), F),
    (e("index", ids("A", "B", ordered=True), n="2"), ("B",)),
    (e("index", ids("A", "B", ordered=True), n="N"), ("B",)),
    (e("index", ids("A", "B", ordered=True), n="3"), N),
    (e("delete", value("identifier", "A"), ids("A", "B", "A")), ("B",)),
    (e("delete", value("identifier", "A"), ids("A")), N),
    # variables
    (e("default", identifier="N"), ("2",)),
    (e("variable", identifier="N"), ("2",)),
    (e("correct", identifier="TOWN"), ("York",)),
    (e("correct", identifier="TOWNS"), N),
    (e("variable", identifier="SCORE"), ("0",)),
    (e("variable", identifier="T"), N),
    (e("variable", identifier="completionStatus"), ("unknown",)),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_gives(expression: Expression, expected: Lexical) -> None:
    assert run(expression) == expected


@pytest.mark.parametrize(
    ("variable", "response", "points"),
    [
        ("TOWN", ("York",), "1"),
        ("TOWN", ("york",), "0.5"),
        ("TOWN", ("YORK",), "-1"),  # neither of two keys that differ by case only
        ("TOWN", ("bath",), "2"),
        ("TOWN", ("ely",), "-1"),
        ("TOWN", ("Ely",), "4"),
        ("TOWN", (), "-1"),
        ("TOWNS", ("Bath", "Bath"), "2"),
        ("TOWNS", ("Ely", "Bath"), "5"),
        ("TOWNS", ("Rome", "Oslo"), "-1.5"),
        ("TOWNS", (), "-1"),
    ],
)
def test_maps(variable: str, response: Lexical, points: str) -> None:
    assert run(e("map-response", identifier=variable), **{variable: response}) == (points,)


@pytest.mark.parametrize(
    "expression",
    [
        e("and", i(1)),
        e("not", flag("true"), flag("true")),
        e("sum"),
        e("sum", s("1")),
        e("gt", ids("A"), i(1)),
        e("match", i(1), s("1")),
        e("integer-divide", f(7), i(2)),
        e("member", ids("A"), ids("A")),
        e("contains", ids("A"), ids("A", ordered=True)),
        e("index", ids("A"), n="1"),
        e("index", ids("A", ordered=True), n="0"),
        e("index", ids("A", ordered=True), n="T2"),
        e("index", ids("A", ordered=True)),
        e("equal", i(1), i(1), tolerance_mode="absolute"),
        e("equal", i(1), i(1), tolerance_mode="absolute", tolerance="-1"),
        e("equal", i(1), i(1), tolerance_mode="absolute", tolerance="1 2 3"),
        e("equal", i(1), i(1), tolerance_mode="about", tolerance="1"),
        e("round-to", i(1), rounding_mode="decimalPlaces", figures="-1"),
        e("round-to", i(1), rounding_mode="significantFigures", figures="0"),
        e("round-to", i(1), rounding_mode="up", figures="1"),
        e("multiple", i(1), s("a")),
        e("string-match", s("a"), s("a"), case_sensitive="perhaps"),
        e("base-value", base_type="integer"),
        value("integer", "one"),
        value("number", "1"),
        e("variable", identifier="NOBODY"),
        e("variable"),
        e("correct", identifier="SCORE"),
        e("map-response", identifier="N"),
        e("test-variables", variable_identifier="SCORE"),
        e("number-correct"),
        e("duration-lt", i(1), i(2)),
        e("pattern-match", s("a"), pattern="("),
        e("pattern-match", i(1), pattern="1"),
        e("pattern-match", s("a"), pattern="{T}"),
        e("pattern-match", s("a")),
        e("repeat", ids("A"), number_repeats="2"),
        e("repeat", i(1), s("a"), number_repeats="2"),
        e("repeat", i(1), number_repeats="1001"),
        e("repeat", e("repeat", i(1), number_repeats="1000"), number_repeats="1000"),
        e("field-value", i(1), field_identifier="x"),
        e("field-value", e("variable", identifier="PLACE")),
        e("sum", e("variable", identifier="PLACE")),
        e("multiple", e("variable", identifier="PLACE")),
        e("match", e("variable", identifier="PLACE"), i(1)),
        e("map-response", identifier="PLACE"),
        e("math-constant", name="tau"),
        e("gcd", f("1.5")),
    ],
)
def test_refuses(expression: Expression) -> None:
    with pytest.raises(ProcessingRefused) as refusal:
        run(expression)
    assert refusal.value.place.startswith("item.xml")


def test_an_operator_outside_the_table() -> None:
    with pytest.raises(UnsupportedProcessing, match="a vendor's own operator"):
        run(e("custom-operator"))
    with pytest.raises(UnsupportedProcessing, match="no operator of the standard"):
        run(e("not-equal", i(1), i(2)))


@pytest.mark.parametrize(
    "expression",
    [e("random", ids("A", "B")), e("random-integer", max="3"), e("sum", e("random-float", max="1"))],
)
def test_scoring_never_draws(expression: Expression) -> None:
    with pytest.raises(UnsupportedProcessing, match="draws at random"):
        run(expression)


@NEEDS_CORPUS
def test_every_expression_of_the_schema_is_computed() -> None:
    schema = etree.parse(SHARED / "schemas" / "qti30" / "qtiv3p0" / "imsqti_asiv3p0_sbacv1p0_v1p0.xsd")
    operands = schema.iterfind(".//xs:complexType[@name='Logic1toManyDType']//xs:element", _XSD)
    names = {str(each.get("name")).removeprefix("qti-") for each in operands}
    assert len(names) > 50
    assert names - OPERATIONS.keys() == {"custom-operator"}


_XSD = {"xs": "http://www.w3.org/2001/XMLSchema"}


SCALARS = st.one_of(
    st.just(NULL),
    st.integers(-(2**31), 2**31 - 1).map(i),
    st.floats().map(
        lambda number: f(repr(number) if math.isfinite(number) else "NaN" if math.isnan(number) else "INF")
    ),
    st.text(max_size=5).map(s),
    st.sampled_from(["true", "false"]).map(flag),
    st.sampled_from("ABC").map(lambda name: value("identifier", name)),
    st.just(e("variable", identifier="TOWNS")),
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(sorted({name for operation in OPERATIONS.values() for name in operation.attributes})),
    st.sampled_from(
        ["", "1", "2", "-1", "N", "T", "SCORE", "TOWN", "true", "decimalPlaces", "float", "absolute", "1 2"]
    ),
    max_size=4,
)
EXPRESSIONS = st.recursive(
    SCALARS,
    lambda inner: st.builds(
        lambda name, operands, attributes: Expression(
            name=name, operands=tuple(operands), attributes=tuple(attributes.items())
        ),
        st.sampled_from(sorted(OPERATIONS)),
        st.lists(inner, max_size=3),
        ATTRIBUTES,
    ),
    max_leaves=8,
)


@given(EXPRESSIONS, st.lists(st.text(max_size=4), max_size=3))
def test_any_expression_gives_a_value_or_is_refused(expression: Expression, towns: list[str]) -> None:
    try:
        result = run(expression, TOWNS=tuple(towns))
    except ScoringRefused:
        return
    assert isinstance(result, tuple)
