from pathlib import Path

import pytest

from ui.demo.errors import DemoFault
from ui.demo.folders import DayFolder


def test_a_new_folder_gets_its_places(tmp_path: Path) -> None:
    folder = DayFolder.create(tmp_path / "a" / "day")

    assert {path.name for path in folder.root.iterdir()} == {"stick", "screens", "logs"}
    assert {folder.office, folder.site, folder.seat, folder.drop} & set(folder.root.iterdir()) == set()
    assert folder.relative(folder.stick / "results") == Path("stick/results")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(DemoFault, match="is not empty"):
        DayFolder.create(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_only_file_is_found_or_it_is_said_how_many_there_are(tmp_path: Path) -> None:
    folder = DayFolder.create(tmp_path / "day")
    (folder.stick / "a.result").touch()

    assert folder.only(folder.stick, "*.result") == folder.stick / "a.result"
    with pytest.raises(DemoFault, match=r"holds 0"):
        folder.only(folder.stick, "*.receipt")
    (folder.stick / "b.result").touch()
    with pytest.raises(DemoFault, match=r"holds 2"):
        folder.only(folder.stick, "*.result")
