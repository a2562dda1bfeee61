"""Journals that an older version of this program began: brought to the present form, so that their sessions go on.

Owns what was different. Refuses to know what a record means: the chain over the records is not touched.

The first form (``…/journal/v1``) kept where a session stands in a row of its own, ``audit``, that was replaced with every event;
now it stands beside each event. Of the records before the last one nobody knows it any more, and nobody needs it.
"""

from __future__ import annotations

from typing import Final

from kiosk.journal.database import Connection, transaction

FORMAT: Final = "testing-center-kiosk/journal/v2"
_FIRST: Final = "testing-center-kiosk/journal/v1"
_NEW_COLUMNS: Final = (
    "wall INTEGER NOT NULL DEFAULT 0",
    "boot TEXT NOT NULL DEFAULT ''",
    "phase TEXT NOT NULL DEFAULT ''",
)
# As in schema.sql.
_GUARD: Final = (
    "CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are not changed'); END"
)


def bring_up_to_date(connection: Connection) -> None:
    """Give an older journal the present form, all or nothing; leave any other as it is.

    A journal whose row does not speak of its last record stays without a word on where it stands, and is refused by whoever
    checks it.
    """
    if not connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'audit'").fetchone()[0]:
        return
    with transaction(connection):
        execute = connection.execute
        execute("DROP TRIGGER IF EXISTS event_stays")
        for column in _NEW_COLUMNS:
            execute(f"ALTER TABLE event ADD COLUMN {column}")
        execute(
            "UPDATE event SET (wall, boot, phase) = (SELECT wall, boot, phase FROM audit)"
            " WHERE n = (SELECT n FROM audit) AND n = (SELECT max(n) FROM event)"
        )
        execute(_GUARD)
        execute("DROP TABLE audit")
        execute("UPDATE about SET format = ? WHERE format = ?", (FORMAT, _FIRST))
