"""What the service's unit leaves to the program is enough for what the program does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.lockdown.facts import Capability, Concern
from kiosk.lockdown.linux.prepared import SERVICE
from kiosk.lockdown.preparing.units import UNITS
from tests.kiosk.lockdown.preparing.test_generated import needs
from tests.kiosk.lockdown.preparing.trees import make_system, prepare
from tests.kiosk.lockdown.x11.displays_for_tests import ROOT, environment

WALLS = """
from kiosk.lockdown.linux import walls
for concern, probe in walls.probes(walls.look(None)).items():
    print(concern.value, probe.capability.value)
"""
NO_NEW_CODE = """
import ctypes, sys
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) != 0:
    sys.exit(77)
from ui.command_line.main import run
sys.exit(run(["self-test"]))
"""
"""PR_SET_MDWE of Linux 6.3 is what MemoryDenyWriteExecute= asks for."""


@pytest.mark.sandbox
def test_one_capability_is_enough_for_the_walls(tmp_path: Path) -> None:
    setpriv = needs("setpriv")
    if os.geteuid() != 0:
        pytest.skip("only root can give up all capabilities but one")
    root = make_system(tmp_path / "system")
    prepare(root)
    unit = (root / UNITS / SERVICE).read_text()
    (kept,) = re.findall(r"^CapabilityBoundingSet=CAP_(\w+)$", unit, re.MULTILINE)
    rights = f"-all,+{kept.lower()}"

    words = [setpriv, f"--bounding-set={rights}", "--inh-caps=-all", "--no-new-privs", sys.executable, "-c", WALLS]
    done = subprocess.run(words, env=environment(), cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    prevented = {line.split()[0] for line in done.stdout.splitlines() if line.endswith(Capability.ENFORCED.value)}
    wanted = (Concern.NETWORK, Concern.PROCESSES, Concern.DEBUGGING, Concern.ENVIRONMENT)
    assert prevented.issuperset(concern.value for concern in wanted)


def test_the_program_makes_no_code_while_it_runs() -> None:
    given = environment(QT_QPA_PLATFORM="offscreen")
    words = [sys.executable, "-c", NO_NEW_CODE]
    done = subprocess.run(words, env=given, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    if done.returncode == 77:
        pytest.skip("this kernel cannot be asked to deny it")
    assert done.returncode == 0, done.stdout + done.stderr
