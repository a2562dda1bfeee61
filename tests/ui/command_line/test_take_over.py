"""A computer dies in the middle of an exam: on the command line, with a process that is really killed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from exam_packages.office.result_records import all_records
from exam_packages.session_events import Answered, Closed, CloseReason, ItemPresented, PauseReason
from kiosk.seat.running import RunningSession
from kiosk.seat.seat import Seat
from tests.kiosk.mirror import seats
from tests.kiosk.mirror.seats import SECOND, another_machine
from tests.kiosk.seat.sittings import RESPONSE
from tests.simulators.day import PASSPHRASE, PROCTOR, PROCTOR_PIN, World
from ui.command_line import main as command_line


def run(*words: str | Path) -> int:
    return command_line.run([str(word) for word in words])


@pytest.fixture
def medium() -> Iterator[Path]:
    with seats.medium() as folder:
        yield folder


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("KIOSK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("COLUMNS", "200")
    return seats.make_two_seats(tmp_path / "world")


def pin_file(world: World, pin: str) -> Path:
    path = world.folder / f"pin-{pin}"
    path.write_text(f"{pin}\n", encoding="ascii")
    return path


def die(world: World, medium: Path) -> str:
    """Kill a seat in the middle of an exam, and return its session."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.kiosk.mirror.dying_seat", str(world.seat_folder), str(medium), "3"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline().split()
        assert said[:1] == ["ready"], said
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    return said[1]


def one_more(running: RunningSession, value: str) -> None:
    section = running.session.section
    assert section is not None
    item = next(item for item in section.items if not running.session.is_answered(item))
    running.apply(ItemPresented(item=item))
    running.apply(Answered(item=item, response=RESPONSE, value=(value,)))


def end(running: RunningSession) -> None:
    running.apply(Closed(proctor=PROCTOR, reason=CloseReason.OTHER, note=""))
    assert running.bundle() is not None
    running.close()


def test_a_killed_seat_whose_disk_is_gone(world: World, medium: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session = die(world, medium)
    shutil.rmtree(world.seat_folder)
    second = world.folder / SECOND
    assert run("seat", "take-over", second, "--mirror", medium, "--list") == 0
    said = capsys.readouterr().out
    assert "Ana Ruiz" in said
    assert "seat-01" in said
    wrong = ("seat", "take-over", second, "--mirror", medium, "--proctor", PROCTOR, "--pin-file")
    assert run(*wrong, pin_file(world, "111111")) == 3
    assert "PIN" in capsys.readouterr().err
    with Seat.open(second, clock=another_machine(world.clock)) as seat:
        tries = seat._parts.state.pins.get(PROCTOR)
        assert tries is not None
        assert tries.failures == 1
        assert seat.status().sessions == ()
    assert run(*wrong, pin_file(world, PROCTOR_PIN)) == 0
    told = capsys.readouterr()
    assert "3 answers" in told.err
    assert re.search(r"The clock goes on from what was left then: \d+:\d\d\.", told.err)
    assert "is on this seat now, paused" in told.out
    assert run(*wrong, pin_file(world, PROCTOR_PIN)) == 3
    with Seat.open(second, clock=another_machine(world.clock)) as seat:
        waiting = seat.day().unfinished()
        assert waiting is not None
        running = seat.day().resume(waiting.session, PROCTOR)
        assert running.session.pause is not PauseReason.STORAGE
        assert (running.plan.session, running.session.answered_count) == (session, 3)
        one_more(running, "ChoiceA")
        end(running)
        seat.export(world.stick)
    assert run("office", "accept", world.folder / "office", world.stick) == 0
    assert run("office", "score", world.folder / "office") == 0
    assert "Ana Ruiz" in capsys.readouterr().out


def test_two_ways_are_shown_and_one_is_chosen(world: World, medium: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session = die(world, medium)
    for folder, value in ((world.folder / SECOND, "ChoiceB"), (world.seat_folder, "ChoiceC")):
        with Seat.open(folder, clock=another_machine(world.clock)) as seat:
            day = seat.day()
            if seat.name == SECOND:
                running = day.take_over(medium, day.sessions_on(medium)[0].session, PROCTOR)
            else:
                waiting = day.unfinished()
                assert waiting is not None
                running = day.resume(waiting.session, PROCTOR)
            one_more(running, value)
            end(running)
            seat.export(world.stick)
    office = world.folder / "office"
    assert run("office", "accept", office, world.stick) == 0
    said = capsys.readouterr().out
    assert "quarantined" in said
    assert "differs" in said
    assert run("office", "score", office) == 0
    assert "Ana Ruiz" not in capsys.readouterr().out
    assert run("office", "branches", office, session) == 0
    said = capsys.readouterr().out
    assert "ChoiceB" in said
    assert "ChoiceC" in said
    assert said.count("differs") == 1
    bundle = next(record.bundle for record in all_records(world.office) if record.seat == SECOND)
    choose = ("office", "choose-branch", office, session, bundle[:12], "--receipts", world.stick / "receipts")
    assert run(*choose, "--reason", "") == 3
    assert run(*choose, "--reason", "The candidate worked on seat-02.") == 0
    said = capsys.readouterr().out
    assert "counts" in said
    assert "set aside" in said
    assert run("office", "score", office) == 0
    assert "Ana Ruiz" in capsys.readouterr().out
    with Seat.open(world.seat_folder, clock=another_machine(world.clock)) as seat:
        seat.receipts_from(world.stick)
        assert [each.erased for each in seat.erase()] == [True]
    assert run("office", "branches", office, "01J8ZZZZZZZZZZZZZZZZZZZZZZ") == 3
