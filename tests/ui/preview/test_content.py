"""A source is shown item by item, whatever it is, and what is wrong with one item keeps no other from being shown."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from exam_packages.errors import Severity, SourceRefused
from exam_packages.ids import OutcomeId
from tests.exam_packages.qti import samples
from ui.preview.content import load, outcomes

FORM = samples.folder("contact-center-form-a")


def test_a_package_is_shown_in_the_order_of_its_test() -> None:
    content = load(FORM)
    assert content.findings == ()
    assert content.items[0].name.startswith("tutorial")
    assert all(each.delivered is not None for each in content.items)
    assert any(each.stimulus is not None for each in content.items)
    for each in content.items:
        assert each.delivered is not None
        assert all(declared.correct is None for declared in each.delivered.response_declarations)


def test_a_zip_shows_the_same(tmp_path: Path) -> None:
    packed = tmp_path / "exam.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(FORM.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(FORM).as_posix())
    assert [each.name for each in load(packed).items] == [each.name for each in load(FORM).items]


def test_one_document(tmp_path: Path) -> None:
    document = next(iter(sorted((FORM / "items").glob("ccm-*.xml"))))
    content = load(document)
    (item,) = content.items
    assert item.path == document.name
    assert content.resource("no-such-picture.svg") == b""
    with pytest.raises(SourceRefused):
        load(Path(shutil.copy(document, tmp_path / "item.txt")))


def test_a_folder_without_a_manifest(tmp_path: Path) -> None:
    for document in sorted((FORM / "items").glob("poll-*.xml")):
        shutil.copy(document, tmp_path)
    (tmp_path / "broken.xml").write_text("<qti-assessment-item>", encoding="utf-8")
    content = load(tmp_path)
    broken = next(each for each in content.items if each.path == "broken.xml")
    assert broken.delivered is None
    assert broken.findings[0].severity is Severity.ERROR
    assert sum(each.delivered is not None for each in content.items) == len(content.items) - 1 > 0


def test_what_an_answer_earns() -> None:
    content = load(FORM)
    refs = {each.name: each for each in content.items}
    item = next(each.whole for name, each in refs.items() if name.startswith("ccm-1") and each.whole is not None)
    assert item is not None
    correct = {each.identifier: each.correct or () for each in item.response_declarations}
    earned, nothing = outcomes(item, correct), outcomes(item, {})
    assert isinstance(earned, dict)
    assert isinstance(nothing, dict)
    assert float(earned[OutcomeId("SCORE")][0]) > float(nothing[OutcomeId("SCORE")][0]) == 0
    assert isinstance(outcomes(item, {item.response_declarations[0].identifier: ("no such choice",) * 3}), (dict, str))


def test_documents_that_share_an_identifier_are_all_to_be_chosen(tmp_path: Path) -> None:
    document = min((FORM / "items").glob("poll-*.xml"))
    for name in ("one.xml", "two.xml"):
        shutil.copy(document, tmp_path / name)
    first, second = load(tmp_path).items
    assert (first.path, second.path) == ("one.xml", "two.xml")
    assert second.name == "two.xml" != first.name
