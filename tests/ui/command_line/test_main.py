"""Errors become one sentence and the right exit code; nobody ever sees a traceback."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from signing.errors import FormRefused
from ui.command_line import main as command_line


def test_help_helps(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["--help"]) == 0
    shown = capsys.readouterr().out
    for group in ("office", "site", "seat", "inspect", "demo"):
        assert group in shown


@pytest.mark.parametrize("group", ["office", "site", "seat"])
def test_every_command_has_a_help_text(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run([group, "--help"]) == 0
    shown = capsys.readouterr().out
    assert "Usage: kiosk" in shown


def test_help_is_broken_by_the_terminal_and_not_by_its_source(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("typer.rich_utils.MAX_WIDTH", 100)
    assert command_line.run(["seat", "drill", "--help"]) == 0
    shown = capsys.readouterr().out
    start = shown.index("A seat of the drill's own")
    about = shown[start : shown.index("╭", start)].rstrip().split("\n")
    assert len(about) >= 3
    assert min(len(line.rstrip()) for line in about[:-1]) > 80


def test_help_shows_what_is_typed_and_no_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("typer.rich_utils.MAX_WIDTH", 100)
    for words, usage in (
        (["seat", "mirror"], "[DIR]"),
        (["seat", "restore"], "[SEAT]"),
        (["site", "upload"], "--json"),
        (["seat", "session"], "--assistive"),
    ):
        assert command_line.run([*words, "--help"]) == 0
        shown = capsys.readouterr().out
        assert usage in shown
        assert "[[" not in shown, "one pair of brackets says that it may be left out"
        assert "<bool>" not in shown, "nothing is typed behind an option that is given or not"


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["office", "nonsense"], ["inspect"], ["seat", "status", "--nonsense"]]
)
def test_wrong_usage_is_2_and_names_the_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(arguments) == 2
    assert "--help" in capsys.readouterr().err


def test_a_missing_file_is_4_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["inspect", str(tmp_path / "nothing.exam")]) in (2, 4)
    assert "nothing.exam" in capsys.readouterr().err.replace("\n", "")


def test_refused_is_3_and_says_layer_and_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise FormRefused("the magic is not that of an exam package", place="a.exam")

    monkeypatch.setattr(command_line, "_command", lambda _words: refuse)
    assert command_line.run(["x"]) == 3
    shown = capsys.readouterr().err
    assert "Refused (form): a.exam: the magic is not that of an exam package." in shown


def test_a_fault_of_ours_is_4_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    trace = tmp_path / "trace.txt"
    monkeypatch.setenv("KIOSK_TRACE", str(trace))
    monkeypatch.setattr(command_line, "_command", lambda _words: fail)
    assert command_line.run(["x"]) == 4
    assert "Traceback" not in capsys.readouterr().err
    assert "ZeroDivisionError" in trace.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "full"),
        (errno.EACCES, "permissions"),
        (errno.EROFS, "only be read"),
        (errno.ENOENT, "does not exist"),
        (errno.EIO, "failing"),
    ],
)
def test_machine_errors_say_what_to_do(number: int, says: str) -> None:
    assert says in command_line.machine_sentence(OSError(number, "x", "file.result"))
