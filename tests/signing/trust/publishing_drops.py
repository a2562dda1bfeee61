"""An office that is founded and signs one drop after another, as a program of its own: ``test_power_cut`` records its calls.

``python -m tests.signing.trust.publishing_drops MARKS FOLDER``. The drops go there, too: a drop is told of once it is whole.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.signing.trust.small_office import NOW, SmallOffice

TARGET = "rosters/a.roster"
"""What the first drop carries."""


def publish(folder: Path, marks: Path) -> None:
    descriptor = os.open(marks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    office = SmallOffice(folder)
    repository = office.found()
    os.write(descriptor, b"founded\n")
    repository.publish({TARGET: marks}, folder / "1", online=office.online, now=NOW)
    os.write(descriptor, b"a drop\n")
    repository.replace_roles(office.roles(), targets=office.offline.targets, online=office.online, now=NOW)
    os.write(descriptor, b"roles\n")
    repository.publish({}, folder / "2", online=office.online, now=NOW)
    os.write(descriptor, b"another drop\n")
    os.close(descriptor)


if __name__ == "__main__":
    publish(Path(sys.argv[2]), Path(sys.argv[1]))
