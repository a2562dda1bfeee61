"""The composition root of the supervisor: machine, operations, monitors, log and window are put together here and nowhere else.

Owns the order of a sitting: what a crash has left is put back first, then the machine is locked down, then the window comes;
at the end, however it ends, everything is put back. Never loads Qt, and nothing of the exam.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import Final

from kiosk.clock import SystemClock
from kiosk.errors import StorageFault
from kiosk.lockdown.backends import Backend
from kiosk.lockdown.conditions import conditions_of
from kiosk.lockdown.engine import Lockdown, RestoreReport, restore_left
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.giving_back import SettlingStore, stated
from kiosk.lockdown.incident_book import IncidentBook
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.judging import Rules
from kiosk.lockdown.operations import Operation
from kiosk.lockdown.policy import demanding, policy_of
from kiosk.lockdown.protocol import State
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.watching import Watch
from kiosk.seat.layout import DYING_MS, FolderLock
from ui.lockdown.errors import NOT_PUT_BACK, SupervisorFault
from ui.lockdown.options import SNAPSHOTS, SessionOptions, Wanted
from ui.lockdown.others_mark import OthersMark
from ui.lockdown.ports import Platform, Waiting
from ui.lockdown.reserve import WindowReserve
from ui.lockdown.run_mark import RunMark
from ui.lockdown.supervisor import Parts, Supervisor

LOGS: Final = "log"


def platform_here(options: SessionOptions) -> Platform:
    """Return this machine, for one sitting.

    Raises:
        SupervisorFault: there is no screen, or no such user; or this is neither Linux nor 64-bit Windows.
    """
    if sys.platform == "win32":
        from ui.lockdown.on_windows import on_this_windows  # noqa: PLC0415 - each system loads its own

        return on_this_windows(options)
    from ui.lockdown.on_linux import OnLinux  # noqa: PLC0415

    return OnLinux(options)


def run_session(options: SessionOptions, platform: Platform | None = None) -> int:
    """Lock the machine down, keep the window running until an admin closes it, and put everything back.

    Args:
        options: what it is started with.
        platform: another machine than this one.

    Returns:
        The window's exit code where it could not be shown at all, otherwise 0.

    What cannot be prevented keeps the window from no start: it says so, and gives no exam that demands it.

    Raises:
        SupervisorFault: there is no screen, or no such user.
        StorageFault: the supervisor's folder cannot be used, or another supervisor uses it.
    """
    here = platform_here(options) if platform is None else platform
    if any(options.state.resolve().is_relative_to(folder.resolve()) for folder in (options.seat, *options.media)):
        raise SupervisorFault(
            "the supervisor's folder must not be where the window may write: in the seat's, or on a stick"
        )
    options.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FolderLock(options.state, patience_ms=DYING_MS)
    try:
        return _Sitting(options, here, SystemClock()).run()
    finally:
        lock.release()


class _Sitting:
    """One run of the supervisor, from what was left before to what is put back."""

    def __init__(self, options: SessionOptions, platform: Platform, clock: SystemClock) -> None:
        self._options, self._platform, self._clock = options, platform, clock
        self._supervisor: Supervisor | None = None
        self._snapshots = SettlingStore(options.state / SNAPSHOTS)
        self._mark = RunMark(options.state, boot_id=clock.boot_id())
        self._policy = policy_of(platform.site_policy(), least=options.preset)
        self._book = IncidentBook(
            options.state / LOGS,
            self._rules(Preset.PRACTICE),
            reading=self._reading,
            tell=lambda raised: self._supervisor.tell(raised) if self._supervisor is not None else None,
        )

    def run(self) -> int:
        wanted = Wanted(
            policy=self._policy,
            preset_now=lambda: self._book.rules.preset,
            session_now=lambda: self._book.session,
        )
        backend = self._platform.backend(self._window_process_id, wanted)
        before = self._mark.before()
        self._put_back_what_was_left(backend.operations)
        self._state_what_others_put_back()
        if before is not None and before.session:
            self._book.judge_by(self._rules(before.demanded))
            self._book.turn_to(before.session, {})
            if not before.rebooted:
                self._book.observe(Observation(kind=IncidentKind.SUPERVISOR_LOST))
        if before is None:
            self._mark.write("")
        else:
            self._mark.write(before.session, before.demanded)
        lockdown = Lockdown(
            backend.operations,
            self._snapshots,
            required=frozenset(),  # what is missing keeps exams from starting, not the window that says so
            report=self._book.observe,
            clock=self._clock,
        )
        # From here on there is something to put back: who asks the program to end does not end it in the middle of that.
        with self._platform.ended_by_request() as waiting:
            lockdown.start()
            try:
                rebooted = before is not None and before.rebooted and bool(before.session)
                code = self._supervise(backend, lockdown, waiting, rebooted=rebooted)
            finally:
                restored = self._state(lockdown.stop(), "session-ended")
                self._book.observe(Observation(kind=IncidentKind.RESTORED, evidence=_names(restored)))
                self._book.close()
            self._mark.remove()
        return code

    def _rules(self, demanded: Preset) -> Rules:
        return Rules(preset=demanding(self._policy, demanded).preset, wishes=self._policy.wishes)

    def _supervise(self, backend: Backend, lockdown: Lockdown, waiting: Waiting, *, rebooted: bool) -> int:
        watch = Watch(backend.monitors)
        table = backend.table(not_made=lockdown.not_made)
        self._supervisor = Supervisor(
            Parts(
                windows=WindowReserve(
                    lambda waits: self._platform.start(waits=waits),
                    is_kept=self._options.reserve and self._platform.keeps_reserve,
                ),
                book=self._book,
                watch=watch,
                lockdown=lockdown,
                mark=self._mark,
                state=State(preset=self._policy.preset, backend=backend.name, table=table),
                about={"platform": backend.name, "program": _version()},
                reading=self._reading,
                rules=self._rules,
                conditions=lambda demanded: conditions_of(demanding(self._policy, demanded), table),
                rebooted=rebooted,
            )
        )
        return self._supervisor.run(waiting)

    def _put_back_what_was_left(self, operations: Sequence[Operation]) -> None:
        if not self._snapshots.has_left() and not self._snapshots.unstated():
            return
        known = {**self._platform.known_operations(), **{operation.name: operation for operation in operations}}
        restored = self._state(restore_left(self._snapshots, known), "after-crash")
        for each in restored.operations:
            if each.failure:
                evidence = {"operation": each.operation, "concern": "", "reason": each.failure[:500]}
                self._book.observe(Observation(kind=IncidentKind.RESTORE_FAILED, evidence=evidence))
        self._book.observe(Observation(kind=IncidentKind.RESTORED_AFTER_CRASH, evidence=_names(restored)))
        if self._snapshots.has_left():
            raise SupervisorFault(NOT_PUT_BACK)

    def _state_what_others_put_back(self) -> None:
        """Have the seat sign for it, too; where that cannot be kept now, the next start does it."""
        mark = OthersMark(self._options.state)
        new = [each for each in self._platform.put_back_by_others() if each.number > mark.number]
        if not new:
            return
        from ui.lockdown.stating import state_others  # noqa: PLC0415 - wanted on Windows alone

        with contextlib.suppress(StorageFault):
            state_others(self._options.seat, new, self._clock)
            mark.write(new[-1].number)

    def _state(self, report: RestoreReport, because: str) -> RestoreReport:
        """Have the seat sign what was put back. Where it cannot be kept now, the next start does it: nothing is forgotten."""
        from ui.lockdown.stating import state_as_found  # noqa: PLC0415 - wanted once, at the end

        try:
            return stated(
                self._snapshots, report, lambda whole: state_as_found(self._options.seat, whole, because, self._clock)
            )
        except StorageFault:
            return report

    def _reading(self) -> Reading:
        clock = self._clock
        return Reading(wall=clock.utc_ms(), awake_ms=clock.monotonic_ms(), since_boot_ms=clock.since_boot_ms())

    def _window_process_id(self) -> int | None:
        return None if self._supervisor is None else self._supervisor.window_process_id


def _names(restored: RestoreReport) -> dict[str, str]:
    return {"operations": ", ".join(each.operation for each in restored.operations)[:500]}


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - slow to load, and wanted once

    return version("testing-center-kiosk")
