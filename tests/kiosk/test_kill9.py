"""``kill -9`` at random moments: nothing that was acknowledged is lost, and the session goes on by itself.

Ten times; as often as ``KIOSK_TEST_KILLS`` says.
"""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Final

import pytest

from exam_packages.session_events import Paused, PauseReason, TextEdited
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.seat.seat import Seat
from tests.kiosk.kill_worker import ShiftedClock
from tests.kiosk.seat.sittings import RESPONSE
from tests.simulators.day import World

KILLS: Final = int(os.environ.get("KIOSK_TEST_KILLS", "10"))
_ROOT: Final = Path(__file__).parents[2]


def worker(world: World) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.kiosk.kill_worker", str(world.seat_folder), str(world.clock.utc_ms())],
        stdout=subprocess.PIPE,
        cwd=_ROOT,
    )


def first_word(process: subprocess.Popen[bytes]) -> bytes:
    """Wait until the worker has acknowledged something."""
    out = pipe(process)
    ready, _, _ = select.select([out], [], [], 30)
    assert ready, "the worker said nothing"
    word = os.read(out.fileno(), 8)
    assert word, "the worker ended without a word"
    return word


def pipe(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None
    return process.stdout


def killed_after(process: subprocess.Popen[bytes], seconds: float) -> int:
    """Kill it, and return the last record it acknowledged."""
    said = first_word(process)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    with pipe(process) as out:
        said += out.read()
    process.wait()
    return int.from_bytes(said[len(said) // 8 * 8 - 8 : len(said) // 8 * 8], "big")


@pytest.mark.timeout(60 + 10 * KILLS)
def test_nothing_acknowledged_is_lost(world: World) -> None:
    chance = random.Random(7)
    acknowledged = 0
    for _ in range(KILLS):
        last = killed_after(worker(world), chance.uniform(0.0, 0.4))
        assert last > acknowledged
        acknowledged = last
        with Seat.open(world.seat_folder, clock=ShiftedClock(world.clock.utc_ms())) as seat:
            unfinished = seat.day().unfinished()
            assert unfinished is not None
            assert unfinished.fault is None
            assert unfinished.same_boot
            journal = seat._parts.files.check(unfinished.session)
            assert journal.session.next_n >= acknowledged
            acknowledged = journal.session.next_n
    item = journal.session.plan.sections[1].items[0]
    edits = [record for record in journal.records if isinstance(record.event, TextEdited)]
    assert journal.session.answer(item, RESPONSE) == ("".join(edit.event.inserted for edit in edits),)  # type: ignore[union-attr]
    restarts = [record for record in journal.records if record.event == Paused(reason=PauseReason.RESTART)]
    assert len(restarts) == KILLS - 1


def test_a_second_program_is_told_that_the_seat_is_held(world: World) -> None:
    process = worker(world)
    try:
        first_word(process)
        with pytest.raises(StorageFault) as fault:
            world.seat()
        assert fault.value.kind is StorageFaultKind.BUSY
        assert len(Seat.look(world.seat_folder, clock=world.clock).sessions) == 1
    finally:
        process.kill()
        with pipe(process):
            process.wait()
    world.seat().close()
