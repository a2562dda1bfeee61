"""When the window is started, given up and started again: one pure function of what the supervisor sees.

Owns the times and the counting. Refuses to know processes and sockets: events come in, actions go out. All times are milliseconds
of one monotonic clock that stands still while the machine sleeps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, TypeAlias, assert_never

from kiosk.lockdown.incidents import IncidentKind, Observation

HANG_MS: Final = 2_000
"""A window whose interface has not been alive for so long is hung. It beats every 250 ms."""
OPENING_MS: Final = 30_000
"""So long a window may take until its first beat; a cold disk is slow, and is no fault."""
OFTEN: Final = 3
OFTEN_MS: Final = 5 * 60_000
"""So many deaths in so long are no accident any more: a proctor looks at it before it goes on."""
BREATH_MS: Final = 3_000
"""From then on it is started after a pause: what dies at once must not eat the machine that a proctor is working on."""
BLIND_MS: Final = 1_000
"""A supervisor that was not asked for so long was held up itself, and cannot tell whether the window was."""


RESTART: Final = 75
"""What a window ends with that somebody asked to start again (EX_TEMPFAIL of sysexits.h)."""


class WindowState(Enum):
    """How the window is."""

    DOWN = "down"
    OPENING = "opening"
    UP = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """What the supervisor knows of the window.

    Attributes:
        window: how it is.
        since_ms: when it began to open.
        beat_ms: when it was last heard.
        tick_ms: when the supervisor last looked.
        deaths: when it died, of late.
        proctor_needed: why it may not go on by itself; None where it may.
        hung: it was ended because it hung, and its death is still to come.
        start_ms: when it is to be started again; None where it runs, or nobody wants it.
    """

    window: WindowState = WindowState.DOWN
    since_ms: int = 0
    beat_ms: int = 0
    tick_ms: int = 0
    deaths: tuple[int, ...] = ()
    proctor_needed: IncidentKind | None = None
    hung: bool = False
    start_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Begin:
    """The window is wanted. ``rebooted``: a session was running when the machine went down."""

    rebooted: bool


@dataclass(frozen=True, slots=True)
class Beaten:
    """The window was heard."""


@dataclass(frozen=True, slots=True)
class Died:
    """The window's process has ended without having been told to; ``how`` is its signal or code, in words."""

    how: str


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """The window has ended because whoever sits before it asked it to start again."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Time has passed. To be told at least twice a second."""


@dataclass(frozen=True, slots=True)
class ProctorCleared:
    """A proctor has looked at it."""


Event: TypeAlias = Begin | Beaten | Died | AskedAgain | Looked | ProctorCleared


@dataclass(frozen=True, slots=True)
class StartWindow:
    """Start it."""


@dataclass(frozen=True, slots=True)
class KillWindow:
    """End it without asking; its death will be told as ``Died``."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be written down and judged."""

    observation: Observation


Action: TypeAlias = StartWindow | KillWindow | Notice


def step(state: Supervision, event: Event, now_ms: int) -> tuple[Supervision, tuple[Action, ...]]:
    """Return what the supervisor knows after an event, and what it does."""
    match event:
        case Begin():
            needed = IncidentKind.MACHINE_RESTARTED if event.rebooted else None
            notices = () if needed is None else (_notice(needed),)
            return _opening(replace(state, proctor_needed=needed), now_ms), (*notices, StartWindow())
        case Beaten():
            window = WindowState.DOWN if state.window is WindowState.DOWN else WindowState.UP
            return replace(state, window=window, beat_ms=now_ms), ()
        case Died():
            return _after_death(state, event.how, now_ms)
        case AskedAgain():
            if state.window is not WindowState.UP or state.hung:
                # Nobody can have asked a window that was never there; what ends at once again and again must not eat the machine.
                return _after_death(state, f"code {RESTART}", now_ms)
            return _opening(state, now_ms), (StartWindow(),)
        case Looked():
            return _after_a_look(state, now_ms)
        case ProctorCleared():
            return replace(state, proctor_needed=None, deaths=()), ()
        case _:
            assert_never(event)


def _opening(state: Supervision, now_ms: int) -> Supervision:
    return replace(
        state, window=WindowState.OPENING, since_ms=now_ms, beat_ms=now_ms, tick_ms=now_ms, hung=False, start_ms=None
    )


def _after_death(state: Supervision, how: str, now_ms: int) -> tuple[Supervision, tuple[Action, ...]]:
    if state.window is WindowState.DOWN:
        return state, ()
    kind = IncidentKind.WINDOW_HUNG if state.hung else IncidentKind.WINDOW_DIED
    actions: list[Action] = [_notice(kind, how=how, milliseconds=str(now_ms - state.beat_ms))]
    deaths = (*(death for death in state.deaths if now_ms - death < OFTEN_MS), now_ms)
    needed = state.proctor_needed
    if len(deaths) >= OFTEN and needed is None:
        needed = IncidentKind.WINDOW_DIED_OFTEN
        actions.append(_notice(needed, count=str(len(deaths)), seconds=str((now_ms - deaths[0]) // 1_000)))
    state = replace(state, deaths=deaths, proctor_needed=needed)
    if len(deaths) >= OFTEN:
        return replace(state, window=WindowState.DOWN, hung=False, start_ms=now_ms + BREATH_MS), tuple(actions)
    return _opening(state, now_ms), (*actions, StartWindow())


def _after_a_look(state: Supervision, now_ms: int) -> tuple[Supervision, tuple[Action, ...]]:
    if state.start_ms is not None:
        if now_ms < state.start_ms:
            return replace(state, tick_ms=now_ms), ()
        return _opening(state, now_ms), (StartWindow(),)
    if now_ms - state.tick_ms > BLIND_MS:
        # What was sent meanwhile is still in the socket: it is heard before anybody is called hung.
        return replace(state, tick_ms=now_ms, beat_ms=now_ms, since_ms=max(state.since_ms, state.tick_ms)), ()
    looked = replace(state, tick_ms=now_ms)
    if state.hung or state.window is WindowState.DOWN:
        return looked, ()
    patience, since = (HANG_MS, state.beat_ms) if state.window is WindowState.UP else (OPENING_MS, state.since_ms)
    if now_ms - since <= patience:
        return looked, ()
    return replace(looked, hung=True), (KillWindow(),)


def _notice(kind: IncidentKind, **evidence: str) -> Notice:
    return Notice(Observation(kind=kind, evidence=evidence))
