"""Seats' marks on the admin's machine: kept from every stick, brought to every stick, forged ones left alone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from exam_packages.opening import open_seat_mark
from exam_packages.seat_marks import SeatMark, build_seat_mark, mark_name
from exam_packages.signed_documents import read_document
from kiosk.errors import NotReady
from kiosk.handover.stick import Stick
from kiosk.seat.identity import read_identity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.rollback import RollbackSource
from kiosk.site.marks import MARKS, bring_marks, take_marks
from kiosk.site.overview import bring_receipts, overview
from kiosk.site.seats import certificates
from kiosk.site.site import Site
from signing.argon2 import MINIMUM_COST
from signing.keys import SigningKey, generate_signing_key
from signing.labels import PayloadType
from tests.kiosk.seat.sittings import sit
from tests.simulators.day import CHIDI, PASSPHRASE, World


def key_of(world: World) -> SigningKey:
    return read_identity(SeatFolder(world.seat_folder)).signing_key


def mark_of(world: World, number: int) -> SeatMark:
    (path,) = Stick(world.stick).mark_files()
    return replace(open_seat_mark(path.read_bytes(), key=key_of(world).public_key), number=number)


def marks_here(site: Site) -> tuple[SeatMark, ...]:
    """The marks that a site keeps, by file name; of every one the certified seat's signature holds."""
    keys = {certificate.signing_key.keyid: certificate.signing_key for _, certificate in certificates(site)}
    found = []
    for path in sorted((site.folder / MARKS).glob("*.mark")):
        data = path.read_bytes()
        key = read_document(data, PayloadType.SEAT_MARK, place=path.name).untrusted_fields().digest("key")
        found.append(open_seat_mark(data, key=keys[key]))
    return tuple(found)


def put(stick: Path, mark: SeatMark, key: SigningKey) -> None:
    (stick / "marks").mkdir(parents=True, exist_ok=True)
    (stick / "marks" / f"{mark_name(mark)}.mark").write_bytes(build_seat_mark(mark, key))


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A second stick, empty."""
    (tmp_path / "second").mkdir()
    return tmp_path / "second"


@pytest.fixture
def exported(world: World) -> World:
    """A world whose seat has left a mark on the stick."""
    with world.seat() as seat:
        seat.export(world.stick)
    return world


def test_the_newest_goes_from_one_stick_to_the_next(exported: World, stick: Path) -> None:
    site = exported.site
    (taken,) = take_marks(site, Stick(exported.stick))
    assert marks_here(site) == (taken,)
    assert take_marks(site, Stick(exported.stick)) == ()
    assert bring_marks(site, Stick(stick)) == 1
    (copy,), (original,) = Stick(stick).mark_files(), Stick(exported.stick).mark_files()
    assert copy.read_bytes() == original.read_bytes()
    assert bring_marks(site, Stick(stick)) == 0


def test_an_older_one_takes_no_place_here_or_there(exported: World, stick: Path) -> None:
    site, key = exported.site, key_of(exported)
    newest, older = mark_of(exported, 50), mark_of(exported, 40)
    put(exported.stick, newest, key)
    put(stick, older, key)
    assert [mark.number for mark in take_marks(site, Stick(exported.stick))] == [50]
    assert bring_marks(site, Stick(stick)) == 1  # the older one is replaced on the stick, and not taken
    assert [mark.number for mark in marks_here(site)] == [50]
    put(stick, mark_of(exported, 60), key)
    assert bring_marks(site, Stick(stick)) == 0
    assert [mark.number for mark in marks_here(site)] == [60]


def test_what_no_certified_seat_signed_is_left_alone(exported: World, stick: Path) -> None:
    stranger = generate_signing_key()
    put(stick, replace(mark_of(exported, 50), key=stranger.public_key.keyid), stranger)
    (stick / "marks" / "rubbish.mark").write_bytes(b"{}")
    put(stick, mark_of(exported, 70), stranger)  # under the real seat's name and key id
    before = {path: path.read_bytes() for path in (stick / "marks").iterdir()}
    assert take_marks(exported.site, Stick(stick)) == ()
    assert marks_here(exported.site) == ()
    assert {path: path.read_bytes() for path in (stick / "marks").iterdir()} == before


def test_looking_keeps_and_preparing_brings(exported: World, stick: Path) -> None:
    overview(exported.site, Stick(exported.stick))
    assert len(marks_here(exported.site)) == 1
    source = exported.folder / "from-office"
    source.mkdir()
    bring_receipts(exported.site, source, Stick(stick))
    assert len(Stick(stick).mark_files()) == 1


def test_a_site_that_is_not_registered_keeps_none(exported: World) -> None:
    site = Site.create(
        exported.folder / "new",
        name="Another centre",
        root=exported.office.root,
        passphrase=PASSPHRASE,
        clock=exported.clock,
        cost=MINIMUM_COST,
    )
    with pytest.raises(NotReady):
        take_marks(site, Stick(exported.stick))


def test_a_seat_is_told_by_a_stick_it_was_never_exported_to(world: World, stick: Path, tmp_path: Path) -> None:
    """The stick with the mark is lost; the admin's machine prepares another one."""
    with world.seat():
        pass
    shutil.copytree(world.seat_folder, tmp_path / "yesterday")
    with world.seat() as seat:
        sit(seat.day(), CHIDI)
        seat.export(world.stick)
    overview(world.site, Stick(world.stick))
    bring_marks(world.site, Stick(stick))
    for entry in world.seat_folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    shutil.copytree(tmp_path / "yesterday", world.seat_folder, dirs_exist_ok=True)
    with world.seat() as seat:
        seat.look_at(stick)
        rollback = seat.status().rollback
    assert rollback is not None
    assert (rollback.source, rollback.results) == (RollbackSource.STICK, 1)
