"""A session with some fields changed: a new one, the old one as it was."""

from __future__ import annotations

import dataclasses
from typing import get_type_hints

import pytest

from exam_packages.ids import ItemId, ResponseId
from kiosk.session.state import Changes, Phase, Session, replaced
from tests.exam_packages import world

SESSION = Session(plan=world.plan(), spent_ms=(1, 2), next_n=7)


def test_every_field_can_be_changed() -> None:
    assert get_type_hints(Changes) == get_type_hints(Session)
    assert set(get_type_hints(Changes)) == {field.name for field in dataclasses.fields(Session)}


def test_it_is_what_dataclasses_would_make() -> None:
    answers = {ItemId("i1"): {ResponseId("R"): ("A",)}}
    after = replaced(SESSION, phase=Phase.SECTION, answers=answers, next_n=8)
    assert after == dataclasses.replace(SESSION, phase=Phase.SECTION, answers=answers, next_n=8)
    assert type(after) is Session
    assert replaced(SESSION) == SESSION


def test_the_old_one_stays_as_it_was() -> None:
    before = dataclasses.replace(SESSION)
    replaced(SESSION, next_n=8, in_review=True)
    assert before == SESSION
    with pytest.raises(dataclasses.FrozenInstanceError):
        replaced(SESSION, next_n=8).next_n = 9  # type: ignore[misc]  # what must not be possible


def test_a_field_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError, match="mood"):
        replaced(SESSION, mood="good")  # type: ignore[call-arg]  # what the type checker sees too
