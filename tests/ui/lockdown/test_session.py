"""The supervisor as it runs, with real processes behind real walls; a window that nobody sees is in the real one's place."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exam_packages.lockdown_log import read_log
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.linux import walls
from kiosk.lockdown.log import read_lines
from kiosk.lockdown.policy import REQUIRED
from kiosk.lockdown.supervision import OFTEN
from tests.kiosk.lockdown.linux.test_sandbox import innermost, wait_for_end
from tests.waiting import PATIENCE_S, wait_until

pytestmark = pytest.mark.sandbox
ROOT = Path(__file__).parents[3]
BACK_WITHIN_S = 2.0
LOADED = 4
"""The machine that runs the tests does other things, too."""


@pytest.fixture(scope="module", autouse=True)
def walls_are_possible() -> None:
    machine = walls.look(None)
    if machine.namespaces or not machine.filters:
        pytest.skip(f"this machine does not let the tests make walls: {machine.namespaces or 'no filter of calls'}")


class Session:
    """A supervisor that runs."""

    def __init__(self, folder: Path) -> None:
        self.seat, self.state = folder / "seat", folder / "seat.lockdown"
        self.seat.mkdir()
        self._process: subprocess.Popen[str] | None = None

    def start(self, act: str = "", preset: str = "practice") -> None:
        (self.seat / "act").write_text(act)
        words = [sys.executable, "-m", "tests.ui.lockdown.session_program", str(self.seat), str(self.state), preset]
        self._process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True)

    @property
    def process(self) -> subprocess.Popen[str]:
        assert self._process is not None
        return self._process

    def end(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.ended()

    def ended(self) -> int:
        code = self.process.wait(PATIENCE_S)
        assert self.process.stderr is not None
        said = self.process.stderr.read()
        assert "Traceback" not in said, said
        return code

    def close(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait(PATIENCE_S)
            if self._process.stderr is not None:
                self._process.stderr.close()

    def diary(self, what: str) -> list[dict[str, Any]]:
        path = self.seat / "diary"
        lines = path.read_text().splitlines() if path.exists() else []
        return [entry for entry in map(json.loads, lines) if entry["what"] == what]

    def wait_for(self, what: str, count: int = 1) -> dict[str, Any]:
        wait_until(lambda: len(self.diary(what)) >= count or self.process.poll() is not None, what)
        entries = self.diary(what)
        assert len(entries) >= count, self.process.stderr.read() if self.process.stderr else what
        return entries[count - 1]

    def window(self) -> int:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return innermost(int(children[0]))

    def log(self, session: str = "s1") -> list[str]:
        folder = self.state / "log"
        path = folder / "sessions" / f"{session}.lockdown" if session else folder / "seat.lockdown"
        lines, _ = read_log(read_lines(path), place="test")
        return [line.kind for line in lines]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = Session(tmp_path)
    yield session
    session.close()


def test_the_window_is_told_how_things_are_and_everything_is_given_back(session: Session) -> None:
    session.start()
    state = session.wait_for("state")
    assert state["preset"] == "practice"
    assert state["needed"] is None
    assert state["table"]["network"] == state["table"]["debugging"] == state["table"]["environment"] == "enforced"
    assert not {"LD_PRELOAD", "QT_PLUGIN_PATH"} & set(session.wait_for("begun")["environment"])
    assert session.end() == 0
    assert len(session.diary("stop")) == 1
    assert session.log()[0] == "session-started"
    assert {"window-died", "window-hung", "operation-drifted", "operation-lost"}.isdisjoint(session.log())
    assert "restored" in session.log()
    assert not list((session.state / "snapshots").glob("*.snapshot"))
    assert not (session.state / "running.json").exists()


def test_the_record_begins_with_what_is_not_prevented_here(session: Session) -> None:
    session.start(preset="strict")
    table = session.wait_for("state")["table"]
    assert session.end() == 0
    missing = sum(table[concern.value] != "enforced" for concern in REQUIRED[Preset.STRICT])
    assert missing, "no test runs on a seat that was prepared"
    assert session.log()[: missing + 1] == ["session-started", *["capability-missing"] * missing]


def test_an_admin_closes_the_window_and_it_is_over(session: Session) -> None:
    session.start("closes")
    assert session.ended() == 0
    assert len(session.diary("begun")) == 1


def test_a_window_that_cannot_be_shown_ends_the_start_with_its_own_code(session: Session) -> None:
    session.start("refused")
    assert session.ended() == 3
    assert len(session.diary("begun")) == 1


@pytest.mark.parametrize(("how", "kind"), [(signal.SIGKILL, "window-died"), (signal.SIGSTOP, "window-hung")])
def test_a_window_that_dies_or_hangs_is_back_by_itself(session: Session, how: int, kind: str) -> None:
    session.start()
    session.wait_for("state")
    window = session.window()
    struck = time.monotonic()
    os.kill(window, how)
    again = session.wait_for("begun", 2)
    took = again["at"] - struck - (2.0 if how == signal.SIGSTOP else 0.0)
    print(f"{kind}: back {took:.2f} s after it was noticed")  # noqa: T201 - shown with -rP
    assert took < BACK_WITHIN_S * LOADED
    session.wait_for("state", 2)
    assert not Path(f"/proc/{window}").exists()
    assert session.end() == 0
    assert kind in session.log()


def test_a_window_that_is_asked_to_start_again_comes_again_and_has_not_died(session: Session) -> None:
    session.start("asks again")
    session.wait_for("begun", OFTEN + 2)
    assert session.wait_for("state", OFTEN + 2)["needed"] is None
    assert session.end() == 0
    assert {"window-died", "window-died-often", "window-hung"}.isdisjoint(session.log())


def test_when_the_supervisor_dies_the_window_does_too_and_the_next_one_knows(session: Session) -> None:
    session.start("sees", "standard")
    session.wait_for("raised")
    window = session.window()
    session.process.kill()
    session.process.wait(PATIENCE_S)
    wait_for_end(window)
    session.close()
    session.start("", "standard")
    session.wait_for("state", 2)
    wait_until(lambda: len(session.diary("raised")) >= 3, "what is owed was not told again")
    kinds = {entry["kind"] for entry in session.diary("raised")[1:]}
    assert kinds == {"foreign-window", "supervisor-lost"}
    assert session.end() == 0
    assert "supervisor-lost" in session.log()
    assert session.log().count("session-started") == 1


def test_what_a_window_notices_is_judged_cleared_and_in_the_log(session: Session) -> None:
    session.start("sees", "standard")
    raised = session.wait_for("raised")
    assert (raised["kind"], raised["consequence"]) == ("foreign-window", "lock")
    (session.seat / "act").write_text("clears")
    os.kill(session.window(), signal.SIGKILL)
    log = session.wait_for("log")
    assert session.diary("raised")[1]["number"] == raised["number"], "a new window is told what is still owed"
    assert log["last"]
    assert [kind for kind in log["lines"] if kind.startswith(("lock", "foreign"))] == [
        "foreign-window",
        "lock-shown",
        "lock-shown",
        "lock-opened",
    ]
    assert session.end() == 0


def test_an_exam_that_demands_more_is_judged_by_it_on_a_seat_for_practice(session: Session) -> None:
    session.start("sees, at an exam", "practice")
    raised = session.wait_for("raised")
    assert (raised["kind"], raised["consequence"]) == ("foreign-window", "lock")
    assert session.wait_for("state")["preset"] == "practice", "what the seat is set to does not change by it"
    session.process.kill()
    session.process.wait(PATIENCE_S)
    session.close()
    session.start("", "practice")
    session.wait_for("state", 2)
    lines, _ = read_log(read_lines(session.state / "log" / "sessions" / "s1.lockdown"), place="test")
    lost = next(line for line in lines if line.kind == "supervisor-lost")
    assert lost.followed.value == "lock", "the exam that was interrupted demands it"
    assert session.end() == 0


def test_a_window_that_dies_again_and_again_is_a_proctor_s_matter(session: Session) -> None:
    session.start("", "standard")
    for number in range(1, OFTEN + 1):
        session.wait_for("state", number)
        os.kill(session.window(), signal.SIGKILL)
    state = session.wait_for("state", OFTEN + 1)
    assert state["needed"] == "window-died-often"
    assert session.wait_for("raised")["kind"] == "window-died-often"
    (session.seat / "act").write_text("clears")
    os.kill(session.window(), signal.SIGKILL)
    wait_until(lambda: session.diary("state")[-1]["needed"] is None, "a proctor cleared it, and it is still said")
    assert session.end() == 0


@pytest.mark.parametrize("act", ["unreadable", "other version"])
def test_a_window_that_cannot_be_understood_is_given_up(session: Session, act: str) -> None:
    session.start(act)
    session.wait_for("begun")
    (session.seat / "act").write_text("")
    session.wait_for("begun", 2)
    assert session.end() == 0


def test_a_restart_of_the_machine_goes_through_the_proctor(session: Session) -> None:
    session.state.mkdir()
    (session.state / "running.json").write_bytes(b'{"boot":"another start","demanded":"practice","session":"s1"}')
    session.start("", "standard")
    assert session.wait_for("state")["needed"] == "machine-restarted"
    assert session.wait_for("state", 2)["needed"] is None, "the window asks before it goes on with the session"
    assert session.end() == 0
    assert "machine-restarted" in session.log()
    assert session.diary("raised") == []


def test_two_supervisors_do_not_share_a_seat(session: Session) -> None:
    session.start()
    session.wait_for("state")
    other = Session.__new__(Session)
    other.seat, other.state, other._process = session.seat, session.state, None
    other.start()
    assert other.process.wait(PATIENCE_S) != 0
    other.close()
    assert session.end() == 0
