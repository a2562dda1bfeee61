"""`kiosk office build`: keys stay in the office unless somebody says, in so many words, that they go along."""

from __future__ import annotations

from pathlib import Path

import pytest

from exam_packages.office.state import Office
from tests.exam_packages.office import offices
from tests.exam_packages.office.test_scored_at_seat import write_sources
from ui.command_line import main as command_line


def build(folder: Path, *options: str) -> int:
    passphrase = folder / "passphrase"
    passphrase.write_text(offices.PASSPHRASE)
    source = write_sources(folder / "exam")
    office = str(offices.fresh(folder).folder)
    return command_line.run(["office", "build", office, str(source), "--passphrase-file", str(passphrase), *options])


def test_a_route_that_needs_keys_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build(tmp_path) == 3
    shown = " ".join("".join(capsys.readouterr()).split())
    assert "[route-key]" in shown or "as scored at the seat" in shown


def test_scored_at_the_seat_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build(tmp_path, "--scored-at-seat") == 0
    assert "Scored at the seat: its answer keys and scoring rules are in the delivery package." in " ".join(
        capsys.readouterr().out.split()
    )


def test_the_name_for_rosters_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build(tmp_path, "--scored-at-seat") == 0
    shown = capsys.readouterr().out
    (home,) = (path.parent for path in tmp_path.rglob("office.json"))
    (record,) = (each for each in Office(home, offices.PASSPHRASE).packages() if f"Package {each.digest}" in shown)
    assert f"In rosters, the exam is called “{record.exam}”." in shown


def test_linting_asks_for_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = str(write_sources(tmp_path / "exam"))
    assert command_line.run(["office", "lint", source]) == 3
    assert "[route-key]" in capsys.readouterr().out
    assert command_line.run(["office", "lint", source, "--scored-at-seat"]) == 0
