"""Bytes between two sockets: all of them, in order, both ways; and whoever hangs up or does not read is let go."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ui.lockdown.relay import CLIENTS_MAX, UNSENT_MAX_BYTES, Relay

PATIENCE_S = 20


@dataclass
class Carried:
    """A relay that runs, and the end that it leads to."""

    at: Path
    behind: socket.socket

    def connect(self) -> socket.socket:
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.settimeout(PATIENCE_S)
        client.connect(str(self.at))
        return client

    def pair(self) -> tuple[socket.socket, socket.socket]:
        client = self.connect()
        served, _ = self.behind.accept()
        served.settimeout(PATIENCE_S)
        return client, served


@pytest.fixture
def carried(tmp_path: Path) -> Iterator[Carried]:
    behind = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    behind.settimeout(PATIENCE_S)
    behind.bind(str(tmp_path / "to"))
    behind.listen()
    relay = Relay(tmp_path / "at", tmp_path / "to")
    over = threading.Event()
    thread = threading.Thread(target=lambda: relay.run(lambda: not over.is_set()))
    thread.start()
    try:
        yield Carried(tmp_path / "at", behind)
    finally:
        over.set()
        thread.join(PATIENCE_S)
        relay.close()
        behind.close()


def all_of(end: socket.socket, length: int) -> bytes:
    got = bytearray()
    while len(got) < length:
        piece = end.recv(length - len(got))
        if not piece:
            break
        got += piece
    return bytes(got)


def test_everything_is_carried_both_ways(carried: Carried) -> None:
    client, served = carried.pair()
    with client, served:
        sent = bytes(range(256)) * 2_000
        writing = threading.Thread(target=client.sendall, args=(sent,))
        writing.start()
        assert all_of(served, len(sent)) == sent
        writing.join(PATIENCE_S)
        served.sendall(b"heard")
        assert all_of(client, 5) == b"heard"


def test_two_clients_do_not_hear_one_another(carried: Carried) -> None:
    first, first_served = carried.pair()
    second, second_served = carried.pair()
    with first, first_served, second, second_served:
        first.sendall(b"one")
        second.sendall(b"two")
        assert all_of(first_served, 3) == b"one"
        assert all_of(second_served, 3) == b"two"


@pytest.mark.parametrize("who", [0, 1])
def test_an_end_that_hangs_up_ends_the_other(carried: Carried, who: int) -> None:
    ends = carried.pair()
    ends[who].close()
    assert ends[1 - who].recv(1) == b""
    ends[1 - who].close()
    client, served = carried.pair()  # and the next one is served
    with client, served:
        client.sendall(b"x")
        assert served.recv(1) == b"x"


def test_who_does_not_read_is_let_go(carried: Carried) -> None:
    client, served = carried.pair()
    with client, served, pytest.raises((BrokenPipeError, ConnectionResetError)):
        client.sendall(bytes(20 * UNSENT_MAX_BYTES))


def test_only_so_many_are_served(carried: Carried) -> None:
    pairs = [carried.pair() for _ in range(CLIENTS_MAX)]
    with carried.connect() as more:
        assert more.recv(1) == b""
    for client, served in pairs:
        client.close()
        served.close()


def test_nobody_behind_it_is_as_if_nobody_were_there(carried: Carried) -> None:
    carried.behind.close()
    with carried.connect() as client:
        assert client.recv(1) == b""
