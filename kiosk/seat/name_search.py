"""How a name is looked for: as it is typed on whatever keyboard stands there.

Owns what counts as the same letter in a search. Names are shown, signed and compared elsewhere as they are written.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_SAME_LETTER: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})
"""Letters with a stroke and joined ones, which Unicode takes apart nowhere; lower case."""


def folded(text: str) -> str:
    """Return a text without capitals and without marks on letters: a proctor finds “Ångström” by “angstrom”.

    Where a letter and its mark are written as one character in one place and as two in another, both become the same.
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", plain).translate(_SAME_LETTER)
