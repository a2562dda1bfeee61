"""One forged file of each kind as a person meets it: exit code 3, a sentence with the file's name, nothing written."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from exam_packages.drop_paths import receipt_name
from exam_packages.ids import Digest
from tests.exam_packages import world as small
from tests.exam_packages.hostile import forge
from tests.exam_packages.hostile.bombs import LAUGHS, lying_zip
from tests.exam_packages.hostile.test_documents import receipt, roster, seat_request
from tests.simulators.day import PASSPHRASE, World, make_world
from ui.command_line import main as command_line


@dataclass(frozen=True, kw_only=True)
class Given:
    """A forged file, the command it is given to, and part of what is said."""

    name: str
    put: Callable[[World], object]
    words: tuple[str, ...]
    says: tuple[str, ...]
    unchanged: str


def on_stick(path: str, data: bytes) -> Callable[[World], object]:
    def put(world: World) -> None:
        target = world.stick / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    return put


def altered_timestamp(world: World) -> None:
    path = world.stick / "drop" / "metadata" / "timestamp.json"
    path.write_bytes(path.read_bytes().replace(b'"version":', b'"version":9', 1))


def altered_result(world: World) -> None:
    shutil.rmtree(world.stick / "site")  # what else the office would take in
    on_stick(f"results/{'ab' * 32}.result", small.result_file()[:-1])(world)


GIVEN: Final = [
    Given(name=".release", put=on_stick("releases/0.release", small.release_file()), words=("seat", "import", "seat", "stick"),
          says=("Refused (threshold)", "0.release"), unchanged="seat"),
    Given(name=".release by hand", put=on_stick("0.release", small.release_file(by=("officer-1",))),
          words=("seat", "release", "seat", "stick/0.release"), says=("Refused (threshold)", "0.release"), unchanged="seat"),
    Given(name=".receipt", put=on_stick(f"receipts/{receipt_name(Digest('ab' * 32))}", receipt()),
          words=("seat", "import", "seat", "stick"), says=("Refused (threshold)", "abab"), unchanged="seat"),
    Given(name="proctor file", put=on_stick("site/0.proctors", b"{}"), words=("seat", "import", "seat", "stick"),
          says=("Refused (form)", "0.proctors"), unchanged="seat"),
    Given(name="drop", put=altered_timestamp, words=("seat", "import", "seat", "stick"),
          says=("Refused (signature)", "timestamp.json"), unchanged="seat"),
    Given(name="seat request", put=on_stick("requests/0.seat-request", forge.saying(seat_request(), ("nobody",))),
          words=("site", "certify", "site", "stick"), says=("Refused (threshold)", "0.seat-request"), unchanged="site"),
    Given(name=".result", put=altered_result, words=("office", "accept", "office", "stick"),
          says=("abab",), unchanged="office"),
    Given(name=".exam", put=on_stick("a.exam", forge.container(forge.manifest_body(), forge.data_of(), version=2)),
          words=("inspect", "stick/a.exam"), says=("version 2",), unchanged="stick"),
    Given(name=".grant", put=on_stick("a.grant", forge.altered(small.grant_file(), site="x")),
          words=("inspect", "--office", "office", "stick/a.grant"), says=("may not sign",), unchanged="office"),
    Given(name="roster", put=on_stick("a.roster", roster()[:-1]), words=("inspect", "stick/a.roster"),
          says=("a.roster",), unchanged="stick"),
    Given(name="seat certificate", put=on_stick("a.certificate", small.certificate_file() + b" "),
          words=("inspect", "stick/a.certificate"), says=("canonical form",), unchanged="stick"),
    Given(name="QTI zip", put=on_stick("a.zip", lying_zip()), words=("office", "lint", "stick/a.zip"),
          says=("0.xml",), unchanged="stick"),
    Given(name="QTI document", put=on_stick("q/imsmanifest.xml", LAUGHS), words=("office", "lint", "stick/q"),
          says=("imsmanifest.xml", "document type"), unchanged="stick"),
]  # fmt: skip


def tree(folder: Path) -> Mapping[str, bytes]:
    """Every file and what is in it; of the seat's own database, which writes a log of acts, only that it is there."""
    return {
        str(path.relative_to(folder)): b"" if path.name.startswith(("state.db", "lock")) else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("given", GIVEN, ids=[each.name for each in GIVEN])
def test_a_forged_file_is_refused_in_words(
    given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = make_world(tmp_path / "world")
    monkeypatch.chdir(world.folder)
    monkeypatch.setenv("KIOSK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setattr("ui.command_line.seat.SystemClock", lambda: world.clock)
    monkeypatch.setattr("ui.command_line.site.SystemClock", lambda: world.clock)
    with world.seat():
        pass  # what a seat writes when it is opened
    given.put(world)
    before = tree(world.folder / given.unchanged)
    assert command_line.run(list(given.words)) == 3
    said = capsys.readouterr()
    whole = (said.out + said.err).replace("\n", " ")
    assert all(words in whole for words in given.says), whole
    assert "Traceback" not in whole
    assert "fault of the program" not in whole
    assert tree(world.folder / given.unchanged) == before
