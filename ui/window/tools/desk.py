"""The question with its tools around it: bar above, drawer beside, overlays over it.

Owns which tools are open and where they stand. What they mark comes from the session (`set_item`, `show_marks`) and goes
out by ``marked`` and ``commented``; nothing a candidate wrote lives here only. The calculators' figures do: they are
written nowhere, last as long as the desk, and go with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from exam_packages.ids import ResponseId
from exam_packages.qti.model import AssessmentItem, Lexical, Stimulus, Tool
from ui.window.content.content_view import Resource
from ui.window.items.item_view import ItemView
from ui.window.theme import GRID_PX, Tokens
from ui.window.tools import pads
from ui.window.tools.aids import Aid, AidKind, kind_of, name_of
from ui.window.tools.bar import ToolBar
from ui.window.tools.calculator.keypad import Keypad
from ui.window.tools.focus_order import first_stop, order_focus
from ui.window.tools.glossary import GlossaryPad
from ui.window.tools.highlighting import HighlighterPad
from ui.window.tools.line_reader import LineReader
from ui.window.tools.magnifier import Magnifier
from ui.window.tools.panel import Side, ToolPanel
from ui.window.tools.writing import WritingPad
from ui.window.widgets.announce import announce
from ui.window.widgets.private_clipboard import PrivateClipboard

Marks = Mapping[tuple[Tool, ResponseId], Lexical]
WHOLE_ITEM: Final = ResponseId("")
QUESTION_MIN_PX: Final = 420
"""A drawer pushes the question aside only where it keeps this much, at the text scale; else it lies over it."""
_MODES: Final = {Aid.CHOICE_ELIMINATOR: Tool.CHOICE_ELIMINATOR, Aid.ANSWER_MASK: Tool.ANSWER_MASK}
_ON_THE_VIEW: Final = frozenset({Aid.HIGHLIGHTER, Aid.MAGNIFIER})
"""They work on the widgets of one view, and close with it."""


class _Area(QWidget):
    """Where the question and everything over it lie; the desk places them by hand."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


class ToolDesk(QWidget):
    """One question at a time, with the tools that are allowed there."""

    marked = Signal(str, str, tuple)
    """tool, response id (empty where it is about the item), Lexical: from the question and from the notes"""
    commented = Signal(str)
    """The candidate's comment on the item, whole; empty takes it back"""
    remake_wanted = Signal()
    """A way of answering was switched: make the item view again with ``view_tools()`` and give it to ``set_view``"""
    place_of_views: _Area
    """Where views are made: moved there later, all they consist of would get its looks once more"""

    def __init__(self, *, tokens: Tokens, language: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens, self._language = tokens, language
        self._small = tokens.for_bars()
        self._view: ItemView | None = None
        self._source: pads.Source | None = None
        self._tools: frozenset[Tool] = frozenset()
        self._off: set[Aid] = set()
        self._panels: dict[Aid, ToolPanel] = {}
        self._overlays: dict[Aid, LineReader | Magnifier] = {}
        self._keypads: dict[Aid, Keypad] = {}
        self._came_from: dict[Aid, QWidget] = {}
        self._clipboard = PrivateClipboard()
        self._written = {Aid.NOTES: "", Aid.COMMENT: ""}
        self._told: dict[Aid, str] = {}
        """What was told and has not come back from the session yet."""
        self._locked = False
        self.bar = ToolBar(tokens=tokens, parent=self)
        self.bar.toggled.connect(self._switch)
        self.place_of_views = _Area(self)
        self.place_of_views.resized.connect(self._place)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.place_of_views, 1)
        QApplication.instance().focusChanged.connect(self._keep_in_view)  # type: ignore[union-attr]  # there is one

    # -- what the screen asks -----------------------------------------------------------------------------------------

    def set_item(
        self,
        view: ItemView,
        tools: Collection[Tool],
        marks: Marks,
        *,
        item: AssessmentItem,
        stimulus: Stimulus | None,
        resource: Resource,
        comment: str | None = None,
    ) -> None:
        """Show a question. Panels close that belong to the question before; the view before is let go of, and deleted.

        Args:
            view: made with ``view_tools(tools)``.
            tools: what is allowed here.
            marks: what the session holds for this item.
            item: what the view shows, for its catalogs.
            stimulus: likewise.
            resource: reads a file of the package.
            comment: what the session holds; None where comments are not allowed.
        """
        self.close_all()
        self._told.clear()
        self._tools = frozenset(tools)
        self._source = pads.Source(item=item, stimulus=stimulus, resource=resource)
        self._take(view, marks, comment)

    def set_view(self, view: ItemView, marks: Marks, *, comment: str | None = None) -> None:
        """Show the same question by another view; what is open stays open where it is still allowed."""
        for aid in self.open_aids():
            if aid in _ON_THE_VIEW or (aid is Aid.COMMENT and comment is None):
                self.close_aid(aid)
        self._take(view, marks, comment)
        for aid in self.open_aids():
            self.bar.show_open(aid, is_open=True)
        order_focus(self.bar, view, *self._standing())

    def _take(self, view: ItemView, marks: Marks, comment: str | None) -> None:
        if self._view is not None:
            self._view.hide()
            self._view.deleteLater()
        self._view = view
        view.setParent(self.place_of_views)
        view.lower()
        view.marked.connect(self.marked)
        view.catalog_wanted.connect(self.show_term)
        view.show()
        self.bar.set_tools(tuple(self._tools), comment=comment is not None)
        for aid in _MODES:
            self.bar.show_open(aid, is_open=aid not in self._off)
        self.show_marks(marks, comment)
        self._place()

    def show_marks(self, marks: Marks, comment: str | None = None) -> None:
        """Show what the session holds now: notes and comment. The view is told by its own ``show_marks``.

        What is older than the last that was told changes nothing: news of something else came before it.
        """
        notes = next(iter(marks.get((Tool.NOTES, WHOLE_ITEM), ())), "")
        for aid, text in ((Aid.NOTES, notes), (Aid.COMMENT, comment or "")):
            if self._told.get(aid, text) != text:
                continue
            self._told.pop(aid, None)
            self._written[aid] = text
            pad = self._pad(aid)
            if isinstance(pad, WritingPad):
                pad.show_text(text)

    def view_tools(self, tools: Collection[Tool] | None = None) -> frozenset[Tool]:
        """What an item view is to be made with: everything that is allowed and not switched off."""
        off = {_MODES[aid] for aid in self._off}
        return frozenset(self._tools if tools is None else tools) - off

    def flush(self) -> None:
        """Tell what is typed and not yet told, now."""
        for panel in self._panels.values():
            if isinstance(panel.body, WritingPad):
                panel.body.flush()

    def set_locked(self, *, locked: bool) -> None:
        """Show, but take nothing: a storage fault, a pause. The view is locked by its own ``set_locked``."""
        self._locked = locked
        self.bar.setEnabled(not locked)
        for panel in self._panels.values():
            if isinstance(panel.body, WritingPad):
                panel.body.set_locked(locked=locked)

    def open_aids(self) -> tuple[Aid, ...]:
        """What is open, in the order of the bar."""
        return tuple(each for each in Aid if each in self._panels or each in self._overlays)

    def open(self, aid: Aid) -> None:
        """Open a tool and put the focus into it; one that is open gets the focus."""
        if self._view is None or aid not in self.bar.aids() or kind_of(aid) is AidKind.MODE:
            return
        if aid not in self.open_aids():
            now = QApplication.focusWidget()
            if now is not None and self.window().isAncestorOf(now):
                self._came_from[aid] = now
            if kind_of(aid) is AidKind.OVERLAY:
                self._open_overlay(aid)
            else:
                self._open_panel(aid)
            self.bar.show_open(aid, is_open=True)
            announce(self, self.tr("{tool} open").format(tool=name_of(aid)))
            order_focus(self.bar, self._view, *self._standing())
        if aid in self._panels:
            (first_stop(self._panels[aid].body) or self._panels[aid].handle).setFocus()
        else:
            self._overlays[aid].strip.handle.setFocus()

    def close_aid(self, aid: Aid) -> None:
        """Close a tool; the focus goes back to where it was before."""
        if aid in self._panels:
            self._drop_panel(aid)
        elif aid in self._overlays:
            self._overlays.pop(aid).remove()
        else:
            return
        self.bar.show_open(aid, is_open=False)
        self._place()
        self._return_focus(aid)

    def close_all(self) -> None:
        """Close every tool."""
        for aid in self.open_aids():
            self.close_aid(aid)

    def show_term(self, idref: str) -> None:
        """Explain a word of the text, in the glossary or else by its translation."""
        for aid in (Aid.GLOSSARY, Aid.KEYWORD_TRANSLATION):
            if aid in self.bar.aids() and pads.explains(self._source, aid, self._language, idref):
                self.open(aid)
                pad = self._pad(aid)
                if isinstance(pad, GlossaryPad):
                    pad.show_term(idref)
                return

    # -- opening and closing ------------------------------------------------------------------------------------------

    def _switch(self, name: str, on: bool) -> None:  # noqa: FBT001  # a slot
        aid = Aid(name)
        if kind_of(aid) is AidKind.MODE:
            self._off.symmetric_difference_update({aid})
            self.bar.show_open(aid, is_open=aid not in self._off)
            self.remake_wanted.emit()
        elif on:
            self.open(aid)
        else:
            self.close_aid(aid)

    def _open_panel(self, aid: Aid) -> None:
        for other, panel in list(self._panels.items()):
            if panel.side is not Side.FREE:
                self.close_aid(other)  # there is one drawer
        body = self._made(aid)
        panel = ToolPanel(
            name_of(aid), body, width_px=pads.width_px(aid, self._small), tokens=self._small, parent=self.place_of_views
        )
        panel.closed.connect(lambda: self.close_aid(aid))
        panel.moved.connect(lambda by: self._move(panel, by))
        panel.docked.connect(lambda: self._dock(panel))
        self._panels[aid] = panel
        panel.show()
        panel.raise_()
        self._place()

    def _made(self, aid: Aid) -> QWidget:
        if aid in self._keypads:
            return self._keypads[aid]
        assert self._source is not None  # noqa: S101  # nothing opens before an item is set
        assert self._view is not None  # noqa: S101
        body = pads.make(aid, self._source, language=self._language, tokens=self._small, clipboard=self._clipboard)
        if isinstance(body, Keypad):
            self._keypads[aid] = body
        if isinstance(body, WritingPad):
            body.show_text(self._written[aid])
            body.told.connect(self._tell_notes if aid is Aid.NOTES else self._tell_comment)
            body.set_locked(locked=self._locked)
        if isinstance(body, HighlighterPad):
            pads.connect_highlighter(body, self._view)
        return body

    def _drop_panel(self, aid: Aid) -> None:
        panel = self._panels.pop(aid)
        if isinstance(panel.body, WritingPad):
            panel.body.flush()
        if aid in self._keypads:
            panel.body.setParent(self)  # its figures outlive the panel
            panel.body.hide()
        panel.hide()
        panel.deleteLater()

    def _open_overlay(self, aid: Aid) -> None:
        assert self._view is not None  # noqa: S101  # nothing opens before an item is set
        if aid is Aid.LINE_READER:
            overlay: LineReader | Magnifier = LineReader(self.place_of_views, tokens=self._tokens)
        else:
            overlay = Magnifier(self.place_of_views, self._view, tokens=self._tokens)
        overlay.closed.connect(lambda: self.close_aid(aid))
        self._overlays[aid] = overlay

    def _return_focus(self, aid: Aid) -> None:
        before = self._came_from.pop(aid, None)
        try:
            usable = before is not None and before.isVisible() and before.isEnabled()
        except RuntimeError:  # Qt has deleted it meanwhile
            usable = False
        if usable and before is not None:
            before.setFocus()
        elif self.bar.isVisible():
            self.bar.focus_aid(aid)

    def _tell_notes(self, text: str) -> None:
        self._written[Aid.NOTES] = self._told[Aid.NOTES] = text
        self.marked.emit(Tool.NOTES.value, WHOLE_ITEM, (text,) if text else ())

    def _tell_comment(self, text: str) -> None:
        self._written[Aid.COMMENT] = self._told[Aid.COMMENT] = text
        self.commented.emit(text)

    def _pad(self, aid: Aid) -> QWidget | None:
        return self._panels[aid].body if aid in self._panels else None

    # -- where things stand -------------------------------------------------------------------------------------------

    def _standing(self) -> list[QWidget]:
        strips = [overlay.strip for overlay in self._overlays.values()]
        return [*self._panels.values(), *strips]

    def _place(self) -> None:
        """Give the drawer its side, the question what is left, and overlays the whole."""
        if self._view is None:
            return
        room = self.place_of_views.rect()
        question = QRect(room)
        for panel in self._panels.values():
            size = panel.wanted(room.size())
            if panel.side is Side.FREE:
                panel.resize(size)
                panel.move(self._within(panel.pos(), size))
                continue
            panel.setGeometry(self._at_side(panel, size.width()))
            if room.width() - size.width() >= self._tokens.px(QUESTION_MIN_PX):
                question = self._beside(panel)
        self._view.setGeometry(question)
        for overlay in self._overlays.values():
            overlay.place()
        for panel in self._panels.values():
            panel.raise_()

    def _at_side(self, panel: ToolPanel, width: int) -> QRect:
        room = self.place_of_views.rect()
        at_right = (panel.side is Side.TRAILING) is not self.isRightToLeft()
        return QRect(room.width() - width if at_right else 0, 0, width, room.height())

    def _beside(self, panel: ToolPanel) -> QRect:
        room, drawer = self.place_of_views.rect(), panel.geometry()
        if drawer.left() > 0:
            return QRect(0, 0, drawer.left(), room.height())
        return QRect(drawer.width(), 0, room.width() - drawer.width(), room.height())

    def _within(self, at: QPoint, size: QSize) -> QPoint:
        room = self.place_of_views.size()
        return QPoint(
            min(max(at.x(), 0), max(0, room.width() - size.width())),
            min(max(at.y(), 0), max(0, room.height() - size.height())),
        )

    def _move(self, panel: ToolPanel, by: QPoint) -> None:
        """Somebody moves a panel: one at the side comes loose."""
        if panel.side is not Side.FREE:
            panel.show_side(Side.FREE)
            panel.move(panel.pos() + QPoint(0, self._small.px(GRID_PX)))
        panel.move(panel.pos() + by)
        self._place()

    def _dock(self, panel: ToolPanel) -> None:
        """To the side that is nearer; from the side to where it stands."""
        if panel.side is not Side.FREE:
            panel.show_side(Side.FREE)
            self._place()
            return
        for other, standing in list(self._panels.items()):
            if standing is not panel and standing.side is not Side.FREE:
                self.close_aid(other)
        left_half = panel.geometry().center().x() < self.place_of_views.width() / 2
        panel.show_side(Side.LEADING if left_half is not self.isRightToLeft() else Side.TRAILING)
        self._place()

    def _keep_in_view(self, _before: QWidget | None, now: QWidget | None) -> None:
        for panel in self._panels.values():
            if now is not None and panel.isAncestorOf(now):
                panel.keep_in_view(now)
