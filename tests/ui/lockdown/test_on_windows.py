"""The composition for Windows: as a whole on a made-up machine with real pipes and processes, and its parts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from exam_packages.ids import Digest, SeatId
from kiosk.lockdown.displays import Fingerprint
from kiosk.lockdown.engine import Restored, RestoreReport
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.giving_back import Occasion
from kiosk.lockdown.windows.api import ProgramStart
from kiosk.lockdown.windows.jobs import WINDOW_LIMITS
from kiosk.lockdown.windows.pipes import PIPES_VARIABLE
from kiosk.lockdown.windows.real_jobs import ENDED_BY_US
from kiosk.lockdown.windows.service_record import ServiceRecord
from kiosk.seat.identity import make_identity, read_identity, write_about
from kiosk.seat.layout import SeatFolder
from tests.kiosk.lockdown.windows.fake_win32 import THEM, FakeJobs, FakeWin32
from tests.kiosk.seat.kept_statements import as_found_of
from tests.simulators.clock import FakeClock
from tests.ui.lockdown.test_session import Session
from tests.waiting import PATIENCE_S, wait_until
from ui.lockdown.errors import SupervisorFault
from ui.lockdown.launching import WAITING
from ui.lockdown.on_windows import OnWindows, enrolled_display, on_this_windows
from ui.lockdown.options import SessionOptions, wanted_by
from ui.lockdown.reserve import REST_MS, WindowReserve
from ui.lockdown.window_in_job import WindowInJob, WindowWanted
from ui.lockdown.windows_parts import Part, command_of, main, may_come_up

ROOT = Path(__file__).parents[3]


class OnPipes(Session):
    """A supervisor composed for Windows."""

    def start(self, act: str = "", preset: str = "standard") -> None:
        del act, preset
        words = [sys.executable, "-m", "tests.ui.lockdown.windows_session", str(self.seat), str(self.state)]
        self._process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True)

    def window(self) -> int:
        return int(self.diary("begun")[-1]["pid"])


@pytest.fixture
def session(tmp_path: Path) -> Iterator[OnPipes]:
    session = OnPipes(tmp_path)
    yield session
    session.close()


def is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"


def test_a_sitting_from_the_start_to_what_is_given_back(session: OnPipes) -> None:
    session.start()
    state = session.wait_for("state")
    assert state["backend"] == "Windows"
    assert "enforced" not in state["capabilities"], "nothing counts as prevented until somebody has verified it"
    raised = session.wait_for("raised")
    assert (raised["kind"], raised["consequence"]) == ("foreign-window", "lock")
    begun = session.wait_for("begun")
    assert not {"LANG", "HOME"} & set(begun["environment"])
    first = session.window()

    os.kill(first, signal.SIGKILL)
    session.wait_for("begun", 2)
    wait_until(lambda: "window-died" in session.log(), "a death that nobody wrote down")
    assert session.window() != first

    (session.seat / "hangs").touch()
    session.wait_for("begun", 3)
    assert session.end() == 0
    assert len(session.diary("stop")) == 1
    log = session.log()
    assert log[0] == "session-started"
    assert {"foreign-window", "window-died", "window-hung", "restored"} <= set(log)
    assert {"operation-failed", "operation-lost", "restore-failed"}.isdisjoint(log)
    assert not list((session.state / "snapshots").glob("*.snapshot"))
    assert not (session.state / "running.json").exists()


def test_a_window_that_waits_is_told_to_come_up(session: OnPipes) -> None:
    session.start()
    session.wait_for("begun")
    waiting = session.wait_for("waiting")["pid"]
    os.kill(session.window(), signal.SIGKILL)
    begun = session.wait_for("begun", 2)
    assert (begun["pid"], begun["waited"]) == (waiting, True)
    session.wait_for("state", 2)
    (session.seat / "close").touch()
    assert session.ended() == 0
    assert is_gone(waiting)


def test_the_window_ends_with_its_supervisor_and_the_next_one_knows(session: OnPipes) -> None:
    session.start()
    session.wait_for("raised")
    window = session.window()
    session.process.kill()
    session.process.wait(PATIENCE_S)
    wait_until(lambda: is_gone(window), "a window without a supervisor")
    session.close()
    session.start()
    session.wait_for("state", 2)
    wait_until(lambda: "supervisor-lost" in session.log(), "nobody wrote it down")
    assert session.end() == 0
    assert not list((session.state / "snapshots").glob("*.snapshot"))


def test_the_seat_signs_for_what_the_service_put_back_once(session: OnPipes) -> None:
    folder = SeatFolder(session.seat)
    folder.signing_key.parent.mkdir()
    write_about(folder, make_identity(folder, SeatId("seat-01"), "en"))
    same = Digest("ab" * 32)
    done = RestoreReport(operations=(Restored(operation="windows/policies-system-keys-user", found=same, left=same),))
    ServiceRecord(session.seat.parent, FakeClock()).add(done, Occasion.SESSION_ENDED)

    def stated() -> set[str]:
        found = as_found_of(folder, read_identity(folder))
        return set() if found is None else {each.operation for each in found.operations}

    session.start()
    session.wait_for("state")
    assert stated() == {"windows/policies-system-keys-user"}
    assert session.end() == 0
    own = stated()
    assert "windows/desktop" in own
    session.close()
    session.start()
    session.wait_for("state", 2)
    assert stated() == own, "it has been stated already"
    assert session.end() == 0


def wanted(**more: Any) -> WindowWanted:
    plain: dict[str, Any] = {
        "command": ("kiosk.exe",),
        "words": ("seat", "run"),
        "desktop": "exam",
        "untrusted_environment": {},
    }
    return WindowWanted(**(plain | more))


def started(jobs: FakeJobs, **more: Any) -> tuple[WindowInJob, ProgramStart]:
    window = WindowInJob(wanted(**more), jobs, lambda: None)
    return window, jobs.started[-1][1]


def test_a_window_is_started_with_its_pipes_and_nothing_else() -> None:
    jobs = FakeJobs()
    window, start = started(jobs, waits=True, untrusted_environment={"PYTHONPATH": "D:\\"})
    assert start.command == ("kiosk.exe", "--waiting", "seat", "run")
    assert start.desktop == "exam"
    assert start.environment is not None
    assert start.environment[PIPES_VARIABLE] == "+".join(map(str, start.handles))
    assert "PYTHONPATH" not in start.environment
    assert jobs.made[1] == WINDOW_LIMITS
    assert window.process_id == THEM
    jobs.codes[1] = 75
    assert window.ended() == 75
    assert window.process_id is None
    window.kill()
    assert jobs.ended == [], "it has ended by itself"
    window.let_go()
    assert jobs.ended == [1]


def test_a_killed_window_has_ended_and_says_so() -> None:
    jobs = FakeJobs()
    window, _ = started(jobs)
    assert window.ended() is None
    window.kill()
    window.kill()
    assert jobs.ended == [1]
    assert window.ended() == ENDED_BY_US
    assert window.how_ended(ENDED_BY_US) == "ended by the supervisor"
    assert window.how_ended(0xC0000005) == "code 0xC0000005"
    assert window.how_ended(3) == "code 3"
    window.let_go()
    assert not window.go()


@pytest.mark.parametrize("jobs", [FakeJobs(holds=False), FakeJobs(refuses=True)])
def test_a_window_that_cannot_be_held_is_not_started(jobs: FakeJobs) -> None:
    with pytest.raises(OSError, match=r"does not hold the job|CreateProcessW failed"):
        started(jobs)
    assert jobs.started == []
    assert jobs.ended == [1]


def test_where_windows_has_no_room_for_one_that_waits_it_is_started_later(tmp_path: Path) -> None:
    fake = FakeWin32(jobs=FakeJobs(refuses=True))
    here = OnWindows(options(tmp_path, command=("w.exe",)), fake.win32(), clock=FakeClock())
    windows = WindowReserve(lambda waits: here.start(waits=waits), is_kept=here.keeps_reserve)
    windows.keep(0)
    windows.keep(REST_MS)
    assert fake.jobs.started == []
    fake.jobs.refuses = False
    windows.keep(2 * REST_MS)
    assert [start.command for _, start in fake.jobs.started] == [("w.exe", WAITING)]
    windows.close()


def options(folder: Path, **more: Any) -> SessionOptions:
    return SessionOptions(seat=folder / "seat", state=folder / "state", preset=Preset.STRICT, words=(), **more)


def test_another_user_is_refused_on_windows(tmp_path: Path) -> None:
    with pytest.raises(SupervisorFault, match="--user"):
        OnWindows(options(tmp_path, user="exam"), FakeWin32().win32(), clock=FakeClock())


def test_windows_that_were_started_are_the_exam_s_while_they_run(tmp_path: Path) -> None:
    fake = FakeWin32()
    jobs = FakeJobs()
    mine = {"SystemRoot": "C:\\Users\\seat\\mine"}
    here = OnWindows(
        options(tmp_path, command=("w.exe",), environment=mine), replace(fake.win32(), jobs=jobs), clock=FakeClock()
    )
    backend = here.backend(lambda: None, wanted_by(Preset.STRICT))
    next(each for each in backend.operations if each.name == "windows/desktop").apply()
    windows = next(each for each in backend.monitors if each.name == "windows/windows")
    window = here.start(waits=False)
    start = jobs.started[0][1]
    assert start.desktop == "exam"
    assert start.environment is not None
    assert start.environment["PATH"] == "D:\\Windows\\System32;D:\\Windows", "as the machine says, not a variable"
    is_ours = cast("Any", windows)._is_ours
    assert is_ours(THEM)
    assert is_ours(os.getpid())
    assert not is_ours(THEM + 1)
    jobs.codes[1] = 0
    assert not is_ours(THEM)
    assert set(here.known_operations()) >= {each.name for each in backend.operations}
    window.let_go()


def test_an_enrolled_display_that_is_not_here_is_missing() -> None:
    win32 = FakeWin32().win32()
    assert enrolled_display(win32, []) is None
    missing = enrolled_display(win32, [Fingerprint("edid:nothing")])
    assert missing is not None
    assert (missing.fingerprint, missing.name) == ("edid:nothing", "")


def test_parts_are_one_program_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    assert command_of(Part.HOOKS)[1:] == ("-I", "-m", "ui.lockdown.windows_parts", "hooks")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert command_of(Part.WINDOW) == (sys.executable, "--part-on-windows", "window")
    assert main([]) == main(["other"]) == main(["site"]) == 2


def test_without_a_supervisor_nothing_comes_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PIPES_VARIABLE, raising=False)
    assert not may_come_up()


def test_elsewhere_there_is_no_windows(tmp_path: Path) -> None:
    with pytest.raises(SupervisorFault, match="64-bit Windows"):
        on_this_windows(options(tmp_path))
