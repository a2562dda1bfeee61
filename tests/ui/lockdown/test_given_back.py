"""A real supervisor on a seat with keys: whenever it is killed, the next one gives everything back, and the seat signs for it."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from exam_packages.as_found import AsFound, GivenBack
from exam_packages.ids import SeatId
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.lockdown.giving_back import SettlingStore
from kiosk.seat.identity import make_identity, read_identity, write_about
from kiosk.seat.layout import FolderLock, SeatFolder
from tests.kiosk.seat.kept_statements import as_found_of
from tests.ui.lockdown.test_session import Session, walls_are_possible
from tests.waiting import wait_until

__all__ = ["walls_are_possible"]
pytestmark = pytest.mark.sandbox


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = Session(tmp_path)
    folder = SeatFolder(session.seat)
    folder.signing_key.parent.mkdir()
    write_about(folder, make_identity(folder, SeatId("seat-01"), "en"))
    yield session
    session.close()


def statement(session: Session) -> AsFound | None:
    folder = SeatFolder(session.seat)
    return as_found_of(folder, read_identity(folder))


def store(session: Session) -> SettlingStore:
    return SettlingStore(session.state / "snapshots")


def kill(session: Session) -> None:
    """Kill the supervisor, and wait until what it had just forked has gone, too: that holds its folder for a moment."""
    session.process.kill()
    session.process.wait()
    wait_until(lambda: is_free(session.state), "somebody still holds the supervisor's folder")


def is_free(folder: Path) -> bool:
    try:
        FolderLock(folder, only_read=True).release()
    except StorageFault as fault:
        return fault.kind is not StorageFaultKind.BUSY
    return True


def test_after_a_session_the_seat_signs_that_all_is_as_found(session: Session) -> None:
    session.start()
    session.wait_for("state")
    assert session.end() == 0
    found = statement(session)
    assert found is not None
    assert (found.because, found.is_as_found) == (GivenBack.SESSION_ENDED, True)
    assert "linux/sandbox-network" in {each.operation for each in found.operations}
    assert store(session).unstated() == () == store(session).left()


def test_after_a_kill_the_next_start_gives_back_and_signs(session: Session) -> None:
    session.start()
    session.wait_for("state")
    kill(session)
    left = {snapshot.operation for snapshot in store(session).left()}
    assert left
    assert statement(session) is None
    session.close()
    session.start()
    session.wait_for("state", 2)
    found = statement(session)
    assert found is not None
    assert (found.because, found.is_as_found) == (GivenBack.AFTER_CRASH, True)
    assert {each.operation for each in found.operations} == left
    assert session.end() == 0


@pytest.mark.parametrize("after_s", [0.3, 0.6])
def test_killed_at_any_time_of_its_start_or_end_nothing_is_left_over(session: Session, after_s: float) -> None:
    session.start()
    time.sleep(after_s)
    kill(session)
    session.close()
    session.start()
    begun = len(session.diary("state"))
    session.wait_for("state", begun + 1)
    session.process.send_signal(signal.SIGTERM)
    time.sleep(after_s / 4)
    kill(session)
    session.close()
    session.start()
    session.wait_for("state", len(session.diary("state")) + 1)
    assert session.end() == 0
    found = statement(session)
    assert found is not None
    assert found.is_as_found
    assert store(session).unstated() == () == store(session).left()


def test_a_seat_that_cannot_sign_now_signs_at_the_next_start(session: Session) -> None:
    keys = session.seat / "keys"
    keys.rename(session.seat / "gone")
    session.start()
    session.wait_for("state")
    assert session.end() == 0
    noted = {restored.operation for restored in store(session).unstated()}
    assert noted
    (session.seat / "gone").rename(keys)
    session.close()
    session.start()
    session.wait_for("state", 2)
    found = statement(session)
    assert found is not None
    assert {each.operation for each in found.operations} == noted
    assert session.end() == 0
