import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exam_packages.office.roster_list import read_appointments
from exam_packages.qti.package import read_package
from exam_packages.qti.preparing import prepared
from ui.demo.answer_sheet import read_answer_sheet
from ui.demo.errors import DemoFault
from ui.demo.instructions import plain_text
from ui.demo.preparation import CANDIDATES, exam_as_built, sample_folder, write_appointments

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)


def test_the_office_reads_the_list_of_appointments(tmp_path: Path) -> None:
    exam = read_package(prepared(sample_folder()))
    path = tmp_path / "appointments.csv"

    write_appointments(path, CANDIDATES, exam=exam, now=NOW)

    read = read_appointments(path.read_bytes(), place=path.name)
    assert [appointment.name for appointment in read] == list(CANDIDATES)
    assert {appointment.exam for appointment in read} == {exam.exam_id}
    assert read[0].start == int(datetime(2026, 11, 22, 9, tzinfo=UTC).timestamp() * 1000)
    assert read[-1].accommodations.extra_time_percent == 25
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    assert len({row[0] for row in rows}) == len(rows)


def test_the_answer_sheet_is_about_the_sample() -> None:
    exam = read_package(prepared(sample_folder()))
    sheet = read_answer_sheet(sample_folder() / "answer-sheet.json")

    assert {answer.item for answer in sheet.answers} == {ref.identifier for ref in exam.test.item_refs()}
    assert sheet.score == sum(sheet.domain_scores.values())


def test_the_exam_is_read_as_it_was_built(tmp_path: Path) -> None:
    texts = set()
    for seed in ("0" * 32, "1" * 32, "2" * 32):
        (tmp_path / "clones.json").write_bytes(json.dumps({"documents": [], "seed": seed, "variants": 1}).encode())
        (template,) = (
            item for item in exam_as_built(tmp_path / "clones.json").items.values() if "ccm-413" in item.path
        )
        texts.add(plain_text(template.body))

    assert len(texts) > 1


@pytest.mark.parametrize("record", [b"", b"{}", b"[]"])
def test_a_build_without_a_record_is_a_fault(tmp_path: Path, record: bytes) -> None:
    (tmp_path / "clones.json").write_bytes(record)
    with pytest.raises(DemoFault, match="templates"):
        exam_as_built(tmp_path / "clones.json")
