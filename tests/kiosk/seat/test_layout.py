"""Who holds a seat's folder, and how long one waits for a holder that is dying."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.seat.layout import FolderLock

PATIENCE_MS = 60_000
HOLD = """
import os, sys, time
from pathlib import Path
from kiosk.seat.layout import FolderLock
lock = FolderLock(Path(sys.argv[1]))
if os.fork() == 0:
    print(os.getpid(), flush=True)
    sys.stdin.read()  # a child that has not come to its own program yet
    os._exit(0)
signal = __import__("signal")
signal.pause()
"""


@pytest.fixture
def left_over(tmp_path: Path) -> subprocess.Popen[bytes]:
    """What a killed process leaves: a child of its own that holds the folder until something comes in."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert int(holder.stdout.readline())
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    return holder


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is forked there")
def test_what_a_killed_process_leaves_is_waited_for(tmp_path: Path, left_over: subprocess.Popen[bytes]) -> None:
    with pytest.raises(StorageFault) as fault:
        FolderLock(tmp_path)
    assert fault.value.kind is StorageFaultKind.BUSY
    with pytest.raises(StorageFault):
        FolderLock(tmp_path, patience_ms=100)
    assert left_over.stdin is not None
    assert left_over.stdout is not None
    left_over.stdin.close()  # it is gone soon
    FolderLock(tmp_path, patience_ms=PATIENCE_MS).release()
    left_over.stdout.close()


def test_a_free_folder_is_had_at_once_and_given_back(tmp_path: Path) -> None:
    for _ in range(2):
        FolderLock(tmp_path, patience_ms=PATIENCE_MS).release()
