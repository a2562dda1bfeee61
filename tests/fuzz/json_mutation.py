"""Changing JSON as JSON: fields go, come, change places and take values that readers stumble over.

Owns the structure-aware half of the mutator; the other half changes bytes. The same chance makes the same changes.
"""

from __future__ import annotations

import base64
import binascii
import copy
import json
import random
from collections.abc import Callable
from typing import Any, Final

Slot = tuple[Any, Any]  # a list or an object, and a place in it
ByteMutator = Callable[[bytes], bytes]

_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, 1, -1, 2**31, 2**53 - 1, 2**53, -(2**53), 10**30, 1.5, 1e308),
    *(
        "",
        "0",
        "-1",
        "NaN",
        "INF",
        "1e999",
        "true",
        "\x00",
        "\n",
        "\ud800",
        "\u202e",
        "\U0010ffff",
        "..",
        "../a",
        "a" * 300,
    ),
    *("[/]", "[bold", "<b>", "=1+1", "A==", "AA==", "00" * 32, "0" * 64, "2026-11-22", "2026-02-30", "9999-12-31"),
    *([], {}, [[]], [{}], [None], {"": 0}, [0] * 30),
)


def changed(value: Any, chance: random.Random, bytes_changed: ByteMutator) -> Any:
    """Return JSON with one to three changes; the value may be changed in place.

    Args:
        value: decoded JSON.
        chance: decides.
        bytes_changed: changes bytes, for texts and base64.
    """
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        slots = list(_slots(value))
        if not slots or chance.random() < 0.02:
            value = _one_of_values(chance)
            continue
        _change(slots, chance, bytes_changed)
    return value


def json_changed(text: bytes, chance: random.Random, bytes_changed: ByteMutator) -> bytes | None:
    """Return JSON text with changes; None where there was none."""
    try:
        value = json.loads(text)
        return json.dumps(changed(value, chance, bytes_changed), separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return None


def _slots(value: Any) -> list[Slot]:
    found: list[Slot] = []
    waiting = [value]
    while waiting:
        at = waiting.pop()
        if isinstance(at, dict):
            found += [(at, name) for name in at]
            waiting += at.values()
        elif isinstance(at, list):
            found += [(at, index) for index in range(len(at))]
            waiting += at
    return found


def _change(slots: list[Slot], chance: random.Random, bytes_changed: ByteMutator) -> None:
    holder, place = chance.choice(slots)
    value = holder[place]
    match chance.randrange(8):
        case 0:
            holder[place] = _one_of_values(chance)
        case 1:
            del holder[place]
        case 2:
            other, at = chance.choice(slots)
            holder[place] = copy.deepcopy(other[at])
        case 3 if isinstance(holder, list):
            holder.insert(place, copy.deepcopy(value))
        case 3:
            holder[chance.choice(("", "a", "\x00", f"{place}x", str(place)[:-1]))] = copy.deepcopy(value)
        case 4 if isinstance(holder, list):
            other_place = chance.randrange(len(holder))
            holder[place], holder[other_place] = holder[other_place], holder[place]
        case _:
            holder[place] = _value_changed(value, chance, bytes_changed)


def _one_of_values(chance: random.Random) -> Any:
    # A copy, like everywhere here: one list in two places could become a circle.
    return copy.deepcopy(chance.choice(_VALUES))


def _value_changed(value: Any, chance: random.Random, bytes_changed: ByteMutator) -> Any:
    if isinstance(value, str):
        raw = _from_base64(value) if chance.random() < 0.5 else None
        if raw:
            return base64.b64encode(bytes_changed(raw)).decode("ascii")
        return bytes_changed(value.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + chance.choice((-1, 1, 1000, -1000, 2**32, -value, value))
    return _one_of_values(chance) if chance.random() < 0.3 else value


def _from_base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
