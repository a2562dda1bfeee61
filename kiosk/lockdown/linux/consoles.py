"""Which virtual console is on the screen, whose session it is, and whether somebody works from afar.

Owns reading the kernel's and logind's files. Those of the first look are the exam's.

Source: Documentation/ABI/testing/sysfs-tty of Linux; src/login/logind-session.c and logind-seat.c of systemd. logind calls
its files private; where they are not there, nothing is said about users.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.linux.look import Look, fields_of
from kiosk.lockdown.readings import Reading

ACTIVE: Final = "sys/class/tty/tty0/active"
_SEAT: Final = "run/systemd/seats/seat0"
_SESSIONS: Final = "run/systemd/sessions"
_ASLEEP: Final = "tty63"
ASLEEP_MS: Final = 5_000
"""The kernel shows its last console while it goes to sleep and wakes up; it takes it away again by itself."""


class ConsoleMonitor:
    """Notices that another console or another user's session is on the screen."""

    name = "linux/consoles"
    concern = Concern.CONSOLE_SWITCHING

    def __init__(self, look: Look) -> None:
        self._look = look
        self._console: str | None = None
        self._on_screen: str | None = None
        self._session: str | None = None
        self._session_on_screen: str | None = None
        self._asleep_since: int | None = None

    def probe(self) -> Probe:
        """Tell whether the console can be seen."""
        if not self._look.text(ACTIVE):
            return Probe(
                capability=Capability.UNAVAILABLE, reason="The machine has no virtual consoles, or hides them."
            )
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="Another console is noticed within a second.",
            remedy="Prepare the seat: then there is no key for it, and nobody can log in there.",
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        return [*self._other_console(now), *self._other_user()]

    def _other_console(self, now: Reading) -> list[Observation]:
        # Of several consoles of the kernel the last one is on the screen.
        console = (self._look.text(ACTIVE) or "").split(" ")[-1]
        if not console or self._is_asleep(console, now):
            return []
        if self._console is None:
            self._console = self._on_screen = console
        before, self._on_screen = self._on_screen, console
        if console in {before, self._console}:
            return []
        return [Observation(kind=IncidentKind.CONSOLE_SWITCHED, evidence={"console": console})]

    def _is_asleep(self, console: str, now: Reading) -> bool:
        if console != _ASLEEP or self._console == _ASLEEP:
            self._asleep_since = None
            return False
        if self._asleep_since is None:
            self._asleep_since = now.awake_ms
        return now.awake_ms - self._asleep_since < ASLEEP_MS

    def _other_user(self) -> list[Observation]:
        session = fields_of(self._look.text(_SEAT)).get("ACTIVE")
        if not session:
            return []
        if self._session is None:
            self._session = self._session_on_screen = session
        before, self._session_on_screen = self._session_on_screen, session
        if session in {before, self._session}:
            return []
        user = fields_of(self._look.text(f"{_SESSIONS}/{session}")).get("USER", "?")
        return [Observation(kind=IncidentKind.USER_SWITCHED, evidence={"session": f"{session} ({user})"})]


class RemoteMonitor:
    """Notices that somebody is logged in from another machine, also at the first look."""

    name = "linux/remote-sessions"
    concern = Concern.REMOTE_SESSION

    def __init__(self, look: Look) -> None:
        self._look = look
        self._remote: frozenset[str] = frozenset()

    def probe(self) -> Probe:
        """Tell whether sessions can be seen."""
        if not self._look.names("run/systemd"):
            return Probe(capability=Capability.UNAVAILABLE, reason="Without systemd nobody lists who is logged in.")
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="A login from another machine is noticed within a second.",
            remedy="Prepare the seat: then no other machine reaches it.",
        )

    def look_anew(self) -> None:
        """Who is logged in from another machine is told again."""
        self._remote = frozenset()

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        remote = frozenset(found for name in self._look.names(_SESSIONS) if (found := self._from_afar(name)))
        came = sorted(remote - self._remote)
        self._remote = remote
        return [Observation(kind=IncidentKind.REMOTE_SESSION, evidence={"what": what}) for what in came]

    def _from_afar(self, name: str) -> str:
        # "12.ref" is a pipe of logind beside the session "12".
        session = fields_of(self._look.text(f"{_SESSIONS}/{name}")) if "." not in name else {}
        if session.get("REMOTE") != "1" or session.get("STATE") == "closing":
            return ""
        return f"{session.get('SERVICE', 'session')} by user {session.get('UID', '?')}, session {name}"
