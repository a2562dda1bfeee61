"""What runs inside the rig, on calls of Windows: each step prints one line of JSON."""

from __future__ import annotations

import ctypes
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from kiosk.clock import SystemClock
from kiosk.lockdown.engine import Lockdown, restore_left
from kiosk.lockdown.facts import Concern
from kiosk.lockdown.incidents import Observation
from kiosk.lockdown.input_policy import InputPolicy
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.snapshots import SnapshotStore
from kiosk.lockdown.windows import hook_process, structs
from kiosk.lockdown.windows.api import JobLimits, ProgramStart, Rights, Value, Win32Failed
from kiosk.lockdown.windows.backend import WindowsSeat, real_win32, windows_backend
from kiosk.lockdown.windows.calls import KERNEL32, USER32, Library
from kiosk.lockdown.windows.hook_lines import line_of
from kiosk.lockdown.windows.jobs import WindowJob
from kiosk.lockdown.windows.operations import OwnDesktop, StayAwake
from kiosk.lockdown.windows.policies import POLICIES, RegistryPolicies
from kiosk.lockdown.windows.real_hooks import ButtonGate, KeyGate, RealHooks
from kiosk.lockdown.windows.real_registry import RealRegistry
from kiosk.lockdown.windows.rights import WindowRights
from kiosk.lockdown.windows.screen_monitors import ClipboardMonitor

TAKEN_BEFORE = Value(type=structs.REG_SZ, data="0\0".encode("utf-16-le"))
"""A value of another type than ours stands where one of ours goes."""


def _operations() -> list[RegistryPolicies]:
    return [RegistryPolicies(RealRegistry(), concern) for concern in POLICIES]


def _prepare() -> None:
    policy = POLICIES[Concern.SYSTEM_KEYS][0]
    RealRegistry().write(policy.hive, policy.key, policy.name, TAKEN_BEFORE)


def _found() -> list[str]:
    return [operation.snapshot().hex() for operation in _operations()]


def _lockdown(folder: str) -> Lockdown:
    return Lockdown(
        _operations(), SnapshotStore(Path(folder)), required=frozenset(), report=_no_report, clock=SystemClock()
    )


def _no_report(observation: Observation) -> None:
    raise AssertionError(observation)


def registry(folder: str) -> object:
    """Set, look and put back, all in one process."""
    _prepare()
    before = _found()
    lockdown = _lockdown(folder)
    lockdown.start()
    lockdown.verify()
    while_set = _found()
    report = lockdown.stop()
    return {"as_found": report.as_found, "same": _found() == before, "changed": while_set != before}


def registry_dies(folder: str) -> object:
    """Set, and be gone."""
    _prepare()
    say(_found())
    _lockdown(folder).start()
    os._exit(9)


def registry_after(folder: str) -> object:
    """Put back what another process has left."""
    while_set = _found()
    report = restore_left(SnapshotStore(Path(folder)), {each.name: each for each in _operations()})
    return {"as_found": report.as_found, "operations": len(report.operations), "now": _found(), "before": while_set}


def looks() -> object:
    """Everything that only reads."""
    win32 = real_win32()
    machine, screen = win32.machine, win32.screen
    power = machine.power()
    front = screen.foreground()
    table = windows_backend(
        win32, WindowsSeat(is_ours=lambda _: False, window=lambda: None), clock=SystemClock()
    ).table()
    return {
        "programs": [each.program for each in machine.processes()],
        "ours": [each.program for each in machine.processes() if each.pid == os.getpid()],
        "debugged": machine.is_debugged(os.getpid()),
        "on_mains": power is not None and power.on_mains,
        "clocks": machine.since_start_ms() - machine.awake_ms(),
        "sessions": [machine.own_session(), machine.console_session()],
        "monitors": [each.geometry for each in screen.monitors()],
        "titles": [each.title for each in screen.windows()],
        "front": None if front is None else front.title,
        "desktop": screen.input_desktop(),
        "remote": screen.is_remote(),
        "root": machine.system_root(),
        "reasons": [entry.probe.reason for entry in table if entry.by],
    }


def clipboard() -> object:
    """Let another program put something there, and take it out."""
    clipboard = real_win32().clipboard
    monitor = ClipboardMonitor(clipboard, lambda _: False, lambda _: "other.exe")
    now = Reading(wall=SystemClock().utc_ms(), awake_ms=0, since_boot_ms=0)
    first = [each.kind.value for each in monitor.poll(now)]
    _put_text()
    before = clipboard.is_empty()
    second = [each.kind.value for each in monitor.poll(now)]
    return {
        "first": first,
        "second": second,
        "was_empty": before,
        "is_empty": clipboard.is_empty(),
        "third": len(monitor.poll(now)),
    }


def _put_text() -> None:
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415 - most steps need no Qt, and it is long in coming

    app = QGuiApplication(sys.argv)
    app.clipboard().setText("leaked")


def jobs() -> object:
    """Start programs in jobs, end them, and let go of one."""
    win32 = real_win32()
    child = [r"C:\windows\system32\cmd.exe", "/c", "ping -n 60 127.0.0.1"]
    limits = JobLimits(processes_max=5, dies_with_us=True)

    def is_gone(pid: int) -> bool:
        return _waits(lambda: pid not in {each.pid for each in win32.machine.processes()})

    ended, left = win32.jobs.make(limits), win32.jobs.make(limits)
    pids = [win32.jobs.start(job, ProgramStart(command=child)) for job in (ended, left)]
    alive = {each.pid for each in win32.machine.processes()} >= set(pids)
    win32.jobs.end(ended)
    ended_is_gone = is_gone(pids[0])
    Library("kernel32", KERNEL32).do("CloseHandle", left)
    try:
        WindowJob(win32.jobs).start(ProgramStart(command=child))
        refusal = ""
    except OperationFailed as failed:
        refusal = failed.reason
    try:
        win32.jobs.start(win32.jobs.make(limits), ProgramStart(command=[r"C:\nothing\here.exe"]))
        missing = 0
    except Win32Failed as failed:
        missing = failed.number
    return {
        "alive": alive,
        "ended": ended_is_gone,
        "let_go": is_gone(pids[1]),
        "window": refusal,
        "missing": missing,
    }


def rights() -> object:
    """Start a program with fewer rights, and ask what it may do; and whether a window would be started so."""
    win32 = real_win32()
    job = win32.jobs.make(JobLimits(processes_max=5, dies_with_us=True))
    child = [r"C:\windows\system32\cmd.exe", "/c", "ping -n 60 127.0.0.1"]
    pid = win32.jobs.start(job, ProgramStart(command=child, fewer_rights=True))
    own_program = Path(sys.executable).name

    def programs() -> int:
        return sum(each.program == own_program for each in win32.machine.processes())

    before = programs()
    found = {
        "own": _rights(win32.tokens.own()),
        "started": _rights(win32.tokens.of(pid)),
        "tried": _rights(win32.tokens.tried()),
        "left": _waits(lambda: programs() == before),
    }
    win32.jobs.end(job)
    found["gone"] = _waits(lambda: win32.tokens.of(pid) is None)
    found["refusal"] = ""
    try:
        WindowRights(win32.tokens, lambda: None).apply()
    except OperationFailed as failed:
        found["refusal"] = failed.reason
    return found


def _rights(rights: Rights | None) -> object:
    return rights and [sorted(rights.privileges), sorted(rights.groups), rights.integrity]


def _waits(until: Callable[[], bool], *, turns: int = 100) -> bool:
    nothing = threading.Event()
    for _ in range(turns):
        if until():
            return True
        nothing.wait(0.1)
    return False


def read_back() -> object:
    """What wine only pretends to do has to be noticed by reading it back."""
    win32 = real_win32()
    desktop = OwnDesktop(win32.screen, "exam-test")
    before = desktop.snapshot()
    desktop.apply()
    drift = desktop.verify()
    desktop.revert(before)
    awake = StayAwake(win32.machine)
    awake.apply()
    return {"desktop": drift, "after": win32.screen.input_desktop(), "awake": awake.verify()}


SHOWS = """
import ctypes
create = ctypes.WinDLL("user32").CreateWindowExW
create.argtypes = [ctypes.c_uint32, *[ctypes.c_wchar_p] * 2, ctypes.c_uint32, *[ctypes.c_int32] * 4, *[ctypes.c_void_p] * 4]
create(0, "STATIC", "over there", 0x10C00000, 10, 10, 200, 100, None, None, None, None)
ctypes.WinDLL("kernel32").Sleep(600_000)
"""


def other_desktop() -> object:
    """A window on a desktop that was made is seen by who stands there; so are the strokes that hooks there are tried with."""
    win32, name = real_win32(), "exam-windows"

    def is_seen() -> bool:
        return "over there" in {each.title for each in win32.screen.windows()}

    win32.screen.stand_back()
    win32.screen.make_desktop(name)
    job = win32.jobs.make(JobLimits(processes_max=0, dies_with_us=True))
    win32.jobs.start(job, ProgramStart(command=[sys.executable, "-c", SHOWS], desktop=name))
    win32.screen.stand_on(name)
    there = _waits(is_seen, turns=600)
    win32.screen.stand_back()
    back = is_seen()
    hooks = RealHooks(lambda _: True, lambda *_: True, cookie=0x0F1E_2D3C_4B5A_6978, desktop=name)
    hooks.start()
    answers = _answers(hooks)
    hooks.stop()
    win32.screen.stand_back()
    win32.jobs.end(job)
    win32.screen.close_desktop(name)
    threads = [each.name for each in threading.enumerate()]
    return {"there": there, "back": back, "hooks": answers, "stopped": "hooks" not in threads}


def canary() -> object:
    """Hooks, the same after Windows has removed them silently, and set again."""
    hooks = RealHooks(lambda _: True, lambda *_: True, cookie=0x1357_9BDF_0246_8ACE)
    hooks.start()
    awake = _answers(hooks)
    seen = [hooks.is_alive(2.0) for _ in range(3)]
    hooks.forget()
    unseen = hooks.is_alive(0.5)
    hooks.stop()
    hooks.start()
    again = _answers(hooks)
    hooks.stop()
    return {"seen": [awake, *seen], "unseen": unseen, "again": again, "lost": _keeper_notices()}


def _answers(hooks: RealHooks) -> bool:
    """Hooks just set: the first stroke may come before their thread has begun to wait for strokes."""
    return any(hooks.is_alive(2.0) for _ in range(3))


_LOOKS = 20


def _keeper_notices() -> list[str]:
    made: list[RealHooks] = []
    said: list[str] = []

    def make(keys: KeyGate, buttons: ButtonGate) -> hook_process.Hooks:
        made.append(RealHooks(keys, buttons, cookie=0x2468_ACE0_1357_9BDF))
        return made[0]

    keeper = hook_process.HookKeeper(
        make,
        policy=InputPolicy(),
        say=lambda line: said.append(line_of(line).decode()),
        clock=SystemClock(),
    )
    keeper.start()
    made[0].forget()
    for _ in range(hook_process.MISSES):
        keeper.look()
    told = len(said)
    for _ in range(_LOOKS):  # set again: the first strokes may come before the hooks' thread waits for them
        keeper.look()
        if any("alive" in line for line in said[told:]):
            break
    keeper.stop()
    return said


def inject() -> object:
    """Press a key as a program does."""
    user32 = Library("user32", USER32)
    for flags in (0, structs.KEYEVENTF_KEYUP):
        stroke = structs.Input(type=structs.INPUT_KEYBOARD)
        stroke.of.keyboard = structs.KeyboardInput(vk=0x5A, flags=flags)
        user32.ask("SendInput", 1, ctypes.byref(stroke), ctypes.sizeof(stroke))
    return {"sent": True}


STEPS: dict[str, Callable[..., object]] = {
    step.__name__: step
    for step in (
        registry, registry_dies, registry_after, looks, clipboard, jobs, rights, read_back, other_desktop, canary, inject
    )
}  # fmt: skip


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Make the steps that were asked for, each as ``NAME`` or ``NAME=ARGUMENT``."""
    for asked in sys.argv[1:]:
        name, _, argument = asked.partition("=")
        say({name: STEPS[name](*([argument] if argument else []))})


if __name__ == "__main__":
    main()
