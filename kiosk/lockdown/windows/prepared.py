"""What an edition of Windows can be prepared with, by what its registry says: Shell Launcher and Keyboard Filter.

Owns looking, what Keyboard Filter is to keep away, and the commands by which it is told. Who runs them is ``preparing_shell``.

Source: learn.microsoft.com, "Shell Launcher", "Keyboard Filter", WEKF_PredefinedKey, WEKF_Settings, WESL_UserSetting.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.windows.api import Hive, Registry
from kiosk.lockdown.windows.policies import POLICIES, RegistryPolicies
from kiosk.lockdown.windows.structs import REG_DWORD, REG_SZ
from kiosk.lockdown.windows.verification import as_verified

_VERSION: Final = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
_WINLOGON: Final = f"{_VERSION}\\Winlogon"
FILTER: Final = "SYSTEM\\CurrentControlSet\\Services\\MsKeyboardFilter"
AUTOMATIC: Final = 2
USUAL_SHELL: Final = "explorer.exe"
_EDITIONS: Final = ("Enterprise", "Education", "IoTEnterprise", "ServerStandard", "ServerDatacenter")
WMI: Final = "root\\standardcimv2\\embedded"
FILTERED: Final = (
    "Ctrl+Alt+Del",
    "Ctrl+Shift+Esc",
    "Ctrl+Esc",
    "Alt+Tab",
    "Alt+Esc",
    "Alt+F4",
    "Alt+Space",
    "Win+L",
    "Win+R",
    "Win+U",
    "Windows",
)
"""Combinations of Keyboard Filter's list, by their names there."""


FILTER_SETTINGS: Final[Mapping[str, str]] = {
    # Pressed five times this key leads out of a locked account: it becomes one that no keyboard has.
    "BreakoutKeyScanCode": "0",
    "DisableKeyboardFilterForAdministrators": "true",
}


def keyboard_filter_commands(keys: Mapping[str, bool], settings: Mapping[str, str]) -> tuple[str, ...]:
    """Return lines of PowerShell that set Keyboard Filter.

    Args:
        keys: for combinations of its list, whether they are kept away.
        settings: of WEKF_Settings, by name.
    """

    def of(name: str, condition: str) -> str:
        return f'Get-CimInstance -Namespace {WMI} -ClassName {name} -Filter "{condition}" | Set-CimInstance -Property'

    kept = [
        f"{of('WEKF_PredefinedKey', _is('Id', key))} @{{Enabled = ${str(is_kept).lower()}}}"
        for key, is_kept in keys.items()
    ]
    told = [f"{of('WEKF_Settings', _is('Name', name))} @{{Value = '{value}'}}" for name, value in settings.items()]
    return (*kept, *told)


def _is(name: str, value: str) -> str:
    return f"{name} = '{value}'"


def prepared_probes(registry: Registry) -> dict[str, tuple[Concern, Probe]]:
    """Return what this machine was prepared with, by name, for the capability table."""
    return {
        "windows/shell-launcher": (Concern.APP_SWITCHING, as_verified(_shell_probe(registry))),
        "windows/keyboard-filter": (Concern.SYSTEM_KEYS, as_verified(_filter_probe(registry))),
        **_set_by_service(registry),
    }


def _set_by_service(registry: Registry) -> dict[str, tuple[Concern, Probe]]:
    """Return the policies that hold and that this process may not set: the seat's service has set them."""
    every = [RegistryPolicies(registry, concern) for concern in POLICIES]
    return {
        f"windows/service-{each.concern.value}": (each.concern, each.worth())
        for each in every
        if each.probe().capability is Capability.UNAVAILABLE and not each.verify()
    }


def starts_the_shell(registry: Registry) -> bool:
    """Tell whether a program of the site is the shell of this machine, in place of the usual desktop."""
    shell = _text(registry, _WINLOGON, "Shell")
    return bool(shell) and shell.lower() != USUAL_SHELL


def _shell_probe(registry: Registry) -> Probe:
    if starts_the_shell(registry):
        return Probe(capability=Capability.ENFORCED)
    remedy = "Let Shell Launcher start the supervisor for the seat's user." if _is_able(registry) else _OTHER_EDITION
    return Probe(capability=Capability.UNAVAILABLE, reason="The usual desktop starts with the session.", remedy=remedy)


def _filter_probe(registry: Registry) -> Probe:
    start = registry.read(Hive.MACHINE, FILTER, "Start")
    if start is None:
        remedy = "Prepare the seat, see docs/seat-setup.md." if _is_able(registry) else _OTHER_EDITION
        return Probe(capability=Capability.UNAVAILABLE, reason="Keyboard Filter is not there.", remedy=remedy)
    if start.type != REG_DWORD or int.from_bytes(start.data, "little") != AUTOMATIC:
        return Probe(
            capability=Capability.UNAVAILABLE,
            reason="Keyboard Filter is there and not turned on.",
            remedy="Set its service to start by itself, and restart the machine.",
        )
    return Probe(capability=Capability.ENFORCED)


_OTHER_EDITION: Final = "This edition of Windows has none; Enterprise, Education and IoT Enterprise do."


def edition_of(registry: Registry) -> str:
    """Return the edition's name as Windows stores it, for example ``Professional`` or ``IoTEnterpriseS``."""
    return _text(registry, _VERSION, "EditionID")


def is_able(edition: str) -> bool:
    """Tell whether an edition has Shell Launcher and Keyboard Filter."""
    return edition.startswith(_EDITIONS)


def _is_able(registry: Registry) -> bool:
    return is_able(edition_of(registry))


def _text(registry: Registry, key: str, name: str) -> str:
    value = registry.read(Hive.MACHINE, key, name)
    if value is None or value.type != REG_SZ:
        return ""
    return value.data.decode("utf-16-le", errors="replace").rstrip("\0")
