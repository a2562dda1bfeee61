"""The filter, run by a machine of our own: every call on every architecture, and what its arguments change."""

from __future__ import annotations

import ctypes
import ctypes.util
import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.linux.seccomp import (
    ALLOW,
    ARCHITECTURES,
    KILL_PROCESS,
    REFUSED,
    TIOCLINUX,
    TIOCSTI,
    X32_BIT,
    Instruction,
    program,
    refusal,
)

JUMPS_MAX = 255
PROGRAM_MAX = 4096  # BPF_MAXINSNS
I386 = 0x40000003
SCMP_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
NO_SUCH_CALL = -1
MACHINES = tuple(ARCHITECTURES)


def answer(machine: str, number: int, *arguments: int, audit: int | None = None, starts_programs: bool = False) -> int:
    """What the kernel would answer: the classic BPF machine over ``struct seccomp_data``."""
    words = {0: number, 4: ARCHITECTURES[machine].audit if audit is None else audit}
    for place, argument in enumerate(arguments):
        words[16 + 8 * place] = argument & 0xFFFFFFFF
        words[20 + 8 * place] = argument >> 32 & 0xFFFFFFFF
    at, accumulator = 0, 0
    instructions = program(machine, starts_programs=starts_programs)
    while True:
        step = instructions[at]
        at += 1
        match step:
            case Instruction(code=0x20):
                accumulator = words.get(step.value, 0)
            case Instruction(code=0x06):
                return step.value
            case _:
                at += step.jump_true if _holds(step, accumulator) else step.jump_false


def _holds(step: Instruction, accumulator: int) -> bool:
    match step.code:
        case 0x15:
            return accumulator == step.value
        case 0x35:
            return accumulator >= step.value
        case 0x45:
            return bool(accumulator & step.value)
        case _:
            raise AssertionError(f"instruction {step.code:#x} is not known")


@pytest.mark.parametrize("machine", MACHINES)
def test_the_program_is_one_that_the_kernel_takes(machine: str) -> None:
    instructions = program(machine)
    assert len(instructions) <= PROGRAM_MAX
    for place, step in ((place, step) for place, step in enumerate(instructions) if step.code & 0x07 == 0x05):
        for jump in (step.jump_true, step.jump_false):
            assert jump <= JUMPS_MAX
            assert place + 1 + jump < len(instructions)
    assert instructions[-1] == Instruction(0x06, 0, 0, ALLOW)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_on_the_list_is_refused(machine: str, name: str) -> None:
    number = REFUSED[name][ARCHITECTURES[machine].column]
    if number is not None:
        assert answer(machine, number) == refusal(errno.EPERM)


@pytest.mark.parametrize("machine", MACHINES)
@given(family=st.integers(0, 2**64 - 1), kind=st.integers(0, 2**31))
def test_only_sockets_inside_the_machine(machine: str, family: int, kind: int) -> None:
    wanted = ALLOW if family & 0xFFFFFFFF == 1 else refusal(errno.EAFNOSUPPORT)
    for call in (ARCHITECTURES[machine].socket, ARCHITECTURES[machine].socketpair):
        assert answer(machine, call, family, kind, 0) == wanted


@pytest.mark.parametrize("machine", MACHINES)
def test_threads_and_processes_but_no_namespaces(machine: str) -> None:
    what = ARCHITECTURES[machine]
    thread = 0x3D0F00  # what the C library asks for
    assert answer(machine, what.clone, thread) == ALLOW
    assert answer(machine, what.clone, 17) == ALLOW
    for bit in (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000):
        assert answer(machine, what.clone, 17 | bit) == refusal(errno.EPERM)
    assert answer(machine, what.clone3) == refusal(errno.ENOSYS), "the C library falls back on clone"


@pytest.mark.parametrize("machine", MACHINES)
def test_nothing_is_typed_into_a_terminal_and_no_memory_opened_again(machine: str) -> None:
    what = ARCHITECTURES[machine]
    assert answer(machine, what.ioctl, 0, TIOCSTI) == refusal(errno.EPERM)
    assert answer(machine, what.ioctl, 0, TIOCSTI | 1 << 32) == refusal(errno.EPERM), "the kernel reads 32 bits of it"
    assert answer(machine, what.ioctl, 0, TIOCLINUX) == refusal(errno.EPERM)
    assert answer(machine, what.ioctl, TIOCSTI, 0x5401) == ALLOW
    assert answer(machine, what.prctl, 4, 1) == refusal(errno.EPERM)
    assert answer(machine, what.prctl, 15) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_other_interfaces_of_the_kernel_are_closed(machine: str) -> None:
    assert answer(machine, ARCHITECTURES[machine].socket, 1, audit=I386) == KILL_PROCESS
    assert answer("x86_64", X32_BIT | 1) == refusal(errno.ENOSYS)


@pytest.mark.parametrize("machine", MACHINES)
def test_whatever_nobody_lists_is_allowed(machine: str) -> None:
    what = ARCHITECTURES[machine]
    listed = {numbers[what.column] for numbers in REFUSED.values()} | {what.clone3}
    asked = {what.socket, what.socketpair, what.clone, what.ioctl, what.prctl}
    for number in set(range(600)) - listed - asked:
        assert answer(machine, number) == ALLOW


def test_for_a_machine_that_nobody_knows_there_is_no_filter() -> None:
    with pytest.raises(OSError, match="no filter is written"):
        program("vax")


@pytest.mark.parametrize("machine", MACHINES)
def test_the_numbers_are_those_that_libseccomp_knows(machine: str) -> None:
    library = ctypes.util.find_library("seccomp")
    if library is None:
        pytest.skip("libseccomp is not installed: the numbers are not compared")
    resolve = ctypes.CDLL(library).seccomp_syscall_resolve_name_arch
    resolve.argtypes = [ctypes.c_uint32, ctypes.c_char_p]
    what = ARCHITECTURES[machine]
    own = {name: getattr(what, name) for name in ("socket", "socketpair", "clone", "clone3", "ioctl", "prctl")}
    own |= {name: numbers[what.column] for name, numbers in REFUSED.items()}
    known = {name: resolve(SCMP_ARCH[machine], name.encode()) for name in own}
    # Names that are newer than the library are not known to it; there is no number to compare.
    assert {name: number for name, number in own.items() if known[name] >= 0} == {
        name: number for name, number in known.items() if number >= 0
    }
    assert sum(number >= 0 for number in known.values()) > len(own) * 3 // 4
