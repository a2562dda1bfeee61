"""What the site's signed file says to the supervisor: read from the seat by another process, before the machine is locked down.

Owns that process. It is the user's that the window runs as, so that nothing in the seat's folder becomes root's, and it takes all
that opening a seat needs with it when it ends: the supervisor stays small. The policy's signature is checked there.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from exam_packages.site_policies import SitePolicy, site_policy_body, site_policy_from_fields
from kiosk.clock import SystemClock
from kiosk.errors import NotReady, StorageFault
from signing.canonical import decode, encode
from signing.errors import Refused
from signing.fields import Fields

if TYPE_CHECKING:
    from kiosk.lockdown.linux.hardening import User

POLICY_MAX_BYTES: Final = 1024 * 1024
READING_S: Final = 60
"""So long a seat may take to open: a busy machine checks every file of it."""
_PLACE: Final = "the site's policy"


def site_policy_of(seat: Path, user: User | None) -> SitePolicy | None:
    """Return what the site wants of its seats.

    None where there is no such file, or no seat that could be read: then the window says so, and gives no exam.

    Args:
        seat: the seat's folder.
        user: as whom it is read; None: as whom this process runs.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _read_and_exit(seat, user, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read(POLICY_MAX_BYTES + 1)
    os.waitpid(child, 0)
    return _read(said)


def site_policy_by(command: Sequence[str], seat: Path) -> SitePolicy | None:
    """Return the same, read by a program that is started for it: where processes are not forked.

    Args:
        command: is ``say_policy``.
        seat: the seat's folder.
    """
    try:
        done = subprocess.run(
            [*command, str(seat)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=READING_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return _read(done.stdout[: POLICY_MAX_BYTES + 1])


def say_policy(words: Sequence[str]) -> int:
    """Be that program: read one seat, and write the policy to standard output.

    Args:
        words: the seat's folder.
    """
    if len(words) != 1:
        return 2
    policy = _policy_in(Path(words[0]))
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
    signal.alarm(READING_S)  # whatever lies in the seat's folder: a supervisor waits for nothing there
    try:
        if user is not None:
            from kiosk.lockdown.linux.hardening import become  # noqa: PLC0415 - nowhere else

            become(user)
        policy = _policy_in(seat)
        if policy is not None:
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(encode(site_policy_body(policy)))
    except Exception:  # noqa: BLE001 - the last line of a process: it is said, and it ends
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(0)


def _policy_in(seat: Path) -> SitePolicy | None:
    from kiosk.seat.identity import read_identity  # noqa: PLC0415 - loads a database and keys, in a process of its own
    from kiosk.seat.layout import SeatFolder  # noqa: PLC0415
    from kiosk.seat.parts import assemble  # noqa: PLC0415
    from kiosk.seat.place import this_machine  # noqa: PLC0415
    from kiosk.seat.state import SeatState  # noqa: PLC0415

    layout = SeatFolder(seat)
    try:
        identity = read_identity(layout)
        state = SeatState(layout.state, identity.state_key, only_look=True)
    except StorageFault:
        return None
    try:
        return assemble(layout, identity, state, SystemClock(), this_machine()).holdings.site_policy()
    except (NotReady, Refused, StorageFault):
        return None
    finally:
        state.close()
