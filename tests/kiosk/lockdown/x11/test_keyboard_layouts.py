"""The layouts of a real server: read, used, and given back."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from kiosk.lockdown.facts import Capability
from kiosk.lockdown.x11.connection import XServer
from kiosk.lockdown.x11.keyboard_layouts import KeyboardGroup, ServerLayouts
from kiosk.lockdown.x11.operations import ServerOperation
from tests.kiosk.lockdown.x11.displays_for_tests import environment, needs

pytestmark = pytest.mark.x11


@pytest.fixture
def server(display: str) -> Iterator[XServer]:
    needs("setxkbmap")
    _set(display, "us,de,ru", ",neo,")
    server = XServer(display)
    layouts = ServerLayouts(server)
    layouts.use(layouts.installed()[0])
    yield server
    server.close()
    _set(display, "us", "")


def _set(display: str, layouts: str, variants: str) -> None:
    command = ["setxkbmap", "-layout", layouts, "-variant", variants]
    subprocess.run(command, env=environment(DISPLAY=display), check=True)


def test_all_layouts_are_named_and_one_is_in_use(server: XServer) -> None:
    layouts = ServerLayouts(server)
    assert [(each.group, each.code) for each in layouts.installed()] == [(0, "us"), (1, "de(neo)"), (2, "ru")]
    assert [each.name.partition(" ")[0] for each in layouts.installed()] == ["English", "German", "Russian"]
    assert layouts.current() == layouts.installed()[0]


def test_another_one_is_used_by_every_program(server: XServer, display: str) -> None:
    layouts = ServerLayouts(server)
    layouts.use(layouts.installed()[2])
    other = XServer(display)
    seen = ServerLayouts(other).current()
    other.close()
    assert seen is not None
    assert seen.code == "ru"


def test_the_one_that_was_in_use_is_given_back(server: XServer) -> None:
    layouts, operation = ServerLayouts(server), ServerOperation(server, KeyboardGroup())
    assert operation.probe().capability is Capability.DETECT_ONLY
    before = operation.snapshot()
    operation.apply()
    layouts.use(layouts.installed()[1])
    assert operation.verify() == "", "what somebody chooses is no drift"
    assert operation.snapshot() != before
    operation.revert(before)
    operation.revert(before)
    assert layouts.current() == layouts.installed()[0]


def test_a_server_that_is_gone_has_none(server: XServer) -> None:
    layouts = ServerLayouts(server)
    server.close()
    assert layouts.installed() == ()
    assert layouts.current() is None
