"""`kiosk seat prepare`: shown, done, done again, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from tests.kiosk.lockdown.preparing.trees import make_system, picture
from ui.command_line import main as command_line
from ui.command_line import seat_preparing
from ui.command_line.taking_back import NOT_UNDONE

FIXED = ("--program", "/opt/exam/kiosk", "--seat", "/var/lib/exam-seat")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_system(tmp_path / "system")


def run(root: Path, *words: str) -> int:
    return command_line.run(["seat", "prepare", "--root", str(root), *words])


def test_a_dry_run_shows_every_change_and_makes_none(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = picture(root)
    assert run(root, *FIXED, "--dry-run") == 0
    said = capsys.readouterr().out
    assert picture(root) == before
    assert "+ExecStart=/opt/exam/kiosk seat session /var/lib/exam-seat" in said
    assert "-ImplicitPolicyTarget=allow" in said
    assert "+ImplicitPolicyTarget=block" in said
    assert "/etc/systemd/system/display-manager.service → /dev/null" in said
    assert "exam is missing in passwd, group, shadow." in said
    assert "systemctl daemon-reload" in said
    assert run(root, *FIXED, "--yes") == 0
    after = picture(root)
    changed = {f"/{name}" for name, what in after.items() if what != before.get(name) and what[-1] is not None}
    shown = {place for place in changed if place in said}
    assert len(shown) > 25
    lists = {"/etc/passwd", "/etc/group", "/etc/shadow"}
    assert {place for place in changed - shown if not place.startswith("/var/lib/kiosk-seat-prepared/")} == lists


def test_prepared_twice_and_taken_back(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = picture(root)
    assert run(root, *FIXED, "--yes") == 0
    assert "Prepared." in capsys.readouterr().out
    assert run(root, *FIXED) == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert run(root, "--undo", "--dry-run") == 0
    assert "takes back /etc/systemd/system/kiosk-seat.service" in capsys.readouterr().out
    assert run(root, "--undo", "--yes") == 0
    assert "changes were taken back" in capsys.readouterr().out
    assert picture(root) == before
    assert run(root, "--undo") == 0
    assert "Nothing is prepared here." in capsys.readouterr().out


def test_nothing_happens_without_a_yes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = picture(root)
    monkeypatch.setattr("typer.confirm", _no)
    assert run(root, *FIXED) != 0
    assert picture(root) == before


def _no(question: str, *, abort: bool) -> bool:
    assert question
    assert abort
    raise typer.Abort


def test_what_will_not_be_prevented_is_said(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "usr/sbin/nft").unlink()
    assert run(root, *FIXED, "--yes") == 0
    assert "network: There is no nft" in capsys.readouterr().err


def test_what_cannot_be_taken_back_is_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(root, *FIXED, "--yes") == 0
    place = root / "etc/kiosk-seat/network.nft"
    place.unlink()
    place.mkdir()
    (place / "x").touch()
    assert run(root, "--undo", "--yes") == NOT_UNDONE
    assert "network.nft" in capsys.readouterr().err
    (place / "x").unlink()
    place.rmdir()
    assert run(root, "--undo", "--yes") == 0


@pytest.mark.parametrize("words", [["--user", "root"], ["--seat", "/home/x"], ["--storage", "usbguard"]])
def test_wishes_that_cannot_be_are_refused_in_a_sentence(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_system(tmp_path / "bare", usbguard=False)
    before = picture(root)
    assert run(root, "--program", "/opt/exam/kiosk", *words, "--yes") == command_line.MACHINE
    assert "Traceback" not in capsys.readouterr().err
    assert picture(root) == before


def test_a_program_that_is_not_there_says_nothing() -> None:
    assert seat_preparing._said("no-such-program-anywhere", "word") == ""
