"""Appointments from CSV and JSON: what people type, and where exactly it is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.office import read_appointments
from signing.errors import FormRefused

HEADER = "appointment,candidate,name,exam,start"
ROW = "a-1,c-1,Ana Ruiz,ccm,2026-11-22T09:00:00+01:00"


def test_csv_and_json_say_the_same() -> None:
    csv = f"{HEADER},codes,text_size_percent,date_of_birth,form\n{ROW},b a,150,1990-02-28,form-a\n"
    json = """[{"appointment": "a-1", "candidate": "c-1", "name": "Ana Ruiz", "exam": "ccm", "form": "form-a",
        "start": "2026-11-22T09:00:00+01:00", "codes": "a b", "text_size_percent": 150, "date_of_birth": "1990-02-28"}]"""
    assert read_appointments(csv.encode(), place="list") == read_appointments(json.encode(), place="list")
    (entry,) = read_appointments(csv.encode(), place="list")
    assert (entry.day, entry.start) == ("2026-11-22", 1795334400000)
    assert entry.accommodations.codes == ("a", "b")


def test_a_spreadsheet_writes_a_mark_and_quotes() -> None:
    data = ("\ufeff" + HEADER + '\r\n"a-1",c-1,"Ruiz, Ana",ccm,2026-11-22T09:00:00Z\r\n').encode()
    assert read_appointments(data, place="list")[0].name == "Ruiz, Ana"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "no column"),
        ("appointment,candidate,name,exam\n", "'start'"),
        (f"{HEADER},nonsense\n", "nonsense"),
        (f"{HEADER},name\n", "name"),
        (f"{HEADER}\na-1,c-1,Ana,ccm\n", "line 2"),
        (f"{HEADER}\n{ROW},more\n", "line 2"),
        (f"{HEADER}\n{ROW}\n../x,c-1,Ana,ccm,2026-11-22T09:00:00Z\n", "line 3, appointment"),
        (f"{HEADER}\na-1,c 1,Ana,ccm,2026-11-22T09:00:00Z\n", "line 2, candidate"),
        (f"{HEADER}\na-1,c-1,  ,ccm,2026-11-22T09:00:00Z\n", "line 2, name"),
        (f"{HEADER}\na-1,c-1,Ana,ccm,2026-11-22T09:00:00\n", "time zone"),
        (f"{HEADER}\na-1,c-1,Ana,ccm,tomorrow\n", "line 2, start"),
        (f"{HEADER}\na-1,c-1,Ana,ccm,1969-01-01T00:00:00Z\n", "1970"),
        (f"{HEADER},extra_time_percent\n{ROW},401\n", "extra_time_percent"),
        (f"{HEADER},extra_time_percent\n{ROW},-5\n", "extra_time_percent"),
        (f"{HEADER},text_size_percent\n{ROW},99\n", "text_size_percent"),
        (f"{HEADER},date_of_birth\n{ROW},1990-02-30\n", "date_of_birth"),
        (f"{HEADER},codes\n{ROW},{'x' * 65}\n", "codes"),
        (f'{HEADER}\n"a-1,c-1\n', "line"),
        ("[", "not JSON"),
        ("[1]", r"\[0\]"),
        ('[{"appointment": [1]}]', r"\[0\]"),
        ('[{"appointment": "a"}]', "no column"),
        (
            '[{"appointment": "a", "candidate": "c", "name": "\\ud800", "exam": "e", "start": "2026-11-22T09:00:00Z"}]',
            "surrogate",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, place: str) -> None:
    with pytest.raises(FormRefused, match=place):
        read_appointments(text.encode(), place="list")


@given(data=st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_appointments_or_a_refusal(data: bytes) -> None:
    for start in (b"", b"[", HEADER.encode() + b"\n"):
        try:
            read_appointments(start + data, place="list")
        except FormRefused:
            continue


def test_too_much_is_refused() -> None:
    with pytest.raises(FormRefused, match="longer"):
        read_appointments(b"x" * (2 * 1024 * 1024 + 1), place="list")
