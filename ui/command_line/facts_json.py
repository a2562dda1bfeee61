"""Facts as JSON for programs: dataclasses become objects, enums their values, paths texts, refusals their layer and sentence."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path

from signing.canonical import JsonValue
from signing.errors import Refused


def to_json(value: object) -> JsonValue:
    """Return a value of facts as JSON.

    Raises:
        TypeError: something that is no fact.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case Enum():
            return to_json(value.value)
        case Path():
            return str(value)
        case Refused():
            return {"layer": value.layer.value, "message": str(value)}
        case tuple() | list():
            return [to_json(member) for member in value]
        case _ if is_dataclass(value):
            return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"a {type(value).__name__} is no fact")
