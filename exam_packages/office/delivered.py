"""What was delivered to a candidate, as the office has it: the exam of the scoring package that belongs to a package.

Owns which file that is and how it is opened. Refuses to know what is done with it.
"""

from __future__ import annotations

from exam_packages.container import FileSource
from exam_packages.ids import Digest, UtcMs
from exam_packages.office.state import SCORING_NAME, Office
from exam_packages.opening import check_package, open_scoring_package
from exam_packages.qti.model import Exam
from exam_packages.qti.scoring_package import read_for_scoring


def delivered_exam(office: Office, package: Digest, *, now: UtcMs) -> Exam | None:
    """Return the exam of a package, with its answers; None where this office has not built it.

    Raises:
        Refused: the scoring package is damaged, or sealed to another office.
        SourceRefused: it cannot be read.
        PassphraseWrong: the scoring keys stay locked.
    """
    path = office.package_folder(package) / SCORING_NAME
    if not path.exists():
        return None
    trust = office.trust(now)
    with path.open("rb") as file:
        source = FileSource(file)
        recipients = [
            key.key_id for key in check_package(source, trust=trust, place=SCORING_NAME).manifest.scoring_keys
        ]
        key = office.keys.scoring_key(recipients, place=SCORING_NAME)
        return read_for_scoring(open_scoring_package(source, trust=trust, scoring_key=key, place=SCORING_NAME))
