"""The tools that help a candidate at an item, by the names that packages, appointments and journals have for them.

Owns the names. Refuses to know what a tool does; what switches them on is ``qti`` and ``accommodations``.
"""

from __future__ import annotations

from enum import StrEnum


class Tool(StrEnum):
    """What helps a candidate at an item; switched on by the package (``data-tools``, companion materials) or an accommodation."""

    CALCULATOR = "calculator"
    """The standard calculator: four operations, percent, square root, memory."""
    SCIENTIFIC_CALCULATOR = "scientific-calculator"
    HIGHLIGHTER = "highlighter"
    CHOICE_ELIMINATOR = "choice-eliminator"
    ANSWER_MASK = "answer-masking"
    LINE_READER = "line-reader"
    NOTES = "notes"
    MAGNIFIER = "magnifier"
    GLOSSARY = "glossary-on-screen"
    KEYWORD_TRANSLATION = "keyword-translation"
