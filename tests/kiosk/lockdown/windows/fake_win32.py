"""A Windows that is made up: what the calls would have told, and what was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kiosk.lockdown.windows.api import (
    Hive,
    JobHandle,
    JobLimits,
    MonitorSeen,
    Power,
    ProcessSeen,
    ProgramStart,
    Rights,
    Shortcut,
    Value,
    Win32,
    Win32Failed,
    WindowHandle,
    WindowSeen,
)
from kiosk.lockdown.windows.token_structs import SE_CHANGE_NOTIFY_PRIVILEGE
from tests.kiosk.lockdown.machine import PowerCutError

DENIED, BUSY = 5, 170
US, THEM = 100, 200


@dataclass
class FakeRegistry:
    """Keys with their values. ``cut_at``: at this change the power fails, before it is made."""

    keys: dict[tuple[Hive, str], dict[str, Value]] = field(default_factory=dict)
    writable: frozenset[Hive] = frozenset(Hive)
    cut_at: int | None = None
    changes: int = 0
    unreadable: set[str] = field(default_factory=set)

    def read(self, hive: Hive, key: str, name: str) -> Value | None:
        return None if name in self.unreadable else self.keys.get((hive, key), {}).get(name)

    def find(self, hive: Hive, key: str, name: str) -> Value | None:
        if name in self.unreadable:
            raise Win32Failed("RegQueryValueExW", DENIED)
        return self.read(hive, key, name)

    def has_key(self, hive: Hive, key: str) -> bool:
        return any(each is hive and (path == key or path.startswith(f"{key}\\")) for each, path in self.keys)

    def may_write(self, hive: Hive) -> bool:
        return hive in self.writable

    def write(self, hive: Hive, key: str, name: str, value: Value) -> None:
        self._change(hive)
        parts = key.split("\\")
        for number in range(1, len(parts) + 1):
            self.keys.setdefault((hive, "\\".join(parts[:number])), {})
        self.keys[hive, key][name] = value

    def remove(self, hive: Hive, key: str, name: str) -> None:
        self._change(hive)
        self.keys.get((hive, key), {}).pop(name, None)

    def remove_key(self, hive: Hive, key: str) -> None:
        self._change(hive)
        has_keys = any(each is hive and path.startswith(f"{key}\\") for each, path in self.keys)
        if not has_keys and not self.keys.get((hive, key)):
            self.keys.pop((hive, key), None)

    def _change(self, hive: Hive) -> None:
        self.changes += 1
        if self.cut_at is not None and self.changes >= self.cut_at:
            raise PowerCutError
        if hive not in self.writable:
            raise Win32Failed("RegSetValueExW", DENIED)


@dataclass
class FakeScreen:
    """``elsewhere``: windows that only who stands on their desktop is told of."""

    seen: list[WindowSeen] = field(default_factory=list)
    front: WindowSeen | None = None
    plugged: list[MonitorSeen] = field(default_factory=list)
    remote: bool = False
    desktop: str | None = "Default"
    desktops: set[str] = field(default_factory=lambda: {"Default"})
    stands: str = "Default"
    may_stand: bool = True
    elsewhere: dict[str, list[WindowSeen]] = field(default_factory=dict)
    switches: bool = True
    affinities: dict[int, int] = field(default_factory=dict)
    highest_affinity: int = 0x11
    lies: bool = False

    def windows(self) -> Sequence[WindowSeen]:
        return self.elsewhere.get(self.stands, self.seen)

    def foreground(self) -> WindowSeen | None:
        return self.front

    def monitors(self) -> Sequence[MonitorSeen]:
        return self.plugged

    def is_remote(self) -> bool:
        return self.remote

    def input_desktop(self) -> str | None:
        return self.desktop

    def make_desktop(self, name: str) -> None:
        self.desktops.add(name)

    def stand_on(self, name: str) -> None:
        if not self.may_stand or name not in self.desktops:
            raise Win32Failed("SetThreadDesktop", BUSY)
        self.stands = name

    def stand_back(self) -> None:
        self.stands = "Default"

    def switch_desktop(self, name: str) -> None:
        if name not in self.desktops:
            raise Win32Failed("OpenDesktopW", 2)
        if self.switches:
            self.desktop = name

    def close_desktop(self, name: str) -> None:
        if name == self.stands:
            raise Win32Failed("CloseDesktop", BUSY)
        self.desktops.discard(name)

    def affinity(self, window: WindowHandle) -> int | None:
        return self.affinities.get(window)

    def set_affinity(self, window: WindowHandle, affinity: int) -> None:
        if affinity > self.highest_affinity:
            raise Win32Failed("SetWindowDisplayAffinity", 8)
        if not self.lies:
            self.affinities[window] = affinity


@dataclass
class FakeMachine:
    running: list[ProcessSeen] = field(default_factory=lambda: [ProcessSeen(pid=US, parent=1, program="kiosk.exe")])
    debugged: set[int] = field(default_factory=set)
    supply: Power | None = field(default_factory=lambda: Power(on_mains=True, percent=80))
    started_ms: int = 10_000
    was_awake_ms: int = 10_000
    session: int = 1
    console: int | None = 1
    awake: bool = False

    def processes(self) -> Sequence[ProcessSeen]:
        return self.running

    def is_debugged(self, pid: int) -> bool:
        return pid in self.debugged

    def power(self) -> Power | None:
        return self.supply

    def since_start_ms(self) -> int:
        return self.started_ms

    def awake_ms(self) -> int:
        return self.was_awake_ms

    def own_session(self) -> int:
        return self.session

    def console_session(self) -> int | None:
        return self.console

    def stay_awake(self, *, wanted: bool) -> bool:
        before, self.awake = self.awake, wanted
        return before

    def is_elevated(self) -> bool:
        return True

    def system_root(self) -> str:
        return "D:\\Windows"


@dataclass
class FakeClipboard:
    number: int = 1
    holder: int = 0
    holds: bool = False
    is_held_open: bool = False

    def sequence(self) -> int:
        return self.number

    def owner(self) -> int:
        return self.holder

    def is_empty(self) -> bool:
        return not self.holds

    def empty(self) -> None:
        if self.is_held_open:
            raise Win32Failed("OpenClipboard", DENIED)
        self.number += 1
        self.holds, self.holder = False, 0

    def put(self, pid: int) -> None:
        self.number += 1
        self.holds, self.holder = True, pid


@dataclass
class FakeShortcuts:
    all_flags: dict[Shortcut, int] = field(
        default_factory=lambda: {Shortcut.STICKY_KEYS: 510, Shortcut.FILTER_KEYS: 126, Shortcut.TOGGLE_KEYS: 62}
    )

    def flags(self, shortcut: Shortcut) -> int | None:
        return self.all_flags.get(shortcut)

    def set_flags(self, shortcut: Shortcut, flags: int) -> None:
        self.all_flags[shortcut] = flags


@dataclass
class FakeJobs:
    made: dict[int, JobLimits] = field(default_factory=dict)
    started: list[tuple[int, ProgramStart]] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    codes: dict[int, int] = field(default_factory=dict)
    holds: bool = True
    refuses: bool = False

    def make(self, limits: JobLimits) -> JobHandle:
        job = JobHandle(len(self.made) + 1)
        self.made[job] = limits
        return job

    def limits(self, job: JobHandle) -> JobLimits:
        return self.made[job] if self.holds else JobLimits(processes_max=0, dies_with_us=False)

    def alive(self, job: JobHandle) -> int:
        return sum(1 for each, _ in self.started if each == job and job not in self.ended)

    def start(self, job: JobHandle, start: ProgramStart) -> int:
        if self.refuses:
            raise Win32Failed("CreateProcessW", 2)
        self.started.append((job, start))
        return THEM

    def exit_code(self, job: JobHandle) -> int | None:
        return self.codes.get(job)

    def end(self, job: JobHandle) -> None:
        self.ended.append(job)


A_USER_S = Rights(privileges=frozenset({SE_CHANGE_NOTIFY_PRIVILEGE}), groups=frozenset({545}), integrity=0x2000)
"""What is left of any rights."""


@dataclass
class FakeTokens:
    """``tries``: what a program is started with that is to have fewer rights; None: Windows refuses."""

    rights: dict[int, Rights | None] = field(default_factory=dict)
    mine: Rights | None = A_USER_S
    tries: Rights | None = A_USER_S
    times: int = 0

    def own(self) -> Rights | None:
        return self.mine

    def of(self, pid: int) -> Rights | None:
        return self.rights.get(pid, A_USER_S)

    def tried(self) -> Rights:
        self.times += 1
        if self.tries is None:
            raise Win32Failed("CreateProcessAsUserW", DENIED)
        return self.tries


@dataclass
class FakeWin32:
    registry: FakeRegistry = field(default_factory=FakeRegistry)
    screen: FakeScreen = field(default_factory=FakeScreen)
    machine: FakeMachine = field(default_factory=FakeMachine)
    clipboard: FakeClipboard = field(default_factory=FakeClipboard)
    shortcuts: FakeShortcuts = field(default_factory=FakeShortcuts)
    jobs: FakeJobs = field(default_factory=FakeJobs)
    tokens: FakeTokens = field(default_factory=FakeTokens)

    def win32(self) -> Win32:
        return Win32(
            registry=self.registry,
            screen=self.screen,
            machine=self.machine,
            clipboard=self.clipboard,
            shortcuts=self.shortcuts,
            jobs=self.jobs,
            tokens=self.tokens,
        )
