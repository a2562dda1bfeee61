"""The preview's window: a list of items, the item as candidates see it, and what it earns.

Owns what is chosen and how it looks. Reading sources is ``content``'s, noticing changes ``program``'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QListWidget, QSplitter, QVBoxLayout, QWidget

from exam_packages.errors import LintFinding, Severity
from exam_packages.ids import ResponseId
from exam_packages.qti.model import Lexical
from ui.preview.content import Previewed, PreviewedItem
from ui.preview.item_pane import ItemPane
from ui.preview.outcome_pane import OutcomePane
from ui.window.theme import GRID_PX, Theme, Tokens, apply
from ui.window.widgets.button import Button
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.sentence import Sentence, Tone

TEXT_PERCENTS: Final = (100, 125, 150, 200, 300, 400)
_THEMES: Final = tuple(Theme)
_SHARES: Final = (220, 800, 320)


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
        """Make everything anew: widgets take their looks when they are made."""
        tokens = apply(self._app, self._theme, self._percent)
        while (old := self._column.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        margin = tokens.px(GRID_PX)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.addWidget(self._bar(tokens))
        for found in self._content.findings if self._content is not None else ():
            tone = Tone.BAD if found.severity is Severity.ERROR else Tone.WARN
            self._column.addWidget(Sentence(str(found), tokens=tokens, tone=tone, parent=self))
        self._column.addWidget(self._panes(tokens), 1)

    def _bar(self, tokens: Tokens) -> QWidget:
        bar = QWidget(self)
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 0, 0)
        themes = ChoiceBar(
            tuple((each.value, each.value.replace("-", " ").title()) for each in _THEMES),
            tokens=tokens,
            name=self.tr("Colors"),
        )
        themes.set_current(self._theme.value)
        themes.chosen.connect(lambda: self._look(Theme(themes.current()), self._percent))
        sizes = ChoiceBar(
            tuple((str(each), f"{each} %") for each in TEXT_PERCENTS), tokens=tokens, name=self.tr("Text size")
        )
        sizes.set_current(str(self._percent))
        sizes.chosen.connect(lambda: self._look(self._theme, int(sizes.current())))
        again = Button(self.tr("Reload"), tokens=tokens)
        again.clicked.connect(self.reload_wanted)
        row.addWidget(themes, 1)
        row.addWidget(sizes, 2)
        row.addWidget(again)
        return bar

    def _panes(self, tokens: Tokens) -> QSplitter:
        panes = QSplitter(Qt.Orientation.Horizontal, self)
        panes.addWidget(self._list())
        item = self._chosen()
        if item is not None and self._content is not None:
            number = self._content.items.index(item) + 1
            answers = self._answers.get(item.name, {})
            self._pane = ItemPane(item, self._content.resource, number=number, answers=answers, tokens=tokens)
            worth = OutcomePane(item, tokens=tokens)
            self._pane.changed.connect(worth.show_answers)
            worth.wants_answers.connect(self._pane.show_answers)
            worth.show_answers(answers)
            panes.addWidget(self._pane)
            panes.addWidget(worth)
        panes.setSizes(list(_SHARES))
        panes.setStretchFactor(1, 1)
        return panes

    def _list(self) -> QListWidget:
        names = QListWidget(self)
        names.setAccessibleName(self.tr("Items"))
        for each in self._content.items if self._content is not None else ():
            errors = sum(found.severity is Severity.ERROR for found in each.findings)
            names.addItem(each.name if not errors else self.tr("{name} (errors)").format(name=each.name))
            if each.name == self._name:
                names.setCurrentRow(names.count() - 1)
        names.currentRowChanged.connect(self._choose)
        return names

    # -- what people want ----------------------------------------------------------------------------------------------

    def _chosen(self) -> PreviewedItem | None:
        items = self._content.items if self._content is not None else ()
        return next((each for each in items if each.name == self._name), None)

    def _choose(self, row: int) -> None:
        if self._content is not None and 0 <= row < len(self._content.items):
            self._keep()
            self._name = self._content.items[row].name
            self._build()

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
