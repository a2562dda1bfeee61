"""A program on the X server that is not the exam's: it presses keys, shows windows, owns clipboards and reads the screen.

Owns speaking to the server as a stranger would, through the same input path as a keyboard (the XTEST extension). Refuses to judge
what comes of it (``x11_checks``). What it did is undone when it is closed: the server takes a client's windows away with it.
"""

from __future__ import annotations

import select
from collections.abc import Sequence
from typing import Any, Final

import xcffib
import xcffib.xproto
import xcffib.xtest

from kiosk.lockdown.x11.connection import NoXServerError, XReply

KEY_PRESS: Final = 2  # core protocol, event numbers
KEY_RELEASE: Final = 3
BUTTON_PRESS: Final = 4
BUTTON_RELEASE: Final = 5
MIDDLE: Final = 2
SELECTIONS: Final = ("CLIPBOARD", "PRIMARY")
_STRING: Final = 31  # predefined atom
_LEVELS: Final = 2  # of a key: plain and with Shift
_PICTURE_PX: Final = 64
_ALL_PLANES: Final = 0xFFFFFFFF
_ASKED_MS: Final = 400
_NAMED: Final = {
    "Alt": 0xFFE9,
    "Control": 0xFFE3,
    "Shift": 0xFFE1,
    "Super": 0xFFEB,
    "Tab": 0xFF09,
    "Escape": 0xFF1B,
    "Menu": 0xFF67,
    "Print": 0xFF61,
    "Insert": 0xFF63,
    "BackSpace": 0xFF08,
    "F1": 0xFFBE,
    "F4": 0xFFC1,
    "F10": 0xFFC7,
    "F11": 0xFFC8,
    "space": 0x20,
}
"""Keysyms of X11 (X11/keysymdef.h); letters and digits are their own code points."""


class Stranger:
    """One client. Used by one thread at a time.

    Args:
        display: of the server, as ``:0``.

    Raises:
        NoXServerError: nothing answers there, or it has no XTEST.
    """

    def __init__(self, display: str) -> None:
        try:
            connection: XReply = xcffib.Connection(display=display)
            self._connection = connection
            self._test: XReply = connection(xcffib.xtest.key)
            self._test.GetVersion(2, 2).reply()
        except xcffib.XcffibException as error:
            raise NoXServerError(f"no X server at {display}, or one without XTEST: {error!r}") from None
        except KeyError:
            raise NoXServerError(f"the X server at {display} has no XTEST") from None
        self._core: XReply = connection.core
        screen: XReply = connection.setup.roots[0]
        self._root: int = screen.root
        self.size: tuple[int, int] = (screen.width_in_pixels, screen.height_in_pixels)
        self._codes = self._key_codes()
        self._windows: list[int] = []
        self._text = b""
        self._keys = 0

    def close(self) -> None:
        """Go, and take along what was shown."""
        self._connection.disconnect()

    def press(self, combination: str) -> bool:
        """Press and release a combination, as ``Control+v``; False where this keyboard has no such key."""
        names = combination.split("+")
        codes = [self._codes.get(_NAMED.get(name, ord(name[0]))) for name in names]
        if any(code is None for code in codes):
            return False
        for code in codes:
            self._fake(KEY_PRESS, code)
        for code in reversed(codes):
            self._fake(KEY_RELEASE, code)
        self._settle()
        return True

    def write(self, text: str) -> bool:
        """Press the keys of lower-case letters and digits one after the other; False where one is not on this keyboard."""
        pressed = [self.press(character) for character in text]
        return all(pressed)

    def click(self, button: int, x: int, y: int) -> None:
        """Go somewhere with the pointer, and click."""
        self._test.FakeInput(6, 0, 0, self._root, x, y, 0, is_checked=True).check()  # 6: MotionNotify
        self._fake(BUTTON_PRESS, button)
        self._fake(BUTTON_RELEASE, button)
        self._settle()

    def show(self, title: str, *, over: bool, place: tuple[int, int, int, int]) -> int:
        """Show a window; one that is ``over`` asks no window manager, as menus and an input method's candidates do."""
        window = int(self._connection.generate_id())
        mask = xcffib.xproto.CW.BackPixel | xcffib.xproto.CW.OverrideRedirect | xcffib.xproto.CW.EventMask
        events = xcffib.xproto.EventMask.KeyPress
        kind = xcffib.xproto.WindowClass.InputOutput
        values = [0xE0E0E0, int(over), events]
        self._core.CreateWindow(0, window, self._root, *place, 0, kind, 0, mask, values, is_checked=True).check()
        data = title.encode()
        mode = xcffib.xproto.PropMode.Replace
        self._core.ChangeProperty(
            mode, window, self._atom("WM_NAME"), _STRING, 8, len(data), data, is_checked=True
        ).check()
        self._core.MapWindow(window, is_checked=True).check()
        self._windows.append(window)
        return window

    def take_focus(self, window: int) -> None:
        """Ask for the keyboard the way any program may; a window that is not seen yet gets none, which is no fault."""
        try:
            self._core.SetInputFocus(0, window, 0, is_checked=True).check()
        except xcffib.XcffibException:
            return

    def hide(self, window: int) -> None:
        """Take a window away."""
        self._core.DestroyWindow(window, is_checked=True).check()
        self._windows.remove(window)
        self._settle()

    def keys_received(self) -> int:
        """Return how many key presses have come to this program's windows since the last time."""
        self._take_events()
        keys, self._keys = self._keys, 0
        return keys

    def own(self, text: str) -> int:
        """Own both clipboards and serve a text from them; return the window that does."""
        window = self.show("clipboard", over=True, place=(0, 0, 1, 1))
        self._text = text.encode()
        for name in SELECTIONS:
            self._core.SetSelectionOwner(window, self._atom(name), 0, is_checked=True).check()
        return window

    def serve(self, milliseconds: int) -> None:
        """Answer whoever asks for the clipboards, for a while."""
        self._wait(milliseconds)
        self._take_events()

    def read_selections(self) -> str:
        """Ask whoever owns them for both clipboards; return what came, together."""
        window = self.show("reader", over=True, place=(0, 0, 1, 1))
        found = b""
        for name in SELECTIONS:
            self._core.ConvertSelection(
                window, self._atom(name), _STRING, self._atom("ANSWER"), 0, is_checked=True
            ).check()
            self._wait(_ASKED_MS)
            self._take_events()
            reply = self._core.GetProperty(True, window, self._atom("ANSWER"), 0, 0, 256).reply()
            found += bytes(b"".join(bytes([each]) if isinstance(each, int) else each for each in reply.value))
        self.hide(window)
        return found.decode("latin-1")

    def picture(self) -> bytes:
        """Return the pixels of the middle of the screen, as the server gives them to anybody; empty where it gives none."""
        x, y = (self.size[0] - _PICTURE_PX) // 2, (self.size[1] - _PICTURE_PX) // 2
        z_pixmap = xcffib.xproto.ImageFormat.ZPixmap
        try:
            reply = self._core.GetImage(z_pixmap, self._root, x, y, _PICTURE_PX, _PICTURE_PX, _ALL_PLANES).reply()
        except xcffib.XcffibException:
            return b""
        return b"".join(bytes([each]) if isinstance(each, int) else each for each in reply.data)

    def _fake(self, kind: int, detail: int | None) -> None:
        self._test.FakeInput(kind, detail, 0, self._root, 0, 0, 0, is_checked=True).check()

    def _key_codes(self) -> dict[int, int]:
        setup = self._connection.setup
        first, count = setup.min_keycode, setup.max_keycode - setup.min_keycode + 1
        mapping = self._core.GetKeyboardMapping(first, count).reply()
        width, symbols = mapping.keysyms_per_keycode, list(mapping.keysyms)
        codes: dict[int, int] = {}
        for number in range(count):
            plain = symbols[number * width : number * width + _LEVELS]
            if plain and plain[0]:
                codes.setdefault(plain[0], first + number)
        return codes

    def _atom(self, name: str) -> int:
        return int(self._core.InternAtom(False, len(name), name).reply().atom)

    def _settle(self) -> None:
        self._core.GetInputFocus().reply()  # whatever was asked for before has happened

    def _wait(self, milliseconds: int) -> None:
        poll = select.poll()
        poll.register(self._connection.get_file_descriptor(), select.POLLIN)
        poll.poll(milliseconds)
        self._settle()

    def _take_events(self) -> None:
        self._settle()
        while (event := self._connection.poll_for_event()) is not None:
            self._hear(event)

    def _hear(self, event: Any) -> None:  # noqa: ANN401 - the protocol's own, without types
        if isinstance(event, xcffib.xproto.KeyPressEvent):
            self._keys += 1
        elif isinstance(event, xcffib.xproto.SelectionRequestEvent):
            self._answer(event)

    def _answer(self, request: Any) -> None:  # noqa: ANN401 - the protocol's own, without types
        """ICCCM 2.2: put the text where the asker wants it, whatever form it asked for, and say so."""
        mode, size = xcffib.xproto.PropMode.Replace, len(self._text)
        where = request.property or request.target
        target = request.target
        answer = xcffib.xproto.SelectionNotifyEvent.synthetic(
            request.time, request.requestor, request.selection, target, where
        )
        try:
            if target == self._atom("TARGETS"):
                forms = self._forms()
                self._core.ChangeProperty(
                    mode, request.requestor, where, 4, 32, len(forms), forms, is_checked=True
                ).check()
            else:
                self._core.ChangeProperty(
                    mode, request.requestor, where, target, 8, size, self._text, is_checked=True
                ).check()
            self._core.SendEvent(False, request.requestor, 0, answer.pack(), is_checked=True).check()
        except xcffib.XcffibException:
            return  # who asked is gone

    def _forms(self) -> Sequence[int]:
        return [_STRING, self._atom("UTF8_STRING"), self._atom("text/plain;charset=utf-8")]
