"""A window to practise on: what is hard for a robot, in one place. Started as a program of its own."""

import sys

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)


class Practice(QWidget):
    """Two pages; far choices in a scroll area; a door that opens at the second knock, and one that opens late."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Practice")
        self._pages = QStackedWidget(self)
        self._knocks = 0
        column = QVBoxLayout(self)
        column.addWidget(self._pages)
        self._pages.addWidget(self._first_page())
        other = QWidget()
        QVBoxLayout(other).addWidget(QLabel("Behind the door"))
        self._pages.addWidget(other)

    def _first_page(self) -> QWidget:
        page, far = QWidget(), QWidget()
        column, choices = QVBoxLayout(page), QVBoxLayout(far)
        for number in range(40):
            choice = QRadioButton(f"Choice {number}")
            choice.setMinimumHeight(44)
            choices.addWidget(choice)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(far)
        column.addWidget(area)
        for field, name in ((QLineEdit(), "Number"), (QPlainTextEdit(), "Essay")):
            field.setAccessibleName(name)
            column.addWidget(field)
        for name, act in (("Knock twice", self._knock), ("Knock and wait", self._wait), ("Locked", lambda: None)):
            button = QPushButton(name)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(act)
            button.setEnabled(name != "Locked")
            column.addWidget(button)
        return page

    def _knock(self) -> None:
        self._knocks += 1
        if self._knocks == 2:
            self._pages.setCurrentIndex(1)

    def _wait(self) -> None:
        QTimer.singleShot(300, lambda: self._pages.setCurrentIndex(1))


def main() -> None:
    application = QApplication(sys.argv)
    window = Practice()
    window.setGeometry(application.primaryScreen().geometry())
    window.showFullScreen()
    window.activateWindow()
    sys.exit(application.exec())


if __name__ == "__main__":
    main()
