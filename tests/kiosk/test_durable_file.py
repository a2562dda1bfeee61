from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.ids import Digest
from kiosk import durable_file
from kiosk.durable_file import (
    CopyDiffersError,
    check_written,
    clear_leftovers,
    copy_durably,
    destroy,
    digest_of,
    make_folder,
    new_folder,
    remove_durably,
    write_durably,
)


def digest(data: bytes) -> Digest:
    return Digest(hashlib.sha256(data).hexdigest())


class Disk:
    """Notes which calls reach the disk, in order, and can fail at one of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fail_at: str = "") -> None:
        self.calls: list[str] = []
        real_fsync, real_replace = os.fsync, Path.replace

        def fsync(descriptor: int) -> None:
            kind = "folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file"  # noqa: PTH112 - a descriptor
            self.note(f"fsync {kind}", fail_at)
            real_fsync(descriptor)

        def replace(path: Path, target: Path) -> Path:
            self.note("rename", fail_at)
            return real_replace(path, target)

        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(Path, "replace", replace)

    def note(self, call: str, fail_at: str) -> None:
        self.calls.append(call)
        if call == fail_at:
            raise OSError(5, "Input/output error")


def test_written_synced_renamed_and_the_name_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch)
    write_durably(tmp_path / "a", b"one")
    assert disk.calls == ["fsync file", "rename", "fsync folder"]
    assert (tmp_path / "a").read_bytes() == b"one"


@pytest.mark.parametrize("fail_at", ["fsync file", "rename"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fail_at: str
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    Disk(monkeypatch, fail_at)
    with pytest.raises(OSError, match="Input/output"):
        write_durably(tmp_path / "a", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_a_secret_file_is_for_its_owner_only(tmp_path: Path) -> None:
    write_durably(tmp_path / "key", b"secret", mode=0o600)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


@settings(max_examples=20, deadline=None)
@given(st.binary(max_size=5_000))
def test_a_copy_is_what_was_copied(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("copy")
    (folder / "from").write_bytes(data)
    told: list[tuple[int, int]] = []
    copy_durably(
        folder / "from",
        folder / "to",
        digest=digest(data),
        progress=lambda done, total, _what: told.append((done, total)),
    )
    assert (folder / "to").read_bytes() == data
    assert digest_of(folder / "to", past_cache=True) == digest(data)
    assert not data or told[-1] == (len(data), len(data))


def test_a_source_that_is_something_else_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "from").write_bytes(b"other")
    with pytest.raises(CopyDiffersError) as error:
        copy_durably(tmp_path / "from", tmp_path / "to", digest=digest(b"this"))
    assert error.value.path == tmp_path / "from"
    assert [path.name for path in tmp_path.iterdir()] == ["from"]


def test_a_medium_that_gives_back_something_else_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "from").write_bytes(b"data")
    monkeypatch.setattr(
        durable_file, "settle", lambda file: (file.flush(), file.seek(0), file.write(b"DATA"), file.flush())
    )
    with pytest.raises(CopyDiffersError):
        copy_durably(tmp_path / "from", tmp_path / "to", digest=digest(b"data"))
    assert not (tmp_path / "to").exists()


LONG = bytes(range(256)) * 4096 * 40  # forty pieces: the second thread and the early writing have work


class StickPulledError(OSError):
    pass


@pytest.mark.parametrize("when", ["reading", "progress", "checking back", "another digest", "too long"])
def test_a_long_copy_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Whatever fails comes out as it is, and neither a file nor a thread is left."""
    (tmp_path / "from").write_bytes(LONG)

    def pulled(*_: object) -> None:
        raise StickPulledError

    def breaking(path: Path) -> Iterator[bytes]:
        yield from list(durable_file_chunks(path))[:25]
        pulled()

    def progress(done: int, total: int, what: str) -> None:
        if when == "progress" and done > 20_000_000:
            pulled()

    durable_file_chunks = durable_file.chunks_of
    if when == "reading":
        monkeypatch.setattr(durable_file, "chunks_of", breaking)
    threads = threading.enumerate()
    with pytest.raises((StickPulledError, CopyDiffersError)) as error:
        copy_durably(
            tmp_path / "from",
            tmp_path / "to",
            digest=digest(LONG[:-1] if when == "another digest" else LONG),
            length=len(LONG) - 1 if when == "too long" else None,
            progress=progress,
            check_back=pulled if when == "checking back" else None,
        )
    assert (error.type is CopyDiffersError) == (when in {"another digest", "too long"})
    assert set(threading.enumerate()) <= set(threads)
    assert [path.name for path in tmp_path.iterdir()] == ["from"]


def test_a_long_copy_is_checked_back_before_it_has_its_name(tmp_path: Path) -> None:
    (tmp_path / "from").write_bytes(LONG)
    seen: list[bytes] = []

    def check_back(copy: Path) -> None:
        assert not (tmp_path / "to").exists()
        seen.append(copy.read_bytes())

    copy_durably(tmp_path / "from", tmp_path / "to", digest=digest(LONG), length=len(LONG), check_back=check_back)
    assert seen == [LONG]
    assert (tmp_path / "to").read_bytes() == LONG


def test_a_long_copy_is_hashed_when_nothing_else_checks_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "from").write_bytes(LONG)
    monkeypatch.setattr(durable_file, "settle", lambda file: (file.seek(30_000_000), file.write(b"x"), file.flush()))
    with pytest.raises(CopyDiffersError):
        copy_durably(tmp_path / "from", tmp_path / "to", digest=digest(LONG))
    assert not (tmp_path / "to").exists()


def test_a_written_file_is_compared_with_what_it_should_be(tmp_path: Path) -> None:
    write_durably(tmp_path / "a", b"one")
    check_written(tmp_path / "a", digest(b"one"))
    with pytest.raises(CopyDiffersError):
        check_written(tmp_path / "a", digest(b"two"))


def test_destroying_overwrites_before_it_removes(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"secret" * 10)
    link = tmp_path / "another-name"
    link.hardlink_to(path)
    destroy(path)
    assert not path.exists()
    assert len(link.read_bytes()) == 60
    assert b"secret" not in link.read_bytes()
    destroy(path)


def test_leftovers_are_cleared_and_nothing_else(tmp_path: Path) -> None:
    for name in (".a.0123.part", "a", ".hidden"):
        (tmp_path / name).write_bytes(b"x")
    clear_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".hidden", "a"]


def test_folders_are_made_with_their_parents(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b" / "c", mode=0o700)
    make_folder(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").stat().st_mode & 0o777 == 0o700
    remove_durably(tmp_path / "a" / "nothing")


def test_a_new_folder_that_could_not_be_filled_is_empty_again(tmp_path: Path) -> None:
    def fill() -> None:
        with new_folder(tmp_path / "new"):
            (tmp_path / "new" / "part").mkdir()
            (tmp_path / "new" / "file").write_bytes(b"x")
            raise KeyError

    with pytest.raises(KeyError):
        fill()
    assert not list((tmp_path / "new").iterdir())
    with new_folder(tmp_path / "new"):
        (tmp_path / "new" / "file").write_bytes(b"x")
    with pytest.raises(FileExistsError), new_folder(tmp_path / "new"):
        pass
    assert (tmp_path / "new" / "file").read_bytes() == b"x"


def test_an_error_names_the_file_and_not_what_it_is_called_for_now(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as error:
        write_durably(tmp_path / "nowhere" / "file", b"x")
    assert error.value.filename == str(tmp_path / "nowhere" / "file")
