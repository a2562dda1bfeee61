"""The real window behind the walls: it gets nowhere either, and a screen reader reads it where one is wanted, and only there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lockdown_proof.outside import VARIABLES, chain, outside, why_not
from tests.lockdown_proof.test_chain import SWAPPED
from tests.simulators.day import World, make_world
from tests.ui.lockdown.test_real_window import windows
from tests.waiting import PATIENCE_S, wait_until
from ui.demo.display import Display, private_display
from ui.demo.errors import DemoFault
from ui.demo.robot_process import find_interpreter

pytestmark = [pytest.mark.x11, pytest.mark.sandbox, pytest.mark.atspi, pytest.mark.timeout(240)]
READ = """
import gi
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi
def walk(node, depth=0):
    if node is None or depth > 40:
        return
    print(node.get_name() or "")
    for number in range(node.get_child_count()):
        walk(node.get_child_at_index(number), depth + 1)
desktop = Atspi.get_desktop(0)
for number in range(desktop.get_child_count()):
    walk(desktop.get_child_at_index(number))
"""
"""A screen reader's eyes: everything that has a name in any program that speaks to the accessibility bus."""


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    reason = why_not()
    if reason:
        pytest.skip(reason)
    try:
        find_interpreter()
    except DemoFault as fault:
        pytest.skip(str(fault))
    with private_display() as shown:
        yield shown


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "world")


def heard(display: Display) -> list[str]:
    words = [find_interpreter(), "-c", READ]
    done = subprocess.run(
        words, env=dict(display.environment), capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize("wanted", [("--assistive",), ()], ids=["wanted", "without"])
def test_it_is_read_where_that_is_wanted_and_gets_nowhere(
    world: World, display: Display, wanted: tuple[str, ...]
) -> None:
    given = {**display.environment, **VARIABLES}
    with (
        outside(world.seat_folder) as there,
        chain(world.seat_folder, there.targets, window="real", more=wanted, environment=given) as session,
    ):
        assert session.out() <= SWAPPED  # libraries lock pages of their own, where they keep keys
        wait_until(lambda: any(name and "moment" not in name for name in windows(display)), "it is not shown")
        if wanted:
            wait_until(lambda: "Testing centre" in " ".join(heard(display)), "it is not read")
        else:
            assert heard(display) == []
        assert session.end() == 0
        assert there.reached() == set()
