"""Which calls of the kernel the window may make: a filter for the kernel, written instruction by instruction.

Owns the list of what is refused and the program made of it. Refuses to know when it is put in place. Nothing but sockets inside
the machine, no other program, nobody else's memory, no new mounts, clocks, modules: the kernel itself answers, whatever runs in
the window.

The filter is a program for the classic BPF machine (linux/filter.h) over ``struct seccomp_data`` (linux/seccomp.h, seccomp(2)).
An argument is compared by its lower half: the kernel reads all of these as 32 bits.
"""

from __future__ import annotations

import ctypes
import errno
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from kiosk.lockdown.linux.system_calls import (
    PR_SET_SECCOMP,
    SECCOMP_MODE_FILTER,
    Clone,
    FilterInstruction,
    FilterProgram,
    prctl,
)

AF_UNIX: Final = 1
TIOCSTI: Final = 0x5412  # types into a terminal
TIOCLINUX: Final = 0x541C  # pastes into a console
PR_SET_DUMPABLE: Final = 4
PR_SET_MM: Final = 35  # writes another command line and memory map than there is

ALLOW: Final = 0x7FFF0000
KILL_PROCESS: Final = 0x80000000
_ERRNO: Final = 0x00050000
X32_BIT: Final = 0x40000000  # the third interface of x86-64: the same calls under other numbers

_LOAD: Final = 0x20  # BPF_LD | BPF_W | BPF_ABS
_IF_EQUAL: Final = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_IF_AT_LEAST: Final = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_IF_ANY_BIT: Final = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN: Final = 0x06  # BPF_RET | BPF_K

_NUMBER_AT: Final = 0
_ARCHITECTURE_AT: Final = 4
_FIRST_ARGUMENT_AT: Final = 16
_ARGUMENT_BYTES: Final = 8

REFUSED: Final[Mapping[str, tuple[int | None, int | None]]] = {
    # other processes' memory
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "process_madvise": (440, 440),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    # other programs
    "execve": (59, 221),
    "execveat": (322, 281),
    "uselib": (134, None),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    # ways around this filter, and parts of the kernel that were often broken
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "personality": (135, 92),
    "modify_ldt": (154, None),
    "lookup_dcookie": (212, 18),
    # keys of the kernel
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    # the machine itself
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "acct": (163, 89),
    "iopl": (172, None),
    "ioperm": (173, None),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
}
"""Name → its number on x86-64 and on 64-bit ARM (asm/unistd_64.h, asm-generic/unistd.h); None where there is no such call."""


STARTING: Final = frozenset({"execve", "execveat"})


class Instruction(NamedTuple):
    """One instruction; the jumps count instructions from the next one."""

    code: int
    jump_true: int
    jump_false: int
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """What differs between machines."""

    column: int
    audit: int
    socket: int
    socketpair: int
    clone: int
    clone3: int
    ioctl: int
    prctl: int
    has_x32: bool = False


ARCHITECTURES: Final[Mapping[str, Architecture]] = {
    "x86_64": Architecture(
        column=0, audit=0xC000003E, socket=41, socketpair=53, clone=56, clone3=435, ioctl=16, prctl=157, has_x32=True
    ),
    "aarch64": Architecture(
        column=1, audit=0xC00000B7, socket=198, socketpair=199, clone=220, clone3=435, ioctl=29, prctl=167
    ),
}

_NEW_NAMESPACES: Final = Clone.MOUNT | Clone.CGROUP | Clone.UTS | Clone.IPC | Clone.USER | Clone.PID | Clone.NETWORK


def refusal(number: int) -> int:
    """Return the answer of a filter that lets a call fail with an error number."""
    return _ERRNO | number


def program(machine: str, *, starts_programs: bool = False) -> tuple[Instruction, ...]:
    """Return the filter for a machine.

    Args:
        machine: as ``platform.machine`` names it.
        starts_programs: other programs may be started; for an input method, and never for the window.

    Raises:
        OSError: none is written for it.
    """
    what = ARCHITECTURES.get(machine)
    if what is None:
        raise OSError(errno.ENOSYS, f"no filter is written for the machine {machine}")
    parts: list[Instruction] = [
        Instruction(_LOAD, 0, 0, _ARCHITECTURE_AT),
        Instruction(_IF_EQUAL, 1, 0, what.audit),
        Instruction(_RETURN, 0, 0, KILL_PROCESS),
        Instruction(_LOAD, 0, 0, _NUMBER_AT),
    ]
    if what.has_x32:
        parts += [Instruction(_IF_AT_LEAST, 0, 1, X32_BIT), _answer(errno.ENOSYS)]
    for name, numbers in REFUSED.items():
        number = numbers[what.column]
        if number is not None and not (starts_programs and name in STARTING):
            parts += [Instruction(_IF_EQUAL, 0, 1, number), _answer(errno.EPERM)]
    # Its flags are in memory, where no filter can look. Without it the C library uses clone.
    parts += [Instruction(_IF_EQUAL, 0, 1, what.clone3), _answer(errno.ENOSYS)]
    parts += _when(what.clone, 0, [Instruction(_IF_ANY_BIT, 0, 1, int(_NEW_NAMESPACES)), _answer(errno.EPERM)])
    for call in (what.socket, what.socketpair):
        parts += _when(call, 0, [Instruction(_IF_EQUAL, 1, 0, AF_UNIX), _answer(errno.EAFNOSUPPORT)])
    for call, argument, values in (
        (what.ioctl, 1, (TIOCSTI, TIOCLINUX)),
        (what.prctl, 0, (PR_SET_DUMPABLE, PR_SET_MM)),
    ):
        tests = [step for value in values for step in (Instruction(_IF_EQUAL, 0, 1, value), _answer(errno.EPERM))]
        parts += _when(call, argument, tests)
    return (*parts, Instruction(_RETURN, 0, 0, ALLOW))


def install(instructions: Sequence[Instruction]) -> None:
    """Put a filter over this thread and all it will start, for good.

    Raises:
        OSError: the kernel has no filters, or new privileges are still possible.
    """
    array = (FilterInstruction * len(instructions))(*(FilterInstruction(*each) for each in instructions))
    filter_program = FilterProgram(len(instructions), ctypes.cast(array, ctypes.POINTER(FilterInstruction)))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter_program)


def install_here(*, starts_programs: bool = False) -> None:
    """Put the filter for this machine in place; see ``program``.

    Raises:
        OSError: it could not be done.
    """
    install(program(platform.machine(), starts_programs=starts_programs))


def _answer(number: int) -> Instruction:
    return Instruction(_RETURN, 0, 0, refusal(number))


def _when(call: int, argument: int, tests: Sequence[Instruction]) -> list[Instruction]:
    """For one call: load an argument and ask about it; what none of them refuses is allowed."""
    body = [
        Instruction(_LOAD, 0, 0, _FIRST_ARGUMENT_AT + argument * _ARGUMENT_BYTES),
        *tests,
        Instruction(_RETURN, 0, 0, ALLOW),
    ]
    return [Instruction(_IF_EQUAL, 0, len(body), call), *body]
