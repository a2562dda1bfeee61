"""PNP documents: what they ask for in which unit, and what is said about the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exam_packages.accommodations import NO_NEEDS, Accommodations, Scheme, check_needs
from exam_packages.errors import Severity, SourceRefused
from exam_packages.ids import AppointmentId, CandidateId
from exam_packages.qti.model import Tool
from exam_packages.qti.pnp import NAMESPACE, read_pnp_records
from tests.exam_packages.qti.corpus import NEEDS_CORPUS, SHARED


def pnp(inside: str) -> bytes:
    return f'<access-for-all-pnp xmlns="{NAMESPACE}">{inside}</access-for-all-pnp>'.encode()


def records(inside: str) -> bytes:
    return f'<access-for-all-pnp-records xmlns="{NAMESPACE}">{inside}</access-for-all-pnp-records>'.encode()


def needs(inside: str) -> Accommodations:
    (record,) = read_pnp_records(pnp(inside), place="ana.xml")
    return record.accommodations


def notes(inside: str) -> list[str]:
    (record,) = read_pnp_records(pnp(inside), place="ana.xml")
    found = record.notes
    assert all(note.severity is Severity.NOTE and note.line == 1 for note in found)
    return [note.element for note in found]


def time(inside: str) -> str:
    return f"<additional-testing-time>{inside}</additional-testing-time>"


def appearance(inside: str) -> str:
    return f"<text-appearance>{inside}</text-appearance>"


SAYS: list[tuple[str, Accommodations]] = [
    ("", NO_NEEDS),
    (time("<time-multiplier>1.5</time-multiplier>"), Accommodations(extra_time_percent=50)),
    (time("<time-multiplier>1.15</time-multiplier>"), Accommodations(extra_time_percent=15)),
    (time("<time-multiplier>1.333</time-multiplier>"), Accommodations(extra_time_percent=34)),
    (time("<fixed-minutes>30</fixed-minutes>"), Accommodations(fixed_minutes=30)),
    (time("<replace-access-mode-visual/><unlimited/>"), Accommodations(unlimited_time=True)),
    ("<line-reader highlight-color='#ffee00'/>", Accommodations(tools=(Tool.LINE_READER,))),
    ("<answer-masking/><note-taking-on-screen/>", Accommodations(tools=(Tool.ANSWER_MASK, Tool.NOTES))),
    ("<glossary-on-screen/>", Accommodations(tools=(Tool.GLOSSARY,))),
    (
        "<keyword-translation xml:lang='pt-BR'/>",
        Accommodations(tools=(Tool.KEYWORD_TRANSLATION,), translation_language="pt-BR"),
    ),
    ("<calculator-on-screen/>", Accommodations(tools=(Tool.CALCULATOR,))),
    (
        "<calculator-on-screen calculator-type='scientific'/>",
        Accommodations(tools=(Tool.SCIENTIFIC_CALCULATOR,)),
    ),
    ("<linguistic-guidance/><layout-single-column/>", Accommodations(linguistic_guidance=True, single_column=True)),
    ("<high-contrast/>", Accommodations(scheme=Scheme.HIGH_CONTRAST)),
    ("<invert-display-polarity/>", Accommodations(scheme=Scheme.DARK)),
    ("<high-contrast/><invert-display-polarity/>", Accommodations(scheme=Scheme.HIGH_CONTRAST)),
    (
        "<magnification><all-content zoom-amount='2.5'/></magnification>",
        Accommodations(text_size_percent=250, tools=(Tool.MAGNIFIER,)),
    ),
    (appearance("<font-size>18</font-size>"), Accommodations(text_size_percent=150)),
    (
        appearance("<line-spacing>1.5</line-spacing><letter-spacing>0.12</letter-spacing>"),
        Accommodations(line_spacing_percent=150, letter_spacing_percent=12),
    ),
    ("<environment><breaks>true</breaks></environment>", Accommodations(breaks=20)),
    ("<environment><breaks>false</breaks></environment>", NO_NEEDS),
    (
        "<prohibit-set><spell-checker-on-screen/><calculator-on-screen/></prohibit-set>",
        Accommodations(prohibited=("calculator-on-screen", "spell-checker-on-screen")),
    ),
    ("<activate-as-option-set><line-reader/></activate-as-option-set>", Accommodations(tools=(Tool.LINE_READER,))),
    (
        "<activate-at-initialization-set><high-contrast/></activate-at-initialization-set>",
        Accommodations(scheme=Scheme.HIGH_CONTRAST),
    ),
    ("<captions/>", Accommodations(codes=("captions",))),
]


@pytest.mark.parametrize(("inside", "said"), SAYS)
def test_what_a_document_says(inside: str, said: Accommodations) -> None:
    assert needs(inside) == said
    assert notes(inside) == []
    check_needs(said, place="ana.xml")


@pytest.mark.parametrize(
    ("inside", "noted"),
    [
        ("<spoken><reading-type>screen-reader</reading-type></spoken>", "spoken"),
        ("<braille/>", "braille"),
        ("<telepathy/>", "telepathy"),
        ("<line-reader xmlns='urn:other'/>", "line-reader"),
        ("<calculator-on-screen calculator-type='graphing'/>", "calculator-on-screen"),
        (appearance("<font-size>72</font-size>"), "font-size"),
        (appearance("<font-size>9</font-size>"), "font-size"),
        (appearance("<word-spacing>1</word-spacing>"), "word-spacing"),
        (appearance("<background-color>#000</background-color>"), "text-appearance"),
        ("<environment><medical>Insulin</medical></environment>", "medical"),
        ("<prohibit-set><telepathy/></prohibit-set>", "telepathy"),
    ],
)
def test_what_is_not_offered_is_said(inside: str, noted: str) -> None:
    assert notes(inside) == [noted]


def test_colours_become_the_nearest_scheme() -> None:
    dark = "<background-color>#102030</background-color><font-color>#ffffff</font-color>"
    light = "<background-color>#ffffcc</background-color><font-color>#000000</font-color>"
    assert (needs(appearance(dark)).scheme, needs(appearance(light)).scheme) == (Scheme.DARK, Scheme.LIGHT)


@pytest.mark.parametrize(
    ("untrusted", "rule"),
    [
        (pnp(time("")), "pnp-time"),
        (pnp(time("<unlimited/><fixed-minutes>3</fixed-minutes>")), "pnp-time"),
        (pnp(time("<time-multiplier>0.5</time-multiplier>")), "pnp-time"),
        (pnp(time("<time-multiplier>9</time-multiplier>")), "pnp-time"),
        (pnp(time("<time-multiplier>NaN</time-multiplier>")), "pnp-value"),
        (pnp(time("<fixed-minutes>some</fixed-minutes>")), "pnp-value"),
        (pnp(time("<fixed-minutes>-5</fixed-minutes>")), "pnp-time"),
        (pnp("<keyword-translation/>"), "pnp-language"),
        (pnp(appearance("<background-color>blue</background-color>")), "pnp-value"),
        (b"<access-for-all-pnp/>", "pnp-root"),
        (records("<access-for-all-pnp-record/>"), "pnp-record"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(untrusted: bytes, rule: str) -> None:
    with pytest.raises(SourceRefused) as refused:
        read_pnp_records(untrusted, place="ana.xml")
    (finding,) = refused.value.findings
    assert (finding.rule, finding.file, finding.line) == (rule, "ana.xml", 1)


RECORDS = f"""<access-for-all-pnp-records xmlns="{NAMESPACE}">
  <access-for-all-pnp-record>
    <person-sourced-id source-system="office">c-1</person-sourced-id>
    <appointment-id>a-1</appointment-id><appointment-id>a-2</appointment-id>
    <access-for-all-pnp><line-reader/></access-for-all-pnp>
  </access-for-all-pnp-record>
  <access-for-all-pnp-record>
    <person-sourced-id source-system="office">c-2</person-sourced-id>
    <access-for-all-pnp><spoken/></access-for-all-pnp>
  </access-for-all-pnp-record>
</access-for-all-pnp-records>"""


def test_records_say_whose_they_are() -> None:
    first, second = read_pnp_records(RECORDS.encode(), place="all.xml")
    assert (first.person, first.appointments) == (CandidateId("c-1"), (AppointmentId("a-1"), AppointmentId("a-2")))
    assert first.accommodations == Accommodations(tools=(Tool.LINE_READER,))
    assert (second.person, second.appointments, len(second.notes)) == (CandidateId("c-2"), (), 1)


@given(untrusted=st.binary(max_size=40) | st.text(max_size=40).map(lambda text: pnp(time(text))))
def test_rubbish_is_refused_or_read_never_anything_else(untrusted: bytes) -> None:
    try:
        read_pnp_records(untrusted, place="ana.xml")
    except SourceRefused as refused:
        assert refused.findings  # noqa: PT017 - either outcome is right


@NEEDS_CORPUS
def test_the_documents_of_these_tests_are_valid() -> None:
    schema = SHARED / "schemas/qti30/qtiv3p0/imsqtiv3p0_afa3p0pnp_v1p0.xsd"
    check = etree.XMLSchema(etree.parse(str(schema)))
    for inside, _ in SAYS:
        assert check.validate(etree.fromstring(pnp(inside))), (inside, check.error_log)
    assert check.validate(etree.fromstring(RECORDS.encode()))
