"""What a seat is to be prepared as.

Owns what may be wished, and that every name in it is harmless where it will stand: in units, rules and lists. Refuses to know
any file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from typing import ClassVar, Final

from kiosk.errors import MachineFault
from kiosk.lockdown.facts import Concern, Preset

_USER: Final = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
_PATH: Final = re.compile(r"(/[A-Za-z0-9_+-][A-Za-z0-9._+-]*)+")
_HIDDEN: Final = ("/home", "/root", "/run/user", "/tmp", "/var/tmp", "/dev", "/proc", "/sys")  # noqa: S108 - not used as such
"""What the service does not see of the machine."""


class CannotPrepare(MachineFault):
    """This seat cannot be prepared, or not be taken back; what to do is in the message."""

    code: ClassVar[str] = "cannot-prepare"


class Session(Enum):
    """What shows the window."""

    XORG = "xorg"
    CAGE = "cage"


class Storage(Enum):
    """What keeps storage devices out."""

    MODULES = "modules"
    """The kernel loads no driver for any of them."""
    USBGUARD = "usbguard"
    """USBGuard lets in those that were in the machine when it was prepared; for seats whose stick comes on exam days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a seat is to be prepared as.

    Attributes:
        program: the file ``kiosk`` on the seat.
        seat: the seat's folder.
        preset: how strict.
        user: whom service and window run as; made where there is none.
        session: what shows the window.
        storage: what keeps storage devices out.
        stick: where the seat's stick is mounted; None where it has none.
        usb_policy: rules of ``usbguard generate-policy``; empty where nobody could ask.

    Raises:
        CannotPrepare: a name would mean something else where it will stand.
    """

    program: PurePosixPath
    seat: PurePosixPath
    preset: Preset = Preset.STANDARD
    user: str = "exam"
    session: Session = Session.XORG
    storage: Storage = Storage.MODULES
    stick: PurePosixPath | None = None
    usb_policy: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be written down."""
        if not _USER.fullmatch(self.user) or self.user == "root":
            raise CannotPrepare(
                f"{self.user!r} is no name for the user of an exam: small letters and digits, and not root"
            )
        for path in (self.program, self.seat, *([] if self.stick is None else [self.stick])):
            if any(path.is_relative_to(hidden) for hidden in _HIDDEN):
                raise CannotPrepare(
                    f"{str(path)!r} is hidden from the service: put it in /opt, /srv, /mnt or /var/lib instead"
                )
            if not _PATH.fullmatch(str(path)):
                raise CannotPrepare(
                    f"{str(path)!r} cannot stand in a unit: use a path from / of letters, digits and . _ + - only, in which "
                    "no name begins with a point"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFile:
    """A file that is to be there, with this content.

    Attributes:
        path: from the root, without the leading slash.
        concern: what it is about.
        text: all of it.
        why: in a sentence, for whoever is shown it before.
        mode: who may read it.
    """

    path: str
    concern: Concern
    text: str
    why: str
    mode: int = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLink:
    """A symbolic link that is to be there.

    Attributes:
        path: from the root, without the leading slash.
        concern: what it is about.
        target: where it leads to.
        why: in a sentence, for whoever is shown it before.
    """

    path: str
    concern: Concern
    target: str
    why: str


Wanted = WantedFile | WantedLink
