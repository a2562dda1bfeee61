from __future__ import annotations

import os
from dataclasses import replace

import pytest

from kiosk.lockdown.facts import Capability, Concern
from kiosk.lockdown.linux.hardening import User
from kiosk.lockdown.linux.walls import Machine, drift, look, operations, probes, status_of

GOOD = Machine(namespaces="", filters=True, memory=True, is_root=True, user=User(uid=1001, gid=1001))
STATUS = {
    "NoNewPrivs": "1",
    "CapEff": "0" * 16,
    "Uid": "1001\t1001\t1001\t1001",
    "Seccomp": "2",
    "NSpid": "700\t2",
    "TracerPid": "0",
}


def test_where_everything_is_possible_everything_is_enforced() -> None:
    found = probes(GOOD)
    assert {probe.capability for probe in found.values()} == {Capability.ENFORCED}
    assert {probe.reason for probe in found.values()} == {""}
    assert len(found) == 6


@pytest.mark.parametrize(
    ("machine", "less"),
    [
        (replace(GOOD, namespaces="No."), {Concern.PROCESSES}),
        (replace(GOOD, filters=False), {Concern.PROCESSES, Concern.DEBUGGING}),
        (replace(GOOD, namespaces="No.", filters=False), {Concern.NETWORK, Concern.PROCESSES, Concern.DEBUGGING}),
        (replace(GOOD, memory=False), {Concern.CORE_DUMPS}),
        (replace(GOOD, user=None), {Concern.PRIVILEGES}),
        (replace(GOOD, user=None, is_root=False), set()),
    ],
)
def test_what_is_missing_is_said_and_why(machine: Machine, less: set[Concern]) -> None:
    found = probes(machine)
    assert {concern for concern, probe in found.items() if probe.capability is not Capability.ENFORCED} == less
    assert all(found[concern].reason for concern in less)


@pytest.mark.parametrize(
    ("concern", "name", "value"),
    [
        (Concern.PRIVILEGES, "NoNewPrivs", "0"),
        (Concern.PRIVILEGES, "CapEff", "000001fffeffffff"),
        (Concern.PRIVILEGES, "Uid", "0\t0\t0\t0"),
        (Concern.NETWORK, "Seccomp", "0"),
        (Concern.DEBUGGING, "Seccomp", "0"),
        (Concern.DEBUGGING, "TracerPid", "99"),
        (Concern.PROCESSES, "NSpid", "700"),
    ],
)
def test_a_wall_that_is_gone_is_seen(concern: Concern, name: str, value: str) -> None:
    assert drift(concern, STATUS, GOOD) == ""
    assert drift(concern, {**STATUS, name: value}, GOOD) != ""


def test_what_could_never_stand_has_not_drifted() -> None:
    machine = replace(GOOD, namespaces="No.", filters=False, user=None)
    status = {**STATUS, "Seccomp": "0", "NSpid": "700", "Uid": "0\t0\t0\t0"}
    assert all(drift(concern, status, machine) == "" for concern in Concern)


def test_an_operation_looks_at_the_window_that_runs_and_changes_nothing() -> None:
    running: list[int] = []
    made = operations(GOOD, lambda: running[0] if running else None)
    assert all(operation.verify() == "" for operation in made), "no window, nothing wrong with it"
    running.append(os.getpid())  # these tests are no window behind walls
    drifted = {operation.concern for operation in made if operation.verify()}
    assert drifted >= {Concern.NETWORK, Concern.PRIVILEGES, Concern.PROCESSES}
    for operation in made:
        before = operation.snapshot()
        operation.apply()
        operation.revert(before)
        assert operation.snapshot() == before
    assert len({operation.name for operation in made}) == len(made)


def test_looking_changes_nothing_of_this_process() -> None:
    before = status_of(os.getpid())
    machine = look(None)
    assert machine.is_root is (os.getuid() == 0)
    after = status_of(os.getpid())
    assert before is not None
    assert after is not None
    assert {name: before[name] for name in STATUS} == {name: after[name] for name in STATUS}
    assert status_of(2**22 + 1) is None
