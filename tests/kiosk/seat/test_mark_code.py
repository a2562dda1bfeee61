"""The short code of a mark: how it is read, whose it is, which errors it shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import Digest, SeatId, UtcMs
from exam_packages.seat_marks import SeatMark
from kiosk.seat.mark_code import code_of, read_code
from signing.base32 import ALPHABET
from signing.errors import FormRefused

KEY = bytes(32)
DIGEST = Digest("5a" * 32)
MARK = SeatMark(
    seat=SeatId("seat-01"),
    key="01" * 32,
    number=41,
    made=UtcMs(0),
    bundles=17,
    bundle=Digest("ab" * 32),
    drop=3,
    sessions=(),
)
CODE = code_of(MARK, DIGEST, KEY)


def test_it_says_two_numbers_and_twelve_characters() -> None:
    mark, bundles, *letters = CODE.split("-")
    assert (mark, bundles) == ("41", "17")
    assert [len(group) for group in letters] == [5, 5, 2]


@given(
    number=st.integers(1, 999_999_999), bundles=st.integers(0, 999_999_999), digest=st.binary(min_size=32, max_size=32)
)
def test_what_is_written_is_read_back(number: int, bundles: int, digest: bytes) -> None:
    mark = replace(MARK, number=number, bundles=bundles)
    code = read_code(code_of(mark, Digest(digest.hex()), KEY))
    assert (code.number, code.bundles) == (number, bundles)
    assert code.is_of(KEY)
    assert code.fits(Digest(digest.hex()))


@pytest.mark.parametrize(
    "spoken",
    [
        CODE.lower(),
        CODE.replace("-", " "),
        f"  {CODE}\n",
        CODE.replace("-", " - "),
        f"41-17-{CODE.removeprefix('41-17-').replace('0', 'o').replace('1', 'l')}",
    ],
)
def test_spelling_does_not_matter(spoken: str) -> None:
    assert read_code(spoken) == read_code(CODE)


@pytest.mark.parametrize(
    "spoken", ["", "41", "41-17", "41-17-", "forty-one-17-AAAAA-AAAAA-AA", "-1-17-AAAAA-AAAAA-AA", "9" * 200]
)
def test_what_is_no_code_is_refused(spoken: str) -> None:
    with pytest.raises(FormRefused):
        read_code(spoken)


def test_every_wrong_character_is_a_typing_error() -> None:
    start = CODE.rindex("-", 0, CODE.rindex("-") - 5) - 5  # where the letters begin
    for position in range(start, len(CODE)):
        if CODE[position] == "-":
            continue
        for other in ALPHABET:
            if other != CODE[position]:
                with pytest.raises(FormRefused):
                    read_code(CODE[:position] + other + CODE[position + 1 :])


def test_a_wrong_number_is_nobodys_code() -> None:
    assert not read_code(CODE.replace("41-17", "42-17")).is_of(KEY)
    assert not read_code(CODE.replace("41-17", "41-18")).is_of(KEY)


def test_another_seats_code_is_not_ours() -> None:
    assert not read_code(code_of(MARK, DIGEST, b"\x01" * 32)).is_of(KEY)
    assert not read_code(CODE).fits(Digest("5b" * 32))


@given(st.text())
def test_whatever_is_typed_is_a_code_or_a_refusal(spoken: str) -> None:
    try:
        code = read_code(spoken)
    except FormRefused:
        return
    assert code.number >= 0
