"""Releasing: two officers, the right package, the newest issue."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from exam_packages.container import FileSource
from exam_packages.ids import Digest, UtcMs
from exam_packages.office import Office, OfficerUnlock, build_exam, release_package, revoke, spoken_code
from exam_packages.office.state import DELIVERY_NAME
from exam_packages.opening import check_package, open_release, open_release_share
from exam_packages.releases import check_value
from signing.argon2 import MINIMUM_COST
from signing.errors import ContentRefused, OlderRefused, RevokedRefused, ThresholdRefused
from signing.key_file import PassphraseWrong, write_content_key, write_signing_key
from signing.release_code import normalise, release_secret
from tests.exam_packages import world
from tests.exam_packages.office import offices


def digest() -> Digest:
    return offices.template().exam.record.digest


def officer(number: int, passphrase: str = offices.PASSPHRASE) -> OfficerUnlock:
    return OfficerUnlock(officer=number, passphrase=passphrase)


@pytest.mark.parametrize("pair", [(1, 2), (1, 3), (2, 3), (3, 1)])
def test_any_two_officers_release_without_the_office_passphrase(tmp_path: Path, pair: tuple[int, int]) -> None:
    office = offices.fresh(tmp_path, passphrase=None)
    officers = [officer(number) for number in pair]
    data = release_package(office, digest(), officers, now=world.NOW, release_cost=MINIMUM_COST)
    trust = office.trust(world.NOW)
    with (office.package_folder(digest()) / DELIVERY_NAME).open("rb") as file:
        package = check_package(FileSource(file), trust=trust)
        release = open_release(data, trust=trust, package=package)
    assert release.package == digest()
    assert (office.package_folder(digest()) / "package.release").read_bytes() == data


@pytest.mark.parametrize("numbers", [(), (1,), (2, 2), (1, 2, 3), (1, 4)])
def test_anything_but_two_different_officers_is_refused(tmp_path: Path, numbers: tuple[int, ...]) -> None:
    office = offices.fresh(tmp_path)
    with pytest.raises(ThresholdRefused, match="two different"):
        release_package(office, digest(), [officer(number) for number in numbers], now=world.NOW)


def test_each_officer_needs_the_own_passphrase(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    own = office.keys
    folder = office.folder / "keys"
    signing, content = own.signing("officer-3"), own.content("officer-3-content")
    (folder / "officer-3.key").write_bytes(write_signing_key(signing, passphrase="three", cost=MINIMUM_COST))
    (folder / "officer-3-content.key").write_bytes(write_content_key(content, passphrase="three", cost=MINIMUM_COST))
    with pytest.raises(PassphraseWrong):
        release_package(office, digest(), offices.OFFICERS, now=world.NOW, release_cost=MINIMUM_COST)
    pair = [officer(1), officer(3, "three")]
    assert release_package(office, digest(), pair, now=world.NOW, release_cost=MINIMUM_COST)


def test_the_spoken_code_makes_the_same_secret_and_is_nowhere_in_clear(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    code = spoken_code(office, digest(), offices.OFFICERS, now=world.NOW)
    package_id = offices.template().exam.record.package_id
    with (office.package_folder(digest()) / DELIVERY_NAME).open("rb") as file:
        manifest = check_package(FileSource(file), trust=office.trust(world.NOW)).manifest
    secret = release_secret(code, package_id=package_id, cost=MINIMUM_COST)
    assert check_value(secret) == manifest.release_check
    for path in office.folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert normalise(code).encode() not in data, path
        assert secret not in data, path


def test_a_share_of_another_package_is_refused(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    other = rebuilt(office)
    share = office.share_file(digest(), 1).read_bytes()
    office.share_file(other, 1).write_bytes(share)
    assert open_release_share(share, trust=office.trust(world.NOW)).package == digest()
    with pytest.raises(ContentRefused, match="another package"):
        release_package(office, other, offices.OFFICERS, now=world.NOW, release_cost=MINIMUM_COST)


def test_a_superseded_package_gets_no_release(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    newer = rebuilt(office)
    with pytest.raises(OlderRefused, match="issue 2 has replaced it"):
        release_package(office, digest(), offices.OFFICERS, now=world.NOW, release_cost=MINIMUM_COST)
    assert release_package(office, newer, offices.OFFICERS, now=world.NOW, release_cost=MINIMUM_COST)


def test_a_revoked_package_gets_no_release(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    revoke(office, now=world.NOW, packages=[digest()])
    with pytest.raises(RevokedRefused):
        spoken_code(office, digest(), offices.OFFICERS, now=world.NOW)


def test_a_package_nobody_built_gets_no_release(tmp_path: Path) -> None:
    with pytest.raises(ContentRefused, match="not one of this office"):
        release_package(offices.fresh(tmp_path), Digest("ab" * 32), offices.OFFICERS, now=world.NOW)


def rebuilt(office: Office) -> Digest:
    built = build_exam(
        office,
        offices.SAMPLE,
        not_before=world.NOW,
        not_after=UtcMs(world.NOW + world.DAY_MS),
        now=world.NOW,
        release_cost=MINIMUM_COST,
    )
    return built.record.digest


def test_a_form_of_another_exam_by_the_same_name_supersedes_nothing(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    content = tmp_path / "content"
    shutil.copytree(offices.SAMPLE, content)
    manifest = content / "imsmanifest.xml"
    named = offices.template().exam.record.exam
    manifest.write_text(manifest.read_text().replace(f'identifier="{named}"', 'identifier="another-exam"', 1))
    other = build_exam(
        office, content, not_before=world.NOW, not_after=world.NOW, now=world.NOW, release_cost=MINIMUM_COST
    ).record
    assert (other.exam, other.form, other.issue) == ("another-exam", offices.template().exam.record.form, 1)
    assert {record.digest for record in office.current_packages()} == {digest(), other.digest}
    for package in (digest(), other.digest):
        assert release_package(office, package, offices.OFFICERS, now=world.NOW, release_cost=MINIMUM_COST)
