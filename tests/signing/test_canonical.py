import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signing import canonical
from signing.canonical import MAX_DEPTH, MAX_INTEGER, JsonInput, JsonValue
from signing.errors import FormRefused, Refused
from tests.signing.refusals import refused

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)

VECTORS: list[tuple[JsonInput, bytes]] = [
    (None, b"null"),
    (True, b"true"),
    (0, b"0"),
    (-MAX_INTEGER, b"-9007199254740991"),
    ("", b'""'),
    ('"\\/\b\f\n\r\t\x00\x1f\x7f', b'"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f"'),
    ("\u00e9\u20ac\U0001f600", b'"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"'),
    ([1, [], {}], b"[1,[],{}]"),
    ((1, 2), b"[1,2]"),
    ({"b": 1, "a": 2, "B": 3, "": 4}, b'{"":4,"B":3,"a":2,"b":1}'),
    # By code point, U+FFFF stands before U+10000; by UTF-16 unit, as in RFC 8785, it would stand after it.
    ({"\U00010000": 1, "\uffff": 2}, b'{"\xef\xbf\xbf":2,"\xf0\x90\x80\x80":1}'),
]

BAD = [
    b"",
    b" 1",
    b"1 ",
    b"1\n",
    b"\xef\xbb\xbf1",
    b"\xff",
    b"\xc0\x80",
    b'"\xed\xa0\x80"',
    b"tru",
    b"[1,]",
    b"[1, 2]",
    b'{"a":1,"a":1}',
    b'{"b":1,"a":1}',
    b'{"a" :1}',
    b"{1:1}",
    b"1.0",
    b"1e2",
    b"-0",
    b"01",
    b"+1",
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"9007199254740992",
    b"-9007199254740992",
    b"1" * 5000,
    b'"\\u00e9"',
    b'"\\/"',
    b'"\\u000a"',
    b'"\\u001F"',
    b'"\\ud800"',
    b'"\\ud83d\\ude00"',
    b'"\n"',
    b"[" * 100_000,
    b"[" * 33 + b"]" * 33,
    b'{"a":' * 50_000,
    b"1]",
]


@pytest.mark.parametrize(("value", "encoding"), VECTORS)
def test_known_encodings(value: JsonInput, encoding: bytes) -> None:
    assert canonical.encode(value) == encoding


@pytest.mark.parametrize("encoding", [encoding for _, encoding in VECTORS])
def test_known_encodings_are_read_back(encoding: bytes) -> None:
    assert canonical.encode(canonical.decode(encoding, place="x", max_bytes=1000)) == encoding


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: ascii(bad[:20]))
def test_every_other_encoding_is_refused(bad: bytes) -> None:
    with refused(FormRefused, place="x"):
        canonical.decode(bad, place="x", max_bytes=1_000_000)


def test_length_is_bounded_before_anything_is_read() -> None:
    assert canonical.decode(b"[1]", place="x", max_bytes=3) == [1]
    with refused(FormRefused):
        canonical.decode(b"[1]", place="x", max_bytes=2)


def test_the_deepest_nesting_is_the_documented_one() -> None:
    deepest = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert canonical.encode(canonical.decode(deepest, place="x", max_bytes=100)) == deepest


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), 2**53, -(2**53), "\ud800", {"\udfff": 1}, b"raw", {1: 2}, {1, 2}, object()],
    ids=lambda value: type(value).__name__ + ascii(value)[:9].strip("<"),
)
def test_what_has_no_canonical_form_is_not_written(value: JsonInput) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its text names the value
        canonical.encode(value)


@given(VALUES)
def test_round_trip(value: JsonValue) -> None:
    encoding = canonical.encode(value)
    assert canonical.decode(encoding, place="x", max_bytes=len(encoding)) == value
    assert json.loads(encoding) == value


@given(st.binary(max_size=60) | TEXTS.map(str.encode) | VALUES.map(lambda value: json.dumps(value).encode()))
@example(b"[" * 2000)
def test_any_bytes_give_a_value_with_this_encoding_or_a_refusal(untrusted: bytes) -> None:
    try:
        value = canonical.decode(untrusted, place="x", max_bytes=10_000)
    except Refused:
        return
    assert canonical.encode(value) == untrusted
