from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import canonical, dsse
from signing.canonical import JsonInput
from signing.errors import FormRefused, Refused, RevokedRefused, SignatureRefused, ThresholdRefused
from signing.keys import generate_signing_key
from signing.labels import PayloadType
from signing.trust import Revocations, read_revocations, write_revocations
from signing.trust.revocations import MAX_BYTES, MAX_ENTRIES
from tests.signing.refusals import refused
from tests.signing.trust.small_office import key_set

SECURITY = generate_signing_key()
KEYS = key_set(SECURITY, threshold=1)
DIGESTS = st.frozensets(st.binary(min_size=32, max_size=32).map(bytes.hex), max_size=3)
FIELDS = {"keys": "key_ids", "sites": "site_ids", "seatCertificates": "seat_certificates", "packages": "packages"}
ONE = Revocations(
    number=3,
    issued_utc_ms=5,
    key_ids=frozenset({"1" * 64}),
    site_ids=frozenset({"lisbon"}),
    seat_certificates=frozenset({"2" * 64}),
    packages=frozenset({"3" * 64, "4" * 64}),
)


def read(untrusted: bytes) -> Revocations:
    return read_revocations(untrusted, KEYS, place="revocations.json")


@given(st.integers(1, 2**53 - 1), DIGESTS, st.frozensets(st.text("ab-", min_size=1), max_size=3), DIGESTS, DIGESTS)
def test_round_trip(
    number: int, key_ids: frozenset[str], site_ids: frozenset[str], seats: frozenset[str], packages: frozenset[str]
) -> None:
    revocations = Revocations(
        number=number, key_ids=key_ids, site_ids=site_ids, seat_certificates=seats, packages=packages
    )
    assert read(write_revocations(revocations, [SECURITY])) == revocations


REFUSALS: list[tuple[Callable[[], None], bool]] = [
    (lambda: ONE.refuse_key("1" * 64, place="x"), True),
    (lambda: ONE.refuse_key("2" * 64, place="x"), False),
    (lambda: ONE.refuse_site("lisbon", place="x"), True),
    (lambda: ONE.refuse_site("porto", place="x"), False),
    (lambda: ONE.refuse_seat_certificate("2" * 64, place="x"), True),
    (lambda: ONE.refuse_seat_certificate("3" * 64, place="x"), False),
    (lambda: ONE.refuse_package("4" * 64, place="x"), True),
    (lambda: ONE.refuse_package("2" * 64, place="x"), False),
]


@pytest.mark.parametrize(("check", "revoked"), REFUSALS)
def test_what_is_revoked_is_refused(check: Callable[[], None], *, revoked: bool) -> None:
    if revoked:
        with refused(RevokedRefused, place="x"):
            check()
    else:
        check()


def test_other_signers_are_refused() -> None:
    with refused(ThresholdRefused, place="revocations.json"):
        read(write_revocations(ONE, [generate_signing_key()]))


def test_no_byte_can_change() -> None:
    signed = write_revocations(ONE, [SECURITY])
    for position in range(len(signed)):
        damaged = bytearray(signed)
        damaged[position] ^= 1
        with pytest.raises(Refused):
            read(bytes(damaged))


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0},
        {"keys": ["2" * 64, "1" * 64]},
        {"keys": ["1" * 64, "1" * 64]},
        {"keys": ["x"]},
        {"sites": [""]},
        {"packages": "3" * 64},
        {"issuedUtcMs": 253_402_300_799_001},
        {"extra": 1},
    ],
)
def test_other_forms_are_refused_though_signed(change: dict[str, JsonInput]) -> None:
    with refused(FormRefused, place="revocations.json"):
        read(document(**change))


@pytest.mark.parametrize("name", ["keys", "sites", "seatCertificates", "packages"])
def test_more_entries_than_any_office_has_are_refused_though_signed(name: str) -> None:
    entries = [f"{n:064x}" for n in range(MAX_ENTRIES + 1)]
    with refused(FormRefused, place=f"revocations.json.{name}"):
        read(document(**{name: entries}))
    assert getattr(read(document(**{name: entries[:-1]})), FIELDS[name]) == frozenset(entries[:-1])


def test_a_document_longer_than_any_is_refused_though_signed() -> None:
    entries = [f"{n:064x}" for n in range(MAX_ENTRIES)]
    long = document(keys=entries, sites=[f"{n:012d}" for n in range(MAX_ENTRIES)])
    assert len(long) > MAX_BYTES
    with refused(FormRefused, place="revocations.json"):
        read(long)


def document(**changes: JsonInput) -> bytes:
    good: dict[str, JsonInput] = {
        "number": 1, "issuedUtcMs": 1, "keys": [], "sites": [], "seatCertificates": [], "packages": []
    }  # fmt: skip
    return dsse.sign(canonical.encode({**good, **changes}), PayloadType.REVOCATIONS, [SECURITY])


def test_another_document_by_the_same_key_is_refused() -> None:
    with refused(FormRefused):
        read(dsse.sign(b"{}", PayloadType.RECEIPT, [SECURITY]))
    envelope = dsse.read_envelope(document(), place="x", max_bytes=MAX_BYTES)
    with refused(FormRefused):
        read(dsse.sign(envelope.untrusted_payload, PayloadType.RECEIPT, [SECURITY]))


def test_a_signature_of_somebody_else_under_the_right_name_is_refused() -> None:
    envelope = dsse.read_envelope(write_revocations(ONE, [SECURITY]), place="x", max_bytes=10_000)
    forged = canonical.encode(
        {
            "payload": "e30=",
            "payloadType": envelope.payload_type,
            "signatures": [{"keyid": envelope.key_ids[0], "sig": "A" * 86 + "=="}],
        }
    )
    with refused(SignatureRefused):
        read(forged)


def test_numbers_begin_with_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        write_revocations(Revocations(), [SECURITY])
