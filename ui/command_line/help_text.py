"""What `--help` shows: sentences that fill the terminal's width, and only what has to be typed.

Owns how a help page looks. What it says stands with each command.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Protocol, TypeVar, cast

from typer import Context
from typer.core import TyperCommand, TyperOption


class _Helped(Protocol):
    """A command of the library, which names the class that both kinds of commands have in common only for itself."""

    help: str | None

    def get_params(self, ctx: Context, /) -> Sequence[object]: ...


Shown = TypeVar("Shown", bound=_Helped)


def flowing(command: Shown) -> Shown:
    """Return a command, and all below it, with each paragraph of its help in one line: the terminal breaks it.

    Beside an option that is given or left out stands nothing: the library's ``<bool>`` reads as if a word had to follow.
    """
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    command.help = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    for option in command.get_params(Context(cast("TyperCommand", command))):
        if isinstance(option, TyperOption) and option.is_flag:
            option.metavar = ""
    for each in getattr(command, "commands", {}).values():
        flowing(each)
    return command
