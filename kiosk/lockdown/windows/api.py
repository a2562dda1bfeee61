"""What lockdown asks of Windows, in the words of this program.

Owns the shapes: what is asked, and what comes back. ``real_*`` answers by calls, the tests' ``FakeWin32`` by made-up machines.
Refuses to know what follows from an answer. A look (everything that only reads) never raises: what cannot be seen is None or is
missing. A change raises ``Win32Failed``, and so does the look before a change, ``Registry.find``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, NewType, Protocol

from kiosk.errors import KioskError

WindowHandle = NewType("WindowHandle", int)
"""HWND."""
JobHandle = NewType("JobHandle", int)
"""A job object that this process holds."""


class Win32Failed(KioskError):  # noqa: N818 - see KioskError
    """Windows refused a call.

    Attributes:
        call: name of the function.
        number: what GetLastError said, or what the function returned.
    """

    code: ClassVar[str] = "win32-failed"

    def __init__(self, call: str, number: int) -> None:
        super().__init__(f"{call} failed with error {number}")
        self.call = call
        self.number = number


class Hive(Enum):
    """A root of the registry."""

    MACHINE = "machine"
    """HKEY_LOCAL_MACHINE"""
    USER = "user"
    """HKEY_USERS and the SID of the seat's user, or HKEY_CURRENT_USER where the program runs as that user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value of the registry, as it is stored.

    Attributes:
        type: REG_SZ, REG_DWORD …
        data: its bytes.
    """

    type: int
    data: bytes


class Registry(Protocol):
    """The registry, 64-bit view. Keys are written with backslashes and without their hive."""

    def read(self, hive: Hive, key: str, name: str) -> Value | None:
        """Return a value; None where there is none, or it may not be read."""
        ...

    def find(self, hive: Hive, key: str, name: str) -> Value | None:
        """Return a value that is to be put back later; None only where there is none.

        Raises:
            Win32Failed: it may not be read, or is too long: what cannot be put back must not be changed.
        """
        ...

    def has_key(self, hive: Hive, key: str) -> bool:
        """Tell whether there is a key."""
        ...

    def may_write(self, hive: Hive) -> bool:
        """Tell whether policies of this hive may be written; found out without writing."""
        ...

    def write(self, hive: Hive, key: str, name: str, value: Value) -> None:
        """Set a value, and make its key where there is none."""
        ...

    def remove(self, hive: Hive, key: str, name: str) -> None:
        """Remove a value, if it is there."""
        ...

    def remove_key(self, hive: Hive, key: str) -> None:
        """Remove a key that has no values and no keys; one that has some stays."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSeen:
    """A top-level window that can be seen.

    Attributes:
        handle: which one.
        pid: of its process.
        title: what it calls itself.
        geometry: ``WIDTHxHEIGHT+X+Y``.
    """

    handle: WindowHandle
    pid: int
    title: str
    geometry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorSeen:
    """A monitor on one of the outputs.

    Attributes:
        output: of the adapter, for example ``\\\\.\\DISPLAY1``.
        device: its device interface, for example ``\\\\?\\DISPLAY#DEL4098#4&2f…#{…}``; empty where it has none.
        geometry: where on the desktop it is; empty while it shows nothing.
    """

    output: str
    device: str
    geometry: str


class Screen(Protocol):
    """Windows, desktops and displays."""

    def windows(self) -> Sequence[WindowSeen]:
        """Return the windows that show something, on the desktop where this thread stands: visible, not cloaked, with an area."""
        ...

    def foreground(self) -> WindowSeen | None:
        """Return the window that gets the keys; None while there is none on the desktop where this thread stands."""
        ...

    def monitors(self) -> Sequence[MonitorSeen]:
        """Return what is plugged in, mirroring drivers left out."""
        ...

    def is_remote(self) -> bool:
        """Tell whether this session is shown somewhere else (SM_REMOTESESSION)."""
        ...

    def input_desktop(self) -> str | None:
        """Return the name of the desktop that gets the input; None where it may not be opened: the secure one."""
        ...

    def make_desktop(self, name: str) -> None:
        """Make a desktop, or open the one of that name, and hold it."""
        ...

    def stand_on(self, name: str) -> None:
        """Have this thread stand on a desktop that was made: Windows tells each thread of the windows on its own one only."""
        ...

    def stand_back(self) -> None:
        """Have this thread stand where it stood at first; nothing happens where it never left."""
        ...

    def switch_desktop(self, name: str) -> None:
        """Show a desktop."""
        ...

    def close_desktop(self, name: str) -> None:
        """Let go of a desktop that was made, on which no thread stands; it goes when its last window goes."""
        ...

    def affinity(self, window: WindowHandle) -> int | None:
        """Return who may capture a window (WDA_…)."""
        ...

    def set_affinity(self, window: WindowHandle, affinity: int) -> None:
        """Say who may capture a window of this process."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSeen:
    """A process.

    Attributes:
        program: file name of its program, for example ``notepad.exe``.
    """

    pid: int
    parent: int
    program: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """The supply.

    Attributes:
        on_mains: None where it is not known.
        percent: of the battery; None where there is none or it is not known.
    """

    on_mains: bool | None
    percent: int | None


class Machine(Protocol):
    """Processes, sessions, supply and time."""

    def processes(self) -> Sequence[ProcessSeen]:
        """Return every process that can be seen; empty where none can."""
        ...

    def is_debugged(self, pid: int) -> bool:
        """Tell whether a debugger is attached to a process."""
        ...

    def power(self) -> Power | None:
        """Return how the machine is supplied."""
        ...

    def since_start_ms(self) -> int:
        """Return milliseconds since the machine started, time asleep counted."""
        ...

    def awake_ms(self) -> int:
        """Return milliseconds since the machine started, time asleep not counted."""
        ...

    def own_session(self) -> int:
        """Return the number of this process's session."""
        ...

    def console_session(self) -> int | None:
        """Return the number of the session at the screen; None while one is being attached."""
        ...

    def stay_awake(self, *, wanted: bool) -> bool:
        """Say for this thread whether machine and screen have to stay on; return whether that was said before."""
        ...

    def is_elevated(self) -> bool:
        """Tell whether this process has an administrator's rights."""
        ...

    def system_root(self) -> str:
        """Return Windows' own folder, whatever a variable says; empty where it cannot be told."""
        ...


class Clipboard(Protocol):
    """The clipboard. What it holds is never read."""

    def sequence(self) -> int:
        """Return a number that changes whenever the clipboard does; 0 where it may not be seen."""
        ...

    def owner(self) -> int:
        """Return the process that put there what is there; 0 where there is none."""
        ...

    def is_empty(self) -> bool:
        """Tell whether it holds nothing."""
        ...

    def empty(self) -> None:
        """Take everything out."""
        ...


class Shortcut(Enum):
    """Accessibility features of Windows that can be turned on by pressing a key often or long."""

    STICKY_KEYS = "sticky-keys"
    FILTER_KEYS = "filter-keys"
    TOGGLE_KEYS = "toggle-keys"


class Shortcuts(Protocol):
    """The flags of those features for the session; nothing is stored in the user's profile."""

    def flags(self, shortcut: Shortcut) -> int | None:
        """Return the flags (SKF_, FKF_, TKF_…)."""
        ...

    def set_flags(self, shortcut: Shortcut, flags: int) -> None:
        """Set the flags and leave everything else of the feature as it is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLimits:
    """What a job allows.

    Attributes:
        processes_max: how many processes may live in it at a time; 0: any number.
        dies_with_us: they end when nobody holds the job any more.
    """

    processes_max: int
    dies_with_us: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramStart:
    """A program that is started.

    Attributes:
        command: program and arguments.
        desktop: where its windows are; empty: where this process's are.
        environment: its whole environment; None: this process's.
        handles: those of this process that it gets too, under the same numbers; they have to be inheritable.
        fewer_rights: it may do less than this process, see ``Tokens``.
    """

    command: Sequence[str]
    desktop: str = ""
    environment: Mapping[str, str] | None = None
    handles: Sequence[int] = ()
    fewer_rights: bool = False


class Jobs(Protocol):
    """Job objects: processes that live and end together."""

    def make(self, limits: JobLimits) -> JobHandle:
        """Make a job."""
        ...

    def limits(self, job: JobHandle) -> JobLimits:
        """Return what a job allows."""
        ...

    def alive(self, job: JobHandle) -> int:
        """Return how many processes live in it."""
        ...

    def start(self, job: JobHandle, start: ProgramStart) -> int:
        """Start a program inside a job, from its first instruction on; a job is for one start.

        Returns:
            its process id, which stays its own until ``end``.
        """
        ...

    def exit_code(self, job: JobHandle) -> int | None:
        """Return what the program of a job ended with; None while it runs."""
        ...

    def end(self, job: JobHandle) -> None:
        """End every process of it, wait for that, and let go of it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a process may do beside what every program of its user may.

    Attributes:
        privileges: it has, turned on or not, by number (SE_…_PRIVILEGE).
        groups: of those that every Windows has (S-1-5-32-…), by their last number, as far as they allow it anything.
        integrity: level of integrity (SECURITY_MANDATORY_…_RID).
    """

    privileges: frozenset[int]
    groups: frozenset[int]
    integrity: int


class Tokens(Protocol):
    """What processes may do."""

    def own(self) -> Rights | None:
        """Return what this process may do."""
        ...

    def of(self, pid: int) -> Rights | None:
        """Return what a process may do; None where it may not be asked, or is gone."""
        ...

    def tried(self) -> Rights:
        """Return what a program may do that is started with fewer rights: one is, and ends before its first instruction."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Win32:
    """All of it."""

    registry: Registry
    screen: Screen
    machine: Machine
    clipboard: Clipboard
    shortcuts: Shortcuts
    jobs: Jobs
    tokens: Tokens
