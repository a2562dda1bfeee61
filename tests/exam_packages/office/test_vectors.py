"""Cases of scoring: what is a case, what is compared, and how a run ends."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.office.vector_items import VectorItems
from exam_packages.office.vectors import (
    Case,
    Json,
    VectorReport,
    Verdict,
    agrees,
    check_vectors,
    read_vectors,
    report_json,
    responses_of,
)
from exam_packages.qti.model import BaseType, Cardinality
from exam_packages.qti.reading import MAX_DOCUMENT_BYTES
from exam_packages.qti.values import Operand, Value, boolean, floating, integer, record, single
from signing.errors import FormRefused
from tests.exam_packages.qti.writing_xml import declaration, item, mapping

MAP = '<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml"/>'
RANDOM = (
    '<qti-response-processing><qti-set-outcome-value identifier="SCORE"><qti-random-float max="1"/></qti-set-outcome-value>'
    "</qti-response-processing>"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.xml").write_bytes(item())
    (tmp_path / "sub folder").mkdir()
    mapped = item(declaration(cardinality="multiple", inner=mapping({"A": 1, "B": 0.5})), processing=MAP)
    (tmp_path / "sub folder" / "two.xml").write_bytes(mapped)
    (tmp_path / "random.xml").write_bytes(item(processing=RANDOM))
    (tmp_path / "broken.xml").write_bytes(b"<a")
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as archive:
        archive.writestr("items/three.xml", item())
    (tmp_path / "no.zip").write_bytes(b"PK nothing")
    (tmp_path / "large.xml").write_bytes(b" " * (MAX_DOCUMENT_BYTES + 1))
    (tmp_path / "circle.xml").symlink_to(tmp_path / "circle.xml")
    return tmp_path


def lines(*rows: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def run(folder: Path, *rows: dict[str, Any]) -> VectorReport:
    return check_vectors(read_vectors(lines(*rows), place="cases.jsonl"), VectorItems(folder))


def row(item: str = "one.xml", response: object = "B", expected: object = 1, **more: object) -> dict[str, Any]:
    return {"item": item, "responses": {"RESPONSE": response}, "expected_outcomes": {"SCORE": expected}, **more}


def test_cases_pass_fail_or_are_refused(folder: Path) -> None:
    report = run(
        folder,
        row(),
        row(response="A"),
        row("sub folder/two.xml", ["A", "B", "B"], 1.5),
        row("package.zip!items/three.xml"),
        row("random.xml"),
    )
    assert [result.verdict.value for result in report.results] == ["passed", "failed", "passed", "passed", "refused"]
    assert report.summary == "3 passed, 1 failed, 1 refused"
    assert report.results[1].got == {"SCORE": 0.0}
    assert "draws at random" in report.results[4].reason


def test_only_named_outcomes_are_compared(folder: Path) -> None:
    extra = {"SCORE": 1, "duration": 12, "numAttempts": 3, "completionStatus": "completed"}
    assert run(folder, row() | {"expected_outcomes": extra}).summary == "1 passed, 0 failed, 0 refused"
    assert run(folder, row() | {"expected_outcomes": {"OTHER": None}}).count(Verdict.PASSED) == 1
    assert run(folder, row() | {"expected_outcomes": {"OTHER": 1}}).count(Verdict.FAILED) == 1


def test_rows_that_are_not_run_are_counted(folder: Path) -> None:
    report = run(
        folder,
        row(recommendation="use"),
        row(recommendation="exclude-or-review (why)"),
        row(recommendation="wrong-expected"),
        row() | {"expected_outcomes": {}},
        row(expected=9) | {"corrected_expected_outcomes": {"SCORE": 1}},
        row() | {"expected_outcomes": {}, "agreed_outcomes": {"SCORE": 1}},
    )
    assert report.summary == "3 passed, 0 failed, 0 refused"
    assert sum(report.skipped.values()) == 3
    assert len(report.skipped) == 3


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("nothing.xml", "is not there"),
        ("broken.xml", "not well-formed"),
        ("package.zip!items/nothing.xml", "is not there"),
        ("nothing.zip!a.xml", "is not there"),
        ("no.zip!a.xml", "cannot be read"),
        ("one.xml!a.xml", "cannot be read"),
        ("../one.xml", "not inside"),
        ("/etc/one.xml", "not inside"),
        ("package.zip!../one.xml", "not inside"),
        ("sub folder", "is not there"),
        ("a" * 3000, "is not there"),
        ("large.xml", "is longer than"),
        ("circle.xml", "is not there"),
    ],
)
def test_items_that_cannot_be_read(folder: Path, path: str, reason: str) -> None:
    report = run(folder, row(path), row(path))
    assert report.summary == "0 passed, 0 failed, 2 refused"
    assert all(reason in result.reason for result in report.results)


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("items/an item.xml", "items/an item.xml"),
        ("items/a!b.xml", "items/a!b.xml"),
        ("items\\back.xml", "items/back.xml"),
        ("./dot.xml", "dot.xml"),
        ("dot.xml", "./dot.xml"),
        ("items/\u00e9.xml", "items/e\u0301.xml"),
    ],
)
def test_members_by_other_names(tmp_path: Path, stored: str, asked: str) -> None:
    with zipfile.ZipFile(tmp_path / "odd name.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(stored), item())
        archive.writestr("other.xml", b"<a")
    assert run(tmp_path, row(f"odd name.zip!{asked}")).summary == "1 passed, 0 failed, 0 refused"


def test_names_in_utf_8_that_do_not_say_so(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("\u00e9\u00e9.xml", item())
    path.write_bytes(path.read_bytes().replace(b"\x14\x00\x00\x08", b"\x14\x00\x00\x00"))  # the flag that says UTF-8
    assert run(tmp_path, row("a.zip!\u00e9\u00e9.xml")).count(Verdict.PASSED) == 1


def test_a_file_may_have_the_mark_in_its_name(folder: Path) -> None:
    (folder / "what!.xml").write_bytes(item())
    assert run(folder, row("what!.xml")).count(Verdict.PASSED) == 1


def test_an_item_in_an_archive_includes_its_neighbours(tmp_path: Path) -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="../rules/one.xml"/>'
    rules = (
        '<qti-response-processing-fragment xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0">'
        '<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">7</qti-base-value>'
        "</qti-set-outcome-value></qti-response-processing-fragment>"
    )
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        document = item(processing=f"<qti-response-processing>{include}</qti-response-processing>")
        archive.writestr("items/one.xml", document)
        archive.writestr("rules/one.xml", rules)
    assert run(tmp_path, row("a.zip!items/one.xml", expected=7)).count(Verdict.PASSED) == 1


def test_no_responses_at_all(folder: Path) -> None:
    nothing = row(expected=0)
    del nothing["responses"]
    assert run(folder, nothing, row(expected=0) | {"responses": None}).count(Verdict.PASSED) == 2


@pytest.mark.parametrize("response", ["", None, [], [None], 3, 3.0, True])
def test_responses_of_any_kind_of_json(folder: Path, response: object) -> None:
    assert run(folder, row(response=response, expected=0)).count(Verdict.PASSED) == 1


def test_nothing_said_about_a_variable_that_is_not_there(folder: Path) -> None:
    (said, unsaid) = run(
        folder,
        row() | {"responses": {"RESPONSE": "B", "OTHER": "B"}},
        row() | {"responses": {"RESPONSE": "B", "OTHER": None}},
    ).results
    assert (said.verdict, unsaid.verdict) == (Verdict.REFUSED, Verdict.PASSED)


def test_the_item_must_be_the_one_that_was_meant(folder: Path) -> None:
    sha1 = hashlib.sha1(item(), usedforsecurity=False).hexdigest()
    report = run(folder, row(item_sha1=sha1), row(item_sha1=sha1.upper()), row(item_sha1="0" * 40))
    assert report.summary == "2 passed, 0 failed, 1 refused"
    assert "another document" in report.results[2].reason


def test_links_do_not_lead_out(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "item.xml"
    outside.write_bytes(item())
    (folder / "link.xml").symlink_to(outside)
    assert "not inside" in run(folder, row("link.xml")).results[0].reason


def test_a_seed_gives_chance(folder: Path) -> None:
    first, again, other = run(
        folder, row("random.xml", seed=1), row("random.xml", seed="1"), row("random.xml", seed=2)
    ).results
    assert first.got == again.got != other.got


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b'"text"',
        b"\xff",
        b"{}}",
        json.dumps(row()).replace('"B"', "NaN").encode(),
        lines(row("")),
        lines(row() | {"item": 3}),
        lines(row() | {"responses": []}),
        lines(row(response=[["A"]])),
        lines(row(response={"x": ["A"]})),
        lines(row() | {"expected_outcomes": [1]}),
        lines(row(item_sha1="abc")),
        b'{"a":' * 5000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
    ],
)
def test_a_line_that_is_no_case_is_named(line: bytes) -> None:
    with pytest.raises(FormRefused) as refusal:
        read_vectors(lines(row()) + b"\n\n" + line, place="cases.jsonl")
    assert refusal.value.place == "cases.jsonl:3"


def test_a_file_from_an_editor_that_marks_utf_8(folder: Path) -> None:
    file = read_vectors(b"\xef\xbb\xbf" + lines(row()).replace(b"\n", b"\r\n") + b"\r\n", place="cases.jsonl")
    assert check_vectors(file, VectorItems(folder)).count(Verdict.PASSED) == 1


@given(st.binary(max_size=60))
def test_any_bytes_are_cases_or_refused(untrusted: bytes) -> None:
    try:
        read_vectors(untrusted, place="cases.jsonl")
    except FormRefused:
        return


JSON_VALUES: Any = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5))


@given(
    st.dictionaries(
        st.sampled_from(["RESPONSE", "A", "num_attempts"]),
        st.one_of(JSON_VALUES, st.lists(JSON_VALUES), st.dictionaries(st.text(max_size=3), JSON_VALUES)),
    )
)
def test_any_responses_become_texts(given_responses: dict[str, Any]) -> None:
    case = Case(line=1, name="", item="a", item_sha1=None, responses=given_responses, expected={})
    assert all(isinstance(text, str) for values in responses_of(case).values() for text in values)


def test_responses_as_sessions_carry_them() -> None:
    written: dict[str, Json] = {
        "A": True,
        "B": 3,
        "C": 0.5,
        "D": ["x", None, "y"],
        "E": None,
        "F": {"x": 1, "y": "a b", "z": None},
    }
    case = Case(line=1, name="", item="a", item_sha1=None, responses=written, expected={})
    assert dict(responses_of(case)) == {
        "A": ("true",),
        "B": ("3",),
        "C": ("0.5",),
        "D": ("x", "y"),
        "E": (),
        "F": ("x integer 1", "y string a b"),
    }


def many(cardinality: Cardinality, base_type: BaseType, *items: Any) -> Value:
    return Value(cardinality, base_type, items)


@pytest.mark.parametrize(
    ("got", "expected", "same"),
    [
        (None, None, True),
        (None, "", True),
        (None, [], True),
        (None, 0, False),
        (integer(3), 3, True),
        (integer(3), "3.0", True),
        (floating(0.1 + 0.2), 0.3, True),
        (floating(0.1), 0.1001, False),
        (floating(1), None, False),
        (floating(1), "one", False),
        (boolean(True), True, True),
        (boolean(True), "true", True),
        (boolean(True), False, False),
        (single(BaseType.STRING, ""), None, True),
        (single(BaseType.STRING, "a"), "a", True),
        (single(BaseType.STRING, "20"), 20.0, True),
        (single(BaseType.STRING, "20"), "20.0", False),
        (single(BaseType.IDENTIFIER, "A"), ["A"], True),
        (single(BaseType.PAIR, ("A", "B")), "B  A", True),
        (single(BaseType.DIRECTED_PAIR, ("A", "B")), "B A", False),
        (many(Cardinality.MULTIPLE, BaseType.IDENTIFIER, "A", "B"), ["B", "A"], True),
        (many(Cardinality.MULTIPLE, BaseType.IDENTIFIER, "A", "A"), ["A"], False),
        (many(Cardinality.MULTIPLE, BaseType.IDENTIFIER, "A", "B"), ["A", "A"], False),
        (many(Cardinality.ORDERED, BaseType.IDENTIFIER, "A", "B"), ["B", "A"], False),
        (many(Cardinality.ORDERED, BaseType.FLOAT, 1.0, 2.0), [1, 2], True),
        (record({"x": integer(1), "y": single(BaseType.STRING, "a")}), {"x": 1, "y": "a", "z": None}, True),
        (record({"x": integer(1)}), {"x": 2}, False),
        (record({"x": integer(1)}), {"x": 1, "y": 1}, False),
        (record({"x": integer(1)}), "x integer 1", False),
        (single(BaseType.DURATION, 3600.0), "PT1H", True),
        (single(BaseType.IDENTIFIER, "typed words"), "typed words", True),
        (single(BaseType.IDENTIFIER, "typed words"), "typed", False),
    ],
)
def test_comparing(got: Operand, expected: Json, same: bool) -> None:  # noqa: FBT001 - a table
    assert agrees(got, expected) is same


def test_the_report_as_json(folder: Path) -> None:
    written = json.loads(json.dumps(report_json(run(folder, row(), row(response="A"), row("broken.xml", id="mine")))))
    assert (written["passed"], written["failed"], written["refused"]) == (1, 1, 1)
    failed, refused = written["cases"]
    assert (failed["line"], failed["id"], failed["expected"], failed["got"]) == (
        2,
        "line 2",
        {"SCORE": 1},
        {"SCORE": 0.0},
    )
    assert (refused["id"], refused["verdict"], refused["got"]) == ("mine", "refused", {})
