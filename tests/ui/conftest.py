"""Qt without a screen; any warning of Qt's fails the test it comes up in."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from ui.window.theme import Theme, Tokens, apply

_HARMLESS = (
    "This plugin does not support propagateSizeHints()",
    "PulseAudioService: ",
    "OpenType support missing for ",  # letters of a script that no font here has; tests write any letter there is
)
_OF_THE_MACHINE = "qt.multimedia."  # what a machine without sound or a graphics card lacks; the window says it in words
_warnings: list[str] = []


def _note(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if str(context.category or "").startswith(_OF_THE_MACHINE):
        return
    if kind is not QtMsgType.QtDebugMsg and not message.startswith(_HARMLESS):
        _warnings.append(f"{kind.name}: {message}")


@pytest.fixture(scope="session")
def qapp() -> Iterator[QApplication]:
    """The one application of the test process."""
    before = qInstallMessageHandler(_note)
    app = QApplication.instance() or QApplication(["tests"])
    assert isinstance(app, QApplication)
    yield app
    qInstallMessageHandler(before)


@pytest.fixture(autouse=True)
def no_qt_warnings() -> Iterator[None]:
    """Fail on what Qt complains about."""
    _warnings.clear()
    yield
    for widget in QApplication.topLevelWidgets() if QGuiApplication.instance() else ():
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not _warnings, "\n".join(_warnings)


@pytest.fixture
def tokens(qapp: QApplication) -> Tokens:
    """The light theme at 100 percent."""
    qapp.setLayoutDirection(qapp.layoutDirection().LeftToRight)
    return apply(qapp, Theme.LIGHT, 100)
