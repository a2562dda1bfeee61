"""From `kiosk seat session` to the window: what is behind the walls gets nowhere, and with a wall left out it does.

The command, the supervisor and the walls are the product's. A wall's test is the same test without it: what comes through then
is all that this wall alone holds back.
"""

from __future__ import annotations

import os
import pwd
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.lockdown.linux import hardening, walls
from tests.kiosk.lockdown.linux.open_folders import open_seat
from tests.kiosk.lockdown.linux.test_sandbox import memory_of
from tests.lockdown_proof.attempts import ATTEMPTS
from tests.lockdown_proof.inside import SECRET
from tests.lockdown_proof.outside import Outside, chain, outside, why_not
from tests.waiting import wait_until

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(180)]
NOBODY = "nobody"
UNNOTICED_S = 0.5
CALLS = {"another_program", "call_of_a_debugger", "memory_opened_again"}
LEFT_OUT: dict[str, set[str]] = {
    "network": {"abstract_socket"},
    "calls": CALLS,
    "network,calls": {"tcp", "tcp6", "a_name_asked", "abstract_socket", *CALLS},
    "processes": {"processes_outside", "signal_to_outside"},
    "files,processes": {
        "socket_of_a_service",
        "file_beside_the_seat",
        "disks_of_the_machine",
        "processes_outside",
        "signal_to_outside",
    },
    "messages": {"shared_memory"},
    "limit,privileges": {"file_of_somebody_else", "capabilities"},
    "limit,memory,privileges": {"file_of_somebody_else", "capabilities", "memory_in_swap"},
    "environment": {"variables_of_the_user"},
}
"""What is left out → everything that gets out then.

Memory is locked where its limit can be lifted. Where even root may not, the limit is left out, too, and root's right to lock in
spite of it is kept: then locking is seen, and that it is missing without its wall.
"""
SWAPPED = set() if hardening.memory_may_be_locked() else {"memory_in_swap"}
"""What stays possible on this machine, and is said of it (``walls.probes``)."""


@pytest.fixture(scope="module", autouse=True)
def walls_are_possible() -> None:
    reason = why_not()
    if reason:
        pytest.skip(reason)


@pytest.fixture
def seat() -> Iterator[Path]:
    with open_seat() as seat:
        yield seat


@pytest.fixture
def world(seat: Path) -> Iterator[Outside]:
    with outside(seat) as world:
        yield world


def test_nothing_gets_out(seat: Path, world: Outside) -> None:
    with chain(seat, world.targets) as session:
        found = session.found()
        assert session.out() == SWAPPED
        assert set(found["tried"]) == {attempt.__name__ for attempt in ATTEMPTS}
        assert found["tried"]["tcp"] == found["tried"]["a_name_asked"] == "Address family not supported by protocol"
        assert session.end() == 0
    assert world.reached() == set()


@pytest.mark.parametrize("without", LEFT_OUT)
def test_without_its_wall_it_does(seat: Path, world: Outside, without: str) -> None:
    with chain(seat, world.targets, without) as session:
        swapped = set() if "limit" in without else SWAPPED
        assert session.out() == (LEFT_OUT[without] | swapped) & _possible(world)
    assert world.reached() == LEFT_OUT[without] & set(world.listeners)


def _possible(world: Outside) -> set[str]:
    everything = {attempt.__name__ for attempt in ATTEMPTS}
    return everything if world.targets.tcp6 else everything - {"tcp6"}


def test_every_attempt_gets_out_somewhere() -> None:
    """One that never did would show nothing."""
    assert set().union(*LEFT_OUT.values()) == {attempt.__name__ for attempt in ATTEMPTS}


@pytest.mark.parametrize(("without", "seen"), [("", b""), ("debugging", SECRET)])
def test_no_other_program_of_its_user_reads_its_memory(seat: Path, world: Outside, without: str, seen: bytes) -> None:
    with chain(seat, world.targets, without, more=("--user", NOBODY)) as session:
        place = session.found()["at"]
        user = pwd.getpwnam(NOBODY).pw_uid
        status = walls.status_of(session.window())
        assert status is not None
        assert set(status["Uid"].split()) == {str(user)}
        assert memory_of(session.window(), place, len(SECRET), uid=user) == seen


@pytest.mark.parametrize("without", ["cores", "debugging", "cores,debugging"])
def test_a_crash_leaves_no_file(seat: Path, world: Outside, without: str) -> None:
    """Either of two walls is enough. With both left out there is one, and the answer stands in it."""
    if Path("/proc/sys/kernel/core_pattern").read_text().strip() != "core":
        pytest.skip("this machine puts cores elsewhere")
    with chain(seat, world.targets, without) as session:
        session.found()
        window = session.window()
        os.kill(window, signal.SIGSEGV)
        wait_until(lambda: not Path(f"/proc/{window}").exists(), "it does not crash")
        cores = list(seat.glob("core*"))
        assert bool(cores) is ("," in without)
        assert all(SECRET in core.read_bytes() for core in cores)


@pytest.mark.parametrize(("without", "lives"), [("", False), ("parent", True)])
def test_a_window_that_hangs_dies_with_its_supervisor(seat: Path, world: Outside, without: str, lives: bool) -> None:  # noqa: FBT001
    """It cannot see that its line is closed; the kernel ends it."""
    with chain(seat, world.targets, without) as session:
        session.found()
        window = session.window()
        os.kill(window, signal.SIGSTOP)
        session.process.kill()
        session.process.wait()
        if lives:
            time.sleep(UNNOTICED_S)
            assert Path(f"/proc/{window}").exists()
            os.kill(window, signal.SIGKILL)
        wait_until(lambda: not Path(f"/proc/{window}").exists(), "it outlived its supervisor")
