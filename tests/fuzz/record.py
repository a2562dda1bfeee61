"""What became of a run, kept as JSON and shown as a table.

Owns the record's form. Refuses to know how a run is made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from tests.fuzz.targets import names

MARKS: Final = ("<!-- table -->\n", "<!-- end of table -->\n")
_HEADINGS: Final = ("target", "executions", "seconds", "a second", "edges", "peak MiB", "findings", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One run of one target.

    Attributes:
        executions: inputs that were tried.
        seconds: wall time.
        edges: edges of our code that were covered, of those libFuzzer's ``cov`` counts.
        peak_memory_mib: of the whole process, interpreter and libraries included.
        findings: inputs that broke the target.
        date: ISO day on which it ended.
    """

    target: str
    executions: int
    seconds: int
    edges: int
    peak_memory_mib: int
    findings: int
    date: str

    @property
    def a_second(self) -> int:
        """Executions a second."""
        return round(self.executions / max(1, self.seconds))


def read_records(path: Path) -> dict[str, Record]:
    """Return the records of a file by target; none where there is no file."""
    if not path.exists():
        return {}
    return {each["target"]: Record(**each) for each in json.loads(path.read_text(encoding="utf-8"))}


def merge(path: Path, record: Record) -> None:
    """Put a record into a file, in place of an older one that went on for less."""
    known = read_records(path)
    before = known.get(record.target)
    if before is None or before.executions <= record.executions or record.findings:
        known[record.target] = record
    rows = [asdict(known[name]) for name in sorted(known)]
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    part.replace(path)


def table(records: Iterable[Record]) -> str:
    """Return records as a table in Markdown, in the order of the targets."""
    order = {name: number for number, name in enumerate(names())}
    rows = [_row(_HEADINGS), _row(("---", *["---:"] * 6, "---"))]
    rows += [_cells(each) for each in sorted(records, key=lambda each: order.get(each.target, len(order)))]
    return "\n".join(rows)


def put_into(page: Path, rows: str) -> None:
    """Put a table between the marks of a page.

    Raises:
        ValueError: the page has not the marks.
    """
    before, _, rest = page.read_text(encoding="utf-8").partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not end:
        raise ValueError(f"{page} has no place for a table")
    page.write_text(f"{before}{MARKS[0]}{rows}\n{end}{after}", encoding="utf-8")


def _cells(record: Record) -> str:
    numbers = (
        record.executions,
        record.seconds,
        record.a_second,
        record.edges,
        record.peak_memory_mib,
        record.findings,
    )
    return _row((f"`{record.target}`", *(f"{number:,}" for number in numbers), record.date))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
