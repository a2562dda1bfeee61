"""The escapes that go over an X server: each is tried by a stranger, on the exam's own window, and what came of it is looked at.

Owns what is tried and how it is judged. Refuses to know Qt: the window is asked through ``ShownWindow``. Switching to another
console is not tried: where it succeeds, nothing here could switch back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from exam_packages.ids import UtcMs
from kiosk.lockdown.facts import Concern, Probe
from kiosk.lockdown.readings import Monitor, Reading
from kiosk.lockdown.x11.connection import XServer
from kiosk.lockdown.x11.outputs import outputs_of
from kiosk.lockdown.x11.windows import ForeignWindows
from kiosk.readiness.checks import Check, Finding, escape, failed, not_possible, ok
from kiosk.readiness.shown_window import ShownWindow, WindowState
from kiosk.readiness.x11_stranger import MIDDLE, Stranger

TYPED: Final = "exam"
AFTER: Final = "z7"
"""Typed last: once it is there, whatever came before it has been."""
STRANGE_TEXT: Final = "from another program"
SYSTEM_KEYS: Final = (
    "Super",
    "Alt+Tab",
    "Alt+F4",
    "Alt+space",
    "Alt+Escape",
    "Control+Escape",
    "Control+Alt+t",
    "Menu",
    "Print",
    "Alt+Print",
    "F1",
    "F10",
    "F11",
)
_TURNS: Final = 40
_NOTICED_TURNS: Final = 10
_TURN_MS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that takes part.

    Attributes:
        stranger: another program on the server.
        server: for looking, as the supervisor does.
        window: the exam's.
        promised: what the capability table says, by concern.
        pause: waits so many milliseconds.
    """

    stranger: Stranger
    server: XServer
    window: ShownWindow
    promised: Mapping[Concern, Probe]
    pause: Callable[[int], None]

    def typed(self) -> str:
        """Type something last and return all that has come to the window's field before it; empty where that never came."""
        self.stranger.write(AFTER)
        for _ in range(_TURNS):
            text = self.window.state().text
            if text.endswith(AFTER):
                return text.removesuffix(AFTER) or _NOTHING
            self.pause(_TURN_MS)
        return ""


_NOTHING: Final = "\0"


def x11_checks(stage: Stage) -> tuple[Check, ...]:
    """Return the checks, in order: the first shows that keys come through at all."""
    tries: Sequence[tuple[str, str, Callable[[Stage], Finding]]] = (
        ("input/typing", "Typing into the exam", typing),
        ("input/system-keys", "Keys of the system", system_keys),
        ("windows/stranger", "A window of another program", strange_window),
        ("input/candidates", "The small window of an input method", candidates),
        ("clipboard/in", "Pasting from another program", pasting),
        ("clipboard/out", "Copying to another program", copying),
        ("capture/screen", "Reading the screen", capture),
        ("displays/one", "A second display", displays),
    )
    return tuple(
        Check(name=name, tries=words, run=lambda run=run: run(stage), is_quick=False)  # type: ignore[misc]  # bound per loop
        for name, words, run in tries
    )


def typing(stage: Stage) -> Finding:
    """Keys that are pressed come to the exam, as the ones they are."""
    stage.window.clear()
    if not stage.stranger.write(TYPED):
        return not_possible("This keyboard has no Latin letters to try with.")
    found = stage.typed()
    if found == TYPED:
        return ok("What was typed on the keyboard's own way came to the exam as it was typed.")
    if not found:
        return failed(
            "Keys that are pressed do not come to the exam.", "Look what holds the keyboard; use another seat."
        )
    return failed(f"Other characters came than were typed: {_shown(found)!r}.", "Set the keyboard layout of this seat.")


def system_keys(stage: Stage) -> Finding:
    """No key of the system does anything, and none comes to another program that waits for it."""
    window = stage.stranger.show("waits for keys", over=True, place=(0, 0, 8, 8))
    try:
        stage.window.clear()
        stage.stranger.take_focus(window)
        pressed = [keys for keys in SYSTEM_KEYS if stage.stranger.press(keys)]
        after = stage.typed()
        leaked = stage.stranger.keys_received()
    finally:
        stage.stranger.hide(window)
    state = stage.window.state()
    wrong = _wrong(state, leaked=leaked, came=bool(after))
    said = f"{len(pressed)} combinations of the system's were pressed."
    promised = stage.promised.get(Concern.SYSTEM_KEYS)
    return escape(got_out=bool(wrong), saw=f"{said} {wrong or _NONE_DID}", promised=promised)


_NONE_DID: Final = "None did anything, and none came to another program."


def _wrong(state: WindowState, *, leaked: int, came: bool) -> str:
    wrong = [
        words
        for words, holds in (
            (f"Another program got {leaked} of the keys.", leaked > 0),
            ("Afterwards no key came to the exam.", not came),
            ("Afterwards the exam did not fill the screen.", not state.fills),
            ("A window of the exam's own program had opened.", state.popups > 0),
        )
        if holds
    ]
    return " ".join(wrong)


def strange_window(stage: Stage) -> Finding:
    """A window of another program is noticed within half a second, and gets no key."""
    process = stage.window.process
    monitor = ForeignWindows(stage.server, lambda pid: pid == process)
    monitor.poll(_NOW)
    width, height = stage.stranger.size
    window = stage.stranger.show(
        "Notes for the exam", over=False, place=(width // 4, height // 4, width // 3, height // 3)
    )
    try:
        stage.window.clear()
        stage.stranger.take_focus(window)
        was_noticed = _noticed(stage, monitor)
        stage.stranger.write(TYPED)
        came = stage.typed() == TYPED
        leaked = stage.stranger.keys_received()
    finally:
        stage.stranger.hide(window)
    if leaked or not came:
        saw = (
            f"Keys went to a window of another program ({leaked})." if leaked else "No key came to the exam beside it."
        )
        return failed(saw, "Do not give an exam here: nothing holds the keyboard. Use no window manager.")
    saw = "Another program showed a window; keys went on coming to the exam."
    return escape(got_out=True, was_noticed=was_noticed, saw=saw, promised=stage.promised.get(Concern.APP_SWITCHING))


def _noticed(stage: Stage, monitor: Monitor) -> bool:
    for _ in range(_NOTICED_TURNS):
        if monitor.poll(_NOW):
            return True
        stage.pause(_TURN_MS)
    return False


def candidates(stage: Stage) -> Finding:
    """A small window that comes and goes beside the text, as an input method's does, takes no key away."""
    width, height = stage.stranger.size
    stage.window.clear()
    typed = ""
    for character in TYPED:
        window = stage.stranger.show("candidates", over=True, place=(width // 2, height // 2, 120, 40))
        stage.stranger.write(character)
        stage.stranger.hide(window)
        typed += character
    found = stage.typed()
    leaked = stage.stranger.keys_received()
    if found == typed and not leaked:
        return ok("Small windows came and went while somebody typed; every key came to the exam.")
    return failed(
        f"While small windows came and went, {_shown(found)!r} came to the exam.", "Use no input method here."
    )


def pasting(stage: Stage) -> Finding:
    """What another program has in its clipboards does not come into the exam by any key or button."""
    stage.window.clear()
    owner = stage.stranger.own(STRANGE_TEXT)
    try:
        for keys in ("Control+v", "Shift+Insert", "Control+Shift+v"):
            stage.stranger.press(keys)
            stage.stranger.serve(_TURN_MS * 4)
        width, height = stage.stranger.size
        stage.stranger.click(MIDDLE, width // 2, height // 2)
        stage.stranger.serve(_TURN_MS * 4)
        stage.stranger.serve(_TURN_MS)
        found = stage.typed()
    finally:
        stage.stranger.hide(owner)
    if not found:
        return failed("After pasting no key came to the exam.", "Do not give an exam here.")
    got_in = _shown(found) != ""
    saw = f"{_shown(found)!r} came in." if got_in else "Nothing came in by keys or by the middle button."
    return escape(got_out=got_in, saw=saw, promised=stage.promised.get(Concern.CLIPBOARD))


def copying(stage: Stage) -> Finding:
    """What is selected and copied in the exam cannot be had by another program."""
    stage.window.clear()
    stage.stranger.write(TYPED)
    if not stage.typed():
        return failed("No key came to the exam.", "Look what holds the keyboard.")
    for keys in ("Control+a", "Control+c", "Control+Insert"):
        stage.stranger.press(keys)
    stage.pause(_TURN_MS * 2)
    found = stage.stranger.read_selections()
    saw = (
        "Another program could read what was copied."
        if TYPED in found
        else "Another program got nothing of what was copied."
    )
    return escape(got_out=TYPED in found, saw=saw, promised=stage.promised.get(Concern.CLIPBOARD))


def capture(stage: Stage) -> Finding:
    """Ask the server for pixels, as a program that takes pictures of the screen does."""
    got_out = bool(stage.stranger.picture())
    saw = "Another program on this server can read the screen." if got_out else "The server gives nobody a picture."
    return escape(got_out=got_out, saw=saw, promised=stage.promised.get(Concern.SCREEN_CAPTURE))


def displays(stage: Stage) -> Finding:
    """Count the displays that show something."""
    nothing: list[str] = []
    lit = stage.server.look(
        lambda: [each.display.name for each in outputs_of(stage.server) if each.display.is_active], nothing
    )
    if not lit:
        return not_possible("This X server does not say which displays it has.")
    if len(lit) == 1:
        return ok(f"One display shows something: {lit[0]}.")
    return failed(
        f"{len(lit)} displays show something: {', '.join(lit)}.", "Unplug the others, or start the sitting locked down."
    )


def _shown(found: str) -> str:
    return found.replace(_NOTHING, "")


_NOW: Final = Reading(wall=UtcMs(0), awake_ms=0, since_boot_ms=0)  # the monitor of windows looks at no clock
