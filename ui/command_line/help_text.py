"""What `--help` shows: sentences that fill the terminal's width, however their source is broken into lines."""

from __future__ import annotations

import inspect
from typing import Protocol, TypeVar


class _Helped(Protocol):
    help: str | None


Shown = TypeVar("Shown", bound=_Helped)


def flowing(command: Shown) -> Shown:
    """Return a command, and all below it, with each paragraph of its help in one line: the terminal breaks it."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    command.help = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    for each in getattr(command, "commands", {}).values():
        flowing(each)
    return command
