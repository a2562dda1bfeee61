"""Programs that run beside the exam: those nobody knows, those that show or steer the screen from afar, and debuggers.

Owns the table of programs that are known to do so, and reading ``/proc``. Refuses to end anything. A name is only a name: a
program is known by the file it runs from as well, and by that file's digest where a site lists one.

Source: proc_pid_status(5), proc_pid_exe(5).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from exam_packages.ids import Digest
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.linux.look import Look, fields_of, number_of
from kiosk.lockdown.readings import Reading

_REMOTE: Final = "shows or steers the screen from another machine"
_RECORDS: Final = "records the screen"
_TYPES: Final = "types and clicks by itself"
_READS: Final = "reads other programs' memory"
FORBIDDEN: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "anydesk",
            "dwagent",
            "gnome-remote-desktop-daemon",
            "krfb",
            "nxnode.bin",
            "nxserver.bin",
            "parsecd",
            "rustdesk",
            "sunshine",
            "teamviewer",
            "teamviewerd",
            "vino-server",
            "vncserver-x11-core",
            "vncserverui",
            "wayvnc",
            "x0vncserver",
            "x11vnc",
            "xpra",
            "xrdp",
        ),
        _REMOTE,
    ),
    **dict.fromkeys(
        (
            "ffmpeg",
            "gpu-screen-recorder",
            "kazam",
            "obs",
            "peek",
            "recordmydesktop",
            "simplescreenrecorder",
            "vokoscreenng",
            "wf-recorder",
            "wl-screenrec",
        ),
        _RECORDS,
    ),
    **dict.fromkeys(("autokey-gtk", "autokey-qt", "dotoold", "xdotool", "xmacroplay", "ydotool", "ydotoold"), _TYPES),
    **dict.fromkeys(("gdb", "gdbserver", "lldb", "lldb-server", "ltrace", "radare2", "scanmem", "strace"), _READS),
}
"""Programs by name, and what they do. A site's list is added to it."""
OWN_ONLY: Final = frozenset({_RECORDS, _TYPES, _READS})
"""Only the seat's user has the exam's screen and memory. What others do this way with programs of their own is their work; who
shows a screen to another machine does it for all users."""
_NAME_MAX: Final = 15  # TASK_COMM_LEN without its zero: longer names are cut off by the kernel
EXECUTABLE_MAX_BYTES: Final = 64 * 1024 * 1024
PROGRAMS_MAX: Final = 20
"""So many programs are named one by one at a look; the rest is one line."""
_DELETED: Final = " (deleted)"


@dataclass(frozen=True, slots=True)
class Process:
    """One process as far as it can be seen.

    Attributes:
        name: what the kernel calls it, at most 15 characters.
        executable: the file it runs from; empty where that cannot be seen, as with threads of the kernel.
        uid: whose it is.
    """

    pid: int
    name: str
    executable: str
    uid: int

    @property
    def program(self) -> str:
        """What people call it."""
        return self.executable or self.name


def processes(look: Look) -> Iterable[Process]:
    """Yield what runs now; what ends meanwhile is left out."""
    for entry in look.names("proc"):
        if not entry.isdigit():
            continue
        status = fields_of(look.text(f"proc/{entry}/status"), between=":")
        if "Name" in status and status.get("State", "")[:1] not in {"Z", "X"}:
            executable = (look.link(f"proc/{entry}/exe") or "").removesuffix(_DELETED)
            uid = number_of(status.get("Uid", "").split("\t")[0], default=-1)
            yield Process(int(entry), status["Name"], executable, uid)


class ProcessMonitor:
    """Notices programs.

    Args:
        look: at the machine.
        uid: the seat's user: only his programs are asked who they are.
        known: files and folders (ending in ``/``) that the seat's programs run from.
        forbidden: names of programs, and what they do.
        forbidden_files: SHA-256 of executables, and what they do.
        is_ours: whether a process is one that the supervisor started: behind its walls, nobody but root sees which file it
            runs from.
    """

    name = "linux/processes"
    concern = Concern.PROCESSES

    def __init__(
        self,
        look: Look,
        *,
        uid: int,
        known: Iterable[str],
        forbidden: Mapping[str, str] = FORBIDDEN,
        forbidden_files: Mapping[Digest, str] | None = None,
        is_ours: Callable[[int], bool] = lambda _: False,
    ) -> None:
        self._look = look
        self._uid = uid
        self._known = tuple(known)
        self._forbidden = {name[:_NAME_MAX]: why for name, why in forbidden.items()}
        self._forbidden_files = dict(forbidden_files or {})
        self._is_ours = is_ours
        self._digests: dict[str, Digest] = {}
        self._told: frozenset[str] = frozenset()
        self._bad: frozenset[str] = frozenset()

    def probe(self) -> Probe:
        """Tell whether other processes can be seen."""
        if not any(process.pid for process in processes(self._look)):
            return Probe(capability=Capability.UNAVAILABLE, reason="The machine does not show what runs on it.")
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="Programs are noticed within a second; this does not keep them from running.",
            remedy="Prepare the seat, so that nothing but the exam runs in its session.",
        )

    def look_anew(self) -> None:
        """What runs is told again."""
        self._told = self._bad = frozenset()

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        running = list(processes(self._look))
        bad = {process.program: why for process in running if (why := self._why(process))}
        seen = [_forbidden(program, why) for program, why in sorted(bad.items()) if program not in self._bad]
        ended = sorted(self._bad - bad.keys())
        self._bad = frozenset(bad)
        unknown = Counter(
            process.program for process in running if self._is_unknown(process) and process.program not in bad
        )
        new = Counter({program: count for program, count in unknown.items() if program not in self._told})
        self._told |= new.keys()
        return [
            *seen,
            *(Observation(kind=IncidentKind.PROCESS_ENDED, evidence={"program": program}) for program in ended),
            *_unknown(new),
        ]

    def _is_unknown(self, process: Process) -> bool:
        if process.uid != self._uid or _is_of_the_kernel(process):
            return False
        is_known = any(
            process.executable.startswith(known) if known.endswith("/") else process.executable == known
            for known in self._known
        )
        return not is_known and not self._is_ours(process.pid)

    def _why(self, process: Process) -> str:
        if _is_of_the_kernel(process):
            return ""
        for name in (process.name, process.executable.rpartition("/")[2]):
            why = self._forbidden.get(name[:_NAME_MAX], "")
            if why and (process.uid == self._uid or why not in OWN_ONLY):
                return why
        if self._forbidden_files and self._is_unknown(process):
            return self._forbidden_files.get(self._digest(process), "")
        return ""

    def _digest(self, process: Process) -> Digest:
        if process.executable not in self._digests:
            # By the process and not by the path: the file may be deleted, or lie in another mount namespace.
            data = self._look.data(f"proc/{process.pid}/exe", offset=0, length=EXECUTABLE_MAX_BYTES)
            self._digests[process.executable] = Digest(hashlib.sha256(data or b"").hexdigest())
        return self._digests[process.executable]


def _is_of_the_kernel(process: Process) -> bool:
    """A thread of the kernel has no file, and may be called anything. It belongs to root, as the seat's user may do, too."""
    return process.uid == 0 and not process.executable


class DebuggerMonitor:
    """Notices who traces the window.

    Args:
        look: at the machine.
        window: the window's process; None while there is none.
    """

    name = "linux/debugger"
    concern = Concern.DEBUGGING

    def __init__(self, look: Look, *, window: Callable[[], int | None]) -> None:
        self._look = look
        self._window = window
        self._tracer = 0

    def probe(self) -> Probe:
        """Tell whether tracers can be seen."""
        if "TracerPid" not in fields_of(self._look.text("proc/self/status"), between=":"):
            return Probe(capability=Capability.UNAVAILABLE, reason="The machine does not say who traces a program.")
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="A debugger at the window is noticed within a second.",
            remedy="Start the session in the sandbox: then nobody but the system can read the window's memory.",
        )

    def look_anew(self) -> None:
        """Who traces the window is told again."""
        self._tracer = 0

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        pid = self._window()
        status = {} if pid is None else fields_of(self._look.text(f"proc/{pid}/status"), between=":")
        tracer = number_of(status.get("TracerPid"))
        before, self._tracer = self._tracer, tracer
        if tracer in {0, before}:
            return ()
        name = self._look.link(f"proc/{tracer}/exe") or self._look.text(f"proc/{tracer}/comm") or f"process {tracer}"
        return [Observation(kind=IncidentKind.DEBUGGER_FOUND, evidence={"program": name})]


def _forbidden(program: str, why: str) -> Observation:
    return Observation(kind=IncidentKind.PROCESS_FORBIDDEN, evidence={"program": program, "why": why})


def _unknown(new: Counter[str]) -> list[Observation]:
    programs = sorted(new)
    named = [(program, new[program]) for program in programs[:PROGRAMS_MAX]]
    if len(programs) > PROGRAMS_MAX:
        named.append((f"{len(programs) - PROGRAMS_MAX} more", sum(new[program] for program in programs[PROGRAMS_MAX:])))
    return [
        Observation(kind=IncidentKind.PROCESS_UNKNOWN, evidence={"program": program, "count": str(count)})
        for program, count in named
    ]
