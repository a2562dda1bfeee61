"""What runs inside the rig about services: each step prints one line of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from kiosk.clock import SystemClock
from kiosk.lockdown.facts import Concern
from kiosk.lockdown.incidents import Observation
from kiosk.lockdown.windows import structs
from kiosk.lockdown.windows.api import Registry, Value
from kiosk.lockdown.windows.policies import POLICIES
from kiosk.lockdown.windows.real_registry import RealRegistry
from kiosk.lockdown.windows.service_manager import RealServices, Service, ServiceState
from kiosk.lockdown.windows.service_policies import PolicyKeeper, machine_operations, put_back_left, user_operations
from kiosk.lockdown.windows.service_sessions import RealSessions

NAME = "KioskSeatTest"
NOBODY = "S-1-5-21-9-9-9-1001"
TAKEN_BEFORE = Value(type=structs.REG_SZ, data="0\0".encode("utf-16-le"))
SUPERVISOR = """
import pathlib, time
pathlib.Path({mark!r}).touch()
for _ in range(1200):
    if pathlib.Path({goes_on!r}).exists():
        pathlib.Path({later!r}).touch()
        break
    time.sleep(0.1)
"""
_nothing = threading.Event()


def registry_of(sid: str) -> Registry:
    return RealRegistry(user_sid=sid)


def values(sid: str) -> list[str]:
    registry = registry_of(sid)
    every = {**machine_operations(registry), **user_operations(registry)}
    return [operation.snapshot().hex() for operation in every.values()]


def is_set(sid: str) -> bool:
    registry = registry_of(sid)
    every = {**machine_operations(registry), **user_operations(registry)}
    return not any(operation.verify() for operation in every.values())


def waits(until: Callable[[], bool], *, seconds: int = 120) -> bool:
    for _ in range(seconds * 10):
        if until():
            return True
        _nothing.wait(0.1)
    return False


def services() -> RealServices:
    return RealServices(_nothing.wait)


def service(folder: str, sid: str, *command: str) -> Service:
    script = str(Path(__file__).with_name("service_process.py"))
    compiled = f"pycache_prefix={sys.pycache_prefix}"  # it starts without this program's environment
    words = [sys.executable, "-X", compiled, script, NAME, folder, sid, *command]
    return Service(
        name=NAME,
        command=subprocess.list2cmdline(words),
        display_name="Exam seat, tried",
        description="Für Prüfungen – 試験.",
    )


def _no_report(observation: Observation) -> None:
    raise AssertionError(observation)


def dies(folder: str) -> None:
    """Set everything, and be gone."""
    sid = RealSessions().user_at_the_screen()
    policy = POLICIES[Concern.SYSTEM_KEYS][0]
    registry_of(sid).write(policy.hive, policy.key, policy.name, TAKEN_BEFORE)
    before = values(sid)
    keeper = PolicyKeeper(Path(folder) / "snapshots", registry_of, clock=SystemClock(), report=_no_report)
    keeper.set_for(sid)
    say({"before": before, "is_set": is_set(sid), "sid": sid})
    os._exit(9)


def lives(folder: str) -> None:
    """Install the service for somebody who is not here, then for who is; start it, stop it, take it away."""
    manager, sid = services(), RealSessions().user_at_the_screen()
    found: dict[str, object] = {"set_before": is_set(sid)}
    for_nobody = service(folder, NOBODY)
    manager.install(for_nobody)
    found["read_back"] = manager.find(NAME) == for_nobody
    manager.start(NAME)
    found["runs"] = waits(lambda: manager.state(NAME) is ServiceState.RUNNING)
    found["values_after_start"] = values(sid)
    manager.remove(NAME)
    found["gone"] = manager.find(NAME) is None

    mark, goes_on, later = (Path(folder) / name for name in ("supervisor", "goes-on", "survived"))
    code = SUPERVISOR.format(mark=str(mark), goes_on=str(goes_on), later=str(later))
    manager.install(service(folder, NOBODY))
    manager.install(service(folder, sid, sys.executable, "-c", code))  # a change of what is there
    manager.start(NAME)
    found["set_while_signed_in"] = waits(lambda: is_set(sid))
    found["supervisor_started"] = waits(mark.exists)
    log = Path(folder) / "service.log"
    # Wine's manager keeps a service for as long as what it has started lives.
    removing = threading.Thread(target=services().remove, args=(NAME,))
    removing.start()
    found["ended"] = waits(lambda: log.read_text(encoding="utf-8").count("The service ends.") == 2)
    found["values_after_stop"] = values(sid)
    goes_on.touch()
    found["supervisor_survives"] = waits(later.exists)
    removing.join()
    found["still_there"] = manager.find(NAME) is not None
    say(found)


def restores(folder: str) -> None:
    """Put back with nothing but the snapshots."""
    sid = RealSessions().user_at_the_screen()
    while_set = is_set(sid)
    report = put_back_left(Path(folder) / "snapshots", registry_of)
    say(
        {"was_set": while_set, "as_found": report.as_found, "operations": len(report.operations), "values": values(sid)}
    )


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    {"dies": dies, "lives": lives, "restores": restores}[sys.argv[1]](sys.argv[2])
