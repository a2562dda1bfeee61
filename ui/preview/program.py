"""The preview as a program: window or pictures, and noticing that files changed. The composition root of ``ui.preview``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PySide6.QtCore import (
    QFileSystemWatcher,
    QMessageLogContext,
    QObject,
    QSize,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from exam_packages.errors import LintFinding, SourceRefused
from ui.preview.content import Previewed, load
from ui.preview.pictures import PictureTaker, Shot
from ui.preview.window import PreviewWindow
from ui.window.collecting import collector_of
from ui.window.theme import Theme

RELOAD_AFTER_MS: Final = 300
"""Editors write a file in several steps; the last one counts."""

WATCHED_MAX: Final = 2_000
_NO_SCREEN: Final = "This plugin does not support propagateSizeHints()"
WINDOW_SIZE: Final = QSize(1440, 900)


class Preview(QObject):
    """A window on a source that is read again whenever its files change."""

    def __init__(self, app: QApplication, source: Path, *, item: str | None, theme: Theme, text_percent: int) -> None:
        super().__init__()
        self._source, self._first = source, item
        self.window = PreviewWindow(app, theme=theme, text_percent=text_percent)
        self.window.resize(WINDOW_SIZE.boundedTo(app.primaryScreen().availableSize()))
        self.window.reload_wanted.connect(self.reload)
        self._watcher = QFileSystemWatcher(self)
        self._later = QTimer(self, interval=RELOAD_AFTER_MS, singleShot=True)
        self._later.timeout.connect(self.reload)
        for signal in (self._watcher.fileChanged, self._watcher.directoryChanged):
            signal.connect(lambda _path: self._later.start())
        self.reloads = 0

    def start(self) -> None:
        """Read the source and come up.

        Raises:
            SourceRefused: it is no content.
            OSError: it cannot be read.
        """
        self.window.show_content(load(self._source), self._first)
        self._watch()
        self.window.show()

    def reload(self) -> None:
        """Read the source again; one that is broken for the moment is said to be, and watched on."""
        try:
            content = load(self._source)
        except SourceRefused as refusal:
            self.window.show_findings(refusal.findings)
        except OSError as error:
            self.window.show_findings((_unreadable(self._source, error),))
        else:
            self.window.show_content(content)
        self.reloads += 1
        self._watch()

    def _watch(self) -> None:
        """Watch files and folders; what an editor replaced has to be watched anew."""
        wanted = [str(self._source)]
        if self._source.is_dir():
            wanted += [str(path) for path in sorted(self._source.rglob("*"))[:WATCHED_MAX]]
        missing = set(wanted) - set(self._watcher.files()) - set(self._watcher.directories())
        if missing:
            self._watcher.addPaths(sorted(path for path in missing if Path(path).exists()))


def _unreadable(source: Path, error: OSError) -> LintFinding:
    return LintFinding(
        file=source.name,
        line=0,
        element="",
        rule="unreadable",
        message=f"cannot be read ({error.strerror})",
        remedy="It is read again when it changes",
    )


def run_preview(source: Path, *, item: str | None, theme: Theme, text_percent: int) -> int:
    """Show a source in a window until somebody closes it; return 0.

    Raises:
        SourceRefused: it is no content.
        OSError: it cannot be read.
    """
    app = _application()
    preview = Preview(app, source, item=item, theme=theme, text_percent=text_percent)
    preview.start()
    return app.exec()


def take_pictures(
    content: Previewed, folder: Path, shot: Shot, report: Callable[[int, int, str], None]
) -> tuple[Path, ...]:
    """Write a picture of every item into a folder and return their paths. Needs no screen.

    Raises:
        OSError: a picture cannot be written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = _application()
    folder.mkdir(parents=True, exist_ok=True)
    taker = PictureTaker(app, content, folder, shot, report)
    taker.finished.connect(app.quit)
    taker.start()
    with _no_word_of_screens():
        app.exec()
    if taker.failure is not None:
        raise taker.failure
    return tuple(taker.taken)


@contextmanager
def _no_word_of_screens() -> Iterator[None]:
    """Keep from people what Qt says of every window that has no screen; everything else is said as ever."""

    def say(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if message == _NO_SCREEN:
            return
        if before is not None:
            before(kind, context, message)
        else:
            sys.stderr.write(f"{message}\n")

    before = qInstallMessageHandler(say)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def _application() -> QApplication:
    there = QApplication.instance()
    app = there if isinstance(there, QApplication) else QApplication(["kiosk office preview"])
    collector_of(app)
    return app
