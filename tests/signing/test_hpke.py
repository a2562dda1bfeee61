import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import hpke
from signing.errors import ContentRefused, FormRefused
from signing.hpke import OVERHEAD_BYTES, PRIVATE_KEY_BYTES, PUBLIC_KEY_BYTES, ContentKey, ContentPublicKey
from signing.labels import Label
from tests.signing.refusals import refused

KEY = ContentKey.from_bytes(bytes(range(PRIVATE_KEY_BYTES)))
SEALED = hpke.seal(b"the answers", KEY.public, info=Label.RESULT)

LOW_ORDER_POINTS = [
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
]


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_round_trip(plaintext: bytes, info: bytes) -> None:
    sealed = hpke.seal(plaintext, KEY.public, info=info)
    assert len(sealed) == len(plaintext) + OVERHEAD_BYTES
    assert hpke.open_sealed(sealed, KEY, info=info, place="x") == plaintext


def test_keys_are_the_bytes_they_are_stored_as() -> None:
    # From the seeds 00 01 02 …: a change here means that no stored key opens anything any more.
    assert KEY.public.key_id == "d99e4496af749b54ee4a2d270c8057450624ecc5dc0866295ffc504a26134ad4"
    assert KEY.to_bytes() == bytes(range(PRIVATE_KEY_BYTES))
    assert len(KEY.public.to_bytes()) == PUBLIC_KEY_BYTES
    assert ContentPublicKey.from_bytes(KEY.public.to_bytes()) == KEY.public
    assert hash(ContentPublicKey.from_bytes(KEY.public.to_bytes())) == hash(KEY.public)


def test_generated_keys_differ_and_are_restored() -> None:
    one, other = ContentKey.generate(), ContentKey.generate()
    assert one.public != other.public
    assert ContentKey.from_bytes(one.to_bytes()).public == one.public


@pytest.mark.parametrize("position", [*range(0, len(SEALED), 23), len(SEALED) - 1])
def test_no_byte_can_change(position: int) -> None:
    damaged = bytearray(SEALED)
    damaged[position] ^= 1
    with refused(ContentRefused, place="x"):
        hpke.open_sealed(bytes(damaged), KEY, info=Label.RESULT, place="x")


@pytest.mark.parametrize("cut", [b"", SEALED[:32], SEALED[:-1], SEALED + b"\x00", bytes(len(SEALED))], ids=len)
def test_cut_and_grown_messages_are_refused(cut: bytes) -> None:
    with refused(ContentRefused, place="x"):
        hpke.open_sealed(cut, KEY, info=Label.RESULT, place="x")


def test_another_key_and_another_use_are_refused() -> None:
    with refused(ContentRefused):
        hpke.open_sealed(SEALED, ContentKey.generate(), info=Label.RESULT, place="x")
    with refused(ContentRefused):
        hpke.open_sealed(SEALED, KEY, info=Label.ROSTER, place="x")


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        KEY.public.to_bytes()[:-1],
        KEY.public.to_bytes() + b"\x00",
        b"\xff" * 1184 + KEY.public.to_bytes()[1184:],
        KEY.public.to_bytes()[:-1] + bytes([KEY.public.to_bytes()[-1] | 0x80]),
        KEY.public.to_bytes()[:1184] + b"\xff" * 32,
        *(KEY.public.to_bytes()[:1184] + point for point in LOW_ORDER_POINTS),
    ],
    ids=lambda bad: f"{len(bad)}-{bad[-4:].hex()}",
)
def test_bad_public_keys_are_refused(bad: bytes) -> None:
    with refused(FormRefused, place="site key"):
        ContentPublicKey.from_bytes(bad, place="site key")


@pytest.mark.parametrize("bad", [b"", bytes(95), bytes(97)])
def test_bad_private_keys_are_refused(bad: bytes) -> None:
    with refused(FormRefused, place="site key"):
        ContentKey.from_bytes(bad, place="site key")


def test_a_private_key_does_not_show_itself() -> None:
    assert repr(KEY) == f"ContentKey(public={KEY.public.key_id[:16]})"
    assert KEY.to_bytes().hex() not in repr(vars(type(KEY))) + str(KEY)
