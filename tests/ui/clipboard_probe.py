"""A program for a real X server: selects, copies and drags text in every kind of field, then says what the clipboards hold.

Run by ``test_clipboards``; prints one JSON object.
"""

from __future__ import annotations

import faulthandler
import json
import sys

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QClipboard, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from exam_packages.ids import ResponseId
from exam_packages.qti.model import AssessmentItem, Element, ExtendedTextInteraction, Text, TextEntryInteraction, Tool
from ui.window.items.item_view import ItemView
from ui.window.theme import Theme, apply
from ui.window.widgets.private_line import PrivateLine
from ui.window.widgets.search_list import Row, SearchList

SECRET = "SECRET"


def drag_to(widget: QWidget, place: QPoint) -> None:
    """A move with the button held; QTest's own would move the real pointer, and wait for it for ever."""
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    where = QPointF(place)
    event = QMouseEvent(QEvent.Type.MouseMove, where, QPointF(widget.mapToGlobal(place)), left, left, none)
    QApplication.sendEvent(widget, event)


def select_everything(widget: QWidget) -> None:
    """By keyboard, by mouse and by double click; then copy, cut, and paste with the middle button."""
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    left = Qt.MouseButton.LeftButton
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_Home)
    QTest.keyClick(widget, Qt.Key.Key_End, shift)
    QTest.keyClick(widget, Qt.Key.Key_A, control)
    QTest.keyClick(widget, Qt.Key.Key_C, control)
    QTest.keyClick(widget, Qt.Key.Key_Insert, control)
    QTest.mousePress(widget, left, pos=QPoint(4, 12))
    drag_to(widget, QPoint(widget.width() - 4, 12))
    QTest.mouseRelease(widget, left, pos=QPoint(widget.width() - 4, 12))
    QTest.mouseDClick(widget, left, pos=QPoint(30, 15))
    QTest.mouseRelease(widget, left, pos=QPoint(30, 15))
    QTest.mouseClick(widget, Qt.MouseButton.MiddleButton, pos=QPoint(30, 15))


def main() -> int:
    faulthandler.dump_traceback_later(30, exit=True)
    app = QApplication(sys.argv[:1])
    tokens = apply(app, Theme.LIGHT)
    window = QWidget()
    column = QVBoxLayout(window)
    blank = TextEntryInteraction(response=ResponseId("R1"))
    essay = ExtendedTextInteraction(response=ResponseId("R2"))
    body = (Element(name="p", children=(Text(f"{SECRET} question "), blank)), essay)
    item = AssessmentItem(identifier="i", title="", language="en", body=body)
    tools = frozenset({Tool.HIGHLIGHTER})
    view = ItemView(item, None, lambda _path: b"", number=1, tokens=tokens, tools=tools)
    view.show_answers({ResponseId("R1"): (SECRET,), ResponseId("R2"): (f"{SECRET} essay",)})
    line = PrivateLine(tokens=tokens, name="Search")
    line.setText(SECRET)
    rows = SearchList([Row(key="1", title=SECRET)], tokens=tokens, name="List", search_name="Search")
    for each in (view, line, rows):
        column.addWidget(each)
    window.resize(900, 700)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowExposed(window)
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and (widget.focusPolicy() & Qt.FocusPolicy.ClickFocus):
            select_everything(widget)
            viewport = getattr(widget, "viewport", None)
            if viewport is not None:
                select_everything(viewport())
    app.processEvents()
    clipboard = app.clipboard()
    result = {
        "platform": app.platformName(),
        "has_primary": clipboard.supportsSelection(),
        "clipboard": clipboard.text(QClipboard.Mode.Clipboard),
        "primary": clipboard.text(QClipboard.Mode.Selection),
    }
    sys.stdout.write(json.dumps(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
