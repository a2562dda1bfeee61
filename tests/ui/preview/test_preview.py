"""The preview as somebody uses it: trying an item, seeing what it earns, changing a file, taking pictures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QRadioButton

from exam_packages.qti.model import ChoiceInteraction
from exam_packages.qti.walking import interactions
from tests.exam_packages.qti import samples
from tests.ui.window.driving import until
from ui.preview.content import Previewed, PreviewedItem, load
from ui.preview.outcome_pane import OutcomePane
from ui.preview.pictures import Shot
from ui.preview.program import Preview, take_pictures
from ui.window.theme import Theme
from ui.window.widgets.sentence import Sentence

FORM = samples.folder("contact-center-form-a")


def single_choice(content: Previewed) -> PreviewedItem:
    for each in content.items:
        found = list(interactions(each.delivered.body)) if each.delivered is not None else []
        scored = each.whole is not None and each.whole.response_processing is not None
        if scored and len(found) == 1 and isinstance(found[0], ChoiceInteraction) and found[0].max_choices == 1:
            return each
    raise AssertionError("the sample has single choices")


def score_words(preview: Preview) -> str:
    (pane,) = preview.window.findChildren(OutcomePane)
    return pane.findChildren(Sentence)[0].words()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FORM, tmp_path / "exam"))


def test_trying_an_item_says_what_it_earns(qapp: QApplication, folder: Path) -> None:
    item = single_choice(load(folder))
    preview = Preview(qapp, folder, item=item.name, theme=Theme.LIGHT, text_percent=100)
    preview.start()
    assert preview.window.item == item.name
    assert score_words(preview).startswith("0")
    pane = preview.window.pane
    assert pane is not None
    assert item.whole is not None
    declaration = item.whole.response_declarations[0]
    choices = [each.identifier for each in next(iter(interactions(item.whole.body))).choices]  # type: ignore[union-attr]  # a choice
    rows = [row for row in pane.findChildren(QRadioButton) if row.accessibleDescription().startswith("Option")]
    rows[choices.index((declaration.correct or ("",))[0])].click()
    assert pane.answers == {declaration.identifier: declaration.correct}
    assert score_words(preview).startswith("1")


def test_a_changed_file_is_shown_and_the_answer_stays(qapp: QApplication, folder: Path) -> None:
    item = single_choice(load(folder))
    assert item.whole is not None
    answer = {each.identifier: each.correct or () for each in item.whole.response_declarations}
    preview = Preview(qapp, folder, item=item.name, theme=Theme.DARK, text_percent=150)
    preview.start()
    assert preview.window.pane is not None
    preview.window.pane.show_answers(answer)
    path = folder / item.path
    whole = path.read_text("utf-8")
    path.write_text("<broken", encoding="utf-8")
    until(lambda: preview.reloads == 1)
    assert any("not well-formed" in each.words() for each in preview.window.findChildren(Sentence))
    path.write_text(whole.replace("</qti-prompt>", " Really?</qti-prompt>", 1), encoding="utf-8")
    until(lambda: preview.reloads >= 2 and bool(preview.window.findChildren(OutcomePane)))
    assert preview.window.item == item.name
    assert preview.window.pane is not None
    assert preview.window.pane.answers == answer
    assert preview.window.findChildren(QLabel)


def test_pictures_of_every_item(qapp: QApplication, folder: Path, tmp_path: Path) -> None:
    content = load(folder)
    few = Previewed(items=content.items[:4], findings=(), files=content.files)
    seen: list[str] = []
    shot = Shot(size=QSize(1024, 768), theme=Theme.HIGH_CONTRAST, text_percent=200, answered=True)
    taken = take_pictures(few, tmp_path / "pictures", shot, lambda _done, _total, what: seen.append(what))
    assert seen == [each.name for each in few.items]
    assert len(set(taken)) == 4
    for path in taken:
        image = QImage(str(path))
        assert image.size() == QSize(1024, 768)
        assert len({image.pixel(x, y) for x in range(0, 1024, 16) for y in range(0, 768, 16)}) > 1
