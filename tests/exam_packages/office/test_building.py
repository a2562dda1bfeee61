"""Building: what is in each package, what is kept, and what is nowhere."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from exam_packages.container import BytesSource
from exam_packages.errors import SourceRefused
from exam_packages.ids import SiteId, UtcMs
from exam_packages.office import Office, build_exam, register_site, release_package
from exam_packages.office.granting import write_grant
from exam_packages.office.state import DELIVERY_NAME, SCORING_NAME
from exam_packages.opening import check_package, open_grant, open_package, open_release, open_scoring_package
from exam_packages.package_contents import OpenedPackage
from exam_packages.qti.package import read_delivery, read_package
from signing.argon2 import MINIMUM_COST
from signing.errors import ContentRefused, FormRefused
from signing.key_file import PassphraseWrong
from tests.exam_packages import world
from tests.exam_packages.office import offices

# Words that only belong to what stays in the office: QTI 3.0 §5 (response declarations), §6 (response processing).
TELLING = re.compile(
    rb"correct-?response|map-?entry|response-?processing|outcome-?processing|<qti-mapping|match_correct|map_response"
    rb"|rubric[^>]*scorer|answer-sheet|set-outcome-value",
    re.IGNORECASE,
)


def delivery(office: Office, site: SiteId = world.SITE) -> OpenedPackage:
    record = offices.template().exam.record
    trust = office.trust(world.NOW)
    source = BytesSource((office.package_folder(record.digest) / DELIVERY_NAME).read_bytes())
    released = release_package(office, record.digest, offices.OFFICERS, now=world.NOW, release_cost=MINIMUM_COST)
    checked = check_package(source, trust=trust)
    return open_package(
        source,
        trust=trust,
        grant=open_grant(office.grant_file(record.digest, site).read_bytes(), trust=trust, site=site),
        release=open_release(released, trust=trust, package=checked),
        site_key=world.content_key(site),
    )


def scoring(office: Office) -> OpenedPackage:
    record = offices.template().exam.record
    source = BytesSource((office.package_folder(record.digest) / SCORING_NAME).read_bytes())
    key = office.keys.content("scoring-content-1")
    return open_scoring_package(source, trust=office.trust(world.NOW), scoring_key=key)


class TestTwoPackages:
    def test_the_delivery_package_holds_no_key_whatever_one_has(self, tmp_path: Path) -> None:
        package = delivery(offices.fresh(tmp_path))
        package.verify_every_byte()
        everything = {path: package.read(path) for path in package.paths()}
        assert len(everything) > 40
        found = {path: TELLING.findall(data) for path, data in everything.items() if TELLING.search(data)}
        assert found == {}

    def test_the_same_search_finds_keys_where_they_are(self, tmp_path: Path) -> None:
        package = scoring(offices.fresh(tmp_path))
        found = [path for path in package.paths() if TELLING.search(package.read(path))]
        assert len(found) >= 32

    def test_the_key_of_no_question_can_be_read_from_the_delivery(self, tmp_path: Path) -> None:
        office = offices.fresh(tmp_path)
        delivered, whole = read_delivery(delivery(office)), read_package(scoring(office))
        assert [ref.identifier for ref in delivered.test.item_refs()] == [
            ref.identifier for ref in whole.test.item_refs()
        ]
        assert all(
            declaration.correct is None and declaration.mapping is None
            for item in delivered.items.values()
            for declaration in item.response_declarations
        )
        assert all(item.response_processing is None for item in delivered.items.values())
        assert any(declaration.correct for item in whole.items.values() for declaration in item.response_declarations)

    def test_the_scoring_package_names_its_delivery_package(self, tmp_path: Path) -> None:
        assert scoring(offices.fresh(tmp_path)).manifest.delivery == offices.template().exam.record.digest

    def test_what_lies_beside_the_sources_stays_outside(self, tmp_path: Path) -> None:
        office = offices.fresh(tmp_path)
        assert (offices.SAMPLE / "answer-sheet.json").exists()
        assert "answer-sheet.json" not in (*delivery(office).paths(), *scoring(office).paths())
        assert "framework.json" in scoring(office).paths()

    def test_ciphertext_holds_nothing_of_the_content(self, tmp_path: Path) -> None:
        office = offices.fresh(tmp_path)
        folder = office.package_folder(offices.template().exam.record.digest)
        for name in (DELIVERY_NAME, SCORING_NAME):
            data = (folder / name).read_bytes()
            assert b"qti-" not in data
            assert b"items/" not in data


class TestCustody:
    def test_no_secret_is_kept_in_clear(self, tmp_path: Path) -> None:
        """Build with known random bytes and look for every one of them in every file of the office."""
        drawn: list[bytes] = []

        def known_bytes(length: int) -> bytes:
            drawn.append(bytes((len(drawn) * 37 + index * 11 + 5) % 256 for index in range(length)))
            return drawn[-1]

        office = offices.fresh(tmp_path)
        built = build_exam(
            office,
            offices.SAMPLE,
            not_before=world.NOW,
            not_after=UtcMs(world.NOW + 1),
            now=world.NOW,
            random_bytes=known_bytes,
            release_cost=MINIMUM_COST,
        )
        secrets = [raw for raw in drawn if len(raw) == 32]
        assert len(secrets) == 3, "site secret and two content keys"
        assert built.record.issue == 2
        for path in office.folder.rglob("*"):
            data = path.read_bytes() if path.is_file() else b""
            for secret in secrets:
                assert secret not in data, path
                assert secret.hex().encode() not in data, path
                assert base64.b64encode(secret)[:40] not in data, path

    def test_a_late_site_gets_a_grant_without_a_rebuild(self, tmp_path: Path) -> None:
        office = offices.fresh(tmp_path)
        digest = offices.template().exam.record.digest
        before = (office.package_folder(digest) / DELIVERY_NAME).read_bytes()
        register_site(office, offices.site_request(world.OTHER_SITE), site=world.OTHER_SITE, now=world.NOW)
        assert (office.package_folder(digest) / DELIVERY_NAME).read_bytes() == before
        package = delivery(office, world.OTHER_SITE)
        assert package.read(package.paths()[0])

    def test_a_site_registered_anew_gets_a_higher_number(self, tmp_path: Path) -> None:
        office = offices.fresh(tmp_path)
        again = register_site(office, offices.site_request(), site=world.SITE, now=world.NOW)
        assert again.number == 2
        for name in ("../x", "con", "a b"):
            with pytest.raises(FormRefused):
                register_site(office, offices.site_request(), site=name, now=world.NOW)

    def test_a_wrong_passphrase_opens_nothing(self, tmp_path: Path) -> None:
        office = Office(offices.fresh(tmp_path).folder, "wrong")
        with pytest.raises(PassphraseWrong):
            register_site(office, offices.site_request(), site="another", now=world.NOW)

    def test_a_damaged_site_secret_is_refused(self, tmp_path: Path) -> None:
        office = offices.fresh(tmp_path)
        record = replace(offices.template().exam.record, sealed_site_secret=bytes(1168))
        with pytest.raises(ContentRefused):
            write_grant(office, record, world.registration(), now=world.NOW)


class TestRefusals:
    def test_bad_content_is_refused_with_file_and_element_and_nothing_is_left(self, tmp_path: Path) -> None:
        office = offices.fresh(tmp_path)
        content = tmp_path / "content"
        content.mkdir()
        (content / "imsmanifest.xml").write_bytes(b"<manifest/>")
        with pytest.raises(SourceRefused):
            build_exam(office, content, not_before=world.NOW, not_after=world.NOW, now=world.NOW)
        assert len(office.packages()) == 1
        assert not (office.folder / "packages" / ".building").exists()

    def test_an_interrupted_build_leaves_no_package(self, tmp_path: Path) -> None:
        office = Office(offices.fresh(tmp_path).folder, "wrong")
        with pytest.raises(PassphraseWrong):
            build_exam(
                office, offices.SAMPLE, not_before=world.NOW, not_after=world.NOW, now=world.NOW,
                release_cost=MINIMUM_COST,
            )  # fmt: skip
        assert not (office.folder / "packages" / ".building").exists()
        assert len(office.packages()) == 1

    def test_progress_goes_to_the_end(self, tmp_path: Path) -> None:
        seen: list[tuple[int, int]] = []
        build_exam(
            offices.fresh(tmp_path),
            offices.SAMPLE,
            not_before=world.NOW,
            not_after=world.NOW,
            now=world.NOW,
            progress=lambda done, total: seen.append((done, total)),
            release_cost=MINIMUM_COST,
        )
        assert seen[-1][0] == seen[-1][1]
        assert all(done <= total for done, total in seen)


def test_the_record_reads_back(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    assert office.packages() == (offices.template().exam.record,)
    assert office.sites() == (world.SITE,)
    holders = (office.folder / "keys" / "HOLDERS.txt").read_text()
    assert "officer-2.key" in holders
    assert "release officer 2" in holders
    assert json.loads((office.folder / "office.json").read_text())["name"] == "Certification Board"


def test_a_folder_that_is_in_use_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    with pytest.raises(FileExistsError):
        Office.create(tmp_path, name="x", passphrase="p", now=world.NOW, cost=MINIMUM_COST)
