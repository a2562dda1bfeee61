"""`kiosk office lint`: sentences for people, one object for programs, and an exit code that says whether it would build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.exam_packages.qti import samples
from tests.exam_packages.qti.test_source_linting import BAD, GOOD
from ui.command_line import main as command_line


def test_a_sample_is_ready(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["office", "lint", str(samples.folder(samples.SAMPLES[1]))]) == 0
    assert "0 errors" in capsys.readouterr().out


def test_findings_are_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.xml").write_bytes(BAD)
    assert command_line.run(["office", "lint", str(tmp_path / "bad.xml")]) == 3
    shown = capsys.readouterr().out
    assert "error bad.xml:8:<customInteraction>: is a custom interaction [element-refused]." in shown
    assert "1 documents: 1 errors, 0 notes." in shown


def test_findings_are_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.xml").write_bytes(BAD)
    assert command_line.run(["office", "lint", str(tmp_path / "bad.xml"), "--json"]) == 3
    shown = json.loads(capsys.readouterr().out)
    assert (shown["documents"], shown["errors"], shown["notes"]) == (1, 1, 0)
    (found,) = shown["findings"]
    assert found.keys() == {"file", "line", "element", "rule", "message", "remedy", "severity"}
    assert (found["file"], found["line"], found["severity"]) == ("bad.xml", 8, "error")


def test_a_good_document_is_exit_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.xml").write_bytes(GOOD)
    assert command_line.run(["office", "lint", str(tmp_path / "good.xml"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


@pytest.mark.parametrize("name", ["missing", "a.pdf"])
def test_what_is_no_source_is_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    assert command_line.run(["office", "lint", str(tmp_path / name)]) == 3
    assert name in "".join(capsys.readouterr())
