from __future__ import annotations

from pathlib import Path

import pytest

from exam_packages.ids import ProctorId
from exam_packages.proctors import Proctor, ProctorFile
from kiosk.errors import PinRefused
from kiosk.seat import pin_gate
from kiosk.seat.pin_gate import FREE_TRIES, PinGate, delay_s
from kiosk.seat.state import SeatState
from signing.pin import PinWrong
from tests.simulators.clock import FakeClock
from tests.simulators.day import ADMIN, ADMIN_PIN, PROCTOR, PROCTOR_PIN, World

NOBODY = ProctorId("nobody")


class Gate:
    """A gate whose PINs are compared in no time, so that counting can be tested without Argon2id."""

    def __init__(self, world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.clock = FakeClock()
        with world.seat() as seat:
            self.file = seat._parts.holdings.proctors()
        self.looked: list[ProctorId] = []
        self.state: SeatState
        monkeypatch.setattr(pin_gate, "check_pin", self._check_pin)
        self.start()

    def start(self) -> None:
        path = self.folder / "state.db"
        self.state = SeatState(path, bytes(32), new=not path.exists())
        self.gate = PinGate(self.state, self.clock)

    def restart(self) -> None:
        self.state.close()
        self.start()

    def tries(self, pin: str, proctor: ProctorId = PROCTOR, times: int = 1) -> list[tuple[int, int | None]]:
        """Waits and attempts left of so many failing tries."""
        said = []
        for _ in range(times):
            with pytest.raises(PinRefused) as refused:
                self.gate.check(self.file, proctor, pin, pepper=bytes(32))
            said.append((refused.value.wait_s, refused.value.attempts_left))
        return said

    def passes(self, pin: str, proctor: ProctorId = PROCTOR) -> Proctor:
        return self.gate.check(self.file, proctor, pin, pepper=bytes(32))

    def _check_pin(self, proctor: Proctor, pin: str, **_: object) -> None:
        self.looked.append(proctor.proctor)
        if pin != {PROCTOR: PROCTOR_PIN, ADMIN: ADMIN_PIN}.get(proctor.proctor):
            raise PinWrong


@pytest.fixture
def gate(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gate:  # type: ignore[misc]
    gate = Gate(world, tmp_path, monkeypatch)
    yield gate
    gate.state.close()


@pytest.mark.parametrize(
    ("failures", "delay"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (99, 900)]
)
def test_the_delay_grows_and_is_capped(failures: int, delay: int) -> None:
    assert delay_s(failures) == delay


def test_five_tries_then_waiting(gate: Gate) -> None:
    assert gate.tries("000000", times=FREE_TRIES) == [(0, 4), (0, 3), (0, 2), (0, 1), (30, None)]
    gate.clock.advance(29_000)
    assert gate.tries(PROCTOR_PIN) == [(1, None)]
    assert len(gate.looked) == FREE_TRIES  # the right PIN was not even looked at
    gate.clock.advance(1_000)
    assert gate.tries("000000") == [(60, None)]
    gate.clock.advance(60_000)
    assert gate.passes(PROCTOR_PIN).proctor == PROCTOR
    assert gate.tries("000000") == [(0, 4)]


def test_the_try_is_on_disk_before_the_pin_is_looked_at(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    class PlugPulledError(Exception):
        pass

    def pull(*_: object, **__: object) -> None:
        raise PlugPulledError

    monkeypatch.setattr(pin_gate, "check_pin", pull)
    for _ in range(FREE_TRIES):
        with pytest.raises(PlugPulledError):
            gate.passes(PROCTOR_PIN)
        gate.restart()
    assert gate.tries(PROCTOR_PIN) == [(30, None)]


def test_a_restart_of_the_program_does_not_shorten_the_wait(gate: Gate) -> None:
    gate.tries("000000", times=FREE_TRIES)
    gate.clock.advance(10_000)
    gate.restart()
    assert gate.tries(PROCTOR_PIN) == [(20, None)]


def test_a_restart_of_the_machine_begins_the_wait_anew(gate: Gate) -> None:
    gate.tries("000000", times=FREE_TRIES)
    gate.clock.advance(29_000)
    gate.clock.reboot(off_ms=3_600_000)
    gate.restart()
    assert gate.tries(PROCTOR_PIN) == [(30, None)]
    gate.clock.advance(30_000)
    gate.passes(PROCTOR_PIN)


def test_setting_the_clock_does_not_shorten_the_wait(gate: Gate) -> None:
    gate.tries("000000", times=FREE_TRIES)
    gate.clock.set_wall(gate.clock.utc_ms() + 10**10)
    assert gate.tries(PROCTOR_PIN) == [(30, None)]


def test_a_second_proctor_clears_the_wait(gate: Gate) -> None:
    gate.tries("000000", times=FREE_TRIES)
    gate.passes(ADMIN_PIN, ADMIN)
    assert gate.passes(PROCTOR_PIN).proctor == PROCTOR


def test_the_wrong_pin_of_one_does_not_keep_out_another(gate: Gate) -> None:
    gate.tries("000000", times=FREE_TRIES)
    assert gate.tries("000000", ADMIN) == [(0, 4)]


def test_nobody_knows_whether_a_name_is_known(gate: Gate) -> None:
    known = gate.tries("000000", times=FREE_TRIES + 1)
    unknown = gate.tries("000000", NOBODY, times=FREE_TRIES + 1)
    assert known == unknown
    with pytest.raises(PinRefused) as first:
        gate.passes("1", NOBODY)
    with pytest.raises(PinRefused) as second:
        gate.passes("1")
    assert str(first.value) == str(second.value)
    # Somebody unknown is checked all the same, against a verifier that nobody's PIN opens.
    assert gate.looked.count(ProctorId("?")) == FREE_TRIES


def test_every_wrong_pin_is_in_the_log_and_no_pin_is(gate: Gate) -> None:
    gate.tries("135791", times=2)
    lines = gate.state.log.lines()
    assert [(line.kind, line.note) for line in lines] == [("pin-wrong", PROCTOR)] * 2
    assert all("135791" not in f"{line.kind}{line.note}" for line in lines)


def test_with_the_real_verifiers(world: World) -> None:
    with world.seat() as seat:
        day = seat.day()
        with pytest.raises(PinRefused):
            day.check_pin(PROCTOR, ADMIN_PIN)
        with pytest.raises(PinRefused):
            day.check_pin(NOBODY, PROCTOR_PIN)
        assert day.check_pin(PROCTOR, PROCTOR_PIN).id == PROCTOR


def test_the_file_is_not_asked_for_an_order(gate: Gate) -> None:
    turned = ProctorFile(
        site=gate.file.site, number=9, issued=gate.file.issued, proctors=tuple(reversed(gate.file.proctors))
    )
    assert gate.gate.check(turned, ADMIN, ADMIN_PIN, pepper=bytes(32)).proctor == ADMIN
