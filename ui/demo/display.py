"""A screen nobody sees: an Xvfb, a session bus and an accessibility bus of one's own, and the environment to use them.

Owns the life of exactly these processes and of one private folder for their sockets. Refuses to know what is shown on the
screen. Nothing of the user's own desktop is used or can be reached: the environment is made anew, not inherited.
"""

from __future__ import annotations

import os
import secrets
import select
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ui.demo.errors import DemoFault
from ui.demo.processes import end_process_group
from ui.demo.waiting import Deadline, NeverCameError, wait_for

READY_WITHIN_S: Final = 30.0
"""An X server on a busy machine with slow disks needs seconds to find its fonts; more than this is a fault."""
MAX_READY_LINE_BYTES: Final = 4096

KEPT_VARIABLES: Final = ("HOME", "LANG", "LANGUAGE", "LC_ALL", "PATH", "TMPDIR", "TZ", "KIOSK_TRACE")
"""What children inherit. Everything else could move a screen, a theme, a plug-in or a bus under the program."""

LAUNCHERS: Final = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
"""Where distributions put the accessibility bus; it is on nobody's PATH."""

NEEDED_PROGRAMS: Final = {"Xvfb": "xvfb", "dbus-daemon": "dbus", "xdotool": "xdotool"}
"""Program → Debian package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenSize:
    """The size of a screen in pixels."""

    width_px: int = 1280
    height_px: int = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """A running screen."""

    environment: Mapping[str, str]
    """The whole environment for programs that show something on it, or look at it."""
    framebuffer: Path
    """What is on the screen now, as a file in XWD form that the server keeps up to date."""


@contextmanager
def private_display(size: ScreenSize | None = None) -> Iterator[Display]:
    """Start a screen and its buses, and end them when the block is left.

    Raises:
        DemoFault: a program is missing, or does not start.
    """
    launcher = require_programs()
    wanted = size or ScreenSize()
    with ExitStack() as stack:
        # A path of a socket may have 107 bytes (unix(7)), so the folder stands directly in the temporary folder.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-", ignore_cleanup_errors=True)))
        environment = _base_environment(folder)
        try:
            environment["DISPLAY"] = _start_x_server(stack, folder, wanted, environment)
            environment["DBUS_SESSION_BUS_ADDRESS"] = _start_session_bus(stack, folder, environment)
            _start_accessibility_bus(stack, launcher, folder, environment)
        except NeverCameError as error:
            raise DemoFault(f"The screen for the demo does not start. {error}.") from None
        yield Display(environment=environment, framebuffer=folder / "screen" / "Xvfb_screen0")


def require_programs() -> str:
    """Return the path of the accessibility bus launcher, after a look that all programs are there.

    Raises:
        DemoFault: names every program that is missing and the package that has it.
    """
    missing = {program: package for program, package in NEEDED_PROGRAMS.items() if shutil.which(program) is None}
    launcher = next((path for path in LAUNCHERS if Path(path).is_file()), "")
    if not launcher:
        missing["at-spi-bus-launcher"] = "at-spi2-core"
    if missing:
        names = ", ".join(sorted(missing))
        packages = " ".join(sorted(missing.values()))
        raise DemoFault(f"Not installed: {names}. On Debian and Ubuntu: apt-get install {packages}")
    return launcher


def _base_environment(folder: Path) -> dict[str, str]:
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {
        "GSETTINGS_BACKEND": "memory",  # the accessibility bus must not ask for the user's own settings
        "LANG": kept.get("LANG", "C.UTF-8"),
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "QT_LOGGING_RULES": "qt.accessibility.atspi.warning=false",  # it tells of every object that has just gone
        "QT_QPA_PLATFORM": "xcb",
        "XAUTHORITY": str(folder / "authority"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_SESSION_TYPE": "x11",
    }


def _start_x_server(stack: ExitStack, folder: Path, size: ScreenSize, environment: Mapping[str, str]) -> str:
    (folder / "screen").mkdir(mode=0o700)
    _write_authority(folder / "authority")
    command = ["Xvfb", "-screen", "0", f"{size.width_px}x{size.height_px}x24", "-fbdir", str(folder / "screen")]
    command += ["-auth", str(folder / "authority"), "-nolisten", "tcp", "-noreset"]
    number = _start_and_read_line(stack, command, "-displayfd", environment)
    return f":{number}"


def _write_authority(path: Path) -> None:
    """Write a cookie that lets its owner in, whatever number the display will have (Xau(3), FamilyWild)."""
    name, cookie = b"MIT-MAGIC-COOKIE-1", secrets.token_bytes(16)
    fields = (b"", b"", name, cookie)  # address, display number, protocol, data
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(struct.pack(">H", 0xFFFF) + b"".join(struct.pack(">H", len(each)) + each for each in fields))


def _start_session_bus(stack: ExitStack, folder: Path, environment: Mapping[str, str]) -> str:
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={folder}/run/bus"]
    return _start_and_read_line(stack, command, "--print-address", environment)


def _start_accessibility_bus(stack: ExitStack, launcher: str, folder: Path, environment: Mapping[str, str]) -> None:
    _start(stack, [launcher, "--launch-immediately"], environment)

    def has_socket() -> bool | None:
        return any((folder / "run" / "at-spi").glob("bus*")) or None

    wait_for(has_socket, what="The accessibility bus", deadline_s=READY_WITHIN_S)


def _start(
    stack: ExitStack, command: Sequence[str], environment: Mapping[str, str], *, pass_fds: Sequence[int] = ()
) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=pass_fds,
        start_new_session=True,  # so that what it starts itself ends with it
    )
    stack.callback(end_process_group, process)
    return process


def _start_and_read_line(stack: ExitStack, command: Sequence[str], option: str, environment: Mapping[str, str]) -> str:
    """Start a server that writes one line to a descriptor once it is ready, and return that line."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        try:
            arguments = (
                [*command, f"{option}={writing}"] if option.startswith("--") else [*command, option, str(writing)]
            )
            process = _start(stack, arguments, environment, pass_fds=(writing,))
        finally:
            os.close(writing)
        return _read_line(pipe.fileno(), process, command[0])


def _read_line(descriptor: int, process: subprocess.Popen[bytes], name: str) -> str:
    deadline, line = Deadline(READY_WITHIN_S), b""
    while not line.endswith(b"\n"):
        readable, _, _ = select.select([descriptor], [], [], deadline.left_s())
        if not readable:
            raise NeverCameError(f"{name}: not within {READY_WITHIN_S:g} s")
        piece = os.read(descriptor, MAX_READY_LINE_BYTES)
        if not piece:
            raise DemoFault(f"{name} does not start (it ended with code {process.wait()}).")
        line += piece
    return line.decode("ascii", "replace").strip()
