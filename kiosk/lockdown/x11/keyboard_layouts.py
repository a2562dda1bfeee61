"""The keyboard layouts that an X server has, which one is in use, and using another.

Owns what the keyboard extension says of groups, and putting the group back that was found. A server holds up to four layouts;
those are the ones that the site set up for the seat, and no others are offered. Refuses to know who chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import xcffib.xkb

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.x11.connection import XReply, XServer, text_of
from signing.canonical import JsonInput
from signing.fields import Fields

CORE_KEYBOARD: Final = 0x100  # XKB protocol: UseCoreKbd
GROUP_NAMES: Final = 1 << 12  # NameDetail.GroupNames
GROUPS_MAX: Final = 4
RULES: Final = "_XKB_RULES_NAMES"
_VERSION: Final = (1, 0)
_LAYOUTS_AT, _VARIANTS_AT = 2, 3  # of rules, model, layouts, variants, options


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyboardLayout:
    """One layout of a keyboard.

    Attributes:
        group: which of the server's.
        code: as in ``us`` or ``de(neo)``; empty where the server does not say.
        name: for people, as the keyboard's description has it: ``English (US)``.
    """

    group: int
    code: str
    name: str


class ServerLayouts:
    """The layouts of one server."""

    def __init__(self, server: XServer) -> None:
        self._server = server
        self._is_there = server.has("XKEYBOARD") and server.look(partial(_begin, server), False)

    def installed(self) -> tuple[KeyboardLayout, ...]:
        """Return them in the server's order; none where it does not tell."""
        nothing: tuple[KeyboardLayout, ...] = ()
        return self._server.look(lambda: _layouts(self._server), nothing) if self._is_there else nothing

    def current(self) -> KeyboardLayout | None:
        """Return the one in use; None where the server does not tell."""
        if not self._is_there:
            return None
        group = self._server.look(lambda: _group(self._server), -1)
        return next((layout for layout in self.installed() if layout.group == group), None)

    def use(self, layout: KeyboardLayout) -> None:
        """Use another one from now on."""
        if self._is_there:
            self._server.look(lambda: _lock_group(self._server, layout.group), None)


class KeyboardGroup:
    """Gives back the layout that was in use: what one candidate chose is not the next one's."""

    name = "x11/keyboard-group"
    concern = Concern.INPUT_DEVICES

    def probe(self, server: XServer) -> Probe:
        """Tell what it does here."""
        if not server.has("XKEYBOARD"):
            return Probe(capability=Capability.UNAVAILABLE, reason="This X server has no keyboard extension.")
        return Probe(capability=Capability.DETECT_ONLY, reason="Gives back the keyboard layout that was in use.")

    def read(self, server: XServer) -> Mapping[str, JsonInput]:
        """Return which one is in use."""
        return {"group": _group(server) if server.has("XKEYBOARD") and _begin(server) else 0}

    def lock(self, server: XServer) -> None:
        """Change nothing: a candidate may choose."""
        del server

    def drift(self, server: XServer) -> str:
        """Whatever is chosen is right."""
        del server
        return ""

    def write(self, server: XServer, found: Fields) -> None:
        """Use the one again that was in use."""
        group = found.integer("group", maximum=GROUPS_MAX - 1)
        found.close()
        if server.has("XKEYBOARD") and _begin(server):
            _lock_group(server, group)


def _begin(server: XServer) -> bool:
    return bool(_speak(server).UseExtension(*_VERSION).reply().supported)


def _speak(server: XServer) -> XReply:
    return server.speak(xcffib.xkb.key)


def _group(server: XServer) -> int:
    return int(_speak(server).GetState(CORE_KEYBOARD).reply().lockedGroup)


def _lock_group(server: XServer, group: int) -> None:
    nothing = (0, 0)
    _speak(server).LatchLockState(CORE_KEYBOARD, *nothing, True, group, *nothing, 0, is_checked=True).check()


def _layouts(server: XServer) -> tuple[KeyboardLayout, ...]:
    atoms = list(_speak(server).GetNames(CORE_KEYBOARD, GROUP_NAMES).reply().groups)[:GROUPS_MAX]
    codes = _codes(server)
    return tuple(
        KeyboardLayout(group=group, code=codes[group] if group < len(codes) else "", name=server.name_of(int(atom)))
        for group, atom in enumerate(atoms)
        if atom
    )


def _codes(server: XServer) -> list[str]:
    """What the layouts are called in the rules that the server's keyboard was made by."""
    reply = server.core.GetProperty(False, server.root, server.atom(RULES), 0, 0, 256).reply()
    parts = b"".join(bytes([each]) if isinstance(each, int) else each for each in reply.value).split(b"\0")
    if len(parts) <= _LAYOUTS_AT:
        return []
    layouts = text_of([parts[_LAYOUTS_AT]]).split(",")
    variants = text_of([parts[_VARIANTS_AT]]).split(",") if len(parts) > _VARIANTS_AT else []
    variants += [""] * (len(layouts) - len(variants))
    return [f"{code}({variant})" if variant else code for code, variant in zip(layouts, variants, strict=False)]
