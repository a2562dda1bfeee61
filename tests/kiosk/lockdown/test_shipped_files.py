"""The list a program is shipped with: what is changed, missing or added is found, and nothing else is taken for a list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import Digest
from kiosk.lockdown.program_digest import digests_of, program_digest
from kiosk.lockdown.shipped_files import (
    LIST,
    LIST_MAX_BYTES,
    NO_DIGEST,
    Differences,
    differences,
    list_of,
    read_list,
    shipped_files,
    watched_files,
    write_list,
)
from signing.canonical import JsonInput, encode
from signing.errors import FormRefused

CHANGED, ADDED, GONE = (
    PurePosixPath("program/kiosk"),
    PurePosixPath("program/lib/new.pyc"),
    PurePosixPath("program/lib/b.so"),
)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A built program with its list."""
    folder = tmp_path / "kiosk"
    (folder / "lib" / "deep").mkdir(parents=True)
    (folder / "kiosk").write_bytes(b"\x7fELF")
    (folder / "lib" / "b.so").write_bytes(b"library")
    (folder / "lib" / "deep" / "data").write_bytes(b"")
    (folder / "lib" / "link.so").symlink_to("b.so")
    (folder / LIST).write_bytes(write_list(digests_of(shipped_files(folder))))
    return folder


def found_in(program: Path) -> Differences:
    return differences(list_of(program), digests_of(shipped_files(program)))


def test_a_program_as_it_was_built_differs_in_nothing(program: Path) -> None:
    assert found_in(program) == Differences()
    listed = list_of(program)
    assert list(map(str, listed)) == [
        "program/kiosk",
        "program/lib/b.so",
        "program/lib/deep/data",
        "program/lib/link.so",
    ]
    assert listed[GONE] == listed[PurePosixPath("program/lib/link.so")], "a link is what it leads to"


def test_what_was_done_before_the_start_is_found(program: Path) -> None:
    (program / "kiosk").write_bytes(b"\x7fELG")
    (program / "lib" / "new.pyc").write_bytes(b"compiled by somebody")
    (program / "lib" / "link.so").unlink()
    (program / "lib" / "b.so").unlink()
    assert found_in(program) == Differences(
        changed=(CHANGED,), missing=(GONE, PurePosixPath("program/lib/link.so")), added=(ADDED,)
    )


def test_a_link_that_leads_elsewhere_is_a_changed_file(program: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.so"
    other.write_bytes(b"another library")
    (program / "lib" / "link.so").unlink()
    (program / "lib" / "link.so").symlink_to(other)
    assert found_in(program).changed == (PurePosixPath("program/lib/link.so"),)


def test_who_changes_the_list_too_has_another_program(program: Path) -> None:
    before = program_digest(digests_of(shipped_files(program)))
    assert json.loads((program / LIST).read_bytes())["program"] == before
    (program / "kiosk").write_bytes(b"\x7fELG")
    (program / LIST).write_bytes(write_list(digests_of(shipped_files(program))))
    assert found_in(program) == Differences()
    assert json.loads((program / LIST).read_bytes())["program"] != before


def test_the_shipped_digests_are_watched_and_not_those_of_now(program: Path) -> None:
    right = list_of(program)[CHANGED]
    (program / "kiosk").write_bytes(b"\x7fELG")
    watched = watched_files(program)
    assert watched.digests[program / "kiosk"] == right
    assert watched.closed == program
    assert set(watched.digests) == {*shipped_files(program).values(), program / LIST}


@pytest.mark.parametrize("untrusted", [None, b"", b"{}", b"[1]"], ids=["gone", "empty", "no fields", "no object"])
def test_a_list_that_is_none_is_what_is_wrong(program: Path, untrusted: bytes | None) -> None:
    (program / LIST).unlink()
    if untrusted is not None:
        (program / LIST).write_bytes(untrusted)
    watched = watched_files(program)
    assert watched.digests[program / LIST] == NO_DIGEST
    assert set(watched.digests) == {*shipped_files(program).values(), program / LIST}
    assert watched.closed is None


def written(files: list[dict[str, str]], **more: str) -> bytes:
    names = {PurePosixPath("program", each["path"]): Digest(each["sha256"]) for each in files}
    said: dict[str, JsonInput] = {"files": list(files), "program": program_digest(names), **more}
    return encode(said)


GOOD = {"path": "kiosk", "sha256": "ab" * 32}


@pytest.mark.parametrize(
    ("untrusted", "says"),
    [
        (written([GOOD, GOOD]), "twice"),
        (written([GOOD | {"path": "../kiosk"}]), "inside the program"),
        (written([GOOD | {"path": "/kiosk"}]), "inside the program"),
        (written([GOOD | {"path": "a//b"}]), "inside the program"),
        (written([GOOD | {"path": LIST}]), "inside the program"),
        (written([GOOD], program="cd" * 32), "digest of these files"),
        (written([GOOD], more="field"), "more"),
        (written([GOOD | {"more": "field"}]), "more"),
        (written([GOOD])[:-1], "JSON"),
        (b" " * (LIST_MAX_BYTES + 1), "longer than"),
    ],
)
def test_what_is_no_list_is_refused(untrusted: bytes, says: str) -> None:
    with pytest.raises(FormRefused, match=says):
        read_list(untrusted, place=LIST)


names = st.lists(st.text("abé ./", min_size=1, max_size=6), min_size=1, max_size=3).map(
    lambda parts: PurePosixPath(*parts)
)
inside = names.filter(lambda path: not path.is_absolute() and ".." not in path.parts and str(path) not in {".", LIST})
digests = st.binary(min_size=32, max_size=32).map(lambda raw: Digest(raw.hex()))


@given(st.dictionaries(inside.map(lambda path: PurePosixPath("program", path)), digests, max_size=8))
def test_what_is_written_is_read_again(listed: Mapping[PurePosixPath, Digest]) -> None:
    assert read_list(write_list(listed), place=LIST) == listed


@given(st.binary(max_size=200))
def test_anything_is_a_list_or_refused(untrusted: bytes) -> None:
    try:
        read_list(untrusted, place=LIST)
    except FormRefused:
        return
    raise AssertionError("no bytes that chance has made are a list")
