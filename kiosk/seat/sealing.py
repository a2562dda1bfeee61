"""From a checked journal to a sealed bundle in the outbox, so that no crash loses or doubles one.

Owns the order: the bundle's file is in place first, then one transaction takes the number, notes the bundle and ends the session.
A file nobody noted is the leftover of a crash: its session is sealed again, and only then the leftover is removed. Refuses to
know why a session ended.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exam_packages.ids import Digest, SiteId, UtcMs
from exam_packages.results import ResultContent, ResultHeader, build_result, read_result
from exam_packages.signed_documents import file_digest
from kiosk.durable_file import clear_leftovers, remove_durably, write_durably
from kiosk.errors import Missing, NotReady, StorageFault, StorageFaultKind, storage_fault_of
from kiosk.journal.checking import CheckedJournal
from kiosk.seat import holdings as held
from kiosk.seat.facts import SealedBundle
from kiosk.seat.guarding import SessionLogs
from kiosk.seat.identity import SeatIdentity
from kiosk.seat.importing import SITE_FACT
from kiosk.seat.layout import SeatFolder
from kiosk.seat.rollback import LastResult, decode_last, going_on_after
from kiosk.seat.state import BundleRow, SeatState, SessionRow
from kiosk.seat.statements import for_bundle, taken_along
from signing import base32
from signing.errors import Refused
from signing.hpke import PUBLIC_KEY_BYTES, ContentPublicKey

ROLLED_BACK_FACT: Final = "rolled-back"
"""Stands while the seat is known to be older than it once was and nobody has accepted it: nothing is sealed then."""
NUMBERING_FACT: Final = "numbering"
"""After which result numbers go on at least, once somebody has accepted that the seat is older than it once was."""
_HEAD_CODE_BYTES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealer:
    """Seals sessions of one seat."""

    folder: SeatFolder
    state: SeatState
    identity: SeatIdentity
    logs: SessionLogs

    def seal(self, row: SessionRow, journal: CheckedJournal, *, wall: UtcMs) -> BundleRow:
        """Seal a session into the outbox. A session that is sealed already gives the bundle it has.

        Raises:
            StorageFault: it could not be written, or the seat is older than it once was; nothing has changed.
        """
        there = self.state.outbox.of_session(row.session)
        if there is not None:
            return there
        if self.state.facts.get(ROLLED_BACK_FACT) is not None:
            raise StorageFault(StorageFaultKind.ROLLED_BACK, self.folder.folder, "the next number may be taken already")
        last = last_result(self.state)
        header = self._header(journal, last, wall)
        lockdown = self.logs.collect(row.session, wall=wall)  # first: it may have something to say in the seat's log
        content = ResultContent(
            journal=journal.lines,
            incidents=self.state.log.for_bundle(row.session),
            checkpoints=journal.checkpoints,
            lockdown=lockdown,
            statements=for_bundle(self.folder, self.identity),
        )
        data = build_result(
            header, content, scoring_keys=recipients_of(row.recipients), seat_key=self.identity.signing_key
        )
        digest = file_digest(data)
        path = self.folder.bundle(digest)
        try:
            write_durably(path, data)
        except OSError as error:
            raise storage_fault_of(error, path) from error
        sealed = BundleRow(
            digest=digest,
            number=header.number,
            session=row.session,
            size=len(data),
            result_state=header.state,
            answer_count=journal.session.answered_count,
            head=header.head,
            sealed=wall,
        )
        self.state.outbox.add(sealed)
        taken_along(self.folder, content.statements)  # not before: what ended before the row did is sealed again
        return sealed

    def clear_unnoted(self) -> None:
        """Remove files of the outbox that no row knows, where another bundle of their session is noted: a crash between file
        and row left them. Any other stays: it may be all there is of a session.
        """
        known = {row.digest for row in self.state.outbox.all()}
        clear_leftovers(self.folder.outbox)
        for path in self.folder.outbox.glob("*.result"):
            if path.stem not in known and self._is_sealed_again(path):
                remove_durably(path)

    def _is_sealed_again(self, path: Path) -> bool:
        with contextlib.suppress(Refused):
            untrusted = read_result(path.read_bytes(), place=path.name)
            return self.state.outbox.of_session(untrusted.untrusted_header.session) is not None
        return False

    def facts_of(self, bundle: BundleRow, row: SessionRow) -> SealedBundle:
        """Return what is said about a sealed bundle."""
        return SealedBundle(
            digest=bundle.digest,
            path=self.folder.bundle(bundle.digest),
            size_bytes=bundle.size,
            session=row.session,
            exam_title=row.exam_title,
            candidate_name=row.candidate_name,
            answer_count=bundle.answer_count,
            head_code=head_code(bytes.fromhex(bundle.head)),
            result_state=bundle.result_state,
            sealed_at=bundle.sealed,
        )

    def _header(self, journal: CheckedJournal, last: LastResult, wall: UtcMs) -> ResultHeader:
        plan = journal.session.plan
        return ResultHeader(
            session=plan.session,
            appointment=plan.appointment,
            exam=plan.exam,
            form=plan.form,
            candidate=plan.candidate,
            package=plan.package,
            site=self._site(),
            seat=journal.session.seat,
            certificate=self._document(held.CERTIFICATE),
            registration=self._document(held.REGISTRATION),
            number=last.number + 1,
            previous=last.bundle,
            state=journal.session.result_state,
            records=len(journal.lines),
            head=Digest(journal.head.hex()),
            created=wall,
        )

    def _site(self) -> SiteId:
        site = self.state.facts.get(SITE_FACT)
        if site is None:
            raise NotReady(Missing.CERTIFICATE, "this seat has no certificate")
        return SiteId(site)

    def _document(self, kind: str) -> bytes:
        # As it came, unverified: a result must leave the seat even when the seat itself has been revoked meanwhile.
        document = self.state.documents.get(kind)
        if document is None:
            raise NotReady(Missing.CERTIFICATE, f"this seat has no {kind}")
        return document.body


def last_result(state: SeatState) -> LastResult:
    """Return the result after which the next one is sealed.

    Raises:
        FormRefused: what is kept of it is damaged.
    """
    row = state.outbox.last()
    own = LastResult(number=0, bundle=None) if row is None else LastResult(number=row.number, bundle=row.digest)
    return going_on_after(own, decode_last(state.facts.get(NUMBERING_FACT)))


def recipients_of(joined: bytes) -> tuple[ContentPublicKey, ...]:
    """Return the scoring keys noted with a session."""
    starts = range(0, len(joined), PUBLIC_KEY_BYTES)
    return tuple(ContentPublicKey.from_bytes(joined[start : start + PUBLIC_KEY_BYTES]) for start in starts)


def head_code(head: bytes) -> str:
    """Return the head of a journal as a short code for people: 80 bits in base32, ``XXXX-XXXX-XXXX-XXXX``."""
    text = base32.encode(head[:_HEAD_CODE_BYTES])
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
