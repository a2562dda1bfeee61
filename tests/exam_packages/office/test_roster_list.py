"""Appointments from CSV and JSON: what people type, and where exactly it is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.accommodations import NO_NEEDS, Accommodations, Scheme
from exam_packages.ids import AppointmentId, CandidateId
from exam_packages.office import read_appointments
from exam_packages.office.roster_list import with_pnp
from exam_packages.qti.model import Tool
from exam_packages.qti.pnp import PnpRecord
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


NEEDS_HEADER = (
    f"{HEADER},fixed_minutes,unlimited_time,break_minutes,breaks,scheme,line_spacing_percent,letter_spacing_percent,"
    "single_column,tools,translation_language,linguistic_guidance,prohibited"
)


def needs_of(cells: str) -> Accommodations:
    (entry,) = read_appointments(f"{NEEDS_HEADER}\n{ROW},{cells}\n".encode(), place="list")
    return entry.accommodations


def test_every_need_has_a_column() -> None:
    assert needs_of("30,no,5,2,high-contrast,150,10,yes,notes line-reader,es,Yes,magnification") == Accommodations(
        fixed_minutes=30,
        break_minutes=5,
        breaks=2,
        scheme=Scheme.HIGH_CONTRAST,
        line_spacing_percent=150,
        letter_spacing_percent=10,
        single_column=True,
        tools=(Tool.LINE_READER, Tool.NOTES),
        translation_language="es",
        linguistic_guidance=True,
        prohibited=("magnification",),
    )
    assert needs_of(",,,,,,,,,,,") == NO_NEEDS


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ("601,,,,,,,,,,,", "line 2, fixed_minutes"),
        (",maybe,,,,,,,,,,", "line 2, unlimited_time"),
        ("30,yes,,,,,,,,,,", "line 2: has more than one kind"),
        (",,241,,,,,,,,,", "line 2, break_minutes"),
        (",,,21,,,,,,,,", "line 2, breaks"),
        (",,,,pink,,,,,,,", "line 2, scheme"),
        (",,,,,99,,,,,,", "line 2, line_spacing_percent"),
        (",,,,,,51,,,,,", "line 2, letter_spacing_percent"),
        (",,,,,,,,hammer,,,", "line 2, tools"),
        (",,,,,,,,,Spanish please,,", "line 2.translation_language"),
        (",,,,,,,,,,,telepathy", "line 2, prohibited"),
    ],
)
def test_a_need_that_makes_no_sense_is_named_by_line(cells: str, place: str) -> None:
    with pytest.raises(FormRefused) as refused:
        needs_of(cells)
    assert place in str(refused.value) or place.split(":", maxsplit=1)[0] in refused.value.place


class TestPnp:
    two = read_appointments(
        f"{HEADER},extra_time_percent\n{ROW},25\na-2,c-1,Ana Ruiz,ccm,2026-11-23T09:00:00Z,\n".encode(), place="list"
    )

    def record(self, person: str, *appointments: str) -> PnpRecord:
        return PnpRecord(
            person=CandidateId(person),
            appointments=tuple(AppointmentId(each) for each in appointments),
            accommodations=Accommodations(single_column=True),
            notes=(),
        )

    def needs(self, *records: PnpRecord) -> list[Accommodations]:
        return [each.accommodations for each in with_pnp(self.two, records, place="pnp.xml")]

    def test_a_record_is_for_all_of_a_person_or_for_what_it_names(self) -> None:
        one = Accommodations(single_column=True)
        assert self.needs(self.record("c-1")) == [one, one]
        assert self.needs(self.record("c-1", "a-2")) == [Accommodations(extra_time_percent=25), one]
        assert self.needs() == [Accommodations(extra_time_percent=25), NO_NEEDS]

    def test_nobody_is_forgotten_and_nobody_has_two(self) -> None:
        for wrong in (self.record("c-9"), self.record("c-1", "a-9"), self.record("c-9", "a-1")):
            with pytest.raises(FormRefused, match="not on the list"):
                self.needs(wrong)
        with pytest.raises(FormRefused, match="one already"):
            self.needs(self.record("c-1", "a-1"), self.record("c-1"))
