"""A seat's folder in two places: the copy knows that it is one, gives no exam, and lets its results be carried away."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from exam_packages.ids import SessionId
from kiosk.errors import Missing, NotReady
from kiosk.handover.stick import Stick
from kiosk.seat.facts import SeatStatus
from kiosk.seat.layout import SeatFolder
from kiosk.seat.seat import Seat
from tests.kiosk.seat.sittings import finish, sit, start, to_first_scored
from tests.simulators.day import ANA, BORIS, PROCTOR, World, make_world
from ui.command_line.main import run

HERE = "machine-a"
ELSEWHERE = "machine-b"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world whose seat has been opened where it is."""
    world = make_world(tmp_path / "world")
    open_at(world.seat_folder, world).close()
    return world


def open_at(folder: Path, world: World, machine: str = HERE) -> Seat:
    return Seat.open(folder, clock=world.clock, machine=machine)


def copied(world: World, tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    shutil.copytree(world.seat_folder, folder)
    return folder


def is_elsewhere(status: SeatStatus) -> bool:
    return status.missing[:1] == (Missing.ADOPTION,)


def test_a_copy_opens_no_session_until_it_is_adopted(world: World, tmp_path: Path) -> None:
    with open_at(world.seat_folder, world) as seat:
        sit(seat.day(), ANA)
    copy = copied(world, tmp_path)
    with open_at(copy, world) as seat:
        assert is_elsewhere(seat.status())
        with pytest.raises(NotReady, match="copied or moved here") as refused:
            seat.day().open_session(BORIS, PROCTOR)
        assert refused.value.missing is Missing.ADOPTION
        assert len(seat.export(world.stick).bundles) == 1
    with open_at(world.seat_folder, world) as seat:
        assert not is_elsewhere(seat.status()), "the one that was there first goes on"
    with open_at(copy, world) as seat:
        seat.adopt()
        assert not is_elsewhere(seat.status())
        with pytest.raises(NotReady, match="nothing to adopt"):
            seat.adopt()
        sit(seat.day(), BORIS)
        assert "adopted" in [incident.kind for incident in seat._parts.state.log.lines()]
    with open_at(copy, world) as seat:
        assert not is_elsewhere(seat.status())


@pytest.mark.parametrize("said", [b"", b"{}", None])
def test_a_binding_that_cannot_be_read_binds_nowhere(world: World, said: bytes | None) -> None:
    """Also one of a version to come, which may mean something else by the same fields."""
    place = SeatFolder(world.seat_folder).place
    before = place.read_bytes()
    place.write_bytes(before.replace(b"seat-place/v1", b"seat-place/v2") if said is None else said)
    with open_at(world.seat_folder, world) as seat:
        assert is_elsewhere(seat.status())
    place.write_bytes(before)
    with open_at(world.seat_folder, world) as seat:
        assert not is_elsewhere(seat.status())


def test_a_copy_continues_and_seals_nothing_that_was_begun(world: World, tmp_path: Path) -> None:
    with open_at(world.seat_folder, world) as seat:
        running = start(seat.day(), ANA)
        to_first_scored(running)
        session = running.plan.session
    copy = copied(world, tmp_path)
    with open_at(copy, world) as seat:
        for act in (
            lambda: seat.day().resume(session, PROCTOR),
            lambda: seat.day().continue_after_damage(session, PROCTOR),
            lambda: seat.seal_unfinished(session),
        ):
            with pytest.raises(NotReady) as refused:
                act()
            assert refused.value.missing is Missing.ADOPTION
    with open_at(world.seat_folder, world) as seat:
        finish(seat.day().resume(session, PROCTOR))


def test_a_disk_in_another_machine_is_adopted_with_one_step(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    with open_at(world.seat_folder, world, ELSEWHERE) as seat:
        assert is_elsewhere(seat.status())
    assert run(["seat", "adopt", str(world.seat_folder), "--yes"]) == 0  # by this machine, which is neither
    assert "The seat goes on here." in capsys.readouterr().out
    with open_at(world.seat_folder, world, HERE) as seat:
        assert is_elsewhere(seat.status()), "back in the first machine it is a copy again"


def test_a_folder_that_is_renamed_stays_what_it_is(world: World, tmp_path: Path) -> None:
    world.seat_folder.rename(tmp_path / "renamed")
    with open_at(tmp_path / "renamed", world) as seat:
        assert not is_elsewhere(seat.status())


@pytest.mark.parametrize("body", [b"", b"{}", b'{"folder":"x","format":"f","machine":""}', b"\xff" * 2000])
def test_a_binding_that_cannot_be_read_proves_nothing(world: World, body: bytes) -> None:
    (world.seat_folder / "place.json").write_bytes(body)
    with open_at(world.seat_folder, world) as seat:
        assert is_elsewhere(seat.status())
        seat.adopt()
        assert not is_elsewhere(seat.status())


def test_a_machine_without_a_name_goes_by_the_folder(tmp_path: Path) -> None:
    world = make_world(tmp_path / "world")
    with open_at(world.seat_folder, world, "") as seat:
        assert not is_elsewhere(seat.status())
    with open_at(copied(world, tmp_path), world, "") as seat:
        assert is_elsewhere(seat.status())


def test_two_that_are_both_used_are_noticed_by_the_office(world: World, tmp_path: Path) -> None:
    """A copy of a whole machine knows nothing of itself; two results with one number are kept back."""
    copy = copied(world, tmp_path)
    (copy / "place.json").unlink()
    results: list[SessionId] = []
    for folder, appointment in ((world.seat_folder, ANA), (copy, BORIS)):
        with open_at(folder, world) as seat:
            results.append(sit(seat.day(), appointment).session)
            seat.export(world.stick)
    assert len(Stick(world.stick).result_files()) == 2
    report = world.accept()
    states = {bundle.session: bundle.outcome.value for bundle in report.bundles}
    assert len(states) == 2
    assert "quarantined" in states.values(), states


def test_the_command_line_asks_before_it_adopts(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copied(world, tmp_path)
    assert run(["seat", "status", str(copy)]) == 0
    assert "kiosk seat adopt" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert run(["seat", "adopt", str(copy)]) == 0
    assert "Nothing was changed." in capsys.readouterr().out
    for nobody in (io.StringIO(""), None):  # the input has ended, or the program was started without any
        monkeypatch.setattr("sys.stdin", nobody)
        assert run(["seat", "adopt", str(copy)]) == 130
        assert "nobody answered" in capsys.readouterr().err
    with open_at(copy, world) as seat:
        assert is_elsewhere(seat.status())
