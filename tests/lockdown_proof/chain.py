"""``kiosk seat session`` with something left out: ``python -m tests.lockdown_proof.chain WITHOUT WINDOW TARGETS WORDS …``.

The command, the supervisor, its operations, the plan of the walls and the process that closes them are the product's. What is
left out is left out here: the product has no switch for it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from kiosk.lockdown.linux import environment, window_tree
from ui.command_line.main import run
from ui.lockdown import program, site

ROOT: Final = Path(__file__).parents[2]
ENVIRONMENT: Final = "environment"
"""The one thing that can be left out and is no wall: that the window's variables are made anew."""
BEGINNING: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from tests.lockdown_proof.inside import main; sys.exit(main())"
)


def keep_variables() -> None:
    """Wherever the window's environment is made, the supervisor's own goes with it."""
    whole = environment.window_environment

    def all_of_them(untrusted: Mapping[str, str], *arguments: Any, **more: Any) -> dict[str, str]:
        return {**untrusted, **whole(untrusted, *arguments, **more)}

    users = [module for module in list(sys.modules.values()) if vars(module).get(whole.__name__) is whole]
    for module in users:
        setattr(module, whole.__name__, all_of_them)


def let_anybody_use_this_interpreter() -> None:
    """The tests' interpreter may lie where only root goes; that the product then refuses is tried by ``test_site``."""
    whole = site._refuse_unreachable
    of_the_program = {str(folder) for folder in window_tree.program_folders()}

    def refuse(folders: Iterable[str | Path]) -> None:
        whole(folder for folder in folders if str(folder) not in of_the_program)

    setattr(site, "_refuse_unreachable", refuse)  # noqa: B010 - it is not the site's to give away


def main() -> int:
    without, window, targets, *words = sys.argv[1:]
    left_out = set(without.split(",")) - {""}
    if ENVIRONMENT in left_out:
        keep_variables()
    let_anybody_use_this_interpreter()
    walls = ",".join(sorted(left_out - {ENVIRONMENT}))
    whole = program.run_session

    def run_session(options: Any) -> int:  # its options, whatever this platform's are
        command = [sys.executable, "-c", BEGINNING, str(ROOT), walls, window, targets]
        return int(whole(replace(options, command=command, reserve=False)))

    setattr(program, "run_session", run_session)  # noqa: B010 - it is not the program's to give away
    return run(words)


if __name__ == "__main__":
    sys.exit(main())
