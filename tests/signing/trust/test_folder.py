import os
from pathlib import Path

import pytest

from signing.errors import ContentRefused, FormRefused
from signing.trust import folder
from tests.signing.refusals import refused


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "it"
    folder.write_durably(path, b"one")
    folder.write_durably(path, b"two")
    assert path.read_bytes() == b"two"
    assert [each.name for each in tmp_path.iterdir()] == ["it"]


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "it"
    folder.write_durably(path, b"one")

    sync, is_full = os.fsync, [True]

    def fail_once(descriptor: int) -> None:
        if is_full.pop() if is_full else False:
            raise OSError(28, "No space left on device")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fail_once)
    with pytest.raises(OSError, match="No space"):
        folder.write_durably(path, b"two")
    assert path.read_bytes() == b"one"
    assert [each.name for each in tmp_path.iterdir()] == ["it"]


def test_reading_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "it"
    path.write_bytes(b"1234")
    assert folder.read_bounded(path, max_bytes=4, place="x") == b"1234"
    with refused(FormRefused, place="x"):
        folder.read_bounded(path, max_bytes=3, place="x")


def test_what_is_too_long_is_not_read_first(tmp_path: Path) -> None:
    path = tmp_path / "endless"
    with path.open("wb") as file:
        file.truncate(1 << 41)
    with refused(FormRefused, place="x"):
        folder.read_bounded(path, max_bytes=1 << 40, place="x")  # no machine has that much memory


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    for name in ("missing", "pipe", ".", "file/below"):
        with refused(ContentRefused, place="x"):
            folder.read_bounded(tmp_path / name, max_bytes=4, place="x")
    with refused(ContentRefused, place="x"):
        folder.read_bounded(Path("/dev/zero"), max_bytes=4, place="x")


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the system has no files that grow while they are read"
)
def test_what_has_no_length_and_many_bytes_is_bounded_too() -> None:
    with refused(FormRefused, place="x"):
        folder.read_bounded(Path("/proc/self/status"), max_bytes=10, place="x")


def test_what_becomes_a_pipe_when_it_is_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "it").write_bytes(b"12")
    careful = folder._without_waiting

    def exchange(name: str, flags: int) -> int:
        (tmp_path / "it").unlink()
        os.mkfifo(tmp_path / "it")
        return careful(name, flags)

    monkeypatch.setattr(folder, "_without_waiting", exchange)
    with refused(ContentRefused, place="x"):
        folder.read_bounded(tmp_path / "it", max_bytes=4, place="x")


def test_what_the_machine_cannot_open_is_the_machine_s_fault(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="too long"):
        folder.read_bounded(tmp_path / ("x" * 300), max_bytes=4, place="x")


def test_a_new_folder_replaces_what_an_interruption_left(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "half").touch()
    folder.write_new_folder(tmp_path / "new", {"a": b"1", "b": b"2"})
    assert {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()} == {"a": b"1", "b": b"2"}
