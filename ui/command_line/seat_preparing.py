"""What `kiosk seat prepare` says, shows and asks the system about itself.

Owns sentences. What is put in place, and how it is taken back, is ``kiosk.lockdown.preparing``.
"""

from __future__ import annotations

import difflib
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import typer

from kiosk.clock import SystemClock
from kiosk.lockdown.operations import Operation
from kiosk.lockdown.preparing.place import PREFIX, PlaceOperation
from kiosk.lockdown.preparing.plan import gaps, plan
from kiosk.lockdown.preparing.system import preparation_of
from kiosk.lockdown.preparing.wishes import WantedFile, Wishes
from ui.command_line.console import err, escape, out
from ui.command_line.taking_back import say_taken_back, taken_back

_SYSTEM: Final = Path("/")
_SYSTEMD_RUNS: Final = Path("/run/systemd/system")
_ANSWER_WITHIN_S: Final = 20


def prepare(root: Path, wishes: Wishes, *, dry_run: bool, yes: bool) -> None:
    """Prepare the system below a root, or show what that would be; say what will not be prevented all the same."""
    preparation = preparation_of(root, SystemClock())
    operations = plan(root, wishes)
    to_do = [operation for operation in operations if operation.verify()]
    obsolete = [snapshot.operation for snapshot in preparation.obsolete(operations)]
    if dry_run:
        _show(to_do, obsolete)
    elif to_do or obsolete:
        if not yes:
            typer.confirm(f"Change {len(to_do) + len(obsolete)} things in {root}? --dry-run shows them", abort=True)
        for name in preparation.prepare(operations):
            out.print(escape(_place(name)), highlight=False)
        _reload(root)
        out.print("Prepared. Start the machine anew; `kiosk seat prepare --undo` takes everything back.")
    else:
        out.print("Everything is as wished; nothing was changed.")
    for concern, sentence in gaps(root, wishes):
        err.print(f"[yellow]{concern.value}[/yellow]: {escape(sentence)}", highlight=False)


def undo(root: Path, *, dry_run: bool, yes: bool) -> None:
    """Take back everything that was prepared below a root, or show what would be."""
    report = taken_back(
        preparation_of(root, SystemClock()), where=f" in {root}", name_of=_place, dry_run=dry_run, yes=yes
    )
    if report is not None:
        _reload(root)
        say_taken_back(report, name_of=_place)


def _show(to_do: Sequence[Operation], obsolete: Sequence[str]) -> None:
    for name in obsolete:
        out.print(f"takes back {escape(_place(name))}", highlight=False)
    for operation in to_do:
        wanted = operation.wanted if isinstance(operation, PlaceOperation) else None
        if wanted is None:
            out.print(
                f"\n[bold]{escape(operation.verify())}[/bold] It is added without password, home and shell.",
                highlight=False,
            )
        elif isinstance(wanted, WantedFile) and isinstance(operation, PlaceOperation):
            out.print(f"\n[bold]/{escape(wanted.path)}[/bold] ({wanted.mode:o}) {escape(wanted.why)}", highlight=False)
            for line in _difference(operation.current(), wanted.text):
                out.print(escape(line), highlight=False)
        elif not isinstance(wanted, WantedFile):
            out.print(
                f"\n[bold]/{escape(wanted.path)} → {escape(wanted.target)}[/bold] {escape(wanted.why)}", highlight=False
            )
    if to_do or obsolete:
        out.print("\nthen: systemctl daemon-reload")
    else:
        out.print("Everything is as wished; nothing would be changed.")


def _difference(before: str | None, after: str) -> list[str]:
    if before is None:
        return [f"+{line}" for line in after.splitlines()]
    return list(difflib.unified_diff(before.splitlines(), after.splitlines(), "before", "after", lineterm=""))


def _place(name: str) -> str:
    return f"/{name.removeprefix(PREFIX)}" if name.startswith(PREFIX) else name


def usb_policy() -> str:
    """Ask USBGuard what is plugged in now; nothing where it cannot tell."""
    return _said("usbguard", "generate-policy")


def _reload(root: Path) -> None:
    if root == _SYSTEM and _SYSTEMD_RUNS.is_dir():
        _said("systemctl", "daemon-reload")


def _said(program: str, word: str) -> str:
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        done = subprocess.run([path, word], capture_output=True, text=True, timeout=_ANSWER_WITHIN_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
