"""A stick that is full, gone, read-only, or lies: each a fault with what to do, and nothing half-written under a final name."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from exam_packages.ids import Digest
from kiosk.errors import StickFault, StickFaultKind
from kiosk.handover import stick as stick_module
from kiosk.handover.stick import SMALL_FILE_MAX_BYTES, Stick, copy_to, put, read_small
from kiosk.seat.facts import ExportOutcome


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 256 KiB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting needs rights that are not here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_full_stick(tiny: Path) -> None:
    put(tiny / "results" / "small", b"x" * 1_000)
    with pytest.raises(StickFault) as fault:
        put(tiny / "results" / "big", os.urandom(500_000))
    assert (fault.value.kind, fault.value.needed_bytes) == (StickFaultKind.FULL, 500_000)
    assert names(tiny) == ["results/small"]


def test_a_full_stick_while_copying(tiny: Path, tmp_path: Path) -> None:
    data = os.urandom(500_000)
    (tmp_path / "from").write_bytes(data)
    with pytest.raises(StickFault) as fault:
        copy_to(tmp_path / "from", tiny / "to", Digest(hashlib.sha256(data).hexdigest()))
    assert fault.value.kind is StickFaultKind.FULL
    assert names(tiny) == []


def test_a_read_only_stick(tiny: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(tiny)], check=True)
    with pytest.raises(StickFault) as fault:
        put(tiny / "a", b"x")
    assert fault.value.kind is StickFaultKind.READ_ONLY


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StickFaultKind.FULL),
        (errno.EROFS, StickFaultKind.READ_ONLY),
        (errno.EACCES, StickFaultKind.NO_RIGHT),
        (errno.ENODEV, StickFaultKind.GONE),
        (errno.EIO, StickFaultKind.IO),
    ],
)
def test_whatever_the_system_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: StickFaultKind
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, "words")

    monkeypatch.setattr(stick_module, "write_durably", fail)
    with pytest.raises(StickFault) as fault:
        put(tmp_path / "a", b"x")
    assert fault.value.kind is kind


def test_a_stick_that_is_pulled_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pulled(path: Path, data: bytes) -> None:
        path.parent.rmdir()
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(stick_module, "write_durably", pulled)
    with pytest.raises(StickFault) as fault:
        put(tmp_path / "stick" / "a", b"x")
    assert fault.value.kind is StickFaultKind.GONE
    assert "pulled" in str(fault.value)


def test_a_stick_that_gives_back_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stick_module, "write_durably", lambda path, data: path.write_bytes(data[::-1]))
    with pytest.raises(StickFault) as fault:
        put(tmp_path / "a", b"ab")
    assert fault.value.kind is StickFaultKind.DIFFERS


def test_the_same_bytes_change_nothing(tmp_path: Path) -> None:
    assert put(tmp_path / "a", b"x").outcome is ExportOutcome.WRITTEN
    before = (tmp_path / "a").stat()
    assert put(tmp_path / "a", b"x").outcome is ExportOutcome.THERE
    after = (tmp_path / "a").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_what_is_no_ordinary_file_is_passed_over(tmp_path: Path) -> None:
    stick = Stick(tmp_path)
    for name in ("b.release", "a.release", ".hidden.release", "c.other"):
        put(stick.releases / name, b"x")
    (stick.releases / "folder.release").mkdir()
    os.mkfifo(stick.releases / "pipe.release")
    assert [path.name for path in stick.release_files()] == ["a.release", "b.release"]
    assert stick.receipt_files() == ()


def test_an_endless_file_is_read_only_so_far(tmp_path: Path) -> None:
    with (tmp_path / "long").open("wb") as file:
        file.truncate(SMALL_FILE_MAX_BYTES * 3)
    assert len(read_small(tmp_path / "long")) == SMALL_FILE_MAX_BYTES + 1
    with pytest.raises(StickFault):
        read_small(tmp_path / "nothing")


@pytest.mark.parametrize(
    "place", [name for name, value in vars(Stick(Path())).items() if value != Path() and name[0] != "_"]
)
def test_a_stick_with_anything_of_a_stick_s_on_it_is_not_bare(tmp_path: Path, place: str) -> None:
    stick = Stick(tmp_path)
    with pytest.raises(StickFault) as fault:
        stick.refuse_bare()
    assert fault.value.kind is StickFaultKind.NOT_FOUND
    folder: Path = getattr(stick, place)
    folder.mkdir()
    stick.refuse_bare()
