"""One Windows and one X server for all tests of a worker. Where the rig cannot be had, every test is skipped and says why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kiosk.lockdown.x11.displays_for_tests import needs, x_server
from tests.wine.prefixes import own_windows
from tests.wine.rig import Windows, build


@pytest.fixture(scope="session")
def rig() -> None:
    reason = build()
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def display(rig: None) -> Iterator[str]:
    del rig
    needs("Xvfb", "xdotool")
    with x_server() as display:
        yield display


@pytest.fixture(scope="session")
def windows(display: str) -> Iterator[Windows]:
    with own_windows("shared", display) as windows:
        yield windows
