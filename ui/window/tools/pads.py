"""What is inside each panel: made for one question, from what the package says about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from exam_packages.qti.model import AssessmentItem, Stimulus
from ui.window.content.content_view import Resource
from ui.window.items.item_view import ItemView
from ui.window.theme import Tokens
from ui.window.tools.aids import Aid, name_of
from ui.window.tools.calculator.scientific_pad import ScientificPad
from ui.window.tools.calculator.standard_pad import StandardPad
from ui.window.tools.glossary import Entry, GlossaryPad, entries_of
from ui.window.tools.highlighting import HighlighterPad
from ui.window.tools.writing import comment_pad, notes_pad
from ui.window.widgets.private_clipboard import PrivateClipboard

_WIDTHS_PX: Final = {Aid.CALCULATOR: 304, Aid.SCIENTIFIC_CALCULATOR: 424, Aid.HIGHLIGHTER: 320}
_WIDTH_PX: Final = 344
"""At 100 percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a question brings along for its tools."""

    item: AssessmentItem
    stimulus: Stimulus | None
    resource: Resource


def width_px(aid: Aid, tokens: Tokens) -> int:
    """How wide the panel of an aid is."""
    return round(tokens.px(_WIDTHS_PX.get(aid, _WIDTH_PX)) * (1 + 1.5 * tokens.letter_spacing))


def make(aid: Aid, source: Source, *, language: str, tokens: Tokens, clipboard: PrivateClipboard) -> QWidget:
    """The inside of a panel.

    Raises:
        ValueError: the aid has no panel.
    """
    match aid:
        case Aid.CALCULATOR:
            return StandardPad(tokens=tokens)
        case Aid.SCIENTIFIC_CALCULATOR:
            return ScientificPad(tokens=tokens)
        case Aid.HIGHLIGHTER:
            return HighlighterPad(tokens=tokens)
        case Aid.NOTES:
            return notes_pad(tokens=tokens, clipboard=clipboard)
        case Aid.COMMENT:
            return comment_pad(tokens=tokens, clipboard=clipboard)
        case Aid.GLOSSARY | Aid.KEYWORD_TRANSLATION:
            entries = _entries(source, aid, language)
            return GlossaryPad(entries, source.resource, name=name_of(aid), tokens=tokens)
        case _:
            raise ValueError(f"no panel: {aid}")


def explains(source: Source | None, aid: Aid, language: str, idref: str) -> bool:
    """Whether an aid has something to say about a word."""
    return source is not None and any(each.idref == idref for each in _entries(source, aid, language))


def connect_highlighter(pad: HighlighterPad, view: ItemView) -> None:
    """Have the pens mark a question."""
    nothing = QCoreApplication.translate("HighlighterPad", "Select some words first.")
    none_there = QCoreApplication.translate("HighlighterPad", "There is no highlight where you selected.")
    pad.marked.connect(lambda pen: pad.say("" if view.highlight_selection(pen) else nothing))
    pad.cleared.connect(lambda: pad.say("" if view.clear_highlight() else none_there))


def _entries(source: Source, aid: Aid, language: str) -> tuple[Entry, ...]:
    bodies = [source.item.body]
    catalogs = source.item.catalogs
    if source.stimulus is not None:
        bodies.insert(0, source.stimulus.body)
        catalogs += source.stimulus.catalogs
    return entries_of(bodies, catalogs, aid, language)
