from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.facts import Preset
from kiosk.lockdown.input_policy import HARMLESS, Button, InputPolicy, Modifier, RigRefused, Stroke, Verdict

POLICY = InputPolicy()
CONTROL, ALT, SHIFT, SUPER = Modifier.CONTROL, Modifier.ALT, Modifier.SHIFT, Modifier.SUPER
ALL_MODIFIERS = [
    frozenset(some) for count in range(len(Modifier) + 1) for some in itertools.combinations(Modifier, count)
]


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        ("Tab", {ALT}),
        ("Tab", {ALT, SHIFT}),
        ("Escape", {ALT}),
        ("Escape", {CONTROL}),
        ("Escape", {CONTROL, SHIFT}),
        ("F4", {ALT}),
        ("F1", set()),
        ("F24", {SHIFT}),
        ("d", {SUPER}),
        ("Super", set()),
        ("Print", set()),
        ("Print", {ALT}),
        ("Menu", set()),
        ("p", {CONTROL}),
        ("w", {CONTROL}),
        ("Tab", {CONTROL}),
        ("t", {CONTROL, ALT}),
        ("Delete", {CONTROL, ALT}),
        ("BackSpace", {CONTROL, ALT}),
        ("F1", {CONTROL, ALT}),
        ("space", {ALT}),
    ],
)
def test_what_belongs_to_the_system_is_blocked(key: str, modifiers: set[Modifier]) -> None:
    assert POLICY.decide(Stroke(key=key, modifiers=modifiers)) is Verdict.BLOCKED


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        ("a", set()),
        ("a", {SHIFT}),
        ("Tab", set()),
        ("Tab", {SHIFT}),
        ("Return", set()),
        ("Escape", set()),
        ("z", {CONTROL}),
        ("c", {CONTROL}),
        ("Left", {CONTROL, SHIFT}),
        ("Delete", set()),
        ("VolumeUp", set()),
        ("BrightnessDown", set()),
        ("é", set()),
    ],
)
def test_what_people_need_to_write_passes(key: str, modifiers: set[Modifier]) -> None:
    assert POLICY.decide(Stroke(key=key, modifiers=modifiers)) is Verdict.PASSES


@given(key=st.text(min_size=1, max_size=8), modifiers=st.sampled_from(ALL_MODIFIERS))
def test_nothing_with_alt_or_the_systems_key_passes_and_nothing_injected(
    key: str, modifiers: frozenset[Modifier]
) -> None:
    if modifiers & {ALT, SUPER} and key not in HARMLESS:
        assert POLICY.decide(Stroke(key=key, modifiers=modifiers)) is Verdict.BLOCKED
    assert POLICY.decide(Stroke(key=key, modifiers=modifiers, injected=True)) is Verdict.INJECTED


def test_a_rig_may_take_what_programs_send_but_nothing_more() -> None:
    rig = InputPolicy(takes_injected=True)
    assert rig.decide(Stroke(key="a", injected=True)) is Verdict.PASSES
    assert rig.decide(Stroke(key="Tab", modifiers={ALT}, injected=True)) is Verdict.BLOCKED
    assert rig.decide_button(Button.LEFT, injected=True) is Verdict.PASSES


@pytest.mark.parametrize("button", Button)
def test_only_the_left_button_does_anything(button: Button) -> None:
    assert (POLICY.decide_button(button) is Verdict.PASSES) == (button is Button.LEFT)
    assert POLICY.decide_button(button, injected=True) is Verdict.INJECTED


def test_a_stroke_reads_as_people_write_it() -> None:
    assert Stroke(key="Delete", modifiers={ALT, CONTROL}).combination == "Ctrl+Alt+Delete"


@pytest.mark.parametrize("preset", Preset)
def test_a_seat_for_exams_that_count_can_be_no_rig(preset: Preset) -> None:
    if preset is Preset.PRACTICE:
        assert InputPolicy.for_rig(preset).takes_injected
    else:
        with pytest.raises(RigRefused):
            InputPolicy.for_rig(preset)


def test_a_key_that_is_a_modifier_is_not_said_twice() -> None:
    assert Stroke(key="Super", modifiers={SUPER, ALT}).combination == "Alt+Super"
