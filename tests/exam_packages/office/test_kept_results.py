"""What the office tells sites of the results it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from exam_packages.office import Office, accept_results, publish
from exam_packages.opening import open_kept_results
from exam_packages.seat_marks import KeptResults
from exam_packages.session_events import Record
from exam_packages.signed_documents import file_digest
from signing.dsse import read_envelope, sign
from tests.exam_packages import world
from tests.exam_packages.office import offices


def anything(_records: tuple[Record, ...]) -> None:
    """A judge that believes everything."""


def accept(office: Office, *bundles: bytes) -> None:
    accept_results(office, [(f"bundle {n}", data) for n, data in enumerate(bundles)], judge=anything, now=world.NOW)


def kept(office: Office) -> KeptResults:
    data = office.kept_results_file(world.SITE).read_bytes()
    return open_kept_results(data, trust=office.trust(world.NOW), site=world.SITE)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = offices.fresh(tmp_path)
    offices.confirm_seats(made, "seat-01", "seat-02")
    return made


def test_nothing_is_said_before_the_first_result(office: Office) -> None:
    accept(office)
    assert not office.kept_results_file(world.SITE).exists()


def test_the_newest_result_of_each_seat_is_named(office: Office) -> None:
    first = offices.bundle(office)
    second = offices.bundle(office, number=2, previous=file_digest(first))
    accept(office, second, first)
    (entry,) = kept(office).seats
    assert (entry.number, entry.bundle) == (2, file_digest(second))


def test_the_list_counts_only_when_it_says_something_new(office: Office) -> None:
    first = offices.bundle(office)
    accept(office, first)
    assert kept(office).number == 1
    accept(office, first)
    assert kept(office).number == 1
    accept(office, offices.bundle(office, number=2, previous=file_digest(first)))
    assert kept(office).number == 2


def test_a_result_in_quarantine_has_arrived(office: Office) -> None:
    accept(office, offices.bundle(office, number=3, previous=file_digest(b"nobody knows this one")))
    assert kept(office).seats[0].number == 3


def test_of_two_with_one_number_the_first_stays(office: Office) -> None:
    first = offices.bundle(office)
    accept(office, first)
    accept(office, offices.bundle(office))  # sealed again: other ciphertext, so another bundle
    assert kept(office).seats[0].bundle == file_digest(first)


def test_a_list_signed_by_keys_of_before_is_written_anew(office: Office) -> None:
    first = offices.bundle(office)
    accept(office, first)
    path = office.kept_results_file(world.SITE)
    before = kept(office)
    path.write_bytes(_signed_by_others(path.read_bytes()))
    accept(office, first)
    assert kept(office).number == before.number + 1
    assert kept(office).seats == before.seats


def _signed_by_others(data: bytes) -> bytes:
    envelope = read_envelope(data, place="list", max_bytes=100_000)
    return sign(envelope.untrusted_payload, envelope.payload_type, world.signers("an old key", "another old key"))


def test_a_drop_carries_it(office: Office, tmp_path: Path) -> None:
    accept(office, offices.bundle(office))
    publish(office, tmp_path / "drop", now=world.NOW)
    carried = list((tmp_path / "drop" / "targets" / "kept").glob("*.kept"))
    assert [path.read_bytes() for path in carried] == [office.kept_results_file(world.SITE).read_bytes()]
