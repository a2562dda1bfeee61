"""From what was noticed to what is written down and follows: one pure function of observation, rules and recent history.

Owns what keeps an incident log readable and a candidate undisturbed: strokes that did nothing are counted by the minute, a cause
that comes and goes is told once and then counted, a device that is back at once was never away, and what a machine does while it
wakes up is no escape. Refuses to know who notices, and how a consequence is carried out. All times are ``Reading.awake_ms``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from kiosk.lockdown.facts import Preset
from kiosk.lockdown.grading import consequence_of
from kiosk.lockdown.incidents import Consequence, IncidentKind, Observation
from kiosk.lockdown.readings import Reading

MERGE_MS: Final = 60_000
"""A cause that comes again within a minute is the same one."""
OFTEN: Final = 60
"""So many blocked strokes in a minute are no slips any more: somebody tries, or a key is stuck."""
RETURN_MS: Final = 3_000
"""A device that is back within two seconds was enumerated anew: hubs and docks do it by themselves. Looks are half a second
apart, and one may be late."""
REPROBE_MS: Final = 10_000
"""Displays take longer: some say that they are gone until they have woken up."""
SETTLING_MS: Final = 10_000
"""After the machine woke up, windows, focus and grabs come back one after the other."""
SLEPT_MS: Final = 2_000
"""The two monotonic clocks are not read in the same instant; a shorter gap is none."""
NAMES_A_KIND: Final = 50
"""So many causes of one kind are told apart at a time; what comes beyond is one cause more."""

COUNTED: Final = frozenset({IncidentKind.KEYS_BLOCKED, IncidentKind.POINTER_BLOCKED, IncidentKind.DRAG_BLOCKED})
"""Nothing happened: they are told when the minute is over, with their number."""

CAUSES: Final[Mapping[IncidentKind, str]] = {
    IncidentKind.OPERATION_DRIFTED: "operation",
    IncidentKind.KEYS_BLOCKED: "combination",
    IncidentKind.POINTER_BLOCKED: "button",
    IncidentKind.INPUT_INJECTED: "device",
    IncidentKind.INPUT_DEVICE_ADDED: "device",
    IncidentKind.INPUT_DEVICE_REMOVED: "device",
    IncidentKind.GRAB_LOST: "",
    IncidentKind.HOOK_LOST: "hook",
    IncidentKind.LAYOUT_CHANGED: "to",
    IncidentKind.FOCUS_LOST: "program",
    IncidentKind.FOREIGN_WINDOW: "program",
    IncidentKind.WINDOW_MOVED: "",
    IncidentKind.CONSOLE_SWITCHED: "console",
    IncidentKind.REMOTE_SESSION: "what",
    IncidentKind.ASSISTIVE_CLIENT: "program",
    IncidentKind.CLIPBOARD_WRITTEN: "selection",
    IncidentKind.CLIPBOARD_EMPTIED: "selection",
    IncidentKind.DRAG_BLOCKED: "",
    IncidentKind.CAPTURE_GUARD_FAILED: "reason",
    IncidentKind.CAPTURE_SUSPECTED: "program",
    IncidentKind.DISPLAY_ADDED: "display",
    IncidentKind.DISPLAY_REMOVED: "display",
    IncidentKind.DISPLAY_CHANGED: "display",
    IncidentKind.DISPLAY_UNKNOWN: "display",
    IncidentKind.NETWORK_UP: "interface",
    IncidentKind.NETWORK_DOWN: "interface",
    IncidentKind.WIRELESS_FOUND: "interface",
    IncidentKind.USB_STORAGE_ADDED: "device",
    IncidentKind.USB_DEVICE_ADDED: "device",
    IncidentKind.USB_DEVICE_REMOVED: "device",
    IncidentKind.PROCESS_UNKNOWN: "program",
    IncidentKind.PROCESS_FORBIDDEN: "program",
    IncidentKind.PROCESS_ENDED: "program",
    IncidentKind.DEBUGGER_FOUND: "program",
    IncidentKind.POWER_LOST: "",
    IncidentKind.FILES_CHANGED: "file",
    IncidentKind.ENVIRONMENT_CHANGED: "variable",
}
"""Kinds whose cause may come and go, and the piece of evidence that names the cause. Every other incident stands for itself."""

_RETURNS: Final[Mapping[IncidentKind, tuple[IncidentKind, int]]] = {
    IncidentKind.INPUT_DEVICE_ADDED: (IncidentKind.INPUT_DEVICE_REMOVED, RETURN_MS),
    IncidentKind.USB_DEVICE_ADDED: (IncidentKind.USB_DEVICE_REMOVED, RETURN_MS),
    IncidentKind.DISPLAY_ADDED: (IncidentKind.DISPLAY_REMOVED, REPROBE_MS),
}
_GOES: Final = frozenset(gone for gone, _ in _RETURNS.values())
_SETTLES: Final = frozenset({IncidentKind.FOCUS_LOST, IncidentKind.WINDOW_MOVED, IncidentKind.GRAB_LOST})
_COVERS: Final = frozenset({Consequence.PAUSE, Consequence.LOCK})
_ORDER: Final = tuple(Consequence)
_OTHERS: Final = "others"

_Key: TypeAlias = tuple[IncidentKind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a seat judges.

    Attributes:
        preset: how strict it is.
        wishes: what the site says instead, for single kinds.
    """

    preset: Preset
    wishes: Mapping[IncidentKind, Consequence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something to be written down, and what follows from it."""

    kind: IncidentKind
    consequence: Consequence
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A cause that is told, and may come again.

    Attributes:
        since_ms: when its minute began.
        consequence: what followed from it; the screen is covered until ``opened`` where that is a pause or a lock.
        untold: how often it was there since it was told.
        evidence: of the last time.
    """

    since_ms: int
    consequence: Consequence
    untold: int
    evidence: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is remembered of what was noticed.

    Attributes:
        causes: of late, by kind and name.
        gone: when a device or display went, by kind and name.
        asleep_ms: how long the machine has slept since it started, when it was last read; None before the first reading.
        woke_ms: when it last woke up; None if it did not.
        strokes: how many strokes were blocked in this minute.
        strokes_since_ms: when this minute began.
        often_told: that they are many was told in this minute.
    """

    causes: Mapping[_Key, Cause] = field(default_factory=dict)
    gone: Mapping[_Key, int] = field(default_factory=dict)
    asleep_ms: int | None = None
    woke_ms: int | None = None
    strokes: int = 0
    strokes_since_ms: int = 0
    often_told: bool = False


def judge(
    history: History, observation: Observation, now: Reading, rules: Rules
) -> tuple[History, tuple[Incident, ...]]:
    """Return what is remembered after an observation, and what is to be written down now; often nothing."""
    history = _after_sleep(history, now)
    kind, evidence = observation.kind, observation.evidence
    if kind not in CAUSES:
        return history, (
            Incident(kind=kind, consequence=_consequence(history, observation, now, rules), evidence=evidence),
        )
    key = _key(history, observation)
    if kind in COUNTED:
        return _counted(history, key, observation, now, rules)
    consequence = _consequence(history, observation, now, rules)
    if kind in _GOES:
        history = replace(history, gone=_recent({**history.gone, key: now.awake_ms}, now))
    cause = history.causes.get(key)
    if cause is not None and _ORDER.index(consequence) <= _ORDER.index(cause.consequence):
        again = replace(cause, untold=cause.untold + 1, evidence=evidence)
        return replace(history, causes={**history.causes, key: again}), ()
    untold = 0 if cause is None else cause.untold
    told = Cause(since_ms=now.awake_ms, consequence=consequence, untold=untold, evidence=evidence)
    incident = Incident(kind=kind, consequence=consequence, evidence=evidence)
    return replace(history, causes={**history.causes, key: told}), (incident,)


def due(history: History, now: Reading, rules: Rules) -> tuple[History, tuple[Incident, ...]]:
    """Return what is to be written down because a minute is over. To be asked about once a second, and at the end."""
    history = _after_sleep(history, now)
    causes: dict[_Key, Cause] = {}
    incidents: list[Incident] = []
    for key, cause in history.causes.items():
        if now.awake_ms - cause.since_ms < MERGE_MS:
            causes[key] = cause
            continue
        if cause.untold:
            incidents.append(_summed(key, cause, rules))
        if cause.consequence in _COVERS or (cause.untold and key[0] not in COUNTED):
            causes[key] = replace(cause, since_ms=now.awake_ms, untold=0)
    return replace(history, causes=causes, gone=_recent(history.gone, now)), tuple(incidents)


def rest(history: History, rules: Rules) -> tuple[History, tuple[Incident, ...]]:
    """Return what was counted and is not told yet: the log is wanted, and nothing may be missing from it."""
    incidents = tuple(_summed(key, cause, rules) for key, cause in history.causes.items() if cause.untold)
    causes = {key: replace(cause, untold=0) for key, cause in history.causes.items() if key[0] not in COUNTED}
    return replace(history, causes=causes), incidents


def opened(history: History) -> History:
    """Return what is remembered after a cover was taken away: what comes again now, covers the screen again."""
    causes = {key: cause for key, cause in history.causes.items() if cause.consequence not in _COVERS}
    return replace(history, causes=causes)


def _counted(
    history: History, key: _Key, observation: Observation, now: Reading, rules: Rules
) -> tuple[History, tuple[Incident, ...]]:
    number = _number(observation.evidence.get("count", ""))
    usual = consequence_of(observation.kind, rules.preset, rules.wishes)
    before = history.causes.get(key)
    if before is None:
        before = Cause(since_ms=now.awake_ms, consequence=usual, untold=0, evidence=observation.evidence)
    history = replace(history, causes={**history.causes, key: replace(before, untold=before.untold + number)})
    if observation.kind is not IncidentKind.KEYS_BLOCKED:
        return history, ()
    if not history.strokes or now.awake_ms - history.strokes_since_ms >= MERGE_MS:
        history = replace(history, strokes=0, strokes_since_ms=now.awake_ms, often_told=False)
    history = replace(history, strokes=history.strokes + number)
    if history.strokes < OFTEN or history.often_told:
        return history, ()
    seconds = max(1, (now.awake_ms - history.strokes_since_ms + 999) // 1_000)
    kind = IncidentKind.KEYS_BLOCKED_OFTEN
    often = Incident(
        kind=kind,
        consequence=consequence_of(kind, rules.preset, rules.wishes),
        evidence={"count": str(history.strokes), "seconds": str(seconds)},
    )
    return replace(history, often_told=True), (often,)


def _summed(key: _Key, cause: Cause, rules: Rules) -> Incident:
    kind, _ = key
    evidence = {**cause.evidence, "count": str(cause.untold)}
    # Behind a cover, and for a cause that was told already, it is only for the record.
    consequence = consequence_of(kind, rules.preset, rules.wishes) if kind in COUNTED else Consequence.NOTE
    return Incident(kind=kind, consequence=consequence, evidence=evidence)


def _consequence(history: History, observation: Observation, now: Reading, rules: Rules) -> Consequence:
    kind = observation.kind
    usual = consequence_of(kind, rules.preset, rules.wishes)
    if _is_back(history, observation, now):
        return Consequence.NOTE
    if kind in _SETTLES and history.woke_ms is not None and now.awake_ms - history.woke_ms < SETTLING_MS:
        return min(usual, Consequence.WARN, key=_ORDER.index)
    return usual


def _is_back(history: History, observation: Observation, now: Reading) -> bool:
    if observation.kind not in _RETURNS:
        return False
    went, within_ms = _RETURNS[observation.kind]
    since = history.gone.get((went, observation.evidence.get(CAUSES[went], "")))
    return since is not None and now.awake_ms - since <= within_ms


def _after_sleep(history: History, now: Reading) -> History:
    asleep = now.since_boot_ms - now.awake_ms
    if history.asleep_ms is not None and asleep - history.asleep_ms >= SLEPT_MS:
        return replace(history, asleep_ms=asleep, woke_ms=now.awake_ms)
    # The least that was ever read is the truest: what is more was a pause between two readings.
    return replace(history, asleep_ms=asleep if history.asleep_ms is None else min(asleep, history.asleep_ms))


def _key(history: History, observation: Observation) -> _Key:
    kind = observation.kind
    name = observation.evidence.get(CAUSES[kind], "")
    if (kind, name) not in history.causes and sum(1 for known, _ in history.causes if known is kind) >= NAMES_A_KIND:
        return kind, _OTHERS
    return kind, name


def _recent(gone: Mapping[_Key, int], now: Reading) -> dict[_Key, int]:
    return {key: since for key, since in gone.items() if now.awake_ms - since <= REPROBE_MS}


def _number(text: str) -> int:
    """A count that another process says: nothing else than a small number is believed."""
    return min(int(text), 1_000) if text.isascii() and text.isdigit() and len(text) <= 9 else 1
