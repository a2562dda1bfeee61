"""`kiosk office check-vectors`: cases of scoring, run against items.

Owns arguments and sentences. What a case is and whether it agrees is ``exam_packages.office.vectors``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from exam_packages.office.vector_items import VectorItems
from exam_packages.office.vectors import (
    MAX_VECTORS_BYTES,
    CaseResult,
    VectorReport,
    Verdict,
    check_vectors,
    read_vectors,
    report_json,
)
from signing.errors import FormRefused
from signing.trust.folder import read_bounded
from ui.command_line.console import err, escape, out, progress

NOT_ALL_PASSED: Final = 1


def check(
    vectors: Annotated[Path, typer.Argument(metavar="VECTORS.jsonl", help="Cases, one JSON object a line.")],
    items: Annotated[Path, typer.Option("--items", metavar="DIR", help="The folder that item paths start from.")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON for programs instead of sentences.")] = False,
) -> None:
    """Score cases whose outcomes are known, and say where scoring differs.

    A line names an item (“file.xml”, or “archive.zip!file.xml”), responses and expected_outcomes, written as QTI writes values.
    Items may be QTI 2.0, 2.1, 2.2 or 3.0, fit to be delivered or not. Only the outcomes a case names are compared, never
    duration, numAttempts and completionStatus. Rows whose recommendation is not “use”, and rows without outcomes that are
    agreed on, are skipped and counted.

    Exit codes: 0 every case passed, 1 some failed or were refused, 3 the file of cases is not readable.
    """
    if not items.is_dir():
        raise FormRefused("is not a folder of items", place=str(items))
    file = read_vectors(read_bounded(vectors, max_bytes=MAX_VECTORS_BYTES, place=vectors.name), place=vectors.name)
    with progress("Scoring") as bar:
        report = check_vectors(
            file, VectorItems(items), progress=lambda done, total: bar(done, total, f"Scoring case {done} of {total}")
        )
    if as_json:
        out.print_json(json.dumps(report_json(report), ensure_ascii=False), ensure_ascii=False)
        err.print(report.summary, highlight=False)
    else:
        _show(report)
    if report.count(Verdict.PASSED) != len(report.results):
        raise typer.Exit(NOT_ALL_PASSED)


def _show(report: VectorReport) -> None:
    for result in report.results:
        if result.verdict is not Verdict.PASSED:
            _show_result(result)
    for reason, count in sorted(report.skipped.items()):
        out.print(f"{count} skipped: {escape(reason)}", highlight=False)
    out.print(report.summary, highlight=False)


def _show_result(result: CaseResult) -> None:
    case = result.case
    out.print(f"[bold]{result.verdict.value}[/bold] {escape(case.name)} (line {case.line})", highlight=False)
    out.print(f"  item      {escape(case.item)}", highlight=False)
    out.print(f"  responses {escape(_json(case.responses))}", highlight=False)
    if result.verdict is Verdict.REFUSED:
        out.print(f"  reason    {escape(result.reason)}", highlight=False)
        return
    out.print(f"  expected  {escape(_json(case.expected))}", highlight=False)
    out.print(f"  got       {escape(_json(result.got))}", highlight=False)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
