"""The table of docs/hostile-files.md, made of the attacks themselves: ``python -m tests.exam_packages.hostile.table``."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Final

from tests.exam_packages.hostile import (
    test_bombs,
    test_documents,
    test_numbers,
    test_packages,
    test_results,
    test_sticks,
)
from tests.signing.hostile import test_drops, test_envelopes, test_json

HEAD: Final = "| attack | file | what is said | test |\n|---|---|---|---|\n"
_FORGED: Final = (test_packages, test_documents, test_results, test_envelopes, test_json, test_drops)


def table() -> str:
    """The whole table, a line for each attack."""
    return HEAD + "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in _rows())


def _rows() -> Iterator[tuple[str, str, str, str]]:
    for module in _FORGED:
        for attack in module.ATTACKS:
            yield attack.name, attack.file, _said(attack.refusal.layer.value, attack.says), _name(module)
    for root in test_drops.ROOT_ATTACKS:
        yield root.name, "root", _said(root.refusal.layer.value, root.says), _name(test_drops)
    for target in test_drops.TARGET_ATTACKS:
        yield target.name, "file of a drop", _said(target.refusal.layer.value, target.says), _name(test_drops)
    for name, says in test_bombs.SAYS.items():
        yield name, "bomb", says, _name(test_bombs)
    for module in (test_sticks, test_numbers):
        for name, _ in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_"):
                yield (
                    name.removeprefix("test_").replace("_", " "),
                    "stick, seat, site",
                    "by the name of the test",
                    _name(module),
                )


def _said(layer: str, words: str) -> str:
    return f"{layer}: {words}" if words else layer


def _name(module: ModuleType) -> str:
    return str(module.__name__).rpartition(".hostile.")[2]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    sys.stdout.write(table())
