"""The drill itself: record a day, choose images, judge them on several processors, say what came of it.

Owns the order of the scenes and the report. Refuses to know words for people.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol, assert_never

from exam_packages.ids import ProctorId
from kiosk.clock import Clock, SystemClock
from kiosk.drill.acts import Cast, Scene, read_cast
from kiosk.drill.calls import Call, Copied, Made, MadeFolder, Marked, Removed, Renamed, Resized, Synced, Wrote
from kiosk.drill.errors import DrillError
from kiosk.drill.images import ImageId, Policy, image_of, write_tree
from kiosk.drill.judging import judge
from kiosk.drill.plan import cuts_of, plan
from kiosk.drill.recording import PROGRAM, Recording, promises_of, read_recording, record
from kiosk.progress import Progress, silent

FULL_RUN: Final = 10_000
_CHUNK: Final = 60  # images that one process takes at a time
_GOES_ON_EVERY: Final = 4  # every fourth image also goes on with what people do next
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder in memory, where there is one; inside it a private one is made
_MEMORY_NEEDED_BYTES: Final = 1024 * 1024 * 1024


class Day(Protocol):
    """A prepared day: a world to record, and the office at the other end."""

    @property
    def world(self) -> Path:
        """The folder that is recorded: the seat and the stick."""
        ...

    @property
    def cast(self) -> Cast:
        """Who plays."""
        ...

    def accept(self) -> None:
        """Put the office's receipts onto the stick."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An image in which something does not hold.

    Attributes:
        call: the last call before the cut, in words.
        wrong: what does not hold.
    """

    image: str
    call: str
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneReport:
    """What came of one scene's images.

    Attributes:
        calls: system calls that changed something.
        cuts: after how many of them a cut was made.
        acknowledged: marks in the recording.
        policies: how many images by which policy.
    """

    scene: str
    calls: int
    cuts: int
    acknowledged: int
    images: int
    policies: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillReport:
    """What came of a drill."""

    images: int
    scenes: tuple[SceneReport, ...]
    findings: tuple[Finding, ...]
    seconds: int


def record_day(day: Day, folder: Path, *, progress: Progress = silent, program: Sequence[str] = PROGRAM) -> None:
    """Record every scene of a day into a folder.

    Raises:
        DrillError: this machine cannot record, or a scene failed.
    """
    before: Path | None = None
    for done, scene in enumerate(Scene):
        progress(done, len(Scene), f"Recording: {scene.value}")
        if scene is Scene.RECEIPT:
            day.accept()
        record(scene, day.cast, below=day.world, folder=folder / scene.value, before=before, program=program)
        before = folder / scene.value


def recordings_in(folder: Path) -> tuple[Recording, ...]:
    """Read the recordings in a folder, in the order of the day.

    Raises:
        DrillError: there is none.
    """
    found = tuple(_recording(folder / scene.value) for scene in Scene if (folder / scene.value).is_dir())
    if not found:
        raise DrillError(f"there are no recordings in {folder}")
    return found


def run_drill(
    folder: Path, *, images: int, workers: int | None = None, clock: Clock, progress: Progress = silent
) -> DrillReport:
    """Judge images of recorded scenes.

    Args:
        folder: what ``record_day`` wrote.
        images: how many.
        workers: how many processes; None is one for each processor.
        clock: measures how long it takes.
        progress: is told images.
    """
    began = clock.monotonic_ms()
    recordings = recordings_in(folder)
    chosen = plan(recordings, images)
    findings: list[Finding] = []
    done = 0
    with scratch_folder() as scratch:
        for found, judged in _judged(folder, chosen, scratch, workers or os.cpu_count() or 1):
            findings += found
            done += judged
            progress(done, len(chosen), f"Cut and opened; {len(findings)} findings")
    return DrillReport(
        images=len(chosen),
        scenes=tuple(_scene_report(recording, chosen) for recording in recordings),
        findings=tuple(sorted(findings, key=lambda finding: finding.image)),
        seconds=(clock.monotonic_ms() - began) // 1000,
    )


def judge_one(folder: Path, image: ImageId, *, keep: Path | None = None) -> tuple[str, tuple[str, ...]]:
    """Build one image and judge it with all there is.

    Args:
        folder: the recordings.
        image: which.
        keep: also lay the image out here, as it is before any program has touched it; not there yet.

    Returns:
        The last call before the cut, in words, and what does not hold.

    Raises:
        DrillError: there is no such image.
    """
    recording = _recording(folder / image.scene)
    if not 0 <= image.cut <= len(recording.calls):
        raise DrillError(f"the scene “{image.scene}” has {len(recording.calls)} calls")
    with scratch_folder() as scratch:
        if keep is not None:
            disk = recording.disk()
            for call in recording.calls[: image.cut]:
                disk.follow(call)
            write_tree(image_of(disk, image), keep)
        wrong = dict(_judge_all(folder, (image,), scratch, thoroughly=True)).get(image, ())
    return _last_call(recording, image), wrong


def scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder for images: in memory, where there is room."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _MEMORY_NEEDED_BYTES and os.access(_MEMORY, os.W_OK)
    return tempfile.TemporaryDirectory(prefix="kiosk-drill-", dir=_MEMORY if roomy else None)


def _judged(folder: Path, chosen: Sequence[ImageId], scratch: str, workers: int) -> Iterator[tuple[list[Finding], int]]:
    chunks = list(_chunks(chosen))
    if workers == 1:
        for chunk in chunks:
            yield judge_chunk(folder, chunk, scratch), len(chunk)
        return
    # A new interpreter for each: this one may have threads, which a copy of it would not have.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        running = {pool.submit(judge_chunk, folder, chunk, scratch): len(chunk) for chunk in chunks}
        for future in as_completed(running):
            yield future.result(), running[future]


def _chunks(chosen: Sequence[ImageId]) -> Iterator[tuple[ImageId, ...]]:
    """Cut the images, which are in order, into pieces of one scene each."""
    start = 0
    for end in range(1, len(chosen) + 1):
        full = end - start == _CHUNK
        if end == len(chosen) or full or chosen[end].scene != chosen[start].scene:
            yield tuple(chosen[start:end])
            start = end


def judge_chunk(folder: Path, images: Sequence[ImageId], scratch: str) -> list[Finding]:
    """Judge images of one scene, ordered by cut; what a process of the drill does."""
    recording = _recording(folder / images[0].scene)
    return [
        Finding(image=str(image), call=_last_call(recording, image), wrong=wrong)
        for image, wrong in _judge_all(folder, images, scratch, thoroughly=False)
    ]


def _judge_all(
    folder: Path, images: Sequence[ImageId], scratch: str, *, thoroughly: bool
) -> Iterator[tuple[ImageId, tuple[str, ...]]]:
    """Yield the images in which something is wrong, with what it is."""
    recording = _recording(folder / images[0].scene)
    cast = read_cast(folder / recording.scene / "cast.json")
    disk = recording.disk()
    followed = 0
    promises = list(promises_of(recording))
    for image in images:
        for call in recording.calls[followed : image.cut]:
            disk.follow(call)
        followed = image.cut
        with tempfile.TemporaryDirectory(dir=scratch) as place:
            world = Path(place) / "world"
            write_tree(image_of(disk, image), world)
            wrong = judge(
                world / cast.seat.relative_to(recording.below),
                world / cast.stick.relative_to(recording.below),
                promises[image.cut],
                proctor=ProctorId(cast.proctor),
                clock=SystemClock(),
                goes_on=thoroughly or zlib.crc32(str(image).encode()) % _GOES_ON_EVERY == 0,
            )
        if wrong:
            yield image, tuple(each.replace(f"{world}/", "") for each in wrong)


@lru_cache(maxsize=len(Scene))
def _recording(folder: Path) -> Recording:
    return read_recording(folder)


def _scene_report(recording: Recording, chosen: Sequence[ImageId]) -> SceneReport:
    mine = [image for image in chosen if image.scene == recording.scene]
    counts = ((policy.value, sum(image.policy is policy for image in mine)) for policy in Policy)
    return SceneReport(
        scene=recording.scene,
        calls=sum(not isinstance(call, Marked) for call in recording.calls),
        cuts=len(set(cuts_of(recording.calls)) & {image.cut for image in mine}),
        acknowledged=sum(isinstance(call, Marked) for call in recording.calls),
        images=len(mine),
        policies=tuple(counts),
    )


def _last_call(recording: Recording, image: ImageId) -> str:
    return "nothing" if image.cut == 0 else in_words(recording.calls[image.cut - 1], recording.below)


def in_words(call: Call, below: Path) -> str:
    """Return what a call did, for people who look for a fault."""
    match call:
        case Made():
            return f"make {call.path.relative_to(below)}"
        case Wrote():
            return f"write {len(call.data)} bytes at {call.offset} of {call.path.relative_to(below)}"
        case Copied():
            return f"copy {call.length} bytes to {call.offset} of {call.path.relative_to(below)}"
        case Resized():
            return f"set the length of {call.path.relative_to(below)} to {call.length}"
        case Synced():
            return f"sync {call.path.relative_to(below)}"
        case Renamed():
            return f"rename {call.source.relative_to(below)} to {call.target.relative_to(below)}"
        case Removed():
            return f"remove {call.path.relative_to(below)}"
        case MadeFolder():
            return f"make the folder {call.path.relative_to(below)}"
        case Marked():
            return f"acknowledge {call.line[:120]}"
        case _:
            assert_never(call)
