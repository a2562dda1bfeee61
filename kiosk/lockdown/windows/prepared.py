"""What an edition of Windows can be prepared with, by what its registry says: Shell Launcher and Keyboard Filter.

Owns looking, and the commands that an administrator configures them with. Refuses to run them: both are settings of the machine
that outlive every exam, and a wrong one locks its owner out.

Source: learn.microsoft.com, "Shell Launcher", "Keyboard Filter", WEKF_PredefinedKey, WEKF_Settings, WESL_UserSetting.
"""

from __future__ import annotations

from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.windows.api import Hive, Registry
from kiosk.lockdown.windows.structs import REG_DWORD, REG_SZ
from kiosk.lockdown.windows.verification import as_verified

_VERSION: Final = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
_WINLOGON: Final = f"{_VERSION}\\Winlogon"
_FILTER: Final = "SYSTEM\\CurrentControlSet\\Services\\MsKeyboardFilter"
_AUTOMATIC: Final = 2
_USUAL_SHELL: Final = "explorer.exe"
_EDITIONS: Final = ("Enterprise", "Education", "IoTEnterprise", "ServerStandard", "ServerDatacenter")
_WMI: Final = "root\\standardcimv2\\embedded"
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


def keyboard_filter_commands() -> tuple[str, ...]:
    """Return lines of PowerShell that turn Keyboard Filter on for everybody but administrators; they hold after a restart.

    The key that leaves a locked account (pressed five times, the left Windows key unless it is set) is set to a key that no
    keyboard has, so that a candidate does not find it.
    """
    name = "Client-KeyboardFilter"
    settings = f"Get-CimInstance -Namespace {_WMI} -ClassName WEKF_Settings"
    return (
        f"Enable-WindowsOptionalFeature -Online -FeatureName {name} -All -NoRestart",
        "Set-Service -Name MsKeyboardFilter -StartupType Automatic",
        *(
            f"Get-CimInstance -Namespace {_WMI} -ClassName WEKF_PredefinedKey -Filter \"Id = '{key}'\""
            " | Set-CimInstance -Property @{Enabled = $true}"
            for key in FILTERED
        ),
        f"{settings} -Filter \"Name = 'BreakoutKeyScanCode'\" | Set-CimInstance -Property @{{Value = '0'}}",
        f"{settings} -Filter \"Name = 'DisableKeyboardFilterForAdministrators'\" | Set-CimInstance -Property @{{Value = 'true'}}",
    )


def prepared_probes(registry: Registry) -> dict[str, tuple[Concern, Probe]]:
    """Return what this machine was prepared with, by name, for the capability table."""
    return {
        "windows/shell-launcher": (Concern.APP_SWITCHING, as_verified(_shell_probe(registry))),
        "windows/keyboard-filter": (Concern.SYSTEM_KEYS, as_verified(_filter_probe(registry))),
    }


def starts_the_shell(registry: Registry) -> bool:
    """Tell whether a program of the site is the shell of this machine, in place of the usual desktop."""
    shell = _text(registry, _WINLOGON, "Shell")
    return bool(shell) and shell.lower() != _USUAL_SHELL


def _shell_probe(registry: Registry) -> Probe:
    if starts_the_shell(registry):
        return Probe(capability=Capability.ENFORCED)
    remedy = "Let Shell Launcher start the supervisor for the seat's user." if _is_able(registry) else _OTHER_EDITION
    return Probe(capability=Capability.UNAVAILABLE, reason="The usual desktop starts with the session.", remedy=remedy)


def _filter_probe(registry: Registry) -> Probe:
    start = registry.read(Hive.MACHINE, _FILTER, "Start")
    if start is None:
        remedy = "Turn Keyboard Filter on, see docs/windows-verification.md." if _is_able(registry) else _OTHER_EDITION
        return Probe(capability=Capability.UNAVAILABLE, reason="Keyboard Filter is not there.", remedy=remedy)
    if start.type != REG_DWORD or int.from_bytes(start.data, "little") != _AUTOMATIC:
        return Probe(
            capability=Capability.UNAVAILABLE,
            reason="Keyboard Filter is there and not turned on.",
            remedy="Set its service to start by itself, and restart the machine.",
        )
    return Probe(capability=Capability.ENFORCED)


_OTHER_EDITION: Final = "This edition of Windows has none; Enterprise, Education and IoT Enterprise do."


def _is_able(registry: Registry) -> bool:
    return _text(registry, _VERSION, "EditionID").startswith(_EDITIONS)


def _text(registry: Registry, key: str, name: str) -> str:
    value = registry.read(Hive.MACHINE, key, name)
    if value is None or value.type != REG_SZ:
        return ""
    return value.data.decode("utf-16-le", errors="replace").rstrip("\0")
