"""Job objects and programs that are started in them, by calls of kernel32. See ``api.Jobs``."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import c_size_t, c_uint16, c_uint32
from typing import Final

from kiosk.lockdown.windows import structs
from kiosk.lockdown.windows.api import JobHandle, JobLimits, ProgramStart, Win32Failed
from kiosk.lockdown.windows.calls import KERNEL32, Library
from kiosk.lockdown.windows.environment import block_of
from kiosk.lockdown.windows.real_tokens import RealTokens
from kiosk.lockdown.windows.service_calls import TOKENS
from kiosk.lockdown.windows.structs import Handle, units_of

ENDED_BY_US: Final = 137
"""Exit code of a process that was ended with its job; none that a window ends with by itself."""
ENDING_MS: Final = 3_000
"""So long Windows may take to clear away a process that was ended."""
_RESUME_FAILED: Final = 0xFFFF_FFFF


class RealJobs:
    """Jobs of this machine."""

    def __init__(self) -> None:
        self._kernel32 = Library("kernel32", KERNEL32)
        self._advapi32 = Library("advapi32", TOKENS)
        self._tokens = RealTokens()
        self._programs: dict[JobHandle, int] = {}

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

    def start(self, job: JobHandle, start: ProgramStart) -> int:
        """Start a program that waits, put it into the job, and let it go: no instruction of it runs outside."""
        line = units_of(subprocess.list2cmdline(start.command))
        where = units_of(start.desktop)
        startup = structs.StartupInfoEx()
        startup.info.size = ctypes.sizeof(startup)
        startup.info.desktop = ctypes.addressof(where) if start.desktop else 0
        environment = None if start.environment is None else units_of(block_of(start.environment))
        made = structs.ProcessInformation()
        flags = structs.CREATE_SUSPENDED | structs.CREATE_NO_WINDOW
        flags |= structs.CREATE_UNICODE_ENVIRONMENT | structs.EXTENDED_STARTUPINFO_PRESENT
        with self._attributes(start.handles) as attributes:
            startup.attributes = attributes
            inherits = int(bool(start.handles))
            places = (_address(environment), None, ctypes.byref(startup), ctypes.byref(made))
            how = (None, line, None, None, inherits, flags, *places)
            if start.fewer_rights:
                with self._tokens.made() as token:
                    self._advapi32.do("CreateProcessAsUserW", token, *how)
            else:
                self._kernel32.do("CreateProcessW", *how)
        try:
            self._kernel32.do("AssignProcessToJobObject", job, made.process)
            if self._kernel32.ask("ResumeThread", made.thread) == _RESUME_FAILED:
                raise Win32Failed("ResumeThread", 0)
        except Win32Failed:
            self._kernel32.ask("TerminateProcess", made.process, ENDED_BY_US)
            self._kernel32.ask("CloseHandle", made.process)
            raise
        finally:
            self._kernel32.ask("CloseHandle", made.thread)
        self._programs[job] = int(made.process)
        return int(made.pid)

    def exit_code(self, job: JobHandle) -> int | None:
        """Ask the process: not whether its code is 259, which a program may end with, too, but whether it has ended."""
        process = self._programs.get(job)
        if process is None or self._kernel32.ask("WaitForSingleObject", process, 0) == structs.WAIT_TIMEOUT:
            return None
        code = c_uint32()
        self._kernel32.ask("GetExitCodeProcess", process, ctypes.byref(code))
        return code.value

    def end(self, job: JobHandle) -> None:
        """End every process of it, and wait until the program is gone."""
        process = self._programs.pop(job, None)
        try:
            self._kernel32.do("TerminateJobObject", job, ENDED_BY_US)
        finally:
            self._kernel32.ask("CloseHandle", job)
            if process is not None:
                self._kernel32.ask("WaitForSingleObject", process, ENDING_MS)
                self._kernel32.ask("CloseHandle", process)

    @contextmanager
    def _attributes(self, handles: Sequence[int]) -> Iterator[int]:
        """Give the address of a list that lets a new process inherit these handles and no others; 0 where it gets none."""
        if not handles:
            yield 0
            return
        needed = c_size_t()
        self._kernel32.ask("InitializeProcThreadAttributeList", None, 1, 0, ctypes.byref(needed))
        place = ctypes.create_string_buffer(needed.value)
        address = ctypes.addressof(place)
        self._kernel32.do("InitializeProcThreadAttributeList", address, 1, 0, ctypes.byref(needed))
        try:
            inherited = (Handle * len(handles))(*handles)
            listed = (structs.ATTRIBUTE_HANDLE_LIST, ctypes.addressof(inherited), ctypes.sizeof(inherited), None, None)
            self._kernel32.do("UpdateProcThreadAttribute", address, 0, *listed)
            yield address
        finally:
            self._kernel32.ask("DeleteProcThreadAttributeList", address)

    def _query(self, job: JobHandle, number: int, into: ctypes.Structure) -> None:
        place = (ctypes.byref(into), ctypes.sizeof(into), None)
        self._kernel32.do("QueryInformationJobObject", job, number, *place)


def _address(units: ctypes.Array[c_uint16] | None) -> int | None:
    return None if units is None else ctypes.addressof(units)


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
