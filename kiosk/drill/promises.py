"""What a seat has told people: the marks that a recorded program writes, and what they add up to.

Owns the marks' form. A mark is written the moment something is acknowledged, never before; ``trying`` and ``erasing`` are the
exceptions, which say what is about to be done on purpose. Refuses to know how a promise is checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from exam_packages.ids import Digest, ItemId, ProctorId, ResponseId, SessionId
from exam_packages.qti.model import Lexical
from kiosk.drill.errors import DrillError

Answers: TypeAlias = Mapping[tuple[ItemId, ResponseId], Lexical]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One session, as far as it was acknowledged.

    Attributes:
        records: how many records there are.
        answers: the value of each response.
        bundle: the sealed result; None before that was acknowledged.
    """

    records: int = 0
    answers: Answers = field(default_factory=dict)
    bundle: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """Everything that was acknowledged so far.

    Attributes:
        failures: wrong tries of each proctor that were answered.
        trying: a right PIN is being given; it may or may not have cleared the counters.
        erasing: results may be erased now, where a receipt allows it.
        floor: the time that signed documents have proven to be over, UTC in milliseconds.
    """

    packages: frozenset[Digest] = frozenset()
    floor: int = 0
    failures: Mapping[ProctorId, int] = field(default_factory=dict)
    trying: bool = False
    sittings: Mapping[SessionId, Sitting] = field(default_factory=dict)
    exported: frozenset[Digest] = frozenset()
    receipts: frozenset[Digest] = frozenset()
    erasing: bool = False
    erased: frozenset[Digest] = frozenset()


NOTHING: Final = Promised()

Mark: TypeAlias = dict[str, object]


def imported(packages: Iterable[Digest], floor: int) -> Mark:
    """A stick was taken in."""
    return {"mark": "imported", "packages": sorted(packages), "floor": floor}


def refused(proctor: ProctorId, failures: int) -> Mark:
    """A wrong PIN was answered; so many were."""
    return {"mark": "refused", "proctor": proctor, "failures": failures}


def trying() -> Mark:
    """The right PIN is about to be given."""
    return {"mark": "trying"}


def unlocked() -> Mark:
    """The right PIN was answered."""
    return {"mark": "unlocked"}


def saved(session: SessionId, records: int, answers: Iterable[tuple[ItemId, ResponseId, Lexical]]) -> Mark:
    """A record was acknowledged; these answers changed with it."""
    changed = [[item, response, list(value)] for item, response, value in answers]
    return {"mark": "saved", "session": session, "records": records, "answers": changed}


def sealed(session: SessionId, bundle: Digest) -> Mark:
    """A result was sealed."""
    return {"mark": "sealed", "session": session, "bundle": bundle}


def exported(bundles: Iterable[Digest]) -> Mark:
    """The stick may be pulled out: these results are on it."""
    return {"mark": "exported", "bundles": sorted(bundles)}


def receipted(bundles: Iterable[Digest], floor: int) -> Mark:
    """The office's receipts for these results were taken in."""
    return {"mark": "receipted", "bundles": sorted(bundles), "floor": floor}


def erasing() -> Mark:
    """Erasing is about to begin."""
    return {"mark": "erasing"}


def erased(bundles: Iterable[Digest]) -> Mark:
    """These results were erased."""
    return {"mark": "erased", "bundles": sorted(bundles)}


def encode_mark(mark: Mark) -> bytes:
    """Return a mark as a line."""
    return json.dumps(mark, ensure_ascii=False).encode("utf-8") + b"\n"


def after(promised: Promised, line: str) -> Promised:
    """Return what is promised after one more mark.

    Raises:
        DrillError: the line is no mark.
    """
    mark = json.loads(line)
    match mark:
        case {"mark": "imported", "packages": packages, "floor": floor}:
            return replace(promised, packages=promised.packages | set(packages), floor=max(promised.floor, floor))
        case {"mark": "refused", "proctor": proctor, "failures": failures}:
            return replace(promised, failures={**promised.failures, proctor: failures})
        case {"mark": "trying"}:
            return replace(promised, trying=True)
        case {"mark": "unlocked"}:
            return replace(promised, trying=False, failures={})
        case {"mark": "saved", "session": session, "records": records, "answers": answers}:
            return _saved(promised, session, records, answers)
        case {"mark": "sealed", "session": session, "bundle": bundle}:
            sitting = replace(promised.sittings[session], bundle=Digest(bundle))
            return replace(promised, sittings={**promised.sittings, session: sitting})
        case {"mark": "exported", "bundles": bundles}:
            return replace(promised, exported=promised.exported | set(bundles))
        case {"mark": "receipted", "bundles": bundles, "floor": floor}:
            receipts = promised.receipts | set(bundles)
            return replace(promised, receipts=receipts, floor=max(promised.floor, floor))
        case {"mark": "erasing"}:
            return replace(promised, erasing=True)
        case {"mark": "erased", "bundles": bundles}:
            return replace(promised, erased=promised.erased | set(bundles))
        case _:
            raise DrillError(f"the recording holds a mark that the drill does not know: {line[:80]}")


def _saved(promised: Promised, session: SessionId, records: int, answers: list[list[Any]]) -> Promised:
    before = promised.sittings.get(session, Sitting())
    changed = {
        (ItemId(item), ResponseId(response)): tuple(str(text) for text in value) for item, response, value in answers
    }
    sitting = replace(before, records=records, answers={**before.answers, **changed})
    return replace(promised, sittings={**promised.sittings, session: sitting})
