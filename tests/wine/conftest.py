"""One rig and one X server for all tests here. Where the rig cannot be had, every test is skipped and says why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kiosk.lockdown.x11.displays_for_tests import needs, x_server
from tests.wine.rig import build


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    needs("Xvfb", "xdotool")
    reason = build()
    if reason:
        pytest.skip(reason)
    with x_server() as display:
        yield display
