from __future__ import annotations

import io
import random
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from exam_packages.errors import SourceRefused
from exam_packages.qti import zip_source
from exam_packages.qti.sources import MAX_FILE_BYTES, MAX_FILES
from exam_packages.qti.zip_source import MAX_RATIO, RATIO_FREE_BYTES, ZipSource
from tests.exam_packages.qti.corpus import NEEDS_CORPUS, SHARED

Entry = str | zipfile.ZipInfo
NOISE = random.Random(1).randbytes(5000)


def packed(*entries: tuple[Entry, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content, compress_type=method)
    return stream.getvalue()


def member(name: str, **changes: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("placeholder")
    info.filename = name
    for key, value in changes.items():
        setattr(info, key, value)
    return info


def listed(untrusted: bytes) -> list[str]:
    return list(ZipSource.of_bytes(untrusted, "a.zip").paths())


def read_all(untrusted: bytes) -> None:
    source = ZipSource.of_bytes(untrusted, "a.zip")
    for path in source.paths():
        source.read(path)


def refusal_of(untrusted: bytes) -> tuple[str, str]:
    """File and rule."""
    with pytest.raises(SourceRefused) as refusal:
        read_all(untrusted)
    return refusal.value.findings[0].file, refusal.value.findings[0].rule


def patched(untrusted: bytes, at: int, field: str, value: int, *, signature: bytes = b"PK\x01\x02") -> bytes:
    """A zip file with a field of its first record of a kind changed."""
    changed = bytearray(untrusted)
    struct.pack_into(field, changed, changed.index(signature) + at, value)
    return bytes(changed)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_reads_files(method: int, tmp_path: Path) -> None:
    untrusted = packed(("b/é.xml", b"<a/>"), ("a.png", NOISE), ("empty", b""), method=method)
    source = ZipSource.of_bytes(untrusted, "a.zip")
    assert list(source.paths()) == ["a.png", "b/é.xml", "empty"]
    assert (source.read("b/é.xml"), source.read("a.png"), source.read("empty")) == (b"<a/>", NOISE, b"")
    (tmp_path / "a.zip").write_bytes(untrusted)
    assert ZipSource.of_path(tmp_path / "a.zip").read("a.png") == NOISE


def test_passes_over_folders_and_what_systems_leave() -> None:
    hidden = (("__MACOSX/._a", b"x"), (".DS_Store", b"x"), ("a/.git/config", b"x"), ("a/", b""))
    assert listed(packed(("a/b.xml", b"<a/>"), *hidden)) == ["a/b.xml"]


def test_names_in_utf_8_need_not_say_so() -> None:
    untrusted = packed((member("é.xml"), b"<a/>")).replace("é".encode(), "é".encode())
    flagged = bytearray(untrusted)
    for signature, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        struct.pack_into("<H", flagged, flagged.index(signature) + at, 0)
    assert listed(bytes(flagged)) == ["é.xml"]


@pytest.mark.parametrize(
    "name",
    [
        *("../a.xml", "a/../../b.xml", "/a.xml", "a//b.xml", "./a.xml", "a\\b.xml", "..\\a.xml", "C:a.xml", "C:/a.xml"),
        *("con.xml", "a./b", "a b /c", "e\u0301.xml", "a?.xml", "a" * 201, "a\x01b"),
    ],
)
def test_refuses_paths(name: str) -> None:
    file, rule = refusal_of(packed((member(name), b"x")))
    assert rule == "path"
    assert file.isascii()


def test_refuses_nul_in_a_name() -> None:
    untrusted = packed(("a#b.xml", b"x")).replace(b"a#b.xml", b"a\x00b.xml")
    assert refusal_of(untrusted) == ("a\\x00b.xml", "path")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_refuses_the_same_name_twice() -> None:
    assert refusal_of(packed(("a.xml", b"1"), ("a.xml", b"2"))) == ("a.xml", "zip-twice")


def test_refuses_names_that_collide() -> None:
    assert refusal_of(packed(("A.xml", b"1"), ("a.xml", b"2")))[1] == "path-case"
    assert refusal_of(packed(("a/b", b"1"), ("A", b"2"))) == ("A", "path")
    assert refusal_of(packed(("a/b/c", b"1"), ("a", b"2"))) == ("a", "path")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_refuses_links_and_devices(kind: int) -> None:
    info = member("a.xml", create_system=3, external_attr=(kind | 0o644) << 16)
    assert refusal_of(packed((info, b"/etc/passwd"))) == ("a.xml", "link")


def test_refuses_a_directory_that_is_none() -> None:
    assert refusal_of(packed(("a.xml", b"x")).replace(b"PK\x01\x02", b"PK\x09\x09")) == ("a.zip", "zip-damaged")


def test_refuses_encrypted_members() -> None:
    assert refusal_of(patched(packed(("a.xml", b"x")), 8, "<H", 1)) == ("a.xml", "zip-encrypted")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_refuses_other_methods(method: int) -> None:
    assert refusal_of(packed(("a.xml", b"x"), method=method)) == ("a.xml", "zip-method")


def test_refuses_bombs() -> None:
    assert refusal_of(packed(("a.xml", b"\x00" * (RATIO_FREE_BYTES + 1)))) == ("a.xml", "zip-ratio")
    assert listed(packed(("a.xml", b"\x00" * RATIO_FREE_BYTES))) == ["a.xml"]
    assert MAX_RATIO > 1


def test_refuses_what_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal_of(packed(("a.bin", b"\x00" * (MAX_FILE_BYTES + 1)))) == ("a.bin", "file-too-large")
    monkeypatch.setattr(zip_source, "MAX_TOTAL_BYTES", 9_999)
    assert refusal_of(packed(("a.bin", NOISE), ("b.bin", NOISE))) == ("b.bin", "zip-too-large")
    monkeypatch.setattr(zip_source, "MAX_ARCHIVE_BYTES", 100)
    assert refusal_of(packed(("a.bin", NOISE))) == ("a.zip", "zip-too-large")


def test_refuses_too_many_members() -> None:
    assert refusal_of(packed(*((f"{n}", b"") for n in range(MAX_FILES + 1)))) == ("a.zip", "too-many-files")


def test_refuses_a_directory_that_says_less_than_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    untrusted = packed(*((f"{n}", b"") for n in range(20)))
    changed = bytearray(untrusted)
    struct.pack_into("<HH", changed, changed.rindex(b"PK\x05\x06") + 8, 1, 1)
    monkeypatch.setattr(zip_source, "MAX_FILES", 10)
    assert refusal_of(bytes(changed)) == ("a.zip", "too-many-files")


def test_refuses_the_64_bit_kind() -> None:
    untrusted = packed(("a.xml", b"x"))
    end = untrusted.rindex(b"PK\x05\x06")
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, 0, 1)
    assert refusal_of(untrusted[:end] + locator + untrusted[end:]) == ("a.zip", "zip-64")


@pytest.mark.parametrize("size", [4999, 5001])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_refuses_lying_sizes(size: int, method: int) -> None:
    untrusted = packed(("a.bin", NOISE), method=method)
    file, rule = refusal_of(patched(untrusted, 24, "<L", size))
    assert (file, rule in {"zip-damaged", "zip-size"}) == ("a.bin", True)


def test_refuses_damaged_content() -> None:
    untrusted = packed(("a.bin", NOISE), method=zipfile.ZIP_STORED)
    at = untrusted.index(NOISE)
    assert refusal_of(untrusted[:at] + b"\x00\x01" + untrusted[at + 2 :]) == ("a.bin", "zip-damaged")
    names_differ = untrusted.replace(b"a.bin", b"b.bin", 1)
    assert refusal_of(names_differ) == ("a.bin", "zip-damaged")


@pytest.mark.parametrize("untrusted", [b"", b"PK", b"<a/>", b"PK\x05\x06", b"PK\x05\x06" + b"\xff" * 18])
def test_refuses_what_is_no_zip(untrusted: bytes) -> None:
    assert refusal_of(untrusted)[0] == "a.zip"


@NEEDS_CORPUS
def test_zips_of_others_are_read_or_refused() -> None:
    read, refused = 0, []
    for path in sorted((SHARED / "corpus").rglob("*.zip")):
        try:
            source = ZipSource.of_path(path)
            read += all(source.read(each) is not None for each in source.paths())
        except SourceRefused as refusal:
            refused.append(refusal.findings[0].rule)
    assert read >= 14
    assert set(refused) <= {"zip-damaged", "path"}
