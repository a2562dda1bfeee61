"""`kiosk office branches` and `choose-branch`: a session whose bundles part, shown side by side, and the choice.

Owns arguments and sentences. What happens is ``exam_packages.office.choosing``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from exam_packages.drop_paths import RECEIPT_SUFFIX
from exam_packages.ids import Digest, ItemId, SessionId
from exam_packages.office.accepting import AcceptReport
from exam_packages.office.branches import Branch, Response
from exam_packages.office.choosing import SessionWays, choose_branch, ways_of
from exam_packages.office.result_records import ResultRecord, all_records
from exam_packages.office.state import Office
from exam_packages.session_events import Record
from kiosk.clock import SystemClock
from kiosk.durable_file import write_durably
from signing.errors import ContentRefused
from ui.command_line.console import PASSPHRASE_FILE_HELP, ask_passphrase, escape, listing, out
from ui.command_line.times import day_and_time

_VALUE_MAX = 60  # characters of an answer in the table

OfficeFolder = Annotated[Path, typer.Argument(metavar="OFFICE", help="The office's folder.", show_default=False)]
Session = Annotated[str, typer.Argument(metavar="SESSION", help="As `kiosk office accept` names it.")]
PassphraseFile = Annotated[Path | None, typer.Option("--passphrase-file", metavar="FILE", help=PASSPHRASE_FILE_HELP)]
JudgeOf = Callable[[Office], Callable[[tuple[Record, ...]], None]]


def branches(folder: OfficeFolder, session: Session, passphrase_file: PassphraseFile = None) -> None:
    """Show every way that a session went, side by side: where the ways part, and which answers differ."""
    office = Office(folder, ask_passphrase(passphrase_file, whose="the office's keys"))
    ways = ways_of(office, SessionId(session), now=SystemClock().utc_ms())
    out.print(f"{len(ways.ways)} bundles of session {escape(session)}; the first {ways.shared} records are the same.")
    out.print(_bundles(ways))
    out.print(_answers(ways.ways))


def choosing(judge_of: JudgeOf) -> Callable[..., None]:
    """Return the command that chooses. ``judge_of`` replays sessions, which the office may not do by itself."""

    def choose(
        folder: OfficeFolder,
        session: Session,
        bundle: Annotated[str, typer.Argument(metavar="BUNDLE", help="Its digest; the beginning is enough.")],
        reason: Annotated[str, typer.Option("--reason", help="Why; it is kept with both bundles.")],
        receipts: Annotated[
            Path | None, typer.Option("--receipts", metavar="DIR", help="Also put the receipts here.")
        ] = None,
        passphrase_file: PassphraseFile = None,
    ) -> None:
        """Choose which way a session went. That bundle is accepted and scored.

        The other one is set aside: kept for good, never scored, and its seat may erase its own copy.
        """
        office = Office(folder, ask_passphrase(passphrase_file, whose="the office's keys"))
        report = choose_branch(
            office,
            SessionId(session),
            _bundle(office, SessionId(session), bundle),
            reason=reason,
            judge=judge_of(office),
            now=SystemClock().utc_ms(),
        )
        _say(office, report, receipts)

    return choose


def _bundle(office: Office, session: SessionId, beginning: str) -> Digest:
    found = [
        record.bundle
        for record in all_records(office)
        if record.session == session and record.bundle.startswith(beginning.lower())
    ]
    if len(found) != 1:
        message = "is the beginning of more than one bundle" if found else "is no bundle of this session"
        raise ContentRefused(message, place=beginning)
    return found[0]


def _say(office: Office, report: AcceptReport, receipts: Path | None) -> None:
    for bundle in report.bundles:
        record = next(each for each in all_records(office) if each.bundle == bundle.bundle)
        why = f": {'; '.join(bundle.reasons)}" if bundle.reasons else ""
        out.print(escape(f"{bundle.bundle[:16]}  {_standing(record)}{why}"))
        if receipts is not None and bundle.receipt is not None:
            receipts.mkdir(parents=True, exist_ok=True)
            write_durably(receipts / f"{bundle.bundle}{RECEIPT_SUFFIX}", bundle.receipt)


def _standing(record: ResultRecord) -> str:
    if record.is_result:
        return "counts"
    if record.part_of is not None:
        return f"an earlier part of {record.part_of[:16]}"
    return "set aside" if record.set_aside else record.status.value


def _bundles(ways: SessionWays) -> Table:
    table = listing("Bundle", "Seat", "Records", "Last saved", "Ended", "Answers", "Stands as")
    for record, way in zip(ways.records, ways.ways, strict=True):
        table.add_row(
            way.bundle[:16],
            escape(way.seat),
            str(len(way.records)),
            day_and_time(way.records[-1].wall),
            record.state.value,
            str(len(way.answers)),
            _standing(record),
        )
    return table


def _answers(ways: tuple[Branch, ...]) -> Table:
    """One row a response that is answered anywhere, one column a bundle; where they differ it is said."""
    table = listing("Question", "Response", *(f"{escape(way.seat)} {way.bundle[:8]}" for way in ways), "")
    for item, response in _responses(ways):
        values = [way.answers.get((item, response), ()) for way in ways]
        differs = "differs" if len(set(values)) > 1 else ""
        table.add_row(escape(item), escape(response), *(escape(_shown(value)) for value in values), differs)
    return table


def _responses(ways: tuple[Branch, ...]) -> list[Response]:
    order: dict[ItemId, int] = {}
    for way in ways:
        for item, _ in way.answers:
            order.setdefault(item, len(order))
    return sorted({response for way in ways for response in way.answers}, key=lambda each: (order[each[0]], each[1]))


def _shown(value: tuple[str, ...]) -> str:
    text = ", ".join(value) or "–"
    return text if len(text) <= _VALUE_MAX else f"{text[: _VALUE_MAX - 1]}…"
