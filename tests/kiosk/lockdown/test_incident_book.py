from __future__ import annotations

from pathlib import Path

import pytest

from exam_packages.ids import UtcMs
from exam_packages.lockdown_log import LockdownLine, read_log
from kiosk.errors import StorageFault
from kiosk.handover.incident_page import page_of
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.incident_book import IncidentBook
from kiosk.lockdown.incidents import Consequence, IncidentKind, Observation
from kiosk.lockdown.judging import MERGE_MS, Rules
from kiosk.lockdown.protocol import Raised
from kiosk.lockdown.readings import Reading
from signing.errors import FormRefused

FOREIGN = Observation(kind=IncidentKind.FOREIGN_WINDOW, evidence={"program": "xclock", "title": "", "geometry": ""})
ASLEEP = Observation(kind=IncidentKind.SUSPENDED, evidence={"milliseconds": "9000"})
KEYS = Observation(kind=IncidentKind.KEYS_BLOCKED, evidence={"combination": "alt+tab", "count": "2"})


class Desk:
    """A book, and what it told."""

    def __init__(self, folder: Path, preset: Preset = Preset.STANDARD) -> None:
        self.folder = folder
        self.preset = preset
        self.now = 1_000
        self.told: list[Raised] = []
        self.book = self.opened()

    def opened(self) -> IncidentBook:
        return IncidentBook(self.folder, Rules(preset=self.preset), reading=self.reading, tell=self.told.append)

    def reading(self) -> Reading:
        return Reading(wall=UtcMs(self.now), awake_ms=self.now, since_boot_ms=self.now)

    def again(self) -> None:
        """The supervisor died and another one came."""
        self.book = self.opened()

    def lines(self, session: str = "s1") -> list[LockdownLine]:
        read, _ = read_log(self.book.lines(session), place="test")
        return list(read)

    def kinds(self, session: str = "s1") -> list[str]:
        return [line.kind for line in self.lines(session)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "log")
    desk.book.turn_to("s1", {"preset": "standard"})
    return desk


def test_a_session_has_a_log_of_its_own_that_begins_by_saying_so(desk: Desk) -> None:
    desk.book.observe(FOREIGN)
    desk.book.turn_to("", {})
    desk.book.observe(ASLEEP)
    desk.book.turn_to("s2", {})
    assert desk.kinds("s1") == ["session-started", "foreign-window", "session-ended"]
    assert desk.lines("s1")[0].evidence == {"preset": "standard"}
    assert desk.kinds("s2") == ["session-started"]
    assert desk.kinds("") == ["suspended"]


def test_what_follows_is_told_after_it_is_written_with_its_line_s_number(desk: Desk) -> None:
    desk.book.observe(FOREIGN)
    (raised,) = desk.told
    line = desk.lines()[raised.number]
    assert (line.kind, line.followed.value) == (raised.kind.value, raised.consequence.value)
    assert raised.consequence is Consequence.LOCK
    assert desk.book.owed == (raised,)


def test_what_is_only_noted_is_not_told(desk: Desk) -> None:
    desk.book.observe(Observation(kind=IncidentKind.VIRTUAL_MACHINE, evidence={"sign": "dmi"}))
    assert desk.told == []
    assert desk.kinds()[-1] == "virtual-machine"


def test_a_lock_is_opened_by_a_proctor_and_never_with_a_tap(desk: Desk) -> None:
    desk.book.observe(FOREIGN)
    number = desk.told[0].number
    desk.book.covered(number)
    assert desk.book.cleared(number, "", "") is None
    assert desk.book.owed
    assert desk.book.cleared(number, "proctor-1", "a clock") is IncidentKind.FOREIGN_WINDOW
    assert desk.book.owed == ()
    assert desk.book.cleared(number, "proctor-1", "again") is None
    assert desk.kinds()[-2:] == ["lock-shown", "lock-opened"]
    assert desk.lines()[-1].evidence == {"note": "a clock", "number": str(number), "proctor": "proctor-1"}


def test_a_pause_ends_with_a_tap(desk: Desk) -> None:
    desk.book.observe(ASLEEP)
    assert desk.book.cleared(desk.told[0].number, "", "") is IncidentKind.SUSPENDED
    assert desk.book.owed == ()


def test_a_cover_stays_owed_whoever_dies(desk: Desk) -> None:
    desk.book.observe(FOREIGN)
    desk.book.observe(ASLEEP)
    desk.book.cleared(desk.told[1].number, "", "")
    desk.again()
    assert not desk.book.owed
    desk.book.turn_to("s1", {})
    assert list(desk.book.owed) == [desk.told[0]]
    assert desk.kinds().count("session-started") == 1


def test_the_same_cause_covers_again_once_it_was_cleared(desk: Desk) -> None:
    desk.book.observe(FOREIGN)
    desk.book.observe(FOREIGN)
    assert len(desk.told) == 1
    desk.book.cleared(desk.told[0].number, "proctor-1", "")
    desk.book.observe(FOREIGN)
    assert len(desk.told) == 2


def test_a_restart_of_the_machine_is_asked_about_at_the_door(desk: Desk) -> None:
    desk.book.observe(Observation(kind=IncidentKind.MACHINE_RESTARTED, evidence={}))
    assert desk.told == []
    assert desk.book.owed == ()
    assert desk.lines()[-1].followed.value == "lock"


def test_a_session_that_was_let_in_after_a_restart_stood_still_until_then_and_no_longer(desk: Desk) -> None:
    desk.book.observe(Observation(kind=IncidentKind.MACHINE_RESTARTED, evidence={}))
    restarted = desk.lines()[-1]
    desk.now += 120_000
    desk.book.let_in()
    desk.now += 3_600_000
    desk.book.turn_to("", {})
    opened = desk.lines()[-2]
    assert (opened.kind, opened.evidence["number"]) == ("lock-opened", str(restarted.n))
    assert page_of(desk.lines()).stood_still_ms == 120_000


def test_no_session_is_let_in_that_was_not_asked_about(desk: Desk) -> None:
    desk.book.let_in()
    assert desk.kinds() == ["session-started"]


def test_what_was_counted_stands_in_the_log_when_it_is_asked_for(desk: Desk) -> None:
    desk.book.observe(KEYS)
    desk.book.observe(KEYS)
    assert desk.kinds() == ["session-started", "keys-blocked"]
    assert desk.lines()[-1].evidence["count"] == "4"


def test_time_alone_brings_what_was_counted(desk: Desk) -> None:
    desk.book.observe(KEYS)
    desk.now += MERGE_MS
    desk.book.due()
    desk.again()
    assert desk.kinds()[-1] == "keys-blocked"


def test_practice_is_never_covered(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Preset.PRACTICE)
    desk.book.turn_to("s1", {})
    desk.book.observe(FOREIGN)
    assert [raised.consequence for raised in desk.told] == [Consequence.WARN]
    assert desk.book.owed == ()


@pytest.mark.parametrize("name", ["../s1", "a/b", ".", "", "x" * 200, "s 1", "\x00"])
def test_a_name_that_is_none_leads_nowhere(desk: Desk, name: str, tmp_path: Path) -> None:
    if name:
        with pytest.raises(FormRefused):
            desk.book.turn_to(name, {})
        with pytest.raises(FormRefused):
            desk.book.lines(name)
    assert desk.book.session == "s1"
    assert {path.name for path in tmp_path.rglob("*.lockdown")} == {"s1.lockdown", "seat.lockdown"}


def full(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_log_that_cannot_be_written_locks_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.lockdown.log.os.fsync", full)
    desk.book.observe(FOREIGN)
    desk.book.observe(ASLEEP)
    (raised,) = desk.told
    assert raised.kind is IncidentKind.LOG_BROKEN
    assert raised.consequence is Consequence.LOCK
    assert desk.book.cleared(raised.number, "proctor-1", "") is IncidentKind.LOG_BROKEN


def test_a_proctor_opens_what_a_full_disk_has_covered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.lockdown.log.os.fsync", full)
    desk.book.observe(FOREIGN)
    desk.book.cleared(desk.told[0].number, "proctor-1", "")
    desk.book.observe(Observation(kind=IncidentKind.VIRTUAL_MACHINE, evidence={"sign": "dmi"}))
    assert not desk.book.owed
    assert len(desk.told) == 1
    desk.book.observe(FOREIGN)
    assert [raised.consequence for raised in desk.book.owed] == [Consequence.LOCK]


def test_when_there_is_room_again_the_log_goes_on_and_says_what_is_missing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as disk:
        disk.setattr("kiosk.lockdown.log.os.fsync", full)
        desk.book.observe(FOREIGN)
        desk.book.cleared(desk.told[0].number, "proctor-1", "")
    desk.book.observe(ASLEEP)
    assert desk.kinds() == ["session-started", "log-broken", "suspended"]
    assert desk.lines()[1].evidence["at"].startswith("2 lines")
    desk.again()
    desk.book.turn_to("s1", {})
    assert [raised.kind for raised in desk.book.owed] == [IncidentKind.SUSPENDED]


def test_practice_is_not_covered_where_the_log_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, Preset.PRACTICE)
    desk.book.turn_to("s1", {})
    monkeypatch.setattr("kiosk.lockdown.log.os.fsync", full)
    desk.book.observe(FOREIGN)
    assert [raised.consequence for raised in desk.told] == [Consequence.WARN]
    assert desk.book.owed == ()


def test_a_session_whose_log_cannot_be_opened_has_not_begun(desk: Desk) -> None:
    (desk.folder / "sessions" / "s2.lockdown").mkdir()
    with pytest.raises(StorageFault):
        desk.book.turn_to("s2", {})
    assert desk.book.session == "s1"
    assert desk.kinds() == ["session-started"]


@pytest.mark.parametrize(("preset", "followed"), [(Preset.PRACTICE, "warn"), (Preset.STANDARD, "lock")])
def test_a_log_that_was_changed_covers_no_practice(tmp_path: Path, preset: Preset, followed: str) -> None:
    log = tmp_path / "sessions" / "s1.lockdown"
    log.parent.mkdir(parents=True)
    log.write_bytes(b"somebody was here\n")
    desk = Desk(tmp_path, preset)
    desk.book.turn_to("s1", {})
    first = desk.lines()[0]
    assert (first.kind, first.followed.value) == ("log-broken", followed)
    assert len(desk.book.owed) == (preset is not Preset.PRACTICE)


def test_what_is_so_for_a_whole_session_is_written_once_whoever_died_meanwhile(desk: Desk) -> None:
    missing = [
        Observation(kind=IncidentKind.CAPABILITY_MISSING, evidence={"concern": name, "reason": "r"})
        for name in ("usb-storage", "network")
    ]
    desk.book.observe_once(missing[:1])
    desk.book.close()
    desk.again()
    desk.book.turn_to("s1", {})
    desk.book.observe_once(missing)
    desk.book.observe_once(missing)
    assert [line.evidence.get("concern") for line in desk.lines()] == [None, "usb-storage", "network"]
    assert desk.told == []
