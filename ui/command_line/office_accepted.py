"""What `kiosk office accept` says at its end: a line for each bundle that was given or looked at again, their count, what next.

Owns these sentences. What became of the bundles was decided in ``exam_packages.office.accepting``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from exam_packages.ids import Digest, SessionId
from exam_packages.office.accepting import AcceptedBundle, AcceptReport, BundleOutcome
from exam_packages.office.result_records import ResultRecord
from exam_packages.receipts import ReceiptStatus
from ui.command_line.console import counted, err, escape, listing, out

_COUNTED_AS: Final = {
    BundleOutcome.ACCEPTED: "accepted",
    BundleOutcome.QUARANTINED: "held back",
    BundleOutcome.KNOWN: "known before",
    BundleOutcome.REFUSED: "refused",
}


def say_accepted(report: AcceptReport, records: Iterable[ResultRecord]) -> None:
    """Say what became of each bundle and of all of them.

    Args:
        report: what the run came to.
        records: what the office knows of every bundle after it.
    """
    standing = {record.bundle: record for record in records}
    if report.bundles:
        _show(report.bundles, standing)
        out.print(_summary(report))
    for refusal in report.unread:
        err.print(f"Left out: {escape(str(refusal))}")
    for gap in report.gaps:
        numbers = ", ".join(map(str, gap.missing))
        err.print(
            f"Missing: bundles {numbers} of seat {escape(gap.seat)} at {gap.site}. Ask the site to export that seat again."
        )
    _say_what_waits(report.bundles, standing.values())


def _show(bundles: tuple[AcceptedBundle, ...], standing: Mapping[Digest, ResultRecord]) -> None:
    table = listing("bundle", "session", "outcome", "why")
    for bundle in bundles:
        layer = f"({bundle.layer.value}) " if bundle.layer else ""
        why = layer + "; ".join((*bundle.reasons, *bundle.notes))
        table.add_row(bundle.bundle[:16], bundle.session or "", _outcome(bundle, standing), escape(why))
    out.print(table)


def _outcome(bundle: AcceptedBundle, standing: Mapping[Digest, ResultRecord]) -> str:
    """The outcome; of one that was given before, also how it stands: nobody has to look that up."""
    record = standing.get(bundle.bundle)
    if bundle.outcome is BundleOutcome.KNOWN and record is not None:
        return f"{bundle.outcome.value}, {record.status.value}"
    return bundle.outcome.value


def _summary(report: AcceptReport) -> str:
    counts = Counter(bundle.outcome for bundle in report.bundles)
    parts = [f"{counts[outcome]:,} {words}" for outcome, words in _COUNTED_AS.items() if counts[outcome]]
    return f"{counted(len(report.bundles), 'bundle')}: {', '.join(parts)}."


def _say_what_waits(bundles: tuple[AcceptedBundle, ...], records: Iterable[ResultRecord]) -> None:
    """Name the sessions of which several bundles are held back: if they part, nobody but a person decides."""
    given = {bundle.session for bundle in bundles}
    held: Counter[SessionId] = Counter()
    for record in records:
        is_decided = bool(record.chosen or record.set_aside)
        if record.status is ReceiptStatus.QUARANTINED and record.session in given and not is_decided:
            held[record.session] += 1
    for session in sorted(session for session, count in held.items() if count > 1):
        out.print(
            f"{held[session]} bundles of session {escape(session)} are held back. Whether they part is shown by kiosk office "
            f"branches OFFICE {escape(session)}; if they do, kiosk office choose-branch decides.",
            highlight=False,
        )
