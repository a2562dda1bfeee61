"""The service's decisions, on a machine that is made up."""

from __future__ import annotations

import ctypes
import queue
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import Digest
from kiosk.lockdown.engine import Restored, RestoreReport
from kiosk.lockdown.facts import Concern
from kiosk.lockdown.giving_back import Occasion, OthersReport
from kiosk.lockdown.incidents import Observation
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.windows import service_structs
from kiosk.lockdown.windows.api import Hive, Registry, Value, Win32Failed
from kiosk.lockdown.windows.policies import POLICIES
from kiosk.lockdown.windows.service import AGAIN_AFTER_AT_MOST_MS, SeatService, ServiceOptions, sentence_of
from kiosk.lockdown.windows.service_log import LOG_MAX_BYTES, ServiceLog
from kiosk.lockdown.windows.service_manager import does_restart
from kiosk.lockdown.windows.service_policies import (
    MACHINE,
    PolicyKeeper,
    is_kept_by_service,
    machine_operations,
    put_back_left,
    user_operations,
)
from kiosk.lockdown.windows.service_program import Inbox, Told, answer_to
from kiosk.lockdown.windows.service_record import NAME as RECORD
from kiosk.lockdown.windows.service_record import REPORTS_MAX, ServiceRecord, read_record, record_of
from kiosk.lockdown.windows.structs import REG_SZ
from tests.kiosk.lockdown.machine import PowerCutError
from tests.kiosk.lockdown.windows.fake_win32 import FakeRegistry
from tests.simulators.clock import FakeClock

SEAT, ADMIN = "S-1-5-21-1-2-3-1001", "S-1-5-21-1-2-3-500"
COMMAND = ("kiosk.exe", "seat", "session", "C:\\ProgramData\\exam-seat")
TASK_MANAGER = POLICIES[Concern.SYSTEM_KEYS][0]
NO_TASK_MANAGER = (TASK_MANAGER.hive, TASK_MANAGER.key, TASK_MANAGER.name)
REMOTE = POLICIES[Concern.REMOTE_SESSION][0]
FOUND = Digest("ab" * 32)
OTHER = Value(type=REG_SZ, data=b"o\0")


@dataclass
class FakeStarted:
    pid: int
    ended_with: int | None = None
    is_forgotten: bool = False

    def exit_code(self) -> int | None:
        return self.ended_with

    def let_go(self) -> None:
        self.is_forgotten = True


@dataclass
class FakeSessions:
    user: str = ""
    started: list[FakeStarted] = field(default_factory=list)
    refuses: bool = False

    def user_at_the_screen(self) -> str:
        return self.user

    def start(self, command: Sequence[str]) -> FakeStarted:
        assert tuple(command) == COMMAND
        if self.refuses:
            raise Win32Failed("CreateProcessAsUserW", 5)
        self.started.append(FakeStarted(pid=100 + len(self.started)))
        return self.started[-1]


def signed_in() -> FakeRegistry:
    registry = FakeRegistry()
    registry.keys[Hive.USER, "Software"] = {}
    registry.write(REMOTE.hive, REMOTE.key, REMOTE.name, OTHER)
    registry.changes = 0
    return registry


@dataclass
class Seat:
    """One machine; the service may be started on it again and again."""

    folder: Path
    registry: FakeRegistry = field(default_factory=signed_in)
    sessions: FakeSessions = field(default_factory=FakeSessions)
    clock: FakeClock = field(default_factory=FakeClock)
    said: list[str] = field(default_factory=list)
    noticed: list[Observation] = field(default_factory=list)

    def registry_of(self, sid: str) -> Registry:
        assert sid in {"", SEAT}
        return self.registry

    def keeper(self) -> PolicyKeeper:
        return PolicyKeeper(self.folder, self.registry_of, clock=self.clock, report=self.noticed.append)

    @property
    def record(self) -> ServiceRecord:
        return ServiceRecord(self.folder.parent, self.clock)

    def put_back(self) -> tuple[OthersReport, ...]:
        return read_record(self.folder.parent / RECORD)

    def service(self, *, command: Sequence[str] = COMMAND) -> SeatService:
        options = ServiceOptions(user_sid=SEAT, command=command)
        record = self.record.add
        return SeatService(options, self.sessions, self.keeper(), clock=self.clock, say=self.said.append, record=record)

    def values(self) -> dict[tuple[Hive, str], dict[str, Value]]:
        """Everything but empty keys: a key whose values are all gone may stay, where others made it."""
        return {place: dict(values) for place, values in self.registry.keys.items() if values}

    def is_set(self) -> bool:
        every = [policy for policies in POLICIES.values() for policy in policies]
        return all(self.registry.read(each.hive, each.key, each.name) == each.value for each in every)


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    return Seat(folder=tmp_path / "snapshots")


def test_policies_hold_while_the_seat_s_user_is_at_the_screen(seat: Seat) -> None:
    before = seat.values()
    service = seat.service()
    service.begin()
    service.look()
    assert seat.values() == before
    assert not seat.sessions.started
    seat.sessions.user = SEAT
    service.look()
    assert seat.is_set()
    assert len(seat.sessions.started) == 1
    seat.sessions.user = ADMIN
    service.look()
    assert seat.values() == before
    seat.sessions.user = SEAT
    service.look()
    assert seat.is_set()
    assert len(seat.sessions.started) == 1  # it is still there, in its session
    service.end()
    assert seat.values() == before
    assert seat.sessions.started[0].is_forgotten


def test_an_ended_supervisor_is_not_started_before_the_next_sign_in(seat: Seat) -> None:
    before, service = seat.values(), seat.service()
    service.begin()
    seat.sessions.user = SEAT
    service.look()
    seat.sessions.started[0].ended_with = 0
    for _ in range(3):
        service.look()
        assert seat.values() == before
    assert len(seat.sessions.started) == 1
    seat.sessions.user = ""
    service.look()
    seat.sessions.user = SEAT
    service.look()
    assert len(seat.sessions.started) == 2
    assert seat.is_set()


def test_a_supervisor_that_died_is_started_again_and_waited_for_longer_and_longer(seat: Seat) -> None:
    service = seat.service()
    seat.sessions.user = SEAT
    service.look()
    waits: list[int] = []
    for _ in range(9):
        seat.sessions.started[-1].ended_with = 70
        count, began = len(seat.sessions.started), seat.clock.monotonic_ms()
        while len(seat.sessions.started) == count:
            service.look()
            seat.clock.advance(500)
        waits.append(seat.clock.monotonic_ms() - began)
        assert seat.is_set()
    assert waits[0] <= 2_000
    assert waits == sorted(waits)
    assert waits[-1] <= AGAIN_AFTER_AT_MOST_MS + 1_000
    seat.clock.advance(120_000)
    service.look()  # it has been running well meanwhile
    seat.sessions.started[-1].ended_with = 70
    service.look()
    seat.clock.advance(1_500)
    service.look()
    assert len(seat.sessions.started) == 11


def test_what_cannot_be_started_is_tried_again_and_said_once(seat: Seat) -> None:
    service = seat.service()
    seat.sessions.user, seat.sessions.refuses = SEAT, True
    for _ in range(100):
        service.look()
        seat.clock.advance(1_000)
    assert [line for line in seat.said if "CreateProcessAsUserW" in line] == [
        "CreateProcessAsUserW failed with error 5"
    ]
    seat.sessions.refuses = False
    seat.clock.advance(AGAIN_AFTER_AT_MOST_MS)
    service.look()
    assert len(seat.sessions.started) == 1


def test_where_the_shell_is_the_supervisor_it_is_not_started(seat: Seat) -> None:
    service = seat.service(command=())
    seat.sessions.user = SEAT
    service.look()
    assert seat.is_set()
    assert not seat.sessions.started


def test_drift_is_mended_and_said(seat: Seat) -> None:
    service = seat.service()
    seat.sessions.user = SEAT
    service.look()
    seat.registry.remove(*NO_TASK_MANAGER)
    service.look()
    assert seat.is_set()
    assert "DisableTaskMgr" in sentence_of(seat.noticed[0])


@pytest.mark.parametrize("cut_at", range(1, 60, 4))
def test_what_a_power_cut_leaves_is_put_back_at_the_next_start(seat: Seat, cut_at: int) -> None:
    before = seat.values()
    seat.registry.cut_at = cut_at
    service = seat.service()
    seat.sessions.user = SEAT
    with pytest.raises(PowerCutError):
        _sit_down_and_get_up(seat, service)
    seat.registry.cut_at = None
    seat.sessions.user = ""
    again = seat.service()
    again.begin()
    assert seat.values() == before
    assert not list(seat.folder.rglob("*.snapshot"))


def _sit_down_and_get_up(seat: Seat, service: SeatService) -> None:
    for user in (SEAT, ADMIN, SEAT, ADMIN):
        seat.sessions.user = user
        service.look()


def test_a_user_s_values_wait_for_his_next_sign_in(seat: Seat) -> None:
    before, service = seat.values(), seat.service()
    seat.sessions.user = SEAT
    service.look()
    # The machine goes down; when it comes up again, nobody has signed in, and his part of the registry is not there.
    his = {place: values for place, values in seat.registry.keys.items() if place[0] is Hive.USER}
    for place in his:
        del seat.registry.keys[place]
    seat.sessions.user = ""
    again = seat.service()
    again.begin()
    assert seat.values() == {place: values for place, values in before.items() if place[0] is Hive.MACHINE}
    assert list((seat.folder / SEAT).glob("*.snapshot"))
    assert not list((seat.folder / MACHINE).glob("*.snapshot"))
    assert any("not signed in" in line for line in seat.said)
    seat.registry.keys.update(his)
    seat.sessions.user = SEAT
    again.look()
    assert seat.is_set()
    again.end()
    assert seat.values() == before


def test_a_sign_out_in_the_middle_of_a_look_is_no_empty_registry() -> None:
    class Leaving(FakeRegistry):
        def find(self, hive: Hive, key: str, name: str) -> Value | None:
            self.keys = {place: values for place, values in self.keys.items() if place[0] is Hive.MACHINE}
            return super().find(hive, key, name)

    registry = Leaving()
    registry.keys[Hive.USER, "Software"] = {}
    operation = next(iter(user_operations(registry).values()))
    with pytest.raises(OperationFailed, match="not signed in"):
        operation.snapshot()


def test_what_was_put_back_is_written_down_for_the_seat_to_sign(seat: Seat) -> None:
    service = seat.service()
    for user in (SEAT, ADMIN, SEAT):
        seat.sessions.user = user
        service.look()
    again = seat.service()  # the one before was killed
    again.begin()
    reports = seat.put_back()
    assert [each.because for each in reports] == [Occasion.SESSION_ENDED, Occasion.AFTER_CRASH]
    assert all(each.report.as_found for each in reports)
    assert {each.operation for each in reports[0].report.operations} == {
        *machine_operations(seat.registry),
        *user_operations(seat.registry),
    }
    assert reports[0].number < reports[1].number


def test_what_fails_every_second_is_written_down_once(seat: Seat) -> None:
    service = seat.service()
    seat.sessions.user = SEAT
    service.look()
    seat.registry.writable = frozenset()
    again = seat.service()
    for _ in range(5):
        again.look()
    [report] = seat.put_back()
    assert all(each.failure for each in report.report.operations)


def test_a_record_has_an_end_and_its_numbers_never_go_back(tmp_path: Path) -> None:
    record = ServiceRecord(tmp_path, clock := FakeClock())
    done = RestoreReport(operations=(Restored(operation="one", found=FOUND, left=FOUND),))
    for _ in range(REPORTS_MAX + 5):
        record.add(done, Occasion.SESSION_ENDED)
    record.add(RestoreReport(), Occasion.SESSION_ENDED)
    numbers = [each.number for each in read_record(tmp_path / RECORD)]
    assert len(numbers) == REPORTS_MAX
    assert numbers == sorted(set(numbers))
    (tmp_path / RECORD).write_bytes(b"{}")
    assert read_record(tmp_path / RECORD) == ()
    clock.advance(60_000)
    record.add(done, Occasion.SESSION_ENDED)
    assert read_record(tmp_path / RECORD)[0].number > numbers[-1]


def test_what_was_wrong_is_the_last_that_a_full_record_lets_go(tmp_path: Path) -> None:
    record = ServiceRecord(tmp_path, FakeClock())
    wrong = RestoreReport(operations=(Restored(operation="one", found=FOUND, left=None, failure="it is locked"),))
    done = RestoreReport(operations=(Restored(operation="one", found=FOUND, left=FOUND),))
    record.add(wrong, Occasion.AFTER_CRASH)
    for _ in range(REPORTS_MAX + 5):
        record.add(done, Occasion.SESSION_ENDED)
    reports = read_record(tmp_path / RECORD)
    assert len(reports) == REPORTS_MAX
    assert [each.report for each in reports] == [wrong, *[done] * (REPORTS_MAX - 1)]


def test_a_record_that_cannot_be_written_keeps_no_policy_set(seat: Seat) -> None:
    before, service = seat.values(), seat.service()
    (seat.folder.parent / RECORD).mkdir(parents=True)
    for user in (SEAT, ADMIN):
        seat.sessions.user = user
        service.look()
    assert seat.values() == before
    assert any(RECORD in line for line in seat.said)


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("E:\\Programs", "E:\\Programs/kiosk-seat/service/put-back.json"),
        ("Programs", "C:\\Program Files/kiosk-seat/service/put-back.json"),
        (None, "C:\\Program Files/kiosk-seat/service/put-back.json"),
    ],
)
def test_the_record_is_where_the_registry_says(told: str | None, place: str) -> None:
    registry = FakeRegistry()
    if told is not None:
        value = Value(type=REG_SZ, data=f"{told}\0".encode("utf-16-le"))
        registry.write(Hive.MACHINE, "SOFTWARE\\Microsoft\\Windows\\CurrentVersion", "ProgramFilesDir", value)
    assert record_of(registry) == Path(place)


def test_nothing_is_set_on_top_of_what_could_not_be_put_back(seat: Seat) -> None:
    service = seat.service()
    seat.sessions.user = SEAT
    service.look()
    seat.registry.writable = frozenset()
    again = seat.service()
    again.begin()
    again.look()
    left = {path: path.read_bytes() for path in seat.folder.rglob("*.snapshot")}
    assert left
    again.look()
    assert {path: path.read_bytes() for path in seat.folder.rglob("*.snapshot")} == left


def test_snapshots_alone_are_enough(seat: Seat) -> None:
    before, service = seat.values(), seat.service()
    seat.sessions.user = SEAT
    service.look()
    assert is_kept_by_service(seat.folder)
    report = put_back_left(seat.folder, seat.registry_of)
    assert report.as_found
    assert report.operations
    assert seat.values() == before
    assert not put_back_left(seat.folder, seat.registry_of).operations


def test_other_folders_are_nobody_s_snapshots(tmp_path: Path) -> None:
    assert not is_kept_by_service(tmp_path / "none")
    (tmp_path / "S-1-5-21-1\\..\\x").mkdir()
    (tmp_path / "settled").mkdir()
    assert not is_kept_by_service(tmp_path)


def test_a_disk_that_takes_no_snapshot_keeps_everything_as_it_is(seat: Seat) -> None:
    before, service = seat.values(), seat.service()
    seat.folder.mkdir(parents=True)
    (seat.folder / SEAT).write_text("no folder")
    seat.sessions.user = SEAT
    service.look()
    assert seat.values() == before
    assert len(seat.sessions.started) == 1  # the exam does not wait for policies: the table says what is missing


def test_it_works_until_it_is_told_to_stop(seat: Seat) -> None:
    inbox: Inbox = queue.Queue()
    order: list[str] = []
    seat.sessions.user = SEAT
    inbox.put(Told.SESSION)
    inbox.put(Told.STOP)
    seat.service().work(lambda: order.append("ready"), inbox)
    assert order == ["ready"]
    assert not list(seat.folder.rglob("*.snapshot"))
    assert seat.said[0] == "The service starts."
    assert seat.said[-1] == "The service ends."


@pytest.mark.parametrize(
    ("control", "told"),
    [
        (service_structs.SERVICE_CONTROL_STOP, Told.STOP),
        (service_structs.SERVICE_CONTROL_SHUTDOWN, Told.STOP),
        (service_structs.SERVICE_CONTROL_PRESHUTDOWN, Told.STOP),
        (service_structs.SERVICE_CONTROL_SESSIONCHANGE, Told.SESSION),
    ],
)
def test_what_it_is_told(control: int, told: Told) -> None:
    inbox: Inbox = queue.Queue()
    assert answer_to(control, inbox) == service_structs.NO_ERROR
    assert inbox.get_nowait() is told


@given(st.integers(0, 2**32 - 1))
def test_what_it_does_not_know_it_says_it_does_not(control: int) -> None:
    inbox: Inbox = queue.Queue()
    answer = answer_to(control, inbox)
    known = {1, 4, 5, 14, 15}
    assert answer == (service_structs.NO_ERROR if control in known else service_structs.ERROR_CALL_NOT_IMPLEMENTED)
    assert inbox.empty() == (control not in known - {service_structs.SERVICE_CONTROL_INTERROGATE})


def test_the_log_does_not_grow_for_ever(tmp_path: Path) -> None:
    log = ServiceLog(tmp_path / "new", FakeClock())
    log.say("a line\nin two")
    path = tmp_path / "new" / "service.log"
    assert path.read_text().endswith(" a line in two\n")
    path.write_text("x" * (LOG_MAX_BYTES + 1))
    log.say("the next")
    assert path.stat().st_size < 100
    assert (tmp_path / "new" / "service.old.log").stat().st_size > LOG_MAX_BYTES


def test_a_log_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ServiceLog(tmp_path / "file", FakeClock()).say("nobody hears it")
    assert (tmp_path / "file").read_text() == ""


def test_recovery_is_what_is_done_first() -> None:
    again = service_structs.ServiceAction(type=service_structs.SC_ACTION_RESTART, delay_ms=1)
    failing = service_structs.ServiceFailureActions(count=1, actions=ctypes.addressof(again))
    assert does_restart(failing)
    again.type = 0
    assert not does_restart(failing)
    assert not does_restart(service_structs.ServiceFailureActions())
