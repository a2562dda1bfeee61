from __future__ import annotations

import hashlib
import random

from exam_packages.ids import Digest
from kiosk.lockdown.facts import Capability
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.linux.integrity import PIECE_BYTES, START_PIECES, IntegrityMonitor
from tests.kiosk.lockdown.linux_monitors.made_up import MadeUpMachine
from tests.kiosk.lockdown.linux_monitors.noticing import seen

FILES = {
    "opt/exam/big": b"b" * (2 * PIECE_BYTES + 1),
    "opt/exam/even": b"e" * PIECE_BYTES,
    "opt/exam/empty": b"",
    "opt/exam/kiosk": b"\x7fELF",
}
CHANGED = IncidentKind.FILES_CHANGED


def watch(machine: MadeUpMachine, program: str = "") -> IntegrityMonitor:
    for path, content in FILES.items():
        machine.look.put(path, content)
    digests = {path: Digest(hashlib.sha256(content).hexdigest()) for path, content in FILES.items()}
    return IntegrityMonitor(machine.look, digests, choose=random.Random(7).randrange, program=program)


def found_within(monitor: IntegrityMonitor, machine: MadeUpMachine, looks: int) -> list[tuple[IncidentKind, str]]:
    return [each for _ in range(looks) for each in seen(monitor, machine)]


def test_whole_files_are_silent_however_long_one_looks(machine: MadeUpMachine) -> None:
    monitor = watch(machine)
    assert found_within(monitor, machine, 100) == []


def test_every_file_is_seen_at_the_start(machine: MadeUpMachine) -> None:
    monitor = watch(machine)
    machine.look.put("opt/exam/kiosk", b"\x7fELG")
    assert found_within(monitor, machine, 2) == [(CHANGED, "/opt/exam/kiosk")]
    assert len(FILES) < START_PIECES


def test_a_file_changed_later_is_found_at_some_time_and_told_once(machine: MadeUpMachine) -> None:
    monitor = watch(machine)
    found_within(monitor, machine, 5)
    machine.look.put("opt/exam/big", b"b" * (2 * PIECE_BYTES) + b"x")
    assert found_within(monitor, machine, 200) == [(CHANGED, "/opt/exam/big")]
    machine.look.put("opt/exam/big", FILES["opt/exam/big"])
    assert found_within(monitor, machine, 200) == []
    machine.look.remove("opt/exam/big")
    found = [each for _ in range(200) for each in monitor.poll(machine.now)]
    assert [(each.kind, each.evidence["found"]) for each in found] == [(CHANGED, "not there")]


def test_one_bad_reading_is_looked_at_again_before_it_is_told(machine: MadeUpMachine) -> None:
    monitor = watch(machine)
    found_within(monitor, machine, 5)
    chosen = monitor._choose
    monitor._choose = lambda _: sorted(FILES).index("opt/exam/kiosk")
    machine.look.remove("opt/exam/kiosk")
    while not monitor._suspects:
        assert seen(monitor, machine) == []
    machine.look.put("opt/exam/kiosk", FILES["opt/exam/kiosk"])
    monitor._choose = chosen
    assert found_within(monitor, machine, 100) == []


def test_without_a_list_there_is_nothing_to_compare_with(machine: MadeUpMachine) -> None:
    assert watch(machine).probe().capability is Capability.DETECT_ONLY
    nothing = IntegrityMonitor(machine.look, {}, choose=random.Random(7).randrange)
    assert nothing.probe().capability is Capability.UNAVAILABLE
    assert seen(nothing, machine) == []


def test_a_file_that_nobody_listed_is_told_once_while_it_is_there(machine: MadeUpMachine) -> None:
    machine.look.put("opt/exam/lib/known", b"")
    monitor = watch(machine, "opt/exam")
    # Made before the start: beside the program, and in a folder of its own.
    machine.look.put("opt/exam/sitecustomize.py", b"import os")
    told = found_within(monitor, machine, 10)
    assert told == [(CHANGED, "/opt/exam/lib"), (CHANGED, "/opt/exam/sitecustomize.py")]
    machine.look.remove("opt/exam/sitecustomize.py")
    assert found_within(monitor, machine, 10) == []
    machine.look.put("opt/exam/sitecustomize.py", b"import os")
    found = [each for _ in range(10) for each in monitor.poll(machine.now)]
    assert [(each.kind, each.evidence["expected"], each.evidence["found"]) for each in found] == [
        (CHANGED, "not there", "there")
    ]


def test_every_folder_is_looked_into_again_and_again(machine: MadeUpMachine) -> None:
    deep = {f"opt/exam/{folder}/file": b"" for folder in ("a", "b/c", "d")}
    for path in deep:
        machine.look.put(path, b"")
    empty = Digest(hashlib.sha256(b"").hexdigest())
    monitor = IntegrityMonitor(machine.look, dict.fromkeys(deep, empty), choose=lambda _: 0, program="opt/exam")
    assert found_within(monitor, machine, 20) == []
    for number, folder in enumerate(("a", "b", "b/c", "d")):
        machine.look.put(f"opt/exam/{folder}/new-{number}", b"")
        assert found_within(monitor, machine, 12) == [(CHANGED, f"/opt/exam/{folder}/new-{number}")]


def test_what_is_there_for_a_moment_or_holds_nothing_is_no_file(machine: MadeUpMachine) -> None:
    monitor = watch(machine, "opt/exam")
    machine.look.put("opt/exam/half-written", b"")
    assert seen(monitor, machine) == []
    machine.look.remove("opt/exam/half-written")
    machine.look.folders["opt/exam"].add("lost+found")
    assert found_within(monitor, machine, 20) == []


def test_where_others_may_come_and_go_nobody_looks_for_them(machine: MadeUpMachine) -> None:
    monitor = watch(machine)
    machine.look.put("opt/exam/beside", b"")
    assert found_within(monitor, machine, 20) == []
