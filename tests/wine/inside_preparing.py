"""Preparing and taking back inside the rig, with the power cut at every change; prints one line of JSON."""

from __future__ import annotations

import json
import shutil
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from kiosk.clock import SystemClock
from kiosk.lockdown.windows.api import Hive, Value
from kiosk.lockdown.windows.preparing_plan import NUMBERS, PreparedMachine, plan, preparation_of
from kiosk.lockdown.windows.preparing_wishes import WindowsFacts, WindowsWishes
from kiosk.lockdown.windows.real_registry import RealRegistry
from kiosk.lockdown.windows.service import NAME
from kiosk.lockdown.windows.service_manager import RealServices, Service
from kiosk.lockdown.windows.structs import REG_SZ

WISHES = WindowsWishes(
    program=PureWindowsPath("C:\\Program Files\\Exam\\kiosk.exe"),
    seat=PureWindowsPath("C:\\ProgramData\\exam-seat"),
    user="exam",
    user_sid="S-1-5-21-1-2-3-1001",
)
PRO = WindowsFacts(edition="Professional")
WHERE = ("Software\\Policies", "SYSTEM\\CurrentControlSet\\Control\\CrashControl")
TAKEN_BEFORE = Value(type=REG_SZ, data="0\0".encode("utf-16-le"))


class PowerCutError(BaseException):
    """Nothing catches it."""


@dataclass
class Power:
    """Counts changes; at the last one it fails, before it is made."""

    left: int

    def use(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise PowerCutError


class CutRegistry(RealRegistry):
    """The real one, as long as there is power."""

    def __init__(self, power: Power) -> None:
        super().__init__()
        self._power = power

    def write(self, hive: Hive, key: str, name: str, value: Value) -> None:
        self._power.use()
        super().write(hive, key, name, value)

    def remove(self, hive: Hive, key: str, name: str) -> None:
        self._power.use()
        super().remove(hive, key, name)

    def remove_key(self, hive: Hive, key: str) -> None:
        self._power.use()
        super().remove_key(hive, key)


class CutServices(RealServices):
    """The real ones, as long as there is power."""

    def __init__(self, power: Power) -> None:
        super().__init__(threading.Event().wait)
        self._power = power

    def install(self, service: Service) -> None:
        self._power.use()
        super().install(service)

    def remove(self, name: str) -> None:
        self._power.use()
        super().remove(name)


def machine(folder: Path, power: Power) -> PreparedMachine:
    def nothing(operation: str, script: str) -> str:
        raise AssertionError(operation, script)

    return PreparedMachine(folder=folder, registry=CutRegistry(power), services=CutServices(power), powershell=nothing)


def dump() -> list[object]:
    """Every key and value of the places where something is set, and the service."""
    import winreg  # noqa: PLC0415 - only there

    found: list[object] = []

    def walk(path: str) -> None:
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:  # type: ignore[attr-defined, unused-ignore]
                keys, values, _ = winreg.QueryInfoKey(key)  # type: ignore[attr-defined, unused-ignore]
                each_value = [winreg.EnumValue(key, number) for number in range(values)]  # type: ignore[attr-defined, unused-ignore]
                each_key = [winreg.EnumKey(key, number) for number in range(keys)]  # type: ignore[attr-defined, unused-ignore]
        except FileNotFoundError:
            return
        found.append([path, sorted(repr(each) for each in each_value)])
        for name in sorted(each_key):
            walk(f"{path}\\{name}")

    for path in WHERE:
        walk(path)
    there = RealServices(threading.Event().wait).find(NAME)
    return [*found, None if there is None else there.command]


def uses(act: Callable[[PreparedMachine], object], folder: Path, power: int) -> int:
    """Do something with so much power, and return how much it took; -1 where it was not enough."""
    source = Power(power)
    try:
        act(machine(folder, source))
    except PowerCutError:
        return -1
    return power - source.left


def prepare(here: PreparedMachine) -> None:
    preparation_of(here, SystemClock()).prepare(plan(here, PRO, WISHES))


def undo(here: PreparedMachine) -> None:
    report = preparation_of(here, SystemClock()).undo()
    assert report.as_found, report


def main(folder: Path) -> None:
    """Prepare and take back once, then with a cut at each change, then with another one while it is taken back."""
    policy = NUMBERS["updates"][1][0]
    RealRegistry().write(policy.hive, policy.key, policy.name, TAKEN_BEFORE)
    before = dump()
    whole = uses(prepare, folder, 1_000_000)
    while_prepared = dump()
    undoing = uses(undo, folder, 1_000_000)
    wrong: list[int] = [] if dump() == before else [0]
    for cut in range(whole):
        assert uses(prepare, folder, cut) == -1
        uses(undo, folder, cut % undoing)
        uses(undo, folder, 1_000_000)
        if dump() != before or (folder / "prepared").exists():
            wrong.append(cut)
    changed = sum(1 for each in while_prepared if each not in before)
    command = while_prepared[-1]
    shutil.rmtree(folder)
    sys.stdout.write(json.dumps({"whole": whole, "wrong": wrong, "changed": changed, "service": command}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) / "kiosk-seat")
