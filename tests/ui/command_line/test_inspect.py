"""`kiosk inspect` over the vectors: damage that shows without trust is exit 3; nothing is ever a traceback."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from ui.command_line import main as command_line

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "formats"
GOOD = [*sorted(path.name for path in VECTORS.glob("good.*")), "scoring.exam"]
DAMAGED = [
    "cut.exam",
    "entry.exam",
    "magic.exam",
    "padding.exam",
    "space.release",
    "field.release",
    "body.result",
    "cut.result",
]


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["inspect", str(VECTORS / name), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["kind"] != "unknown"
    assert shown["refused"] is False
    if any(check["outcome"] == "not-checked" and check["name"] == "signatures" for check in shown["checks"]):
        assert shown["verified"] is False, "nobody's signature was judged"
    assert shown["size"] == (VECTORS / name).stat().st_size


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files_are_exit_3_and_name_the_layer(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["inspect", str(VECTORS / name), "--json"]) == 3
    shown = json.loads(capsys.readouterr().out)
    refused = [check for check in shown["checks"] if check["outcome"] == "refused"]
    assert refused[0]["layer"] in {"form", "signature", "content"}
    assert refused[0]["detail"]


@pytest.mark.parametrize("kind", ["exam", "result"])
def test_a_damaged_byte_shows_without_any_trust(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = (VECTORS / f"good.{kind}").read_bytes()
    body = int.from_bytes(good[12:16], "big") + 16 if kind == "exam" else len(good) // 3
    chance = random.Random(20261122)
    for _ in range(25):
        place = chance.randrange(body, len(good))
        damaged = tmp_path / f"damaged.{kind}"
        damaged.write_bytes(good[:place] + bytes([good[place] ^ (1 << chance.randrange(8))]) + good[place + 1 :])
        assert command_line.run(["inspect", str(damaged)]) == 3, place
    assert "Traceback" not in capsys.readouterr().err


def test_nonsense_is_unknown_and_exit_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nonsense = tmp_path / "holiday.jpg"
    nonsense.write_bytes(b"\xff\xd8\xff\xe0 not one of ours")
    assert command_line.run(["inspect", str(nonsense)]) == 3
    assert "holiday.jpg" in capsys.readouterr().out


def test_two_judges_are_wrong_usage(tmp_path: Path) -> None:
    arguments = ["inspect", str(VECTORS / "good.exam"), "--office", str(tmp_path), "--seat", str(tmp_path)]
    assert command_line.run(arguments) == 2
