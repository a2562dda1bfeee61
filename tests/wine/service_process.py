"""The seat's service as wine's service manager starts it: with nothing of the tests' environment but its command line."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kiosk.clock import SystemClock
from kiosk.lockdown.windows.real_registry import RealRegistry
from kiosk.lockdown.windows.service import SeatService, ServiceOptions, sentence_of
from kiosk.lockdown.windows.service_log import ServiceLog
from kiosk.lockdown.windows.service_policies import PolicyKeeper
from kiosk.lockdown.windows.service_program import ServiceProgram
from kiosk.lockdown.windows.service_record import ServiceRecord
from kiosk.lockdown.windows.service_sessions import RealSessions


def main() -> None:
    """``NAME FOLDER SID WORD…``"""
    name, folder, sid, *command = sys.argv[1:]
    clock = SystemClock()
    log, record = ServiceLog(Path(folder), clock), ServiceRecord(Path(folder), clock)
    keeper = PolicyKeeper(
        Path(folder) / "snapshots",
        lambda user: RealRegistry(user_sid=user),
        clock=clock,
        report=lambda seen: log.say(sentence_of(seen)),
    )
    options = ServiceOptions(user_sid=sid, command=command)
    service = SeatService(options, RealSessions(), keeper, clock=clock, say=log.say, record=record.add)
    ServiceProgram(name, service.work).run()


if __name__ == "__main__":
    main()
