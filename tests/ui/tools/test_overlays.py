from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QRadioButton

from exam_packages.qti.model import Tool
from tests.ui.tools.staging import Stage
from ui.window.look import Look
from ui.window.theme import Tokens
from ui.window.tools.aids import Aid
from ui.window.tools.line_reader import LineReader
from ui.window.tools.magnifier import Magnifier

SEEN = tuple(each for each in Tool if each is not Tool.ANSWER_MASK)


def reader_of(stage: Stage) -> LineReader:
    stage.desk.open(Aid.LINE_READER)
    stage.settle()
    overlay = stage.desk._overlays[Aid.LINE_READER]
    assert isinstance(overlay, LineReader)
    return overlay


def lens_of(stage: Stage) -> Magnifier:
    stage.desk.open(Aid.MAGNIFIER)
    stage.settle()
    overlay = stage.desk._overlays[Aid.MAGNIFIER]
    assert isinstance(overlay, Magnifier)
    return overlay


def first_choice(stage: Stage) -> QRadioButton:
    return next(each for each in stage.view.findChildren(QRadioButton) if each.isVisible())


def test_the_band_moves_by_a_line_and_keeps_within_the_question(tokens: Tokens) -> None:
    stage = Stage(tokens, tools=SEEN)
    reader = reader_of(stage)
    line = round(tokens.font().pixelSize() * tokens.line_height)
    top = reader.band().top()
    stage.press(Qt.Key.Key_Down)
    assert reader.band().top() == top + line
    for _time in range(60):
        stage.press(Qt.Key.Key_Up)
    assert reader.band().top() == 0
    for _time in range(60):
        stage.press(Qt.Key.Key_Down)
    assert reader.band().bottom() < stage.desk.place_of_views.height()
    assert stage.desk.place_of_views.rect().contains(reader.strip.geometry())


def test_the_band_takes_more_lines_by_plus_and_fewer_by_minus(tokens: Tokens) -> None:
    stage = Stage(tokens, tools=SEEN)
    reader = reader_of(stage)
    height = reader.band().height()
    stage.press(Qt.Key.Key_Plus)
    assert reader.band().height() == height * 3 // 2
    stage.press(Qt.Key.Key_Minus, Qt.Key.Key_Minus, Qt.Key.Key_Minus)
    assert reader.band().height() == height // 2


def test_what_is_not_in_the_band_is_dimmed(tokens: Tokens) -> None:
    stage = Stage(tokens, tools=SEEN)
    plain = stage.desk.place_of_views.grab().toImage()
    reader = reader_of(stage)
    dimmed = stage.desk.place_of_views.grab().toImage()
    band = reader.band().adjusted(0, 4, 0, -4)
    inside = [(x, y) for x in range(0, 600, 3) for y in range(band.top(), band.bottom(), 2)]
    outside = [(x, y) for x in range(0, 600, 3) for y in range(band.bottom() + 60, band.bottom() + 140, 2)]
    assert _darkest(plain, inside) == _darkest(dimmed, inside)
    assert _darkest(dimmed, outside) > _darkest(plain, outside) + 80


def _darkest(image: QImage, points: list[tuple[int, int]]) -> int:
    return min(image.pixelColor(x, y).lightness() for x, y in points)


def test_clicks_go_through_to_the_question(tokens: Tokens) -> None:
    for open_it in (reader_of, lens_of):
        stage = Stage(tokens, tools=SEEN)
        overlay = open_it(stage)
        choice = first_choice(stage)
        at = choice.mapTo(stage.window, choice.rect().center())
        if isinstance(overlay, Magnifier):
            overlay.move_to(stage.desk.place_of_views.mapFrom(stage.window, at))
        handle = stage.window.childAt(at)
        assert handle is choice or (handle is not None and choice.isAncestorOf(handle))
        QTest.mouseClick(choice, Qt.MouseButton.LeftButton)
        assert choice.isChecked()


def test_the_lens_shows_what_is_under_its_middle_larger_and_sharp(tokens: Tokens) -> None:
    stage = Stage(tokens, tools=SEEN)
    lens = lens_of(stage)
    lens.move_to(QPoint(120, 30))
    two = lens.picture().toImage()
    stage.press(Qt.Key.Key_Plus, Qt.Key.Key_Plus)
    four = lens.picture().toImage()
    assert two.size() == four.size()
    assert _ink(two) > 0
    assert two != four
    lens.move_to(QPoint(stage.desk.width() - 60, stage.desk.place_of_views.height() - 20))
    assert _ink(lens.picture().toImage()) < _ink(two)


def _ink(image: QImage) -> int:
    return sum(
        image.pixelColor(x, y).lightness() < 100
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    )


def test_the_lens_goes_by_arrow_keys_and_stays_within_the_question(tokens: Tokens) -> None:
    stage = Stage(tokens, tools=SEEN)
    lens = lens_of(stage)
    before = lens.middle()
    stage.press(Qt.Key.Key_Right, Qt.Key.Key_Down)
    assert lens.middle().x() > before.x()
    assert lens.middle().y() > before.y()
    for _time in range(80):
        stage.press(Qt.Key.Key_Left)
    assert lens.middle().x() == 0


def test_overlays_fit_at_the_largest_text(qapp: QApplication) -> None:
    stage = Stage(Look(text_percent=400).apply(qapp), tools=SEEN)
    for overlay in (reader_of(stage), lens_of(stage)):
        assert stage.desk.place_of_views.rect().contains(overlay.strip.geometry())
