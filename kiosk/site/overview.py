"""What is where at a site: which seat lacks what, which results are on the stick, which have a receipt.

Owns the comparison of seats' reports with the drop and the stick. Reads, changes nothing but the machine's trust and the seats'
marks that it keeps. Refuses to decide anything.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exam_packages.container import FileSource, PackageKind
from exam_packages.drop_paths import EXAM_SUFFIX, EXAMS, RECEIPT_SUFFIX, grant_path, receipt_name
from exam_packages.ids import Digest, SeatId, SessionId, UtcMs
from exam_packages.opening import check_package, open_receipt, open_release
from exam_packages.result_opening import check_result
from exam_packages.results import BUNDLE_MAX_BYTES, ResultState
from kiosk.errors import Missing, StickFault, StickFaultKind
from kiosk.handover.seat_report import SeatReport, read_report
from kiosk.handover.stick import Stick, faults, put, read_small, read_up_to
from kiosk.seat.facts import ClockState, ExamState, ExportedFile, SessionState
from kiosk.site.marks import bring_marks, take_marks
from kiosk.site.seats import newest_of_each
from kiosk.site.site import Site
from signing.errors import Refused
from signing.trust import DropContents, Trust
from signing.trust.folder import open_regular

RECEIPT_REFUSED: Final = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamOnDrop:
    """An exam of the drop that was granted to this site."""

    package: Digest
    title: str
    released: bool
    """A release for it is on the stick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLine:
    """One seat, as its certificate and its last report have it.

    Attributes:
        certificate_until: None where the site has not certified it.
        reported: its report is on the stick.
        missing: what the seat said it lacks.
        exams_missing: titles of the drop's exams that are not on it.
        exams_unreleased: titles of exams on it that are not released.
        results_not_here: bundles it has that are neither on the stick nor answered by the office.
    """

    seat: SeatId
    certificate_until: UtcMs | None
    reported: bool
    missing: tuple[Missing, ...] = ()
    exams_missing: tuple[str, ...] = ()
    exams_unreleased: tuple[str, ...] = ()
    results_not_here: int = 0
    unfinished: int = 0
    damaged: int = 0
    clock: ClockState = ClockState.GOOD


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """One result bundle on the stick.

    Attributes:
        receipt: ``accepted``, ``quarantined``, empty where none is on the stick, ``refused`` where it is not the office's.
        refused: why it is not a genuine bundle of this name; then the facts are empty.
    """

    bundle: Digest
    seat: SeatId
    session: SessionId
    state: ResultState | None
    receipt: str
    refused: Refused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOverview:
    """Everything ``site status`` says."""

    site: str
    name: str
    exams: tuple[ExamOnDrop, ...]
    seats: tuple[SeatLine, ...]
    results: tuple[ResultLine, ...]
    drop_refused: Refused | None
    """Why the drop on the stick is not acceptable; its exams are not compared then."""
    unreadable: tuple[str, ...] = ()
    """Files where seat reports belong that are none; the others count all the same."""


def overview(site: Site, stick: Stick) -> SiteOverview:
    """Look at a stick.

    Raises:
        StickFault: it is not there or cannot be read.
        NotReady: the site is not registered yet.
    """
    stick.refuse_absent()
    news = site.take_notice(stick)
    trust, registration = site.trust(), site.registration()
    take_marks(site, stick)
    exams = _exams(site, stick, news.contents) if news.contents is not None else ()
    results = tuple(_result(path, stick, trust) for path in stick.result_files())
    reports, unreadable = _reports(stick)
    certified = newest_of_each(site)
    names = sorted({*certified, *reports})
    return SiteOverview(
        site=registration.site,
        name=registration.name,
        exams=exams,
        seats=tuple(
            _seat(
                name,
                certified[name].not_after if name in certified else None,
                reports.get(name),
                exams,
                {line.bundle for line in results if line.refused is None},
            )
            for name in names
        ),
        results=results,
        unreadable=unreadable,
        drop_refused=news.refused,
    )


def bring_receipts(site: Site, source: Path, stick: Stick) -> tuple[tuple[str, ExportedFile | Refused], ...]:
    """Verify the office's receipts in a folder and bring the good ones to the stick.

    Returns:
        For each file its name, and what became of it.

    Raises:
        StickFault: the folder or the stick cannot be read or written.
    """
    stick.refuse_absent()
    if not source.is_dir():
        raise StickFault(StickFaultKind.NOT_FOUND, source)
    with faults(source):
        paths = sorted(path for path in source.iterdir() if path.suffix == RECEIPT_SUFFIX and path.is_file())
    site.take_notice(stick)
    trust = site.trust()
    done: list[tuple[str, ExportedFile | Refused]] = []
    for path in paths:
        untrusted = read_small(path)
        try:
            receipt = open_receipt(untrusted, trust=trust, bundle=None, place=path.name)
        except Refused as refused:
            done.append((path.name, refused))
            continue
        done.append((path.name, put(stick.receipts / receipt_name(receipt.bundle), untrusted)))
    if (site.folder / "registration").is_file():
        bring_marks(site, stick)
    return tuple(done)


def _exams(site: Site, stick: Stick, contents: DropContents) -> tuple[ExamOnDrop, ...]:
    own = site.site
    released = _released(stick, contents.trust)
    found: list[ExamOnDrop] = []
    for path in sorted(contents.files):
        digest = Digest(path.removeprefix(f"{EXAMS}/").removesuffix(EXAM_SUFFIX))
        if not path.startswith(f"{EXAMS}/") or grant_path(own, digest) not in contents.files:
            continue
        file_path = stick.drop / "targets" / path
        with faults(file_path), open_regular(file_path, place=path) as file:
            package = check_package(FileSource(file), trust=contents.trust, place=path)
        if package.manifest.kind is PackageKind.DELIVERY:
            title = package.manifest.title
            found.append(ExamOnDrop(package=package.digest, title=title, released=package.digest in released))
    return tuple(found)


def _released(stick: Stick, trust: Trust) -> frozenset[Digest]:
    found: set[Digest] = set()
    for path in stick.release_files():
        # A release that is not good is each seat's to refuse; here it just does not count.
        with contextlib.suppress(Refused):
            found.add(open_release(read_small(path), trust=trust, package=None, place=path.name).package)
    return frozenset(found)


def _reports(stick: Stick) -> tuple[dict[SeatId, SeatReport], tuple[str, ...]]:
    reports: dict[SeatId, SeatReport] = {}
    unreadable: list[str] = []
    for path in stick.seat_report_files():
        try:
            report = read_report(read_small(path), place=path.name)
        except Refused as refusal:
            unreadable.append(str(refusal))
        else:
            reports[report.seat] = report
    return reports, tuple(unreadable)


def _seat(
    name: SeatId,
    certificate_until: UtcMs | None,
    report: SeatReport | None,
    exams: Sequence[ExamOnDrop],
    here: set[Digest],
) -> SeatLine:
    if report is None:
        return SeatLine(seat=name, certificate_until=certificate_until, reported=False)
    held = {entry.package for entry in report.exams}
    waiting = (SessionState.SEALED, SessionState.EXPORTED)
    return SeatLine(
        seat=name,
        certificate_until=certificate_until,
        reported=True,
        missing=report.missing,
        exams_missing=tuple(exam.title for exam in exams if exam.package not in held),
        exams_unreleased=tuple(exam.title for exam in report.exams if exam.state is not ExamState.READY),
        results_not_here=sum(entry.state in waiting and entry.bundle not in here for entry in report.bundles),
        unfinished=report.unfinished,
        damaged=report.damaged,
        clock=report.clock,
    )


def _result(path: Path, stick: Stick, trust: Trust) -> ResultLine:
    bundle = Digest(path.stem)
    try:
        # One byte more than any bundle has: the reader refuses it, whatever the stick has behind.
        checked = check_result(read_up_to(path, BUNDLE_MAX_BYTES + 1), trust=trust, place=path.name)
    except Refused as refused:
        return ResultLine(
            bundle=bundle, seat=SeatId(""), session=SessionId(""), state=None, receipt="", refused=refused
        )
    header = checked.header
    return ResultLine(
        bundle=checked.digest,
        seat=header.seat,
        session=header.session,
        state=header.state,
        receipt=_receipt(stick, checked.digest, trust),
    )


def _receipt(stick: Stick, bundle: Digest, trust: Trust) -> str:
    path = stick.receipts / receipt_name(bundle)
    if not path.is_file():
        return ""
    try:
        return open_receipt(read_small(path), trust=trust, bundle=bundle, place=path.name).status.value
    except Refused:
        return RECEIPT_REFUSED  # a false receipt says nothing about the result
