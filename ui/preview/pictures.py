"""A picture of every item, without a screen: what ``kiosk office preview --screens`` writes.

Owns taking them one by one, each after the event loop has settled its layout. Refuses to know which platform draws.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from ui.preview.content import Previewed
from ui.preview.item_pane import ItemPane
from ui.window.theme import Theme, apply

SETTLING_MS: Final = 40
"""Layouts settle in rounds; media and scaled pictures take one more."""

_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """How pictures are taken."""

    size: QSize
    theme: Theme
    text_percent: int
    answered: bool = False
    """With the correct response put in, where an item declares one."""


class PictureTaker(QObject):
    """Takes the pictures of a source."""

    finished = Signal()
    """All are taken, or ``failure`` says why not."""

    def __init__(
        self, app: QApplication, content: Previewed, folder: Path, shot: Shot, report: Callable[[int, int, str], None]
    ) -> None:
        super().__init__()
        self._content, self._folder, self._shot, self._report = content, folder, shot, report
        self._tokens = apply(app, shot.theme, shot.text_percent)
        self._pane: ItemPane | None = None
        self._place = 0
        self.taken: list[Path] = []
        self.failure: OSError | None = None

    def start(self) -> None:
        """Begin; ``finished`` says when it is over."""
        QTimer.singleShot(0, self, self._next)

    def _next(self) -> None:
        items = self._content.items
        if self._place >= len(items):
            self.finished.emit()
            return
        item = items[self._place]
        self._report(self._place, len(items), item.name)
        answers = {}
        if self._shot.answered and item.whole is not None:
            answers = {each.identifier: each.correct for each in item.whole.response_declarations if each.correct}
        pane = ItemPane(item, self._content.resource, number=self._place + 1, answers=answers, tokens=self._tokens)
        pane.setAutoFillBackground(True)
        pane.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        pane.resize(self._shot.size)
        pane.show()
        self._pane = pane
        QTimer.singleShot(SETTLING_MS, self, self._take)

    def _take(self) -> None:
        if self._pane is not None:
            item = self._content.items[self._place]
            stem = _NOT_IN_NAMES.sub("-", item.name).strip("-")[:100] or "item"
            path = self._folder / f"{self._place + 1:03d}-{stem}.png"
            if not self._pane.grab().save(str(path)):
                self.failure = OSError(f"cannot write {path}")  # raised here it would end in the event loop
                self.finished.emit()
                return
            self.taken.append(path)
            self._pane.hide()
            self._pane.deleteLater()
            self._pane = None
        self._place += 1
        QTimer.singleShot(0, self, self._next)
