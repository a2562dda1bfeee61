"""Says what a built seat program is made of: its size by part, every file with its digest, and a bill of materials.

Run by build_scripts/package.sh. Fails where the program is too big, or holds what a seat must not have. The list of its files is
put into the program itself, too, which compares itself with it (kiosk/lockdown/shipped_files.py).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from PyInstaller.archive.readers import CArchiveReader

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

from left_out import MODULES

from kiosk.lockdown.program_digest import digests_of, program_digest
from kiosk.lockdown.shipped_files import LIST, shipped_files, write_list

SIZE_MAX_BYTES: Final = 150_000_000
MATERIALS: Final = "materials.cdx.json"
NAME: Final = "kiosk"
PARTS_SHOWN: Final = 12


def sizes_of(program: Path) -> dict[str, int]:
    """Return how many bytes every file has, by path; links are what they point to, and counted once."""
    paths = [path for path in sorted(program.rglob("*")) if path.is_file() and not path.is_symlink()]
    return {path.relative_to(program).as_posix(): path.stat().st_size for path in paths}


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


def parts_of(sizes: Mapping[str, int]) -> Counter[str]:
    """Return bytes by part: a folder of libraries, or a file beside them."""
    parts: Counter[str] = Counter()
    for path, size in sizes.items():
        names = path.split("/")
        parts["/".join(names[1:3] if names[0] == "_internal" else names[:1])] += size
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


def table(sizes: Mapping[str, int]) -> Iterator[str]:
    """Yield the sizes by part, the biggest first, in millions of bytes."""
    for part, size in parts_of(sizes).most_common(PARTS_SHOWN):
        yield f"{size / 1e6:8.1f} MB  {part}"
    yield f"{sum(sizes.values()) / 1e6:8.1f} MB  in {len(sizes)} files (at most {SIZE_MAX_BYTES / 1e6:.0f} MB)"


def list_files(program: Path) -> tuple[bytes, str]:
    """Put the list of its files into a program; return the list, and the program's digest."""
    digests = digests_of(shipped_files(program))
    data = write_list(digests)
    (program / LIST).write_bytes(data)
    return data, program_digest(digests)


def main() -> None:
    """Describe the program in a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the folder that holds the program's folder “kiosk”")
    out: Path = parser.parse_args().out
    program = out / NAME
    names = modules_in(program)
    refuse_what_must_not_be_there(names)
    listed, digest = list_files(program)
    (out / LIST).write_bytes(listed)
    (out / MATERIALS).write_text(json.dumps(materials(names), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sizes = sizes_of(program)
    print(*table(sizes), f"The program's digest is {digest}.", sep="\n")
    if sum(sizes.values()) > SIZE_MAX_BYTES:
        raise SystemExit(f"The program is bigger than {SIZE_MAX_BYTES / 1e6:.0f} MB.")


if __name__ == "__main__":
    main()
