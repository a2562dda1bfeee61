"""A made-up exam on Windows and a made-up program beside it: each protection can be taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.readings import Monitor, Reading
from kiosk.lockdown.windows.structs import WDA_EXCLUDEFROMCAPTURE
from kiosk.readiness.shown_window import WindowState
from kiosk.readiness.windows_checks import WindowsStage

PROCESS = 700
NOTICED = Probe(capability=Capability.DETECT_ONLY, reason="Not verified.")
PROMISED = dict.fromkeys(Concern, NOTICED)


@dataclass
class World:
    """What both of them do. ``leaks``: what does not hold."""

    leaks: set[str] = field(default_factory=set)
    text: str = ""
    clipboard: str = ""
    painted: Sequence[str] = ()
    in_front: str = "exam"
    takes_programs: bool = False
    hooks_are_set: bool = True
    seen: list[Observation] = field(default_factory=list)
    kept_away: list[str] = field(default_factory=list)
    strangers_keys: int = 0
    shown: list[str] = field(default_factory=list)
    debugged: bool = False
    clipboard_keys: Callable[[str], None] = lambda _: None

    def key(self, letter: str) -> None:
        if self.hooks_are_set and not self.takes_programs:
            self._told(IncidentKind.INPUT_INJECTED)
            if "hooks" not in self.leaks:
                return
        if "keyboard" in self.leaks:
            return
        if self.in_front == "exam":
            self.text += "q" if "layout" in self.leaks else letter
        else:
            self.strangers_keys += 1

    def combination(self, keys: str) -> None:
        if keys in {"Ctrl+v", "Shift+Insert", "Ctrl+Shift+v"}:
            if "paste" in self.leaks:
                self.text += self.clipboard
            return
        if keys == "Ctrl+c":
            if "copy" in self.leaks:
                self.clipboard = self.text
            return
        if keys.startswith("Ctrl+") and keys not in {"Ctrl+Escape", "Ctrl+Shift+Escape"}:
            return
        if keys == "Super+d" and "hooks" in self.leaks:
            self.shown.append("Start")
            return
        self.kept_away.append(keys)

    def _told(self, kind: IncidentKind) -> None:
        if "silence" not in self.leaks:
            self.seen.append(Observation(kind=kind, evidence={"device": "keyboard", "count": "1"}))


class MadeUpWindow:
    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def process(self) -> int | None:
        return None if "window" in self._world.leaks else PROCESS

    def state(self) -> WindowState:
        leaks = self._world.leaks
        return WindowState(
            active=self._world.in_front == "exam",
            fills="size" not in leaks,
            text=self._world.text,
            popups=int("popup" in leaks),
        )

    def clear(self) -> None:
        self._world.text = ""

    def show_colours(self, colours: Sequence[str]) -> None:
        self._world.painted = colours


class MadeUpStranger:
    def __init__(self, world: World) -> None:
        self._world = world

    def press(self, combination: str) -> bool:
        if "silent" in self._world.leaks:
            return False
        self._world.combination(combination)
        return True

    def write(self, text: str) -> str:
        if "silent" in self._world.leaks:
            return ""
        for letter in text:
            self._world.key(letter)
        return text

    def click_middle(self) -> bool:
        return True

    def show(self, title: str) -> bool:
        if "desktop" in self._world.leaks:
            return False
        self._world.shown.append(title)
        self._world.in_front = "stranger"
        return True

    def hide(self) -> None:
        self._world.shown.clear()
        if "behind" not in self._world.leaks:
            self._world.in_front = "exam"

    def keys_received(self) -> int:
        keys, self._world.strangers_keys = self._world.strangers_keys, 0
        return keys

    def titles(self) -> Sequence[str]:
        return list(self._world.shown)

    def affinities(self, process: int) -> Sequence[int]:
        assert process == PROCESS
        return [0] if "affinity" in self._world.leaks else [WDA_EXCLUDEFROMCAPTURE]

    def own(self, text: str) -> bool:
        if "owned" in self._world.leaks:
            return False
        self._world.clipboard = text
        return True

    def read_clipboard(self) -> str:
        return self._world.clipboard

    def picture(self, lines: int) -> Sequence[str]:
        del lines
        if "picture" in self._world.leaks:
            return []
        if "capture" in self._world.leaks:
            return [_a_little_lighter(each) for each in self._world.painted]
        return ["#ffffff"] * len(self._world.painted)

    def reads_memory(self, process: int) -> bool:
        assert process == PROCESS
        return "memory" in self._world.leaks

    def attach(self, process: int) -> bool:
        assert process == PROCESS
        self._world.debugged = "debugger" in self._world.leaks
        return self._world.debugged

    def detach(self) -> None:
        self._world.debugged = False


class MadeUpHooks:
    def __init__(self, world: World) -> None:
        self._world = world

    def take_programs(self) -> None:
        self._world.takes_programs = True

    def told(self) -> Sequence[Observation]:
        seen, self._world.seen = self._world.seen, []
        return seen

    def count(self) -> Sequence[Observation]:
        self._world.hooks_are_set = False
        return [
            Observation(kind=IncidentKind.KEYS_BLOCKED, evidence={"combination": keys, "count": "1"})
            for keys in self._world.kept_away
        ]


class MadeUpMonitor:
    """Notices while something is so, unless nothing is to be noticed."""

    concern = Concern.APP_SWITCHING

    def __init__(self, name: str, world: World, is_so: Callable[[], bool]) -> None:
        self.name, self._world, self._is_so = name, world, is_so

    def probe(self) -> Probe:
        return NOTICED

    def poll(self, now: Reading) -> Sequence[Observation]:
        del now
        if "monitors" in self._world.leaks or not self._is_so():
            return ()
        if self.name == "windows/clipboard":
            self._world.clipboard = ""
        return (Observation(kind=IncidentKind.FOREIGN_WINDOW, evidence={}),)


def stage_of(world: World) -> WindowsStage:
    """Return everything that takes part."""
    so: dict[str, Callable[[], bool]] = {
        "windows/windows": lambda: bool(world.shown),
        "windows/foreground": lambda: world.in_front != "exam",
        "windows/clipboard": lambda: bool(world.clipboard),
        "windows/debugger": lambda: world.debugged,
    }
    monitors: dict[str, Monitor] = {name: MadeUpMonitor(name, world, is_so) for name, is_so in so.items()}
    return WindowsStage(
        stranger=MadeUpStranger(world),
        window=MadeUpWindow(world),
        hooks=MadeUpHooks(world),
        monitors=monitors,
        promised=PROMISED,
        colours=lambda count: [f"#{number * 3:02x}8040" for number in range(count)],
        pause=lambda _: None,
    )


def _a_little_lighter(colour: str) -> str:
    return "#" + bytes(min(part + 9, 255) for part in bytes.fromhex(colour.removeprefix("#"))).hex()
