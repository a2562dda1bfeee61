"""Small documents that this process has verified before: registrations and certificates, which come along with every bundle.

Owns the rule when a verification may be taken as done: the same bytes, and the same keys that may sign them and are revoked. What
follows from anything else (which sites, certificates and keys are revoked, numbers, windows, for whom) is never remembered.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from exam_packages.ids import Digest
from exam_packages.signed_documents import read_document
from signing.fields import Fields
from signing.keys import KeySet
from signing.labels import PayloadType

REMEMBERED_MAX: Final = 256  # of one kind; the oldest is forgotten first
DOCUMENT_MAX_BYTES: Final = 16 * 1024  # ours have two; a longer one is verified each time

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedDocument(Generic[_Value]):
    """What a document says, signed as it must be, and the digest of its payload."""

    value: _Value
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remembered(Generic[_Value]):
    keys: KeySet
    document: VerifiedDocument[_Value]


class VerifiedDocuments(Generic[_Value]):
    """Verifies documents of one kind and remembers them, for any number of threads."""

    def __init__(self, payload_type: PayloadType, value_of: Callable[[Fields], _Value]) -> None:
        self._payload_type = payload_type
        self._value_of = value_of
        # By the bytes and not a digest of them: then nothing has to be believed.
        self._remembered: dict[bytes, _Remembered[_Value]] = {}
        self._changing = threading.Lock()

    def verified(self, untrusted: bytes, keys: KeySet, *, place: str) -> VerifiedDocument[_Value]:
        """Return a document that is verified, now or before.

        Args:
            untrusted: the file.
            keys: who may sign it, and how many must.
            place: where it comes from, for refusals.

        Raises:
            Refused: form, signature, threshold, revoked.
        """
        known = self._remembered.get(untrusted)
        if known is not None and known.keys == keys:
            return known.document
        document = read_document(untrusted, self._payload_type, place=place)
        verified = VerifiedDocument(value=self._value_of(document.verified_by(keys)), digest=document.digest)
        if len(untrusted) <= DOCUMENT_MAX_BYTES:
            self._remember(untrusted, _Remembered(keys=keys, document=verified))
        return verified

    def forget(self) -> None:
        """Verify everything anew from here on."""
        with self._changing:
            self._remembered.clear()

    def _remember(self, untrusted: bytes, remembered: _Remembered[_Value]) -> None:
        with self._changing:
            self._remembered.pop(untrusted, None)
            if len(self._remembered) >= REMEMBERED_MAX:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[untrusted] = remembered
