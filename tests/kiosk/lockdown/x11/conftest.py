"""One X server for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kiosk.lockdown.x11.displays_for_tests import x_server


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server() as display:
        yield display
