"""What a Wayland compositor does for a seat, concern by concern, and the one thing that is watched of it.

Owns the judgements. Refuses to start a compositor (``preparing`` writes the unit that does).

Source: cage(1); the sources of cage 0.1.4 (``handle_keybinding``: with -s keys switch consoles; nothing else is bound).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from kiosk.lockdown.backends import Backend
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.wayland.compositor import Compositor

CAGE: Final = "cage"
PROGRAMS: Final = ("/usr/bin/cage", "/usr/bin/Xwayland", "/usr/bin/sleep", "/bin/sleep")
"""What runs as the seat's user beside the exam, as ``preparing`` starts it."""
LOOK_MS: Final = 2_000
"""A look is a connection: not at every poll."""

WINDOW_PROBES: Final[Mapping[str, tuple[Concern, Probe]]] = {
    "window/pointer-filter": (Concern.POINTER, Probe(capability=Capability.ENFORCED)),
    "window/private-clipboard": (Concern.CLIPBOARD, Probe(capability=Capability.ENFORCED)),
}
"""What the window does by itself here. It has no grab: Wayland gives none, and a compositor without bindings needs none."""

_PREPARE: Final = "Prepare the seat with `kiosk seat prepare --session cage`."
Ask = Callable[[], Compositor | None]


def wayland_backend(ask: Ask) -> Backend:
    """Return what is known and watched of a compositor.

    Args:
        ask: who listens on the seat's socket now; None: nobody.
    """
    return Backend(
        name="Wayland",
        monitors=(CompositorWatch(ask),),
        further={**WINDOW_PROBES, **compositor_probes(ask())},
    )


def compositor_probes(found: Compositor | None) -> Mapping[str, tuple[Concern, Probe]]:
    """Return what a compositor prevents, by name."""
    return {
        "wayland/one-program": (Concern.APP_SWITCHING, _alone(found)),
        "wayland/no-bindings": (Concern.SYSTEM_KEYS, _bindings(found)),
        "wayland/no-capture": (Concern.SCREEN_CAPTURE, _reached(found, "take pictures of the screen")),
        "wayland/no-typing": (Concern.INJECTED_INPUT, _reached(found, "press keys")),
    }


def _alone(found: Compositor | None) -> Probe:
    unknown = _unknown(found)
    return _reached(found, "show a window over the exam") if unknown is None else unknown


def _bindings(found: Compositor | None) -> Probe:
    unknown = _unknown(found)
    if unknown is not None:
        return unknown
    if found is None or not found.words:
        return _not("What the compositor was started with cannot be read.")
    if _switches_consoles(found.words):
        return _not("The compositor was started so that keys switch to other consoles (-s).")
    nested = _nested(found)
    return nested if nested is not None else Probe(capability=Capability.ENFORCED)


def _reached(found: Compositor | None, what: str) -> Probe:
    """Whoever reaches the socket may do all of it, and the compositor asks nobody."""
    if found is None:
        return _not("No compositor answers.")
    if not found.is_private:
        return _not(f"Other users reach the compositor's socket, and may {what}.")
    nested = _nested(found)
    return nested if nested is not None else Probe(capability=Capability.ENFORCED)


def _nested(found: Compositor) -> Probe | None:
    """What is a window itself holds nobody: keys, pictures and other windows are those of whoever shows it."""
    if found.shown_by is None:
        return _not("Whether the compositor has the displays, or is a window of another screen, cannot be read.")
    if found.shown_by:
        return _not(
            f"The compositor is a window of another screen ({found.shown_by[:100]}), and all of that can be reached."
        )
    return None


def _unknown(found: Compositor | None) -> Probe | None:
    if found is None:
        return _not("No compositor answers.")
    if found.program != CAGE:
        return _not(
            f"The compositor is {found.program or 'not known'}; what its keys do is not known. It is to be {CAGE}."
        )
    return None


def _switches_consoles(words: Sequence[str]) -> bool:
    """Tell whether -s is among the options, also within others (-ds); what stands after -- is the program's."""
    options = words[1 : words.index("--")] if "--" in words else words[1:]
    return any(word.startswith("-") and "s" in word for word in options)


def _not(reason: str) -> Probe:
    return Probe(capability=Capability.UNAVAILABLE, reason=reason, remedy=_PREPARE)


class CompositorWatch:
    """Notices, once, that another compositor has the socket, or that none does."""

    name = "wayland/compositor"
    concern = Concern.APP_SWITCHING

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._first: Compositor | None = None
        self._looked_ms: int | None = None
        self._is_told = False

    def probe(self) -> Probe:
        """It can always be noticed."""
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="Tells when the compositor is another one, or gone; what it shows beside the exam cannot be seen on Wayland.",
            remedy=_PREPARE,
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look, if it is time."""
        if self._is_told or (self._looked_ms is not None and now.since_boot_ms - self._looked_ms < LOOK_MS):
            return ()
        is_first, self._looked_ms = self._looked_ms is None, now.since_boot_ms
        found = self._ask()
        if is_first:
            self._first = found
        if found is not None and found == self._first:
            return ()
        self._is_told = True
        return (Observation(kind=IncidentKind.HOOK_LOST, evidence={"hook": self.name}),)
