"""Cheap signatures and seals are taken only where a target made them itself, and only while it runs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import CryptoSigner, Signature, SSlibKey  # type: ignore[attr-defined]  # documented there

from signing import hpke
from signing.errors import ContentRefused
from signing.hpke import ContentKey
from tests.exam_packages import world
from tests.fuzz.own_work import _Work


class Signer(CryptoSigner):
    """Of this test alone: its methods are replaced."""


class Key(SSlibKey):
    """Of this test alone."""


@pytest.fixture
def sealing() -> SimpleNamespace:
    return SimpleNamespace(seal=hpke.seal, open_sealed=hpke.open_sealed)


@pytest.fixture
def running(sealing: SimpleNamespace) -> Callable[[Callable[[], Any]], Any]:
    """Runs something as a target is run."""
    work = _Work(sealing, type("OwnSigner", (Signer,), {}), type("OwnKey", (Key,), {}))

    def run(what: Callable[[], Any]) -> Any:
        found: list[Any] = []
        work.around(lambda _data: found.append(what()))(b"")
        return found[0]

    return run


@pytest.fixture
def signer_and_key() -> tuple[_Work, Any, Any]:
    signer_type, key_type = type("OwnSigner", (Signer,), {}), type("OwnKey", (Key,), {})
    work = _Work(SimpleNamespace(seal=hpke.seal, open_sealed=hpke.open_sealed), signer_type, key_type)
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public = SSlibKey.from_crypto(private.public_key())
    key = key_type(public.keyid, public.keytype, public.scheme, public.keyval)
    return work, signer_type(private, key), key


def test_a_signature_of_its_own_making_is_known_again(signer_and_key: tuple[_Work, Any, Any]) -> None:
    work, signer, key = signer_and_key
    real = signer.sign(b"told")
    seen: list[Signature] = []

    def target(data: bytes) -> None:
        seen.append(signer.sign(data))
        key.verify_signature(seen[0], data)
        key.verify_signature(real, data)
        with pytest.raises(UnverifiedSignatureError):
            key.verify_signature(seen[0], data + b"!")
        with pytest.raises(UnverifiedSignatureError):
            key.verify_signature(Signature(key.keyid, "00" * 64), data)

    work.around(target)(b"told")
    assert seen[0].signature != real.signature
    assert signer.sign(b"told").signature == real.signature, "seeds are signed as ever"
    with pytest.raises(UnverifiedSignatureError):
        key.verify_signature(seen[0], b"told")


def test_a_seal_of_its_own_making_is_opened(
    sealing: SimpleNamespace, running: Callable[[Callable[[], Any]], Any]
) -> None:
    key, other = world.content_key("one"), world.content_key("two")

    def opened(sealed: bytes, by: ContentKey = key, info: bytes = b"info") -> Any:
        return running(lambda: sealing.open_sealed(sealed, by, info=info, place="it"))

    made = running(lambda: sealing.seal(b"secret", key.public, info=b"info"))
    real = sealing.seal(b"secret", key.public, info=b"info")
    assert len(made) == len(real)
    assert opened(made) == opened(real) == b"secret"
    assert sealing.open_sealed(real, key, info=b"info", place="it") == b"secret"
    altered = bytes([*made[:-17], made[-17] ^ 1, *made[-16:]])
    for sealed, by, info in ((made, other, b"info"), (made, key, b"else"), (altered, key, b"info")):
        with pytest.raises(ContentRefused):
            opened(sealed, by, info)
    with pytest.raises(ContentRefused):
        sealing.open_sealed(made, key, info=b"info", place="it")


def test_what_is_empty_is_sealed_too(sealing: SimpleNamespace, running: Callable[[Callable[[], Any]], Any]) -> None:
    key = world.content_key("one")
    made = running(lambda: sealing.seal(b"", key.public, info=b""))
    assert running(lambda: sealing.open_sealed(made, key, info=b"", place="it")) == b""


def test_every_seed_means_the_same_with_it() -> None:
    """In a process of its own, as a guided run does it: what compares signatures it has made would fail here."""
    told = subprocess.run([sys.executable, "-c", _EVERY_SEED], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert int(told.stdout) > 100


_EVERY_SEED = """
from tests.fuzz.own_work import own_work
trusted = own_work()
from tests.fuzz.targets import load, module_of, names
count = 0
for name in names():
    if module_of(name).rpartition(".")[2] not in {"core", "qti"}:
        target = load(name)
        for seed in target.seeds():
            trusted(target.run)(seed)
            count += 1
print(count)
"""
