"""The self-test's window: the exam's own window with the self-test's page, behind the walls, answering what it is asked.

Owns answering. Nothing is judged here: what is inside may be what is wrong.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, MutableMapping
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from exam_packages.readiness_certificates import TEXT_MAX, CheckOutcome
from kiosk.readiness.breaking_out import Attempts
from signing.canonical import JsonInput
from signing.errors import FormRefused
from signing.fields import Fields
from ui.readiness.fonts import scripts_with_boxes, with_boxes
from ui.readiness.line import Ask, LineLost, asked, lines_from, said
from ui.readiness.page import COLOURS_MAX, Colours, ReadinessPage
from ui.window.application import make_application
from ui.window.capture_guarding import CaptureGuarding, guard_here
from ui.window.key_guard import ClipboardGuard, KeyGuard
from ui.window.line_ends import LineEnd, end_from
from ui.window.navigation import Screen
from ui.window.theme import Theme
from ui.window.window import ExamWindow

NO_LINE: Final = 2
NAMES_MAX: Final = 5_000
_QUIET: Final = "qt.text.font.db=false;qt.multimedia.*=false"
"""Fonts and sound are tried here and what is lacking is said in the table; the library's own lines would stand above it, by the
dozen. Whoever looks for a fault sets the rules (QT_LOGGING_RULES) as they need them."""


def run_inside(environment: MutableMapping[str, str]) -> int:
    """Be the self-test's window until it is told to end."""
    end = end_from(environment)
    if end is None:
        return NO_LINE
    environment.setdefault("QT_LOGGING_RULES", _QUIET)
    app = make_application()
    answering = Answering(app, end, attempts_here())
    answering.window.open(windowed=False)
    answering.listen()
    code = app.exec()
    answering.close()
    return code


def attempts_here() -> Attempts:
    """Return what is tried from inside on this system."""
    if sys.platform == "win32":
        from kiosk.readiness.windows_breaking_out import ATTEMPTS as WINDOWS  # noqa: PLC0415 - each system its own

        return WINDOWS
    from kiosk.readiness.breaking_out import ATTEMPTS as LINUX  # noqa: PLC0415

    return LINUX


class Answering(QObject):
    """The window, and its end of the line.

    Args:
        app: the application.
        end: of the line; is this object's from now on.
        attempts: to break out.
    """

    _heard = Signal(bytes)
    _lost = Signal()

    def __init__(self, app: QApplication, end: LineEnd, attempts: Attempts) -> None:
        super().__init__()
        self._app, self._end, self._attempts = app, end, attempts
        self.window = ExamWindow(app, look=Theme.LIGHT, text_percent=100)
        self._guards = (KeyGuard(self), ClipboardGuard(self))
        app.installEventFilter(self._guards[0])
        self._page = ReadinessPage(tokens=self.window.tokens)
        self.window.show_page(Screen.BUSY, lambda _: self._page, None)
        self._colours: Colours | None = None
        guard = guard_here()
        self._capture = None if guard is None else CaptureGuarding(guard, self)
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._lost.connect(self._hang_up, Qt.ConnectionType.QueuedConnection)
        heard, lost = self._heard.emit, self._lost.emit
        self._listening = threading.Thread(
            target=_listen, args=(end.wait, heard, lost), name="self-test line", daemon=True
        )

    def listen(self) -> None:
        """Begin to answer, with the window there."""
        if self._capture is not None:
            self._capture.start()
        self._listening.start()

    def close(self) -> None:
        """Let go of keyboard and line."""
        self._end.hang_up()
        self._listening.join()
        self._end.close()  # not before: this thread sends as long as there is anything to answer
        if self._capture is not None:
            self._capture.stop()
        self._app.removeEventFilter(self._guards[0])
        self.window.hide()
        self.window.deleteLater()

    @Slot(bytes)
    def _hear(self, line: bytes) -> None:
        try:
            what, fields = asked(line)
            self._end.send(said(self._answer(what, fields)))
        except (OSError, FormRefused):
            self._app.exit(1)

    @Slot()
    def _hang_up(self) -> None:
        self._app.exit(0)

    def _answer(self, what: Ask, fields: Fields) -> dict[str, JsonInput]:
        match what:
            case Ask.ATTEMPT:
                _, _, attempt = self._attempts[fields.text("name")]
                made = attempt()
                return {"got_out": made.got_out, "saw": made.saw[:TEXT_MAX]}
            case Ask.STATE:
                return self._state()
            case Ask.CLEAR:
                self._page.field.clear()
                self._page.field.setFocus(Qt.FocusReason.OtherFocusReason)
            case Ask.TRYING:
                self._page.try_now(fields.text("what"))
            case Ask.RESULT:
                outcome = fields.choice("outcome", CheckOutcome)
                self._page.add(fields.text("what"), outcome, fields.text("evidence", min_length=0))
            case Ask.FONTS:
                return self._fonts(fields)
            case Ask.AUDIO:
                from ui.window.items.media.backend import media_ready  # noqa: PLC0415 - loads Qt Multimedia

                return {"lacks": media_ready() or ""}
            case Ask.COLOURS:
                self._show_colours(fields.texts("colours", max_items=COLOURS_MAX))
            case Ask.END:
                self._app.exit(0)
        return {}

    def _show_colours(self, colours: tuple[str, ...]) -> None:
        if self._colours is not None:
            self._colours.hide()
            self._colours.deleteLater()
            self._colours = None
        if colours:
            self._colours = Colours(colours, self.window)

    def _state(self) -> dict[str, JsonInput]:
        screen = self.window.screen().geometry()
        others = [each for each in self._app.topLevelWidgets() if each is not self.window and each.isVisible()]
        return {
            "active": self.window.isActiveWindow(),
            "fills": self.window.isVisible() and self.window.geometry().contains(screen),
            "popups": len(others),
            "text": self._page.field.text()[:TEXT_MAX],
        }

    def _fonts(self, fields: Fields) -> dict[str, JsonInput]:
        font = self.window.tokens.font()
        names = fields.texts("names", max_items=NAMES_MAX)
        return {"boxes": list(with_boxes(names, font)), "scripts": list(scripts_with_boxes(font))}


def _listen(wait: Callable[[], bytes], heard: Callable[[bytes], None], lost: Callable[[], None]) -> None:
    """Listen, on a thread of its own, which is given nothing of the window (decision 0134)."""
    try:
        for line in lines_from(wait):
            heard(line)
    except (OSError, LineLost):
        pass  # as its end
    lost()
