"""What a seat has signed about itself goes with its next result, and never keeps one from being sealed."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest

from exam_packages.as_found import AsFound, GivenBack, PutBack
from exam_packages.ids import Digest, UtcMs
from exam_packages.readiness_certificates import ReadinessCertificate
from exam_packages.statements import STATEMENTS_MAX
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.seat.identity import SeatIdentity, read_identity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.state import Outbox
from kiosk.seat.statements import (
    AS_FOUND,
    EARLIER,
    EARLIER_MAX,
    READINESS,
    for_bundle,
    keep_as_found,
    keep_readiness,
)
from signing.keys import generate_signing_key
from tests.kiosk.seat.kept_statements import all_as_found, as_found_of, readiness_of
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


def wrong(world: World, identity: SeatIdentity, number: int) -> AsFound:
    """A restoration after which one thing was not as it was found."""
    found, left = Digest("1" * 64), Digest(f"{number:064x}")
    operation = PutBack(operation="x11/screen-saver", found=found, left=left)
    return replace(as_found(world, identity), made=UtcMs(world.clock.utc_ms() + number), operations=(operation,))


def test_what_a_newer_one_replaces_goes_with_the_next_result_too(world: World) -> None:
    folder = SeatFolder(world.seat_folder)
    identity = read_identity(folder)
    found = [wrong(world, identity, 1), wrong(world, identity, 2), as_found(world, identity)]
    found[-1] = replace(found[-1], made=UtcMs(world.clock.utc_ms() + 3))
    for each in found:
        keep_as_found(folder, identity, each)
    assert as_found_of(folder, identity) == found[-1]
    with guarded(world, FakeLockdown()) as seat:
        sat(seat)
        seat.export(world.stick)
    assert opened(world).statements == tuple(found)
    assert all_as_found(folder, identity) == found[-1:], "a result has the others"
    keep_as_found(folder, identity, wrong(world, identity, 4))
    assert all_as_found(folder, identity) == [found[-1], wrong(world, identity, 4)]


def test_a_result_that_was_not_sealed_takes_none_along(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = SeatFolder(world.seat_folder)
    identity = read_identity(folder)
    for number in (1, 2):
        keep_as_found(folder, identity, wrong(world, identity, number))

    def full(*_: object) -> None:
        raise StorageFault(StorageFaultKind.FULL, folder.state)

    with guarded(world, FakeLockdown()) as seat:
        with monkeypatch.context() as patched:
            patched.setattr(Outbox, "add", full)
            with pytest.raises(StorageFault):
                sat(seat)
        assert len(all_as_found(folder, identity)) == 2


def test_however_often_a_machine_was_given_back_nothing_that_was_wrong_is_lost(world: World) -> None:
    folder = SeatFolder(world.seat_folder)
    identity = read_identity(folder)
    every = [wrong(world, identity, number) for number in range(1, 3 * STATEMENTS_MAX)]
    for each in every:
        keep_as_found(folder, identity, each)
    keep_readiness(folder, identity, readiness(world, identity))
    with guarded(world, FakeLockdown()) as seat:
        sat(seat)
        seat.export(world.stick)
    ready, *found = opened(world).statements
    assert ready == readiness(world, identity)
    assert len(found) == STATEMENTS_MAX - 1
    told = [each for one in found if isinstance(one, AsFound) for each in one.operations]
    assert told == [each.operations[0] for each in every]
    assert not list((folder.folder / EARLIER).iterdir())


def test_every_occasion_is_told_in_its_order(world: World) -> None:
    folder = SeatFolder(world.seat_folder)
    identity = read_identity(folder)
    occasions = [GivenBack.AFTER_CRASH, *[GivenBack.SESSION_ENDED] * STATEMENTS_MAX, GivenBack.BY_COMMAND]
    occasions += [GivenBack.START_FAILED, *[GivenBack.SESSION_ENDED] * STATEMENTS_MAX]
    for number, each in enumerate(occasions):
        keep_as_found(folder, identity, replace(wrong(world, identity, number), because=each))
    found = all_as_found(folder, identity)
    assert len(found) == EARLIER_MAX + 1
    assert [each for each, _ in groupby(one.because for one in found)] == [
        GivenBack.AFTER_CRASH,
        GivenBack.SESSION_ENDED,
        GivenBack.BY_COMMAND,
        GivenBack.START_FAILED,
        GivenBack.SESSION_ENDED,
    ]
    told = [each for one in found for each in one.operations]
    assert told == [each for number in range(len(occasions)) for each in wrong(world, identity, number).operations]


def test_there_is_room_for_one_statement_of_each_occasion() -> None:
    assert len(GivenBack) < EARLIER_MAX


def test_a_power_cut_between_the_two_leaves_it_once(world: World) -> None:
    folder = SeatFolder(world.seat_folder)
    identity = read_identity(folder)
    keep_as_found(folder, identity, wrong(world, identity, 1))
    before = (folder.folder / AS_FOUND).read_bytes()
    keep_as_found(folder, identity, wrong(world, identity, 2))
    (folder.folder / AS_FOUND).write_bytes(before)  # the newer one was never in its place
    assert all_as_found(folder, identity) == [wrong(world, identity, 1)]
    keep_as_found(folder, identity, wrong(world, identity, 2))
    assert all_as_found(folder, identity) == [wrong(world, identity, 1), wrong(world, identity, 2)]


def test_an_earlier_one_that_is_damaged_stays_behind(world: World) -> None:
    folder = SeatFolder(world.seat_folder)
    identity = read_identity(folder)
    for number in (1, 2, 3):
        keep_as_found(folder, identity, wrong(world, identity, number))
    damaged, *_ = (folder.folder / EARLIER).iterdir()
    damaged.write_bytes(b"{}")
    assert len(all_as_found(folder, identity)) == 2


def test_where_the_earlier_ones_cannot_be_listed_the_newest_goes_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = SeatFolder(world.seat_folder)
    identity = read_identity(folder)
    for number in (1, 2):
        keep_as_found(folder, identity, wrong(world, identity, number))
    whole = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name == EARLIER:
            raise OSError(errno.EIO, "the disk does not answer")
        return whole(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert all_as_found(folder, identity) == [wrong(world, identity, 2)]


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
