"""Calls of Windows as wine answers them, by our own ctypes declarations. What wine only pretends is found by reading back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kiosk.lockdown.windows.policies import POLICIES
from kiosk.lockdown.windows.token_structs import MEDIUM_INTEGRITY, SE_CHANGE_NOTIFY_PRIVILEGE
from kiosk.lockdown.windows.verification import NOT_VERIFIED
from tests.wine.rig import Windows, on_drive_z

pytestmark = [pytest.mark.wine, pytest.mark.timeout(900)]  # the first one builds the rig
RUN_S = 400
ADMINISTRATORS, USERS = 544, 545
STEPS = ("looks", "read_back", "other_desktop", "clipboard", "jobs", "rights", "canary")


@pytest.fixture(scope="module")
def snapshots(windows: Windows) -> Path:
    return windows.prefix / "snapshots-for-tests"


def answers(windows: Windows, *steps: str) -> dict[str, Any]:
    done = windows.run("-m", "tests.wine.inside", *steps, timeout=RUN_S)
    assert done.returncode == 0, done.stderr
    return {name: value for line in done.stdout.splitlines() for name, value in json.loads(line).items()}


@pytest.fixture(scope="module")
def said(windows: Windows, snapshots: Path) -> Mapping[str, Any]:
    return answers(windows, f"registry={on_drive_z(snapshots)}", *STEPS)


def test_policies_are_set_and_put_back_to_the_byte(said: Mapping[str, Any]) -> None:
    assert said["registry"] == {"as_found": True, "same": True, "changed": True}


def test_policies_are_put_back_after_a_crash(windows: Windows, said: Mapping[str, Any], snapshots: Path) -> None:
    del said
    dead = windows.run("-m", "tests.wine.inside", f"registry_dies={on_drive_z(snapshots)}")
    assert dead.returncode == 9
    before = json.loads(dead.stdout)
    assert len(list(snapshots.iterdir())) == len(POLICIES)

    after = answers(windows, f"registry_after={on_drive_z(snapshots)}")["registry_after"]

    assert after["before"] != before  # so the dead one had changed something
    assert after["now"] == before
    assert after["as_found"]
    assert after["operations"] == len(POLICIES)
    assert not list(snapshots.iterdir())


def test_jobs(said: Mapping[str, Any]) -> None:
    jobs = said["jobs"]
    assert jobs["alive"]
    assert jobs["ended"]
    assert jobs["let_go"]
    assert jobs["missing"] == 2  # ERROR_FILE_NOT_FOUND
    # Wine sets limits and answers nothing when it is asked for them: the window is not started on trust.
    assert jobs["window"] == "Windows does not hold the job to its limits."


def test_a_program_that_is_started_with_fewer_rights_has_them(said: Mapping[str, Any]) -> None:
    rights = said["rights"]
    privileges, groups, integrity = rights["own"]
    assert SE_CHANGE_NOTIFY_PRIVILEGE in privileges
    assert len(privileges) > 1, "there was something to take away"
    assert ADMINISTRATORS in groups
    assert integrity > MEDIUM_INTEGRITY
    # Wine says yes to a lower integrity and leaves it as it is: no window is started so on trust.
    assert rights["started"] == rights["tried"] == [[SE_CHANGE_NOTIFY_PRIVILEGE], [USERS], integrity]
    assert "integrity would be 0x3000" in rights["refusal"]
    assert rights["left"], "the one that was tried has ended"
    assert rights["gone"]


def test_the_canary_dies_with_the_hook(said: Mapping[str, Any]) -> None:
    canary = said["canary"]
    assert canary["seen"] == [True] * 4
    assert not canary["unseen"]
    assert canary["again"]
    ready, lost, *_, last = canary["lost"]
    assert "hook-lost" not in ready
    assert "hook-lost" in lost
    assert "alive" in last


def test_the_clipboard_is_emptied(said: Mapping[str, Any]) -> None:
    clipboard = said["clipboard"]
    assert clipboard["second"] == ["clipboard-written", "clipboard-emptied"]
    assert not clipboard["was_empty"]
    assert clipboard["is_empty"]
    assert clipboard["third"] == 0


def test_windows_and_strokes_on_another_desktop_are_seen_by_who_stands_there(said: Mapping[str, Any]) -> None:
    assert said["other_desktop"] == {"there": True, "back": False, "hooks": True, "stopped": True}


def test_looks(said: Mapping[str, Any]) -> None:
    looks = said["looks"]
    assert looks["ours"] == ["python.exe"]
    assert "services.exe" in looks["programs"]
    assert looks["monitors"] == ["1280x800+0+0"]
    assert looks["desktop"] == "Default"
    assert not looks["debugged"]
    assert not looks["remote"]
    assert looks["root"].upper() == "C:\\WINDOWS"
    assert looks["sessions"][0] == looks["sessions"][1]
    assert abs(looks["clocks"]) < 2_000


def test_nothing_claims_to_be_verified(said: Mapping[str, Any]) -> None:
    reasons = said["looks"]["reasons"]
    assert reasons
    assert all(reason.startswith(NOT_VERIFIED) for reason in reasons)


def test_what_wine_pretends_is_found_by_reading_back(said: Mapping[str, Any]) -> None:
    assert said["read_back"]["desktop"] == "The desktop Default is shown."
    assert said["read_back"]["after"] == "Default"
