"""Keyboard layouts of a server that is not there."""

from __future__ import annotations

from kiosk.lockdown.x11.keyboard_layouts import KeyboardLayout

AMERICAN = KeyboardLayout(group=0, code="us", name="English (US)")
GERMAN = KeyboardLayout(group=1, code="de", name="German")
HEBREW = KeyboardLayout(group=2, code="il", name="Hebrew")


class FakeLayouts:
    def __init__(self, *layouts: KeyboardLayout) -> None:
        self._layouts = layouts
        self._in_use = 0

    def installed(self) -> tuple[KeyboardLayout, ...]:
        return self._layouts

    def current(self) -> KeyboardLayout | None:
        return next((layout for layout in self._layouts if layout.group == self._in_use), None)

    def use(self, layout: KeyboardLayout) -> None:
        self._in_use = layout.group
