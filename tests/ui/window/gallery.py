"""Pictures of every screen, to be looked at: ``python -m tests.ui.window.gallery FOLDER [SETTING ...]``.

A ``SETTING`` is like ``small-dark-200`` or ``large-high-contrast-400``: ``small`` is 1024 by 768, ``large`` 1920 by 1080.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from exam_packages.accommodations import Accommodations
from exam_packages.ids import ItemId, ProctorId, ResponseId, SeatId
from exam_packages.qti.model import Exam, SessionControl, TimeLimits, Tool
from exam_packages.session_events import (
    AgreementAccepted,
    Answered,
    AttemptSubmitted,
    BreakEnded,
    Closed,
    CloseReason,
    Commented,
    Flagged,
    IdentityConfirmed,
    ItemPresented,
    Paused,
    PauseReason,
    PollSkipped,
    ReviewOpened,
    SectionEnded,
    SectionEntered,
    Submitted,
)
from exam_packages.site_policies import LockdownPreset
from kiosk.errors import Missing, StorageFaultKind
from kiosk.lockdown.facts import Capability
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.policy import StartVerdict, judge_start, policy_of
from kiosk.seat.facts import ClockState, SessionState
from tests.ui.waiting import until
from tests.ui.window import fake_day, rules_exam
from tests.ui.window.driving import buttons, choose_row, enter_pin, make_program, on, press, says, settle
from tests.ui.window.fake_day import FakeDay, FakeRunning, cut_off_session, item_ids, plan_of
from tests.ui.window.fake_supervisor import FakeSupervisor, capability_rows
from tests.ui.window.small_exam import small_exam
from ui.window.app import ExamProgram
from ui.window.application import make_application
from ui.window.navigation import Screen
from ui.window.supervisor_line import SupervisorLine
from ui.window.theme import Theme

SIZES = {"small": QSize(1024, 768), "large": QSize(1920, 1080)}
LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff-Venkatanarasimharajuvaripeta Maria Konstantinopoulou"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a picture is taken."""

    size: str
    look: Theme
    percent: int

    @property
    def suffix(self) -> str:
        return f"{self.size}-{self.look.value}-{self.percent}"


SETTINGS = ("small-light-100", "small-dark-200", "small-high-contrast-400", "large-dark-100", "large-light-200")


def setting(text: str) -> Setting:
    """Read a setting as people write it."""
    size, _, rest = text.partition("-")
    look, _, percent = rest.rpartition("-")
    if size not in SIZES or look not in {each.value for each in Theme} or not percent.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no setting; one is {SETTINGS[2]}")
    return Setting(size=size, look=Theme(look), percent=int(percent))


class Gallery:
    """Takes pictures in one setting."""

    def __init__(self, app: QApplication, folder: Path, setting: Setting) -> None:
        self._app, self._folder, self._setting = app, folder, setting

    @contextmanager
    def program(self, day: FakeDay, *, line: SupervisorLine | None = None) -> Iterator[ExamProgram]:
        look, percent = self._setting.look, self._setting.percent
        program = make_program(self._app, day, look=look, text_percent=percent, line=line)
        program.start(windowed=True)
        program.window.resize(SIZES[self._setting.size])
        settle(60)
        try:
            yield program
        finally:
            program.close()
            settle()

    def take(self, program: ExamProgram, name: str) -> None:
        settle(300)  # layouts settle in rounds
        want = SIZES[self._setting.size]
        got = program.window.size()
        if got != want:
            sys.stdout.write(f"{name} {self._setting.suffix}: {got.width()}x{got.height()}\n")
        program.window.grab().save(str(self._folder / f"{name}-{self._setting.suffix}.png"))

    def desk(self) -> None:
        with self.program(FakeDay()) as program:
            on(program, Screen.IDLE)
            self.take(program, "01-idle")
            press(program.window, "Check in a candidate")
            on(program, Screen.UNLOCK)
            self.take(program, "02-unlock")
            enter_pin(program, "0000")
            settle(100)
            self.take(program, "03-unlock-wrong")
            enter_pin(program)
            on(program, Screen.CHECK_IN)
            self.take(program, "04-check-in")
            choose_row(program.window, "Bela Sample")
            press(program.window, "Check identity")
            self.take(program, "05-check-in-person")
        self.moves()
        not_ready = replace(fake_day.seat_status(), missing=(Missing.RELEASE,), drop_time=None)
        with self.program(FakeDay(facts=not_ready)) as program:
            on(program, Screen.IDLE)
            self.take(program, "06-idle-not-ready")
        behind = replace(fake_day.seat_status().clock, state=ClockState.BEHIND)
        day = FakeDay(cut_off=cut_off_session(same_boot=False), facts=replace(fake_day.seat_status(), clock=behind))
        with self.program(day) as program:
            on(program, Screen.IDLE)
            self.take(program, "07-idle-cut-off")
        damaged = cut_off_session(same_boot=True, fault=StorageFaultKind.CHAIN_BROKEN)
        with self.program(FakeDay(cut_off=damaged)) as program:
            on(program, Screen.IDLE)
            self.take(program, "08-idle-damaged")
        stuck = cut_off_session(same_boot=True, missing=fake_day.lacks_network())
        with self.program(FakeDay(cut_off=stuck)) as program:
            on(program, Screen.IDLE)
            self.take(program, "08-idle-lacking")
            press(program.window, "Hand in as it is")
            on(program, Screen.UNLOCK)
            self.take(program, "08-unlock-to-hand-in")

    def moves(self) -> None:
        left = replace(
            fake_day.session_entry(1, "Ada Example", SessionState.SEALED), moved_to=SeatId("seat-09"), receipt=""
        )
        mirrored = replace(fake_day.seat_status(), mirror=Path("stick"), sessions=(left,))
        with self.program(FakeDay(facts=mirrored, copies=fake_day.copies())) as program:
            on(program, Screen.IDLE)
            until(lambda: "Continue from another seat" in buttons(program.window))
            self.take(program, "01-idle-copies")
            press(program.window, "Continue from another seat")
            on(program, Screen.COPIES)
            self.take(program, "05-copies")
            press(program.window, "Continue with a PIN")
            on(program, Screen.UNLOCK)
            enter_pin(program)
            on(program, Screen.TAKE_OVER)
            self.take(program, "05-take-over")
            choose_row(program.window, "An exam that cannot be read here")
            press(program.window, "Look at this exam")
            self.take(program, "05-take-over-refused")
            press(program.window, "Back")
            choose_row(program.window, "Ada Example")
            press(program.window, "Look at this exam")
            self.take(program, "05-take-over-exam")

    def admin(self) -> None:
        sessions = tuple(
            fake_day.session_entry(n, name, state)
            for n, (name, state) in enumerate(
                [
                    ("Ada Example", SessionState.SEALED),
                    (LONG_NAME, SessionState.EXPORTED),
                    ("Ng", SessionState.RECEIVED),
                ]
            )
        )
        many = tuple(fake_day.appointment(n, f"Candidate {n:02d}", extra=25 * (n % 3)) for n in range(1, 60))
        facts = replace(fake_day.seat_status(), sessions=sessions, outbox_waiting=2)
        with self.program(FakeDay(facts=facts, roster=many)) as program:
            on(program, Screen.IDLE)
            press(program.window, "Seat administration")
            on(program, Screen.UNLOCK)
            enter_pin(program, name="Silas Siteadmin")
            on(program, Screen.ADMIN)
            self.take(program, "30-admin-overview")
            for number, part in enumerate(("Exams", "Roster", "Sessions", "Stick"), start=31):
                press(program.window, part)
                self.take(program, f"{number}-admin-{part.lower()}")
            press(program.window, "Erase results")
            self.take(program, "35-admin-erase")
            press(program.window, "Keep them")
            press(program.window, "Code")
            self.take(program, "36-admin-code")
        with self.program(FakeDay(facts=fake_day.rolled_back(facts), roster=many)) as program:
            on(program, Screen.IDLE)
            self.take(program, "09-idle-rolled-back")
            press(program.window, "Seat administration")
            on(program, Screen.UNLOCK)
            enter_pin(program, name="Silas Siteadmin")
            on(program, Screen.ADMIN)
            self.take(program, "37-admin-rolled-back")
            press(program.window, "Code")
            self.take(program, "38-admin-code-rolled-back")

    def session(self) -> None:
        exam = small_exam()
        first, *others = item_ids(exam, "ops")
        with self.sitting("Ada Example") as (program, running):
            self.take(program, "10-identity")
            press(program.window, "No, this is not me")
            self.take(program, "11-identity-no")
        with self.sitting("Ada Example", IdentityConfirmed()) as (program, running):
            self.take(program, "12-agreement")
            running.happen(AgreementAccepted())
            self.take(program, "13-tutorial-intro")
            running.happen(SectionEntered(section=running.plan.sections[0].identifier))
            self.take(program, "14-tutorial-item")
            running.happen(SectionEnded())
            self.take(program, "15-section-intro")
            running.happen(SectionEntered(section=running.plan.sections[1].identifier))
            self.take(program, "16-item")
            press(program.window, "Tools")
            self.take(program, "17-item-tools")
            press(program.window, "Tools")
            running.happen(Answered(item=first, response=ResponseId("RESPONSE"), value=("C2",)))
            running.happen(Flagged(item=others[0], flagged=True))
            running.pass_ms = 36 * 60_000
            settle(400)
            running.happen(ItemPresented(item=others[2]))
            self.take(program, "18-item-low-time")
            running.happen(ReviewOpened())
            self.take(program, "19-review")
            press(program.window, "End section")
            self.take(program, "20-review-end")
            running.happen(SectionEnded())
            self.take(program, "21-break")
        self._late()

    def _late(self) -> None:
        with self.sitting(LONG_NAME, *self._to_second_section()) as (program, running):
            running.happen(ItemPresented(item=ItemId("b-4")))
            self.take(program, "22-essay-long-name")
            press(program.window, "Proctor")
            on(program, Screen.PAUSE)
            self.take(program, "23-pause-called")
            enter_pin(program)
            on(program, Screen.PROCTOR)
            self.take(program, "24-proctor")
            press(program.window, "End session")
            self.take(program, "25-proctor-close")
        with self.sitting("Ada Example", *self._to_second_section(), SectionEnded()) as (program, running):
            self.take(program, "26-submit")
            running.happen(Submitted())
            self.take(program, "27-poll-intro")
            running.happen(PollSkipped())
            on(program, Screen.DONE)
            self.take(program, "28-done")
        with self.sitting("Ada Example", *self._to_second_section(), Paused(reason=PauseReason.REBOOT)) as (
            program,
            running,
        ):
            self.take(program, "29-pause-reboot")
            running.happen(Closed(proctor=ProctorId("p1"), reason=CloseReason.CANDIDATE_ILL, note="fever"))
            on(program, Screen.DONE)
            self.take(program, "40-done-closed")
        with self.sitting("Ada Example", *self._to_second_section()) as (program, running):
            running.fault = cut_off_session(same_boot=True, fault=StorageFaultKind.FULL).fault
            settle(100)
            press(program.window, "Next")
            on(program, Screen.FAULT)
            self.take(program, "41-fault")

    @staticmethod
    def _to_second_section() -> tuple[object, ...]:
        plan = plan_of(small_exam())
        tutorial, first, second, _poll = (section.identifier for section in plan.sections)
        return (
            IdentityConfirmed(),
            AgreementAccepted(),
            SectionEntered(section=tutorial),
            SectionEnded(),
            SectionEntered(section=first),
            SectionEnded(),
            BreakEnded(),
            SectionEntered(section=second),
        )

    @staticmethod
    def _shown(program: ExamProgram, name: str) -> str:
        """Open the fold of tools where it is closed, and return the name."""
        if name not in buttons(program.window):
            press(program.window, "Question tools")
            settle()
        return name

    def lockdown(self) -> None:
        """What follows from lockdown."""
        start = self._to_second_section()
        others = {"usb_storage": Capability.DETECT_ONLY, "displays": Capability.DETECT_ONLY}
        rows = capability_rows(**others, virtual_machine=Capability.UNAVAILABLE, screen_capture=Capability.UNAVAILABLE)
        lacks = judge_start(policy_of(None, LockdownPreset.STRICT), rows)
        verdicts = {LockdownPreset.PRACTICE: StartVerdict(), LockdownPreset.STRICT: lacks}
        roster = (
            fake_day.appointment(1, "Ada Example"),
            replace(fake_day.appointment(2, "Bela Sample"), lockdown=LockdownPreset.STRICT),
        )
        supervisor = FakeSupervisor(table=rows)
        with self.program(FakeDay(verdicts=verdicts, roster=roster), line=supervisor.line) as program:
            on(program, Screen.IDLE)
            until(lambda: "Protection" in buttons(program.window))
            self.take(program, "70-idle-protection")
            press(program.window, "Protection")
            on(program, Screen.PROTECTION)
            self.take(program, "71-protection")
            press(program.window, "Back")
            on(program, Screen.IDLE)
            until(lambda: program.window.page is not None and "Ready" in says(program.window))
            press(program.window, "Check in a candidate")
            on(program, Screen.UNLOCK)
            enter_pin(program)
            on(program, Screen.CHECK_IN)
            choose_row(program.window, "Bela Sample")
            press(program.window, "Check identity")
            self.take(program, "72-check-in-unprotected")
        supervisor = FakeSupervisor(table=rows)
        with self.sitting("Ada Example", *start, line=supervisor.line) as (program, _running):
            supervisor.raise_(IncidentKind.POWER_LOST, Consequence.WARN)
            self.take(program, "73-warning")
            supervisor.raise_(IncidentKind.SUSPENDED, Consequence.PAUSE, number=3, evidence={"milliseconds": "240000"})
            on(program, Screen.ASLEEP)
            self.take(program, "74-asleep")
            supervisor.raise_(
                IncidentKind.FOREIGN_WINDOW,
                Consequence.LOCK,
                number=4,
                evidence={"title": "Messages", "program": "chat"},
            )
            on(program, Screen.LOCKED)
            self.take(program, "75-locked")
            supervisor.raise_(IncidentKind.DISPLAY_ADDED, Consequence.LOCK, number=5, evidence={"display": "HDMI-1"})
            supervisor.raise_(
                IncidentKind.FILES_CHANGED, Consequence.LOCK, number=6, evidence={"file": "kiosk/clock.py"}
            )
            self.take(program, "76-locked-more")

    def rules(self) -> None:
        """What an exam's rules and tools look like."""
        first, start = ItemId("q-1"), (IdentityConfirmed(), SectionEntered(section=rules_exam.SECTION))
        needs = Accommodations(extra_time_percent=25, breaks=2, tools=(Tool.LINE_READER,), prohibited=("calculator",))
        with self.sitting("Ada Example", exam=_with_rules(), needs=needs) as (program, running):
            self.take(program, "50-identity-needs")
            running.happen(start[0])
            self.take(program, "51-intro-rules")
            running.happen(start[1])
            self.take(program, "52-item-rules")
            press(program.window, "Submit answer")
            self.take(program, "53-item-refused")
            running.happen(Answered(item=first, response=ResponseId("RESPONSE"), value=("C2", "C3")))
            running.happen(AttemptSubmitted(item=first))
            running.happen(AttemptSubmitted(item=first))
            self.take(program, "54-item-closed")
            press(program.window, "Take a break")
            self.take(program, "55-break-asked")
            press(program.window, "Start the break")
            on(program, Screen.PAUSE)
            self.take(program, "56-break")
            press(program.window, "Back to the exam")
            on(program, Screen.ITEM)
            running.happen(ItemPresented(item=ItemId("q-2")))
            running.happen(Commented(item=ItemId("q-2"), text="Which hour is meant?"))
            settle()
            press(program.window, self._shown(program, "Comment"))
            self.take(program, "57-comment")
            running.happen(ReviewOpened())
            self.take(program, "58-review-rules")
        late = rules_exam.rules_exam(limits=TimeLimits(max_s=60, allow_late=True))
        with self.sitting("Ada Example", *start, exam=late) as (program, running):
            running.pass_ms = 61_000
            settle(400)
            self.take(program, "59-late")
        waits = rules_exam.reference(1, time_limits=TimeLimits(min_s=42))
        with self.sitting(
            "Ada Example", *start, exam=rules_exam.rules_exam(waits, rules_exam.reference(2), linear=True)
        ) as (program, running):
            self.take(program, "60-wait")

    @contextmanager
    def sitting(
        self,
        name: str,
        *events: object,
        exam: Exam | None = None,
        needs: Accommodations | None = None,
        line: SupervisorLine | None = None,
    ) -> Iterator[tuple[ExamProgram, FakeRunning]]:
        day = FakeDay() if exam is None else FakeDay(exam=exam)
        running = FakeRunning(exam=day.exam, plan=plan_of(day.exam, name=name, needs=needs))
        for event in events:
            running.happen(event)  # type: ignore[arg-type]  # a tuple of mixed events
        with self.program(day, line=line) as program:
            on(program, Screen.IDLE)
            program._desk._hand_over(running)
            settle(60)
            yield program, running


def _with_rules() -> Exam:
    group = rules_exam.inner(
        rules_exam.reference(1, time_limits=TimeLimits(max_s=90)),
        rules_exam.reference(2),
        rules_exam.reference(3),
        rubrics=(
            rules_exam.rubric("The next three questions are about the hours around noon.", "Breaks are planned."),
        ),
    )
    return rules_exam.rules_exam(
        group,
        rules_exam.reference(4),
        items={1: rules_exam.question(1, least=2, most=3)},
        control=SessionControl(max_attempts=2, allow_skipping=False, validate_responses=True, allow_comment=True),
        seconds=1800,
        individual=True,
        tools=frozenset({Tool.HIGHLIGHTER, Tool.NOTES, Tool.CHOICE_ELIMINATOR, Tool.GLOSSARY}),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Take every picture."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.ui.window.gallery", description="Take pictures of every screen, to be looked at."
    )
    parser.add_argument("folder", type=Path, help="where the pictures go; it is made")
    parser.add_argument(
        "settings",
        metavar="SETTING",
        type=setting,
        nargs="*",
        help=f"size, theme and text size in percent, as small-dark-200: {' or '.join(SIZES)}, "
        f"{' or '.join(each.value for each in Theme)}. Without any: {', '.join(SETTINGS)}",
    )
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    app = make_application()
    for each in chosen.settings or map(setting, SETTINGS):
        gallery = Gallery(app, chosen.folder, each)
        gallery.desk()
        gallery.admin()
        gallery.session()
        gallery.rules()
        gallery.lockdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
