"""What an input method is given: a system, a screen and a folder, and no bus, home or seat."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest

from kiosk.lockdown.input_methods import InputMethod
from kiosk.lockdown.linux.environment import Screen, ScreenSystem, window_environment, without_input_method
from kiosk.lockdown.linux.input_method import (
    NEEDED,
    SOCKET,
    address_file,
    bus,
    input_method_environment,
    input_method_tree,
    lacking,
    programs,
    settings_of,
)
from kiosk.lockdown.linux.namespaces import Access
from kiosk.lockdown.linux.sandbox import SandboxPlan, decode_plan, encode_plan
from kiosk.lockdown.linux.seccomp import ALLOW, ARCHITECTURES, REFUSED, STARTING
from tests.kiosk.lockdown.linux.test_seccomp import answer

SCREEN = Screen(system=ScreenSystem.X11, name=":7", socket="/tmp/.X11-unix/X7")


def test_only_its_folder_can_be_written_and_only_its_user_has_a_name(tmp_path: Path) -> None:
    tree = input_method_tree(tmp_path / "input", SCREEN, None, owner=(1001, 1002))
    assert [each.path for each in tree.places if each.access is Access.WRITE] == [str(tmp_path / "input")]
    assert not [each for each in tree.places if each.access is Access.DEVICE]
    assert not [each.path for each in tree.places if each.path.startswith(("/home", "/root", "/var/lib/seat"))]
    users = next(each.data for each in tree.given if each.path == "/etc/passwd")
    assert users == b"exam:x:1001:1002::/run/exam/home:/bin/false\n"


def test_nothing_of_the_environment_arrives_but_a_language() -> None:
    untrusted = {"LANG": "ja_JP.UTF-8", "GTK_MODULES": "x", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/x", "HOME": "/root"}
    given = input_method_environment(untrusted, SCREEN)
    assert given["LANG"] == "ja_JP.UTF-8"
    assert given["DBUS_SESSION_BUS_ADDRESS"] == "disabled:"
    assert given["HOME"].startswith("/run/exam/")
    assert "GTK_MODULES" not in given
    assert input_method_environment({"LANG": "../x"}, SCREEN)["LANG"] == "C.UTF-8"


def test_a_window_is_told_of_it_only_where_there_is_one() -> None:
    names = {"IBUS_ADDRESS_FILE", "QT_IM_MODULE"}
    assert not names & window_environment({}, SCREEN, supervisor=3).keys()
    given = window_environment({"QT_IM_MODULE": "xim"}, SCREEN, supervisor=3, input_method="/x/address")
    assert {name: given[name] for name in names} == {"IBUS_ADDRESS_FILE": "/x/address", "QT_IM_MODULE": "ibus"}
    without_input_method(given)
    assert given == window_environment({}, SCREEN, supervisor=3)


def test_the_window_finds_its_bus_by_a_file(tmp_path: Path) -> None:
    lines = dict(line.split("=", 1) for line in address_file(tmp_path).splitlines())
    assert lines == {"IBUS_ADDRESS": bus(tmp_path), "IBUS_DAEMON_PID": "1"}
    assert bus(tmp_path) == f"unix:path={tmp_path}/{SOCKET}"


def test_its_settings_leave_keys_and_layouts_alone() -> None:
    parser = configparser.ConfigParser()
    parser.read_string(settings_of(InputMethod(engine="libpinyin")))
    assert parser["desktop/ibus/general"]["use-system-keyboard-layout"] == "true"
    assert parser["desktop/ibus/general"]["preload-engines"] == "['libpinyin']"
    assert parser["desktop/ibus/general/hotkey"]["triggers"] == "@as []"


def test_what_is_missing_is_named() -> None:
    assert lacking(exists=lambda _: True) == ()
    assert lacking(exists=lambda path: path != NEEDED[0]) == (NEEDED[0],)
    assert set(NEEDED[:2]) <= set(programs())


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize("name", REFUSED)
def test_it_may_start_programs_and_nothing_else_more(machine: str, name: str) -> None:
    number = REFUSED[name][ARCHITECTURES[machine].column]
    if number is not None:
        assert (answer(machine, number, starts_programs=True) == ALLOW) == (name in STARTING)
        assert answer(machine, number) != ALLOW


def test_a_plan_says_so_and_a_windows_does_not(tmp_path: Path) -> None:
    tree = input_method_tree(tmp_path, SCREEN, None, owner=(1, 1))
    plan = SandboxPlan(supervisor=1, tree=tree, starts_programs=True)
    assert decode_plan(encode_plan(plan, ["x"])) == (plan, ("x",))
    assert not SandboxPlan(supervisor=1, tree=tree).starts_programs
