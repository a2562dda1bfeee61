"""What commands say and ask: two consoles, progress for long work, passphrases.

Answers go to standard output, everything about the work itself to standard error, so that output can be piped.
"""

from __future__ import annotations

import getpass
import json
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from rich import markup
from rich.console import Console
from rich.highlighter import JSONHighlighter
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from signing.canonical import JsonValue
from signing.errors import FormRefused

PASSPHRASE_VARIABLE: Final = "KIOSK_PASSPHRASE"  # noqa: S105 - the name of a variable
PASSPHRASE_FILE_MAX_BYTES: Final = 4096
PASSPHRASE_FILE_HELP: Final = (
    f"File whose first line is the passphrase. Otherwise ${PASSPHRASE_VARIABLE}, otherwise you are asked."
)

_CONTROLS: Final = (
    *range(0x20),
    *range(0x7F, 0xA0),
    0x061C,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
)
_UNSHOWN: Final = (set(_CONTROLS) | set(range(0xD800, 0xE000))) - {ord("\n"), ord("\t")}
"""Characters that would do something to a terminal or turn the order of what it shows, and the halves of characters that
names of files may hold and no terminal takes."""
_MARKED: Final = dict.fromkeys(_UNSHOWN, "\ufffd")
_ESCAPED: Final = {code: f"\\u{code:04x}" for code in _UNSHOWN}

out: Final = Console(soft_wrap=True)
err: Final = Console(stderr=True, soft_wrap=True)


class Report(Protocol):
    """What long work calls: how much of it is done, in units of its own (bytes, files)."""

    def __call__(self, done: int, total: int, what: str) -> None:
        """Say that ``done`` of ``total`` units are done, and what is being done."""


@contextmanager
def progress(title: str, *, in_bytes: bool = False) -> Iterator[Report]:
    """Show a progress bar on standard error while long work runs; it disappears when done.

    Args:
        title: what is being done, until the work says more.
        in_bytes: the units are bytes and are shown as such.
    """
    columns = [TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn()]
    if in_bytes:
        columns.insert(2, DownloadColumn())
    # Into a file or a pipe nothing is drawn, not even the line that is left when a bar disappears.
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        task = bars.add_task(title, total=None)

        def report(done: int, total: int, what: str) -> None:
            bars.update(task, completed=done, total=total, description=what or title)

        yield report


def listing(*headers: str, title: str | None = None) -> Table:
    """Return an empty table whose cells are never cut: who reads a digest or a session's number has to type it elsewhere."""
    columns = (Column(header, overflow="fold") for header in headers)
    return Table(*columns, title=title, title_justify="left")


def escape(text: str) -> str:
    """Return a text from outside so that it shows as it is: no markup, and nothing that controls a terminal."""
    return markup.escape(text.translate(_MARKED))


def print_json(value: JsonValue) -> None:
    """Print a value as indented JSON on standard output, for programs."""
    out.print(JSONHighlighter()(json.dumps(value, ensure_ascii=False, indent=2).translate(_ESCAPED)))


def counted(number: int, what: str) -> str:
    """Return a number of things in words: “1 exam”, “2 exams”."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def ask(question: str) -> str:
    """Ask for a line at the terminal or whatever answers in its place.

    Raises:
        EOFError: nobody answers.
    """
    err.print(escape(question), end="", highlight=False)
    line = sys.stdin.readline() if sys.stdin is not None else ""  # a program may be started without any input
    if not line:
        raise EOFError
    return line.rstrip("\r\n")


def ask_secret(question: str) -> str:
    """Ask for something that is not shown while it is typed; without a terminal a line of the input is taken.

    Raises:
        EOFError: nobody answers.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(question)
        except getpass.GetPassWarning:
            return ask(question)


def ask_passphrase(file: Path | None, *, whose: str, confirm: bool = False) -> str:
    """Return a passphrase: from a file, from the environment, or from the person at the terminal.

    Args:
        file: the file of ``--passphrase-file``; its first line counts, without the line feed.
        whose: names the key for the prompt, e.g. "the office's keys".
        confirm: ask twice, because it is being set.

    Raises:
        FormRefused: the file is no text.
    """
    if file is not None:
        with file.open("rb") as opened:  # also a pipe
            untrusted = opened.read(PASSPHRASE_FILE_MAX_BYTES)
        try:
            return untrusted.decode("utf-8").split("\n", 1)[0].rstrip("\r")
        except UnicodeDecodeError:
            raise FormRefused("is not text in UTF-8", place=file.name) from None
    from_environment = os.environ.get(PASSPHRASE_VARIABLE)
    if from_environment:
        return from_environment
    while True:
        passphrase = ask_secret(f"Passphrase of {whose}: ")
        if not confirm or passphrase == ask_secret("Once more: "):
            return passphrase
        err.print("The two were different. Please try again.")
