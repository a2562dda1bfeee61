from __future__ import annotations

import hashlib

import pytest

from exam_packages.ids import Digest
from kiosk.lockdown.facts import Capability
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.linux.backend import Paced
from kiosk.lockdown.linux.processes import FORBIDDEN, OWN_ONLY, PROGRAMS_MAX, DebuggerMonitor, ProcessMonitor
from tests.kiosk.lockdown.linux_monitors.made_up import EXAM_PROGRAM, USER, WINDOW, MadeUpLook, MadeUpMachine
from tests.kiosk.lockdown.linux_monitors.noticing import kinds, seen

UNKNOWN, FORBIDDEN_KIND = IncidentKind.PROCESS_UNKNOWN, IncidentKind.PROCESS_FORBIDDEN
ENDED = IncidentKind.PROCESS_ENDED


def watch(machine: MadeUpMachine, **files: str) -> ProcessMonitor:
    listed = {Digest(digest): why for why, digest in files.items()}
    return ProcessMonitor(machine.look, uid=USER, known=("/opt/exam/",), forbidden_files=listed)


def test_only_strangers_of_the_seats_user_are_told_once_a_program(machine: MadeUpMachine) -> None:
    monitor = watch(machine)
    assert seen(monitor, machine) == []
    machine.run(800, "cron", "/usr/sbin/cron", uid=0)
    machine.run(801, "logrotate", "/usr/sbin/logrotate", uid=0)
    machine.run(802, "kworker/0:1", "", uid=0)
    assert seen(monitor, machine) == []
    machine.run(810, "xclock", "/usr/bin/xclock")
    machine.run(811, "xclock", "/usr/bin/xclock")
    found = monitor.poll(machine.now)
    assert [(each.kind, dict(each.evidence)) for each in found] == [
        (UNKNOWN, {"program": "/usr/bin/xclock", "count": "2"})
    ]
    machine.end(811)
    assert seen(monitor, machine) == []


def test_what_the_supervisor_started_is_no_stranger_also_where_nobody_sees_its_file(machine: MadeUpMachine) -> None:
    monitor = ProcessMonitor(machine.look, uid=USER, known=("/opt/exam/",), is_ours=lambda pid: pid == 810)
    machine.run(810, "python3", "")
    assert seen(monitor, machine) == []
    machine.run(811, "python3", "")
    assert seen(monitor, machine) == [(UNKNOWN, "python3")]


def test_what_runs_is_told_again_when_a_session_begins(machine: MadeUpMachine) -> None:
    monitor = Paced(watch(machine), every_ms=1)
    machine.run(810, "xclock", "/usr/bin/xclock")
    machine.run(900, "x11vnc", "/usr/bin/x11vnc")
    told = [(FORBIDDEN_KIND, "/usr/bin/x11vnc"), (UNKNOWN, "/usr/bin/xclock")]
    assert seen(monitor, machine) == told
    assert seen(monitor, machine) == []
    monitor.look_anew()
    assert seen(monitor, machine) == told


def test_a_machine_full_of_strangers_is_told_in_few_lines(machine: MadeUpMachine) -> None:
    for number in range(PROGRAMS_MAX + 5):
        machine.run(1000 + number, "tool", f"/usr/bin/tool{number:02}")
    assert seen(watch(machine), machine)[-1] == (UNKNOWN, "5 more")


@pytest.mark.parametrize("name", FORBIDDEN)
def test_programs_are_known_by_name_and_some_whoever_runs_them(machine: MadeUpMachine, name: str) -> None:
    monitor = watch(machine)
    machine.run(900, name[:15], f"/usr/lib/thing/{name}", uid=0)
    if FORBIDDEN[name] in OWN_ONLY:
        assert seen(monitor, machine) == []
        machine.run(900, name[:15], f"/usr/lib/thing/{name}")
    assert seen(monitor, machine) == [(FORBIDDEN_KIND, f"/usr/lib/thing/{name}")]
    machine.end(900)
    assert seen(monitor, machine) == [(ENDED, f"/usr/lib/thing/{name}")]


def test_a_program_that_calls_itself_something_else_is_known_by_its_file(machine: MadeUpMachine) -> None:
    monitor = watch(machine)
    machine.run(900, "kiosk", "/usr/bin/x11vnc (deleted)")
    assert seen(monitor, machine) == [(FORBIDDEN_KIND, "/usr/bin/x11vnc")]
    machine.run(901, "obs", "")
    assert seen(monitor, machine) == [(FORBIDDEN_KIND, "obs")]


def test_a_copy_under_another_name_is_known_by_its_digest(machine: MadeUpMachine) -> None:
    program = b"\x7fELF remote control"
    machine.run(900, "notes", "/home/exam/notes")
    machine.look.put("proc/900/exe", program)
    found = watch(machine, steers=hashlib.sha256(program).hexdigest()).poll(machine.now)
    assert [(each.kind, dict(each.evidence)) for each in found] == [
        (FORBIDDEN_KIND, {"program": "/home/exam/notes", "why": "steers"})
    ]


def test_a_thread_of_the_kernel_may_be_called_anything(machine: MadeUpMachine) -> None:
    machine.run(40, "peek", "", uid=0)
    assert seen(watch(machine), machine) == []


def test_threads_of_the_kernel_are_no_strangers_where_the_seats_user_is_root(machine: MadeUpMachine) -> None:
    monitor = ProcessMonitor(machine.look, uid=0, known=("/opt/exam/",))
    seen(monitor, machine)
    machine.run(41, "kworker/1:2", "", uid=0)
    assert seen(monitor, machine) == []
    machine.run(42, "xclock", "/usr/bin/xclock", uid=0)
    assert seen(monitor, machine) == [(UNKNOWN, "/usr/bin/xclock")]


def test_a_process_that_has_ended_and_is_not_buried_is_no_program(machine: MadeUpMachine) -> None:
    machine.look.put("proc/901/status", f"Name:\tobs\nState:\tZ (zombie)\nUid:\t{USER}\n")
    assert seen(watch(machine), machine) == []


def test_who_traces_the_window_is_told_once_each(machine: MadeUpMachine) -> None:
    monitor = DebuggerMonitor(machine.look, window=lambda: machine.window)
    assert seen(monitor, machine) == []
    machine.run(950, "own-debugger", "/home/exam/own-debugger")
    machine.run(WINDOW, "kiosk", EXAM_PROGRAM, tracer=950)
    assert seen(monitor, machine) == [(IncidentKind.DEBUGGER_FOUND, "/home/exam/own-debugger")]
    assert seen(monitor, machine) == []
    machine.run(WINDOW, "kiosk", EXAM_PROGRAM)
    assert seen(monitor, machine) == []
    machine.run(WINDOW, "kiosk", EXAM_PROGRAM, tracer=951)
    assert seen(monitor, machine) == [(IncidentKind.DEBUGGER_FOUND, "process 951")]
    machine.window = None
    assert seen(monitor, machine) == []


def test_the_probes_say_what_they_cannot_see(machine: MadeUpMachine) -> None:
    nothing = MadeUpLook()
    assert watch(machine).probe().capability is Capability.DETECT_ONLY
    assert ProcessMonitor(nothing, uid=0, known=()).probe().capability is Capability.UNAVAILABLE
    assert DebuggerMonitor(machine.look, window=lambda: None).probe().capability is Capability.DETECT_ONLY
    assert DebuggerMonitor(nothing, window=lambda: None).probe().capability is Capability.UNAVAILABLE
    assert kinds(watch(machine), machine) == []
