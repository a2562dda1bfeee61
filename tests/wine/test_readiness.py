"""A seat that tries itself under wine: the product's own self-test, with its window, hooks and stranger, on calls of Windows.

What wine does not do has to come out as not done, never as *ok*.
"""

from __future__ import annotations

import json
import sysconfig
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import pytest

from kiosk.lockdown.facts import Capability, Concern
from tests.wine.inside_readiness import FOUND, LEAK, NO_LEAK
from tests.wine.rig import Windows, on_drive_z

pytestmark = [pytest.mark.wine, pytest.mark.timeout(900)]  # the first one builds the rig
RUN_S = 800
OK, FAILED, NOT_POSSIBLE = "ok", "failed", "not-possible"
HELD = {
    "input/injected",
    "input/typing",
    "input/system-keys",
    "windows/stranger",
    "clipboard/in",
    "clipboard/out",
    "debugger/outside",
    "debugger/present",
    "displays/one",
    "session/here",
    "environment/variables",
    "restore/as-found",
    "clock/drift",
}
"""What holds under wine, too."""
NOT_PROMISED = {"debugger/memory", "debugger/inside", "files/others", "processes/others", "network/loopback"}
"""There are no walls around these on Windows, and nothing says that there are."""
WINES = {"machine/windows", "capture/screen", "processes/start", "privileges/own", "privileges/window"}
"""What wine does not do: it is no Windows, keeps no window out of pictures, holds no job to its limits, knows one user."""


@pytest.fixture(scope="module")
def found(windows: Windows) -> Mapping[str, Mapping[str, Any]]:
    """What was found, by what was taken away."""
    seat, state = (on_drive_z(windows.prefix / "readiness" / name) for name in ("seat", "state"))
    packages = on_drive_z(Path(sysconfig.get_path("purelib")))
    words = ("test", packages, "-", seat, state)
    done = windows.run("-B", "-m", "tests.wine.inside_readiness", *words, timeout=RUN_S)
    assert done.returncode == 0, done.stderr
    assert not list((windows.prefix / "readiness" / "state" / "snapshots").glob("*.snapshot"))
    return {said["leak"]: said for said in map(json.loads, done.stdout.splitlines())}


def outcomes(said: Mapping[str, Any], names: AbstractSet[str]) -> dict[str, str]:
    checks = said["checks"]
    assert names <= set(checks), checks
    return {name: checks[name][0] for name in names}


def test_a_seat_tries_itself_and_what_wine_only_pretends_is_not_ok(
    found: Mapping[str, Mapping[str, Any]],
) -> None:
    said = found[NO_LEAK]
    checks = said["checks"]
    assert outcomes(said, HELD) == dict.fromkeys(HELD, OK), checks
    assert outcomes(said, NOT_PROMISED) == dict.fromkeys(NOT_PROMISED, NOT_POSSIBLE), checks
    assert outcomes(said, WINES) == dict.fromkeys(WINES, FAILED), checks
    assert "wine" in checks["machine/windows"][1]
    assert checks["network/outside"][0] != FAILED
    assert said["platform"] == "Windows"
    assert set(said["table"]) == {concern.value for concern in Concern}
    assert Capability.ENFORCED.value not in said["table"].values(), "nothing counts as prevented before it was verified"
    assert "windows/input-hooks" in said["signed"]


def test_protections_that_are_taken_away_are_found(found: Mapping[str, Mapping[str, Any]]) -> None:
    said = found[LEAK]
    leaked = FOUND - {"input/typing"}
    assert outcomes(said, leaked) == dict.fromkeys(leaked, FAILED), said["checks"]
    assert said["checks"]["input/typing"][0] == OK, "the keys were pressed"
    assert said["checks"]["restore/as-found"][0] == OK
