"""The order in which Tab goes through the parts of a desk, whichever was made first."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.window.focus_ring import focus_ring


def order_focus(*parts: QWidget) -> None:
    """Have Tab go through these widgets one after another; inside each the order stays."""
    chain: list[tuple[int, QWidget]] = []
    for widget in focus_ring(parts[0]):
        for rank, part in enumerate(parts):
            if (part is widget or part.isAncestorOf(widget)) and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                chain.append((rank, widget))
                break
    ordered = [widget for _rank, widget in sorted(chain, key=lambda pair: pair[0])]
    for one, following in pairwise(ordered):
        QWidget.setTabOrder(one, following)


def first_stop(widget: QWidget) -> QWidget | None:
    """The first thing inside a widget that Tab stops at.

    Containers here have no focus proxy: Qt's Tab goes to a proxy from wherever its container stands in the chain.
    """
    stops = (each for each in widget.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return next((each for each in stops if each.isVisibleTo(widget) and each.isEnabled()), None)
