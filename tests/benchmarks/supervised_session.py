"""``kiosk seat session`` with a window that tells when it shows what.

``python -m tests.benchmarks.supervised_session FILE WORDS …``: what is shown when goes to the file.
The command has no such option, and people need none: the words of its window are added to here.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from ui.command_line.main import run
from ui.lockdown import program


def main() -> int:
    """Run the command."""
    statistics, *words = sys.argv[1:]
    whole = program.run_session

    def run_session(options: Any) -> int:
        return int(whole(replace(options, words=[*options.words, "--stats", statistics])))

    setattr(program, "run_session", run_session)  # noqa: B010 - it is not the program's to give away
    return run(words)


if __name__ == "__main__":
    sys.exit(main())
