"""What a site's file calls an input method. Owns the names' form; the same on every system. Refuses to know how one is run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_FORM: Final = re.compile(r"ibus:([A-Za-z0-9][A-Za-z0-9:_.+-]{0,60})")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputMethod:
    """One engine of ibus, the one framework that Qt's own plug-in speaks.

    Attributes:
        engine: as ``ibus list-engine`` names it.
    """

    engine: str


def input_method_of(name: str) -> InputMethod | None:
    """Return what a site's file names, ``ibus:libpinyin`` for example; None for what this version does not know."""
    found = _FORM.fullmatch(name)
    return InputMethod(engine=found[1]) if found is not None else None
