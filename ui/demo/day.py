"""The exam day: prepares it, lets it be played or opens the window for a person, and brings home what came of it.

Owns the order of the day. Who does what is elsewhere: ``preparation`` and ``aftermath`` run errands, ``sitting`` directs the
robot.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from exam_packages.qti.model import PartRole
from kiosk.clock import SystemClock
from ui.command_line.console import PASSPHRASE_VARIABLE, escape
from ui.demo.aftermath import Aftermath, accept_and_bring_receipt, admin_exports, admin_takes_receipt, score
from ui.demo.display import private_display, require_programs
from ui.demo.errors import DemoFault
from ui.demo.folders import DayFolder
from ui.demo.latency import FsyncProbe, latency_of, read_stats
from ui.demo.narrator import Narrator
from ui.demo.preparation import Prepared, prepare
from ui.demo.programs import bare_environment, command_of
from ui.demo.received import received_answers, reported_scores
from ui.demo.robot_process import Robot, find_interpreter, running_robot
from ui.demo.sitting import Checkin, Sitting, check_in, sit
from ui.demo.summary import DayFiles, DaySummary, comparable, lost_answers
from ui.demo.walk import walk
from ui.demo.window_process import WindowProcess, running_window

STATS_NAME = "window-stats.jsonl"


def robot_day(folder: DayFolder, narrator: Narrator) -> DaySummary:
    """Play a whole day with a robot, and return what it came to.

    Raises:
        DemoFault: something is missing on this machine, or a program of the day failed.
        RobotFailedError: a screen did not do what it must.
    """
    require_programs()  # says early what would stop the day late
    find_interpreter()
    prepared = prepare(folder, narrator)
    stats, probe = folder.logs / STATS_NAME, FsyncProbe(folder.seat / "fsync-probe")
    with private_display() as display:
        arguments = ["seat", "run", str(folder.seat), "--stick", str(folder.stick), "--stats", str(stats)]
        environment = bare_environment() | dict(display.environment)
        with (
            running_window(arguments, environment, folder.logs / "window.log") as window,
            running_robot(display, screens=folder.screens, log=folder.logs / "robot.jsonl") as robot,
        ):
            sitting = _play(prepared, robot, window, probe, narrator)
            after = _bring_home(prepared, robot, narrator)
    return _summary(prepared, sitting, after, stats, probe)


def _play(prepared: Prepared, robot: Robot, window: WindowProcess, probe: FsyncProbe, narrator: Narrator) -> Sitting:
    people = Checkin(
        proctor=prepared.proctor.name,
        pin=prepared.proctor.pin,
        wrong_pin=_wrong(prepared.proctor.pin),
        candidate=prepared.candidate,
    )
    with narrator.step("Proctor", "enters a wrong PIN, then the right one, and checks the candidate in"):
        check_in(robot, window, people)
    with narrator.step("Candidate", "sits the exam; the window is killed in the middle of an answer") as so_far:
        return sit(robot, window, walk(prepared.exam, prepared.sheet), probe, so_far)


def _bring_home(prepared: Prepared, robot: Robot, narrator: Narrator) -> Aftermath:
    with narrator.step("Site", "exports the sealed result to the stick, on the admin's page"):
        admin_exports(prepared, robot)
    with narrator.step("Office", "verifies and accepts the result; the receipt goes back on the stick"):
        bundle = accept_and_bring_receipt(prepared)
    with narrator.step("Site", "reads the receipt at the seat and erases the seat's copy"):
        receipt_verified, erased = admin_takes_receipt(prepared, robot)
    with narrator.step("Office", "scores the result and writes the report"):
        report = score(prepared, bundle)
    return Aftermath(bundle=bundle, report=report, receipt_verified=receipt_verified, erased=erased)


def _wrong(pin: str) -> str:
    return "".join(str((int(digit) + 1) % 10) for digit in pin)


def _summary(prepared: Prepared, sitting: Sitting, after: Aftermath, stats: Path, probe: FsyncProbe) -> DaySummary:
    folder = prepared.folder
    passphrase = prepared.office.secrets[PASSPHRASE_VARIABLE]
    received = received_answers(folder.office, passphrase, after.bundle, SystemClock())
    scores = reported_scores(after.report.with_suffix(".json"))
    saves = read_stats(stats)
    if not saves:
        raise DemoFault(f"The window wrote no measurements to {stats}.")
    acknowledged = comparable(prepared.exam, sitting.acknowledged)
    return DaySummary(
        items=len(prepared.exam.test.item_refs(PartRole.SCORED)),
        answers_acknowledged=len(acknowledged),
        answers_lost=len(lost_answers(acknowledged, comparable(prepared.exam, received))),
        score=scores.score,
        score_expected=prepared.sheet.score,
        domain_scores=scores.domain_scores,
        domain_scores_expected=prepared.sheet.domain_scores,
        save_latency=latency_of(saves),
        fsync_latency=probe.finish(),
        resume_seconds=round(sitting.resume_seconds, 3),
        receipt_verified=after.receipt_verified,
        erased=after.erased,
        files=_files(prepared, after),
    )


def _files(prepared: Prepared, after: Aftermath) -> DayFiles:
    folder = prepared.folder
    packages = folder.office / "packages"
    return DayFiles(
        office=folder.relative(folder.office),
        site=folder.relative(folder.site),
        seat=folder.relative(folder.seat),
        stick=folder.relative(folder.stick),
        exam=folder.relative(folder.only(packages, "delivery.exam")),
        grant=folder.relative(folder.only(packages, "*.grant")),
        scoring=folder.relative(folder.only(packages, "scoring.exam")),
        release=folder.relative(folder.only(folder.stick, "*.release")),
        roster=folder.relative(folder.only(folder.office / "sites", "site.roster")),
        drop=folder.relative(folder.drop),
        result=folder.relative(folder.only(folder.stick, "*.result")),
        receipt=folder.relative(folder.only(folder.stick, "*.receipt")),
        report=folder.relative(after.report),
    )


# -- for a person ------------------------------------------------------------------------------------------------------


def person_day(folder: DayFolder, narrator: Narrator, *, windowed: bool) -> None:
    """Prepare a day, print the PINs, open the window for a person, and say how to go on after it.

    Raises:
        DemoFault: the window did not come up, or a program of the day failed.
    """
    prepared = prepare(folder, narrator)
    narrator.say("")
    for person in (prepared.proctor, prepared.admin):
        role = "site admin" if person.is_admin else "proctor"
        narrator.say(f"PIN of [bold]{escape(person.name)}[/bold], {role}: [bold]{person.pin}[/bold]")
    narrator.say(f"On the roster today: {escape(prepared.candidate)} and others.")
    narrator.say("The window closes from the admin's page: “Seat administration”, then “Close the program”.")
    words = ["seat", "run", str(folder.seat), "--stick", str(folder.stick)]
    # The person's own desktop, so its own environment.
    done = subprocess.run(
        command_of([*words, *(["--windowed"] if windowed else [])]), env=dict(os.environ), check=False
    )
    if done.returncode != 0:
        raise DemoFault(f"The exam window ended with code {done.returncode}.")
    path = _write_ways_on(prepared)
    narrator.say(f"\nHow to go on (also in {escape(str(path))}):\n")
    narrator.say(escape(path.read_text(encoding="utf-8")))


def _write_ways_on(prepared: Prepared) -> Path:
    """Write the commands after a sitting, with the passphrases they need, into a file that only its owner reads."""
    folder, office = prepared.folder, prepared.office.secrets[PASSPHRASE_VARIABLE]
    lines = (
        f"cd '{folder.root}'",
        f"export {PASSPHRASE_VARIABLE}='{office}'      # the office's; this is a demo",
        "kiosk seat status seat",
        "kiosk seat export seat stick                  # results to the stick",
        "kiosk office accept office stick              # verifies them; receipts go onto the stick",
        "kiosk seat receipts seat stick                # the seat takes the receipts",
        "kiosk seat erase seat --all                   # and may erase its copies",
        "kiosk office score office                     # reports in office/reports",
        "kiosk seat run seat --stick stick             # opens the window again",
    )
    path = folder.root / "how-to-go-on.txt"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path
