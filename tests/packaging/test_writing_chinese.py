"""Chinese written with the program that is shipped: by whoever starts it, as another user, and on a seat that was prepared.

The last one is started by this machine's own systemd, as number one of a machine made for it (``boot.sh``): the units are what
`kiosk seat prepare` writes, and every wall that systemd makes for them stands. Only Xorg is another: its test server.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exam_packages.ids import SessionId
from exam_packages.office.publishing import write_roster
from exam_packages.site_policies import LockdownPreset
from kiosk.clock import SystemClock
from kiosk.errors import StorageFault
from kiosk.handover.stick import Stick
from kiosk.lockdown.linux import walls
from kiosk.lockdown.linux.input_method import lacking
from kiosk.seat.identity import read_identity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.session_files import SessionFiles
from kiosk.site.policy_desk import bring_policy_to, set_policy
from tests.journeys.test_resume_after_kill import begin
from tests.kiosk.lockdown.x11.displays_for_tests import ROOT, environment, x_server
from tests.packaging.test_seat_program import NEEDS_PROGRAM, PACKAGED
from tests.packaging.typist import LETTERS, WRITTEN, write
from tests.simulators import day
from tests.simulators.day import ANA, BORIS, CHIDI, SITE, World, appointment, unbind

pytestmark = [NEEDS_PROGRAM, pytest.mark.x11, pytest.mark.sandbox, pytest.mark.timeout(600)]
PATIENCE_S = 90
SOMEBODY = "nobody"
NOT_HERE = 77
"""What boot.sh ends with where it can do nothing."""
SYSTEMD = Path("/lib/systemd/systemd")
NAMES = ("王小明", "김민준", "山田 花子")
ENDED_WELL = {"window": True, "candidates": len(LETTERS), "held": len(LETTERS), "leaked": 0}


@pytest.fixture(autouse=True)
def an_input_method_is_possible() -> None:
    if missing := lacking():
        pytest.skip(f"not installed: {', '.join(missing)}")
    if not Path("/usr/share/ibus/component/libpinyin.xml").exists():
        pytest.skip("not installed: ibus-libpinyin")
    machine = walls.look(None)
    if machine.namespaces or not machine.filters:
        pytest.skip(f"this machine does not let the tests make walls: {machine.namespaces or 'no filter of calls'}")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder whose way anybody may go: that of ``tmp_path`` is root's alone."""
    with tempfile.TemporaryDirectory(prefix="seat-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def template() -> World:
    """A world of today: the program asks the machine's own clock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(day, "FakeClock", SystemClock)
        folder, exams = day._template.__wrapped__()
        return World(folder, exams)


@pytest.fixture
def world(template: World, place: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A copy, whose site wants pinyin and whose roster has names from three countries."""
    monkeypatch.setattr(day, "FakeClock", SystemClock)
    shutil.copytree(template.folder, place / "world")
    (place / "world").chmod(0o755)
    made = World(place / "world", template.exams)
    (essay,) = [each for each in made.office.packages() if each.digest == made.exams.essay]
    now = made.clock.utc_ms()
    booked = [
        appointment(name, f"candidate-{number}", person, essay.exam, essay.form, now)
        for number, (name, person) in enumerate(zip((ANA, BORIS, CHIDI), NAMES, strict=True), start=1)
    ]
    write_roster(made.office, SITE, booked, now=now)
    made.publish()
    made.site.learn(Stick(made.stick))
    set_policy(
        made.site,
        preset=LockdownPreset.PRACTICE,
        wishes={},
        required=(),
        displays=(),
        input_method="ibus:libpinyin",
    )
    bring_policy_to(made.site, Stick(made.stick))
    with made.seat() as seat:
        assert not seat.import_from(made.stick).refused
    return made


def begun(world: World) -> SessionId:
    """Begin a session at the essay; the window goes on with it."""
    begin(world, CHIDI)
    with world.seat() as seat:
        unfinished = seat.day().unfinished()
        assert unfinished is not None
        return unfinished.session


def written(seat: Path, session: SessionId) -> str:
    """Return the essay as the seat's journal has it."""
    folder = SeatFolder(seat)
    journal = SessionFiles(folder=folder, identity=read_identity(folder)).check(session)
    ((text,),) = next(iter(journal.session.answers.values())).values()
    return text


def comes_to_be_written(seat: Path, session: SessionId, place: Path) -> str:
    """The same, of a seat whose window runs: looked at in copies, until all of it has arrived."""
    # A copy that was made while somebody wrote may be torn, or lack files that were gone a moment later.
    torn = (StorageFault, OSError, shutil.Error, StopIteration)
    began, found = time.monotonic(), ""
    while found != WRITTEN and time.monotonic() - began < PATIENCE_S:
        with tempfile.TemporaryDirectory(dir=place) as folder, contextlib.suppress(*torn):
            found = written(Path(shutil.copytree(seat, Path(folder) / "seat")), session)
        time.sleep(0.2)
    return found


def give(seat: Path, uid: int, gid: int) -> None:
    for path in (seat, *seat.rglob("*")):
        os.chown(path, uid, gid, follow_symlinks=False)


@pytest.mark.parametrize("user", ["", SOMEBODY])
def test_it_is_composed_and_kept(world: World, place: Path, user: str) -> None:
    session, words = begun(world), []
    if user:
        if os.geteuid() != 0:
            pytest.skip("only root can run the window as another user")
        entry = pwd.getpwnam(user)
        give(world.seat_folder, entry.pw_uid, entry.pw_gid)
        words = ["--user", user]
    command = [str(Path(PACKAGED) / "kiosk"), "seat", "session", str(world.seat_folder), "--preset", "practice", *words]
    with x_server() as display:
        process = subprocess.Popen(command, env=environment(DISPLAY=display), umask=0o077)
        try:
            assert write(display) == ENDED_WELL
            assert comes_to_be_written(world.seat_folder, session, place) == WRITTEN
            process.terminate()
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()
            process.wait()
    assert written(world.seat_folder, session) == WRITTEN


def test_names_have_no_boxes_and_the_engine_comes(world: World) -> None:
    words = [str(Path(PACKAGED) / "kiosk"), "seat", "readiness", str(world.seat_folder), "--json"]
    with x_server() as display:
        said = subprocess.run(
            words, env=environment(DISPLAY=display), capture_output=True, text=True, timeout=300, check=False
        )
    assert said.returncode in (0, 4), said.stderr
    outcomes = {each["check"]: (each["outcome"], each["evidence"]) for each in json.loads(said.stdout)["checks"]}
    for name in ("fonts/names", "input/method", "input/typing", "input/candidates"):
        assert outcomes[name][0] == "ok", (name, outcomes[name])


class Machine:
    """A machine of its own, whose number one is systemd."""

    def __init__(self, first: int) -> None:
        self._first = first
        self.root = Path(f"/proc/{first}/root")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run something on it."""
        command = ["nsenter", "-t", str(self._first), "-m", "-p", "-n", "-r", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=4 * PATIENCE_S, check=False)

    def typist(self) -> subprocess.CompletedProcess[str]:
        """Have somebody write at it."""
        given = f"cd {ROOT} && XAUTHORITY=/run/kiosk-seat-display/authority exec {sys.executable} -m tests.packaging.typist :7"
        return self.run("/bin/sh", "-c", given)


def until(condition: Callable[[], object], process: subprocess.Popen[bytes], why: str) -> None:
    began = time.monotonic()
    while not condition():
        assert process.poll() in (None, NOT_HERE), why
        assert time.monotonic() - began < PATIENCE_S, why
        time.sleep(0.1)


@contextmanager
def booted(place: Path, seat: Path) -> Iterator[Machine]:
    """Prepare a seat on a machine of its own, and start that."""
    mounts = (line.split() for line in Path("/proc/self/mounts").read_text().splitlines())
    groups = next((Path(where) for _, where, kind, *_ in mounts if kind == "cgroup2"), None)
    if os.geteuid() != 0 or groups is None or not SYSTEMD.is_file() or not shutil.which("nft"):
        pytest.skip("it needs root, cgroups of the second version, systemd and nft")
    group, folder = groups / f"seat-test-{os.getpid()}", place / "machine"
    folder.mkdir()
    try:
        group.mkdir()
    except OSError as error:
        pytest.skip(f"no cgroup can be made here: {error.strerror}")
    kinds = ("--mount", "--pid", "--uts", "--ipc", "--cgroup", "--net", "--propagation", "private", "--kill-child")
    words = [
        "unshare",
        *kinds,
        "--fork",
        "sh",
        str(Path(__file__).with_name("boot.sh")),
        str(folder),
        str(seat),
        PACKAGED,
    ]
    process = subprocess.Popen(["sh", "-c", 'echo $$ > "$0"; exec "$@"', str(group / "cgroup.procs"), *words], cwd=ROOT)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")

    def first() -> int:
        if process.poll() == NOT_HERE:
            pytest.skip("this machine lets nobody make another one: overlays, mounts or devices are missing")
        try:
            found = children.read_text().split()
            runs = bool(found) and Path(f"/proc/{found[0]}/comm").read_text() == "systemd\n"
        except OSError:
            return 0  # it has just ended
        return int(found[0]) if runs else 0

    try:
        until(first, process, "systemd does not start")
        yield Machine(first())
    finally:
        process.kill()
        process.wait()
        _take_away(group)


def _take_away(group: Path) -> None:
    """Its processes are gone with number one, a moment later."""
    began = time.monotonic()
    while group.exists() and time.monotonic() - began < PATIENCE_S:
        for each in sorted((group, *group.rglob("*")), reverse=True):
            if each.is_dir():
                try:
                    each.rmdir()
                except OSError:
                    time.sleep(0.05)


def test_on_a_prepared_seat_it_is_composed_and_kept(world: World, place: Path) -> None:
    session = begun(world)
    unbind(world.seat_folder)
    with booted(place, world.seat_folder) as machine:
        said = machine.typist()
        assert said.returncode == 0, said.stderr + machine.run("systemctl", "status", "kiosk-seat.service").stdout
        assert json.loads(said.stdout) == ENDED_WELL
        assert comes_to_be_written(machine.root / "var/lib/exam-seat", session, place) == WRITTEN
        shown = machine.run(
            "systemctl", "show", "kiosk-seat.service", "-p", "User", "-p", "MemoryDenyWriteExecute", "-p", "KillMode"
        ).stdout
        assert set(shown.split()) == {"User=exam", "MemoryDenyWriteExecute=yes", "KillMode=mixed"}
        assert "kiosk_seat" in machine.run("nft", "list", "ruleset").stdout
        for unit in ("kiosk-seat-restore", "kiosk-seat-network", "kiosk-seat"):
            assert "Result=success" in machine.run("systemctl", "show", f"{unit}.service", "-p", "Result").stdout
        assert machine.run("systemctl", "stop", "kiosk-seat.service").returncode == 0
        shutil.copytree(machine.root / "var/lib/exam-seat", place / "after")
        assert "Result=success" in machine.run("systemctl", "show", "kiosk-seat.service", "-p", "Result").stdout
    assert written(place / "after", session) == WRITTEN
