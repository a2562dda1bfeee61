"""The other displays of a seat: a blank window on each of them, with one sentence, for as long as the exam window is open.

Where the seat is locked each of them says why, and what to look at (``lock_notice``). The exam, and the page that opens a lock,
stay on the display that was the primary one when the window came up; one that is plugged in later may become the primary one,
and is blank all the same. Owns one top-level window a display, each with its display's own geometry, and that displays come and
go. Refuses to know incidents: what a lock says, is said to it.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMargins, QObject, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPalette, QResizeEvent, QScreen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui.window.lock_notice import MARGIN_PX, fitting_notice
from ui.window.theme import TextSize, Tokens
from ui.window.view_state import LockedView
from ui.window.widgets.labels import Words
from ui.window.words import translate


class BlankWindow(QWidget):
    """Covers one display.

    Args:
        screen: the display.
        view: why the seat is locked; None while it is not.
    """

    def __init__(self, screen: QScreen, view: LockedView | None, *, tokens: Tokens) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAutoFillBackground(True)
        self._view, self._tokens = view, tokens
        self._content = QWidget(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(QMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX))
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        column.addWidget(self._content)
        self._fill()
        self.setScreen(screen)
        self.setGeometry(screen.geometry())  # first: without a window manager a full-screen window keeps its small size
        screen.geometryChanged.connect(self.setGeometry)

    def show_view(self, view: LockedView | None, tokens: Tokens) -> None:
        """Say why the seat is locked, or that the exam is elsewhere."""
        if (view, tokens) != (self._view, self._tokens):
            self._view, self._tokens = view, tokens
            self._fill()

    def says(self) -> str:
        """What is shown, in lines."""
        labels = [self._content] if isinstance(self._content, QLabel) else self._content.findChildren(QLabel)
        return "\n".join(label.text() for label in labels)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size has room for more, or less."""
        super().resizeEvent(event)
        self._fill()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing outside closes this window."""
        event.ignore()

    def _fill(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, self._tokens.colour(self._tokens.surface))
        self.setPalette(palette)
        content, before = self._made(), self._content
        column = self.layout()
        if column is not None:
            column.replaceWidget(before, content)
            column.setAlignment(content, Qt.AlignmentFlag.AlignCenter)
        self._content = content
        content.show()
        before.hide()
        before.deleteLater()

    def _made(self) -> QWidget:
        if self._view is not None:
            self.setWindowTitle(translate("Locked", "This seat is locked"))
            margins = QMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
            return fitting_notice(self._view, tokens=self._tokens, room=self.rect().marginsRemoved(margins).size())
        sentence = translate("OtherScreens", "The exam is on the other display.")
        self.setWindowTitle(sentence)
        words = Words(sentence, tokens=self._tokens, size=TextSize.HEADING)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setFixedWidth(max(1, self.width() - 2 * MARGIN_PX))
        return words


class OtherScreens(QObject):
    """Keeps every display blank but the exam's.

    Args:
        own: the display that the exam is on.
    """

    def __init__(self, app: QGuiApplication, tokens: Tokens, *, own: Callable[[], QScreen], parent: QObject) -> None:
        super().__init__(parent)
        self._app, self._tokens, self._own = app, tokens, own
        self._view: LockedView | None = None
        self._blanks: dict[QScreen, BlankWindow] = {}
        app.screenAdded.connect(self.arrange)
        app.screenRemoved.connect(self._forget)
        self.arrange()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the other displays say."""
        return tuple(blank.says() for blank in self._blanks.values())

    def show_view(self, view: LockedView | None, tokens: Tokens) -> None:
        """Say on the other displays why the seat is locked, or only where the exam is.

        Args:
            view: None while it is not locked.
            tokens: as the exam is shown.
        """
        self._view, self._tokens = view, tokens
        for blank in self._blanks.values():
            blank.show_view(view, tokens)

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
                self._blanks[screen] = BlankWindow(screen, self._view, tokens=self._tokens)
                self._blanks[screen].show()

    def _forget(self, screen: QScreen) -> None:
        blank = self._blanks.pop(screen, None)
        if blank is not None:
            blank.hide()
            blank.deleteLater()
