"""Says what a built seat program is made of: its size by part, every file with its digest, and a bill of materials.

Run by build_scripts/package.sh. Fails where the program is too big, or holds what a seat must not have.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from PyInstaller.archive.readers import CArchiveReader

sys.path.insert(0, str(Path(__file__).parent))

from left_out import MODULES

SIZE_MAX_BYTES: Final = 150_000_000
WITH_MEDIA_MAX_BYTES: Final = 180_000_000
FILES_LIST: Final = "files.json"
MATERIALS: Final = "materials.cdx.json"
NAME: Final = "kiosk"
PARTS_SHOWN: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """One file of the program."""

    path: str
    size_bytes: int
    sha256: str


def shipped(program: Path) -> list[Shipped]:
    """Return every file of a program by path; links are what they point to, and counted once."""
    found = []
    for path in sorted(program.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        data = path.read_bytes()
        name = path.relative_to(program).as_posix()
        found.append(Shipped(path=name, size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest()))
    return found


def modules_in(program: Path) -> set[str]:
    """Return the names of the Python modules inside the executable."""
    archive = CArchiveReader(str(program / NAME))
    names = {name for name, entry in archive.toc.items() if entry[-1] in {"m", "s", "M"}}
    for name, entry in archive.toc.items():
        if entry[-1] == "z":
            names |= set(archive.open_embedded_archive(name).toc)
    return names


def refuse_what_must_not_be_there(names: set[str]) -> None:
    """Look for every module that is left out on purpose.

    Raises:
        SystemExit: one is there.
    """
    for name in sorted(names):
        for left_out, why in MODULES.items():
            if name == left_out or name.startswith(f"{left_out}."):
                raise SystemExit(f"{name} is in the program. It is to be left out: {why}")


def parts_of(files: list[Shipped]) -> Counter[str]:
    """Return bytes by part: a folder of libraries, or a file beside them."""
    parts: Counter[str] = Counter()
    for file in files:
        names = file.path.split("/")
        parts["/".join(names[1:3] if names[0] == "_internal" else names[:1])] += file.size_bytes
    return parts


def materials(names: set[str]) -> dict[str, Any]:
    """Return a bill of materials in the form of CycloneDX 1.5: the distributions that modules of the program come from."""
    owners = metadata.packages_distributions()
    tops = {name.partition(".")[0] for name in names} | {"PySide6", "sqlcipher3", "cryptography", "lxml"}
    distributions = sorted({owner for top in tops for owner in owners.get(top, ())})
    components = [
        {
            "type": "library",
            "name": distribution,
            "version": metadata.version(distribution),
            "purl": f"pkg:pypi/{distribution.lower()}@{metadata.version(distribution)}",
        }
        for distribution in distributions
        if distribution != "testing-center-kiosk"
    ]
    python = {"type": "platform", "name": "CPython", "version": ".".join(map(str, sys.version_info[:3]))}
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": [python, *components]}


def table(files: list[Shipped], most_bytes: int) -> Iterator[str]:
    """Yield the sizes by part, the biggest first, in millions of bytes."""
    total = sum(file.size_bytes for file in files)
    for part, size in parts_of(files).most_common(PARTS_SHOWN):
        yield f"{size / 1e6:8.1f} MB  {part}"
    yield f"{total / 1e6:8.1f} MB  in {len(files)} files (at most {most_bytes / 1e6:.0f} MB)"


def main() -> None:
    """Describe the program in a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the folder that holds the program's folder “kiosk”")
    out: Path = parser.parse_args().out
    program = out / NAME
    files, names = shipped(program), modules_in(program)
    refuse_what_must_not_be_there(names)
    listed = [{"path": file.path, "sha256": file.sha256, "size": file.size_bytes} for file in files]
    (out / FILES_LIST).write_text(json.dumps(listed, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (out / MATERIALS).write_text(json.dumps(materials(names), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    most_bytes = WITH_MEDIA_MAX_BYTES if any("libQt6Multimedia" in file.path for file in files) else SIZE_MAX_BYTES
    print(*table(files, most_bytes), sep="\n")
    if sum(file.size_bytes for file in files) > most_bytes:
        raise SystemExit(f"The program is bigger than {most_bytes / 1e6:.0f} MB.")


if __name__ == "__main__":
    main()
