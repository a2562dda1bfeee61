"""A seat that tries itself on a real X server, behind real walls; and each protection taken away, which it has to find."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from exam_packages.as_found import GivenBack
from exam_packages.readiness_certificates import CheckOutcome, judge, open_readiness
from kiosk.clock import SystemClock
from kiosk.lockdown.facts import Capability, Concern, Preset, Probe
from kiosk.lockdown.giving_back import SettlingStore
from kiosk.lockdown.linux import walls
from kiosk.lockdown.linux.environment import SUPERVISOR_VARIABLE
from kiosk.lockdown.x11.connection import XServer
from kiosk.readiness.checks import run_checks
from kiosk.readiness.x11_checks import Stage, x11_checks
from kiosk.readiness.x11_stranger import Stranger
from kiosk.seat.identity import read_identity
from kiosk.seat.layout import SeatFolder
from tests.kiosk.lockdown.x11.displays_for_tests import ROOT, environment, x_server
from tests.kiosk.seat.kept_statements import as_found_of, readiness_of
from tests.simulators.day import World, make_world
from ui.lockdown.options import SessionOptions
from ui.lockdown.window_process import WindowProcess
from ui.readiness.conductor import SelfTest
from ui.readiness.on_linux import OnLinux, over_socket
from ui.readiness.outside import WindowOutside
from ui.readiness.seat import seat_tried

TIMEOUT_S = 120
DAY_MS = 86_400_000
ENFORCED = Probe(capability=Capability.ENFORCED)
NOTICED = Probe(capability=Capability.DETECT_ONLY)
PROMISED = {Concern.SYSTEM_KEYS: ENFORCED, Concern.CLIPBOARD: ENFORCED, Concern.APP_SWITCHING: NOTICED}
PROTECTED = {
    "input/typing",
    "input/system-keys",
    "windows/stranger",
    "input/candidates",
    "clipboard/in",
    "clipboard/out",
    "displays/one",
}


def kiosk(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from ui.command_line.main import main; main()", *words]
    done = subprocess.run(
        command, env=environment(**variables), cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    assert done.stdout, done.stderr
    return done


def saver(display: str) -> int:
    """The server's own setting, which is another one while the machine is locked down."""
    server = XServer(display)
    try:
        return int(server.core.GetScreenSaver().reply().timeout)
    finally:
        server.close()


def until(is_so: Callable[[], bool], *, within_s: float) -> None:
    last = SystemClock().monotonic_ms() + within_s * 1_000
    while not is_so():
        assert SystemClock().monotonic_ms() < last
        _wait(threading.Event(), 20)


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server() as display:
        yield display


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture
def walls_are_possible() -> None:
    machine = walls.look(None)
    if machine.namespaces or not machine.filters:
        pytest.skip(f"this machine does not let the tests make walls: {machine.namespaces or 'no filter of calls'}")


@pytest.mark.x11
@pytest.mark.sandbox
@pytest.mark.usefixtures("walls_are_possible")
def test_a_seat_behind_walls_is_tried_and_signs_what_it_found(display: str, world: World) -> None:
    done = kiosk("seat", "readiness", str(world.seat_folder), "--json", "--stick", str(world.stick), DISPLAY=display)
    assert done.returncode in (0, 4), done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    outcomes = {check["check"]: (check["outcome"], check["evidence"]) for check in report["checks"]}
    inside = {"network/outside", "processes/others", "processes/start", "files/others", "debugger/inside"}
    typing = {"input/layout", "input/method"}
    for name in (
        PROTECTED | inside | typing | {"privileges/own", "environment/variables", "restore/as-found", "exams/opening"}
    ):
        assert outcomes[name][0] == "ok", (name, outcomes[name])
    assert outcomes["capture/screen"][0] == "not-possible", "X lets everybody look, and it is said"
    assert (done.returncode == 4) == any(outcome == "failed" for outcome, _ in outcomes.values())

    folder = SeatFolder(world.seat_folder)
    identity = read_identity(folder)
    kept = readiness_of(folder, identity)
    assert kept is not None
    assert kept.is_whole
    assert {claim.check for claim in kept.checks} == set(outcomes)
    on_stick = (world.stick / "seats" / f"{kept.seat}.readiness").read_bytes()
    assert open_readiness(on_stick, key=identity.signing_key.public_key) == kept
    if done.returncode == 0:
        assert judge(kept, now=SystemClock().utc_ms(), max_age_ms=DAY_MS, required={"network"}) == ()
    statement = as_found_of(folder, identity)
    assert statement is not None
    assert statement.because is GivenBack.SESSION_ENDED
    assert statement.is_as_found


@pytest.mark.x11
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_whoever_ends_it_in_the_middle_gets_the_machine_back(
    display: str, world: World, tmp_path: Path, number: signal.Signals
) -> None:
    before = saver(display)
    assert before > 0
    words = ["seat", "readiness", str(world.seat_folder), "--state", str(tmp_path / "state")]
    command = [sys.executable, "-c", "from ui.command_line.main import main; main()", *words]
    process = subprocess.Popen(
        command, env=environment(DISPLAY=display), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: saver(display) == 0 or process.poll() is not None, within_s=TIMEOUT_S)
        assert process.poll() is None
        process.send_signal(number)
        assert process.wait(TIMEOUT_S) > 0, "it ended by itself, and not by the signal"
    finally:
        process.kill()
        process.wait()
    assert saver(display) == before
    store = SettlingStore(tmp_path / "state" / "snapshots")
    assert store.left() == ()
    assert store.unstated() == (), "it was stated, too"


@pytest.mark.sandbox
@pytest.mark.usefixtures("walls_are_possible")
def test_without_a_screen_what_needs_one_is_not_possible(world: World) -> None:
    done = kiosk("seat", "readiness", str(world.seat_folder), "--json", QT_QPA_PLATFORM="offscreen")
    outcomes = {check["check"]: check["outcome"] for check in json.loads(done.stdout)["checks"]}
    assert outcomes["screen/strangers"] == "not-possible"
    assert outcomes["network/outside"] == "ok"
    assert not PROTECTED & set(outcomes)


def test_the_quick_one_says_that_it_is_not_whole(world: World) -> None:
    done = kiosk("seat", "readiness", str(world.seat_folder), "--quick", "--json")
    report = json.loads(done.stdout)
    assert report["whole"] is False
    assert "network/outside" not in {check["check"] for check in report["checks"]}
    folder = SeatFolder(world.seat_folder)
    kept = readiness_of(folder, read_identity(folder))
    assert kept is not None
    assert not kept.is_whole


class Started:
    """A window without walls, in place of the product's own process."""

    def __init__(self, process: subprocess.Popen[bytes], line: socket.socket) -> None:
        self._process = process
        self.line = line

    @property
    def process_id(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def let_go(self) -> None:
        self.line.close()


@contextmanager
def leaky_window(display: str, leak: str) -> Iterator[WindowOutside]:
    own, theirs = socket.socketpair()
    given = environment(DISPLAY=display, QT_QPA_PLATFORM="xcb", **{SUPERVISOR_VARIABLE: str(theirs.fileno())})
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.readiness.leaky", leak],
        env=given,
        cwd=ROOT,
        pass_fds=[theirs.fileno()],
        stderr=subprocess.DEVNULL,
    )
    theirs.close()
    window = over_socket(cast("WindowProcess", Started(process, own)))
    try:
        window.wait()
        yield window
    finally:
        window.end()


def tried(display: str, leak: str, wanted: set[str]) -> Mapping[str, CheckOutcome]:
    stranger, server = Stranger(display), XServer(display)
    try:
        with leaky_window(display, leak) as window:
            pause = threading.Event()
            stage = Stage(
                stranger=stranger,
                server=server,
                window=window,
                promised=PROMISED,
                pause=lambda milliseconds: _wait(pause, milliseconds),
            )
            checks = [check for check in x11_checks(stage) if check.name in wanted]
            return {each.name: each.finding.outcome for each in run_checks(checks)}
    finally:
        stranger.close()
        server.close()


def _wait(nobody: threading.Event, milliseconds: int) -> None:
    nobody.wait(milliseconds / 1_000)


@pytest.mark.x11
@pytest.mark.parametrize(
    ("leak", "found"),
    [
        ("nothing", set()),
        ("grab", {"input/system-keys", "windows/stranger"}),
        ("clipboard", {"clipboard/in", "clipboard/out"}),
        ("size", {"input/system-keys"}),
    ],
)
def test_each_protection_that_is_taken_away_is_found(display: str, leak: str, found: set[str]) -> None:
    outcomes = tried(display, leak, found or PROTECTED)
    failed = {name for name, outcome in outcomes.items() if outcome is CheckOutcome.FAILED}
    assert failed >= found, outcomes
    if not found:
        assert {name for name in PROTECTED if outcomes[name] is not CheckOutcome.OK} == set()


def test_a_window_that_dies_is_a_failure_and_not_the_end(world: World, tmp_path: Path) -> None:
    """The words start a window that ends at once."""
    options = SessionOptions(
        seat=world.seat_folder,
        state=tmp_path / "state",
        preset=Preset.STANDARD,
        words=["seat", "status"],
        environment={**os.environ, "QT_QPA_PLATFORM": "offscreen", "DISPLAY": "", "WAYLAND_DISPLAY": ""},
        command=(sys.executable, "-c", "pass"),
    )
    with world.seat(SystemClock()) as seat:
        tried = seat_tried(seat.parts, lambda *_: None)
        place = OnLinux(options, walls.look(None))
        test = SelfTest(tried, options, place, clock=SystemClock(), progress=lambda *_: None)
        outcomes = {each.name: each.finding.outcome for each in test.whole().checked}
    assert outcomes["window/shown"] is CheckOutcome.FAILED
    assert outcomes["restore/as-found"] is CheckOutcome.OK
