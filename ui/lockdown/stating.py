"""Signing, with the seat's key, what was put back on its machine.

Owns that act, also for what the system's service has put back. Loaded only when there is something to sign. Nothing in a seat's
folder that is another user's is opened or made by root: the window may have put anything there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

from exam_packages.as_found import GivenBack
from kiosk.clock import Clock
from kiosk.errors import KioskError, StorageFault, StorageFaultKind
from kiosk.lockdown.as_found import as_found
from kiosk.lockdown.engine import Restored, RestoreReport
from kiosk.lockdown.giving_back import Occasion, OthersReport
from kiosk.seat.identity import read_identity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.statements import keep_as_found

SIGNING_S: Final = 30
"""So long a process may take to sign, on a busy machine."""


def state_as_found(seat: Path, report: RestoreReport, because: str, clock: Clock) -> None:
    """Sign a statement and keep it in the seat's folder, for the next result.

    Args:
        seat: the seat's folder.
        report: what became of each operation.
        because: a value of ``GivenBack``.
        clock: what time it is.

    Raises:
        StorageFault: there is no seat here, or it cannot be written.
    """
    _as_its_user(seat, partial(_state_as_found, seat, report, because, clock))


def _state_as_found(seat: Path, report: RestoreReport, because: str, clock: Clock) -> None:
    folder = SeatFolder(seat)
    identity = read_identity(folder)
    key = identity.signing_key.public_key.keyid
    made = clock.utc_ms()
    keep_as_found(
        folder, identity, as_found(report, seat=identity.name, key=key, made=made, because=GivenBack(because))
    )


def state_others(seat: Path, reports: Sequence[OthersReport], clock: Clock) -> None:
    """Sign what somebody else has put back on this machine, as a statement of its own for each occasion.

    Args:
        seat: the seat's folder.
        reports: the oldest first; whatever came of an operation at any time is stated, and the last occasion last.
        clock: what time it is.

    Raises:
        StorageFault: there is no seat here, or it cannot be written.
    """
    by_occasion: dict[Occasion, tuple[Restored, ...]] = {}
    for one in reports:
        before = by_occasion.pop(one.because, ())  # it comes last now
        by_occasion[one.because] = (*before, *one.report.operations)
    for because, operations in by_occasion.items():
        state_as_found(seat, RestoreReport(operations=operations), because.value, clock)


def _as_its_user(seat: Path, sign: Callable[[], None]) -> None:
    """Sign; where this is root and the seat is not, in a process of the seat's user that ends by itself."""
    if sys.platform == "win32" or os.getuid() != 0:
        sign()
        return
    try:
        about = seat.stat()
    except OSError as error:
        raise StorageFault(StorageFaultKind.MISSING, seat, "there is no seat here") from error
    if about.st_uid == 0:
        sign()
        return
    child = os.fork()
    if child == 0:
        _sign_and_exit(sign, uid=about.st_uid, gid=about.st_gid)
    if os.waitpid(child, 0)[1] != 0:
        raise StorageFault(StorageFaultKind.IO, seat, "its user could not sign")


def _sign_and_exit(sign: Callable[[], None], *, uid: int, gid: int) -> NoReturn:
    """Nothing of the process that was forked may run twice: no handler at its end, no buffer written again."""
    import signal  # noqa: PLC0415 - Linux only

    from kiosk.lockdown.linux.hardening import User, become  # noqa: PLC0415

    code = 1
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # whoever started this process may have had it ignored
        signal.alarm(SIGNING_S)  # whatever lies in the folder: nobody waits for it for ever
        become(User(uid=uid, gid=gid))
        sign()
        code = 0
    except KioskError:
        pass  # as the code says: it is stated at the next start
    except Exception:  # noqa: BLE001 - the last line of a process: it is said, and it ends
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)
