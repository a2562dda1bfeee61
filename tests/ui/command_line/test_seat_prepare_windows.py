"""`kiosk seat prepare` on Windows: shown, done, done again, taken back; on a machine that is made up."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest
import typer

from kiosk.lockdown.facts import Preset
from kiosk.lockdown.preparing.wishes import CannotPrepare
from kiosk.lockdown.windows.api import Hive, Value, Win32Failed
from kiosk.lockdown.windows.preparing_wishes import Feature, WindowsWishes
from kiosk.lockdown.windows.service import NAME
from kiosk.lockdown.windows.structs import REG_SZ
from tests.kiosk.lockdown.windows.fake_admin import FakeAdmin
from ui.command_line import seat_prepare_windows as windows
from ui.command_line.taking_back import NOT_UNDONE

SID = "S-1-5-21-1-2-3-1001"
WISHES = WindowsWishes(
    program=PureWindowsPath("C:\\Program Files\\Exam\\kiosk.exe"),
    seat=PureWindowsPath(windows.SEAT),
    user="exam",
    user_sid=SID,
)
VERSION = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"


def made_up(folder: Path, edition: str) -> FakeAdmin:
    admin = FakeAdmin(folder / "kiosk-seat")
    value = Value(type=REG_SZ, data=f"{edition}\0".encode("utf-16-le"))
    admin.registry.write(Hive.MACHINE, VERSION, "EditionID", value)
    return admin


@pytest.fixture
def admin(tmp_path: Path) -> FakeAdmin:
    admin = made_up(tmp_path, "EnterpriseS")
    admin.powershell.features = dict.fromkeys((each.value for each in Feature), True)
    admin.powershell.is_ready = True
    return admin


def prepare(admin: FakeAdmin, *, dry_run: bool = False, yes: bool = True) -> None:
    windows.prepare(admin.machine(), WISHES, dry_run=dry_run, yes=yes)


def test_a_dry_run_shows_every_change_and_makes_none(admin: FakeAdmin, capsys: pytest.CaptureFixture[str]) -> None:
    before = admin.picture()
    prepare(admin, dry_run=True)
    said = capsys.readouterr().out
    assert admin.picture() == before
    assert "+HKLM\\Software\\Policies\\Microsoft\\Windows\\WindowsUpdate\\ActiveHoursStart = 6" in said
    assert '+"C:\\Program Files\\Exam\\kiosk.exe" seat service C:\\ProgramData\\exam-seat --user-sid' in said
    assert "Do-It SetCustomShell" in said
    assert "Id = 'Ctrl+Alt+Del'" in said
    assert "+<AppLockerPolicy" in said
    assert "feature/" not in said  # they are on already


def test_prepared_twice_and_taken_back(admin: FakeAdmin, capsys: pytest.CaptureFixture[str]) -> None:
    before = admin.picture()
    prepare(admin)
    assert "Prepared." in capsys.readouterr().out
    prepare(admin, yes=False)
    assert "nothing was changed" in capsys.readouterr().out
    prepare(admin, dry_run=True)
    assert "nothing would be changed" in capsys.readouterr().out
    windows.undo(admin.machine(), dry_run=True, yes=False)
    assert f"takes back prepare/service/{NAME}" in capsys.readouterr().out
    windows.undo(admin.machine(), dry_run=False, yes=True)
    assert "changes were taken back" in capsys.readouterr().out
    assert admin.picture() == before
    windows.undo(admin.machine(), dry_run=False, yes=False)
    assert "Nothing is prepared here." in capsys.readouterr().out


def test_nothing_happens_without_a_yes(admin: FakeAdmin, monkeypatch: pytest.MonkeyPatch) -> None:
    before = admin.picture()
    monkeypatch.setattr("typer.confirm", _no)
    with pytest.raises(typer.Abort):
        prepare(admin, yes=False)
    assert admin.picture() == before


def _no(question: str, *, abort: bool) -> bool:
    assert question
    assert abort
    raise typer.Abort


def test_what_an_edition_lacks_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = made_up(tmp_path, "Core")
    home.services.restarts = False
    prepare(home)
    said = " ".join(capsys.readouterr().err.split())
    assert "Windows Core has no Shell Launcher" in said
    assert "Windows Core has no Keyboard Filter" in said
    assert "does not say that it starts the service again" in said
    assert not home.powershell.ran
    assert "--shell-starts" not in home.services.there[NAME].command


def test_what_cannot_be_taken_back_is_named(admin: FakeAdmin, capsys: pytest.CaptureFixture[str]) -> None:
    prepare(admin)
    admin.powershell.fails = "SetEnabled"
    with pytest.raises(typer.Exit) as ended:
        windows.undo(admin.machine(), dry_run=False, yes=True)
    assert ended.value.exit_code == NOT_UNDONE
    assert "shell-launcher" in capsys.readouterr().err
    admin.powershell.fails = ""
    windows.undo(admin.machine(), dry_run=False, yes=True)


def test_a_user_who_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = windows.Asked(program="C:\\kiosk\\kiosk.exe", seat=None, user="exam", preset=Preset.STRICT, stick=None)

    def nobody(name: str) -> str:
        raise Win32Failed(name, 1332)

    monkeypatch.setattr(windows, "sid_of_account", nobody)
    with pytest.raises(CannotPrepare, match="no user exam"):
        windows.wishes_of(asked)
    monkeypatch.setattr(windows, "sid_of_account", lambda _: SID)
    wishes = windows.wishes_of(asked)
    assert wishes.session_line() == "C:\\kiosk\\kiosk.exe seat session C:\\ProgramData\\exam-seat --preset strict"


def test_elsewhere_it_is_not_windows() -> None:
    with pytest.raises(OSError, match="64-bit Windows"):
        windows.here()
