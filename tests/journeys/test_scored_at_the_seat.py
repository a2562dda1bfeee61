"""An exam whose way depends on points: built only when asked for, said aloud, and gone as each candidate answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from exam_packages.container import BytesSource
from exam_packages.errors import SourceRefused
from exam_packages.ids import AppointmentId, ResponseId
from exam_packages.inspection import Context, inspect
from exam_packages.office.state import DELIVERY_NAME
from kiosk.seat.seat import Seat
from tests.exam_packages.qti.writing_xml import form_document, item, manifest
from tests.journeys.foreign_day import DINA, EMIL, begin, build, deliver, hand_in, scored, sit, zipped
from tests.simulators.day import World, make_world

REF = '<qti-assessment-item-ref identifier="{0}" href="items/{0}.xml">{1}</qti-assessment-item-ref>'
TO_THE_HARD_ONE = (
    '<qti-branch-rule target="hard"><qti-gte><qti-variable identifier="first.SCORE"/>'
    '<qti-base-value base-type="float">1</qti-base-value></qti-gte></qti-branch-rule>'
)
ENOUGH = (
    '<qti-branch-rule target="EXIT_TEST"><qti-lt><qti-variable identifier="first.SCORE"/>'
    '<qti-base-value base-type="float">1</qti-base-value></qti-lt></qti-branch-rule>'
)
PART = (
    '<qti-test-part identifier="part" navigation-mode="linear" submission-mode="individual">'
    '<qti-assessment-section identifier="all" title="Questions" visible="true">{0}</qti-assessment-section></qti-test-part>'
)
RESPONSE = ResponseId("RESPONSE")
NAMES = ("first", "easy", "hard")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    refs = REF.format("first", TO_THE_HARD_ONE) + REF.format("easy", ENOUGH) + REF.format("hard", "")
    files = {f"items/{name}.xml": item() for name in NAMES}
    files["test.xml"] = form_document(parts=PART.format(refs), maximum=3)
    files["imsmanifest.xml"] = manifest(dict.fromkeys(files, ()))
    return zipped(files, tmp_path / "exam.zip")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "world")


def test_without_the_switch_it_is_not_built_and_the_rule_is_named(package: Path, world: World) -> None:
    with pytest.raises(SourceRefused) as refusal:
        build(world, package)
    said = {(each.file, each.element, each.rule) for each in refusal.value.findings}
    assert said == {("test.xml", "qti-branch-rule", "route-key")}


def test_who_knows_goes_another_way(package: Path, world: World) -> None:
    built = build(world, package, scored_at_seat=True)
    data = (world.office.package_folder(built.record.digest) / DELIVERY_NAME).read_bytes()
    said = inspect(BytesSource(data), Context())
    assert dict(said.facts)["scored at the seat"].startswith("yes")
    with world.seat() as seat:
        deliver(world, seat, built)
        assert _sat(world, seat, DINA, "B") == (["first", "hard"], 2)
        assert _sat(world, seat, EMIL, "A") == (["first", "easy"], 1)


def _sat(world: World, seat: Seat, candidate: AppointmentId, first: str) -> tuple[list[str], float]:
    """The way somebody went who answers the first question so and the others right, and the points."""
    running = begin(seat.day(), candidate)
    way = sit(running, lambda name, _shown: {RESPONSE: (first if name == "first" else "B",)})
    report = scored(world, seat, hand_in(running)).report
    assert [each.item for each in report.items if each.presented] == way.items
    assert report.max_total == len(NAMES)
    return [*way.items], report.total
