"""What a seat has signed about itself goes with its next result, and never keeps one from being sealed."""

from __future__ import annotations

import pytest

from exam_packages.as_found import AsFound, GivenBack
from exam_packages.ids import Digest
from exam_packages.readiness_certificates import ReadinessCertificate
from kiosk.seat.identity import SeatIdentity, read_identity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.statements import (
    AS_FOUND,
    READINESS,
    for_bundle,
    keep_as_found,
    keep_readiness,
)
from signing.keys import generate_signing_key
from tests.kiosk.seat.kept_statements import as_found_of, readiness_of
from tests.kiosk.seat.test_guarding import FakeLockdown, guarded, opened, sat
from tests.simulators.day import SEAT, World, make_world


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world"))


def readiness(world: World, identity: SeatIdentity) -> ReadinessCertificate:
    return ReadinessCertificate(
        seat=SEAT,
        key=identity.signing_key.public_key.keyid,
        made=world.clock.utc_ms(),
        platform="test",
        version="1",
        program=Digest("ab" * 32),
        is_whole=True,
        capabilities=(),
        checks=(),
    )


def as_found(world: World, identity: SeatIdentity) -> AsFound:
    key = identity.signing_key.public_key.keyid
    return AsFound(seat=SEAT, key=key, made=world.clock.utc_ms(), because=GivenBack.SESSION_ENDED, operations=())


def test_they_go_with_the_result(world: World) -> None:
    folder = SeatFolder(world.seat_folder)
    identity = read_identity(folder)
    keep_readiness(folder, identity, readiness(world, identity))
    keep_as_found(folder, identity, as_found(world, identity))
    assert readiness_of(folder, identity) == readiness(world, identity)
    assert as_found_of(folder, identity) == as_found(world, identity)
    with guarded(world, FakeLockdown()) as seat:
        sat(seat)
        seat.export(world.stick)
    assert opened(world).statements == (readiness(world, identity), as_found(world, identity))
    assert all(bundle.receipt is not None for bundle in world.accept().bundles)


def test_what_is_damaged_or_of_another_seat_stays_behind(world: World) -> None:
    folder = SeatFolder(world.seat_folder)
    identity = read_identity(folder)
    assert for_bundle(folder, identity) == ()
    keep_as_found(folder, identity, as_found(world, identity))
    good = for_bundle(folder, identity)
    assert len(good) == 1
    (folder.folder / READINESS).write_bytes(b"\xff" * 2_000_000)
    assert for_bundle(folder, identity) == good
    (folder.folder / AS_FOUND).write_bytes((folder.folder / AS_FOUND).read_bytes()[:-3])
    assert for_bundle(folder, identity) == ()
    assert as_found_of(folder, identity) is None
    assert readiness_of(folder, identity) is None
    with guarded(world, FakeLockdown()) as seat:
        sat(seat)
        seat.export(world.stick)
    assert opened(world).statements == ()


def test_another_seats_are_not_taken_along(world: World) -> None:
    folder = SeatFolder(world.seat_folder)
    identity = read_identity(folder)
    other = SeatIdentity(
        name=identity.name,
        language="en",
        signing_key=generate_signing_key(),
        content_key=identity.content_key,
    )
    keep_readiness(folder, other, readiness(world, other))
    assert for_bundle(folder, identity) == ()
    assert len(for_bundle(folder, other)) == 1
