"""The line to the self-test's window: what comes is read strictly, and nothing that comes keeps anybody waiting."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.errors import FormRefused
from ui.readiness.line import LINE_MAX_BYTES, Ask, DescriptorWire, Line, LineLost, asked


@pytest.fixture
def ends() -> Iterator[tuple[Line, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        yield Line(DescriptorWire(one.fileno())), other


def test_a_question_and_its_answer(ends: tuple[Line, socket.socket]) -> None:
    line, other = ends
    other.sendall(b'{"text":"exam"}\n{"text":"next"}\n')
    assert line.ask(Ask.STATE, {}, within_s=1).text("text") == "exam"
    assert asked(other.recv(1_000).rstrip(b"\n"))[0] is Ask.STATE
    assert line.ask(Ask.CLEAR, {}, within_s=1).text("text") == "next"


def test_nobody_waits_for_a_window_that_says_nothing(ends: tuple[Line, socket.socket]) -> None:
    line, _ = ends
    with pytest.raises(LineLost, match="does not answer"):
        line.ask(Ask.STATE, {}, within_s=0.01)


def test_a_window_that_is_gone(ends: tuple[Line, socket.socket]) -> None:
    line, other = ends
    other.close()
    with pytest.raises(LineLost):
        line.ask(Ask.STATE, {}, within_s=1)


def test_a_line_without_an_end_is_given_up() -> None:
    read_end, write_end = os.pipe()
    try:
        line = Line(DescriptorWire(read_end))
        line._unread += b"x" * (LINE_MAX_BYTES + 1)
        with pytest.raises(LineLost, match="no end"):
            line.read(1)
    finally:
        os.close(read_end)
        os.close(write_end)


@given(st.binary(max_size=60).filter(lambda data: b"\n" not in data))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_comes_is_an_answer_or_refused(ends: tuple[Line, socket.socket], data: bytes) -> None:
    line, other = ends
    other.sendall(data + b"\n")
    with contextlib.suppress(FormRefused):
        line.ask(Ask.STATE, {}, within_s=1)
    other.recv(1_000)


def test_a_question_that_is_none() -> None:
    for data in (b"", b"{}", b'{"ask":"open the door"}', b"[]"):
        with pytest.raises(FormRefused):
            asked(data)
