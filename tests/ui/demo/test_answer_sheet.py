import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import ItemId
from ui.demo.answer_sheet import AnswerSheet, SheetAnswer, read_answer_sheet
from ui.demo.errors import DemoFault

GOOD = {
    "note": "A sitting.",
    "expected": {"score": 1.5, "domain_scores": {"people": 1, "customers": 0.5}, "passed": True},
    "answers": [
        {"item": "q1", "responses": {"RESPONSE": ["A"]}, "first_responses": {"RESPONSE": ["B"]}, "points": 1},
        {"item": "q2", "responses": {"R1": ["x", "y"], "R2": []}, "flag": True, "points": 0.5},
    ],
}


def written(folder: Path, value: object) -> Path:
    path = folder / "answer-sheet.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_a_sheet_is_read_whole(tmp_path: Path) -> None:
    sheet = read_answer_sheet(written(tmp_path, GOOD))

    assert sheet == AnswerSheet(
        answers=(
            SheetAnswer(item=ItemId("q1"), responses={"RESPONSE": ("A",)}, first={"RESPONSE": ("B",)}),  # type: ignore[dict-item]
            SheetAnswer(item=ItemId("q2"), responses={"R1": ("x", "y"), "R2": ()}, flag=True),  # type: ignore[dict-item]
        ),
        score=1.5,
        domain_scores={"people": 1.0, "customers": 0.5},
        passed=True,
    )
    assert sheet.of(ItemId("q2")).flag
    with pytest.raises(DemoFault, match="q3"):
        sheet.of(ItemId("q3"))


def test_what_people_score_has_no_score(tmp_path: Path) -> None:
    essay = GOOD | {"expected": {"score": None, "domain_scores": {}, "passed": None}}

    sheet = read_answer_sheet(written(tmp_path, essay))

    assert sheet.score is None
    assert sheet.passed is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["expected", "answers", "item", "responses"]), inner)
    ),
    max_leaves=8,
)


@given(value=values)
def test_anything_else_is_a_fault_that_names_the_file(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    path = written(tmp_path_factory.getbasetemp(), value)

    with pytest.raises(DemoFault, match=r"answer-sheet\.json"):
        read_answer_sheet(path)


def test_a_missing_or_broken_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DemoFault, match="is not an answer sheet"):
        read_answer_sheet(tmp_path / "none.json")
    (tmp_path / "broken.json").write_bytes(b"\xff{")
    with pytest.raises(DemoFault, match="is not an answer sheet"):
        read_answer_sheet(tmp_path / "broken.json")
