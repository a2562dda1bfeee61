from __future__ import annotations

import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.lockdown.preparing.plan import gaps, plan
from kiosk.lockdown.preparing.system import SNAPSHOTS
from kiosk.lockdown.preparing.wishes import CannotPrepare, Session, Storage, WantedFile
from kiosk.lockdown.snapshots import Snapshot, SnapshotStore
from tests.kiosk.lockdown.preparing.trees import WISHES, make_system, picture, power_for, preparation, prepare
from tests.simulators.clock import FakeClock


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_system(tmp_path / "system")


@contextmanager
def system_in_memory() -> Iterator[Path]:
    """A tree for each example, where fsync costs nothing."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
    try:
        yield make_system(folder / "system")
    finally:
        shutil.rmtree(folder)


@functools.cache
def changes_of_a_whole_run() -> int:
    with system_in_memory() as root, power_for(root, 1_000_000) as count:
        prepare(root)
    return count[0]


def test_what_was_prepared_is_taken_back_byte_for_byte(root: Path) -> None:
    before = picture(root)
    changed = prepare(root)
    assert len(changed) == len(plan(root, WISHES))
    assert all(not operation.verify() for operation in plan(root, WISHES))
    assert picture(root) != before
    report = preparation(root).undo()
    assert report.as_found
    assert len(report.operations) == len(changed)
    assert picture(root) == before


def test_twice_is_once(root: Path) -> None:
    prepare(root)
    after = picture(root)
    assert prepare(root) == ()
    assert picture(root) == after


def test_what_is_there_already_is_not_ours_to_take_back(root: Path) -> None:
    wanted = next(each for each in plan(root, WISHES) if each.name.endswith("logind.conf.d/99-kiosk-seat.conf"))
    wanted.apply()
    before = picture(root)
    assert wanted.name not in prepare(root)
    preparation(root).undo()
    assert picture(root) == before


@settings(max_examples=25, deadline=None)
@given(first=st.floats(0, 1), second=st.floats(0, 1), after=st.booleans())
def test_a_power_cut_at_any_change_can_be_taken_back(first: float, second: float, after: bool) -> None:  # noqa: FBT001
    whole = changes_of_a_whole_run()
    with system_in_memory() as root:
        before = picture(root)
        with power_for(root, int(first * whole)):
            prepare(root)
        if after:  # the next cut comes while it is taken back
            with power_for(root, int(second * whole)):
                preparation(root).undo()
        else:  # or while it is prepared again
            with power_for(root, int(second * whole)):
                prepare(root)
        assert preparation(root).undo().as_found
        assert picture(root) == before


def test_the_power_cuts_of_these_tests_are_ones(root: Path) -> None:
    before = picture(root)
    whole = changes_of_a_whole_run()
    assert whole > len(plan(root, WISHES)) * 4
    with power_for(root, whole // 2):
        prepare(root)
    assert picture(root) != before
    assert any(operation.verify() for operation in plan(root, WISHES))


def test_other_wishes_take_back_what_is_wished_no_more(root: Path) -> None:
    before = picture(root)
    prepare(root)
    prepare(root, replace(WISHES, user="pupil", session=Session.CAGE))
    assert "exam:" not in (root / "etc/passwd").read_text()
    assert "pupil:" in (root / "etc/passwd").read_text()
    assert "cage" in (root / "etc/systemd/system/kiosk-seat-display.service").read_text()
    assert preparation(root).undo().as_found
    assert picture(root) == before


def test_what_others_add_to_the_lists_meanwhile_stays(root: Path) -> None:
    prepare(root)
    with (root / "etc/passwd").open("a") as file:
        file.write("teacher:x:1000:1000::/home/teacher:/bin/bash\n")
    preparation(root).undo()
    lines = (root / "etc/passwd").read_text().splitlines()
    assert [line.split(":")[0] for line in lines] == ["root", "last", "teacher"]


def test_a_user_who_is_there_stays_as_he_is(root: Path) -> None:
    path = root / "etc/passwd"
    path.write_text(path.read_text() + "exam:x:1234:1234::/home/exam:/bin/bash\n")
    prepare(root)
    assert "meta skuid 1234 " in (root / "etc/kiosk-seat/network.nft").read_text()
    preparation(root).undo()
    assert "exam:x:1234:1234::/home/exam:/bin/bash\n" in path.read_text()


def test_no_number_is_given_twice(root: Path) -> None:
    prepare(root)
    numbers = [line.split(":")[2] for line in (root / "etc/passwd").read_text().splitlines()]
    assert sorted(numbers) == ["0", "998", "999"]


def test_nothing_outside_of_the_root_is_touched(root: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / "etc/polkit-1").symlink_to(elsewhere)
    before = picture(root)
    with pytest.raises(CannotPrepare, match="leads out of"):
        prepare(root)
    assert not list(elsewhere.iterdir())
    assert picture(root) == before


def test_a_run_that_fails_is_taken_back(root: Path) -> None:
    (root / "etc/systemd/system/ctrl-alt-del.target").mkdir()
    before = picture(root)
    with pytest.raises(CannotPrepare, match="neither a file nor a link"):
        prepare(root)
    assert picture(root) == before


def test_a_file_too_long_to_be_kept_is_not_replaced(root: Path) -> None:
    (root / "etc/usbguard/rules.conf").write_bytes(b"#" * 50_000)
    before = picture(root)
    with pytest.raises(CannotPrepare, match="too long"):
        prepare(root)
    assert picture(root) == before


def test_what_an_unknown_version_changed_is_said_and_the_rest_is_taken_back(root: Path) -> None:
    prepare(root)
    store = SnapshotStore(root / SNAPSHOTS)
    store.keep(Snapshot(number=900, operation="prepare/firmware/x", data=b"", wall=FakeClock().utc_ms()))
    report = preparation(root).undo()
    assert [each.operation for each in report.operations if each.failure] == ["prepare/firmware/x"]
    assert not (root / "etc/kiosk-seat").exists()
    assert store.left()


def test_a_damaged_snapshot_puts_nothing_anywhere(root: Path) -> None:
    prepare(root)
    store = SnapshotStore(root / SNAPSHOTS)
    name = "prepare/place/etc/kiosk-seat/network.nft"
    kept = next(snapshot for snapshot in store.left() if snapshot.operation == name)
    for data in (b"{}", b"nonsense", b'{"folders":["etc/ssl"]}'):
        store.keep(replace(kept, data=data))
        failed = [each for each in preparation(root).undo().operations if each.failure]
        assert [each.operation for each in failed] == [name]
    assert (root / "etc/kiosk-seat/network.nft").exists()


def test_no_system_is_not_prepared(tmp_path: Path) -> None:
    with pytest.raises(CannotPrepare, match="not the root of a system"):
        plan(tmp_path, WISHES)
    assert preparation(tmp_path).undo().operations == ()
    assert not list(tmp_path.iterdir())


def test_a_whole_system_lacks_little(root: Path) -> None:
    prepare(root)
    os.chown(root / "var/lib/exam-seat", 998, 998) if os.geteuid() == 0 else None
    said = dict(gaps(root, replace(WISHES, usb_policy="allow id 1:2\n")))
    assert set(said.values()) <= {"/var/lib/exam-seat does not belong to exam: chown -R exam: /var/lib/exam-seat"}


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("usr/lib/systemd/systemd", "no systemd"),
        ("usr/lib/xorg/Xorg", "no Xorg"),
        ("usr/sbin/nft", "no nft"),
        ("etc/usbguard/usbguard-daemon.conf", "USBGuard is not installed"),
        ("opt/exam/kiosk", "which is not there"),
    ],
)
def test_what_is_missing_is_said(root: Path, missing: str, sentence: str) -> None:
    assert sentence not in str(gaps(root, WISHES))
    (root / missing).unlink()
    assert sentence in str(gaps(root, WISHES))


def test_swap_and_writable_programs_are_said(root: Path) -> None:
    (root / "etc/fstab").write_text("/dev/sda2 none swap sw 0 0\n")
    (root / "opt").chmod(0o777)
    assert "names swap" in str(gaps(root, WISHES))
    assert "may write to /opt:" in str(gaps(root, WISHES))


def test_usbguard_decides_only_where_there_is_one(tmp_path: Path) -> None:
    wishes = replace(WISHES, storage=Storage.USBGUARD)
    bare = make_system(tmp_path / "bare", usbguard=False)
    with pytest.raises(CannotPrepare, match="not installed"):
        plan(bare, wishes)
    root = make_system(tmp_path / "guarded")
    modules = next(each.wanted for each in plan(root, wishes) if each.name.endswith("modprobe.d/kiosk-seat.conf"))  # type: ignore[union-attr] # all named so are places
    assert isinstance(modules, WantedFile)
    assert "usb-storage" not in modules.text


@pytest.mark.parametrize(
    "change",
    [
        {"user": "root"},
        {"user": "a b"},
        {"user": 'x"; }'},
        {"seat": Path("/home/exam/seat")},
        {"seat": Path("relative")},
        {"program": Path("/opt/a b")},
        {"stick": Path("/mnt/%i")},
        {"seat": Path("/srv/../etc")},
    ],
)
def test_names_that_would_mean_something_else_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(CannotPrepare):
        replace(WISHES, **change)  # type: ignore[arg-type] # what a command line could give
