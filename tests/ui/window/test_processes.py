"""The window as a program of its own: on a real X server, and without any network."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulators.day import World, make_world
from tests.waiting import wait_until

PROGRAM = [sys.executable, "-m", "tests.ui.window.window_process"]
ROOT = Path(__file__).parents[3]


def environment(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return kept | {"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)} | more


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "world")


@pytest.fixture
def display() -> Iterator[str]:
    if shutil.which("Xvfb") is None or shutil.which("xdotool") is None:
        pytest.skip("Xvfb and xdotool are not installed")
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1024x768x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        number = answer.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait(60)


def xdotool(display: str, *arguments: str) -> str:
    done = subprocess.run(
        ["xdotool", *arguments],
        env=environment(DISPLAY=display),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return done.stdout.strip()


def shown(stats: Path) -> list[str]:
    if not stats.exists():
        return []
    lines = [json.loads(line) for line in stats.read_text().splitlines()]
    return [line["screen"] for line in lines if "screen" in line]


@pytest.mark.x11
def test_the_window_fills_the_screen_grabs_the_keyboard_and_survives_a_kill(world: World, display: str) -> None:
    stats = world.folder / "stats"

    def start() -> subprocess.Popen[bytes]:
        command = [*PROGRAM, "run", str(world.folder)]
        return subprocess.Popen(
            command, env=environment(DISPLAY=display, QT_QPA_PLATFORM="xcb"), stderr=subprocess.DEVNULL, cwd=ROOT
        )

    program = start()
    try:
        wait_until(lambda: shown(stats).count("idle") or program.poll() is not None, "the free seat did not come up")
        window = xdotool(display, "search", "--pid", str(program.pid), "--name", "This seat is free").splitlines()[-1]
        geometry = xdotool(display, "getwindowgeometry", "--shell", window)
        assert "WIDTH=1024" in geometry
        assert "HEIGHT=768" in geometry
        assert "X=0" in geometry
        assert "Y=0" in geometry
        # Keys arrive although nothing ever set the X focus: the keyboard is grabbed.
        wait_until(lambda: _grabbed(display), "another client could grab the keyboard")
        for key in ("alt+F4", "super+d", "alt+Tab", "ctrl+alt+Delete", "Print", "Escape"):
            xdotool(display, "key", key)
        assert program.poll() is None
        assert xdotool(display, "getwindowname", window) == "This seat is free"
        program.send_signal(signal.SIGKILL)
        program.wait(60)
        program = start()
        wait_until(lambda: shown(stats).count("idle") >= 2 or program.poll() is not None, "it did not come back")
        assert program.poll() is None, "the lock of the killed program does not shut the seat"
    finally:
        program.kill()
        program.wait(60)


def _grabbed(display: str) -> bool:
    """Whether another client is refused the keyboard: GrabKeyboard answers AlreadyGrabbed (1)."""
    code = (
        "import ctypes;x=ctypes.CDLL('libX11.so.6');x.XOpenDisplay.restype=ctypes.c_void_p;"
        "x.XDefaultRootWindow.restype=ctypes.c_ulong;x.XDefaultRootWindow.argtypes=[ctypes.c_void_p];"
        "x.XGrabKeyboard.argtypes=[ctypes.c_void_p,ctypes.c_ulong,ctypes.c_int,ctypes.c_int,ctypes.c_int,ctypes.c_ulong];"
        "d=x.XOpenDisplay(None);print(x.XGrabKeyboard(d,x.XDefaultRootWindow(d),0,1,1,0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(DISPLAY=display),
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    return done.stdout.strip() == "1"


@pytest.mark.sandbox
def test_a_session_is_sat_in_an_empty_network_namespace(world: World) -> None:
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine does not let the tests make network namespaces")
    done = subprocess.run(
        ["unshare", "-rn", *PROGRAM, "sit", str(world.folder)],
        env=environment(QT_QPA_PLATFORM="offscreen"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert not {"PySide6.QtNetwork", "PySide6.QtQml", "PySide6.QtQuick"} & set(found["modules"])
    assert not [name for name in found["libraries"] if "Network" in name or "Qml" in name or "WebEngine" in name]
    assert found["libraries"], "the check looks at the right thing"
    assert found["sockets"] == []
    assert found["collected_on"] == ["MainThread"], "another thread frees no widgets"
