"""Numbers and layouts of the stranger's calls, against the headers of mingw-w64; and attempts that can be made anywhere."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import pytest

from kiosk.readiness import windows_breaking_out as breaking_out
from kiosk.readiness import windows_calls as calls
from kiosk.readiness.windows_calls import OsVersion
from kiosk.readiness.windows_system import system_here

COMPILER = "x86_64-w64-mingw32-gcc"
NUMBERS = [
    "PROCESS_VM_READ",
    "KEYEVENTF_EXTENDEDKEY",
    "INPUT_MOUSE",
    "MOUSEEVENTF_MOVE",
    "MOUSEEVENTF_MIDDLEDOWN",
    "MOUSEEVENTF_MIDDLEUP",
    "MOUSEEVENTF_ABSOLUTE",
    "MAPVK_VK_TO_CHAR",
    "WS_CAPTION",
    "WS_VISIBLE",
    "WS_EX_TOPMOST",
    "PM_REMOVE",
    "SM_CXSCREEN",
    "SM_CYSCREEN",
    "CF_UNICODETEXT",
    "GMEM_MOVEABLE",
    "SRCCOPY",
    "CAPTUREBLT",
    "CLR_INVALID",
    "KL_NAMELENGTH",
]


def test_layouts_by_numbers() -> None:
    assert ctypes.sizeof(OsVersion) == 276
    assert OsVersion.build.offset == 12


def test_numbers_and_layouts_by_the_headers(tmp_path: Path) -> None:
    if shutil.which(COMPILER) is None:
        pytest.skip(f"not installed: {COMPILER}")
    checks = [f'_Static_assert((unsigned)({name}) == {getattr(calls, name)}u, "{name}");' for name in NUMBERS]
    checks += [
        '_Static_assert(sizeof(OSVERSIONINFOW) == 276, "size");',
        '_Static_assert(offsetof(OSVERSIONINFOW, dwBuildNumber) == 12, "build");',
        '_Static_assert((long long)DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2 == -4, "dpi");',
    ]
    source = tmp_path / "numbers.c"
    head = "#define _WIN32_WINNT 0x0A00\n#include <stddef.h>\n#include <windows.h>\n"
    source.write_text(head + "\n".join(checks) + "\n", encoding="ascii")
    done = subprocess.run([COMPILER, "-fsyntax-only", str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("table", [calls.USER32, calls.KERNEL32, calls.GDI32])
def test_every_call_is_there_with_as_many_arguments(table: calls.Declarations, tmp_path: Path) -> None:
    """The headers refuse a call with another number of arguments."""
    if shutil.which(COMPILER) is None:
        pytest.skip(f"not installed: {COMPILER}")
    source = tmp_path / "calls.c"
    lines = [f"  (void)sizeof({name}({', '.join('0' for _ in arguments)}));" for name, (_, arguments) in table.items()]
    head = "#define _WIN32_WINNT 0x0A00\n#include <windows.h>\nvoid all(void) {\n"
    source.write_text(head + "\n".join(lines) + "\n}\n", encoding="ascii")
    done = subprocess.run([COMPILER, "-fsyntax-only", "-w", str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_elsewhere_nothing_is_asked() -> None:
    with pytest.raises(OSError, match="64-bit Windows"):
        system_here()


@pytest.mark.parametrize(
    ("name", "got_out"),
    [
        ("PYTHONPATH", True),
        ("Qt_Plugin_Path", True),
        ("COR_PROFILER_PATH", True),
        ("PYTHONUTF8", False),
        ("PATH", False),
    ],
)
def test_variables(name: str, *, got_out: bool) -> None:
    assert breaking_out.environment({name: "x"}).got_out is got_out


def test_files(tmp_path: Path) -> None:
    assert not breaking_out.other_files((tmp_path, tmp_path / "nothing")).got_out
    (tmp_path / "notes").write_text("words")
    found = breaking_out.other_files((tmp_path,))
    assert found.got_out
    assert str(tmp_path) in found.saw


def test_a_window_that_was_told_of_no_home_looks_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> Path:
        raise RuntimeError("Could not determine home directory.")

    class Machine:
        def system_root(self) -> str:
            return "/nowhere"

    monkeypatch.setattr(breaking_out, "RealMachine", Machine)
    assert breaking_out._home() == (Path.home(),)
    monkeypatch.setattr(Path, "home", lost)
    assert not breaking_out.other_files().got_out


def test_a_connection_within_the_machine() -> None:
    assert breaking_out.loopback().got_out


def test_programs(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexit 0\n")
    assert not breaking_out.new_program(program).got_out  # it may not be run
    program.chmod(0o700)
    assert breaking_out.new_program(program).got_out
    program.write_text("#!/bin/sh\nexit 5\n")
    assert not breaking_out.new_program(program).got_out
