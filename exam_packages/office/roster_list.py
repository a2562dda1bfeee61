"""Appointments from a plain list: CSV as spreadsheets write it, or JSON.

Owns the columns and their syntax. Refuses to know sites and signatures. The same names serve both forms::

    appointment, candidate, name, exam, start           needed; start as 2026-11-22T09:00:00+01:00
    date_of_birth, form                                 may be absent or empty, like everything below
    extra_time_percent, fixed_minutes, unlimited_time   one of them
    break_minutes, breaks                               longer planned breaks; how often the clock may be stopped
    text_size_percent, scheme, line_spacing_percent, letter_spacing_percent, single_column
    tools, translation_language, linguistic_guidance    tools by name, such as line-reader, parted by spaces
    prohibited, codes                                   PNP names, parted by spaces

What is or is not says yes or no. Needs may also come as PNP documents: ``with_pnp`` puts them into the list.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from exam_packages.accommodations import (
    BREAK_MINUTES_MAX,
    BREAKS_MAX,
    CODE_MAX,
    CODES_MAX,
    EXTRA_TIME_MAX_PERCENT,
    FEATURES,
    FIXED_MINUTES_MAX,
    LETTER_SPACING_MAX_PERCENT,
    LINE_SPACING_MAX_PERCENT,
    LINE_SPACING_MIN_PERCENT,
    TEXT_SIZE_MAX_PERCENT,
    TEXT_SIZE_MIN_PERCENT,
    Accommodations,
    Scheme,
    check_needs,
)
from exam_packages.ids import AppointmentId, CandidateId, ExamId, FormId, UtcMs
from exam_packages.qti.model import Tool
from exam_packages.qti.pnp import PnpRecord
from exam_packages.rosters import APPOINTMENTS_MAX, Appointment
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES, TITLE_MAX, checked_day, checked_name
from signing.errors import FormRefused

REQUIRED: Final = ("appointment", "candidate", "name", "exam", "start")
OPTIONAL: Final = (
    "date_of_birth",
    "form",
    "extra_time_percent",
    "fixed_minutes",
    "unlimited_time",
    "break_minutes",
    "breaks",
    "text_size_percent",
    "scheme",
    "line_spacing_percent",
    "letter_spacing_percent",
    "single_column",
    "tools",
    "translation_language",
    "linguistic_guidance",
    "prohibited",
    "codes",
)
_YES: Final = frozenset({"yes", "true", "1"})
_NO: Final = frozenset({"", "no", "false", "0"})


def read_appointments(untrusted: bytes, *, place: str) -> tuple[Appointment, ...]:
    """Read a list of appointments: JSON if it begins with ``[``, else CSV with a header line.

    Raises:
        FormRefused: with the line and the column that is wrong.
    """
    if len(untrusted) > DOCUMENT_MAX_BYTES:
        raise FormRefused(f"is longer than {DOCUMENT_MAX_BYTES} bytes", place=place)
    try:
        text = untrusted.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormRefused(f"is not UTF-8 at byte {error.start}", place=place) from None
    rows = _json_rows(text, place) if text.lstrip().startswith("[") else _csv_rows(text, place)
    appointments = tuple(_appointment(row, row_place) for row_place, row in rows)
    if len(appointments) > APPOINTMENTS_MAX:
        raise FormRefused(f"has more than {APPOINTMENTS_MAX} appointments", place=place)
    return appointments


def _csv_rows(text: str, place: str) -> Iterable[tuple[str, Mapping[str, str]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        _refuse_columns(reader.fieldnames or (), place)
        for row in reader:
            line = f"{place}, line {reader.line_num}"
            if None in row or None in row.values():
                raise FormRefused("has another number of columns than the header", place=line)
            yield line, row
    except csv.Error as error:
        raise FormRefused(f"is not CSV: {error}", place=f"{place}, line {reader.line_num}") from None


def _json_rows(text: str, place: str) -> Iterable[tuple[str, Mapping[str, str]]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        raise FormRefused("is not JSON", place=place) from None
    for number, row in enumerate(rows):
        row_place = f"{place}[{number}]"
        if not isinstance(row, dict) or not all(isinstance(value, (str, int)) for value in row.values()):
            raise FormRefused("is not an object of texts and integers", place=row_place)
        _refuse_columns(tuple(row), row_place)
        if any("\ud800" <= character <= "\udfff" for value in row.values() for character in str(value)):
            raise FormRefused("holds half of a surrogate pair", place=row_place)  # JSON can write one, UTF-8 cannot
        yield row_place, {name: str(value) for name, value in row.items()}


def _refuse_columns(names: Iterable[str], place: str) -> None:
    found = list(names)
    for name in found:
        if name not in (*REQUIRED, *OPTIONAL) or found.count(name) > 1:
            raise FormRefused(f"has an unknown or repeated column {name!r:.60}", place=place)
    for name in REQUIRED:
        if name not in found:
            raise FormRefused(f"has no column {name!r}", place=place)


def _appointment(row: Mapping[str, str], place: str) -> Appointment:
    start = _start(row["start"], f"{place}, start")
    birth = row.get("date_of_birth", "")
    form = row.get("form", "")
    name = row["name"].strip()
    if not 1 <= len(name) <= TITLE_MAX:
        raise FormRefused(f"is not from 1 to {TITLE_MAX} characters", place=f"{place}, name")
    return Appointment(
        appointment=AppointmentId(checked_name(row["appointment"], place=f"{place}, appointment")),
        candidate=CandidateId(checked_name(row["candidate"], place=f"{place}, candidate")),
        name=name,
        exam=ExamId(checked_name(row["exam"], place=f"{place}, exam")),
        day=start.date().isoformat(),
        start=UtcMs(int(start.timestamp() * 1000)),
        date_of_birth=checked_day(birth, place=f"{place}, date_of_birth") if birth else None,
        form=FormId(checked_name(form, place=f"{place}, form")) if form else None,
        accommodations=_accommodations(row, place),
    )


def with_pnp(
    appointments: Sequence[Appointment], records: Iterable[PnpRecord], *, place: str
) -> tuple[Appointment, ...]:
    """Return the list with the needs of PNP records in place of those that the list had for the same appointments.

    A record that names appointments is for those, another one for all of the person's.

    Raises:
        FormRefused: a record is for nobody on the list, or two are for one appointment.
    """
    needs: dict[AppointmentId, Accommodations] = {}
    for number, record in enumerate(records, start=1):
        meant = [
            each.appointment
            for each in appointments
            if each.candidate == record.person and (not record.appointments or each.appointment in record.appointments)
        ]
        if not meant or not set(record.appointments) <= set(meant):
            raise FormRefused(f"record {number} is for somebody who is not on the list", place=place)
        if needs.keys() & set(meant):
            raise FormRefused(f"record {number} is for an appointment that has one already", place=place)
        needs |= dict.fromkeys(meant, record.accommodations)
    return tuple(
        replace(each, accommodations=needs.get(each.appointment, each.accommodations)) for each in appointments
    )


def _accommodations(row: Mapping[str, str], place: str) -> Accommodations:
    number = partial(_integer, row, place=place)
    flag = partial(_flag, row, place=place)
    needs = Accommodations(
        extra_time_percent=number("extra_time_percent"),
        fixed_minutes=number("fixed_minutes"),
        unlimited_time=flag("unlimited_time"),
        break_minutes=number("break_minutes"),
        breaks=number("breaks"),
        text_size_percent=number("text_size_percent"),
        scheme=_scheme(row, place),
        line_spacing_percent=number("line_spacing_percent"),
        letter_spacing_percent=number("letter_spacing_percent"),
        single_column=flag("single_column"),
        tools=tuple(Tool(name) for name in _names(row, "tools", frozenset(Tool), place)),
        translation_language=row.get("translation_language", "").strip(),
        linguistic_guidance=flag("linguistic_guidance"),
        prohibited=_names(row, "prohibited", FEATURES, place),
        codes=_names(row, "codes", None, place),
    )
    check_needs(needs, place=place)
    return needs


_NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    "break_minutes": (0, BREAK_MINUTES_MAX),
    "breaks": (0, BREAKS_MAX),
    "extra_time_percent": (0, EXTRA_TIME_MAX_PERCENT),
    "fixed_minutes": (0, FIXED_MINUTES_MAX),
    "letter_spacing_percent": (0, LETTER_SPACING_MAX_PERCENT),
    "line_spacing_percent": (LINE_SPACING_MIN_PERCENT, LINE_SPACING_MAX_PERCENT),
    "text_size_percent": (TEXT_SIZE_MIN_PERCENT, TEXT_SIZE_MAX_PERCENT),
}
"""Columns to their bounds; the lower one is what an empty cell means."""


def _names(row: Mapping[str, str], column: str, known: Collection[str] | None, place: str) -> tuple[str, ...]:
    names = tuple(sorted(set(row.get(column, "").split())))
    if len(names) > CODES_MAX or any(len(name) > CODE_MAX for name in names):
        raise FormRefused("has too many or too long names", place=f"{place}, {column}")
    for name in names:
        if known is not None and name not in known:
            raise FormRefused(f"has an unknown name {name!r}", place=f"{place}, {column}")
    return names


def _flag(row: Mapping[str, str], name: str, *, place: str) -> bool:
    text = row.get(name, "").strip().lower()
    if text not in _YES | _NO:
        raise FormRefused("is neither yes nor no", place=f"{place}, {name}")
    return text in _YES


def _scheme(row: Mapping[str, str], place: str) -> Scheme | None:
    text = row.get("scheme", "").strip()
    if text and text not in set(Scheme):
        raise FormRefused(f"is none of {', '.join(Scheme)}", place=f"{place}, scheme")
    return Scheme(text) if text else None


def _integer(row: Mapping[str, str], name: str, *, place: str) -> int:
    bounds = _NUMBERS[name]
    text = row.get(name, "").strip()
    if not text:
        return bounds[0]
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else -1
    if not bounds[0] <= number <= bounds[1]:
        raise FormRefused(f"is not an integer from {bounds[0]} to {bounds[1]}", place=f"{place}, {name}")
    return number


def _start(text: str, place: str) -> datetime:
    try:
        start = datetime.fromisoformat(text.strip())
        milliseconds = start.timestamp() * 1000
    except (ValueError, OverflowError):
        raise FormRefused("is not a time such as 2026-11-22T09:00:00+01:00", place=place) from None
    if start.tzinfo is None:
        raise FormRefused("says no time zone, such as +01:00", place=place)
    if milliseconds < 0:
        raise FormRefused("is before 1970", place=place)
    return start
