"""Rosters: who sits which exam at a site, when, and with which accommodations.

Owns what a roster says and its sealing to the site: it holds personal data, so only the site's number and dates travel in
clear. Refuses to know who may sign: ``opening`` does. Accommodation codes are the names of the IMS/1EdTech Personal Needs
and Preferences profile (AfA PNP 3.0), as QTI 3.0 uses them; what they are is ``accommodations``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from exam_packages.accommodations import (
    CODE_MAX,
    CODES_MAX,
    EXTRA_TIME_MAX_PERCENT,
    NO_NEEDS,
    TEXT_SIZE_MAX_PERCENT,
    TEXT_SIZE_MIN_PERCENT,
    Accommodations,
    extras_from_fields,
    extras_to_json,
)
from exam_packages.ids import AppointmentId, CandidateId, ExamId, FormId, SiteId, UtcMs
from exam_packages.signed_documents import (
    DOCUMENT_MAX_BYTES,
    NAME_MAX,
    TITLE_MAX,
    day_of,
    name_of,
    refuse_unless,
    sign_document,
)
from signing.canonical import JsonInput, JsonValue, decode, encode
from signing.errors import FormRefused
from signing.fields import Fields, to_base64
from signing.hpke import ContentKey, ContentPublicKey, open_sealed, seal
from signing.keys import SigningKey
from signing.labels import Label, PayloadType

APPOINTMENTS_MAX: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One booked sitting.

    Attributes:
        appointment: the office's identifier of the booking.
        candidate: the office's identifier of the person.
        name: the person's name, as on the identity document.
        date_of_birth: ISO 8601 day, or None where the office does not give it out.
        exam: which exam.
        form: which form of it; None leaves it to the site's only package of the exam.
        day: ISO 8601 day at the site.
        start: booked start; policy for people, not a lock.
        accommodations: what the candidate needs.
    """

    appointment: AppointmentId
    candidate: CandidateId
    name: str
    exam: ExamId
    day: str
    start: UtcMs
    date_of_birth: str | None = None
    form: FormId | None = None
    accommodations: Accommodations = NO_NEEDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The appointments of a site.

    Attributes:
        site: whose roster it is.
        number: counts the site's rosters from 1; the whole list each time, so a higher one replaces a lower one.
        issued: wall time.
        appointments: sorted by identifier, none twice.
    """

    site: SiteId
    number: int
    issued: UtcMs
    appointments: tuple[Appointment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRoster:
    """A verified roster whose sealed part is still shut."""

    site: SiteId
    number: int
    issued: UtcMs
    sealed: bytes


def build_roster(roster: Roster, *, content_key: ContentPublicKey, signers: Sequence[SigningKey]) -> bytes:
    """Write a roster, sealed to the site and signed by the role ``rosters``."""
    ordered = sorted(roster.appointments, key=lambda entry: entry.appointment)
    plain = encode({"appointments": [_appointment_to_json(entry) for entry in ordered]})
    sealed = seal(plain, content_key, info=_info(roster.site, roster.number, roster.issued))
    body: dict[str, JsonInput] = {
        "issued": roster.issued,
        "number": roster.number,
        "sealed": to_base64(sealed),
        "site": roster.site,
    }
    return sign_document(body, PayloadType.ROSTER, signers)


def sealed_roster_from_fields(fields: Fields) -> SealedRoster:
    """Read the clear part of a roster and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range.
    """
    roster = SealedRoster(
        site=SiteId(name_of(fields, "site")),
        number=fields.integer("number", minimum=1),
        issued=UtcMs(fields.integer("issued")),
        sealed=fields.raw("sealed", max_length=DOCUMENT_MAX_BYTES),
    )
    fields.close()
    return roster


def unseal_roster(roster: SealedRoster, key: ContentKey, *, place: str = "roster") -> Roster:
    """Open a roster with the site's content key.

    Raises:
        ContentRefused: sealed to another key.
        FormRefused: appointments that are not in their one encoding, out of order or twice.
    """
    place = f"{place}.sealed"
    info = _info(roster.site, roster.number, roster.issued)
    plain = open_sealed(roster.sealed, key, info=info, place=place)
    fields = Fields(decode(plain, place=place, max_bytes=DOCUMENT_MAX_BYTES), place)
    appointments = tuple(_appointment(entry) for entry in fields.objects("appointments", max_items=APPOINTMENTS_MAX))
    fields.close()
    names = [entry.appointment for entry in appointments]
    refuse_unless(names == sorted(set(names)), FormRefused, "is not sorted without repetition", place=place)
    return Roster(site=roster.site, number=roster.number, issued=roster.issued, appointments=appointments)


def _info(site: SiteId, number: int, issued: UtcMs) -> bytes:
    return Label.ROSTER.with_parts(encode({"issued": issued, "number": number, "site": site}))


def _appointment_to_json(entry: Appointment) -> JsonValue:
    needs = entry.accommodations
    accommodations: dict[str, JsonValue] = {
        "codes": list[JsonValue](sorted(needs.codes)),
        "extra_time_percent": needs.extra_time_percent,
        "text_size_percent": needs.text_size_percent,
    }
    body: dict[str, JsonValue] = {
        "accommodations": accommodations | extras_to_json(needs),
        "appointment": entry.appointment,
        "candidate": entry.candidate,
        "day": entry.day,
        "exam": entry.exam,
        "name": entry.name,
        "start": entry.start,
    }
    if entry.date_of_birth is not None:
        body["date_of_birth"] = entry.date_of_birth
    if entry.form is not None:
        body["form"] = entry.form
    return body


def _appointment(fields: Fields) -> Appointment:
    appointment = Appointment(
        appointment=AppointmentId(name_of(fields, "appointment")),
        candidate=CandidateId(name_of(fields, "candidate")),
        name=fields.text("name", max_length=TITLE_MAX),
        exam=ExamId(name_of(fields, "exam")),
        day=day_of(fields, "day"),
        start=UtcMs(fields.integer("start")),
        date_of_birth=day_of(fields, "date_of_birth") if fields.has("date_of_birth") else None,
        form=FormId(name_of(fields, "form", max_length=NAME_MAX)) if fields.has("form") else None,
        accommodations=_accommodations(fields.object("accommodations")),
    )
    fields.close()
    return appointment


def _accommodations(fields: Fields) -> Accommodations:
    base = Accommodations(
        extra_time_percent=fields.integer("extra_time_percent", maximum=EXTRA_TIME_MAX_PERCENT),
        text_size_percent=fields.integer(
            "text_size_percent", minimum=TEXT_SIZE_MIN_PERCENT, maximum=TEXT_SIZE_MAX_PERCENT
        ),
        codes=fields.texts("codes", max_items=CODES_MAX, max_length=CODE_MAX),
    )
    needs = extras_from_fields(fields, base)
    fields.close()
    return needs
