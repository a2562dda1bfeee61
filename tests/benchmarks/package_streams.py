"""How long sealing, opening and checking big files takes, beside ``age`` doing the same to the same bytes.

Each is a whole process whose output goes nowhere; what is read lies in memory. Rounds are shuffled and the median counts.
Goals: seal with leaf hashes at most as long as ``age -e``, decrypt at most 0.45 of ``age -d``, decrypt and hash every byte at
most 0.8 of it.

    python -m tests.benchmarks.package_streams [--quick]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from signing.sealed_stream import sealed_length, unseal
from tests.benchmarks import package_work, packages
from tests.benchmarks.measuring import seconds
from tests.benchmarks.table import Row

FULL_MIB = 512
QUICK_MIB = 64
ROUNDS = 9
SEAL_GOAL, DECRYPT_GOAL, VERIFY_GOAL = 1.0, 0.45, 0.8
_ROOT = Path(__file__).parents[2]
_SEAL = "seal a package entry, with leaf hashes"
_DECRYPT = "decrypt a package entry"
_CHECKED = "decrypt a package, every byte hashed"
_VERIFY = "verify a whole package: ciphertext and content hashed"


def rows(*, quick: bool) -> list[Row]:
    """Measure all, in turn."""
    where = packages.memory_folder()
    why = _install_age() if where is not None else "there is no file system in memory here"
    if why or where is None:
        return _missing(why)
    mib = QUICK_MIB if quick else FULL_MIB
    commands = _prepare(where, mib)
    _check(where, commands)
    taken: dict[str, list[float]] = {name: [] for name in commands}
    chance = random.Random(1)
    for _ in range(ROUNDS):
        for name in chance.sample(list(commands), len(commands)):
            taken[name].append(seconds(lambda name=name: _run(commands[name])))  # type: ignore[misc]  # bound per loop
    medians = {name: statistics.median(values) for name, values in taken.items()}
    return _rows(medians, mib)


def _rows(taken: Mapping[str, float], mib: int) -> list[Row]:
    start = f"{mib} MiB; {taken['start']:.3f} s of it are the start of Python"

    def row(name: str, peer: str, goal: float, note: str) -> Row:
        value, limit = taken[name], taken[peer]
        return Row(
            name=name, value=value, unit="s", limit=peer, limit_value=limit, ratio=value / limit, goal=goal, note=note
        )

    return [
        row(_SEAL, "age -e", SEAL_GOAL, start),
        row(_DECRYPT, "age -d", DECRYPT_GOAL, start),
        row(_CHECKED, "age -d", VERIFY_GOAL, start),
        row(_VERIFY, "age -d", VERIFY_GOAL, f"{start}; each byte is hashed twice: once sealed, once opened"),
    ]


def _missing(why: str) -> list[Row]:
    goals = {_SEAL: SEAL_GOAL, _DECRYPT: DECRYPT_GOAL, _CHECKED: VERIFY_GOAL, _VERIFY: VERIFY_GOAL}
    return [
        Row(name=name, value=0.0, unit="s", limit="age", limit_value=None, ratio=None, goal=goal, missing=why)
        for name, goal in goals.items()
    ]


def _install_age() -> str:
    """Install the peer where that is possible; return why it is missing."""
    if shutil.which("age") is None and os.geteuid() == 0 and shutil.which("apt-get") is not None:
        subprocess.run(["apt-get", "install", "-y", "-q", "age"], check=False, capture_output=True)
    return "" if shutil.which("age") is not None else "age is not installed: apt-get install age"


def _work(name: str, path: Path) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.package_work", name, str(path)]


def _prepare(where: Path, mib: int) -> dict[str, list[str]]:
    """Make what is read and return what is run."""
    plain, key = where / "plain", where / "age.key"
    with plain.open("wb") as file:
        for _ in range(mib):
            file.write(os.urandom(packages.MIB))
    keygen = subprocess.run(["age-keygen", "-o", str(key)], check=True, capture_output=True, text=True)
    recipient = keygen.stderr.split()[-1]
    by_age, sealed = where / "plain.age", where / "plain.sealed"
    subprocess.run(["age", "-r", recipient, "-o", str(by_age), str(plain)], check=True)
    with sealed.open("wb") as out:
        subprocess.run(_work("seal", plain), check=True, stdout=out, cwd=_ROOT)
    os.truncate(sealed, sealed_length(plain.stat().st_size))  # without the padding behind the entry
    package = packages.package_of(mib, where)
    return {
        "start": [sys.executable, "-c", "pass"],
        "age -e": ["age", "-r", recipient, "-o", "-", str(plain)],
        "age -d": ["age", "-d", "-i", str(key), "-o", "-", str(by_age)],
        _SEAL: _work("seal", plain),
        _DECRYPT: _work("decrypt", sealed),
        _CHECKED: _work("decrypt-checked", package),
        _VERIFY: _work("verify", package),
    }


def _check(where: Path, commands: Mapping[str, list[str]]) -> None:
    """Check that each of them gives the bytes it should.

    Raises:
        SystemExit: one does not; then nothing is measured.
    """
    plain = _digest(where / "plain")
    opened = hashlib.sha256()
    with (where / "plain.sealed").open("rb") as file:
        pieces = package_work.pieces_of(file)
        for piece in unseal(pieces, package_work.STREAM_KEY, package_work.STREAM_CONTEXT, place="sealed"):
            opened.update(piece)
    if opened.digest() != plain:
        raise SystemExit("what was sealed opens as something else")
    for name in ("age -d", _DECRYPT):
        result = where / "result"
        with result.open("wb") as out:
            subprocess.run(commands[name], check=True, stdout=out, cwd=_ROOT)
        if _digest(result) != plain:
            raise SystemExit(f"{name} gives other bytes")
        result.unlink()


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=_ROOT)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    for row in rows(quick=parser.parse_args().quick):
        print(row)  # noqa: T201 - it is what the program is for


if __name__ == "__main__":
    main()
