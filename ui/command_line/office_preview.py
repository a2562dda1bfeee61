"""`kiosk office preview`: content as candidates will see it, before it is built.

Owns arguments. Qt is loaded only when the command runs.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from signing.errors import FormRefused
from ui.command_line.console import escape, out, progress

_SIZE: Final = re.compile(r"(\d{3,4})x(\d{3,4})")


def preview(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="A content folder, a zip file, or one document.")],
    item: Annotated[str | None, typer.Option(help="Begin with this item; with --screens, take only this one.")] = None,
    screens: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write a picture of every item instead; needs no screen.")
    ] = None,
    theme: Annotated[str, typer.Option(help="light, dark or high-contrast.")] = "light",
    text: Annotated[int, typer.Option(min=100, max=400, help="Text size in percent.")] = 100,
    size: Annotated[str, typer.Option(help="Size of the pictures, in pixels.")] = "1024x768",
    answered: Annotated[bool, typer.Option("--answered", help="Pictures with the correct response put in.")] = False,
) -> None:
    """Show content with the renderer of the exam window, and beside it what the present answer earns.

    SOURCE may be QTI 2.0, 2.1, 2.2 or 3.0. The window reads files again as they change. Items outside the profile show why.
    """
    from PySide6.QtCore import QSize  # noqa: PLC0415 - commands that show nothing do not wait for Qt

    from ui.preview.content import load  # noqa: PLC0415
    from ui.preview.pictures import Shot  # noqa: PLC0415
    from ui.preview.program import run_preview, take_pictures  # noqa: PLC0415
    from ui.window.theme import Theme  # noqa: PLC0415

    if not source.exists():
        raise FormRefused("is not there", place=str(source))
    if theme not in {each.value for each in Theme}:
        raise FormRefused(f"is none of {', '.join(each.value for each in Theme)}", place=f"--theme {theme}")
    look = Theme(theme)
    if screens is None:
        raise typer.Exit(run_preview(source, item=item, theme=look, text_percent=text))
    match = _SIZE.fullmatch(size)
    if match is None:
        raise FormRefused("is no size such as 1024x768", place=f"--size {size}")
    with progress("Reading") as report:
        report(0, 1, "Reading the content")
        content = load(source)
    if not content.items:
        why = "; ".join(str(found) for found in content.findings)
        raise FormRefused(f"holds no item that could be shown{f' ({why})' if why else ''}", place=str(source))
    if item is not None:
        chosen = tuple(each for each in content.items if each.name == item)
        if not chosen:
            raise FormRefused(f"has no item {item}", place=str(source))
        content = replace(content, items=chosen)
    shot = Shot(size=QSize(int(match[1]), int(match[2])), theme=look, text_percent=text, answered=answered)
    with progress("Taking pictures") as report:
        taken = take_pictures(content, screens, shot, report)
    for found in content.findings:
        out.print(escape(str(found)), highlight=False)
    delivered = sum(each.delivered is not None for each in content.items)
    out.print(
        f"{len(taken)} pictures in {escape(str(screens))}; {delivered} of {len(content.items)} items are delivered."
    )
