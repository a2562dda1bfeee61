"""Words that a catalog explains or translates: a list of terms, and what their cards say.

Owns which cards belong to which aid and language. Refuses to know where a term stands on the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from exam_packages.qti.model import Catalog, CatalogCard, Element, Node
from exam_packages.qti.walking import every_node
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.tools.aids import Aid
from ui.window.widgets.announce import announce
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.labels import Heading, Words

SUPPORTS: Final[Mapping[Aid, frozenset[str]]] = {
    Aid.GLOSSARY: frozenset({"glossary-on-screen", "linguistic-guidance"}),
    Aid.KEYWORD_TRANSLATION: frozenset({"keyword-translation"}),
}
"""Which PNP supports an aid shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One term and what is said about it."""

    idref: str
    term: str
    cards: tuple[CatalogCard, ...]


def entries_of(
    bodies: Iterable[Sequence[Node]], catalogs: Iterable[Catalog], aid: Aid, language: str
) -> tuple[Entry, ...]:
    """Every term of some content that the catalogs explain, in reading order, each once.

    Args:
        bodies: where terms stand: elements with ``data-catalog-idref``.
        catalogs: of the item and its stimulus.
        aid: the glossary or the translation.
        language: the candidate's, as a BCP 47 tag; empty takes cards of every language.
    """
    cards = {each.identifier: _cards(each, SUPPORTS[aid], language) for each in catalogs}
    found: dict[str, Entry] = {}
    for body in bodies:
        for node in every_node(body):
            idref = node.attribute("data-catalog-idref") if isinstance(node, Element) else ""
            if isinstance(node, Element) and idref not in found and cards.get(idref):
                term = " ".join(plain_text((node,)).split())
                found[idref] = Entry(idref=idref, term=term, cards=cards[idref])
    return tuple(found.values())


def _cards(catalog: Catalog, supports: frozenset[str], language: str) -> tuple[CatalogCard, ...]:
    """The cards of an aid: those in the candidate's language; those in none where there is no such card."""
    cards = tuple(each for each in catalog.cards if each.support in supports and each.content)
    if not language:
        return cards
    wanted = language.partition("-")[0].casefold()
    spoken = tuple(each for each in cards if each.language.partition("-")[0].casefold() == wanted)
    return spoken or tuple(each for each in cards if not each.language)


class GlossaryPad(QWidget):
    """Terms side by side, and below them what the chosen one means."""

    def __init__(
        self, entries: Sequence[Entry], resource: Resource, *, name: str, tokens: Tokens, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._entries = {each.idref: each for each in entries}
        self._resource, self._tokens = resource, tokens
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(tokens.px(GRID_PX))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._shown: QWidget | None = None
        self._bar: ChoiceBar | None = None
        if not entries:
            nothing = self.tr("There are no entries for this question.")
            self._column.addWidget(Words(nothing, tokens=tokens, muted=True, parent=self))
            return
        choices = [(each.idref, each.term) for each in entries]
        self._bar = ChoiceBar(choices, tokens=tokens, name=name, parent=self)
        self._bar.chosen.connect(lambda idref: self._show(idref, say=True))
        self._column.addWidget(self._bar)
        self._show(self._bar.current(), say=False)

    def show_term(self, idref: str) -> None:
        """Show what a term means; nothing happens where nothing is known about it."""
        if self._bar is not None and idref in self._entries:
            self._bar.set_current(idref)
            self._show(idref, say=True)

    def _show(self, idref: str, *, say: bool) -> None:
        entry = self._entries[idref]
        if self._shown is not None:
            self._column.removeWidget(self._shown)
            self._shown.hide()
            self._shown.deleteLater()
        self._shown = self._explained(entry)
        self._column.addWidget(self._shown)
        self._shown.show()
        self.updateGeometry()
        if say:
            announce(self, f"{entry.term}: " + " ".join(plain_text(card.content) for card in entry.cards))

    def _explained(self, entry: Entry) -> QWidget:
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._tokens.px(GRID_PX))
        column.addWidget(Heading(entry.term, tokens=self._tokens, level=2, parent=holder))
        for card in entry.cards:
            if card.language and len(entry.cards) > 1:
                name = QLocale(card.language).nativeLanguageName() or card.language
                column.addWidget(Words(name, tokens=self._tokens, size=TextSize.SMALL, muted=True, parent=holder))
            direction = QLocale(card.language).textDirection() if card.language else self.layoutDirection()
            inner = QWidget(holder)
            inner.setLayoutDirection(Qt.LayoutDirection(direction))
            row = QVBoxLayout(inner)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(ContentView(card.content, self._resource, tokens=self._tokens, parent=inner))
            column.addWidget(inner)
        return holder
