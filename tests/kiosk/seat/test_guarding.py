"""What the seat knows of lockdown: its log goes into the result and the receipt, and the demand keeps an exam from starting."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from pypdf import PdfReader

from exam_packages.ids import ProctorId, SessionId, UtcMs
from exam_packages.lockdown_log import START, Followed, LockdownLine, after, encode_line
from exam_packages.result_opening import OpenedResult, open_result
from exam_packages.site_policies import LockdownPreset
from kiosk.errors import Missing, NotReady
from kiosk.handover.stick import Stick
from kiosk.journal.store import DATABASE_NAME
from kiosk.lockdown.development import REASON
from kiosk.lockdown.facts import Capability, CapabilityEntry, Concern, Preset, Probe
from kiosk.lockdown.policy import REQUIRED
from kiosk.seat.day import HANDED_IN
from kiosk.seat.facts import ExamEntry
from kiosk.seat.guarding import MISSING, LogUnavailable
from kiosk.seat.holdings import Holdings
from kiosk.seat.seat import Seat
from kiosk.session.state import ResultState
from kiosk.site.policy_desk import bring_policy_to, policy, set_policy
from tests.kiosk.seat.sittings import finish, start, to_first_scored
from tests.simulators.day import ANA, PROCTOR, World


@dataclass
class FakeLockdown:
    """Somebody who holds the seat locked down."""

    enforces: frozenset[Concern] = frozenset(Concern)
    preset: Preset = Preset.PRACTICE
    broken: bool = False
    answers: bool = True

    @property
    def table(self) -> tuple[CapabilityEntry, ...]:
        def can(concern: Concern) -> Capability:
            return Capability.ENFORCED if concern in self.enforces else Capability.DETECT_ONLY

        return tuple(CapabilityEntry(concern=each, probe=Probe(capability=can(each))) for each in Concern)

    def lines(self, session: SessionId) -> tuple[bytes, ...]:
        del session
        if not self.answers:
            raise LogUnavailable("the supervisor does not answer")
        lines: list[bytes] = []
        head = START
        for n, kind in enumerate(("session-started", "foreign-window", "lock-opened")):
            followed = Followed.LOCK if kind == "foreign-window" else Followed.NOTE
            line = LockdownLine(
                n=n,
                kind=kind,
                followed=followed,
                wall=UtcMs(1_790_000_000_000),
                since_boot_ms=n * 60_000,
                evidence={},
                previous=head,
            )
            lines.append(encode_line(line))
            head = after(n, head, lines[-1])
        return tuple(lines[1:] if self.broken else lines)


def guarded(world: World, lockdown: FakeLockdown) -> Seat:
    return Seat.open(world.seat_folder, clock=world.clock, lockdown=lockdown)


def sat(seat: Seat) -> SessionId:
    running = start(seat.day())
    to_first_scored(running)
    return finish(running).session


def opened(world: World) -> OpenedResult:
    (path,) = Stick(world.stick).result_files()
    office = world.office
    key = office.keys.content("scoring-content-1")
    return open_result(path.read_bytes(), trust=office.trust(world.clock.utc_ms()), scoring_key=key)


def set_site_policy(world: World, preset: LockdownPreset, *required: Concern) -> None:
    set_policy(world.site, preset=preset, wishes={}, required=required, displays=())
    bring_policy_to(world.site, Stick(world.stick))


class TestTheLog:
    def test_it_goes_into_the_result_and_the_receipt(self, world: World) -> None:
        with guarded(world, FakeLockdown()) as seat:
            session = sat(seat)
            seat.export(world.stick)
        assert [line.kind for line in opened(world).lockdown] == ["session-started", "foreign-window", "lock-opened"]
        first, second = PdfReader(world.stick / "slips" / f"{session}.pdf").pages
        assert "Candidate receipt" in first.extract_text()
        assert "stood still for 1 minute" in second.extract_text()

    def test_a_seat_that_nobody_locks_down_seals_as_ever(self, world: World) -> None:
        with world.seat() as seat:
            session = sat(seat)
            seat.export(world.stick)
        assert opened(world).lockdown == ()
        assert len(PdfReader(world.stick / "slips" / f"{session}.pdf").pages) == 1

    @pytest.mark.parametrize("lockdown", [FakeLockdown(answers=False), FakeLockdown(broken=True)])
    def test_a_log_that_cannot_be_had_is_said_and_keeps_no_result(self, world: World, lockdown: FakeLockdown) -> None:
        with guarded(world, lockdown) as seat:
            sat(seat)
            seat.export(world.stick)
        result = opened(world)
        assert result.lockdown == ()
        assert [each.kind for each in result.incidents].count(MISSING) == 1
        assert result.records


class TestTheStart:
    def test_what_the_site_demands_and_is_enforced_starts(self, world: World) -> None:
        set_site_policy(world, LockdownPreset.STRICT)
        with guarded(world, FakeLockdown()) as seat:
            seat.import_from(world.stick)
            assert seat.day().start_verdict(LockdownPreset.PRACTICE).allowed
            start(seat.day()).close()

    def test_what_only_the_site_demands_a_proctor_may_start_without(self, world: World) -> None:
        set_site_policy(world, LockdownPreset.PRACTICE, Concern.USB_STORAGE)
        with guarded(world, FakeLockdown(enforces=frozenset(Concern) - {Concern.USB_STORAGE})) as seat:
            assert seat.import_from(world.stick).refused == ()
            day = seat.day()
            assert [each.concern for each in day.start_verdict(LockdownPreset.PRACTICE).missing] == ["usb-storage"]
            with pytest.raises(NotReady) as raised:
                day.open_session(ANA, PROCTOR)
            assert raised.value.missing is Missing.LOCKDOWN
            day.open_session(ANA, PROCTOR, all_the_same=True).close()

    def test_what_the_exam_demands_nobody_starts_without(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        with guarded(world, FakeLockdown(enforces=frozenset())) as seat:
            holdings = seat._parts.holdings
            strict = tuple(replace(each, lockdown=LockdownPreset.STANDARD) for each in holdings.exams())
            monkeypatch.setattr(holdings, "exams", lambda: strict)
            assert seat.day().appointments("Ana")[0].lockdown is LockdownPreset.STANDARD
            for all_the_same in (False, True):
                with pytest.raises(NotReady) as raised:
                    seat.day().open_session(ANA, PROCTOR, all_the_same=all_the_same)
                assert raised.value.missing is Missing.LOCKDOWN

    def test_whoever_starts_the_program_may_ask_for_more(self, world: World) -> None:
        lockdown = FakeLockdown(enforces=frozenset(), preset=Preset.STANDARD)
        with guarded(world, lockdown) as seat:
            assert not seat.day().start_verdict(LockdownPreset.PRACTICE).allowed

    def test_an_older_policy_does_not_come_back(self, world: World) -> None:
        set_site_policy(world, LockdownPreset.STRICT)
        (path,) = Stick(world.stick).policy_files()
        before = path.read_bytes()
        set_site_policy(world, LockdownPreset.STANDARD)
        with world.seat() as seat:
            assert seat.import_from(world.stick).refused == ()
            path.write_bytes(before)
            (refused,) = seat.import_from(world.stick).refused
            assert refused.name == path.name
        found = policy(world.site)
        assert found is not None
        assert found.number == 2


NOTHING = FakeLockdown(enforces=frozenset())


@pytest.fixture
def demanding(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A day whose exams demand the preset ``standard``."""
    plain = Holdings.exams

    def exams(holdings: Holdings) -> tuple[ExamEntry, ...]:
        return tuple(replace(each, lockdown=LockdownPreset.STANDARD) for each in plain(holdings))

    monkeypatch.setattr(Holdings, "exams", exams)
    return world


def cut_off(world: World) -> SessionId:
    """A session that was begun on a machine that prevents everything."""
    with guarded(world, FakeLockdown()) as seat:
        running = start(seat.day())
        to_first_scored(running)
        running.close()
        return running.plan.session


class TestGoingOn:
    @pytest.mark.parametrize("proctor", [None, PROCTOR])
    def test_what_the_exam_demands_it_does_not_go_on_without(self, demanding: World, proctor: ProctorId | None) -> None:
        session = cut_off(demanding)
        with guarded(demanding, NOTHING) as seat:
            day = seat.day()
            left = day.unfinished()
            assert left is not None
            assert left.session == session
            assert {each.concern for each in left.missing} == {each.value for each in REQUIRED[Preset.STANDARD]}
            assert all(each.by_package for each in left.missing)
            with pytest.raises(NotReady, match="network") as raised:
                day.resume(session, proctor)
            assert raised.value.missing is Missing.LOCKDOWN
            assert day.unfinished() is not None, "it is as it was"

    def test_a_bare_window_says_why(self, demanding: World) -> None:
        cut_off(demanding)
        with demanding.seat() as seat:
            left = seat.day().unfinished()
            assert left is not None
            assert {each.probe.reason for each in left.missing} == {REASON}
            with pytest.raises(NotReady):
                seat.day().resume(left.session, None)

    def test_where_it_is_prevented_again_it_goes_on(self, demanding: World) -> None:
        session = cut_off(demanding)
        with guarded(demanding, NOTHING) as seat, pytest.raises(NotReady):
            seat.day().resume(session, None)
        with guarded(demanding, FakeLockdown()) as seat:
            left = seat.day().unfinished()
            assert left is not None
            assert left.missing == ()
            seat.day().resume(session, None).close()

    def test_what_only_the_site_asks_for_was_decided_at_the_start(self, world: World) -> None:
        session = cut_off(world)
        set_site_policy(world, LockdownPreset.STRICT)
        with guarded(world, NOTHING) as seat:
            assert seat.import_from(world.stick).refused == ()
            left = seat.day().unfinished()
            assert left is not None
            assert left.missing == ()
            seat.day().resume(session, None).close()

    def test_a_damaged_one_is_not_continued_either(self, demanding: World) -> None:
        session = cut_off(demanding)
        (demanding.seat_folder / "sessions" / session / DATABASE_NAME).write_bytes(b"no journal")
        with guarded(demanding, NOTHING) as seat, pytest.raises(NotReady) as raised:
            seat.day().continue_after_damage(session, PROCTOR)
        assert raised.value.missing is Missing.LOCKDOWN
        with guarded(demanding, FakeLockdown()) as seat:
            seat.day().continue_after_damage(session, PROCTOR).close()

    def test_a_proctor_hands_in_what_there_is(self, demanding: World) -> None:
        session = cut_off(demanding)
        with guarded(demanding, NOTHING) as seat:
            with pytest.raises(NotReady) as raised:
                seat.day().hand_in(session, ProctorId("nobody"))
            assert raised.value.missing is Missing.PROCTORS
            assert seat.day().hand_in(session, PROCTOR).result_state is ResultState.UNFINISHED
            assert seat.day().unfinished() is None
            seat.export(demanding.stick)
        result = opened(demanding)
        assert result.records
        (note,) = [each.note for each in result.incidents if each.kind == HANDED_IN]
        assert note.startswith(f"by {PROCTOR}; this machine does not prevent ")
        assert "network" in note
