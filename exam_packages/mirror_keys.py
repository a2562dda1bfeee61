"""The key file of a mirror: a session's journal key, for every certified seat of the site.

Owns what the file says. Refuses to know where it lies and what the key opens. Like a session key file it is not signed: it
holds nothing but the key, and a wrong key shows when the journal is opened.
"""

from __future__ import annotations

from typing import Final

from exam_packages.ids import SessionId
from exam_packages.signed_documents import refuse_unless, session_of
from signing.canonical import decode, encode
from signing.errors import ContentRefused, NotForThisSiteRefused
from signing.fields import Fields, to_base64
from signing.hpke import OVERHEAD_BYTES, ContentKey, ContentPublicKey, open_sealed, seal
from signing.labels import Label

KEY_BYTES: Final = 32
FILE_MAX_BYTES: Final = 4 * 1024


def build_mirror_key(journal_key: bytes, *, session: SessionId, site_key: ContentPublicKey) -> bytes:
    """Write the key file of a mirror.

    Args:
        journal_key: 32 bytes; what the journal, and its mirror, are encrypted with.
        session: whose journal.
        site_key: the site's content key, which every certified seat of the site can open with.

    Raises:
        ValueError: a key of another length.
    """
    if len(journal_key) != KEY_BYTES:
        raise ValueError(f"a journal key has {KEY_BYTES} bytes")
    sealed = seal(journal_key, site_key, info=_info(session))
    return encode({"key": site_key.key_id, "session": session, "wrap": to_base64(sealed)})


def open_mirror_key(untrusted: bytes, *, session: SessionId, site_key: ContentKey, place: str = "mirror key") -> bytes:
    """Return the journal key, at any seat of the site.

    Args:
        untrusted: the file.
        session: whose journal it has to be.
        site_key: the site's content key, from the seat's own certificate.
        place: where the file comes from, for refusals.

    Raises:
        FormRefused: not the one encoding of a mirror's key file.
        NotForThisSiteRefused: sealed to another site.
        ContentRefused: of another session, or damaged.
    """
    fields = Fields(decode(untrusted, place=place, max_bytes=FILE_MAX_BYTES), place)
    key_id, named = fields.digest("key"), session_of(fields, "session")
    sealed = fields.raw("wrap", length=KEY_BYTES + OVERHEAD_BYTES)
    fields.close()
    refuse_unless(named == session, ContentRefused, "is of another session", place=f"{place}.session")
    mine = key_id == site_key.public.key_id
    refuse_unless(mine, NotForThisSiteRefused, "is sealed to another site", place=f"{place}.key")
    return open_sealed(sealed, site_key, info=_info(session), place=f"{place}.wrap")


def _info(session: SessionId) -> bytes:
    return Label.MIRROR_KEY.with_parts(session.encode())
