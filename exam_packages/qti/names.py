"""Identifiers of exams and forms → names that files, rosters and results can carry.

Owns the derivation. QTI lets the identifier of a package or test be nearly any text; ours are letters, digits, ``_``, ``.``
and ``-``.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from exam_packages.signed_documents import checked_name
from signing.errors import FormRefused

_OTHERS: Final = re.compile(r"[^A-Za-z0-9_-]+", re.ASCII)
_READABLE_CHARACTERS: Final = 60
_DIGITS: Final = 12  # of SHA-256: texts that read the same after the derivation still differ


def name_from(identifier: str) -> str:
    """The identifier itself where it is a name, else what is readable of it and a part of its digest.

    Made from one of its own results it gives the same again.
    """
    try:
        return checked_name(identifier, place="identifier")
    except FormRefused:
        readable = _OTHERS.sub("-", identifier).strip("-")[:_READABLE_CHARACTERS]
        digest = hashlib.sha256(identifier.encode("utf-8")).hexdigest()[:_DIGITS]
        return f"{readable}-{digest}".lstrip("-")
