"""The proctor file: who may unlock a seat of this site, and the verifiers of their PINs.

Owns what the file says, and what a PIN is bound to. Refuses to know how often a PIN may be tried: the seat counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from exam_packages.ids import ProctorId, SiteId, UtcMs
from exam_packages.signed_documents import TITLE_MAX, name_of, refuse_unless, sign_document
from signing import pin as pins
from signing.canonical import JsonInput
from signing.errors import FormRefused
from signing.fields import Fields
from signing.keys import SigningKey
from signing.labels import Label, PayloadType
from signing.pin import PinVerifier

PROCTORS_MAX: Final = 500


class ProctorRole(Enum):
    """What a PIN opens."""

    PROCTOR = "proctor"
    ADMIN = "admin"
    """Also the seat's admin page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proctor:
    """One person with a PIN."""

    proctor: ProctorId
    name: str
    role: ProctorRole
    verifier: PinVerifier


@dataclass(frozen=True, slots=True, kw_only=True)
class ProctorFile:
    """The proctors of a site.

    Attributes:
        site: whose file it is.
        number: counts the site's proctor files from 1; a seat refuses a lower one than it has.
        issued: wall time.
        proctors: sorted by identifier, none twice.
    """

    site: SiteId
    number: int
    issued: UtcMs
    proctors: tuple[Proctor, ...]


def make_proctor(*, proctor: ProctorId, name: str, role: ProctorRole, pin: str, site: SiteId, pepper: bytes) -> Proctor:
    """Make a proctor's entry from the PIN they chose. Slow on purpose (Argon2id)."""
    verifier = pins.make_verifier(pin, pepper=pepper, context=_context(site, proctor))
    return Proctor(proctor=proctor, name=name, role=role, verifier=verifier)


def check_pin(proctor: Proctor, pin: str, *, site: SiteId, pepper: bytes) -> None:
    """Check a typed PIN. Slow on purpose; count the attempt durably before calling.

    Raises:
        PinWrong: it is another PIN.
    """
    pins.check(pin, proctor.verifier, pepper=pepper, context=_context(site, proctor.proctor))


def build_proctor_file(file: ProctorFile, site_key: SigningKey) -> bytes:
    """Write the proctor file, signed by the site."""
    body: dict[str, JsonInput] = {
        "issued": file.issued,
        "number": file.number,
        "proctors": [
            {"id": entry.proctor, "name": entry.name, "role": entry.role.value, "verifier": entry.verifier.to_json()}
            for entry in sorted(file.proctors, key=lambda entry: entry.proctor)
        ],
        "site": file.site,
    }
    return sign_document(body, PayloadType.PROCTOR_FILE, [site_key])


def proctor_file_from_fields(fields: Fields) -> ProctorFile:
    """Read the meaning of a proctor file and close the fields.

    Raises:
        FormRefused: a missing or unknown field, proctors out of order or twice.
    """
    entries = fields.objects("proctors", max_items=PROCTORS_MAX)
    file = ProctorFile(
        site=SiteId(name_of(fields, "site")),
        number=fields.integer("number", minimum=1),
        issued=UtcMs(fields.integer("issued")),
        proctors=tuple(_proctor(entry) for entry in entries),
    )
    fields.close()
    names = [entry.proctor for entry in file.proctors]
    refuse_unless(
        names == sorted(set(names)), FormRefused, "is not sorted without repetition", place=f"{fields.place}.proctors"
    )
    return file


def _proctor(fields: Fields) -> Proctor:
    proctor = Proctor(
        proctor=ProctorId(name_of(fields, "id")),
        name=fields.text("name", max_length=TITLE_MAX),
        role=fields.choice("role", ProctorRole),
        verifier=PinVerifier.from_fields(fields.object("verifier")),
    )
    fields.close()
    return proctor


def _context(site: SiteId, proctor: ProctorId) -> bytes:
    # Bound to person and site: a verifier copied to another name or another site checks nothing.
    return Label.PIN_CONTEXT.with_parts(site.encode(), proctor.encode())
