"""A machine of settings, and operations on it that fail when told to: what the lockdown engine is tried on."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.operations import OperationFailed

LOCKED = "locked"


class PowerCutError(BaseException):
    """The machine is gone in the middle of something; nothing may catch it."""


@dataclass
class Machine:
    """Settings by name, and what happens at which step.

    ``cut_at`` counts every step that touches the machine; at that one the power fails.
    """

    settings: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.cut_at is not None and self.steps >= self.cut_at:
            raise PowerCutError


@dataclass
class SettingOperation:
    """Sets one setting of the machine to ``locked``."""

    machine: Machine
    setting: str
    concern: Concern = Concern.NETWORK
    capability: Capability = Capability.ENFORCED
    fails: frozenset[str] = frozenset()
    """Names of steps that fail: snapshot, apply, half (applied, then failed), verify, look (verify raises), revert."""
    fault: Exception | None = None
    """Of a mistake in the operation itself, where it is reverted."""

    @property
    def name(self) -> str:
        return f"test/{self.setting}"

    def probe(self) -> Probe:
        return Probe(capability=self.capability)

    def snapshot(self) -> bytes:
        self._fail("snapshot")
        return self.machine.settings.get(self.setting, "").encode()

    def apply(self) -> None:
        self._fail("apply")
        self.machine.step()
        self.machine.settings[self.setting] = LOCKED
        self.machine.step()
        self._fail("half")

    def verify(self) -> str:
        self._fail("look")
        if "verify" in self.fails or self.machine.settings.get(self.setting) != LOCKED:
            return f"{self.setting} is not locked"
        return ""

    def revert(self, snapshot: bytes) -> None:
        self._fail("revert")
        if self.fault is not None:
            raise self.fault
        self.machine.step()
        self.machine.settings[self.setting] = snapshot.decode()
        self.machine.step()

    def _fail(self, step: str) -> None:
        if step in self.fails:
            raise OperationFailed(self.name, f"{step} failed")
