"""A program that is not the exam's: ``python -m tests.kiosk.lockdown.x11.foreign WHAT …``; lives until its input ends.

``window``: shows a window of 300 × 200. ``crowd NUMBER``: shows one above many that nobody sees. ``focus``: shows one and takes
the input focus. ``manager``: claims to be the window manager and shows a window. ``own SELECTION``: owns a selection.
``monitor``: declares another monitor; ``no-monitor``: takes it back. ``layout NAMES``: says that the layout is another.
``press``: presses and releases a key by the test extension. ``send WINDOW``: sends a key press in a message. ``grab``: grabs the
keyboard. ``move WINDOW``: moves a window, makes it small.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import xcffib
import xcffib.randr
import xcffib.xproto
import xcffib.xtest

STRING = 31  # predefined atoms
WINDOW = 33
SOME_KEY = 38


class Client:
    def __init__(self) -> None:
        connection: Any = xcffib.connect()
        self.connection = connection
        self.core: Any = connection.core
        self.root: int = connection.setup.roots[0].root

    def atom(self, name: str) -> int:
        return int(self.core.InternAtom(False, len(name), name).reply().atom)

    def window(self, title: str = "Notes for the exam") -> int:
        window = int(self.connection.generate_id())
        depth, visual = 0, 0  # as the parent
        kind = xcffib.xproto.WindowClass.InputOutput
        self.core.CreateWindow(
            depth, window, self.root, 40, 50, 300, 200, 0, kind, visual, 0, [], is_checked=True
        ).check()
        self.text(window, "WM_NAME", title)
        self.core.MapWindow(window, is_checked=True).check()
        return window

    def crowd(self, number: str) -> None:
        for _ in range(int(number)):
            unseen = int(self.connection.generate_id())
            self.core.CreateWindow(0, unseen, self.root, 0, 0, 1, 1, 0, xcffib.xproto.WindowClass.InputOutput, 0, 0, [])
        self.window()

    def text(self, window: int, name: str, value: str) -> None:
        data = value.encode()
        mode = xcffib.xproto.PropMode.Replace
        self.core.ChangeProperty(mode, window, self.atom(name), STRING, 8, len(data), data, is_checked=True).check()

    def claim_to_manage(self) -> None:
        window = self.window()
        for each in (self.root, window):
            atom = self.atom("_NET_SUPPORTING_WM_CHECK")
            self.core.ChangeProperty(0, each, atom, WINDOW, 32, 1, [window], is_checked=True).check()

    def focus(self) -> None:
        self.core.SetInputFocus(0, self.window(), 0, is_checked=True).check()

    def own(self, selection: str) -> None:
        self.core.SetSelectionOwner(self.window(), self.atom(selection), 0, is_checked=True).check()

    def declare_monitor(self) -> None:
        info = xcffib.randr.MonitorInfo.synthetic(self.atom("PROJECTOR"), 0, 0, 0, 640, 0, 640, 400, 200, 150, [])
        self.connection(xcffib.randr.key).SetMonitor(self.root, info, is_checked=True).check()

    def take_monitor_back(self) -> None:
        self.connection(xcffib.randr.key).DeleteMonitor(self.root, self.atom("PROJECTOR"), is_checked=True).check()

    def layout(self, names: str) -> None:
        self.text(self.root, "_XKB_RULES_NAMES", names.replace("|", "\0"))

    def press(self) -> None:
        test = self.connection(xcffib.xtest.key)
        for press_or_release in (2, 3):  # the core protocol's event numbers
            test.FakeInput(press_or_release, SOME_KEY, 0, self.root, 0, 0, 0, is_checked=True).check()

    def send(self, window: str) -> None:
        to = int(window)
        event = xcffib.xproto.KeyPressEvent.synthetic(SOME_KEY, 0, self.root, to, 0, 1, 1, 1, 1, 0, True)
        raw = bytes([2]) + event.pack()[1:]
        self.core.SendEvent(False, to, xcffib.xproto.EventMask.KeyPress, raw, is_checked=True).check()

    def grab(self) -> None:
        status = self.core.GrabKeyboard(True, self.root, 0, 1, 1).reply().status
        if status != xcffib.xproto.GrabStatus.Success:
            raise SystemExit("somebody else has it")

    def move(self, window: str) -> None:
        place = xcffib.xproto.ConfigWindow
        mask = place.X | place.Y | place.Width | place.Height
        self.core.ConfigureWindow(int(window), mask, [200, 100, 640, 480], is_checked=True).check()


def main(what: str, *more: str) -> None:
    client = Client()
    acts: dict[str, Callable[..., object]] = {
        "crowd": client.crowd,
        "focus": client.focus,
        "grab": client.grab,
        "layout": client.layout,
        "manager": client.claim_to_manage,
        "monitor": client.declare_monitor,
        "move": client.move,
        "no-monitor": client.take_monitor_back,
        "own": client.own,
        "press": client.press,
        "send": client.send,
        "window": client.window,
    }
    acts[what](*more)
    client.core.GetInputFocus().reply()  # what was asked for has happened
    sys.stdout.write("done\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
