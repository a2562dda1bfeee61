"""The session key file: the seat's way in, and the office's when the seat is dead."""

from __future__ import annotations

import pytest

from exam_packages.session_keys import build_session_key, open_session_key, read_session_key, recover_session_key
from signing.errors import ContentRefused, FormRefused
from tests.exam_packages import world

JOURNAL_KEY = bytes(range(32))
STORAGE_KEY = bytes(range(32, 64))
FILE = build_session_key(
    JOURNAL_KEY,
    session=world.SESSION,
    storage_key=STORAGE_KEY,
    scoring_keys=[world.content_key("scoring").public, world.content_key("scoring-next").public],
)


def test_the_seat_opens_it_with_its_storage_key() -> None:
    assert open_session_key(FILE, storage_key=STORAGE_KEY) == JOURNAL_KEY
    with pytest.raises(ContentRefused):
        open_session_key(FILE, storage_key=bytes(32))


@pytest.mark.parametrize("key", ["scoring", "scoring-next"])
def test_the_office_opens_it_without_the_seat(key: str) -> None:
    assert recover_session_key(FILE, scoring_key=world.content_key(key)) == JOURNAL_KEY


def test_nobody_else_does() -> None:
    with pytest.raises(ContentRefused):
        recover_session_key(FILE, scoring_key=world.content_key("publisher"))


def test_the_key_is_not_in_clear() -> None:
    assert JOURNAL_KEY not in FILE
    assert read_session_key(FILE).session == world.SESSION


def test_it_is_bound_to_its_session() -> None:
    other = FILE.replace(world.SESSION.encode(), b"01J8ZQ5V7K3M9N2P4R6S8T0WXZ")
    with pytest.raises(ContentRefused):
        recover_session_key(other, scoring_key=world.content_key("scoring"))


@pytest.mark.parametrize("damage", [FILE + b" ", FILE[:-1], FILE.replace(b'"seat"', b'"seaf"'), b"{}"])
def test_another_form_is_refused(damage: bytes) -> None:
    with pytest.raises(FormRefused):
        read_session_key(damage)


def test_one_key_is_named_once() -> None:
    key = world.content_key("scoring").public
    twice = build_session_key(JOURNAL_KEY, session=world.SESSION, storage_key=STORAGE_KEY, scoring_keys=[key, key])
    with pytest.raises(FormRefused, match="twice"):
        read_session_key(twice)
