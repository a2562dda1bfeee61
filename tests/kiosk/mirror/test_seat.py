"""Second copies of a seat's sessions, through a whole day: opened, resumed, sealed, erased."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from exam_packages.mirror_about import open_mirror_about
from exam_packages.mirror_keys import open_mirror_key
from exam_packages.session_keys import recover_session_key
from kiosk.journal.checking import CheckedJournal, check_journal
from kiosk.mirror.layout import ABOUT, KEY, SESSION_KEY, TAKEN, mirrors_of
from kiosk.mirror.state import OFF, MirrorFault, MirrorPhase
from kiosk.seat.facts import SessionState
from kiosk.seat.running import RunningSession
from kiosk.seat.seat import Seat
from tests.kiosk.mirror.media import copies
from tests.kiosk.seat.sittings import answer, finish, start, to_first_scored
from tests.simulators.day import ANA, World

MEMORY = Path("/dev/shm")


@pytest.fixture
def medium(world: World) -> Iterator[Path]:
    """A folder on another file system than the seat's."""
    if not MEMORY.is_dir() or MEMORY.stat().st_dev == world.seat_folder.stat().st_dev:
        pytest.skip("there is no second file system here")
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


def until(running: RunningSession, phase: MirrorPhase) -> None:
    pause = threading.Event()
    for _ in range(2_000):
        if running.mirror.phase is phase:
            return
        running.settle()
        pause.wait(0.01)
    pytest.fail(f"it stayed {running.mirror}")


def opened(seat: Seat, folder: Path) -> CheckedJournal:
    """Open a copy as another seat of the site does."""
    holdings = seat._parts.holdings
    row = seat._parts.state.sessions.all()[-1]
    site_key = holdings.secrets().site_content_key
    checked = open_mirror_about(
        (folder / ABOUT).read_bytes(),
        session=row.session,
        site=holdings.certificate().site,
        site_key=site_key,
        trust=holdings.trust(),
    )
    assert checked.about.candidate_name == row.candidate_name
    assert checked.about.seat == seat.name
    key = open_mirror_key((folder / KEY).read_bytes(), session=row.session, site_key=site_key)
    return check_journal(folder, session=row.session, key=key, verify_key=checked.certificate.signing_key)


def test_off_unless_it_is_wanted(world: World, seat: Seat, medium: Path) -> None:
    running = start(seat.day())
    assert running.mirror == OFF
    running.close()
    assert list(medium.iterdir()) == []
    assert seat.status().mirror is None


def test_any_seat_of_the_site_opens_the_copy(seat: Seat, medium: Path) -> None:
    seat.set_mirror(medium)
    assert seat.status().mirror == medium
    running = start(seat.day())
    answer(running, to_first_scored(running)[0], "ChoiceB")
    running.close()
    assert running.mirror.phase is MirrorPhase.IN_STEP
    (folder,) = copies(medium)
    assert opened(seat, folder) == seat._parts.files.check(running.plan.session)


def test_the_office_opens_the_copy_without_any_seat(world: World, seat: Seat, medium: Path) -> None:
    running = start(seat.day(mirror=medium))
    running.close()
    key = recover_session_key(
        (copies(medium)[0] / SESSION_KEY).read_bytes(), scoring_key=world.office.keys.content("scoring-content-1")
    )
    assert key == seat._parts.files.key_of(running.plan.session)


def test_nothing_on_the_medium_tells_who_sits_what(seat: Seat, medium: Path) -> None:
    running = start(seat.day(mirror=medium))
    answer(running, to_first_scored(running)[0], "ChoiceB")
    until(running, MirrorPhase.IN_STEP)
    row = seat._parts.state.sessions.all()[-1]
    files = [path for path in medium.rglob("*") if path.is_file()]
    assert len(files) >= 5
    for secret in (row.candidate_name, row.candidate, row.appointment, row.exam_title, seat.name, "ChoiceB"):
        for path in files:
            assert secret.encode() not in path.read_bytes(), path.name
            assert secret not in str(path)
    running.close()


def test_it_is_in_step_when_the_result_is_sealed_and_goes_when_it_is_erased(
    world: World, seat: Seat, medium: Path
) -> None:
    running = start(seat.day(mirror=medium))
    finish(running)
    assert running.mirror.phase is MirrorPhase.IN_STEP
    assert opened(seat, copies(medium)[0]).session.is_over
    (report,) = erase_all(world, seat)
    assert report == (True, False)
    assert copies(medium) == []


def erase_all(world: World, seat: Seat) -> list[tuple[bool, bool]]:
    seat.export(world.stick)
    world.accept()
    seat.receipts_from(world.stick)
    world.clock.advance(400 * 86_400_000)
    return [(report.erased, report.copy_left) for report in seat.erase()]


def formatted(medium: Path) -> None:
    for part in medium.iterdir():
        shutil.rmtree(part)


def test_a_medium_that_is_formatted_while_an_exam_runs_gets_its_copy_again(
    world: World, seat: Seat, medium: Path
) -> None:
    running = start(seat.day(mirror=medium))
    item = to_first_scored(running)[0]
    until(running, MirrorPhase.IN_STEP)
    formatted(medium)
    answer(running, item, "ChoiceB")
    waiting = threading.Event()
    for _ in range(2_000):
        if mirrors_of(medium).is_dir() and running.mirror.phase is MirrorPhase.IN_STEP:
            break
        waiting.wait(0.01)
    running.close()
    assert opened(seat, copies(medium)[0]) == seat._parts.files.check(running.plan.session)


def test_of_a_medium_that_was_formatted_afterwards_no_copy_is_left(world: World, seat: Seat, medium: Path) -> None:
    running = start(seat.day(mirror=medium))
    finish(running)
    formatted(medium)
    assert erase_all(world, seat) == [(True, False)]
    assert seat.status().copies_left == ()
    notes = [line.note for line in seat._parts.state.log.lines(running.plan.session) if line.kind == "mirror"]
    assert notes == ["its second copy is not on the medium any more, which was formatted or is another one"]
    assert seat.erase() == ()


def test_a_copy_whose_medium_is_away_is_said_to_be_left(world: World, seat: Seat, medium: Path) -> None:
    running = start(seat.day(mirror=medium))
    finish(running)
    away = medium.with_name(f"{medium.name}-away")
    medium.rename(away)
    assert erase_all(world, seat) == [(True, True)]
    assert seat.status().sessions[-1].state is SessionState.ERASED
    assert seat.status().copies_left == (running.plan.session,)
    assert [(report.erased, report.copy_left) for report in seat.erase()] == [(True, True)]
    away.rename(medium)
    assert [(report.erased, report.copy_left) for report in seat.erase()] == [(True, False)]
    assert seat.status().copies_left == ()
    assert copies(medium) == []
    assert seat.erase() == ()


def test_a_session_that_comes_back_goes_on_in_its_copy(world: World, seat: Seat, medium: Path) -> None:
    seat.set_mirror(medium)
    start(seat.day()).close()
    seat.close()
    with world.seat() as again:
        unfinished = again.day().unfinished()
        assert unfinished is not None
        running = again.day().resume(unfinished.session, None)
        until(running, MirrorPhase.IN_STEP)
        running.close()
        assert opened(again, copies(medium)[0]) == again._parts.files.check(running.plan.session)
    assert len(copies(medium)) == 1


def test_a_session_taken_over_elsewhere_is_said_to_be(seat: Seat, medium: Path) -> None:
    running = start(seat.day(mirror=medium))
    until(running, MirrorPhase.IN_STEP)
    (copies(medium)[0] / TAKEN).write_bytes(b"by another seat")
    until(running, MirrorPhase.FAULT)
    assert running.mirror.fault is MirrorFault.TAKEN
    running.close()


def test_what_becomes_of_it_stands_in_the_log_and_the_status(seat: Seat, medium: Path) -> None:
    running = start(seat.day(mirror=medium / "stick"))
    until(running, MirrorPhase.FAULT)
    assert "gone" in seat.status().mirror_note
    (medium / "stick").mkdir()
    until(running, MirrorPhase.IN_STEP)
    assert seat.status().mirror_note == "the second copy is in step again"
    notes = [line for line in seat._parts.state.log.lines(running.plan.session) if line.kind == "mirror"]
    assert len(notes) == 2
    running.close()


def test_it_can_be_switched_off_again(seat: Seat, medium: Path) -> None:
    seat.set_mirror(medium)
    seat.set_mirror(None)
    assert seat.status().mirror is None
    running = start(seat.day(), ANA)
    assert running.mirror == OFF
    running.close()


def test_the_seats_own_disk_is_no_medium(seat: Seat, tmp_path: Path) -> None:
    here = tmp_path / "beside"
    here.mkdir()
    running = start(seat.day(mirror=here))
    until(running, MirrorPhase.FAULT)
    assert running.mirror.fault is MirrorFault.SAME_DISK
    running.close()
    assert not any(here.iterdir())
    shutil.rmtree(here)
