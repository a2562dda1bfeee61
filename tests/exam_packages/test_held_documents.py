"""What a document that was taken in keeps away, and what it does not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.held_documents import NOTHING_HELD, held_document
from exam_packages.signed_documents import sign_document
from signing.errors import FormRefused, OlderRefused
from signing.keys import KeySet, SigningKey, generate_p256_signing_key, generate_signing_key
from signing.labels import PayloadType

KIND = PayloadType.ROSTER
FIRST, SECOND = generate_p256_signing_key(), generate_signing_key()
"""A signature by the first differs each time, also of the same payload."""


def keys(*of: SigningKey, revoked: frozenset[str] = frozenset()) -> KeySet:
    return KeySet(keys=tuple(key.public_key for key in of), threshold=1, revoked=revoked)


def document(number: int, says: str, *signers: SigningKey, kind: PayloadType = KIND) -> bytes:
    return sign_document({"number": number, "says": says}, kind, signers or (FIRST,))


NUMBERS = st.integers(1, 2**53 - 1)
WORDS = st.text(alphabet="ab", max_size=3)


@settings(max_examples=60, deadline=None)
@given(number=NUMBERS, other=NUMBERS, says=WORDS, instead=WORDS)
def test_a_number_stands_for_one_payload(number: int, other: int, says: str, instead: str) -> None:
    held = held_document(document(number, says), KIND, keys(FIRST, SECOND))
    assert held.number == number
    for signers in ((FIRST,), (SECOND,), (FIRST, SECOND)):
        again = document(number, says, *signers)
        held.refuse_other(again, KIND, number=number, place="again")
        newer = document(other, instead, *signers)
        if other == number and instead != says:
            with pytest.raises(OlderRefused) as refusal:
                held.refuse_other(newer, KIND, number=other, place="newer.roster")
            assert refusal.value.place == "newer.roster"
            assert f"number {number}," in refusal.value.message
            assert "higher" in refusal.value.message
        else:
            held.refuse_other(newer, KIND, number=other, place="newer")


def test_other_signatures_are_other_bytes() -> None:
    assert document(1, "a", FIRST) != document(1, "a", FIRST)


@pytest.mark.parametrize(
    ("body", "counts"),
    [
        pytest.param(document(7, "a", FIRST), keys(SECOND), id="its signer was replaced"),
        pytest.param(document(7, "a", FIRST), keys(FIRST, revoked=frozenset({FIRST.public_key.keyid})), id="revoked"),
        pytest.param(document(7, "a", FIRST, SECOND), keys(FIRST), id="one of its signers was replaced"),
        pytest.param(
            document(7, "a", FIRST),
            KeySet(keys=(FIRST.public_key, SECOND.public_key), threshold=2),
            id="one signature is no longer enough",
        ),
        pytest.param(document(7, "a", FIRST, kind=PayloadType.RELEASE), keys(FIRST), id="of another kind"),
        pytest.param(document(7, "a", FIRST)[:-1], keys(FIRST), id="damaged"),
        pytest.param(sign_document({"says": "a"}, KIND, [FIRST]), keys(FIRST), id="without a number"),
    ],
)
def test_what_counts_no_longer_keeps_nothing_away(body: bytes, counts: KeySet) -> None:
    held = held_document(body, KIND, counts)
    assert held == NOTHING_HELD
    for number in (1, 6, 7, 8):
        held.refuse_other(document(number, "b"), KIND, number=number, place="newer")


def test_what_is_no_document_has_no_number() -> None:
    held = held_document(document(7, "a"), KIND, keys(FIRST))
    with pytest.raises(FormRefused):
        held.refuse_other(b"{}", KIND, number=7, place="newer")
    with pytest.raises(FormRefused):
        held.refuse_other(document(7, "a", kind=PayloadType.RELEASE), KIND, number=7, place="newer")
