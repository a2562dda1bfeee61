from collections.abc import Callable
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import secret_sharing
from signing.errors import ContentRefused, FormRefused, Refused
from tests.signing.refusals import refused

SECRET = b"J4K8-22MM-ZT"
SHARES = secret_sharing.split(SECRET)


def counting() -> Callable[[int], bytes]:
    calls = iter(range(1, 100))
    return lambda length: bytes([next(calls)]) * length


@given(st.binary(min_size=1, max_size=64))
def test_any_two_in_any_order_restore_it(secret: bytes) -> None:
    shares = secret_sharing.split(secret)
    for first, second in permutations(shares, 2):
        assert secret_sharing.join(first, second) == secret


def test_known_shares() -> None:
    assert secret_sharing.split(b"\x00\xff", random_bytes=counting()) == (
        b"\x01\x02\x02\x03\xfc",
        b"\x02\x01\x01\x03\xfc",
        b"\x03\x01\x01\x02\x02",
    )


@given(st.binary(min_size=8, max_size=8), st.binary(min_size=8, max_size=8), st.binary(min_size=8, max_size=8))
def test_one_share_fits_every_secret(held: bytes, also_held: bytes, secret: bytes) -> None:
    """Whatever one officer holds, some missing part makes it any secret at all: alone it says nothing."""
    missing = bytes(a ^ b ^ c for a, b, c in zip(held, also_held, secret, strict=True))
    draws = iter([missing, held])
    shares = secret_sharing.split(secret, random_bytes=lambda _: next(draws))
    assert shares[0] == b"\x01" + held + also_held


def test_one_share_twice_is_refused() -> None:
    for share in SHARES:
        with refused(FormRefused, place="share"):
            secret_sharing.join(share, share)


def test_shares_of_two_splits_are_refused() -> None:
    others = secret_sharing.split(SECRET)
    for mine, theirs in permutations(range(3), 2):
        with refused(ContentRefused, place="share"):
            secret_sharing.join(SHARES[mine], others[theirs])


@pytest.mark.parametrize(
    "bad",
    [b"", b"\x01", b"\x01ab", b"\x00" + SHARES[0][1:], b"\x04" + SHARES[0][1:], SHARES[0][:-1], SHARES[0] + b"x"],
    ids=lambda bad: f"{len(bad)}-{bad[:1].hex()}",
)
def test_what_is_no_share_is_refused(bad: bytes) -> None:
    with pytest.raises(Refused):
        secret_sharing.join(bad, SHARES[1])


@given(st.binary(max_size=30), st.binary(max_size=30))
def test_any_bytes_give_a_secret_or_a_refusal(first: bytes, second: bytes) -> None:
    try:
        secret = secret_sharing.join(first, second)
    except Refused:
        return
    assert len(secret) == len(first) // 2


def test_nothing_is_not_shared() -> None:
    with pytest.raises(ValueError, match="nothing"):
        secret_sharing.split(b"")
