"""Who signs for a seat that is not root's: its user, who opens nothing that root would not."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from exam_packages.as_found import GivenBack
from exam_packages.ids import Digest, SeatId
from kiosk.errors import StorageFault
from kiosk.lockdown.engine import Restored, RestoreReport
from kiosk.seat.identity import make_identity, read_identity, write_about
from kiosk.seat.layout import SeatFolder
from tests.kiosk.seat.kept_statements import as_found_of
from tests.simulators.clock import FakeClock
from ui.lockdown.stating import state_as_found

SOMEBODY = 65_534
SAME = Digest("0" * 64)
REPORT = RestoreReport(operations=(Restored(operation="test/a", found=SAME, left=SAME),))
needs_root = pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="only root signs as somebody else")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder whose way anybody may go: that of ``tmp_path`` is root's alone."""
    with tempfile.TemporaryDirectory(prefix="seat-of-another-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def seat(place: Path) -> Path:
    folder = SeatFolder(place / "seat")
    folder.signing_key.parent.mkdir(parents=True)
    write_about(folder, make_identity(folder, SeatId("seat-01"), "en"))
    return folder.folder


def give(seat: Path, uid: int) -> None:
    for path in (seat, *seat.rglob("*")):
        os.chown(path, uid, uid, follow_symlinks=False)


def test_a_seat_of_ones_own_is_signed_for(seat: Path) -> None:
    state_as_found(seat, REPORT, GivenBack.SESSION_ENDED.value, FakeClock())
    found = as_found_of(SeatFolder(seat), read_identity(SeatFolder(seat)))
    assert found is not None
    assert found.is_as_found


@needs_root
def test_root_signs_as_the_seats_user(seat: Path) -> None:
    give(seat, SOMEBODY)
    state_as_found(seat, REPORT, GivenBack.SESSION_ENDED.value, FakeClock())
    assert as_found_of(SeatFolder(seat), read_identity(SeatFolder(seat))) is not None
    assert (seat / "as-found.json").stat().st_uid == SOMEBODY


@needs_root
def test_what_only_root_may_read_is_not_read(seat: Path, place: Path) -> None:
    hidden = place / "root.key"
    key = SeatFolder(seat).signing_key
    key.rename(hidden)
    key.symlink_to(hidden)
    give(seat, SOMEBODY)
    hidden.chmod(0o600)
    with pytest.raises(StorageFault):
        state_as_found(seat, REPORT, GivenBack.SESSION_ENDED.value, FakeClock())


@needs_root
def test_a_pipe_in_the_seats_folder_holds_up_nobody(seat: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = seat / "seat.json"
    about.unlink()
    os.mkfifo(about)
    give(seat, SOMEBODY)
    monkeypatch.setattr("ui.lockdown.stating.SIGNING_S", 1)
    with pytest.raises(StorageFault):
        state_as_found(seat, REPORT, GivenBack.SESSION_ENDED.value, FakeClock())
