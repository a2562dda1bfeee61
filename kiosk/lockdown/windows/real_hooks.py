"""The low-level hooks themselves: a thread that Windows asks before every key and every move of the mouse.

Owns the thread, its message loop and the canary. Refuses to decide what passes. The thread does nothing else, because Windows
removes hooks that answer late, and says so to nobody (LowLevelHooksTimeout: at most a second): that is what the canary is for, a
key that nobody has and that only the hook of this process can recognise.

Source: learn.microsoft.com, "LowLevelKeyboardProc" and "LowLevelMouseProc".
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import Final

from kiosk.lockdown.windows import structs
from kiosk.lockdown.windows.api import Win32Failed
from kiosk.lockdown.windows.calls import KERNEL32, USER32, HookProcedure, Library
from kiosk.lockdown.windows.keys import KeyEvent, is_touch

KeyGate = Callable[[KeyEvent], bool]
"""Returns whether a key passes. Has to be quick."""
ButtonGate = Callable[[int, int, bool], bool]
"""Returns whether a message of the mouse passes, by message, data and whether a program sent it. Has to be quick."""

START_S: Final = 10.0
_DOWN: Final = frozenset({structs.WM_KEYDOWN, structs.WM_SYSKEYDOWN})
_KEPT: Final = 1
_DESKTOP_RIGHTS: Final = structs.GENERIC_ALL
_PRESSED: Final = 0x8000
_KEYS_INJECTED: Final = structs.LLKHF_INJECTED | structs.LLKHF_LOWER_IL_INJECTED
_MOUSE_INJECTED: Final = structs.LLMHF_INJECTED | structs.LLMHF_LOWER_IL_INJECTED


class RealHooks:
    """A keyboard and a mouse hook on one desktop. Used by one thread, which has no windows and stands there from then on.

    Args:
        keys: asked before every key.
        buttons: asked before everything of the mouse.
        cookie: what the canary is recognised by; nobody else may know it.
        desktop: where; empty: the one that this process is on.
    """

    def __init__(self, keys: KeyGate, buttons: ButtonGate, *, cookie: int, desktop: str = "") -> None:
        self._user32 = Library("user32", USER32)
        self._kernel32 = Library("kernel32", KERNEL32)
        self._keys = keys
        self._buttons = buttons
        self._cookie = cookie
        self._desktop = desktop
        self._canary = threading.Event()
        self._started = threading.Event()
        self._failure: Win32Failed | None = None
        self._thread: threading.Thread | None = None
        self._thread_id = 0
        self._place = 0
        self._set: list[int] = []

    def start(self) -> None:
        """Set the hooks.

        Raises:
            Win32Failed: they could not be set.
        """
        self._failure = None
        self._started.clear()
        self._stand_there()
        self._thread = threading.Thread(target=self._run, name="hooks", daemon=True)
        self._thread.start()
        if not self._started.wait(START_S):
            raise Win32Failed("SetWindowsHookExW", 0)
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Remove the hooks."""
        if self._thread is not None:
            self._user32.ask("PostThreadMessageW", self._thread_id, structs.WM_QUIT, 0, 0)
            self._thread.join(START_S)
            self._thread = None

    def forget(self) -> None:
        """Remove the hooks behind the thread's back, as Windows does when they are late."""
        for hook in self._set:
            self._user32.ask("UnhookWindowsHookEx", hook)

    def is_alive(self, within_s: float) -> bool:
        """Send the canary, and return whether the keyboard hook saw it."""
        self._canary.clear()
        stroke = structs.Input(type=structs.INPUT_KEYBOARD)
        stroke.of.keyboard = structs.KeyboardInput(vk=structs.VK_F24, flags=structs.KEYEVENTF_KEYUP, extra=self._cookie)
        self._user32.ask("SendInput", 1, ctypes.byref(stroke), ctypes.sizeof(stroke))
        return self._canary.wait(within_s)

    def is_up(self, vk: int) -> bool:
        """Tell whether the system holds a key to be up."""
        return not self._user32.ask("GetAsyncKeyState", vk) & _PRESSED

    def _stand_there(self) -> None:
        """Have this thread stand on the desktop: only from there can it press keys that the hooks see, and tell their thread."""
        if not self._desktop:
            return
        if not self._place:
            self._place = self._user32.do("OpenDesktopW", self._desktop, 0, 0, _DESKTOP_RIGHTS)
        self._user32.do("SetThreadDesktop", self._place)

    def _run(self) -> None:
        # The two procedures have to live as long as Windows may call them.
        keyboard, mouse = HookProcedure(self._on_key), HookProcedure(self._on_mouse)
        try:
            self._stand_there()
            module = self._kernel32.ask("GetModuleHandleW", None)
            for kind, procedure in ((structs.WH_KEYBOARD_LL, keyboard), (structs.WH_MOUSE_LL, mouse)):
                self._set.append(self._user32.do("SetWindowsHookExW", kind, procedure, module, 0))
        except Win32Failed as failed:
            self._failure = failed
        else:
            self._thread_id = self._kernel32.ask("GetCurrentThreadId")
            self._started.set()
            message = structs.Message()
            while self._user32.ask("GetMessageW", ctypes.byref(message), 0, 0, 0) > 0:
                pass
        self.forget()
        self._set.clear()
        self._started.set()

    def _on_key(self, code: int, message: int, place: int) -> int:
        if code == structs.HC_ACTION:
            stroke = structs.KeyboardStroke.from_address(place)
            if stroke.extra == self._cookie and stroke.vk == structs.VK_F24:
                self._canary.set()
                return _KEPT
            event = KeyEvent(
                vk=stroke.vk,
                scan=stroke.scan,
                is_down=message in _DOWN,
                injected=bool(stroke.flags & _KEYS_INJECTED),
            )
            if not self._keys(event):
                return _KEPT
        return self._user32.ask("CallNextHookEx", 0, code, message, place)

    def _on_mouse(self, code: int, message: int, place: int) -> int:
        if code == structs.HC_ACTION:
            stroke = structs.MouseStroke.from_address(place)
            injected = bool(stroke.flags & _MOUSE_INJECTED) and not is_touch(stroke.extra)
            if not self._buttons(message, stroke.data, injected):
                return _KEPT
        return self._user32.ask("CallNextHookEx", 0, code, message, place)
