"""The ring in which Tab goes through the widgets of a window.

Owns walking it without consequences, and refuses to know what the order should be.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def focus_ring(first: QWidget) -> list[QWidget]:
    """Every widget of a window, in the order of Tab, beginning with one of them.

    PySide takes what ``nextInFocusChain`` returns for a child of the widget that was asked: after a walk all of them would
    keep each other, and what they show, for as long as the program runs. So each is given back to its parent.
    """
    ring = [first]
    each = first.nextInFocusChain()
    while each is not None and each is not first:
        ring.append(each)
        each = each.nextInFocusChain()
    for widget in ring:
        widget.setParent(widget.parentWidget())  # nothing for Qt; PySide learns whose it is
    return ring
