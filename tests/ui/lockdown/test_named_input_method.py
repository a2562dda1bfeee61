"""From the site's file to the window: the product's own command starts what the file names, and ends it with itself."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exam_packages.site_policies import LockdownPreset
from kiosk.handover.stick import Stick
from kiosk.lockdown.linux import walls
from kiosk.lockdown.linux.input_method import ADDRESS, lacking
from kiosk.site.policy_desk import bring_policy_to, set_policy
from tests.kiosk.lockdown.x11.displays_for_tests import environment, x_server
from tests.simulators.day import World, make_world
from ui.demo.programs import KIOSK

pytestmark = [pytest.mark.x11, pytest.mark.sandbox, pytest.mark.timeout(180)]
PATIENCE_S = 60


@pytest.fixture
def display() -> Iterator[str]:
    if missing := lacking():
        pytest.skip(f"not installed: {', '.join(missing)}")
    machine = walls.look(None)
    if machine.namespaces or not machine.filters:
        pytest.skip(f"this machine does not let the tests make walls: {machine.namespaces or 'no filter of calls'}")
    with x_server() as name:
        yield name


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path / "w")
    set_policy(
        made.site,
        preset=LockdownPreset.PRACTICE,
        wishes={},
        required=(),
        displays=(),
        input_method="ibus:xkb:us::eng",
    )
    bring_policy_to(made.site, Stick(made.stick))
    with made.seat() as seat:
        assert not seat.import_from(made.stick).refused
    return made


def until(condition: Callable[[], object], process: subprocess.Popen[bytes], why: str) -> None:
    began = time.monotonic()
    while not condition():
        assert process.poll() is None, why
        assert time.monotonic() - began < PATIENCE_S, why
        time.sleep(0.1)


def test_it_comes_with_the_sitting_and_goes_with_it(world: World, display: str) -> None:
    folder = world.seat_folder.with_name(f"{world.seat_folder.name}.lockdown") / "input"
    words = [*KIOSK, "seat", "session", str(world.seat_folder), "--preset", "practice"]
    process = subprocess.Popen(words, env=environment(DISPLAY=display), cwd=Path(__file__).parents[3])

    def children() -> list[int]:
        return [int(each) for each in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]

    try:
        until(lambda: (folder / ADDRESS).is_file() and (folder / ADDRESS).read_text(), process, "ibus does not come up")
        until(lambda: _given(children(), folder), process, "the window is not told of it")
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()
    assert not folder.exists()


def _given(children: list[int], folder: Path) -> bool:
    """Whether some process that the supervisor started was given the file by which ibus is found."""
    wanted = f"IBUS_ADDRESS_FILE={folder / ADDRESS}".encode()
    for child in children:
        try:
            if wanted in Path(f"/proc/{child}/environ").read_bytes().split(b"\0"):
                return True
        except OSError:
            continue
    return False
