"""The escapes that go over the screen of Windows: each is tried by a strange program on the exam's own desktop.

Owns what is tried and how it is judged. Refuses to know Qt and the calls: the window is asked through ``ShownWindow``, the
stranger through ``StrangeProgram``. What nobody has seen on Windows yet is never *ok* (``verification``): under wine some of it
cannot be seen to work, and what cannot be seen to fail proves nothing. Ctrl+Alt+Del and Win+L are not tried: Windows takes the
first from no program, and nothing here could come back from the second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from exam_packages.ids import UtcMs
from exam_packages.readiness_certificates import CheckOutcome
from kiosk.lockdown.facts import Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.readings import Monitor, Reading
from kiosk.lockdown.windows.structs import WDA_EXCLUDEFROMCAPTURE, WDA_MONITOR
from kiosk.lockdown.windows.verification import NOT_VERIFIED, REMEDY, VERIFIED
from kiosk.readiness.checks import Check, Finding, escape, failed, not_possible, ok
from kiosk.readiness.shown_window import ShownWindow

TYPED: Final = "exam"
AFTER: Final = "zw"
"""Typed last: once it is there, whatever came before it has been."""
STRANGE_TEXT: Final = "from another program"
TITLE: Final = "Notes for the exam"
SYSTEM_KEYS: Final = (
    "Super",
    "Super+d",
    "Super+r",
    "Super+Tab",
    "Alt+Tab",
    "Alt+F4",
    "Alt+Space",
    "Alt+Escape",
    "Ctrl+Escape",
    "Ctrl+Shift+Escape",
    "Menu",
    "Print",
    "Alt+Print",
    "F1",
    "F11",
)
"""As many as the hooks count by name (``blocked_input``)."""
LINES_OF_COLOURS: Final = 8
COLOURS: Final = 64
ALIKE: Final = 24
"""So much the halves of a colour may differ, out of 255: displays have profiles."""
FOUND: Final = 32
"""So many squares of all are no accident."""
UNSEEN: Final = frozenset({"capture/screen", "processes/start"})
"""What wine only pretends: somebody has to have seen it on Windows before it counts."""
_TURNS: Final = 200
_PICTURES: Final = 10
_TURN_MS: Final = 50
_NOTHING: Final = "\0"
_NO_KEYS: Final = "Windows lets a program press no keys here."
_NOW: Final = Reading(wall=UtcMs(0), awake_ms=0, since_boot_ms=0)  # these monitors compare looks, not times
_UNSURE: Final = "Do not give an exam here before somebody knows why."


class StrangeProgram(Protocol):
    """Another program on the exam's desktop. What it says of itself is believed: it is ours, and no part of what is tried."""

    def press(self, combination: str) -> bool:
        """Press and release a combination; False where it may press nothing."""
        ...

    def write(self, text: str) -> str:
        """Press keys of letters, and return what they type here; nothing where it may press nothing."""
        ...

    def click_middle(self) -> bool:
        """Click the middle button in the middle of the screen."""
        ...

    def show(self, title: str) -> bool:
        """Show a window over everything, and ask to be in front."""
        ...

    def hide(self) -> None:
        """Take the window away."""
        ...

    def keys_received(self) -> int:
        """Return how many keys have come to its windows since the last time."""
        ...

    def titles(self) -> Sequence[str]:
        """Return what the windows on this desktop call themselves."""
        ...

    def affinities(self, process: int) -> Sequence[int]:
        """Return who may capture the windows of a process."""
        ...

    def own(self, text: str) -> bool:
        """Put a text into the clipboard."""
        ...

    def read_clipboard(self) -> str:
        """Return the text in the clipboard."""
        ...

    def picture(self, lines: int) -> Sequence[str]:
        """Take a picture of the screen, and return colours of it."""
        ...

    def reads_memory(self, process: int) -> bool:
        """Tell whether it can read a process's memory."""
        ...

    def attach(self, process: int) -> bool:
        """Be a process's debugger."""
        ...

    def detach(self) -> None:
        """Be none any more."""
        ...


class PaintedWindow(ShownWindow, Protocol):
    """The exam's window, that can be looked for in a picture."""

    def show_colours(self, colours: Sequence[str]) -> None:
        """Show squares of these colours; without any, the page."""
        ...


class TrialHooks(Protocol):
    """The hooks, for a trial."""

    def take_programs(self) -> None:
        """From here on a program's keys count as a keyboard's: Windows lets nobody press keys otherwise.

        Raises:
            OperationFailed: the hooks could not be set again.
        """
        ...

    def told(self) -> Sequence[Observation]:
        """Return what the hooks have told since the last time."""
        ...

    def count(self) -> Sequence[Observation]:
        """Take the hooks away, which has them tell what they counted, and return that."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowsStage:
    """Everything that takes part.

    Attributes:
        stranger: another program on the exam's desktop.
        window: the exam's.
        hooks: those that are set.
        monitors: those of the sitting, by name.
        promised: what the capability table says, by concern.
        colours: so many colours by chance, as ``#rrggbb``.
        pause: waits so many milliseconds.
    """

    stranger: StrangeProgram
    window: PaintedWindow
    hooks: TrialHooks
    monitors: Mapping[str, Monitor]
    promised: Mapping[Concern, Probe]
    colours: Callable[[int], Sequence[str]]
    pause: Callable[[int], None]

    def typed(self) -> str:
        """Type something last and return all that has come to the window's field before it; empty where that never came."""
        after = self.stranger.write(AFTER)
        for _ in range(_TURNS):
            text = self.window.state().text.lower()
            if after and text.endswith(after):
                return text.removesuffix(after) or _NOTHING
            self.pause(_TURN_MS)
        return ""

    def noticed(self, *names: str) -> bool:
        """Ask monitors until one has noticed something, for a while."""
        watching = [self.monitors[name] for name in names]
        for _ in range(_TURNS):
            if any([each.poll(_NOW) for each in watching]):  # noqa: C419 - each is asked
                return True
            self.pause(_TURN_MS)
        return False

    def waits_for(self, condition: Callable[[], object], *, turns: int = _TURNS) -> bool:
        """Wait for something, for a while."""
        for _ in range(turns):
            if condition():
                return True
            self.pause(_TURN_MS)
        return False


def windows_checks(stage: WindowsStage) -> tuple[Check, ...]:
    """Return the checks, in order: keys of programs are kept away first, and count as a keyboard's from the second one on."""
    tries: Sequence[tuple[str, str, Callable[[WindowsStage], Finding]]] = (
        ("debugger/memory", "Reading the window's memory", memory),
        ("debugger/outside", "A debugger at the window", debugger),
        ("capture/screen", "Reading the screen", capture),
        ("input/injected", "Keys that a program presses", injected),
        ("input/typing", "Typing into the exam", typing),
        ("windows/stranger", "A window of another program", strange_window),
        ("clipboard/in", "Pasting from another program", pasting),
        ("clipboard/out", "Copying to another program", copying),
        ("input/system-keys", "Keys of the system", system_keys),
    )
    return tuple(
        seen_on_windows(Check(name=name, tries=words, run=lambda run=run: run(stage), is_quick=False))  # type: ignore[misc]  # bound per loop
        for name, words, run in tries
    )


def seen_on_windows(check: Check, *, verified: bool = VERIFIED) -> Check:
    """Return a check that is not *ok* before somebody has seen on Windows that it can fail there."""
    if verified or check.name not in UNSEEN:
        return check

    def run() -> Finding:
        found = check.run()
        if found.outcome is not CheckOutcome.OK:
            return found
        return not_possible(f"{NOT_VERIFIED} {found.evidence}", REMEDY)

    return Check(name=check.name, tries=check.tries, run=run, is_quick=check.is_quick)


def injected(stage: WindowsStage) -> Finding:
    """As in an exam: what a program types does not come to the exam, and is told."""
    stage.window.clear()
    stage.hooks.told()
    if not stage.stranger.write(TYPED):
        return not_possible(_NO_KEYS)
    is_told = stage.waits_for(lambda: _of_kind(stage.hooks.told(), IncidentKind.INPUT_INJECTED))
    text = stage.window.state().text
    if not text and not is_told:
        return failed("Keys that a program pressed came neither to the exam nor to the hooks.", _UNSURE)
    saw = f"Keys that a program pressed came to the exam ({text!r})." if text else "No key that a program pressed came."
    # Hooks are one wall: what they promise stands in the row of the system's keys.
    promised = stage.promised.get(Concern.SYSTEM_KEYS)
    if text:
        return escape(got_out=True, was_noticed=is_told, saw=saw, promised=promised)
    return ok(f"{saw} It was noticed.")


def typing(stage: WindowsStage) -> Finding:
    """Keys that are pressed come to the exam, as the ones they are."""
    stage.hooks.take_programs()
    stage.window.clear()
    expected = stage.stranger.write(TYPED)
    if not expected:
        return not_possible(_NO_KEYS)
    found = stage.typed()
    if found == expected:
        return ok("What was typed went through the hooks and came to the exam as it was typed.")
    if not found:
        return failed("Keys that are pressed do not come to the exam.", "Look what is in front; use another seat.")
    return failed(f"Other characters came than were typed: {_shown(found)!r}.", "Set the keyboard layout of this seat.")


def strange_window(stage: WindowsStage) -> Finding:
    """A window of another program in front is noticed, and the exam is in front again when it is gone."""
    names = ("windows/windows", "windows/foreground")
    for name in names:
        stage.monitors[name].poll(_NOW)  # what is there already is nobody's doing
    stage.stranger.keys_received()
    if not stage.stranger.show(TITLE):
        return not_possible("Another program can show no window on the exam's desktop.")
    try:
        was_noticed = stage.noticed(*names)
        stage.stranger.write(TYPED)
        keys = stage.stranger.keys_received()
    finally:
        stage.stranger.hide()
    is_back = stage.waits_for(lambda: stage.window.state().active)
    stage.window.clear()
    taken = f"got {keys} keys that were pressed" if keys else "got no key"
    saw = f"Another program showed a window over the exam and {taken}."
    if not is_back or not stage.typed():
        return failed(f"{saw} Afterwards no key came to the exam.", _UNSURE)
    return escape(got_out=True, was_noticed=was_noticed, saw=saw, promised=stage.promised.get(Concern.APP_SWITCHING))


def pasting(stage: WindowsStage) -> Finding:
    """What another program has in the clipboard does not come into the exam, and is noticed and taken out."""
    watching = stage.monitors["windows/clipboard"]
    watching.poll(_NOW)
    stage.window.clear()
    if not stage.stranger.own(STRANGE_TEXT):
        return not_possible("Another program can put nothing into the clipboard.")
    for keys in ("Ctrl+v", "Shift+Insert", "Ctrl+Shift+v"):
        stage.stranger.press(keys)
    stage.stranger.click_middle()
    found = stage.typed()
    is_out = stage.waits_for(lambda: _is_out(stage, watching))
    if not found:
        return failed("After pasting no key came to the exam.", "Do not give an exam here.")
    text = _shown(found)
    if text:
        promised = stage.promised.get(Concern.CLIPBOARD)
        return escape(got_out=True, saw=f"{text!r} came in.", promised=promised)
    if not is_out:
        return failed("Nothing came in, and what another program had put there was not taken out.", _UNSURE)
    return ok("Nothing came in by keys or by the middle button; what another program had put there was taken out.")


def _is_out(stage: WindowsStage, watching: Monitor) -> bool:
    """The exam's window takes out what it sees, and the monitor what is left."""
    watching.poll(_NOW)
    return not stage.stranger.read_clipboard()


def copying(stage: WindowsStage) -> Finding:
    """What is selected and copied in the exam cannot be had by another program."""
    stage.window.clear()
    typed = stage.stranger.write(TYPED)
    if not stage.typed():
        return failed("No key came to the exam.", "Look what is in front.")
    for keys in ("Ctrl+a", "Ctrl+c", "Ctrl+Insert"):
        stage.stranger.press(keys)
    stage.window.state()  # it has turned a round since
    stage.pause(_TURN_MS * 2)
    got_out = typed in stage.stranger.read_clipboard().lower()
    saw = (
        "Another program could read what was copied." if got_out else "Another program got nothing of what was copied."
    )
    return escape(got_out=got_out, saw=saw, promised=stage.promised.get(Concern.CLIPBOARD))


def system_keys(stage: WindowsStage) -> Finding:
    """The hooks keep every one away and count it, no window opens, and the exam is as it was. Last: the hooks are gone then."""
    stage.window.clear()
    stage.stranger.keys_received()
    before = set(stage.stranger.titles())
    if not all([stage.stranger.press(keys) for keys in SYSTEM_KEYS]):  # noqa: C419 - each is pressed
        return not_possible(_NO_KEYS)
    after = stage.typed()
    opened = sorted(set(stage.stranger.titles()) - before)
    state = stage.window.state()
    counted = {each.evidence["combination"] for each in _of_kind(stage.hooks.count(), IncidentKind.KEYS_BLOCKED)}
    missed = [keys for keys in SYSTEM_KEYS if keys not in counted]
    wrong = [
        words
        for words, is_so in (
            (f"The hooks did not keep away: {', '.join(missed)}.", missed),
            (f"A window had opened: {', '.join(opened)}.", opened),
            ("Afterwards no key came to the exam.", not after),
            (f"Keys did something in the exam: {_shown(after)!r}.", _shown(after)),
            ("Afterwards the exam did not fill the screen.", not state.fills),
            ("A window of the exam's own program had opened.", state.popups),
        )
        if is_so
    ]
    said = f"{len(SYSTEM_KEYS)} combinations of the system's were pressed."
    saw = f"{said} {' '.join(wrong) or 'The hooks kept each away, and none did anything.'}"
    return escape(got_out=bool(wrong), saw=saw, promised=stage.promised.get(Concern.SYSTEM_KEYS))


def capture(stage: WindowsStage) -> Finding:
    """Take a picture of the screen, and look for the exam in it; then ask Windows who may capture the exam's windows."""
    process = stage.window.process
    if process is None:
        return not_possible("There is no window to take a picture of.")
    shown = stage.colours(COLOURS)
    pictures: list[Sequence[str]] = []

    def shows_it() -> bool:
        pictures.append(stage.stranger.picture(LINES_OF_COLOURS))
        return _alike(shown, pictures[-1]) >= FOUND

    stage.window.show_colours(shown)
    try:
        is_in_it = stage.waits_for(shows_it, turns=_PICTURES)
    finally:
        stage.window.show_colours(())
    affinities = stage.stranger.affinities(process)
    is_kept_out = bool(affinities) and set(affinities) <= {WDA_EXCLUDEFROMCAPTURE, WDA_MONITOR}
    if is_in_it:
        saw = "A picture of the screen by another program shows the exam."
        return escape(got_out=True, saw=saw, promised=stage.promised.get(Concern.SCREEN_CAPTURE))
    if all(len(each) != len(shown) for each in pictures):
        return not_possible(
            "Another program gets no picture of the screen: whether it would show the exam is not known."
        )
    if not is_kept_out:
        return not_possible(
            "The exam was not found in a picture, and Windows does not say that it is kept out.", _UNSURE
        )
    return ok("A picture of the screen does not show the exam, and Windows says that its windows are kept out.")


def memory(stage: WindowsStage) -> Finding:
    """Another program of the same user reads memory. Nothing prevents that and nothing notices it: it is said."""
    process = stage.window.process
    if process is None:
        return not_possible("There is no window to reach into.")
    got_out = stage.stranger.reads_memory(process)
    saw = "Another program of this user can" if got_out else "Another program of this user cannot"
    return escape(got_out=got_out, saw=f"{saw} read the window's memory.", promised=None)


def debugger(stage: WindowsStage) -> Finding:
    """Another program attaches to the window as a debugger: that is noticed."""
    process = stage.window.process
    if process is None:
        return not_possible("There is no window to reach into.")
    if not stage.stranger.attach(process):
        return ok("No debugger gets at the window's process.")
    try:
        was_noticed = stage.noticed("windows/debugger")
    finally:
        stage.stranger.detach()
    saw = "A debugger could be attached to the window."
    promised = stage.promised.get(Concern.DEBUGGING)
    return escape(got_out=True, was_noticed=was_noticed, saw=saw, promised=promised)


def _of_kind(seen: Sequence[Observation], kind: IncidentKind) -> list[Observation]:
    return [each for each in seen if each.kind is kind]


def _shown(found: str) -> str:
    return found.replace(_NOTHING, "")


def _alike(shown: Sequence[str], seen: Sequence[str]) -> int:
    if len(shown) != len(seen):
        return 0
    return sum(
        all(abs(ours - theirs) <= ALIKE for ours, theirs in zip(_parts(one), _parts(other), strict=True))
        for one, other in zip(shown, seen, strict=True)
    )


def _parts(colour: str) -> bytes:
    return bytes.fromhex(colour.removeprefix("#"))
