"""What a candidate needs: one JSON form, no contradictions, prohibitions take back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from exam_packages.accommodations import (
    NO_NEEDS,
    Accommodations,
    Scheme,
    check_needs,
    effective,
    extras_from_fields,
    extras_to_json,
)
from exam_packages.qti.model import Tool
from signing.canonical import JsonValue
from signing.errors import FormRefused
from signing.fields import Fields
from tests.exam_packages.needs import NEEDS


def read(value: JsonValue, base: Accommodations = NO_NEEDS) -> Accommodations:
    fields = Fields(value, "needs")
    needs = extras_from_fields(fields, base)
    fields.close()
    return needs


@given(needs=NEEDS)
def test_what_is_written_is_read(needs: Accommodations) -> None:
    base = Accommodations(
        extra_time_percent=needs.extra_time_percent, text_size_percent=needs.text_size_percent, codes=needs.codes
    )
    assert read(dict(extras_to_json(needs)), base) == needs


def test_nothing_is_written_as_nothing() -> None:
    assert extras_to_json(Accommodations(extra_time_percent=25, text_size_percent=150, codes=("spoken",))) == {}


@pytest.mark.parametrize(
    "value",
    [
        {"fixed_minutes": 0},
        {"fixed_minutes": 601},
        {"breaks": 21},
        {"break_minutes": 241},
        {"single_column": False},
        {"unlimited_time": False},
        {"line_spacing_percent": 100},
        {"letter_spacing_percent": 51},
        {"tools": []},
        {"tools": ["hammer"]},
        {"tools": ["notes", "line-reader"]},
        {"prohibited": ["b", "a"]},
        {"scheme": "pink"},
        {"translation_language": "Spanish please"},
        {"fixed_minutes": 5, "unlimited_time": True},
        {"anything": 1},
    ],
)
def test_what_is_not_the_one_form_is_refused(value: JsonValue) -> None:
    with pytest.raises(FormRefused):
        read(value)


def test_only_one_kind_of_extra_time() -> None:
    with pytest.raises(FormRefused, match="more than one kind"):
        check_needs(Accommodations(extra_time_percent=25, unlimited_time=True), place="needs")


def test_prohibitions_take_back_what_the_same_list_gives() -> None:
    needs = Accommodations(
        extra_time_percent=50,
        text_size_percent=200,
        scheme=Scheme.HIGH_CONTRAST,
        single_column=True,
        tools=(Tool.CALCULATOR, Tool.KEYWORD_TRANSLATION, Tool.LINE_READER),
        translation_language="es",
        linguistic_guidance=True,
        prohibited=(
            "additional-testing-time",
            "calculator-on-screen",
            "high-contrast",
            "keyword-translation",
            "layout-single-column",
            "linguistic-guidance",
            "text-appearance",
        ),
    )
    left = effective(needs)
    assert left == Accommodations(tools=(Tool.LINE_READER,), prohibited=needs.prohibited)
    assert left.prohibited_tools == {Tool.CALCULATOR, Tool.SCIENTIFIC_CALCULATOR, Tool.KEYWORD_TRANSLATION}
    assert left.tools_given == {Tool.LINE_READER}


def test_help_with_words_and_a_language_bring_the_tools_that_show_them() -> None:
    needs = Accommodations(linguistic_guidance=True, translation_language="es")
    assert needs.tools_given == {Tool.GLOSSARY, Tool.KEYWORD_TRANSLATION}
    without = effective(replace(needs, prohibited=("keyword-translation", "linguistic-guidance")))
    assert not without.tools_given
    assert replace(needs, prohibited=("glossary-on-screen",)).tools_given == {Tool.KEYWORD_TRANSLATION}


def test_a_prohibited_contrast_leaves_other_colours() -> None:
    assert effective(Accommodations(scheme=Scheme.DARK, prohibited=("high-contrast",))).scheme is Scheme.DARK


@given(needs=NEEDS)
def test_taking_back_is_done_once(needs: Accommodations) -> None:
    assert effective(effective(needs)) == effective(needs)
    assert not effective(needs).tools_given & needs.prohibited_tools
