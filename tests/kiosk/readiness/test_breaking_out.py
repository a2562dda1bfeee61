"""Attempts to break out: where nothing holds them, they do get out, or they would prove nothing behind walls."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from exam_packages.readiness_certificates import CheckOutcome
from kiosk.lockdown.facts import Capability, Probe
from kiosk.lockdown.linux.hardening import User
from kiosk.readiness.breaking_out import ATTEMPTS, environment, new_program, other_files, other_processes
from kiosk.readiness.debugging import debugger

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the attempts are Linux's")


def test_without_walls_other_processes_are_seen() -> None:
    assert other_processes().got_out == (sum(each.name.isdecimal() for each in Path("/proc").iterdir()) > 3)


def test_without_walls_a_program_is_started() -> None:
    assert new_program().got_out
    assert not new_program("/nowhere/at/all").got_out


def test_files_count_and_the_folders_on_the_way_to_ones_own_do_not(tmp_path: Path) -> None:
    (tmp_path / "home" / "me" / "of" / "the" / "program").mkdir(parents=True)
    assert not other_files((str(tmp_path / "home"), str(tmp_path / "nothing"))).got_out
    (tmp_path / "home" / "me" / "notes").write_text("words")
    found = other_files((str(tmp_path / "home"),))
    assert found.got_out
    assert str(tmp_path / "home") in found.saw


@pytest.mark.parametrize(
    ("name", "got_out"),
    [("LD_PRELOAD", True), ("PYTHONPATH", True), ("QT_PLUGIN_PATH", True), ("LANG", False), ("DISPLAY", False)],
)
def test_variables(name: str, *, got_out: bool) -> None:
    assert environment({name: "x"}).got_out is got_out


def test_every_attempt_says_something() -> None:
    for _, tries, attempt in ATTEMPTS.values():
        assert tries
        assert attempt().saw.endswith(".")


class TestTheDebugger:
    promised = Probe(capability=Capability.ENFORCED)

    def test_without_a_window_nothing_is_said(self) -> None:
        assert debugger(None, self.promised, user=None).outcome is CheckOutcome.NOT_POSSIBLE

    @pytest.mark.skipif(os.getuid() == 0, reason="root may read any process's memory")
    def test_a_process_that_lets_itself_be_read_is_a_broken_promise(self) -> None:
        assert debugger(os.getpid(), self.promised, user=None).outcome is CheckOutcome.FAILED

    @pytest.mark.skipif(os.getuid() != 0, reason="only root finds that root's word says nothing")
    def test_as_root_it_says_that_it_cannot_tell(self) -> None:
        found = debugger(os.getpid(), self.promised, user=None)
        assert found.outcome is CheckOutcome.NOT_POSSIBLE
        assert "root" in found.evidence

    @pytest.mark.skipif(os.getuid() != 0, reason="only root can try it as somebody else")
    def test_as_root_it_is_tried_as_the_windows_user(self) -> None:
        somebody = User(uid=64123, gid=64123, groups=())
        assert debugger(os.getpid(), self.promised, user=somebody).outcome is CheckOutcome.OK
        theirs = subprocess.Popen(["/bin/sleep", "60"], user=somebody.uid, group=somebody.gid, extra_groups=[])
        try:
            found = debugger(theirs.pid, self.promised, user=somebody)
        finally:
            theirs.kill()
            theirs.wait()
        scope = Path("/proc/sys/kernel/yama/ptrace_scope")
        is_kept_away = scope.exists() and scope.read_text().strip() != "0"
        assert found.outcome is (CheckOutcome.OK if is_kept_away else CheckOutcome.FAILED)
