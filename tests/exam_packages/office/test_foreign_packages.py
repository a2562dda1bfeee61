"""Packages that nobody should trust: each is a plain finding, and a build leaves the office as it was."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from exam_packages.errors import Severity, SourceRefused
from exam_packages.ids import UtcMs
from exam_packages.office import build_exam
from exam_packages.qti.source_linting import lint_source
from signing.argon2 import MINIMUM_COST
from tests.exam_packages import world
from tests.exam_packages.office import offices
from tests.exam_packages.qti.writing_xml import package

TEST_BYTES = len(package().files["test.xml"])


def archive(*more: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A good package, with further members."""
    stream = BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        warnings.simplefilter("ignore", UserWarning)  # a name twice is what some cases are about
        for name, content in (*package().files.items(), *more):
            made.writestr(name, content)
    return stream.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("link.xml")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def saying(size: int) -> bytes:
    """The package; both its headers and its directory say another size of the test."""
    return archive().replace(struct.pack("<I", TEST_BYTES), struct.pack("<I", size))


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "above the package": (lambda: archive(("../evil.xml", b"x")), "path"),
    "above it in the middle": (lambda: archive(("items/../../evil.xml", b"x")), "path"),
    "absolute": (lambda: archive(("/etc/evil.xml", b"x")), "path"),
    "a drive": (lambda: archive(("C:/evil.xml", b"x")), "path"),
    "NUL": (lambda: archive(("abXd.png", b"x")).replace(b"abXd.png", b"ab\x00d.png"), "path"),
    "a link": (lambda: archive((link(), b"/etc/passwd")), "link"),
    "a name twice": (lambda: archive(("items/q1.xml", b"<other/>")), "zip-twice"),
    "names that differ by case": (lambda: archive(("ITEMS/Q1.xml", b"x")), "path-case"),
    "a thousandfold": (lambda: archive(("bomb.png", bytes(15 * 1024 * 1024))), "zip-ratio"),
    "a large file": (lambda: archive(("large.png", os.urandom(1024) * 17 * 1024)), "file-too-large"),
    "many files": (lambda: archive(*((f"{number}.txt", b"") for number in range(10_001))), "too-many-files"),
    "shorter than said": (lambda: saying(TEST_BYTES + 10), "zip-size"),
    "longer than said": (lambda: saying(TEST_BYTES - 10), "zip-damaged"),
    "cut short": (lambda: archive()[:-400], "zip-damaged"),
    "no zip file": (lambda: b"hello", "source"),
    "nothing": (lambda: b"", "source"),
}


def everything(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize(("make", "rule"), BAD.values(), ids=BAD.keys())
def test_a_bad_package_changes_nothing(tmp_path: Path, make: Callable[[], bytes], rule: str) -> None:
    package_file = tmp_path / "exam.zip"
    package_file.write_bytes(make())
    report = lint_source(package_file)
    assert [each.rule for each in report.findings if each.severity is Severity.ERROR] == [rule]
    office = offices.fresh(tmp_path)
    before = everything(office.folder)
    with pytest.raises(SourceRefused) as refusal:
        build_exam(
            office,
            package_file,
            not_before=world.NOW,
            not_after=UtcMs(world.NOW + world.DAY_MS),
            now=world.NOW,
            release_cost=MINIMUM_COST,
        )
    assert rule in {each.rule for each in refusal.value.findings}
    assert all(each.file and each.message and each.remedy for each in refusal.value.findings)
    assert everything(office.folder) == before


def test_a_good_package_in_a_zip_file_is_built(tmp_path: Path) -> None:
    package_file = tmp_path / "exam.zip"
    package_file.write_bytes(archive())
    office = offices.fresh(tmp_path)
    built = build_exam(
        office,
        package_file,
        not_before=world.NOW,
        not_after=UtcMs(world.NOW + world.DAY_MS),
        now=world.NOW,
        release_cost=MINIMUM_COST,
    )
    assert list(built.exam.items) == ["items/q1.xml"]
    assert office.package_folder(built.record.digest).is_dir()
