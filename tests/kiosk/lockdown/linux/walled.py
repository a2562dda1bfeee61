"""A program behind the product's own walls, for tests: tries to get out, and tells how far it came as one JSON object.

``python -m tests.kiosk.lockdown.linux.walled FOLDER ACT [without=wall,…] [as=UID] [user=UID]``. ``as`` becomes an
unprivileged user before any wall is made; ``user`` has the walls make the window another user.
"""

from __future__ import annotations

import ctypes
import encodings.idna  # noqa: F401 - not to be found any more once the process is somebody else
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from kiosk.lockdown.linux.environment import Screen, ScreenSystem
from kiosk.lockdown.linux.hardening import User
from kiosk.lockdown.linux.sandbox import SandboxPlan, Wall, launch
from kiosk.lockdown.linux.window_tree import WindowFiles, window_tree

SECRET: Final = b"a secret " * 3
PTRACE_TRACEME: Final = 0
FAMILIES: Final = {
    "AF_UNIX": (1, socket.SOCK_STREAM),
    "AF_INET": (2, socket.SOCK_STREAM),
    "AF_INET6": (10, socket.SOCK_DGRAM),
    "AF_NETLINK": (16, socket.SOCK_RAW),
    "AF_PACKET": (17, socket.SOCK_RAW),
    "AF_BLUETOOTH": (31, socket.SOCK_RAW),
    "AF_ALG": (38, socket.SOCK_SEQPACKET),
    "AF_VSOCK": (40, socket.SOCK_STREAM),
    "AF_XDP": (44, socket.SOCK_RAW),
}


def names(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir()) if Path(folder).is_dir() else []


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def tried(act: Callable[[], object]) -> str:
    """Do something and tell how it ended."""
    try:
        act()
    except OSError as error:
        return type(error).__name__ if error.errno is None else os.strerror(error.errno)
    except subprocess.SubprocessError as error:
        return type(error).__name__
    return "done"


def sockets(_folder: Path) -> dict[str, object]:
    found: dict[str, object] = {name: tried(partial(socket.socket, *kind)) for name, kind in FAMILIES.items()}
    found["RAW"] = tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))
    found["pair"] = tried(socket.socketpair)
    found["dns"] = tried(lambda: socket.getaddrinfo("example.org", 443))
    found["interfaces"] = names("/sys/class/net")
    return found


def status(_folder: Path) -> dict[str, object]:
    pairs = (line.partition(":") for line in Path("/proc/self/status").read_text().splitlines())
    wanted = {
        "CapEff",
        "CapPrm",
        "CapBnd",
        "CapInh",
        "CapAmb",
        "NoNewPrivs",
        "Seccomp",
        "Uid",
        "Gid",
        "Groups",
        "NSpid",
    }
    found: dict[str, object] = {name: value.strip() for name, _, value in pairs if name in wanted}
    found["core"] = resource.getrlimit(resource.RLIMIT_CORE)
    found["processes"] = sorted(int(name) for name in names("/proc") if name.isdecimal())
    return found


def calls(_folder: Path) -> dict[str, object]:
    c = ctypes.CDLL(None, use_errno=True)

    def call(name: str, *arguments: object) -> str:
        result = getattr(c, name)(*arguments)
        return "done" if result >= 0 else os.strerror(ctypes.get_errno())

    return {
        "thread": tried(lambda: threading.Thread(target=int).start()),
        "fork": tried(lambda: os.waitpid(_forked(), 0)),
        "exec": tried(lambda: subprocess.run(["/usr/bin/true"], check=True)),
        "ptrace": call("ptrace", PTRACE_TRACEME, 0, 0, 0),
        "unshare": call("unshare", 0x10000000),
        "namespace by clone": call(
            "syscall", 56 if os.uname().machine == "x86_64" else 220, 0x10000000 | 17, 0, 0, 0, 0
        ),
        "mount": call("mount", b"x", b"/tmp", b"tmpfs", 0, None),
        "setns": call("setns", 0, 0),
        "dumpable": call("prctl", 4, 1, 0, 0, 0),
        "tiocsti": call("ioctl", 0, 0x5412, b"x"),
        "clock": call("settimeofday", bytes(16), None),
        "hostname": call("sethostname", b"x", 1),
        "bpf": call("syscall", 321 if os.uname().machine == "x86_64" else 280, 0, 0, 0),
        "io_uring": call("syscall", 425, 1, 0),
    }


def _forked() -> int:
    child = os.fork()
    if child == 0:
        os._exit(0)
    return child


def files(folder: Path) -> dict[str, object]:
    return {
        "own": tried(lambda: (folder / "answer").write_text("kept")),
        "beside": tried((folder.parent / "beside").read_text),
        "program": tried(lambda: Path(__file__).with_name("new").write_text("x")),
        "system": tried(lambda: Path("/usr/new").write_text("x")),
        "root": tried(lambda: Path("/new").write_text("x")),
        "sysctl": tried(lambda: Path("/proc/sys/kernel/core_pattern").write_text("x")),
        "home": tried(lambda: Path("/root/.profile").read_text()),
        "temporary": tried(lambda: Path("/tmp/kiosk-walled-new").write_text("x")),
        "top": names("/"),
        "devices": names("/dev"),
    }


def beside(folder: Path) -> dict[str, object]:
    """Only looks: tests have this done without walls, too."""
    return {"beside": tried((folder.parent / "beside").read_text), "top": names("/")}


def late(folder: Path) -> dict[str, object]:
    """What is mounted on the stick's place after the walls were closed."""
    say("ready")
    sys.stdin.readline()
    return {"stick": sorted(path.name for path in (folder / "stick").iterdir())}


def wait(_folder: Path) -> dict[str, object]:
    """Keep a secret and wait for somebody to look for it, or to kill."""
    secret = bytearray(SECRET)
    say(json.dumps({"at": ctypes.addressof(ctypes.c_char.from_buffer(secret)), "length": len(secret)}))
    signal.pause()
    return {}


ACTS: Final = {act.__name__: act for act in (sockets, status, calls, files, beside, late, wait)}


def main() -> int:
    folder, act = Path(sys.argv[1]), ACTS[sys.argv[2]]
    options = dict(argument.split("=") for argument in sys.argv[3:])
    without = frozenset(Wall(name) for name in options.get("without", "").split(",") if name)
    if "as" in options:
        os.setgroups([])
        os.setresgid(*[int(options["as"])] * 3)
        os.setresuid(*[int(options["as"])] * 3)
        ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # as it would be, had it not been root before
    user = User(uid=int(options["user"]), gid=int(options["user"])) if "user" in options else None
    screen = Screen(system=ScreenSystem.NONE)
    tests = Path(__file__).parents[3]
    tree = window_tree(WindowFiles(seat=folder, screen=screen, more=[str(tests)]))
    plan = SandboxPlan(supervisor=os.getppid(), tree=tree, user=user)

    def window() -> int:
        say(json.dumps(act(folder)))
        return 7

    return launch(plan, window, without=without)


if __name__ == "__main__":
    sys.exit(main())
