"""Which keys, combinations and buttons do nothing while an exam window is open: one pure rule for every platform.

Owns the rule and the names of keys. Refuses to know where a stroke comes from: an event filter of Qt, a hook of Windows and a
self-test map what they get to a ``Stroke`` and ask.

Keys have the names that people read on them (``Tab``, ``F4``, ``Print``, ``Delete``, ``a``); letters and digits are single
characters in lower case. A key without a name here is an ordinary one.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final

from kiosk.errors import KioskError
from kiosk.lockdown.facts import Preset


class RigRefused(KioskError):  # noqa: N818 - see KioskError
    """Somebody wants keys from programs on a seat that delivers exams that count."""

    code: ClassVar[str] = "rig-refused"


class Modifier(Enum):
    """A key that is held down while another is pressed. AltGr types characters and is none."""

    CONTROL = "Ctrl"
    ALT = "Alt"
    SHIFT = "Shift"
    SUPER = "Super"
    """The key with the system's sign; Windows, Command, Meta."""


class Button(Enum):
    """A button of a pointer."""

    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"
    BACK = "back"
    FORWARD = "forward"
    OTHER = "other"


class Verdict(Enum):
    """What becomes of a stroke."""

    PASSES = "passes"
    BLOCKED = "blocked"
    """It belongs to the system or to other programs."""
    INJECTED = "injected"
    """A program sent it; it is blocked, and said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A key that goes down or up.

    Attributes:
        key: its name.
        modifiers: what is held down.
        injected: the system says that a program sent it.
    """

    key: str
    modifiers: AbstractSet[Modifier] = frozenset()
    injected: bool = False

    @property
    def combination(self) -> str:
        """The stroke as people write it, for example ``Ctrl+Alt+Delete``."""
        held = [each.value for each in Modifier if each in self.modifiers and each.value != self.key]
        return "+".join([*held, self.key])


FUNCTION_KEYS: Final = frozenset(f"F{number}" for number in range(1, 36))
SYSTEM_KEYS: Final = frozenset(
    {
        "Print",
        "SysReq",
        "Menu",
        "Super",
        "Hyper",
        "Help",
        "Power",
        "Sleep",
        "Wake",
        "LaunchFiles",
        "LaunchMail",
        "LaunchCalculator",
        "LaunchBrowser",
        "LaunchMedia",
        "Search",
    }
)
WITH_CONTROL: Final = frozenset({*"kuposwqnt", "Tab", "Escape"})
"""Files, windows, task managers; Ctrl+K and Ctrl+U cut to the clipboard in line edits on X11. Copy, cut and paste are not here:
every field does them within itself, and the system's clipboards are kept empty."""
HARMLESS: Final = frozenset(
    {"VolumeUp", "VolumeDown", "VolumeMute", "BrightnessUp", "BrightnessDown", "CapsLock", "NumLock"}
)
"""What people need at a desk; it reaches no program that could do more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputPolicy:
    """The rule.

    Attributes:
        takes_injected: let strokes through that programs send. Only test rigs and enrolled assistive devices do; a live exam
            without such an accommodation never.
    """

    takes_injected: bool = False

    @classmethod
    def for_rig(cls, preset: Preset) -> InputPolicy:
        """Return the rule of a test rig, whose keys are pressed by programs.

        Raises:
            RigRefused: the seat is set to deliver exams that count. There is no other way to such a rule for a seat, and the
                capability table says of a rig that it lets injected input through.
        """
        if preset is not Preset.PRACTICE:
            raise RigRefused(f"a seat with the preset {preset.value} takes no keys from programs")
        return cls(takes_injected=True)

    def decide(self, stroke: Stroke) -> Verdict:
        """Return what becomes of a key, going down or up alike: what was blocked going down must not come up."""
        if stroke.injected and not self.takes_injected:
            return Verdict.INJECTED
        return Verdict.BLOCKED if _is_the_systems(stroke) else Verdict.PASSES

    def decide_button(self, button: Button, *, injected: bool = False) -> Verdict:
        """Return what becomes of a button: only the left one does anything."""
        if injected and not self.takes_injected:
            return Verdict.INJECTED
        return Verdict.PASSES if button is Button.LEFT else Verdict.BLOCKED


def _is_the_systems(stroke: Stroke) -> bool:
    if stroke.key in HARMLESS:
        return False
    if stroke.key in FUNCTION_KEYS or stroke.key in SYSTEM_KEYS:
        return True
    # Alt does nothing at all here, so that Alt+Tab cannot type a tab.
    if stroke.modifiers & {Modifier.ALT, Modifier.SUPER}:
        return True
    return Modifier.CONTROL in stroke.modifiers and stroke.key in WITH_CONTROL
