"""Small QTI documents for tests, written as text."""

from __future__ import annotations

from collections.abc import Mapping

from exam_packages.errors import LintFinding, Severity
from exam_packages.qti.sources import MemorySource

NAMESPACE = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"'
MATCH_CORRECT = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"
MAP_RESPONSE = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml"

SCORE = (
    '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" normal-maximum="{maximum}"/>'
)
CHOICES = '<qti-simple-choice identifier="A">Red</qti-simple-choice><qti-simple-choice identifier="B">Blue</qti-simple-choice>'


def declaration(
    base_type: str = "identifier",
    cardinality: str = "single",
    correct: tuple[str, ...] = (),
    inner: str = "",
    name: str = "RESPONSE",
) -> str:
    values = "".join(f"<qti-value>{value}</qti-value>" for value in correct)
    key = f"<qti-correct-response>{values}</qti-correct-response>" if correct else ""
    return (
        f'<qti-response-declaration identifier="{name}" cardinality="{cardinality}" base-type="{base_type}">'
        f"{key}{inner}</qti-response-declaration>"
    )


def mapping(entries: Mapping[str, float], attributes: str = "") -> str:
    rows = "".join(f'<qti-map-entry map-key="{key}" mapped-value="{value}"/>' for key, value in entries.items())
    return f"<qti-mapping {attributes}>{rows}</qti-mapping>"


def item(
    declarations: str | None = None,
    body: str | None = None,
    processing: str = f'<qti-response-processing template="{MATCH_CORRECT}"/>',
    maximum: float = 1,
    outcomes: str = "",
) -> bytes:
    """An item; without arguments a single choice whose answer is B."""
    declared = declaration(correct=("B",)) if declarations is None else declarations
    content = choice() if body is None else body
    return (
        f'<?xml version="1.0"?>\n<qti-assessment-item {NAMESPACE} identifier="item" title="Item" time-dependent="false">\n'
        f"{declared}\n{SCORE.format(maximum=maximum)}{outcomes}\n<qti-item-body>\n{content}\n</qti-item-body>\n"
        f"{processing}\n</qti-assessment-item>"
    ).encode()


def choice(choices: str = CHOICES, attributes: str = "", name: str = "RESPONSE") -> str:
    return f'<qti-choice-interaction response-identifier="{name}" {attributes}>{choices}</qti-choice-interaction>'


def form_document(
    sections: str | None = None, parts: str | None = None, maximum: float = 1, outcomes: str = ""
) -> bytes:
    reference = '<qti-assessment-item-ref identifier="q1" href="items/q1.xml" category="scored"/>'
    section = f'<qti-assessment-section identifier="s1" title="One" visible="true">{reference}</qti-assessment-section>'
    part = (
        '<qti-test-part identifier="p1" navigation-mode="nonlinear" submission-mode="simultaneous">'
        f"{section if sections is None else sections}</qti-test-part>"
    )
    return (
        f'<qti-assessment-test {NAMESPACE} identifier="form" title="Form">{SCORE.format(maximum=maximum)}{outcomes}'
        f"{part if parts is None else parts}"
        '<qti-outcome-processing><qti-set-outcome-value identifier="SCORE"><qti-sum>'
        '<qti-test-variables variable-identifier="SCORE"/></qti-sum></qti-set-outcome-value></qti-outcome-processing>'
        "</qti-assessment-test>"
    ).encode()


def manifest(resources: Mapping[str, tuple[str, ...]]) -> bytes:
    """A manifest; the kind of a resource is told by its folder, further files follow its own path."""
    kinds = {
        "items": "imsqti_item_xmlv3p0",
        "sections": "imsqti_section_xmlv3p0",
        "stimuli": "imsqti_stimulus_xmlv3p0",
        "test.xml": "imsqti_test_xmlv3p0",
    }
    rows = "".join(
        f'<resource identifier="r{number}" type="{kinds[path.split("/")[0]]}" href="{path}">'
        + "".join(f'<file href="{file}"/>' for file in (path, *files))
        + "</resource>"
        for number, (path, files) in enumerate(resources.items())
    )
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="exam">'
        f"<organizations/><resources>{rows}</resources></manifest>"
    ).encode()


def package(**replaced: bytes | None) -> MemorySource:
    """A whole package with one item; files are replaced, added or (None) left out by name, ``__`` for ``/``, ``_`` for ``.``."""
    files: dict[str, bytes | None] = {
        "imsmanifest.xml": manifest({"test.xml": (), "items/q1.xml": ()}),
        "test.xml": form_document(),
        "items/q1.xml": item(),
    }
    for name, content in replaced.items():
        folder, _, rest = name.rpartition("__")
        files["/".join(filter(None, (folder, rest.replace("_", "."))))] = content
    return MemorySource({path: content for path, content in files.items() if content is not None})


def errors(findings: tuple[LintFinding, ...]) -> set[str]:
    """The rules that stop a build."""
    return {each.rule for each in findings if each.severity is Severity.ERROR}
