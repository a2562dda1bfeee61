"""Scoring: accepted bundles → score reports, as JSON for programs, QTI Results Reporting for systems and PDF for people.

Owns which package a bundle is scored with, and what a report says beside the scores. Refuses to score responses that were given
to another package, and bundles that nobody has accepted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from exam_packages import scoring
from exam_packages.container import FileSource
from exam_packages.ids import Digest, UtcMs
from exam_packages.office.report_pdf import ReportFacts, render_report
from exam_packages.office.result_records import read_record
from exam_packages.office.results_reporting import assessment_result
from exam_packages.office.state import SCORING_NAME, Office
from exam_packages.opening import open_scoring_package
from exam_packages.package_contents import OpenedPackage
from exam_packages.qti.model import Exam
from exam_packages.qti.scoring_package import read_for_scoring
from exam_packages.receipts import ReceiptStatus
from exam_packages.records import answers_of
from exam_packages.result_opening import OpenedResult, check_result, open_result
from exam_packages.results import BUNDLE_MAX_BYTES
from exam_packages.scoring import ScoreReport, score_form
from exam_packages.session_events import ItemPresented
from signing.canonical import JsonValue
from signing.errors import ContentRefused, RevokedRefused
from signing.trust.folder import read_bounded, write_durably


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredResult:
    """One bundle, scored.

    Attributes:
        result: the opened bundle.
        report: the scores.
        json_path, pdf_path, xml_path: where the reports lie.
    """

    result: OpenedResult
    report: ScoreReport
    json_path: Path
    pdf_path: Path
    xml_path: Path

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every report."""
        return (self.json_path, self.xml_path, self.pdf_path)


def score_bundle(office: Office, bundle: Digest, *, now: UtcMs) -> ScoredResult:
    """Score one accepted bundle and write its reports.

    Raises:
        ContentRefused: the office has no such bundle, it is in quarantine, another bundle counts for its session, or it was
            given to a package that is not here.
        ScoringRefused: the responses do not fit the package.
        PassphraseWrong: the scoring keys stay locked.
    """
    record = read_record(office, bundle)
    place = f"result {bundle[:16]}…"
    if record.status is not ReceiptStatus.ACCEPTED:
        raise ContentRefused("is in quarantine and is not scored", place=place)
    if record.part_of is not None:
        message = f"is the earlier part of a session that went on at another seat: {record.part_of[:16]}… is scored"
        raise ContentRefused(message, place=place)
    if record.set_aside:
        raise ContentRefused("was set aside: another way of the same session was chosen and is scored", place=place)
    data = read_bounded(office.result_file(bundle), max_bytes=BUNDLE_MAX_BYTES, place=place)
    return _score(office, data, now=now, place=place)


def score_with(result: OpenedResult, package: OpenedPackage) -> ScoreReport:
    """Score an opened bundle with an opened scoring package.

    Raises:
        ContentRefused: the responses were given to another package.
        ScoringRefused: the responses do not fit the package.
    """
    given_to = result.checked.header.package
    if package.manifest.delivery != given_to:
        delivery = package.manifest.delivery or package.digest
        message = f"was given to the package {given_to[:16]}…, and this one scores {delivery[:16]}…"
        raise ContentRefused(message, place=f"result {result.checked.digest[:16]}…")
    return _score_exam(result, read_for_scoring(package))


def _score_exam(result: OpenedResult, exam: Exam) -> ScoreReport:
    presented = {record.event.item for record in result.records if isinstance(record.event, ItemPresented)}
    selected = {item for section in result.plan.sections for item in section.items}
    return score_form(exam, answers_of(result.records), presented, selected)


def report_json(office_name: str, result: OpenedResult, package: OpenedPackage, report: ScoreReport) -> bytes:
    """Return the report for programs: JSON, indented for people, the same bytes for the same input."""
    header = result.checked.header
    body: Mapping[str, JsonValue] = {
        "appointment": header.appointment,
        "bundle": result.checked.digest,
        "candidate": header.candidate,
        "candidate_name": result.plan.candidate_name,
        "journal_head": header.head,
        "office": office_name,
        "package": header.package,
        "report": scoring.to_json(report),
        "scoring_package": package.digest,
        "seat": header.seat,
        "sealed": header.created,
        "session": header.session,
        "site": header.site,
        "started": result.records[0].wall,
        "state": header.state.value,
    }
    text = json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    return text.encode() + b"\n"


def _score(office: Office, data: bytes, *, now: UtcMs, place: str) -> ScoredResult:
    trust = office.trust(now)
    checked = check_result(data, trust=trust, place=place)
    key = office.keys.scoring_key(checked.recipients, place=place)
    result = open_result(data, trust=trust, scoring_key=key, place=place)
    path = office.package_folder(checked.header.package) / SCORING_NAME
    if not path.exists():
        raise ContentRefused("was given to a package that this office has not built", place=place)
    if checked.header.package in trust.revocations.packages:
        raise RevokedRefused("was given to a package that has been revoked", place=place)
    with path.open("rb") as file:
        package = open_scoring_package(FileSource(file), trust=trust, scoring_key=key, place=SCORING_NAME)
        report = score_with(result, package)
        json_bytes = report_json(office.name, result, package, report)
        xml_bytes = assessment_result(result, read_for_scoring(package), report)
    pdf = render_report(_facts(office, result, report), report)
    json_path = office.report_file(checked.header.session, ".json")
    pdf_path = office.report_file(checked.header.session, ".pdf")
    xml_path = office.report_file(checked.header.session, ".xml")
    write_durably(json_path, json_bytes)
    write_durably(xml_path, xml_bytes)
    write_durably(pdf_path, pdf)
    return ScoredResult(result=result, report=report, json_path=json_path, pdf_path=pdf_path, xml_path=xml_path)


def _facts(office: Office, result: OpenedResult, report: ScoreReport) -> ReportFacts:
    header = result.checked.header
    return ReportFacts(
        office=office.name,
        candidate_name=result.plan.candidate_name,
        candidate=header.candidate,
        session=header.session,
        exam=report.exam,
        form=report.form,
        site=result.checked.registration.name,
        seat=header.seat,
        state=header.state,
        started=result.records[0].wall,
        sealed=header.created,
        bundle=result.checked.digest,
        package=header.package,
        journal_head=header.head,
    )
