"""What the office has in the end: the answers in the bundle it accepted, and the scores in the report it wrote.

Reads with the office's own keys and by the office's own checks, so that "nothing was lost" is said by the last link of the chain
and not by the first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from exam_packages.ids import Digest, ItemId
from exam_packages.office.state import Office
from exam_packages.qti.model import Responses
from exam_packages.records import answers_of
from exam_packages.result_opening import check_result, open_result
from exam_packages.results import BUNDLE_MAX_BYTES
from kiosk.clock import Clock
from signing.trust.folder import read_bounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What the office's report says. Points."""

    score: float
    domain_scores: Mapping[str, float]


def received_answers(office_folder: Path, passphrase: str, bundle: Digest, clock: Clock) -> Mapping[ItemId, Responses]:
    """Open a bundle as the office keeps it and return the last answer to every question.

    Raises:
        Refused: it does not verify, or its records do not hold together.
    """
    office = Office(office_folder, passphrase)
    trust = office.trust(clock.utc_ms())
    place = f"result {bundle[:16]}…"
    data = read_bounded(office.result_file(bundle), max_bytes=BUNDLE_MAX_BYTES, place=place)
    key = office.keys.scoring_key(check_result(data, trust=trust, place=place).recipients, place=place)
    return answers_of(open_result(data, trust=trust, scoring_key=key, place=place).records)


def reported_scores(path: Path) -> Scores:
    """Read the office's score report."""
    report = json.loads(path.read_text(encoding="utf-8"))["report"]
    return Scores(
        score=float(report["total"]),
        domain_scores={str(domain["id"]): float(domain["score"]) for domain in report["domains"]},
    )
