"""How many may be picked and how many are, in words: the same for rows of choices and for words in a text."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from exam_packages.qti.model import Style


def _tr(words: str) -> str:
    return QCoreApplication.translate("ChoicePart", words)


def too_many(picked: int, most: int, style: Style) -> str:
    """The complaint when more are picked than may be; else nothing. `most` 0 is without limit."""
    if not most or picked <= most:
        return ""
    if style.max_message:
        return style.max_message
    return _tr("You have picked {picked}. Pick no more than {most}: take {over} back.").format(
        picked=picked, most=most, over=picked - most
    )


def how_many(picked: int, least: int, most: int, style: Style) -> str:
    """What is asked for and how far one is. `most` 0 is without limit.

    The author's words for too few are a complaint, so they wait until something is picked.
    """
    if 0 < picked < least and style.min_message:
        return style.min_message
    if least == most and most:
        words = _tr("Pick {most}. You have picked {picked}.")
    elif most and least:
        words = _tr("Pick {least} to {most}. You have picked {picked}.")
    elif most:
        words = _tr("Pick up to {most}. You have picked {picked}.")
    elif least:
        words = _tr("Pick at least {least}. You have picked {picked}.")
    else:
        words = _tr("Pick all that apply. You have picked {picked}.")
    return words.format(least=least, most=most, picked=picked)
