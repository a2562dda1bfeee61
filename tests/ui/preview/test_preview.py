"""The preview as somebody uses it: trying an item, seeing what it earns, changing a file, taking pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QRadioButton, QSplitter

from exam_packages.qti.model import ChoiceInteraction
from exam_packages.qti.walking import interactions
from tests.ui.waiting import until
from ui.preview.content import Previewed, PreviewedItem, load
from ui.preview.item_list import ItemList
from ui.preview.outcome_pane import OutcomePane
from ui.preview.pictures import Shot
from ui.preview.program import WINDOW_SIZE, Preview, take_pictures
from ui.window.theme import Theme, tokens_of
from ui.window.widgets.sentence import Sentence

ITEM = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="item-{place}"
  title="{words}" adaptive="false" time-dependent="false" xml:lang="en">
  <qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">
    <qti-correct-response><qti-value>A</qti-value></qti-correct-response>
  </qti-response-declaration>
  <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" normal-maximum="1"/>
  <qti-item-body>
    <qti-choice-interaction response-identifier="RESPONSE" max-choices="1">
      <qti-prompt>{words}?</qti-prompt>
      <qti-simple-choice identifier="A">Yes</qti-simple-choice><qti-simple-choice identifier="B">No</qti-simple-choice>
    </qti-choice-interaction>
  </qti-item-body>
  <qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>
</qti-assessment-item>
"""


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
def few(tmp_path: Path) -> Path:
    """Three items without a package around them."""
    folder = tmp_path / "few"
    folder.mkdir()
    for place, words in enumerate(("Ask", "Look", "Tell"), start=1):
        (folder / f"item-{place}.xml").write_text(ITEM.format(place=place, words=words), encoding="utf-8")
    return folder


def test_trying_an_item_says_what_it_earns(qapp: QApplication, few: Path) -> None:
    item = single_choice(load(few))
    preview = Preview(qapp, few, item=item.name, theme=Theme.LIGHT, text_percent=100)
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


def test_a_changed_file_is_shown_and_the_answer_stays(qapp: QApplication, few: Path) -> None:
    item = single_choice(load(few))
    assert item.whole is not None
    answer = {each.identifier: each.correct or () for each in item.whole.response_declarations}
    preview = Preview(qapp, few, item=item.name, theme=Theme.DARK, text_percent=150)
    preview.start()
    assert preview.window.pane is not None
    preview.window.pane.show_answers(answer)
    path = few / item.path
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


def test_the_list_stays_where_it_is_while_somebody_goes_along_it(qapp: QApplication, few: Path) -> None:
    preview = Preview(qapp, few, item=None, theme=Theme.LIGHT, text_percent=200)
    preview.start()
    (names,) = preview.window.findChildren(ItemList)
    assert names.font().pixelSize() == tokens_of(Theme.LIGHT).font().pixelSize(), "only the item grows"
    preview.window.activateWindow()
    assert QTest.qWaitForWindowActive(preview.window)
    names.setFocus()
    for _step in range(2):
        QTest.keyClick(names, Qt.Key.Key_Down)
    assert preview.window.findChildren(ItemList) == [names]
    assert preview.window.focusWidget() is names
    assert [names.item(row).text() for row in range(3)] == ["1.  item-1", "2.  item-2", "3.  item-3"]
    assert (names.currentRow(), preview.window.item) == (2, "item-3")
    QTest.keyClick(preview.window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert (names.currentRow(), preview.window.item) == (1, "item-2")
    (split,) = preview.window.findChildren(QSplitter)
    assert split.count() == 3


def test_errors_are_counted_in_the_list_and_told_beside_the_item(qapp: QApplication, few: Path) -> None:
    path = few / "item-2.xml"
    path.write_text(path.read_text("utf-8").replace("<qti-prompt>", "<script/><qti-prompt>"), encoding="utf-8")
    preview = Preview(qapp, few, item="item-2.xml", theme=Theme.DARK, text_percent=100)
    preview.start()
    (names,) = preview.window.findChildren(ItemList)
    chosen = names.currentItem()
    assert chosen is not None
    assert " – 1 error" in chosen.text() or " errors" in chosen.text()
    (pane,) = preview.window.findChildren(OutcomePane)
    assert any("script" in each.words() for each in pane.findChildren(Sentence))


def test_the_window_is_no_larger_than_the_screen(qapp: QApplication, few: Path) -> None:
    preview = Preview(qapp, few, item=None, theme=Theme.LIGHT, text_percent=100)
    assert preview.window.size() == WINDOW_SIZE.boundedTo(qapp.primaryScreen().availableSize())


def test_pictures_of_every_item(qapp: QApplication, few: Path, tmp_path: Path) -> None:
    content = load(few)
    seen: list[str] = []
    shot = Shot(size=QSize(1024, 768), theme=Theme.HIGH_CONTRAST, text_percent=200, answered=True)
    taken = take_pictures(content, tmp_path / "pictures", shot, lambda _done, _total, what: seen.append(what))
    assert seen == [each.name for each in content.items]
    assert len(set(taken)) == 3
    for path in taken:
        image = QImage(str(path))
        assert image.size() == QSize(1024, 768)
        assert len({image.pixel(x, y) for x in range(0, 1024, 16) for y in range(0, 768, 16)}) > 1


def test_a_picture_that_cannot_be_written_ends_it(qapp: QApplication, few: Path, tmp_path: Path) -> None:
    content = load(few)
    folder = tmp_path / "pictures"
    (folder / f"001-{content.items[0].name}.png").mkdir(parents=True)
    shot = Shot(size=QSize(400, 300), theme=Theme.LIGHT, text_percent=100)
    with pytest.raises(OSError, match="cannot write"):
        take_pictures(content, folder, shot, lambda _done, _total, _what: None)
