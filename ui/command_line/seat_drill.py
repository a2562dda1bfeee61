"""`kiosk seat drill`: cut the power in the middle of a day, thousands of times, and see what is left.

Owns arguments, folders and sentences. What happens is ``kiosk.drill``. The drill makes an office, a site and a seat of
its own and throws them away: no real seat is touched.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from kiosk.clock import SystemClock
from kiosk.drill.drill import FULL_RUN, DrillReport, judge_one, record_day, run_drill
from kiosk.drill.errors import DrillError
from kiosk.drill.images import image_id
from kiosk.drill.recording import why_not
from kiosk.durable_file import new_folder
from ui.command_line.console import err, escape, out, print_json, progress
from ui.command_line.facts_json import to_json

NOT_AS_IT_MUST_BE: Final = 3
_SHOWN: Final = 20  # findings that are printed; JSON has them all
_RECORDINGS: Final = "recordings"
_NUMBERS: Final = ("Calls", "Promises", "Cuts", "Images")
_POLICY_WORDS: Final = {
    "dropped": "dropped",
    "kept": "kept",
    "names": "kept only as names",
    "contents": "kept only as contents",
    "torn": "torn",
    "shuffled": "torn with names in any order",
}
_SCENE_WORDS: Final = {
    "import": "taking in drop and release",
    "pin": "PINs",
    "sitting": "answering, the program dies",
    "resumed": "going on, handing in, sealing",
    "export": "export to the stick",
    "receipt": "taking in the receipt",
    "erase": "erasing",
}


def drill(
    images: Annotated[int, typer.Option("--images", min=1, help="How many cuts to look at.")] = FULL_RUN,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for programs instead of sentences.")] = False,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Keep the recording here, a new or empty folder.")
    ] = None,
    image: Annotated[
        str | None, typer.Option("--image", metavar="ID", help="Look at one image again, e.g. sitting:1200:torn:3.")
    ] = None,
    recorded: Annotated[
        Path | None, typer.Option("--from", metavar="DIR", help="Use the recording that --keep left here.")
    ] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes; else one a processor.")] = None,
) -> int:
    """Prove that a power cut loses nothing that was acknowledged.

    A seat of the drill's own goes through a day: import, PINs, an exam, export, receipt, erasure. Every call to the system is
    recorded. Then the disk is rebuilt as a cut after any of them could have left it, with unsynced writes dropped, kept or
    torn at 512 bytes, and opened by this program.
    """
    if image is not None:
        if recorded is None:
            raise typer.BadParameter("an image belongs to a recording: give --from too", param_hint="--image")
        return _one(recorded / _RECORDINGS, image)
    with ExitStack() as stack:
        folder = recorded
        if folder is None:
            folder = _recorded(stack, keep)
        with progress("Looking at cuts") as bar:
            report = run_drill(folder / _RECORDINGS, images=images, workers=workers, clock=SystemClock(), progress=bar)
        _say(report, as_json=as_json)
        if report.findings:
            _keep_for_repeating(folder, is_temporary=recorded is None and keep is None)
    return NOT_AS_IT_MUST_BE if report.findings else 0


def _recorded(stack: ExitStack, keep: Path | None) -> Path:
    """Play and record a day; its folder is there until the stack ends, or stays where it was wanted."""
    reason = why_not()
    if reason is not None:
        raise DrillError(reason)
    if keep is None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-drill-"))).resolve()
    else:
        folder = keep.resolve()
        with new_folder(folder):
            pass
    # With the drill's day comes a whole office, which no seat's window waits for.
    from ui.command_line.seat_drill_day import prepare  # noqa: PLC0415

    day = prepare(folder, SystemClock())
    (folder / _RECORDINGS).mkdir()
    with progress("Recording") as bar:
        record_day(day, folder / _RECORDINGS, progress=bar)
    return folder


def _one(folder: Path, image: str) -> int:
    """Look at one image, and leave it where it can be looked into."""
    place = Path(tempfile.mkdtemp(prefix="kiosk-image-")) / "image"
    call, wrong = judge_one(folder, image_id(image), keep=place)
    out.print(f"{escape(image)}: cut after “{escape(call)}”.")
    out.print(f"The image is in {escape(str(place))}, as it was before anything opened it.")
    for each in wrong:
        err.print(f"Does not hold: {escape(each)}.", highlight=False)
    if not wrong:
        out.print("Everything holds.")
    return NOT_AS_IT_MUST_BE if wrong else 0


def _say(report: DrillReport, *, as_json: bool) -> None:
    if as_json:
        print_json(to_json(report))
        return
    table = Table("Scene", *_NUMBERS, box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for scene in report.scenes:
        numbers = (scene.calls, scene.acknowledged, scene.cuts, scene.images)
        table.add_row(_SCENE_WORDS[scene.scene], *(f"{number:,}" for number in numbers))
    out.print(table)
    out.print(f"What was not synced was {', '.join(_policies(report))}.")
    if not report.findings:
        out.print(
            f"{report.images:,} images in {report.seconds} s: no acknowledged answer is lost, every store opens, "
            "no bundle is half written, no counter went back."
        )
        return
    for finding in report.findings[:_SHOWN]:
        err.print(
            f"{finding.image}  after “{escape(finding.call)}”: {escape('; '.join(finding.wrong))}", highlight=False
        )
    err.print(f"{len(report.findings):,} of {report.images:,} images are not as they must be.")


def _policies(report: DrillReport) -> list[str]:
    """How many images by which policy, over all scenes."""
    counts = Counter(dict.fromkeys(_POLICY_WORDS, 0))
    for scene in report.scenes:
        counts.update(dict(scene.policies))
    return [f"{_POLICY_WORDS[name]} {count:,} ×" for name, count in counts.items()]


def _keep_for_repeating(folder: Path, *, is_temporary: bool) -> None:
    """Bring a recording that shows a fault to where it stays, and say how to look again."""
    place = folder
    if is_temporary:
        place = Path(tempfile.mkdtemp(prefix="kiosk-drill-findings-"))
        (folder / _RECORDINGS).rename(place / _RECORDINGS)
    err.print(f"Look at one again: kiosk seat drill --from {escape(str(place))} --image ID")
