"""Which aids there are at a question, what they are called, how they look in the bar and what kind of thing each is.

An aid is a tool of the package or an accommodation (`exam_packages.qti.model.Tool`), or the candidate's comment, which
the item's session control allows.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum, StrEnum
from typing import Final

from PySide6.QtCore import QCoreApplication

from exam_packages.qti.model import Tool
from ui.window.widgets.icons import Icon


class Aid(StrEnum):
    """Every aid, by the name of its tool, in the order of the bar."""

    CALCULATOR = Tool.CALCULATOR.value
    SCIENTIFIC_CALCULATOR = Tool.SCIENTIFIC_CALCULATOR.value
    HIGHLIGHTER = Tool.HIGHLIGHTER.value
    CHOICE_ELIMINATOR = Tool.CHOICE_ELIMINATOR.value
    ANSWER_MASK = Tool.ANSWER_MASK.value
    LINE_READER = Tool.LINE_READER.value
    MAGNIFIER = Tool.MAGNIFIER.value
    NOTES = Tool.NOTES.value
    GLOSSARY = Tool.GLOSSARY.value
    KEYWORD_TRANSLATION = Tool.KEYWORD_TRANSLATION.value
    COMMENT = "comment"


class AidKind(Enum):
    """What opens when an aid is switched on."""

    PANEL = "panel"
    """A drawer beside the question."""
    OVERLAY = "overlay"
    """Something over the question through which it can be answered."""
    MODE = "mode"
    """Nothing: the question itself behaves in another way."""


_KINDS: Final = {
    Aid.CHOICE_ELIMINATOR: AidKind.MODE,
    Aid.ANSWER_MASK: AidKind.MODE,
    Aid.LINE_READER: AidKind.OVERLAY,
    Aid.MAGNIFIER: AidKind.OVERLAY,
}
_ICONS: Final = {
    Aid.CALCULATOR: Icon.CALCULATOR,
    Aid.SCIENTIFIC_CALCULATOR: Icon.SCIENTIFIC,
    Aid.HIGHLIGHTER: Icon.HIGHLIGHTER,
    Aid.CHOICE_ELIMINATOR: Icon.ELIMINATE,
    Aid.ANSWER_MASK: Icon.MASK,
    Aid.LINE_READER: Icon.LINE_READER,
    Aid.MAGNIFIER: Icon.MAGNIFIER,
    Aid.NOTES: Icon.NOTES,
    Aid.GLOSSARY: Icon.GLOSSARY,
    Aid.KEYWORD_TRANSLATION: Icon.TRANSLATION,
    Aid.COMMENT: Icon.COMMENT,
}


def aids_of(tools: Collection[Tool], *, comment: bool) -> tuple[Aid, ...]:
    """The aids of a question, in the order of the bar."""
    names = {tool.value for tool in tools}
    return tuple(each for each in Aid if (comment if each is Aid.COMMENT else each.value in names))


def kind_of(aid: Aid) -> AidKind:
    """What kind of thing an aid is."""
    return _KINDS.get(aid, AidKind.PANEL)


def icon_of(aid: Aid) -> Icon:
    """The icon of an aid."""
    return _ICONS[aid]


def name_of(aid: Aid) -> str:
    """What an aid is called."""
    translate = QCoreApplication.translate
    return {
        Aid.CALCULATOR: translate("Aids", "Calculator"),
        Aid.SCIENTIFIC_CALCULATOR: translate("Aids", "Scientific calculator"),
        Aid.HIGHLIGHTER: translate("Aids", "Highlighter"),
        Aid.CHOICE_ELIMINATOR: translate("Aids", "Strike out"),
        Aid.ANSWER_MASK: translate("Aids", "Cover answers"),
        Aid.LINE_READER: translate("Aids", "Line reader"),
        Aid.MAGNIFIER: translate("Aids", "Magnifier"),
        Aid.NOTES: translate("Aids", "Notes"),
        Aid.GLOSSARY: translate("Aids", "Glossary"),
        Aid.KEYWORD_TRANSLATION: translate("Aids", "Translation"),
        Aid.COMMENT: translate("Aids", "Comment"),
    }[aid]
