"""How long a seat takes to take in a big package, beside ``cp`` and ``sync`` of the same file.

The package lies on the same disk as the seat and none of it in the cache. A seat hashes what it reads, writes it, and then checks
every byte of the copy as the disk gives it back; ``cp`` and ``sync`` do neither, so the second row says what the import is
without reading back: what ``cp`` does, and the hash. Rounds are shuffled and the median counts. Goal: at most 1.15 times.

    python -m tests.benchmarks.package_import [--quick]
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

from exam_packages.container import FileSource
from exam_packages.ids import Digest
from exam_packages.opening import check_package
from kiosk.durable_file import copy_durably, digest_of
from tests.benchmarks import packages
from tests.benchmarks.measuring import seconds
from tests.benchmarks.table import Row
from tests.exam_packages import world

FULL_MIB = 1024
QUICK_MIB = 64
ROUNDS = 7
GOAL = 1.15
_PEER = "cp + sync"
_IMPORT = "take in a package from a cold medium"
_COPY = "the same without reading the copy back"
_TRUST = world.trust()


def rows(*, quick: bool) -> list[Row]:
    """Measure all, in turn."""
    mib = QUICK_MIB if quick else FULL_MIB
    source = packages.package_of(mib, packages.folder())
    target = packages.folder() / "copy.exam"
    digest = digest_of(source)
    methods: dict[str, Callable[[], None]] = {
        _PEER: partial(_cp_and_sync, source, target),
        _IMPORT: partial(copy_durably, source, target, digest=digest, check_back=_check_copy),
        _COPY: partial(copy_durably, source, target, digest=digest, check_back=_believe),
    }
    taken: dict[str, list[float]] = {name: [] for name in methods}
    chance = random.Random(1)
    for number in range(ROUNDS + 1):
        for name in chance.sample(list(methods), len(methods)):
            how = _make_cold(source, target)
            took = seconds(methods[name])
            if number == 0:
                _compare(target, digest)
            else:
                taken[name].append(took)
    medians = {name: statistics.median(values) for name, values in taken.items()}
    note = f"{mib} MiB; {how}"
    return [_row(_IMPORT, medians, f"{note}; each byte is hashed twice and read back"), _row(_COPY, medians, note)]


def _row(name: str, medians: dict[str, float], note: str) -> Row:
    value, limit = medians[name], medians[_PEER]
    return Row(
        name=name, value=value, unit="s", limit=_PEER, limit_value=limit, ratio=value / limit, goal=GOAL, note=note
    )


def _cp_and_sync(source: Path, target: Path) -> None:
    subprocess.run(["cp", str(source), str(target)], check=True)
    subprocess.run(["sync", str(target)], check=True)


def _check_copy(copy: Path) -> None:
    """As the import does."""
    with copy.open("rb") as file:
        check_package(FileSource(file), trust=_TRUST).verify_every_byte()


def _believe(_copy: Path) -> None:
    """What nobody should do with a copy."""


def _make_cold(source: Path, target: Path) -> str:
    """Have the system forget the file, and say how."""
    target.unlink(missing_ok=True)
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3", encoding="ascii")
    except OSError:
        with source.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return "the file was dropped from the cache"
    return "all caches were dropped"


def _compare(target: Path, digest: Digest) -> None:
    if digest_of(target) != digest:
        raise SystemExit(f"{target} is not what was copied")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    for row in rows(quick=parser.parse_args().quick):
        print(row)  # noqa: T201 - it is what the program is for


if __name__ == "__main__":
    main()
