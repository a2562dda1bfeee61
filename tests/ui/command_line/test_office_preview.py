"""`kiosk office preview --screens`: pictures and a count, and a sentence for whatever is no content."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.exam_packages.qti.test_source_linting import BAD, GOOD
from ui.command_line import main as command_line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "exam").mkdir()
    return tmp_path / "exam"


def test_pictures_and_a_count(
    qapp: QApplication, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "good.xml").write_bytes(GOOD)
    (folder / "bad.xml").write_bytes(BAD)
    assert command_line.run(["office", "preview", str(folder), "--screens", str(tmp_path / "pictures")]) == 0
    assert "1 of 2 items are delivered" in " ".join(capsys.readouterr().out.split())
    assert len(list((tmp_path / "pictures").glob("*.png"))) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "no item that could be shown"),
        (["--theme", "pink"], "is none of light"),
        (["--size", "huge"], "no size such as"),
        (["--item", "nobody"], "no item"),
    ],
)
def test_what_cannot_be_shown_is_said(
    options: list[str], said: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if "--item" in options:
        (folder / "good.xml").write_bytes(GOOD)
    assert command_line.run(["office", "preview", str(folder), "--screens", str(tmp_path / "p"), *options]) == 3
    assert said in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.glob("p/*"))
