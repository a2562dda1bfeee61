"""From what was found to a readiness certificate.

Owns which file of the program stands for what, and putting the certificate together. Refuses to sign.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from exam_packages.ids import Digest, SeatId, UtcMs
from exam_packages.readiness_certificates import PLATFORM_MAX, ClaimedCapability, ReadinessCertificate
from kiosk.lockdown.facts import CapabilityEntry
from kiosk.lockdown.program_digest import digests_of, program_digest, program_files
from kiosk.lockdown.shipped_files import shipped_files
from kiosk.readiness.checks import Checked

_PACKAGES: Final = ("exam_packages", "kiosk", "signing", "ui")


def shipped_program() -> Path | None:
    """Return the folder of the program that runs, as it is shipped; None where its sources run."""
    return Path(sys.executable).resolve().parent if getattr(sys, "frozen", False) else None


def own_roots() -> dict[str, Path]:
    """Return the top folders of the program's sources."""
    root = Path(__file__).resolve().parents[2]
    return {name: root / name for name in _PACKAGES if (root / name).is_dir()}


def own_digest() -> Digest:
    """Return the digest of the program that runs.

    Raises:
        OSError: one of its files cannot be read.
    """
    program = shipped_program()
    files = program_files(own_roots()) if program is None else shipped_files(program)
    return program_digest(digests_of(files))


def certificate(
    checked: Sequence[Checked],
    table: Sequence[CapabilityEntry],
    *,
    seat: SeatId,
    key: str,
    made: UtcMs,
    platform: str,
    version: str,
    program: Digest,
    is_whole: bool,
) -> ReadinessCertificate:
    """Put a certificate together.

    Args:
        checked: what was found, in order.
        table: what this machine does about every concern.
        seat, key: whose it is.
        made: wall time.
        platform: what it is locked down with.
        version, program: which program found it.
        is_whole: every check was run.
    """
    claims = {entry.concern.value: ClaimedCapability(entry.probe.capability.value) for entry in table}
    return ReadinessCertificate(
        seat=seat,
        key=key,
        made=made,
        platform=platform[:PLATFORM_MAX],
        version=version,
        program=program,
        is_whole=is_whole,
        capabilities=tuple(sorted(claims.items())),
        checks=tuple(each.claim for each in checked),
    )
