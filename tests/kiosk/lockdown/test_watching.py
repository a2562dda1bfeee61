from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from exam_packages.ids import UtcMs
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.watching import BURST_MAX, POLL_MS, Watch

SEEN = Observation(kind=IncidentKind.FOREIGN_WINDOW)


def at(milliseconds: int) -> Reading:
    return Reading(wall=UtcMs(0), awake_ms=milliseconds, since_boot_ms=milliseconds)


@dataclass
class Seeing:
    """A monitor that sees the same thing at each look, or fails."""

    name: str = "test/seeing"
    concern: Concern = Concern.APP_SWITCHING
    capability: Capability = Capability.DETECT_ONLY
    found: Sequence[Observation] = (SEEN,)
    fault: Exception | None = None
    polls: list[int] = field(default_factory=list)

    def probe(self) -> Probe:
        return Probe(capability=self.capability)

    def poll(self, now: Reading) -> Sequence[Observation]:
        self.polls.append(now.awake_ms)
        if self.fault is not None:
            raise self.fault
        return self.found


def test_each_is_asked_twice_a_second() -> None:
    monitor = Seeing()
    watch = Watch([monitor])
    found = [watch.look(at(now)) for now in range(10_000, 11_001, 100)]
    assert monitor.polls == [10_000, 10_000 + POLL_MS, 10_000 + 2 * POLL_MS]
    assert sum(map(len, found)) == 3


def test_what_can_see_nothing_here_is_not_asked_and_stands_in_the_table() -> None:
    monitor = Seeing(capability=Capability.UNAVAILABLE)
    watch = Watch([monitor])
    assert watch.look(at(1)) == ()
    assert monitor.polls == []
    assert watch.probes == {"test/seeing": (Concern.APP_SWITCHING, Probe(capability=Capability.UNAVAILABLE))}


def test_one_that_fails_is_told_once_and_the_others_go_on() -> None:
    broken, well = Seeing(name="test/broken", fault=RuntimeError("secret")), Seeing()
    watch = Watch([broken, well])
    first, second = watch.look(at(0)), watch.look(at(POLL_MS))
    assert [each.kind for each in first] == [IncidentKind.OPERATION_FAILED, IncidentKind.FOREIGN_WINDOW]
    assert first[0].evidence["operation"] == "test/broken"
    assert "secret" not in str(first[0].evidence)
    assert second == (SEEN,)
    assert len(broken.polls) == 1


def test_a_flood_is_cut() -> None:
    watch = Watch([Seeing(found=[SEEN] * (BURST_MAX + 50))])
    assert len(watch.look(at(0))) == BURST_MAX
