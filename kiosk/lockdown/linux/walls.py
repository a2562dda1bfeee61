"""What the sandbox amounts to on this machine, concern by concern, and whether it still stands around the window that runs.

Owns the probes and the look at a running window. Refuses to start anything. The sandbox changes nothing of the machine, so there
is nothing to put back: as operations these only tell and watch.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.linux import hardening, namespaces, seccomp
from kiosk.lockdown.linux.hardening import User
from kiosk.lockdown.linux.system_calls import Clone
from kiosk.lockdown.operations import Operation

ALL_KINDS: Final = Clone.NETWORK | Clone.PID | Clone.IPC | Clone.UTS | Clone.MOUNT
NOTHING_CHANGED: Final = b"nothing"
_NO_CAPABILITY: Final = "0" * 16
_FILTERED: Final = "2"  # SECCOMP_MODE_FILTER
_ACTIONS: Final = "/proc/sys/kernel/seccomp/actions_avail"
_NEEDS_NAMESPACES: Final = "Start the supervisor as root (kiosk seat prepare), or allow user namespaces."


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What this machine lets a supervisor do; found out once.

    Attributes:
        namespaces: why none can be made; empty where they can.
        filters: the kernel filters calls, and a filter is written for this machine.
        memory: memory can be kept out of swap, or there is no swap.
        is_root: the supervisor is root.
        user: whom the window runs as; None: as whom the supervisor runs.
    """

    namespaces: str
    filters: bool
    memory: bool
    is_root: bool
    user: User | None


def look(user: User | None) -> Machine:
    """Find out what can be done here. Changes nothing: what is tried is tried in a process that ends at once."""
    return Machine(
        namespaces=_trial(),
        filters=platform.machine() in seccomp.ARCHITECTURES and os.path.exists(_ACTIONS),  # noqa: PTH110 - of the kernel
        memory=hardening.memory_may_be_locked() or not hardening.swap_is_there(),
        is_root=os.getuid() == 0,
        user=user,
    )


def probes(machine: Machine) -> dict[Concern, Probe]:
    """Return what the sandbox does about each concern that it is about."""
    return {
        Concern.NETWORK: _network(machine),
        Concern.PROCESSES: _processes(machine),
        Concern.PRIVILEGES: _privileges(machine),
        Concern.DEBUGGING: _debugging(machine),
        Concern.CORE_DUMPS: _cores(machine),
        Concern.ENVIRONMENT: Probe(capability=Capability.ENFORCED),
    }


def operations(machine: Machine, window: Callable[[], int | None]) -> tuple[Operation, ...]:
    """Return an operation for each concern.

    Args:
        machine: what can be done here.
        window: the process id of the window that runs, None while none does.
    """
    return tuple(WallOperation(concern, probe, window, machine) for concern, probe in probes(machine).items())


class WallOperation:
    """What the sandbox does about one concern."""

    def __init__(self, concern: Concern, probe: Probe, window: Callable[[], int | None], machine: Machine) -> None:
        self._concern = concern
        self._probe = probe
        self._window = window
        self._machine = machine

    @property
    def name(self) -> str:
        """Its name."""
        return f"linux/sandbox-{self._concern.value}"

    @property
    def concern(self) -> Concern:
        """What it is about."""
        return self._concern

    def probe(self) -> Probe:
        """Tell what it can do here."""
        return self._probe

    def snapshot(self) -> bytes:
        """Nothing of the machine is changed."""
        return NOTHING_CHANGED

    def apply(self) -> None:
        """The walls are closed by the window's own process before it becomes one; there is nothing to do later."""

    def verify(self) -> str:
        """Look at the window that runs; a window that has just gone has not drifted."""
        process = self._window()
        if process is None:
            return ""
        status = status_of(process)
        return "" if status is None else drift(self._concern, status, self._machine)

    def revert(self, snapshot: bytes) -> None:
        """They went with the window."""


def status_of(process: int) -> Mapping[str, str] | None:
    """Return what the kernel tells everybody about a process; None when it has gone."""
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    pairs = (line.partition(":") for line in text.splitlines())
    return {name: value.strip() for name, _, value in pairs}


def drift(concern: Concern, status: Mapping[str, str], machine: Machine) -> str:
    """Return what is wrong with a window's process, in a sentence; the empty text where nothing is."""
    match concern:
        case Concern.PRIVILEGES:
            if status.get("NoNewPrivs") != "1" or status.get("CapEff") != _NO_CAPABILITY:
                return "The window's process has privileges, or could get some."
            wanted = None if machine.user is None else machine.user.uid
            if wanted is not None and set(status.get("Uid", "").split()) != {str(wanted)}:
                return "The window's process runs as another user."
        case Concern.NETWORK | Concern.DEBUGGING if machine.filters:
            if status.get("Seccomp") != _FILTERED:
                return "The window's process may make any call of the kernel."
        case Concern.PROCESSES if not machine.namespaces:
            if len(status.get("NSpid", "").split()) < 2:
                return "The window's process sees the other processes of this machine."
        case _:
            pass
    if concern is Concern.DEBUGGING and status.get("TracerPid", "0") != "0":
        return "The window's process is being debugged."
    return ""


def _trial() -> str:
    """Make namespaces in a process of its own and end it."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            namespaces.leave(ALL_KINDS)
            code = 0
        except OSError as error:
            code = error.errno or 1
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return ""
    return f"This system does not let the supervisor make namespaces ({os.strerror(code) if code > 0 else 'stopped'})."


def _network(machine: Machine) -> Probe:
    if not machine.filters:
        if machine.namespaces:
            return Probe(capability=Capability.UNAVAILABLE, reason=machine.namespaces, remedy=_NEEDS_NAMESPACES)
        return Probe(capability=Capability.ENFORCED)
    return Probe(capability=Capability.ENFORCED)


def _processes(machine: Machine) -> Probe:
    if machine.namespaces:
        return Probe(capability=Capability.UNAVAILABLE, reason=machine.namespaces, remedy=_NEEDS_NAMESPACES)
    if not machine.filters:
        return Probe(
            capability=Capability.UNAVAILABLE, reason="The kernel filters no calls: a program could be started."
        )
    return Probe(capability=Capability.ENFORCED)


def _privileges(machine: Machine) -> Probe:
    if machine.is_root and machine.user is None:
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="The window runs as root, without root's capabilities: files that root owns are still its own.",
            remedy="Name a user for the window (--user).",
        )
    return Probe(capability=Capability.ENFORCED)


def _debugging(machine: Machine) -> Probe:
    if not machine.filters:
        return Probe(capability=Capability.DETECT_ONLY, reason="The kernel filters no calls.")
    return Probe(capability=Capability.ENFORCED)


def _cores(machine: Machine) -> Probe:
    if machine.memory:
        return Probe(capability=Capability.ENFORCED)
    return Probe(
        capability=Capability.UNAVAILABLE,
        reason="No crash file is written, but memory may go to swap: the limit for locked memory is too low.",
        remedy="Switch swap off, or allow unlimited locked memory (LimitMEMLOCK=infinity).",
    )
