"""Making a Windows machine a seat, per edition, and taking it back, on machines that are made up."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.preparing.preparation import Preparation
from kiosk.lockdown.preparing.wishes import CannotPrepare
from kiosk.lockdown.snapshots import Snapshot, SnapshotStore
from kiosk.lockdown.windows.api import Hive, Value
from kiosk.lockdown.windows.policies import POLICIES, RegistryNumbers
from kiosk.lockdown.windows.prepared import FILTER, FILTERED
from kiosk.lockdown.windows.preparing_plan import NUMBERS, SNAPSHOTS, gaps, plan, preparation_of
from kiosk.lockdown.windows.preparing_policy_file import applocker_policy
from kiosk.lockdown.windows.preparing_powershell import SCRIPT_MAX, encoded, json_of, run_powershell
from kiosk.lockdown.windows.preparing_shell import facts_of, keyboard_filter, quoted, shell_launcher
from kiosk.lockdown.windows.preparing_wishes import Feature, FeatureState, WindowsFacts, WindowsWishes
from kiosk.lockdown.windows.service import NAME
from kiosk.lockdown.windows.structs import REG_DWORD, REG_SZ
from tests.kiosk.lockdown.machine import PowerCutError
from tests.kiosk.lockdown.windows.fake_admin import FakeAdmin
from tests.simulators.clock import FakeClock

SID = "S-1-5-21-1-2-3-1001"
WISHES = WindowsWishes(
    program=PureWindowsPath("C:\\Program Files\\Exam\\kiosk.exe"),
    seat=PureWindowsPath("C:\\ProgramData\\exam-seat"),
    user="exam",
    user_sid=SID,
)
PRO = WindowsFacts(edition="Professional")
READY = WindowsFacts(edition="EnterpriseS", launcher=FeatureState.READY, key_filter=FeatureState.READY)
FRESH = WindowsFacts(edition="Education", launcher=FeatureState.OFF, key_filter=FeatureState.OFF)
EDITIONS = {"Professional": PRO, "Enterprise, made ready": READY, "Education, as bought": FRESH}
OTHER = Value(type=REG_SZ, data=b"o\0")


def made_up(folder: Path) -> FakeAdmin:
    admin = FakeAdmin(folder / "kiosk-seat")
    updates = NUMBERS["updates"][1][0]
    admin.registry.write(updates.hive, updates.key, updates.name, OTHER)
    admin.registry.write(Hive.MACHINE, FILTER, "Start", Value(type=REG_DWORD, data=b"\4\0\0\0"))
    admin.powershell.shells = {
        SID: {"shell": "it''s.exe /x", "action": "2", "codes": "0,-1", "code actions": "1,2"},
        "S-1-5-32-544": {"shell": "explorer.exe", "action": "0", "codes": "", "code actions": ""},
    }
    admin.registry.changes = 0
    return admin


@pytest.fixture
def admin(tmp_path: Path) -> FakeAdmin:
    return made_up(tmp_path)


def preparation(admin: FakeAdmin) -> Preparation:
    return preparation_of(admin.machine(), FakeClock())


def prepare(admin: FakeAdmin, facts: WindowsFacts, wishes: WindowsWishes = WISHES) -> tuple[str, ...]:
    return preparation(admin).prepare(plan(admin.machine(), facts, wishes))


def kinds(admin: FakeAdmin, facts: WindowsFacts) -> list[str]:
    return [operation.name.removeprefix("prepare/") for operation in plan(admin.machine(), facts, WISHES)]


ALWAYS = ["registry/power", "registry/updates", "registry/crash-files", "file/applocker.xml"]


def test_what_each_edition_gets(admin: FakeAdmin) -> None:
    features = ["windows/feature/Client-EmbeddedShellLauncher", "windows/feature/Client-KeyboardFilter"]
    keys = ["windows/keyboard-filter", "registry/keyboard-filter-service"]
    service = ["service/KioskSeat"]
    assert kinds(admin, PRO) == [*ALWAYS, *service]
    assert kinds(admin, WindowsFacts(edition="Core")) == [*ALWAYS, *service]
    assert kinds(admin, FRESH) == [*ALWAYS, *features, *service]
    assert kinds(admin, READY) == [*ALWAYS, *features, *keys, f"windows/shell-launcher/{SID}", *service]


def test_what_an_edition_does_not_have_is_named() -> None:
    said = " ".join(sentence for _, sentence in gaps(PRO))
    assert "Professional has no Shell Launcher" in said
    assert "Professional has no Keyboard Filter" in said
    said = " ".join(sentence for _, sentence in gaps(FRESH))
    assert said.count("start the machine, and prepare again") == 2
    said = " ".join(sentence for _, sentence in gaps(READY))
    assert "Shell Launcher" not in said
    assert "not in force" in said
    said = " ".join(sentence for _, sentence in gaps(WindowsFacts(edition="Enterprise")))
    assert "Keyboard Filter is not among the features" in said


def test_the_service_starts_the_session_where_no_shell_does(admin: FakeAdmin) -> None:
    prepare(admin, PRO)
    words = '"C:\\Program Files\\Exam\\kiosk.exe" seat service C:\\ProgramData\\exam-seat --user-sid ' + SID
    assert admin.services.there[NAME].command == f"{words} --preset standard"
    prepare(admin, READY)
    assert admin.services.there[NAME].command == f"{words} --preset standard --shell-starts"
    assert admin.powershell.shells[SID] == {
        "shell": '"C:\\Program Files\\Exam\\kiosk.exe" seat session C:\\ProgramData\\exam-seat --preset standard',
        "action": "0",
        "codes": "",
        "code actions": "",
    }
    assert admin.powershell.shell_enabled
    assert admin.powershell.default_shell == ("explorer.exe", "0")
    assert admin.powershell.shells["S-1-5-32-544"]["shell"] == "explorer.exe"
    assert all(admin.powershell.keys[f"key {key}"] == "true" for key in FILTERED)
    assert admin.powershell.keys["setting BreakoutKeyScanCode"] == "0"
    assert admin.powershell.keys["setting DisableKeyboardFilterForAdministrators"] == "true"
    start = admin.registry.read(Hive.MACHINE, FILTER, "Start")
    assert start == Value(type=REG_DWORD, data=b"\2\0\0\0")


@pytest.mark.parametrize("facts", EDITIONS.values(), ids=EDITIONS)
def test_what_was_prepared_is_taken_back(admin: FakeAdmin, facts: WindowsFacts) -> None:
    before = admin.picture()
    changed = prepare(admin, facts)
    assert len(changed) == len(plan(admin.machine(), facts, WISHES))
    assert not any(operation.verify() for operation in plan(admin.machine(), facts, WISHES))
    assert admin.picture() != before
    assert prepare(admin, facts) == ()
    report = preparation(admin).undo()
    assert report.as_found, [each for each in report.operations if not each.as_found]
    assert admin.picture() == before
    assert not (admin.folder / SNAPSHOTS).exists()


def changes_of(facts: WindowsFacts, folder: Path) -> int:
    admin = made_up(folder / "count")
    prepare(admin, facts)
    return admin.registry.changes


@pytest.mark.parametrize("facts", EDITIONS.values(), ids=EDITIONS)
def test_a_power_cut_at_any_change_can_be_taken_back(tmp_path: Path, facts: WindowsFacts) -> None:
    whole = changes_of(facts, tmp_path)
    assert whole >= 18
    for cut in range(1, whole + 1):
        admin = made_up(tmp_path / str(cut))
        before = admin.picture()
        admin.registry.cut_at = cut
        with pytest.raises(PowerCutError):
            prepare(admin, facts)
        admin.registry.changes, admin.registry.cut_at = 0, max(1, cut // 2)
        with pytest.raises(PowerCutError):  # and another one while it is taken back
            preparation(admin).undo()
        admin.registry.cut_at = None
        assert preparation(admin).undo().as_found
        assert admin.picture() == before


def test_other_wishes_change_what_is_there_and_go_back_all_the_same(admin: FakeAdmin) -> None:
    before = admin.picture()
    prepare(admin, READY)
    other = replace(WISHES, user="pupil", user_sid=SID[:-1] + "2", stick=PureWindowsPath("E:\\"[:2] + "\\stick"))
    prepare(admin, READY, other)
    assert "it''s.exe" in admin.powershell.shells[SID]["shell"]  # the first user's own is back
    assert "--stick E:\\stick" in admin.services.there[NAME].command
    assert preparation(admin).undo().as_found
    assert admin.picture() == before


def test_a_run_that_fails_is_taken_back(admin: FakeAdmin) -> None:
    before = admin.picture()
    admin.services.is_denied = True
    with pytest.raises(CannotPrepare, match=r"taken back"):
        prepare(admin, READY)
    admin.services.is_denied = False
    assert preparation(admin).undo().as_found
    assert admin.picture() == before


def test_what_cannot_be_taken_back_stays_noted(admin: FakeAdmin) -> None:
    prepare(admin, READY)
    admin.powershell.fails = "SetEnabled"
    report = preparation(admin).undo()
    assert [each.operation for each in report.operations if each.failure] == [f"prepare/windows/shell-launcher/{SID}"]
    admin.powershell.fails = ""
    assert preparation(admin).undo().as_found
    assert not admin.powershell.shell_enabled


def test_a_snapshot_is_not_believed_about_other_places(admin: FakeAdmin) -> None:
    elsewhere = POLICIES[next(iter(POLICIES))][0]
    place = RegistryNumbers(
        admin.registry,
        [replace(elsewhere, hive=Hive.MACHINE, key="Software\\Microsoft\\Windows\\CurrentVersion\\Run")],
        name="prepare/registry/power",
        concern=NUMBERS["power"][0],
    )
    store = SnapshotStore(admin.folder / SNAPSHOTS)
    wall = FakeClock().utc_ms()
    store.keep(Snapshot(number=1, operation=place.name, data=place.snapshot(), wall=wall))
    store.keep(Snapshot(number=2, operation="prepare/registry/updates", data=b"{}", wall=wall))
    store.keep(Snapshot(number=3, operation="prepare/firmware/x", data=b"{}", wall=wall))
    report = preparation(admin).undo()
    assert [bool(each.failure) for each in report.operations] == [True] * 3
    assert len(store.left()) == 3
    assert admin.registry.changes == 0


def evil(**names: str) -> WindowsWishes:
    given = {"program": str(WISHES.program), "seat": str(WISHES.seat), "stick": "E:\\stick", "user_sid": SID} | names
    return WindowsWishes(
        program=PureWindowsPath(given["program"]),
        seat=PureWindowsPath(given["seat"]),
        stick=PureWindowsPath(given["stick"]),
        user="exam",
        user_sid=given["user_sid"],
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user_sid", "S-1-5-21-1-2-3-500"),
        ("user_sid", "S-1-5-18"),
        ("program", "kiosk.exe"),
        ("program", "C:\\Users\\exam\\kiosk.exe"),
        ("seat", "C:\\exam'; Remove-Item x; '"),
        ("seat", 'C:\\exam" --user-sid x'),
        ("seat", "C:\\%TEMP%"),
        ("stick", "\\\\server\\share"),
    ],
)
def test_names_that_would_mean_something_else_are_refused(name: str, value: str) -> None:
    assert evil().session_words()[-2:] == ("--stick", "E:\\stick")
    with pytest.raises(CannotPrepare):
        evil(**{name: value})


@given(st.text(max_size=50))
def test_what_stands_in_a_script_is_one_text_or_refused(text: str) -> None:
    try:
        found = quoted(text)
    except ValueError:
        return
    assert re.fullmatch(r"'(?:[^'\u2018\u2019\u201a\u201b\n\r]|'')*'", found)
    assert found[1:-1].replace("''", "'") == text


def test_facts_are_asked_where_the_edition_has_them(admin: FakeAdmin) -> None:
    assert facts_of("Professional", admin.powershell) == PRO
    assert not admin.powershell.ran
    assert facts_of("Education", admin.powershell) == FRESH
    admin.powershell.features = dict.fromkeys((each.value for each in Feature), True)
    assert facts_of("EnterpriseS", admin.powershell).launcher is FeatureState.WAITING
    admin.powershell.is_ready = True
    assert facts_of("EnterpriseS", admin.powershell) == READY
    admin.powershell.features.clear()
    assert facts_of("IoTEnterprise", admin.powershell).key_filter is FeatureState.ABSENT


@pytest.mark.parametrize("answer", ["", "no", "[]", '"x"', "{", "{}\nWARNING", "[" * 100_000])
def test_an_answer_that_is_none_is_refused(answer: str) -> None:
    with pytest.raises(OperationFailed):
        json_of(answer, "x")
    with pytest.raises(OperationFailed):
        facts_of("Enterprise", lambda *_: answer)


@pytest.mark.parametrize("answer", ['{"launcher": 1}', '{"launcher": "maybe", "filter": "off"}'])
def test_facts_that_are_none_are_refused(answer: str) -> None:
    with pytest.raises(OperationFailed):
        facts_of("Enterprise", lambda *_: answer)


def test_what_wmi_says_is_not_run() -> None:
    evil = '{"key Alt+Tab\'; calc; \'": "true"}'
    with pytest.raises(OperationFailed, match="Keyboard Filter's words"):
        keyboard_filter(lambda _, script: evil if "ConvertTo" in script else "").apply()
    numbers = '{"enabled": "true", "shell": "x", "action": "0; calc", "codes": "", "code actions": ""}'
    shell = shell_launcher(lambda _, script: numbers if "ConvertTo" in script else "", sid=SID)
    with pytest.raises(OperationFailed, match="no list of numbers"):
        shell.apply()


def test_every_script_can_be_run(admin: FakeAdmin) -> None:
    prepare(admin, READY)
    preparation(admin).undo()
    facts_of("Enterprise", admin.powershell)
    assert len(admin.powershell.ran) > 10
    for script in admin.powershell.ran:
        text = base64.b64decode(encoded(script)).decode("utf-16-le")
        assert script in text
        assert len(encoded(script)) < 32_000
        for opening, closing in ("{}", "()", "[]"):
            assert script.count(opening) == script.count(closing)
        assert script.count("'") % 2 == 0
        assert script.count('"') % 2 == 0
    with pytest.raises(ValueError, match="at most"):
        encoded("x" * (SCRIPT_MAX + 1))


def test_without_powershell_it_is_said() -> None:
    with pytest.raises(OperationFailed, match="PowerShell"):
        run_powershell("x", "'y'")


def test_the_policy_file_is_one_and_denies_the_seat_s_user_only() -> None:
    policy = ET.fromstring(applocker_policy(WISHES.program, SID).encode())  # noqa: S314 - made here
    rules = policy.findall(".//FilePathRule")
    assert len({rule.get("Id") for rule in rules}) == len(rules)
    assert {rule.get("UserOrGroupSid") for rule in rules if rule.get("Action") == "Deny"} == {SID}
    allowed = {
        (rule.get("UserOrGroupSid"), condition.get("Path"))
        for rule in rules
        if rule.get("Action") == "Allow"
        for condition in rule.iter("FilePathCondition")
    }
    assert ("S-1-5-32-544", "*") in allowed
    assert ("S-1-1-0", "%PROGRAMFILES%\\*") in allowed
    assert not [path for _, path in allowed if path and "Exam" in path]
    elsewhere = applocker_policy(PureWindowsPath("D:\\Exam & Co\\kiosk.exe"), SID)
    assert 'Path="D:\\Exam &amp; Co\\*"' in elsewhere
    assert applocker_policy(WISHES.program, SID) == applocker_policy(WISHES.program, SID)
