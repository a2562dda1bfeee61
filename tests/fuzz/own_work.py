"""What a target itself signs and seals while it runs is signed, verified, sealed and opened without the arithmetic.

The arithmetic is OpenSSL's, it takes half of the time, and it says yes each time. Only for the process of a guided run
(``guided``): there a signature or a seal of the target's own making is a long checksum under a secret that the fuzzer does not
know, recognised by making it again. Everything else goes the whole way: what is in an input, Ed25519 or not, is verified and
opened as ever, and the targets of ``core``, which are about this very thing, do without. Seeds are made before and repeated
without, so that an input means the same everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

SIGNATURE_BYTES: Final = 64
ENCAPSULATION_BYTES: Final = 1120
TAG_BYTES: Final = 16
_SECRET: Final = b"what a fuzzer does not know: "


def own_work() -> Callable[[Callable[[bytes], None]], Callable[[bytes], None]]:
    """Replace the arithmetic in this process, and return what makes a target's function use it.

    Call it before the target is loaded, which takes sealing and opening by their names.
    """
    hpke, signers, keys = (
        import_module(name)
        for name in ("signing.hpke", "securesystemslib.signer._crypto_signer", "securesystemslib.signer._key")
    )
    return _Work(hpke, signers.CryptoSigner, keys.SSlibKey).around


class _Work:
    """The functions that are replaced, and whether a target is running."""

    def __init__(self, hpke: Any, signer: Any, key: Any) -> None:
        self._runs = False
        self._signature = import_module("securesystemslib.signer").Signature
        self._seal, self._open = hpke.seal, hpke.open_sealed
        self._sign, self._verify = signer.sign, key._verify
        hpke.seal, hpke.open_sealed = self.seal, self.open_sealed
        # A method of this class would not be bound to the signer or the key.
        signer.sign = lambda signer, payload: self.sign(signer, payload)  # noqa: PLW0108
        key._verify = lambda key, signature, data: self.verify(key, signature, data)  # noqa: PLW0108

    def around(self, run: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def running(data: bytes) -> None:
            self._runs = True
            try:
                run(data)
            finally:
                self._runs = False

        return running

    def sign(self, signer: Any, payload: bytes) -> Any:
        if not self._runs or signer.public_key.scheme != "ed25519":
            return self._sign(signer, payload)
        return self._signature(signer.public_key.keyid, _signature(signer.public_key, payload).hex())

    def verify(self, key: Any, signature: bytes, data: bytes) -> None:
        own = self._runs and key.scheme == "ed25519" and len(signature) == SIGNATURE_BYTES
        if not own or signature != _signature(key, data):
            self._verify(key, signature, data)

    def seal(self, plaintext: bytes, to: Any, *, info: bytes) -> Any:
        if not self._runs:
            return self._seal(plaintext, to, info=info)
        made = _sealing(plaintext, to, info)
        return made[:ENCAPSULATION_BYTES] + plaintext + made[ENCAPSULATION_BYTES:]

    def open_sealed(self, untrusted: bytes, key: Any, *, info: bytes, place: str) -> Any:
        plaintext = untrusted[ENCAPSULATION_BYTES:-TAG_BYTES]
        if self._runs and untrusted[:ENCAPSULATION_BYTES] + untrusted[-TAG_BYTES:] == _sealing(
            plaintext, key.public, info
        ):
            return plaintext
        return self._open(untrusted, key, info=info, place=place)


def _signature(key: Any, payload: bytes) -> bytes:
    return hashlib.sha512(_SECRET + str(key.keyval["public"]).encode() + payload).digest()


def _sealing(plaintext: bytes, to: Any, info: bytes) -> bytes:
    told = b"".join(len(part).to_bytes(8, "big") + part for part in (to.to_bytes(), info, plaintext))
    return hashlib.shake_256(_SECRET + told).digest(ENCAPSULATION_BYTES + TAG_BYTES)
