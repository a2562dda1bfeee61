"""The other displays of a seat: a blank window on each of them, with one sentence, for as long as the exam window is open.

The exam, and the page that says why a seat is locked, stay on the display that was the primary one when the window came up;
one that is plugged in later may become the primary one, and is blank all the same. Owns one top-level window a display, each
with its display's own geometry, and that displays come and go. Refuses to know incidents: whether it is locked is said to it.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPalette, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.window.theme import TextSize, Tokens
from ui.window.widgets.labels import Words
from ui.window.words import translate


class BlankWindow(QWidget):
    """Covers one display."""

    def __init__(self, screen: QScreen, sentence: str, *, tokens: Tokens) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAutoFillBackground(True)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, tokens.colour(tokens.surface))
        self.setPalette(palette)
        column = QVBoxLayout(self)
        self._words = Words("", tokens=tokens, size=TextSize.HEADING, parent=self)
        column.addStretch(1)
        column.addWidget(self._words)
        column.addStretch(1)
        self.say(sentence)
        self.setScreen(screen)
        self.setGeometry(screen.geometry())  # first: without a window manager a full-screen window keeps its small size
        screen.geometryChanged.connect(self.setGeometry)

    def say(self, sentence: str) -> None:
        """Show another sentence."""
        self._words.setText(sentence)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWindowTitle(sentence)

    def sentence(self) -> str:
        """What is shown."""
        return self._words.text()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing outside closes this window."""
        event.ignore()


class OtherScreens(QObject):
    """Keeps every display blank but the exam's.

    Args:
        own: the display that the exam is on.
    """

    def __init__(self, app: QGuiApplication, tokens: Tokens, *, own: Callable[[], QScreen], parent: QObject) -> None:
        super().__init__(parent)
        self._app, self._tokens, self._own = app, tokens, own
        self._locked = False
        self._blanks: dict[QScreen, BlankWindow] = {}
        app.screenAdded.connect(self.arrange)
        app.screenRemoved.connect(self._forget)
        self.arrange()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the other displays say."""
        return tuple(blank.sentence() for blank in self._blanks.values())

    def say_locked(self, *, locked: bool) -> None:
        """Say on the other displays that the seat is locked, or only where the exam is."""
        self._locked = locked
        for blank in self._blanks.values():
            blank.say(self._sentence())

    def close(self) -> None:
        """Give the displays back."""
        for screen in tuple(self._blanks):
            self._forget(screen)

    def arrange(self) -> None:
        """Look anew where the exam is, and which displays there are."""
        own = self._own()
        for screen in self._app.screens():
            if screen is own:
                self._forget(screen)
            elif screen not in self._blanks:
                self._blanks[screen] = BlankWindow(screen, self._sentence(), tokens=self._tokens)
                self._blanks[screen].show()

    def _forget(self, screen: QScreen) -> None:
        blank = self._blanks.pop(screen, None)
        if blank is not None:
            blank.hide()
            blank.deleteLater()

    def _sentence(self) -> str:
        if self._locked:
            return translate("OtherScreens", "This seat is locked. Please look at the other display.")
        return translate("OtherScreens", "The exam is on the other display.")
