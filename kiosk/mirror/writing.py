"""The thread that writes a session's second copy. Nobody waits for it.

Owns the queue between the journal's writer and the medium, when a medium that failed is tried again, and what is said about
it. Refuses to know how a copy is laid out (``copy``).

A commit at the seat hands its record over and goes on: the cost is one entry in a queue. Whatever the medium does then (full,
pulled out, hanging for minutes) is a state to be shown and nothing else. A queue that gets long is thrown away: what is missing
is read from the seat's own journal when the medium is back.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from kiosk.clock import Clock
from kiosk.journal.store import Entry
from kiosk.mirror.copy import MirrorCopy, MirrorPlan, fault_of
from kiosk.mirror.state import MirrorFault, MirrorPhase, MirrorState

RETRY_MS: Final = 2_000  # how soon a medium that failed is tried again
SLOW_MS: Final = 5_000  # a write that takes longer is said to: a good stick takes a hundredth of it
FINISH_MS: Final = 5_000  # how long the end of a session waits for the copy's last records
BATCH_RECORDS: Final = 64  # records written as one, where several wait
HELD_RECORDS: Final = 2_000  # an hour's; more are read from the journal later
HELD_BYTES: Final = 8 * 1024 * 1024
REST_MS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _SignedCheckpoint:
    records: int
    envelope: bytes


_Held: TypeAlias = Entry | _SignedCheckpoint
Told: TypeAlias = Callable[[MirrorState], None]
OpenCopy: TypeAlias = Callable[[MirrorPlan, frozenset[Path]], MirrorCopy]


class MirrorWriter:
    """Writes one session's second copy.

    Args:
        plan: what is copied where.
        records: how many records the seat's journal holds already.
        clock: the monotonic one tells how long the medium has not answered.
        told: is told on the mirror's own thread when the copy stops being written, and when it is in step again after that.
        retry_ms: how soon a medium that failed is tried again.
        open_copy: opens the copy.
    """

    def __init__(
        self,
        plan: MirrorPlan,
        *,
        records: int,
        clock: Clock,
        told: Told,
        retry_ms: int = RETRY_MS,
        open_copy: OpenCopy = MirrorCopy.open,
    ) -> None:
        self._plan, self._clock, self._told, self._retry_ms = plan, clock, told, retry_ms
        self._open_copy = open_copy
        self._change = threading.Condition()
        self._held: deque[_Held] = deque()
        self._held_bytes = 0
        self._at_seat = records
        self._in_copy = 0
        self._fault: MirrorFault | None = None
        self._said: MirrorFault | None = None
        self._busy_since_ms: int | None = None
        self._ending = self._ended = self._abandoned = False
        self._copy: MirrorCopy | None = None
        self._spoiled: frozenset[Path] = frozenset()
        # A daemon: a medium that hangs must not keep the program from ending.
        self._thread = threading.Thread(target=self._run, name=f"mirror-{plan.session}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    @property
    def state(self) -> MirrorState:
        """How the copy is doing, now."""
        with self._change:
            return self._state()

    def put(self, entry: Entry) -> None:
        """Take a record that the seat has committed."""
        with self._change:
            self._at_seat = entry.n + 1
            self._hold(entry, len(entry.record))

    def put_checkpoint(self, records: int, envelope: bytes) -> None:
        """Take a signed checkpoint that the seat has committed."""
        with self._change:
            self._hold(_SignedCheckpoint(records=records, envelope=envelope), len(envelope))

    def finish(self, wait_ms: int = FINISH_MS) -> MirrorState:
        """Bring the copy in step if that can be done within a time, close it, and return how it ended.

        What is missing may have to be read from the seat's journal: close that one after.
        """
        with self._change:
            self._ending = True
            self._change.notify_all()
        if self._thread.is_alive() and not self._abandoned:
            self._thread.join(wait_ms / 1_000)
        with self._change:
            self._abandoned = not self._ended
            return self._state()

    # -- on any thread, under the lock ---------------------------------------------------------------------------------

    def _state(self) -> MirrorState:
        behind = max(0, self._at_seat - self._in_copy)
        fault = self._fault
        if fault is None and self._has_hung():
            fault = MirrorFault.SLOW
        if fault is not None:
            return MirrorState(phase=MirrorPhase.FAULT, behind=behind, fault=fault)
        if behind or self._held or (self._copy is None and not self._ended):
            return MirrorState(phase=MirrorPhase.BEHIND, behind=behind)
        return MirrorState(phase=MirrorPhase.IN_STEP)

    def _has_hung(self) -> bool:
        since = self._busy_since_ms
        return self._abandoned or (since is not None and self._clock.monotonic_ms() - since > SLOW_MS)

    def _hold(self, held: _Held, size: int) -> None:
        if self._ending:
            return
        self._held.append(held)
        self._held_bytes += size
        if len(self._held) > HELD_RECORDS or self._held_bytes > HELD_BYTES:
            self._forget()
        self._change.notify_all()

    def _forget(self) -> None:
        self._held.clear()
        self._held_bytes = 0

    # -- on the mirror's thread ----------------------------------------------------------------------------------------

    def _run(self) -> None:
        while self._wait_for_work():
            try:
                self._work()
            except Exception as error:  # noqa: BLE001 - whatever a medium can do is a state, and never more
                self._stop(error)
        if self._copy is not None:
            with contextlib.suppress(Exception):
                self._copy.close()
        with self._change:
            self._ended = True
            self._busy_since_ms = None

    def _wait_for_work(self) -> bool:
        """Wait until something is to be done; return False when nothing will be any more."""
        with self._change:
            if self._fault is not None:
                # Nothing new makes a failed medium good: what is handed over meanwhile is held.
                self._change.wait_for(lambda: self._ending, self._retry_ms / 1_000)
                retries = not self._ending and self._fault is not MirrorFault.TAKEN
                if not retries and not self._ending:
                    self._change.wait_for(lambda: self._ending)
                return retries
            self._change.wait_for(self._has_work, REST_MS / 1_000 if self._copy is not None else None)
            return not self._ending or (self._has_work(ended=False) and not self._abandoned)

    def _has_work(self, *, ended: bool = True) -> bool:
        missing = self._copy is None and self._at_seat > 0
        return bool(self._held) or missing or self._at_seat > self._in_copy or (ended and self._ending)

    def _work(self) -> None:
        with self._change:
            self._busy_since_ms = self._clock.monotonic_ms()
            known = self._copy.count if self._copy is not None else 0
        try:
            if self._copy is None:
                self._copy = self._open_copy(self._plan, self._spoiled)
            elif not self._write():
                if self._at_seat > known:
                    self._copy.catch_up()
                else:
                    self._copy.rest()
        finally:
            with self._change:
                self._busy_since_ms = None
        self._note_progress(self._copy)

    def _write(self) -> bool:
        """Write what is held, up to a batch; return False where nothing is."""
        copy = self._copy
        with self._change:
            batch = [self._held[index] for index in range(min(len(self._held), BATCH_RECORDS))]
        if not batch or copy is None:
            return False
        copy.append([held for held in batch if isinstance(held, Entry)])
        for held in batch:
            if isinstance(held, _SignedCheckpoint):
                copy.add_checkpoint(held.records, held.envelope)
        with self._change:
            self._let_go(batch)
        return True

    def _let_go(self, batch: list[_Held]) -> None:
        for held in batch:
            if not self._held or self._held[0] is not held:  # thrown away meanwhile: it had got too long
                return
            self._held.popleft()
            self._held_bytes -= len(held.record if isinstance(held, Entry) else held.envelope)

    def _note_progress(self, copy: MirrorCopy) -> None:
        with self._change:
            self._in_copy = copy.count
            self._fault = None
            in_step = self._state().phase is MirrorPhase.IN_STEP
            recovered, self._said = in_step and self._said is not None, None if in_step else self._said
        if recovered:
            self._tell()

    def _stop(self, error: Exception) -> None:
        copy, self._copy = self._copy, None
        fault = fault_of(error, self._plan)
        if copy is not None:
            if fault is MirrorFault.IO:
                # After a failed fsync what reads well need not be on the medium: it is never gone on with.
                self._spoiled |= {copy.folder}
            with contextlib.suppress(Exception):
                copy.close()
        with self._change:
            self._fault = fault
            self._forget()  # all of it is in the journal
            new, self._said = fault is not self._said, fault
        if new:
            self._tell()

    def _tell(self) -> None:
        with self._change:
            state = self._state()
            if self._abandoned:
                return
        with contextlib.suppress(Exception):
            self._told(state)
