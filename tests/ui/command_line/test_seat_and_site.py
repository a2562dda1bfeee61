"""`kiosk seat` and `kiosk site` as people type them: a day from two empty folders to an erased result, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from exam_packages.ids import SiteId, UtcMs
from exam_packages.office.accepting import accept_results
from exam_packages.office.building import build_exam
from exam_packages.office.granting import import_seat_list, register_site
from exam_packages.office.publishing import publish, write_roster
from exam_packages.office.releasing import OfficerUnlock, release_package
from exam_packages.office.state import Office
from kiosk.clock import SystemClock
from kiosk.seat.seat import Seat
from signing.argon2 import MINIMUM_COST
from tests.kiosk.seat.sittings import sit, start
from tests.simulators.day import ANA, CHOICE_EXAM, PASSPHRASE, SAMPLES, World, appointment, judge, make_world
from ui.command_line import main as command_line


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place to work, with the passphrase in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KIOSK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setattr("kiosk.site.site.KEY_FILE_COST", MINIMUM_COST)
    (tmp_path / "stick").mkdir()
    (tmp_path / "pin").write_text("246813\n")
    return tmp_path


def run(*words: str) -> int:
    return command_line.run(list(words))


def office_answers(desk: Path) -> Office:
    """What the office does between the site's request and the exam day."""
    now = SystemClock().utc_ms()
    office = Office(desk / "office", PASSPHRASE)
    register_site(office, (desk / "site" / "site.site-request").read_bytes(), site="berlin", now=now)
    record = build_exam(
        office,
        SAMPLES / CHOICE_EXAM,
        not_before=UtcMs(now - 1_000),
        not_after=UtcMs(now + 86_400_000),
        now=now,
        release_cost=MINIMUM_COST,
    ).record
    write_roster(
        office,
        SiteId("berlin"),
        [appointment(ANA, "c-1", "Ana Ruiz", record.exam, record.form, now)],
        now=now,
    )
    publish(office, desk / "stick" / "drop", now=now)
    officers = [OfficerUnlock(officer=1, passphrase=PASSPHRASE), OfficerUnlock(officer=2, passphrase=PASSPHRASE)]
    data = release_package(office, record.digest, officers, now=now, release_cost=MINIMUM_COST)
    (desk / "late.release").write_bytes(data)
    return office


def test_a_whole_day(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office = Office.create(
        desk / "office", name="Board", passphrase=PASSPHRASE, now=SystemClock().utc_ms(), cost=MINIMUM_COST
    )
    (desk / "root.json").write_bytes(office.root)
    assert run("site", "init", "site", "--name", "Berlin", "--root", "root.json") == 0
    assert run("site", "proctor", "add", "site", "maria", "--name", "Maria", "--pin-file", "pin") == 3
    office = office_answers(desk)
    assert run("seat", "init", "seat", "--name", "seat-01", "--root", "root.json") == 0
    assert run("site", "certify", "site", "stick") == 3
    assert run("seat", "request", "seat", "--stick", "stick") == 0
    assert run("seat", "request", "seat", "--out", "somewhere") == 0
    assert run("site", "certify", "site", "stick") == 0
    added = ("site", "proctor", "add", "site", "maria", "--name", "Maria Keller", "--admin", "--pin-file", "pin")
    assert run(*added, "--stick", "stick") == 0
    assert run("seat", "import", "seat", "stick") == 0
    assert "lacks a release" in capsys.readouterr().out
    assert run("seat", "release", "seat", "late.release") == 0
    assert run("seat", "status", "seat") == 0
    assert "Ready: 1 exam, 1 candidate today" in capsys.readouterr().out
    with Seat.open(desk / "seat", clock=SystemClock()) as seat:
        bundle = sit(seat.day())
        assert run("seat", "status", "seat") == 0
        assert run("seat", "export", "seat", "stick") == 4
        assert "another program has it open" in capsys.readouterr().err
    assert run("seat", "export", "seat", "stick") == 0
    assert run("seat", "erase", "seat", bundle.digest) == 3
    capsys.readouterr()
    assert run("site", "status", "site", "stick", "--json") == 0
    assert [line["receipt"] for line in json.loads(capsys.readouterr().out)["results"]] == [""]
    now = SystemClock().utc_ms()
    (seats,) = (desk / "stick" / "site").glob("*.seats")
    import_seat_list(office, seats.read_bytes(), site=SiteId("berlin"), now=now)
    accept(office, desk, now)
    assert run("site", "receipts", "site", "from-office", "stick") == 0
    assert run("seat", "receipts", "seat", "stick") == 0
    assert run("seat", "erase", "seat", "--all") == 0
    capsys.readouterr()
    assert run("seat", "status", "seat", "--json") == 0
    status = json.loads(capsys.readouterr().out)
    assert [entry["state"] for entry in status["sessions"]] == ["erased"]
    assert run("site", "status", "site", "stick") == 0
    assert "accepted" in capsys.readouterr().out
    assert run("site", "proctor", "list", "site", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [{"id": "maria", "name": "Maria Keller", "role": "admin"}]
    assert run("site", "proctor", "remove", "site", "maria", "--stick", "stick") == 0


def accept(office: Office, desk: Path, now: UtcMs) -> None:
    folder = desk / "from-office"
    folder.mkdir()
    bundles = [(path.name, path) for path in (desk / "stick" / "results").iterdir()]
    for entry in accept_results(office, bundles, judge=judge, now=now).bundles:
        assert entry.receipt is not None
        (folder / f"{entry.bundle}.receipt").write_bytes(entry.receipt)


@pytest.fixture
def world(desk: Path) -> World:
    """A seat that is ready, at a time of its own."""
    return make_world(desk / "world")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("seat", "status", "nowhere"), 4),
        (("seat", "import", "nowhere", "stick"), 4),
        (("seat", "import", "world/seat", "nowhere"), 4),
        (("seat", "release", "world/seat", "nowhere.release"), 4),
        (("seat", "request", "world/seat"), 2),
        (("seat", "erase", "world/seat"), 2),
        (("seat", "erase", "world/seat", "00" * 32), 3),
        (("seat", "init", "world/seat", "--name", "x", "--root", "root.json"), 3),
        (("seat", "init", "new", "--name", "../x", "--root", "world/seat/seat.json"), 3),
        (("seat", "run", "world/seat", "--text-size", "900"), 2),
        (("site", "status", "nowhere", "stick"), 4),
        (("site", "status", "world/site", "nowhere"), 4),
        (("site", "receipts", "world/site", "nowhere", "world/stick"), 4),
        (("site", "proctor", "remove", "world/site", "nobody"), 3),
        (("site", "proctor", "add", "world/site", "x", "--name", "X", "--pin-file", "world/seat/seat.json"), 3),
        (("site", "certify", "world/site", "world/stick", "--seat", "another"), 3),
        (("seat", "export", "world/seat", "world/seat"), 4),
        (("seat", "import", "world/seat", "world/site"), 4),
        (("seat", "release", "world/seat", "world/stick"), 4),
        (("seat", "request", "world/seat", "--out", "nowhere/file"), 4),
        (("site", "status", "world/site", "world/seat"), 4),
        (("site", "proctor", "add", "world/site", "x", "--name", "\udce4", "--pin-file", "pin"), 3),
        (("site", "certify", "world/site", "world/stick", "--passphrase-file", "no-text"), 3),
        (("site", "init", "new", "--name", "New", "--root", "anchor.json", "--passphrase-file", "no-line"), 3),
    ],
)
def test_what_is_refused_says_so_and_is_no_traceback(
    words: tuple[str, ...], code: int, world: World, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "no-text").write_bytes(b"\xff\xfe")
    (desk / "no-line").write_bytes(b"\n")
    shutil.copy(world.seat_folder / "trust" / "root.json", desk / "anchor.json")
    assert run(*words) == code
    said = capsys.readouterr().err
    assert said
    assert "Traceback" not in said
    assert "fault of the program" not in said


def test_a_folder_is_free_again_after_a_seat_could_not_be_made(world: World, desk: Path) -> None:
    (desk / "no-root").write_bytes(b"{}")
    assert run("seat", "init", "new", "--name", "x", "--root", "no-root") == 3
    shutil.copy(world.seat_folder / "trust" / "root.json", desk / "root.json")
    assert run("seat", "init", "new", "--name", "x", "--root", "root.json") == 0
    assert run("seat", "init", "new", "--name", "x", "--root", "root.json") == 4


def test_what_is_refused_is_said_once(world: World, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "no.release").write_bytes(b"{}")
    capsys.readouterr()
    assert run("seat", "release", str(world.seat_folder), "no.release") == 3
    assert capsys.readouterr().err.count("Refused") == 1


def test_an_older_drop_is_exit_3_and_names_the_layer(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(world.stick / "drop", world.folder / "old")
    world.publish()
    with world.seat() as seat:
        seat.import_from(world.stick)
    shutil.rmtree(world.stick / "drop")
    shutil.copytree(world.folder / "old", world.stick / "drop")
    capsys.readouterr()
    assert run("seat", "import", str(world.seat_folder), str(world.stick)) == 3
    assert "Refused (older)" in capsys.readouterr().err


def test_a_session_that_was_cut_off_is_sealed_when_asked(world: World) -> None:
    with world.seat() as seat:
        start(seat.day()).close()
    assert run("seat", "export", str(world.seat_folder), str(world.stick), "--unfinished") == 0
    assert len(list((world.stick / "results").iterdir())) == 1
