"""The self-test's window: the exam's own window with the self-test's page, behind the walls, answering what it is asked.

Owns answering. Nothing is judged here: what is inside may be what is wrong.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Qt
from PySide6.QtWidgets import QApplication

from exam_packages.readiness_certificates import TEXT_MAX, CheckOutcome
from kiosk.lockdown.linux.environment import SUPERVISOR_VARIABLE
from kiosk.readiness.breaking_out import ATTEMPTS
from signing.canonical import JsonInput
from signing.errors import FormRefused
from signing.fields import Fields
from ui.readiness.fonts import scripts_with_boxes, with_boxes
from ui.readiness.line import Ask, Line, LineLost, asked
from ui.readiness.page import ReadinessPage
from ui.window.application import make_application
from ui.window.key_guard import ClipboardGuard, KeyGuard
from ui.window.navigation import Screen
from ui.window.theme import Theme
from ui.window.window import ExamWindow

NO_LINE: Final = 2
NAMES_MAX: Final = 5_000


def run_inside(environment: MutableMapping[str, str]) -> int:
    """Be the self-test's window until it is told to end."""
    number = environment.pop(SUPERVISOR_VARIABLE, "")
    if not number.isdecimal():
        return NO_LINE
    descriptor = int(number)
    os.set_inheritable(descriptor, False)
    app = make_application()
    answering = Answering(app, Line(descriptor))
    answering.window.open(windowed=False)
    code = app.exec()
    answering.close()
    return code


class Answering(QObject):
    """The window, and its end of the line."""

    def __init__(self, app: QApplication, line: Line) -> None:
        super().__init__()
        self._app, self._line = app, line
        self.window = ExamWindow(app, look=Theme.LIGHT, text_percent=100)
        self._guards = (KeyGuard(self), ClipboardGuard(self))
        app.installEventFilter(self._guards[0])
        self._page = ReadinessPage(tokens=self.window.tokens)
        self.window.show_page(Screen.BUSY, lambda _: self._page, None)
        self._listening = QSocketNotifier(line.descriptor, QSocketNotifier.Type.Read, self)
        self._listening.activated.connect(self._hear)

    def close(self) -> None:
        """Let go of keyboard and line."""
        self._listening.setEnabled(False)
        self._app.removeEventFilter(self._guards[0])
        self.window.hide()
        self.window.deleteLater()

    def _hear(self) -> None:
        try:
            line = self._line.read(None)
            if line is None:
                self._app.exit(0)
                return
            what, fields = asked(line)
            answer = self._answer(what, fields)
            self._line.say(answer)
        except (LineLost, FormRefused):
            self._app.exit(1)

    def _answer(self, what: Ask, fields: Fields) -> dict[str, JsonInput]:
        match what:
            case Ask.ATTEMPT:
                _, _, attempt = ATTEMPTS[fields.text("name")]
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
            case Ask.END:
                self._app.exit(0)
        return {}

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
