from collections.abc import Callable
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.canonical import JsonValue
from signing.errors import FormRefused
from signing.fields import Fields, from_base64, to_base64
from tests.signing.refusals import refused


class Colour(Enum):
    RED = "red"
    GREEN = "green"


DIGEST = "0123456789abcdef" * 4

GOOD: list[tuple[JsonValue, Callable[[Fields], object], object]] = [
    ("text", lambda fields: fields.text("it"), "text"),
    ("", lambda fields: fields.text("it", min_length=0), ""),
    ("x" * 5, lambda fields: fields.optional_text("it", max_length=5), "xxxxx"),
    (0, lambda fields: fields.integer("it"), 0),
    (7, lambda fields: fields.integer("it", minimum=7, maximum=7), 7),
    (-3, lambda fields: fields.optional_integer("it", minimum=-3), -3),
    (False, lambda fields: fields.flag("it"), False),
    ("AAE=", lambda fields: fields.raw("it"), b"\x00\x01"),
    ("AAE=", lambda fields: fields.raw("it", length=2), b"\x00\x01"),
    ("", lambda fields: fields.raw("it", length=0), b""),
    (DIGEST, lambda fields: fields.digest("it"), DIGEST),
    (DIGEST, lambda fields: fields.optional_digest("it"), DIGEST),
    ([DIGEST], lambda fields: fields.digests("it"), (DIGEST,)),
    ([], lambda fields: fields.texts("it"), ()),
    (["a", "b"], lambda fields: fields.texts("it"), ("a", "b")),
    ("green", lambda fields: fields.choice("it", Colour), Colour.GREEN),
    ({"in": 1}, lambda fields: fields.object("it").integer("in"), 1),
    ([{"in": 1}, {"in": 2}], lambda fields: [each.integer("in") for each in fields.objects("it")], [1, 2]),
]

BAD: list[tuple[JsonValue, Callable[[Fields], object], str]] = [
    (None, lambda fields: fields.text("it"), "doc.it"),
    (1, lambda fields: fields.text("it"), "doc.it"),
    ("", lambda fields: fields.text("it"), "doc.it"),
    ("xx", lambda fields: fields.text("it", max_length=1), "doc.it"),
    ("xx", lambda fields: fields.text("it", min_length=3), "doc.it"),
    (None, lambda fields: fields.optional_text("it"), "doc.it"),
    (True, lambda fields: fields.integer("it"), "doc.it"),
    ("1", lambda fields: fields.integer("it"), "doc.it"),
    (-1, lambda fields: fields.integer("it"), "doc.it"),
    (8, lambda fields: fields.integer("it", maximum=7), "doc.it"),
    (1, lambda fields: fields.flag("it"), "doc.it"),
    ("AAF=", lambda fields: fields.raw("it"), "doc.it"),
    ("AAE", lambda fields: fields.raw("it"), "doc.it"),
    ("AA-_", lambda fields: fields.raw("it"), "doc.it"),
    ("AA E=", lambda fields: fields.raw("it"), "doc.it"),
    ("AAE=\n", lambda fields: fields.raw("it"), "doc.it"),
    ("ÄAE=", lambda fields: fields.raw("it"), "doc.it"),
    ("AAE=", lambda fields: fields.raw("it", length=1), "doc.it"),
    ("AAEC", lambda fields: fields.raw("it", max_length=2), "doc.it"),
    ("A" * 400, lambda fields: fields.raw("it", max_length=2), "doc.it"),
    (DIGEST.upper(), lambda fields: fields.digest("it"), "doc.it"),
    (DIGEST[1:], lambda fields: fields.digest("it"), "doc.it"),
    (DIGEST + "\n", lambda fields: fields.digest("it"), "doc.it"),
    (["x"], lambda fields: fields.digests("it"), "doc.it[0]"),
    ("a", lambda fields: fields.texts("it"), "doc.it"),
    (["a", 1], lambda fields: fields.texts("it"), "doc.it[1]"),
    (["a", "b"], lambda fields: fields.texts("it", max_items=1), "doc.it"),
    ("blue", lambda fields: fields.choice("it", Colour), "doc.it"),
    ([], lambda fields: fields.object("it"), "doc.it"),
    ([{}, 1], lambda fields: fields.objects("it"), "doc.it[1]"),
    ([{}, {}], lambda fields: fields.objects("it", max_items=1), "doc.it"),
    ([{"in": 1}], lambda fields: fields.objects("it")[0].text("in"), "doc.it[0].in"),
]


@pytest.mark.parametrize(("value", "read", "expected"), GOOD)
def test_reads(value: JsonValue, read: Callable[[Fields], object], expected: object) -> None:
    fields = Fields({"it": value}, "doc")
    assert read(fields) == expected
    fields.close()


@pytest.mark.parametrize(("value", "read", "place"), BAD)
def test_refuses_and_names_the_place(value: JsonValue, read: Callable[[Fields], object], place: str) -> None:
    with refused(FormRefused, place=place):
        read(Fields({"it": value}, "doc"))


@pytest.mark.parametrize(("value", "read", "expected"), GOOD)
def test_a_missing_field_is_refused_or_none(
    value: JsonValue, read: Callable[[Fields], object], expected: object
) -> None:
    try:
        found = read(Fields({}, "doc"))
    except FormRefused as refusal:
        found, place = None, refusal.place
    else:
        place = "doc.it"
    assert (found, place) == (None, "doc.it")


def test_a_field_nobody_asked_for_is_refused() -> None:
    fields = Fields({"a": 1, "z": 2}, "doc")
    fields.integer("a")
    with refused(FormRefused, place="doc.z"):
        fields.close()


def test_asking_whether_a_field_is_there_is_not_reading_it() -> None:
    fields = Fields({"a": 1}, "doc")
    assert fields.has("a")
    assert not fields.has("b")
    assert fields.optional_object("b") is None
    with refused(FormRefused, place="doc.a"):
        fields.close()


@pytest.mark.parametrize("value", [None, True, 1, "x", []])
def test_only_an_object_has_fields(value: JsonValue) -> None:
    with refused(FormRefused, place="doc"):
        Fields(value, "doc")


@given(st.binary(max_size=100))
def test_base64_round_trip(raw: bytes) -> None:
    assert from_base64(to_base64(raw), place="x") == raw


@given(st.text("ABab01+/=-_ ", max_size=9))
def test_base64_has_one_text_for_some_bytes(text: str) -> None:
    try:
        raw = from_base64(text, place="x")
    except FormRefused:
        return
    assert to_base64(raw) == text
