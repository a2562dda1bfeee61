"""A manifest that was verified before is not verified again, and only that one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exam_packages import verified_manifests
from exam_packages.container import BytesSource, UntrustedContainer, UntrustedFrame, look_into, read_frame
from exam_packages.opening import check_package
from exam_packages.verified_manifests import REMEMBERED_MAX, VerifiedManifests
from signing.errors import FormRefused, Refused, RevokedRefused, SignatureRefused, ThresholdRefused
from signing.trust import Revocations, Role
from tests.exam_packages import world

KEYS = world.trust().keys(Role.EXAMS)


def frame(built: world.BuiltPackage) -> UntrustedFrame:
    return read_frame(BytesSource(built.data), place="exam")


@pytest.fixture
def looked_into(monkeypatch: pytest.MonkeyPatch) -> list[UntrustedFrame]:
    """The packages whose headers were read."""
    read: list[UntrustedFrame] = []

    def noted(each: UntrustedFrame) -> UntrustedContainer:
        read.append(each)
        return look_into(each)

    monkeypatch.setattr(verified_manifests, "look_into", noted)
    return read


def test_the_same_header_and_keys_are_verified_once(looked_into: list[UntrustedFrame]) -> None:
    manifests = VerifiedManifests()
    first = manifests.verified(frame(world.package()), KEYS)
    assert manifests.verified(frame(world.package()), world.trust().keys(Role.EXAMS)) == first
    assert (first.manifest, first.digest) == (world.package().manifest, world.package().digest)
    assert len(looked_into) == 1
    manifests.forget()
    assert manifests.verified(frame(world.package()), KEYS) == first
    assert len(looked_into) == 2


def test_another_package_is_another_manifest() -> None:
    manifests = VerifiedManifests()
    digests = [manifests.verified(frame(each), KEYS).digest for each in (world.package(), world.other_package())]
    assert digests == [world.package().digest, world.other_package().digest]


@pytest.mark.parametrize(
    ("keys", "refusal"),
    [
        (world.trust(Revocations(key_ids=frozenset([KEYS.keys[0].keyid]))).keys(Role.EXAMS), RevokedRefused),
        (world.trust().keys(Role.RELEASES), ThresholdRefused),
        (replace(KEYS, keys=(*KEYS.keys, world.signing_key("third").public_key), threshold=3), ThresholdRefused),
    ],
    ids=["revoked since", "another role", "more signatures needed"],
)
def test_what_was_good_under_other_keys_is_verified_again(keys: object, refusal: type[Refused]) -> None:
    manifests = VerifiedManifests()
    manifests.verified(frame(world.package()), KEYS)
    with pytest.raises(refusal):
        manifests.verified(frame(world.package()), keys)  # type: ignore[arg-type]  # a table of key sets


def test_one_byte_of_a_header_makes_it_another_one() -> None:
    manifests = VerifiedManifests()
    good = frame(world.package())
    manifests.verified(good, KEYS)
    for position in range(0, len(good.untrusted_header), 97):
        damaged = bytearray(good.untrusted_header)
        damaged[position] ^= 1
        with pytest.raises((FormRefused, SignatureRefused, ThresholdRefused)):
            manifests.verified(replace(good, untrusted_header=bytes(damaged)), KEYS)


def test_what_is_refused_is_not_remembered() -> None:
    manifests = VerifiedManifests()
    one_signature = world.write(world.manifest(), {"a.xml": b"<a/>"}, by=("publisher",))
    for _ in range(2):
        with pytest.raises(ThresholdRefused):
            manifests.verified(frame(one_signature), KEYS)


def test_only_a_few_are_remembered_and_none_that_is_huge(
    looked_into: list[UntrustedFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    manifests = VerifiedManifests()
    packages = [world.write(world.manifest(), {"a.xml": b"%d" % n}) for n in range(REMEMBERED_MAX + 1)]
    for each in [*packages, packages[-1], packages[0]]:
        manifests.verified(frame(each), KEYS)
    assert len(looked_into) == len(packages) + 1  # the first one had been forgotten
    monkeypatch.setattr(verified_manifests, "HEADER_MAX_BYTES", 10)
    manifests.forget()
    looked_into.clear()
    for _ in range(2):
        manifests.verified(frame(packages[0]), KEYS)
    assert len(looked_into) == 2


def test_revoking_a_package_that_is_open_already_counts_at_once() -> None:
    source = BytesSource(world.package().data)
    digest = check_package(source, trust=world.trust()).digest
    with pytest.raises(RevokedRefused):
        check_package(source, trust=world.trust(Revocations(packages=frozenset([digest]))))
