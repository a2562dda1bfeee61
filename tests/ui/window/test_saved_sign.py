"""The sign that says where the answers are, alone and with a second copy."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.mirror.state import OFF, MirrorFault, MirrorPhase, MirrorState
from tests.kiosk.seat.sittings import start, to_first_scored
from tests.simulators.day import CHIDI, make_world
from tests.ui.waiting import until
from tests.ui.window.driving import make_program, on, says, settle
from tests.ui.window.fake_day import FakeRunning, plan_of
from tests.ui.window.small_exam import small_exam
from ui.window import copy_words
from ui.window.bridge import Bridge, Saving
from ui.window.navigation import Screen
from ui.window.saved_sign import SavedSign
from ui.window.theme import Theme, tokens_of
from ui.window.widgets.labels import Words

IN_STEP = MirrorState(phase=MirrorPhase.IN_STEP)
BEHIND = MirrorState(phase=MirrorPhase.BEHIND, behind=3)
GONE = MirrorState(phase=MirrorPhase.FAULT, behind=7, fault=MirrorFault.GONE)


@pytest.fixture
def sign(app: QApplication) -> SavedSign:
    del app
    return SavedSign(tokens=tokens_of(Theme.LIGHT))


def lines(sign: SavedSign) -> list[str]:
    return [each.text() for each in sign.findChildren(Words) if not each.isHidden() and each.text()]


def test_without_a_copy_nothing_is_said_of_one(sign: SavedSign) -> None:
    sign.show_saving(Saving.SAVED)
    assert lines(sign) == ["Saved"]
    assert sign.accessibleName() == "Saved"


@pytest.mark.parametrize(
    ("copy", "line", "spoken"),
    [
        (IN_STEP, "In two places", "Saved, here and on the second copy."),
        (BEHIND, "Second copy follows", "Saved. The second copy follows."),
        (GONE, "No second copy: tell the proctor", "Saved. The second copy is missing: tell the proctor."),
    ],
)
def test_saved_stays_true_whatever_the_copy_does(sign: SavedSign, copy: MirrorState, line: str, spoken: str) -> None:
    sign.show_saving(Saving.SAVED, copy)
    assert lines(sign) == ["Saved", line]
    assert sign.accessibleName() == spoken


def test_it_keeps_its_width_from_the_first_word_of_a_copy_on(sign: SavedSign) -> None:
    alone = sign.width()
    sign.show_saving(Saving.SAVED, IN_STEP)
    wide = sign.width()
    assert wide > alone
    for saving in Saving:
        for copy in (IN_STEP, BEHIND, GONE):
            sign.show_saving(saving, copy)
            assert sign.width() == wide


@pytest.mark.parametrize("fault", MirrorFault)
def test_the_proctor_is_told_what_to_do(fault: MirrorFault) -> None:
    said = copy_words.sentence(MirrorState(phase=MirrorPhase.FAULT, fault=fault))
    assert said.startswith("It is missing. The exam goes on, and everything is saved here. ")
    assert len(said) > 80
    assert copy_words.sentence(OFF) == ""


class TestBridge:
    """A copy is behind after every answer: only what lasts is said."""

    @pytest.fixture
    def running(self) -> FakeRunning:
        exam = small_exam()
        return FakeRunning(exam, plan_of(exam), mirror=IN_STEP)

    @pytest.fixture
    def bridge(self, app: QApplication, running: FakeRunning) -> Iterator[Bridge]:
        del app
        bridge = Bridge(running, ticks_us=lambda: 0)
        yield bridge
        bridge.stop()

    def test_a_moment_behind_is_not_said(self, running: FakeRunning, bridge: Bridge) -> None:
        told: list[MirrorPhase] = []
        bridge.copy_changed.connect(lambda: told.append(bridge.copy.phase))
        for seen in (BEHIND, IN_STEP, BEHIND, IN_STEP):
            running.mirror = seen
            bridge._look_at_copy()
        assert told == []
        for seen in (BEHIND, BEHIND, IN_STEP, GONE, GONE, IN_STEP):
            running.mirror = seen
            bridge._look_at_copy()
        assert told == [MirrorPhase.BEHIND, MirrorPhase.IN_STEP, MirrorPhase.FAULT, MirrorPhase.IN_STEP]

    def test_without_a_copy_nobody_looks(self, app: QApplication) -> None:
        del app
        exam = small_exam()
        bridge = Bridge(FakeRunning(exam, plan_of(exam)), ticks_us=lambda: 0)
        assert not bridge._copy_look.isActive()
        assert bridge.copy == OFF


def test_a_whole_window_says_what_becomes_of_a_real_copy(app: QApplication, tmp_path: Path) -> None:
    """In step, pulled out, put in again: the sign follows by itself, and the answers are taken all the while."""
    memory = Path("/dev/shm")
    world = make_world(tmp_path)
    if not memory.is_dir() or memory.stat().st_dev == world.seat_folder.stat().st_dev:
        pytest.skip("there is no second file system here")
    with tempfile.TemporaryDirectory(dir=memory) as folder, world.seat() as seat:
        medium = Path(folder) / "stick"
        medium.mkdir()
        program = make_program(app, seat.day(mirror=medium), stick=world.stick)
        program.start(windowed=True)
        try:
            on(program, Screen.IDLE)
            running = start(seat.day(), CHIDI)
            to_first_scored(running)
            program._desk._hand_over(running)
            on(program, Screen.ITEM)
            until(lambda: "In two places" in says(program.window), why=says(program.window))
            medium.rename(medium.with_name("pulled"))
            until(lambda: "No second copy: tell the proctor" in says(program.window), why=says(program.window))
            assert "Saved" in says(program.window)
            running.settle()
            medium.with_name("pulled").rename(medium)
            until(lambda: "In two places" in says(program.window), why=says(program.window))
        finally:
            program.close()
            settle(1)
