"""Trying the keyboard: a short line in the exam's language, and whether what arrives is what is shown. Pure; knows no Qt.

Owns the lines. Each has the letters and signs by which the keyboards of that language differ from others. Refuses to know
layouts: what arrives is what counts. Nothing follows from it but words: a candidate goes on as they like.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import Enum
from typing import Final

SAMPLES: Final[Mapping[str, str]] = {
    "ar": "أهلاً، كيف؟",
    "bg": "Щъркел, жаба?",
    "bn": "কলম ও খাতা",
    "cs": "Žlutý kůň, říz @",
    "da": "Blåbær og øl? @",
    "de": "Zypern, süß & kühl? @",
    "el": "Ξύλο, ψωμί;",
    "en": 'Lazy quiz: "why" @ # ?',
    "es": "¿Qué año, señor? @",
    "et": "Õlu ja jäätis? @",
    "fa": "پنج گچ، چرا؟",
    "fi": "Äiti, yö ja öljy? @",
    "fr": "Déjà là, où ça ? @",
    "he": "קפה, שלום?",
    "hi": "कलम और काग़ज़",
    "hr": "Žuč, šljiva, đak? @",
    "hu": "Őrült zűr, két út? @",
    "is": "Þú átt æði, góð? @",
    "it": "È già così, perché? @",
    "ja": "こんにちは",
    "ko": "한글 조금",
    "lt": "Žąsų ėjimas, šūvis @",
    "lv": "Ķīļa ēna, šūt? @",
    "nb": "Blåbær og øl? @",
    "nl": 'Zij is jarig: "hoera" @ # ?',
    "nn": "Blåbær og øl? @",
    "no": "Blåbær og øl? @",
    "pl": "Żółć, gęś i źdźbło @",
    "pt": "Não há lições, avó? @",
    "ro": "Țară, șal, câine, în @",
    "ru": "Объём, цирк, эхо?",
    "sk": "Žltý kôň, ľad, päť @",
    "sl": "Žaba, češnja, šal @",
    "sr": "Ђак, њива, џеп?",
    "sv": "Åtta små öar? @",
    "ta": "பேனா, தாள்",
    "th": "สวัสดี ครับ",
    "tr": "Işık, çiğ, şöyle @",
    "uk": "Їжак, ґанок, є?",
    "vi": "Đường về nhà? @",
    "zh": "你好",
}
"""By the first part of a language's name (BCP 47). Made for this, and short: it is typed by people who are nervous."""
_OTHERWISE: Final = "en"


class Arrived(Enum):
    """What came of a try; the value stands in a journal."""

    NOTHING = "not-tried"
    BEGUN = "begun"
    """All right so far, and not all of it."""
    AS_SHOWN = "as-shown"
    OTHERWISE = "otherwise"
    """Other characters than are shown."""


def sample_of(language: str) -> str:
    """Return the line to type for an exam's language, as BCP 47 names it; the English one where there is none."""
    return SAMPLES.get(language.lower().replace("_", "-").partition("-")[0], SAMPLES[_OTHERWISE])


def arrived(shown: str, typed: str) -> Arrived:
    """Compare what was typed with what is shown. Letters that are put together in another way are the same letters."""
    wanted, got = unicodedata.normalize("NFC", shown), unicodedata.normalize("NFC", typed.strip())
    if not got:
        return Arrived.NOTHING
    if got == wanted:
        return Arrived.AS_SHOWN
    return Arrived.BEGUN if wanted.startswith(got) else Arrived.OTHERWISE
