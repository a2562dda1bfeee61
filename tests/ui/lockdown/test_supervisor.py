"""The loop of the supervisor with windows that are made up: what it does when the machine does not do what it asks."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from exam_packages.ids import UtcMs
from exam_packages.lockdown_log import read_log
from kiosk.lockdown.engine import Lockdown
from kiosk.lockdown.facts import Capability, Concern, Preset, Probe
from kiosk.lockdown.incident_book import IncidentBook
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.judging import Rules
from kiosk.lockdown.log import read_lines
from kiosk.lockdown.protocol import VERSION, Beat, Cleared, FromWindow, Hello, Raised, SessionIs, State, encode_message
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.snapshots import SnapshotStore
from kiosk.lockdown.supervision import BREATH_MS, OFTEN
from kiosk.lockdown.watching import Watch
from tests.simulators.clock import FakeClock
from ui.lockdown.errors import SupervisorFault
from ui.lockdown.ports import Window
from ui.lockdown.reserve import WindowReserve
from ui.lockdown.run_mark import RunMark
from ui.lockdown.supervisor import Parts, Supervisor

TURN_MS = 200
TURNS_MAX = 500


class MadeUp:
    """A window that does what the test says."""

    def __init__(self, number: int) -> None:
        self.process_id = number
        self.line, self._theirs = socket.socketpair()
        self.line.setblocking(False)
        self.code: int | None = None
        self.say(Hello(version=VERSION, pid=number), Beat(at_ms=0))

    def say(self, *messages: FromWindow) -> None:
        for message in messages:
            self._theirs.sendall(encode_message(message))

    def die(self, code: int = 1) -> None:
        self.code = code
        self._theirs.close()

    def go(self) -> bool:
        return True

    def ended(self) -> int | None:
        return self.code

    def how_ended(self, code: int) -> str:
        return f"code {code}"

    def kill(self) -> None:
        if self.code is None:
            self.die(9)

    def close(self) -> None:
        return

    def let_go(self) -> None:
        self.line.close()


class Stranger:
    """A foreign window that is there from some time on, and is told of once."""

    name, concern = "test/stranger", Concern.APP_SWITCHING

    def __init__(self) -> None:
        self.is_there = self._is_told = False

    def probe(self) -> Probe:
        return Probe(capability=Capability.DETECT_ONLY)

    def look_anew(self) -> None:
        self._is_told = False

    def poll(self, now: Reading) -> Sequence[Observation]:
        del now
        if not self.is_there or self._is_told:
            return ()
        self._is_told = True
        return (Observation(kind=IncidentKind.FOREIGN_WINDOW, evidence={"program": "xclock"}),)


class Desk:
    """A supervisor, and the turns that a test gives it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stranger = Stranger()
        self.now = 1_000
        self.made: list[MadeUp] = []
        self.refusals = 0
        self.conditions: dict[Preset, tuple[Observation, ...]] = {}
        self._turns: Iterator[Callable[[], object]] = iter(())
        self.book = IncidentBook(
            folder / "log",
            Rules(preset=Preset.STANDARD),
            reading=self.reading,
            tell=self._tell,
        )
        lockdown = Lockdown(
            (), SnapshotStore(folder / "snapshots"), required=frozenset(), report=self.book.observe, clock=FakeClock()
        )
        self.one = Supervisor(
            Parts(
                windows=WindowReserve(self._make, is_kept=False),
                book=self.book,
                watch=Watch((self.stranger,)),
                lockdown=lockdown,
                mark=RunMark(folder, boot_id="boot"),
                state=State(preset=Preset.STANDARD, backend="made up", table=()),
                about={},
                reading=self.reading,
                rules=lambda preset: Rules(preset=preset),
                conditions=lambda preset: self.conditions.get(preset, ()),
            )
        )

    def _tell(self, raised: Raised) -> None:
        self.one.tell(raised)

    def reading(self) -> Reading:
        return Reading(wall=UtcMs(self.now), awake_ms=self.now, since_boot_ms=self.now)

    def wait(self, _window: Window | None, *, hears: bool, has_unsent: bool, seconds: float) -> bool:
        del hears, has_unsent, seconds
        self.now += TURN_MS
        if self.made and self.window.code is None:
            self.window.say(Beat(at_ms=self.now))
        act = next(self._turns, None)
        if act is not None:
            act()
        elif self.made and self.window.code is None:
            self.window.die(0)  # an admin has closed it
        assert self.now < 1_000 + TURNS_MAX * TURN_MS, "it never ends"
        return False

    def run(self, *turns: Callable[[], object]) -> int:
        self._turns = iter(turns)
        return self.one.run(self)

    @property
    def window(self) -> MadeUp:
        return self.made[-1]

    def kinds(self, session: str = "") -> list[str]:
        path = self.folder / "log" / (f"sessions/{session}.lockdown" if session else "seat.lockdown")
        lines, _ = read_log(read_lines(path), place="test")
        return [line.kind for line in lines]

    def _make(self, waits: bool) -> Window:  # noqa: FBT001 - as the reserve asks
        del waits
        if self.refusals:
            self.refusals -= 1
            raise OSError(11, "Resource temporarily unavailable")
        self.made.append(MadeUp(len(self.made)))
        return cast("Window", self.made[-1])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def nothing() -> None:
    """A turn in which nothing happens."""


def test_a_window_that_cannot_be_started_at_all_is_said(desk: Desk) -> None:
    desk.refusals = 1
    with pytest.raises(SupervisorFault, match="cannot be started"):
        desk.run()


@pytest.mark.parametrize("refusals", [1, OFTEN + 2])
def test_a_machine_without_room_for_a_moment_costs_no_sitting(desk: Desk, refusals: int) -> None:
    def die_without_room() -> None:
        desk.refusals = refusals
        desk.window.die()

    rests = [nothing] * ((refusals + 1) * (BREATH_MS // TURN_MS + 1))
    assert desk.run(nothing, die_without_room, *rests) == 0
    assert len(desk.made) == 2
    assert desk.kinds().count("window-died") == refusals + 1


def die_often(desk: Desk) -> list[Callable[[], object]]:
    def die() -> None:
        desk.window.die()

    each = [nothing, die] * OFTEN
    return [*each, *[nothing] * (BREATH_MS // TURN_MS + 2)]


def test_deaths_are_counted_anew_when_their_cover_is_owed_by_nobody_any_more(desk: Desk) -> None:
    turns = [
        *die_often(desk),
        lambda: desk.window.say(SessionIs(session="s1")),
        nothing,
        *die_often(desk),
        lambda: desk.window.say(Cleared(number=len(desk.kinds("s1")) - 1, proctor="p", note="")),
        nothing,
    ]
    assert desk.run(*turns) == 0
    often = IncidentKind.WINDOW_DIED_OFTEN.value
    assert desk.kinds().count(often) == 1
    assert desk.kinds("s1").count(often) == 1


def test_what_an_exam_demands_holds_where_its_log_cannot_be_opened(desk: Desk) -> None:
    (desk.folder / "log" / "sessions" / "s1.lockdown").mkdir(parents=True)
    desk.book.judge_by(Rules(preset=Preset.PRACTICE))
    followed: list[Preset] = []
    turns = [
        nothing,
        lambda: desk.window.say(SessionIs(session="s1", demanded=Preset.STRICT)),
        nothing,
        lambda: followed.append(desk.book.rules.preset),
    ]
    assert desk.run(*turns) == 0
    assert followed == [Preset.STRICT]
    assert [each.kind for each in desk.book.owed] == [IncidentKind.LOG_BROKEN]


def test_what_was_there_before_a_session_stands_in_its_log_and_is_judged_by_its_rules(desk: Desk) -> None:
    desk.stranger.is_there = True
    turns = [*[nothing] * 4, lambda: desk.window.say(SessionIs(session="s1")), *[nothing] * 4]
    assert desk.run(*turns) == 0
    foreign = IncidentKind.FOREIGN_WINDOW.value
    assert desk.kinds().count(foreign) == 1
    assert desk.kinds("s1").count(foreign) == 1


def test_a_session_that_goes_on_in_another_window_is_told_nothing_twice(desk: Desk) -> None:
    desk.stranger.is_there = True
    goes_on = [lambda: desk.window.say(SessionIs(session="s1")), *[nothing] * 4]

    def die() -> None:
        desk.window.die()

    assert desk.run(nothing, *goes_on, die, nothing, *goes_on) == 0
    assert desk.kinds("s1").count(IncidentKind.FOREIGN_WINDOW.value) == 1


def test_the_record_says_when_a_session_was_let_in_after_a_restart_of_the_machine(desk: Desk) -> None:
    desk.book.turn_to("s1", {})
    desk.one = Supervisor(replace(desk.one._parts, rebooted=True))
    assert desk.run(nothing, lambda: desk.window.say(SessionIs(session="s1")), nothing) == 0
    assert desk.kinds("s1") == ["session-started", IncidentKind.MACHINE_RESTARTED.value, IncidentKind.LOCK_OPENED.value]


def test_the_record_of_a_session_says_once_under_which_conditions_it_was_sat(desk: Desk) -> None:
    missing = Observation(kind=IncidentKind.CAPABILITY_MISSING, evidence={"concern": "usb-storage"})
    changed = Observation(kind=IncidentKind.CONSEQUENCE_CHANGED, evidence={"kind": "virtual-machine", "to": "lock"})
    desk.conditions = {Preset.STRICT: (missing, changed), Preset.STANDARD: (changed,)}

    def die() -> None:
        desk.window.die()

    strict = SessionIs(session="s1", demanded=Preset.STRICT)
    turns = [
        *(nothing, lambda: desk.window.say(strict), nothing, die, nothing),
        *(lambda: desk.window.say(strict), nothing, lambda: desk.window.say(SessionIs(session="")), nothing),
        *(lambda: desk.window.say(SessionIs(session="s2", demanded=Preset.STANDARD)), nothing),
    ]
    assert desk.run(*turns) == 0
    both = [missing.kind.value, changed.kind.value]
    assert desk.kinds("s1")[:3] == ["session-started", *both]
    assert [kind for kind in desk.kinds("s1") if kind in both] == both
    assert desk.kinds("s2")[:2] == ["session-started", changed.kind.value]
    assert missing.kind.value not in desk.kinds("s2")
    assert not set(both) & set(desk.kinds())
