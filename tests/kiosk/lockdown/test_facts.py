from __future__ import annotations

import itertools

import pytest

from kiosk.lockdown.facts import Capability, Concern, Probe, capability_table

ENFORCED, NOTICED, NOTHING = Capability.ENFORCED, Capability.DETECT_ONLY, Capability.UNAVAILABLE


@pytest.mark.parametrize(
    ("is_there", "wanted", "enough"),
    [
        (ENFORCED, ENFORCED, True),
        (ENFORCED, NOTHING, True),
        (NOTICED, ENFORCED, False),
        (NOTICED, NOTICED, True),
        (NOTHING, NOTICED, False),
        (NOTHING, NOTHING, True),
    ],
)
def test_satisfies(is_there: Capability, wanted: Capability, *, enough: bool) -> None:
    assert is_there.satisfies(wanted) is enough


def test_the_table_has_a_row_for_every_concern_and_the_best_that_is_there() -> None:
    probes = {
        "x11/displays": (Concern.DISPLAYS, Probe(capability=NOTICED, reason="Only noticed.")),
        "x11/blanking": (Concern.DISPLAYS, Probe(capability=ENFORCED)),
        "linux/network": (Concern.NETWORK, Probe(capability=NOTICED, reason="No namespaces.", remedy="Allow them.")),
    }
    for order in itertools.permutations(probes):
        table = capability_table({name: probes[name] for name in order})
        assert [entry.concern for entry in table] == list(Concern)
        rows = {entry.concern: entry for entry in table}
        assert rows[Concern.DISPLAYS].by == "x11/blanking"
        assert rows[Concern.NETWORK].probe.remedy == "Allow them."
        assert rows[Concern.CLOCK].probe.capability is NOTHING
        assert rows[Concern.CLOCK].probe.reason
