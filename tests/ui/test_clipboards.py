"""Nothing that is selected or copied in the window reaches X11's CLIPBOARD or PRIMARY."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.x11


@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="needs xvfb-run")
def test_nothing_leaves_by_a_clipboard() -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb"}
    done = subprocess.run(
        ["xvfb-run", "-a", "-s", "-screen 0 1280x1024x24", sys.executable, "-m", "tests.ui.clipboard_probe"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["platform"] == "xcb"
    assert told["has_primary"] is True
    assert "SECRET" not in told["clipboard"]
    assert "SECRET" not in told["primary"]
