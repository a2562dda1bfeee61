"""One part on the screen by itself, with what it has told, and what a person does to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from exam_packages.qti.model import Element, Lexical, Node, Text
from ui.window.items.graphic.canvas import Surface
from ui.window.items.part import Part


class ShownPart:
    """A part in a window of its own; `told` is every answer it has given."""

    def __init__(self, make: Callable[[QWidget], Part], *, size: tuple[int, int] = (1000, 760)) -> None:
        self.window = QWidget()
        column = QVBoxLayout(self.window)
        self.part = make(self.window)
        column.addWidget(self.part)
        column.addStretch(1)
        self.told: list[Lexical] = []
        self.part.answered.connect(self.told.append)
        self.window.resize(*size)
        self.window.show()
        self.window.activateWindow()
        self.settle()
        self.part.show_answer(())
        self.part.focus_first()
        self.settle()

    def settle(self) -> None:
        for _round in range(3):
            QApplication.processEvents()

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            widget = QApplication.focusWidget()
            assert widget is not None
            QTest.keyClick(widget, key, modifier)
        self.settle()

    def button(self, name: str) -> QPushButton:
        """The visible button whose name or words begin so."""
        found = [
            each
            for each in self.window.findChildren(QPushButton)
            if each.isVisible() and (each.accessibleName().startswith(name) or each.text().startswith(name))
        ]
        assert len(found) == 1, [each.accessibleName() for each in found]
        return found[0]

    def click(self, name: str) -> None:
        """Click a button by its name."""
        button = self.button(name)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.rect().center())
        self.settle()

    def surface(self) -> Surface:
        """The picture of a part on a picture."""
        found = self.window.findChild(Surface)
        assert isinstance(found, Surface)
        return found

    def click_picture(self, x: float, y: float) -> None:
        """Click a point of the picture, in its own pixels."""
        at = QPointF(x, y) * self.surface().scale
        QTest.mouseClick(self.surface(), Qt.MouseButton.LeftButton, pos=QPoint(round(at.x()), round(at.y())))
        self.settle()

    def focus_name(self) -> str:
        """What the control with the focus is called."""
        widget = QApplication.focusWidget()
        return widget.accessibleName() if widget is not None else ""


def words(text: str) -> tuple[Node, ...]:
    return (Text(text),)


def image(name: str = "floor.svg", alt: str = "Floor plan", **attributes: str) -> Element:
    return Element(name="img", attributes=(("src", name), ("alt", alt), *attributes.items()))


FLOOR = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 450" width="800" height="450">
<rect x="4" y="4" width="792" height="442" fill="#fdfdfb" stroke="#333333" stroke-width="6"/></svg>"""


def resource(_path: str) -> bytes:
    return FLOOR
