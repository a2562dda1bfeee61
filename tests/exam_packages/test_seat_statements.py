"""What a seat signs about itself: one encoding, one meaning, whose it is, and whether it will do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.as_found import (
    FAILURE_MAX,
    OPERATION_MAX,
    OPERATIONS_MAX,
    AsFound,
    GivenBack,
    PutBack,
    as_found_from_fields,
    build_as_found,
    condensed,
    joined,
    open_as_found,
    two_to_join,
)
from exam_packages.ids import Digest, UtcMs
from exam_packages.readiness_certificates import (
    CLOCK_TOLERANCE_MS,
    CheckClaim,
    CheckOutcome,
    ClaimedCapability,
    ReadinessCertificate,
    ReadinessFault,
    ReadinessLack,
    build_readiness,
    judge,
    open_readiness,
    readiness_from_fields,
)
from exam_packages.result_opening import open_result
from exam_packages.results import ResultContent, build_result, read_result
from exam_packages.signed_documents import sign_document
from exam_packages.statements import STATEMENTS_MAX, open_statements
from signing.errors import ContentRefused, FormRefused, Refused, ThresholdRefused
from signing.fields import Fields
from signing.labels import PayloadType
from tests.exam_packages import world

KEY = world.signing_key(f"{world.SITE}/{world.SEAT}")
OTHER = world.signing_key("another seat")
PROGRAM = Digest("ab" * 32)
DIGESTS = st.binary(min_size=32, max_size=32).map(lambda raw: Digest(raw.hex()))
NAMES = st.text("abcdefghij-", min_size=1, max_size=20).filter(lambda text: text.strip("-") == text)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
CERTIFICATES = st.builds(
    ReadinessCertificate,
    seat=st.just(world.SEAT),
    key=st.just(KEY.public_key.keyid),
    made=st.integers(0, 2**50).map(UtcMs),
    platform=st.just("Linux"),
    version=st.just("1.0"),
    program=DIGESTS,
    is_whole=st.booleans(),
    capabilities=st.dictionaries(NAMES, st.sampled_from(ClaimedCapability)).map(
        lambda each: tuple(sorted(each.items()))
    ),
    checks=st.lists(
        st.builds(CheckClaim, check=NAMES, outcome=st.sampled_from(CheckOutcome), evidence=TEXTS),
        unique_by=lambda claim: claim.check,
    ).map(tuple),
)
STATEMENTS = st.builds(
    AsFound,
    seat=st.just(world.SEAT),
    key=st.just(KEY.public_key.keyid),
    made=st.integers(0, 2**50).map(UtcMs),
    because=st.sampled_from(GivenBack),
    operations=st.lists(
        st.builds(PutBack, operation=NAMES, found=DIGESTS, left=st.none() | DIGESTS, failure=TEXTS)
    ).map(tuple),
)


def certificate(**changes: object) -> ReadinessCertificate:
    plain = ReadinessCertificate(
        seat=world.SEAT,
        key=KEY.public_key.keyid,
        made=world.NOW,
        platform="Linux, X11",
        version="1.0",
        program=PROGRAM,
        is_whole=True,
        capabilities=(("clipboard", ClaimedCapability.DETECT_ONLY), ("network", ClaimedCapability.ENFORCED)),
        checks=(
            CheckClaim(check="disk/space", outcome=CheckOutcome.OK, evidence="12 GB free"),
            CheckClaim(check="capture/screen", outcome=CheckOutcome.NOT_POSSIBLE, evidence="X lets everybody"),
        ),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def statement(**changes: object) -> AsFound:
    plain = AsFound(
        seat=world.SEAT,
        key=KEY.public_key.keyid,
        made=world.NOW,
        because=GivenBack.AFTER_CRASH,
        operations=(PutBack(operation="x11/screen-saver", found=PROGRAM, left=PROGRAM),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@given(CERTIFICATES)
def test_a_certificate_comes_back_as_it_was(value: ReadinessCertificate) -> None:
    assert open_readiness(build_readiness(value, KEY), key=KEY.public_key) == value


@given(STATEMENTS)
def test_a_statement_comes_back_as_it_was(value: AsFound) -> None:
    assert open_as_found(build_as_found(value, KEY), key=KEY.public_key) == value


def test_of_another_seat_it_is_refused() -> None:
    with pytest.raises(ThresholdRefused):
        open_readiness(build_readiness(certificate(), OTHER), key=KEY.public_key)
    with pytest.raises(ThresholdRefused):
        open_as_found(build_as_found(statement(), OTHER), key=KEY.public_key)


def test_one_that_names_another_key_is_refused() -> None:
    other = OTHER.public_key.keyid
    with pytest.raises(ContentRefused, match="another key"):
        open_readiness(build_readiness(certificate(key=other), KEY), key=KEY.public_key)
    with pytest.raises(ContentRefused, match="another key"):
        open_as_found(build_as_found(statement(key=other), KEY), key=KEY.public_key)


@pytest.mark.parametrize(
    "changes",
    [
        {"capabilities": (("b", ClaimedCapability.ENFORCED), ("a", ClaimedCapability.ENFORCED))},
        {"capabilities": (("a", ClaimedCapability.ENFORCED), ("a", ClaimedCapability.UNAVAILABLE))},
        {
            "checks": (
                CheckClaim(check="a", outcome=CheckOutcome.OK),
                CheckClaim(check="a", outcome=CheckOutcome.FAILED),
            )
        },
        {"checks": (CheckClaim(check="a", outcome=CheckOutcome.OK, evidence="x" * 501),)},
        {"version": ""},
    ],
)
def test_a_certificate_of_another_form_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(FormRefused):
        open_readiness(build_readiness(certificate(**changes), KEY), key=KEY.public_key)


@given(
    st.dictionaries(st.sampled_from(["seat", "key", "made", "checks", "operations", "because"]), st.integers() | TEXTS)
)
def test_what_is_no_certificate_is_refused_and_nothing_else_happens(value: dict[str, int | str]) -> None:
    for read in (readiness_from_fields, as_found_from_fields):
        with pytest.raises(Refused):
            read(Fields(dict(value), "fields"))


DAY = 86_400_000


@pytest.mark.parametrize(
    ("changes", "demands", "lacks"),
    [
        ({}, {}, []),
        ({}, {"required": {"network"}, "program": PROGRAM}, []),
        ({"made": UtcMs(world.NOW - DAY)}, {}, []),
        ({"made": UtcMs(world.NOW - DAY - 1)}, {}, [(ReadinessFault.TOO_OLD, "")]),
        ({"made": UtcMs(world.NOW + CLOCK_TOLERANCE_MS)}, {}, []),
        ({"made": UtcMs(world.NOW + CLOCK_TOLERANCE_MS + 1)}, {}, [(ReadinessFault.NOT_MADE_YET, "")]),
        ({"is_whole": False}, {}, [(ReadinessFault.NOT_WHOLE, "")]),
        ({}, {"program": Digest("cd" * 32)}, [(ReadinessFault.OTHER_PROGRAM, PROGRAM)]),
        (
            {"checks": (CheckClaim(check="disk/space", outcome=CheckOutcome.FAILED),)},
            {},
            [(ReadinessFault.FAILED, "disk/space")],
        ),
        (
            {},
            {"required": {"usb-storage", "clipboard", "network"}},
            [(ReadinessFault.NOT_ENFORCED, "clipboard"), (ReadinessFault.NOT_ENFORCED, "usb-storage")],
        ),
    ],
)
def test_whether_it_will_do(
    changes: dict[str, object], demands: dict[str, object], lacks: list[tuple[ReadinessFault, str]]
) -> None:
    found = judge(certificate(**changes), now=world.NOW, max_age_ms=DAY, **demands)  # type: ignore[arg-type]
    assert list(found) == [ReadinessLack(fault=fault, what=what) for fault, what in lacks]


def test_as_found_means_all_of_it() -> None:
    good, other = statement().operations[0], PutBack(operation="b", found=PROGRAM, left=Digest("cd" * 32))
    assert statement().is_as_found
    assert not statement(operations=(good, other)).is_as_found
    assert not statement(operations=(replace(good, left=None),)).is_as_found
    assert not statement(operations=(replace(good, failure="it could not be put back"),)).is_as_found


def test_of_two_statements_one_is_made_that_says_all_of_both() -> None:
    good, other = statement().operations[0], PutBack(operation="b", found=PROGRAM, left=Digest("cd" * 32))
    back = replace(other, left=PROGRAM)
    older = statement(operations=(other, good))
    newer = statement(made=UtcMs(world.NOW + 1), operations=(good, back))
    both = joined(older, newer)
    assert both == replace(newer, operations=(other, good, back))
    assert joined(newer, newer) == newer
    with pytest.raises(ValueError, match="session-ended and after-crash"):
        joined(replace(newer, because=GivenBack.SESSION_ENDED), newer)


@given(st.lists(st.sampled_from(GivenBack), min_size=len(GivenBack) + 1, max_size=STATEMENTS_MAX))
def test_however_many_are_told_as_one_every_occasion_is_told_and_the_last_comes_last(
    occasions: list[GivenBack],
) -> None:
    many = [statement(because=each, made=UtcMs(world.NOW + number)) for number, each in enumerate(occasions)]
    while len(many) > len(GivenBack):
        first, second = two_to_join(many)
        assert first < second
        between = {each.because for each in many[first + 1 : second]}
        assert len(between) == second - first - 1, "none is nearer"
        many[second] = joined(many[first], many[second])
        del many[first]
    assert [each.made for each in many] == sorted(each.made for each in many)
    assert {each.because for each in many} == set(occasions)
    assert many[-1].because is occasions[-1]


def test_neighbours_of_one_occasion_are_told_as_one_and_the_order_of_occasions_stays() -> None:
    ended, crashed = GivenBack.SESSION_ENDED, GivenBack.AFTER_CRASH
    many = [statement(because=each) for each in (ended, crashed, ended, ended, crashed, crashed)]
    assert two_to_join(many) == (2, 3)
    assert two_to_join(many[:3]) == (0, 2)


def test_what_was_wrong_is_the_last_that_is_left_out() -> None:
    good = [PutBack(operation=f"good-{n}", found=PROGRAM, left=PROGRAM) for n in range(OPERATIONS_MAX)]
    bad = [PutBack(operation=f"bad-{n}", found=PROGRAM, left=None, failure="x" * FAILURE_MAX) for n in range(300)]
    kept = condensed([*good, *bad])
    assert kept[-len(bad) :] == tuple(bad)
    assert kept[: -len(bad)] == tuple(good[: OPERATIONS_MAX - len(bad)])


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=FAILURE_MAX), st.integers(1, 5))
def test_however_much_there_is_to_say_it_can_be_read(failure: str, times: int) -> None:
    many = [
        PutBack(operation=f"{n:0{OPERATION_MAX}d}", found=PROGRAM, left=PROGRAM, failure=failure * times)
        for n in range(OPERATIONS_MAX + 1)
    ]
    many = [replace(each, failure=each.failure[:FAILURE_MAX]) for each in many]
    value = statement(operations=condensed(many))
    assert open_as_found(build_as_found(value, KEY), key=KEY.public_key) == value


class TestInAResult:
    @staticmethod
    def bundle(*statements: bytes) -> bytes:
        happened = world.events()
        return build_result(
            world.result_header(happened),
            ResultContent(journal=world.journal(happened), statements=statements),
            scoring_keys=[world.content_key("scoring").public],
            seat_key=KEY,
        )

    def test_the_office_reads_them(self) -> None:
        data = self.bundle(build_readiness(certificate(), KEY), build_as_found(statement(), KEY))
        result = open_result(data, trust=world.trust(), scoring_key=world.content_key("scoring"))
        assert result.statements == (certificate(), statement())
        assert b"screen-saver" not in data
        assert [stream.name.value for stream in read_result(data, place="result").streams][3:] == ["statements"]

    def test_a_bundle_without_them_is_as_it_always_was(self) -> None:
        names = [stream.name.value for stream in read_result(self.bundle(), place="result").streams]
        assert names == ["journal", "incidents", "checkpoints"]

    def test_one_of_another_seat_is_refused(self) -> None:
        data = self.bundle(build_readiness(certificate(), OTHER))
        with pytest.raises(ThresholdRefused):
            open_result(data, trust=world.trust(), scoring_key=world.content_key("scoring"))


def test_anything_else_is_no_statement() -> None:
    other = sign_document({"a": 1}, PayloadType.SEAT_MARK, [KEY])
    with pytest.raises(FormRefused, match="no statement"):
        open_statements([other], key=KEY.public_key, place="statements")
    with pytest.raises(FormRefused):
        open_statements([b"{}"], key=KEY.public_key, place="statements")
    many = [build_as_found(statement(), KEY)] * (STATEMENTS_MAX + 1)
    with pytest.raises(FormRefused, match="more than"):
        open_statements(many, key=KEY.public_key, place="statements")
