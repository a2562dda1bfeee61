"""`kiosk office revoke`, and what `kiosk office build` says of the issues before."""

from __future__ import annotations

from pathlib import Path

import pytest

from exam_packages.office import Office
from kiosk.clock import SystemClock
from tests.exam_packages.office import offices
from ui.command_line import main as command_line

ISSUE_1 = offices.template().exam.record.digest


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return offices.fresh(tmp_path)


def run(office: Office, command: str, *words: object) -> int:
    passphrase = office.folder / "passphrase"
    passphrase.write_text(offices.PASSPHRASE)
    said = ["office", command, office.folder, *words, "--passphrase-file", passphrase]
    return command_line.run([str(word) for word in said])


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join("".join(capsys.readouterr()).split())


def revoked(office: Office) -> frozenset[str]:
    return office.trust(SystemClock().utc_ms()).revocations.packages


def test_building_says_that_an_issue_before_can_still_be_begun(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(office, "build", offices.SAMPLE) == 0
    said = shown(capsys)
    assert "It replaces issue 1, which gets no release any more." in said
    assert f"--package {ISSUE_1[:16]}" in said
    assert run(office, "revoke", "--package", ISSUE_1[:16]) == 0
    assert "issue 1." in shown(capsys)
    assert revoked(office) == {ISSUE_1}
    assert run(office, "build", offices.SAMPLE) == 0
    said = shown(capsys)
    assert "It replaces issue 2" in said
    assert "It replaces issue 1" not in said


def test_sites_seats_and_keys_are_revoked(office: Office) -> None:
    (site, *_) = office.sites()
    certificate, key = "ab" * 32, "cd" * 32
    assert run(office, "revoke", "--site", site, "--seat-certificate", certificate, "--key", key) == 0
    found = office.trust(SystemClock().utc_ms()).revocations
    assert list(found.site_ids) == [site]
    assert list(found.seat_certificates) == [certificate]
    assert list(found.key_ids) == [key]
    assert found.packages == frozenset()


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--package", "00000000"),
        ("--package", ""),
        ("--package", ISSUE_1[:7]),
        ("--site", "site-nowhere"),
        ("--seat-certificate", "abc"),
        ("--key", "no key"),
    ],
)
def test_what_is_not_there_is_not_revoked(words: tuple[str, ...], office: Office) -> None:
    before = office.trust(SystemClock().utc_ms()).revocations
    assert run(office, "revoke", *words) == 3
    assert office.trust(SystemClock().utc_ms()).revocations == before
