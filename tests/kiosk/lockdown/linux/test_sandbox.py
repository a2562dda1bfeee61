"""The product's own walls, with something behind them that tries to get out. For each wall: without it, it does get out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.lockdown.linux import walls
from kiosk.lockdown.linux.hardening import SYS_ADMIN, User, has_capability
from kiosk.lockdown.linux.namespaces import Access, Given, Place, Tree
from kiosk.lockdown.linux.sandbox import SIGNAL_BASE, SandboxPlan, decode_plan, encode_plan
from tests.kiosk.lockdown.linux.open_folders import open_seat
from tests.kiosk.lockdown.linux.walled import SECRET
from tests.waiting import wait_until

pytestmark = pytest.mark.sandbox
ROOT = Path(__file__).parents[4]
NOBODY = "64123"
NO_CAPABILITY = "0" * 16
PATIENCE_S = 30


@pytest.fixture(scope="module", autouse=True)
def walls_are_possible() -> None:
    machine = walls.look(None)
    if machine.namespaces or not machine.filters:
        pytest.skip(f"this machine does not let the tests make walls: {machine.namespaces or 'no filter of calls'}")


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_seat() as seat:
        (seat.parent / "beside").write_text("another seat's")
        (seat / "stick").mkdir()
        yield seat


def command(folder: Path, act: str, options: Mapping[str, str]) -> list[str]:
    words = [f"{name.rstrip('_')}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "tests.kiosk.lockdown.linux.walled", str(folder), act, *words]


def behind_walls(folder: Path, act: str, **options: str) -> dict[str, Any]:
    done = subprocess.run(
        command(folder, act, options), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 7, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def waiting(folder: Path, act: str, **options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process behind walls that has said its first line, and that line."""
    process = subprocess.Popen(
        command(folder, act, options), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline()
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            stream.close()


def innermost(process: int) -> int:
    """The window's process: the last in the line of children."""
    while children := Path(f"/proc/{process}/task/{process}/children").read_text().split():
        process = int(children[0])
    return process


def wait_for_end(process: int) -> None:
    wait_until(lambda: not Path(f"/proc/{process}").exists(), "it outlived its walls")


# -- the network ---------------------------------------------------------------------------------------------------------


def test_only_sockets_inside_the_machine(folder: Path) -> None:
    found = behind_walls(folder, "sockets")
    assert found.pop("AF_UNIX") == found.pop("pair") == "done"
    assert found.pop("interfaces") == []
    assert found.pop("dns") != "done"
    assert set(found.values()) == {"Address family not supported by protocol"}


def test_without_the_filter_sockets_are_made_but_reach_nothing(folder: Path) -> None:
    found = behind_walls(folder, "sockets", without="calls")
    assert found["AF_INET"] == "done"
    assert found["AF_NETLINK"] == "done"
    assert found["dns"] != "done", "the network of its own has no way out"


# -- privileges and calls --------------------------------------------------------------------------------------------------


def test_nothing_may_be_done_and_nothing_can_be_gained(folder: Path) -> None:
    found = behind_walls(folder, "status")
    capabilities = {name: value for name, value in found.items() if name.startswith("Cap")}
    assert set(capabilities.values()) == {NO_CAPABILITY}
    assert len(capabilities) == 5
    assert found["NoNewPrivs"] == "1"
    assert found["Seccomp"] == "2"
    assert found["core"] == [0, 0]
    assert found["processes"] == [1, 2]


def test_without_the_walls_it_would_have_them(folder: Path) -> None:
    if not has_capability(SYS_ADMIN):
        pytest.skip("only root has capabilities to lose")
    found = behind_walls(folder, "status", without="privileges,processes,files")
    assert found["CapEff"] != NO_CAPABILITY
    assert len(found["processes"]) > 2


def test_calls_that_lead_out_are_refused(folder: Path) -> None:
    found = behind_walls(folder, "calls")
    assert found.pop("thread") == found.pop("fork") == "done"
    assert set(found.values()) == {"Operation not permitted"}


def test_without_the_filter_they_are_not(folder: Path) -> None:
    found = behind_walls(folder, "calls", without="calls")
    assert found["exec"] == found["ptrace"] == found["dumpable"] == "done"
    assert found["io_uring"] != "Operation not permitted"


def test_the_window_is_another_user_with_a_group_of_its_own(folder: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can become somebody else")
    found = behind_walls(folder, "status", user=NOBODY)
    assert set(found["Uid"].split()) == set(found["Gid"].split()) == {NOBODY}
    assert found["Groups"] == ""
    assert found["CapBnd"] == NO_CAPABILITY
    assert behind_walls(folder, "files", user=NOBODY)["own"] == "done"


def test_it_finds_its_way_whatever_roots_umask_is(folder: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can become somebody else")
    before = os.umask(0o077)
    try:
        assert behind_walls(folder, "files", user=NOBODY)["own"] == "done"
    finally:
        os.umask(before)


def test_whoever_is_not_root_has_the_same_walls(folder: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("the other tests of this file show it")
    found = behind_walls(folder, "status", as_=NOBODY)
    assert set(found["Uid"].split()) == {NOBODY}
    assert {value for name, value in found.items() if name.startswith("Cap")} == {NO_CAPABILITY}
    assert found["processes"] == [1, 2]
    assert behind_walls(folder, "files", as_=NOBODY)["beside"] == "No such file or directory"
    sockets = behind_walls(folder, "sockets", as_=NOBODY)
    assert sockets["AF_UNIX"] == "done"
    assert sockets["AF_INET"] == sockets["AF_NETLINK"] == "Address family not supported by protocol"


# -- files ---------------------------------------------------------------------------------------------------------------


def test_only_what_is_given_exists_and_only_the_seat_can_be_written(folder: Path) -> None:
    found = behind_walls(folder, "files")
    assert found["own"] == found["temporary"] == "done"
    assert (folder / "answer").read_text() == "kept"
    assert not Path("/tmp/kiosk-walled-new").exists(), "its temporary files are its own"
    assert found["beside"] == found["home"] == "No such file or directory"
    assert {found[name] for name in ("program", "system", "root", "sysctl")} == {"Read-only file system"}
    assert set(found["devices"]) >= {"null", "urandom", "shm"}
    assert not {"mem", "sda", "input", "tty0", "kmsg"} & set(found["devices"])


def test_without_a_tree_of_its_own_it_sees_everything(folder: Path) -> None:
    assert behind_walls(folder, "beside", without="files,processes")["beside"] == "done"


def test_a_stick_that_comes_later_is_seen(folder: Path) -> None:
    if not has_capability(SYS_ADMIN):
        pytest.skip("only root can mount something")
    script = 'mount --make-rshared / && exec "$@"'
    words = ["unshare", "-m", "sh", "-c", script, "sh", *command(folder, "late", {})]
    process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    outer = process.pid
    mounting = 'mount -t tmpfs stick "$1" && touch "$1/drop"'
    inside = ["nsenter", "-t", str(outer), "-m", "sh", "-c", mounting, "sh", str(folder / "stick")]
    subprocess.run(inside, check=True)
    said, _ = process.communicate("\n", timeout=PATIENCE_S)
    assert json.loads(said)["stick"] == ["drop"]


# -- memory --------------------------------------------------------------------------------------------------------------


def memory_of(process: int, at: int, length: int, *, uid: int) -> bytes:
    """What another process of a user reads at an address of a process; empty where it is refused."""
    reader = (
        "import os,sys;uid,pid,at,n=map(int,sys.argv[1:])\n"
        "os.setgroups([]) if os.getuid()==0 else None\n"
        "os.setresgid(uid,uid,uid);os.setresuid(uid,uid,uid)\n"
        "f=os.open(f'/proc/{pid}/mem',os.O_RDONLY);sys.stdout.buffer.write(os.pread(f,n,at))"
    )
    words = [sys.executable, "-c", reader, str(uid), str(process), str(at), str(length)]
    return subprocess.run(words, capture_output=True, timeout=PATIENCE_S, check=False).stdout


@pytest.mark.parametrize(("without", "seen"), [("", b""), ("debugging", SECRET)])
def test_nobody_else_reads_its_memory(folder: Path, without: str, seen: bytes) -> None:
    if os.getuid() != 0:
        pytest.skip("it takes root to be two processes of another user")
    with waiting(folder, "wait", user=NOBODY, without=without) as (process, said):
        place = json.loads(said)
        found = memory_of(innermost(process.pid), place["at"], place["length"], uid=int(NOBODY))
        assert found == seen


@pytest.mark.parametrize(
    "without", ["files,processes,debugging", "files,processes,cores", "files,processes,cores,debugging"]
)
def test_a_crash_leaves_nothing(folder: Path, without: str) -> None:
    """Either of two walls is enough. The tree of files is left out, or there would be no place for a core at all."""
    if Path("/proc/sys/kernel/core_pattern").read_text().strip() != "core":
        pytest.skip("this machine puts cores elsewhere")
    words = ["prlimit", "--core=unlimited", *command(folder, "wait", {"without": without})]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    os.kill(innermost(process.pid), signal.SIGSEGV)
    assert process.wait(PATIENCE_S) == SIGNAL_BASE + signal.SIGSEGV
    process.stdout.close()
    assert any(folder.glob("core*")) is {"cores", "debugging"}.issubset(without.split(","))


# -- ends ----------------------------------------------------------------------------------------------------------------


def test_when_it_is_told_to_end_everything_inside_is_gone_before_it(folder: Path) -> None:
    with waiting(folder, "wait") as (process, _):
        window = innermost(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == SIGNAL_BASE + signal.SIGKILL
        assert not Path(f"/proc/{window}").exists()


def test_a_window_that_dies_takes_the_walls_with_it_and_says_how(folder: Path) -> None:
    with waiting(folder, "wait") as (process, _):
        os.kill(innermost(process.pid), signal.SIGKILL)
        assert process.wait(PATIENCE_S) == SIGNAL_BASE + signal.SIGKILL


STARTER = "import subprocess,sys;p=subprocess.Popen(sys.argv[1:]);print(p.pid,flush=True);p.wait()"


@pytest.mark.parametrize("killed", ["supervisor", "outer"])
def test_whoever_starts_it_takes_it_along(folder: Path, killed: str) -> None:
    words = [sys.executable, "-c", STARTER, *command(folder, "wait", {})]
    supervisor = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    outer = int(supervisor.stdout.readline())
    supervisor.stdout.readline()
    window = innermost(outer)
    os.kill(supervisor.pid if killed == "supervisor" else outer, signal.SIGKILL)
    supervisor.wait(PATIENCE_S)
    supervisor.stdout.close()
    wait_for_end(window)


def test_without_that_it_outlives_them(folder: Path) -> None:
    words = [sys.executable, "-c", STARTER, *command(folder, "wait", {"without": "parent"})]
    supervisor = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    outer = int(supervisor.stdout.readline())
    supervisor.stdout.readline()
    window = innermost(outer)
    supervisor.kill()
    supervisor.wait(PATIENCE_S)
    supervisor.stdout.close()
    try:
        time.sleep(0.3)
        assert Path(f"/proc/{window}").exists()
    finally:
        os.kill(window, signal.SIGKILL)


# -- the plan ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", [None, User(uid=1001, gid=1002, groups=(29, 44))])
def test_a_plan_arrives_as_it_was_sent(user: User | None) -> None:
    tree = Tree(
        places=(Place(path="/usr"), Place(path="/seat", access=Access.WRITE)),
        links=(("/bin", "usr/bin"),),
        given=(Given(path="/run/cookie", data=b"\x00\xff"),),
        homes=("/run/home",),
    )
    plan = SandboxPlan(supervisor=12, tree=tree, user=user, kept=None if user is None else 5, namespaces=user is None)
    assert decode_plan(encode_plan(plan, ["seat", "run"])) == (plan, ("seat", "run"))
