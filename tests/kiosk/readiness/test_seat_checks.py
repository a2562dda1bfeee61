"""What a seat needs: each thing is found when it is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from exam_packages.ids import UtcMs
from exam_packages.readiness_certificates import CheckOutcome
from kiosk.lockdown.program_digest import digests_of
from kiosk.lockdown.shipped_files import LIST, shipped_files, write_list
from kiosk.readiness.checks import Checked, run_checks
from kiosk.readiness.clocks import drift
from kiosk.readiness.seat_checks import (
    ENOUGH_BYTES,
    NAMED,
    TRIAL,
    clock,
    exams,
    kept_room,
    seat_checks,
    self_test,
    shipped,
    space,
    writing,
)
from kiosk.seat.facts import ClockFacts, ClockState
from kiosk.self_test import SelfTest, SelfTestFailed
from tests.simulators.clock import FakeClock
from tests.simulators.day import World, make_world

OK, FAILED, NOT = CheckOutcome.OK, CheckOutcome.FAILED, CheckOutcome.NOT_POSSIBLE


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world"))


def outcomes(checked: tuple[Checked, ...]) -> dict[str, CheckOutcome]:
    return {each.name: each.finding.outcome for each in checked}


def test_a_seat_in_order_is_found_so(world: World) -> None:
    with world.seat() as seat:
        found = outcomes(run_checks(seat_checks(seat.parts)))
    assert found.pop("disk/writing") in (OK, FAILED)  # how fast this disk is, is not the question here
    assert found.pop("program/files") is NOT  # the sources run
    assert set(found.values()) == {OK}
    assert {"disk/space", "disk/reserve", "clock/date", "exams/opening", "program/signatures"} <= set(found)


def test_a_program_is_compared_with_the_list_it_was_shipped_with(tmp_path: Path) -> None:
    (tmp_path / "kiosk").write_bytes(b"\x7fELF")
    assert shipped(tmp_path).outcome is FAILED, "without a list"
    (tmp_path / LIST).write_bytes(write_list(digests_of(shipped_files(tmp_path))))
    assert shipped(tmp_path).outcome is OK
    (tmp_path / "kiosk").write_bytes(b"\x7fELG")
    for number in range(NAMED + 1):
        (tmp_path / f"added-{number}").write_bytes(b"")
    found = shipped(tmp_path)
    assert found.outcome is FAILED
    assert found.evidence.startswith(
        "5 of the program's files are not as they were built: changed: program/kiosk; added: "
    )
    assert "added-2" in found.evidence
    assert "added-3" not in found.evidence
    assert shipped(None).outcome is NOT


def test_an_exam_that_does_not_open_is_named(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    for package in (world.seat_folder / "packages").glob("*.exam"):
        data = bytearray(package.read_bytes())
        data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
        package.write_bytes(data)
    with world.seat() as seat:
        found = run_checks([check for check in seat_checks(seat.parts) if check.name == "exams/opening"])
    assert found[0].finding.outcome is FAILED


def test_a_seat_without_exams_is_not_called_ready(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    with world.seat() as seat:
        holdings = seat.parts.holdings
        holdings.exams = tuple  # type: ignore[method-assign]  # as on a seat before its first drop
        assert exams(seat.parts).outcome is NOT


def test_room() -> None:
    assert space(ENOUGH_BYTES).outcome is OK
    assert space(ENOUGH_BYTES - 1).outcome is FAILED
    assert kept_room(is_kept=True).outcome is OK
    assert kept_room(is_kept=False).outcome is FAILED


def test_writing_leaves_nothing_and_says_when_it_cannot(tmp_path: Path) -> None:
    finding = writing(tmp_path, FakeClock())
    assert finding.outcome is OK
    assert not (tmp_path / TRIAL).exists()
    assert writing(tmp_path / "nowhere", FakeClock()).outcome is FAILED


def test_a_slow_disk_is_found(tmp_path: Path) -> None:
    class Slow(FakeClock):
        asked = 0

        def monotonic_ms(self) -> int:
            Slow.asked += 1
            return Slow.asked * 300

    assert writing(tmp_path, Slow()).outcome is FAILED


@pytest.mark.parametrize(
    ("state", "floor", "outcome"),
    [
        (ClockState.GOOD, 1, OK),
        (ClockState.GOOD, 0, NOT),
        (ClockState.BEHIND, 1, FAILED),
        (ClockState.FAR_AHEAD, 1, FAILED),
    ],
)
def test_the_clock(state: ClockState, floor: int, outcome: CheckOutcome) -> None:
    assert clock(ClockFacts(state=state, now=UtcMs(5), floor=UtcMs(floor))).outcome is outcome


def test_two_clocks_that_run_apart() -> None:
    assert drift((1_000, 50), (11_000, 10_050)).outcome is OK
    assert drift((1_000, 50), (13_001, 10_050)).outcome is FAILED
    assert drift((1_000, 50), (1_000, 10_050)).outcome is FAILED


def test_the_programs_own_checks(tmp_path: Path) -> None:
    def fails(folder: Path) -> None:
        assert folder.is_dir()
        raise SelfTestFailed("two and two are five")

    folder = tmp_path / "trial"

    def new() -> str:
        folder.mkdir()
        return str(folder)

    good, bad = SelfTest(name="good", run=lambda _: None), SelfTest(name="bad", run=fails)
    assert self_test(good, new).outcome is OK
    found = self_test(bad, new)
    assert (found.outcome, found.evidence) == (FAILED, "two and two are five")
    assert not folder.exists()
    assert replace(found, remedy="") != found, "it says what to do"
