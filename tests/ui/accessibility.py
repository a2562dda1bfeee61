"""What assistive technology finds: the accessible tree of a widget, and a lint over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One node of the accessible tree."""

    role: QAccessible.Role
    name: str
    description: str
    focusable: bool
    checked: bool
    object_class: str
    depth: int


def tree(widget: QWidget) -> list[Found]:
    """The visible accessible tree of a widget, parents before children."""
    return list(_walk(QAccessible.queryAccessibleInterface(widget), 0))


def _walk(interface: QAccessibleInterface | None, depth: int) -> Iterator[Found]:
    if interface is None or not interface.isValid():
        return
    state = interface.state()
    if state.invisible:
        return
    owner = interface.object()
    yield Found(
        role=interface.role(),
        name=interface.text(QAccessible.Text.Name),
        description=interface.text(QAccessible.Text.Description),
        focusable=bool(state.focusable),
        checked=bool(state.checked),
        object_class=type(owner).__name__,
        depth=depth,
    )
    for place in range(interface.childCount()):
        yield from _walk(interface.child(place), depth + 1)


def nameless_controls(widget: QWidget) -> list[Found]:
    """Everything that takes the focus and has no name. A screen shown to anybody has none."""
    return [each for each in tree(widget) if each.focusable and not each.name.strip()]


def found(widget: QWidget, role: QAccessible.Role) -> list[Found]:
    """Every visible node of a role."""
    return [each for each in tree(widget) if each.role == role]
