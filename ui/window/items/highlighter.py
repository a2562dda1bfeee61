"""The highlighter of one item: which words are selected, which are marked, and marks as they are kept in the journal.

A mark is kept as ``place:start:end:colour``: the place is ``q`` or ``s`` (question or stimulus) with the number of the
piece of text in it, start and end are positions in that text, the colour is a word. Refuses to know sessions and tools'
buttons.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QAbstractButton, QWidget

from exam_packages.qti.model import Lexical
from ui.window.content.prose import ProseView
from ui.window.content.selecting import Highlight, with_highlight, without

_MARK: Final = re.compile(r"(?P<place>[qs]\d+):(?P<start>\d+):(?P<end>\d+):(?P<colour>[a-z]+)")


def places_in(widget: QWidget, letter: str) -> dict[str, ProseView]:
    """The pieces of running text below a widget that can be marked, by place; not those that are part of a button."""
    texts = [prose for prose in widget.findChildren(ProseView) if not _is_in_button(prose, widget)]
    return {f"{letter}{number}": prose for number, prose in enumerate(texts)}


def _is_in_button(widget: QWidget, top: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None and parent is not top:
        if isinstance(parent, QAbstractButton):
            return True
        parent = parent.parentWidget()
    return False


class Highlighter(QObject):
    """The marks of an item."""

    changed = Signal(tuple)
    """Lexical: every mark there is now"""

    def __init__(self, places: Mapping[str, ProseView], parent: QObject) -> None:
        super().__init__(parent)
        self._places = dict(places)
        self._last: str | None = None
        for place, prose in self._places.items():
            prose.selecting.connect(lambda at=place: self._on_selecting(at))

    def set_active(self, *, active: bool) -> None:
        """Let words be selected, or not; marks are shown in either case."""
        for prose in self._places.values():
            prose.set_selectable(selectable=active)

    def show(self, value: Lexical) -> None:
        """Show the marks of the journal; what is not in this item's text is passed over."""
        found: dict[str, list[Highlight]] = {place: [] for place in self._places}
        for each in value:
            mark = _MARK.fullmatch(each)
            if mark is not None and mark["place"] in found:
                start, end = int(mark["start"]), int(mark["end"])
                if start < end:
                    found[mark["place"]].append(Highlight(start=start, end=end, colour=mark["colour"]))
        for place, highlights in found.items():
            self._places[place].show_highlights(highlights)

    def value(self) -> Lexical:
        """Every mark, as it is kept."""
        return tuple(
            f"{place}:{each.start}:{each.end}:{each.colour}"
            for place, prose in self._places.items()
            for each in prose.selector.highlights
        )

    def highlight(self, colour: str) -> bool:
        """Mark what is selected; tells whether anything was."""
        prose = self._places[self._last] if self._last else None
        piece = prose.selector.range() if prose is not None else None
        if prose is None or piece is None:
            return False
        mark = Highlight(start=piece[0], end=piece[1], colour=colour)
        prose.show_highlights(with_highlight(prose.selector.highlights, mark))
        self.changed.emit(self.value())
        return True

    def clear(self) -> bool:
        """Take away the marks on what is selected, or the one the cursor stands in; tells whether there was any."""
        before = self.value()
        prose = self._places[self._last] if self._last else None
        if prose is None:
            return False
        at = prose.selector.position()
        under = [(each.start, each.end) for each in prose.selector.highlights if each.start <= at <= each.end]
        piece = prose.selector.range() or next(iter(under), None)
        if piece is not None:
            prose.show_highlights(without(prose.selector.highlights, piece))
        if self.value() == before:
            return False
        self.changed.emit(self.value())
        return True

    def _on_selecting(self, place: str) -> None:
        """One piece of text at a time has a selection."""
        if self._last not in (None, place):
            other = self._places[self._last or ""]
            other.selector.clear()
            other.update()
        self._last = place
