"""`kiosk office check-vectors`: what it prints and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.exam_packages.qti.writing_xml import item
from ui.command_line import main as command_line

RIGHT = {"id": "first", "item": "one.xml", "responses": {"RESPONSE": "B"}, "expected_outcomes": {"SCORE": 1}}
WRONG = {**RIGHT, "id": "second", "responses": {"RESPONSE": "A"}}
ABSENT = {**RIGHT, "id": "third", "item": "[absent].xml"}
SKIPPED = {**RIGHT, "recommendation": "wrong-expected"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.xml").write_bytes(item())
    return tmp_path


def run(folder: Path, *rows: object, options: tuple[str, ...] = ()) -> int:
    cases = folder / "cases.jsonl"
    cases.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in rows), "utf-8")
    return command_line.run(["office", "check-vectors", str(cases), "--items", str(folder), *options])


def test_all_passed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, RIGHT, RIGHT) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 0 failed, 0 refused"


def test_failures_and_refusals_are_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, RIGHT, WRONG, ABSENT, SKIPPED) == 1
    shown = capsys.readouterr().out
    assert shown.splitlines()[-1] == "1 passed, 1 failed, 1 refused"
    for text in ('{"RESPONSE": "A"}', '{"SCORE": 1}', '{"SCORE": 0.0}', "[absent].xml", "is not there", "1 skipped"):
        assert text in shown


def test_json_for_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, RIGHT, WRONG, options=("--json",)) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["failed"] == 1
    assert captured.err.splitlines()[-1] == "1 passed, 1 failed, 0 refused"


def test_a_file_that_is_none_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, RIGHT, "nothing") == 3
    assert "cases.jsonl:2" in capsys.readouterr().err
    assert (
        command_line.run(["office", "check-vectors", str(folder / "cases.jsonl"), "--items", str(folder / "no")]) == 3
    )
