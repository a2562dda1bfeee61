from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.seat.seat import Seat
from tests.simulators.day import World, make_world


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    assert not left, f"threads left running: {left}"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Office, site, stick and a seat that is ready to be unlocked."""
    return make_world(tmp_path / "world")


@pytest.fixture
def seat(world: World) -> Iterator[Seat]:
    """The world's seat, open."""
    with world.seat() as seat:
        yield seat
