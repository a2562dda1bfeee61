"""Values of the registry that take ways out off the screen: which, and setting them so that they can be put back to the byte.

Owns the table and one operation that sets a part of it. Refuses to write anything that is not in the table. Values are kept
as they are stored, whatever their type; keys that were not there are removed again, so that afterwards all is as it was.

Source: the administrative templates of Windows (Policies\\System, Policies\\Explorer, CredUI, TerminalServer, WindowsUpdate,
GameDVR, TabletPC, PushNotifications) on learn.microsoft.com.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.snapshots import SNAPSHOT_MAX_BYTES
from kiosk.lockdown.windows.api import Hive, Registry, Value, Win32Failed
from kiosk.lockdown.windows.structs import REG_DWORD
from kiosk.lockdown.windows.verification import as_verified
from signing.canonical import JsonInput, decode, encode
from signing.errors import Refused
from signing.fields import Fields, to_base64

_FORMAT: Final = "testing-center-kiosk/windows-policies/v1"
_SYSTEM: Final = "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System"
_EXPLORER: Final = "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer"
_WINDOWS: Final = "Software\\Policies\\Microsoft\\Windows"
_TERMINAL: Final = "Software\\Policies\\Microsoft\\Windows NT\\Terminal Services"


class _Format(Enum):
    V1 = _FORMAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One value while an exam is open; a DWORD."""

    hive: Hive
    key: str
    name: str
    number: int

    @property
    def value(self) -> Value:
        """As it is stored: little endian."""
        return Value(type=REG_DWORD, data=self.number.to_bytes(4, "little"))

    def __str__(self) -> str:
        return f"{self.key}\\{self.name}"


def _of(hive: Hive, key: str, **numbers: int) -> tuple[Policy, ...]:
    return tuple(Policy(hive=hive, key=key, name=name, number=number) for name, number in numbers.items())


POLICIES: Final[Mapping[Concern, tuple[Policy, ...]]] = {
    # The screen of Ctrl+Alt+Delete stays reachable, with nothing on it; the keys of the shell do nothing.
    Concern.SYSTEM_KEYS: (
        *_of(Hive.USER, _SYSTEM, DisableTaskMgr=1, DisableLockWorkstation=1, DisableChangePassword=1),
        *_of(Hive.USER, _EXPLORER, NoLogoff=1, NoClose=1, NoWinKeys=1, NoRun=1),
        *_of(Hive.MACHINE, _EXPLORER, NoClose=1),
        *_of(Hive.MACHINE, f"{_WINDOWS}\\System", DontDisplayNetworkSelectionUI=1),
    ),
    Concern.CONSOLE_SWITCHING: _of(Hive.MACHINE, _SYSTEM, HideFastUserSwitching=1),
    Concern.REMOTE_SESSION: _of(Hive.MACHINE, _TERMINAL, fDenyTSConnections=1, fAllowUnsolicited=0),
    Concern.SCREEN_CAPTURE: (
        *_of(Hive.MACHINE, f"{_WINDOWS}\\GameDVR", AllowGameDVR=0),
        *_of(Hive.MACHINE, "Software\\Policies\\Microsoft\\TabletPC", DisableSnippingTool=1),
    ),
    Concern.UPDATES: (
        *_of(Hive.MACHINE, f"{_WINDOWS}\\WindowsUpdate\\AU", NoAutoRebootWithLoggedOnUsers=1),
        *_of(Hive.USER, f"{_WINDOWS}\\CurrentVersion\\PushNotifications", NoToastApplicationNotification=1),
    ),
    Concern.USB_STORAGE: _of(Hive.MACHINE, _EXPLORER, NoDriveTypeAutoRun=0xFF, NoAutorun=1),
}
"""What is set, by what it is about. Sticks stay readable, results travel on them: only nothing starts from them by itself."""
_WORTH: Final[Mapping[Concern, str]] = {
    Concern.SYSTEM_KEYS: "The screen of Ctrl+Alt+Delete can still be reached, with nothing on it that leads out.",
    Concern.REMOTE_SESSION: "Other programs than the system's own may still show the screen elsewhere.",
    Concern.SCREEN_CAPTURE: "The system's own recorders are off; those of others are not.",
    Concern.UPDATES: "Updates do not restart the machine while somebody is at it.",
    Concern.USB_STORAGE: "Nothing starts from a stick by itself; sticks can be read.",
}


class RegistryNumbers:
    """Sets numbers in the registry, and puts back what was there to the byte.

    Args:
        registry: of the machine.
        policies: the numbers.
        name: of the operation.
        concern: what they are about.
    """

    def __init__(self, registry: Registry, policies: Sequence[Policy], *, name: str, concern: Concern) -> None:
        self._registry = registry
        self._policies = tuple(policies)
        self._name = name
        self._concern = concern

    @property
    def name(self) -> str:
        """As it was given."""
        return self._name

    @property
    def concern(self) -> Concern:
        """What these numbers are about."""
        return self._concern

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The numbers."""
        return self._policies

    def probe(self) -> Probe:
        """Tell whether they may be written."""
        hives = {policy.hive for policy in self._policies}
        may = all(self._registry.may_write(hive) for hive in hives)
        return as_verified(Probe(capability=Capability.ENFORCED if may else Capability.UNAVAILABLE))

    def snapshot(self) -> bytes:
        """Return the values as they are stored, and which keys are not there."""
        keys = dict.fromkeys((policy.hive, key) for policy in self._policies for key in _with_parents(policy.key))
        missing = [{"hive": hive.value, "key": key} for hive, key in keys if not self._registry.has_key(hive, key)]
        values = [self._found(policy) for policy in self._policies]
        return encode({"format": _FORMAT, "missing": missing, "values": values})

    def apply(self) -> None:
        """Set every value."""
        for policy in self._policies:
            self._do(policy, policy.value)

    def verify(self) -> str:
        """Read every value back."""
        other = [
            str(policy)
            for policy in self._policies
            if self._registry.read(policy.hive, policy.key, policy.name) != policy.value
        ]
        return f"Somebody has changed {other[0]}." if other else ""

    def revert(self, snapshot: bytes) -> None:
        """Put the values back, and remove the keys that were not there, where nobody else has put anything into them."""
        before, missing = _read(snapshot, self.name)
        ours = {(policy.hive, key) for policy in self._policies for key in _with_parents(policy.key)}
        for policy in self._policies:
            if (policy.hive, policy.key, policy.name) in before:
                self._do(policy, before[policy.hive, policy.key, policy.name])
        for hive, key in sorted(ours.intersection(missing), key=lambda place: -len(place[1])):
            try:
                self._registry.remove_key(hive, key)
            except Win32Failed as failed:
                raise OperationFailed(self.name, str(failed)) from failed

    def _do(self, policy: Policy, value: Value | None) -> None:
        try:
            if value is None:
                self._registry.remove(policy.hive, policy.key, policy.name)
            else:
                self._registry.write(policy.hive, policy.key, policy.name, value)
        except Win32Failed as failed:
            raise OperationFailed(self.name, f"{policy} cannot be set: {failed}") from failed

    def _found(self, policy: Policy) -> JsonInput:
        try:
            value = self._registry.find(policy.hive, policy.key, policy.name)
        except Win32Failed as failed:
            raise OperationFailed(self.name, f"{policy} is there and cannot be read: {failed}") from failed
        place: dict[str, JsonInput] = {"hive": policy.hive.value, "key": policy.key, "name": policy.name}
        return place if value is None else {**place, "data": to_base64(value.data), "type": value.type}


class RegistryPolicies(RegistryNumbers):
    """Sets the policies about one concern.

    Args:
        registry: of the machine.
        concern: which of ``POLICIES``.
        only: those of one hive, for who puts back the machine's while the user's cannot be reached; None: both.
    """

    def __init__(self, registry: Registry, concern: Concern, *, only: Hive | None = None) -> None:
        super().__init__(
            registry,
            tuple(policy for policy in POLICIES[concern] if only in {None, policy.hive}),
            name=f"windows/policies-{concern.value}{f'-{only.value}' if only else ''}",
            concern=concern,
        )

    def probe(self) -> Probe:
        """Tell whether they may be written, and what they are worth."""
        if super().probe().capability is Capability.UNAVAILABLE:
            return as_verified(
                Probe(
                    capability=Capability.UNAVAILABLE,
                    reason="Policies of the system may be set by its service or an administrator only.",
                    remedy="Prepare the seat: its service sets them, see docs/seat-setup.md.",
                )
            )
        return self.worth()

    def worth(self) -> Probe:
        """Tell what they are worth while they are set, by whomever."""
        reason = _WORTH.get(self.concern, "")
        # Each of these takes some ways away and leaves others: only the switch between users is one thing and is gone.
        is_whole = self.concern is Concern.CONSOLE_SWITCHING
        return as_verified(Probe(capability=Capability.ENFORCED if is_whole else Capability.DETECT_ONLY, reason=reason))


def policies_in(snapshot: bytes, *, name: str) -> tuple[Policy, ...]:
    """Return the places that a snapshot is about, each with the number 0: for taking back what another version has set.

    Raises:
        OperationFailed: it cannot be read.
    """
    before, _ = _read(snapshot, name)
    return tuple(Policy(hive=hive, key=key, name=value, number=0) for hive, key, value in before)


def _read(snapshot: bytes, name: str) -> tuple[dict[tuple[Hive, str, str], Value | None], list[tuple[Hive, str]]]:
    try:
        fields = Fields(decode(snapshot, place=name, max_bytes=SNAPSHOT_MAX_BYTES), name)
        fields.choice("format", _Format)
        before = dict(_value_of(entry) for entry in fields.objects("values"))
        missing = [(entry.choice("hive", Hive), entry.text("key")) for entry in fields.objects("missing")]
        fields.close()
    except Refused as refused:
        raise OperationFailed(name, f"The snapshot cannot be read: {refused}") from refused
    return before, missing


def _value_of(entry: Fields) -> tuple[tuple[Hive, str, str], Value | None]:
    place = (entry.choice("hive", Hive), entry.text("key"), entry.text("name"))
    if not entry.has("type"):
        return place, None
    return place, Value(type=entry.integer("type"), data=entry.raw("data", max_length=SNAPSHOT_MAX_BYTES))


def _with_parents(key: str) -> Sequence[str]:
    parts = key.split("\\")
    return ["\\".join(parts[:number]) for number in range(2, len(parts) + 1)]
