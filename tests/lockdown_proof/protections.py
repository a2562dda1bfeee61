"""Every protection, the test that shows it, and the test that shows that it is needed; docs/lockdown-proof.md is made of this.

``python -m tests.lockdown_proof.protections`` writes the page anew. A place is a file of the tests and a test in it, with the
name of a case in brackets where one case of many is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "lockdown-proof.md"
BEGIN, END = "<!-- protections -->\n", "<!-- /protections -->"

_CHAIN: Final = "tests/lockdown_proof/test_chain.py"
_REAL: Final = "tests/lockdown_proof/test_real_window.py"
_X11: Final = "tests/lockdown_proof/test_x11_monitors.py"
_DAY: Final = "tests/kiosk/lockdown/test_false_alarms.py"
_SIGNS: Final = "tests/kiosk/lockdown/linux_monitors/test_machine_signs.py"
_PREPARED: Final = "tests/kiosk/lockdown/linux_monitors/test_prepared.py"
_KEYS: Final = "tests/ui/window/test_keys_x11.py"
_CAGE: Final = "tests/kiosk/lockdown/wayland/test_cage.py"
_COMPOSITOR: Final = "tests/kiosk/lockdown/wayland/test_backend.py"
_SERVER: Final = "tests/kiosk/lockdown/x11/test_operations.py"
_JOURNEY: Final = "tests/journeys/test_lockdown.py"
_SANDBOX: Final = "tests/kiosk/lockdown/linux/test_sandbox.py"


@dataclass(frozen=True, kw_only=True)
class Protection:
    """One protection.

    Attributes:
        what: in words.
        name: of the operation, monitor or probe in the capability table; empty where it stands in none.
        shown: tests that fail where it is broken.
        without: tests that run it switched off and see what then comes through.
    """

    what: str
    name: str = ""
    shown: Sequence[str]
    without: Sequence[str]


def _left_out(*cases: str) -> tuple[str, ...]:
    return tuple(f"{_CHAIN}::test_without_its_wall_it_does[{case}]" for case in cases)


def _wall(what: str, name: str, *cases: str) -> Protection:
    return Protection(what=what, name=name, shown=(f"{_CHAIN}::test_nothing_gets_out",), without=_left_out(*cases))


def _monitor(what: str, name: str, *cases: str) -> Protection:
    """Both in one test: told by all monitors together, and not by all but this one."""
    tests = tuple(f"{_DAY}::test_a_real_thing_is_noticed_and_is_not_without_its_monitor[{case}]" for case in cases)
    return Protection(what=what, name=name, shown=tests, without=tests)


def _x11(what: str, name: str) -> Protection:
    tests = (f"{_X11}::test_a_happening_is_told_and_without_its_monitor_is_not[{name}]",)
    return Protection(what=what, name=name, shown=tests, without=tests)


def _prepared(what: str, name: str) -> Protection:
    return Protection(
        what=what,
        name=name,
        shown=(
            f"{_PREPARED}::test_a_prepared_system_prevents_all_of_it",
            "tests/kiosk/lockdown/preparing/test_generated.py::test_the_probes_call_a_prepared_system_prepared",
        ),
        without=(
            f"{_PREPARED}::test_half_of_a_protection_is_none",
            f"{_PREPARED}::test_a_system_that_is_not_prepared_prevents_none",
        ),
    )


def _compositor(what: str, name: str) -> Protection:
    return Protection(
        what=what,
        name=name,
        shown=(f"{_CAGE}::test_a_nested_cage_is_known_for_what_it_is",),
        without=(f"{_COMPOSITOR}::test_what_is_missing_counts",),
    )


WALLS: Final = (
    _wall(
        "Connections and datagrams to other machines and to this one, names asked, abstract sockets",
        "linux/sandbox-network",
        "network",
        "network,calls",
    ),
    _wall("Other programs: started, seen, sent signals", "linux/sandbox-processes", "calls", "processes"),
    _wall("Root's rights; files of others", "linux/sandbox-privileges", "limit,privileges"),
    Protection(
        what="Memory read by another program of the same user; debuggers' calls",
        name="linux/sandbox-debugging",
        shown=(
            f"{_CHAIN}::test_no_other_program_of_its_user_reads_its_memory",
            f"{_CHAIN}::test_nothing_gets_out",
        ),
        without=(f"{_CHAIN}::test_no_other_program_of_its_user_reads_its_memory[debugging]", *_left_out("calls")),
    ),
    Protection(
        what="Answers in a crash file, and in swap",
        name="linux/sandbox-core-dumps",
        shown=(f"{_CHAIN}::test_a_crash_leaves_no_file[cores]", *_left_out("limit,privileges")),
        without=(f"{_CHAIN}::test_a_crash_leaves_no_file[cores,debugging]", *_left_out("limit,memory,privileges")),
    ),
    _wall("Variables that make programs load or open something", "linux/sandbox-environment", "environment"),
    _wall("Files, disks and services of the machine", "", "files,processes"),
    _wall("Memory that programs share", "", "messages"),
    Protection(
        what="A window that outlives its supervisor, also one that hangs",
        shown=(f"{_CHAIN}::test_a_window_that_hangs_dies_with_its_supervisor",),
        without=(
            f"{_CHAIN}::test_a_window_that_hangs_dies_with_its_supervisor[parent]",
            f"{_SANDBOX}::test_without_that_it_outlives_them",
        ),
    ),
    Protection(
        what="Screen readers read the window where one is wanted, and only there",
        shown=(f"{_REAL}::test_it_is_read_where_that_is_wanted_and_gets_nowhere[wanted]",),
        without=(f"{_REAL}::test_it_is_read_where_that_is_wanted_and_gets_nowhere[without]",),
    ),
)

WINDOW: Final = (
    Protection(
        what="Keys of the system and of a window manager",
        name="window/keyboard-grab",
        shown=(f"{_KEYS}::test_a_window_manager_gets_no_key_and_no_click",),
        without=(f"{_KEYS}::test_without_the_grab_the_window_manager_gets_them",),
    ),
    Protection(
        what="Other buttons, menus, dragging",
        name="window/pointer-filter",
        shown=(f"{_KEYS}::test_without_a_window_manager_nothing_gets_into_the_text",),
        without=(f"{_KEYS}::test_an_editor_as_qt_makes_it_leaks_both_ways_and_takes_the_systems_keys",),
    ),
    Protection(
        what="Text through a clipboard, in and out",
        name="window/private-clipboard",
        shown=(f"{_KEYS}::test_nothing_goes_in_or_out_by_the_clipboards",),
        without=(
            f"{_KEYS}::test_an_editor_as_qt_makes_it_leaks_both_ways_and_takes_the_systems_keys",
            "tests/ui/readiness/test_self_test.py::test_each_protection_that_is_taken_away_is_found[clipboard]",
        ),
    ),
    Protection(
        what="Place, size and focus",
        shown=(
            f"{_KEYS}::test_a_window_that_is_moved_comes_back",
            f"{_KEYS}::test_a_focus_that_another_window_takes_comes_back",
        ),
        without=(f"{_KEYS}::test_a_window_that_looks_after_nothing_is_small_moved_inactive_and_takes_what_is_sent",),
    ),
)

SERVER: Final = (
    Protection(
        what="A screen that goes dark",
        name="x11/screen-saver",
        shown=(f"{_SERVER}::test_every_change_is_taken_back_to_the_byte_by_another_program",),
        without=(f"{_SERVER}::test_drift_is_seen", f"{_JOURNEY}::test_without_the_protections_nothing_of_it_happens"),
    ),
    Protection(
        what="Keys that repeat as they did",
        name="x11/key-repeat",
        shown=(f"{_SERVER}::test_every_change_is_taken_back_to_the_byte_by_another_program",),
        without=(f"{_SERVER}::test_drift_is_seen",),
    ),
    Protection(
        what="The keyboard layout that was in use comes back",
        name="x11/keyboard-group",
        shown=("tests/kiosk/lockdown/x11/test_keyboard_layouts.py::test_the_one_that_was_in_use_is_given_back",),
        without=("tests/kiosk/lockdown/x11/test_keyboard_layouts.py::test_another_one_is_used_by_every_program",),
    ),
    Protection(
        what="Further displays are dark",
        name="x11/one-display",
        shown=(f"{_SERVER}::test_all_but_the_seats_own_go_dark_also_mirrors_and_come_back",),
        without=(f"{_SERVER}::test_where_it_cannot_be_told_which_is_the_seats_own_none_goes_dark",),
    ),
    _x11("Windows of other programs", "x11/foreign-windows"),
    _x11("Focus that another program takes", "x11/focus"),
    _x11("Keys that a program presses", "x11/injected-input"),
    _x11("Keyboards and pointers, as the X server has them", "x11/input-devices"),
    _x11("Another keyboard layout", "x11/layout"),
    _x11("Another program owns a clipboard", "x11/selections"),
    _x11("Further displays, as the X server has them", "x11/displays"),
    Protection(
        what="The X server cannot be looked at any more",
        name="x11/server",
        shown=(f"{_X11}::test_a_server_that_breaks_is_told_and_without_its_watch_is_not",),
        without=(f"{_X11}::test_a_server_that_breaks_is_told_and_without_its_watch_is_not",),
    ),
)

MACHINE: Final = (
    _monitor("A cable, a wireless network, a tunnel", "linux/network", "a cable"),
    _monitor("Storage and telephones", "linux/usb", "a disk"),
    _monitor("Keyboards and pointers, as the kernel has them", "linux/input-devices", "a second keyboard"),
    _monitor("Another console, another user", "linux/consoles", "another console", "another user"),
    _monitor("Logins from other machines", "linux/remote-sessions", "somebody afar"),
    _monitor("Programs that control or record", "linux/processes", "a remote control", "a renamed one"),
    _monitor("A debugger at the window", "linux/debugger", "a debugger"),
    _monitor("Files of the program that were changed", "linux/integrity", "a changed program"),
    _monitor("Further displays, as the kernel has them", "linux/display-links", "a second display"),
    _monitor("Sleep", "linux/sleep", "sleep"),
    _monitor("A closed lid", "linux/lid", "the lid"),
    _monitor("A power cut, an empty battery", "linux/power", "a power cut", "an empty battery"),
    _monitor("A full disk", "linux/disk", "a full disk"),
    _monitor("The power key", "linux/power-key", "the power key"),
    _monitor("A clock that is set", "linux/clock", "a set clock"),
    _monitor("Updates", "linux/updates", "an update"),
    _monitor("Variables that nobody gave", "linux/environment", "a slipped in library"),
    Protection(
        what="A virtual machine that says so",
        name="linux/virtual-machine",
        shown=(f"{_SIGNS}::test_a_virtual_machine_that_says_so_is_told_once",),
        without=(f"{_SIGNS}::test_without_its_monitor_a_virtual_machine_is_told_by_nobody",),
    ),
    _prepared("Other programs' windows, by a session without any", "prepared/session"),
    _prepared("Other consoles, by the system", "prepared/consoles"),
    _prepared("Storage, by the system", "prepared/storage"),
    _prepared("Changes to the program, by its owner", "prepared/program"),
)

COMPOSITOR: Final = (
    _compositor("Other programs' windows, by cage", "wayland/one-program"),
    Protection(
        what="Keys of the system, by cage",
        name="wayland/no-bindings",
        shown=(f"{_CAGE}::test_the_window_fills_the_output_and_no_key_leaves_it",),
        without=(
            f"{_COMPOSITOR}::test_what_is_missing_counts",
            f"{_CAGE}::test_without_its_filter_the_window_takes_keys_for_text",
        ),
    ),
    _compositor("Recording the screen, by cage", "wayland/no-capture"),
    _compositor("Keys that a program presses, by cage", "wayland/no-typing"),
    Protection(
        what="Another compositor in its place, or none",
        name="wayland/compositor",
        shown=(f"{_COMPOSITOR}::test_another_one_in_its_place_is_told",),
        without=(f"{_COMPOSITOR}::test_without_its_watch_nobody_tells_of_it",),
    ),
)

SUPERVISOR: Final = (
    Protection(
        what="A window that hangs is ended and comes back",
        shown=(f"{_JOURNEY}::test_what_breaks_comes_back_with_the_text",),
        without=(f"{_JOURNEY}::test_without_the_protections_nothing_of_it_happens",),
    ),
    Protection(
        what="What intrudes is covered, told and sealed",
        shown=(f"{_JOURNEY}::test_what_intrudes_is_covered_told_and_sealed",),
        without=(f"{_JOURNEY}::test_without_the_protections_nothing_of_it_happens",),
    ),
    Protection(
        what="The machine is given back, also after a kill at any step",
        shown=(
            "tests/kiosk/lockdown/test_giving_back.py::test_killed_at_every_single_step_all_is_back_and_stated",
            "tests/ui/lockdown/test_given_back.py::test_killed_at_any_time_of_its_start_or_end_nothing_is_left_over",
        ),
        without=(f"{_JOURNEY}::test_without_the_protections_nothing_of_it_happens",),
    ),
    Protection(
        what="What is forgiven is forgiven to that one thing",
        shown=(f"{_DAY}::test_eight_hours_of_ordinary_use_lock_nothing",),
        without=(
            f"{_DAY}::test_without_its_forgiving_it_would_lock",
            f"{_DAY}::test_nothing_ordinary_hides_a_real_thing",
        ),
    ),
)

GROUPS: Final[dict[str, tuple[Protection, ...]]] = {
    "The walls around the window": WALLS,
    "The window": WINDOW,
    "The X server": SERVER,
    "The machine": MACHINE,
    "cage": COMPOSITOR,
    "The supervisor": SUPERVISOR,
}


def every_protection() -> tuple[Protection, ...]:
    """Return all of them, in the order of the page."""
    return tuple(protection for group in GROUPS.values() for protection in group)


def table() -> str:
    """Return the page's tables."""
    parts = []
    for title, group in GROUPS.items():
        lines = [f"### {title}\n", "| Protection | By | Shown by | Switched off in |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {each.what} | {f'`{each.name}`' if each.name else '–'} | {_said(each.shown)} | {_said(each.without)} |"
            for each in group
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _said(places: Iterable[str]) -> str:
    """A test is said by its file's name, its own and its case."""
    return "; ".join(f"`{_short(place)}`" for place in places)


def _short(place: str) -> str:
    path, _, test = place.partition("::")
    return f"{Path(path).stem.removeprefix('test_')}: {test.removeprefix('test_')}"


def filled(page: str) -> str:
    """Return the page with its tables made anew."""
    before, begun, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    assert begun
    assert ended
    return f"{before}{begun}{table()}{ended}{after}"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
