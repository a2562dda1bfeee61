"""Which processes are the exam's, as the machine counts them: those that the supervisor started, an input method among them.

Owns that answer, for whoever sees windows and their processes. A process is the exam's because of who started it, and never
because of what it calls itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

ANCESTORS_MAX: Final = 8
"""Between the supervisor and the window there are two processes, and four between it and an input method's candidates."""
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
        ours = process > 0 and self._descends(process)
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
