"""Content without interactions: agreement, instructions."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from exam_packages.qti.model import Node
from ui.window.content.content_view import ContentView, Resource
from ui.window.theme import Tokens


class RubricView(QWidget):
    """Content nodes without interactions, as high as their text; the screen around it scrolls it."""

    def __init__(
        self,
        nodes: tuple[Node, ...],
        resource: Resource,
        *,
        tokens: Tokens,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(ContentView(nodes, resource, tokens=tokens, parent=self))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
