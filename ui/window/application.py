"""The Qt application, made with a scrubbed environment. Loads nothing but Qt: the curtain stands before all else is loaded."""

from __future__ import annotations

import os
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from ui.window.collecting import collector_of
from ui.window.composing import compose_on, wait_for_input_method

# Qt looks at these before it looks at anything else; some open ports, load code or fetch files.
_SCRUBBED: Final = ("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_GENERIC_PLUGINS", "QT_STYLE_OVERRIDE")
_PLATFORMS: Final = frozenset({"xcb", "offscreen", "wayland", "windows", "cocoa"})


def make_application() -> QApplication:
    """Make the Qt application with a scrubbed environment, or return the one there is; it has a collector then."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        collector_of(there)
        return there
    for name in _SCRUBBED:
        os.environ.pop(name, None)
    if os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] not in _PLATFORMS:
        os.environ.pop("QT_QPA_PLATFORM", None)
    QCoreApplication.setApplicationName("Exam")
    has_input_method = wait_for_input_method(os.environ)
    app = QApplication(["exam"])
    compose_on(app, with_all=has_input_method)
    collector_of(app)
    app.setQuitOnLastWindowClosed(False)
    _translate_qt(app)
    return app


def _translate_qt(app: QApplication) -> None:
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(), "qtbase", "_", folder):
        app.installTranslator(translator)
