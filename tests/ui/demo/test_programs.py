import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ui.demo import programs
from ui.demo.display import KEPT_VARIABLES
from ui.demo.errors import DemoFault
from ui.demo.processes import end_process_group, kill_process_group
from ui.demo.programs import CommandFailedError, Desk, bare_environment, ends_with_its_children
from ui.demo.waiting import wait_for
from ui.demo.window_process import running_window

SHOW_ENVIRONMENT = "import os, sys; print(os.getcwd()); print(sorted(os.environ.items())); print(sys.argv[1:])"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(programs, "KIOSK", (sys.executable, "-c", SHOW_ENVIRONMENT))
    return Desk(folder=tmp_path, secrets={"KIOSK_PASSPHRASE": "only here"})


def test_a_command_runs_in_its_folder_with_its_secrets_and_little_else(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_PLUGIN_PATH", "/elsewhere")

    cwd, environment, arguments = desk.run("seat", "status", tmp_path).splitlines()

    assert cwd == str(tmp_path)
    assert "only here" in environment
    assert "QT_PLUGIN_PATH" not in environment
    assert arguments == str(["seat", "status", str(tmp_path)])


def test_what_commands_inherit_is_a_short_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")

    assert set(bare_environment()) <= {*KEPT_VARIABLES, "VIRTUAL_ENV", "NO_COLOR", "COLUMNS"}


def test_a_command_that_is_refused_says_which_and_why(tmp_path: Path) -> None:
    with pytest.raises(CommandFailedError, match=r"“kiosk seat status nothing” ended with code \d: \S+") as failed:
        Desk(folder=tmp_path, secrets={}).run("seat", "status", "nothing")

    assert failed.value.exit_code in {2, 3, 4}


def sleeper(*, stubborn: bool = False) -> subprocess.Popen[bytes]:
    """A program with a child of its own; tells when both run."""
    ignore = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " if stubborn else ""
    child = f"{ignore}import time; print('ready', flush=True); time.sleep(60)"
    code = f"{ignore}import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def group_is_gone(process: subprocess.Popen[bytes]) -> bool | None:
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return True
    return None


@pytest.mark.parametrize("stubborn", [False, True])
def test_a_program_ends_with_its_children(stubborn: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    monkeypatch.setattr("ui.demo.processes.END_WITHIN_S", 0.2)
    process = sleeper(stubborn=stubborn)

    end_process_group(process)
    end_process_group(process)  # what has ended is left alone

    assert process.returncode in {-signal.SIGTERM, -signal.SIGKILL}
    wait_for(lambda: group_is_gone(process), what="the end of the child", deadline_s=5)
    assert process.stdout is not None
    process.stdout.close()


def test_a_killed_program_has_no_last_words() -> None:
    process = sleeper()

    kill_process_group(process)

    assert process.returncode == -signal.SIGKILL
    assert process.stdout is not None
    process.stdout.close()


def test_a_polite_request_to_end_becomes_an_exception() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with pytest.raises(SystemExit) as left, ends_with_its_children():
        os.kill(os.getpid(), signal.SIGTERM)

    assert left.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_window_that_ended_by_itself_is_told_with_its_last_words(tmp_path: Path) -> None:
    with running_window(["seat", "run", str(tmp_path / "nothing")], bare_environment(), tmp_path / "log") as window:

        def ended() -> str | None:
            try:
                window.check()
            except DemoFault as error:
                return str(error)
            return None

        said = wait_for(ended, what="the end of the window", deadline_s=30)

    assert "ended by itself with code" in said
    assert "nothing" in said
