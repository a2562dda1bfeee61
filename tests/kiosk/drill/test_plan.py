"""Which images are chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.drill import promises
from kiosk.drill.calls import Call, Marked
from kiosk.drill.images import ImageId, Policy
from kiosk.drill.plan import RUN_ENDS, cuts_of, plan
from kiosk.drill.recording import Recording
from tests.kiosk.drill.disks import WORLD, made, renamed, synced, wrote


def recording(base: Path, *calls: Call, scene: str = "sitting") -> Recording:
    return Recording(scene=scene, below=WORLD, base=base, calls=calls, before=promises.NOTHING)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    place = tmp_path / "base"
    place.mkdir()
    return place


CALLS = (made("part"), wrote("part", b"abc"), synced("part"), renamed("part", "new"), synced(""))


def test_every_call_is_cut_after_once_at_least(base: Path) -> None:
    images = plan([recording(base, *CALLS)], 1_000)
    assert {image.cut for image in images} == {0, 1, 2, 3, 4, 5} - {
        5
    }  # after the last sync nothing is open, as at 4 kept
    assert len(set(images)) == len(images)


def test_nothing_that_could_not_differ_is_chosen(base: Path) -> None:
    images = plan([recording(base, *CALLS)], 1_000)
    dropped = [image.cut for image in images if image.policy is Policy.DROPPED]
    assert dropped == [1, 3]  # from the first open change on, and once more after the content's sync


def test_a_promise_makes_an_image_another_one(base: Path) -> None:
    said = Marked(line=promises.encode_mark(promises.erasing()).decode())
    quiet, loud = (plan([recording(base, *CALLS, *more)], 1_000) for more in ((), (said,)))
    assert [image for image in loud if image not in quiet] == [ImageId(scene="sitting", cut=6, policy=Policy.KEPT)]


def test_as_many_as_wanted_from_every_scene(base: Path) -> None:
    calls = [call for number in range(30) for call in (made(f"{number}"), wrote(f"{number}", bytes(4096)))]
    scenes = [recording(base, *calls, scene=scene) for scene in ("import", "sitting", "erase")]
    images = plan(scenes, 100)
    assert len(images) == 100
    counts = [sum(image.scene == scene.scene for image in images) for scene in scenes]
    assert counts[1] > counts[0] > 10
    assert images == plan(scenes, 100)


def test_few_images_are_no_fault(base: Path) -> None:
    assert plan([recording(base)], 50) == (ImageId(scene="sitting", cut=0, policy=Policy.KEPT),)


def test_long_runs_of_writes_are_cut_at_their_ends_and_here_and_there() -> None:
    calls = [wrote("log", bytes(8), at=8 * number) for number in range(1_000)]
    cuts = list(cuts_of(calls))
    assert cuts == sorted(set(cuts))
    assert len(cuts) <= 3 * RUN_ENDS + 2
    assert {0, 1, 2, 3, 4, 997, 998, 999, 1_000} <= set(cuts)
