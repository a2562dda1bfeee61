"""Names are found as they can be typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.seat.name_search import folded


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
