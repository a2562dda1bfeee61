"""Everything that is measured, one after the other, in one table.

Each module runs in a process of its own, so that the memory and the caches of one are not those of the next. Progress goes to
standard error, the table to standard output.

    python -m tests.benchmarks [--quick] [--only NAME ...] [--json FILE]

Exit codes: 0 everything was measured, whether it meets its goal or not; 2 wrong usage; 4 something could not be measured.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol, cast

from rich.console import Console

from tests.benchmarks.measuring import seconds
from tests.benchmarks.table import TABLE_WIDTH, Row, from_json, not_measured, save, write

MODULES: Final = (
    "journal_commit",
    "store_open",
    "pin_check",
    "window_start",
    "supervised",
    "package_open",
    "package_streams",
    "package_import",
    "package_memory",
    "bundle_accept",
    "scoring",
    "reading",
    "item_switch",
)
"""Each has `rows(*, quick: bool) -> list[Row]`. In this order: what is disturbed most by warm machines comes first."""

EVERYTHING_MEASURED: Final = 0
NOT_EVERYTHING_MEASURED: Final = 4
ONE_TAKES_AT_MOST_S: Final = 30 * 60
_LAST_WORDS_LETTERS: Final = 300


class _Module(Protocol):
    def rows(self, *, quick: bool) -> list[Row]: ...


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller files: a look, not a record")
    parser.add_argument("--only", nargs="+", default=MODULES, metavar="NAME", help=", ".join(MODULES))
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="the same for programs")
    parser.add_argument("--into", type=Path, default=None, help=argparse.SUPPRESS)  # one module, in this very process
    chosen = parser.parse_args()
    if chosen.into is not None:
        (name,) = chosen.only
        module = cast("_Module", importlib.import_module(f"tests.benchmarks.{name}"))
        save(module.rows(quick=chosen.quick), chosen.into)
        return
    for name in chosen.only:
        if name not in MODULES:
            parser.error(f"there is no {name}; there are {', '.join(MODULES)}")
    rows = measured(chosen.only, quick=chosen.quick, say=_say)
    write(rows, Console() if sys.stdout.isatty() else Console(width=TABLE_WIDTH))
    if chosen.json is not None:
        save(rows, chosen.json)
    sys.exit(exit_code(rows))


def measured(names: Sequence[str], *, quick: bool, say: Callable[[str], None]) -> list[Row]:
    """Run the modules, in their order."""
    rows: list[Row] = []
    for number, name in enumerate(names, start=1):
        say(f"{number}/{len(names)} {name} …")
        took = seconds(lambda: rows.extend(run(name, quick=quick)))  # noqa: B023 - called at once
        say(f"{number}/{len(names)} {name}: {took:.0f} s")
    return rows


def run(name: str, *, quick: bool, at_most_s: float = ONE_TAKES_AT_MOST_S) -> list[Row]:
    """What one module measures, in a process of its own; a row that says why, where it measured nothing."""
    if find_spec(f"tests.benchmarks.{name}") is None:
        return [not_measured(name, f"there is no module tests.benchmarks.{name}")]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        into = Path(folder) / "rows.json"
        command = [sys.executable, "-m", "tests.benchmarks", "--only", name, "--into", str(into)]
        try:
            done = subprocess.run(
                command + ["--quick"] * quick,
                stdout=sys.stderr,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                timeout=at_most_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return [not_measured(name, f"it took longer than {at_most_s:.0f} s")]
        if done.returncode != 0 or not into.is_file():
            return [not_measured(name, f"it ended with code {done.returncode}: {_last_words(done.stderr)}")]
        rows = from_json(into.read_text("utf-8"))
    return rows or [not_measured(name, "it gave no rows")]


def exit_code(rows: Sequence[Row]) -> int:
    """A miss is said in the table and is no fault of this program; a row without a figure is."""
    return EVERYTHING_MEASURED if all(row.is_measured for row in rows) else NOT_EVERYTHING_MEASURED


def _last_words(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:_LAST_WORDS_LETTERS] if lines else "it said nothing"


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main()
