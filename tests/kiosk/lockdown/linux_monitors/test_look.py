from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiosk.lockdown.linux.look import NAMES_MAX, TEXT_MAX_BYTES, FileLook, fields_of, number_of


@pytest.fixture
def look(tmp_path: Path) -> FileLook:
    (tmp_path / "sys").mkdir()
    (tmp_path / "sys" / "carrier").write_text("1\n")
    (tmp_path / "sys" / "long").write_bytes(b"x" * (TEXT_MAX_BYTES + 1))
    (tmp_path / "sys" / "bytes").write_bytes(bytes(range(256)))
    (tmp_path / "sys" / "exe").symlink_to("/usr/bin/nowhere (deleted)")
    return FileLook(tmp_path)


def test_files_folders_and_links_are_read(look: FileLook, tmp_path: Path) -> None:
    assert look.text("sys/carrier") == "1"
    assert look.names("sys") == ("bytes", "carrier", "exe", "long")
    assert look.link("sys/exe") == "/usr/bin/nowhere (deleted)"
    assert look.data("sys/bytes", offset=250, length=100) == bytes(range(250, 256))
    assert look.data("sys/bytes", offset=256, length=1) == b""
    assert (look.free_mebibytes("sys") or 0) > 0
    assert look.owner("sys/carrier") == (os.getuid(), (tmp_path / "sys" / "carrier").stat().st_mode & 0o777)


def test_a_read_has_an_end(look: FileLook) -> None:
    assert len(look.text("sys/long") or "") == TEXT_MAX_BYTES
    assert "\ufffd" in (look.text("sys/bytes") or "")
    assert NAMES_MAX >= 10_000


def test_what_is_not_there_is_none(look: FileLook, tmp_path: Path) -> None:
    assert look.text("sys/none") is None
    assert look.text("sys") is None
    assert look.names("none") == ()
    assert look.link("sys/carrier") is None
    assert look.free_mebibytes("none") is None
    assert look.owner("none") is None


def test_a_pipe_in_a_files_place_holds_nobody_up(look: FileLook, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "sys" / "pipe")
    assert look.text("sys/pipe") == ""
    assert look.data("sys/pipe", offset=1, length=1) is None


def test_values_and_numbers() -> None:
    assert fields_of("ACTIVE=2\nno value\nUID = 7\n") == {"ACTIVE": "2", "UID": "7"}
    assert fields_of(None) == {}
    assert (number_of("12"), number_of("0x1f", base=16), number_of("twelve", default=-1), number_of(None)) == (
        12,
        31,
        -1,
        0,
    )
