"""One candidate at one exam, durable: the journal's writer with the exam's content beside it.

Owns what belongs together while a session runs. Refuses to know how sessions are found and opened (``day``) and pixels.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from exam_packages.ids import Digest, ItemId, SectionId, UtcMs
from exam_packages.qti.model import AssessmentItem, Exam
from exam_packages.qti.shuffling import shuffled
from exam_packages.qti.validity import Fault, faults
from exam_packages.results import Checkpoint, build_checkpoint
from exam_packages.session_events import AttemptSubmitted, Event, ItemPresented, SectionEnded, SessionPlan
from kiosk.clock import Clock
from kiosk.errors import StorageFault
from kiosk.journal.store import JournalStore
from kiosk.journal.writer import Done, JournalWriter, Listener, WriterPorts
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.policy import preset_of
from kiosk.mirror.state import OFF, MirrorState
from kiosk.mirror.writing import MirrorWriter
from kiosk.seat.facts import SealedBundle
from kiosk.seat.holdings import OpenExam
from kiosk.seat.sealing import head_code
from kiosk.session import Effect, EventNotAllowed, SealResult, Session, Why
from kiosk.session.route import Route
from signing.keys import SigningKey


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionServices:
    """What a running session uses of its seat.

    Attributes:
        seal: seals the session whose journal has just been closed.
        mirror: writes the session's second copy; None where the seat keeps none. It is started with the session.
        note: notes outside the session's folder how many records are committed, and their head. It never raises.
    """

    clock: Clock
    seat_key: SigningKey
    seal: Callable[[], SealedBundle]
    note: Callable[[int, bytes], None]
    mirror: MirrorWriter | None = None


class RunningSession:
    """A session that is open.

    Attributes:
        exam: what is delivered; read from the verified package, holds no answers.
        plan: what was fixed before the session began.
    """

    def __init__(
        self,
        opened: OpenExam,
        plan: SessionPlan,
        store: JournalStore,
        *,
        session: Session | None,
        head: bytes,
        services: SessionServices,
    ) -> None:
        self.exam: Exam = opened.exam
        self.plan = plan
        self._refs = {ref.identifier: ref for ref in opened.exam.test.item_refs()}
        self._items: dict[ItemId, AssessmentItem] = {}
        self._route = Route(opened.exam, plan)
        self._opened = opened
        self._services = services
        self._bundle: SealedBundle | None = None
        self._seal_error: Exception | None = None
        self._sealed = threading.Event()
        self._closing = threading.Lock()
        self._closed = False
        ports = WriterPorts(
            clock=services.clock,
            sign_checkpoint=self._sign,
            perform=self._perform,
            check=self._check,
            copy=services.mirror,
        )
        self._store = store
        self._writer = JournalWriter(store, ports, session=session, head=head, name=plan.session)
        self._writer.subscribe(self._watch)
        if services.mirror is not None:
            services.mirror.start()
        self._writer.start()

    @property
    def demanded(self) -> Preset:
        """What the exam demands of lockdown."""
        return preset_of(self._opened.contents.manifest.lockdown)

    @property
    def is_closed(self) -> bool:
        """True after ``close`` has come to its end: nothing writes or reads the session's files any more."""
        return self._closed

    @property
    def session(self) -> Session:
        """The session as last committed."""
        return self._writer.session

    @property
    def fault(self) -> StorageFault | None:
        """Why nothing is accepted any more; None while all is well."""
        return self._writer.fault

    @property
    def mirror(self) -> MirrorState:
        """How the second copy is doing, now. It changes by itself; whoever shows it asks again."""
        mirror = self._services.mirror
        return OFF if mirror is None else mirror.state

    @property
    def head_code(self) -> str:
        """The journal's head as a short code, for the candidate's receipt."""
        return head_code(self._writer.head)

    def item(self, item: ItemId) -> AssessmentItem:
        """Return an item with its choices in this candidate's order: the same one whenever the journal is opened.

        Raises:
            KeyError: no item of the form.
        """
        if item not in self._items:
            plain = self.exam.item(self._refs[item])
            # Plans of old have no seed, and were shown as written.
            self._items[item] = shuffled(plain, self.plan.seed, item) if self.plan.seed else plain
        return self._items[item]

    def next_item(self, session: Session) -> ItemId | None:
        """Return what comes after the item on the screen, by the form's rules; None where the section ends.

        Raises:
            ScoringRefused: a response does not fit its item.
        """
        return self._route.next_item(session)

    def next_section(self, session: Session) -> SectionId | None:
        """Return the section to enter next, by the form's rules; None where the candidate hands in.

        Raises:
            ScoringRefused: a response does not fit its item.
        """
        return self._route.next_section(session)

    def faults(self, session: Session, item: ItemId) -> tuple[Fault, ...]:
        """Return what an item's answers lack, where the form asks for valid ones; nothing for an item that is left out."""
        if not session.item_plan(item).control.validate_responses or not session.is_answered(item):
            return ()
        return faults(self.exam.item(self._refs[item]), session.answers.get(item, {}))

    def resource(self, path: str) -> bytes:
        """Return a picture or other file of the exam, verified.

        Raises:
            ContentRefused: there is none, or it is altered.
        """
        return self._opened.contents.read(path)

    def post(self, event: Event, done: Done) -> None:
        """Let an event happen. ``done`` is called on the writer thread, with the session and None once it is committed.

        Otherwise with the session as it still is, and the ``EventNotAllowed`` or ``StorageFault`` that says why.
        """
        self._writer.post(event, done)

    def apply(self, event: Event) -> Session:
        """Let an event happen and wait for it.

        Raises:
            EventNotAllowed: it cannot happen now.
            StorageFault: it could not be written.
        """
        return self._writer.apply(event)

    def settle(self) -> None:
        """Journal what time alone has brought by now, and wait for it. The writer does so by itself as time passes."""
        self._writer.settle()

    def subscribe(self, listener: Listener) -> None:
        """Have a listener called on the writer thread after every commit, also those that time alone brought."""
        self._writer.subscribe(listener)

    def remaining_ms(self) -> int | None:
        """Return what is left of the section's or the break's time, now; None where there is no limit."""
        return self._writer.remaining_ms()

    def unwritten_ms(self) -> int:
        """Return the time that has run since the last record, and is in no session yet; 0 while no clock runs."""
        return self._writer.unwritten_ms()

    def bundle(self) -> SealedBundle | None:
        """Return the sealed result; None before the session is over. Waits while it is being sealed.

        Raises:
            StorageFault: it could not be sealed; it is tried again when the seat is opened next.
        """
        if not self.session.is_over:
            return None
        self._sealed.wait()
        if self._seal_error is not None:
            raise self._seal_error
        return self._bundle

    def close(self) -> None:
        """Stop writing. A session that is not over can be resumed. Whoever closes it while it closes waits, too."""
        with self._closing:
            if self._closed:
                return
            try:
                self._writer.close()
            finally:
                self._opened.close()
                self._closed = True

    # -- on the writer thread --------------------------------------------------------------------------------------

    def _sign(self, records: int, head: bytes, wall: UtcMs) -> bytes:
        checkpoint = Checkpoint(session=self.plan.session, records=records, head=Digest(head.hex()), wall=wall)
        self._services.note(records, head)
        return build_checkpoint(checkpoint, self._services.seat_key)

    def _watch(self, session: Session) -> None:
        """After a fault nothing will be sealed any more: whoever waits for a bundle has to know."""
        del session
        fault = self._writer.fault
        if fault is not None and not self._sealed.is_set():
            self._seal_error = fault
            self._sealed.set()

    def _check(self, session: Session, event: Event) -> None:
        """Refuse to hand in, or to leave for good, an item whose response is not valid and has to be."""
        item = _given_up(session, event)
        if item is not None and item not in session.closed and self.faults(session, item):
            raise EventNotAllowed(f"the response to item {item} is not complete", session=session, why=Why.INVALID)

    def _perform(self, session: Session, effect: Effect) -> None:
        del session
        if not isinstance(effect, SealResult):
            return
        try:
            if self._services.mirror is not None:
                self._services.mirror.finish()
            self._store.close()
            self._bundle = self._services.seal()
        except Exception as error:
            self._seal_error = error
            raise
        finally:
            self._sealed.set()


def _given_up(session: Session, event: Event) -> ItemId | None:
    """Return the item that cannot be changed any more after an event."""
    section = session.section
    match event:
        case AttemptSubmitted():
            return event.item
        case ItemPresented() | SectionEnded() if section is not None and section.linear:
            same = isinstance(event, ItemPresented) and event.item == session.item
            return None if same else session.item
        case _:
            return None
