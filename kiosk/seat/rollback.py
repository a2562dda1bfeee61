"""A seat that is older than it once was: telling it, and what is known of what is missing. Pure.

Owns the comparison of a mark's number with the marks a seat knows, the named state and its encoding, and after which number
results go on once somebody has accepted it. Refuses to know where marks come from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from exam_packages.ids import Digest, SessionId, UtcMs
from exam_packages.signed_documents import session_of
from signing.canonical import JsonInput, decode, encode
from signing.fields import Fields

ROLLBACK_MAX_BYTES: Final = 1024 * 1024
SESSIONS_MAX: Final = 2_000
REASON_MAX: Final = 500  # characters of why somebody accepts it
WHO_MAX: Final = 200  # characters of who does


class RollbackSource(Enum):
    """What told that the seat is older than it once was."""

    STICK = "stick"
    """A mark of this seat on a stick."""
    OFFICE = "office"
    """The office's list of results it has, in a drop."""
    CODE = "code"
    """A code that somebody had noted."""
    JOURNAL = "journal"
    """The seat's own notes: one session's folder is older than they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostAnswers:
    """What is missing of one session.

    Attributes:
        known: this seat knows the session; otherwise all of it is missing.
        records: how many records of its journal are missing.
        answers: how many questions were answered and are not here.
    """

    session: SessionId
    known: bool
    records: int
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """The named state: what this seat had, and has not.

    Attributes:
        source: what told first.
        found: wall time of that.
        made: when what is missing was noted, by the seat's clock then; None where that is not known.
        results: sealed results that are missing here.
        sessions: what is missing of sessions, by id.
        mark: number of the newest mark that this seat gave and does not know; 0 where none told.
        bundles: number of the last result that it sealed, as far as is known.
        bundle: that result's digest; None where only a code told.
    """

    source: RollbackSource
    found: UtcMs
    made: UtcMs | None
    results: int
    sessions: tuple[LostAnswers, ...]
    mark: int
    bundles: int
    bundle: Digest | None

    @property
    def answers(self) -> int:
        """How many answered questions are missing, in all sessions."""
        return sum(entry.answers for entry in self.sessions)

    def joined(self, later: Rollback) -> Rollback:
        """Return what is known after one more source has told."""
        sessions = {entry.session: entry for entry in self.sessions}
        for entry in later.sessions:
            before = sessions.get(entry.session)
            if before is None or (before.records, before.answers) < (entry.records, entry.answers):
                sessions[entry.session] = entry
        last = max((self, later), key=lambda told: (told.bundles, told.bundle is not None))
        times = [made for made in (self.made, later.made) if made is not None]
        return replace(
            self,
            made=max(times, default=None),
            results=max(self.results, later.results),
            sessions=tuple(sessions[session] for session in sorted(sessions)[-SESSIONS_MAX:]),
            mark=max(self.mark, later.mark),
            bundles=last.bundles,
            bundle=last.bundle,
        )


class Standing(Enum):
    """What a mark of this seat is to the seat as it is now."""

    NEWEST = "newest"
    """The last one it made."""
    EARLIER = "earlier"
    """One it made before: the seat is newer than it."""
    SETTLED = "settled"
    """Unknown, and of what somebody has accepted as lost."""
    LOST = "lost"
    """Unknown: the seat was put back to a state from before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMarks:
    """The marks a seat knows.

    Attributes:
        newest: number of the last; 0 before the first.
        settled: unknown ones up to this number were accepted as lost.
        digest: the digest of the mark with a number; None where it knows none.
    """

    newest: int
    settled: int
    digest: Callable[[int], Digest | None]

    def standing(self, number: int, fits: Callable[[Digest], bool]) -> Standing:
        """Say what a mark is, of which it is proven that this seat gave it.

        Args:
            number: of the mark.
            fits: tells whether a digest is that of the mark.
        """
        known = self.digest(number)
        if known is not None and fits(known):
            return Standing.NEWEST if number == self.newest else Standing.EARLIER
        # Also a number that is taken by another mark: the seat was put back, and went on before anybody noticed.
        return Standing.SETTLED if number <= self.settled else Standing.LOST


@dataclass(frozen=True, slots=True, kw_only=True)
class LastResult:
    """The result after which numbers go on. ``bundle`` is None before the first."""

    number: int
    bundle: Digest | None


def going_on_after(own: LastResult, settled: LastResult) -> LastResult:
    """Return after which result the next one is sealed: the last one here, or the last one that is known of outside."""
    if settled.number == 0 or own.number > settled.number:
        return own
    return replace(settled, bundle=settled.bundle or own.bundle)


def encode_rollback(rollback: Rollback) -> str:
    """Return the one form in which the state is kept."""
    body: dict[str, JsonInput] = {
        "bundles": rollback.bundles,
        "found": rollback.found,
        "mark": rollback.mark,
        "results": rollback.results,
        "sessions": [
            {"answers": entry.answers, "known": entry.known, "records": entry.records, "session": entry.session}
            for entry in rollback.sessions
        ],
        "source": rollback.source.value,
    }
    if rollback.made is not None:
        body["made"] = rollback.made
    if rollback.bundle is not None:
        body["bundle"] = rollback.bundle
    return encode(body).decode("utf-8")


def decode_rollback(text: str) -> Rollback:
    """Read the state as it was kept.

    Raises:
        FormRefused: it is damaged.
    """
    place = "rollback"
    fields = Fields(decode(text.encode("utf-8"), place=place, max_bytes=ROLLBACK_MAX_BYTES), place)
    made, bundle = fields.optional_integer("made"), fields.optional_digest("bundle")
    rollback = Rollback(
        source=fields.choice("source", RollbackSource),
        found=UtcMs(fields.integer("found")),
        made=None if made is None else UtcMs(made),
        results=fields.integer("results"),
        sessions=tuple(_lost(entry) for entry in fields.objects("sessions", max_items=SESSIONS_MAX)),
        mark=fields.integer("mark"),
        bundles=fields.integer("bundles"),
        bundle=None if bundle is None else Digest(bundle),
    )
    fields.close()
    return rollback


def encode_last(last: LastResult) -> str:
    """Return the one form in which it is kept after which result numbers go on."""
    body: dict[str, JsonInput] = {"number": last.number}
    return encode(body if last.bundle is None else body | {"bundle": last.bundle}).decode("utf-8")


def decode_last(text: str | None) -> LastResult:
    """Read after which result numbers go on; nothing kept means that nothing was ever accepted.

    Raises:
        FormRefused: it is damaged.
    """
    if text is None:
        return LastResult(number=0, bundle=None)
    fields = Fields(decode(text.encode("utf-8"), place="numbering", max_bytes=ROLLBACK_MAX_BYTES), "numbering")
    bundle = fields.optional_digest("bundle")
    last = LastResult(number=fields.integer("number"), bundle=None if bundle is None else Digest(bundle))
    fields.close()
    return last


def _lost(fields: Fields) -> LostAnswers:
    entry = LostAnswers(
        session=SessionId(session_of(fields, "session")),
        known=fields.flag("known"),
        records=fields.integer("records"),
        answers=fields.integer("answers"),
    )
    fields.close()
    return entry
