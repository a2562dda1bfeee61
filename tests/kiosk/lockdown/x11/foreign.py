"""A program that is not the exam's: ``python -m tests.kiosk.lockdown.x11.foreign WHAT …``; lives until its input ends.

``window``: shows a window of 300 × 200. ``focus``: shows one and takes the input focus. ``manager``: claims to be the window
manager and shows a window. ``own SELECTION``: owns a selection.
``monitor``: declares another monitor. ``no-monitor``: takes it back. ``layout NAMES``: says that the layout is another.
``press``: presses and releases a key by the test extension. ``grab``: grabs the keyboard.
"""

from __future__ import annotations

import sys
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

    def text(self, window: int, name: str, value: str) -> None:
        data = value.encode()
        mode = xcffib.xproto.PropMode.Replace
        self.core.ChangeProperty(mode, window, self.atom(name), STRING, 8, len(data), data, is_checked=True).check()


def main(what: str, *more: str) -> None:
    client = Client()
    match what:
        case "window":
            client.window()
        case "focus":
            window = client.window()
            client.core.SetInputFocus(0, window, 0, is_checked=True).check()
        case "manager":
            window = client.window()
            for each in (client.root, window):
                client.core.ChangeProperty(
                    0, each, client.atom("_NET_SUPPORTING_WM_CHECK"), WINDOW, 32, 1, [window], is_checked=True
                ).check()
        case "own":
            client.core.SetSelectionOwner(client.window(), client.atom(more[0]), 0, is_checked=True).check()
        case "monitor":
            info = xcffib.randr.MonitorInfo.synthetic(client.atom("PROJECTOR"), 0, 0, 0, 640, 0, 640, 400, 200, 150, [])
            client.connection(xcffib.randr.key).SetMonitor(client.root, info, is_checked=True).check()
        case "no-monitor":
            name = client.atom("PROJECTOR")
            client.connection(xcffib.randr.key).DeleteMonitor(client.root, name, is_checked=True).check()
        case "layout":
            client.text(client.root, "_XKB_RULES_NAMES", more[0].replace("|", "\0"))
        case "press":
            test = client.connection(xcffib.xtest.key)
            for press_or_release in (2, 3):  # the core protocol's event numbers
                test.FakeInput(press_or_release, SOME_KEY, 0, client.root, 0, 0, 0, is_checked=True).check()
        case "grab":
            client.core.GrabKeyboard(True, client.root, 0, 1, 1).reply()
        case _:
            raise SystemExit(f"what is {what}?")
    client.core.GetInputFocus().reply()  # what was asked for has happened
    sys.stdout.write("done\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
