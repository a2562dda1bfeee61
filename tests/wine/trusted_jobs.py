"""Jobs of wine that answer what they were made with: wine sets limits and answers nothing when it is asked for them."""

from __future__ import annotations

from kiosk.lockdown.windows.api import JobHandle, JobLimits
from kiosk.lockdown.windows.real_jobs import RealJobs


class TrustedJobs(RealJobs):
    """Wine sets limits and answers nothing when it is asked for them."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[JobHandle, JobLimits] = {}

    def make(self, limits: JobLimits) -> JobHandle:
        job = super().make(limits)
        self._made[job] = limits
        return job

    def limits(self, job: JobHandle) -> JobLimits:
        return self._made[job]
