"""What stands on the screen while the program is loaded: one sentence, painted before anything but Qt is imported.

Owns being the first frame, and going away by itself as soon as another window of this program has painted. Refuses to know the
seat and its pages. It takes no keys and no clicks: what comes while it stands waits in the queue, until the window that
follows has its guards. It names nothing of Qt's namespace ``Qt`` either, whose enumerations take as long to make as the frame.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtGui import QCloseEvent, QFont, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from ui.window.look import Look
from ui.window.theme import TextSize, Theme, Tokens

WINDOWED_PX: Final = (1024, 768)
PATIENCE_MS: Final = 1_000
"""A screen that paints nothing by then gets the program all the same."""
_MARGIN_PX: Final = 48


class Curtain(QWidget):
    """A window that says one sentence."""

    def __init__(self, app: QApplication, *, tokens: Tokens) -> None:
        super().__init__()
        self._app = app
        self._first_frame: QEventLoop | None = None
        self._fallen = False
        title = QCoreApplication.translate("Busy", "One moment")
        self.setWindowTitle(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        column.addStretch(1)
        column.addWidget(_label(title, tokens.font(TextSize.TITLE, bold=True)))
        column.addWidget(_label(QCoreApplication.translate("Busy", "The program starts."), tokens.font(TextSize.BODY)))
        column.addStretch(2)

    def rise(self, *, windowed: bool) -> None:
        """Come up, and return when the first frame stands."""
        if windowed:
            self.resize(*WINDOWED_PX)
            self.show()
        else:
            # Without a window manager a full-screen window keeps the size it had.
            self.setGeometry(self._app.primaryScreen().geometry())
            self.showFullScreen()
        self._first_frame = QEventLoop()
        QTimer.singleShot(PATIENCE_MS, self._first_frame, self._first_frame.quit)
        self._first_frame.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        self._first_frame = None
        self._app.sync()
        self._app.installEventFilter(self)

    def fall(self) -> None:
        """Go away; a second time nothing happens."""
        if self._fallen:
            return
        self._fallen = True
        self._app.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fall when another window has painted."""
        if event.type() is QEvent.Type.Paint and self._is_other_window(watched):
            self._app.removeEventFilter(self)
            QTimer.singleShot(0, self, self.fall)  # the frame is handed over when this event is done
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Go on once there is a frame: after the event that paints, when it has been handed over."""
        super().paintEvent(event)
        if self._first_frame is not None:
            QTimer.singleShot(0, self._first_frame.quit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nobody closes it."""
        event.ignore()

    def _is_other_window(self, watched: QObject) -> bool:
        return isinstance(watched, QWidget) and watched.isWindow() and watched is not self


def _label(words: str, font: QFont) -> QLabel:
    """A line; one of ``widgets.labels`` would have to be loaded first."""
    label = QLabel(words)
    label.setWordWrap(True)
    label.setFont(font)
    return label


def raise_curtain(app: QApplication, *, theme: Theme, text_percent: int, windowed: bool) -> Curtain:
    """Show a curtain in the look that the window will have; it stands when this returns."""
    look = Look(theme=theme, text_percent=text_percent)
    curtain = Curtain(app, tokens=look.apply(app))
    curtain.rise(windowed=windowed)
    return curtain
