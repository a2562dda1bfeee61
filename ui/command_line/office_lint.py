"""`kiosk office lint`: everything that keeps content from being built, and everything that would be left out.

Owns arguments and the two ways to print findings. What is found is ``exam_packages.qti.source_linting``'s.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from exam_packages.errors import LintFinding, Severity
from exam_packages.qti.cloning.source import MAX_VARIANTS
from exam_packages.qti.source_linting import SourceReport, lint_source
from signing.canonical import JsonValue
from signing.errors import FormRefused
from ui.command_line.console import escape, out, print_json

REFUSED: Final = 3


def lint(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="A content folder, a zip file, or one document.")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON for programs instead of sentences.")] = False,
    scored_at_seat: Annotated[
        bool, typer.Option("--scored-at-seat", help="Look as `build --scored-at-seat` would.")
    ] = False,
    variants: Annotated[int, typer.Option(min=1, max=MAX_VARIANTS, help="Look as `build --variants` would.")] = 1,
) -> None:
    """Look at content without building it: every finding with file, line, element, rule and what to do.

    SOURCE may be QTI 2.0, 2.1, 2.2 or 3.0. Exit code 3 if anything would stop a build; notes do not.
    """
    if not source.exists():
        raise FormRefused("is not there", place=str(source))
    report = lint_source(source, scored_at_seat=scored_at_seat, variants=variants)
    if as_json:
        print_json(_to_json(source, report))
    else:
        _show(report)
    if report.errors:
        raise typer.Exit(REFUSED)


def _show(report: SourceReport) -> None:
    for each in report.findings:
        kind = "[red]error[/red]" if each.severity is Severity.ERROR else "[yellow]note[/yellow]"
        out.print(f"{kind} {escape(str(each))}", highlight=False)
    out.print(f"{report.documents} documents: {report.errors} errors, {report.notes} notes.")


def _to_json(source: Path, report: SourceReport) -> JsonValue:
    return {
        "source": str(source),
        "documents": report.documents,
        "errors": report.errors,
        "notes": report.notes,
        "findings": [_finding(each) for each in report.findings],
    }


def _finding(found: LintFinding) -> JsonValue:
    return {
        "file": found.file,
        "line": found.line,
        "element": found.element,
        "rule": found.rule,
        "message": found.message,
        "remedy": found.remedy,
        "severity": found.severity.value,
    }
