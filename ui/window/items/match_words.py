"""What a match says about an answer: what goes beyond its limits, and what it still asks for."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from exam_packages.qti.model import Choice, MatchInteraction
from ui.window.content.plain import plain_text

Uses = Iterable[tuple[Choice, int]]
"""How often each row and each column is used."""


def _tr(words: str) -> str:
    return QCoreApplication.translate("MatchPart", words)


def complaint(interaction: MatchInteraction, count: int, uses: Uses) -> str:
    """What goes beyond the limits of the question, in words; nothing where nothing does. `count` is of pairs."""
    most = interaction.max_associations
    if most and count > most:
        words = _tr("You have made {count} pairs. Make no more than {most}.").format(count=count, most=most)
        return interaction.style.max_message or words
    for choice, times in uses:
        if choice.match_max and times > choice.match_max:
            return _over_words(choice, times)
    return ""


def task(interaction: MatchInteraction, count: int, uses: Uses) -> str:
    """What is still asked for, and what the limits are, where the question has any that its look does not say."""
    least, most, rows = interaction.min_associations, interaction.max_associations, len(interaction.rows)
    if count < least:
        words = _tr("Make at least {least} pairs. You have made {count}.").format(least=least, count=count)
        return interaction.style.min_message or words
    for choice, times in uses:
        if times < choice.match_min:
            return _wanted_words(choice)
    if 0 < most < rows:
        words = _tr("Make up to {most} pairs. You have made {count}.")
        one = _tr("Make up to one pair. You have made {count}.")
        return (one if most == 1 else words).format(most=most, count=count)
    if rows > 1 and all(choice.match_max == 1 for choice in interaction.columns):
        return _tr("Each choice can be used once.")
    return ""


def _wanted_words(choice: Choice) -> str:
    words = plain_text(choice.content)
    if choice.match_min == 1:
        return _tr("“{words}” is to be used at least once.").format(words=words)
    return _tr("“{words}” is to be used at least {least} times.").format(words=words, least=choice.match_min)


def _over_words(choice: Choice, times: int) -> str:
    words = plain_text(choice.content)
    if choice.match_max == 1:
        return _tr("“{words}” is used {count} times. It may be used once.").format(words=words, count=times)
    return _tr("“{words}” is used {count} times. It may be used {most} times at most.").format(
        words=words, count=times, most=choice.match_max
    )
