"""What every file is made of: canonical JSON, envelopes, keys, sealed streams, codes that people speak."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from typing import Final

from signing import canonical, sealed_stream, secret_sharing
from signing.argon2 import MINIMUM_COST
from signing.dsse import read_envelope, sign, verify
from signing.errors import Refused
from signing.fields import Fields, from_base64, to_base64
from signing.hpke import ContentKey, ContentPublicKey, open_sealed, seal
from signing.key_file import PassphraseWrong, read_key_file, read_public_half, write_key_file
from signing.key_wrap import unwrap, wrap
from signing.keys import FileSigner, KeySet, verify_key_from_json, verify_key_to_json
from signing.labels import PayloadType
from signing.release_code import CODE_CHARACTERS, check_characters, grouped, normalise
from signing.sealed_stream import SealedReader
from tests.exam_packages import world
from tests.fuzz.target import Frame, Target, document, document_seeds, framed, split

_PASSPHRASE: Final = "correct horse"
_P256: Final = FileSigner.generate_ecdsa(scheme="ecdsa-sha2-nistp256")
_SIGNERS: Final = [world.signing_key("one"), _P256]
_KEYS: Final = KeySet(keys=(*(key.public_key for key in _SIGNERS), world.signing_key("three").public_key), threshold=2)
_KEY: Final = bytes(range(32))
_CONTENT: Final = world.content_key("fuzz")
_CONTEXT: Final = b"fuzz"


class _Choice(Enum):
    ONE = "one"
    TWO = "two"


def fuzz_canonical_json(data: bytes) -> None:
    """JSON in its one form, and every typed reader of its fields."""
    with suppress(Refused):
        value = canonical.decode(data, place="file", max_bytes=1 << 20)
        assert canonical.encode(value) == data
        assert json.loads(data) == value
        _ask_everything(Fields(value, "file"))


def _ask_everything(fields: Fields) -> None:
    readers: tuple[Callable[[str], object], ...] = (
        *(fields.text, fields.integer, fields.flag, fields.raw, fields.digest, fields.texts, fields.digests),
        *(fields.object, fields.objects, fields.optional_text, fields.optional_integer, fields.optional_object),
        *(lambda name: fields.raw(name, length=16), lambda name: fields.choice(name, _Choice)),
    )
    for name in ("a", "b", "c"):
        for read in readers:
            with suppress(Refused):
                read(name)
    fields.close()


def fuzz_envelope(data: bytes) -> None:
    """An envelope as it comes, and one that two of three keys have signed."""
    frame, _, rest = split(data)
    with suppress(Refused):
        file = document(frame, rest, PayloadType.RECEIPT, _SIGNERS)
        envelope = read_envelope(file, place="file", max_bytes=1 << 20)
        assert envelope.to_bytes() == file
        assert verify(envelope, PayloadType.RECEIPT, _KEYS, place="file") == envelope.untrusted_payload


def fuzz_keys(data: bytes) -> None:
    """Public keys, private keys, wraps, sealed messages, shares and base64, each as the bytes they are."""
    _, kind, rest = split(data)
    with suppress(Refused):
        match kind % 7:
            case 0:
                key = verify_key_from_json(_fields(rest))
                assert verify_key_from_json(_fields(canonical.encode(verify_key_to_json(key)))) == key
            case 1:
                assert ContentPublicKey.from_bytes(rest, place="key").to_bytes() == rest
            case 2:
                assert ContentKey.from_bytes(rest).to_bytes() == rest
            case 3:
                assert wrap(unwrap(rest, under=_KEY, place="wrap"), under=_KEY) == rest
            case 4:
                open_sealed(rest, _CONTENT, info=_CONTEXT, place="message")
            case 5:
                half = len(rest) // 2
                secret_sharing.join(rest[:half], rest[half:])
            case _:
                text = rest.decode("latin-1")
                assert to_base64(from_base64(text, place="text")) == text


def _fields(rest: bytes) -> Fields:
    return Fields(canonical.decode(rest, place="key", max_bytes=1 << 16), "key")


def fuzz_key_file(data: bytes) -> None:
    """A key file: its public half, and its private one, unlocked where that is cheap.

    What a guess costs stands in the file. It is the owner's own, and up to a GiB is allowed, so a dear one is not unlocked here.
    """
    _, kind, rest = split(data)
    with suppress(Refused):
        public = read_public_half(rest, place="file")
        with suppress(PassphraseWrong):
            private = read_key_file(
                rest, passphrase=_PASSPHRASE if kind % 2 and _is_cheap(rest) else None, place="file"
            )
            assert (private.public if isinstance(private, ContentKey) else private.public_key) == public


def _is_cheap(rest: bytes) -> bool:
    lock = json.loads(rest).get("lock", {})
    return bool(lock.get("memoryKib", 0) <= 64 and lock.get("iterations", 0) <= 2)


def fuzz_sealed_stream(data: bytes) -> None:
    """A sealed stream under a key and a context that fit, read from both ends."""
    frame, _, rest = split(data)
    with suppress(Refused):
        if frame is not Frame.FILE:
            stream = b"".join(sealed_stream.seal([rest], _KEY, _CONTEXT))
            assert _reader(stream).read(0, len(rest)) == rest
            return
        reader = _reader(rest)
        whole = reader.read(0, reader.size)
        assert reader.read(reader.size // 2, reader.size) == whole[reader.size // 2 :]


def _reader(stream: bytes) -> SealedReader:
    return SealedReader(
        lambda offset, length: stream[offset : offset + length],
        length=len(stream),
        key=_KEY,
        context=_CONTEXT,
        place="stream",
    )


def fuzz_release_code(data: bytes) -> None:
    """A code as somebody heard it and typed it."""
    with suppress(Refused):
        code = normalise(data.decode("utf-8", "surrogateescape"))
        assert len(code) == CODE_CHARACTERS
        assert normalise(grouped(code).lower()) == code


# -- seeds ------------------------------------------------------------------------------------------------------------


def _json_seeds() -> list[bytes]:
    values: list[canonical.JsonValue] = [
        {"a": "text", "b": 17, "c": True},
        {"a": to_base64(bytes(16)), "b": "0" * 64, "c": "one"},
        {"a": ["x", 'ü\u202e\n\\"'], "b": ["1" * 64], "c": {"a": {}}},
        {"a": [{"b": [None, -1, 2**53 - 1]}], "b": {}, "c": ""},
        [[[[]]]],
    ]
    return [canonical.encode(value) for value in values]


def _key_seeds() -> list[bytes]:
    kinds = [
        *(canonical.encode(verify_key_to_json(key)) for key in _KEYS.keys[:2]),
        _CONTENT.public.to_bytes(),
        _CONTENT.to_bytes(),
        wrap(_KEY, under=_KEY),
        seal(b"secret", _CONTENT.public, info=_CONTEXT),
        b"".join(secret_sharing.split(b"A secret of shares")[:2]),
        b"QUJDRA==",
    ]
    return [framed(Frame.FILE, each, kind=max(0, number - 1)) for number, each in enumerate(kinds)]


def _key_files() -> list[bytes]:
    found = []
    for key in (world.signing_key("one"), _P256, _CONTENT):
        found.append(framed(Frame.FILE, write_key_file(key, passphrase=None)))
        locked = write_key_file(key, passphrase=_PASSPHRASE, cost=MINIMUM_COST)
        found.append(framed(Frame.FILE, locked, kind=1))
    return found


def _streams() -> list[bytes]:
    plains = (b"", b"short", bytes(20_000))
    sealed = [b"".join(sealed_stream.seal([plain], _KEY, _CONTEXT)) for plain in plains]
    return [*(framed(Frame.FILE, each) for each in sealed), framed(Frame.PAYLOAD, b"plain")]


def _codes() -> list[bytes]:
    codes = [data + check_characters(data) for data in ("0123456789", "ABCDEFGHJK", "ZZZZZZZZZZ")]
    return [form(code).encode() for code in codes for form in (str, grouped, str.lower)]


TARGETS: Final = (
    Target(
        name="canonical-json",
        reads="JSON in its one form and every reader of fields",
        run=fuzz_canonical_json,
        seeds=_json_seeds,
        tokens=(b"\\u00", b"\\ud83d", b'"a":', b"null", b"9007199254740991", b"1e1", b"-0"),
        max_bytes=2048,
    ),
    Target(
        name="envelope",
        reads="DSSE envelopes: their form, and signatures of Ed25519 and P-256 against a threshold",
        run=fuzz_envelope,
        seeds=lambda: document_seeds(sign(b'{"a":1}', PayloadType.RECEIPT, _SIGNERS)),
        max_bytes=2048,
    ),
    Target(
        name="keys",
        reads="public and private keys, wraps, sealed messages, shares, base64",
        run=fuzz_keys,
        seeds=_key_seeds,
        max_bytes=2048,
    ),
    Target(
        name="key-file", reads="key files, locked and in clear", run=fuzz_key_file, seeds=_key_files, max_bytes=4096
    ),
    Target(
        name="sealed-stream",
        reads="sealed streams (Cobblestone-256), whole and in part",
        run=fuzz_sealed_stream,
        seeds=_streams,
        max_bytes=24_000,
    ),
    Target(
        name="release-code",
        reads="a spoken release code",
        run=fuzz_release_code,
        seeds=_codes,
        tokens=("\u2013".encode(), "\u00a0".encode(), b"-", b" ", b"O", b"I", b"L"),
        max_bytes=128,
    ),
)
