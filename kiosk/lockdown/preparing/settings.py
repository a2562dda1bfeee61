"""Settings of the system on a prepared seat, as texts: X server, logind, sleep, polkit, firewall, USB, modules, kernel.

Owns the values. Refuses to know how files get to their places. All of them are files of their own beside the system's, so that
updates and other programs do not touch them; only USBGuard's two files are changed in place, because it has no other way.

Source: xorg.conf(5), logind.conf(5), sleep.conf.d(5), polkit(8), nft(8), usbguard-daemon.conf(5), usbguard-rules.conf(5),
modprobe.d(5), sysctl.d(5).
"""

from __future__ import annotations

import re
from typing import Final

from kiosk.lockdown.facts import Concern
from kiosk.lockdown.preparing.units import NETWORK_RULES, TABLE
from kiosk.lockdown.preparing.wishes import Storage, Wanted, WantedFile, WantedLink, Wishes

USBGUARD: Final = "etc/usbguard/usbguard-daemon.conf"
USB_RULES: Final = "etc/usbguard/rules.conf"
_STORAGE: Final = ("usb-storage", "uas")
_RADIOS_AND_BUSES: Final = (
    "bluetooth",
    "btusb",
    "cfg80211",
    "mac80211",
    "firewire-core",
    "firewire-ohci",
    "firewire-sbp2",
    "thunderbolt",
    "cdc_acm",
    "cdc_ether",
    "cdc_ncm",
    "rndis_host",
    "vhci-hcd",
    "uinput",
)
_USBGUARD_VALUES: Final = {
    "RuleFile": "/etc/usbguard/rules.conf",
    "ImplicitPolicyTarget": "block",
    "PresentDevicePolicy": "apply-policy",
    "PresentControllerPolicy": "keep",
    "InsertedDevicePolicy": "apply-policy",
    "AuthorizedDefault": "none",
    "RestoreControllerDeviceState": "false",
}
_BY_CLASS: Final = """\
# Nobody could ask which keyboard and mouse belong to this seat: any keyboard is let in, also one that only says it is one.
# With the seat's own devices plugged in, prepare it again as root with USBGuard installed.
allow with-interface one-of { 03:00:* 03:01:* }
allow with-interface equals { 09:00:* }
"""

_XORG: Final = """\
Section "ServerFlags"
    Option "DontVTSwitch" "true"
    Option "DontZap" "true"
    Option "DontZoom" "true"
    Option "BlankTime" "0"
    Option "StandbyTime" "0"
    Option "SuspendTime" "0"
    Option "OffTime" "0"
    Option "AllowMouseOpenFail" "true"
EndSection

Section "Extensions"
    Option "DPMS" "Disable"
EndSection
"""
_LOGIND: Final = """\
[Login]
NAutoVTs=0
ReserveVT=0
KillUserProcesses=yes
HandlePowerKey=ignore
HandlePowerKeyLongPress=poweroff
HandleRebootKey=ignore
HandleSuspendKey=ignore
HandleHibernateKey=ignore
HandleLidSwitch=ignore
HandleLidSwitchExternalPower=ignore
HandleLidSwitchDocked=ignore
IdleAction=ignore
"""
_SLEEP: Final = "[Sleep]\nAllowSuspend=no\nAllowHibernation=no\nAllowSuspendThenHibernate=no\nAllowHybridSleep=no\n"
_COREDUMP: Final = "[Coredump]\nStorage=none\nProcessSizeMax=0\n"
_SYSCTL: Final = """\
kernel.sysrq = 0
kernel.core_pattern = |/bin/false
kernel.dmesg_restrict = 1
kernel.kptr_restrict = 2
kernel.ctrl-alt-del = 0
fs.suid_dumpable = 0
fs.protected_hardlinks = 1
fs.protected_symlinks = 1
vm.swappiness = 0
# Not in every kernel: the minus lets the others go on where it is missing.
-kernel.yama.ptrace_scope = 2
-kernel.unprivileged_bpf_disabled = 1
"""


def settings(wishes: Wishes, *, uid: int, usbguard: str | None, usbguard_unit: str) -> tuple[Wanted, ...]:
    """Return every setting.

    Args:
        wishes: what the seat is prepared as.
        uid: the number of the seat's user.
        usbguard: what stands in USBGuard's configuration; None where USBGuard is not installed.
        usbguard_unit: path of its unit on the seat; empty where there is none.
    """
    return (
        _file(
            "etc/X11/xorg.conf.d/99-kiosk-seat.conf",
            Concern.CONSOLE_SWITCHING,
            _XORG,
            "No key leaves the screen or ends it.",
        ),
        _file(
            "etc/systemd/logind.conf.d/99-kiosk-seat.conf",
            Concern.CONSOLE_SWITCHING,
            _LOGIND,
            "No logins, no sleep by keys.",
        ),
        _file("etc/systemd/sleep.conf.d/99-kiosk-seat.conf", Concern.SUSPEND, _SLEEP, "The machine does not sleep."),
        _file(
            "etc/systemd/coredump.conf.d/99-kiosk-seat.conf", Concern.CORE_DUMPS, _COREDUMP, "No crash file is kept."
        ),
        _file(
            "etc/sysctl.d/99-kiosk-seat.conf",
            Concern.DEBUGGING,
            _SYSCTL,
            "No keys of the kernel, no crash files, no debugger.",
        ),
        _file(
            "etc/polkit-1/rules.d/00-kiosk-seat.rules",
            Concern.PRIVILEGES,
            _polkit(wishes.user),
            "The user may ask for nothing.",
        ),
        _file(NETWORK_RULES, Concern.NETWORK, network_rules(uid), "Nothing comes in or goes out."),
        _file(
            "etc/modprobe.d/kiosk-seat.conf",
            Concern.USB_STORAGE,
            _modules(wishes),
            "Drivers that no exam needs are not loaded.",
        ),
        *(() if usbguard is None else _usb(wishes, usbguard, usbguard_unit)),
    )


def network_rules(uid: int) -> str:
    """Return the firewall's rules. Loading them twice is loading them once."""
    return (
        f"table inet {TABLE}\ndelete table inet {TABLE}\n\ntable inet {TABLE} {{\n"
        "    chain output {\n        type filter hook output priority -10; policy drop;\n"
        f"        meta skuid {uid} counter reject\n"
        '        oif "lo" accept\n    }\n'
        "    chain input {\n        type filter hook input priority -10; policy drop;\n"
        '        iif "lo" accept\n    }\n'
        "    chain forward {\n        type filter hook forward priority -10; policy drop;\n    }\n}\n"
    )


def usb_rules(policy: str) -> str:
    """Return USBGuard's rules: the devices that were there, never other storage, and nothing else.

    Args:
        policy: rules of ``usbguard generate-policy``; empty where nobody could ask.
    """
    allowed = policy.rstrip() + "\n" if policy.strip() else _BY_CLASS
    return f"{allowed}reject with-interface one-of {{ 08:*:* }}\n"


def usbguard_configuration(before: str) -> str:
    """Return USBGuard's configuration with what a seat needs changed, and every other line as it was."""
    text = before
    for name, value in _USBGUARD_VALUES.items():
        line = f"{name}={value}"
        text, found = re.subn(rf"^\s*{name}\s*=.*$", line, text, flags=re.MULTILINE)
        if not found:
            text = f"{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{line}\n"
    return text


def _usb(wishes: Wishes, before: str, unit: str) -> tuple[Wanted, ...]:
    about = Concern.USB_STORAGE
    files = (
        _file(USB_RULES, about, usb_rules(wishes.usb_policy), "Devices of this seat, and no others.", mode=0o600),
        _file(USBGUARD, about, usbguard_configuration(before), "What no rule lets in is blocked.", mode=0o600),
    )
    if not unit:
        return files
    path = "etc/systemd/system/multi-user.target.wants/usbguard.service"
    return (*files, WantedLink(path=path, concern=about, target=unit, why="USBGuard starts with the machine."))


def _modules(wishes: Wishes) -> str:
    # A blacklist only keeps the kernel from loading a driver by itself; what is to be run in its place keeps everybody from it.
    storage = _STORAGE if wishes.storage is Storage.MODULES else ()
    return "".join(f"install {module} /bin/false\n" for module in (*storage, *_RADIOS_AND_BUSES))


def _polkit(user: str) -> str:
    return (
        "polkit.addRule(function(action, subject) {\n"
        f'    if (subject.user == "{user}" || subject.isInGroup("{user}")) {{\n'
        "        return polkit.Result.NO;\n    }\n    return polkit.Result.NOT_HANDLED;\n});\n"
    )


def _file(path: str, concern: Concern, text: str, why: str, *, mode: int = 0o644) -> WantedFile:
    comment = "//" if path.endswith(".rules") else "#"
    head = (
        ""
        if path == USBGUARD
        else f"{comment} Made by `kiosk seat prepare`, taken back by `kiosk seat prepare --undo`.\n"
    )
    return WantedFile(path=path, concern=concern, text=head + text, why=why, mode=mode)
