"""The page lists every attack, and none that is not tried."""

from __future__ import annotations

from pathlib import Path

from tests.exam_packages.hostile.table import HEAD, table

PAGE = Path(__file__).parents[3] / "docs" / "hostile-files.md"


def test_the_page_has_the_table_of_the_attacks() -> None:
    text = PAGE.read_text(encoding="utf-8")
    listed = HEAD + text.partition(HEAD)[2].partition("\n\n")[0] + "\n"
    assert listed.rstrip("\n") == table().rstrip("\n"), "run python -m tests.exam_packages.hostile.table"
