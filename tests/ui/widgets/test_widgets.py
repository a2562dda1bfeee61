from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QListWidget, QTableView, QWidget

from tests.ui.accessibility import found, nameless_controls, tree
from ui.window.theme import Tokens
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.clock import Clock, clock_words
from ui.window.widgets.data_table import DataTable
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.icons import Icon, IconMark
from ui.window.widgets.labels import Heading
from ui.window.widgets.pin_pad import PIN_DIGITS_MAX, PinPad
from ui.window.widgets.progress import ProgressLine
from ui.window.widgets.qr import QrView
from ui.window.widgets.search_list import Row, SearchList
from ui.window.widgets.sentence import Banner, Sentence, Tone
from ui.window.widgets.tile_grid import ReviewGrid, Tile, TileGrid


def show(widget: QWidget, width: int = 600, height: int = 500) -> None:
    widget.resize(width, height)
    widget.show()
    widget.activateWindow()
    for _round in range(3):
        QApplication.processEvents()


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


# -- buttons and labels ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_button_is_pressed_by_enter_and_space(tokens: Tokens, key: Qt.Key) -> None:
    button = Button("Submit", tokens=tokens, kind=ButtonKind.PRIMARY)
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    show(button)
    QTest.keyClick(button, key)
    assert pressed == [True]


def test_an_ampersand_is_itself_and_no_mnemonic(tokens: Tokens) -> None:
    button = Button("Save & close", tokens=tokens)
    show(button)
    assert button.words() == "Save & close"
    assert [each.name for each in found(button, QAccessible.Role.Button)] == ["Save & close"]
    assert button.shortcut().isEmpty()


@pytest.mark.parametrize("kind", list(ButtonKind))
def test_the_focus_ring_is_seen_on_every_kind_of_button(tokens: Tokens, kind: ButtonKind) -> None:
    holder = QWidget()
    holder.setAutoFillBackground(True)
    first, second = Button("One", tokens=tokens, kind=kind, parent=holder), Button("Two", tokens=tokens, parent=holder)
    second.move(0, 100)
    show(holder)
    second.setFocus()
    without = holder.grab(first.geometry()).toImage()
    first.setFocus()
    ring = holder.grab(first.geometry()).toImage()
    middle = ring.height() // 2
    assert ring != without
    assert {ring.pixelColor(x, middle).name() for x in (0, 1, 2)} == {tokens.focus}


def test_buttons_are_large_enough_and_grow_with_their_words(tokens: Tokens) -> None:
    short, long = Button("A", tokens=tokens), Button("A much longer button", tokens=tokens, icon=Icon.FLAG)
    assert short.sizeHint().height() >= 44
    assert short.sizeHint().width() >= 44
    assert long.minimumSizeHint().width() > short.minimumSizeHint().width()


def test_every_icon_leaves_marks_and_differs_from_the_others(tokens: Tokens) -> None:
    pictures = []
    for icon in Icon:
        mark = IconMark(icon, tokens.text, 32)
        image = mark.grab().toImage()
        assert len({image.pixelColor(x, y).name() for x in range(32) for y in range(32)}) > 1, icon
        pictures.append(image)
    assert all(first != second for place, first in enumerate(pictures) for second in pictures[:place])


def _difference(first: QImage, second: QImage) -> int:
    """The largest difference of lightness of any pixel; edges are smoothed and never quite the same."""
    places = [(x, y) for x in range(first.width()) for y in range(first.height())]
    return max(abs(first.pixelColor(*at).lightness() - second.pixelColor(*at).lightness()) for at in places)


def test_arrows_turn_round_where_text_runs_from_right_to_left(tokens: Tokens) -> None:
    mark = IconMark(Icon.FORWARD, tokens.text, 32)
    left_to_right = mark.grab().toImage()
    mark.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    mirrored, back = mark.grab().toImage(), IconMark(Icon.BACK, tokens.text, 32).grab().toImage()
    assert _difference(mirrored, back) < 4
    assert _difference(mirrored, left_to_right) > 100


def test_labels_are_read_by_their_text(tokens: Tokens) -> None:
    heading = Heading("Check in", tokens=tokens)
    show(heading)
    assert [each.name for each in tree(heading)] == ["Check in"]


def test_a_sentence_says_its_tone_by_more_than_colour(tokens: Tokens) -> None:
    pictures = set()
    for tone in Tone:
        sentence = Sentence("Saved", tokens=tokens, tone=tone)
        show(sentence, 200, 40)
        image = sentence.grab().toImage()
        background = image.pixelColor(image.width() - 1, 0)
        side = tokens.px(20)
        pictures.add(tuple(image.pixelColor(x, y) != background for x in range(side) for y in range(side)))
        assert [each.name for each in found(sentence, QAccessible.Role.StaticText)] == ["Saved"]
    assert len(pictures) == len(Tone)


def test_a_banner_shows_a_line_and_goes(tokens: Tokens) -> None:
    banner = Banner(tokens=tokens)
    assert banner.isHidden()
    banner.say("15 minutes left in this section.")
    show(banner)
    assert banner.words() == "15 minutes left in this section."
    banner.clear()
    assert banner.isHidden()


# -- PIN pad --------------------------------------------------------------------------------------------------------------


def pad(tokens: Tokens) -> tuple[PinPad, list[str]]:
    made, pins = PinPad(tokens=tokens), list[str]()
    made.submitted.connect(pins.append)
    show(made)
    made.setFocus()
    return made, pins


def key(made: QWidget, name: str) -> QAbstractButton:
    buttons = made.findChildren(QAbstractButton)
    return next(each for each in buttons if name in (each.text(), each.accessibleName()))


def test_a_pin_by_keyboard(tokens: Tokens) -> None:
    made, pins = pad(tokens)
    QTest.keyClicks(focused(), "4x7 11")
    QTest.keyClick(focused(), Qt.Key.Key_Backspace)
    QTest.keyClicks(focused(), "2")
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert pins == ["4712"]
    assert made.findChildren(QLineEdit)[0].text() == ""


def test_a_pin_by_mouse(tokens: Tokens) -> None:
    made, pins = pad(tokens)
    for name in ("9", "Clear", "1", "2", "3", "3", "Delete last digit", "0", "Unlock"):
        QTest.mouseClick(key(made, name), Qt.MouseButton.LeftButton)
    assert pins == ["1230"]


def test_digits_work_wherever_the_focus_is_within_the_pad(tokens: Tokens) -> None:
    made, pins = pad(tokens)
    key(made, "5").setFocus()
    QTest.keyClicks(focused(), "8642")
    made.setFocus()
    QTest.keyClick(focused(), Qt.Key.Key_Enter)
    assert pins == ["8642"]


def test_too_few_digits_are_not_submitted_and_too_many_not_taken(tokens: Tokens) -> None:
    made, pins = pad(tokens)
    QTest.keyClicks(focused(), "123")
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert pins == []
    assert not key(made, "Unlock").isEnabled()
    QTest.keyClicks(focused(), "4" * 30)
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert len(pins[0]) == PIN_DIGITS_MAX


def test_the_pad_shows_dots_only_and_holds_nothing_afterwards(tokens: Tokens) -> None:
    made, _pins = pad(tokens)
    QTest.keyClicks(focused(), "4712")
    field = made.findChildren(QLineEdit)[0]
    assert field.text() == "●●●●"
    assert "4712" not in " ".join(each.name + each.description for each in tree(made))
    made.hide()
    assert made._digits == bytearray()
    assert field.text() == ""
    made.show()
    QTest.keyClicks(made.findChildren(QLineEdit)[0], "4712")
    QTest.keyClick(made.findChildren(QLineEdit)[0], Qt.Key.Key_Return)
    assert made._digits == bytearray()


def test_the_pad_has_names(tokens: Tokens) -> None:
    made, _pins = pad(tokens)
    assert nameless_controls(made) == []
    assert "PIN" in [each.name for each in found(made, QAccessible.Role.EditableText)]


# -- clock and progress ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "0:00"),
        (1, "0:01"),
        (1000, "0:01"),
        (59_001, "1:00"),
        (4_360_000, "1:12:40"),
        (-5, "0:00"),
        (36_000_000, "10:00:00"),
    ],
)
def test_time_in_words(ms: int, words: str) -> None:
    assert clock_words(ms) == words


def test_the_clock_can_be_hidden_and_says_when_time_is_short(tokens: Tokens) -> None:
    clock, told = Clock(tokens=tokens), list[bool]()
    clock.hidden_changed.connect(told.append)
    clock.set_remaining(4_360_000)
    show(clock)
    assert clock.words() == "1:12:40"
    QTest.mouseClick(clock.findChildren(Button)[0], Qt.MouseButton.LeftButton)
    assert (clock.words(), told) == ("Time hidden", [True])
    clock.set_remaining(200_000)
    assert clock.words() == "Less than 5 minutes"
    clock.set_hidden(False)
    assert clock.words() == "3:20 left"
    assert "3:20 left" in [each.name for each in tree(clock)]
    clock.set_remaining(None)
    assert clock.isHidden()


def test_progress_is_a_bar_with_a_value(tokens: Tokens) -> None:
    line = ProgressLine(tokens=tokens, name="Import")
    line.set_progress(3, 12, "3 of 12 files")
    show(line, 200, 10)
    (bar,) = found(line, QAccessible.Role.ProgressBar)
    assert (bar.name, bar.description) == ("Import", "3 of 12 files")
    image = line.grab().toImage()
    assert image.pixelColor(20, 5).name() == tokens.accent
    assert image.pixelColor(150, 5).name() == tokens.surface_sunken
    line.set_progress(0, 0)
    assert line.grab().toImage() != image


# -- choices, tiles, lists, tables ----------------------------------------------------------------------------------------


def test_a_bar_chooses_by_arrows_and_clicks_and_is_one_stop(tokens: Tokens) -> None:
    bar, chosen = ChoiceBar([("a", "All"), ("b", "Ready"), ("c", "Done")], tokens=tokens, name="Show"), list[str]()
    bar.chosen.connect(chosen.append)
    show(bar)
    assert bar.current() == "a"
    rows = found(bar, QAccessible.Role.RadioButton)
    assert [each.name for each in rows] == ["All", "Ready", "Done"]
    segments = bar.findChildren(QAbstractButton)
    segments[0].setFocus()
    QTest.keyClick(focused(), Qt.Key.Key_Right)
    QTest.keyClick(focused(), Qt.Key.Key_Left)
    QTest.keyClick(focused(), Qt.Key.Key_Left)
    QTest.mouseClick(segments[1], Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert chosen == ["b", "a", "c", "b"]
    assert sum(bool(each.focusPolicy() & Qt.FocusPolicy.TabFocus) for each in segments) == 1
    bar.set_current("c")
    assert chosen == ["b", "a", "c", "b"]


def tiles(count: int = 12) -> list[Tile]:
    return [Tile(number=n, answered=n % 2 == 0, flagged=n % 5 == 0, current=n == 3) for n in range(1, count + 1)]


def test_tiles_are_walked_in_two_directions(tokens: Tokens) -> None:
    grid, chosen = TileGrid(tiles(), tokens=tokens, name="Section 1"), list[int]()
    grid.chosen.connect(chosen.append)
    show(grid, 380, 400)
    grid.focus_tile(0)
    columns = sum(each.y() == 0 for each in grid.findChildren(QAbstractButton))
    assert columns == 4
    for each in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(focused(), each)
    QTest.keyClick(focused(), Qt.Key.Key_End)
    QTest.keyClick(focused(), Qt.Key.Key_Space)
    assert chosen == [1, 11]


def test_tiles_say_their_state_in_words(tokens: Tokens) -> None:
    grid = TileGrid(tiles(), tokens=tokens, name="Section 1")
    show(grid)
    names = [each.name for each in found(grid, QAccessible.Role.Button)]
    assert names[2] == "Question 3, not answered, where you were"
    assert names[9] == "Question 10, answered, flagged"


def test_the_review_is_filtered_and_says_when_nothing_is_left(tokens: Tokens) -> None:
    review = ReviewGrid(tiles(), tokens=tokens, name="Section 1")
    show(review, 500, 600)
    segments = [each for each in review.findChildren(QAbstractButton) if each.text() == "Flagged"]
    QTest.mouseClick(segments[0], Qt.MouseButton.LeftButton)
    assert review.grid.shown_count() == 2
    review.set_tiles([Tile(number=n, answered=True, flagged=False) for n in range(1, 13)])
    assert review.grid.shown_count() == 0
    assert "There are none." in [each.name for each in tree(review)]
    assert nameless_controls(review) == []
    assert {"Answered", "Not answered", "Flagged"} <= {each.name for each in tree(review)}


def test_tiles_can_become_more(tokens: Tokens) -> None:
    grid = TileGrid(tiles(4), tokens=tokens, name="Section 1")
    grid.set_tiles(tiles(9))
    show(grid)
    assert len(found(grid, QAccessible.Role.Button)) == 9


ROWS = [
    Row(key="1", title="Amara Okafor", detail="09:00"),
    Row(key="2", title="Bjørn Håkonsen", detail="09:30"),
    Row(key="3", title="Amelie Roth", detail="10:00"),
]


def test_a_list_narrows_and_opens_by_keyboard(tokens: Tokens) -> None:
    rows, chosen = SearchList(ROWS, tokens=tokens, name="Candidates", search_name="Search by name"), list[str]()
    rows.chosen.connect(chosen.append)
    show(rows)
    rows.setFocus()
    QTest.keyClicks(focused(), "am")
    assert rows.findChildren(QListWidget)[0].count() == 2
    QTest.keyClick(focused(), Qt.Key.Key_Down)
    QTest.keyClick(focused(), Qt.Key.Key_Down)
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert chosen == ["3"]
    rows.field.setText("zz")
    assert "Nothing found for “zz”." in [each.name for each in tree(rows)]
    assert rows.current() == ""
    assert nameless_controls(rows) == []


def test_a_list_keeps_its_mark_over_new_rows_and_copies_nothing(tokens: Tokens) -> None:
    rows = SearchList(ROWS, tokens=tokens, name="Candidates", search_name="Search")
    show(rows)
    rows.set_current("2")
    rows.set_rows(ROWS[1:])
    assert rows.current() == "2"
    QApplication.clipboard().setText("before")
    QTest.keyClick(rows.findChildren(QListWidget)[0], Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "before"


def data_table(tokens: Tokens) -> DataTable:
    table = DataTable(("Exam", "Candidates"), tokens=tokens, name="Exams")
    table.set_rows([("x", ("Contact center", 9)), ("y", ("Essay", 24)), ("z", ("Pilot", 100))])
    show(table)
    return table


def column(table: DataTable, place: int) -> list[str]:
    model = table.findChildren(QTableView)[0].model()
    return [str(model.index(row, place).data()) for row in range(model.rowCount())]


def test_a_table_sorts_numbers_as_numbers_by_key(tokens: Tokens) -> None:
    table = data_table(tokens)
    view = table.findChildren(QTableView)[0]
    view.setCurrentIndex(view.model().index(0, 1))
    QTest.keyClick(view, Qt.Key.Key_S)
    assert column(table, 1) == ["9", "24", "100"]
    QTest.keyClick(view, Qt.Key.Key_S)
    assert column(table, 1) == ["100", "24", "9"]


def test_a_table_narrows_opens_and_copies_nothing(tokens: Tokens) -> None:
    table, chosen = data_table(tokens), list[str]()
    table.chosen.connect(chosen.append)
    table.field.setText("essay")
    assert table.shown_count() == 1
    view = table.findChildren(QTableView)[0]
    view.setCurrentIndex(view.model().index(0, 0))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert chosen == ["y"]
    QApplication.clipboard().setText("before")
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "before"
    table.field.setText("nothing like it")
    assert "Nothing found for “nothing like it”." in [each.name for each in tree(table)]
    assert nameless_controls(table) == []


def test_a_qr_code_is_a_graphic_with_its_text(tokens: Tokens) -> None:
    view = QrView("CCM-7F3K", tokens=tokens)
    show(view)
    (graphic,) = found(view, QAccessible.Role.Graphic)
    assert (graphic.name, graphic.description) == ("QR code", "CCM-7F3K")
    image = view.pixmap().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert colours == {"#ffffff", "#000000"}
    assert image.pixelColor(1, 1).name() == "#ffffff"


def test_a_label_never_hides_its_text_behind_another_name(tokens: Tokens) -> None:
    sentence = Sentence("Text", tokens=tokens)
    for widget in (Heading("Text", tokens=tokens), *sentence.findChildren(QLabel)):
        assert widget.accessibleName() == ""


def test_unknown_keys_are_left_to_others(tokens: Tokens) -> None:
    grid = TileGrid(tiles(), tokens=tokens, name="Section 1")
    show(grid)
    event = QKeyEvent(QKeyEvent.Type.KeyPress, 0x4E2D, Qt.KeyboardModifier.NoModifier, "中")
    QApplication.sendEvent(grid.findChildren(QAbstractButton)[0], event)
    assert not event.isAccepted()


def test_widgets_of_a_line_stand_on_its_middle(tokens: Tokens) -> None:
    holder = QWidget()
    flow = FlowLayout(holder, spacing=4)
    sizes = ((80, 20), (60, 50), (70, 30))
    for width, height in sizes:
        each = QWidget()
        each.setFixedSize(width, height)
        flow.addWidget(each)
    show(holder)
    flow.setGeometry(QRect(0, 0, 150, 200))
    tops = [flow.itemAt(place).geometry().top() for place in range(3)]  # type: ignore[union-attr]  # there are three
    assert tops == [15, 0, 54]
    assert flow.heightForWidth(150) == 84


def test_names_are_searched_and_nothing_else(tokens: Tokens) -> None:
    entries = [Row(key="1", title="Robin", detail="Management"), Row(key="2", title="Ana", detail="Management")]
    rows = SearchList(entries, tokens=tokens, name="Candidates", search_name="Search by name")
    rows.field.setText("ana")
    assert rows.current() == "2"


def test_names_are_found_as_they_can_be_typed(tokens: Tokens) -> None:
    entries = [Row(key="1", title="Robin", detail=""), Row(key="2", title="Zoë A\u030angström", detail="")]
    rows = SearchList(entries, tokens=tokens, name="Candidates", search_name="Search by name")
    for typed in ("angstrom", "ZOE", "\u00e5ngstr\u00f6m"):
        rows.field.setText("")
        rows.field.setText(typed)
        assert rows.current() == "2", typed


def test_whoever_types_a_mark_has_the_name_with_that_mark_before_them(tokens: Tokens) -> None:
    entries = [Row(key="1", title="Zoe Li", detail=""), Row(key="2", title="Zoë Li", detail="")]
    rows = SearchList(entries, tokens=tokens, name="Candidates", search_name="Search by name")
    for typed, marked in (("z", "1"), ("zo", "1"), ("zoë", "2"), ("zo", "2"), ("zoe", "1"), ("zoé", "1")):
        rows.field.setText(typed)
        assert rows.current() == marked, typed


def test_words_begin_where_the_reading_begins_in_whatever_direction_they_run(tokens: Tokens) -> None:
    around = QWidget()
    line = Sentence("Pick one.", tokens=tokens, parent=around)
    label = line.findChild(QLabel)
    centred = Heading("Middle", tokens=tokens, parent=around)
    centred.setAlignment(Qt.AlignmentFlag.AlignCenter)
    assert label is not None
    assert label.alignment() & Qt.AlignmentFlag.AlignLeft
    around.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert label.alignment() & Qt.AlignmentFlag.AlignRight
    assert centred.alignment() == Qt.AlignmentFlag.AlignCenter, "what was asked for stays"
    assert Heading("Later", tokens=tokens, parent=around).alignment() & Qt.AlignmentFlag.AlignRight
