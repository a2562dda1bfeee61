"""`kiosk self-test`: whether this program, as it lies on this machine, does what it must.

Owns the check of the window and the table. What is tried otherwise is ``kiosk.self_test``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from kiosk.self_test import SELF_TESTS, SelfTest, SelfTestFailed, SelfTestResult, run_self_tests
from ui.command_line.console import out, print_json

FAILED: Final = 4
_WORDS: Final = "Is this question read? Ünïcödé"
_WIDTH: Final = 400
_HEIGHT: Final = 80
_PAPER: Final = "#ffffff"


def self_test(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
) -> None:
    """Try signatures, encryption, PINs, the journal, the reading of questions and the window, and say what works.

    Changes nothing. Exit code 0 when everything works, 4 when something does not: then do not give an exam on this machine.
    """
    with tempfile.TemporaryDirectory(prefix="kiosk-self-test-") as folder:
        results = run_self_tests((*SELF_TESTS, SelfTest(name="Window", run=_window)), Path(folder))
    if as_json:
        print_json({"results": [{"failure": each.failure, "name": each.name} for each in results]})
    else:
        out.print(_table(results))
    if any(each.failure for each in results):
        raise typer.Exit(FAILED)


def _table(results: tuple[SelfTestResult, ...]) -> Table:
    table = Table("What", "Result")
    for each in results:
        table.add_row(each.name, each.failure or "works")
    return table


def _window(folder: Path) -> None:
    """Paint words as a screen would show them, and look whether anything is there."""
    del folder
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Qt is loaded here and not before: the other checks say more when it is Qt that does not load.
    from PySide6.QtGui import QColor, QImage  # noqa: PLC0415
    from PySide6.QtWidgets import QLabel  # noqa: PLC0415

    from ui.window.application import make_application  # noqa: PLC0415

    make_application()
    label = QLabel(_WORDS)
    label.setStyleSheet(f"background: {_PAPER}; color: #000000")
    label.resize(_WIDTH, _HEIGHT)
    picture = QImage(label.size(), QImage.Format.Format_RGB32)
    label.render(picture)
    paper = QColor(_PAPER).rgb()
    inked = sum(picture.pixel(x, y) != paper for x in range(0, _WIDTH, 2) for y in range(_HEIGHT))
    if not inked:
        raise SelfTestFailed("no letters could be painted: fonts are missing")
