"""What the supervisor knows of the site's policy, and what of it reaches the judging."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exam_packages.lockdown_log import Followed
from exam_packages.site_policies import LockdownPreset
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.handover.stick import Stick
from kiosk.lockdown.facts import Concern
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.linux.hardening import User
from kiosk.site.policy_desk import bring_policy_to, set_policy
from tests.simulators import day
from tests.simulators.day import World
from ui.lockdown.errors import SupervisorFault
from ui.lockdown.site import say_policy, site_policy_by, site_policy_of

SOMEBODY = User(uid=65_534, gid=65_534)
needs_root = pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="only root looks as somebody else")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return day.make_world(tmp_path)


def bring(world: World) -> None:
    set_policy(
        world.site,
        preset=LockdownPreset.STRICT,
        wishes={IncidentKind.FOCUS_LOST: Followed.LOCK},
        required=(Concern.DISPLAYS,),
        displays=("a" * 32,),
    )
    bring_policy_to(world.site, Stick(world.stick))
    with world.seat() as seat:
        assert not seat.import_from(world.stick).refused


def test_it_is_read_from_the_seat_by_a_process_of_its_own(world: World) -> None:
    bring(world)
    policy = site_policy_of(world.seat_folder, None)
    assert policy is not None
    assert policy.preset is LockdownPreset.STRICT
    assert dict(policy.wishes) == {"focus-lost": Followed.LOCK}
    assert policy.required == ("displays",)
    assert policy.displays == ("a" * 32,)


def test_also_while_the_window_holds_the_seat(world: World) -> None:
    bring(world)
    with world.seat():
        assert site_policy_of(world.seat_folder, None) is not None


def test_where_there_is_none_it_is_none(world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert site_policy_of(world.seat_folder, None) is None
    assert site_policy_of(tmp_path / "no seat", None) is None
    assert capfd.readouterr().err == ""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder whose way anybody may go: that of ``tmp_path`` is root's alone."""
    with tempfile.TemporaryDirectory(prefix="seat-of-another-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@needs_root
@pytest.mark.parametrize("closed", ["seat", "program"])
def test_what_its_user_cannot_reach_is_not_taken_for_a_seat_without_policy(
    world: World, place: Path, closed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window would see it all the same, and give exams as if the site had said nothing."""
    bring(world)
    hidden = place / "hidden"
    hidden.mkdir(mode=0o700)
    seat, program = (world.seat_folder, place) if closed == "seat" else (place, hidden)
    monkeypatch.setattr("kiosk.lockdown.linux.window_tree.program_folders", lambda: (str(program),))
    with pytest.raises(SupervisorFault, match="may not open it or the program's"):
        site_policy_of(seat, SOMEBODY)


@needs_root
def test_where_its_user_may_go_and_there_is_none_it_is_none(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.lockdown.linux.window_tree.program_folders", lambda: (str(place),))
    (place / "seat").mkdir(mode=0o755)
    assert site_policy_of(place / "seat", SOMEBODY) is None
    assert site_policy_of(place / "no seat", SOMEBODY) is None


def test_one_who_looks_and_falls_has_not_said_that_there_is_none(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    bring(world)

    def fall() -> None:
        raise MemoryError

    monkeypatch.setattr("ui.lockdown.site._reading", fall)
    with pytest.raises(SupervisorFault, match="failed"):
        site_policy_of(world.seat_folder, None)
    assert "MemoryError" in capfd.readouterr().err


def refused_with(kind: StorageFaultKind) -> Callable[..., object]:
    def refuse(path: Path, *_: object) -> object:
        raise StorageFault(kind, path)

    return refuse


@pytest.mark.parametrize("kind", [each for each in StorageFaultKind if each.leaves_reading])
def test_a_disk_that_takes_nothing_is_no_seat_without_a_policy(
    world: World, kind: StorageFaultKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody makes room, and the window that was there to hand results over gives exams."""
    bring(world)
    monkeypatch.setattr("kiosk.journal.database.connect_guard", refused_with(kind))
    policy = site_policy_of(world.seat_folder, None)
    assert policy is not None
    assert policy.preset is LockdownPreset.STRICT


def test_a_seat_that_another_program_has_open_is_no_seat_without_a_policy(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(world)
    monkeypatch.setattr("kiosk.journal.database.connect_guard", refused_with(StorageFaultKind.BUSY))
    with pytest.raises(SupervisorFault, match="another program has"):
        site_policy_of(world.seat_folder, None)
    code = say_policy([str(world.seat_folder)])
    program = (sys.executable, "-c", f"raise SystemExit({code})")
    with pytest.raises(SupervisorFault, match="another program has"):
        site_policy_by(program, world.seat_folder)


READS = "import sys; from ui.lockdown.site import say_policy; sys.exit(say_policy(sys.argv[1:]))"


def test_where_processes_are_not_forked_a_program_reads_it(world: World, tmp_path: Path) -> None:
    reads = (sys.executable, "-c", READS)
    assert site_policy_by(reads, world.seat_folder) is None
    assert site_policy_by(reads, tmp_path / "no seat") is None
    bring(world)
    assert site_policy_by(reads, world.seat_folder) == site_policy_of(world.seat_folder, None) is not None


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ((sys.executable, "-c", "import os; os._exit(1)"), "failed"),
        ((sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"), "failed"),
        ((sys.executable, "-c", "import threading; threading.Event().wait()"), "longer than 1 s"),
        (("/nothing/here",), "No such file"),
    ],
)
def test_a_program_that_could_not_look_has_not_said_that_there_is_none(
    command: tuple[str, ...], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.lockdown.site.READING_S", 1 if why == "longer than 1 s" else 60)
    with pytest.raises(SupervisorFault, match=why):
        site_policy_by(command, tmp_path)


def test_a_pipe_in_the_seats_folder_holds_it_up_and_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    about = world.seat_folder / "seat.json"
    about.unlink()
    os.mkfifo(about)
    monkeypatch.setattr("ui.lockdown.site.READING_S", 1)
    with pytest.raises(SupervisorFault, match="longer than 1 s"):
        site_policy_of(world.seat_folder, None)
