from __future__ import annotations

import os
from pathlib import Path

import pytest

from exam_packages.errors import SourceRefused
from exam_packages.qti import sources
from exam_packages.qti.sources import MAX_FILE_BYTES, FolderSource


def rule_of(folder: Path) -> str:
    with pytest.raises(SourceRefused) as refusal:
        list(FolderSource(folder).paths())
    return refusal.value.findings[0].rule


def test_hidden_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in (".git/config", ".DS_Store", "b.xml", "a.xml"):
        (tmp_path / name).write_bytes(b"x")
    assert list(FolderSource(tmp_path).paths()) == ["a.xml", "b.xml"]


def test_links_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").symlink_to("/etc/passwd")
    assert rule_of(tmp_path) == "link"


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xml")
    assert rule_of(tmp_path) == "link"


def test_too_many_and_too_long_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(SourceRefused):
        FolderSource(tmp_path).read("a.png")
    monkeypatch.setattr(sources, "MAX_FILES", 0)
    assert rule_of(tmp_path) == "too-many-files"
