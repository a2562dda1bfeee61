from __future__ import annotations

import os
import random
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.clock import SystemClock
from kiosk.lockdown.backends import Backend
from kiosk.lockdown.catalogue import CATALOGUE
from kiosk.lockdown.development import REASON, development_backend
from kiosk.lockdown.facts import Capability, Concern
from kiosk.lockdown.linux.backend import SeatFacts, linux_backend
from kiosk.lockdown.readings import Reading
from tests.kiosk.lockdown.linux_monitors.day import Day
from tests.kiosk.lockdown.linux_monitors.made_up import MadeUpMachine, prepare
from tests.kiosk.lockdown.machine import Machine, SettingOperation
from tests.kiosk.lockdown.test_false_alarms import STRICT

NOISE = st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))


def test_a_machine_that_somebody_works_on_says_so_about_every_concern() -> None:
    table = development_backend().table()
    assert [entry.concern for entry in table] == list(Concern)
    assert {entry.probe.capability for entry in table} == {Capability.DETECT_ONLY, Capability.UNAVAILABLE}
    assert all(entry.probe.reason == REASON for entry in table if entry.probe.capability is Capability.UNAVAILABLE)
    assert development_backend().operations == ()


def test_backends_together_give_the_best_of_each() -> None:
    network = SettingOperation(Machine(), "network", concern=Concern.NETWORK)
    both = development_backend().with_more(Backend(name="test", operations=(network,)))
    assert both.name == "development, test"
    best = {entry.concern: entry for entry in both.table()}
    assert best[Concern.NETWORK].probe.capability is Capability.ENFORCED
    assert best[Concern.NETWORK].by == "test/network"
    assert best[Concern.CLOCK].by == "linux/clock"


def test_what_could_be_done_and_failed_is_not_done() -> None:
    network = SettingOperation(Machine(), "network", concern=Concern.NETWORK)
    backend = Backend(name="test", operations=(network,))
    table = {entry.concern: entry for entry in backend.table(not_made={network.name: "the kernel said no"})}
    assert table[Concern.NETWORK].probe.capability is Capability.UNAVAILABLE
    assert table[Concern.NETWORK].probe.reason == "the kernel said no"


def test_the_monitors_look_at_this_machine() -> None:
    clock = SystemClock()
    seat = SeatFacts(
        uid=os.getuid(),
        folder=Path.cwd(),
        window=os.getpid,
        known_programs=("/",),
        environment=frozenset(os.environ),
        program_files={},
    )
    backend = linux_backend(seat)
    awake = clock.monotonic_ms()
    for turn in range(2):
        now = Reading(wall=clock.utc_ms(), awake_ms=awake + turn, since_boot_ms=awake + turn)
        for monitor in backend.monitors:
            for each in monitor.poll(now):
                assert set(each.evidence) <= set(CATALOGUE[each.kind].evidence), each
    assert {entry.concern for entry in backend.table()} == set(Concern)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), noise=st.lists(NOISE, min_size=1, max_size=8))
def test_a_machine_full_of_nonsense_raises_nothing(seed: int, noise: list[bytes]) -> None:
    """Any file gone or full of anything: a monitor says something that is in the catalogue, or nothing."""
    chance = random.Random(seed)
    day = Day(STRICT, seed=1)
    machine: MadeUpMachine = day.machine
    prepare(machine)
    monitors = day.monitors()
    for each in noise:
        for monitor in monitors:
            machine.wait(chance.choice((500, 10_000)))
            for observation in monitor.poll(machine.now):
                assert set(observation.evidence) <= set(CATALOGUE[observation.kind].evidence), observation
            monitor.probe()
        for path in chance.sample(sorted(machine.look.files), 6):
            if chance.random() < 0.3:
                machine.look.remove(path)
            else:
                machine.look.put(path, each)
