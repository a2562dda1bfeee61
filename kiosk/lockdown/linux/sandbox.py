"""The window behind walls: one process that makes them, one that reaps, and the window itself.

Owns the order in which a fresh process becomes a window that can do nothing but show an exam. Refuses to know what the window
is and who wants it. Three processes of one program: the outer one is the supervisor's child and waits; the first of the inner
namespace makes the tree of files and reaps; the third gives up the rest and runs the window. Whichever ends takes those
inside with it, and the outer one ends only when all of them are gone: a seat's lock is free when the window's death is told.

Nothing is executed again on the way: what runs in the window was loaded before the walls were closed, and no program can be
started within.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, NoReturn

from kiosk.lockdown.linux import hardening, namespaces, seccomp
from kiosk.lockdown.linux.hardening import User
from kiosk.lockdown.linux.namespaces import Access, Given, Place, Tree
from kiosk.lockdown.linux.system_calls import Clone
from signing.fields import from_base64, to_base64

SIGNAL_BASE: Final = 128
"""A window that a signal ended gives this and the signal's number, as shells have it."""
NOT_CLOSED: Final = 70
"""EX_SOFTWARE of sysexits.h: the walls could not be made, and no window was shown."""


class Wall(Enum):
    """One thing that holds the window in. All of them stand; a test takes one away to see that it was needed."""

    NETWORK = "network"
    PROCESSES = "processes"
    MESSAGES = "messages"
    FILES = "files"
    CALLS = "calls"
    PRIVILEGES = "privileges"
    DEBUGGING = "debugging"
    CORES = "cores"
    MEMORY = "memory"
    PARENT = "parent"


_NAMESPACES: Final = {
    Wall.NETWORK: Clone.NETWORK,
    Wall.PROCESSES: Clone.PID,
    Wall.MESSAGES: Clone.IPC | Clone.UTS,
}
NO_GAP: Final[frozenset[Wall]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPlan:
    """What the walls are made of.

    Attributes:
        supervisor: process id of the one that starts it.
        tree: all files that exist inside.
        user: whom everything runs as; None: as whom it was started.
        kept: descriptor that the window keeps beside the standard ones; None where there is none.
        namespaces: whether this machine can make them; where it cannot, the other walls stand all the same.
        starts_programs: what runs inside may start programs of the system: an input method, and never a window.
    """

    supervisor: int
    tree: Tree
    user: User | None = None
    kept: int | None = None
    namespaces: bool = True
    starts_programs: bool = False


def launch(plan: SandboxPlan, window: Callable[[], int], *, without: frozenset[Wall] = NO_GAP) -> int:
    """Close the walls, run the window inside and wait for it. To be called in a process with one thread.

    Args:
        plan: what the walls are made of.
        window: runs the window and returns its exit code.
        without: walls that are left out: for tests, and nothing in the product gives any.

    Returns:
        The window's exit code; ``SIGNAL_BASE`` and the number of the signal that ended it; ``NOT_CLOSED``.
    """
    hardening.raise_memory_limit()
    if not plan.namespaces:
        without |= {*_NAMESPACES, Wall.FILES}
    try:
        kinds = Clone(0)
        for wall, kind in _NAMESPACES.items():
            kinds |= Clone(0) if wall in without else kind
        if plan.namespaces:
            namespaces.leave(kinds)
        # Before the first fork: from here on a supervisor that ends takes all of them with it.
        if Wall.PARENT not in without:
            hardening.die_with(plan.supervisor)
    except OSError as error:
        return _not_closed(error)
    alive, held = os.pipe()
    first = os.fork()
    if first == 0:
        os.close(held)
        _run_and_exit(lambda: _first_process(plan, window, without, alive))
    os.close(alive)
    return _outer(plan, first, without)


def _outer(plan: SandboxPlan, first: int, without: frozenset[Wall]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: _kill(first))
    _let_go(plan)
    try:
        _give_up(plan, without)
        if Wall.PARENT not in without:
            hardening.die_with(plan.supervisor)  # becoming another user forgets it
    except OSError as error:
        _kill(first)
        _not_closed(error)
    return _code_of(_wait_for(first))


def _first_process(plan: SandboxPlan, window: Callable[[], int], without: frozenset[Wall], alive: int) -> int:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    owner = (plan.user.uid, plan.user.gid) if plan.user is not None else (os.getuid(), os.getgid())
    try:
        if Wall.FILES not in without:
            # Here and not before: the outer process keeps the machine's files, by whose help it gives up its own rights.
            namespaces.leave(Clone.MOUNT)
            namespaces.make_root(plan.tree, owner=owner)
        child = os.fork()
        if child == 0:
            _run_and_exit(lambda: _window_process(plan, window, without))
        _let_go(plan)
        _give_up(plan, without)
        if Wall.PARENT not in without:
            _die_with_outer(alive)
    except OSError as error:
        return _not_closed(error)
    return _code_of(_wait_for(child))


def _window_process(plan: SandboxPlan, window: Callable[[], int], without: frozenset[Wall]) -> int:
    parent = os.getppid()
    try:
        _give_up(plan, without)
        if Wall.PARENT not in without:
            hardening.die_with(parent)
        if Wall.MEMORY not in without:
            hardening.keep_memory()
        if Wall.CALLS not in without:
            seccomp.install_here(starts_programs=plan.starts_programs)
    except OSError as error:
        return _not_closed(error)
    return window()


def _give_up(plan: SandboxPlan, without: frozenset[Wall]) -> None:
    """What all three give up: nobody inside or around the walls keeps a right that the window has lost."""
    if Wall.PRIVILEGES not in without:
        hardening.give_up_privileges(plan.user)
    elif plan.user is not None:
        hardening.become(plan.user)
    hardening.leave_no_core(cores=Wall.CORES in without, readable=Wall.DEBUGGING in without)


def _die_with_outer(alive: int) -> None:
    """The parent is in another namespace and has no number here: whether it lives, the pipe says that only it holds."""
    hardening.die_with(os.getppid())
    os.set_blocking(alive, False)
    try:
        ended = os.read(alive, 1) == b""
    except BlockingIOError:
        ended = False
    if ended:
        raise ProcessLookupError("the outer process has ended")


def _let_go(plan: SandboxPlan) -> None:
    """Only the window keeps its way to the supervisor: that it closes means that the window is gone."""
    if plan.kept is not None:
        os.close(plan.kept)


def _kill(first: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(first, signal.SIGKILL)


def _wait_for(child: int) -> int:
    """Reap whatever ends until the child has; return its status."""
    while True:
        ended, status = os.wait()
        if ended == child:
            return status


def _code_of(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else SIGNAL_BASE - code


def _run_and_exit(run: Callable[[], int]) -> NoReturn:
    """Nothing of the process that was forked may run twice: no handler at its end, no buffer written again."""
    code = NOT_CLOSED
    try:
        code = run()
    except Exception:  # noqa: BLE001 - the last line of a process: it is said, and it ends
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _not_closed(error: OSError) -> int:
    sys.stderr.write(f"the exam window was not started: {error.strerror or error}\n")
    return NOT_CLOSED


def encode_plan(plan: SandboxPlan, words: Sequence[str]) -> bytes:
    """Return a plan, and what the window is told, for the process that carries it out."""
    tree = plan.tree
    return json.dumps(
        {
            "given": [[each.path, to_base64(each.data)] for each in tree.given],
            "homes": tree.homes,
            "kept": plan.kept,
            "links": tree.links,
            "namespaces": plan.namespaces,
            "programs": plan.starts_programs,
            "places": [[each.path, each.access.value] for each in tree.places],
            "supervisor": plan.supervisor,
            "user": None if plan.user is None else [plan.user.uid, plan.user.gid, *plan.user.groups],
            "words": list(words),
        }
    ).encode()


def decode_plan(data: bytes) -> tuple[SandboxPlan, tuple[str, ...]]:
    """Read what ``encode_plan`` of the same program wrote: it comes from the supervisor and nobody else."""
    body: dict[str, Any] = json.loads(data)
    user = body["user"]
    tree = Tree(
        places=tuple(Place(path=path, access=Access(access)) for path, access in body["places"]),
        links=tuple((name, target) for name, target in body["links"]),
        given=tuple(Given(path=path, data=from_base64(text, place=path)) for path, text in body["given"]),
        homes=tuple(body["homes"]),
    )
    plan = SandboxPlan(
        supervisor=body["supervisor"],
        tree=tree,
        user=None if user is None else User(uid=user[0], gid=user[1], groups=tuple(user[2:])),
        kept=body["kept"],
        namespaces=body["namespaces"],
        starts_programs=body["programs"],
    )
    return plan, tuple(body["words"])
