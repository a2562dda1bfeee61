"""Names are found as they can be typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.seat.name_search import folded, is_found, is_found_as_written


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Zoë Ångström", "zoe angstrom"),
        ("Mira Ø", "mira o"),
        ("Łukasz Đurić", "lukasz duric"),
        ("İPEK Işık", "ipek isik"),
        ("Nguyễn Thị", "nguyen thi"),
        ("Björn Groß", "bjorn gross"),
        ("ＭＡＲＩＡ", "maria"),
        ("李 小龍", "李 小龍"),
        ("Ольга Йорданова", "ольга иорданова"),
        ("Sigurður Þór", "sigurdur thor"),
        ("O’Brien–Ng", "o'brien-ng"),
    ],
)
def test_a_name_is_found_without_its_marks(name: str, typed: str) -> None:
    assert folded(name) == typed
    assert folded(unicodedata.normalize("NFD", name)) == typed, "however the roster writes its letters"


def test_signs_that_are_letters_of_their_own_stay() -> None:
    assert folded("हिन्दी") != folded("हन्द")
    assert folded("김철수") == "김철수"


@given(st.text())
def test_what_was_folded_stays(text: str) -> None:
    assert folded(unicodedata.normalize("NFC", text)) == folded(unicodedata.normalize("NFD", text))
    assert folded(folded(text)) == folded(text)


@given(st.text())
def test_whoever_types_a_name_as_it_is_written_finds_it(name: str) -> None:
    assert is_found(name, name)
    assert is_found_as_written(name, name)


def test_marks_that_were_typed_tell_two_names_apart() -> None:
    assert is_found("zoë", "Zoe Li")
    assert not is_found_as_written("zoë", "Zoe Li")
    assert is_found_as_written("zoe\u0308 LI", "Zoë Li")
