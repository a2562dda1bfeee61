"""A document that was verified before is not verified again, and only that one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exam_packages import verified_documents
from exam_packages.opening import forget_sites, open_certificate, open_certificate_file, open_registration
from exam_packages.registrations import SiteRegistration, registration_from_fields
from exam_packages.signed_documents import UntrustedDocument, read_document
from exam_packages.verified_documents import REMEMBERED_MAX, VerifiedDocuments
from signing.errors import FormRefused, Refused, RevokedRefused, SignatureRefused, ThresholdRefused
from signing.labels import PayloadType
from signing.trust import Revocations, Role
from tests.exam_packages import world

KEYS = world.trust().keys(Role.REGISTRAR)
REGISTRATION = world.registration()


def registrations() -> VerifiedDocuments[SiteRegistration]:
    return VerifiedDocuments(PayloadType.SITE_REGISTRATION, registration_from_fields)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The documents that were read."""
    seen: list[bytes] = []

    def noted(untrusted: bytes, payload_type: PayloadType, *, place: str) -> UntrustedDocument:
        seen.append(untrusted)
        return read_document(untrusted, payload_type, place=place)

    monkeypatch.setattr(verified_documents, "read_document", noted)
    return seen


def test_the_same_bytes_and_keys_are_verified_once(read: list[bytes]) -> None:
    documents, file = registrations(), world.registration_file()
    first = documents.verified(file, KEYS, place="a")
    assert documents.verified(bytes(bytearray(file)), world.trust().keys(Role.REGISTRAR), place="b") == first
    assert first.value == REGISTRATION
    assert len(read) == 1
    documents.forget()
    assert documents.verified(file, KEYS, place="a") == first
    assert len(read) == 2


@pytest.mark.parametrize(
    ("keys", "refusal"),
    [
        (world.trust(Revocations(key_ids=frozenset([KEYS.keys[0].keyid]))).keys(Role.REGISTRAR), RevokedRefused),
        (world.trust().keys(Role.ROSTERS), ThresholdRefused),
    ],
    ids=["a key is revoked since", "another role"],
)
def test_other_keys_judge_anew(keys: object, refusal: type[Refused]) -> None:
    documents, file = registrations(), world.registration_file()
    documents.verified(file, KEYS, place="a")
    with pytest.raises(refusal):
        documents.verified(file, keys, place="a")  # type: ignore[arg-type]  # a KeySet, out of a table
    assert documents.verified(file, KEYS, place="a").value == REGISTRATION


def test_one_altered_byte_is_another_document() -> None:
    documents, file = registrations(), world.registration_file()
    documents.verified(file, KEYS, place="a")
    at = file.index(b'"sig":"') + 9
    altered = file[:at] + (b"A" if file[at : at + 1] != b"A" else b"B") + file[at + 1 :]
    for _ in range(2):
        with pytest.raises(SignatureRefused):
            documents.verified(altered, KEYS, place="a")


def test_a_refusal_is_not_remembered_and_names_its_own_place() -> None:
    documents = registrations()
    for place in ("a", "b"):
        with pytest.raises(FormRefused, match=f"^{place}"):
            documents.verified(b"{}", KEYS, place=place)


def test_only_some_are_remembered(read: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    documents, file = registrations(), world.registration_file()
    monkeypatch.setattr(verified_documents, "REMEMBERED_MAX", 2)
    others = [world.registration_file(number=n) for n in (2, 3)]
    for each in (file, *others, *others, file):
        documents.verified(each, KEYS, place="a")
    assert read == [file, *others, file]
    assert REMEMBERED_MAX > 2


def test_a_long_document_is_verified_each_time(read: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    documents, file = registrations(), world.registration_file()
    monkeypatch.setattr(verified_documents, "DOCUMENT_MAX_BYTES", len(file) - 1)
    documents.verified(file, KEYS, place="a")
    documents.verified(file, KEYS, place="a")
    assert len(read) == 2


def revoking(**revoked: frozenset[str]) -> Callable[[], object]:
    trust = world.trust(Revocations(**revoked))  # type: ignore[arg-type]  # by the name of each set
    return lambda: open_certificate(
        world.certificate_file(),
        trust=trust,
        registration=open_registration(world.registration_file(), trust=trust),
    )


def test_what_is_revoked_is_judged_each_time() -> None:
    revoking()()
    digest = open_certificate_file(
        world.certificate_file(), trust=world.trust(), registration=world.registration()
    ).digest
    for refused in (
        revoking(site_ids=frozenset({world.registration().site})),
        revoking(key_ids=frozenset({world.registration().signing_key.keyid})),
        revoking(key_ids=frozenset({world.certificate().signing_key.keyid})),
        revoking(seat_certificates=frozenset({digest})),
    ):
        with pytest.raises(RevokedRefused):
            refused()
    forget_sites()
    revoking()()
