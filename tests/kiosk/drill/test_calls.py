"""Lines of strace and what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.drill.calls import (
    Call,
    Copied,
    Made,
    MadeFolder,
    Marked,
    Removed,
    Renamed,
    Resized,
    Synced,
    Wrote,
    read_calls,
)
from kiosk.drill.errors import DrillError

WORLD = Path("/world")
FILE = WORLD / "file"


def hexed(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def string(text: str) -> str:
    return f'"{hexed(text)}"'


def at(descriptor: int, path: Path | str) -> str:
    return f"{descriptor}<{hexed(str(path))}>"


HERE = f"AT_FDCWD<{hexed('/home')}>"
OPENED = f"7 openat({HERE}, {string('/world/file')}, O_RDWR|O_CREAT|O_CLOEXEC, 0644) = {at(3, FILE)}"


def read(tmp_path: Path, *lines: str) -> tuple[Call, ...]:
    log = tmp_path / "log"
    log.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return read_calls(log, below=WORLD, marks=Path("/marks"))


CASES: list[tuple[str, Call]] = [
    (OPENED, Made(path=FILE)),
    (
        f"7 openat({HERE}, {string('/world/file')}, O_WRONLY|O_CREAT|O_TRUNC, 0644) = {at(3, FILE)}",
        Made(path=FILE, emptied=True),
    ),
    (f"7 openat({HERE}, {string('/world/file')}, O_WRONLY|O_TRUNC) = {at(3, FILE)}", Resized(path=FILE, length=0)),
    (f"7 pwrite64({at(3, FILE)}, {string('abc')}, 3, 4096) = 3", Wrote(path=FILE, offset=4096, data=b"abc")),
    (f"7 pwrite64({at(3, FILE)}, {string('abc')}, 3, 4096) = 2", Wrote(path=FILE, offset=4096, data=b"ab")),
    (f"7 ftruncate({at(3, FILE)}, 512) = 0", Resized(path=FILE, length=512)),
    (f"7 fsync({at(3, FILE)}) = 0", Synced(path=FILE, begun=0)),
    (f"7 fdatasync({at(3, FILE)})      = 0", Synced(path=FILE, begun=0)),
    (
        f"7 rename({string('/world/.file.part')}, {string('/world/file')}) = 0",
        Renamed(source=WORLD / ".file.part", target=FILE),
    ),
    (
        f"7 renameat2({at(5, WORLD)}, {string('a')}, {HERE}, {string('/world/b')}, 0) = 0",
        Renamed(source=WORLD / "a", target=WORLD / "b"),
    ),
    (f"7 unlink({string('/world/file')}) = 0", Removed(path=FILE)),
    (f"7 unlinkat({at(5, WORLD)}, {string('file')}, AT_REMOVEDIR) = 0", Removed(path=FILE)),
    (f"7 mkdir({string('/world/new')}, 0777) = 0", MadeFolder(path=WORLD / "new")),
    (
        f"7 sendfile({at(3, FILE)}, {at(4, WORLD / 'other')}, [512] => [1024], 512) = 512",
        Copied(path=FILE, offset=0, source=WORLD / "other", source_offset=512, length=512),
    ),
    (f"7 write({at(9, '/marks')}, {string('said' + chr(10))}, 5) = 5", Marked(line="said")),
]


@pytest.mark.parametrize(("line", "call"), CASES, ids=lambda value: type(value).__name__)
def test_a_line(tmp_path: Path, line: str, call: Call) -> None:
    assert read(tmp_path, line) == (call,)


@pytest.mark.parametrize(
    "line",
    [
        f"7 unlink({string('/world/file')}) = -1 ENOENT (No such file or directory)",
        f"7 openat({HERE}, {string('/world/file')}, O_RDONLY) = {at(3, FILE)}",
        f"7 unlink({string('/elsewhere/file')}) = 0",
        f"7 write({at(3, '/elsewhere')}, {string('abc')}, 3) = 3",
        f"7 symlink({string('/a')}, {string('/elsewhere/b')}) = 0",
    ],
)
def test_what_changes_nothing_here(tmp_path: Path, line: str) -> None:
    assert read(tmp_path, line) == ()


def test_plain_writes_go_on_where_the_last_ended(tmp_path: Path) -> None:
    write = f"7 write({at(3, FILE)}, {string('abc')}, 3) = 3"
    seek = f"7 lseek({at(3, FILE)}, 100, SEEK_SET) = 100"
    calls = read(tmp_path, OPENED, write, write, seek, write, OPENED, write)
    assert [call.offset for call in calls if isinstance(call, Wrote)] == [0, 3, 100, 0]


def test_a_sync_covers_only_what_was_there_when_it_began(tmp_path: Path) -> None:
    calls = read(
        tmp_path,
        f"7 pwrite64({at(3, FILE)}, {string('a')}, 1, 0) = 1",
        f"8 fsync({at(3, FILE)} <unfinished ...>",
        f"7 pwrite64({at(3, FILE)}, {string('b')}, 1, 1) = 1",
        "8 <... fsync resumed>) = 0",
    )
    assert calls[-1] == Synced(path=FILE, begun=1)


@pytest.mark.parametrize(
    "line",
    [
        f"7 link({string('/world/a')}, {string('/world/b')}) = 0",
        f"7 fallocate({at(3, FILE)}, 0, 0, 4096) = 0",
        f"7 pwrite64({at(3, FILE)}, {string('abc')}..., 9, 0) = 9",
        f"7 unlink({string('file')}) = 0",
    ],
)
def test_what_cannot_be_followed_is_an_error(tmp_path: Path, line: str) -> None:
    with pytest.raises(DrillError):
        read(tmp_path, line)


def test_a_file_that_is_written_at_its_end_is_not_followed(tmp_path: Path) -> None:
    with pytest.raises(DrillError, match="at its end"):
        read(
            tmp_path,
            f"7 openat({HERE}, {string('/world/file')}, O_WRONLY|O_APPEND) = {at(3, FILE)}",
            f"7 write({at(3, FILE)}, {string('abc')}, 3) = 3",
        )
