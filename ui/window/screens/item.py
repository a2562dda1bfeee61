"""One question on the screen: the item, whether it is saved, the flag, and the ways on.

Answers and moves are asked for as events; what is shown comes from the session. Where the candidate was within an item is
kept in ``positions`` by the session's conductor, so that it survives going away and coming back.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer

from exam_packages.ids import ItemId, ResponseId
from exam_packages.qti.model import AssessmentItem, Lexical, Stimulus
from exam_packages.session_events import (
    Answered,
    Flagged,
    ItemPresented,
    ReviewOpened,
    SectionEnded,
    SectionKind,
    TextEdited,
)
from ui.window.bridge import Saving
from ui.window.items.item_view import ItemView, ViewPosition
from ui.window.items.part import Part
from ui.window.saved_sign import SavedSign
from ui.window.screens.session_page import Resource, SessionPage
from ui.window.theme import Tokens
from ui.window.view_state import ItemScreenView
from ui.window.widgets.button import Button
from ui.window.widgets.icons import Icon
from ui.window.words import translate

LOOK_FOR_TYPING_MS: Final = 100  # what is typed is not saved yet, and the sign says so this soon


class ItemPage(SessionPage):
    """The item screen; the tutorial and the poll use it too."""

    def __init__(
        self,
        view: ItemScreenView,
        item: AssessmentItem,
        stimulus: Stimulus | None,
        answers: Mapping[ResponseId, Lexical],
        resource: Resource,
        *,
        positions: MutableMapping[ItemId, ViewPosition],
        tokens: Tokens,
    ) -> None:
        self._saved = SavedSign(tokens=tokens.for_bars())
        super().__init__(tokens=tokens, name=item.title, scrolls=False, lead=self._saved)
        self._resource, self._positions = resource, positions
        self.view = view
        self._locked = False
        self._flag = Button("", tokens=self.bar.tokens, icon=Icon.FLAG)
        self._flag.setCheckable(True)
        self._flag.clicked.connect(lambda checked: self.want(Flagged(item=self.view.item, flagged=checked)))
        self.bar.add_left(self._flag)
        self._review = self.add_action(translate("Item", "Review"), lambda: self.want(ReviewOpened()))
        self._previous = self.add_action(translate("Item", "Previous"), self._go_back)
        self._previous.set_icon(Icon.BACK)
        self._next = self.add_main(translate("Item", "Next"), self._go_on)
        self._item = self._place_item(view, item, stimulus, answers)
        self._saving = Saving.SAVED
        typed = QTimer(self, interval=LOOK_FOR_TYPING_MS)
        typed.timeout.connect(self._show_saved)
        typed.start()
        self._show_ways(view)

    def show_item(
        self,
        view: ItemScreenView,
        item: AssessmentItem,
        stimulus: Stimulus | None,
        answers: Mapping[ResponseId, Lexical],
    ) -> None:
        """Show what is now true: another item, or the same with another flag."""
        if view.item != self.view.item:
            self.leave()
            self.body.removeWidget(self._item)
            self._item.hide()
            self._item.deleteLater()
            self._item = self._place_item(view, item, stimulus, answers)
            self._item.show()
            self._locked = False
            self.view = view
            self.enter()
        self.view = view
        self._item.show_answers(answers)
        if not self._locked:
            self._show_ways(view)

    def show_saving(self, saving: Saving) -> None:
        """Say whether everything is on disk."""
        self._saving = saving
        self._show_saved()

    def flush(self) -> None:
        """Hand over what is typed and not yet handed over."""
        self._item.flush()

    def lock(self) -> None:
        """Take no more input."""
        self._item.set_locked(True)
        self._locked = True
        for button in (self._flag, self._review, self._previous, self._next):
            button.setEnabled(False)

    def leave(self) -> None:
        """Keep where the candidate was."""
        self._item.flush()
        self._positions[self.view.item] = self._item.position()

    def enter(self) -> None:
        """Put the focus into the item, from where Tab leads through it and on to the bar."""
        self.order()
        self._item.focus_first()

    def _place_item(
        self,
        view: ItemScreenView,
        item: AssessmentItem,
        stimulus: Stimulus | None,
        answers: Mapping[ResponseId, Lexical],
    ) -> ItemView:
        widget = ItemView(item, stimulus, self._resource, number=view.number, tokens=self.tokens)
        widget.show_answers(answers)
        of = view.item
        widget.answered.connect(
            lambda response, value: self.want(Answered(item=of, response=ResponseId(response), value=tuple(value)))
        )
        widget.text_edited.connect(
            lambda response, at, deleted, inserted: self.want(
                TextEdited(item=of, response=ResponseId(response), at=at, deleted=deleted, inserted=inserted)
            )
        )
        self.body.addWidget(widget, 1)
        if of in self._positions:
            # Scrolling needs sizes, and those come when the page is laid out.
            QTimer.singleShot(0, widget, partial(widget.restore_position, self._positions[of]))
        return widget

    def _show_saved(self) -> None:
        typing = self._saving is Saving.SAVED and any(part.has_pending() for part in self._item.findChildren(Part))
        self._saved.show_saving(Saving.SAVING if typing else self._saving)

    def _show_ways(self, view: ItemScreenView) -> None:
        for button in (self._flag, self._review, self._next):
            button.setEnabled(True)
        self._flag.setVisible(view.can_flag)
        self._flag.setChecked(view.flagged)
        self._flag.set_icon(Icon.FLAG_FILLED if view.flagged else Icon.FLAG)
        self._flag.setText(translate("Item", "Flagged") if view.flagged else translate("Item", "Flag"))
        self._flag.setAccessibleName(translate("Item", "Flag for review"))
        self._review.setVisible(view.can_review)
        self._previous.setVisible(
            view.section.kind is not SectionKind.SCORED or view.previous is not None or view.can_flag
        )
        self._previous.setEnabled(view.previous is not None)
        self._next.setText(self._next_words(view))

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

    def _go_on(self) -> None:
        if self.view.following is not None:
            self.want(ItemPresented(item=self.view.following))
        elif self.view.ends_section:
            self.want(SectionEnded())
        else:
            self.want(ReviewOpened())
