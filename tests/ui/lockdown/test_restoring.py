"""An X server that a crash has left changed is put back from the snapshots alone, by another process, and that is signed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from exam_packages.as_found import GivenBack
from kiosk.lockdown.engine import Lockdown
from kiosk.lockdown.giving_back import SettlingStore
from kiosk.lockdown.x11.backend import x11_operations
from kiosk.lockdown.x11.connection import XServer
from kiosk.seat.identity import read_identity
from kiosk.seat.layout import SeatFolder
from tests.kiosk.lockdown.x11.displays_for_tests import environment, x_server
from tests.kiosk.seat.kept_statements import as_found_of
from tests.simulators.clock import FakeClock
from tests.simulators.day import World, make_world
from ui.command_line.main import run
from ui.lockdown.known_operations import x11_known

TIMEOUT_S = 60


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server() as display:
        yield display


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def saver(display: str) -> int:
    server = XServer(display)
    try:
        return int(server.core.GetScreenSaver().reply().timeout)
    finally:
        server.close()


def change_and_die(display: str, folder: Path) -> None:
    """Lock the server down in a process of its own that is killed in the middle of it."""
    code = (
        "import os, signal, sys; from pathlib import Path; from tests.ui.lockdown.test_restoring import lock_down;"
        "lock_down(sys.argv[1], Path(sys.argv[2])); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, display, str(folder)], env=environment(), timeout=TIMEOUT_S, check=False
    )
    assert done.returncode == -9


def lock_down(display: str, folder: Path) -> None:
    operations = x11_operations(XServer(display), enrolled=None)
    Lockdown(operations, SettlingStore(folder), required=frozenset(), report=lambda _: None, clock=FakeClock()).start()


@pytest.mark.x11
def test_by_the_snapshots_alone(
    display: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = saver(display)
    assert before > 0
    change_and_die(display, tmp_path / "snapshots")
    assert saver(display) == 0
    monkeypatch.setenv("DISPLAY", display)
    assert run(["seat", "restore", "--snapshots", str(tmp_path / "snapshots")]) == 0
    assert saver(display) == before
    assert "as it was found" in capsys.readouterr().out
    store = SettlingStore(tmp_path / "snapshots")
    assert store.left() == ()
    assert {each.operation for each in store.unstated()} >= {"x11/screen-saver", "x11/key-repeat"}


@pytest.mark.x11
def test_with_the_seat_it_is_signed(display: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = saver(display)
    seat = world.seat_folder
    state = seat.with_name(f"{seat.name}.lockdown")
    change_and_die(display, state / "snapshots")
    monkeypatch.setenv("DISPLAY", display)
    assert run(["seat", "restore", str(seat)]) == 0
    assert saver(display) == before
    folder = SeatFolder(seat)
    statement = as_found_of(folder, read_identity(folder))
    assert statement is not None
    assert statement.because is GivenBack.BY_COMMAND
    assert statement.is_as_found
    assert SettlingStore(state / "snapshots").unstated() == ()
    assert run(["seat", "restore", str(seat)]) == 0, "safe to repeat"


def test_a_server_that_lets_nobody_in_is_a_failure_and_the_snapshot_stays(tmp_path: Path) -> None:
    (tmp_path / "X4711").touch()
    for operation in x11_known({}, tmp_path):
        assert "does not let" in operation.verify()
        with pytest.raises(Exception, match="does not let this program in"):
            operation.revert(b"{}")


def test_a_server_that_is_gone_took_its_settings_with_it(tmp_path: Path) -> None:
    for operation in x11_known({}, tmp_path):
        operation.revert(b"what was there")
        assert operation.snapshot() == b"what was there"


def test_where_no_snapshots_can_be_it_does_not_say_that_all_is_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "seat.lockdown" / "snapshots").mkdir(parents=True)
    for words in (
        ("--snapshots", str(tmp_path / "nowhere")),
        ("--snapshots", str(tmp_path / "seat.lockdown")),
        (str(tmp_path / "nowhere"),),
    ):
        assert run(["seat", "restore", *words]) == 2
        said = capsys.readouterr()
        assert "Invalid value" in said.err
        assert "Nothing is left" not in said.out
    assert run(["seat", "restore", str(tmp_path / "seat")]) == 0
    (tmp_path / "fresh").mkdir()
    assert run(["seat", "restore", str(tmp_path / "fresh")]) == 0


def test_one_of_the_two_has_to_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["seat", "restore"]) == 2
    assert "either" in capsys.readouterr().err
