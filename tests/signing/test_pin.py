from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import canonical, pin
from signing.argon2 import MINIMUM_COST, Cost
from signing.canonical import JsonValue
from signing.errors import FormRefused, Refused
from signing.fields import Fields
from signing.pin import PIN_COST, PinVerifier, PinWrong
from tests.signing.refusals import refused

PEPPER = b"a seat's pepper, 32 bytes long.."
CONTEXT = b"proctor 7 at site 3"


def verifier_of(digits: str) -> PinVerifier:
    return pin.make_verifier(digits, pepper=PEPPER, context=CONTEXT, cost=MINIMUM_COST)


VERIFIER = verifier_of("271828")


def test_the_right_pin() -> None:
    pin.check("271828", VERIFIER, pepper=PEPPER, context=CONTEXT)


@pytest.mark.parametrize("typed", ["", "27182", "271829", "2718280", "271828 ", "２７１８２８", "\ud800", "2" * 10_000])
def test_a_wrong_pin(typed: str) -> None:
    with pytest.raises(PinWrong, match=r"^The PIN is wrong\.$"):
        pin.check(typed, VERIFIER, pepper=PEPPER, context=CONTEXT)


def test_a_verifier_belongs_to_one_person_and_one_pepper() -> None:
    with pytest.raises(PinWrong):
        pin.check("271828", VERIFIER, pepper=b"another pepper..", context=CONTEXT)
    with pytest.raises(PinWrong):
        pin.check("271828", VERIFIER, pepper=PEPPER, context=b"proctor 8 at site 3")


def test_a_wrong_pin_is_no_refusal() -> None:
    assert not issubclass(PinWrong, Refused)


def test_every_verifier_has_a_salt_of_its_own() -> None:
    assert verifier_of("271828").salt != VERIFIER.salt


@pytest.mark.parametrize("bad", ["", "12345", "1234567890123", "12345a", "１２３４５６", "123456\n", "-123456"])
def test_a_pin_is_six_to_twelve_digits(bad: str) -> None:
    with refused(FormRefused, place="PIN"):
        verifier_of(bad)


@given(st.text("0123456789", min_size=6, max_size=12), st.text("0123456789", min_size=6, max_size=12))
def test_only_the_same_digits_pass(one: str, other: str) -> None:
    verifier = verifier_of(one)
    if one == other:
        pin.check(other, verifier, pepper=PEPPER, context=CONTEXT)
    else:
        with pytest.raises(PinWrong):
            pin.check(other, verifier, pepper=PEPPER, context=CONTEXT)


def test_json_round_trip() -> None:
    value = canonical.decode(canonical.encode(VERIFIER.to_json()), place="x", max_bytes=1000)
    assert PinVerifier.from_fields(Fields(value, "x"), floor=MINIMUM_COST) == VERIFIER


def test_a_cheap_verifier_is_refused_unless_a_test_asks_for_it() -> None:
    with refused(FormRefused, place="memoryKib"):
        PinVerifier.from_fields(Fields(VERIFIER.to_json(), "x"))
    costly = replace(VERIFIER, memory_kib=PIN_COST.memory_kib, iterations=PIN_COST.iterations, lanes=PIN_COST.lanes)
    assert PinVerifier.from_fields(Fields(costly.to_json(), "x")) == costly


@pytest.mark.parametrize(
    "change",
    [
        {"memoryKib": 1024 * 1024 + 1},
        {"memoryKib": 2**53 - 1},
        {"memoryKib": 0},
        {"memoryKib": 15, "lanes": 2},
        {"iterations": 0},
        {"iterations": 33},
        {"lanes": 0},
        {"lanes": 17},
        {"salt": "AAAA"},
        {"hash": "AAAA"},
        {"extra": 1},
    ],
)
def test_parameters_from_files_are_bounded(change: dict[str, JsonValue]) -> None:
    with refused(FormRefused, place="proctors[0]"):
        PinVerifier.from_fields(Fields({**VERIFIER.to_json(), **change}, "proctors[0]"), floor=MINIMUM_COST)


def test_the_real_cost_is_the_documented_one() -> None:
    assert Cost(memory_kib=131_072, iterations=2, lanes=1) == PIN_COST
    verifier = pin.make_verifier("271828", pepper=PEPPER, context=CONTEXT)
    assert verifier.cost == PIN_COST
    pin.check("271828", verifier, pepper=PEPPER, context=CONTEXT)


def test_a_short_pepper_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="pepper"):
        pin.check("271828", VERIFIER, pepper=b"short", context=CONTEXT)


@pytest.mark.parametrize("bad", [(7, 1, 1), (8, 0, 1), (8, 1, 0), (2**21, 1, 1), (8, 33, 1), (136, 1, 17)])
def test_a_cost_is_within_bounds(bad: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="bounds"):
        Cost(memory_kib=bad[0], iterations=bad[1], lanes=bad[2])
