"""Job objects and programs that are started in them, by calls of kernel32. See ``api.Jobs``."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Sequence
from typing import Final

from kiosk.lockdown.windows import structs
from kiosk.lockdown.windows.api import JobHandle, JobLimits, Win32Failed
from kiosk.lockdown.windows.calls import KERNEL32, Library
from kiosk.lockdown.windows.structs import units_of

ENDED_BY_US: Final = 70
"""Exit code of a process that was ended with its job."""
_RESUME_FAILED: Final = 0xFFFF_FFFF


class RealJobs:
    """Jobs of this machine."""

    def __init__(self) -> None:
        self._kernel32 = Library("kernel32", KERNEL32)

    def make(self, limits: JobLimits) -> JobHandle:
        """Make a job without a name: nobody else can open it."""
        job = self._kernel32.do("CreateJobObjectW", None, None)
        extended = limit_structure(limits)
        size = ctypes.sizeof(extended)
        try:
            self._kernel32.do("SetInformationJobObject", job, structs.JOB_EXTENDED_LIMIT, ctypes.byref(extended), size)
        except Win32Failed:
            self._kernel32.ask("CloseHandle", job)
            raise
        return JobHandle(job)

    def limits(self, job: JobHandle) -> JobLimits:
        """Read back what a job allows."""
        extended = structs.JobExtendedLimit()
        self._query(job, structs.JOB_EXTENDED_LIMIT, extended)
        return limits_of(extended)

    def alive(self, job: JobHandle) -> int:
        """Return how many processes live in it."""
        accounting = structs.JobAccounting()
        self._query(job, structs.JOB_BASIC_ACCOUNTING, accounting)
        return int(accounting.active_processes)

    def start(self, job: JobHandle, command: Sequence[str], *, desktop: str) -> int:
        """Start a program that waits, put it into the job, and let it go: no instruction of it runs outside."""
        line = units_of(subprocess.list2cmdline(command))
        where = units_of(desktop)
        startup = structs.StartupInfo(size=ctypes.sizeof(structs.StartupInfo))
        startup.desktop = ctypes.addressof(where) if desktop else 0
        made = structs.ProcessInformation()
        flags = structs.CREATE_SUSPENDED | structs.CREATE_NO_WINDOW
        places = (ctypes.byref(startup), ctypes.byref(made))
        self._kernel32.do("CreateProcessW", None, line, None, None, 0, flags, None, None, *places)
        try:
            self._kernel32.do("AssignProcessToJobObject", job, made.process)
            if self._kernel32.ask("ResumeThread", made.thread) == _RESUME_FAILED:
                raise Win32Failed("ResumeThread", 0)
        except Win32Failed:
            self._kernel32.ask("TerminateProcess", made.process, ENDED_BY_US)
            raise
        finally:
            self._kernel32.ask("CloseHandle", made.thread)
            self._kernel32.ask("CloseHandle", made.process)
        return int(made.pid)

    def end(self, job: JobHandle) -> None:
        """End every process of it."""
        try:
            self._kernel32.do("TerminateJobObject", job, ENDED_BY_US)
        finally:
            self._kernel32.ask("CloseHandle", job)

    def _query(self, job: JobHandle, number: int, into: ctypes.Structure) -> None:
        place = (ctypes.byref(into), ctypes.sizeof(into), None)
        self._kernel32.do("QueryInformationJobObject", job, number, *place)


def limit_structure(limits: JobLimits) -> structs.JobExtendedLimit:
    """Return limits as Windows takes them."""
    extended = structs.JobExtendedLimit()
    flags = structs.JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION  # a crash ends the process and asks nobody anything
    if limits.dies_with_us:
        flags |= structs.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
    if limits.processes_max:
        flags |= structs.JOB_OBJECT_LIMIT_ACTIVE_PROCESS
        extended.basic.active_process_limit = limits.processes_max
    extended.basic.limit_flags = flags
    return extended


def limits_of(extended: structs.JobExtendedLimit) -> JobLimits:
    """Return what Windows says about limits."""
    flags = extended.basic.limit_flags
    is_limited = bool(flags & structs.JOB_OBJECT_LIMIT_ACTIVE_PROCESS)
    return JobLimits(
        processes_max=extended.basic.active_process_limit if is_limited else 0,
        dies_with_us=bool(flags & structs.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE),
    )
