"""Manifests that this process has verified before.

Owns the rule when a verification may be taken as done: the same bytes of the header, and the same keys that may sign it and are
revoked. What follows from anything else (which packages are revoked, which issue is the newest, the window) is never remembered.

A seat opens the same few packages again and again: to show what it holds, to take in a release, to begin a session. The
manifest of a big package holds the hash of each of its MiB, and verifying it takes milliseconds.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from exam_packages.container import Manifest, UntrustedFrame, look_into, manifest_digest, manifest_from_fields
from exam_packages.ids import Digest
from signing.keys import KeySet

REMEMBERED_MAX: Final = 4
HEADER_MAX_BYTES: Final = 512 * 1024  # of a package of 8 GiB; a longer one is verified each time


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedManifest:
    """A manifest signed by publisher and sponsor, and its digest."""

    manifest: Manifest
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remembered:
    header: bytes
    keys: KeySet
    verified: VerifiedManifest


class VerifiedManifests:
    """Verifies manifests and remembers the last few."""

    def __init__(self) -> None:
        self._remembered: deque[_Remembered] = deque(maxlen=REMEMBERED_MAX)

    def verified(self, frame: UntrustedFrame, keys: KeySet) -> VerifiedManifest:
        """Return the verified manifest of a package.

        Args:
            frame: the package.
            keys: who may sign it, and how many must.

        Raises:
            Refused: form, signature, threshold, revoked.
        """
        for each in tuple(self._remembered):  # a copy: packages are opened in several threads
            # Bytes and not a digest of them: comparing is ten times as fast, and nothing has to be believed.
            if each.header == frame.untrusted_header and each.keys == keys:
                return each.verified
        verified = _verify(frame, keys)
        if len(frame.untrusted_header) <= HEADER_MAX_BYTES:
            self._remembered.append(_Remembered(header=frame.untrusted_header, keys=keys, verified=verified))
        return verified

    def forget(self) -> None:
        """Verify everything anew from here on."""
        self._remembered.clear()


def _verify(frame: UntrustedFrame, keys: KeySet) -> VerifiedManifest:
    container = look_into(frame)
    manifest = manifest_from_fields(container.document.verified_by(keys), container.kind)
    return VerifiedManifest(manifest=manifest, digest=manifest_digest(container.document.untrusted_payload))
