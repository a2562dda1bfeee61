"""What a Windows machine is to be prepared as, and what it is.

Owns that every name in it is harmless where it will stand: in a command line, a script and a policy file. Refuses to know any
of these.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from enum import Enum
from pathlib import PureWindowsPath
from typing import Final

from kiosk.lockdown.facts import Preset
from kiosk.lockdown.preparing.wishes import CannotPrepare
from kiosk.lockdown.windows.prepared import is_able

_PATH: Final = re.compile(r"[A-Za-z]:(\\[A-Za-z0-9_+(-][A-Za-z0-9._+() -]*)+")
_SID: Final = re.compile(r"S-1-5-21(-[0-9]{1,10}){4}")
_ADMINISTRATOR: Final = "-500"
_HOMES: Final = "users"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowsWishes:
    """What a seat is to be prepared as.

    Attributes:
        program: the file ``kiosk.exe`` on the seat.
        seat: the seat's folder.
        user: name of the seat's user, who is there already.
        user_sid: of that user.
        preset: how strict.
        stick: where the seat's stick is; None where it has none.

    Raises:
        CannotPrepare: a name would mean something else where it will stand.
    """

    program: PureWindowsPath
    seat: PureWindowsPath
    user: str
    user_sid: str
    preset: Preset = Preset.STANDARD
    stick: PureWindowsPath | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be written down."""
        if not _SID.fullmatch(self.user_sid) or self.user_sid.endswith(_ADMINISTRATOR):
            raise CannotPrepare(f"{self.user!r} is no ordinary user of this machine: make one for the exam first")
        for path in (self.program, self.seat, *([] if self.stick is None else [self.stick])):
            if not _PATH.fullmatch(str(path)):
                raise CannotPrepare(
                    f"{str(path)!r} cannot stand in a command line: use a path from the drive on, of letters, digits, "
                    "spaces and . _ + - ( ) only"
                )
        if len(self.program.parts) > 1 and self.program.parts[1].lower() == _HOMES:
            raise CannotPrepare(f"{self.program} can be changed by its user: install the program in C:\\Program Files")

    def session_words(self) -> tuple[str, ...]:
        """Return the supervisor's command line."""
        stick = () if self.stick is None else ("--stick", str(self.stick))
        return (str(self.program), "seat", "session", str(self.seat), "--preset", self.preset.value, *stick)

    def session_line(self) -> str:
        """Return the supervisor's command line in one."""
        return subprocess.list2cmdline(self.session_words())

    def service_line(self, *, starts_session: bool) -> str:
        """Return the service's command line.

        Args:
            starts_session: the service starts the supervisor; otherwise the user's shell is it.
        """
        words = [str(self.program), "seat", "service", str(self.seat), "--user-sid", self.user_sid]
        words += ["--preset", self.preset.value]
        if self.stick is not None:
            words += ["--stick", str(self.stick)]
        if not starts_session:
            words.append("--shell-starts")
        return subprocess.list2cmdline(words)


class Feature(Enum):
    """A feature of Windows that a seat makes use of, by the name that Windows installs it under."""

    SHELL_LAUNCHER = "Client-EmbeddedShellLauncher"
    KEYBOARD_FILTER = "Client-KeyboardFilter"


class FeatureState(Enum):
    """What has become of a feature on a machine."""

    ABSENT = "absent"
    """This edition does not have it."""
    OFF = "off"
    WAITING = "waiting"
    """It is turned on, and there after the next start."""
    READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowsFacts:
    """What a machine is.

    Attributes:
        edition: as Windows stores it, for example ``Professional``.
        launcher: Shell Launcher.
        key_filter: Keyboard Filter.
    """

    edition: str
    launcher: FeatureState = FeatureState.ABSENT
    key_filter: FeatureState = FeatureState.ABSENT

    @property
    def is_able(self) -> bool:
        """Whether the edition has both."""
        return is_able(self.edition)

    @property
    def starts_session(self) -> bool:
        """Whether the service starts the supervisor, because no shell is it."""
        return self.launcher is not FeatureState.READY
