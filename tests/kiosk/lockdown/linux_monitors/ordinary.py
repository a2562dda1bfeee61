"""What happens at a desk while nobody does anything wrong."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.input_policy import Modifier
from tests.kiosk.lockdown.linux_monitors.day import OWN_DISPLAY, Day
from tests.kiosk.lockdown.linux_monitors.made_up import USER, audio_socket, button

Happening = Callable[[Day], None]
TEXT = "The queue was longest on Monday mornings"


def typing(day: Day) -> None:
    for letter in TEXT.lower():
        day.press(letter)
    day.press("c", Modifier.CONTROL)
    day.press("v", Modifier.CONTROL)
    day.wait(60)


def slips(day: Day) -> None:
    day.press("F1")
    day.press("Tab", Modifier.ALT)
    day.press("Super")
    day.says(IncidentKind.POINTER_BLOCKED, button="right", count="1")
    day.says(IncidentKind.DRAG_BLOCKED, count="1")
    day.wait(5)


def brightness_and_volume(day: Day) -> None:
    for key in ("BrightnessUp", "BrightnessDown", "VolumeUp", "VolumeDown", "VolumeMute", "CapsLock") * 30:
        day.press(key)
    day.wait(1)


def a_break(day: Day) -> None:
    day.wait(600)


def asleep_and_a_tap(day: Day) -> None:
    """While a machine wakes up, everything is enumerated anew and the kernel's own console flickers past."""
    machine = day.machine
    machine.look.put("sys/class/tty/tty0/active", "tty63\n")
    machine.sleep(day.random.randint(5_000, 3_600_000))
    machine.unplug("1-1")
    inputs = list(machine.inputs)
    machine.list_inputs(inputs[0])
    machine.empty_socket("card0-eDP-1")
    day.says(IncidentKind.GRAB_LOST, seconds="0.4")
    day.says(IncidentKind.FOCUS_LOST, milliseconds="400", program="")
    day.wait(0.5)
    machine.look.put("sys/class/tty/tty0/active", "tty7\n")
    machine.plug("1-1", "046d", "c31c", "USB Keyboard", "03")
    machine.list_inputs(*inputs)
    day.wait(1)
    machine.set_socket("card0-eDP-1", None)
    day.wait(1)
    machine.set_socket("card0-eDP-1", OWN_DISPLAY)
    day.wait(5)
    day.tap()


def a_lid_and_a_tap(day: Day) -> None:
    day.machine.set_lid("closed")
    day.wait(3)
    day.machine.set_lid("open")
    day.wait(3)
    day.tap()


def a_display_that_is_probed_again(day: Day) -> None:
    day.machine.set_socket("card0-eDP-1", OWN_DISPLAY, lit=False)
    day.wait(day.random.choice((1, 60)))
    day.machine.empty_socket("card0-eDP-1")
    day.says(IncidentKind.DISPLAY_REMOVED, display="eDP-1")
    day.wait(day.random.uniform(0.5, 6))
    day.machine.set_socket("card0-eDP-1", None)
    day.says(IncidentKind.DISPLAY_ADDED, display="eDP-1", geometry="1920x1080+0+0")
    day.wait(1)
    day.machine.set_socket("card0-eDP-1", OWN_DISPLAY)
    day.wait(1)


def the_time_service(day: Day) -> None:
    day.machine.wall += day.random.choice((-300, 300))
    day.wait(1)


def on_battery(day: Day) -> None:
    for percent in range(100, 59, -4):
        day.machine.set_power(mains=False, percent=percent)
        day.wait(120)
    day.machine.set_power(mains=True, percent=60)
    day.wait(20)


def a_keyboard_enumerated_anew(day: Day) -> None:
    inputs = list(day.machine.inputs)
    day.machine.unplug("1-1")
    day.machine.list_inputs(*(block for block in inputs if "USB Keyboard" not in block))
    day.wait(day.random.uniform(0.1, 2))
    day.machine.plug("1-1", "046d", "c31c", "USB Keyboard", "03")
    day.machine.list_inputs(*inputs)
    day.wait(1)


def the_stick_enumerated_anew(day: Day) -> None:
    day.machine.unplug("1-2")
    day.wait(day.random.uniform(0.1, 20))
    day.machine.plug("1-2", "0951", "1666", "Site Stick", "08", serial="60A44C")
    day.wait(1)


def a_headset(day: Day) -> None:
    inputs = list(day.machine.inputs)
    day.machine.plug("1-4", "0d8c", "0014", "Headset", "01", "03")
    day.machine.list_inputs(*inputs, button("Headset", "event14"), audio_socket("HDA HDMI"))
    day.wait(2)
    day.machine.unplug("1-4")
    day.machine.list_inputs(*inputs)
    day.wait(2)


def a_screen_reader(day: Day) -> None:
    day.says(IncidentKind.ASSISTIVE_CLIENT, program="orca")
    day.machine.run(5_000, "orca", "/usr/bin/python3", uid=USER)
    day.wait(2)


def cron(day: Day) -> None:
    machine = day.machine
    machine.look.put("run/systemd/sessions/c9", "UID=0\nREMOTE=0\nSERVICE=cron\nCLASS=background\nSTATE=active\n")
    machine.run(6_000, "run-parts", "/usr/bin/run-parts", uid=0)
    machine.run(6_001, "unattended-upgr", "/usr/bin/python3", uid=0)
    machine.run(6_002, "kworker/1:2", "", uid=0)
    machine.run(6_003, "ffmpeg", "/usr/bin/ffmpeg", uid=33)
    day.wait(12)
    for pid in (6_000, 6_001, 6_002, 6_003):
        machine.end(pid)
    machine.look.remove("run/systemd/sessions/c9")
    day.wait(1)


def a_slow_disk(day: Day) -> None:
    day.hold_up(day.random.randint(100, 1_900))


def logs_are_rotated(day: Day) -> None:
    day.machine.run(6_100, "logrotate", "/usr/sbin/logrotate", uid=0)
    day.machine.look.free = (day.machine.look.free or 0) - 300
    day.wait(20)
    day.machine.look.free += 280
    day.machine.end(6_100)
    day.wait(5)


ORDINARY: tuple[Happening, ...] = (
    typing,
    slips,
    brightness_and_volume,
    a_break,
    asleep_and_a_tap,
    a_lid_and_a_tap,
    a_display_that_is_probed_again,
    the_time_service,
    on_battery,
    a_keyboard_enumerated_anew,
    the_stick_enumerated_anew,
    a_headset,
    a_screen_reader,
    cron,
    a_slow_disk,
    logs_are_rotated,
)
