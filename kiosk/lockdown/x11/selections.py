"""Who owns X's selections: what another program has put there could be pasted, what is there could be read.

Owns the watch. Refuses to read what a selection holds: it may be a candidate's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import xcffib.xfixes

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.x11.connection import RawInput, SelectionTaken, XServer, program_of
from kiosk.lockdown.x11.windows import IsOurs

WATCHED: Final = ("CLIPBOARD", "PRIMARY", "SECONDARY")


class ForeignSelections:
    """Notices programs that are not the exam's and own a selection, also for a moment between two looks."""

    name = "x11/selections"
    concern = Concern.CLIPBOARD

    def __init__(self, server: XServer, is_ours: IsOurs) -> None:
        self._server = server
        self._is_ours = is_ours
        self._taken: list[tuple[str, int]] = []
        self._owners: dict[str, int] = {}
        self._names: dict[int, str] = {}
        server.look(self._select, None)

    def probe(self) -> Probe:
        """Tell how much of it is noticed."""
        if not self._server.has("XFIXES"):
            return Probe(
                capability=Capability.UNAVAILABLE,
                reason="This X server does not tell of selections.",
                remedy="Use an X server with the XFIXES extension.",
            )
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="X lets every program own the clipboard; the window takes nothing from it and leaves nothing in it.",
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Return who has taken a selection since the look before."""
        del now
        self._server.look(self._server.take_events, None)
        for atom, name in self._names.items():
            owner = self._server.look(partial(self._owner_of, atom), 0)
            if owner and self._owners.get(name) != owner:
                self._take(name, owner)
            self._owners[name] = owner
        taken, self._taken = self._taken, []
        return [
            Observation(kind=IncidentKind.CLIPBOARD_WRITTEN, evidence={"selection": name, "program": program_of(pid)})
            for name, pid in dict.fromkeys(taken)
        ]

    def _owner_of(self, atom: int) -> int:
        return int(self._server.core.GetSelectionOwner(atom).reply().owner)

    def _select(self) -> None:
        self._names = {self._server.atom(name): name for name in WATCHED}
        if not self._server.has("XFIXES"):
            return
        fixes = self._server.speak(xcffib.xfixes.key)
        fixes.QueryVersion(5, 0).reply()
        mask = xcffib.xfixes.SelectionEventMask.SetSelectionOwner
        for atom in self._names:
            fixes.SelectSelectionInput(self._server.root, atom, mask, is_checked=True).check()
        self._server.listen(self._hear)

    def _hear(self, event: RawInput | SelectionTaken) -> None:
        if not isinstance(event, SelectionTaken):
            return
        name = self._names.get(event.selection)
        if name is not None:
            self._owners[name] = event.owner
            if event.owner:
                self._take(name, event.owner)

    def _take(self, name: str, owner: int) -> None:
        pid = self._server.look(lambda: self._server.pid_of(owner), 0)
        if not self._is_ours(pid):
            self._taken.append((name, pid))
