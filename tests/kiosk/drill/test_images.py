"""What a cut leaves: of contents, of names, of both."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.drill.calls import Call
from kiosk.drill.disk import Disk
from kiosk.drill.errors import DrillError
from kiosk.drill.images import SECTOR_BYTES, ImageId, Policy, choices_of, image_id, write_tree
from tests.kiosk.drill.disks import disk_after, folder, image, made, removed, renamed, synced, wrote

RANDOM = (Policy.TORN, Policy.SHUFFLED)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    place = tmp_path / "base"
    place.mkdir()
    (place / "old").write_bytes(b"before")
    return place


def every(disk: Disk, policy: Policy, seeds: int = 200) -> list[dict[str, bytes]]:
    return [dict(image(disk, policy, seed)) for seed in range(seeds)]


def test_nothing_has_happened(base: Path) -> None:
    disk = disk_after(base)
    assert {tuple(image(disk, policy).items()) for policy in Policy} == {(("old", b"before"),)}
    assert choices_of(disk) == ((Policy.KEPT, 1),)


def test_a_new_file_without_any_sync(base: Path) -> None:
    disk = disk_after(base, made("new"), wrote("new", b"abc"))
    assert "new" not in image(disk, Policy.DROPPED)
    assert "new" not in image(disk, Policy.CONTENTS)
    assert image(disk, Policy.NAMES)["new"] == b""
    assert image(disk, Policy.KEPT)["new"] == b"abc"


def test_a_content_that_was_synced_has_no_name_before_its_folder_was(base: Path) -> None:
    calls: list[Call] = [made("new"), wrote("new", b"abc"), synced("new")]
    assert "new" not in image(disk_after(base, *calls), Policy.CONTENTS)
    assert image(disk_after(base, *calls, synced("")), Policy.DROPPED)["new"] == b"abc"


def test_write_sync_rename_sync_is_all_or_nothing(base: Path) -> None:
    calls: list[Call] = [
        made(".old.part"),
        wrote(".old.part", b"after"),
        synced(".old.part"),
        renamed(".old.part", "old"),
    ]
    for number in range(len(calls) + 1):
        disk = disk_after(base, *calls[:number])
        for policy in Policy:
            assert {found["old"] for found in every(disk, policy, 20)} <= {b"before", b"after"}
    assert image(disk_after(base, *calls, synced("")), Policy.DROPPED) == {"old": b"after"}


def test_a_rename_without_the_sync_of_the_content_may_leave_an_empty_file(base: Path) -> None:
    disk = disk_after(base, made("part"), wrote("part", b"after"), renamed("part", "old"), synced(""))
    assert image(disk, Policy.DROPPED)["old"] == b""


def test_what_was_removed_may_be_back_until_the_folder_is_synced(base: Path) -> None:
    assert "old" in image(disk_after(base, removed("old")), Policy.DROPPED)
    assert "old" not in image(disk_after(base, removed("old"), synced("")), Policy.DROPPED)


def test_a_new_folder_takes_with_it_what_is_in_it(base: Path) -> None:
    calls: list[Call] = [folder("sub"), made("sub/file"), wrote("sub/file", b"abc"), synced("sub/file"), synced("sub")]
    assert image(disk_after(base, *calls), Policy.DROPPED) == {"old": b"before"}
    assert image(disk_after(base, *calls, synced("")), Policy.DROPPED)["sub/file"] == b"abc"


def test_a_folder_s_sync_covers_the_other_half_of_a_rename(base: Path) -> None:
    calls: list[Call] = [folder("sub"), synced(""), made("a"), renamed("a", "sub/a"), synced("sub"), synced("")]
    assert set(image(disk_after(base, *calls), Policy.DROPPED)) == {"old", "sub/a"}


def test_sectors_are_torn_each_for_itself(base: Path) -> None:
    data = b"".join(bytes([number]) * SECTOR_BYTES for number in range(1, 5))
    disk = disk_after(base, made("new"), synced(""), wrote("new", data))
    found = {image["new"] for image in every(disk, Policy.TORN)}
    assert len(found) > 10
    for content in found:
        for at in range(0, len(content), SECTOR_BYTES):
            assert content[at : at + SECTOR_BYTES] in (data[at : at + SECTOR_BYTES], bytes(SECTOR_BYTES))


def test_a_sector_may_hold_any_of_its_earlier_contents(base: Path) -> None:
    disk = disk_after(base, wrote("old", b"first!"), wrote("old", b"second"))
    assert {image["old"] for image in every(disk, Policy.TORN)} == {b"before", b"first!", b"second"}


def test_names_in_their_order_or_not(base: Path) -> None:
    disk = disk_after(base, made("a"), made("b"))
    assert {"b"} not in [image.keys() - {"old"} for image in every(disk, Policy.TORN)]
    assert {"b"} in [image.keys() - {"old"} for image in every(disk, Policy.SHUFFLED)]


def test_a_change_of_a_name_needs_the_one_before_it(base: Path) -> None:
    disk = disk_after(base, made("part"), renamed("part", "new"))
    for policy in RANDOM:
        assert {frozenset(image) - {"old"} for image in every(disk, policy)} == {
            frozenset(),
            frozenset({"part"}),
            frozenset({"new"}),
        }


def test_the_same_seed_gives_the_same_image(base: Path) -> None:
    disk = disk_after(base, made("new"), wrote("new", bytes(range(256)) * 16), made("b"))
    assert every(disk, Policy.SHUFFLED) == every(disk, Policy.SHUFFLED)


def test_shared_memory_holds_anything(base: Path) -> None:
    disk = disk_after(base, made("db-shm"), wrote("db-shm", bytes(64)), synced(""))
    assert len({image["db-shm"] for image in every(disk, Policy.TORN, 20)}) == 20


def test_what_is_written_while_a_sync_runs_is_not_synced(base: Path) -> None:
    disk = disk_after(base, wrote("old", b"a"), wrote("old", b"b", at=1), synced("old", begun=1))
    assert image(disk, Policy.DROPPED)["old"] == b"aefore"


def test_an_image_is_laid_out(base: Path, tmp_path: Path) -> None:
    write_tree({"a": b"1", "sub": {"b": bytearray(b"2"), "empty": {}}}, tmp_path / "image")
    assert (tmp_path / "image" / "sub" / "b").read_bytes() == b"2"
    assert (tmp_path / "image" / "sub" / "empty").is_dir()


def test_names_of_images() -> None:
    image = ImageId(scene="sitting", cut=12, policy=Policy.TORN, seed=3)
    assert image_id(str(image)) == image
    for text in ("", "sitting:12:torn", "sitting:x:torn:0", "sitting:12:eaten:0"):
        with pytest.raises(DrillError):
            image_id(text)


def test_a_recording_that_does_not_fit_its_disk(base: Path) -> None:
    for call in (wrote("missing", b""), renamed("missing", "new"), made("old/under"), synced("missing")):
        with pytest.raises(DrillError):
            disk_after(base, call)
