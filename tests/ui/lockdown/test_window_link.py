from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.protocol import MESSAGE_MAX_BYTES, Beat, Hello, LogLines, SessionIs, Stop, encode_message
from ui.lockdown import window_link
from ui.lockdown.window_link import LinkClosed, LinkEnded, WindowLink

SAID = (Hello(version=1, pid=2), Beat(at_ms=3), SessionIs(session="s1"))


@pytest.fixture
def ends() -> Iterator[tuple[WindowLink, socket.socket]]:
    own, theirs = socket.socketpair()
    own.setblocking(False)
    link = WindowLink(own)
    yield link, theirs
    link.close()
    theirs.close()


@given(st.lists(st.integers(1, 40), max_size=40))
def test_messages_are_whole_however_they_arrive(pieces: list[int]) -> None:
    own, theirs = socket.socketpair()
    own.setblocking(False)
    link = WindowLink(own)
    data = b"".join(encode_message(message) for message in SAID)
    heard: list[object] = []
    for piece in pieces:
        theirs.sendall(data[:piece])
        data = data[piece:]
        heard += link.receive()
    theirs.sendall(data)
    theirs.close()
    if data or len(heard) < len(SAID):
        heard += link.receive()
    assert tuple(heard) == SAID
    with pytest.raises(LinkClosed):
        link.receive()
    link.close()


def test_what_was_said_before_the_end_is_heard(ends: tuple[WindowLink, socket.socket]) -> None:
    link, theirs = ends
    theirs.sendall(encode_message(SAID[0]))
    theirs.close()
    assert link.receive() == SAID[:1]
    with pytest.raises(LinkClosed):
        link.receive()


@pytest.mark.parametrize("said", [b"hello\n", b"{}\n", b'{"say":"stop"}\n', b"\xff\n", b'{"say":"beat","at":1}\n'])
def test_what_cannot_be_understood_ends_the_line(ends: tuple[WindowLink, socket.socket], said: bytes) -> None:
    link, theirs = ends
    theirs.sendall(said)
    with pytest.raises(LinkEnded) as ended:
        link.receive()
    assert not isinstance(ended.value, LinkClosed)


def test_a_message_without_an_end_is_not_waited_for(ends: tuple[WindowLink, socket.socket]) -> None:
    link, theirs = ends
    theirs.setblocking(False)

    def talk() -> None:
        for _ in range(MESSAGE_MAX_BYTES // 1_000):
            theirs.send(b"x" * 4_000)
            link.receive()

    with pytest.raises(LinkEnded, match="without an end"):
        talk()


def test_nothing_waits_for_a_window_that_reads_later(ends: tuple[WindowLink, socket.socket]) -> None:
    link, theirs = ends
    message = LogLines(session="s1", lines=(b"x" * 100_000,), last=False)
    for _ in range(20):
        link.send(message)
    assert link.has_unsent
    wanted = len(encode_message(message)) * 20
    read = 0
    while read < wanted:
        read += len(theirs.recv(1 << 20))
        link.flush()
    assert not link.has_unsent


def test_a_window_that_reads_nothing_is_given_up(
    ends: tuple[WindowLink, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    link, _ = ends
    monkeypatch.setattr(window_link, "UNSENT_MAX_BYTES", 1_000_000)
    message = LogLines(session="s1", lines=(b"x" * 100_000,), last=False)

    def talk() -> None:
        for _ in range(100):
            link.send(message)

    with pytest.raises(LinkEnded, match="reads nothing"):
        talk()


def test_a_window_that_has_gone_is_told_nothing(ends: tuple[WindowLink, socket.socket]) -> None:
    link, theirs = ends
    theirs.close()
    with pytest.raises(LinkClosed):
        link.send(Stop())
