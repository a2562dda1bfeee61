"""The robot runs with another interpreter and shares nothing with the window: what it imports is held to that."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ui.demo.robot
from ui.demo import waiting

FOLDER = Path(ui.demo.robot.__file__).parent
ALLOWED = ("ui.demo.robot", "ui.demo.waiting")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield str(node.module)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_only_the_standard_library_and_its_own_modules(path: Path) -> None:
    for name in imported(path):
        top = name.partition(".")[0]
        bindings = top == "gi" and path.name == "tree.py"
        assert top in sys.stdlib_module_names or name.startswith(ALLOWED) or bindings, name


def test_what_it_shares_with_the_demo_needs_no_other_package() -> None:
    assert {name.partition(".")[0] for name in imported(Path(waiting.__file__))} <= sys.stdlib_module_names


@pytest.mark.parametrize("folder", [FOLDER.parent, FOLDER.parent.parent], ids=["ui.demo", "ui"])
def test_the_packages_above_import_nothing(folder: Path) -> None:
    assert list(imported(folder / "__init__.py")) == []
