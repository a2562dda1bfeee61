"""How much memory packages take, whatever their size.

Each piece of work is done in a process of its own that says at its end how much memory it ever held (VmHWM). Taken away from that
is what an interpreter holds that does nothing, in the same run; the second figure is what remains beyond the modules that the
work imports. Goal: at most 25 MiB over the empty interpreter, and as much for a huge package as for a small one.

    python -m tests.benchmarks.package_memory [--quick]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

from tests.benchmarks import packages
from tests.benchmarks.table import Row

SMALL_MIB = 1
HUGE_MIB = 1024
QUICK_HUGE_MIB = 64
REPEATS = 3
GOAL_MIB = 25.0
_ROOT = Path(__file__).parents[2]
_KIB = 1024
_SAY = "print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])"
_PROGRAMS = {
    "open, verify and take in": "take_in",
    "seal": "seal_package",
}


def rows(*, quick: bool) -> list[Row]:
    """Measure every piece of work on a small and on a huge package."""
    if not Path("/proc/self/status").exists():
        return [_missing(name) for name in _PROGRAMS]
    huge_mib = QUICK_HUGE_MIB if quick else HUGE_MIB
    empty = _peak_mib("pass")
    result = []
    for name, work in _PROGRAMS.items():
        module = "from tests.benchmarks import package_memory_work as work"
        imported = _peak_mib(f"{module}\nwork.imports_of_{work}()")
        for mib in (SMALL_MIB, huge_mib):
            path = packages.package_of(mib, packages.folder())
            program = f"{module}\nwork.{work}({str(path)!r}, {mib})"
            peak = _peak_mib(program)
            note = f"{peak - imported:.1f} MiB of it beyond what is imported; {imported - empty:.1f} MiB are imports"
            result.append(
                Row(
                    name=f"memory to {name} a package of {mib} MiB",
                    value=peak - empty,
                    unit="MiB",
                    limit="",
                    limit_value=None,
                    ratio=None,
                    goal=GOAL_MIB,
                    note=note,
                )
            )
    return result


def _missing(name: str) -> Row:
    return Row(
        name=f"memory to {name} a package",
        value=0.0,
        unit="MiB",
        limit="",
        limit_value=None,
        ratio=None,
        goal=GOAL_MIB,
        missing="only Linux says how much memory a process ever held",
    )


def _peak_mib(program: str) -> float:
    """Return how much memory a process held at most that runs a program."""
    peaks = [
        int(
            subprocess.run(
                [sys.executable, "-c", f"{program}\n{_SAY}"], check=True, capture_output=True, text=True, cwd=_ROOT
            ).stdout.split()[-1]
        )
        for _ in range(REPEATS)
    ]
    return statistics.median(peaks) / _KIB


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    for row in rows(quick=parser.parse_args().quick):
        print(row)  # noqa: T201 - it is what the program is for


if __name__ == "__main__":
    main()
