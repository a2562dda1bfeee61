"""Pictures of every tool over a question, to be looked at: ``python -m tests.ui.tools.gallery FOLDER [LOOK ...]``.

A ``LOOK`` is like ``1024x768-high-contrast-200``; ``rtl-`` before it turns the reading direction round.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from exam_packages.qti.model import Tool
from tests.ui.tools.staging import Stage
from ui.window.look import Look
from ui.window.theme import Theme
from ui.window.tools.aids import Aid, AidKind, kind_of
from ui.window.tools.magnifier import Magnifier

FEW = (Tool.CALCULATOR, Tool.HIGHLIGHTER, Tool.NOTES, Tool.LINE_READER)
LOOKS = (
    "1024x768-light-100",
    "1024x768-dark-200",
    "1024x768-high-contrast-400",
    "1600x1000-high-contrast-100",
    "1600x1000-light-200",
    "rtl-1024x768-light-100",
)


def _prepare(stage: Stage, aid: Aid) -> None:
    stage.desk.open(aid)
    if aid in {Aid.CALCULATOR, Aid.SCIENTIFIC_CALCULATOR}:
        stage.press("240*6/30", Qt.Key.Key_Return)
    elif aid in {Aid.NOTES, Aid.COMMENT}:
        stage.press("52 agents, 240 calls: occupancy is above the target.")
    elif isinstance(lens := stage.desk._overlays.get(aid), Magnifier):
        lens.move_to(QPoint(260, 120))
    elif aid is Aid.LINE_READER:
        stage.press(Qt.Key.Key_Down, Qt.Key.Key_Down)
    stage.settle(60)


def take(app: QApplication, folder: Path, look: str) -> None:
    """Every tool in one look."""
    mirrored = look.startswith("rtl-")
    size, rest = look.removeprefix("rtl-").split("-", maxsplit=1)
    theme, percent = rest.rsplit("-", maxsplit=1)
    width, height = (int(each) for each in size.split("x"))
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if mirrored else Qt.LayoutDirection.LeftToRight)
    tokens = Look(theme=Theme(theme), text_percent=int(percent)).apply(app)
    for aid in (None, *(each for each in Aid if kind_of(each) is not AidKind.MODE)):
        # Covered answers show nothing of what a tool lies over.
        tools = [tool for tool in Tool if tool is not Tool.ANSWER_MASK] if aid else FEW
        stage = Stage(
            tokens,
            tools=tools,
            comment="" if aid else None,
            size=(width, height),
            with_stimulus=aid in {None, Aid.MAGNIFIER},
        )
        if aid is not None:
            _prepare(stage, aid)
        stage.settle(60)
        stage.window.grab().save(str(folder / f"{look}-{aid.value if aid else 'none'}.png"))
        stage.window.close()
        stage.window.deleteLater()


def main(folder: Path, looks: list[str]) -> None:
    """Take every picture."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(["gallery"])
    if isinstance(app, QApplication):
        for look in looks or LOOKS:
            take(app, folder, look)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
