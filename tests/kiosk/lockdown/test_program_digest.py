"""Which program this is: the same files give the same digest, and any other file another."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

import pytest

from exam_packages.ids import Digest
from kiosk.lockdown.program_digest import digests_of, program_digest, program_files


def program(folder: Path) -> Path:
    (folder / "kiosk" / "seat").mkdir(parents=True)
    (folder / "kiosk" / "a.py").write_bytes(b"one")
    (folder / "kiosk" / "seat" / "b.sql").write_bytes(b"two")
    return folder


def digest(folder: Path) -> Digest:
    return program_digest(digests_of(program_files({"kiosk": folder / "kiosk"})))


def test_it_is_what_the_format_says(tmp_path: Path) -> None:
    lines = b"".join(
        name + b"\0" + hashlib.sha256(data).hexdigest().encode() + b"\n"
        for name, data in ((b"kiosk/a.py", b"one"), (b"kiosk/seat/b.sql", b"two"))
    )
    assert digest(program(tmp_path)) == hashlib.sha256(lines).hexdigest()


def test_elsewhere_and_compiled_it_is_the_same(tmp_path: Path) -> None:
    one, other = program(tmp_path / "one"), program(tmp_path / "other")
    (other / "kiosk" / "__pycache__").mkdir()
    (other / "kiosk" / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"compiled")
    (other / "kiosk" / "a.pyc").write_bytes(b"compiled")
    (other / "kiosk" / "a.py").chmod(0o400)
    assert digest(one) == digest(other)


@pytest.mark.parametrize("change", ["content", "name", "new", "gone"])
def test_any_change_shows(tmp_path: Path, change: str) -> None:
    folder = program(tmp_path)
    before, path = digest(folder), folder / "kiosk" / "a.py"
    match change:
        case "content":
            path.write_bytes(b"One")
        case "name":
            path.rename(path.with_name("c.py"))
        case "new":
            (folder / "kiosk" / "new").write_bytes(b"")
        case _:
            path.unlink()
    assert digest(folder) != before


def test_names_are_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    names = ["kiosk/é", "kiosk/z", "kiosk/Z/a", "kiosk/Z.py"]
    digests = {PurePosixPath(name): Digest("ab" * 32) for name in names}
    backwards = dict(reversed(digests.items()))
    assert program_digest(digests) == program_digest(backwards)
    (tmp_path / "kiosk" / "Z").mkdir(parents=True)
    for name in names:
        (tmp_path / name).write_bytes(b"")
    found = [str(name) for name in program_files({"kiosk": tmp_path / "kiosk"})]
    assert found == sorted(names, key=str.encode)
