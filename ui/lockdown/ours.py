"""Which processes are the exam's, as the machine counts them: the supervisor's own, and what people type other scripts with.

Owns that answer, for whoever sees windows and their processes. A process is the exam's because of who started it, and never
because of what it calls itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

INPUT_METHODS: Final = frozenset(
    {
        "/usr/bin/fcitx",
        "/usr/bin/fcitx5",
        "/usr/bin/ibus-daemon",
        "/usr/bin/uim-xim",
        "/usr/lib/ibus/ibus-ui-gtk3",
        "/usr/lib/ibus/ibus-x11",
        "/usr/libexec/ibus-ui-gtk3",
        "/usr/libexec/ibus-x11",
        "/usr/libexec/uim-candwin-gtk3",
    }
)
"""Programs of the system that show candidates for what is typed; files that only root can replace."""
ANCESTORS_MAX: Final = 8
"""Between the supervisor and the window there are two processes."""
KNOWN_MAX: Final = 1_000


class Ours:
    """Tells whether a process belongs to the exam.

    Args:
        supervisor: this process.
        proc: the kernel's view of processes.
    """

    def __init__(self, supervisor: int, *, proc: Path = Path("/proc")) -> None:
        self._supervisor = supervisor
        self._proc = proc
        self._known: set[int] = set()

    def __call__(self, process: int) -> bool:
        """Return whether it does; one that was the exam's and has just ended still is: its window is about to go."""
        if process in self._known and not (self._proc / str(process)).exists():
            return True
        ours = process > 0 and (self._descends(process) or self._is_input_method(process))
        if ours and len(self._known) < KNOWN_MAX:
            self._known.add(process)
        elif not ours:
            self._known.discard(process)
        return ours

    def _descends(self, process: int) -> bool:
        for _ in range(ANCESTORS_MAX):
            if process == self._supervisor:
                return True
            process = self._parent(process)
            if process <= 1:
                return False
        return False

    def _parent(self, process: int) -> int:
        """The fourth field of proc(5)'s ``stat``, after a name in brackets that may hold anything."""
        try:
            text = (self._proc / str(process) / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return 0
        fields = text.rpartition(")")[2].split()
        return int(fields[1]) if len(fields) > 1 and fields[1].isdecimal() else 0

    def _is_input_method(self, process: int) -> bool:
        try:
            return str((self._proc / str(process) / "exe").readlink()) in INPUT_METHODS
        except OSError:
            return False
