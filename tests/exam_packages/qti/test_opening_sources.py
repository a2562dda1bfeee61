from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from exam_packages.errors import SourceRefused
from exam_packages.qti.opening_sources import source_of
from exam_packages.qti.package import read_package
from tests.exam_packages.qti import samples


def zipped(folder: Path, target: Path, *, inside: str = "") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, f"{inside}{path.relative_to(folder).as_posix()}")
    return target


@pytest.mark.parametrize("inside", ["", "my exam/"])
def test_a_zip_file_is_the_exam_of_its_folder(tmp_path: Path, inside: str) -> None:
    name = samples.SAMPLES[1]
    zip_file = zipped(samples.folder(name), tmp_path / "a.zip", inside=inside)
    assert read_package(source_of(zip_file)) == read_package(source_of(samples.folder(name)))


def test_a_folder_in_a_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "exam" / "items").mkdir(parents=True)
    (tmp_path / "exam" / "imsmanifest.xml").write_bytes(b"<manifest/>")
    (tmp_path / "exam" / "items" / "a.png").write_bytes(b"x")
    assert list(source_of(tmp_path).paths()) == ["imsmanifest.xml", "items/a.png"]
    assert source_of(tmp_path).read("items/a.png") == b"x"


def test_nothing_is_looked_for_deeper_or_beside(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "imsmanifest.xml").write_bytes(b"")
    assert list(source_of(tmp_path).paths()) == ["a/b/imsmanifest.xml"]
    (tmp_path / "a" / "imsmanifest.xml").write_bytes(b"")
    (tmp_path / "c").write_bytes(b"")
    assert sorted(source_of(tmp_path).paths()) == ["a/b/imsmanifest.xml", "a/imsmanifest.xml", "c"]


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(SourceRefused) as refusal:
        source_of(tmp_path / "a.pdf")
    assert [(each.file, each.rule) for each in refusal.value.findings] == [("a.pdf", "source")]
