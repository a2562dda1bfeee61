"""The accessibility bus: takes sights of what is showing, and says where on the screen a thing is.

The one module that knows ``gi`` and AT-SPI (the D-Bus interfaces of at-spi2-core). A program may end at any moment, in the
middle of an answer too: what cannot be asked any more is left out of the sight, never an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import gi

gi.require_version("Atspi", "2.0")

from gi.repository import Atspi, GLib  # noqa: E402 - the version has to be chosen first

from ui.demo.robot.sight import BUTTON, CHECK, RADIO, SLIDER, TEXT, TOGGLE, NotOnScreenError, Place, Sight, Thing  # noqa: E402

_ROLE_NAMES = {"button": "push button"}
"""Newer versions of at-spi2-core renamed a role; here it has one name."""

_WHOLE = frozenset({BUTTON, CHECK, RADIO, TOGGLE, SLIDER, TEXT})
"""What speaks for its parts, or has none: a screen reader reads the name of a button and not the labels it is made of."""

Handle: TypeAlias = Any
"""An ``Atspi.Accessible``: ``gi`` has no types. Every call asks the program over the bus and may raise ``GLib.Error``."""


class Tree:
    """All programs on the accessibility bus that the environment names."""

    def __init__(self) -> None:
        Atspi.init()
        Atspi.set_timeout(2_000, 10_000)  # ms: for one answer, and for a program that is only starting

    def look(self) -> Sight:
        """Return everything that is showing now."""
        return Sight(tuple(thing for program in self._programs() for thing in _walk(program, depth=0)))

    @staticmethod
    def _programs() -> Iterator[Any]:
        desktop = Atspi.get_desktop(0)
        desktop.set_cache_mask(Atspi.Cache.NONE)
        try:
            programs = [desktop.get_child_at_index(index) for index in range(desktop.get_child_count())]
        except GLib.Error:
            return
        for program in programs:
            if program is not None:
                program.set_cache_mask(Atspi.Cache.NONE)  # what a person sees is what is there now
                yield program

    @staticmethod
    def place(thing: Thing) -> Place:
        """Return where a thing is.

        Raises:
            NotOnScreenError: it has gone.
        """
        try:
            box = thing.handle.get_extents(Atspi.CoordType.SCREEN)
        except GLib.Error:
            raise NotOnScreenError(f"{thing.role} “{thing.name}” has gone") from None
        return Place(x=box.x, y=box.y, width=box.width, height=box.height)

    @staticmethod
    def visible_place(thing: Thing) -> tuple[Place, Place]:
        """Return the part of a thing that no scroll area hides, and the scroll area's own place.

        Raises:
            NotOnScreenError: it has gone.
        """
        whole = Tree.place(thing)
        visible, window = whole, whole
        try:
            above = thing.handle.get_parent()
            while above is not None and above.get_role_name() != "application":
                box = above.get_extents(Atspi.CoordType.SCREEN)
                around = Place(x=box.x, y=box.y, width=box.width, height=box.height)
                narrower = visible.within(around)
                if narrower != visible:
                    visible, window = narrower, around
                above = above.get_parent()
        except GLib.Error:
            raise NotOnScreenError(f"{thing.role} “{thing.name}” has gone") from None
        return visible, window

    @staticmethod
    def text(thing: Thing) -> str:
        """Return what stands in an entry field; the empty text where the thing has none."""
        try:
            text = thing.handle.get_text_iface()
            return "" if text is None else str(Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text)))
        except GLib.Error:
            return ""


def _walk(handle: Handle, *, depth: int) -> Iterator[Thing]:
    try:
        states = frozenset(state.value_nick for state in handle.get_state_set().get_states())
        if "showing" not in states:
            return
        thing = Thing(
            role=_ROLE_NAMES.get(name := handle.get_role_name(), name),
            name=handle.get_name(),
            states=states,
            depth=depth,
            handle=handle,
        )
        count = 0 if thing.role in _WHOLE else handle.get_child_count()
        children = [handle.get_child_at_index(index) for index in range(count)]
    except GLib.Error:
        return
    yield thing
    for child in children:
        if child is not None:
            yield from _walk(child, depth=depth + 1)
