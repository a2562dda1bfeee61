from __future__ import annotations

import pytest

from tests.kiosk.lockdown.linux_monitors.made_up import MadeUpMachine


@pytest.fixture
def machine() -> MadeUpMachine:
    return MadeUpMachine()
