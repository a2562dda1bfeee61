"""Content without interactions: agreement, instructions."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from exam_packages.qti.model import Node
from ui.window.theme import Tokens


class RubricView(QWidget):
    """Content nodes without interactions, as high as their text; the screen scrolls it."""

    def __init__(
        self,
        nodes: tuple[Node, ...],
        resource: Callable[[str], bytes],
        *,
        tokens: Tokens,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(str(len(nodes)), self))
