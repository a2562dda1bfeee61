"""What a service of the system has put back stands in the seat's own statement, beside what the supervisor put back."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from exam_packages.as_found import AsFound, GivenBack
from exam_packages.ids import Digest, SeatId, UtcMs
from kiosk.errors import StorageFault
from kiosk.lockdown.engine import Restored, RestoreReport
from kiosk.lockdown.giving_back import Occasion, OthersReport
from kiosk.seat.identity import make_identity, read_identity, write_about
from kiosk.seat.layout import SeatFolder
from tests.kiosk.seat.kept_statements import all_as_found
from tests.simulators.clock import FakeClock
from ui.lockdown import stating
from ui.lockdown.others_mark import FILE_NAME, OthersMark
from ui.lockdown.stating import state_as_found, state_others

LATER = 2_000_000_000_000
NOBODY = 64_123
"""A user that nobody has made: the kernel asks for none."""
ONE, OTHER = Digest("1" * 64), Digest("2" * 64)


@pytest.fixture
def seat(tmp_path: Path) -> Path:
    folder = SeatFolder(tmp_path / "seat")
    folder.signing_key.parent.mkdir(parents=True)
    write_about(folder, make_identity(folder, SeatId("seat-01"), "en"))
    return folder.folder


def kept(seat: Path) -> list[AsFound]:
    folder = SeatFolder(seat)
    return all_as_found(folder, read_identity(folder))


def report(*names: str, left: Digest | None = ONE) -> RestoreReport:
    return RestoreReport(operations=tuple(Restored(operation=name, found=ONE, left=left) for name in names))


def others(
    *names: str, number: int = 1, because: Occasion = Occasion.SESSION_ENDED, left: Digest = ONE
) -> OthersReport:
    return OthersReport(number=number, because=because, report=report(*names, left=left))


def test_each_has_a_statement_of_its_own(seat: Path) -> None:
    state_as_found(seat, report("own"), "session-ended", FakeClock())
    state_others(seat, [others("theirs-machine", "theirs-user")], FakeClock(utc_ms=UtcMs(LATER)))
    own, theirs = kept(seat)
    assert [each.operation for each in own.operations] == ["own"]
    assert [each.operation for each in theirs.operations] == ["theirs-machine", "theirs-user"]
    assert (theirs.because, theirs.is_as_found) == (GivenBack.SESSION_ENDED, True)


def test_what_was_found_earlier_is_stated_beside_what_came_of_it_later(seat: Path) -> None:
    failed = RestoreReport(operations=(Restored(operation="own", found=ONE, left=None, failure="it is locked"),))
    state_as_found(seat, failed, "session-ended", FakeClock())
    state_as_found(seat, report("own"), "after-crash", FakeClock(utc_ms=UtcMs(LATER)))
    first, second = kept(seat)
    assert (first.operations[0].failure, second.is_as_found) == ("it is locked", True)


def test_every_word_about_an_operation_counts_on_its_occasion_and_the_last_occasion_comes_last(seat: Path) -> None:
    crashed = others("theirs", because=Occasion.AFTER_CRASH, left=OTHER)
    again = others("theirs", number=4, because=Occasion.AFTER_CRASH)
    state_others(seat, [crashed, others("theirs", number=2), others("theirs", number=3), again], FakeClock())
    ended, after = kept(seat)
    assert (ended.because, [each.left for each in ended.operations]) == (GivenBack.SESSION_ENDED, [ONE])
    assert (after.because, [each.left for each in after.operations]) == (GivenBack.AFTER_CRASH, [OTHER, ONE])
    assert (ended.is_as_found, after.is_as_found) == (True, False)


def _hang() -> None:
    select.select([], [], [], 30)


def test_a_seat_that_is_none_signs_nothing(tmp_path: Path) -> None:
    with pytest.raises(StorageFault):
        state_others(tmp_path / "none", [others("theirs")], FakeClock())


def test_nobody_waits_for_ever_for_a_signature(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.getuid() != 0:
        pytest.skip("only root has another user sign")
    monkeypatch.setattr(stating, "SIGNING_S", 1)
    folder = tmp_path / "seat"
    folder.mkdir()
    os.chown(folder, NOBODY, NOBODY)
    before = signal.signal(signal.SIGALRM, signal.SIG_IGN)  # as whoever started the supervisor may have left it
    try:
        with pytest.raises(StorageFault, match="could not sign"):
            stating._as_its_user(folder, _hang)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_the_mark_is_a_number_or_none(tmp_path: Path) -> None:
    mark = OthersMark(tmp_path)
    assert mark.number == -1
    mark.write(1_790_000_580_000)
    assert OthersMark(tmp_path).number == 1_790_000_580_000
    for untrusted in (b"", b"-5", b"9" * 40, b"\xff", "５".encode()):
        (tmp_path / FILE_NAME).write_bytes(untrusted)
        assert mark.number == -1
    with pytest.raises(StorageFault):
        OthersMark(tmp_path / "none").write(1)


def test_occasions_are_occasions_of_the_statement() -> None:
    assert {each.value for each in Occasion} <= {each.value for each in GivenBack}


def test_the_service_of_the_system_starts_without_keys() -> None:
    code = """
import sys
import kiosk.lockdown.windows.service, kiosk.lockdown.windows.service_record
sys.exit(bool({"cryptography", "securesystemslib"} & set(sys.modules)))
"""
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], check=False).returncode == 0
