"""A self-test composed for Windows, on a made-up machine: what is put together, and what becomes of a part that is missing."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from exam_packages.as_found import GivenBack
from exam_packages.readiness_certificates import CheckOutcome
from kiosk.clock import SystemClock
from kiosk.lockdown.engine import RestoreReport
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.windows.api import Hive, MonitorSeen, Rights, Value
from kiosk.lockdown.windows.hook_lines import Sign, line_of
from kiosk.lockdown.windows.hook_watch import InputHooks
from kiosk.lockdown.windows.operations import OwnDesktop
from kiosk.lockdown.windows.rights import WindowRights
from kiosk.lockdown.windows.structs import REG_SZ
from kiosk.readiness.checks import run_checks
from kiosk.readiness.windows_breaking_out import ATTEMPTS
from kiosk.readiness.windows_system import SystemHere
from tests.kiosk.lockdown.windows.fake_win32 import THEM, FakeMachine, FakeWin32
from ui.lockdown.errors import SupervisorFault
from ui.lockdown.options import SessionOptions
from ui.lockdown.windows_parts import Part
from ui.readiness import on_windows
from ui.readiness.conductor import SelfTest
from ui.readiness.line import LineLost
from ui.readiness.on_windows import OnWindows, on_this_windows
from ui.readiness.ports import SeatTried

OK, FAILED, NOT_POSSIBLE = CheckOutcome
HOLDS = f"import sys; sys.stdout.buffer.write({line_of(Sign.READY)!r}); sys.stdout.flush(); sys.stdin.read()"


class Standard(FakeMachine):
    """Of a standard user."""

    def is_elevated(self) -> bool:
        return False


def command(part: Part) -> tuple[str, ...]:
    return (sys.executable, "-c", HOLDS, part.value)


@pytest.fixture
def machine() -> FakeWin32:
    fake = FakeWin32()
    fake.screen.plugged = [MonitorSeen(output="\\\\.\\DISPLAY1", device="", geometry="1920x1080+0+0")]
    return fake


def options(folder: Path) -> SessionOptions:
    return SessionOptions(
        seat=folder / "seat", state=folder / "state", preset=Preset.STANDARD, words=["seat", "readiness-window"]
    )


def place(machine: FakeWin32, folder: Path) -> OnWindows:
    return OnWindows(options(folder), machine.win32(), clock=SystemClock(), command=command)


def outcomes(place: OnWindows) -> dict[str, CheckOutcome]:
    return {each.name: each.finding.outcome for each in run_checks(place.machine_checks())}


def test_what_windows_says_of_itself(machine: FakeWin32, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_windows, "system_here", lambda: SystemHere(wine="", build="10.0.22631"))
    machine.machine = Standard()
    found = outcomes(place(machine, tmp_path))
    assert found == dict.fromkeys(("machine/windows", "privileges/own", "session/here", "displays/one"), OK)


def test_what_is_wrong_with_a_machine(machine: FakeWin32, tmp_path: Path) -> None:
    machine.screen.remote = True
    machine.screen.plugged.append(MonitorSeen(output="\\\\.\\DISPLAY2", device="", geometry="800x600+1920+0"))
    machine.screen.plugged.append(MonitorSeen(output="\\\\.\\DISPLAY3", device="", geometry=""))
    found = outcomes(place(machine, tmp_path))
    assert found["machine/windows"] is FAILED, "this is no Windows"
    assert found["privileges/own"] is found["session/here"] is found["displays/one"] is FAILED


def test_a_desktop_of_its_own_is_made_as_for_a_sitting(machine: FakeWin32, tmp_path: Path) -> None:
    def has_desktop() -> bool:
        made = place(machine, tmp_path).backend(lambda: None)
        return any(isinstance(each, OwnDesktop) for each in made.operations)

    assert has_desktop()
    shell = Value(type=REG_SZ, data="kiosk.exe\0".encode("utf-16-le"))
    machine.registry.write(Hive.MACHINE, "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon", "Shell", shell)
    assert not has_desktop()


def test_the_backend_is_one_and_the_hooks_take_programs_when_they_are_told_to(
    machine: FakeWin32, tmp_path: Path
) -> None:
    started: list[tuple[str, ...]] = []

    def remembered(part: Part) -> tuple[str, ...]:
        started.append((part.value,))
        return command(part)

    tried = OnWindows(options(tmp_path), machine.win32(), clock=SystemClock(), command=remembered, own_desktop=False)
    backend = tried.backend(lambda: None)
    assert tried.backend(lambda: None) is backend
    assert tried.attempts is ATTEMPTS
    hooks = next(each for each in backend.operations if isinstance(each, InputHooks))
    trial = on_windows._HooksOnTrial(hooks, tried._take_programs)
    try:
        hooks.apply()
        first = hooks.process_id
        trial.take_programs()
        assert hooks.process_id not in {None, first}
        assert tried._takes_programs
        assert trial.told() == []
        assert trial.count() == []
        assert hooks.process_id is None
    finally:
        hooks.revert(b"")
    assert started == [(Part.HOOKS.value,)] * 2


def test_a_window_that_does_not_come_into_its_job_is_a_failure_and_everything_is_given_back(
    machine: FakeWin32, tmp_path: Path
) -> None:
    machine.jobs.holds = False
    signed: list[tuple[RestoreReport, GivenBack]] = []
    seat = SeatTried(checks=(), names=(), input_method="", sign=lambda *said: signed.append(said))
    test = SelfTest(seat, options(tmp_path), place(machine, tmp_path), clock=SystemClock(), progress=lambda *_: None)
    result = test.whole()
    found = {each.name: each.finding for each in result.checked}
    assert found["window/shown"].outcome is FAILED
    assert "does not hold the job to its limits" in found["window/shown"].evidence
    assert found["restore/as-found"].outcome is OK
    assert result.platform == "Windows"
    (report, because) = signed[0]
    assert because is GivenBack.SESSION_ENDED
    assert "windows/input-hooks" in {each.operation for each in report.operations}
    assert machine.screen.desktop == "Default"
    assert test.quick().checked, "what needs no window can be tried by itself"


def test_the_windows_rights(machine: FakeWin32, tmp_path: Path) -> None:
    tried = place(machine, tmp_path)
    assert tried._window_rights(THEM).outcome is OK
    machine.tokens.rights[THEM] = Rights(privileges=frozenset({20}), groups=frozenset({544}), integrity=0x3000)
    assert tried._window_rights(THEM).outcome is FAILED
    machine.tokens.rights[THEM] = None
    assert tried._window_rights(THEM).outcome is tried._window_rights(None).outcome is NOT_POSSIBLE


def test_the_window_is_started_with_fewer_rights_and_the_stranger_is_not(machine: FakeWin32, tmp_path: Path) -> None:
    tried = place(machine, tmp_path)
    rights = next(each for each in tried.backend(lambda: None).operations if isinstance(each, WindowRights))
    rights.apply()
    window = tried.show()
    with pytest.raises(LineLost), tried.strange_checks(window, {}, ""):
        pass  # there is nobody at the other end
    window.end()
    assert [start.fewer_rights for _, start in machine.jobs.started] == [True, False]
    assert machine.jobs.ended == [2, 1]


def test_the_keyboards_layout_by_its_name(machine: FakeWin32, tmp_path: Path) -> None:
    name = Value(type=REG_SZ, data="German\0".encode("utf-16-le"))
    key = "SYSTEM\\CurrentControlSet\\Control\\Keyboard Layouts\\00000407"
    machine.registry.write(Hive.MACHINE, key, "Layout Text", name)
    tried = place(machine, tmp_path)
    assert tried._layout("00000407").evidence == "The keyboard is German."
    assert tried._layout("00000409").evidence == "The keyboard is 00000409."
    assert tried._layout("").outcome is NOT_POSSIBLE


def test_what_there_is_not_is_refused(machine: FakeWin32, tmp_path: Path) -> None:
    with pytest.raises(SupervisorFault, match="leave --user out"):
        OnWindows(replace(options(tmp_path), user="seat"), machine.win32(), clock=SystemClock())
    with pytest.raises(SupervisorFault, match="64-bit Windows"):
        on_this_windows(options(tmp_path))
