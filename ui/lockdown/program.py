"""The composition root of the supervisor: machine, operations, monitors, log and window are put together here and nowhere else.

Owns the order of a sitting: what a crash has left is put back first, then the machine is locked down, then the window comes;
at the end, however it ends, everything is put back. Never loads Qt, and nothing of the exam.
"""

from __future__ import annotations

import os
import pwd
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kiosk.clock import SystemClock
from kiosk.errors import StorageFault
from kiosk.lockdown.backends import Backend
from kiosk.lockdown.engine import Lockdown, RestoreReport, restore_left
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.giving_back import SettlingStore, stated
from kiosk.lockdown.incident_book import IncidentBook
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.judging import Rules
from kiosk.lockdown.linux import walls
from kiosk.lockdown.linux.environment import Screen, screen_of
from kiosk.lockdown.linux.hardening import User
from kiosk.lockdown.operations import Operation
from kiosk.lockdown.policy import policy_of, stricter
from kiosk.lockdown.protocol import State
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.watching import Watch
from kiosk.seat.layout import FolderLock
from ui.lockdown import launcher
from ui.lockdown.backend import Wanted, backend_here
from ui.lockdown.errors import SupervisorFault
from ui.lockdown.known_operations import known_operations
from ui.lockdown.reserve import WindowReserve
from ui.lockdown.run_mark import RunMark
from ui.lockdown.site import site_policy_of
from ui.lockdown.supervisor import Parts, Supervisor
from ui.lockdown.window_process import WindowProcess, WindowWanted

DEVICE_GROUPS: Final = frozenset({"audio", "video", "render"})
SNAPSHOTS: Final = "snapshots"
LOGS: Final = "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOptions:
    """What a sitting is started with.

    Attributes:
        seat: the seat's folder.
        state: the supervisor's own folder; the window never sees it.
        preset: how strict.
        words: the command line of ``kiosk`` that is the window.
        media: sticks and second disks that the window may use.
        user: name of the user that the window runs as; empty: as whom the supervisor runs.
        accessibility: whether assistive programs may read the window.
        environment: the supervisor's own, which nobody has looked at.
        more: other folders that the window may read.
        command: what makes the walls and is the window behind them.
        reserve: a second window waits, loaded, for the first one to be gone.
    """

    seat: Path
    state: Path
    preset: Preset
    words: Sequence[str]
    media: Sequence[Path] = ()
    user: str = ""
    accessibility: bool = False
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    more: Sequence[str] = ()
    command: Sequence[str] = field(default_factory=launcher.command)
    reserve: bool = True


def default_state(seat: Path) -> Path:
    """Return the folder of the supervisor of a seat: beside it, not in it, so that the window does not see it."""
    return seat.with_name(f"{seat.name}.lockdown")


def run_session(options: SessionOptions) -> int:
    """Lock the machine down, keep the window running until an admin closes it, and put everything back.

    Returns:
        The window's exit code where it could not be shown at all, otherwise 0.

    What cannot be prevented keeps the window from no start: it says so, and gives no exam that demands it.

    Raises:
        SupervisorFault: there is no screen, or no such user.
        StorageFault: the supervisor's folder cannot be used, or another supervisor uses it.
    """
    clock = SystemClock()
    screen = screen_of(options.environment)
    if screen is None:
        raise SupervisorFault("there is no screen: neither DISPLAY nor WAYLAND_DISPLAY names one of this machine")
    if options.state.resolve().is_relative_to(options.seat.resolve()):
        raise SupervisorFault("the supervisor's folder must not be in the seat's, which the window may write to")
    options.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FolderLock(options.state)
    try:
        return _Sitting(options, screen, clock).run()
    finally:
        lock.release()


class _Sitting:
    """One run of the supervisor, from what was left before to what is put back."""

    def __init__(self, options: SessionOptions, screen: Screen, clock: SystemClock) -> None:
        self._options, self._screen, self._clock = options, screen, clock
        self._machine = walls.look(user_of(options.user))
        self._supervisor: Supervisor | None = None
        self._snapshots = SettlingStore(options.state / SNAPSHOTS)
        self._mark = RunMark(options.state, boot_id=clock.boot_id())
        self._policy = policy_of(site_policy_of(options.seat, self._machine.user), least=options.preset)
        self._book = IncidentBook(
            options.state / LOGS,
            self._rules(Preset.PRACTICE),
            reading=self._reading,
            tell=lambda raised: self._supervisor.tell(raised) if self._supervisor is not None else None,
        )

    def run(self) -> int:
        wanted = Wanted(policy=self._policy, preset_now=lambda: self._book.rules.preset)
        backend = backend_here(self._options, self._machine, self._screen, self._window_process_id, wanted)
        before = self._mark.before()
        self._put_back_what_was_left(backend.operations)
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
        with _ended_by_signals() as wake:
            lockdown.start()
            try:
                rebooted = before is not None and before.rebooted and bool(before.session)
                code = self._supervise(backend, lockdown, wake, rebooted=rebooted)
            finally:
                restored = self._state(lockdown.stop(), "session-ended")
                self._book.observe(Observation(kind=IncidentKind.RESTORED, evidence=_names(restored)))
                self._book.close()
            self._mark.remove()
        return code

    def _rules(self, demanded: Preset) -> Rules:
        return Rules(preset=stricter(self._policy.preset, demanded), wishes=self._policy.wishes)

    def _supervise(self, backend: Backend, lockdown: Lockdown, wake: int, *, rebooted: bool) -> int:
        watch = Watch(backend.monitors)
        self._supervisor = Supervisor(
            Parts(
                windows=WindowReserve(self._start, is_kept=self._options.reserve),
                book=self._book,
                watch=watch,
                lockdown=lockdown,
                mark=self._mark,
                state=State(
                    preset=self._policy.preset, backend=backend.name, table=backend.table(not_made=lockdown.not_made)
                ),
                about={"platform": backend.name, "program": _version()},
                reading=self._reading,
                rules=self._rules,
                rebooted=rebooted,
            )
        )
        return self._supervisor.run(wake)

    def _start(self, waits: bool) -> WindowProcess:  # noqa: FBT001 - the reserve's one question
        options = self._options
        return WindowProcess(
            WindowWanted(
                words=options.words,
                seat=options.seat,
                media=options.media,
                screen=self._screen,
                machine=self._machine,
                untrusted_environment=options.environment,
                accessibility=options.accessibility,
                more=options.more,
                command=options.command,
                waits=waits,
            )
        )

    def _put_back_what_was_left(self, operations: Sequence[Operation]) -> None:
        if not self._snapshots.left() and not self._snapshots.unstated():
            return
        known = known_operations(self._options.environment) | {operation.name: operation for operation in operations}
        restored = self._state(restore_left(self._snapshots, known), "after-crash")
        for each in restored.operations:
            if each.failure:
                evidence = {"operation": each.operation, "concern": "", "reason": each.failure[:500]}
                self._book.observe(Observation(kind=IncidentKind.RESTORE_FAILED, evidence=evidence))
        self._book.observe(Observation(kind=IncidentKind.RESTORED_AFTER_CRASH, evidence=_names(restored)))
        if self._snapshots.left():
            raise SupervisorFault(
                "something that an earlier run changed could not be put back; see `kiosk seat restore`"
            )

    def _state(self, report: RestoreReport, because: str) -> RestoreReport:
        """Have the seat sign what was put back. Where it cannot be kept now, the next start does it: nothing is forgotten."""
        from ui.lockdown.stating import state_as_found  # noqa: PLC0415 - loads keys, which nothing else here needs

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


def user_of(name: str) -> User | None:
    """Return the user that the window runs as; None where it runs as whoever starts it.

    Raises:
        SupervisorFault: there is no such user, it is root, or only root could choose.
    """
    if not name:
        return None
    if os.getuid() != 0:
        raise SupervisorFault("only root can run the window as another user")
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise SupervisorFault(f"there is no user {name} on this machine") from None
    if entry.pw_uid == 0:
        raise SupervisorFault("the window must not run as root: name another user")
    import grp  # noqa: PLC0415 - not on every platform, and only here

    groups = tuple(group.gr_gid for group in grp.getgrall() if group.gr_name in DEVICE_GROUPS and name in group.gr_mem)
    return User(uid=entry.pw_uid, gid=entry.pw_gid, groups=groups)


def _names(restored: RestoreReport) -> dict[str, str]:
    return {"operations": ", ".join(each.operation for each in restored.operations)[:500]}


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - slow to load, and wanted once

    return version("testing-center-kiosk")


@contextmanager
def _ended_by_signals() -> Iterator[int]:
    """While the block runs, a signal that asks the program to end makes this descriptor readable instead."""
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signals = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: None) for number in signals}
    previous = signal.set_wakeup_fd(waker)
    try:
        yield wake
    finally:
        signal.set_wakeup_fd(previous)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(wake)
        os.close(waker)
