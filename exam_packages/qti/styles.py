"""Class names of QTI's shared vocabulary on an interaction, and on what it stands in → ``Style``.

Owns which names are inherited. How anything looks is the window's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from exam_packages.qti.model import LabelStyle, LabelSuffix, Orientation, Style
from exam_packages.qti.reading import Xml

_INHERITED: Final = re.compile(
    r"qti-(orientation|choices-stacking|labels|input-width|height-lines|input-control-hidden|selections"
    r"|unselected-hidden|choices|writing-orientation)(-.*)?",
    re.ASCII,
)
"""Names that, on an element around an interaction, mean the interaction too."""
_BODIES: Final = frozenset({"qti-item-body", "qti-assessment-item"})
MAX_NUMBER_DIGITS: Final = 4


def class_names(xml: Xml) -> list[str]:
    """The class names of an element and those it inherits, nearest first."""
    names = (xml.optional("class") or "").split()
    return names + [name for name in _from_around(xml) if _INHERITED.fullmatch(name)]


def _from_around(xml: Xml) -> Iterator[str]:
    if xml.name in _BODIES:
        return
    for node in xml.node.iterancestors():
        around = Xml(xml.file, node)
        yield from (around.optional("class") or "").split()
        if around.name in _BODIES:
            return


def read_style(xml: Xml) -> Style:
    """What the class names and ``data-`` attributes of an interaction ask for; what nobody knows asks for nothing."""
    names = class_names(xml)
    return Style(
        labels=_first(names, "qti-labels-", {each.value: each for each in LabelStyle if each.value}.get)
        or LabelStyle.LETTERS,
        suffix=_first(names, "qti-labels-suffix-", {each.value: each for each in LabelSuffix if each.value}.get)
        or LabelSuffix.DEFAULT,
        stacking=_first(names, "qti-choices-stacking-", _number) or 0,
        input_width=_first(names, "qti-input-width-", _number) or 0,
        height_lines=_first(names, "qti-height-lines-", _number) or 0,
        input_hidden="qti-input-control-hidden" in names,
        selections=_first(names, "qti-selections-", {"light": "light", "dark": "dark"}.get) or "",
        bordered="qti-bordered" in names,
        tabular="qti-match-tabular" in names,
        header_hidden="qti-header-hidden" in names,
        choices_position=_first(names, "qti-choices-", {each: each for each in _SIDES}.get) or "",
        unselected_hidden="qti-unselected-hidden" in names,
        choices_width=_number(xml.optional("data-choices-container-width") or "") or 0,
        max_message=_words(xml, "data-max-selections-message"),
        min_message=_words(xml, "data-min-selections-message"),
        vertical_text="qti-writing-orientation-vertical-rl" in names,
        pattern_message=_words(xml, "data-patternmask-message"),
        empty_choice=_words(xml, "data-prompt"),
        first_column=_words(xml, "data-first-column-header"),
        counter=_first(names, "qti-counter-", {"up": "up", "down": "down"}.get) or "",
    )


_SIDES: Final = ("top", "bottom", "left", "right")


def read_orientation(xml: Xml, default: Orientation) -> Orientation:
    """How choices run: ``orientation``, or the class name that replaces it in QTI 3.0 (the class name wins)."""
    known = {each.value: each for each in Orientation}
    return (
        _first(class_names(xml), "qti-orientation-", known.get)
        or known.get(xml.optional("orientation") or "")
        or default
    )


_T = TypeVar("_T")


def _first(names: list[str], prefix: str, known: Callable[[str], _T | None]) -> _T | None:
    for name in names:
        if name.startswith(prefix):
            found = known(name.removeprefix(prefix))
            if found is not None:
                return found
    return None


def _number(text: str) -> int | None:
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= MAX_NUMBER_DIGITS else None


def _words(xml: Xml, name: str) -> str:
    return " ".join((xml.optional(name) or "").split())
