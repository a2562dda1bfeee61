"""The table of measurements: how figures are said, what is judged, what it exits with."""

from __future__ import annotations

import io
import math
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from tests.benchmarks import __main__ as program
from tests.benchmarks.table import (
    TABLE_WIDTH,
    Row,
    against,
    at_least,
    at_most,
    from_json,
    not_measured,
    said,
    summary,
    to_json,
    write,
)


def printed(*rows: Row) -> str:
    out = io.StringIO()
    write(rows, Console(file=out, width=TABLE_WIDTH))
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0, "ms", "0.00 ms"),
        (0.01234, "ms", "0.0123 ms"),
        (1.0, "", "1.00"),
        (98.76, "ms", "98.8 ms"),
        (1234.5, "MiB", "1,234 MiB"),
        (math.nan, "ms", "–"),
        (math.inf, "x", "inf x"),
    ],
)
def test_a_figure_has_three_digits_that_count(value: float, unit: str, words: str) -> None:
    assert said(value, unit) == words


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (against("a", 1.25, "ms", limit="bare", limit_value=1.0, goal=1.25), "meets"),
        (against("a", 1.26, "ms", limit="bare", limit_value=1.0, goal=1.25), "misses"),
        (against("a", 1.0, "ms", limit="bare", limit_value=0.0, goal=1.25), "misses"),
        (at_most("a", 0.5, "ms", goal=0.5), "meets"),
        (at_most("a", 0.51, "ms", goal=0.5), "misses"),
        (at_least("a", 200.0, "ms", least=200.0), "meets"),
        (at_least("a", 199.0, "ms", least=200.0), "misses"),
        (at_least("a", 0.0, "ms", least=200.0), "misses"),
        (at_most("a", math.nan, "ms", goal=0.5), "misses"),
        (not_measured("a", "no disk"), "not measured: no disk"),
    ],
)
def test_a_verdict_is_in_words(row: Row, verdict: str) -> None:
    assert row.verdict == verdict
    assert row.meets is (verdict == "meets")


def test_the_table_says_what_each_figure_is_held_against() -> None:
    text = printed(
        against("commit p50", 1.1, "ms", limit="bare append", limit_value=1.0, goal=1.25, note="on [ext4]"),
        at_most("open", 0.75, "ms", goal=0.5),
        not_measured("import", "no [peer] here", unit="s", limit="cp", goal=1.15),
    )
    lines = text.splitlines()
    assert "bare append: 1.00 ms" in lines[1]
    assert lines[1].split()[-4:] == ["1.10x", "≤", "1.25x", "meets"]
    assert lines[2].split()[-5:] == ["–", "≤", "0.500", "ms", "misses"]
    assert lines[3].rstrip().endswith("≤ 1.15x  not measured: no [peer] here")
    assert "commit p50: on [ext4]" in lines
    assert lines[-1] == "1 of 3 rows meet their goal"


def test_the_last_line_counts_what_was_not_measured_among_all() -> None:
    rows = [at_most("a", 1, "ms", goal=1), not_measured("b", "why")]
    assert summary(rows) == "1 of 2 rows meet their goal"


def test_a_miss_is_no_fault_and_a_missing_figure_is() -> None:
    miss, gap = at_most("a", 2, "ms", goal=1), not_measured("b", "why")
    assert program.exit_code([miss]) == 0
    assert program.exit_code([miss, gap]) == 4


numbers = st.floats(allow_infinity=False, width=32)
rows = st.builds(
    Row,
    name=st.text(),
    value=numbers,
    unit=st.sampled_from(["ms", "MiB", "x"]),
    limit=st.text(),
    limit_value=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    ratio=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    goal=numbers,
    note=st.text(),
    missing=st.text(),
)


@given(st.lists(rows))
def test_rows_come_back_from_json(given_rows: list[Row]) -> None:
    back = from_json(to_json(given_rows))
    assert [repr(row) for row in back] == [repr(row) for row in given_rows], "by words, since nan is not itself"


@given(rows)
def test_any_row_can_be_said(row: Row) -> None:
    assert printed(row)


def test_a_module_that_is_not_there_is_a_row_without_a_figure() -> None:
    (row,) = program.run("no_such_benchmark", quick=True)
    assert row.verdict == "not measured: there is no module tests.benchmarks.no_such_benchmark"


def test_a_module_that_fails_says_why() -> None:
    (row,) = program.run("table", quick=True)  # it has no `rows`
    assert "AttributeError" in row.missing


def test_a_module_that_never_ends_is_given_up() -> None:
    (row,) = program.run("table", quick=True, at_most_s=0.001)
    assert row.missing.startswith("it took longer than")


def test_the_command_prints_one_table_and_its_json(tmp_path: Path) -> None:
    json_path = tmp_path / "rows.json"
    command = [sys.executable, "-m", "tests.benchmarks", "--quick", "--only", "store_open", "--json", str(json_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "store open" in done.stdout
    assert done.stdout.rstrip().endswith("rows meet their goal")
    assert "1/1 store_open" in done.stderr
    assert from_json(json_path.read_text("utf-8"))


def test_an_unknown_name_is_wrong_usage() -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "--only", "nothing"]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 2
