"""A content package → an ``Exam``: every document read, linted and checked against the others.

Owns the order of the checks and that all findings come together. Where the files come from is the source's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar

from exam_packages.errors import LintFinding, Severity, SourceRefused
from exam_packages.qti.checks import check_item, check_scored_item, check_stimulus
from exam_packages.qti.files import delivered_file, file_type
from exam_packages.qti.form_checks import check_form, check_scoring
from exam_packages.qti.form_routes import check_routes
from exam_packages.qti.forms import form_rubrics, read_test
from exam_packages.qti.framework import FRAMEWORK_PATH, read_framework
from exam_packages.qti.items import read_item, read_stimulus
from exam_packages.qti.linting import Side, lint
from exam_packages.qti.manifest import MANIFEST_PATH, Manifest, ResourceType, read_manifest
from exam_packages.qti.model import (
    AssessmentItem,
    AssessmentTest,
    Exam,
    Framework,
    PartRole,
    Stimulus,
)
from exam_packages.qti.paths import path_findings
from exam_packages.qti.reading import Xml, finding, parse, refuse
from exam_packages.qti.reports import Reporter
from exam_packages.qti.sizes import Size, natural_size
from exam_packages.qti.sources import ContentSource
from exam_packages.qti.walking import contents, file_paths

_Model = TypeVar("_Model")

_ROOTS: Final = {
    ResourceType.TEST: "qti-assessment-test",
    ResourceType.ITEM: "qti-assessment-item",
    ResourceType.STIMULUS: "qti-assessment-stimulus",
    ResourceType.SECTION: "qti-assessment-section",
}


def read_package(files: ContentSource, *, scored_at_seat: bool = False) -> Exam:
    """Read an exam with its answers: from the author's sources, or from a scoring package.

    Args:
        files: where it lies.
        scored_at_seat: the test's route may depend on keys.

    Raises:
        SourceRefused: with every finding; see ``lint_package`` for those that do not refuse.
    """
    return open_package_sources(files, scored_at_seat=scored_at_seat)[0]


def read_delivery(files: ContentSource, *, scored_at_seat: bool = False) -> Exam:
    """Read an exam from a delivery package. One that holds an answer is refused, unless it is scored at the seat.

    Args:
        files: an opened delivery package.
        scored_at_seat: what its signed manifest says.

    Raises:
        SourceRefused: it is not what ``delivery_documents`` makes.
    """
    return _Reading(files, Side.SCORING_SEAT if scored_at_seat else Side.SITE).exam()[0]


def open_package_sources(files: ContentSource, *, scored_at_seat: bool = False) -> tuple[Exam, Manifest]:
    """``read_package``, with the manifest.

    Args:
        files: the author's sources, or a scoring package.
        scored_at_seat: the test's route may depend on keys.

    Raises:
        SourceRefused: as there.
    """
    return _Reading(files, Side.OFFICE, keys_at_seat=scored_at_seat).exam()


def lint_package(files: ContentSource, *, scored_at_seat: bool = False) -> tuple[LintFinding, ...]:
    """Every finding about a package with answers, errors and notes, by file and line."""
    reading = _Reading(files, Side.OFFICE, keys_at_seat=scored_at_seat)
    try:
        reading.exam()
    except SourceRefused as refusal:
        return refusal.findings
    return reading.findings


class _Reading:
    """One reading of one package: collects findings and goes on as long as anything is left to look at."""

    def __init__(self, files: ContentSource, side: Side, *, keys_at_seat: bool = False) -> None:
        self._files = files
        self._side = side
        self._keys_at_seat = keys_at_seat or side is Side.SCORING_SEAT
        self._found: list[LintFinding] = []
        self._paths: frozenset[str] = frozenset()
        self._reporters: dict[str, Reporter] = {}
        self._sections: dict[str, Xml] = {}

    @property
    def findings(self) -> tuple[LintFinding, ...]:
        """What was found so far, errors first, by file and line."""
        order = {Severity.ERROR: 0, Severity.NOTE: 1}
        unique = dict.fromkeys(self._found)
        return tuple(sorted(unique, key=lambda each: (order[each.severity], each.file, each.line, each.rule)))

    def exam(self) -> tuple[Exam, Manifest]:
        """Read everything.

        Raises:
            SourceRefused: with all findings.
        """
        paths = tuple(self._files.paths())
        self._found.extend(path_findings(paths))
        self._stop_on_errors()
        self._paths = frozenset(paths)
        manifest = self._read(MANIFEST_PATH, lambda: self._document(MANIFEST_PATH, read_manifest))
        test = None if manifest is None else self._test(manifest)
        if manifest is None or test is None:
            self._stop_on_errors()
            raise AssertionError("a package without manifest or test has a finding")
        exam = self._assembled(manifest, *test)
        self._check_documents(exam)
        self._stop_on_errors()
        self._note_unused(manifest, {*exam.items, *exam.stimuli, *exam.section_paths})
        self._check_whole(exam, test[0])
        self._stop_on_errors()
        return exam, manifest

    def _stop_on_errors(self) -> None:
        if any(each.severity is Severity.ERROR for each in self._found):
            raise SourceRefused(self.findings)

    # -- documents ----------------------------------------------------------------------------------------------------

    def _read(self, path: str, read: Callable[[], _Model]) -> _Model | None:
        """Do one step; a refusal becomes findings, and a missing file does too."""
        if path not in self._paths:
            self._error(path, "file-missing", "is named and not there", "Add the file, or remove its mention")
            return None
        try:
            return read()
        except SourceRefused as refusal:
            self._found.extend(refusal.findings)
            return None

    def _document(self, path: str, read: Callable[[Xml], _Model]) -> _Model:
        return read(parse(self._files.read(path), path))

    def _linted(self, path: str, kind: ResourceType, read: Callable[[Xml], _Model]) -> _Model | None:
        def step() -> _Model | None:
            xml = parse(self._files.read(path), path)
            self._reporters[path] = Reporter(xml)
            findings = list(lint(xml, _ROOTS[kind], self._side))
            self._found.extend(findings)
            broken = any(each.severity is Severity.ERROR for each in findings)
            return None if broken else read(xml)

        return self._read(path, step)

    def _error(self, file: str, rule: str, message: str, remedy: str) -> None:
        self._found.append(finding(file, rule, message, remedy))

    def _note(self, file: str, rule: str, message: str, remedy: str) -> None:
        self._found.append(
            LintFinding(
                file=file, line=0, element="", rule=rule, message=message, remedy=remedy, severity=Severity.NOTE
            )
        )

    # -- the package --------------------------------------------------------------------------------------------------

    def _test(self, manifest: Manifest) -> tuple[str, AssessmentTest] | None:
        self._check_manifest(manifest)
        tests = manifest.of_type(ResourceType.TEST)
        if len(tests) != 1:
            message = (
                f"lists {len(tests)} tests" if tests else "lists no test: it is a collection of items, and no exam"
            )
            remedy = "Make a package of each" if tests else "Add a test that names the items of the exam"
            self._error(MANIFEST_PATH, "manifest", message, remedy)
            return None
        listed = {resource.path for resource in manifest.of_type(ResourceType.SECTION)}
        test = self._linted(
            tests[0].path,
            ResourceType.TEST,
            lambda xml: read_test(xml, lambda path: self._section(path, xml.file, listed)),
        )
        return None if test is None else (tests[0].path, test)

    def _section(self, path: str, by: str, listed: set[str]) -> Xml:
        """The document of a section that the test refers to; it is linted once, however often it is named."""
        if path not in self._sections:
            if path not in self._paths:
                refuse(path, "file-missing", "is named and not there", "Add the file, or remove its mention")
            if path not in listed:
                message = f"is used by {by} and not listed as {ResourceType.SECTION.value}"
                refuse(path, "file-unlisted", message, "List it in the manifest")
            root = parse(self._files.read(path), path)
            findings = list(lint(root, _ROOTS[ResourceType.SECTION], self._side))
            if any(each.severity is Severity.ERROR for each in findings):
                raise SourceRefused(findings)
            self._found.extend(findings)
            self._sections[path] = root
        return self._sections[path]

    def _check_manifest(self, manifest: Manifest) -> None:
        identifiers = [resource.identifier for resource in manifest.resources]
        paths = [resource.path for resource in manifest.resources]
        for repeated in sorted({each for each in identifiers if identifiers.count(each) > 1}):
            self._error(MANIFEST_PATH, "manifest", f"uses the identifier {repeated} twice", "Give each its own")
        for repeated in sorted({each for each in paths if paths.count(each) > 1}):
            self._error(MANIFEST_PATH, "manifest", f"lists {repeated} twice", "Keep one")
        for path in sorted(manifest.files - self._paths):
            self._error(
                path, "file-missing", "is listed in the manifest and not there", "Add the file, or remove its entry"
            )
        for path in sorted(self._paths - manifest.files - {MANIFEST_PATH, FRAMEWORK_PATH}):
            self._note(path, "file-unlisted", "is not in the manifest and is left out", "Nothing, if that is all right")
        for resource in manifest.resources:
            for unknown in sorted(set(resource.dependencies) - set(identifiers)):
                self._error(
                    MANIFEST_PATH,
                    "manifest",
                    f"makes {resource.identifier} need {unknown}, which is not listed",
                    "Correct it",
                )

    def _assembled(self, manifest: Manifest, test_path: str, test: AssessmentTest) -> Exam:
        form = self._form(test_path)
        referring = {ref.path: form.at("identifier", ref.identifier) for ref in reversed(test.item_refs())}
        items = self._all(manifest, dict(reversed(referring.items())), ResourceType.ITEM, read_item)
        stimuli = self._all(manifest, self._stimulus_references(items), ResourceType.STIMULUS, read_stimulus)
        return Exam(
            exam_id=manifest.identifier,
            test=test,
            items=items,
            stimuli=stimuli,
            resources=self._pictures(manifest, test, items.values(), stimuli.values()),
            framework=self._framework(),
            title=test.title,
            section_paths=tuple(sorted(self._sections)),
            metadata=manifest.metadata,
        )

    def _all(
        self,
        manifest: Manifest,
        named: Mapping[str, Reporter],
        kind: ResourceType,
        read: Callable[[Xml], _Model],
    ) -> dict[str, _Model]:
        """The documents of one kind, by path; ``named`` says where each is referred to."""
        listed = {resource.path for resource in manifest.of_type(kind)}
        models: dict[str, _Model] = {}
        for path, here in named.items():
            if path not in self._paths:
                message = f"refers to {path}, which is not in the package"
                self._found.append(here("file-missing", message, "Add the file, or correct the reference"))
                continue
            if path not in listed:
                message = f"refers to {path}, which the manifest does not list as {kind.value}"
                self._found.append(here("file-unlisted", message, "List it in the manifest"))
                continue
            model = self._linted(path, kind, read)
            if model is not None:
                models[path] = model
        return models

    def _form(self, test_path: str) -> Reporter:
        return Reporter(self._reporters[test_path].place, tuple(self._sections.values()))

    def _stimulus_references(self, items: Mapping[str, AssessmentItem]) -> Mapping[str, Reporter]:
        found: dict[str, Reporter] = {}
        for item_path, item in items.items():
            for path in item.stimulus_paths:
                found.setdefault(path, self._reporters[item_path].below("qti-assessment-stimulus-ref"))
        return dict(sorted(found.items()))

    def _note_unused(self, manifest: Manifest, used: set[str]) -> None:
        documents = (ResourceType.ITEM, ResourceType.STIMULUS, ResourceType.SECTION)
        for resource in manifest.resources:
            if resource.type in documents and resource.path not in used:
                self._note(resource.path, "resource-unused", "is not used by the form and is left out", "Nothing")

    def _framework(self) -> Framework | None:
        if FRAMEWORK_PATH not in self._paths:
            return None
        return self._read(FRAMEWORK_PATH, lambda: read_framework(self._files.read(FRAMEWORK_PATH), FRAMEWORK_PATH))

    def _pictures(
        self,
        manifest: Manifest,
        test: AssessmentTest,
        items: Iterable[AssessmentItem],
        stimuli: Iterable[Stimulus],
    ) -> dict[str, str]:
        items = tuple(items)
        rubrics = (*form_rubrics(test), *(rubric for item in items for rubric in item.rubrics))
        paths = (path for content in contents(rubrics, (*items, *stimuli)) for path in file_paths(content))
        found: dict[str, str] = {}
        for path in dict.fromkeys(paths):
            kind = self._shown(manifest, path)
            if kind is not None:
                found[path] = kind
        return dict(sorted(found.items()))

    def _shown(self, manifest: Manifest, path: str) -> str | None:
        if path in self._paths and path not in manifest.files:
            self._note(path, "file-unlisted", "is shown and not in the manifest: it goes along all the same", "List it")
        checked = self._read(path, lambda: delivered_file(self._files.read(path), path))
        return None if checked is None else file_type(path)

    def _natural(self, path: str) -> Size | None:
        try:
            return natural_size(self._files.read(path), path) if path in self._paths else None
        except SourceRefused:
            return None  # what is wrong with the picture is found where it is taken along

    # -- the whole ----------------------------------------------------------------------------------------------------

    def _check_documents(self, exam: Exam) -> None:
        """What can be said of each document that could be read, whatever is wrong with others."""
        delivered = self._side is not Side.OFFICE
        for path, item in exam.items.items():
            self._found.extend(check_item(item, self._reporters[path], delivered=delivered, natural=self._natural))
        for path, stimulus in exam.stimuli.items():
            self._found.extend(check_stimulus(stimulus, self._reporters[path], delivered=delivered))
        if delivered:
            return
        for ref in exam.test.item_refs(PartRole.SCORED):
            if ref.path in exam.items:
                self._found.extend(check_scored_item(exam.item(ref), self._reporters[ref.path]))

    def _check_whole(self, exam: Exam, test_path: str) -> None:
        form = self._form(test_path)
        self._found.extend(check_form(exam, form))
        self._found.extend(check_routes(exam, form, keys_at_seat=self._keys_at_seat))
        if self._side is not Side.OFFICE:
            return
        self._stop_on_errors()
        self._found.extend(check_scoring(exam, form))
