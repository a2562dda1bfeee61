from __future__ import annotations

import pytest

from exam_packages.errors import LintFinding, Severity, SourceRefused
from exam_packages.qti.catalogs import read_catalogs, read_tools
from exam_packages.qti.delivery import delivered_document
from exam_packages.qti.items import read_item
from exam_packages.qti.linting import lint
from exam_packages.qti.model import Catalog, CatalogCard, Text, Tool
from exam_packages.qti.reading import parse
from tests.exam_packages.qti.writing_xml import item

CATALOGS = """<qti-catalog-info>
<qti-catalog id="term"><qti-card support="glossary-on-screen" xml:lang="en"><qti-html-content>A word</qti-html-content></qti-card>
<qti-card support="keyword-translation">
<qti-card-entry xml:lang="de"><qti-html-content>Ein Wort</qti-html-content></qti-card-entry>
<qti-card-entry xml:lang="fr"><qti-html-content>Un mot</qti-html-content></qti-card-entry></qti-card>
<qti-card support="spoken"><qti-file-href mime-type="audio/mpeg">planted.mp3</qti-file-href></qti-card></qti-catalog>
<qti-catalog id="loud"><qti-card support="braille"><qti-html-content>planted</qti-html-content></qti-card></qti-catalog>
</qti-catalog-info>"""


def with_catalogs(catalogs: str = CATALOGS, materials: str = "") -> bytes:
    document = item(body='<p data-catalog-idref="term">term</p><p data-catalog-idref="loud">loud</p>')
    document = document.replace(b"<qti-item-body>", materials.encode() + b"<qti-item-body>")
    return document.replace(b"</qti-item-body>", b"</qti-item-body>" + catalogs.encode())


def findings(document: bytes) -> list[LintFinding]:
    return list(lint(parse(document, "q.xml"), "qti-assessment-item"))


def materials(inner: str) -> str:
    return f"<qti-companion-materials-info>{inner}</qti-companion-materials-info>"


def calculator(kind: str) -> str:
    named = f"<qti-calculator-type>{kind}</qti-calculator-type>"
    return f"<qti-calculator>{named}<qti-description>x</qti-description></qti-calculator>"


def test_supports_that_are_delivered() -> None:
    root = parse(with_catalogs(), "q.xml")
    assert read_catalogs(root) == (
        Catalog(
            identifier="term",
            cards=(
                CatalogCard(support="glossary-on-screen", language="en", content=(Text("A word"),)),
                CatalogCard(support="keyword-translation", language="de", content=(Text("Ein Wort"),)),
                CatalogCard(support="keyword-translation", language="fr", content=(Text("Un mot"),)),
            ),
        ),
    )
    assert read_item(root).catalogs == read_catalogs(root)


def test_what_is_not_delivered_is_said_and_stays() -> None:
    found = findings(with_catalogs())
    assert [(each.rule, each.element, each.severity) for each in found] == [("dropped", "qti-card", Severity.NOTE)] * 2
    delivered = delivered_document(with_catalogs(), "q.xml")
    assert b"planted" not in delivered
    assert b'id="loud"' not in delivered
    assert read_item(parse(delivered, "q.xml")).catalogs == read_item(parse(with_catalogs(), "q.xml")).catalogs


def test_no_catalog_is_left() -> None:
    only = CATALOGS[: CATALOGS.index("<qti-catalog id=")] + CATALOGS[CATALOGS.index('<qti-catalog id="loud"') :]
    assert b"catalog-info" not in delivered_document(with_catalogs(only), "q.xml")


@pytest.mark.parametrize(
    ("kind", "tool"),
    [
        ("basic", Tool.CALCULATOR),
        (" standard ", Tool.CALCULATOR),
        ("scientific", Tool.SCIENTIFIC_CALCULATOR),
    ],
)
def test_calculators(kind: str, tool: Tool) -> None:
    document = with_catalogs(materials=materials(calculator(kind)))
    assert read_item(parse(document, "q.xml")).tools == {tool}
    assert read_item(parse(delivered_document(document, "q.xml"), "q.xml")).tools == {tool}


def test_a_calculator_that_there_is_not() -> None:
    with pytest.raises(SourceRefused) as refusal:
        read_tools(parse(with_catalogs(materials=materials(calculator("graphing"))), "q.xml"))
    assert refusal.value.findings[0].rule == "calculator"


@pytest.mark.parametrize("element", ["qti-rule", "qti-protractor", "qti-digital-material"])
def test_materials_that_a_candidate_would_miss(element: str) -> None:
    found = findings(with_catalogs(materials=materials(f"<{element}/>")))
    assert ("element-refused", element) in [(each.rule, each.element) for each in found]


def test_materials_on_the_desk() -> None:
    found = findings(with_catalogs(materials=materials("<qti-physical-material>Paper</qti-physical-material>")))
    assert ("dropped", "qti-physical-material") in [(each.rule, each.element) for each in found]
    assert not [each for each in found if each.severity is Severity.ERROR]
