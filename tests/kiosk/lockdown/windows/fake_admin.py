"""What an administrator changes on a made-up Windows: services, and what PowerShell tells and sets.

Every change counts with those of the registry, so that one power cut may come at any of them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.windows.api import Hive, Win32Failed
from kiosk.lockdown.windows.prepared import FILTER_SETTINGS, FILTERED
from kiosk.lockdown.windows.preparing_plan import PreparedMachine
from kiosk.lockdown.windows.preparing_shell import FEATURE, KEYS, SHELL
from kiosk.lockdown.windows.preparing_wishes import Feature
from kiosk.lockdown.windows.service_manager import Service, ServiceState
from tests.kiosk.lockdown.windows.fake_win32 import FakeRegistry

_KEY = re.compile(r"WEKF_PredefinedKey -Filter \"Id = '([^']+)'\" \| Set-CimInstance -Property @\{Enabled = \$(\w+)\}")
_SETTING = re.compile(r"WEKF_Settings -Filter \"Name = '([^']+)'\" \| Set-CimInstance -Property @\{Value = '([^']*)'\}")
_DO = re.compile(r"Do-It (\w+) @\{ (.*) \}$")
_WORD = re.compile(r"(\w+) = (?:'((?:[^']|'')*)'|\[int32\](-?\d+)|\[int32\[\]\]@\(([^)]*)\)|\$(\w+))")


@dataclass
class FakeServices:
    registry: FakeRegistry
    there: dict[str, Service] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)
    restarts: bool = True
    is_denied: bool = False

    def find(self, name: str) -> Service | None:
        return self.there.get(name)

    def state(self, name: str) -> ServiceState:
        return ServiceState.RUNNING if name in self.running else ServiceState.STOPPED

    def recovers(self, name: str) -> bool:
        return self.restarts and name in self.there

    def install(self, service: Service) -> None:
        self._change()
        self.there[service.name] = service

    def start(self, name: str) -> None:
        self.running.add(name)

    def remove(self, name: str) -> None:
        self._change()
        self.running.discard(name)
        self.there.pop(name, None)

    def _change(self) -> None:
        if self.is_denied:
            raise Win32Failed("OpenSCManagerW", 5)
        self.registry._change(Hive.MACHINE)


@dataclass
class FakePowerShell:
    """Understands the scripts as far as they set something; what they look at it tells from what it has."""

    registry: FakeRegistry
    features: dict[str, bool] = field(default_factory=lambda: {each.value: False for each in Feature})
    is_ready: bool = False
    keys: dict[str, str] = field(
        default_factory=lambda: {
            **{f"key {key}": "false" for key in FILTERED},
            **{f"setting {name}": "91" if "Key" in name else "false" for name in FILTER_SETTINGS},
        }
    )
    shell_enabled: bool = False
    default_shell: tuple[str, str] = ("cmd.exe", "1")
    shells: dict[str, dict[str, str]] = field(default_factory=dict)
    fails: str = ""
    ran: list[str] = field(default_factory=list)

    def __call__(self, operation: str, script: str) -> str:
        if self.fails and self.fails in script:
            raise OperationFailed(operation, "PowerShell: no")
        self.ran.append(script)
        if "ConvertTo-Json" in script:
            return f"Loading…\n{json.dumps(self._look(operation))}\n"
        self.registry._change(Hive.MACHINE)
        self._set(operation, script)
        return ""

    def _look(self, operation: str) -> dict[str, str]:
        if operation == KEYS:
            return dict(self.keys)
        if operation.startswith(FEATURE):
            return {"state": "on" if self.features[operation.removeprefix(FEATURE)] else "off"}
        if operation.startswith(SHELL):
            own = self.shells.get(operation.removeprefix(f"{SHELL}/"), {})
            default, action = self.default_shell if self.shell_enabled else ("", "")
            empty = {"shell": "", "action": "", "codes": "", "code actions": ""}
            return {
                "enabled": str(self.shell_enabled).lower(),
                "default": default,
                "default action": action,
                **empty,
                **own,
            }
        states = {
            name: "absent" if name not in self.features else self._state(self.features[name])
            for name in (each.value for each in Feature)
        }
        return {
            "launcher": states[Feature.SHELL_LAUNCHER.value],
            "filter": states[Feature.KEYBOARD_FILTER.value],
        }

    def _state(self, is_on: bool) -> str:  # noqa: FBT001 - one word
        return ("ready" if self.is_ready else "waiting") if is_on else "off"

    def _set(self, operation: str, script: str) -> None:
        if operation == KEYS:
            self.keys |= {f"key {key}": value for key, value in _KEY.findall(script)}
            self.keys |= {f"setting {name}": value for name, value in _SETTING.findall(script)}
        elif operation.startswith(FEATURE):
            self.features[operation.removeprefix(FEATURE)] = script.startswith("Enable-")
        else:
            self._set_shells(script)

    def _set_shells(self, script: str) -> None:
        sid = re.search(r"\$_\.Sid -eq '([^']+)'", script)
        assert sid
        self.shells.pop(sid[1], None)
        for line in script.splitlines():
            done = _DO.search(line)
            if done is None or line.startswith(("function", "if")):
                continue
            words = {name: "".join(values) for name, *values in _WORD.findall(done[2])}
            match done[1]:
                case "SetCustomShell":
                    self.shells[words["Sid"]] = {
                        "shell": words["Shell"].replace("''", "'"),
                        "action": words["DefaultAction"],
                        "codes": words.get("CustomReturnCodes", ""),
                        "code actions": words.get("CustomReturnCodesAction", ""),
                    }
                case "SetDefaultShell":
                    self.default_shell = (words["Shell"], words["DefaultAction"])
                case "SetEnabled":
                    self.shell_enabled = words["Enabled"] == "true"
                case other:
                    raise AssertionError(other)


@dataclass
class FakeAdmin:
    """A machine and whoever prepares it."""

    folder: Path
    registry: FakeRegistry = field(default_factory=FakeRegistry)

    def __post_init__(self) -> None:
        self.services = FakeServices(self.registry)
        self.powershell = FakePowerShell(self.registry)

    def machine(self) -> PreparedMachine:
        return PreparedMachine(
            folder=self.folder, registry=self.registry, services=self.services, powershell=self.powershell
        )

    def picture(self) -> object:
        """Everything that can be changed, but keys without values: whether these go is asked on Windows' own registry."""
        shell = self.powershell
        default = shell.default_shell if shell.shell_enabled else None  # without effect, and nobody can take it out
        files = {
            path.name: path.read_bytes()
            for path in self.folder.glob("*")
            if path.is_file() and not path.name.startswith(".")
        }
        values = {place: dict(found) for place, found in self.registry.keys.items() if found}
        return (
            values,
            dict(self.services.there),
            dict(shell.features),
            dict(shell.keys),
            (shell.shell_enabled, default, {sid: dict(each) for sid, each in shell.shells.items()}),
            files,
        )
