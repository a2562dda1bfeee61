"""Second copies on real small media: full, read-only, frozen, and with a file system as sticks have it."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.clock import SystemClock
from kiosk.mirror import writing
from kiosk.mirror.state import MirrorFault, MirrorPhase
from tests.kiosk.journal.journals import check
from tests.kiosk.mirror.media import Sitting, copies, refuse_difference, sitting

MIB = 1024 * 1024


def run(*command: str) -> str:
    """Run a program of the system that needs rights; where it cannot, the test is skipped and says why."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    if done.returncode != 0:
        pytest.skip(f"{command[0]} cannot be used here: {done.stderr.strip()[:100]}")
    return done.stdout


def unmount(folder: Path) -> None:
    subprocess.run(["umount", str(folder)], check=False, capture_output=True)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where a medium is mounted."""
    folder = tmp_path / "stick"
    folder.mkdir()
    yield folder
    unmount(folder)


@pytest.fixture
def small(folder: Path) -> Path:
    run("mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(folder))
    return folder


@pytest.fixture
def ext4(folder: Path, tmp_path: Path) -> Path:
    image = _image(tmp_path, 48)
    run("mkfs.ext4", "-q", str(image))
    run("mount", "-o", "loop", str(image), str(folder))
    return folder


@pytest.fixture
def exfat(folder: Path, tmp_path: Path) -> Iterator[Path]:
    """The file system that sticks are sold with, by a driver outside the kernel."""
    image = _image(tmp_path, 64)
    run("mkfs.exfat", str(image))
    device = run("losetup", "-f", "--show", str(image)).strip()
    try:
        run("mount.exfat-fuse", device, str(folder))
        yield folder
    finally:
        unmount(folder)
        subprocess.run(["losetup", "-d", device], check=False, capture_output=True)


def _image(folder: Path, mebibytes: int) -> Path:
    image = folder / "image"
    with image.open("wb") as file:
        file.truncate(mebibytes * MIB)
    return image


def fault(desk: Sitting, kind: MirrorFault) -> None:
    desk.until(lambda state: state.phase is MirrorPhase.FAULT and state.fault is kind)


def test_a_medium_that_fills_up_and_gets_room_again(tmp_path: Path, small: Path) -> None:
    with sitting(tmp_path / "journal", small) as desk:
        desk.until_in_step()
        filler = small / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(bytes(64 * 1024)):
                pass
        for number in range(200):
            desk.answer(f"{number} " + "x" * 60_000)
            if desk.mirror.state.fault is not None:
                break
        fault(desk, MirrorFault.FULL)
        desk.answer("still answered")
        filler.unlink()
        desk.until_in_step()
        desk.answer("and on")
        desk.until_in_step()
    refuse_difference(desk.journal, copies(small)[-1])


def test_a_medium_without_room_from_the_start(tmp_path: Path, folder: Path) -> None:
    run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder))
    with sitting(tmp_path / "journal", folder) as desk:
        fault(desk, MirrorFault.FULL)
        desk.answer("one")
    assert len(check(desk.journal).lines) > 1


def test_a_medium_that_cannot_be_written(tmp_path: Path, small: Path) -> None:
    run("mount", "-o", "remount,ro", str(small))
    with sitting(tmp_path / "journal", small) as desk:
        fault(desk, MirrorFault.READ_ONLY)
        desk.answer("one")
        run("mount", "-o", "remount,rw", str(small))
        desk.until_in_step()
    refuse_difference(desk.journal, copies(small)[0])


def test_a_medium_that_hangs_in_the_kernel(tmp_path: Path, ext4: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every write to it waits, in a way that nothing but the medium can end."""
    monkeypatch.setattr(writing, "SLOW_MS", 300)
    with sitting(tmp_path / "journal", ext4, clock=SystemClock()) as desk:
        desk.answer("one")
        desk.until_in_step()
        run("fsfreeze", "-f", str(ext4))
        try:
            desk.answer(*(str(number) for number in range(50)))
            fault(desk, MirrorFault.SLOW)
            assert desk.mirror.state.behind >= 50
        finally:
            run("fsfreeze", "-u", str(ext4))
        desk.until_in_step()
    refuse_difference(desk.journal, copies(ext4)[0])


def test_a_medium_whose_mount_goes_while_it_is_written(tmp_path: Path, ext4: Path) -> None:
    """What stays is an empty folder on the seat's own disk: no place for a second copy."""
    with sitting(tmp_path / "journal", ext4, real_devices=True) as desk:
        desk.answer("one")
        desk.until_in_step()
        run("umount", "-l", str(ext4))
        desk.answer("two")
        fault(desk, MirrorFault.SAME_DISK)
        desk.answer("three")
    assert [*ext4.iterdir()] == []


def test_a_sticks_own_file_system_does(tmp_path: Path, exfat: Path) -> None:
    with sitting(tmp_path / "journal", exfat, real_devices=True) as desk:
        desk.answer(*(str(number) for number in range(30)))
        desk.until_in_step()
    with sitting(desk.journal, exfat, going_on=check(desk.journal), real_devices=True) as again:
        again.answer("and on")
        again.until_in_step()
    assert len(copies(exfat)) == 1
    refuse_difference(desk.journal, copies(exfat)[0])
