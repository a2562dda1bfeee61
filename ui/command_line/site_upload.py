"""`kiosk site upload`: results from the stick to the office's server, receipts to the stick.

Owns arguments, waiting, and the sentences of the summary. What happens is ``kiosk.upload``. No secret of an exam and no key of
the site is asked for.
"""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import Annotated, Final

import typer

from kiosk.clock import SystemClock
from kiosk.errors import MachineFault
from kiosk.handover.stick import Stick
from kiosk.upload.address import read_address, read_proxy
from kiosk.upload.facts import Outcome, ReceiptOutcome, UploadEntry, UploadReport
from kiosk.upload.patience import Patience
from kiosk.upload.uploading import upload as upload_results
from signing.canonical import JsonValue
from signing.errors import Refused
from ui.command_line.console import ask_passphrase, err, escape, out, print_json, progress

REFUSED: Final = 3  # as in ui.command_line.main, which imports this module
MACHINE: Final = 4


def upload(
    stick: Annotated[Path, typer.Argument(metavar="STICK", help="The stick's folder.", show_default=False)],
    to: Annotated[str, typer.Option("--to", metavar="URL", help="Where the office takes results: https://…")],
    client_cert: Annotated[
        Path | None, typer.Option("--client-cert", metavar="FILE", help="This machine's certificate, PEM.")
    ] = None,
    client_key: Annotated[
        Path | None, typer.Option("--client-key", metavar="FILE", help="Its key, PEM, if that is a file of its own.")
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            "--token-file", metavar="FILE", help="File whose first line is a bearer token, instead of a certificate."
        ),
    ] = None,
    ca: Annotated[
        Path | None,
        typer.Option("--ca", metavar="FILE", help="The only authorities to trust, PEM; otherwise the system's."),
    ] = None,
    proxy: Annotated[
        str | None,
        typer.Option("--proxy", metavar="URL", help="Go through this proxy; the environment's is never used."),
    ] = None,
    receipts: Annotated[bool, typer.Option("--receipts", help="Bring the office's receipts to the stick.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for programs instead of sentences.")] = False,
) -> None:
    """Send the results on the stick to the office's server. Safe to repeat: what is there is not sent again.

    Needs neither the site's folder nor its passphrase. Results stay on the stick, and seats keep theirs until the office's
    receipt. Exit code 3 if only files were at fault, 4 if the network, the server or the stick was.
    """
    if client_key is not None and client_cert is None:
        raise typer.BadParameter("a key needs its certificate: --client-cert", param_hint="--client-key")
    if token_file is not None and client_cert is not None:
        raise typer.BadParameter("give a certificate or a token, not both", param_hint="--token-file")
    from kiosk.upload.connection import connect  # noqa: PLC0415 - a seat's window loads no network code
    from kiosk.upload.credentials import read_token, tls_context  # noqa: PLC0415

    place = Stick(stick)
    place.refuse_absent()
    place.refuse_bare()  # “no results” of a stick that is out would read as “all is there”
    clock = SystemClock()
    address = read_address(to)
    tls = tls_context(
        authorities=ca,
        certificate=client_cert,
        key=client_key,
        key_passphrase=lambda: ask_passphrase(None, whose="the client certificate's key"),
    )
    token = None if token_file is None else read_token(token_file)
    through = None if proxy is None else read_proxy(proxy)
    patience = Patience(pause=_pause, chance=random.SystemRandom().random)
    with (
        connect(address, tls=tls, token=token, proxy=through, clock=clock) as remote,
        progress("Looking at the stick", in_bytes=True) as bar,
    ):
        report = upload_results(place, remote, receipts=receipts, patience=patience, progress=bar)
    if as_json:
        print_json(_json_of(report))
    else:
        _say(report, receipts=receipts)
    code = exit_code(report)
    if code:
        raise typer.Exit(code)


def exit_code(report: UploadReport) -> int:
    """Return 0, or 3 where only files were at fault, or 4."""
    if any(isinstance(failure, MachineFault) for failure in report.failures):
        return MACHINE
    return REFUSED if report.failures else 0


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)  # ends at once on Ctrl+C


def _say(report: UploadReport, *, receipts: bool) -> None:
    if not report.entries:
        out.print("There are no results on the stick. Export them from the seats first.")
        return
    for entry in report.entries:
        if entry.failure is not None:
            err.print(escape(_sentence(entry, entry.failure)), highlight=False)
        if entry.receipt_failure is not None:
            sentence = _sentence(entry, entry.receipt_failure)
            err.print(escape(f"A receipt was not brought to the stick. {sentence}"), highlight=False)
    out.print(_summary(report), highlight=False)
    unseen = sum(entry.outcome in (Outcome.SENT, Outcome.THERE) and not entry.compared for entry in report.entries)
    if unseen:
        out.print(
            f"The server does not give back {unseen} of them, so they could not be compared; a receipt will tell."
        )
    if receipts:
        out.print(_receipts_summary(report), highlight=False)
    if report.stopped is not None:
        err.print("Stopped early. Nothing is lost: mend what is said above, and run the same command again.")


def _summary(report: UploadReport) -> str:
    noun = "result" if len(report.entries) == 1 else "results"
    there = report.count(Outcome.THERE) + report.count(Outcome.ANSWERED)
    parts = [
        f"{report.count(Outcome.SENT)} sent",
        f"{there} there already",
        f"{report.count(Outcome.FAILED)} failed",
    ]
    not_tried = report.count(Outcome.NOT_TRIED)
    if not_tried:
        parts.append(f"{not_tried} not tried")
    return f"{len(report.entries)} {noun} on the stick: {', '.join(parts)}."


def _receipts_summary(report: UploadReport) -> str:
    new = report.count_receipts(ReceiptOutcome.WRITTEN)
    held = report.count_receipts(ReceiptOutcome.THERE) + report.count_receipts(ReceiptOutcome.KEPT_NEWER)
    parts = [f"{new} new on the stick", f"{held} on it already"]
    none_yet = report.count_receipts(ReceiptOutcome.NONE_YET)
    if none_yet:
        parts.append(f"{none_yet} not written by the office yet")
    failed = report.count_receipts(ReceiptOutcome.FAILED)
    if failed:
        parts.append(f"{failed} failed")
    return f"Receipts: {', '.join(parts)}."


def _sentence(entry: UploadEntry, failure: MachineFault | Refused) -> str:
    if isinstance(failure, Refused):
        return f"Refused ({failure.layer.value}): {failure}"
    return f"{entry.name[:12]}…: {failure}"


def _json_of(report: UploadReport) -> JsonValue:
    results: list[JsonValue] = [
        {
            "name": entry.name,
            "size_bytes": entry.size_bytes,
            "outcome": entry.outcome.value,
            "compared": entry.compared,
            "failure": None if entry.failure is None else str(entry.failure),
            "receipt": entry.receipt.value,
            "receipt_failure": None if entry.receipt_failure is None else str(entry.receipt_failure),
        }
        for entry in report.entries
    ]
    return {"results": results, "stopped": None if report.stopped is None else str(report.stopped)}
