"""What becomes of every item of the corpus: read, refused and why, delivered, scored. Run as a module, it prints the table.

``python -m tests.exam_packages.qti.corpus_table``
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from exam_packages.errors import LintFinding, ScoringRefused, Severity, SourceRefused
from exam_packages.qti.best import best_responses
from exam_packages.qti.checks import check_item
from exam_packages.qti.cloning import cloned
from exam_packages.qti.delivery import delivered_document
from exam_packages.qti.embedded import with_embedded_files
from exam_packages.qti.forms import read_test
from exam_packages.qti.formulas import with_drawn_formulas
from exam_packages.qti.items import read_item
from exam_packages.qti.linting import Side, lint
from exam_packages.qti.manifest import MANIFEST_PATH
from exam_packages.qti.model import AssessmentItem
from exam_packages.qti.preparing import LINT_SEED
from exam_packages.qti.processing import process_item
from exam_packages.qti.reading import parse
from exam_packages.qti.reports import Reporter
from exam_packages.qti.scoring_items import read_any_item
from exam_packages.qti.sources import FolderSource
from exam_packages.qti.upgrade import UpgradedSource, upgraded
from exam_packages.qti.zip_source import ZipSource
from tests.exam_packages.qti.content_forms import settled, without_answers
from tests.exam_packages.qti.corpus import SHARED
from tests.exam_packages.qti.corpus import document as untrusted_document

ROOT = "qti-assessment-item"


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What became of one document."""

    file: str
    version: str
    read: bool
    """Whether it is well-formed and an item of a known version."""
    errors: tuple[LintFinding, ...]
    """Why it is refused; empty where it is accepted."""
    delivered: bool
    """Whether a delivery document was made of it that reads the same, without answers."""
    scored: bool
    """Whether its best response and no response can be scored."""


def fates() -> Iterator[Fate]:
    """Every item of the corpus, in the order of its index."""
    index = json.loads((SHARED / "INDEX.json").read_text("utf-8"))
    for row in index["files"]:
        if row["kind"] == "item":
            file = "!".join(filter(None, (row["file"], row.get("zip_member"))))
            yield fate(file, row["version"], untrusted_document(file))


@cache
def all_fates() -> tuple[Fate, ...]:
    """``fates``, worked out once."""
    return tuple(fates())


def fate(file: str, version: str, untrusted: bytes) -> Fate:
    """One document's way through the office."""
    try:
        document = upgraded(untrusted, file)
        parse(document, file)
    except SourceRefused as refusal:
        return Fate(
            file=file,
            version=version,
            read=False,
            errors=refusal.findings,
            delivered=False,
            scored=_is_scored(untrusted, file),
        )
    errors, item, document = _accepted(document, file)
    return Fate(
        file=file,
        version=version,
        read=True,
        errors=errors,
        delivered=item is not None and _reads_the_same(item, delivered_document(document, file)),
        scored=_is_scored(untrusted, file),
    )


def _accepted(document: bytes, file: str) -> tuple[tuple[LintFinding, ...], AssessmentItem | None, bytes]:
    try:
        document, _, _ = with_embedded_files(document, file)
        clone = cloned(document, file, LINT_SEED)
        drawn, _, _ = with_drawn_formulas(document if clone is None else clone.document, file)
        root = parse(drawn, file)
        found = tuple(each for each in lint(root, ROOT) if each.severity is Severity.ERROR)
        if found:
            return found, None, drawn
        item = read_item(root)
        found = tuple(each for each in check_item(item, Reporter(root)) if each.severity is Severity.ERROR)
    except SourceRefused as refusal:
        return refusal.findings, None, document
    return found, None if found else item, drawn


def _reads_the_same(item: AssessmentItem, delivered: bytes) -> bool:
    root = parse(delivered, item.path)
    if any(each.severity is Severity.ERROR for each in lint(root, ROOT, Side.SITE)):
        return False
    again = read_item(root)
    return bool(settled(without_answers(again)) == settled(without_answers(item)))


def _is_scored(untrusted: bytes, file: str) -> bool:
    try:
        item = read_any_item(untrusted, file)
        process_item(item, best_responses(item))
        process_item(item, {})
    except (SourceRefused, ScoringRefused):
        return False
    return True


def table(all_fates: list[Fate]) -> str:
    """The counts, in Markdown."""
    versions = sorted({each.version for each in all_fates})
    lines = ["| QTI | items | read | accepted | delivered | scored |", "|---|---|---|---|---|---|"]
    for version in [*versions, "all"]:
        some = [each for each in all_fates if version in {each.version, "all"}]
        counts = (
            len(some),
            sum(each.read for each in some),
            sum(not each.errors for each in some),
            sum(each.delivered for each in some),
            sum(each.scored for each in some),
        )
        lines.append(f"| {version} | " + " | ".join(map(str, counts)) + " |")
    lines += ["", "| refused because of | element | items |", "|---|---|---|"]
    reasons = Counter(reason for each in all_fates for reason in {(one.rule, one.element) for one in each.errors})
    lines += [f"| {rule} | `{element}` | {count} |" for (rule, element), count in reasons.most_common() if count > 1]
    only = Counter(next(iter(rules)) for each in all_fates if len(rules := {one.rule for one in each.errors}) == 1)
    lines += ["", "| the only reason | items |", "|---|---|"]
    lines += [f"| {rule} | {count} |" for rule, count in only.most_common()]
    return "\n".join(lines)


@dataclass(frozen=True, kw_only=True)
class FormFate:
    """What became of one test document."""

    version: str
    read: bool
    """Whether it is well-formed and a test of a known version, with everything beside it that it includes."""
    rules: frozenset[str]
    """Why it is refused; empty where it is accepted. Whether its items are accepted is another question."""


def form_fates() -> Iterator[FormFate]:
    """Every test of the corpus, in the order of its index."""
    index = json.loads((SHARED / "INDEX.json").read_text("utf-8"))
    for row in index["files"]:
        if row["kind"] == "test":
            yield _form_fate(SHARED / row["file"], row.get("zip_member"), row["version"])


def _form_fate(path: Path, member: str | None, version: str) -> FormFate:
    package = next((each for each in path.parents if (each / MANIFEST_PATH).is_file()), path.parent)
    try:
        source = UpgradedSource(FolderSource(package) if member is None else ZipSource.of_path(path))
        name = member or path.relative_to(package).as_posix()
        root = parse(source.upgraded(name), name)
    except SourceRefused as refusal:
        return FormFate(version=version, read=False, rules=_rules(refusal.findings))
    found = _rules(lint(root, "qti-assessment-test"))
    try:
        read_test(root, lambda section: parse(source.upgraded(section), section))
    except SourceRefused as refusal:
        found |= _rules(refusal.findings)
    return FormFate(version=version, read=True, rules=found)


def _rules(findings: Iterable[LintFinding]) -> frozenset[str]:
    return frozenset(each.rule for each in findings if each.severity is Severity.ERROR)


def table_of_forms(all_fates: list[FormFate]) -> str:
    """The counts of tests, in Markdown."""
    lines = ["| QTI | tests | read | accepted |", "|---|---|---|---|"]
    for version in [*sorted({each.version for each in all_fates}), "all"]:
        some = [each for each in all_fates if version in {each.version, "all"}]
        counts = (len(some), sum(each.read for each in some), sum(not each.rules for each in some))
        lines.append(f"| {version} | " + " | ".join(map(str, counts)) + " |")
    reasons = Counter(rule for each in all_fates for rule in each.rules)
    lines += ["", "| refused because of | tests |", "|---|---|"]
    lines += [f"| {rule} | {count} |" for rule, count in reasons.most_common()]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(list(fates())), "", table_of_forms(list(form_fates())), sep="\n")  # noqa: T201 - this is what it is for
