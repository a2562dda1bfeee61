from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.window.items.code_points import Edit, edit_between, whole_characters


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "a", Edit(at=0, deleted=0, inserted="a")),
        ("a", "", Edit(at=0, deleted=1, inserted="")),
        ("aa", "aaa", Edit(at=2, deleted=0, inserted="a")),
        ("one three", "one two three", Edit(at=5, deleted=0, inserted="wo t")),
        ("\U0001f600\U0001f601b", "\U0001f600\U0001f601Xb", Edit(at=2, deleted=0, inserted="X")),
        ("abc", "xyz", Edit(at=0, deleted=3, inserted="xyz")),
    ],
)
def test_the_smallest_edit(before: str, after: str, expected: Edit) -> None:
    assert edit_between(before, after) == expected


@given(st.text())
def test_the_same_text_is_no_edit(text: str) -> None:
    assert edit_between(text, text) is None


@given(st.text(), st.text(), st.text(), st.text())
def test_an_edit_makes_one_text_into_the_other(start: str, old: str, new: str, end: str) -> None:
    before, after = start + old + end, start + new + end
    edit = edit_between(before, after)
    assert (edit.applied_to(before) if edit else before) == after
    if edit:
        assert edit.deleted <= len(old) or len(edit.inserted) <= len(new)


@given(st.text(st.characters(exclude_categories=())))
def test_what_leaves_can_always_be_encoded(text: str) -> None:
    whole_characters(text).encode()
