"""A program on the exam's desktop of Windows that is not the exam's: it presses keys, shows windows, owns the clipboard, takes
pictures of the screen and reaches into other processes, as any program of the same user may.

Owns the calls, in a process of its own (``ui.readiness.stranger_program``). Refuses to judge what comes of them
(``windows_checks``). Its windows, and a debugger that it is, go with the process.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import c_uint16
from typing import Final

from kiosk.lockdown.windows import structs
from kiosk.lockdown.windows.api import Win32Failed
from kiosk.lockdown.windows.calls import Library
from kiosk.lockdown.windows.real_screen import RealScreen
from kiosk.lockdown.windows.structs import text_of
from kiosk.readiness import windows_calls as calls

SQUARES_A_LINE: Final = 8
WINDOW_CLASS: Final = "STATIC"
"""A class that Windows has: what comes to a window of it is seen in the queue, before the window is asked."""
TEXT_MAX: Final = 1_000
_CODES: Final = {
    "Alt": 0xA4,
    "Ctrl": 0xA2,
    "Escape": 0x1B,
    "Insert": 0x2D,
    "Menu": 0x5D,
    "Print": 0x2C,
    "Shift": 0xA0,
    "Space": 0x20,
    "Super": 0x5B,
    "Tab": 0x09,
    **{f"F{number}": 0x6F + number for number in range(1, 13)},
}
"""Virtual keys (winuser.h) by what is written on them; letters are their own codes."""
_EXTENDED: Final = frozenset({0x2C, 0x2D, 0x5B, 0x5D})
_KEYS: Final = frozenset({structs.WM_KEYDOWN, structs.WM_SYSKEYDOWN})
_CLIPBOARD_TRIES: Final = 50
_PROBED_BYTES: Final = 8


class WindowsStranger:
    """One program. Used by one thread, which owns its windows and is the debugger."""

    def __init__(self) -> None:
        self._user32 = Library("user32", calls.USER32)
        self._gdi32 = Library("gdi32", calls.GDI32)
        self._kernel32 = Library("kernel32", calls.KERNEL32)
        self._screen = RealScreen()
        self._user32.ask("SetProcessDpiAwarenessContext", calls.DPI_PER_MONITOR_V2)
        self._window = 0
        self._keys = 0
        self._attached = 0

    def press(self, combination: str) -> bool:
        """Press and release a combination, as ``Ctrl+v``; False where Windows lets this program press nothing."""
        codes = [_CODES.get(name, ord(name[0].upper())) for name in combination.split("+")]
        strokes = [_stroke(code, is_up=False) for code in codes] + [_stroke(code, is_up=True) for code in codes[::-1]]
        return self._send(strokes)

    def write(self, text: str) -> str:
        """Press the keys of Latin letters; return what they type on this keyboard, and nothing where none could be pressed."""
        typed = ""
        for letter in text:
            code = ord(letter.upper())
            if not self._send([_stroke(code, is_up=False), _stroke(code, is_up=True)]):
                return ""
            made = self._user32.ask("MapVirtualKeyW", code, calls.MAPVK_VK_TO_CHAR) & 0xFFFF
            typed += chr(made).lower() if made else letter
        return typed

    def click_middle(self) -> bool:
        """Go to the middle of the screen with the pointer, and click the middle button."""
        place = calls.MOUSEEVENTF_ABSOLUTE | calls.MOUSEEVENTF_MOVE
        flags = (place, calls.MOUSEEVENTF_MIDDLEDOWN, calls.MOUSEEVENTF_MIDDLEUP)
        return self._send([_move(each) for each in flags])

    def show(self, title: str) -> bool:
        """Show a window over everything, and ask to be in front; tell whether it could be made."""
        width, height = self._size()
        place = (width // 4, height // 4, width // 3, height // 3)
        style = calls.WS_CAPTION | calls.WS_VISIBLE
        self._window = self._user32.ask(
            "CreateWindowExW", calls.WS_EX_TOPMOST, WINDOW_CLASS, title, style, *place, 0, 0, 0, None
        )
        if self._window:
            self._user32.ask("SetForegroundWindow", self._window)
        self.pump()
        return bool(self._window)

    def hide(self) -> None:
        """Take the window away."""
        window, self._window = self._window, 0
        if window:
            self._user32.ask("DestroyWindow", window)
        self.pump()

    def pump(self) -> None:
        """Take what has come to this program's windows."""
        message = structs.Message()
        while self._user32.ask("PeekMessageW", ctypes.byref(message), 0, 0, 0, calls.PM_REMOVE):
            self._keys += message.message in _KEYS
            self._user32.ask("TranslateMessage", ctypes.byref(message))
            self._user32.ask("DispatchMessageW", ctypes.byref(message))

    def keys_received(self) -> int:
        """Return how many keys have come to this program's windows since the last time."""
        self.pump()
        keys, self._keys = self._keys, 0
        return keys

    def titles(self) -> tuple[str, ...]:
        """Return what the windows on this desktop call themselves, with their processes' numbers."""
        return tuple(sorted(f"{each.title[:80]} ({each.pid})" for each in self._screen.windows()))

    def affinities(self, process: int) -> tuple[int, ...]:
        """Return who may capture the windows of a process, as Windows says to anybody (WDA_…)."""
        windows = [each.handle for each in self._screen.windows() if each.pid == process]
        return tuple(each for window in windows if (each := self._screen.affinity(window)) is not None)

    def own(self, text: str) -> bool:
        """Put a text into the clipboard; tell whether it is there."""
        window = self._user32.ask("CreateWindowExW", 0, WINDOW_CLASS, "clipboard", 0, 0, 0, 1, 1, 0, 0, 0, None)
        try:
            with self._clipboard(window):
                self._user32.do("EmptyClipboard")
                self._user32.do("SetClipboardData", calls.CF_UNICODETEXT, self._memory_with(text))
        except Win32Failed:
            return False
        finally:
            if window:
                self._user32.ask("DestroyWindow", window)
        return True

    def read_clipboard(self) -> str:
        """Return the text that the clipboard gives to anybody; empty where it gives none."""
        try:
            with self._clipboard(0):
                held = self._user32.do("GetClipboardData", calls.CF_UNICODETEXT)
                return self._text_in(held)
        except Win32Failed:
            return ""

    def picture(self, lines: int) -> tuple[str, ...]:
        """Take a picture of the first screen; return the colour in the middle of each of so many lines of squares."""
        width, height = self._size()
        columns = SQUARES_A_LINE
        try:
            with self._copied(width, height) as picture:
                found = [
                    self._gdi32.ask(
                        "GetPixel",
                        picture,
                        width * (2 * column + 1) // (2 * columns),
                        height * (2 * line + 1) // (2 * lines),
                    )
                    for line in range(lines)
                    for column in range(columns)
                ]
        except Win32Failed:
            return ()
        return tuple(_colour(each) for each in found if each != calls.CLR_INVALID)

    def layout(self) -> str:
        """Return the name of the keyboard's layout, as ``00000409``; empty where Windows does not say."""
        name = (c_uint16 * calls.KL_NAMELENGTH)()
        return text_of(name) if self._user32.ask("GetKeyboardLayoutNameW", name) else ""

    def reads_memory(self, process: int) -> bool:
        """Tell whether the memory of a process can be read."""
        return reads_memory(self._kernel32, process)

    def attach(self, process: int) -> bool:
        """Be the debugger of a process; tell whether that is so. It stands still until ``detach``."""
        if not self._kernel32.ask("DebugActiveProcess", process):
            return False
        self._kernel32.ask("DebugSetProcessKillOnExit", 0)  # it does not end with this program
        self._attached = process
        return True

    def detach(self) -> None:
        """Let go of it."""
        process, self._attached = self._attached, 0
        if process:
            self._kernel32.ask("DebugActiveProcessStop", process)

    def _size(self) -> tuple[int, int]:
        width = self._user32.ask("GetSystemMetrics", calls.SM_CXSCREEN)
        return width, self._user32.ask("GetSystemMetrics", calls.SM_CYSCREEN)

    def _send(self, strokes: Sequence[structs.Input]) -> bool:
        every = (structs.Input * len(strokes))(*strokes)
        sent = self._user32.ask("SendInput", len(strokes), ctypes.byref(every), ctypes.sizeof(structs.Input))
        self.pump()
        return sent == len(strokes)

    @contextmanager
    def _clipboard(self, window: int) -> Iterator[None]:
        """Open it; somebody else may just have it open."""
        tries = range(_CLIPBOARD_TRIES)
        if not any(self._user32.ask("OpenClipboard", window) for _ in tries):
            raise Win32Failed("OpenClipboard", 0)
        try:
            yield
        finally:
            self._user32.ask("CloseClipboard")

    def _memory_with(self, text: str) -> int:
        data = text.encode("utf-16-le") + b"\0\0"
        memory = self._kernel32.do("GlobalAlloc", calls.GMEM_MOVEABLE, len(data))
        place = self._kernel32.do("GlobalLock", memory)
        ctypes.memmove(place, data, len(data))
        self._kernel32.ask("GlobalUnlock", memory)
        return memory

    def _text_in(self, memory: int) -> str:
        place = self._kernel32.do("GlobalLock", memory)
        try:
            size = min(self._kernel32.ask("GlobalSize", memory), 2 * TEXT_MAX)
            return ctypes.string_at(place, size).decode("utf-16-le", errors="replace").split("\0", 1)[0]
        finally:
            self._kernel32.ask("GlobalUnlock", memory)

    @contextmanager
    def _copied(self, width: int, height: int) -> Iterator[int]:
        """Give a picture of the screen, as programs that take pictures make one."""
        screen = self._user32.do("GetDC", 0)
        try:
            picture = self._gdi32.do("CreateCompatibleDC", screen)
            bitmap = self._gdi32.do("CreateCompatibleBitmap", screen, width, height)
            before = self._gdi32.do("SelectObject", picture, bitmap)
            raster = calls.SRCCOPY | calls.CAPTUREBLT
            try:
                self._gdi32.do("BitBlt", picture, 0, 0, width, height, screen, 0, 0, raster)
                yield picture
            finally:
                self._gdi32.ask("SelectObject", picture, before)
                self._gdi32.ask("DeleteObject", bitmap)
                self._gdi32.ask("DeleteDC", picture)
        finally:
            self._user32.ask("ReleaseDC", 0, screen)


def reads_memory(kernel32: Library, process: int) -> bool:
    """Read the first bytes of a library that every process has at the same place.

    Args:
        kernel32: with the calls of ``windows_calls``.
        process: of the same user.
    """
    handle = kernel32.ask("OpenProcess", calls.PROCESS_VM_READ, 0, process)
    if not handle:
        return False
    place = kernel32.ask("GetModuleHandleW", "ntdll.dll")
    into = ctypes.create_string_buffer(_PROBED_BYTES)
    read = kernel32.ask("ReadProcessMemory", handle, place, ctypes.addressof(into), _PROBED_BYTES, None)
    kernel32.ask("CloseHandle", handle)
    return bool(read)


def _stroke(code: int, *, is_up: bool) -> structs.Input:
    flags = calls.KEYEVENTF_EXTENDEDKEY if code in _EXTENDED else 0
    stroke = structs.Input(type=structs.INPUT_KEYBOARD)
    stroke.of.keyboard = structs.KeyboardInput(vk=code, flags=flags | (structs.KEYEVENTF_KEYUP if is_up else 0))
    return stroke


def _move(flags: int) -> structs.Input:
    stroke = structs.Input(type=calls.INPUT_MOUSE)
    stroke.of.mouse = structs.MouseInput(x=calls.MOUSE_MIDDLE, y=calls.MOUSE_MIDDLE, flags=flags)
    return stroke


def _colour(reference: int) -> str:
    """COLORREF, windef.h: 0x00bbggrr."""
    return f"#{reference & 0xFF:02x}{reference >> 8 & 0xFF:02x}{reference >> 16 & 0xFF:02x}"
