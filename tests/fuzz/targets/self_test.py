"""Targets that are broken on purpose: the tests of the fuzzer itself run them."""

from __future__ import annotations

from typing import Final

from tests.fuzz.target import Target


def fuzz_fault(data: bytes) -> None:
    """Fails on an input that only a guided fuzzer comes upon soon."""
    if data[:1] == b"F" and data[1:2] == b"u" and data[2:3] == b"z":
        raise ZeroDivisionError


def fuzz_memory(data: bytes) -> None:
    """Takes memory as the input says."""
    if data[:1] == b"M":
        _ = b"x" * (100 * 2**20)


TARGETS: Final = (
    Target(
        name="self-test-fault", reads="nothing", run=fuzz_fault, seeds=lambda: [b"F"], tokens=(b"u", b"z"), max_bytes=8
    ),
    Target(
        name="self-test-memory", reads="nothing", run=fuzz_memory, seeds=lambda: [b"a"], tokens=(b"M",), max_bytes=8
    ),
)
