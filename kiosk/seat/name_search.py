"""How a name is looked for: as it is typed on whatever keyboard stands there.

Owns what counts as the same letter in a search. Names are shown, signed and compared elsewhere as they are written.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_SAME_LETTER: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("‘’ʻʼ", "'")
    | dict.fromkeys("‐–", "-")
)
"""Letters with a stroke and joined ones, which Unicode takes apart nowhere, and signs that keyboards have one of; lower case."""


def is_found(query: str, name: str) -> bool:
    """Tell whether every word of a query is in a name, marks and capitals left aside."""
    return _has_words(folded(query), folded(name))


def is_found_as_written(query: str, name: str) -> bool:
    """Tell whether every word of a query is in a name with the marks that it has there."""
    return _has_words(_written(query), _written(name))


def folded(text: str) -> str:
    """Return a text without capitals and without marks on letters: a proctor finds “Ångström” by “angstrom”.

    Where a letter and its mark are written as one character in one place and as two in another, both become the same.
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", plain).translate(_SAME_LETTER)


def _written(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold())


def _has_words(query: str, text: str) -> bool:
    return all(word in text for word in query.split())
