"""Pictures of every tool over a question, to be looked at: ``python -m tests.ui.tools.gallery FOLDER [LOOK ...]``.

A ``LOOK`` is like ``1024x768-high-contrast-200``; ``rtl-`` before it turns the reading direction round.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """How a picture is taken."""

    name: str
    mirrored: bool
    size: tuple[int, int]
    look: Look


def picture(text: str) -> Picture:
    """Read a look as people write it."""
    size, _, rest = text.removeprefix("rtl-").partition("-")
    theme, _, percent = rest.rpartition("-")
    width, _, height = size.partition("x")
    if theme not in {each.value for each in Theme} or not all(each.isdecimal() for each in (width, height, percent)):
        raise argparse.ArgumentTypeError(f"{text!r} is no look; one is {LOOKS[1]}")
    return Picture(
        name=text,
        mirrored=text.startswith("rtl-"),
        size=(int(width), int(height)),
        look=Look(theme=Theme(theme), text_percent=int(percent)),
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


def take(app: QApplication, folder: Path, wanted: Picture) -> None:
    """Every tool in one look."""
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if wanted.mirrored else Qt.LayoutDirection.LeftToRight)
    tokens = wanted.look.apply(app)
    for aid in (None, *(each for each in Aid if kind_of(each) is not AidKind.MODE)):
        # Covered answers show nothing of what a tool lies over.
        tools = [tool for tool in Tool if tool is not Tool.ANSWER_MASK] if aid else FEW
        stage = Stage(
            tokens,
            tools=tools,
            comment="" if aid else None,
            size=wanted.size,
            with_stimulus=aid in {None, Aid.MAGNIFIER},
        )
        if aid is not None:
            _prepare(stage, aid)
        stage.settle(60)
        stage.window.grab().save(str(folder / f"{wanted.name}-{aid.value if aid else 'none'}.png"))
        stage.window.close()
        stage.window.deleteLater()


def main(arguments: Sequence[str] | None = None) -> int:
    """Take every picture."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.ui.tools.gallery", description="Take pictures of every tool over a question."
    )
    parser.add_argument("folder", type=Path, help="where the pictures go; it is made")
    parser.add_argument(
        "looks",
        metavar="LOOK",
        type=picture,
        nargs="*",
        help="size, theme and text size in percent, as 1024x768-high-contrast-200; rtl- before it turns the reading "
        f"direction round. Themes: {', '.join(each.value for each in Theme)}. Without any: {', '.join(LOOKS)}",
    )
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(["gallery"])
    if not isinstance(app, QApplication):
        return 4
    for wanted in chosen.looks or map(picture, LOOKS):
        take(app, chosen.folder, wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
