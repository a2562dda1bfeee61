from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.catalogue import CATALOGUE
from kiosk.lockdown.displays import (
    EDID_BYTES,
    EDID_MAGIC,
    Display,
    DisplayWatch,
    EnrolledDisplay,
    fingerprint_of_edid,
    fingerprint_of_socket,
    the_enrolled,
)
from kiosk.lockdown.incidents import Consequence, IncidentKind

FULL = "1920x1080+0+0"
ADDED, REMOVED, CHANGED, UNKNOWN = (
    IncidentKind.DISPLAY_ADDED,
    IncidentKind.DISPLAY_REMOVED,
    IncidentKind.DISPLAY_CHANGED,
    IncidentKind.DISPLAY_UNKNOWN,
)


def edid(serial: int) -> bytes:
    return EDID_MAGIC + bytes([0x10, 0xAC, 0x40, 0xD0]) + serial.to_bytes(4, "little") + bytes(EDID_BYTES - 16)


def display(name: str = "HDMI-1", *, serial: int = 1, geometry: str = FULL) -> Display:
    return Display(name=name, fingerprint=fingerprint_of_edid(edid(serial)), geometry=geometry)


def silent(name: str = "HDMI-1", *, geometry: str = FULL) -> Display:
    fingerprint = fingerprint_of_socket(name, width_mm=0, height_mm=0)
    return Display(name=name, fingerprint=fingerprint, geometry=geometry, says_who=False)


OWN = display()
ENROLLED = EnrolledDisplay.of(OWN)


def watch(*displays: Display) -> DisplayWatch:
    """A watch that has looked once and seen these."""
    watch = DisplayWatch(enrolled=ENROLLED)
    watch.look(displays)
    return watch


def kinds(watch: DisplayWatch, *displays: Display) -> list[IncidentKind]:
    found = watch.look(displays)
    assert all(set(each.evidence) == set(CATALOGUE[each.kind].evidence) for each in found)
    return [each.kind for each in found]


def test_the_seats_own_display_alone_is_nothing_to_say() -> None:
    assert DisplayWatch(enrolled=ENROLLED).look([OWN]) == []


def test_another_one_that_shows_something_is_said_once_and_again_when_it_comes_back() -> None:
    seat = watch(OWN)
    projector = display("DP-2", serial=2, geometry="1280x720+1920+0")
    assert kinds(seat, OWN, projector) == [ADDED]
    assert kinds(seat, OWN, projector) == []
    assert kinds(seat, OWN) == [REMOVED]
    assert kinds(seat, OWN, projector) == [ADDED]


def test_one_that_was_there_before_the_first_look_is_said_too() -> None:
    assert kinds(DisplayWatch(enrolled=ENROLLED), OWN, display("DP-2", serial=2)) == [ADDED]


def test_a_mirror_is_another_display() -> None:
    assert kinds(watch(OWN), OWN, display("DP-2", serial=2, geometry=FULL)) == [ADDED]


def test_a_second_display_of_the_same_model_without_a_number_is_another_one() -> None:
    assert kinds(watch(OWN), OWN, display("DP-2", serial=1)) == [ADDED]


def test_a_dark_one_is_noted_and_said_loudly_only_when_it_lights_up() -> None:
    seat = watch(OWN)
    assert kinds(seat, OWN, display("DP-2", serial=2, geometry="")) == [CHANGED]
    assert CATALOGUE[CHANGED].strict is Consequence.NOTE
    assert ADDED in kinds(seat, OWN, display("DP-2", serial=2))


def test_the_same_display_in_another_socket_is_the_same_display() -> None:
    assert kinds(watch(OWN), display("DP-1")) == []


def test_a_display_that_says_nothing_while_it_is_probed_is_the_same_one() -> None:
    seat = watch(OWN)
    assert kinds(seat, silent()) == []
    assert kinds(seat, OWN) == []


def test_a_display_that_goes_and_comes_again_is_no_stranger() -> None:
    seat = watch(OWN)
    assert kinds(seat) == [REMOVED]
    assert kinds(seat, OWN) == []


def test_a_display_in_place_of_the_seats_own_is_unknown() -> None:
    assert set(kinds(watch(OWN), display(serial=7))) == {UNKNOWN, REMOVED}


def test_a_silent_one_in_another_socket_is_not_the_seats_own() -> None:
    assert the_enrolled([silent("DP-2")], ENROLLED) is None
    assert the_enrolled([display(serial=7)], ENROLLED) is None


def test_another_resolution_is_noted_with_what_it_was() -> None:
    seat = watch(OWN)
    found = seat.look([display(geometry="1024x768+0+0")])
    assert [(each.kind, each.evidence["before"]) for each in found] == [(CHANGED, FULL)]


def test_on_a_seat_without_an_enrolled_display_the_first_is_taken() -> None:
    seat = DisplayWatch()
    assert seat.look([]) == []
    assert seat.look([OWN]) == []
    assert kinds(seat, OWN, display("DP-2", serial=2)) == [ADDED]


@pytest.mark.parametrize("what", [b"", b"\0" * EDID_BYTES, edid(1)[:-1]])
def test_what_is_no_edid_is_none(what: bytes) -> None:
    with pytest.raises(ValueError, match="no EDID"):
        fingerprint_of_edid(what)


def test_what_follows_the_base_block_makes_no_other_display() -> None:
    assert fingerprint_of_edid(edid(1) + b"x" * 128) == fingerprint_of_edid(edid(1)) != fingerprint_of_edid(edid(2))


states = st.lists(
    st.builds(
        display,
        st.sampled_from(["HDMI-1", "DP-1", "DP-2"]),
        serial=st.integers(1, 3),
        geometry=st.sampled_from(["", FULL, "1280x720+1920+0"]),
    ),
    max_size=3,
    unique_by=lambda each: each.name,
)


@given(looks=st.lists(states, max_size=6))
def test_whatever_comes_a_lit_stranger_is_told_and_a_second_look_says_nothing(looks: list[list[Display]]) -> None:
    seat = DisplayWatch(enrolled=ENROLLED)
    lit_before: set[str] = set()
    for displays in looks:
        own = the_enrolled(displays, ENROLLED)
        lit = {each.name for each in displays if each.is_active and each is not own}
        told = {each.evidence["display"] for each in seat.look(displays) if each.kind in {ADDED, UNKNOWN}}
        assert told == lit - lit_before
        assert seat.look(displays) == []
        lit_before = lit
