"""Journals for tests: written through the real writer, or damaged by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from exam_packages.ids import Digest, SessionId, UtcMs
from exam_packages.records import CHAIN_START
from exam_packages.results import Checkpoint as SignedCheckpoint
from exam_packages.results import build_checkpoint
from exam_packages.session_events import Event, Opened, SessionPlan
from kiosk.journal import database
from kiosk.journal.checking import CheckedJournal, check_journal
from kiosk.journal.store import DATABASE_NAME, JournalStore
from kiosk.journal.writer import JournalWriter, WriterPorts
from kiosk.session import Effect, Session
from signing.keys import SigningKey, generate_signing_key
from tests.kiosk.session.plans import PROCTOR, plan
from tests.simulators.clock import FakeClock

KEY = bytes(range(32))
OTHER_KEY = bytes(32)
SEAT_KEY: SigningKey = generate_signing_key()
SESSION = SessionId("01M3250V007ZB7EDAGX9CD8NQZ")


class Desk:
    """A writer on a folder, with a clock that stands still and a list of what was asked of the world."""

    def __init__(self, folder: Path, *, of: SessionPlan | None = None, going_on: CheckedJournal | None = None) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.clock = FakeClock()
        self.asked: list[Effect] = []
        self.store = JournalStore(folder, KEY)
        if going_on is None:
            self.store.begin(SESSION)
        ports = WriterPorts(clock=self.clock, sign_checkpoint=sign, perform=self._perform)
        self.writer = JournalWriter(
            self.store,
            ports,
            session=going_on.session if going_on else None,
            head=going_on.head if going_on else CHAIN_START,
            name="test",
        )
        self.writer.start()
        if going_on is None:
            self.writer.apply(Opened(plan=of or plan(), proctor=PROCTOR))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.writer.close()

    def all(self, events: Iterable[Event], *, each_ms: int = 0) -> Session:
        """Let events happen, each so long after the one before."""
        for event in events:
            self.clock.advance(each_ms)
            self.writer.apply(event)
        return self.writer.session

    def _perform(self, _session: Session, effect: Effect) -> None:
        self.asked.append(effect)


def sign(records: int, head: bytes, wall: UtcMs) -> bytes:
    checkpoint = SignedCheckpoint(session=SESSION, records=records, head=Digest(head.hex()), wall=wall)
    return build_checkpoint(checkpoint, SEAT_KEY)


def check(folder: Path, key: bytes = KEY) -> CheckedJournal:
    return check_journal(folder, session=SESSION, key=key, verify_key=SEAT_KEY.public_key)


def fingerprints(folder: Path) -> dict[str, str]:
    """Digests of all files of a folder: to see that nothing was touched."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def tamper(folder: Path, *statements: str, values: tuple[Any, ...] = ()) -> None:
    """Change a journal as somebody who has its key could."""
    connection = database.connect(folder / DATABASE_NAME, KEY)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        connection.execute(statement, values)
    connection.close()


def as_first_version(folder: Path) -> None:
    """Give a journal the form in which the first version of the program wrote it."""
    connection = database.connect(folder / DATABASE_NAME, KEY)
    schema = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    connection.executescript(
        """
        BEGIN IMMEDIATE;
        DROP TRIGGER event_stays; DROP TRIGGER event_is_kept;
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY CHECK (id = 0),
            n INTEGER NOT NULL, wall INTEGER NOT NULL, boot TEXT NOT NULL, phase TEXT NOT NULL
        ) STRICT;
        INSERT INTO audit SELECT 0, n, wall, boot, phase FROM event ORDER BY n DESC LIMIT 1;
        ALTER TABLE event RENAME TO event_now;
        CREATE TABLE event (
            n INTEGER PRIMARY KEY, record BLOB NOT NULL, head BLOB NOT NULL CHECK (length(head) = 32)
        ) STRICT;
        INSERT INTO event SELECT n, record, head FROM event_now;
        DROP TABLE event_now;
        UPDATE about SET format = 'testing-center-kiosk/journal/v1';
        COMMIT;
        """
    )
    for name, statement in schema:
        if name.startswith("event_"):
            connection.execute(statement)
    connection.close()
