"""Ordinary use never locks a seat; the real things each do, and each because of the one monitor that is there for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.lockdown.facts import Preset
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.judging import Rules
from tests.kiosk.lockdown.linux_monitors.day import LISTED_PROGRAM, Day
from tests.kiosk.lockdown.linux_monitors.made_up import EXAM_PROGRAM, USER, WINDOW, MadeUpMachine, edid_of, keyboard
from tests.kiosk.lockdown.linux_monitors.ordinary import (
    ORDINARY,
    Happening,
    a_display_that_is_probed_again,
    a_keyboard_enumerated_anew,
    asleep_and_a_tap,
)

HOURS = 8
LINES_AN_HOUR_MAX = 60
"""A log that people are to read."""
STRICT = Rules(preset=Preset.STRICT)
PAUSES = {IncidentKind.SUSPENDED, IncidentKind.LID_CLOSED}
LIVE = (Preset.STANDARD, Preset.STRICT)

Kind = IncidentKind
Change = Callable[[MadeUpMachine], object]


@pytest.mark.parametrize("preset", LIVE)
def test_eight_hours_of_ordinary_use_lock_nothing(preset: Preset) -> None:
    day = Day(Rules(preset=preset), seed=20_260)
    begun = day.machine.awake_ms
    while day.machine.awake_ms - begun < HOURS * 3_600_000:
        day.random.choice(ORDINARY)(day)
        day.wait(day.random.uniform(5, 240))
    day.end()
    assert day.followed(Consequence.LOCK) == []
    assert set(day.followed(Consequence.PAUSE)) == PAUSES
    assert Kind.CLOCK_JUMPED not in {incident.kind for incident in day.incidents}
    assert len(day.incidents) < HOURS * LINES_AN_HOUR_MAX
    warned = set(day.followed(Consequence.WARN))
    assert Kind.POWER_LOST in warned, "the day was ordinary, and not empty"


@pytest.mark.parametrize("preset", LIVE)
@pytest.mark.parametrize("happening", ORDINARY, ids=lambda happening: happening.__name__)
def test_nothing_ordinary_locks_by_itself(happening: Happening, preset: Preset) -> None:
    for seed in range(5):
        day = Day(Rules(preset=preset), seed=seed)
        day.wait(30)
        happening(day)
        day.end()
        assert day.followed(Consequence.LOCK) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    happenings=st.lists(st.sampled_from(ORDINARY), min_size=1, max_size=12),
    seed=st.integers(0, 2**32),
    preset=st.sampled_from(LIVE),
)
def test_nor_does_it_in_any_order(happenings: list[Happening], seed: int, preset: Preset) -> None:
    day = Day(Rules(preset=preset), seed=seed)
    for happening in happenings:
        happening(day)
        day.wait(day.random.uniform(0, 5))
    day.end()
    assert day.followed(Consequence.LOCK) == []


FORGIVEN: dict[str, tuple[Happening, str, object]] = {
    "a device that is back": (a_keyboard_enumerated_anew, "kiosk.lockdown.judging._RETURNS", {}),
    "a display that is back": (a_display_that_is_probed_again, "kiosk.lockdown.judging._RETURNS", {}),
    "a machine that wakes up": (asleep_and_a_tap, "kiosk.lockdown.judging.SETTLING_MS", 0),
    "the console of sleep": (asleep_and_a_tap, "kiosk.lockdown.linux.consoles.ASLEEP_MS", 0),
}
"""What is forgiven, by whom, and the same without the forgiving."""


@pytest.mark.parametrize("name", FORGIVEN)
def test_without_its_forgiving_it_would_lock(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    happening, forgiving, nothing = FORGIVEN[name]
    monkeypatch.setattr(forgiving, nothing)
    day = Day(STRICT, seed=2)
    happening(day)
    assert day.followed(Consequence.LOCK)


@dataclass(frozen=True)
class RealThing:
    """Something that is noticed by one monitor, and what follows in the preset "strict"."""

    monitor: str
    change: Change
    kind: IncidentKind
    consequence: Consequence


def _change_file(machine: MadeUpMachine) -> None:
    machine.look.put(EXAM_PROGRAM[1:], b"\x7fELF other")


def _add_file(machine: MadeUpMachine) -> None:
    machine.look.put("opt/exam/sitecustomize.py", b"import os")


def _trace(machine: MadeUpMachine) -> None:
    machine.run(WINDOW, "kiosk", EXAM_PROGRAM, tracer=1)


def _renamed_program(machine: MadeUpMachine) -> None:
    machine.run(900, "notes", "/home/exam/notes", uid=USER)
    machine.look.put("proc/900/exe", LISTED_PROGRAM)


def _log_in_from_afar(machine: MadeUpMachine) -> None:
    machine.look.put("run/systemd/sessions/5", "UID=0\nREMOTE=1\nSERVICE=sshd\nSTATE=active\n")


def _switch_user(machine: MadeUpMachine) -> None:
    machine.look.put("run/systemd/seats/seat0", "ACTIVE=c3\n")


def _second_keyboard(machine: MadeUpMachine) -> None:
    machine.list_inputs(*machine.inputs, keyboard("Small Keyboard"))


def _power_key(machine: MadeUpMachine) -> None:
    machine.power_key.presses = 1


def _fill_disk(machine: MadeUpMachine) -> None:
    machine.look.free = 20


def _slip_in(machine: MadeUpMachine) -> None:
    machine.look.put(f"proc/{WINDOW}/environ", b"LANG=C\0LD_PRELOAD=/home/exam/x.so\0")


def _set_clock(machine: MadeUpMachine) -> None:
    machine.wall += 3_600_000


NOTE, WARN, PAUSE, LOCK = Consequence.NOTE, Consequence.WARN, Consequence.PAUSE, Consequence.LOCK
REAL: dict[str, RealThing] = {
    "a cable": RealThing("linux/network", lambda m: m.set_interface("enp3s0"), Kind.NETWORK_UP, LOCK),
    "a disk": RealThing(
        "linux/usb", lambda m: m.plug("2-1", "0781", "5581", "Disk", "08"), Kind.USB_STORAGE_ADDED, LOCK
    ),
    "a second keyboard": RealThing("linux/input-devices", _second_keyboard, Kind.INPUT_DEVICE_ADDED, LOCK),
    "another console": RealThing(
        "linux/consoles", lambda m: m.look.put("sys/class/tty/tty0/active", "tty2\n"), Kind.CONSOLE_SWITCHED, LOCK
    ),
    "another user": RealThing("linux/consoles", _switch_user, Kind.USER_SWITCHED, LOCK),
    "somebody afar": RealThing("linux/remote-sessions", _log_in_from_afar, Kind.REMOTE_SESSION, LOCK),
    "a remote control": RealThing(
        "linux/processes", lambda m: m.run(900, "x11vnc", "/usr/bin/x11vnc", uid=0), Kind.PROCESS_FORBIDDEN, LOCK
    ),
    "a renamed one": RealThing("linux/processes", _renamed_program, Kind.PROCESS_FORBIDDEN, LOCK),
    "a debugger": RealThing("linux/debugger", _trace, Kind.DEBUGGER_FOUND, LOCK),
    "a changed program": RealThing("linux/integrity", _change_file, Kind.FILES_CHANGED, LOCK),
    "a file beside the program": RealThing("linux/integrity", _add_file, Kind.FILES_CHANGED, LOCK),
    "a second display": RealThing(
        "linux/display-links",
        lambda m: m.set_socket("card0-HDMI-A-1", edid_of("EPS", 0x1234)),
        Kind.DISPLAY_ADDED,
        LOCK,
    ),
    "sleep": RealThing("linux/sleep", lambda m: m.sleep(60_000), Kind.SUSPENDED, PAUSE),
    "the lid": RealThing("linux/lid", lambda m: m.set_lid("closed"), Kind.LID_CLOSED, PAUSE),
    "a power cut": RealThing("linux/power", lambda m: m.set_power(mains=False, percent=80), Kind.POWER_LOST, WARN),
    "an empty battery": RealThing("linux/power", lambda m: m.set_power(mains=False, percent=9), Kind.BATTERY_LOW, WARN),
    "a full disk": RealThing("linux/disk", _fill_disk, Kind.DISK_LOW, WARN),
    "the power key": RealThing("linux/power-key", _power_key, Kind.POWER_KEY_PRESSED, NOTE),
    "a set clock": RealThing("linux/clock", _set_clock, Kind.CLOCK_JUMPED, NOTE),
    "an update": RealThing(
        "linux/updates", lambda m: m.run(900, "dpkg", "/usr/bin/dpkg", uid=0), Kind.UPDATE_PENDING, NOTE
    ),
    "a slipped in library": RealThing("linux/environment", _slip_in, Kind.ENVIRONMENT_CHANGED, NOTE),
}


def notices(thing: RealThing, *, without: str = "") -> bool:
    day = Day(STRICT, seed=1, without=without)
    day.wait(30)
    thing.change(day.machine)
    day.wait(30)
    return thing.kind in day.followed(thing.consequence)


@pytest.mark.parametrize("name", REAL)
def test_a_real_thing_is_noticed_and_is_not_without_its_monitor(name: str) -> None:
    thing = REAL[name]
    assert notices(thing)
    assert not notices(thing, without=thing.monitor)


@pytest.mark.parametrize("happening", ORDINARY, ids=lambda happening: happening.__name__)
def test_nothing_ordinary_hides_a_real_thing(happening: Happening) -> None:
    """What is forgiven is forgiven to the one thing: a disk in the middle of all that locks."""
    day = Day(STRICT, seed=3)
    happening(day)
    REAL["a disk"].change(day.machine)
    REAL["another console"].change(day.machine)
    day.wait(2)
    assert {Kind.USB_STORAGE_ADDED, Kind.CONSOLE_SWITCHED} <= set(day.followed(Consequence.LOCK))


def test_every_monitor_has_its_real_thing() -> None:
    """A virtual machine is the exception: it is one from the first look on, and only noted."""
    names = {monitor.name for monitor in Day(STRICT, seed=1).monitors()}
    assert names == {thing.monitor for thing in REAL.values()} | {"linux/virtual-machine"}
