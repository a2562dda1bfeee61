"""A page to type on, with Windows' own Qt, full screen, inside the rig. It says what stands on it, and if it can be captured."""

from __future__ import annotations

import os
import sys
import threading

from PySide6.QtGui import QCloseEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from ui.window.capture_guarding import CaptureGuarding, guard_here


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Page(QPlainTextEdit):
    """Says when it is asked to close, and does not; empty after a click."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.clear()
        say("active")

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        say("asked to close")


def main() -> int:
    app = QApplication(sys.argv)
    page = Page()
    page.setGeometry(app.primaryScreen().geometry())
    page.showFullScreen()
    page.activateWindow()
    page.setFocus()
    rect = page.geometry()
    say(f"shown {app.platformName()} {rect.width()}x{rect.height()} window {int(page.winId())}")

    def wait_for_end() -> None:
        sys.stdin.read()
        os._exit(0)  # closing is refused, and Qt takes that for a refusal to quit

    threading.Thread(target=wait_for_end, daemon=True).start()
    guard = guard_here()
    assert guard is not None
    guarding = CaptureGuarding(guard, app)
    guarding.noticed.connect(lambda seen: say(f"{seen.kind.value}: {seen.evidence['reason']}"))
    guarding.start()
    page.textChanged.connect(lambda: say(f"text {page.toPlainText()!r}"))
    return int(app.exec())


if __name__ == "__main__":
    sys.exit(main())
