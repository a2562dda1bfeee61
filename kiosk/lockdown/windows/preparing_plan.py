"""Everything that makes a Windows machine a seat, in the order in which it is changed, and what of it will not help there.

Owns the list, made from wishes and from what the machine is, and taking all of it back by names. Refuses to change anything.
Nobody is signed in automatically: a password in the registry would be one that every program can read.

Source: the administrative templates of Windows (Power, WindowsUpdate, ErrorReporting) on learn.microsoft.com; "Memory dump file
options".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.clock import Clock
from kiosk.lockdown.facts import Concern
from kiosk.lockdown.operations import Operation, OperationFailed
from kiosk.lockdown.preparing.preparation import Preparation
from kiosk.lockdown.snapshots import Snapshot
from kiosk.lockdown.windows import preparing_shell
from kiosk.lockdown.windows.api import Hive, Registry
from kiosk.lockdown.windows.policies import Policy, RegistryNumbers, policies_in
from kiosk.lockdown.windows.prepared import AUTOMATIC, FILTER
from kiosk.lockdown.windows.preparing_changes import FILE, SERVICE, FileWritten, ServiceInstalled
from kiosk.lockdown.windows.preparing_policy_file import NAME as POLICY_FILE
from kiosk.lockdown.windows.preparing_policy_file import applocker_policy
from kiosk.lockdown.windows.preparing_powershell import PowerShell
from kiosk.lockdown.windows.preparing_shell import feature, keyboard_filter, shell_launcher
from kiosk.lockdown.windows.preparing_wishes import Feature, FeatureState, WindowsFacts, WindowsWishes
from kiosk.lockdown.windows.service import DESCRIPTION, DISPLAY_NAME, NAME
from kiosk.lockdown.windows.service_manager import Service, Services

REGISTRY: Final = "prepare/registry/"
SNAPSHOTS: Final = "prepared"
_POLICIES: Final = "Software\\Policies\\"
_POWER: Final = "Software\\Policies\\Microsoft\\Power\\PowerSettings"
_UPDATE: Final = "Software\\Policies\\Microsoft\\Windows\\WindowsUpdate"
_REPORTS: Final = "Software\\Policies\\Microsoft\\Windows\\Windows Error Reporting"
_CRASHES: Final = "SYSTEM\\CurrentControlSet\\Control\\CrashControl"
ACTIVE_FROM, ACTIVE_UNTIL = 6, 22
"""Hours of the day in which updates do not restart the machine; at most eighteen."""
_NEVER: Final = {
    "29f6c1db-86da-48c5-9fdb-f2b67b1f44da": "sleep after a while",
    "9d7815a6-7ee4-497e-8888-515a05f02364": "hibernate after a while",
    "3c0bc021-c8a8-4e07-a973-6b14cbcb2b7e": "screen off after a while",
    "5ca83367-6e45-459f-a27b-476b1d01c936": "lid",
    "7648efa3-dd9c-4e3e-b566-50f929386280": "power key",
    "96996bc0-ad50-47ec-923b-6f41874dd9eb": "sleep key",
}


def _of(key: str, **numbers: int) -> tuple[Policy, ...]:
    return tuple(Policy(hive=Hive.MACHINE, key=key, name=name, number=number) for name, number in numbers.items())


NUMBERS: Final[Mapping[str, tuple[Concern, tuple[Policy, ...]]]] = {
    "power": (
        Concern.SUSPEND,
        tuple(each for guid in _NEVER for each in _of(f"{_POWER}\\{guid}", ACSettingIndex=0, DCSettingIndex=0)),
    ),
    "updates": (
        Concern.UPDATES,
        _of(_UPDATE, SetActiveHours=1, ActiveHoursStart=ACTIVE_FROM, ActiveHoursEnd=ACTIVE_UNTIL),
    ),
    "crash-files": (Concern.CORE_DUMPS, (*_of(_CRASHES, CrashDumpEnabled=0), *_of(_REPORTS, Disabled=1))),
}
"""What is set for as long as the machine is a seat, by name."""
FILTER_SERVICE: Final = "keyboard-filter-service"
_FILTER_STARTS: Final = _of(FILTER, Start=AUTOMATIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedMachine:
    """What a machine is prepared by.

    Attributes:
        folder: where only administrators may write; for snapshots and files.
        registry: of the machine.
        services: of the machine.
        powershell: runs scripts.
    """

    folder: Path
    registry: Registry
    services: Services
    powershell: PowerShell


def plan(machine: PreparedMachine, facts: WindowsFacts, wishes: WindowsWishes) -> tuple[Operation, ...]:
    """Return what is changed, in order. The service comes last, and goes first.

    Args:
        machine: by which it is done.
        facts: what the machine is.
        wishes: what it is prepared as.
    """
    text = applocker_policy(wishes.program, wishes.user_sid)
    why = "For an administrator to put into force, see docs/seat-setup.md."
    return (
        *(
            RegistryNumbers(machine.registry, policies, name=f"{REGISTRY}{name}", concern=concern)
            for name, (concern, policies) in NUMBERS.items()
        ),
        FileWritten(machine.folder, POLICY_FILE, text, why=why),
        *_features(machine, facts),
        *_filter(machine, facts),
        *_shell(machine, facts, wishes),
        ServiceInstalled(machine.services, NAME, service_of(facts, wishes)),
    )


def service_of(facts: WindowsFacts, wishes: WindowsWishes) -> Service:
    """Return the service of a seat."""
    return Service(
        name=NAME,
        command=wishes.service_line(starts_session=facts.starts_session),
        display_name=DISPLAY_NAME,
        description=DESCRIPTION,
    )


def gaps(facts: WindowsFacts) -> tuple[tuple[Concern, str], ...]:
    """Return what will not be prevented on this machine although it is prepared, and what helps."""
    edition = facts.edition or "this one"
    found = [
        (Concern.PROCESSES, f"{POLICY_FILE} is written and not in force: look at it, then Set-AppLockerPolicy."),
        (Concern.CONSOLE_SWITCHING, "Nobody is signed in by itself: sign in as the seat's user before an exam."),
    ]
    if not facts.is_able:
        return (
            *found,
            (
                Concern.APP_SWITCHING,
                f"Windows {edition} has no Shell Launcher: the usual desktop starts too, behind the exam's.",
            ),
            (
                Concern.SYSTEM_KEYS,
                f"Windows {edition} has no Keyboard Filter: the screen of Ctrl+Alt+Delete can be reached, emptied.",
            ),
        )
    for name, state, concern in (
        ("Shell Launcher", facts.launcher, Concern.APP_SWITCHING),
        ("Keyboard Filter", facts.key_filter, Concern.SYSTEM_KEYS),
    ):
        match state:
            case FeatureState.READY:
                continue
            case FeatureState.ABSENT:
                found.append((concern, f"{name} is not among the features of this machine."))
            case FeatureState.OFF | FeatureState.WAITING:
                found.append((concern, f"{name} is there after the next start: start the machine, and prepare again."))
    return tuple(found)


def preparation_of(machine: PreparedMachine, clock: Clock) -> Preparation:
    """Return what is prepared on a machine; it is taken back with nothing but the snapshots."""

    def known(snapshot: Snapshot) -> Operation | None:
        name = snapshot.operation
        if name.startswith(REGISTRY):
            return _numbers_of(machine.registry, snapshot)
        if name.startswith(SERVICE):
            return ServiceInstalled(machine.services, name.removeprefix(SERVICE), None)
        if name.startswith(FILE):
            return FileWritten(machine.folder, name.removeprefix(FILE), None)
        return preparing_shell.known(name, machine.powershell)

    return Preparation(machine.folder / SNAPSHOTS, clock, known)


def _numbers_of(registry: Registry, snapshot: Snapshot) -> Operation | None:
    try:
        places = policies_in(snapshot.data, name=snapshot.operation)
    except OperationFailed:
        return None
    if not all(map(_is_of_a_seat, places)):
        return None
    return RegistryNumbers(registry, places, name=snapshot.operation, concern=Concern.SUSPEND)


def _is_of_a_seat(place: Policy) -> bool:
    """A snapshot is believed about places where some version of this program may have set something, and no others."""
    return place.hive is Hive.MACHINE and (place.key.startswith(_POLICIES) or place.key in {_CRASHES, FILTER})


def _features(machine: PreparedMachine, facts: WindowsFacts) -> tuple[Operation, ...]:
    states = ((Feature.SHELL_LAUNCHER, facts.launcher), (Feature.KEYBOARD_FILTER, facts.key_filter))
    return tuple(feature(machine.powershell, name.value) for name, state in states if state is not FeatureState.ABSENT)


def _filter(machine: PreparedMachine, facts: WindowsFacts) -> tuple[Operation, ...]:
    if facts.key_filter is not FeatureState.READY:
        return ()
    name = f"{REGISTRY}{FILTER_SERVICE}"
    starts = RegistryNumbers(machine.registry, _FILTER_STARTS, name=name, concern=Concern.SYSTEM_KEYS)
    return (keyboard_filter(machine.powershell), starts)


def _shell(machine: PreparedMachine, facts: WindowsFacts, wishes: WindowsWishes) -> tuple[Operation, ...]:
    if facts.launcher is not FeatureState.READY:
        return ()
    return (shell_launcher(machine.powershell, sid=wishes.user_sid, line=wishes.session_line()),)
