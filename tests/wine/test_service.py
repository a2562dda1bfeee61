"""The seat's service under wine's own service manager, and what it sets in wine's registry.

The folder of wine is one of its own: other tests change the same values, perhaps at the same time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.lockdown.giving_back import Occasion
from kiosk.lockdown.windows.service_record import read_record
from tests.wine.prefixes import own_windows
from tests.wine.rig import Windows, on_drive_z

pytestmark = [pytest.mark.wine, pytest.mark.timeout(600)]  # the first one builds the rig
RUN_S = 240
PATIENCE = '\n[System\\\\CurrentControlSet\\\\Control] 1700000000\n"ServicesPipeTimeout"="120000"\n'
"""A service may take two minutes to say that it is there: a busy machine starts Python slowly."""


@dataclass(frozen=True)
class Machine:
    """One Windows of wine's, without a screen."""

    windows: Windows

    @property
    def work(self) -> Path:
        """A folder that both sides see."""
        return self.windows.prefix / "work"

    def said(self, step: str, *, code: int = 0) -> Any:
        return self.told("tests.wine.inside_service", step, on_drive_z(self.work), code=code)

    def told(self, module: str, *words: str, code: int = 0) -> Any:
        done = self.windows.run("-X", f"pycache_prefix={self.compiled}", "-m", module, *words, timeout=RUN_S)
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    @property
    def compiled(self) -> str:
        """What Python has compiled is kept here: it starts many times, and the rig's library is kept without."""
        return on_drive_z(self.windows.prefix / "compiled")


@pytest.fixture(scope="module")
def machine(rig: None) -> Iterator[Machine]:
    del rig
    with own_windows("service", registry=PATIENCE) as windows:
        machine = Machine(windows)
        machine.work.mkdir()
        yield machine


def test_the_service_puts_back_what_a_killed_run_left_and_holds_policies_while_the_user_is_there(
    machine: Machine,
) -> None:
    dead = machine.said("dies", code=9)
    assert dead["is_set"]
    assert list(machine.work.rglob("*.snapshot"))

    said = machine.said("lives")

    assert said["set_before"]  # so the dead one had left something
    assert said["read_back"]
    assert said["runs"]
    assert said["values_after_start"] == dead["before"]
    assert said["gone"]
    assert said["set_while_signed_in"]
    assert said["supervisor_started"]
    assert said["ended"]
    assert said["values_after_stop"] == dead["before"]
    assert said["supervisor_survives"]
    assert not said["still_there"]
    assert not list(machine.work.rglob("*.snapshot"))
    put_back = read_record(machine.work / "put-back.json")
    assert [each.because for each in put_back] == [Occasion.AFTER_CRASH, Occasion.SESSION_ENDED]
    assert all(each.report.as_found and len(each.report.operations) == 8 for each in put_back)
    log = (machine.work / "service.log").read_text(encoding="utf-8")
    assert log.count("The service starts.") == log.count("The service ends.") == 2
    assert "changes were put back." in log
    assert "The supervisor is started as process" in log


def test_snapshots_alone_put_everything_back(machine: Machine) -> None:
    dead = machine.said("dies", code=9)
    restored = machine.said("restores")
    assert restored["was_set"]
    assert restored["as_found"]
    assert restored["operations"] == 8
    assert restored["values"] == dead["before"]
    assert not list(machine.work.rglob("*.snapshot"))


def test_preparing_is_taken_back_to_the_byte_after_a_cut_at_every_change(machine: Machine) -> None:
    said = machine.told("tests.wine.inside_preparing", on_drive_z(machine.work))
    assert said["whole"] >= 18
    assert said["wrong"] == []
    assert said["changed"] >= 10
    assert said["service"].startswith('"C:\\Program Files\\Exam\\kiosk.exe" seat service')
