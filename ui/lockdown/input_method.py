"""The site's input method beside the window: started with the lockdown, ended with it, and made anew after every session.

Owns one process behind walls of its own, and the folder that it shares with the window. What it learned from a candidate is in
its memory, so it is ended when their session is over. Where it does not come up, people type without it, and that is said.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.input_methods import InputMethod, input_method_of
from kiosk.lockdown.linux.environment import Screen, ScreenSystem
from kiosk.lockdown.linux.input_method import (
    ADDRESS,
    SOCKET,
    SOCKET_MAX,
    input_method_environment,
    input_method_tree,
    lacking,
)
from kiosk.lockdown.linux.sandbox import SandboxPlan, encode_plan
from kiosk.lockdown.linux.walls import Machine
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.readings import Reading
from ui.lockdown import launcher
from ui.lockdown.input_method_inside import INPUT_METHOD
from ui.lockdown.options import SessionOptions

NAME: Final = "linux/input-method"
FOLDER: Final = "input"
"""In the supervisor's folder."""
STARTS_MAX: Final = 5
"""So often it is started again within one session; one that always ends is not wanted."""
ENDING_WITHIN_S: Final = 3.0
NOTHING: Final = b"nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodWanted:
    """What is started, and where.

    Attributes:
        name: as the site's file says; empty: none is wanted.
        folder: shared with the window, and nothing else in it.
        screen: where candidates are shown.
        machine: what can be done about walls here.
        untrusted_environment: the supervisor's own.
        command: what makes the walls; empty: this program.
    """

    name: str
    folder: Path
    screen: Screen
    machine: Machine
    untrusted_environment: Mapping[str, str]
    command: Sequence[str] = ()


def service_of(name: str, options: SessionOptions, screen: Screen, machine: Machine) -> InputMethodService:
    """Return an input method beside the windows that are started with these options.

    Args:
        name: as the site's file says.
        options: as for a sitting.
        screen: where the windows are shown.
        machine: what can be done about walls here.
    """
    return InputMethodService(
        MethodWanted(
            name=name,
            folder=options.state / FOLDER,
            screen=screen,
            machine=machine,
            untrusted_environment=options.environment,
            command=options.command,
        )
    )


class InputMethodService:
    """One input method, and starting it again."""

    def __init__(self, wanted: MethodWanted) -> None:
        self._wanted = wanted
        self._method: InputMethod | None = input_method_of(wanted.name)
        self._process: subprocess.Popen[bytes] | None = None
        self._session = ""
        self._starts = 0
        self._is_given_up = False

    @property
    def address(self) -> Path | None:
        """The file by which a window finds it, and that lies in a folder of its own; None where there will be none."""
        return None if self._is_given_up or self.missing() else self._wanted.folder / ADDRESS

    @property
    def is_there(self) -> bool:
        """Whether it has come up, with its engine."""
        try:
            return (self._wanted.folder / ADDRESS).stat().st_size > 0
        except OSError:
            return False

    @property
    def has_ended(self) -> bool:
        """Whether one that was started runs no more."""
        return self._process is not None and self._process.poll() is not None

    def missing(self) -> str:
        """Return why there will be none, in a sentence; empty where there will."""
        wanted = self._wanted
        if self._method is None:
            return f"This version of the program does not know the input method {wanted.name!r}."
        if wanted.screen.system is not ScreenSystem.X11:
            return "An input method is run on an X server only."
        if wanted.machine.namespaces:
            return f"An input method needs walls of its own: {wanted.machine.namespaces}"
        if programs := lacking():
            return f"These programs are not installed: {', '.join(programs)}."
        if len(os.fsencode(wanted.folder / SOCKET)) > SOCKET_MAX:
            return f"The supervisor's folder has a name that is too long for a socket: {wanted.folder}."
        return ""

    def start(self) -> None:
        """Start it. The window may be started at once: before it comes up, it waits until this is there.

        Raises:
            OperationFailed: there can be none here.
        """
        if self._process is not None:
            return
        method, why = self._method, self.missing()
        if method is None or why:
            raise OperationFailed(NAME, why)
        wanted, user = self._wanted, self._wanted.machine.user
        self._is_given_up = True  # until it is started: where it could not be, no window need wait for it
        try:
            self._empty_folder()
            plan = SandboxPlan(
                supervisor=os.getpid(),
                tree=input_method_tree(wanted.folder, wanted.screen, self._authority(), owner=self._owner()),
                user=user,
                starts_programs=True,
            )
            self._process = subprocess.Popen(
                wanted.command or launcher.command(),
                env=input_method_environment(wanted.untrusted_environment, wanted.screen),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                cwd="/",
            )
        except OSError as error:
            raise OperationFailed(NAME, f"it could not be started: {error.strerror or error}") from None
        self._is_given_up = False
        _give(self._process, encode_plan(plan, [INPUT_METHOD, method.engine, str(wanted.folder)]))

    def stop(self) -> None:
        """End it, and all that it has learned with it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()  # the outer process kills the inner ones and waits until the last is gone
        try:
            process.wait(ENDING_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def forget(self) -> None:
        """Take its folder away."""
        shutil.rmtree(self._wanted.folder, ignore_errors=True)

    def tend(self, session: str) -> str:
        """Start it again where it has ended, or where a session is over; return what is to be said about that.

        Args:
            session: the one that runs now; empty: none does.
        """
        over = bool(self._session) and session != self._session
        if session != self._session:
            self._session, self._starts = session, 0
        if self._process is None:
            return ""
        ended = self._process.poll()
        if ended is None and not over:
            return ""
        if ended is not None and self._starts >= STARTS_MAX:
            self._process, self._is_given_up = None, True  # windows that come now need not wait for it
            return "It ends again and again, and is not started any more in this sitting."
        self.stop()
        self._starts += ended is not None
        try:
            self.start()
        except OperationFailed as failure:
            return failure.reason
        return "" if ended is None else f"It had ended ({ended}) and was started again."

    def _empty_folder(self) -> None:
        """The socket of one that was killed is in the way of the next; the file that windows watch stays the same file."""
        folder, user = self._wanted.folder, self._wanted.machine.user
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / SOCKET).unlink(missing_ok=True)
        # Whoever runs behind those walls may write here: root follows no link of theirs, and empties no file but this.
        address = os.open(
            folder / ADDRESS, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600
        )
        try:
            about = os.fstat(address)
            if not stat.S_ISREG(about.st_mode) or about.st_nlink != 1:
                raise OSError(errno.EPERM, "its folder holds something else than it should")
            os.ftruncate(address, 0)
            if user is not None:
                os.fchown(address, user.uid, user.gid)
                os.chown(folder, user.uid, user.gid, follow_symlinks=False)
        finally:
            os.close(address)

    def _owner(self) -> tuple[int, int]:
        user = self._wanted.machine.user
        return (os.getuid(), os.getgid()) if user is None else (user.uid, user.gid)

    def _authority(self) -> Path:
        untrusted = self._wanted.untrusted_environment
        return Path(untrusted.get("XAUTHORITY") or f"{untrusted.get('HOME', '')}/.Xauthority")


class InputMethodOperation:
    """Starts it with the lockdown, and ends it with it.

    Args:
        service: which; None where only what a crash left is put back: it died with its supervisor.
    """

    name = NAME
    concern = Concern.ENVIRONMENT

    def __init__(self, service: InputMethodService | None) -> None:
        self._service = service

    def probe(self) -> Probe:
        """Tell whether there will be one."""
        missing = "There is none to be started." if self._service is None else self._service.missing()
        if missing:
            return Probe(capability=Capability.UNAVAILABLE, reason=missing, remedy="See docs/readiness.md.")
        return Probe(capability=Capability.DETECT_ONLY, reason="The site's input method runs behind walls of its own.")

    def snapshot(self) -> bytes:
        """There is nothing that could be found."""
        return NOTHING

    def apply(self) -> None:
        """Start it."""
        if self._service is not None:
            self._service.start()

    def verify(self) -> str:
        """Its end is no drift of a protection; ``InputMethodWatch`` says it."""
        return ""

    def revert(self, snapshot: bytes) -> None:
        """End it."""
        del snapshot
        if self._service is not None:
            self._service.stop()
            self._service.forget()


class InputMethodWatch:
    """Starts it again, and tells.

    Args:
        service: which.
        session: the one that runs now.
    """

    name = f"{NAME}-watch"
    concern = Concern.ENVIRONMENT

    def __init__(self, service: InputMethodService, session: Callable[[], str]) -> None:
        self._service = service
        self._session = session

    def probe(self) -> Probe:
        """It protects nothing, and has to be asked all the same: a monitor that can do nothing is left out."""
        return Probe(capability=Capability.DETECT_ONLY, reason="An input method that ends is started again, and told.")

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        said = self._service.tend(self._session())
        if not said:
            return ()
        evidence = {"operation": NAME, "concern": self.concern.value, "reason": said[:500]}
        return (Observation(kind=IncidentKind.OPERATION_DRIFTED, evidence=evidence),)


def _give(process: subprocess.Popen[bytes], plan: bytes) -> None:
    if process.stdin is None:
        return
    try:
        process.stdin.write(plan)
        process.stdin.close()
    except BrokenPipeError:
        pass  # it has died already, and that is seen at the next look
