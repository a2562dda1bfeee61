"""The loop of the supervisor: what it hears, what it sees, and what it does about it.

Owns the order of one turn. Decides nothing itself: when the window is started or given up is ``kiosk.lockdown.supervision``,
what follows from an incident is ``incident_book``, what is changed on the machine is ``engine``. One thread, no waiting but
for the next thing to happen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from kiosk.errors import StorageFault
from kiosk.lockdown.engine import Lockdown
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.incident_book import IncidentBook
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.judging import Rules
from kiosk.lockdown.protocol import (
    VERSION,
    Beat,
    Cleared,
    Covered,
    FromSupervisor,
    FromWindow,
    Hello,
    LogWanted,
    Observed,
    SessionIs,
    State,
    Stop,
    log_messages,
)
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.supervision import (
    RESTART,
    Action,
    AskedAgain,
    Beaten,
    Begin,
    Died,
    Event,
    KillWindow,
    Looked,
    Notice,
    ProctorCleared,
    StartWindow,
    Supervision,
    WindowState,
    step,
)
from kiosk.lockdown.watching import Watch
from signing.errors import Refused
from ui.lockdown.errors import SupervisorFault
from ui.lockdown.ports import Waiting, Window
from ui.lockdown.reserve import WindowReserve
from ui.lockdown.run_mark import RunMark
from ui.lockdown.window_link import LinkClosed, LinkEnded, WindowLink

TURN_S: Final = 0.2
VERIFY_MS: Final = 1_000
DUE_MS: Final = 1_000
STOPPING_MS: Final = 5_000
"""So long a window may take to close itself before it is ended."""
CLOSED_MS: Final = 3_000
"""So long a process may live on after it has hung up: what ran behind the walls is cleared away first."""
NO_START: Final = frozenset({2, 3, 4, 70})
"""What a window ends with that cannot be shown at all: wrong words, refused, the machine, no walls."""


@dataclass(slots=True)
class Times:
    """When something was last done, in ``Reading.awake_ms``."""

    verified: int = 0
    due: int = 0
    stopping: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the supervisor is made of.

    Attributes:
        windows: starts them.
        book: what was noticed.
        watch: the monitors.
        lockdown: the operations, made already.
        mark: what the next start will know of this one.
        state: how the machine is locked down, as it stands.
        about: stands with the line that begins a session.
        reading: reads the clocks.
        rules: how it is judged while an exam runs that demands so much; practice while none does.
        conditions: what the record of a session begins with whose exam demands so much.
        rebooted: a session ran when the machine went down.
    """

    windows: WindowReserve
    book: IncidentBook
    watch: Watch
    lockdown: Lockdown
    mark: RunMark
    state: State
    about: Mapping[str, str]
    reading: Callable[[], Reading]
    rules: Callable[[Preset], Rules]
    conditions: Callable[[Preset], Sequence[Observation]]
    rebooted: bool = False


@dataclass(slots=True)
class _Window:
    process: Window
    link: WindowLink
    greeted: bool = False
    closed_ms: int | None = None


class Supervisor:
    """Keeps a window running until an admin closes it or somebody ends the supervisor."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._state = Supervision()
        self._times = Times()
        self._window: _Window | None = None
        self._ever_up = False
        self._code: int | None = None

    @property
    def window_process_id(self) -> int | None:
        """The window's process, while there is one; until it has said that it is here, it is still closing its walls."""
        window = self._window
        return window.process.process_id if window is not None and window.greeted else None

    def run(self, waiting: Waiting) -> int:
        """Run until it is over, and return the exit code.

        Args:
            waiting: what is waited on, and tells when somebody wants the supervisor to end.
        """
        try:
            self._step(Begin(self._parts.rebooted))
            while self._code is None:
                self._turn(waiting)
            return self._code
        finally:
            self._end_window()
            self._parts.windows.close()

    def tell(self, message: FromSupervisor) -> None:
        """Tell the window something, if there is one that listens."""
        window = self._window
        if window is None or not window.greeted:
            return
        try:
            window.link.send(message)
        except LinkClosed:  # it may have ended well, a moment ago
            window.closed_ms = self._parts.reading().awake_ms
        except LinkEnded:
            window.process.kill()

    def _turn(self, waiting: Waiting) -> None:
        window = self._window
        if window is None:
            is_wanted_to_end = waiting.wait(None, hears=False, has_unsent=False, seconds=TURN_S)
        else:
            hears, has_unsent = window.closed_ms is None, window.link.has_unsent
            is_wanted_to_end = waiting.wait(window.process, hears=hears, has_unsent=has_unsent, seconds=TURN_S)
            if hears:
                self._listen(window)
            self._see_whether_it_ended(window)
        if is_wanted_to_end and self._times.stopping is None:
            self._times.stopping = self._parts.reading().awake_ms
            self.tell(Stop())
            if self._window is None or not self._window.greeted:
                self._code = 0
        self._look()

    def _look(self) -> None:
        now = self._parts.reading()
        self._step(Looked())
        if self.is_up and self._times.stopping is None:
            self._parts.windows.keep(now.awake_ms)
        for observation in self._parts.watch.look(now):
            self._parts.book.observe(observation)
        if now.awake_ms - self._times.verified >= VERIFY_MS:
            self._times.verified = now.awake_ms
            self._parts.lockdown.verify()
        if now.awake_ms - self._times.due >= DUE_MS:
            self._times.due = now.awake_ms
            self._parts.book.due()
        if self._times.stopping is not None and now.awake_ms - self._times.stopping > STOPPING_MS:
            self._code = 0

    def _listen(self, window: _Window) -> None:
        try:
            window.link.flush()
            messages = window.link.receive()
            for message in messages:
                self._hear(window, message)
        except LinkClosed:
            window.closed_ms = self._parts.reading().awake_ms
        except LinkEnded:
            window.process.kill()

    def _hear(self, window: _Window, message: FromWindow) -> None:
        book = self._parts.book
        match message:
            case Hello():
                if message.version != VERSION:
                    raise LinkEnded(f"speaks version {message.version}")
                self._greet(window)
            case Beat():
                self._ever_up = True
                self._step(Beaten())
            case SessionIs():
                self._session_is(message.session, message.demanded if message.session else Preset.PRACTICE)
            case Observed():
                book.observe(Observation(kind=message.kind, evidence=message.evidence))
            case Covered():
                book.covered(message.number)
            case Cleared():
                self._cleared(message)
            case LogWanted():
                self._give_log(message.session)
            case _:
                assert_never(message)

    def _greet(self, window: _Window) -> None:
        window.greeted = True
        self._tell_state()
        for raised in self._parts.book.owed:
            self.tell(raised)

    def _tell_state(self) -> None:
        state = self._parts.state
        self.tell(
            State(
                preset=state.preset,
                backend=state.backend,
                table=state.table,
                proctor_needed=self._state.proctor_needed,
            )
        )

    def _session_is(self, session: str, demanded: Preset) -> None:
        book = self._parts.book
        rules = self._parts.rules(demanded)
        begins = bool(session) and session != book.session
        if session:  # before its log is opened: what is wrong with that is judged as its exam demands
            book.judge_by(rules)
        try:
            book.turn_to(session, {**self._parts.about, "preset": rules.preset.value})
            book.judge_by(rules)
            if session:
                book.observe_once(self._parts.conditions(demanded))
            self._parts.mark.write(session, demanded)
        except Refused as refused:
            raise LinkEnded(str(refused)) from refused
        except StorageFault as fault:
            book.fault(fault)
        if session and self._state.proctor_needed is IncidentKind.MACHINE_RESTARTED:
            # The window does not open a session of before a restart without a proctor's PIN.
            book.let_in()
            self._step(ProctorCleared())
            self._tell_state()
        if begins:  # what was there before is judged by this exam's rules, and stands in its log
            self._parts.watch.look_anew()
        self._forget_deaths_nobody_asks_about()
        for raised in book.owed:  # a window that turns to a session has forgotten what it was told before
            self.tell(raised)

    def _forget_deaths_nobody_asks_about(self) -> None:
        """Their cover was owed in another log: nobody can open it any more, and the next deaths are to be counted anew."""
        often = IncidentKind.WINDOW_DIED_OFTEN
        if self._state.proctor_needed is often and all(raised.kind is not often for raised in self._parts.book.owed):
            self._step(ProctorCleared())
            self._tell_state()

    def _cleared(self, message: Cleared) -> None:
        kind = self._parts.book.cleared(message.number, message.proctor, message.note)
        if kind is IncidentKind.WINDOW_DIED_OFTEN:
            self._step(ProctorCleared())
            self._tell_state()

    def _give_log(self, session: str) -> None:
        try:
            lines = self._parts.book.lines(session)
        except Refused as refused:
            raise LinkEnded(str(refused)) from refused
        except StorageFault as fault:
            self._parts.book.fault(fault)
            lines = ()
        for message in log_messages(session, lines):
            self.tell(message)

    def _see_whether_it_ended(self, window: _Window) -> None:
        code = window.process.ended()
        now = self._parts.reading().awake_ms
        if code is None and window.closed_ms is not None and now - window.closed_ms > CLOSED_MS:
            # Its line is closed by its end; one that lives on without a line cannot be supervised.
            window.process.kill()
            code = window.process.ended()
        if code is None or self._window is not window:
            return
        if window.closed_ms is None:
            self._listen(window)  # what it said last is still in the line
        self._forget_window()
        if self._times.stopping is not None or code == 0:
            self._code = 0
        elif not self._ever_up and code in NO_START:
            self._code = code
        elif code == RESTART:
            self._step(AskedAgain())
        else:
            self._step(Died(window.process.how_ended(code)))

    def _step(self, event: Event) -> None:
        self._state, actions = step(self._state, event, self._parts.reading().awake_ms)
        for action in actions:
            self._do(action)

    def _do(self, action: Action) -> None:
        match action:
            case StartWindow():
                self._start_window()
            case KillWindow():
                if self._window is not None:
                    self._window.process.kill()
            case Notice():
                self._parts.book.observe(action.observation)
            case _:
                assert_never(action)

    def _start_window(self) -> None:
        try:
            process = self._parts.windows.take()
        except OSError as error:
            if not self._ever_up:
                raise SupervisorFault(f"the window cannot be started: {error.strerror or error}") from error
            # A machine without memory or processes for a moment: as if it had died at once, and it is tried again.
            self._step(Died(f"not started: {error.strerror or error}"))
            return
        self._window = _Window(process, WindowLink(process.line))

    def _end_window(self) -> None:
        if self._window is not None:
            self._window.process.kill()
            self._forget_window()

    def _forget_window(self) -> None:
        if self._window is not None:
            self._window.link.close()
            self._window.process.close()
            self._window = None

    @property
    def is_up(self) -> bool:
        """Whether the window is alive."""
        return self._state.window is WindowState.UP
