"""Appointments from a plain list: CSV as spreadsheets write it, or JSON.

Owns the columns and their syntax. Refuses to know sites and signatures. The same names serve both forms::

    appointment, candidate, name, exam, start           needed; start as 2026-11-22T09:00:00+01:00
    date_of_birth, form, extra_time_percent, text_size_percent, codes     may be absent or empty; codes parted by spaces
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from exam_packages.accommodations import (
    CODE_MAX,
    CODES_MAX,
    EXTRA_TIME_MAX_PERCENT,
    TEXT_SIZE_MAX_PERCENT,
    TEXT_SIZE_MIN_PERCENT,
    Accommodations,
)
from exam_packages.ids import AppointmentId, CandidateId, ExamId, FormId, UtcMs
from exam_packages.rosters import APPOINTMENTS_MAX, Appointment
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES, TITLE_MAX, checked_day, checked_name
from signing.errors import FormRefused

REQUIRED: Final = ("appointment", "candidate", "name", "exam", "start")
OPTIONAL: Final = ("date_of_birth", "form", "extra_time_percent", "text_size_percent", "codes")


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


def _accommodations(row: Mapping[str, str], place: str) -> Accommodations:
    codes = tuple(sorted(set(row.get("codes", "").split())))
    if len(codes) > CODES_MAX or any(len(code) > CODE_MAX for code in codes):
        raise FormRefused("has too many or too long codes", place=f"{place}, codes")
    return Accommodations(
        extra_time_percent=_integer(row, "extra_time_percent", (0, EXTRA_TIME_MAX_PERCENT), 0, place),
        text_size_percent=_integer(
            row, "text_size_percent", (TEXT_SIZE_MIN_PERCENT, TEXT_SIZE_MAX_PERCENT), TEXT_SIZE_MIN_PERCENT, place
        ),
        codes=codes,
    )


def _integer(row: Mapping[str, str], name: str, bounds: tuple[int, int], default: int, place: str) -> int:
    text = row.get(name, "").strip()
    if not text:
        return default
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
