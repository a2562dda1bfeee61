"""The drill on the real product finds nothing, and on a careless one it does.

A few images of every scene; as many as ``KIOSK_TEST_DRILL_IMAGES`` says.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

import pytest

from kiosk.clock import SystemClock
from kiosk.drill.acts import Scene
from kiosk.drill.drill import DrillReport, Finding, judge_one, record_day, run_drill
from kiosk.drill.errors import DrillError
from kiosk.drill.images import Policy, image_id
from kiosk.drill.recording import record, why_not
from kiosk.seat.seat import Seat
from ui.command_line.main import run
from ui.command_line.seat_drill_day import DrillDay, prepare

IMAGES = int(os.environ.get("KIOSK_TEST_DRILL_IMAGES", "100"))
BROKEN = (sys.executable, "-m", "tests.kiosk.drill.broken_acts")

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


@pytest.fixture
def day(tmp_path: Path) -> DrillDay:
    return prepare(tmp_path.resolve(), SystemClock(), pieces=3)


def command(*words: str) -> int:
    """Run the command, and wait for the thread that draws its progress: rich only tells it to end."""
    before = set(threading.enumerate())
    code = run(["seat", "drill", *words])
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=60)
    return code


def drilled(folder: Path, images: int) -> DrillReport:
    return run_drill(folder, images=images, workers=1, clock=SystemClock())


@pytest.mark.timeout(120 + IMAGES)
def test_the_product_loses_nothing(day: DrillDay, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    record_day(day, recordings)
    report = drilled(recordings, IMAGES)
    assert report.findings == ()
    assert report.images == IMAGES
    assert [scene.scene for scene in report.scenes] == [scene.value for scene in Scene]
    assert all(scene.acknowledged and scene.images for scene in report.scenes)
    assert {policy for scene in report.scenes for policy, count in scene.policies if count} == {p.value for p in Policy}
    assert command("--from", str(tmp_path), "--images", "8", "--workers", "1", "--json") == 0
    assert json.loads(capsys.readouterr().out)["images"] == 8
    assert command("--from", str(tmp_path), "--image", "export:0:kept:0") == 0
    with pytest.raises(DrillError, match="calls"):
        judge_one(recordings, image_id("export:999999:kept:0"))


@pytest.mark.parametrize(
    ("what", "complaint"),
    [
        (
            "commits are not synced",
            ("acknowledged records", "does not open", "is not known any more", "does not go on"),
        ),
        ("folders are not synced", ("does not open", "does not go on")),
    ],
)
def test_a_careless_product_is_caught(
    day: DrillDay, tmp_path: Path, what: str, complaint: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    with Seat.open(day.cast.seat, clock=SystemClock()) as seat:
        seat.import_from(day.cast.stick)
    record(
        Scene.SITTING,
        day.cast,
        below=day.world,
        folder=recordings / Scene.SITTING.value,
        before=None,
        program=(*BROKEN, what),
    )
    findings = drilled(recordings, 30).findings
    assert findings
    strange = {
        wrong for finding in findings for wrong in finding.wrong if not any(words in wrong for words in complaint)
    }
    assert not strange
    _is_found_again(recordings, findings[0])
    assert command("--from", str(tmp_path), "--images", "12", "--workers", "1") == 3
    assert "are not as they must be" in capsys.readouterr().err


def _is_found_again(recordings: Path, finding: Finding) -> None:
    call, wrong = judge_one(recordings, image_id(finding.image), keep=recordings / "image")
    assert call == finding.call
    assert set(finding.wrong) <= set(wrong)
    assert (recordings / "image" / "seat").is_dir()


def test_a_machine_that_cannot_record(day: DrillDay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DrillError, match="strace"):
        record(Scene.IMPORT, day.cast, below=day.world, folder=tmp_path / "recording", before=None)


def test_a_strace_that_may_not_watch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "strace").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "strace").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert "may not watch" in str(why_not())


def test_a_scene_that_fails_is_no_recording(day: DrillDay, tmp_path: Path) -> None:
    with pytest.raises(DrillError, match="export"):  # there is no drop yet that says whose seat this is
        record(
            Scene.EXPORT, day.cast, below=day.world / "seat", folder=tmp_path / "recording", before=None, program=BROKEN
        )


def test_an_image_belongs_to_a_recording() -> None:
    assert command("--image", "sitting:1:torn:0") == 2


def test_there_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(DrillError):
        drilled(tmp_path, 1)
