"""One question on the screen: the item with its tools, how it stands, whether it is saved, the flag, and the ways on.

Answers and moves are asked for as events; what is shown comes from the session. Where the candidate was within an item is
kept in ``kept`` by the session's conductor, so that it survives going away and coming back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from exam_packages.ids import ItemId, ResponseId, SectionId
from exam_packages.qti.model import AssessmentItem, Lexical, Stimulus, Tool
from exam_packages.session_events import (
    Answered,
    AttemptSubmitted,
    Commented,
    Flagged,
    ItemPresented,
    Marked,
    ReviewOpened,
    SectionKind,
    TextEdited,
)
from kiosk.mirror.state import OFF, MirrorState
from kiosk.session.limits import Scope
from ui.window.bridge import Saving
from ui.window.item_state import ItemScreenView
from ui.window.items.item_view import ItemView, Marks, ViewPosition
from ui.window.items.part import Part
from ui.window.saved_sign import SavedSign
from ui.window.screens.breaks import break_question
from ui.window.screens.directions import DirectionsBox
from ui.window.screens.session_page import Resource, SessionPage
from ui.window.screens.standing import Standing
from ui.window.theme import GRID_PX, Tokens
from ui.window.tools.desk import ToolDesk
from ui.window.widgets.button import Button
from ui.window.widgets.icons import Icon
from ui.window.words import translate

LOOK_FOR_TYPING_MS: Final = 100  # what is typed is not saved yet, and the sign says so this soon


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemContent:
    """What the session and the exam hold for one item."""

    item: AssessmentItem
    """With its choices in this candidate's order."""
    stimulus: Stimulus | None
    answers: Mapping[ResponseId, Lexical]
    marks: Marks
    comment: str


@dataclass(slots=True, kw_only=True)
class Kept:
    """What stays as it was when an item is left and come back to; true on the screen only.

    Attributes:
        positions: where the candidate was within each item.
        closed: the sections whose directions were closed.
    """

    positions: dict[ItemId, ViewPosition] = field(default_factory=dict)
    closed: set[SectionId] = field(default_factory=set)


class ItemPage(SessionPage):
    """The item screen; the tutorial and the poll use it too."""

    goes_on = Signal()
    """The candidate wants to go on; where to depends on what is answered, so whoever conducts decides."""

    def __init__(
        self,
        view: ItemScreenView,
        content: ItemContent,
        resource: Resource,
        *,
        kept: Kept,
        tokens: Tokens,
        language: str = "",
    ) -> None:
        """``language``: into which words are translated; empty shows every language there is."""
        self._saved = SavedSign(tokens=tokens.for_bars())
        super().__init__(tokens=tokens, name=content.item.title, scrolls=False, lead=self._saved)
        self._resource, self._kept = resource, kept
        self.view, self._content = view, content
        self._locked = False
        self._wait_ms = 0
        self._late: Scope | None = None
        self._saving, self._copy = Saving.SAVED, OFF
        self._remake_waits = False
        self._add_buttons()
        self._desk = ToolDesk(tokens=tokens, language=language)
        self._desk.marked.connect(self._mark)
        self._desk.commented.connect(lambda text: self.want(Commented(item=self.view.item, text=text)))
        self._desk.remake_wanted.connect(self._remake_when_saved)
        self.body.addWidget(self._desk, 1)
        self._item = self._place_item()
        self._give_to_desk()
        typed = QTimer(self, interval=LOOK_FOR_TYPING_MS)
        typed.timeout.connect(self._show_saved)
        typed.start()
        self._show_ways()

    def _add_buttons(self) -> None:
        self._flag = Button("", tokens=self.bar.tokens, icon=Icon.FLAG)
        self._flag.setCheckable(True)
        self._flag.clicked.connect(lambda checked: self.want(Flagged(item=self.view.item, flagged=checked)))
        self.bar.add_left(self._flag)
        self._break = Button(translate("Item", "Break"), tokens=self.bar.tokens, icon=Icon.PAUSE)
        self._break.setAccessibleName(translate("Item", "Take a break"))
        self._break.clicked.connect(lambda _checked: self.ask(*break_question(self.view.breaks_left, self.want)))
        self.bar.add_left(self._break)
        self._review = self.add_action(translate("Item", "Review"), lambda: self.want(ReviewOpened()))
        self._previous = self.add_action(translate("Item", "Previous"), self._go_back)
        self._previous.set_icon(Icon.BACK)
        self._submit = self.add_action(translate("Item", "Submit answer"), self._hand_in)
        self._next = self.add_main(translate("Item", "Next"), self.goes_on.emit)

    def show_item(self, view: ItemScreenView, content: ItemContent) -> None:
        """Show what is now true: another item, or the same with another flag."""
        before = self.view
        if view.item != before.item:
            self.leave()
        self.view, self._content = view, content
        if view.item != before.item:
            self._locked = False
            self._wait_ms, self._late = 0, None  # the next look at the clock tells
            self._item = self._place_item()
            self._give_to_desk()
            self.enter()
        else:
            self._show_same(before)
        if not self._locked:
            self._show_ways()
            if before.is_open and not view.is_open and view.item == before.item:
                self._next.setFocus()  # going on is what is left to do here

    def show_saving(self, saving: Saving, copy: MirrorState = OFF) -> None:
        """Say whether everything is on disk, and on the second copy."""
        self._saving, self._copy = saving, copy
        self._show_saved()
        if self._remake_waits and not self._locked:
            self._remake_when_saved()

    def show_time(self, wait_ms: int, late: Scope | None) -> None:
        """Say how long it is until it can be gone on, and what is late."""
        could, self._wait_ms, self._late = self._wait_ms == 0, wait_ms, late
        self._standing.show_time(wait_ms, late)
        if could != (wait_ms == 0) and not self._locked:
            self._next.setEnabled(wait_ms == 0)

    def flush(self) -> None:
        """Hand over what is typed and not yet handed over."""
        self._item.flush()
        self._desk.flush()

    def lock(self) -> None:
        """Take no more input."""
        self._item.set_locked(True)
        self._desk.set_locked(locked=True)
        self._locked = True
        for button in self._ways():
            button.setEnabled(False)

    def unlock(self, response: ResponseId | None = None) -> None:
        """Take input again, since what was wanted cannot be; put the focus on what is missing."""
        self._locked = False
        self._desk.set_locked(locked=False)
        self._item.set_locked(not self.view.is_open)
        self._show_ways()
        if self._remake_waits:
            self._remake_when_saved()
        missing = [part for part in self._item.findChildren(Part) if part.response == response]
        if missing and not any(part.isVisible() for part in missing):
            self._item.restore_position(replace(self._item.position(), pane="question"))
        if not any(part.focus_first() for part in missing):
            self._item.focus_first()
        QTimer.singleShot(0, self._item, self._show_focus)  # when there is room made for what is said above

    def _show_focus(self) -> None:
        """Scroll to the control that has the focus: Qt does so for Tab only."""
        now = QApplication.focusWidget()
        for area in self._item.findChildren(QScrollArea):
            inside = area.widget()
            if now is not None and inside is not None and inside.isAncestorOf(now):
                area.ensureWidgetVisible(now, 0, self.tokens.px(GRID_PX))

    def leave(self) -> None:
        """Keep where the candidate was."""
        self.flush()
        self._kept.positions[self.view.item] = self._item.position()

    def enter(self) -> None:
        """Put the focus into the item, from where Tab leads through it and on to the bar."""
        self.order()
        self._item.focus_first()

    def _show_same(self, before: ItemScreenView) -> None:
        """The same item, with what the session holds of it now."""
        view, content = self.view, self._content
        self._item.show_answers(content.answers)
        self._item.show_marks(content.marks)
        self._desk.show_marks(content.marks, content.comment)
        self._standing.show_view(view)
        if view.attempts != before.attempts:  # it was submitted, and is not on its way any more
            self._locked = False
            self._item.set_locked(not view.is_open)
            self._desk.set_locked(locked=False)
        if view.is_open != before.is_open or view.takes_comment != before.takes_comment:
            self._remake()

    def _place_item(self) -> ItemView:
        view, content = self.view, self._content
        tools = frozenset(view.tools)
        widget = ItemView(
            content.item,
            content.stimulus,
            self._resource,
            number=view.number,
            tokens=self.tokens,
            tools=self._desk.view_tools(tools),
            marks=content.marks,
            parent=self._desk.place_of_views,
        )
        widget.show_answers(content.answers)
        widget.set_locked(not view.is_open)
        of = view.item
        widget.answered.connect(
            lambda response, value: self.want(Answered(item=of, response=ResponseId(response), value=tuple(value)))
        )
        widget.text_edited.connect(
            lambda response, at, deleted, inserted: self.want(
                TextEdited(item=of, response=ResponseId(response), at=at, deleted=deleted, inserted=inserted)
            )
        )
        self._standing = Standing(view, tokens=self.tokens, parent=widget)
        self._standing.show_time(self._wait_ms, self._late)
        above: list[QWidget] = [self._standing]
        if view.directions:
            above.insert(
                0,
                DirectionsBox(
                    view.directions, self._resource, closed=self._kept.closed, tokens=self.tokens, parent=widget
                ),
            )
        widget.put_above(*above)
        self._remake_waits = False
        if of in self._kept.positions:
            # Scrolling needs sizes, and those come when the page is laid out.
            QTimer.singleShot(0, widget, partial(widget.restore_position, self._kept.positions[of]))
        return widget

    def _give_to_desk(self) -> None:
        view, content = self.view, self._content
        self._desk.set_item(
            self._item,
            view.tools,
            content.marks,
            item=content.item,
            stimulus=content.stimulus,
            resource=self._resource,
            comment=content.comment if view.takes_comment else None,
        )
        self._desk.set_locked(locked=False)

    def _remake_when_saved(self) -> None:
        """Make the view anew from the session, so everything typed has to be in it first."""
        self.flush()
        self._remake_waits = self._saving is not Saving.SAVED
        if not self._remake_waits:
            self._remake()

    def _remake(self) -> None:
        """Make the view of the same item anew: a tool was switched, or the item takes no more answers."""
        self.leave()
        now = QApplication.focusWidget()
        was_inside = now is not None and self._item.isAncestorOf(now)
        self._item = self._place_item()
        self._desk.set_view(
            self._item, self._content.marks, comment=self._content.comment if self.view.takes_comment else None
        )
        self._desk.set_locked(locked=False)
        self.order()
        if was_inside:
            self._item.focus_first()

    def _show_saved(self) -> None:
        typing = self._saving is Saving.SAVED and any(part.has_pending() for part in self._item.findChildren(Part))
        self._saved.show_saving(Saving.SAVING if typing else self._saving, self._copy)

    def _ways(self) -> tuple[Button, ...]:
        return (self._flag, self._break, self._review, self._previous, self._submit, self._next)

    def _show_ways(self) -> None:
        view = self.view
        for button in self._ways():
            button.setEnabled(True)
        self._flag.setVisible(view.can_flag)
        self._flag.setChecked(view.flagged)
        self._flag.set_icon(Icon.FLAG_FILLED if view.flagged else Icon.FLAG)
        self._flag.setText(translate("Item", "Flagged") if view.flagged else translate("Item", "Flag"))
        self._flag.setAccessibleName(translate("Item", "Flag for review"))
        self._break.setVisible(view.breaks_left > 0)
        self._review.setVisible(view.can_review)
        self._previous.setVisible(
            view.section.kind is not SectionKind.SCORED or view.previous is not None or view.can_flag
        )
        self._previous.setEnabled(view.previous is not None)
        self._submit.setVisible(view.attempts is not None)
        self._submit.setEnabled(view.is_open)
        self._next.setText(self._next_words(view))
        self._next.setEnabled(self._wait_ms == 0)

    @staticmethod
    def _next_words(view: ItemScreenView) -> str:
        if not view.ends_section:
            return translate("Item", "Next")
        if view.section.kind is SectionKind.TUTORIAL:
            return translate("Item", "Finish tutorial")
        return translate("Item", "Finish poll")

    def _go_back(self) -> None:
        if self.view.previous is not None:
            self.want(ItemPresented(item=self.view.previous))

    def _hand_in(self) -> None:
        self.want(AttemptSubmitted(item=self.view.item))

    def _mark(self, tool: str, response: str, value: Lexical) -> None:
        self.want(Marked(item=self.view.item, tool=Tool(tool), response=ResponseId(response), value=tuple(value)))
