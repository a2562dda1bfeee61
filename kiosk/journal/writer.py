"""The one thread that changes a session and writes it down: step, commit, publish, in this order.

Owns the order, the ticking of time, when checkpoints are signed, and what happens when writing fails. Refuses to know what a
seat does with a session that is over: effects go to ``perform``.

Time. Every record carries the monotonic time since the record before. While a clock runs a record is written at least every
five seconds, so that a killed program has lost at most that of the time used, in the candidate's favour. A section ends by
itself a moment after its time is used up: an essay is handed over at most a second after it is typed, and what was typed in
time is written before the section ends.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias, assert_never

from exam_packages.ids import ItemId, ResponseId, UtcMs
from exam_packages.qti.model import Lexical
from exam_packages.records import decode_record, encode_record, link
from exam_packages.session_events import Answered, BreakEnded, Event, Record, TextEdited, TimeExpired, TimePassed
from kiosk.clock import Clock
from kiosk.errors import KioskError, StorageFault, StorageFaultKind
from kiosk.journal.store import Entry, JournalStore
from kiosk.session import Checkpoint, Effect, EventNotAllowed, Phase, Session, begin, step
from signing.errors import Refused

TICK_MS: Final = 5_000  # longest time without a record while a clock runs
EXPIRY_GRACE_MS: Final = 1_200  # what was typed in time arrives at most a second later
CHECKPOINT_RECORDS: Final = 16
CHECKPOINT_MS: Final = 30_000
REST_MS: Final = 300  # idle time after which the log may be emptied
_SHORTEST_WAIT_S: Final = 0.01

Done: TypeAlias = Callable[[Session, Exception | None], None]
_Done: TypeAlias = Callable[[Session | None, Exception | None], None]
"""The same before the first record, when there is no session yet."""
Listener: TypeAlias = Callable[[Session], None]


class Copy(Protocol):
    """Somebody who is handed what was committed, for a second copy. Never raises, and waits only at the end, and not long."""

    def put(self, entry: Entry) -> None:
        """Take a record."""

    def put_checkpoint(self, records: int, envelope: bytes) -> None:
        """Take a signed checkpoint over so many records."""

    def finish(self) -> object:
        """Come to an end: the journal is about to be closed. May be called again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterPorts:
    """What the writer uses of the world.

    Attributes:
        sign_checkpoint: number of records, head, wall time → envelope.
        perform: does what a committed step asks for, on the writer thread; checkpoints are done before.
        check: refuses, on the writer thread, what the session alone cannot judge, by raising ``EventNotAllowed``.
        copy: is handed every record and checkpoint after it is committed and published; None where there is no second copy.
    """

    clock: Clock
    sign_checkpoint: Callable[[int, bytes, UtcMs], bytes]
    perform: Callable[[Session, Effect], None]
    check: Callable[[Session, Event], None] = lambda session, event: None  # noqa: ARG005 - most have nothing to judge
    copy: Copy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    event: Event
    done: _Done
    handed_ms: int
    """When it was handed over, monotonic: what was answered in time is in time, however long the disk took."""


class _Tick:
    """Look at the clock now."""


class _Stop:
    """End the thread."""


class JournalWriter:
    """Takes events from any thread and lets them happen one after another."""

    def __init__(
        self, store: JournalStore, ports: WriterPorts, *, session: Session | None, head: bytes, name: str
    ) -> None:
        self._store = store
        self._ports = ports
        self._state = threading.Lock()
        self._session = session
        self._head = head
        self._fault: StorageFault | None = None
        self._last_ms = ports.clock.monotonic_ms()
        self._fresh = True  # the next record is the first of this program run: its tick is 0
        self._since_checkpoint = 0
        self._checkpoint_ms = self._last_ms
        self._listeners: list[Listener] = []
        self._queue: queue.SimpleQueue[_Post | _Tick | _Stop | threading.Event] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"journal-{name}", daemon=False)
        self._closed = False

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    @property
    def session(self) -> Session:
        """The session as last committed."""
        with self._state:
            if self._session is None:
                raise EventNotAllowed("the session is not open yet")
            return self._session

    @property
    def head(self) -> bytes:
        """The chain's value after the last record."""
        with self._state:
            return self._head

    @property
    def fault(self) -> StorageFault | None:
        """Why nothing more is accepted; None while all is well."""
        with self._state:
            return self._fault

    def subscribe(self, listener: Listener) -> None:
        """Have a listener called on the writer thread after every commit and after a fault."""
        with self._state:
            self._listeners.append(listener)

    def post(self, event: Event, done: Done) -> None:
        """Let an event happen. ``done`` is called on the writer thread when it is committed, or refused."""
        session = self.session
        self._hand_over(event, lambda now, error: done(now or session, error))

    def apply(self, event: Event) -> Session:
        """Let an event happen and wait for it.

        Raises:
            EventNotAllowed: it cannot happen now.
            StorageFault: it could not be written.
        """
        errors: list[Exception | None] = []
        finished = threading.Event()
        sessions: list[Session] = []

        def done(session: Session | None, error: Exception | None) -> None:
            if session is not None:
                sessions.append(session)
            errors.append(error)
            finished.set()

        self._hand_over(event, done)
        finished.wait()
        if errors[0] is not None:
            raise errors[0]
        return sessions[0]

    def _hand_over(self, event: Event, done: _Done) -> None:
        with self._state:  # nothing comes in behind the end, where nobody would ever answer it
            if self._closed:
                raise EventNotAllowed("the session's journal is closed", session=self._session)
            self._queue.put(_Post(event=event, done=done, handed_ms=self._ports.clock.monotonic_ms()))

    def settle(self) -> None:
        """Look at the clock, and wait until everything posted before has happened."""
        reached = threading.Event()
        with self._state:
            if self._closed:
                return
            self._queue.put(_Tick())
            self._queue.put(reached)
        reached.wait()

    def remaining_ms(self) -> int | None:
        """Return what is left of the break or the section's time, now; None where there is no limit."""
        with self._state:
            session, last_ms = self._session, self._last_ms
        if session is None:
            return None
        left = session.break_left_ms if session.phase is Phase.BREAK else session.time_left_ms
        if left is None or not session.clock_runs:
            return left
        return max(0, left - self._since(last_ms))

    def unwritten_ms(self) -> int:
        """Return the time that a clock has run since the last record; 0 while none runs."""
        with self._state:
            session, last_ms = self._session, self._last_ms
        return self._since(last_ms) if session is not None and session.clock_runs else 0

    def close(self) -> None:
        """Let everything posted happen, stop the thread and close the store. Time used so far is written down."""
        with self._state:
            if self._closed:
                return
            self._closed = True
            self._queue.put(_Stop())
        if self._thread.is_alive():
            self._thread.join()
        if self._ports.copy is not None:
            self._ports.copy.finish()
        self._store.close()

    # -- on the writer thread ------------------------------------------------------------------------------------

    def _run(self) -> None:
        going = True
        while going:
            try:
                going = self._turn()
            except Exception as error:  # noqa: BLE001 - a silent end of this thread would be lost answers
                self._fail(self._unforeseen(error))

    def _turn(self) -> bool:
        """Do the next thing; return False when it was the last."""
        try:
            command = self._queue.get(timeout=self._wait_s())
        except queue.Empty:
            self._tick()
            self._rest()
            return True
        match command:
            case _Post():
                self._happen(command.event, command.done, at_ms=command.handed_ms)
            case _Tick():
                self._tick()
            case threading.Event():
                command.set()
            case _Stop():
                self._write_time_used()
                return False
            case _:
                assert_never(command)
        return True

    def _wait_s(self) -> float:
        due = self._due_ms()
        longest = REST_MS if due is None else min(REST_MS, due)
        return max(_SHORTEST_WAIT_S, longest / 1000)

    def _due_ms(self) -> int | None:
        """Milliseconds until time itself has to be written down; None while no clock runs."""
        session = self._session
        if session is None or self._fault is not None or not session.clock_runs:
            return None
        ends = _ends_after_ms(session)
        due = TICK_MS if ends is None else min(TICK_MS, ends)
        return due - self._since(self._last_ms)

    def _tick(self) -> None:
        session = self._session
        due = self._due_ms()
        if session is None or due is None or due > 0:
            return
        self._happen(_event_of_time(session, self._since(self._last_ms)), _nobody, at_ms=self._now_ms())

    def _write_time_used(self) -> None:
        session = self._session
        if session is not None and self._fault is None and session.clock_runs and self._since(self._last_ms) > 0:
            self._happen(TimePassed(), _nobody, at_ms=self._now_ms())

    def _now_ms(self) -> int:
        return self._ports.clock.monotonic_ms()

    def _since(self, last_ms: int) -> int:
        return max(0, self._now_ms() - last_ms)

    def _happen(self, event: Event, done: _Done, *, at_ms: int) -> None:
        before = self._session
        try:
            after, effects, entry = self._commit(event, at_ms)
        except Exception as error:  # noqa: BLE001 - whoever handed it over waits for a word, whatever it is
            reason = error if isinstance(error, (KioskError, Refused)) else self._unforeseen(error)
            if isinstance(reason, StorageFault):
                self._fail(reason)
            done(before, reason)
            return
        done(after, None)
        self._publish(after)
        if self._ports.copy is not None:
            self._ports.copy.put(entry)
        self._follow_up(after, effects)

    def _commit(self, event: Event, at_ms: int) -> tuple[Session, tuple[Effect, ...], Entry]:
        if self._fault is not None:
            raise self._fault
        now = max(self._last_ms, at_ms)
        tick = 0 if self._fresh else now - self._last_ms
        record = Record(n=self._next_n(), tick_ms=tick, wall=self._ports.clock.utc_ms(), event=event)
        line = _checked_encoding(record)
        if self._session is not None:
            self._ports.check(self._session, event)
        after, effects = (begin(record), ()) if self._session is None else step(self._session, record)
        head = link(record.n, self._head, line)
        entry = Entry(
            n=record.n,
            record=line,
            head=head,
            wall=record.wall,
            boot=self._ports.clock.boot_id(),
            phase=after.phase.value,
            answer=_answer_of(event, after),
        )
        self._store.append(entry)
        with self._state:
            self._session, self._head, self._last_ms, self._fresh = after, head, now, False
        return after, effects, entry

    def _next_n(self) -> int:
        return 0 if self._session is None else self._session.next_n

    def _follow_up(self, session: Session, effects: tuple[Effect, ...]) -> None:
        self._since_checkpoint += 1
        waited = self._since(self._checkpoint_ms)
        wanted = any(isinstance(effect, Checkpoint) for effect in effects)
        try:
            if wanted or self._since_checkpoint >= CHECKPOINT_RECORDS or waited >= CHECKPOINT_MS:
                self._sign(session)
            for effect in effects:
                if not isinstance(effect, Checkpoint):
                    self._ports.perform(session, effect)
        except StorageFault as fault:
            self._fail(fault)

    def _sign(self, session: Session) -> None:
        envelope = self._ports.sign_checkpoint(session.next_n, self._head, self._ports.clock.utc_ms())
        self._store.add_checkpoint(session.next_n, envelope)
        if self._ports.copy is not None:
            self._ports.copy.put_checkpoint(session.next_n, envelope)
        self._since_checkpoint = 0
        self._checkpoint_ms = self._ports.clock.monotonic_ms()

    def _rest(self) -> None:
        try:
            self._store.rest()
        except StorageFault as fault:
            self._fail(fault)

    def _unforeseen(self, error: Exception) -> StorageFault:
        return StorageFault(StorageFaultKind.IO, self._store.path, type(error).__name__)

    def _fail(self, fault: StorageFault) -> None:
        """Take no more input, ever: an fsync that failed once may report success for bytes that are gone."""
        if self._fault is not None:
            return
        with self._state:
            self._fault = fault
        self._store.break_off()
        if self._session is not None:
            # A listener that fails is why this may be called; it must not keep the thread from answering.
            with contextlib.suppress(Exception):
                self._publish(self._session)

    def _publish(self, session: Session) -> None:
        with self._state:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(session)


def _ends_after_ms(session: Session) -> int | None:
    """How much more time a break, or whatever is timed, takes until it ends by itself; None where it never does."""
    if session.phase is Phase.BREAK:
        return session.break_left_ms
    return None if session.ends_in_ms is None else session.ends_in_ms + EXPIRY_GRACE_MS


def _event_of_time(session: Session, passed_ms: int) -> Event:
    ends = _ends_after_ms(session)
    if ends is None or passed_ms < ends:
        return TimePassed()
    return BreakEnded() if session.phase is Phase.BREAK else TimeExpired()


def _nobody(session: Session | None, error: Exception | None) -> None:
    del session, error


def _checked_encoding(record: Record) -> bytes:
    """Encode a record and read it back: nothing is written that could not be read.

    Raises:
        EventNotAllowed: the event holds something that has no encoding, or is out of bounds.
    """
    try:
        line = encode_record(record)
        decode_record(line, place="event")
    except (Refused, ValueError) as error:
        raise EventNotAllowed(f"the event cannot be written down: {error}") from error
    return line


def _answer_of(event: Event, after: Session) -> tuple[ItemId, ResponseId, Lexical] | None:
    if isinstance(event, Answered | TextEdited):
        return event.item, event.response, after.answer(event.item, event.response)
    return None
