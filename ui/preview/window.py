"""The preview's window: a list of items, the item as candidates see it, and what it earns.

Owns what is chosen and how it looks. Reading sources is ``content``'s, noticing changes ``program``'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from exam_packages.errors import LintFinding, Severity
from exam_packages.ids import ResponseId
from exam_packages.qti.model import Lexical
from ui.preview.content import Previewed, PreviewedItem
from ui.preview.item_list import ItemList
from ui.preview.item_pane import ItemPane
from ui.preview.outcome_pane import OutcomePane
from ui.window.theme import GRID_PX, Theme, Tokens, apply, tokens_of
from ui.window.widgets.button import Button
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.widgets.stepper import Stepper

TEXT_PERCENTS: Final = (100, 125, 150, 200, 300, 400)
_THEMES: Final = tuple(Theme)
_SHARES: Final = (200, 760, 300)


class PreviewWindow(QWidget):
    """Shows a source and lets somebody try its items."""

    reload_wanted = Signal()

    def __init__(self, app: QApplication, *, theme: Theme, text_percent: int) -> None:
        super().__init__()
        self._app, self._theme, self._percent = app, theme, text_percent
        self._content: Previewed | None = None
        self._name = ""
        self._answers: dict[str, Mapping[ResponseId, Lexical]] = {}
        self._pane: ItemPane | None = None
        self._panes: QSplitter | None = None
        self._around = tokens_of(theme)
        self._list: ItemList | None = None
        self._column = QVBoxLayout(self)
        self.setWindowTitle(self.tr("Preview"))
        for keys, step in ((QKeySequence("Ctrl+PgDown"), 1), (QKeySequence("Ctrl+PgUp"), -1)):
            QShortcut(keys, self, lambda step=step: self._go(step))
        QShortcut(QKeySequence("F5"), self, self.reload_wanted.emit)

    @property
    def item(self) -> str:
        """The name of the item that is shown."""
        return self._name

    @property
    def pane(self) -> ItemPane | None:
        """The item that is shown."""
        return self._pane

    def show_content(self, content: Previewed, item: str | None = None) -> None:
        """Show a source, new or changed; what is answered stays where the item still has it."""
        self._keep()
        self._content = content
        names = [each.name for each in content.items]
        wanted = item or self._name
        self._name = wanted if wanted in names else (names[0] if names else "")
        self._build()

    def show_findings(self, findings: tuple[LintFinding, ...]) -> None:
        """Say why a source that was shown cannot be read any more; what was read of it stays."""
        if self._content is not None:
            self._keep()
            self._content = replace(self._content, findings=findings)
            self._build()

    # -- one look ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        """Make everything anew: widgets take their looks when they are made. What stands around an item stays as large."""
        apply(self._app, self._theme, self._percent)
        tokens = self._around = tokens_of(self._theme)
        self._panes = None
        while (old := self._column.takeAt(0)) is not None:
            _let_go(old.widget())
        margin = tokens.px(GRID_PX)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(margin)
        self._column.addWidget(self._bar(tokens))
        for found in self._content.findings if self._content is not None else ():
            tone = Tone.BAD if found.severity is Severity.ERROR else Tone.WARN
            self._column.addWidget(Sentence(str(found), tokens=tokens, tone=tone, parent=self))
        self._panes = self._made_panes(tokens)
        self._column.addWidget(self._panes, 1)
        self._show_item()

    def _bar(self, tokens: Tokens) -> QWidget:
        bar = QWidget(self)
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * tokens.px(GRID_PX))
        themes = ChoiceBar(
            tuple((each.value, each.value.replace("-", " ").capitalize()) for each in _THEMES),
            tokens=tokens,
            name=self.tr("Colors"),
        )
        themes.set_current(self._theme.value)
        themes.chosen.connect(lambda: self._look(Theme(themes.current()), self._percent))
        percents = sorted({*TEXT_PERCENTS, self._percent})
        sizes = Stepper(
            tuple((str(each), self.tr("Text {percent} %").format(percent=each)) for each in percents),
            tokens=tokens,
            name=self.tr("Text size"),
            less=self.tr("Smaller text"),
            more=self.tr("Larger text"),
            current=str(self._percent),
        )
        sizes.stepped.connect(lambda key: self._look(self._theme, int(key)))
        again = Button(self.tr("Reload"), tokens=tokens)
        again.clicked.connect(self.reload_wanted)
        row.addWidget(themes, 1)
        row.addWidget(sizes)
        row.addWidget(again)
        return bar

    def _made_panes(self, tokens: Tokens) -> QSplitter:
        panes = QSplitter(Qt.Orientation.Horizontal, self)
        panes.setChildrenCollapsible(False)
        panes.setHandleWidth(tokens.px(GRID_PX) + 1)
        panes.setStyleSheet(
            f"QSplitter::handle {{ background: {tokens.surface}; border-left: {tokens.outline_px}px solid {tokens.line}; }}"
        )
        self._list = ItemList(self._content.items if self._content is not None else (), tokens=tokens)
        self._list.chosen.connect(self._choose)
        panes.addWidget(self._list)
        return panes

    def _show_item(self) -> None:
        """Put the chosen item and its worth beside the list; the list, its place and its focus stay."""
        item, panes, names = self._chosen(), self._panes, self._list
        if item is None or self._content is None or panes is None or names is None:
            return
        sizes = panes.sizes() if panes.count() > 1 else list(_SHARES)
        while panes.count() > 1:
            _let_go(panes.widget(1))
        row = self._content.items.index(item)
        answers = self._answers.get(item.name, {})
        tokens = tokens_of(self._theme, self._percent)
        self._pane = ItemPane(item, self._content.resource, number=row + 1, answers=answers, tokens=tokens)
        worth = OutcomePane(item, tokens=self._around)
        self._pane.changed.connect(worth.show_answers)
        worth.wants_answers.connect(self._pane.show_answers)
        worth.show_answers(answers)
        panes.addWidget(self._pane)
        panes.addWidget(worth)
        panes.setSizes(sizes)
        panes.setStretchFactor(1, 1)
        names.show_row(row)

    # -- what people want ----------------------------------------------------------------------------------------------

    def _chosen(self) -> PreviewedItem | None:
        items = self._content.items if self._content is not None else ()
        return next((each for each in items if each.name == self._name), None)

    def _choose(self, row: int) -> None:
        if self._content is not None and 0 <= row < len(self._content.items):
            self._keep()
            self._name = self._content.items[row].name
            self._show_item()

    def _go(self, step: int) -> None:
        names = [each.name for each in self._content.items] if self._content is not None else []
        if self._name in names:
            self._choose((names.index(self._name) + step) % len(names))

    def _look(self, theme: Theme, percent: int) -> None:
        self._keep()
        self._theme, self._percent = theme, percent
        self._build()

    def _keep(self) -> None:
        if self._pane is not None:
            self._pane.flush()
            self._answers[self._name] = self._pane.answers
            self._pane = None


def _let_go(widget: QWidget | None) -> None:
    """Take a widget off the screen, and let Qt delete it when it is through with it."""
    if widget is not None:
        widget.hide()
        widget.setParent(None)
        widget.deleteLater()
