"""Every fuzz target, for as many inputs as a test run has time for; and that the fuzzer sees what it is for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import KioskError
from signing.errors import Refused
from tests.fuzz import run
from tests.fuzz.json_mutation import json_changed
from tests.fuzz.mutation import mutated
from tests.fuzz.record import MARKS, Record, merge, read_records, table
from tests.fuzz.target import Target
from tests.fuzz.targets import load, names

INPUTS = 120  # of each target, damaged without a guide
GUIDED = 1000  # executions of each of these
GUIDED_TARGETS = ("envelope", "receipt", "result", "qti-item")
CORPUS = Path(__file__).parent / "corpus"
KEPT = sorted(path for path in CORPUS.rglob("*") if path.is_file())


@pytest.fixture(autouse=True)
def scratch_in_memory(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Targets keep small files; where there is a file system in memory they lie there."""
    if Path("/dev/shm").is_dir():
        monkeypatch.setenv("TMPDIR", "/dev/shm")


def damaged(target: Target) -> Iterator[bytes]:
    """Seeds, then seeds that were changed: as JSON where they are JSON, as bytes where not."""
    seeds = [seed for seed in target.seeds() if len(seed) <= target.max_bytes]
    yield b""
    yield from seeds[:40]
    chance = random.Random(target.name)
    blind = mutated(seeds, seed=len(target.name))

    def bytes_changed(data: bytes) -> bytes:
        return next(mutated([data], chance.getrandbits(30)))

    while True:
        seed = chance.choice(seeds)
        start = 0 if seed[:1] in {b"{", b"["} else 1
        text = json_changed(seed[start:], chance, bytes_changed)
        yield next(blind) if text is None or chance.random() < 0.3 else seed[:start] + text


@pytest.mark.parametrize("name", names())
def test_damaged_input_is_read_or_refused(name: str) -> None:
    target = load(name)
    for data in islice(damaged(target), INPUTS):
        target.run(data)


REFUSED_SEEDS = {
    "canonical-json": 5,  # no value is everything that fields can be
    "exam": 1,  # the manifest of a scoring package over the body of another
    "pnp": 1,  # somebody who is not on the list
    "pictures": 2,  # one that is turned, one of a kind that is not delivered
    "settings": 1,  # an office without its trust
    "roster": 1,  # sealed to nobody
    "address": 4,  # none is good as an address, a proxy and a token
    "server": 7,  # busy, absent, and answers to another question
}
"""How many seeds of a target do not get to its end, on purpose: all others have to, or what lies behind is not fuzzed."""
REACHED_IN_PARTS = ("canonical-json", "address")
"""Targets that ask several readers about one input: none says yes to all."""


@pytest.mark.parametrize("name", [name for name in names() if not name.startswith("qti-")])
def test_seeds_reach_the_end_of_their_target(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refusals: list[BaseException] = []
    leave = suppress.__exit__

    def noted(self: suppress, kind: type[BaseException] | None, error: BaseException | None, at: Any) -> bool:
        if isinstance(error, (Refused, KioskError)):
            refusals.append(error)
        return leave(self, kind, error, at)

    target = load(name)
    monkeypatch.setattr(suppress, "__exit__", noted)
    seeds = target.seeds()
    refused = 0
    for seed in seeds:
        assert len(seed) <= target.max_bytes
        refusals.clear()
        target.run(seed)
        refused += bool(refusals)
    assert refused == REFUSED_SEEDS.get(name, 0) < len(seeds) + (name in REACHED_IN_PARTS)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_once_broke_a_target_does_not_any_more(path: Path) -> None:
    load(path.parent.name).run(path.read_bytes())


def test_the_corpus_is_small() -> None:
    assert KEPT
    assert sum(path.stat().st_size for path in KEPT) < 1_000_000
    assert {path.parent.name for path in KEPT} <= set(names())


@pytest.mark.parametrize("name", GUIDED_TARGETS)
def test_a_guided_run_finds_nothing(name: str, tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="atheris is there for Linux only")
    results = tmp_path / "results.json"
    given = ["--executions", str(GUIDED), "--keep", str(tmp_path / "keep"), "--json", str(results), name]
    assert run.main(given) == 0
    record = read_records(results)[name]
    assert record.executions >= GUIDED
    assert record.edges > 50, "our own code was not instrumented"
    assert record.peak_memory_mib <= run.MEMORY_MAX_MIB


@pytest.mark.parametrize(
    ("name", "what"), [("self-test-fault", "ZeroDivisionError"), ("self-test-memory", "MemoryError")]
)
def test_a_guided_run_finds_a_fault(name: str, what: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What a fault, and an input that takes memory, look like: targets that are made for it."""
    pytest.importorskip("atheris", reason="atheris is there for Linux only")
    results, keep = tmp_path / "results.json", tmp_path / "keep"
    assert run.main(["--seconds", "60", "--keep", str(keep), "--json", str(results), name]) == 1
    assert read_records(results)[name].findings == 1
    (found,) = keep.iterdir()
    told = capfd.readouterr().err
    assert f"--repeat {found} {name}" in told
    assert what in told


def test_what_another_target_left_is_not_blamed_on_this_one(tmp_path: Path) -> None:
    for name in ("session-crash-1", "session-key-crash-1", "pictures-crash-1", "session-timeout-2"):
        (tmp_path / name).touch()
    assert {path.name for path in run._kept(tmp_path, "session")} == {"session-crash-1", "session-timeout-2"}


def test_records_are_merged_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "record.json"
    for executions in (1_000_000, 2000):
        record = Record(
            target="receipt",
            executions=executions,
            seconds=10,
            edges=200,
            peak_memory_mib=70,
            findings=0,
            date="2026-11-22",
        )
        merge(path, record)
    assert "| `receipt` | 1,000,000 | 10 | 100,000 | 200 | 70 | 0 | 2026-11-22 |" in table(read_records(path).values())
    assert run.main(["--table", str(path)]) == 0
    assert "1,000,000" in capsys.readouterr().out
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- table -->\nold\n<!-- end of table -->\nafter\n", encoding="utf-8")
    assert run.main(["--table", str(path), "--into", str(page)]) == 0
    written = page.read_text(encoding="utf-8")
    assert written.startswith("before\n<!-- table -->\n| target |")
    assert written.endswith("2026-11-22 |\n<!-- end of table -->\nafter\n")


def test_every_target_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--list"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in names())


def test_the_same_seed_damages_the_same_way() -> None:
    seeds = load("qti-reader").seeds()
    assert list(islice(mutated(seeds, 7), 20)) == list(islice(mutated(seeds, 7), 20))
    assert list(islice(mutated(seeds, 7), 20)) != list(islice(mutated(seeds, 8), 20))


def test_json_is_changed_as_json() -> None:
    text = b'{"a":["eHh4eHh4","1"],"b":{"c":17}}'
    changed = {json_changed(text, random.Random(seed), lambda data: data[::-1]) for seed in range(200)}
    assert len(changed) > 100
    assert json_changed(b"no JSON", random.Random(1), bytes) is None


def test_every_target_is_recorded_with_a_million_executions_and_no_finding() -> None:
    page = (Path(__file__).parents[2] / "docs" / "security-testing.md").read_text(encoding="utf-8")
    lines = page.partition(MARKS[0])[2].partition(MARKS[1])[0].splitlines()[2:]
    cells = {
        row[0].strip("`"): row for row in ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    }
    assert sorted(cells) == sorted(names())
    assert [name for name, row in cells.items() if int(row[1].replace(",", "")) < 1_000_000] == []
    assert [name for name, row in cells.items() if row[6] != "0"] == []
