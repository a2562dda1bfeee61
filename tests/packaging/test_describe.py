"""What is said about a built program: its size, counted once, and the list of its files, put into it."""

from __future__ import annotations

import importlib.util
from pathlib import Path, PurePosixPath
from types import ModuleType

import pytest

from kiosk.lockdown.program_digest import digests_of, program_digest
from kiosk.lockdown.shipped_files import LIST, Differences, differences, list_of, shipped_files

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def describe() -> ModuleType:
    path = ROOT / "build_scripts" / "packaging" / "describe.py"
    spec = importlib.util.spec_from_file_location("describe", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def program(tmp_path: Path) -> Path:
    libraries = tmp_path / "_internal" / "PySide6" / "Qt"
    libraries.mkdir(parents=True)
    (tmp_path / "kiosk").write_bytes(b"\x7fELF")
    (libraries / "a.so").write_bytes(b"a" * 300_000)
    (libraries / "b.so").write_bytes(b"b" * 200_000)
    (tmp_path / "_internal" / "a.so").symlink_to("PySide6/Qt/a.so")
    return tmp_path


def test_sizes_are_counted_once_and_by_part(describe: ModuleType, program: Path) -> None:
    sizes = describe.sizes_of(program)
    assert sum(sizes.values()) == 500_004
    assert describe.parts_of(sizes) == {"PySide6/Qt": 500_000, "kiosk": 4}
    first, second, last = describe.table(sizes)
    assert first.strip() == "0.5 MB  PySide6/Qt"
    assert second.strip() == "0.0 MB  kiosk"
    assert last.strip() == "0.5 MB  in 3 files (at most 150 MB)"


def test_the_list_is_put_into_the_program_and_names_every_file(describe: ModuleType, program: Path) -> None:
    data, digest = describe.list_files(program)
    assert (program / LIST).read_bytes() == data
    found = digests_of(shipped_files(program))
    assert digest == program_digest(found)
    assert differences(list_of(program), found) == Differences()
    assert PurePosixPath("program/_internal/a.so") in found
    assert describe.list_files(program) == (data, digest), "the list is not in the list"


def test_what_is_to_be_left_out_is_refused(describe: ModuleType) -> None:
    describe.refuse_what_must_not_be_there({"kiosk.seat", "ui.window.app", "sslx"})
    for name in ("exam_packages.office.building", "_ssl", "kiosk.site"):
        with pytest.raises(SystemExit, match=f"{name} is in the program"):
            describe.refuse_what_must_not_be_there({"kiosk.seat", name})
