"""`kiosk seat service`: what Windows starts with the machine on a prepared seat. Nobody calls it by hand.

Owns arguments and putting the service together. What it does is ``kiosk.lockdown.windows.service``.
"""

from __future__ import annotations

from pathlib import Path, PureWindowsPath
from typing import Annotated

import typer

from kiosk.lockdown.facts import Preset


def service(
    folder: Annotated[Path, typer.Argument(metavar="SEAT", help="The seat's folder.", show_default=False)],
    user_sid: Annotated[str, typer.Option("--user-sid", help="The SID of the seat's user.")],
    preset: Annotated[Preset, typer.Option(help="How strict this seat is.")] = Preset.STANDARD,
    stick: Annotated[Path | None, typer.Option("--stick", help="The stick's folder.")] = None,
    shell_starts: Annotated[
        bool, typer.Option("--shell-starts", help="The user's shell is the supervisor, and is not started.")
    ] = False,
) -> None:
    """Be the seat's service. Started by Windows only; `kiosk seat prepare` installs it."""
    from kiosk.clock import SystemClock  # noqa: PLC0415 - Windows only
    from kiosk.lockdown.windows.preparing_wishes import WindowsWishes  # noqa: PLC0415
    from kiosk.lockdown.windows.real_registry import RealRegistry  # noqa: PLC0415
    from kiosk.lockdown.windows.service import NAME, SeatService, ServiceOptions, sentence_of  # noqa: PLC0415
    from kiosk.lockdown.windows.service_log import ServiceLog  # noqa: PLC0415
    from kiosk.lockdown.windows.service_policies import PolicyKeeper  # noqa: PLC0415
    from kiosk.lockdown.windows.service_program import ServiceProgram  # noqa: PLC0415
    from kiosk.lockdown.windows.service_record import SERVICE_FOLDER, ServiceRecord  # noqa: PLC0415
    from kiosk.lockdown.windows.service_sessions import RealSessions  # noqa: PLC0415
    from ui.command_line.seat_prepare_windows import own_folder  # noqa: PLC0415
    from ui.command_line.seat_restore import SNAPSHOTS_OF_SERVICE  # noqa: PLC0415
    from ui.command_line.seat_self import this_program  # noqa: PLC0415

    wishes = WindowsWishes(
        program=PureWindowsPath(this_program()),
        seat=PureWindowsPath(folder),
        user="",
        user_sid=user_sid,
        preset=preset,
        stick=None if stick is None else PureWindowsPath(stick),
    )
    clock, own = SystemClock(), own_folder() / SERVICE_FOLDER
    log, record = ServiceLog(own, clock), ServiceRecord(own, clock)
    keeper = PolicyKeeper(
        own / SNAPSHOTS_OF_SERVICE,
        lambda sid: RealRegistry(user_sid=sid),
        clock=clock,
        report=lambda seen: log.say(sentence_of(seen)),
    )
    options = ServiceOptions(user_sid=user_sid, command=() if shell_starts else wishes.session_words())
    seat_service = SeatService(options, RealSessions(), keeper, clock=clock, say=log.say, record=record.add)
    ServiceProgram(NAME, seat_service.work).run()
