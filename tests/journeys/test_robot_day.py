"""The whole exam day as `kiosk demo --robot` plays it: separate programs, real keys and files, the real window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from ui.demo.answer_sheet import read_answer_sheet
from ui.demo.preparation import CANDIDATES, sample_folder
from ui.demo.robot.eyes import PNG_SIGNATURE

pytestmark = [pytest.mark.x11, pytest.mark.atspi, pytest.mark.timeout(600)]

PATHS = {
    "office", "site", "seat", "stick", "exam", "grant", "scoring", "release", "roster", "drop", "result", "receipt", "report",
}  # fmt: skip
FIGURES = {
    "items", "answers_acknowledged", "answers_lost", "score", "score_expected", "domain_scores", "save_latency_us",
    "fsync_latency_us", "resume_seconds", "receipt_verified", "erased",
}  # fmt: skip


@dataclass(frozen=True)
class Day:
    """One day that was played."""

    folder: Path
    exit_code: int
    said: str
    summary: Mapping[str, Any]

    def path(self, name: str) -> Path:
        return self.folder / str(self.summary[name])


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    folder = tmp_path_factory.mktemp("demo") / "day"
    environment = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    done = subprocess.run(
        [sys.executable, "-m", "ui.command_line.main", "demo", "--robot", "--out", str(folder)],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert (folder / "summary.json").exists(), said
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return Day(folder=folder, exit_code=done.returncode, said=said, summary=summary)


def test_the_day_is_as_it_must_be(day: Day) -> None:
    sheet = read_answer_sheet(sample_folder() / "answer-sheet.json")

    assert day.exit_code == 0, day.said
    assert day.summary["items"] == 60
    assert day.summary["answers_acknowledged"] == sum(any(answer.responses.values()) for answer in sheet.answers)
    assert day.summary["answers_lost"] == 0
    assert day.summary["score"] == day.summary["score_expected"] == sheet.score
    assert day.summary["domain_scores"] == sheet.domain_scores
    assert day.summary["receipt_verified"] is True
    assert day.summary["erased"] is True


def test_the_summary_has_exactly_the_promised_keys(day: Day) -> None:
    assert set(day.summary) == PATHS | FIGURES
    for latency in ("save_latency_us", "fsync_latency_us"):
        assert 0 < day.summary[latency]["p50"] <= day.summary[latency]["p99"]
    assert 0 < day.summary["resume_seconds"] < 60


def test_every_path_is_there_and_relative(day: Day) -> None:
    for name in sorted(PATHS):
        assert not Path(day.summary[name]).is_absolute()
        assert day.path(name).exists(), name


def test_there_is_a_picture_of_every_screen(day: Day) -> None:
    pictures = {path.stem.partition("-")[2]: path for path in (day.folder / "screens").glob("*.png")}

    assert {"idle", "unlock", "wrong-pin", "check-in", "identity", "agreement", "section-intro"} <= set(pictures)
    assert {"review", "end-section", "break", "resumed", "done", "admin-sessions", "admin-stick"} <= set(pictures)
    assert {"question-choose", "question-fill", "question-order", "question-match", "question-pick"} <= set(pictures)
    assert "failed" not in pictures
    for path in pictures.values():
        assert path.read_bytes().startswith(PNG_SIGNATURE)


def test_the_report_is_about_the_candidate(day: Day) -> None:
    text = "".join(page.extract_text() for page in PdfReader(day.path("report")).pages)

    assert CANDIDATES[0] in text
    assert "45.5" in text


def test_no_pin_and_no_passphrase_is_left_in_the_folder_of_the_day(day: Day) -> None:
    log = (day.folder / "logs" / "robot.jsonl").read_text(encoding="utf-8")
    acts = [json.loads(line) for line in log.splitlines()]

    assert {"try_wrong_pin", "unlock", "begin_answer", "find_question"} <= {act["act"] for act in acts}
    assert all("pin" not in act for act in acts)
    assert "passphrase" not in log.casefold()


@pytest.mark.parametrize("name", ["exam", "release", "result", "receipt"])
def test_every_artefact_verifies(day: Day, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ui.command_line.main", "inspect", str(day.path(name)), "--site", str(day.path("site"))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
