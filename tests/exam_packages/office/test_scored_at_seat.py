"""Scored at the seat: refused unless asked for, said in the signed manifest, read back as it was built."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from exam_packages.container import BytesSource, PackageKind, encode_manifest, manifest_from_fields
from exam_packages.errors import SourceRefused
from exam_packages.ids import ItemId, ResponseId, UtcMs
from exam_packages.inspection import Context, inspect
from exam_packages.office import BuiltExam, Office, build_exam, release_package
from exam_packages.office.state import DELIVERY_NAME, SCORING_NAME
from exam_packages.opening import check_package, open_grant, open_package, open_release
from exam_packages.package_contents import OpenedPackage
from exam_packages.qti.package import read_delivery
from exam_packages.qti.routing import Taken, next_stop
from exam_packages.qti.selecting import select_form
from signing.argon2 import MINIMUM_COST
from signing.canonical import decode, encode
from signing.errors import FormRefused
from signing.fields import Fields
from tests.exam_packages import world
from tests.exam_packages.office import offices
from tests.exam_packages.qti.writing_xml import form_document, item, manifest

PART = (
    '<qti-test-part identifier="p" navigation-mode="linear" submission-mode="individual">'
    '<qti-assessment-section identifier="s" title="S" visible="true">{0}</qti-assessment-section></qti-test-part>'
)
REF = '<qti-assessment-item-ref identifier="{0}" href="items/{0}.xml">{1}</qti-assessment-item-ref>'
JUMP = (
    '<qti-branch-rule target="c"><qti-gte><qti-variable identifier="a.SCORE"/>'
    '<qti-base-value base-type="float">1</qti-base-value></qti-gte></qti-branch-rule>'
)


def write_sources(folder: Path) -> Path:
    """Three items; who answers the first correctly is spared the second."""
    parts = PART.format(REF.format("a", JUMP) + REF.format("b", "") + REF.format("c", ""))
    (folder / "items").mkdir(parents=True)
    for name in "abc":
        (folder / "items" / f"{name}.xml").write_bytes(item())
    (folder / "test.xml").write_bytes(form_document(parts=parts, maximum=3))
    listed = {"test.xml": (), **{f"items/{name}.xml": () for name in "abc"}}
    (folder / "imsmanifest.xml").write_bytes(manifest(listed))
    return folder


def build(office: Office, folder: Path, *, scored_at_seat: bool) -> BuiltExam:
    return build_exam(
        office,
        folder,
        not_before=UtcMs(world.NOW - world.DAY_MS),
        not_after=UtcMs(world.NOW + world.DAY_MS),
        now=world.NOW,
        scored_at_seat=scored_at_seat,
        release_cost=MINIMUM_COST,
    )


def opened(office: Office, built: BuiltExam) -> OpenedPackage:
    digest, trust = built.record.digest, office.trust(world.NOW)
    source = BytesSource((office.package_folder(digest) / DELIVERY_NAME).read_bytes())
    released = release_package(office, digest, offices.OFFICERS, now=world.NOW, release_cost=MINIMUM_COST)
    return open_package(
        source,
        trust=trust,
        grant=open_grant(office.grant_file(digest, world.SITE).read_bytes(), trust=trust, site=world.SITE),
        release=open_release(released, trust=trust, package=check_package(source, trust=trust)),
        site_key=world.content_key(world.SITE),
    )


def test_a_route_that_needs_keys_is_not_built_by_the_way(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused) as refusal:
        build(offices.fresh(tmp_path / "office"), write_sources(tmp_path / "exam"), scored_at_seat=False)
    assert {each.rule for each in refusal.value.findings} == {"route-key"}


def test_built_opened_and_walked(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path / "office")
    package = opened(office, build(office, write_sources(tmp_path / "exam"), scored_at_seat=True))
    assert package.manifest.scored_at_seat
    exam = read_delivery(package, scored_at_seat=package.manifest.scored_at_seat)
    form = select_form(exam.test, "0" * 32)
    first = next_stop(exam, form, None, Taken())
    assert first is not None
    for answer, follows in (("B", "c"), ("A", "b")):
        taken = Taken(responses={ItemId("a"): {ResponseId("RESPONSE"): (answer,)}}, presented={ItemId("a")})
        following = next_stop(exam, form, first, taken)
        assert following is not None
        assert following.item == follows
    with pytest.raises(SourceRefused):
        read_delivery(package)


def test_inspection_says_it(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path / "office")
    built = build(office, write_sources(tmp_path / "exam"), scored_at_seat=True)
    folder = office.package_folder(built.record.digest)
    said = dict(inspect(BytesSource((folder / DELIVERY_NAME).read_bytes()), Context()).facts)
    assert said["scored at the seat"].startswith("yes")
    for data in ((folder / SCORING_NAME).read_bytes(), world.package().data):
        assert "scored at the seat" not in dict(inspect(BytesSource(data), Context()).facts)


def test_the_sample_says_nothing(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    package = opened(office, offices.template().exam)
    assert not package.manifest.scored_at_seat
    assert b"scored_at_seat" not in encode_manifest(package.manifest)


# -- the field --------------------------------------------------------------------------------------------------------


def fields(payload: bytes) -> Fields:
    return Fields(decode(payload, place="manifest", max_bytes=len(payload)), "manifest")


def changed(value: object) -> bytes:
    body = decode(encode_manifest(world.package().manifest), place="manifest", max_bytes=10**7)
    assert isinstance(body, dict)
    return encode({**body, "scored_at_seat": value})  # type: ignore[dict-item]  # whatever somebody may write


@pytest.mark.parametrize("scored_at_seat", [True, False])
def test_one_encoding_each(scored_at_seat: bool) -> None:  # noqa: FBT001 - a case
    whole = replace(world.package().manifest, scored_at_seat=scored_at_seat)
    payload = encode_manifest(whole)
    assert manifest_from_fields(fields(payload), PackageKind.DELIVERY) == whole
    assert (b"scored_at_seat" in payload) is scored_at_seat


@pytest.mark.parametrize("value", [False, 1, "true", [], 0])
def test_no_other_form(value: object) -> None:
    with pytest.raises(FormRefused) as refusal:
        manifest_from_fields(fields(changed(value)), PackageKind.DELIVERY)
    assert refusal.value.place == "manifest.scored_at_seat"


def test_a_scoring_package_has_no_such_field() -> None:
    body = decode(encode_manifest(world.scoring_package().manifest), place="manifest", max_bytes=10**7)
    assert isinstance(body, dict)
    with pytest.raises(FormRefused):
        manifest_from_fields(fields(encode({**body, "scored_at_seat": True})), PackageKind.SCORING)
