"""Noticing that a seat is older than it once was, and letting it work again once an admin has accepted that.

Owns every comparison with what is kept outside: marks on sticks, the office's list in a drop, codes that people noted, and the
seat's own notes about a session's folder. The clock decides nothing. What is not this seat's, or is not signed, decides nothing
either: it is named and left alone. Refuses to know who may accept.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from exam_packages.ids import Digest, SessionId, SiteId, UtcMs
from exam_packages.opening import open_kept_results, open_seat_mark
from exam_packages.records import CHAIN_START, link
from exam_packages.results import ROLLBACK_ACCEPTED, ROLLBACK_FOUND, Incident
from exam_packages.seat_marks import MarkedSession, SeatMark
from exam_packages.signed_documents import file_digest
from kiosk.errors import Missing, NotReady, StorageFault
from kiosk.handover.stick import Stick, read_small
from kiosk.journal.checking import CheckedJournal
from kiosk.seat.facts import ImportedFile, ImportKind, ImportOutcome
from kiosk.seat.importing import KEPT_RESULTS, SITE_FACT
from kiosk.seat.mark_code import read_code
from kiosk.seat.marks import SETTLED_FACT, TIP_FACT, SeatMarks
from kiosk.seat.rollback import (
    REASON_MAX,
    WHO_MAX,
    LastResult,
    LostAnswers,
    Rollback,
    RollbackSource,
    Standing,
    decode_last,
    decode_rollback,
    encode_last,
    encode_rollback,
)
from kiosk.seat.sealing import NUMBERING_FACT, ROLLED_BACK_FACT, last_result
from signing.errors import FormRefused, Refused
from signing.keys import VerifyKey


class CodeVerdict(Enum):
    """What a code says about the seat as it is now."""

    SAME = "same"
    """The seat is as it was when it gave the code."""
    NEWER = "newer"
    """The seat has gone on since."""
    SETTLED = "settled"
    """The code is of what somebody has accepted as lost."""
    ROLLED_BACK = "rolled-back"
    """The seat gave this code and does not know it any more."""
    NOT_OURS = "not-ours"
    """Another seat's, made up, or with a wrong number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackWatch:
    """Compares one seat with what is kept outside."""

    marks: SeatMarks

    # -- the state -----------------------------------------------------------------------------------------------------

    def found(self) -> Rollback | None:
        """Return what is known to be missing; None while the seat is as new as it ever was, as far as it knows."""
        text = self.marks.state.facts.get(ROLLED_BACK_FACT)
        if text is None:
            return None
        try:
            return decode_rollback(text)
        except Refused:  # the state stands all the same
            return self._rollback(RollbackSource.JOURNAL)

    def refuse_rolled_back(self) -> None:
        """Check that nothing is known to be missing.

        Raises:
            NotReady: the seat is older than it once was, and nobody has accepted it.
        """
        if self.found() is not None:
            raise NotReady(
                Missing.ROLLED_BACK,
                "this seat is older than it once was: something it had is not here. Use another seat and hand this one to"
                " the admin (kiosk seat status says what is missing)",
            )

    # -- what tells ----------------------------------------------------------------------------------------------------

    def look_at_stick(self, stick: Stick) -> tuple[ImportedFile, ...]:
        """Compare with the marks on a stick.

        Returns:
            The marks that are not this seat's: other seats', or forged.

        Raises:
            StickFault: the stick cannot be read.
            StorageFault: what was found cannot be written down.
        """
        foreign: list[ImportedFile] = []
        for path in _mark_files(stick):
            try:
                untrusted = read_small(path)
                mark = open_seat_mark(untrusted, key=self._key, place=path.name)
            except Refused:
                foreign.append(ImportedFile(kind=ImportKind.MARK, name=path.name, outcome=ImportOutcome.NOT_OURS))
                continue
            if self.marks.own().standing(mark.number, file_digest(untrusted).__eq__) is Standing.LOST:
                self._note(self._rollback_of(mark))
        return tuple(foreign)

    def look_at_office(self) -> None:
        """Compare with the list of results in the last drop that was imported."""
        state = self.marks.state
        document, site = state.documents.get(KEPT_RESULTS), state.facts.get(SITE_FACT)
        if document is None or site is None:
            return
        try:
            kept = open_kept_results(document.body, trust=self.marks.holdings.trust(), site=SiteId(site))
        except (NotReady, Refused):  # no longer signed by anybody who may
            return
        entry = kept.seat(self._key.keyid)
        if entry is None or entry.number <= decode_last(state.facts.get(NUMBERING_FACT)).number:
            return
        here = {row.number: row.digest for row in state.outbox.all()}
        if here.get(entry.number) != entry.bundle:
            missing = max(0, entry.number - max(here, default=0))
            self._note(
                self._rollback(RollbackSource.OFFICE, results=missing, bundles=entry.number, bundle=entry.bundle)
            )

    def look_at_journal(self) -> None:
        """Compare the journal of a session that was cut off with what the seat has noted of it."""
        for row in self.marks.state.sessions.all():
            if row.state == "open":
                noted = tuple(self._noted(row.session))
                if not noted:
                    continue
                with contextlib.suppress(StorageFault):  # a damaged one has its own way
                    lost = [_lost_of(entry, self.marks.files.check(row.session)) for entry, _ in noted]
                    missing = [entry for entry in lost if entry is not None]
                    if missing:
                        made = max(wall for _, wall in noted)
                        worst = max(missing, key=lambda entry: (entry.records, entry.answers))
                        self._note(self._rollback(RollbackSource.JOURNAL, made=made, sessions=(worst,)))

    def check_code(self, spoken: str) -> CodeVerdict:
        """Compare with a code that somebody noted.

        Raises:
            FormRefused: it is no code, or has a typing error.
        """
        code = read_code(spoken)
        if not code.is_of(self.marks.identity.mark_key):
            return CodeVerdict.NOT_OURS
        self.marks.refresh()
        match self.marks.own().standing(code.number, code.fits):
            case Standing.NEWEST:
                return CodeVerdict.SAME
            case Standing.EARLIER:
                return CodeVerdict.NEWER
            case Standing.SETTLED:
                return CodeVerdict.SETTLED
            case Standing.LOST:
                missing = max(0, code.bundles - last_result(self.marks.state).number)
                self._note(self._rollback(RollbackSource.CODE, results=missing, mark=code.number, bundles=code.bundles))
                return CodeVerdict.ROLLED_BACK

    # -- accepting -----------------------------------------------------------------------------------------------------

    def accept(self, reason: str, *, who: str) -> None:
        """Let the seat work again: marks and results go on after the numbers that are known to be taken.

        Args:
            reason: why, in words; it goes to the office with every result from now on.
            who: who accepts it; goes with it.

        Raises:
            NotReady: there is nothing to accept.
            FormRefused: no reason or nobody's name, or one that is too long: results could not be read with it.
            StorageFault: it could not be written; nothing has changed.
        """
        found = self.found()
        if found is None:
            raise NotReady(Missing.NO_ROLLBACK, "nothing is known to be missing here: there is nothing to accept")
        told, name = _said(reason, REASON_MAX, "reason"), _said(who, WHO_MAX, "by")
        state = self.marks.state
        with state.together():
            state.facts.put(SETTLED_FACT, str(max(found.mark, self.marks.own().settled)))
            numbering = decode_last(state.facts.get(NUMBERING_FACT))
            if found.bundles >= max(1, numbering.number):
                state.facts.put(NUMBERING_FACT, encode_last(LastResult(number=found.bundles, bundle=found.bundle)))
            state.facts.remove(ROLLED_BACK_FACT)
            state.facts.remove(TIP_FACT)
            self._log(ROLLBACK_ACCEPTED, f"{name}: {told} ({summary(found)})")
        self.marks.refresh()

    # -- inside --------------------------------------------------------------------------------------------------------

    @property
    def _key(self) -> VerifyKey:
        return self.marks.identity.signing_key.public_key

    def _note(self, found: Rollback) -> None:
        """Write the state down. Whatever tells more later is added to it."""
        before = self.found()
        known = found if before is None else before.joined(found)
        if known != before:
            state = self.marks.state
            with state.together():
                state.facts.put(ROLLED_BACK_FACT, encode_rollback(known))
                self._log(ROLLBACK_FOUND, summary(known))

    def _rollback(
        self,
        source: RollbackSource,
        *,
        made: UtcMs | None = None,
        results: int = 0,
        sessions: tuple[LostAnswers, ...] = (),
        mark: int = 0,
        bundles: int = 0,
        bundle: Digest | None = None,
    ) -> Rollback:
        return Rollback(
            source=source,
            found=self.marks.clock.utc_ms(),
            made=made,
            results=results,
            sessions=sessions,
            mark=mark,
            bundles=bundles,
            bundle=bundle,
        )

    def _rollback_of(self, mark: SeatMark) -> Rollback:
        return self._rollback(
            RollbackSource.STICK,
            made=mark.made,
            results=max(0, mark.bundles - last_result(self.marks.state).number),
            sessions=tuple(self._lost(mark)),
            mark=mark.number,
            bundles=mark.bundles,
            bundle=mark.bundle,
        )

    def _lost(self, mark: SeatMark) -> Iterator[LostAnswers]:
        """What of a mark's sessions is not here. What was erased here was erased by right."""
        state = self.marks.state
        for entry in mark.sessions:
            row, bundle = state.sessions.get(entry.session), state.outbox.of_session(entry.session)
            if row is None:
                yield LostAnswers(session=entry.session, known=False, records=entry.records, answers=entry.answers)
            elif row.state in ("open", "sealed") and (bundle is None or bundle.head != entry.head):
                with contextlib.suppress(StorageFault):
                    lost = _lost_of(entry, self.marks.files.check(entry.session))
                    if lost is not None:
                        yield lost

    def _noted(self, session: SessionId) -> Iterator[tuple[MarkedSession, UtcMs]]:
        """How far a session was, by the last mark and by what was noted while it ran."""
        with contextlib.suppress(Refused):
            newest = self.marks.newest()
            if newest is not None:
                yield from ((entry, newest.made) for entry in newest.sessions if entry.session == session)
        tip = self.marks.tip()
        if tip is not None and tip.session == session:
            # How many questions were answered is not noted with every checkpoint.
            yield MarkedSession(session=session, records=tip.records, head=tip.head, answers=0), tip.wall

    def _log(self, kind: str, note: str) -> None:
        self.marks.state.log.add(Incident(wall=self.marks.clock.utc_ms(), kind=kind, note=note))


def _said(text: str, longest: int, place: str) -> str:
    """Return what somebody said, in one line."""
    said = " ".join(text.split())
    if not 0 < len(said) <= longest:
        raise FormRefused(f"has to have from 1 to {longest} characters", place=place)
    try:
        said.encode("utf-8")
    except UnicodeEncodeError:
        raise FormRefused("holds half a character", place=place) from None
    return said


def _mark_files(stick: Stick) -> tuple[Path, ...]:
    with contextlib.suppress(FormRefused):  # too many of them: somebody's rubbish proves nothing
        return stick.mark_files()
    return ()


def summary(found: Rollback) -> str:
    """Return what is missing, for the log and the office."""
    records = sum(entry.records for entry in found.sessions)
    return (
        f"{found.results} results, {len(found.sessions)} sessions with {records} records and {found.answers} answers"
        f" are missing; told by {found.source.value}; last known mark {found.mark}, result {found.bundles}"
    )


def _lost_of(entry: MarkedSession, journal: CheckedJournal) -> LostAnswers | None:
    """What a journal lacks of what it had; None where it holds all of it."""
    if len(journal.lines) >= entry.records and _head_after(journal, entry.records).hex() == entry.head:
        return None
    return LostAnswers(
        session=entry.session,
        known=True,
        records=max(0, entry.records - len(journal.lines)),
        answers=max(0, entry.answers - journal.session.answered_count),
    )


def _head_after(journal: CheckedJournal, records: int) -> bytes:
    head = CHAIN_START
    for n, line in enumerate(journal.lines[:records]):
        head = link(n, head, line)
    return head
