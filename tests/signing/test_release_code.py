import time
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import release_code
from signing.argon2 import MINIMUM_COST
from signing.base32 import ALPHABET
from signing.errors import FormRefused
from signing.release_code import CODE_CHARACTERS
from tests.signing.refusals import refused

CODE = release_code.new_code(random_bytes=lambda length: bytes(range(7, 7 + length)))
DATA = st.binary(min_size=10, max_size=10)


def code_of(data: bytes) -> str:
    return release_code.new_code(random_bytes=lambda _: data)


def is_code(text: str) -> bool:
    try:
        return release_code.normalise(text) == text
    except FormRefused:
        return False


def test_known_codes() -> None:
    assert code_of(bytes(10)) == "0000000000NJ"
    assert CODE == "789ABCDEFGBV"


@given(DATA)
def test_a_new_code_is_one(data: bytes) -> None:
    code = code_of(data)
    assert is_code(code)
    assert release_code.normalise(release_code.grouped(code)) == code


def test_every_single_substitution_is_noticed() -> None:
    for position in range(CODE_CHARACTERS):
        for other in set(ALPHABET) - {CODE[position]}:
            assert not is_code(CODE[:position] + other + CODE[position + 1 :])


@given(DATA)
def test_every_transposition_of_different_characters_is_noticed(data: bytes) -> None:
    code = code_of(data)
    for first, second in combinations(range(CODE_CHARACTERS), 2):
        swapped = list(code)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        assert is_code("".join(swapped)) == (code[first] == code[second])


def test_every_two_substitutions_are_noticed() -> None:
    """The code is linear but for a constant: that no change of two characters is noticed nowhere shows at one code."""
    neighbours = [
        (position, value) for position in range(CODE_CHARACTERS) for value in ALPHABET if value != CODE[position]
    ]
    found = 0
    for (first, one), (second, other) in combinations(neighbours, 2):
        if first != second:
            changed = list(CODE)
            changed[first], changed[second] = one, other
            found += release_code.check_characters("".join(changed[:10])) == "".join(changed[10:])
    assert found == 0


@pytest.mark.parametrize(
    "spelling",
    [
        CODE,
        CODE.lower(),
        release_code.grouped(CODE),
        " " + " ".join(CODE) + " ",
        CODE[:4] + "\u2013" + CODE[4:],
        CODE.replace("0", "o").replace("1", "l"),
        CODE.replace("0", "O").replace("1", "i"),
    ],
)
def test_spellings_of_one_code(spelling: str) -> None:
    assert release_code.normalise(spelling) == CODE


@pytest.mark.parametrize(
    "bad", ["", CODE[:-1], CODE + "0", "U" * 12, "é" * 12, "0" * 12, "-" * 200, "ß" * 6, "\ud800" * 12]
)
def test_what_is_no_code_is_refused(bad: str) -> None:
    with refused(FormRefused, place="release code"):
        release_code.normalise(bad)


@given(st.text(max_size=30))
def test_any_text_is_a_code_or_refused(spoken: str) -> None:
    try:
        code = release_code.normalise(spoken)
    except FormRefused:
        return
    assert is_code(code)


def test_secrets_depend_on_code_and_package_and_not_on_the_spelling() -> None:
    secret = release_code.release_secret(CODE, package_id=b"one", cost=MINIMUM_COST)
    assert len(secret) == 32
    assert release_code.release_secret(CODE.lower(), package_id=b"one", cost=MINIMUM_COST) == secret
    assert release_code.release_secret(CODE, package_id=b"two", cost=MINIMUM_COST) != secret
    assert release_code.release_secret(code_of(bytes(10)), package_id=b"one", cost=MINIMUM_COST) != secret


def test_at_the_real_cost_the_secret_is_known_and_slow() -> None:
    start = time.perf_counter()
    secret = release_code.release_secret(CODE, package_id=b"package")
    assert secret.hex() == "1d0bc70b59cc9ec6faf17264b4f571e1b8401b9f409cbeccba9bcca8a075dbda"
    # Far below what any machine needs for 2 passes over 128 MiB; a cost that got lost would take under a millisecond.
    assert time.perf_counter() - start > 0.02


def test_the_check_is_known_and_is_not_the_secret() -> None:
    assert (
        release_code.release_check(bytes(32)).hex()
        == "b338cc9885e0b05d5630479a3cae2023541ded084c11141a0d57845455a06ba1"
    )
    assert release_code.release_check(bytes(32)) != release_code.release_check(b"\x01" * 32)
