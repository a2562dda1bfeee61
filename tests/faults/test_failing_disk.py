"""The disk fails: one write, one sync, one name; from one moment on everything; or it turns read-only. At every moment of a day.

After each day the seat is opened on a disk that works again and compared with what was acknowledged, and the day goes on to its
end. ``KIOSK_TEST_FAULTS=full`` goes over every call.
"""

from __future__ import annotations

import errno
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.failing import ANY, Calls, FailingDisk, Wish, failing_disk
from tests.faults.media import FULL_RUN, points
from tests.faults.small_day import LONG_PIECES, PIECES, carry_on, fresh_world, wrong_after

_PIECES = LONG_PIECES if FULL_RUN else PIECES


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FailingDisk]:
    with failing_disk(tmp_path_factory.mktemp("failing")) as worker:
        yield worker


@dataclass(frozen=True)
class Way:
    """A way of failing, and what the program may call it."""

    name: str
    calls: Calls
    error: int
    kinds: frozenset[str]
    forever: bool = False


# SQLite says "cannot open" for every failed opening, and "I/O error" for a log's index that does not fit.
_WAYS = (
    Way("one write fails", Calls.WRITES, errno.EIO, frozenset({"io"})),
    Way("one sync fails", Calls.SYNCS, errno.EIO, frozenset({"io"})),
    Way("one name fails", Calls.NAMES, errno.EIO, frozenset({"io", "read-only"})),
    Way("the disk dies", ANY, errno.EIO, frozenset({"io", "read-only"}), forever=True),
    Way("the disk turns read-only", ANY, errno.EROFS, frozenset({"io", "read-only"}), forever=True),
    Way("the disk fills up", Calls.WRITES, errno.ENOSPC, frozenset({"io", "full"}), forever=True),
)


@pytest.mark.timeout(36_000 if FULL_RUN else 300)
@pytest.mark.parametrize("way", _WAYS, ids=lambda way: way.name)
def test_nothing_that_was_saved_is_lost(disk: FailingDisk, tmp_path: Path, way: Way) -> None:
    counting = fresh_world(tmp_path / "counting")
    count = disk.play(counting, Wish(below=counting.seat_folder, calls=way.calls, at=0), pieces=_PIECES).calls
    assert count > 20
    ended = 0
    for at in points(count, few=3):
        world = fresh_world(tmp_path / f"{at}")
        wish = Wish(below=world.seat_folder, calls=way.calls, at=at, error=way.error, forever=way.forever)
        outcome = disk.play(world, wish, pieces=_PIECES)
        assert outcome.calls >= at or FULL_RUN, "the day is shorter than it was"
        if outcome.fault:
            ended += 1
            assert outcome.fault == "storage-fault", (at, outcome.said)
            assert outcome.kind in way.kinds, (at, outcome.said)
            assert "What was saved is safe." in outcome.said
        assert wrong_after(world, outcome.promised) == [], (at, outcome.said)
        carry_on(world)
        shutil.rmtree(world.folder)
    sys.stdout.write(f"{way.name}: {count} calls, {len(points(count, few=3))} days, {ended} ended by a fault\n")
    assert ended > 0
