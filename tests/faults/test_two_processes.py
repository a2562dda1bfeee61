"""Two programs on one seat: the second one is told who holds it, and what it can do; the first one does not notice."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.seat.rescue import RescuedSeat
from kiosk.seat.seat import Seat
from tests.kiosk.kill_worker import ShiftedClock
from tests.kiosk.test_kill9 import first_word, pipe, worker
from tests.simulators.day import World, make_world
from ui.command_line.main import run


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "world")


@pytest.fixture
def holder(world: World) -> Iterator[subprocess.Popen[bytes]]:
    """Another program that sits an exam at the seat."""
    process = worker(world)
    try:
        first_word(process)
        yield process
    finally:
        process.kill()
        with pipe(process):
            process.wait()


def test_the_second_one_is_told_who_holds_the_seat(
    world: World, holder: subprocess.Popen[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    seat, stick = str(world.seat_folder), str(world.stick)
    for command in (
        ["run", seat, "--windowed"],
        ["import", seat, stick],
        ["export", seat, stick],
        ["receipts", seat, stick],
        ["erase", seat, "--all"],
        ["adopt", seat, "--yes"],
        ["set-aside", seat, "01K3", "--yes"],
    ):
        assert run(["seat", *command]) == 4
        said = capsys.readouterr().err
        assert f"another program has it open (process {holder.pid})" in said
        assert "Close the other program, then repeat." in said
    assert run(["seat", "status", seat]) == 0
    with pytest.raises(StorageFault) as fault:
        RescuedSeat(world.seat_folder, StorageFaultKind.FULL, clock=world.clock)
    assert fault.value.kind is StorageFaultKind.BUSY
    acknowledged = holder.stdout.read1(1 << 20) if holder.stdout is not None else b""  # type: ignore[attr-defined]  # a buffered reader
    assert len(acknowledged) > 8, "the holder goes on"


def test_a_holder_that_was_stopped_is_called_so(world: World, holder: subprocess.Popen[bytes]) -> None:
    holder.send_signal(signal.SIGSTOP)
    deadline = time.monotonic() + 60
    while "State:\tT" not in Path(f"/proc/{holder.pid}/status").read_text(encoding="utf-8"):
        assert time.monotonic() < deadline
        os.sched_yield()
    with pytest.raises(StorageFault) as fault:
        world.seat()
    assert fault.value.kind is StorageFaultKind.BUSY
    assert fault.value.detail == f"process {holder.pid}, which is stopped"
    holder.send_signal(signal.SIGCONT)
    assert pipe(holder).read(8), "it goes on as if nothing had been"


def test_whoever_held_it_last_is_not_in_the_way(world: World, holder: subprocess.Popen[bytes]) -> None:
    holder.kill()
    holder.wait()
    with Seat.open(world.seat_folder, clock=ShiftedClock(world.clock.utc_ms())) as seat:
        unfinished = seat.day().unfinished()
        assert unfinished is not None
        assert unfinished.fault is None
