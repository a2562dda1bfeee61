"""What the office does with a journal that came as files: the scoring key gives the journal's key, and that opens it."""

from __future__ import annotations

from pathlib import Path

from exam_packages.ids import ItemId, ResponseId, SessionId
from exam_packages.office.recovering import recover_journal_key
from exam_packages.qti.model import Lexical
from kiosk.journal.checking import check_journal
from kiosk.seat.layout import SESSION_KEY
from signing.keys import VerifyKey
from tests.simulators.day import World


def answers_of(
    world: World, folder: Path, session: SessionId, verify_key: VerifyKey
) -> dict[tuple[ItemId, ResponseId], Lexical]:
    """Open a journal with nothing but the office's keys; return its answers."""
    key = recover_journal_key(world.office, (folder / SESSION_KEY).read_bytes())
    journal = check_journal(folder, session=session, key=key, verify_key=verify_key)
    return {
        (item, response): value
        for item, of_item in journal.session.answers.items()
        for response, value in of_item.items()
    }
