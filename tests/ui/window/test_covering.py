"""What follows from lockdown, as people see it: covers on real pages, answers before covers, and what the supervisor is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette, QScreen
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from exam_packages.ids import ItemId, ProctorId, SessionId
from exam_packages.session_events import IncidentNoted, ItemPresented, Paused, PauseReason, Resumed, TextEdited
from exam_packages.site_policies import LockdownPreset
from kiosk.errors import StorageFaultKind
from kiosk.lockdown.facts import Capability, Probe
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.policy import MissingPrevention, StartVerdict
from kiosk.lockdown.protocol import Cleared, Stop
from tests.ui.waiting import until
from tests.ui.window.conftest import Sat
from tests.ui.window.driving import buttons, choose_row, enter_pin, hit, on, press, says, settle, type_keys
from tests.ui.window.fake_day import FakeDay, cut_off_session
from tests.ui.window.fake_supervisor import FakeSupervisor, capability_rows, some_log
from tests.ui.window.test_accessibility import check
from tests.ui.window.test_sitting import ESSAY, FIRST
from ui.window.app import SUPERVISOR_LOST, ExamProgram
from ui.window.incident_words import look_at
from ui.window.lock_cover import BlankWindow, OtherScreens
from ui.window.look import Look
from ui.window.navigation import Screen
from ui.window.theme import Theme
from ui.window.widgets.private_line import PrivateLine

Sit = Callable[..., Sat]
LOCK, PAUSE, WARN = Consequence.LOCK, Consequence.PAUSE, Consequence.WARN


@pytest.fixture
def supervisor() -> Iterator[FakeSupervisor]:
    made = FakeSupervisor(table=capability_rows(usb_storage=Capability.DETECT_ONLY, displays=Capability.UNAVAILABLE))
    yield made
    made.die()


@pytest.fixture
def watched(sit: Sit, supervisor: FakeSupervisor) -> Callable[..., Sat]:
    return lambda *events, **options: sit(*events, line=supervisor.line, **options)


def pauses(sat: Sat) -> list[PauseReason]:
    return [event.reason for event in sat.running.events if isinstance(event, Paused)]


def test_a_lock_says_why_and_what_to_look_at(watched: Sit, supervisor: FakeSupervisor) -> None:
    sat = watched(*FIRST)
    on(sat.program, Screen.ITEM)
    supervisor.raise_(IncidentKind.FOREIGN_WINDOW, LOCK, evidence={"title": "Chat", "program": "/usr/bin/chat"})
    on(sat.program, Screen.LOCKED)
    text = says(sat.window)
    for part in (
        "Another program opened a window.",
        "Chat",
        "seat-07",
        "incident 7",
        "Close what does not belong here",
    ):
        assert part in text
    assert "Your time stands still, and your answers are saved." in text
    until(lambda: supervisor.covered() == [7])
    assert sat.running.session.pause is PauseReason.LOCK
    assert sat.running.events[-1] == Paused(reason=PauseReason.LOCK, note="foreign-window 7")
    check(sat.program)


def test_the_other_displays_say_it_too_and_fall_silent_when_it_is_opened(
    watched: Sit, supervisor: FakeSupervisor, app: QApplication
) -> None:
    sat = watched(*FIRST)
    others = OtherScreens(app, sat.window.tokens, own=lambda: cast("QScreen", None), parent=sat.program)
    sat.program._others = others
    on(sat.program, Screen.ITEM)
    (silent,) = others.sentences
    supervisor.raise_(IncidentKind.USB_STORAGE_ADDED, LOCK, number=3)
    on(sat.program, Screen.LOCKED)
    (said,) = others.sentences
    for part in ("This seat is locked", "seat-07", "incident 3", look_at(IncidentKind.USB_STORAGE_ADDED)):
        assert part in said
    assert sat.running.plan.candidate_name not in said
    supervisor.raise_(IncidentKind.FOREIGN_WINDOW, LOCK, number=4)
    until(lambda: "incident 4" in others.sentences[0])
    sat.window.look_wanted.emit(Look(theme=Theme.DARK, text_percent=200))
    until(lambda: sat.window.tokens.scale == 200)
    dark = sat.window.tokens
    (blank,) = (each for each in app.topLevelWidgets() if isinstance(each, BlankWindow) and each.isVisible())
    assert blank.palette().color(QPalette.ColorRole.Window) == dark.colour(dark.surface)
    until(lambda: supervisor.covered() == [3, 4])
    enter_pin(sat.program)
    on(sat.program, Screen.PROCTOR)
    assert others.sentences == (silent,)


def test_a_proctor_opens_it_with_a_pin_and_a_note(watched: Sit, supervisor: FakeSupervisor, app: QApplication) -> None:
    sat = watched(*FIRST)
    on(sat.program, Screen.ITEM)
    supervisor.raise_(IncidentKind.USB_STORAGE_ADDED, LOCK, number=3)
    on(sat.program, Screen.LOCKED)
    assert "Go on" not in buttons(sat.window)
    assert "Back to the exam" not in buttons(sat.window)
    until(lambda: supervisor.covered() == [3])
    note = next(each for each in sat.window.findChildren(PrivateLine) if each.accessibleName() == "What you found")
    note.setFocus()
    type_keys(app, "a phone charger")
    enter_pin(sat.program, "0000")
    until(lambda: [each.kind for each in supervisor.observed()] == [IncidentKind.PIN_REFUSED])
    assert sat.running.session.pause is PauseReason.LOCK
    enter_pin(sat.program)
    on(sat.program, Screen.PROCTOR)
    assert supervisor.cleared() == []
    press(sat.window, "Resume exam")
    on(sat.program, Screen.ITEM)
    until(lambda: supervisor.cleared() == [Cleared(number=3, proctor="p1", note="a phone charger")])
    assert IncidentNoted(proctor=ProctorId("p1"), note="a phone charger") in sat.running.events
    assert sat.running.events[-1] == Resumed(proctor=ProctorId("p1"))


def test_answers_are_committed_before_the_cover_appears(
    watched: Sit, supervisor: FakeSupervisor, app: QApplication
) -> None:
    sat = watched(*ESSAY)
    on(sat.program, Screen.ITEM)
    editor = next(each for each in sat.window.findChildren(QPlainTextEdit) if each.isVisible())
    editor.setFocus()
    sat.running.hold = True  # the disk is slow
    type_keys(app, "typed just now")
    supervisor.raise_(IncidentKind.DISPLAY_ADDED, LOCK)
    until(lambda: sat.program.agent is not None and sat.program.agent.locks)
    settle(100)
    assert sat.window.screen_name is Screen.ITEM, "nothing is covered that is not on disk"
    assert supervisor.covered() == []
    before = editor.toPlainText()
    type_keys(app, "more")
    assert editor.toPlainText() == before, "and nothing more is taken"
    sat.running.release()
    on(sat.program, Screen.LOCKED)
    kinds = [type(event) for event in sat.running.events]
    assert kinds.index(TextEdited) < kinds.index(Paused)
    assert sat.running.session.answers[ItemId("b-4")]
    assert "".join(event.inserted for event in sat.running.events if isinstance(event, TextEdited)) == "typed just now"
    until(lambda: supervisor.covered() == [7])


def test_a_disk_that_fails_is_not_said_to_be_covered(watched: Sit, supervisor: FakeSupervisor) -> None:
    sat = watched(*FIRST)
    on(sat.program, Screen.ITEM)
    sat.running.fault = cut_off_session(same_boot=True, fault=StorageFaultKind.FULL).fault
    supervisor.raise_(IncidentKind.DISPLAY_ADDED, LOCK)
    on(sat.program, Screen.FAULT)
    settle(100)
    assert supervisor.covered() == []


def test_several_incidents_are_on_one_cover_and_what_is_typed_stays(
    watched: Sit, supervisor: FakeSupervisor, app: QApplication
) -> None:
    sat = watched(*FIRST)
    on(sat.program, Screen.ITEM)
    supervisor.raise_(IncidentKind.DISPLAY_ADDED, LOCK, number=1)
    on(sat.program, Screen.LOCKED)
    note = next(each for each in sat.window.findChildren(PrivateLine) if each.accessibleName() == "What you found")
    note.setFocus()
    type_keys(app, "looking")
    for number in range(2, 7):
        supervisor.raise_(IncidentKind.USB_STORAGE_ADDED, LOCK, number=number)
    until(lambda: "And 2 more" in says(sat.window))
    assert note.text() == "looking"
    assert note.isVisible()
    enter_pin(sat.program)
    on(sat.program, Screen.PROCTOR)
    press(sat.window, "Resume exam")
    on(sat.program, Screen.ITEM)
    until(lambda: sorted(each.number for each in supervisor.cleared()) == [1, 2, 3, 4, 5, 6])


def test_what_comes_while_a_proctor_is_signed_in_is_shown_before_it_goes_on(
    watched: Sit, supervisor: FakeSupervisor
) -> None:
    sat = watched(*FIRST)
    supervisor.raise_(IncidentKind.DISPLAY_ADDED, LOCK, number=1)
    on(sat.program, Screen.LOCKED)
    enter_pin(sat.program)
    on(sat.program, Screen.PROCTOR)
    supervisor.raise_(IncidentKind.FOREIGN_WINDOW, LOCK, number=2)
    on(sat.program, Screen.LOCKED)
    assert "Another program opened a window." in says(sat.window)


def test_what_comes_as_the_exam_is_resumed_covers_it_again(watched: Sit, supervisor: FakeSupervisor) -> None:
    sat = watched(*FIRST)
    supervisor.raise_(IncidentKind.DISPLAY_ADDED, LOCK, number=1)
    on(sat.program, Screen.LOCKED)
    until(lambda: supervisor.covered() == [1])
    enter_pin(sat.program)
    on(sat.program, Screen.PROCTOR)
    sat.running.hold = True
    press(sat.window, "Resume exam")
    supervisor.raise_(IncidentKind.FOREIGN_WINDOW, LOCK, number=2)
    until(lambda: sat.program.agent is not None and len(sat.program.agent.locks) == 2)
    sat.running.release()
    on(sat.program, Screen.LOCKED)
    until(lambda: supervisor.covered() == [1, 2])
    assert [each.number for each in supervisor.cleared()] == [1], "nobody has seen the second one"


def test_after_sleep_the_candidate_goes_on_with_a_tap(
    watched: Sit, supervisor: FakeSupervisor, app: QApplication
) -> None:
    sat = watched(*FIRST)
    on(sat.program, Screen.ITEM)
    left = sat.running.session.time_left_ms
    supervisor.raise_(IncidentKind.SUSPENDED, PAUSE, evidence={"milliseconds": "240000"})
    on(sat.program, Screen.ASLEEP)
    text = says(sat.window)
    assert "The computer was asleep for 4 minutes." in text
    assert "Your time stood still and your answers are saved." in text
    check(sat.program)
    sat.running.pass_ms = 90_000
    until(lambda: supervisor.covered() == [7])
    hit(app, Qt.Key.Key_Return)
    on(sat.program, Screen.ITEM)
    until(lambda: supervisor.cleared() == [Cleared(number=7, proctor="", note="")])
    assert sat.running.session.time_left_ms == left


def test_a_lid_opens_no_lock(watched: Sit, supervisor: FakeSupervisor) -> None:
    sat = watched(*FIRST)
    supervisor.raise_(IncidentKind.DISPLAY_ADDED, LOCK, number=1)
    on(sat.program, Screen.LOCKED)
    supervisor.raise_(IncidentKind.LID_CLOSED, PAUSE, number=2)
    until(lambda: sorted(supervisor.covered()) == [1, 2])
    assert sat.window.screen_name is Screen.LOCKED
    assert "Go on" not in buttons(sat.window)
    assert supervisor.cleared() == []


def test_sleep_and_then_a_lock_is_a_lock(watched: Sit, supervisor: FakeSupervisor) -> None:
    sat = watched(*FIRST)
    supervisor.raise_(IncidentKind.SUSPENDED, PAUSE, number=1)
    on(sat.program, Screen.ASLEEP)
    supervisor.raise_(IncidentKind.DISPLAY_ADDED, LOCK, number=2)
    on(sat.program, Screen.LOCKED)
    assert pauses(sat) == [PauseReason.SUSPEND, PauseReason.LOCK]


def test_a_warning_is_a_line_above_the_page_and_stops_nothing(watched: Sit, supervisor: FakeSupervisor) -> None:
    sat = watched(*FIRST)
    on(sat.program, Screen.ITEM)
    supervisor.raise_(IncidentKind.POWER_LOST, WARN)
    until(lambda: "The computer runs on its battery." in says(sat.window))
    supervisor.raise_(IncidentKind.VIRTUAL_MACHINE, Consequence.NOTE)
    settle(60)
    assert sat.window.screen_name is Screen.ITEM
    assert pauses(sat) == []
    assert supervisor.covered() == []


def test_a_locked_session_that_comes_back_is_locked(watched: Sit, supervisor: FakeSupervisor) -> None:
    sat = watched(*FIRST, Paused(reason=PauseReason.LOCK))
    on(sat.program, Screen.LOCKED)
    supervisor.raise_(IncidentKind.WINDOW_DIED_OFTEN, LOCK, number=9)
    until(lambda: "started again several times" in says(sat.window))
    assert supervisor.sessions() == ["01K3X9M2Q4T6V8B0C2D4F6G8HJ"]


def test_nothing_that_is_raised_ends_the_session(watched: Sit, supervisor: FakeSupervisor) -> None:
    sat = watched(*ESSAY, ItemPresented(item=ItemId("b-4")))
    for number, kind in enumerate(IncidentKind):
        supervisor.raise_(kind, (WARN, PAUSE, LOCK)[number % 3], number=number)
    on(sat.program, Screen.LOCKED)
    settle(200)
    assert not sat.running.session.is_over
    assert set(pauses(sat)) <= {PauseReason.SUSPEND, PauseReason.LOCK}


def test_a_lock_covers_the_free_seat_too(
    watched: Sit, supervisor: FakeSupervisor, start: Callable[..., ExamProgram]
) -> None:
    program = start(FakeDay(), line=supervisor.line)
    on(program, Screen.IDLE)
    supervisor.raise_(IncidentKind.SUSPENDED, PAUSE, number=1)
    until(lambda: [each.number for each in supervisor.cleared()] == [1])
    assert program.window.screen_name is Screen.IDLE
    supervisor.raise_(IncidentKind.NETWORK_UP, LOCK, number=2)
    on(program, Screen.LOCKED)
    check(program)
    enter_pin(program)
    on(program, Screen.IDLE)
    until(lambda: [(each.number, each.proctor) for each in supervisor.cleared()] == [(1, ""), (2, "p1")])


def test_what_the_computer_can_do_is_said_before_the_start(
    supervisor: FakeSupervisor, start: Callable[..., ExamProgram]
) -> None:
    program = start(FakeDay(), line=supervisor.line)
    on(program, Screen.IDLE)
    until(lambda: "Protection" in buttons(program.window))
    press(program.window, "Protection")
    on(program, Screen.PROTECTION)
    text = says(program.window)
    for part in ("Not possible here", "Further displays", "Only noticed here", "Storage devices", "Prevented here"):
        assert part in text
    assert "Run kiosk seat prepare" in text
    check(program)
    press(program.window, "Back")
    on(program, Screen.IDLE)


def test_a_log_is_given_when_it_is_asked_for(supervisor: FakeSupervisor) -> None:
    supervisor.log = some_log(450)
    found: list[tuple[bytes, ...]] = []
    asking = Thread(target=lambda: found.append(supervisor.line.lines(SessionId("session-1"))))
    asking.start()
    until(lambda: bool(supervisor.listen()) and not asking.is_alive())
    assert found == [supervisor.log]


class NotedExits:
    """Stands for the application: its exits are noted, because no test may end it."""

    def __init__(self, app: QApplication) -> None:
        self.codes: list[int] = []
        self.removeEventFilter = app.removeEventFilter

    def exit(self, code: int) -> None:
        self.codes.append(code)


def test_the_window_ends_when_it_is_asked_to_and_with_its_supervisor(
    watched: Sit, supervisor: FakeSupervisor, app: QApplication
) -> None:
    sat = watched(*FIRST)
    exits = NotedExits(app)
    sat.program._app = exits  # type: ignore[assignment]
    supervisor.say(Stop())
    until(lambda: exits.codes == [0])
    supervisor.die()
    until(lambda: exits.codes == [0, SUPERVISOR_LOST])
    assert not sat.running.session.is_over


@pytest.mark.parametrize("by_package", [True, False])
def test_what_is_missing_is_said_at_check_in(
    supervisor: FakeSupervisor, start: Callable[..., ExamProgram], *, by_package: bool
) -> None:
    missing = MissingPrevention(
        concern="usb-storage",
        probe=Probe(capability=Capability.DETECT_ONLY, reason="Not prevented.", remedy="Prepare the seat."),
        by_package=by_package,
    )
    day = FakeDay(verdicts={LockdownPreset.PRACTICE: StartVerdict(missing=(missing,))})
    program = start(day, line=supervisor.line)
    on(program, Screen.IDLE)
    press(program.window, "Check in a candidate")
    on(program, Screen.UNLOCK)
    enter_pin(program)
    on(program, Screen.CHECK_IN)
    choose_row(program.window, "Ada Example")
    press(program.window, "Check identity")
    assert "Storage devices. Not prevented. Prepare the seat." in says(program.window)
    if by_package:
        assert not buttons(program.window)["Start session"].isEnabled()
        return
    press(program.window, "Start all the same")
    on(program, Screen.IDENTITY)
    assert day.started_all_the_same
    until(lambda: [each.kind for each in supervisor.observed()] == [IncidentKind.STARTED_ALL_THE_SAME])
    assert dict(supervisor.observed()[0].evidence) == {"concern": "usb-storage", "proctor": "p1"}
    assert supervisor.sessions()
