"""One recorded scene: the folder before it, the calls, and the promises before it.

Owns how a program is recorded (strace, Linux only) and that the recording is complete: a disk that follows every call must end
as the real folder did, byte by byte. Refuses to know what is played.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.drill import promises
from kiosk.drill.acts import Cast, Scene
from kiosk.drill.calls import STRACE, Call, Marked, read_calls
from kiosk.drill.disk import SHARED_MEMORY_SUFFIX, Disk, files_of
from kiosk.drill.errors import DrillError
from kiosk.drill.promises import Promised

_BASE: Final = "base"
_LOG: Final = "calls.log"
_CAST: Final = "cast.json"
_MARKS: Final = "marks"
_BEFORE: Final = "marks-before"
_WITHIN_S: Final = 600.0
PROGRAM: Final = (sys.executable, "-m", "kiosk.drill.acts")
"""What plays a scene; the scene's name and its cast follow."""


def why_not() -> str | None:
    """Return why nothing can be recorded on this machine; None where it can."""
    if sys.platform != "linux":
        return "the drill needs Linux: it records what the system is asked for with strace"
    if shutil.which("strace") is None:
        return "the drill needs the program strace, which is not installed here: apt-get install strace"
    tried = subprocess.run(
        ["strace", "-f", "-qq", "--seccomp-bpf", "-o", os.devnull, "true"], check=False, capture_output=True
    )
    if tried.returncode != 0:
        return "the drill needs strace, which is too old here or may not watch other programs (a container without ptrace?)"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recorded scene, read.

    Attributes:
        below: the folder that was recorded.
        base: a copy of it as it was before.
        before: what was promised before.
    """

    scene: str
    below: Path
    base: Path
    calls: tuple[Call, ...]
    before: Promised

    def disk(self) -> Disk:
        """Return the disk before the first call."""
        return Disk(self.below, self.base)

    @property
    def promised(self) -> Promised:
        """What is promised at its end."""
        *_, last = promises_of(self)
        return last


def promises_of(recording: Recording) -> Iterator[Promised]:
    """Yield what was promised before the first call, and after each."""
    promised = recording.before
    yield promised
    for call in recording.calls:
        if isinstance(call, Marked):
            promised = promises.after(promised, call.line)
        yield promised


def record(
    scene: Scene, cast: Cast, *, below: Path, folder: Path, before: Path | None, program: Sequence[str] = PROGRAM
) -> Recording:
    """Record a scene.

    Args:
        scene: which.
        cast: who plays; its folders lie in ``below``, its marks do not.
        below: the folder whose changes are recorded.
        folder: where the recording goes; not there yet.
        before: the recording of the scene before, whose promises hold still.
        program: what plays.

    Raises:
        DrillError: this machine cannot record, the scene failed, or the recording is not complete.
    """
    reason = why_not()
    if reason is not None:
        raise DrillError(reason)
    folder.mkdir()
    shutil.copytree(below, folder / _BASE)
    lines = () if before is None else marks_so_far(before)
    (folder / _BEFORE).write_text("".join(lines), encoding="utf-8")
    (folder / "below").write_text(str(below), encoding="utf-8")
    cast.write(folder / _CAST)
    cast.marks.unlink(missing_ok=True)
    _run(["strace", *STRACE, "-o", str(folder / _LOG), *program, scene.value, str(folder / _CAST)], scene)
    shutil.copyfile(cast.marks, folder / _MARKS)
    recording = read_recording(folder)
    _refuse_incomplete(recording)
    return recording


def read_recording(folder: Path) -> Recording:
    """Read what ``record`` wrote.

    Raises:
        DrillError: there is none, or it cannot be followed.
    """
    if not (folder / _LOG).is_file():
        raise DrillError(f"there is no recording in {folder}")
    below = Path((folder / "below").read_text(encoding="utf-8"))
    marks = Path(json.loads((folder / _CAST).read_text(encoding="utf-8"))["marks"])
    promised = promises.NOTHING
    for line in (folder / _BEFORE).read_text(encoding="utf-8").splitlines():
        promised = promises.after(promised, line)
    return Recording(
        scene=folder.name,
        below=below,
        base=folder / _BASE,
        calls=read_calls(folder / _LOG, below=below, marks=marks),
        before=promised,
    )


def marks_so_far(folder: Path) -> tuple[str, ...]:
    """Return the marks before and of a recording."""
    texts = ((folder / name).read_text(encoding="utf-8") for name in (_BEFORE, _MARKS))
    return tuple(line for text in texts for line in text.splitlines(keepends=True))


def _run(command: Sequence[str], scene: Scene) -> None:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_WITHIN_S,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise DrillError(f"the scene “{scene.value}” could not be recorded: {last}")


def _refuse_incomplete(recording: Recording) -> None:
    """Refuse a recording that does not lead where the real calls led."""
    disk = recording.disk()
    for call in recording.calls:
        disk.follow(call)
    followed = {path: bytes(file.live) for path, file in files_of(disk.root)}
    real = {
        path.relative_to(recording.below).as_posix(): path.read_bytes()
        for path in recording.below.rglob("*")
        if path.is_file()
    }
    for path in sorted(followed.keys() | real.keys()):
        if followed.get(path) != real.get(path) and not path.endswith(SHARED_MEMORY_SUFFIX):
            raise DrillError(f"the recording of “{recording.scene}” is not complete: {path} is not what it says")
