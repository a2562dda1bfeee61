"""What an inspection says: values, and collecting them.

Owns the shape of an explanation and its JSON. Refuses to know artefacts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from exam_packages.grants import Grant
from exam_packages.ids import Digest, SiteId, UtcMs
from exam_packages.registrations import SiteRegistration
from exam_packages.releases import Release
from signing.canonical import JsonValue
from signing.errors import Layer, Refused
from signing.hpke import ContentKey
from signing.keys import VerifyKey, fingerprint
from signing.trust import Role, Trust

_Value = TypeVar("_Value")


class ArtefactKind(Enum):
    """What a file is."""

    DELIVERY_PACKAGE = "exam-package"
    SCORING_PACKAGE = "scoring-package"
    RESULT = "result"
    RECEIPT = "receipt"
    GRANT = "grant"
    RELEASE = "release"
    RELEASE_SHARE = "release-share"
    ROSTER = "roster"
    SITE_REQUEST = "site-request"
    SITE_REGISTRATION = "site-registration"
    SEAT_REQUEST = "seat-request"
    SEAT_CERTIFICATE = "seat-certificate"
    SEAT_LIST = "seat-list"
    PROCTOR_FILE = "proctor-file"
    SITE_POLICY = "site-policy"
    REVOCATIONS = "revocations"
    CHECKPOINT = "journal-checkpoint"
    SEAT_MARK = "seat-mark"
    KEPT_RESULTS = "kept-results"
    SESSION_KEY = "session-key"
    KEY_FILE = "key-file"
    UNKNOWN = "unknown"


class CheckOutcome(Enum):
    """What one check came to."""

    PASSED = "passed"
    REFUSED = "refused"
    NOT_CHECKED = "not-checked"
    """What it takes was not at hand; the detail says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    outcome: CheckOutcome
    detail: str = ""
    layer: Layer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerFact:
    """A key that is said to have signed. ``who`` is empty where nothing at hand knows the key."""

    key_id: str
    fingerprint: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is at hand to judge an artefact with; everything may be missing.

    Attributes:
        trust: whom to believe.
        site: the own site, where there is one.
        registrations: verified registrations of sites.
        content_keys: private content keys: a site's, scoring's.
        grants, releases: verified, to open packages with.
        now: wall time, to say what is expired; None says nothing about that.
    """

    trust: Trust | None = None
    site: SiteId | None = None
    registrations: tuple[SiteRegistration, ...] = ()
    content_keys: tuple[ContentKey, ...] = ()
    grants: tuple[Grant, ...] = ()
    releases: tuple[Release, ...] = ()
    now: UtcMs | None = None

    def registration(self, site: SiteId) -> SiteRegistration | None:
        """Return the registration of a site, if it is at hand."""
        return next((each for each in self.registrations if each.site == site), None)

    def content_key(self, key_ids: tuple[str, ...]) -> ContentKey | None:
        """Return the private key of one of some public ones, if it is at hand."""
        return next((key for key in self.content_keys if key.public.key_id in key_ids), None)

    def who(self, key_id: str) -> SignerFact:
        """Say whose a key is, as far as that is known."""
        roles = [(role, key) for role, key in self._role_keys() if key.keyid == key_id]
        if roles:
            names = ", ".join(role.value for role, _ in roles)
            return SignerFact(key_id=key_id, fingerprint=fingerprint(roles[0][1]), who=f"role {names}")
        for registration in self.registrations:
            if registration.signing_key.keyid == key_id:
                mark = fingerprint(registration.signing_key)
                return SignerFact(key_id=key_id, fingerprint=mark, who=f"site {registration.site}")
        return SignerFact(key_id=key_id, fingerprint="", who="")

    def _role_keys(self) -> list[tuple[Role, VerifyKey]]:
        if self.trust is None:
            return []
        return [(role, key) for role in Role for key in self.trust.keys(role).keys]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a file is, and whether it holds.

    Attributes:
        kind: what it is.
        place: the file, for people.
        digest: SHA-256 of the file.
        size: in bytes.
        facts: pairs of a stable name and a text.
        signers: who is said to have signed.
        checks: what was looked at, in order.
    """

    kind: ArtefactKind
    place: str
    digest: Digest
    size: int
    facts: tuple[tuple[str, str], ...]
    signers: tuple[SignerFact, ...]
    checks: tuple[Check, ...]

    @property
    def refused(self) -> Check | None:
        """The first check that refused; None where nothing did."""
        return next((check for check in self.checks if check.outcome is CheckOutcome.REFUSED), None)

    @property
    def verified(self) -> bool:
        """Whether nothing refused and the signatures were judged; what is sealed to others may stay unopened."""
        unjudged = any(check.name == "signatures" and check.outcome is not CheckOutcome.PASSED for check in self.checks)
        return self.refused is None and not unjudged

    def to_json(self) -> dict[str, JsonValue]:
        """Return it for programs."""
        return {
            "checks": [_check_json(check) for check in self.checks],
            "digest": self.digest,
            "facts": dict(self.facts),
            "kind": self.kind.value,
            "place": self.place,
            "signers": [
                {"fingerprint": signer.fingerprint, "key": signer.key_id, "who": signer.who} for signer in self.signers
            ],
            "size": self.size,
            "refused": self.refused is not None,
            "verified": self.verified,
        }


@dataclass(slots=True, kw_only=True)
class Findings:
    """Collects facts, signers and checks while an artefact is looked at."""

    context: Context
    place: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    signers: list[SignerFact] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    def fact(self, name: str, value: object) -> None:
        """Note something for people."""
        self.facts.append((name, str(value)))

    def signed_by(self, key_ids: tuple[str, ...]) -> None:
        """Note who is said to have signed."""
        self.signers.extend(self.context.who(key_id) for key_id in key_ids)

    def check(self, name: str, look: Callable[[], _Value]) -> _Value | None:
        """Do one check; a refusal is noted and gives None."""
        try:
            value = look()
        except Refused as refusal:
            detail = f"{refusal.place}: {refusal.message}"
            self.checks.append(Check(name=name, outcome=CheckOutcome.REFUSED, detail=detail, layer=refusal.layer))
            return None
        self.checks.append(Check(name=name, outcome=CheckOutcome.PASSED))
        return value

    def skip(self, name: str, why: str) -> None:
        """Note that a check could not be done."""
        self.checks.append(Check(name=name, outcome=CheckOutcome.NOT_CHECKED, detail=why))


def _check_json(check: Check) -> JsonValue:
    return {
        "detail": check.detail,
        "layer": None if check.layer is None else check.layer.value,
        "name": check.name,
        "outcome": check.outcome.value,
    }
