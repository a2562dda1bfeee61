"""`kiosk office accept` and `roster`: what the office makes of a journal's way, and of what candidates need."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from exam_packages.ids import Digest, SiteId
from exam_packages.office.accepting import AcceptedBundle, AcceptReport, BundleOutcome
from exam_packages.office.delivered import delivered_exam
from exam_packages.office.result_records import all_records
from exam_packages.opening import open_roster
from exam_packages.qti.model import AssessmentTest, Exam, Tool
from exam_packages.qti.pnp import NAMESPACE
from exam_packages.receipts import ReceiptStatus
from exam_packages.session_events import ItemPresented, Record, SectionEntered
from kiosk.clock import SystemClock
from signing.errors import ContentRefused
from tests.exam_packages.qti.forms import answered, exam, form, part, ref, section
from tests.kiosk.seat.sittings import sit
from tests.kiosk.session.test_route import Candidate
from tests.simulators.day import PASSPHRASE, SITE, World, make_world
from ui.command_line import main as command_line
from ui.command_line.office import judge_of
from ui.command_line.office_accepted import say_accepted


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture
def routed(monkeypatch: pytest.MonkeyPatch) -> AssessmentTest:
    """A form whose second question depends on the first; the office has it."""
    test = form(part("p", section("s", "a", ref("b", pre_conditions=(answered("a", "A"),)), "c")))
    monkeypatch.setattr("ui.command_line.office.delivered_exam", lambda *_args, **_how: exam(test))
    return test


def test_the_office_reads_what_it_delivered(world: World) -> None:
    now = world.clock.utc_ms()
    delivered = delivered_exam(world.office, world.exams.choice, now=now)
    assert delivered is not None
    assert delivered.test.item_refs()
    assert delivered_exam(world.office, Digest("00" * 32), now=now) is None


def test_a_journal_that_went_the_way_of_the_rules_is_taken(world: World, routed: AssessmentTest) -> None:
    records = tuple(Candidate(routed, {"a": "A"}).sit().sitting.records)
    judge_of(world.office, now=world.clock.utc_ms())(records)


def test_a_journal_that_the_machine_would_take_and_the_rules_would_not_is_refused(
    world: World, routed: AssessmentTest
) -> None:
    candidate = Candidate(routed, {"a": "B"})
    sitting = candidate.sitting
    sitting.happen(SectionEntered(section=sitting.session.plan.sections[0].identifier))
    candidate.go_on()
    sitting.happen(ItemPresented(item=sitting.session.plan.sections[0].items[1]))
    with pytest.raises(ContentRefused, match="leaves the way"):
        judge_of(world.office, now=world.clock.utc_ms())(tuple(sitting.records))


def test_without_the_exam_a_journal_is_replayed_all_the_same(
    world: World, routed: AssessmentTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    records: tuple[Record, ...] = tuple(Candidate(routed).sit().sitting.records)
    asked: list[Digest] = []

    def unknown(_office: object, package: Digest, **_how: object) -> Exam | None:
        asked.append(package)
        return None

    monkeypatch.setattr("ui.command_line.office.delivered_exam", unknown)
    judge = judge_of(world.office, now=world.clock.utc_ms())
    judge(records)
    judge(records)
    assert len(asked) == 1, "a package is opened once in a run"
    with pytest.raises(ContentRefused, match="no session could have gone this way"):
        judge(records[1:])
    with pytest.raises(ContentRefused, match="no session could have gone this way"):
        judge(())


PNP = f"""<access-for-all-pnp-records xmlns="{NAMESPACE}">
  <access-for-all-pnp-record>
    <person-sourced-id source-system="office">c-1</person-sourced-id>
    <access-for-all-pnp>
      <line-reader/><spoken/><additional-testing-time><time-multiplier>1.5</time-multiplier></additional-testing-time>
    </access-for-all-pnp>
  </access-for-all-pnp-record>
</access-for-all-pnp-records>"""


def test_needs_come_into_a_roster_from_pnp_records(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    folder = world.folder
    (folder / "passphrase").write_text(PASSPHRASE)
    (folder / "list.csv").write_text(
        "appointment,candidate,name,exam,start\n"
        "a-1,c-1,Ana Ruiz,ccm,2026-11-22T09:00:00+01:00\n"
        "a-2,c-2,Bela Sample,ccm,2026-11-22T09:00:00+01:00\n"
    )
    (folder / "needs.xml").write_text(PNP)
    words = ["office", "roster", str(folder / "office"), SITE, str(folder / "list.csv")]
    options = ["--pnp", str(folder / "needs.xml"), "--passphrase-file", str(folder / "passphrase")]
    assert command_line.run([*words, *options]) == 0
    printed = " ".join("".join(capsys.readouterr()).split())
    assert "2 appointments" in printed
    assert "needs.xml" in printed, "what is not offered is said"
    office, site = world.office, world.site
    roster = open_roster(
        office.roster_file(SiteId(SITE)).read_bytes(),
        trust=office.trust(SystemClock().utc_ms()),
        site=SiteId(SITE),
        site_key=site.content_key(),
    )
    needs = {str(each.candidate): each.accommodations for each in roster.appointments}
    assert needs["c-1"].extra_time_percent == 50
    assert needs["c-1"].tools == (Tool.LINE_READER,)
    assert needs["c-2"].extra_time_percent == 0
    (folder / "needs.xml").write_text(PNP.replace("c-1", "c-9"))
    assert command_line.run([*words, *options]) == 3


def test_what_became_of_bundles_is_counted_and_said_again_when_they_come_again(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    words = accept_words(world)
    assert command_line.run(words) == 0
    assert "1 bundle: 1 accepted." in capsys.readouterr().out
    assert command_line.run(words) == 0
    said = capsys.readouterr().out
    assert "1 bundle: 1 known before." in said
    assert "known, accepted" in " ".join(said.split()), "how it stands has not to be looked up"


def test_what_was_decided_is_said_where_receipts_find_no_room(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    in_the_way = world.folder / "receipts"
    in_the_way.write_text("a file")
    assert command_line.run([*accept_words(world), "--receipts", str(in_the_way)]) == 4
    captured = capsys.readouterr()
    assert "1 bundle: 1 accepted." in captured.out
    assert "receipts" in captured.err


def test_where_nothing_could_be_read_no_empty_table_is_shown(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    missing = world.folder / "nowhere.result"
    assert command_line.run([*accept_words(world)[:3], str(missing), *accept_words(world)[-2:]]) == 3
    captured = capsys.readouterr()
    assert captured.out.strip() == ""
    assert "nowhere.result: is missing" in captured.err


def test_a_folder_that_may_not_be_read_is_not_taken_for_an_empty_one(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = accept_words(world)
    deny(monkeypatch, "results")
    assert command_line.run(words) == 4
    said = "".join(capsys.readouterr().err.split())
    assert "results”maynotbereadorwrittenbythisuser" in said


@pytest.mark.parametrize("folder", ["lost+found", "System Volume Information"])
def test_what_the_system_keeps_to_itself_on_a_stick_is_passed_over(
    world: World, folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = accept_words(world)
    (world.stick / folder).mkdir()
    deny(monkeypatch, folder)
    assert command_line.run(words) == 0
    assert "1 bundle: 1 accepted." in capsys.readouterr().out


def deny(monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """Let nobody look into a folder of this name: root may into every real one."""
    scandir = os.scandir

    def denied(path: str) -> object:
        if str(path).endswith(folder):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denied)


def test_two_ways_name_the_commands_that_decide(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(accept_words(world)) == 0
    (record,) = all_records(world.office)
    other = replace(record, bundle=Digest("a" * 64))
    bundle = AcceptedBundle(
        name="x.result", bundle=record.bundle, outcome=BundleOutcome.QUARANTINED, session=record.session
    )
    report = AcceptReport(bundles=(bundle,), gaps=())
    capsys.readouterr()
    say_accepted(report, [replace(record, status=ReceiptStatus.QUARANTINED), other])
    assert "office branches" not in capsys.readouterr().out, "one of them counts already"
    held = [replace(each, status=ReceiptStatus.QUARANTINED) for each in (record, other)]
    say_accepted(report, [held[0], replace(held[1], set_aside="it was the older one")])
    assert "office branches" not in capsys.readouterr().out, "it was decided, and they wait for something else"
    say_accepted(report, held)
    said = capsys.readouterr().out
    assert "1 bundle: 1 held back." in said
    assert f"kiosk office branches OFFICE {record.session}" in " ".join(said.split())
    assert "if they do, kiosk office choose-branch decides" in " ".join(said.split())


def accept_words(world: World) -> list[str]:
    """A result on the stick, and the command by which the office takes it in."""
    passphrase = world.folder / "passphrase"
    passphrase.write_text(PASSPHRASE)
    if not (world.stick / "results").is_dir():
        with world.seat() as seat:
            sit(seat.day())
            seat.export(world.stick)
    return ["office", "accept", str(world.folder / "office"), str(world.stick), "--passphrase-file", str(passphrase)]
