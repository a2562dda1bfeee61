"""`kiosk office`: the certification body's commands.

Owns arguments and sentences. What happens is ``exam_packages.office``; the session machine, which the office may not import,
is handed to acceptance from here.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from exam_packages.drop_paths import RECEIPT_SUFFIX, RELEASE_SUFFIX, RESULT_SUFFIX, SEAT_LIST_SUFFIX
from exam_packages.errors import ScoringRefused
from exam_packages.ids import Digest, SiteId, UtcMs
from exam_packages.office.accepting import AcceptedBundle, BundleOutcome, accept_results
from exam_packages.office.building import build_exam
from exam_packages.office.delivered import delivered_exam
from exam_packages.office.granting import import_seat_list, register_site
from exam_packages.office.publishing import publish, write_roster
from exam_packages.office.releasing import OfficerUnlock, release_package, spoken_code
from exam_packages.office.result_records import all_records
from exam_packages.office.roster_list import read_appointments, with_pnp
from exam_packages.office.scoring_results import ScoredResult, score_bundle
from exam_packages.office.state import Office, PackageRecord
from exam_packages.qti.cloning.source import MAX_VARIANTS
from exam_packages.qti.model import Exam
from exam_packages.qti.pnp import read_pnp_records
from exam_packages.rosters import Appointment
from exam_packages.scoring import ScoreReport
from exam_packages.session_events import Record
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES, file_digest
from exam_packages.site_policies import LockdownPreset
from kiosk.clock import SystemClock
from kiosk.durable_file import write_durably
from kiosk.seat.plan_check import check_plan
from kiosk.session import EventNotAllowed, begin, replay
from kiosk.session.route import check_route
from signing.errors import ContentRefused, FormRefused, NotForThisSiteRefused, Refused
from signing.keys import fingerprint
from signing.trust.folder import read_bounded
from ui.command_line.console import PASSPHRASE_FILE_HELP, ask_passphrase, counted, err, escape, listing, out, progress
from ui.command_line.office_accepted import say_accepted
from ui.command_line.office_branches import branches, choosing
from ui.command_line.office_lint import lint
from ui.command_line.office_preview import preview
from ui.command_line.office_recover import recover
from ui.command_line.office_revoke import revoking, say_what_it_replaces
from ui.command_line.office_vectors import check

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
app.command("lint")(lint)
app.command("check-vectors")(check)

app.command("preview")(preview)
app.command("branches")(branches)
app.command("recover")(recover)
app.command("revoke")(revoking)
app.command("choose-branch")(choosing(lambda office: judge_of(office, now=_now())))
_DAYS: Final = 30  # how long an exam may be taken when nobody says otherwise
_OF_SYSTEMS: Final = frozenset(
    {"lost+found", "System Volume Information", "$RECYCLE.BIN", ".Trashes", ".Spotlight-V100", ".fseventsd"}
)
"""What systems make on a stick for themselves, and let nobody else read; no result is in there."""

OfficeFolder = Annotated[Path, typer.Argument(metavar="OFFICE", help="The office's folder.", show_default=False)]
PassphraseFile = Annotated[Path | None, typer.Option("--passphrase-file", metavar="FILE", help=PASSPHRASE_FILE_HELP)]


@app.command("init")
def init(
    folder: OfficeFolder,
    name: Annotated[str, typer.Option(help="The office's name, for people.")] = "Certification office",
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a new office: keys for every role, trust metadata, an empty folder for the rest."""
    passphrase = ask_passphrase(passphrase_file, whose="the office's keys", confirm=True)
    with progress("Making the keys of every role"):
        office = Office.create(folder, name=name, passphrase=passphrase, now=_now())
    root = folder / "root.json"
    write_durably(root, office.root)
    out.print(f"The office “{escape(name)}” is ready in {escape(str(folder))}.")
    out.print(f"Give [bold]{escape(str(root))}[/bold] to every testing centre: it is what they trust.")
    out.print(f"Who holds which key: {escape(str(folder / 'keys' / 'HOLDERS.txt'))}")


@app.command("register-site")
def register(
    folder: OfficeFolder,
    request: Annotated[Path, typer.Argument(help="The site's request file, made by `kiosk site init`.")],
    site: Annotated[str, typer.Option(help="The identifier the office gives the site.")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Register a testing centre and grant it every current exam.

    Compare the fingerprint that is printed with the one the centre sees, by telephone, before you publish.
    """
    office = _office(folder, passphrase_file)
    untrusted = read_bounded(request, max_bytes=DOCUMENT_MAX_BYTES, place=request.name)
    registration = register_site(office, untrusted, site=site, now=_now())
    out.print(f"Registered {escape(registration.name)} as [bold]{registration.site}[/bold].")
    out.print(f"Its key's fingerprint is [bold]{fingerprint(registration.signing_key)}[/bold].")


@app.command("build")
def build(
    folder: OfficeFolder,
    source: Annotated[
        Path, typer.Argument(help="The content folder or zip file: imsmanifest.xml, test, items, stimuli, pictures.")
    ],
    not_before: Annotated[datetime | None, typer.Option(help="First moment of the window; now by default.")] = None,
    not_after: Annotated[
        datetime | None, typer.Option(help="Last moment of the window; 30 days later by default.")
    ] = None,
    scored_at_seat: Annotated[
        bool, typer.Option("--scored-at-seat", help="Answer keys go along: the way through the test depends on them.")
    ] = False,
    lockdown: Annotated[
        LockdownPreset, typer.Option(help="How strictly a seat has to be locked down for a live exam.")
    ] = LockdownPreset.PRACTICE,
    variants: Annotated[
        int,
        typer.Option(min=1, max=MAX_VARIANTS, help="Items made of each item template; a candidate gets one of them."),
    ] = 1,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Build an exam: a delivery package without any answer key, a scoring package, grants, and the officers' shares.

    QTI 2.0, 2.1 and 2.2 are upgraded to 3.0. Content outside the profile is refused with file, line and element;
    docs/qti-profile.md says what is inside, and `kiosk office lint` looks without building. Item templates become fixed items,
    by a seed that is kept in clones.json beside the package; formulas become pictures. An exam that is scored at the
    seat says so in its signed manifest: whoever opens the package at a testing center has its answers.
    """
    if not source.exists():
        raise FormRefused("is no content folder or zip file", place=str(source))
    office = _office(folder, passphrase_file)
    start = _utc_ms(not_before) if not_before else _now()
    end = _utc_ms(not_after) if not_after else UtcMs(start + int(timedelta(days=_DAYS).total_seconds() * 1000))
    with progress("Building", in_bytes=True) as report:
        built = build_exam(
            office,
            source,
            not_before=start,
            not_after=end,
            now=_now(),
            scored_at_seat=scored_at_seat,
            lockdown=lockdown,
            variants=variants,
            progress=lambda done, total: report(done, total, "Sealing both packages"),
        )
    record = built.record
    out.print(f"Built [bold]{escape(record.title)}[/bold], form {record.form}, issue {record.issue}.")
    out.print(f"Package {record.digest}")
    if scored_at_seat:
        out.print("[bold]Scored at the seat:[/bold] its answer keys and scoring rules are in the delivery package.")
    out.print(f"{len(built.exam.test.item_refs())} questions; granted to {counted(len(built.granted), 'site')}.")
    out.print(f"In rosters, the exam is called “{escape(record.exam)}”.", highlight=False)
    out.print(f"Delivery package: {escape(str(office.package_folder(record.digest) / 'delivery.exam'))}")
    say_what_it_replaces(office, record)


@app.command("roster")
def roster(
    folder: OfficeFolder,
    site: Annotated[str, typer.Argument(help="The site's identifier.")],
    appointments: Annotated[Path, typer.Argument(help="CSV or JSON list of appointments.")],
    pnp: Annotated[
        list[Path] | None,
        typer.Option(
            "--pnp", metavar="FILE", help="PNP records of QTI 3.0: needs in place of the list's. May be given again."
        ),
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write a site's roster: the whole list of appointments, which replaces the one before.

    CSV columns: appointment, candidate, name, exam (as `kiosk office build` says), start (as 2026-11-22T09:00:00+01:00).

    Optional: date_of_birth, form.

    Needs, all optional: one of extra_time_percent, fixed_minutes, unlimited_time (yes or no); breaks (how often the clock may be
    stopped), break_minutes (added to planned breaks); text_size_percent, scheme (light, dark, high-contrast),
    line_spacing_percent, letter_spacing_percent, single_column; tools, prohibited and codes (names parted by spaces);
    translation_language, linguistic_guidance.

    A PNP record is for everybody on the list with its person-sourced-id, or for the appointments it names.
    """
    office = _office(folder, passphrase_file)
    untrusted = read_bounded(appointments, max_bytes=DOCUMENT_MAX_BYTES, place=appointments.name)
    listed = read_appointments(untrusted, place=appointments.name)
    for path in pnp or []:
        listed = _with_needs(listed, path)
    written = write_roster(office, SiteId(site), listed, now=_now())
    out.print(f"Roster {written.number} of {written.site}: {counted(len(written.appointments), 'appointment')}.")
    built = {package.exam for package in office.packages()}
    for exam, number in sorted(Counter(each.exam for each in written.appointments if each.exam not in built).items()):
        note = f"{counted(number, 'appointment')} for “{exam}”, which is not built here yet: check the spelling, or build it."
        known = f" Built: {', '.join(sorted(built))}." if built else ""
        err.print(escape(note + known), highlight=False)


@app.command("publish")
def publish_drop(
    folder: OfficeFolder,
    drop: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the drop goes: a new or empty folder.")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write a drop: every current exam, grants, registrations, rosters and revocations, signed as a whole."""
    office = _office(folder, passphrase_file)
    with progress("Writing the drop"):
        published = publish(office, drop, now=_now())
    out.print(
        f"The drop in {escape(str(published.folder))} holds {counted(len(published.packages), 'exam')} for "
        f"{counted(len(published.sites), 'site')}, {counted(len(published.rosters), 'roster')}."
    )
    out.print("Copy it to the stick as a folder named “drop”.")


@app.command("release")
def release(
    folder: OfficeFolder,
    package: Annotated[str, typer.Argument(help="Digest of the package, its beginning is enough; or the form's name.")],
    officer: Annotated[list[int], typer.Option("--officer", help="Number of a release officer; give two.")],
    target: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Also copy the file into this folder.")
    ] = None,
    code: Annotated[bool, typer.Option("--code", help="Print the code to read out instead of writing a file.")] = False,
    passphrase_file: Annotated[
        list[Path] | None,
        typer.Option(
            "--passphrase-file", metavar="FILE", help="One for each officer, in the same order; else you are asked."
        ),
    ] = None,
) -> None:
    """Release an exam: from now on the centres can open it. Two different officers are needed."""
    office = Office(folder, None)
    record = _package(office, package)
    files: list[Path | None] = list(passphrase_file or [])
    files += [files[0] if len(files) == 1 else None] * (len(officer) - len(files))
    unlocks = [
        OfficerUnlock(officer=number, passphrase=ask_passphrase(file, whose=f"release officer {number}"))
        for number, file in zip(officer, files, strict=False)
    ]
    if code:
        with progress("Joining the officers' shares"):
            spoken = spoken_code(office, record.digest, unlocks, now=_now())
        out.print(f"Code of {escape(record.title)}, package {record.digest[:16]}: [bold]{spoken}[/bold]")
        return
    with progress("Joining the officers' shares"):
        data = release_package(office, record.digest, unlocks, now=_now())
    name = f"{record.digest}{RELEASE_SUFFIX}"
    if target is not None:
        target.mkdir(parents=True, exist_ok=True)
        write_durably(target / name, data)
    out.print(f"Released [bold]{escape(record.title)}[/bold], package {record.digest[:16]}.")
    out.print(f"The release: {escape(str(target / name if target else office.package_folder(record.digest)))}")


@app.command("accept")
def accept(
    folder: OfficeFolder,
    sources: Annotated[list[Path], typer.Argument(help="Bundles, or sticks and folders that hold them.")],
    receipts: Annotated[
        Path | None,
        typer.Option("--receipts", metavar="DIR", help="Where receipts go; by default “receipts” on the stick."),
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Accept result bundles: verify, open, replay every session, and write a receipt for each.

    Bundles of a seat whose certificate the site has not confirmed are kept back, with a receipt that says so; they are looked
    at again whenever the site's list of seats arrives. Giving a bundle twice changes nothing.
    """
    office = _office(folder, passphrase_file)
    for path in _found(sources, SEAT_LIST_SUFFIX):
        _take_seat_list(office, path)
    bundles = [(path.name, path) for path in _found(sources, RESULT_SUFFIX)]
    if not bundles:
        raise ContentRefused(f"holds no {RESULT_SUFFIX} file", place=", ".join(map(str, sources)))
    with progress("Accepting") as report:
        outcome = accept_results(
            office,
            bundles,
            judge=judge_of(office, now=_now()),
            now=_now(),
            progress=lambda done, total: report(done, total, f"Accepting results: {done} of {total}"),
        )
    say_accepted(outcome, all_records(office))  # first: receipts may find no room, and what was decided stands
    _write_receipts(outcome.bundles, receipts or _receipts_folder(sources))
    if outcome.unread or any(bundle.outcome is BundleOutcome.REFUSED for bundle in outcome.bundles):
        raise typer.Exit(3)


@app.command("score")
def score(
    folder: OfficeFolder,
    bundles: Annotated[
        list[str] | None,
        typer.Argument(help="Digests of bundles, their beginnings are enough; every accepted one if none."),
    ] = None,
    copy_to: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Also copy the reports here.")] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Score accepted bundles: a report for each as JSON, as QTI Results Reporting 3.0 (XML) and as PDF.

    Responses given to another package are refused. What cannot be scored is named, and stops none of the others.
    """
    office = _office(folder, passphrase_file)
    chosen = _accepted(office, bundles or [])
    if not chosen:
        out.print("There is nothing to score: no result has been accepted yet (kiosk office accept).")
        return
    table = listing("candidate", "form", "score", "of", "result", "report")
    refused: list[tuple[Digest, Refused]] = []
    with progress("Scoring") as bar:
        for done, bundle in enumerate(chosen):
            bar(done, len(chosen), f"Scoring {bundle[:16]}")
            try:
                scored = score_bundle(office, bundle, now=_now())
            except Refused as refusal:
                refused.append((bundle, refusal))
            else:
                _add_score(table, scored)
                _copy_reports(scored, copy_to)
    if table.row_count:
        out.print(table)
        out.print(f"The reports are in {escape(str(copy_to or folder / 'reports'))}.")
    for bundle, why in refused:
        err.print(escape(f"Not scored: {bundle[:16]}… ({why.layer.value}) {why}"), highlight=False)
    if refused:
        raise typer.Exit(3)


def _add_score(table: Table, scored: ScoredResult) -> None:
    report = scored.report
    table.add_row(
        escape(scored.result.plan.candidate_name),
        report.form,
        f"{report.total:g}",
        "–" if report.max_total is None else f"{report.max_total:g}",
        _verdict(report),
        escape(scored.pdf_path.name),
    )


def _copy_reports(scored: ScoredResult, folder: Path | None) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for path in scored.paths:
        write_durably(folder / path.name, path.read_bytes())


@app.command("status")
def status(folder: OfficeFolder) -> None:
    """List the office's exams and sites."""
    office = Office(folder, None)
    table = listing("form", "issue", "title", "package", "released")
    for record in office.packages():
        released = (office.package_folder(record.digest) / "package.release").exists()
        table.add_row(
            record.form, str(record.issue), escape(record.title), record.digest[:16], "yes" if released else "no"
        )
    packages, sites = counted(len(office.packages()), "package"), counted(len(office.sites()), "site")
    out.print(f"Office “{escape(office.name)}”: {packages}, {sites}.")
    out.print(table)


def _with_needs(listed: tuple[Appointment, ...], path: Path) -> tuple[Appointment, ...]:
    """Put the needs of a PNP document into the list, and say what of them is not offered."""
    untrusted = read_bounded(path, max_bytes=DOCUMENT_MAX_BYTES, place=path.name)
    records = read_pnp_records(untrusted, place=path.name)
    for note in (note for record in records for note in record.notes):
        err.print(f"{escape(note.place)}: {escape(note.message)}")
    return with_pnp(listed, records, place=path.name)


def judge_of(office: Office, *, now: UtcMs) -> Callable[[tuple[Record, ...]], None]:
    """Return the judge of an acceptance run: it replays a session the way the seat did.

    Where the office has the exam, its plan and its way are checked, too. The judge raises ContentRefused where no session
    could have gone that way. What may be raised for the office's own package is ``delivered_exam``'s.
    """
    exams: dict[Digest, Exam | None] = {}

    def judge(records: tuple[Record, ...]) -> None:
        try:
            plan = begin(records[0]).plan if records else None
            if plan is not None and plan.package not in exams:
                exams[plan.package] = delivered_exam(office, plan.package, now=now)
            exam = exams[plan.package] if plan is not None else None
            if exam is None or plan is None:
                replay(records)
            else:
                check_plan(exam, plan)
                check_route(exam, records)
        except EventNotAllowed as error:
            raise ContentRefused(f"no session could have gone this way: {error}", place="journal") from error
        except ScoringRefused as error:
            raise ContentRefused(f"its answers do not fit the exam's rules: {error}", place="journal") from error

    return judge


def _now() -> UtcMs:
    return SystemClock().utc_ms()


def _utc_ms(moment: datetime) -> UtcMs:
    aware = moment if moment.tzinfo else moment.astimezone()
    return UtcMs(int(aware.astimezone(UTC).timestamp() * 1000))


def _office(folder: Path, passphrase_file: Path | None) -> Office:
    return Office(folder, ask_passphrase(passphrase_file, whose="the office's keys"))


def _package(office: Office, name: str) -> PackageRecord:
    """Find a package by the beginning of its digest, or the newest issue of a form by its name."""
    by_form = [record for record in office.current_packages() if record.form == name]
    found = by_form or [record for record in office.packages() if record.digest.startswith(name.lower())]
    if len(found) != 1:
        message = "is the beginning of more than one package" if found else "is no package of this office"
        raise ContentRefused(message, place=name)
    return found[0]


def _accepted(office: Office, names: list[str]) -> list[Digest]:
    """Find bundles by the beginnings of their digests; every accepted one when none is named."""
    records = all_records(office)
    if not names:
        return [record.bundle for record in records if record.is_result]
    chosen: list[Digest] = []
    for name in names:
        found = [record.bundle for record in records if record.bundle.startswith(name.lower())]
        if len(found) != 1:
            message = "is the beginning of more than one bundle" if found else "is no bundle that this office has"
            raise ContentRefused(message, place=name)
        chosen += found
    return chosen


def _verdict(report: ScoreReport) -> str:
    if report.passed is None:
        return "to be marked" if report.unscored else ""
    return "passed" if report.passed else "not passed"


def _found(sources: list[Path], suffix: str) -> list[Path]:
    paths: set[Path] = set()
    for source in sources:
        if source.is_dir():
            paths |= {path for path in _below(source) if path.name.endswith(suffix) and path.is_file()}
        elif source.name.endswith(suffix) or suffix == RESULT_SUFFIX:
            paths.add(source)
    return sorted(paths)


def _below(folder: Path) -> Iterator[Path]:
    """Every file below a folder. One that may not be read is an error: its results would be passed over in silence.

    Raises:
        OSError: a folder cannot be read, and is none that systems keep to themselves.
    """

    def stop(error: OSError) -> None:
        if Path(error.filename).name not in _OF_SYSTEMS:
            raise error

    for place, _folders, names in os.walk(folder, onerror=stop):
        yield from (Path(place, name) for name in names)


def _take_seat_list(office: Office, path: Path) -> None:
    """A list that is another site's, or no newer than the known one, is no reason to refuse the results beside it."""
    untrusted = read_bounded(path, max_bytes=DOCUMENT_MAX_BYTES, place=path.name)
    site = SiteId(path.name.removesuffix(SEAT_LIST_SUFFIX))
    known = office.seat_list_file(site)
    if known.exists() and file_digest(known.read_bytes()) == file_digest(untrusted):
        return
    try:
        count = import_seat_list(office, untrusted, site=site, now=_now())
    except (NotForThisSiteRefused, ContentRefused, FormRefused) as error:
        err.print(f"Seat list {escape(path.name)} was left out: {escape(str(error))}")
        return
    out.print(f"{site} stands by {counted(count, 'seat')}.")


def _receipts_folder(sources: list[Path]) -> Path | None:
    for source in sources:
        if source.is_dir():
            return (source.parent if source.name == "results" else source) / "receipts"
    return None


def _write_receipts(bundles: tuple[AcceptedBundle, ...], folder: Path | None) -> None:
    written = {bundle.bundle: bundle.receipt for bundle in bundles if bundle.receipt is not None}
    if folder is None or not written:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for bundle, receipt in written.items():
        write_durably(folder / f"{bundle}{RECEIPT_SUFFIX}", receipt)
    out.print(f"Receipts are in {escape(str(folder))}.")
