"""Keys and buttons of Windows in the words of the input policy, and a filter that keeps its own count of what is held down.

Owns names of virtual keys, which modifiers are held, and that a key comes up for the system when it went down for it, and only
then. Refuses to decide: ``InputPolicy`` does. Pure: nothing is called.

Windows says with a stroke whether Alt is down, but not always truly (and says nothing of Ctrl), so it is counted here. The
screen of Ctrl+Alt+Delete swallows keys that come up: what the system says to be up is up.

AltGr is Ctrl and Alt to the system. With a key that types it makes a character; with any other one it is Ctrl+Alt, and
Ctrl+Alt+Tab shows what else runs.

Source: winuser.h, VK_*; the scan code of the Ctrl that AltGr brings along is 0x21D.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kiosk.lockdown.input_policy import Button, InputPolicy, Modifier, Stroke, Verdict
from kiosk.lockdown.windows import structs

_CONTROL: Final = frozenset({0x11, 0xA2, 0xA3})
_ALT: Final = frozenset({0x12, 0xA4, 0xA5})
_SHIFT: Final = frozenset({0x10, 0xA0, 0xA1})
_SUPER: Final = frozenset({0x5B, 0x5C})
_RIGHT_ALT: Final = 0xA5
_ALTGR_SCAN: Final = 0x21D
_ALTGR: Final = frozenset({0xA2, 0xA5})
"""What AltGr is to the system."""
_TOLD_BY_SYSTEM: Final = _CONTROL | _ALT | _SHIFT
"""The system never hears of the others: they are kept away from it."""
_NEVER_TYPE: Final = frozenset(
    {"Tab", "Escape", "Delete", "Insert", "Home", "End", "PageUp", "PageDown", "Left", "Up", "Right", "Down", "Pause"}
)
"""Keys that make no character on any layout, with AltGr neither; function keys are kept away with anything."""

KEY_NAMES: Final[Mapping[int, str]] = {
    0x08: "Backspace",
    0x09: "Tab",
    0x0D: "Return",
    0x13: "Pause",
    0x14: "CapsLock",
    0x1B: "Escape",
    0x20: "Space",
    0x21: "PageUp",
    0x22: "PageDown",
    0x23: "End",
    0x24: "Home",
    0x25: "Left",
    0x26: "Up",
    0x27: "Right",
    0x28: "Down",
    0x2A: "Print",
    0x2C: "Print",
    0x2D: "Insert",
    0x2E: "Delete",
    0x2F: "Help",
    0x5D: "Menu",
    0x5F: "Sleep",
    0x90: "NumLock",
    0x91: "ScrollLock",
    0xAA: "Search",
    0xAD: "VolumeMute",
    0xAE: "VolumeDown",
    0xAF: "VolumeUp",
    0xB4: "LaunchMail",
    0xB6: "LaunchCalculator",
    0xB7: "LaunchCalculator",
    **dict.fromkeys(_CONTROL, Modifier.CONTROL.value),
    **dict.fromkeys(_ALT, Modifier.ALT.value),
    **dict.fromkeys(_SHIFT, Modifier.SHIFT.value),
    **dict.fromkeys(_SUPER, Modifier.SUPER.value),
    **dict.fromkeys((0xA6, 0xA7, 0xA8, 0xA9, 0xAB, 0xAC), "LaunchBrowser"),
    **dict.fromkeys((0xB0, 0xB1, 0xB2, 0xB3, 0xB5), "LaunchMedia"),
    **{0x30 + digit: str(digit) for digit in range(10)},
    **{0x60 + digit: str(digit) for digit in range(10)},
    **{0x41 + number: chr(ord("a") + number) for number in range(26)},
    **{0x6F + number: f"F{number}" for number in range(1, 25)},
}


def key_name(vk: int) -> str:
    """Return what is written on a key; one without a name is known by its number."""
    return KEY_NAMES.get(vk, f"VK{vk:02X}")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEvent:
    """A key that goes down or up, as a hook is told of it."""

    vk: int
    scan: int
    is_down: bool
    injected: bool


def _is_up(vk: int) -> bool:
    del vk
    return False


@dataclass(slots=True, kw_only=True)
class KeyFilter:
    """Decides about every key. Used by one thread.

    Attributes:
        policy: the rule.
        is_up: tells whether the system holds a modifier key to be up for certain.
    """

    policy: InputPolicy
    is_up: Callable[[int], bool] = _is_up
    _held: set[int] = field(default_factory=set, init=False)
    _kept_away: set[int] = field(default_factory=set, init=False)
    _went_through: set[int] = field(default_factory=set, init=False)
    _altgr: bool = field(default=False, init=False)

    def decide(self, event: KeyEvent) -> tuple[Verdict, str, bool]:
        """Return what becomes of a key, its combination, and whether it was pressed just now and does not repeat."""
        if event.injected and not self.policy.takes_injected:
            return Verdict.INJECTED, key_name(event.vk), event.is_down
        self._follow(event)
        stroke = Stroke(key=key_name(event.vk), modifiers=self._modifiers(event.vk), injected=event.injected)
        if not event.is_down:
            return self._come_up(event.vk), stroke.combination, False
        verdict = self.policy.decide(stroke)
        repeats = event.vk in self._kept_away
        if verdict is Verdict.BLOCKED:
            self._kept_away.add(event.vk)
        else:  # also one that was kept away and repeats, now that Alt is up: the system has it down from here on
            self._kept_away.discard(event.vk)
            self._went_through.add(event.vk)
        return verdict, stroke.combination, not repeats

    def _come_up(self, vk: int) -> Verdict:
        """What the system saw go down, it sees come up: otherwise it would hang there."""
        is_hidden = vk in self._kept_away and vk not in self._went_through
        self._kept_away.discard(vk)
        self._went_through.discard(vk)
        return Verdict.BLOCKED if is_hidden else Verdict.PASSES

    def _follow(self, event: KeyEvent) -> None:
        if event.scan == _ALTGR_SCAN:
            self._altgr = event.is_down
        elif event.vk in _TOLD_BY_SYSTEM | _SUPER:
            if event.is_down:
                self._held.add(event.vk)
            else:
                self._held.discard(event.vk)
        elif event.is_down:
            self._forget_what_came_up_unseen()

    def _forget_what_came_up_unseen(self) -> None:
        unseen = {vk for vk in self._held & _TOLD_BY_SYSTEM if self.is_up(vk)}
        self._held -= unseen
        if self._altgr and self.is_up(_RIGHT_ALT):
            self._altgr = False
        if unseen & self._went_through:  # then the secure screen was there, and nobody knows of the others either
            self._held -= _SUPER
        self._went_through -= unseen

    def _modifiers(self, but: int) -> frozenset[Modifier]:
        held = self._held - {but}
        if self._altgr:
            held = held - {_RIGHT_ALT} | (_ALTGR if key_name(but) in _NEVER_TYPE else frozenset())
        sides = {
            Modifier.CONTROL: _CONTROL,
            Modifier.ALT: _ALT,
            Modifier.SHIFT: _SHIFT,
            Modifier.SUPER: _SUPER,
        }
        return frozenset(modifier for modifier, keys in sides.items() if held & keys)


_BUTTONS: Final[Mapping[int, tuple[Button, bool]]] = {
    structs.WM_LBUTTONDOWN: (Button.LEFT, True),
    structs.WM_LBUTTONUP: (Button.LEFT, False),
    structs.WM_RBUTTONDOWN: (Button.RIGHT, True),
    structs.WM_RBUTTONUP: (Button.RIGHT, False),
    structs.WM_MBUTTONDOWN: (Button.MIDDLE, True),
    structs.WM_MBUTTONUP: (Button.MIDDLE, False),
}
_SIDE_BUTTONS: Final = {structs.WM_XBUTTONDOWN: True, structs.WM_XBUTTONUP: False}
_SIDES: Final = {1: Button.BACK, 2: Button.FORWARD}
_TOUCH_MASK: Final = 0xFFFF_FF00
_TOUCH_SIGN: Final = 0xFF51_5700


def button_of(message: int, data: int) -> tuple[Button, bool] | None:
    """Return which button a message of the mouse is about and whether it goes down; None for moves and wheels."""
    if message in _SIDE_BUTTONS:
        return _SIDES.get(structs.high_word(data), Button.OTHER), _SIDE_BUTTONS[message]
    return _BUTTONS.get(message)


def is_touch(extra: int) -> bool:
    """Tell whether a message of the mouse was made by Windows from a finger or a pen: that is no program's doing."""
    return extra & _TOUCH_MASK == _TOUCH_SIGN


@dataclass(slots=True, kw_only=True)
class ButtonFilter:
    """Decides about every button. Used by one thread."""

    policy: InputPolicy
    _kept_away: set[Button] = field(default_factory=set, init=False)

    def decide(self, pressed: tuple[Button, bool] | None, *, injected: bool) -> Verdict:
        """Return what becomes of it; None is a move or a wheel.

        Those pass whoever made them: every program that puts the pointer somewhere, our own too, makes such a move, and by itself
        it does nothing.
        """
        if pressed is None:
            return Verdict.PASSES
        if injected and not self.policy.takes_injected:
            return Verdict.INJECTED
        button, is_down = pressed
        if not is_down:
            was_kept_away = button in self._kept_away
            self._kept_away.discard(button)
            return Verdict.BLOCKED if was_kept_away else Verdict.PASSES
        verdict = self.policy.decide_button(button, injected=injected)
        if verdict is Verdict.BLOCKED:
            self._kept_away.add(button)
        return verdict
