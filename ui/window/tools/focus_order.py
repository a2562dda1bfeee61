"""The order in which Tab goes through the parts of a desk, whichever was made first."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def order_focus(*parts: QWidget) -> None:
    """Have Tab go through these widgets one after another; inside each the order stays."""
    chain: list[tuple[int, QWidget]] = []
    first = parts[0]
    each = first.nextInFocusChain()
    ring: list[QWidget] = [first]
    while each is not None and each is not first:
        ring.append(each)
        each = each.nextInFocusChain()
    for widget in ring:
        for rank, part in enumerate(parts):
            if (part is widget or part.isAncestorOf(widget)) and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                chain.append((rank, widget))
                break
    ordered = [widget for _rank, widget in sorted(chain, key=lambda pair: pair[0])]
    for one, following in pairwise(ordered):
        QWidget.setTabOrder(one, following)
