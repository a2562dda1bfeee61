"""What a candidate needs, in words: for the proctor who checks in, and for the candidate who confirms it.

One table beside ``words``. Refuses to know what a need does: time, breaks and tools are in the plan already.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from PySide6.QtCore import QLocale

from exam_packages.accommodations import LINE_SPACING_MIN_PERCENT, TEXT_SIZE_MIN_PERCENT, Accommodations, Scheme
from ui.window import words
from ui.window.tools.aids import Aid, name_of
from ui.window.words import translate

MINUTE_MS: Final = 60_000


def lines(needs: Accommodations) -> tuple[str, ...]:
    """Every need, each in a line; nothing where nothing special is needed."""
    return (*_time(needs), *_looks(needs), *_help(needs), *_rest(needs))


def text(needs: Accommodations) -> str:
    """Every need, one below the other; a word for none."""
    return "\n".join(lines(needs)) or translate("Needs", "None")


def short(needs: Accommodations) -> str:
    """For a row of a list: more time by its number, everything else by its being there. Empty where there is nothing."""
    if needs.extra_time_percent:
        return translate("Needs", "+{percent} % time").format(percent=needs.extra_time_percent)
    if needs.fixed_minutes:
        return translate("Needs", "+{minutes} min").format(minutes=needs.fixed_minutes)
    if needs.unlimited_time:
        return translate("Needs", "no time limit")
    return translate("Needs", "accommodations") if lines(needs) else ""


def _time(needs: Accommodations) -> Iterator[str]:
    if needs.extra_time_percent:
        yield translate("Needs", "{percent} % more time").format(percent=needs.extra_time_percent)
    if needs.fixed_minutes:
        more = words.duration(needs.fixed_minutes * MINUTE_MS)
        yield translate("Needs", "{time} more time in all").format(time=more)
    if needs.unlimited_time:
        yield translate("Needs", "No time limits")
    if needs.breaks:
        one = translate("Needs", "1 break that stops the clock")
        yield one if needs.breaks == 1 else translate("Needs", "%n breaks that stop the clock", None, needs.breaks)
    if needs.break_minutes:
        more = words.duration(needs.break_minutes * MINUTE_MS)
        yield translate("Needs", "Breaks between sections are {time} longer").format(time=more)


def _looks(needs: Accommodations) -> Iterator[str]:
    if needs.text_size_percent > TEXT_SIZE_MIN_PERCENT:
        yield translate("Needs", "Text at {percent} %").format(percent=needs.text_size_percent)
    if needs.scheme is not None:
        yield _scheme(needs.scheme)
    if needs.line_spacing_percent > LINE_SPACING_MIN_PERCENT or needs.letter_spacing_percent:
        yield translate("Needs", "Wider spacing of text")
    if needs.single_column:
        yield translate("Needs", "One column")


def _scheme(scheme: Scheme) -> str:
    match scheme:
        case Scheme.LIGHT:
            return translate("Needs", "Light colours")
        case Scheme.DARK:
            return translate("Needs", "Dark colours")
        case Scheme.HIGH_CONTRAST:
            return translate("Needs", "High contrast")
        case _:
            assert_never(scheme)


def _help(needs: Accommodations) -> Iterator[str]:
    if needs.tools:
        names = ", ".join(name_of(Aid(tool.value)) for tool in needs.tools)
        yield translate("Needs", "Tools: {names}").format(names=names)
    if needs.translation_language:
        name = QLocale(needs.translation_language).nativeLanguageName() or needs.translation_language
        yield translate("Needs", "Words translated to: {language}").format(language=name)
    if needs.linguistic_guidance:
        yield translate("Needs", "Help with difficult words")


def _rest(needs: Accommodations) -> Iterator[str]:
    if needs.prohibited:
        names = ", ".join(name.replace("-", " ") for name in needs.prohibited)
        yield translate("Needs", "Not allowed: {names}").format(names=names)
    if needs.codes:
        yield translate("Needs", "Arranged by people: {names}").format(names=", ".join(needs.codes))
