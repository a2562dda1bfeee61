"""Sizes that keep code readable, and words that must not enter: checked, not left to goodwill."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("signing", "exam_packages", "kiosk", "ui")
FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 80
METHODS_MAX = 30
QT_OVERRIDES = re.compile(r"^[a-z]+[A-Z]")  # Qt's virtual methods: their number is Qt's choice, not ours


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_stays_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert text.count("\n") <= FILE_LINES_MAX
    long = [f"{f.name}: {(f.end_lineno or 0) - f.lineno + 1} lines" for f in functions(tree)]
    assert not [entry for entry in long if int(entry.split()[-2]) > FUNCTION_LINES_MAX]
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            own = [
                method.name
                for method in node.body
                if isinstance(method, ast.FunctionDef) and not QT_OVERRIDES.match(method.name)
            ]
            assert len(own) <= METHODS_MAX, f"{node.name} has {len(own)} methods"
    assert ast.get_docstring(tree), "the module does not say what it owns"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_left_behind(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"\b(?:TODO|FIXME|XXX|HACK|NotImplementedError)\b", text)
    if "ui/demo/" not in path.as_posix():  # the demo waits for other programs, from outside
        assert not re.findall(r"\bprocessEvents\b|\btime\.sleep\b", text)


def test_one_module_asks_the_clock() -> None:
    asks = re.compile(r"\btime\.(?:time|monotonic)(?:_ns)?\(|datetime\.now\(|\.utcnow\(")
    found = {
        str(path.relative_to(ROOT)): asks.findall(path.read_text(encoding="utf-8"))
        for path in sources()
        if "ui/demo/" not in path.as_posix()  # the demo measures and is no part of the product's day
    }
    assert [path for path, hits in found.items() if hits and path != "kiosk/clock.py"] == []


def test_only_qt_modules_that_open_nothing() -> None:
    """QtNetwork opens connections; QtQml and the web engine run scripts; what plays media stays in its folder."""
    allowed = {"QtCore", "QtGui", "QtWidgets", "QtSvg", "QtTest"}
    imports = re.compile(r"from PySide6(?:\.(\w+))? import|import PySide6\.(\w+)")
    for path in sources():
        found = {name for pair in imports.findall(path.read_text(encoding="utf-8")) for name in pair if name}
        plays_media = path.is_relative_to(ROOT / "ui" / "window" / "items" / "media")
        assert found <= (allowed | {"QtMultimedia"} if plays_media else allowed), path


def test_lock_file_names_no_address() -> None:
    lock = (ROOT / "build_scripts" / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in lock
    assert lock.count("--hash=sha256:") > lock.count("==")


def test_top_level_holds_what_it_should() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    allowed = {*PACKAGES, "tests", "build_scripts", "docs", ".ci"}
    folders = {line.split("/")[0] for line in listed.stdout.splitlines() if "/" in line}
    assert folders <= allowed
