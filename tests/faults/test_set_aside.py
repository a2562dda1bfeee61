"""A journal is damaged: the exam goes on in a new session, or the session is set aside; the damaged files go to the office."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from exam_packages.ids import SessionId
from exam_packages.session_events import AgreementAccepted, IdentityConfirmed, IncidentNoted
from kiosk.errors import Missing, NotReady, StorageFault, StorageFaultKind
from kiosk.handover.export import JOURNAL_FILES
from kiosk.seat.facts import AppointmentState, SessionState
from kiosk.seat.layout import SeatFolder
from kiosk.seat.seat import Seat
from tests.faults.media import every_byte, fill, make_room, small_disk
from tests.kiosk.seat.sittings import answer, finish, sit, start, to_first_scored
from tests.simulators.day import ANA, BORIS, PROCTOR, World, make_world
from ui.command_line.main import run


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "world")


def begun(world: World) -> SessionId:
    """A session that was cut off after an answer."""
    with world.seat() as seat:
        running = start(seat.day(), ANA)
        item, *_ = to_first_scored(running)
        answer(running, item, "A")
        return running.plan.session


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


DAMAGES: list[tuple[str, Callable[[Path], object]]] = [
    ("a page is altered", lambda folder: flip(folder / "journal.db")),
    (
        "the file is cut",
        lambda folder: (folder / "journal.db").write_bytes((folder / "journal.db").read_bytes()[:3000]),
    ),
    ("the journal is gone", lambda folder: (folder / "journal.db").unlink()),
    ("the key is gone", lambda folder: (folder / "session.key.json").unlink()),
    ("the key is another one", lambda folder: flip(folder / "session.key.json")),
]


def damage(world: World, session: SessionId, how: Callable[[Path], object] = DAMAGES[0][1]) -> Path:
    folder = SeatFolder(world.seat_folder).session(session)
    how(folder)
    return folder


@pytest.mark.parametrize("how", [how for _, how in DAMAGES], ids=[name for name, _ in DAMAGES])
def test_set_aside_frees_the_seat_and_keeps_every_byte(
    world: World, capsys: pytest.CaptureFixture[str], how: Callable[[Path], object]
) -> None:
    session = begun(world)
    folder = damage(world, session, how)
    before = every_byte(folder)
    with world.seat() as seat, pytest.raises(NotReady) as refused:
        seat.day().open_session(BORIS, PROCTOR)
    assert refused.value.missing is Missing.SESSION_RUNS
    assert run(["seat", "set-aside", str(world.seat_folder), session, "--yes"]) == 0
    assert "Next: `kiosk seat export`" in capsys.readouterr().out
    with world.seat() as seat:
        (entry,) = seat.status().sessions
        assert (entry.state, entry.journal_exported) == (SessionState.DAMAGED, None)
        sit(seat.day(), BORIS)
        report = seat.export(world.stick)
        damaged = next(entry for entry in seat.status().sessions if entry.session == session)
        assert damaged.journal_exported is not None
        assert "set-aside" in [incident.kind for incident in seat._parts.state.log.lines(session)]
    assert every_byte(folder) == before
    on_stick = every_byte(world.stick / "journals" / session)
    assert on_stick == {name: data for name, data in before.items() if name in JOURNAL_FILES}
    assert len(report.journals) == len(on_stick)
    assert run(["seat", "export", str(world.seat_folder), str(world.stick)]) == 0
    said = capsys.readouterr().out
    assert "“journals”" in said


def test_a_journal_that_is_in_order_is_not_set_aside(world: World) -> None:
    session = begun(world)
    with world.seat() as seat:
        with pytest.raises(NotReady, match="in order: resume or seal it"):
            seat.set_aside(session)
        with pytest.raises(NotReady, match="no unfinished session"):
            seat.set_aside(SessionId("01K3"))
        unfinished = seat.day().unfinished()
        assert unfinished is not None
        assert unfinished.fault is None


def test_a_full_disk_damages_nothing(tmp_path: Path, world: World) -> None:
    """A journal that cannot be looked at for want of room is not a damaged one: it is neither set aside nor continued."""
    session = begun(world)
    with small_disk(tmp_path / "disk", size_bytes=64 * 1024 * 1024) as disk:
        seat_folder = disk / "seat"
        world.seat_folder.rename(tmp_path / "away")
        shutil.copytree(tmp_path / "away", seat_folder)
        SeatFolder(seat_folder).place.unlink()
        with Seat.open(seat_folder, clock=world.clock) as seat:
            fill(disk)
            for act in (
                lambda: seat.set_aside(session),
                lambda: seat.day().continue_after_damage(session, PROCTOR),
            ):
                with pytest.raises((NotReady, StorageFault)) as refused:
                    act()
                assert not isinstance(refused.value, StorageFault) or not refused.value.kind.is_damage
            make_room(disk)
            finish(seat.day().resume(session, PROCTOR))


@pytest.mark.parametrize("kind", StorageFaultKind)
def test_only_what_is_bad_for_good_is_damage(kind: StorageFaultKind) -> None:
    passing = {"full", "read-only", "busy", "rolled-back"}
    assert kind.is_damage == (kind.value not in passing)


def test_an_appointment_that_was_set_aside_is_begun_anew_and_says_so(world: World) -> None:
    session = begun(world)
    damage(world, session)
    with world.seat() as seat:
        seat.set_aside(session)
        (entry,) = [entry for entry in seat.day().appointments() if entry.appointment == ANA]
        assert entry.state is AppointmentState.READY
        running = start(seat.day(), ANA)
        again = running.plan.session
        finish(running)
        rows = {row.session: row for row in seat._parts.state.sessions.all()}
        assert rows[again].continues == session
        notes = [
            record.event.note
            for record in seat._parts.files.check(again).records
            if isinstance(record.event, IncidentNoted)
        ]
        assert notes == [f"continues {session}, whose journal is set aside"]
        sit(seat.day(), BORIS)
        assert [row.continues for row in seat._parts.state.sessions.all() if row.appointment == BORIS] == [None]


def test_a_damaged_session_is_erased_with_the_result_that_continues_it(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    session = begun(world)
    folder = damage(world, session)
    with world.seat() as seat:
        assert [report.blocked_by for report in seat.erase()] == []
        finish_anew(seat, session)
        assert {report.blocked_by for report in seat.erase()} == {Missing.RECEIPT}
        seat._parts.state.outbox.mark_exported(seat._parts.state.outbox.all()[0].digest, world.clock.utc_ms())
    bring_results_only(world)
    world.accept()
    with world.seat() as seat:
        seat.receipts_from(world.stick)
        blocked = {report.session: report.blocked_by for report in seat.erase()}
        assert blocked[session] is Missing.EXPORT, "the office has the result, and not the damaged journal"
        assert folder.exists()
        seat.export(world.stick)
        reports = {report.session: report.erased for report in seat.erase()}
        assert reports == {session: True}
        assert not folder.exists()
        assert {entry.state for entry in seat.status().sessions} == {SessionState.ERASED}
    assert run(["seat", "erase", str(world.seat_folder), "--all"]) == 0
    assert "nothing to erase" in capsys.readouterr().out
    assert (world.stick / "journals" / session / "journal.db").is_file(), "the stick's copy is the office's"


def finish_anew(seat: Seat, session: SessionId) -> None:
    """The proctor continues in a new session, and that is finished."""
    running = seat.day().continue_after_damage(session, PROCTOR)
    running.apply(IdentityConfirmed())
    running.apply(AgreementAccepted())
    finish(running)


def bring_results_only(world: World) -> None:
    """As a stick that was pulled out before the journals came."""
    for path in SeatFolder(world.seat_folder).outbox.glob("*.result"):
        target = world.stick / "results" / path.name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())


def test_a_damaged_session_that_nobody_continued_stays(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    session = begun(world)
    folder = damage(world, session)
    with world.seat() as seat:
        seat.set_aside(session)
        seat.export(world.stick)
        (report,) = seat.erase()
        assert (report.bundle, report.erased, report.blocked_by) == ("", False, Missing.RECEIPT)
    assert run(["seat", "erase", str(world.seat_folder), "--all"]) == 0
    assert f"{session}…  kept: no receipt of the office is here" in capsys.readouterr().out
    assert folder.exists()


def test_setting_aside_asks_first(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    session = begun(world)
    damage(world, session)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert run(["seat", "set-aside", str(world.seat_folder), session]) == 0
    assert "Nothing was changed." in capsys.readouterr().out
    for nobody in (io.StringIO(""), None):  # the input has ended, or the program was started without any
        monkeypatch.setattr("sys.stdin", nobody)
        assert run(["seat", "set-aside", str(world.seat_folder), session]) == 130
        assert "nobody answered" in capsys.readouterr().err
    with world.seat() as seat:
        unfinished = seat.day().unfinished()
        assert unfinished is not None
        assert unfinished.fault is not None
