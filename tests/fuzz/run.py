"""Coverage-guided fuzzing of everything that reads bytes from outside; see docs/security-testing.md.

Each target runs in a process of its own, under atheris, with bounded memory and time. An input that breaks one is kept, the
command that repeats it is printed, and the program ends with code 1.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.fuzz.record import Record, merge, put_into, read_records, table
from tests.fuzz.targets import load, names

MEMORY_MAX_MIB: Final = (
    256  # of the whole process; ten times the longest input of any target and the interpreter are in it
)
INPUT_MAX_SECONDS: Final = 10  # on a busy machine; alone, the slowest input takes a tenth of it
_STATUS: Final = re.compile(r"#(\d+)\s+\w+\s+cov: (\d+) ft: \d+ .*?rss: (\d+)Mb")
_PEAK: Final = re.compile(r"stat::peak_rss_mb:\s+(\d+)")
_MEMORY: Final = Path("/dev/shm")
_TELL_SECONDS: Final = 10
_KINDS_OF_FINDING: Final = ("crash", "leak", "oom", "slow-unit", "timeout")  # what libFuzzer calls its files
_CORPUS: Final = Path(__file__).parent / "corpus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a target runs; 0 is without end."""

    executions: int
    seconds: int
    seed: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Run targets one after another."""
    chosen = _parser().parse_args(arguments)
    if chosen.list:
        sys.stdout.write("".join(f"{name:18} {load(name).reads}\n" for name in names()))
        return 0
    if chosen.table is not None:
        rows = table(read_records(chosen.table).values())
        if chosen.into is None:
            sys.stdout.write(rows + "\n")
        else:
            put_into(chosen.into, rows)
        return 0
    if chosen.repeat is not None:
        (name,) = chosen.target
        load(name).run(chosen.repeat.read_bytes())
        sys.stdout.write(f"{name}: nothing is wrong with {chosen.repeat}\n")
        return 0
    limits = Limits(
        executions=chosen.executions, seconds=chosen.seconds or (0 if chosen.executions else 60), seed=chosen.seed
    )
    done = [_run(name, limits, chosen) for name in chosen.target or names()]
    sys.stdout.write(table(done) + "\n")
    return 1 if any(record.findings for record in done) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz.run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", nargs="*", metavar="TARGET", help="all of them by default")
    parser.add_argument("--list", action="store_true", help="say what there is and what each reads")
    parser.add_argument("--seconds", type=int, default=0, help="for each target; 60 unless --executions is given")
    parser.add_argument("--executions", type=int, default=0, help="for each target")
    parser.add_argument("--seed", type=int, default=1, help="of libFuzzer's chance (default: 1)")
    parser.add_argument("--corpus", type=Path, help="folder to go on from, and to keep what is found interesting")
    parser.add_argument(
        "--keep",
        type=Path,
        default=Path(tempfile.gettempdir()) / "fuzz-findings",
        help="folder for inputs that break one",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="merge what became of each run into a file")
    parser.add_argument("--repeat", type=Path, metavar="FILE", help="run one TARGET once, without atheris")
    parser.add_argument("--table", type=Path, metavar="FILE", help="print a file of --json as a table")
    parser.add_argument(
        "--into", type=Path, metavar="PAGE", help="put the table of --table between the marks of a page"
    )
    return parser


def _run(target: str, limits: Limits, chosen: argparse.Namespace) -> Record:
    chosen.keep.mkdir(parents=True, exist_ok=True)
    before = _kept(chosen.keep, target)
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=_MEMORY if _MEMORY.is_dir() else None) as scratch:
        corpus = chosen.corpus / target if chosen.corpus else Path(scratch) / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        record = _watch(target, _command(target, limits, corpus, chosen.keep), Path(scratch))
    found = sorted(_kept(chosen.keep, target) - before)
    for path in found:
        sys.stderr.write(f"{target}: broken. To repeat it:\n  python -m tests.fuzz.run --repeat {path} {target}\n")
    record = Record(
        **{name: getattr(record, name) for name in record.__slots__ if name != "findings"}, findings=len(found)
    )
    if chosen.json is not None:
        merge(chosen.json, record)
    return record


def _kept(keep: Path, target: str) -> set[Path]:
    """Inputs that broke a target; others may be running, and keep theirs in the same folder."""
    return {path for kind in _KINDS_OF_FINDING for path in keep.glob(f"{target}-{kind}-*")}


# The peak of a process' memory begins with that of the process it was forked from, also after exec: a shell in between is small.
_FROM_SMALL: Final = ("/bin/sh", "-c", '"$@" & wait $!', "sh")


def _command(target: str, limits: Limits, corpus: Path, keep: Path) -> list[str]:
    saved = [str(_CORPUS / target)] if (_CORPUS / target).is_dir() else []
    return [
        *_FROM_SMALL,
        *(sys.executable, "-m", "tests.fuzz.guided", target),
        *(f"-rss_limit_mb={MEMORY_MAX_MIB}", f"-timeout={INPUT_MAX_SECONDS}", f"-seed={limits.seed}"),
        *(f"-runs={limits.executions or -1}", f"-max_total_time={limits.seconds}", "-print_final_stats=1"),
        *(f"-artifact_prefix={keep}/{target}-", str(corpus), *saved),
    ]


def _watch(target: str, command: Sequence[str], scratch: Path) -> Record:
    """Run a target's process to its end, and tell how far it is.

    Raises:
        RuntimeError: it ended otherwise than by a limit or a finding.
    """
    begun = time.monotonic()
    told = begun
    executions = edges = peak = 0
    last: list[str] = []
    environment = os.environ | {"TMPDIR": str(scratch), "PYTHONHASHSEED": "0"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment) as process:
        assert process.stdout is not None
        for raw in process.stdout:
            line = raw.decode("utf-8", "replace")
            last = [*last[-200:], line]
            if status := _STATUS.match(line):
                executions, edges, rss = (int(number) for number in status.groups())
                peak = max(peak, rss)
            if found := _PEAK.match(line):
                peak = int(found[1])
            if time.monotonic() - told > _TELL_SECONDS:
                told = time.monotonic()
                sys.stderr.write(f"{target}: {executions:,} executions, {edges:,} edges, {told - begun:.0f} s\n")
    seconds = round(time.monotonic() - begun)
    if process.returncode != 0:
        sys.stderr.write("".join(line for line in last if not line.startswith("#")))
    if executions == 0:
        raise RuntimeError(f"{target} did not run")
    return Record(
        target=target,
        executions=executions,
        seconds=seconds,
        edges=edges,
        peak_memory_mib=peak,
        findings=0,
        date=datetime.now(UTC).date().isoformat(),
    )


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
