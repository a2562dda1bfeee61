from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.input_policy import Button, InputPolicy, Verdict
from kiosk.lockdown.windows import structs
from kiosk.lockdown.windows.keys import ButtonFilter, KeyEvent, KeyFilter, button_of, is_touch, key_name

TAB, ESCAPE, F4, DELETE, PRINT, A, C, Q = 0x09, 0x1B, 0x73, 0x2E, 0x2C, 0x41, 0x43, 0x51
L_CONTROL, R_CONTROL, L_ALT, R_ALT, L_SHIFT, L_SUPER = 0xA2, 0xA3, 0xA4, 0xA5, 0xA0, 0x5B
ALTGR_SCAN = 0x21D
PASSES, BLOCKED = Verdict.PASSES, Verdict.BLOCKED


class Keyboard:
    def __init__(self, *, takes_injected: bool = False) -> None:
        self.up: set[int] = set()
        policy = InputPolicy(takes_injected=takes_injected)
        self.filter = KeyFilter(policy=policy, is_up=self.up.__contains__)

    def down(self, vk: int, *, scan: int = 0, injected: bool = False) -> tuple[Verdict, str, bool]:
        return self.filter.decide(KeyEvent(vk=vk, scan=scan, is_down=True, injected=injected))

    def release(self, vk: int, *, scan: int = 0) -> Verdict:
        return self.filter.decide(KeyEvent(vk=vk, scan=scan, is_down=False, injected=False))[0]


@pytest.mark.parametrize(
    ("held", "key", "combination"),
    [
        ([L_ALT], TAB, "Alt+Tab"),
        ([R_ALT], TAB, "Alt+Tab"),
        ([L_ALT], F4, "Alt+F4"),
        ([L_ALT], ESCAPE, "Alt+Escape"),
        ([L_ALT], 0x20, "Alt+Space"),
        ([L_CONTROL], ESCAPE, "Ctrl+Escape"),
        ([R_CONTROL, L_SHIFT], ESCAPE, "Ctrl+Shift+Escape"),
        ([L_CONTROL, L_ALT], DELETE, "Ctrl+Alt+Delete"),
        ([L_SUPER], 0x44, "Super+d"),
        ([L_SUPER, L_SHIFT], 0x53, "Shift+Super+s"),
        ([], PRINT, "Print"),
        ([], 0x5D, "Menu"),
        ([], 0x70, "F1"),
        ([], 0xB6, "LaunchCalculator"),
        ([], 0xB3, "LaunchMedia"),
    ],
)
def test_ways_out_are_kept_away(held: list[int], key: int, combination: str) -> None:
    keyboard = Keyboard()
    for each in held:
        keyboard.down(each)
    assert keyboard.down(key) == (BLOCKED, combination, True)
    assert keyboard.release(key) is BLOCKED


@pytest.mark.parametrize("key", [A, TAB, 0x0D, 0x08, 0x25, 0x30, 0xBA, 0xAF, 0x14])
def test_typing_passes(key: int) -> None:
    keyboard = Keyboard()
    keyboard.down(L_SHIFT)
    assert keyboard.down(key)[0] is PASSES
    assert keyboard.release(key) is PASSES


def test_copying_within_the_page_passes() -> None:
    keyboard = Keyboard()
    keyboard.down(L_CONTROL)
    assert keyboard.down(C)[0] is PASSES


def test_altgr_types() -> None:
    keyboard = Keyboard()
    assert keyboard.down(L_CONTROL, scan=ALTGR_SCAN)[0] is PASSES
    assert keyboard.down(R_ALT)[0] is PASSES
    assert keyboard.down(Q)[0] is PASSES
    keyboard.release(Q)
    keyboard.release(L_CONTROL, scan=ALTGR_SCAN)
    keyboard.release(R_ALT)
    keyboard.down(R_ALT)
    assert keyboard.down(TAB)[0] is BLOCKED


def test_a_key_that_repeats_is_counted_once() -> None:
    keyboard = Keyboard()
    assert [keyboard.down(PRINT)[2] for _ in range(3)] == [True, False, False]
    keyboard.release(PRINT)
    assert keyboard.down(PRINT)[2]


def test_what_the_secure_screen_swallowed_is_up() -> None:
    keyboard = Keyboard()
    keyboard.down(L_CONTROL)
    keyboard.down(L_ALT)
    assert keyboard.down(A)[0] is BLOCKED
    keyboard.release(A)
    keyboard.up |= {L_CONTROL, L_ALT}
    assert keyboard.down(A)[0] is PASSES


def test_the_super_key_is_held_though_the_system_never_heard_of_it() -> None:
    keyboard = Keyboard()
    keyboard.up |= {L_SUPER}
    keyboard.down(L_SUPER)
    assert keyboard.down(A)[0] is BLOCKED


def test_what_a_program_sends_is_kept_away_and_moves_nothing() -> None:
    keyboard = Keyboard()
    keyboard.down(L_ALT)
    keyboard.filter.decide(KeyEvent(vk=L_ALT, scan=0, is_down=False, injected=True))
    assert keyboard.down(TAB)[0] is BLOCKED
    assert keyboard.down(A, injected=True) == (Verdict.INJECTED, "a", True)
    assert Keyboard(takes_injected=True).down(A, injected=True)[0] is PASSES


_KEYS = st.sampled_from([L_CONTROL, L_ALT, L_SHIFT, L_SUPER, R_ALT, TAB, A, C, F4, ESCAPE, PRINT])


@given(st.lists(st.tuples(_KEYS, st.booleans())))
def test_the_system_sees_a_key_come_up_when_it_saw_it_go_down_and_only_then(strokes: list[tuple[int, bool]]) -> None:
    """A key that hangs for the system changes every key that is pressed after it."""
    keyboard = Keyboard()
    seen_down: set[int] = set()
    hidden: set[int] = set()
    for vk, is_down in strokes:
        if is_down:
            passes = keyboard.down(vk)[0] is PASSES
            (seen_down if passes else hidden).add(vk)
        else:
            passes = keyboard.release(vk) is PASSES
            assert passes == (vk in seen_down or vk not in hidden)
            seen_down.discard(vk)
            hidden.discard(vk)


def test_a_key_that_alt_kept_away_comes_up_after_it_was_typed() -> None:
    keyboard = Keyboard()
    keyboard.down(L_ALT)
    assert keyboard.down(A)[0] is BLOCKED
    keyboard.release(L_ALT)
    assert keyboard.down(A)[0] is PASSES, "it repeats"
    assert keyboard.release(A) is PASSES


def test_a_key_that_was_typed_comes_up_although_alt_is_down() -> None:
    keyboard = Keyboard()
    keyboard.down(A)
    keyboard.down(L_ALT)
    assert keyboard.down(A)[0] is BLOCKED, "it repeats"
    assert keyboard.release(A) is PASSES


@pytest.mark.parametrize("key", [TAB, ESCAPE, DELETE, 0x25, 0x26])
def test_altgr_with_a_key_that_types_nothing_is_ctrl_and_alt(key: int) -> None:
    """Ctrl+Alt+Tab shows what else runs, and Ctrl+Alt with an arrow turns the screen of some adapters."""
    keyboard = Keyboard()
    keyboard.down(L_CONTROL, scan=ALTGR_SCAN)
    keyboard.down(R_ALT)
    assert keyboard.down(key)[:2] == (BLOCKED, f"Ctrl+Alt+{key_name(key)}")


def test_an_altgr_that_the_secure_screen_swallowed_hides_no_alt() -> None:
    """On a layout without AltGr the same key is Alt, and Alt+Tab leads out."""
    keyboard = Keyboard()
    keyboard.down(L_CONTROL, scan=ALTGR_SCAN)
    keyboard.down(R_ALT)
    keyboard.up |= {R_ALT}
    assert keyboard.down(A)[0] is PASSES
    keyboard.up.clear()
    keyboard.down(R_ALT)
    assert keyboard.down(A)[0] is BLOCKED


def test_after_the_secure_screen_the_super_key_does_not_hang() -> None:
    keyboard = Keyboard()
    keyboard.down(L_CONTROL)
    keyboard.down(L_ALT)
    keyboard.down(L_SUPER)
    keyboard.up |= {L_CONTROL, L_ALT}
    assert keyboard.down(A)[0] is PASSES


@given(st.integers(0, 255))
def test_every_key_has_a_name(vk: int) -> None:
    assert key_name(vk)


@pytest.mark.parametrize(
    ("message", "data", "button"),
    [
        (structs.WM_LBUTTONDOWN, 0, (Button.LEFT, True)),
        (structs.WM_RBUTTONUP, 0, (Button.RIGHT, False)),
        (structs.WM_MBUTTONDOWN, 0, (Button.MIDDLE, True)),
        (structs.WM_XBUTTONDOWN, 1 << 16, (Button.BACK, True)),
        (structs.WM_XBUTTONUP, 2 << 16, (Button.FORWARD, False)),
        (structs.WM_MOUSEMOVE, 0, None),
        (structs.WM_MOUSEWHEEL, 120 << 16, None),
    ],
)
def test_messages_of_the_mouse(message: int, data: int, button: tuple[Button, bool] | None) -> None:
    assert button_of(message, data) == button


def test_only_the_left_button_does_anything() -> None:
    buttons = ButtonFilter(policy=InputPolicy())
    assert buttons.decide((Button.LEFT, True), injected=False) is PASSES
    for button in (Button.RIGHT, Button.MIDDLE, Button.BACK, Button.OTHER):
        assert buttons.decide((button, True), injected=False) is BLOCKED
        assert buttons.decide((button, False), injected=False) is BLOCKED
        assert buttons.decide((button, False), injected=False) is PASSES
    assert buttons.decide(None, injected=False) is PASSES
    assert buttons.decide(None, injected=True) is PASSES
    assert buttons.decide((Button.LEFT, True), injected=True) is Verdict.INJECTED


def test_a_finger_is_no_program() -> None:
    assert is_touch(0xFF51_5780)
    assert not is_touch(0)
