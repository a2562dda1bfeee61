"""A session with a second copy, for tests: written through the real writers, on folders or on real small media."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from exam_packages.ids import ItemId, ResponseId
from exam_packages.records import CHAIN_START
from exam_packages.session_events import Answered, Event, ItemPresented, Opened
from kiosk.clock import Clock
from kiosk.journal.checking import CheckedJournal
from kiosk.journal.store import JournalStore
from kiosk.journal.writer import JournalWriter, WriterPorts
from kiosk.mirror.copy import MirrorCopy, MirrorFiles, MirrorPlan
from kiosk.mirror.layout import mirrors_of
from kiosk.mirror.state import MirrorPhase, MirrorState
from kiosk.mirror.writing import MirrorWriter, OpenCopy
from tests.kiosk.journal.journals import KEY, SESSION, check, sign
from tests.kiosk.session.plans import PROCTOR, TO_SECTION
from tests.kiosk.session.plans import plan as session_plan
from tests.simulators.clock import FakeClock

FILES = MirrorFiles(key=b"the key file", about=b"whose it is", session_key=b"the session key file")
RETRY_MS = 20
SOON_S = 20.0
ITEM = ItemId("one-1")
RESPONSE = ResponseId("RESPONSE")


def answered(value: str) -> Event:
    return Answered(item=ITEM, response=RESPONSE, value=(value,))


def plan_of(journal: Path, medium: Path, *, moves: int = 0) -> MirrorPlan:
    """A plan whose medium counts as one, though it may be a folder beside the journal's."""
    return MirrorPlan(
        session=SESSION,
        medium=medium,
        journal=journal,
        key=KEY,
        files=FILES,
        moves=moves,
        device_of=lambda folder: int(folder.is_relative_to(medium)),
    )


class Sitting:
    """A journal's writer and its mirror."""

    def __init__(
        self,
        journal: Path,
        medium: Path,
        *,
        going_on: CheckedJournal | None = None,
        clock: Clock | None = None,
        moves: int = 0,
        open_copy: OpenCopy = MirrorCopy.open,
        real_devices: bool = False,
    ) -> None:
        journal.mkdir(exist_ok=True)
        self.journal, self.medium = journal, medium
        self.told: list[MirrorState] = []
        self.clock = clock or FakeClock()
        plan = plan_of(journal, medium, moves=moves)
        if real_devices:
            plan = replace(plan, device_of=lambda folder: folder.stat().st_dev)
        self.mirror = MirrorWriter(
            plan,
            records=len(going_on.lines) if going_on else 0,
            clock=self.clock,
            told=self.told.append,
            retry_ms=RETRY_MS,
            open_copy=open_copy,
        )
        self.mirror.start()
        self.store = JournalStore(journal, KEY)
        if going_on is None:
            self.store.begin(SESSION)
        ports = WriterPorts(
            clock=self.clock, sign_checkpoint=sign, perform=lambda _session, _effect: None, copy=self.mirror
        )
        self.writer = JournalWriter(
            self.store,
            ports,
            session=going_on.session if going_on else None,
            head=going_on.head if going_on else CHAIN_START,
            name="test",
        )
        self.writer.start()
        if going_on is None:
            for event in (Opened(plan=session_plan(), proctor=PROCTOR), *TO_SECTION, ItemPresented(item=ITEM)):
                self.writer.apply(event)

    def answer(self, *values: str) -> None:
        for value in values:
            self.writer.apply(answered(value))

    def until(self, wanted: Callable[[MirrorState], bool]) -> MirrorState:
        """Wait until the mirror is in a state, and return it."""
        waiting = threading.Event()
        for _ in range(int(SOON_S * 100)):
            state = self.mirror.state
            if wanted(state):
                return state
            waiting.wait(0.01)
        raise AssertionError(f"it stayed {self.mirror.state}")

    def until_in_step(self) -> None:
        self.until(lambda state: state.phase is MirrorPhase.IN_STEP)

    def close(self) -> MirrorState:
        self.writer.close()
        return self.mirror.state


@contextlib.contextmanager
def sitting(journal: Path, medium: Path, **more: object) -> Iterator[Sitting]:
    made = Sitting(journal, medium, **more)  # type: ignore[arg-type] # what Sitting takes
    try:
        yield made
    finally:
        made.close()


def copies(medium: Path) -> list[Path]:
    """The folders of copies on a medium, by name."""
    return sorted(mirrors_of(medium).iterdir())


def copied(folder: Path) -> CheckedJournal:
    """What a copy holds, checked as another seat checks it."""
    return check(folder)


def refuse_difference(journal: Path, copy: Path) -> CheckedJournal:
    """Check that a copy holds what the journal holds, to the byte of every record and checkpoint."""
    here, there = check(journal), check(copy)
    assert there == here
    return here
