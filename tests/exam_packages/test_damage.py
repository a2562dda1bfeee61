"""One wrong byte, anywhere: always a refusal, always a layer that makes sense, never another exception."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from exam_packages.container import BytesSource
from exam_packages.inspection import Context, inspect
from exam_packages.opening import check_package, open_grant, open_package, open_receipt, open_release
from exam_packages.receipts import Receipt, ReceiptStatus, build_receipt
from exam_packages.result_opening import check_result
from exam_packages.signed_documents import file_digest
from signing.errors import Layer, Refused
from tests.exam_packages import world

PLACES = 500
TRUST = world.trust()

# What a changed byte of a signed envelope can look like: broken JSON, another key id, another signature.
OF_ENVELOPES = {Layer.FORM, Layer.SIGNATURE, Layer.THRESHOLD}


def check_exam(data: bytes) -> None:
    check_package(BytesSource(data), trust=TRUST).verify_every_byte()


def check_release(data: bytes) -> None:
    package = check_package(BytesSource(world.package().data), trust=TRUST)
    open_release(data, trust=TRUST, package=package)


def check_bundle(data: bytes) -> None:
    check_result(data, trust=TRUST)


def receipt() -> bytes:
    value = Receipt(
        number=1,
        bundle=file_digest(world.result_file()),
        session=world.SESSION,
        site=world.SITE,
        seat=world.SEAT,
        status=ReceiptStatus.QUARANTINED,
        reason="the site has not confirmed this seat's certificate yet",
        accepted=world.NOW,
        erase_after=None,
    )
    return build_receipt(value, world.signers("scoring", "records"))


def check_receipt(data: bytes) -> None:
    open_receipt(data, trust=TRUST, bundle=None)


CASES: dict[str, tuple[Callable[[], bytes], Callable[[bytes], None], set[Layer]]] = {
    "exam": (lambda: world.package().data, check_exam, OF_ENVELOPES | {Layer.CONTENT}),
    "scoring": (lambda: world.scoring_package().data, check_exam, OF_ENVELOPES | {Layer.CONTENT}),
    "release": (world.release_file, check_release, OF_ENVELOPES),
    "result": (world.result_file, check_bundle, OF_ENVELOPES | {Layer.CONTENT, Layer.NOT_FOR_THIS_SITE}),
    "receipt": (receipt, check_receipt, OF_ENVELOPES),
}


@pytest.mark.parametrize("name", CASES)
def test_damage_is_refused_by_the_right_layer(name: str) -> None:
    make, check, layers = CASES[name]
    good = make()
    check(good)
    chance = random.Random(f"{name} 1")
    seen: Counter[Layer] = Counter()
    for position in chance.sample(range(len(good)), min(PLACES, len(good))):
        damaged = bytearray(good)
        damaged[position] ^= chance.randrange(1, 256)
        with pytest.raises(Refused) as refused:
            check(bytes(damaged))
        assert refused.value.layer in layers, (position, refused.value)
        assert refused.value.place
        seen[refused.value.layer] += 1
    assert len(seen) > 1, "damage of every kind ended in one layer"


@pytest.mark.parametrize("name", CASES)
def test_cuts_and_additions_are_refused(name: str) -> None:
    make, check, layers = CASES[name]
    good = make()
    chance = random.Random(f"{name} 2")
    for length in (0, 1, *chance.sample(range(len(good)), 40), len(good) - 1):
        with pytest.raises(Refused) as refused:
            check(good[:length])
        assert refused.value.layer in layers
    for added in (b"\x00", b"\n", b" ", good[:1]):
        with pytest.raises(Refused):
            check(good + added)


@pytest.mark.parametrize("name", CASES)
def test_an_inspection_sees_the_same_and_never_raises(name: str) -> None:
    make, _check, layers = CASES[name]
    good = make()
    context = Context(trust=TRUST, registrations=(world.registration(),))
    assert inspect(BytesSource(good), context).refused is None
    chance = random.Random(f"{name} 3")
    for position in chance.sample(range(len(good)), 60):
        damaged = bytearray(good)
        damaged[position] ^= chance.randrange(1, 256)
        explanation = inspect(BytesSource(bytes(damaged)), context)
        assert explanation.refused is not None, position
        assert explanation.refused.layer in layers


def test_every_byte_of_an_exam_counts() -> None:
    """The first, the last and each class of byte between: prefix, header, padding, ciphertext, padding after it."""
    good = world.package().data
    header_end = 16 + int.from_bytes(good[12:16], "big")
    data_start = -(-header_end // 4096) * 4096
    ends = [data_start + entry.offset + entry.length for entry in world.package().manifest.entries]
    for position in (0, 8, 12, 16, header_end - 1, header_end, data_start - 1, data_start, *ends, len(good) - 1):
        damaged = bytearray(good)
        damaged[position % len(good)] ^= 0x20
        with pytest.raises(Refused):
            check_exam(bytes(damaged))


def test_an_opened_package_refuses_damage_where_it_is_read() -> None:
    good = world.package()
    data = bytearray(good.data)
    data[-5000] ^= 1  # somewhere in the last files

    package = open_package(
        BytesSource(bytes(data)),
        trust=TRUST,
        grant=open_grant(world.grant_file(), trust=TRUST, site=world.SITE),
        release=world.release_value(),
        site_key=world.content_key(world.SITE),
    )
    with pytest.raises(Refused):
        package.verify_every_byte()
