"""Everything that lockdown does on Windows, together.

Owns the lists and their order. Refuses to start anything, and to know displays that are enrolled elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from kiosk.clock import Clock, SystemClock
from kiosk.lockdown.backends import Backend
from kiosk.lockdown.displays import EnrolledDisplay
from kiosk.lockdown.operations import Operation
from kiosk.lockdown.readings import Monitor
from kiosk.lockdown.windows.api import Win32
from kiosk.lockdown.windows.hook_watch import HookProgram, InputHooks, RealHookProgram, plain_command
from kiosk.lockdown.windows.jobs import JOB_PROBE, WindowJob
from kiosk.lockdown.windows.machine_monitors import (
    DebuggerMonitor,
    PowerMonitor,
    ProcessMonitor,
    SleepMonitor,
    UpdateMonitor,
    VirtualMachineMonitor,
    WallClockMonitor,
)
from kiosk.lockdown.windows.operations import (
    CAPTURE_PROBE,
    USERS_DESKTOP,
    CaptureGuard,
    OwnDesktop,
    ShortcutsOff,
    StayAwake,
)
from kiosk.lockdown.windows.policies import POLICIES, RegistryPolicies
from kiosk.lockdown.windows.prepared import prepared_probes
from kiosk.lockdown.windows.real_jobs import RealJobs
from kiosk.lockdown.windows.real_machine import RealClipboard, RealMachine, RealShortcuts
from kiosk.lockdown.windows.real_registry import RealRegistry
from kiosk.lockdown.windows.real_screen import RealScreen
from kiosk.lockdown.windows.real_tokens import RealTokens
from kiosk.lockdown.windows.rights import WindowRights
from kiosk.lockdown.windows.screen_monitors import (
    ClipboardMonitor,
    DesktopMonitor,
    DisplayMonitor,
    ForegroundMonitor,
    ForeignWindows,
    SessionMonitor,
)

NAME: Final = "Windows"
EXAM_DESKTOP: Final = "exam"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowsSeat:
    """What has to be known of a seat.

    Attributes:
        is_ours: which processes are the exam's; asked anew at every look.
        window: the window's process; None while there is none.
        own_desktop: whether a desktop of its own is made; not where Shell Launcher starts the supervisor instead.
        enrolled: the seat's display.
        takes_injected: for an enrolled assistive device.
        known_programs: file names in lower case.
        forbidden_programs: beside those of ``machine_monitors``, and what they do.
        hooks: how the hooks' process is started.
    """

    is_ours: Callable[[int], bool]
    window: Callable[[], int | None]
    own_desktop: bool = True
    enrolled: EnrolledDisplay | None = None
    takes_injected: bool = False
    known_programs: frozenset[str] = frozenset()
    forbidden_programs: Mapping[str, str] = field(default_factory=dict)
    hooks: Sequence[str] = field(default_factory=plain_command)


def real_win32(*, user_sid: str = "") -> Win32:
    """Return this machine.

    Args:
        user_sid: of the seat's user, where the supervisor runs as a service.

    Raises:
        OSError: this is not 64-bit Windows.
    """
    return Win32(
        registry=RealRegistry(user_sid=user_sid),
        screen=RealScreen(),
        machine=RealMachine(),
        clipboard=RealClipboard(),
        shortcuts=RealShortcuts(),
        jobs=RealJobs(),
        tokens=RealTokens(),
    )


def windows_backend(
    win32: Win32, seat: WindowsSeat, *, clock: Clock, start_hooks: Callable[[], HookProgram] | None = None
) -> Backend:
    """Return everything of Windows. ``CaptureGuard`` is made by the window itself and stands in the table only.

    Args:
        win32: the machine.
        seat: what has to be known of it.
        clock: for the silence of the hooks.
        start_hooks: another process for the hooks than the real one.
    """

    desktop = OwnDesktop(win32.screen, EXAM_DESKTOP)

    def start() -> HookProgram:
        return RealHookProgram(seat.hooks, desktop=desktop.there, takes_injected=seat.takes_injected)

    hooks = InputHooks(start if start_hooks is None else start_hooks, clock)

    def is_ours(pid: int) -> bool:
        return pid == hooks.process_id or seat.is_ours(pid)

    watched = replace(seat, is_ours=is_ours)
    return Backend(
        name=NAME,
        operations=(
            *(RegistryPolicies(win32.registry, concern) for concern in POLICIES),
            ShortcutsOff(win32.shortcuts),
            StayAwake(win32.machine),
            *((desktop,) if seat.own_desktop else ()),
            hooks,
            WindowRights(win32.tokens, seat.window),
        ),
        monitors=(
            hooks,
            DesktopMonitor(win32.screen, lambda: desktop.there or USERS_DESKTOP),
            *_screen_monitors(win32, watched),
            *_machine_monitors(win32, watched),
        ),
        further={
            **prepared_probes(win32.registry),
            WindowJob.name: (WindowJob.concern, JOB_PROBE),
            CaptureGuard.name: (CaptureGuard.concern, CAPTURE_PROBE),
        },
    )


def desktop_of(backend: Backend) -> str:
    """Return where a backend wants programs of the exam to be started; empty: where this process is."""
    return next((each.there for each in backend.operations if isinstance(each, OwnDesktop)), "")


def starts_with_fewer_rights(backend: Backend) -> bool:
    """Tell whether a backend wants windows to be started with fewer rights than the supervisor's."""
    return any(isinstance(each, WindowRights) and each.is_made for each in backend.operations)


def windows_operations(win32: Win32) -> dict[str, Operation]:
    """Return everything that can be put back on a Windows machine, by name, whatever it is locked down with today."""
    known: tuple[Operation, ...] = (
        *(RegistryPolicies(win32.registry, concern) for concern in POLICIES),
        ShortcutsOff(win32.shortcuts),
        StayAwake(win32.machine),
        OwnDesktop(win32.screen, EXAM_DESKTOP),
        InputHooks(_no_hooks, SystemClock()),
        WindowRights(win32.tokens, lambda: None),
    )
    return {operation.name: operation for operation in known}


def _no_hooks() -> HookProgram:
    raise OSError("hooks are not set to be taken back")


def _screen_monitors(win32: Win32, seat: WindowsSeat) -> tuple[Monitor, ...]:
    def program_of(pid: int) -> str:
        return next((each.program for each in win32.machine.processes() if each.pid == pid), "")

    return (
        ForeignWindows(win32.screen, seat.is_ours, program_of),
        ForegroundMonitor(win32.screen, seat.is_ours, program_of),
        SessionMonitor(win32.machine, win32.screen),
        DisplayMonitor(win32.screen, win32.registry, seat.enrolled),
        ClipboardMonitor(win32.clipboard, seat.is_ours, program_of),
    )


def _machine_monitors(win32: Win32, seat: WindowsSeat) -> tuple[Monitor, ...]:
    processes = ProcessMonitor(
        win32.machine, seat.is_ours, known=seat.known_programs, forbidden=seat.forbidden_programs
    )
    return (
        processes,
        DebuggerMonitor(win32.machine, seat.window),
        PowerMonitor(win32.machine),
        SleepMonitor(win32.machine),
        WallClockMonitor(),
        UpdateMonitor(win32.registry),
        VirtualMachineMonitor(win32.registry),
    )
