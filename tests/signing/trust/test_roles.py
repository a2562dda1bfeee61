import pytest

from signing.errors import FormRefused
from signing.trust.roles import Role, refuse_shared_keys
from tests.signing.refusals import refused


def test_what_takes_two_people() -> None:
    assert {role for role in Role if role.least_threshold == 2} == {Role.EXAMS, Role.RELEASES, Role.RECEIPTS}


def test_the_publisher_signs_exams_and_grants() -> None:
    refuse_shared_keys({"exams": ["p", "s"], "grants": ["p"], "root": ["r"]}, place="x")


@pytest.mark.parametrize(
    "key_ids",
    [
        {"exams": ["p", "s"], "releases": ["p"]},
        {"root": ["p"], "targets": ["p"]},
        {"drop": ["p"], "timestamp": ["q", "p"]},
        {"exams": ["p"], "grants": ["p"], "receipts": ["p"]},
    ],
)
def test_no_key_holds_two_offices(key_ids: dict[str, list[str]]) -> None:
    with refused(FormRefused, place="targets.json"):
        refuse_shared_keys(key_ids, place="targets.json")
