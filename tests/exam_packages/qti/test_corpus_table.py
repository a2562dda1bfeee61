"""Every item of others is accepted or refused, and what is accepted is delivered and reads the same."""

from __future__ import annotations

from tests.exam_packages.qti.corpus import NEEDS_CORPUS
from tests.exam_packages.qti.corpus_table import all_fates, form_fates, table, table_of_forms


@NEEDS_CORPUS
def test_whatever_is_accepted_is_delivered_unchanged() -> None:
    assert [each.file for each in all_fates() if not each.errors and not each.delivered] == []
    assert all(finding.file and finding.message and finding.remedy for each in all_fates() for finding in each.errors)


@NEEDS_CORPUS
def test_the_profile_does_not_become_narrower() -> None:
    assert sum(each.read for each in all_fates()) >= 879
    assert sum(each.delivered for each in all_fates()) >= 585
    assert sum(each.scored for each in all_fates()) >= 780
    assert "| all | 883 |" in table(list(all_fates()))


@NEEDS_CORPUS
def test_tests_of_others_are_read_and_most_are_accepted() -> None:
    found = list(form_fates())
    assert all(each.read for each in found)
    assert sum(not each.rules for each in found) >= 84
    assert "| all | 90 | 90 |" in table_of_forms(found)
