"""Recovering: the journal key of a dead seat's session, with the scoring key.

Owns nothing but the way from a session key file to the key. Opening the journal itself is the seat's code on that machine.
"""

from __future__ import annotations

from exam_packages.office.state import Office
from exam_packages.session_keys import read_session_key, recover_session_key


def recover_journal_key(office: Office, untrusted: bytes, *, place: str = "session key") -> bytes:
    """Return the journal key of a session key file found on a seat's disk: 32 bytes.

    Raises:
        FormRefused: not a session key file.
        ContentRefused: sealed to the scoring keys of another office, or damaged.
        PassphraseWrong: the scoring key stays locked.
    """
    recipients = [key_id for key_id, _ in read_session_key(untrusted, place=place).for_office]
    return recover_session_key(untrusted, scoring_key=office.keys.scoring_key(recipients, place=place), place=place)
