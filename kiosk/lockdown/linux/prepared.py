"""What a prepared system prevents, found out by looking at it and not by believing that it was prepared.

Owns the signs. Refuses to change anything (``preparing`` does), and to count half of a protection: where a part is missing, this
says what, and nothing is prevented.

Source: xorg.conf(5), logind.conf(5), modprobe.d(5), usbguard-daemon.conf(5), cgroups(7).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.linux.look import Look, fields_of
from kiosk.lockdown.linux.processes import processes

SERVICE: Final = "kiosk-seat.service"
_REMEDY: Final = "Prepare the seat with `kiosk seat prepare`."
_XORG: Final = ("usr/share/X11/xorg.conf.d", "etc/X11/xorg.conf.d")
_XORG_FILE: Final = "etc/X11/xorg.conf"
_LOGIND: Final = ("usr/lib/systemd/logind.conf.d", "run/systemd/logind.conf.d", "etc/systemd/logind.conf.d")
_LOGIND_FILE: Final = "etc/systemd/logind.conf"
_MODPROBE: Final = ("usr/lib/modprobe.d", "run/modprobe.d", "etc/modprobe.d")
_STORAGE_MODULES: Final = ("usb-storage", "uas")
_USBGUARD: Final = "usbguard-daemon"
_USBGUARD_FILE: Final = "etc/usbguard/usbguard-daemon.conf"
_OPTION: Final = re.compile(r'^\s*Option\s+"(?P<name>[^"]+)"(?:\s+"(?P<value>[^"]*)")?', re.MULTILINE | re.IGNORECASE)
_TRUE: Final = frozenset({"", "1", "on", "true", "yes"})
_REFUSED: Final = re.compile(r"^\s*install\s+(?P<module>\S+)\s+(?:/usr)?/bin/(?:false|true)\s*$", re.MULTILINE)
_WRITABLE: Final = 0o022  # by a group, or by everybody

Probes = Mapping[str, tuple[Concern, Probe]]


def prepared_probes(look: Look, *, uid: int, program_files: Iterable[str]) -> Probes:
    """Return what the system prevents, by name.

    Args:
        look: at the machine.
        uid: the user whom the window runs as.
        program_files: paths of the program's files.
    """
    found = {
        "session": (Concern.APP_SWITCHING, _session(look)),
        "consoles": (Concern.CONSOLE_SWITCHING, _consoles(look)),
        "storage": (Concern.USB_STORAGE, _storage(look)),
        "program": (Concern.PROGRAM_FILES, _program(look, uid, tuple(program_files))),
    }
    return {f"prepared/{name}": probe for name, probe in found.items()}


def _session(look: Look) -> Probe:
    # "0::/system.slice/kiosk-seat.service": the session is the service's, which starts a screen and the exam and nothing else.
    group = (look.text("proc/self/cgroup") or "").splitlines()[-1:]
    if any(f"/{SERVICE}" in line for line in group):
        return Probe(capability=Capability.ENFORCED)
    return _not("The session was not started by the seat's own service; other programs may run in it.")


def _consoles(look: Look) -> Probe:
    options = dict[str, str]()
    for text in (*_all_of(look, _XORG), look.text(_XORG_FILE) or ""):
        options |= {each["name"].lower(): (each["value"] or "").lower() for each in _OPTION.finditer(text)}
    logind: dict[str, str] = {}
    for text in (look.text(_LOGIND_FILE) or "", *_all_of(look, _LOGIND)):
        logind |= fields_of(text)
    if options.get("dontvtswitch", "no") not in _TRUE:
        return _not("The X server lets keys switch to another console.")
    if logind.get("NAutoVTs") != "0":
        return _not("The system asks for a login on other consoles.")
    return Probe(capability=Capability.ENFORCED)


def _storage(look: Look) -> Probe:
    if any(process.name == _USBGUARD for process in processes(look)):
        policy = fields_of(look.text(_USBGUARD_FILE)).get("ImplicitPolicyTarget", "")
        if policy in {"block", "reject"}:
            return Probe(capability=Capability.ENFORCED)
    refused = {match["module"] for text in _all_of(look, _MODPROBE) for match in _REFUSED.finditer(text)}
    loaded = {name.replace("_", "-") for name in look.names("sys/module")}
    if refused.issuperset(_STORAGE_MODULES) and not loaded.intersection(_STORAGE_MODULES):
        return Probe(capability=Capability.ENFORCED)
    return _not("Neither USBGuard nor the list of kernel modules keeps storage out.")


def _program(look: Look, uid: int, files: tuple[str, ...]) -> Probe:
    if not files:
        return _not("There is no list of the program's files.")
    if uid == 0:
        return _not("The window runs as the system's administrator, who may write to everything.")
    for path in {folder for file in files for folder in _with_folders(file)}:
        owner = look.owner(path)
        if owner is None or owner[0] == uid or owner[1] & _WRITABLE:
            return _not(f"Others than the system may write to /{path}.")
    return Probe(capability=Capability.ENFORCED)


def _with_folders(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]


def _all_of(look: Look, folders: tuple[str, ...]) -> list[str]:
    """Return the files of drop-in folders in the order in which they count, the last one most."""
    return [
        look.text(f"{folder}/{name}") or ""
        for folder in folders
        for name in look.names(folder)
        if name.endswith(".conf")
    ]


def _not(reason: str) -> Probe:
    return Probe(capability=Capability.UNAVAILABLE, reason=reason, remedy=_REMEDY)
