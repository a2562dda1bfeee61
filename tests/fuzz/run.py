"""``python -m tests.fuzz.run --seconds 60 TARGET``: damage inputs until time is up, and keep what breaks a target.

An input that breaks one is written to the folder of ``--keep``, and the program ends with code 1.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
import traceback
from pathlib import Path

from tests.fuzz.mutation import mutated
from tests.fuzz.targets import TARGETS, seeds_of


def main() -> int:
    """Run one target, or all, one after another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", nargs="?", choices=[*TARGETS, "all"], default="all")
    parser.add_argument("--seconds", type=float, default=60, help="for each target")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("/tmp/fuzz"), help="folder for inputs that break a target")
    chosen = parser.parse_args()
    names = list(TARGETS) if chosen.target == "all" else [chosen.target]
    return max(_run(name, chosen.seconds, chosen.seed, chosen.keep) for name in names)


def _run(name: str, seconds: float, seed: int, keep: Path) -> int:
    until = time.monotonic() + seconds
    count = 0
    for data in mutated(seeds_of(name), seed):
        if time.monotonic() > until:
            break
        try:
            TARGETS[name](data)
        except Exception:  # noqa: BLE001 - any fault is a find
            keep.mkdir(parents=True, exist_ok=True)
            file = keep / f"{name}-{hashlib.sha256(data).hexdigest()[:16]}"
            file.write_bytes(data)
            traceback.print_exc()
            sys.stdout.write(f"{name}: broken after {count} inputs: {file}\n")
            return 1
        count += 1
    sys.stdout.write(f"{name}: {count} inputs\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
