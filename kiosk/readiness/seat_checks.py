"""What a seat needs to give an exam and to lose nothing: its disk, its clock, its exams, and a program that computes rightly.

Owns the limits and the sentences. Refuses to know who is around the seat: nothing here tries to break out.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.clock import Clock
from kiosk.durable_file import remove_durably, write_durably
from kiosk.lockdown.program_digest import digests_of
from kiosk.lockdown.shipped_files import Differences, differences, list_of, shipped_files
from kiosk.readiness.certifying import shipped_program
from kiosk.readiness.checks import Check, Finding, failed, not_possible, ok
from kiosk.seat import reserve
from kiosk.seat.facts import ClockFacts, ClockState, ExamState
from kiosk.seat.parts import SeatParts
from kiosk.self_test import SELF_TESTS, SelfTest, run_self_tests
from signing.errors import FormRefused, Refused

ENOUGH_BYTES: Final = 500 * 1024 * 1024  # a day's sessions and their results take some tens
WRITES: Final = 20
WRITE_BYTES: Final = 4_096  # about one answer in the journal
SLOW_MS: Final = 250  # for one answer to be on the medium; people wait for "saved"
TRIAL: Final = "readiness.trial"
NAMED: Final = 3  # files of each kind; the others are counted
_INSTALL_ANEW: Final = "Do not give an exam with this program: install it anew."


def seat_checks(parts: SeatParts) -> tuple[Check, ...]:
    """Return the checks of an open seat."""
    folder = parts.folder
    return (
        Check(name="disk/space", tries="Room on the disk", run=lambda: space(shutil.disk_usage(folder.folder).free)),
        Check(
            name="disk/writing",
            tries="Writing an answer to the medium",
            run=lambda: writing(folder.folder, parts.clock),
        ),
        Check(
            name="disk/reserve",
            tries="Room kept for a full disk",
            run=lambda: kept_room(is_kept=reserve.is_kept(folder)),
        ),
        Check(name="clock/date", tries="The clock against signed times", run=lambda: clock(parts.floor.judged())),
        Check(name="exams/opening", tries="Opening the exams", run=lambda: exams(parts), is_quick=False),
        Check(
            name="program/files",
            tries="The program's files against the list it was shipped with",
            run=lambda: shipped(shipped_program()),
        ),
        *(_self_test(test) for test in SELF_TESTS),
    )


def space(free_bytes: int) -> Finding:
    """Judge the room on the seat's disk."""
    said = f"{free_bytes / 1e9:.1f} GB are free."
    return ok(said) if free_bytes >= ENOUGH_BYTES else failed(said, "Make room: results of earlier days may be erased.")


def writing(folder: Path, clock: Clock) -> Finding:
    """Write as answers are written, and measure the slowest."""
    path = folder / TRIAL
    slowest = 0
    try:
        for _ in range(WRITES):
            before = clock.monotonic_ms()
            write_durably(path, os.urandom(WRITE_BYTES), mode=0o600)
            slowest = max(slowest, clock.monotonic_ms() - before)
        remove_durably(path)
    except OSError as error:
        return failed(f"Nothing can be written: {error.strerror or error}", "Look after the disk before an exam.")
    said = f"The slowest of {WRITES} answers took {slowest} ms to be on the medium."
    return (
        ok(said)
        if slowest <= SLOW_MS
        else failed(said, "The disk is slow or failing: use another seat, or another disk.")
    )


def kept_room(*, is_kept: bool) -> Finding:
    """Judge whether results can be sealed on a full disk."""
    if is_kept:
        return ok("Room is kept so that results can be sealed when the disk is full.")
    return failed(
        "No room is kept for the day on which the disk is full.", "Make room on the disk and open the seat again."
    )


def clock(facts: ClockFacts) -> Finding:
    """Judge the wall clock."""
    match facts.state:
        case ClockState.GOOD if facts.floor:
            return ok("The clock is not behind any signed time.")
        case ClockState.GOOD:
            return not_possible("There is no signed time to compare with.", "Import a drop.")
        case ClockState.BEHIND:
            return failed("The clock is behind a time that is proven to be over.", "Set the clock.")
        case ClockState.FAR_AHEAD:
            return failed("The clock is more than a year ahead of the last drop.", "Set the clock, or import a drop.")


def exams(parts: SeatParts) -> Finding:
    """Open every exam that is ready to its first question, without showing it."""
    ready = [exam for exam in parts.holdings.exams() if exam.state is ExamState.READY]
    if not ready:
        return not_possible(
            "No exam on this seat is ready to be opened.", "Import the drop, and the release on the day."
        )
    for exam in ready:
        try:
            opened = parts.holdings.open_exam(exam.package)
        except Refused as refused:
            return failed(
                f"{exam.title} does not open: {refused}", "Import the drop anew; do not use this seat for it."
            )
        try:
            first = next(iter(opened.exam.test.item_refs()), None)
            if first is None:
                return failed(f"{exam.title} has no question.", "Tell the office.")
            opened.exam.item(first)
        except Refused as refused:
            return failed(f"{exam.title}: its first question cannot be read: {refused}", "Import the drop anew.")
        finally:
            opened.close()
    return ok(f"{len(ready)} opened, to the first question each.")


def _self_test(test: SelfTest) -> Check:
    return Check(
        name=f"program/{test.name.lower()}",
        tries=f"The program: {test.name}",
        run=lambda: self_test(test, tempfile.mkdtemp),
    )


def shipped(program: Path | None) -> Finding:
    """Compare a program with the list it was shipped with.

    Args:
        program: its folder; None where its sources run, which have none.
    """
    if program is None:
        return not_possible(
            "The program runs from its sources, which are shipped without a list.", "Use the built program for exams."
        )
    try:
        listed = list_of(program)
    except (OSError, FormRefused) as error:
        return failed(f"The list of the program's files cannot be used: {error}", _INSTALL_ANEW)
    found = differences(listed, digests_of(shipped_files(program)))
    if found == Differences():
        return ok(f"Each of the {len(listed)} files is as it was built, and there is no other.")
    parts = (("changed", found.changed), ("missing", found.missing), ("added", found.added))
    said = "; ".join(f"{what}: {', '.join(map(str, names[:NAMED]))}" for what, names in parts if names)
    count = sum(len(names) for _, names in parts)
    return failed(f"{count} of the program's files are not as they were built: {said}", _INSTALL_ANEW)


def self_test(test: SelfTest, new_folder: Callable[[], str]) -> Finding:
    """Run one of the program's own checks in a folder that is removed afterwards."""
    folder = new_folder()
    try:
        (result,) = run_self_tests((test,), Path(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return (
        failed(result.failure, _INSTALL_ANEW)
        if result.failure
        else ok("Known answers came out, and what is wrong was refused.")
    )
