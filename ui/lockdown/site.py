"""What the site's signed file says to the supervisor: read from the seat by another process, before the machine is locked down.

Owns that process. It is the user's that the window runs as, so that nothing in the seat's folder becomes root's, and it takes all
that opening a seat needs with it when it ends: the supervisor stays small. The policy's signature is checked there.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from exam_packages.site_policies import SitePolicy, site_policy_body, site_policy_from_fields
from kiosk.clock import SystemClock
from kiosk.errors import NotReady, StorageFault, StorageFaultKind
from signing.canonical import decode, encode
from signing.errors import Refused
from signing.fields import Fields
from ui.lockdown.errors import SupervisorFault

if TYPE_CHECKING:
    from kiosk.lockdown.linux.hardening import User

POLICY_MAX_BYTES: Final = 1024 * 1024
READING_S: Final = 60
"""So long a seat may take to open: a busy machine checks every file of it."""
_UNREACHABLE: Final = 3
_BUSY: Final = 4
_PLACE: Final = "the site's policy"
_NOT_READ: Final = (
    "nobody could look for the site's file in the seat's folder, so how strict this seat is to be is not known: {why}"
)
_TOO_LONG: Final = "it took longer than {seconds} s"
_TAKEN: Final = "another program has the seat's files open; start again when that has ended"
_FELL: Final = "the process that looks for it failed"


def site_policy_of(seat: Path, user: User | None) -> SitePolicy | None:
    """Return what the site wants of its seats.

    None where there is no such file, or no seat that could be read: then the window says so, and gives no exam.

    Args:
        seat: the seat's folder.
        user: as whom it is read; None: as whom this process runs.

    Raises:
        SupervisorFault: nobody could look. The window sees the seat whoever may reach it, so that is not as if there were none.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _read_and_exit(seat, user, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read(POLICY_MAX_BYTES + 1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != 0:
        late = code == -signal.SIGALRM
        raise SupervisorFault(_NOT_READ.format(why=_TOO_LONG.format(seconds=READING_S) if late else _why(code)))
    return _read(said)


def site_policy_by(command: Sequence[str], seat: Path) -> SitePolicy | None:
    """Return the same, read by a program that is started for it: where processes are not forked.

    Args:
        command: is ``say_policy``.
        seat: the seat's folder.

    Raises:
        SupervisorFault: as there.
    """
    try:
        done = subprocess.run(
            [*command, str(seat)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=READING_S, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise SupervisorFault(_NOT_READ.format(why=_TOO_LONG.format(seconds=READING_S))) from late
    except OSError as error:
        raise SupervisorFault(_NOT_READ.format(why=error.strerror or error)) from error
    if done.returncode != 0:
        raise SupervisorFault(_NOT_READ.format(why=_why(done.returncode)))
    return _read(done.stdout[: POLICY_MAX_BYTES + 1])


def say_policy(words: Sequence[str]) -> int:
    """Be that program: read one seat, and write the policy to standard output.

    Args:
        words: the seat's folder.
    """
    if len(words) != 1:
        return 2
    try:
        policy = _policy_in(Path(words[0]))
    except StorageFault:
        return _BUSY
    if policy is not None:
        sys.stdout.buffer.write(encode(site_policy_body(policy)))
        sys.stdout.buffer.flush()
    return 0


def _read(said: bytes) -> SitePolicy | None:
    if not said:
        return None
    return site_policy_from_fields(Fields(decode(said, place=_PLACE, max_bytes=POLICY_MAX_BYTES), _PLACE))


def _read_and_exit(seat: Path, user: User | None, writing: int) -> None:
    """Nothing of the process that was forked may run twice: no handler at its end, no buffer written again."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(READING_S)  # whatever lies in the seat's folder: a supervisor waits for nothing there
    code = 1
    try:
        read = _reading()
        if user is not None:
            from kiosk.lockdown.linux.hardening import become  # noqa: PLC0415 - nowhere else
            from kiosk.lockdown.linux.window_tree import program_folders  # noqa: PLC0415 - nowhere else

            become(user)
            _refuse_unreachable((*program_folders(), seat))
        policy = read(seat)
        if policy is not None:
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(encode(site_policy_body(policy)))
        code = 0
    except PermissionError:
        code = _UNREACHABLE
    except StorageFault:
        code = _BUSY
    except Exception:  # noqa: BLE001 - the last line of a process: it is said, and it ends
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)


def _refuse_unreachable(folders: Iterable[str | Path]) -> None:
    """The window can open what it is shown, whoever may go there; here a part would be out of reach, and look like damage."""
    for folder in folders:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder):
            pass


def _why(code: int) -> str:
    if code == _UNREACHABLE:
        return "the window's user may not open it or the program's, or a folder on the way"
    return _TAKEN if code == _BUSY else _FELL


def _policy_in(seat: Path) -> SitePolicy | None:
    return _reading()(seat)


def _reading() -> Callable[[Path], SitePolicy | None]:
    """Load what opening a seat needs: a database and keys, in a process of its own.

    What it returns raises a fault that passes by itself: a window that is started later may find a seat that can be read.
    """
    from kiosk.seat.identity import read_identity  # noqa: PLC0415
    from kiosk.seat.layout import SeatFolder  # noqa: PLC0415
    from kiosk.seat.parts import assemble  # noqa: PLC0415
    from kiosk.seat.place import this_machine  # noqa: PLC0415
    from kiosk.seat.state import SeatState  # noqa: PLC0415

    def looked_at(layout: SeatFolder, key: bytes) -> SeatState:
        """A full disk may be emptied while the window waits, and the exam then goes on as the site wants it."""
        try:
            return SeatState(layout.state, key, only_look=True)
        except StorageFault as fault:
            if not fault.kind.leaves_reading:
                raise
            return SeatState(layout.state, key, still=True)

    def read(seat: Path) -> SitePolicy | None:
        layout = SeatFolder(seat)
        try:
            identity = read_identity(layout)
            state = looked_at(layout, identity.state_key)
        except StorageFault as fault:
            if fault.kind is StorageFaultKind.BUSY:
                raise
            return None
        try:
            return assemble(layout, identity, state, SystemClock(), this_machine()).holdings.site_policy()
        except StorageFault as fault:
            if fault.kind is StorageFaultKind.BUSY:
                raise
            return None
        except (NotReady, Refused):
            return None
        finally:
            state.close()

    return read
