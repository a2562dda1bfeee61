"""Tells people at the terminal what is being done, step by step, with the time each step took."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ui.command_line.console import escape
from ui.demo.waiting import Stopwatch


class Narrator:
    """Writes to one console; what is under way moves, what is done stands."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, who: str, what: str) -> Iterator[Callable[[str], None]]:
        """Tell that somebody does something, while the block runs; yields a function that says how far it is."""
        watch, title = Stopwatch(), f"[bold]{escape(who)}[/bold] {escape(what)}"
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        moves = self._console.is_terminal  # a log file wants lines that stand, not a line that moves
        with Progress(*columns, console=self._console, transient=True, disable=not moves) as bars:
            task = bars.add_task(title, total=None)

            def so_far(words: str) -> None:
                bars.update(task, description=f"{title}: {escape(words)}")

            yield so_far
        self._console.print(f"[green]✓[/green] {title} [dim]{watch.seconds():.1f} s[/dim]", soft_wrap=True)

    def say(self, words: str) -> None:
        """Write a line as it is."""
        self._console.print(words, soft_wrap=True)
