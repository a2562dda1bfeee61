"""What one measurement is, and the one table in which all are said. It measures nothing itself.

A goal is the largest allowed ratio of a value to its limit, both measured in the same run; where there is no limit to measure
beside it, the goal is the largest allowed value. A least value is said the other way round: the ratio is that of the least to
the value.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

MEETS: Final = "meets"
MISSES: Final = "misses"
NOT_MEASURED: Final = "not measured"
TABLE_WIDTH: Final = 150
"""Of a table that goes to a file: a line of a page that is printed across."""
_DIGITS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement."""

    name: str
    value: float
    """In `unit`; not a number and not looked at where `missing` says why."""
    unit: str
    limit: str
    """What it is held against: a limit of the machine, or a peer, of the same run. Empty: only the goal."""
    limit_value: float | None
    """In `unit`."""
    ratio: float | None
    goal: float
    """The largest allowed ratio; of the value, where `limit_value` is None."""
    note: str = ""
    missing: str = ""
    """Why it could not be measured; empty when it was."""

    @property
    def is_measured(self) -> bool:
        """Whether there is a figure."""
        return not self.missing

    @property
    def meets(self) -> bool:
        """Whether there is a figure and it is not larger than its goal; a figure that is no number meets nothing."""
        return self.is_measured and self.judged <= self.goal

    @property
    def judged(self) -> float:
        """What is compared with the goal."""
        if self.limit_value is None:
            return self.value
        return self.ratio if self.ratio is not None else math.nan

    @property
    def verdict(self) -> str:
        """In words."""
        if self.missing:
            return f"{NOT_MEASURED}: {self.missing}"
        return MEETS if self.meets else MISSES


def against(name: str, value: float, unit: str, *, limit: str, limit_value: float, goal: float, note: str = "") -> Row:
    """A row whose value is held against a limit of the same run."""
    ratio = value / limit_value if limit_value > 0 else math.nan
    return Row(
        name=name, value=value, unit=unit, limit=limit, limit_value=limit_value, ratio=ratio, goal=goal, note=note
    )


def at_least(name: str, value: float, unit: str, *, least: float, note: str = "") -> Row:
    """A row whose value must not be smaller than a given one: its ratio is that of the least to the value."""
    ratio = least / value if value > 0 else math.nan
    return Row(name=name, value=value, unit=unit, limit="at least", limit_value=least, ratio=ratio, goal=1.0, note=note)


def at_most(name: str, value: float, unit: str, *, goal: float, note: str = "") -> Row:
    """A row whose value is held against nothing but its goal."""
    return Row(name=name, value=value, unit=unit, limit="", limit_value=None, ratio=None, goal=goal, note=note)


def not_measured(name: str, why: str, *, unit: str = "", limit: str = "", goal: float = math.nan) -> Row:
    """A row without a figure."""
    return Row(name=name, value=math.nan, unit=unit, limit=limit, limit_value=None, ratio=None, goal=goal, missing=why)


def said(value: float, unit: str = "") -> str:
    """A figure for people: three digits that count, thousands apart, with its unit; a dash for what is no number."""
    if math.isnan(value):
        return "–"
    size = 0 if value == 0 or math.isinf(value) else math.floor(math.log10(abs(value)))
    text = f"{value:,.{max(0, _DIGITS - 1 - size)}f}"
    return f"{text} {unit}".rstrip()


def summary(rows: Sequence[Row]) -> str:
    """The last line."""
    return f"{sum(row.meets for row in rows)} of {len(rows)} rows meet their goal"


def to_table(rows: Iterable[Row]) -> Table:
    """All rows, one below the other."""
    table = Table(show_lines=False, pad_edge=False, box=None, header_style="bold")
    table.add_column("row", overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("limit or peer in the same run", overflow="fold")
    table.add_column("ratio", justify="right", no_wrap=True)
    table.add_column("goal", justify="right", no_wrap=True)
    table.add_column("verdict", overflow="fold")
    for row in rows:
        # Text, not markup: a name or a reason may have brackets.
        table.add_row(*map(Text, (row.name, _value(row), _limit(row), _ratio(row), _goal(row), row.verdict)))
    return table


def write(rows: Sequence[Row], console: Console) -> None:
    """The table, what there is to say about its rows, and how many meet their goal."""
    console.print(to_table(rows))
    notes = [row for row in rows if row.note]
    if notes:
        console.print()
    for row in notes:
        console.print(Text(f"{row.name}: {row.note}"), soft_wrap=True)
    console.print()
    console.print(summary(rows), highlight=False)


def to_json(rows: Iterable[Row]) -> str:
    """The same for programs; what is no number is null, and the verdict stands beside it."""
    return json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=1)


def from_json(text: str) -> list[Row]:
    """Rows out of what `to_json` wrote."""
    return [_row(each) for each in json.loads(text)]


def save(rows: Iterable[Row], path: Path) -> None:
    """Write the JSON."""
    path.write_text(to_json(rows) + "\n", encoding="utf-8")


def _plain(row: Row) -> dict[str, str | float | None]:
    found = {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in asdict(row).items()
    }
    return found | {"verdict": row.verdict}


def _row(found: dict[str, Any]) -> Row:
    values = {each.name: found[each.name] for each in fields(Row)}
    for name in ("value", "goal"):
        values[name] = math.nan if values[name] is None else values[name]
    return Row(**values)


def _value(row: Row) -> str:
    return said(row.value, row.unit) if row.is_measured else "–"


def _limit(row: Row) -> str:
    if row.limit_value is None or not row.is_measured:
        return row.limit or "–"
    return f"{row.limit}: {said(row.limit_value, row.unit)}"


def _ratio(row: Row) -> str:
    return f"{said(row.ratio)}x" if row.ratio is not None and row.is_measured else "–"


def _goal(row: Row) -> str:
    if math.isnan(row.goal):
        return "–"
    # Of a row without a figure it is not known whether the goal is a ratio: a limit that has a name has one.
    is_ratio = row.limit_value is not None or (bool(row.missing) and bool(row.limit))
    return f"≤ {row.goal:g}x" if is_ratio else f"≤ {said(row.goal, row.unit)}"
