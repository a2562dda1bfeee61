"""The real window in a real cage, which draws into an X server that nobody sees: what its keys do, and who fills the screen."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import xcffib
import xcffib.xproto

from kiosk.lockdown.facts import Capability, Concern
from kiosk.lockdown.wayland.backend import wayland_backend
from kiosk.lockdown.wayland.compositor import compositor_at
from tests.kiosk.lockdown.x11.displays_for_tests import ROOT, environment, needs, x_server, xdotool
from tests.waiting import wait_until

pytestmark = pytest.mark.wayland
PATIENCE_S = 30.0
KEYS = (
    "alt+Tab",
    "alt+F4",
    "alt+space",
    "alt+Escape",
    "Super_L",
    "super+d",
    "Print",
    "ctrl+alt+t",
    "ctrl+alt+Delete",
    "ctrl+alt+BackSpace",
    "ctrl+alt+F1",
    "ctrl+Escape",
    "F11",
)


@dataclass
class Caged:
    """A cage, and the X server that it draws into."""

    process: subprocess.Popen[bytes]
    display: str
    runtime: Path

    @property
    def socket(self) -> Path:
        return self.runtime / "wayland-0"


@pytest.fixture(scope="module")
def cage() -> Iterator[Caged]:
    needs("cage", "Xwayland", "unshare")
    with tempfile.TemporaryDirectory() as folder, x_server() as display:
        runtime = Path(folder, "run")
        runtime.mkdir(mode=0o700)
        words = ["cage", "--", "sleep", "600"]
        if os.geteuid() == 0:  # cage does not run as root; in a namespace of users root is somebody else
            words = ["unshare", "-U", "--map-user=1000", "--map-group=1000", *words]
        given = environment(DISPLAY=display, XDG_RUNTIME_DIR=str(runtime), WLR_BACKENDS="x11", WLR_RENDERER="pixman")
        process = subprocess.Popen(words, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: (runtime / "wayland-0").exists() or process.poll() is not None, "no cage")
            if process.poll() is not None:
                pytest.skip("cage does not start here")
            yield Caged(process, display, runtime)
        finally:
            process.kill()
            process.wait(60)


@contextmanager
def window_in(cage: Caged, *without: str) -> Iterator[Callable[[], dict[str, Any]]]:
    given = environment(
        QT_QPA_PLATFORM="wayland",
        XDG_RUNTIME_DIR=str(cage.runtime),
        WAYLAND_DISPLAY="wayland-0",
        XDG_SESSION_TYPE="wayland",
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.window.x11_window", *without],
        env=given,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None

    def state() -> dict[str, Any]:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n")
        process.stdin.flush()
        found = json.loads(process.stdout.readline())
        assert isinstance(found, dict)
        return found

    try:
        if process.stdout.readline() != "up\n":
            process.wait(60)
            said = process.stderr.read()
            if "platform plugin" in said:
                pytest.skip(f"Qt does not speak Wayland here: {said.splitlines()[0]}")
            pytest.fail(said)
        yield state
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()
        process.stderr.close()


def size_of(cage: Caged) -> list[int]:
    """Return the size of the one output, which is a window of the X server."""
    server: Any = xcffib.connect(display=cage.display)
    try:
        root = server.get_setup().roots[0].root
        children = server.core.QueryTree(root).reply().children
        shapes = [server.core.GetGeometry(child).reply() for child in children]
        largest = max(shapes, key=lambda shape: shape.width * shape.height)
        return [largest.width, largest.height]
    finally:
        server.disconnect()


def offered(cage: Caged) -> set[str]:
    """The names of what the compositor offers to every client (wl_display.get_registry, wl_display.sync)."""
    registry, done = 2, 3
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(PATIENCE_S)
        line.connect(str(cage.socket))
        line.sendall(struct.pack("=IHHI", 1, 1, 12, registry) + struct.pack("=IHHI", 1, 0, 12, done))
        names: set[str] = set()
        data = b""
        while True:
            data += line.recv(65_536)
            while len(data) >= 8 and len(data) >= (size := struct.unpack_from("=H", data, 6)[0]):
                about, event = struct.unpack_from("=IH", data)
                if about == done:
                    return names
                if (about, event) == (registry, 0):
                    length = struct.unpack_from("=I", data, 12)[0]
                    names.add(data[16 : 16 + length - 1].decode())
                data = data[size:]


def test_nobody_can_turn_an_output_off(cage: Caged) -> None:
    """Why further displays are only noticed under cage: docs/decisions/0124."""
    names = offered(cage)
    assert {"wl_compositor", "xdg_wm_base", "zxdg_output_manager_v1"} <= names
    further = names & {"zwlr_output_manager_v1", "zwlr_output_power_manager_v1"}
    if further:
        pytest.skip(
            f"this cage is a newer one and offers {', '.join(sorted(further))}: decision 124 can be looked at again"
        )
    assert "zwlr_screencopy_manager_v1" in names, "whoever reaches the socket takes pictures: it is private"


def test_the_window_fills_the_output_and_no_key_leaves_it(cage: Caged) -> None:
    with window_in(cage) as state:
        wait_until(lambda: state()["active"], "the window is not the one that is typed to")
        before = state()
        assert before["place"] == [0, 0, *size_of(cage)]
        assert before["windows"] == 1
        for key in KEYS:
            xdotool(cage.display, ["key", key])
        xdotool(cage.display, ["type", "--delay", "20", "mine"])
        wait_until(lambda: "mine" in state()["text"], "what is typed does not arrive")
        after = state()
        assert cage.process.poll() is None
        assert after["text"] == before["text"] + "mine"
        assert (after["place"], after["active"], after["popup"]) == (before["place"], True, False)
        assert after["screen"] == before["screen"]
        kinds = {kind for kind, _ in after["noticed"]}
        assert "keys-blocked" in kinds
        assert not {"focus-lost", "window-moved", "grab-lost"} & kinds


def test_without_its_filter_the_window_takes_keys_for_text(cage: Caged) -> None:
    with window_in(cage, "filter") as state:
        wait_until(lambda: state()["active"], "the window is not the one that is typed to")
        before = state()["text"]
        xdotool(cage.display, ["key", "alt+Tab"])
        xdotool(cage.display, ["type", "mine"])
        wait_until(lambda: "mine" in state()["text"], "what is typed does not arrive")
        after = state()
        assert after["text"] != before + "mine"
        assert "keys-blocked" not in {kind for kind, _ in after["noticed"]}


def test_a_nested_cage_is_known_for_what_it_is(cage: Caged) -> None:
    found = compositor_at(cage.socket)
    assert found is not None
    assert found.shown_by
    walled = (Concern.APP_SWITCHING, Concern.SYSTEM_KEYS, Concern.SCREEN_CAPTURE)
    table = {entry.concern: entry.probe for entry in wayland_backend(lambda: found).table()}
    assert all(table[concern].capability is not Capability.ENFORCED for concern in walled)
    assert found.shown_by in table[Concern.SYSTEM_KEYS].reason
    alone = replace(found, shown_by="")
    table = {entry.concern: entry.probe for entry in wayland_backend(lambda: alone).table()}
    assert all(table[concern].capability is Capability.ENFORCED for concern in (*walled, Concern.CLIPBOARD))
    cage.runtime.chmod(0o711)
    try:
        probe = wayland_backend(lambda: compositor_at(cage.socket)).probes()["wayland/no-capture"][1]
        assert probe.capability is Capability.UNAVAILABLE
    finally:
        cage.runtime.chmod(0o700)
