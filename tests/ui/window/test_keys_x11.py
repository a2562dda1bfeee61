"""The real window on a real X server, with and without a window manager, and what reaches whom.

Every protection is tried twice: with it nothing leaks, and a process that does without it shows that the test would see the leak.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from tests.kiosk.lockdown.x11.displays_for_tests import (
    HEIGHT,
    ROOT,
    WIDTH,
    environment,
    foreign,
    needs,
    once,
    x_server,
    xdotool,
)
from tests.waiting import wait_until

pytestmark = pytest.mark.x11
TYPED = "mine"
BINDINGS = {
    "A-Tab": "alt+Tab",
    "A-F4": "alt+F4",
    "A-space": "alt+space",
    "Super_L": "Super_L",
    "W-d": "super+d",
    "W-r": "super+r",
    "Print": "Print",
    "C-A-t": "ctrl+alt+t",
    "C-A-Delete": "ctrl+alt+Delete",
    "C-A-F1": "ctrl+alt+F1",
    "C-A-Left": "ctrl+alt+Left",
    "C-Escape": "ctrl+Escape",
    "A-Escape": "alt+Escape",
    "F11": "F11",
}
ACTS = {"A-Tab": "NextWindow", "A-F4": "Close", "W-d": "ToggleShowDesktop", "A-space": "ShowMenu"}
"""What the binding does besides leaving a mark: the things that hurt."""
NO_PLACE_IN_X = {"C-A-F1"}
"""XKB makes another key of it (XF86Switch_VT_1): the window manager never gets it, with or without us."""


@dataclass
class Window:
    """The window's process, asked by lines."""

    process: subprocess.Popen[str]
    display: str
    told_before: int = 0

    def state(self) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        found = json.loads(self.process.stdout.readline())
        assert isinstance(found, dict)
        found["noticed"] = found["noticed"][self.told_before :]
        return found

    def begin(self) -> None:
        """An empty essay with the focus in it, and nothing noticed yet."""
        wait_until(lambda: self.state()["place"] == [0, 0, WIDTH, HEIGHT], "the window is not where it belongs")
        self.does("mousemove", *map(str, self.state()["editor"]), "click", "1")
        self.does("key", "ctrl+a", "BackSpace")
        wait_until(lambda: self.state()["has_focus"] and not self.state()["text"], "the essay cannot be emptied")
        self.told_before += len(self.state()["noticed"])

    def types(self, text: str) -> None:
        """Type, and see that it arrives."""
        before = self.state()["text"]
        self.does("type", text)
        wait_until(lambda: self.state()["text"] == before + text, lambda: f"{before!r} + {text!r}: {self.state()}")

    def does(self, *arguments: str) -> None:
        xdotool(self.display, arguments)

    def noticed(self) -> set[str]:
        return {kind for kind, _evidence in self.state()["noticed"]}


@contextmanager
def exam_window(display: str, *without: str) -> Iterator[Window]:
    command = [sys.executable, "-m", "tests.ui.window.x11_window", *without]
    with tempfile.TemporaryFile("w+") as complaints:
        yield from _run(command, display, complaints)


def _run(command: Sequence[str], display: str, complaints: IO[str]) -> Iterator[Window]:
    process = subprocess.Popen(
        command,
        env=environment(DISPLAY=display, QT_QPA_PLATFORM="xcb"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    try:
        if process.stdout.readline() != "up\n":
            complaints.seek(0)
            pytest.fail(f"the window did not come up: {complaints.read()[-2_000:]}")
        yield Window(process=process, display=display)
    finally:
        process.kill()
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def bare() -> Iterator[str]:
    """A server without a window manager."""
    needs("xdotool")
    with x_server() as display:
        yield display


@pytest.fixture
def another() -> Iterator[str]:
    """A server of its own: two exam windows on one would take the keyboard from one another."""
    needs("xdotool")
    with x_server() as display:
        yield display


@pytest.fixture(scope="module")
def shared(bare: str) -> Iterator[Window]:
    """The window with everything, without a window manager."""
    with exam_window(bare) as window:
        yield window


@pytest.fixture
def window(shared: Window) -> Window:
    """The same, with an empty essay."""
    shared.begin()
    return shared


@dataclass
class Managed:
    """A server with openbox, whose bindings leave marks."""

    display: str
    marks: Path

    def fired(self) -> set[str]:
        return {mark.name for mark in self.marks.iterdir()}

    def wipe(self) -> None:
        for mark in self.marks.iterdir():
            mark.unlink()


def openbox_settings(marks: Path) -> str:
    def mark(name: str) -> str:
        return f'<action name="Execute"><command>touch {marks / name}</command></action>'

    keys = "".join(
        f'<keybind key="{key}">{mark(key)}{f"""<action name="{ACTS[key]}"/>""" if key in ACTS else ""}</keybind>'
        for key in BINDINGS
    )
    move = f'<mousebind button="A-Left" action="Press">{mark("drag")}<action name="Lower"/></mousebind>'
    menu = f'<mousebind button="A-Right" action="Press">{mark("menu")}</mousebind>'
    return (
        '<?xml version="1.0"?><openbox_config xmlns="http://openbox.org/3.4/rc">'
        f"<keyboard>{keys}</keyboard>"
        f'<mouse><context name="Client">{move}{menu}</context><context name="Frame">{move}{menu}</context></mouse>'
        "</openbox_config>"
    )


@pytest.fixture(scope="module")
def managed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Managed]:
    needs("xdotool", "openbox")
    folder = tmp_path_factory.mktemp("openbox")
    marks = folder / "marks"
    marks.mkdir()
    (folder / "rc.xml").write_text(openbox_settings(marks), encoding="utf-8")
    with x_server() as display:
        command = ["openbox", "--sm-disable", "--config-file", str(folder / "rc.xml")]
        manager = subprocess.Popen(
            command,
            env=environment(DISPLAY=display, XDG_CACHE_HOME=str(folder), XDG_CONFIG_HOME=str(folder)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with foreign(display, "window"):  # somebody to switch to
                yield Managed(display=display, marks=marks)
        finally:
            manager.terminate()
            manager.wait(60)


def press_everything(window: Window) -> None:
    window.does("mousemove", *map(str, window.state()["editor"]))
    window.does("keydown", "alt", "click", "1", "click", "3", "keyup", "alt")
    for combination in BINDINGS.values():
        window.does("key", combination)
    time.sleep(0.4)  # openbox starts a program for each mark


def test_a_window_manager_gets_no_key_and_no_click(managed: Managed) -> None:
    managed.wipe()
    with exam_window(managed.display) as window:
        window.begin()
        window.types(TYPED)
        press_everything(window)
        state = window.state()
        assert managed.fired() == set()
        assert state["text"] == TYPED
        assert state["active"]
        assert state["place"] == [0, 0, WIDTH, HEIGHT]
        combinations = {evidence.get("combination") for kind, evidence in state["noticed"] if kind == "keys-blocked"}
        assert {"Alt+Tab", "Alt+F4", "Print", "Super+d", "Ctrl+Alt+Delete"} <= combinations
        once(managed.display, "move", str(state["id"]))
        window.does("key", "End")
        window.types("!")
        assert window.state()["place"] == [0, 0, WIDTH, HEIGHT]


def test_without_the_grab_the_window_manager_gets_them(managed: Managed) -> None:
    managed.wipe()
    with exam_window(managed.display, "grab", "place") as window:
        press_everything(window)
        expected = (set(BINDINGS) - NO_PLACE_IN_X - {"C-Escape", "A-Escape"}) | {"drag", "menu"}
        wait_until(lambda: managed.fired() >= expected, lambda: f"it got only {managed.fired()}")


def test_without_a_window_manager_nothing_gets_into_the_text(window: Window) -> None:
    window.types(TYPED)
    press_everything(window)
    state = window.state()
    assert state["text"] == TYPED
    assert state["has_focus"]
    assert state["windows"] == 1
    window.does("click", "3", "click", "2", "click", "8", "click", "9")
    state = window.state()
    assert state["windows"] == 1, "no menu"
    assert not state["popup"]
    buttons = {evidence["button"] for kind, evidence in state["noticed"] if kind == "pointer-blocked"}
    assert {"right", "middle"} <= buttons


def put_in_clipboards(display: str, text: str) -> list[subprocess.Popen[bytes]]:
    needs("xclip")
    owners = []
    for selection in ("clipboard", "primary"):
        command = ["xclip", "-quiet", "-selection", selection, "-i"]
        owner = subprocess.Popen(
            command,
            env=environment(DISPLAY=display),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert owner.stdin is not None
        owner.stdin.write(text.encode())
        owner.stdin.close()
        owners.append(owner)
    time.sleep(0.3)
    return owners


def pasted(window: Window) -> dict[str, Any]:
    """The window's state after somebody has tried to paste."""
    owners = put_in_clipboards(window.display, "SMUGGLED")
    try:
        window.does("key", "ctrl+End")
        for way in (["key", "ctrl+v"], ["key", "shift+Insert"], ["click", "2"]):
            window.does(*way)
        time.sleep(0.2)
    finally:
        for owner in owners:
            owner.kill()
            owner.wait(60)
    return window.state()


def copy_out(window: Window) -> list[str]:
    for combination in ("ctrl+a", "ctrl+c", "ctrl+Insert"):
        window.does("key", combination)
    window.state()  # so that the keys are done with
    return [
        subprocess.run(
            ["xclip", "-selection", selection, "-o"],
            env=environment(DISPLAY=window.display),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        ).stdout
        for selection in ("clipboard", "primary", "secondary")
    ]


def test_nothing_goes_in_or_out_by_the_clipboards(window: Window) -> None:
    window.types(TYPED)
    state = pasted(window)
    assert state["text"] == TYPED
    assert state["has_focus"]
    assert copy_out(window) == ["", "", ""]


def test_an_editor_as_qt_makes_it_leaks_both_ways_and_takes_the_systems_keys(another: str) -> None:
    with exam_window(another, "privacy") as window:
        window.begin()
        window.types(TYPED)
        wait_until(lambda: "SMUGGLED" in pasted(window)["text"], "nothing was pasted")
        assert any(TYPED in found for found in copy_out(window))
        window.begin()
        press_everything(window)
        wait_until(lambda: window.state()["text"] or window.state()["windows"] > 1, "a key of the system did nothing")


def test_a_window_that_is_moved_comes_back(window: Window) -> None:
    assert "window-moved" not in window.noticed()
    once(window.display, "move", str(window.state()["id"]))
    wait_until(lambda: "window-moved" in window.noticed(), "the move was not noticed")
    wait_until(lambda: window.state()["place"] == [0, 0, WIDTH, HEIGHT], "it did not come back")


def test_a_focus_that_another_window_takes_comes_back(window: Window) -> None:
    with foreign(window.display, "focus"):
        wait_until(lambda: window.state()["active"], "the focus did not come back")
        window.types(TYPED)


def test_keys_that_are_sent_in_messages_are_dropped_and_said(window: Window) -> None:
    once(window.display, "send", str(window.state()["id"]))
    wait_until(lambda: "input-injected" in window.noticed(), "it was not said")
    assert window.state()["text"] == ""


def test_another_program_gets_no_keyboard(window: Window) -> None:
    with pytest.raises(AssertionError, match="grab"), foreign(window.display, "grab"):
        pass


def test_a_window_that_looks_after_nothing_is_small_moved_inactive_and_takes_what_is_sent(another: str) -> None:
    with exam_window(another, "size", "sent") as window:
        state = window.state()
        assert state["place"] != [0, 0, WIDTH, HEIGHT]
        once(another, "send", str(state["id"]))
        wait_until(lambda: window.state()["text"] == "a", "the test sends nothing")
        once(another, "move", str(state["id"]))
        wait_until(lambda: window.state()["place"] == [200, 100, 640, 480], "the test moves nothing")
        with foreign(another, "focus"):
            wait_until(lambda: not window.state()["active"], "the test takes no focus away")
            time.sleep(0.5)
            state = window.state()
        assert not state["active"]
        assert state["place"] == [200, 100, 640, 480]
        assert window.noticed() == set()


def test_a_grab_that_another_program_has_is_said_and_taken_back(managed: Managed) -> None:
    with foreign(managed.display, "grab") as process, exam_window(managed.display) as window:
        wait_until(lambda: "grab-lost" in window.noticed(), "it was not said")
        assert process.stdin is not None
        process.stdin.close()
        process.wait(60)
        wait_until(lambda: window.state()["active"], "the window is not active")
        window.types(TYPED)
