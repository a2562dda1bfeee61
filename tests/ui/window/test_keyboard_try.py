"""What is compared when somebody tries the keyboard."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.session_events import Adjusted
from ui.window.keyboard_try import SAMPLES, Arrived, arrived, sample_of
from ui.window.screens.keyboard_check import TYPED_MAX


@pytest.mark.parametrize(
    ("language", "like"),
    [("de", "de"), ("de-CH", "de"), ("DE_at", "de"), ("zh-Hant-TW", "zh"), ("", "en"), ("tlh", "en"), ("en-GB", "en")],
)
def test_the_line_is_in_the_exams_language(language: str, like: str) -> None:
    assert sample_of(language) == SAMPLES[like]


@pytest.mark.parametrize("language", SAMPLES)
def test_every_line_can_be_typed_and_fits(language: str) -> None:
    line = SAMPLES[language]
    assert line == line.strip()
    assert 0 < len(unicodedata.normalize("NFD", line)) <= TYPED_MAX
    assert all(each.isprintable() for each in line)


@pytest.mark.parametrize(
    ("typed", "result"),
    [
        ("", Arrived.NOTHING),
        ("  ", Arrived.NOTHING),
        ("Zy", Arrived.BEGUN),
        ("Yz", Arrived.OTHERWISE),
        (SAMPLES["de"], Arrived.AS_SHOWN),
        (f" {SAMPLES['de']} ", Arrived.AS_SHOWN),
        (SAMPLES["de"] + "!", Arrived.OTHERWISE),
        (unicodedata.normalize("NFD", SAMPLES["de"]), Arrived.AS_SHOWN),
    ],
)
def test_what_arrives_is_compared(typed: str, result: Arrived) -> None:
    assert arrived(SAMPLES["de"], typed) is result


@given(st.sampled_from(sorted(SAMPLES)), st.text(max_size=TYPED_MAX))
def test_whatever_is_typed_has_a_result_that_a_journal_takes(language: str, typed: str) -> None:
    result = arrived(SAMPLES[language], typed)
    assert Adjusted(setting="keyboard-tried", value=result.value).value in {each.value for each in Arrived}
    assert (result is Arrived.NOTHING) == (not typed.strip())
