"""`kiosk site policy`: set, shown, brought to a stick, and refused where it names what there is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.simulators.day import PASSPHRASE, World, make_world
from ui.command_line.main import run


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path / "world")
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    return made


def set_policy(world: World, *words: str) -> int:
    passphrase = world.folder.parent / "passphrase"
    return run(["site", "policy", str(world.folder / "site"), *words, "--passphrase-file", str(passphrase)])


def test_it_is_set_shown_and_brought_to_the_stick(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--preset", "strict", "--wish", "virtual-machine=lock", "--require", "clock", "--display", "DEL 42"]
    assert set_policy(world, *words, "--stick", str(world.stick)) == 0
    assert "strict" in capsys.readouterr().out
    assert [path.name for path in (world.stick / "site").glob("*.policy")] == ["site-berlin.policy"]
    assert run(["site", "policy", str(world.folder / "site"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "number": 1,
        "preset": "strict",
        "required": ["clock"],
        "wishes": {"virtual-machine": "lock"},
        "displays": ["DEL 42"],
        "inputMethod": "",
    }


def test_an_input_method_is_named_and_what_is_none_is_refused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert set_policy(world, "--preset", "standard", "--input-method", "ibus:libpinyin") == 0
    assert "ibus:libpinyin" in capsys.readouterr().out
    for name in ("fcitx:pinyin", "ibus:", "ibus:a b", "ibus:../x", "libpinyin"):
        assert set_policy(world, "--preset", "standard", "--input-method", name) != 0
        assert "is not an engine of ibus" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    "words",
    [("--display", "1" * 32), ("--input-method", "ibus:libpinyin"), ("--require", "clock"), ("--wish", "x=lock")],
)
def test_what_would_be_set_without_a_preset_is_not_passed_over(
    world: World, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert set_policy(world, *words) == 2
    assert "setting replaces the whole policy" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("wish", ["virtual-machine", "virtual-machine=end", "teleported=lock", ""])
def test_a_wish_that_names_nothing_is_refused(world: World, wish: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert set_policy(world, "--preset", "standard", "--wish", wish) != 0
    assert "is not a kind of docs/incidents.md" in " ".join(capsys.readouterr().err.split())
    assert run(["site", "policy", str(world.folder / "site")]) == 0
    assert "No policy has been set." in capsys.readouterr().out
