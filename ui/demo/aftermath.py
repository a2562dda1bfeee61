"""Everything after the candidate has left: export, acceptance, receipt, erasure, score.

At the seat the robot does it on the admin's page; at the office and the site commands do it. What is believed about the seat is
what the seat itself says afterwards (``kiosk seat status``), not what was asked of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exam_packages.drop_paths import RESULT_SUFFIX
from exam_packages.ids import Digest
from ui.demo.errors import DemoFault
from ui.demo.preparation import Prepared
from ui.demo.sitting import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What came home.

    Attributes:
        bundle: digest of the result.
        report: the PDF score report.
        receipt_verified: the seat has verified the office's receipt, and it says "accepted".
        erased: the seat says that its copy is erased, and nothing of it lies in the seat's folder.
    """

    bundle: Digest
    report: Path
    receipt_verified: bool
    erased: bool


def admin_exports(prepared: Prepared, robot: Told) -> None:
    """Free the seat and export the result on the admin's page.

    Raises:
        RobotFailedError: the page did not do it.
    """
    robot.tell("free_seat")
    robot.tell("begin_administration")
    robot.tell("unlock", name=prepared.admin.name, pin=prepared.admin.pin, by="mouse")
    robot.tell("act", button="Export to stick")


def accept_and_bring_receipt(prepared: Prepared) -> Digest:
    """Let the office accept what is on the stick; bring its receipt back by way of the site.

    Raises:
        CommandFailedError: it was refused.
    """
    folder = prepared.folder
    sent = folder.root / "receipts-from-office"
    prepared.office.run("office", "accept", folder.office, folder.stick, "--receipts", sent)
    prepared.site.run("site", "receipts", folder.site, sent, folder.stick)
    return Digest(folder.only(folder.stick, f"*{RESULT_SUFFIX}").name.removesuffix(RESULT_SUFFIX))


def admin_takes_receipt(prepared: Prepared, robot: Told) -> tuple[bool, bool]:
    """Read the receipt at the seat, erase, and close the program; tell whether it is verified and erased.

    Raises:
        RobotFailedError: the page did not do it.
    """
    robot.tell("act", button="Read receipts")
    verified = _session(prepared)["receipt"] == "accepted"
    robot.tell("act", button="Erase results", sure="Erase them")
    robot.tell("look_around")
    robot.tell("close_program")
    erased = _session(prepared)["state"] == "erased"
    left = [path for path in prepared.folder.seat.rglob("*") if path.suffix == RESULT_SUFFIX]
    return verified, erased and not left


def score(prepared: Prepared, bundle: Digest) -> Path:
    """Score the result and return the PDF report.

    Raises:
        CommandFailedError: it was refused.
    """
    folder = prepared.folder
    prepared.office.run("office", "score", folder.office, bundle)
    return folder.only(folder.office / "reports", "*.pdf")


def _session(prepared: Prepared) -> dict[str, Any]:
    status = json.loads(prepared.seat.run("seat", "status", prepared.folder.seat, "--json"))
    sessions: list[dict[str, Any]] = status["sessions"]
    if len(sessions) != 1:
        raise DemoFault(f"The seat should know of one session and knows of {len(sessions)}.")
    return sessions[0]
