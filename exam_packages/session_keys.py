"""The session key file: a session's journal key, for the seat and for the office that has to open a dead seat's disk.

Owns what the file says and its two ways in. Refuses to know where it lies and what the key opens. The file is not signed: it
holds nothing but the key, and a wrong key shows when the journal is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from exam_packages.ids import SessionId
from exam_packages.signed_documents import session_of
from signing.canonical import JsonValue, decode, encode
from signing.errors import ContentRefused, FormRefused
from signing.fields import Fields, to_base64
from signing.hpke import OVERHEAD_BYTES, ContentKey, ContentPublicKey, open_sealed, seal
from signing.key_wrap import unwrap, wrap
from signing.labels import Label

KEY_BYTES: Final = 32
WRAPPED_BYTES: Final = 40
RECIPIENTS_MAX: Final = 2
FILE_MAX_BYTES: Final = 8 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionKeyWrap:
    """A session's journal key, wrapped.

    Attributes:
        session: whose journal.
        for_seat: the key under the seat's storage key (RFC 3394).
        for_office: pairs of scoring key id and the key sealed to it.
    """

    session: SessionId
    for_seat: bytes
    for_office: tuple[tuple[str, bytes], ...]


def build_session_key(
    journal_key: bytes, *, session: SessionId, storage_key: bytes, scoring_keys: Sequence[ContentPublicKey]
) -> bytes:
    """Write the session key file.

    Args:
        journal_key: 32 bytes; what the journal is encrypted with.
        session: whose journal.
        storage_key: the seat's, 32 bytes.
        scoring_keys: the keys named in the package's manifest.
    """
    info = _info(session)
    offices: list[JsonValue] = [
        {"key": to.key_id, "wrap": to_base64(seal(journal_key, to, info=info))} for to in scoring_keys
    ]
    return encode({"office": offices, "seat": to_base64(wrap(journal_key, under=storage_key)), "session": session})


def read_session_key(untrusted: bytes, *, place: str = "session key") -> SessionKeyWrap:
    """Read the form of a session key file.

    Raises:
        FormRefused: not the one encoding of one.
    """
    fields = Fields(decode(untrusted, place=place, max_bytes=FILE_MAX_BYTES), place)
    offices: list[tuple[str, bytes]] = []
    for member in fields.objects("office", max_items=RECIPIENTS_MAX):
        offices.append((member.digest("key"), member.raw("wrap", length=KEY_BYTES + OVERHEAD_BYTES)))
        member.close()
    wrapped = SessionKeyWrap(
        session=SessionId(session_of(fields, "session")),
        for_seat=fields.raw("seat", length=WRAPPED_BYTES),
        for_office=tuple(offices),
    )
    fields.close()
    if not offices:
        raise FormRefused("is empty", place=f"{place}.office")
    if len(dict(offices)) != len(offices):
        raise FormRefused("names one key twice", place=f"{place}.office")
    return wrapped


def open_session_key(untrusted: bytes, *, storage_key: bytes, place: str = "session key") -> bytes:
    """Return the journal key, at the seat.

    Raises:
        FormRefused: not a session key file.
        ContentRefused: wrapped under another storage key, or damaged.
    """
    return unwrap(read_session_key(untrusted, place=place).for_seat, under=storage_key, place=f"{place}.seat")


def recover_session_key(untrusted: bytes, *, scoring_key: ContentKey, place: str = "session key") -> bytes:
    """Return the journal key, at the office, without the seat.

    Raises:
        FormRefused: not a session key file.
        ContentRefused: not sealed to this scoring key, or damaged.
    """
    wrapped = read_session_key(untrusted, place=place)
    sealed = dict(wrapped.for_office).get(scoring_key.public.key_id)
    if sealed is None:
        raise ContentRefused("is not sealed to this scoring key", place=f"{place}.office")
    return open_sealed(sealed, scoring_key, info=_info(wrapped.session), place=f"{place}.office")


def _info(session: SessionId) -> bytes:
    return Label.SESSION_RECOVERY.with_parts(session.encode())
