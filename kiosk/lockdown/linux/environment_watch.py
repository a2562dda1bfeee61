"""What the window's process was started with: variables that make Qt, Python or the loader open something else.

Owns looking. Refuses to keep their values, and to know which ones the launcher gives (``environment``).

Source: proc_pid_environ(5), ld.so(8).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.linux.look import Look
from kiosk.lockdown.readings import Reading

PRELOAD: Final = "etc/ld.so.preload"
_ENVIRON_MAX_BYTES: Final = 256 * 1024
_NAME_MAX: Final = 100


class EnvironmentMonitor:
    """Notices variables that nobody gave.

    Args:
        look: at the machine.
        window: the window's process; None while there is none.
        given: names that the launcher gives.
    """

    name = "linux/environment"
    concern = Concern.ENVIRONMENT

    def __init__(self, look: Look, *, window: Callable[[], int | None], given: frozenset[str]) -> None:
        self._look = look
        self._window = window
        self._given = given
        self._told: frozenset[str] = frozenset()

    def probe(self) -> Probe:
        """Tell whether a process' variables can be seen."""
        if self._environ("self") is None:
            return Probe(
                capability=Capability.UNAVAILABLE, reason="The machine does not show how programs were started."
            )
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="Variables that were slipped in are noticed, where the supervisor may look at the window.",
            remedy="Start the session in the sandbox: it gives the window none but its own.",
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once. A window that hides its variables from this process says nothing."""
        del now
        pid = self._window()
        environ = None if pid is None else self._environ(str(pid))
        names = {
            part.partition(b"=")[0].decode("utf-8", "replace")[:_NAME_MAX] for part in (environ or b"").split(b"\0")
        }
        strange = names - self._given - {""}
        if self._look.text(PRELOAD):
            strange.add(f"/{PRELOAD}")
        new = sorted(strange - self._told)
        self._told |= strange
        return [Observation(kind=IncidentKind.ENVIRONMENT_CHANGED, evidence={"variable": name}) for name in new]

    def _environ(self, process: str) -> bytes | None:
        return self._look.data(f"proc/{process}/environ", offset=0, length=_ENVIRON_MAX_BYTES)
