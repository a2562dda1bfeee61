from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.qti.delivery import delivery_documents
from exam_packages.qti.names import name_from
from exam_packages.qti.package import read_delivery, read_package
from exam_packages.qti.sources import MemorySource
from exam_packages.signed_documents import checked_name
from tests.exam_packages.qti.writing_xml import form_document, item, package


@pytest.mark.parametrize("name", ["form-A.2", "_1", "0"])
def test_a_name_is_its_own(name: str) -> None:
    assert name_from(name) == name


def test_what_is_readable_stays() -> None:
    assert name_from("urn:exam:Prüfung 7").startswith("urn-exam-Pr-fung-7-")
    assert name_from("a b") != name_from("a-b")
    assert len(name_from("x" * 500)) < 100


@given(st.text(min_size=1))
def test_any_identifier_gives_a_name_and_that_gives_itself(identifier: str) -> None:
    name = name_from(identifier)
    assert checked_name(name, place="x") == name == name_from(name)


def test_other_tools_identify_documents_by_anything() -> None:
    source = package(
        test_xml=form_document().replace(b'identifier="form"', b'identifier="http://example.org/form 1"'),
        items__q1_xml=item().replace(b'identifier="item"', b'identifier="{8F2A} one"'),
        imsmanifest_xml=package().files["imsmanifest.xml"].replace(b'identifier="exam"', b'identifier="{an} exam"'),
    )
    exam = read_package(source)
    delivered = read_delivery(MemorySource(delivery_documents(source)))
    assert (delivered.exam_id, delivered.test.identifier) == (exam.exam_id, exam.test.identifier)
    assert exam.test.identifier == name_from("http://example.org/form 1")
    assert exam.items["items/q1.xml"].identifier == "{8F2A} one"
