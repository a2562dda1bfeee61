"""A sitting under lockdown with real processes on a real X server: what breaks comes back, what intrudes is covered and told.

The robot sees and types as a person does, through the accessibility bus that reaches behind the walls. What happens to the window
happens from outside, by signals and by other programs on its screen.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from exam_packages.as_found import GivenBack
from exam_packages.lockdown_log import Followed
from exam_packages.result_opening import open_result
from exam_packages.site_policies import LockdownPreset
from kiosk.clock import SystemClock
from kiosk.handover.stick import Stick
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.linux import walls
from kiosk.lockdown.supervision import HANG_MS
from kiosk.lockdown.x11.connection import XServer
from kiosk.seat.identity import read_identity
from kiosk.seat.layout import SeatFolder
from kiosk.site.policy_desk import bring_policy_to, set_policy
from tests.journeys.locked_seat import ROOT, WEAKENED, LockedSeat, is_gone
from tests.journeys.test_resume_after_kill import begin
from tests.kiosk.seat.kept_statements import as_found_of
from tests.simulators import day
from tests.simulators.day import CHIDI, PROCTOR_PIN, World, unbind
from tests.waiting import PATIENCE_S, wait_until
from ui.demo.display import Display, private_display
from ui.demo.programs import KIOSK
from ui.demo.robot.sight import BUTTON
from ui.demo.robot_process import Robot, running_robot

pytestmark = [pytest.mark.x11, pytest.mark.sandbox, pytest.mark.atspi, pytest.mark.timeout(300)]

LOADED = 4
"""The machine that runs the tests does other things, too."""
NOTICED_WITHIN_S = 1.0
UNNOTICED_S = 2.0
PROCTOR_NAME = "Maria Keller"
OPENS_A_PORT = {"QT_QPA_PLATFORM": "vnc:port=5911", "QT_LOGGING_RULES": "*=true", "PYTHONPATH": "/nowhere"}


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    machine = walls.look(None)
    if machine.namespaces or not machine.filters:
        pytest.skip(f"this machine does not let the tests make walls: {machine.namespaces or 'no filter of calls'}")
    with private_display() as shown:
        yield shown


@pytest.fixture(scope="module")
def template() -> Iterator[World]:
    """A world of today: the window that is started asks the machine's own clock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(day, "FakeClock", SystemClock)
        folder, exams = day._template.__wrapped__()
        yield World(folder, exams)


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    folder = tmp_path / "world"
    shutil.copytree(template.folder, folder)
    return World(folder, template.exams)


@pytest.fixture
def robot(display: Display, tmp_path: Path) -> Iterator[Robot]:
    with running_robot(display, screens=tmp_path, log=tmp_path / "robot.jsonl") as robot:
        yield robot


@contextmanager
def locked(world: World, environment: dict[str, str], *program: str) -> Iterator[LockedSeat]:
    seat = LockedSeat(world, environment, program) if program else LockedSeat(world, environment)
    seat.start()
    try:
        yield seat
    finally:
        seat.close()


def lock_when_something_shows(world: World) -> None:
    """The site locks its seats down; that the robot types by a program is only noted here."""
    of_the_robot = (IncidentKind.INPUT_INJECTED, IncidentKind.PROCESS_FORBIDDEN, IncidentKind.FOCUS_LOST)
    wishes = dict.fromkeys(of_the_robot, Followed.NOTE)
    set_policy(world.site, preset=LockdownPreset.STANDARD, wishes=wishes, required=(), displays=())
    bring_policy_to(world.site, Stick(world.stick))
    with world.seat() as seat:
        assert not seat.import_from(world.stick).refused
    unbind(world.seat_folder)


def screen_saver(display: Display) -> int:
    """After how many seconds the screen goes dark."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XAUTHORITY", display.environment["XAUTHORITY"])
        server = XServer(display.environment["DISPLAY"])
    try:
        return int(server.core.GetScreenSaver().reply().timeout)
    finally:
        server.close()


def text(robot: Robot) -> str:
    shown: dict[str, Any] = robot.tell("find_question", question=1)
    (only,) = shown["texts"]
    return str(only)


def write(robot: Robot, more: str) -> None:
    before = text(robot)
    deed = {"kind": "write", "text": before + more}
    robot.tell("answer", question=1, deeds=[deed])
    assert text(robot) == before + more


def test_what_breaks_comes_back_with_the_text(world: World, display: Display, robot: Robot) -> None:
    found = screen_saver(display)
    begin(world, CHIDI)
    environment = {**display.environment, **OPENS_A_PORT}
    with locked(world, environment) as seat:
        write(robot, "Calls are planned ")
        window = seat.window()
        _no_way_out(window)
        assert screen_saver(display) != found

        for how, kind in ((signal.SIGKILL, "window-died"), (signal.SIGSTOP, "window-hung")):
            before = text(robot)
            struck = seat.strike(how)
            took = wait_until(lambda: is_gone(struck), "a window that hangs is ended")  # noqa: B023 - at once
            seat.wait_for(kind)
            took += wait_until(lambda: "Question 1" in " ".join(robot.tell("look")["names"]), "it is not back")
            sys.stdout.write(f"{kind}: back after {took:.1f} s\n")
            assert text(robot) == before
            write(robot, f"despite {kind} ")

        before, window = text(robot), seat.window()
        seat.process.kill()
        seat.process.wait(PATIENCE_S)
        wait_until(lambda: is_gone(window), "without its supervisor the window has to go", 5.0)
        assert screen_saver(display) != found, "there is something to put back"
        seat.start()
        assert text(robot) == before
        assert "supervisor-lost" in seat.kinds()
        write(robot, "and to the end")
        assert seat.end() == 0
        assert "restored-after-crash" in [line.kind for line in seat.seat_log()]
    assert screen_saver(display) == found
    folder = SeatFolder(world.seat_folder)
    statement = as_found_of(folder, read_identity(folder))
    assert statement is not None
    assert statement.because is GivenBack.SESSION_ENDED
    assert statement.is_as_found


def _no_way_out(window: int) -> None:
    """In its network there is nothing, not even a way to itself, and it may not make a socket of any kind but one."""
    network = Path(f"/proc/{window}/net")
    assert network.joinpath("route").read_text().splitlines()[1:] == []
    for each in ("tcp", "tcp6"):
        assert network.joinpath(each).read_text().splitlines()[1:] == []
    status = Path(f"/proc/{window}/status").read_text()
    assert "Seccomp:\t2" in status
    assert "vnc" not in Path(f"/proc/{window}/environ").read_text()


@contextmanager
def foreign(display: Display, *what: str) -> Iterator[None]:
    """Another program on the same screen; it has done what it was told when this is entered."""
    words = [sys.executable, "-m", "tests.kiosk.lockdown.x11.foreign", *what]
    with subprocess.Popen(
        words, env=dict(display.environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"done\n"
        try:
            yield
        finally:
            assert program.stdin is not None
            program.stdin.close()


def noticed(seat: LockedSeat, kind: str) -> float:
    """Wait until something is written down, and return how long that took."""
    return wait_until(lambda: kind in seat.kinds(), f"{kind} in {seat.kinds()}")


def unlock(robot: Robot) -> str:
    """Open the locked seat as a proctor and let the exam go on; return what stood there."""
    opened = robot.tell("open_lock", name=PROCTOR_NAME, pin=PROCTOR_PIN)
    robot.tell("click", role=BUTTON, name="Resume exam", until="Next")
    return " ".join(opened["names"])


def test_what_intrudes_is_covered_told_and_sealed(world: World, display: Display, robot: Robot) -> None:
    begin(world, CHIDI)
    lock_when_something_shows(world)
    with locked(world, dict(display.environment)) as seat:
        write(robot, "Queues are watched ")
        before = text(robot)
        with foreign(display, "window"):
            took = noticed(seat, "foreign-window")
            sys.stdout.write(f"a foreign window: in the log after {took:.2f} s\n")
            assert took < NOTICED_WITHIN_S * LOADED
            seat.wait_for("lock-shown")
            seen = seat.wait_for("foreign-window")
            assert "Notes for the exam" in seen.evidence["title"]
        said = unlock(robot)
        assert "Another program opened a window." in said
        assert text(robot) == before
        with foreign(display, "monitor"):
            noticed(seat, "display-added")
            seat.wait_for("lock-shown", 2)
        unlock(robot)
        with foreign(display, "no-monitor"):
            write(robot, "hour by hour.")
        _hand_in(robot)
        assert seat.end() == 0
    _check_result(world)


def test_without_the_protections_nothing_of_it_happens(world: World, display: Display, robot: Robot) -> None:
    """What the other tests see is the protections' doing: left out, each of these would fail them."""
    found = screen_saver(display)
    begin(world, CHIDI)
    lock_when_something_shows(world)
    with locked(world, dict(display.environment), *WEAKENED) as seat:
        write(robot, "Nobody ")
        with foreign(display, "window"), foreign(display, "monitor"):
            time.sleep(UNNOTICED_S)
        assert {"foreign-window", "display-added", "lock-shown"}.isdisjoint(seat.kinds())
        with foreign(display, "no-monitor"):
            window = seat.strike(signal.SIGSTOP)
            time.sleep(HANG_MS / 1_000 + UNNOTICED_S)
        assert not is_gone(window)
        os.kill(window, signal.SIGCONT)
        assert seat.end() == 0
    assert screen_saver(display) != found
    words = [*KIOSK, "seat", "restore", str(world.seat_folder)]
    subprocess.run(words, env=dict(display.environment), cwd=ROOT, check=True, timeout=PATIENCE_S)
    assert screen_saver(display) == found


def _hand_in(robot: Robot) -> None:
    robot.tell("next", question=1)
    robot.tell("end_section")
    robot.tell("start_section")
    robot.tell("next", question=1)
    robot.tell("finish", question=2)
    robot.tell("submit")
    robot.tell("read_end")
    robot.tell("free_seat")


def _check_result(world: World) -> None:
    """The log travels in the result, the office takes it, and the candidate's slip tells of it."""
    with world.seat() as seat:
        seat.export(world.stick)
    (bundle,) = world.accept().bundles
    assert bundle.receipt is not None
    (path,) = Stick(world.stick).result_files()
    office = world.office
    result = open_result(
        path.read_bytes(),
        trust=office.trust(world.clock.utc_ms()),
        scoring_key=office.keys.content("scoring-content-1"),
    )
    kinds = [line.kind for line in result.lockdown]
    assert kinds[0] == "session-started"
    assert [kinds.count(each) for each in ("foreign-window", "display-added", "lock-opened")] == [1, 1, 2]
    (slip,) = (world.stick / "slips").glob("*.pdf")
    text = "".join(page.extract_text() for page in PdfReader(slip).pages)
    assert "window" in text
    assert "stood still" in text
