"""The job that the exam window lives in: it ends with the supervisor, and starts no other programs.

Owns the limits and looking whether they hold. Refuses to know what is started.
"""

from __future__ import annotations

import contextlib
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.windows.api import JobHandle, JobLimits, Jobs, ProgramStart, Win32Failed
from kiosk.lockdown.windows.verification import as_verified

WINDOW_LIMITS: Final = JobLimits(processes_max=1, dies_with_us=True)
JOB_PROBE: Final = as_verified(Probe(capability=Capability.ENFORCED))
"""That the window starts no programs, and does not outlive the supervisor."""


class WindowJob:
    """One start of the window. A second start is another job.

    Args:
        jobs: of the machine.
        limits: other ones, for a window that may start helpers.
    """

    name = "windows/window-job"
    concern = Concern.PRIVILEGES

    def __init__(self, jobs: Jobs, *, limits: JobLimits = WINDOW_LIMITS) -> None:
        self._jobs = jobs
        self._limits = limits
        self._job: JobHandle | None = None

    def start(self, start: ProgramStart) -> int:
        """Start the window, inside from its first instruction on, and return its process.

        Raises:
            OperationFailed: it could not be started so; then it does not run.
        """
        if self._job is not None:
            raise ValueError("a job is for one start")
        try:
            job = self._jobs.make(self._limits)
        except Win32Failed as failed:
            raise OperationFailed(self.name, str(failed)) from failed
        try:
            if self._jobs.limits(job) != self._limits:
                raise OperationFailed(self.name, "Windows does not hold the job to its limits.")
            pid = self._jobs.start(job, start)
        except Win32Failed as failed:
            self._give_up(job)
            raise OperationFailed(self.name, str(failed)) from failed
        except OperationFailed:
            self._give_up(job)
            raise
        self._job = job
        return pid

    def _give_up(self, job: JobHandle) -> None:
        with contextlib.suppress(Win32Failed):  # nobody holds it any more, and nothing is in it
            self._jobs.end(job)

    def is_alive(self) -> bool:
        """Tell whether anything lives in it."""
        try:
            return self._job is not None and self._jobs.alive(self._job) > 0
        except Win32Failed:
            return False

    def exit_code(self) -> int | None:
        """Return what the window ended with; None while it runs."""
        return None if self._job is None else self._jobs.exit_code(self._job)

    def end(self) -> None:
        """End everything in it."""
        job, self._job = self._job, None
        if job is not None:
            self._jobs.end(job)
