"""Reads the sample content folders with plain lxml.

Owns look-ups in the sources only. It knows nothing of the product's own reader, so that what these tests say about the
samples does not rest on the code that the samples are used to try.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

SAMPLES = Path(__file__).parents[3] / "exam_packages" / "samples"
FORM_A = SAMPLES / "contact-center-form-a"
ESSAY = SAMPLES / "recertification-essay"
FOLDERS = (FORM_A, ESSAY)
TEST_FILE = {FORM_A: "form-a.xml", ESSAY: "essay.xml"}
DOMAINS = ("leadership", "people", "customers", "operations")

QTI = "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
CP = "{http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1}"


def parse(path: Path) -> etree._Element:
    """Return a document's root; entities and the network stay shut."""
    return etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)).getroot()


def json_of(folder: Path, name: str) -> Any:
    """Return the content of a JSON file beside the test."""
    return json.loads((folder / name).read_text(encoding="utf-8"))


def assessment_test(folder: Path) -> etree._Element:
    """Return the assessmentTest."""
    return parse(folder / TEST_FILE[folder])


def item_refs(folder: Path, role: str | None = None) -> list[etree._Element]:
    """Return every item reference in form order, of one part class or of all parts."""
    return [
        ref
        for part in assessment_test(folder).iter(f"{QTI}qti-test-part")
        if role is None or part.get("class") == role
        for ref in part.iter(f"{QTI}qti-assessment-item-ref")
    ]


def categories(ref: etree._Element) -> list[str]:
    """Return the categories of an item reference."""
    return (ref.get("category") or "").split()


def item_of(folder: Path, identifier: str) -> etree._Element:
    """Return the item that a reference of this identifier points to."""
    (ref,) = (ref for ref in item_refs(folder) if ref.get("identifier") == identifier)
    return parse(folder / str(ref.get("href")))


def correct(item: etree._Element, response: str = "RESPONSE") -> tuple[str, ...]:
    """Return the key of a response variable, as written."""
    path = f"{QTI}qti-response-declaration[@identifier='{response}']/{QTI}qti-correct-response/{QTI}qti-value"
    return tuple(value.text or "" for value in item.iterfind(path))


def text_of(element: etree._Element) -> str:
    """Return the text of an element, white space collapsed."""
    return " ".join("".join(map(str, element.itertext())).split())


def choice_texts(item: etree._Element) -> dict[str, str]:
    """Return the identifiers and words of whatever an item's interactions let people choose."""
    texts = ("simple-choice", "inline-choice", "simple-associable-choice", "gap-text", "hottext")
    found = {str(c.get("identifier")): text_of(c) for tag in texts for c in item.iter(f"{QTI}qti-{tag}")}
    for tag in ("hotspot-choice", "associable-hotspot"):
        found |= {str(c.get("identifier")): str(c.get("hotspot-label")) for c in item.iter(f"{QTI}qti-{tag}")}
    return found


def gaps(item: etree._Element) -> list[str]:
    """Return the identifiers of the gaps of an item's text, in reading order."""
    return [str(gap.get("identifier")) for gap in item.iter(f"{QTI}qti-gap")]


def keyed_text(identifier: str) -> str:
    """Return the text of the one keyed choice of a form A item."""
    item = item_of(FORM_A, identifier)
    (key,) = correct(item)
    return choice_texts(item)[key]


def keyed_number(identifier: str) -> float:
    """Return the numeric key of a form A item."""
    (key,) = correct(item_of(FORM_A, identifier))
    return float(key)


def tolerance(identifier: str) -> float:
    """Return the absolute tolerance that a form A item's processing grants on both sides."""
    (equal,) = item_of(FORM_A, identifier).iter(f"{QTI}qti-equal")
    low, high = str(equal.get("tolerance")).split()
    assert equal.get("tolerance-mode") == "absolute"
    assert low == high
    return float(low)


def table(stimulus: str, caption_start: str) -> dict[str, list[str]]:
    """Return one table of a form A stimulus: row heading to cells."""
    for found in parse(FORM_A / "stimuli" / f"{stimulus}.xml").iter(f"{QTI}table"):
        caption = found.find(f"{QTI}caption")
        if caption is not None and text_of(caption).startswith(caption_start):
            return dict(_rows(found))
    raise LookupError(caption_start)


def _rows(found: etree._Element) -> Iterator[tuple[str, list[str]]]:
    for row in found.iterfind(f"{QTI}tbody/{QTI}tr"):
        heading, *cells = (text_of(cell) for cell in row)
        yield heading, cells


def amount(cell: str) -> float:
    """Return the number in a cell such as ``$1,400``, ``85%``, ``−$900`` or ``75 s``."""
    return float(cell.replace("−", "-").translate(str.maketrans("", "", "$,%+ s")))


def documents(folder: Path) -> list[Path]:
    """Return the test, item and stimulus files of a folder."""
    return [folder / TEST_FILE[folder], *sorted(folder.glob("items/*.xml")), *sorted(folder.glob("stimuli/*.xml"))]
