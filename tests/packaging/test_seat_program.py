"""The seat program: what its sources load, and, where it was built (KIOSK_PACKAGED names its folder), what it does.

``sh build_scripts/package.sh`` builds it and runs these tests on it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from kiosk.lockdown.linux import walls
from kiosk.lockdown.shipped_files import LIST
from tests.kiosk.lockdown.linux.test_sandbox import innermost
from tests.simulators import day
from tests.simulators.day import World, make_world
from tests.ui.lockdown.test_real_window import windows
from ui.demo.display import Display, private_display
from ui.demo.programs import SEAT_PROGRAM, bare_environment
from ui.demo.robot_process import running_robot
from ui.demo.window_process import running_window

ROOT = Path(__file__).parents[2]
PACKAGED = os.environ.get("KIOSK_PACKAGED", "")
NEEDS_PROGRAM = pytest.mark.skipif(
    not PACKAGED, reason="KIOSK_PACKAGED names no built program (build_scripts/package.sh)"
)
PATIENCE_S = 60
OURS = ("exam_packages", "kiosk", "signing", "ui")


def left_out() -> ModuleType:
    path = ROOT / "build_scripts" / "packaging" / "left_out.py"
    spec = importlib.util.spec_from_file_location("left_out", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_everything_that_is_left_out_has_its_reason() -> None:
    lists = left_out()
    for names in (lists.MODULES, lists.LIBRARIES, lists.PLUGINS, lists.MEDIA):
        for name, why in names.items():
            assert why.endswith("."), name
            assert why.split()[0] != "See" or why[4:-1] in {
                *lists.MODULES,
                *lists.LIBRARIES,
                *lists.PLUGINS,
                *lists.MEDIA,
            }, name


@pytest.mark.parametrize("name", sorted(name for name in left_out().MODULES if name.split(".")[0] in OURS))
def test_what_is_left_out_of_ours_is_there_to_be_left_out(name: str) -> None:
    path = ROOT / name.replace(".", "/")
    assert path.is_dir() or path.with_suffix(".py").is_file()


def test_the_seat_program_loads_nothing_that_is_left_out() -> None:
    words = (
        "import sys\nfrom ui.command_line import seat_program\nseat_program.command()\n"
        "import ui.window.app, ui.lockdown.launcher\nprint(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    names = [name for name in left_out().MODULES if name.split(".")[0] in OURS]
    assert [each for each in loaded for name in names if each == name or each.startswith(f"{name}.")] == []


def program(*words: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(PACKAGED) / "kiosk"), *words],
        env=environment if environment is not None else bare_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    with private_display() as shown:
        yield shown


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@NEEDS_PROGRAM
def test_it_helps_and_offers_nothing_of_the_office() -> None:
    said = program("--help")
    assert said.returncode == 0
    assert "seat" in said.stdout
    assert "office" not in said.stdout
    assert program("office", "--help").returncode == 2
    assert "drill" not in program("seat", "--help").stdout


@NEEDS_PROGRAM
@pytest.mark.x11
def test_its_self_test_works(display: Display) -> None:
    said = program("self-test", "--json", environment=bare_environment() | dict(display.environment))
    assert said.returncode == 0, said.stdout + said.stderr
    assert not any(each["failure"] for each in json.loads(said.stdout)["results"])


@NEEDS_PROGRAM
def test_it_reads_a_seat(world: World) -> None:
    said = program("seat", "status", str(world.seat_folder))
    assert said.returncode == 0, said.stderr
    assert day.SEAT in said.stdout


@NEEDS_PROGRAM
def test_bad_input_is_a_sentence(tmp_path: Path) -> None:
    said = program("seat", "status", str(tmp_path / "nothing"))
    assert said.returncode in (3, 4)
    assert "Traceback" not in said.stderr
    assert "fault of the program" not in said.stderr


def shown_by_readiness(kiosk: Path, seat: Path) -> tuple[str, dict[str, str]]:
    """Return the digest of a program, as its certificate says it, and what it found about its own files."""
    words = [str(kiosk / "kiosk"), "seat", "readiness", str(seat), "--quick", "--json"]
    said = subprocess.run(
        words,
        env=bare_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert said.returncode in (0, 4), said.stderr  # 4: something failed, a slow disk for example
    found = json.loads(said.stdout)
    (files,) = [check for check in found["checks"] if check["check"] == "program/files"]
    return found["program"], files


@NEEDS_PROGRAM
def test_it_is_as_it_was_built_and_its_certificate_says_which_it_is(world: World) -> None:
    built = Path(PACKAGED)
    listed = (built / LIST).read_bytes()
    assert listed == built.with_name(LIST).read_bytes(), "the list beside it is the one inside"
    digest, files = shown_by_readiness(built, world.seat_folder)
    assert files["outcome"] == "ok", files
    assert digest == json.loads(listed)["program"]


@NEEDS_PROGRAM
def test_a_file_changed_missing_or_added_before_the_start_is_found(world: World, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(PACKAGED, copy, symlinks=True)
    changed, missing = (copy / "_internal" / "kiosk" / folder / "schema.sql" for folder in ("seat", "journal"))
    changed.write_bytes(changed.read_bytes() + b"\n")
    missing.rename(missing.with_name("other.sql"))
    digest, files = shown_by_readiness(copy, world.seat_folder)
    assert files["outcome"] == "failed"
    for said in (
        "changed: program/_internal/kiosk/seat/schema.sql;",
        "missing: program/_internal/kiosk/journal/schema.sql;",
    ):
        assert said in files["evidence"]
    assert "added: program/_internal/kiosk/journal/other.sql" in files["evidence"]
    assert digest != json.loads((copy / LIST).read_bytes())["program"]


@NEEDS_PROGRAM
@pytest.mark.x11
@pytest.mark.atspi
def test_its_window_can_be_worked_with(
    world: World, display: Display, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SEAT_PROGRAM, str(Path(PACKAGED) / "kiosk"))
    arguments = ["seat", "run", str(world.seat_folder), "--stick", str(world.stick)]
    environment = bare_environment() | dict(display.environment)
    with (
        running_window(arguments, environment, tmp_path / "window.log") as window,
        running_robot(display, screens=tmp_path, log=tmp_path / "robot.jsonl") as robot,
    ):
        robot.tell("wait", name="This seat is free")
        window.check()


@NEEDS_PROGRAM
@pytest.mark.x11
@pytest.mark.sandbox
def test_its_window_runs_behind_walls_under_the_supervisor(world: World, display: Display) -> None:
    machine = walls.look(None)
    if machine.namespaces or not machine.filters:
        pytest.skip(f"this machine does not let the tests make walls: {machine.namespaces or 'no filter of calls'}")
    words = [str(Path(PACKAGED) / "kiosk"), "seat", "session", str(world.seat_folder), "--preset", "practice"]
    process = subprocess.Popen(words, env=dict(display.environment))
    try:
        until = time.monotonic() + PATIENCE_S
        while not any(name and "moment" not in name for name in windows(display)):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        (child, *_) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        status = Path(f"/proc/{innermost(int(child))}/status").read_text()
        assert "Seccomp:\t2" in status
        assert "NoNewPrivs:\t1" in status
        assert "CapBnd:\t0000000000000000" in status
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()


@NEEDS_PROGRAM
@pytest.mark.x11
@pytest.mark.atspi
@pytest.mark.timeout(3600)  # sixty questions by hand, on a machine that may be busy
@pytest.mark.skipif(
    os.environ.get("KIOSK_PACKAGED_DAY") == "no", reason="the day is left out (its exam has sound: --media)"
)
def test_a_whole_day_is_given_on_it(tmp_path: Path) -> None:
    """Office and site are the sources'; whatever is done at the seat is done by the program."""
    folder, done_there = tmp_path / "day", tmp_path / "done-there"
    witness = tmp_path / "kiosk"
    witness.write_text(f'#!/bin/sh\necho "$*" >> {done_there}\nexec {Path(PACKAGED).resolve() / "kiosk"} "$@"\n')
    witness.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    done = subprocess.run(
        [sys.executable, "-m", "ui.command_line.main", "demo", "--robot", "--out", str(folder)],
        env=environment | {SEAT_PROGRAM: str(witness)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["answers_lost"] == 0
    assert summary["score"] == summary["score_expected"]
    acts = [line.split()[1] for line in done_there.read_text().splitlines()]
    assert {"init", "import", "release", "run", "status"} <= set(acts)
    assert acts.count("run") == 2  # it was killed once
