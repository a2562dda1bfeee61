"""What a seat says of itself after it has tried itself: the readiness certificate, and whether it will do.

Owns what the certificate says and the judging of one. Refuses to know how anything is tried (``kiosk.readiness``), and which
concerns there are: names are names here.

A certificate is the seat's own word, like a journal: it proves that the program whose files have this digest found this, at that
time, with this seat's key. What it is worth is for whoever demands it to say, so ``judge`` takes the demands.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from exam_packages.ids import Digest, SeatId, UtcMs
from exam_packages.signed_documents import name_of, read_document, refuse_unless, sign_document
from signing.canonical import JsonInput
from signing.errors import ContentRefused, FormRefused
from signing.fields import Fields
from signing.keys import KeySet, SigningKey, VerifyKey
from signing.labels import PayloadType

SEAT_NAME_MAX: Final = 64
NAME_MAX: Final = 64  # characters of the name of a check or a concern
TEXT_MAX: Final = 500  # characters of evidence
VERSION_MAX: Final = 64
PLATFORM_MAX: Final = 200
CHECKS_MAX: Final = 200
CONCERNS_MAX: Final = 100
CERTIFICATE_MAX_BYTES: Final = 512 * 1024
CLOCK_TOLERANCE_MS: Final = 10 * 60_000  # a clock that was set right since may say that it is not made yet


class CheckOutcome(Enum):
    """What came of one check."""

    OK = "ok"
    FAILED = "failed"
    NOT_POSSIBLE = "not-possible"
    """It could not be tried here, or nothing here can prevent it. Never as good as ``OK``."""


class ClaimedCapability(Enum):
    """What a seat does about a concern."""

    ENFORCED = "enforced"
    DETECT_ONLY = "detect-only"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckClaim:
    """One check.

    Attributes:
        check: its stable name, for example ``network/outside``.
        evidence: what was seen, in a sentence.
    """

    check: str
    outcome: CheckOutcome
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessCertificate:
    """A seat's word about itself.

    Attributes:
        seat: the site's name for it, for people; ``key`` says which one it is.
        key: id of the seat's signing key.
        made: wall time.
        platform: what it is locked down with, for people.
        version: of the program.
        program: SHA-256 over the program's files (``kiosk.lockdown.program_digest``).
        is_whole: every check was run, not only the quick ones.
        capabilities: by the name of the concern, in the order of the names.
        checks: in the order in which they were run.
    """

    seat: SeatId
    key: str
    made: UtcMs
    platform: str
    version: str
    program: Digest
    is_whole: bool
    capabilities: tuple[tuple[str, ClaimedCapability], ...]
    checks: tuple[CheckClaim, ...]


class ReadinessFault(Enum):
    """Why a certificate will not do."""

    TOO_OLD = "too-old"
    NOT_MADE_YET = "not-made-yet"
    """It was made later than now: one of the two clocks was wrong."""
    NOT_WHOLE = "not-whole"
    FAILED = "failed"
    """A check failed."""
    NOT_ENFORCED = "not-enforced"
    """A concern that has to be enforced is not."""
    OTHER_PROGRAM = "other-program"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessLack:
    """One thing that is not as demanded.

    Attributes:
        what: the check, the concern or the digest; empty where there is nothing more to say.
    """

    fault: ReadinessFault
    what: str = ""


def build_readiness(certificate: ReadinessCertificate, seat_key: SigningKey) -> bytes:
    """Write a certificate, signed by the seat."""
    body: dict[str, JsonInput] = {
        "capabilities": [
            {"capability": capability.value, "concern": concern} for concern, capability in certificate.capabilities
        ],
        "checks": [
            {"check": claim.check, "evidence": claim.evidence, "outcome": claim.outcome.value}
            for claim in certificate.checks
        ],
        "key": certificate.key,
        "made": certificate.made,
        "platform": certificate.platform,
        "program": certificate.program,
        "seat": certificate.seat,
        "version": certificate.version,
        "whole": certificate.is_whole,
    }
    return sign_document(body, PayloadType.READINESS, [seat_key])


def readiness_from_fields(fields: Fields) -> ReadinessCertificate:
    """Read the meaning of a certificate and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range, concerns out of order, a check that is there twice.
    """
    certificate = ReadinessCertificate(
        seat=SeatId(name_of(fields, "seat", max_length=SEAT_NAME_MAX)),
        key=fields.digest("key"),
        made=UtcMs(fields.integer("made")),
        platform=fields.text("platform", max_length=PLATFORM_MAX),
        version=fields.text("version", max_length=VERSION_MAX),
        program=Digest(fields.digest("program")),
        is_whole=fields.flag("whole"),
        capabilities=tuple(_capability(each) for each in fields.objects("capabilities", max_items=CONCERNS_MAX)),
        checks=tuple(_claim(each) for each in fields.objects("checks", max_items=CHECKS_MAX)),
    )
    fields.close()
    concerns = [concern for concern, _ in certificate.capabilities]
    in_order = concerns == sorted(set(concerns))
    place = f"{fields.place}.capabilities"
    refuse_unless(in_order, FormRefused, "are not in order, or one is there twice", place=place)
    checks = [claim.check for claim in certificate.checks]
    is_once = len(checks) == len(set(checks))
    refuse_unless(is_once, FormRefused, "has one twice", place=f"{fields.place}.checks")
    return certificate


def open_readiness(untrusted: bytes, *, key: VerifyKey, place: str = "readiness certificate") -> ReadinessCertificate:
    """Open a seat's readiness certificate.

    Args:
        untrusted: the file.
        key: the key of the seat whose certificate it has to be.
        place: where the file comes from, for refusals.

    Raises:
        Refused: form, signature, threshold (of another seat), content (names another key than the one it is signed with).
    """
    document = read_document(untrusted, PayloadType.READINESS, place=place, max_bytes=CERTIFICATE_MAX_BYTES)
    certificate = readiness_from_fields(document.verified_by(KeySet(keys=(key,), threshold=1)))
    refuse_unless(certificate.key == key.keyid, ContentRefused, "names another key than its own", place=place)
    return certificate


def judge(
    certificate: ReadinessCertificate,
    *,
    now: UtcMs,
    max_age_ms: int,
    required: Collection[str] = (),
    program: Digest | None = None,
) -> tuple[ReadinessLack, ...]:
    """Return what a certificate lacks; nothing where it will do.

    Args:
        certificate: an opened one.
        now: the time to go by.
        max_age_ms: how old it may be.
        required: names of concerns that have to be enforced.
        program: digest of the program that has to have made it; None where any may.
    """
    lacks: list[ReadinessLack] = []
    if certificate.made > now + CLOCK_TOLERANCE_MS:
        lacks.append(ReadinessLack(fault=ReadinessFault.NOT_MADE_YET))
    elif now - certificate.made > max_age_ms:
        lacks.append(ReadinessLack(fault=ReadinessFault.TOO_OLD))
    if not certificate.is_whole:
        lacks.append(ReadinessLack(fault=ReadinessFault.NOT_WHOLE))
    if program is not None and certificate.program != program:
        lacks.append(ReadinessLack(fault=ReadinessFault.OTHER_PROGRAM, what=certificate.program))
    failed = [claim.check for claim in certificate.checks if claim.outcome is CheckOutcome.FAILED]
    lacks += [ReadinessLack(fault=ReadinessFault.FAILED, what=check) for check in failed]
    open_ones = _not_enforced(certificate.capabilities, required)
    return (*lacks, *(ReadinessLack(fault=ReadinessFault.NOT_ENFORCED, what=concern) for concern in open_ones))


def _not_enforced(claims: Sequence[tuple[str, ClaimedCapability]], required: Collection[str]) -> list[str]:
    enforced = {concern for concern, capability in claims if capability is ClaimedCapability.ENFORCED}
    return sorted(set(required) - enforced)


def _capability(fields: Fields) -> tuple[str, ClaimedCapability]:
    entry = (name_of(fields, "concern", max_length=NAME_MAX), fields.choice("capability", ClaimedCapability))
    fields.close()
    return entry


def _claim(fields: Fields) -> CheckClaim:
    claim = CheckClaim(
        check=fields.text("check", max_length=NAME_MAX),
        outcome=fields.choice("outcome", CheckOutcome),
        evidence=fields.text("evidence", min_length=0, max_length=TEXT_MAX),
    )
    fields.close()
    return claim
