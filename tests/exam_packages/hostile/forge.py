"""A builder that lies: every part of a package, a bundle or a document can be said to be what it is not.

It signs with the keys of the small world (``tests.exam_packages.world``), because half of the attackers hold some of them. The
product's own builders check what they write; this one checks nothing.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, cast

from exam_packages.container import ALIGNMENT, LEAF_BYTES, MAGIC, VERSION, aligned, encode_manifest
from exam_packages.package_contents import entry_context, entry_key, padded_length
from signing.canonical import JsonInput, JsonValue, decode, encode
from signing.dsse import UntrustedEnvelope, read_envelope, sign
from signing.fields import to_base64
from signing.labels import PayloadType
from signing.sealed_stream import seal
from tests.exam_packages import world

Json = dict[str, JsonValue]
MOST: Final = 2**53 - 1
BOTH: Final = ("publisher", "sponsor")
_BIG: Final = 64 * 1024 * 1024


def envelope_of(data: bytes) -> UntrustedEnvelope:
    """A signed document's envelope."""
    return read_envelope(data, place="forged", max_bytes=_BIG)


def payload_of(data: bytes) -> Json:
    """What a signed document says."""
    return cast("Json", decode(envelope_of(data).untrusted_payload, place="forged", max_bytes=_BIG))


def saying(data: bytes, by: Sequence[str], **changes: JsonInput) -> bytes:
    """A signed document that says something else, signed again by whom the attacker has; None takes a field away."""
    body: dict[str, JsonInput] = {**payload_of(data), **changes}
    told = {name: value for name, value in body.items() if value is not None}
    return sign(encode(told), envelope_of(data).payload_type, world.signers(*by))


def altered(data: bytes, **changes: JsonInput) -> bytes:
    """A signed document that says something else under the signatures it had: what somebody without keys can do."""
    body: dict[str, JsonInput] = {**payload_of(data), **changes}
    told = {name: value for name, value in body.items() if value is not None}
    return replace(envelope_of(data), untrusted_payload=encode(told)).to_bytes()


def relabelled(data: bytes, payload_type: PayloadType) -> bytes:
    """The same payload and signatures under another payload type."""
    return replace(envelope_of(data), payload_type=payload_type).to_bytes()


def signed_as(data: bytes, payload_type: PayloadType, by: Sequence[str]) -> bytes:
    """The same payload as another kind of document, rightly signed by those who sign that kind."""
    return sign(envelope_of(data).untrusted_payload, payload_type, world.signers(*by))


def signed_payload(value: JsonInput, payload_type: str, by: Sequence[str]) -> bytes:
    """Any payload, signed."""
    return sign(encode(value), payload_type, world.signers(*by))


def saying_null(data: bytes, by: Sequence[str], name: str) -> bytes:
    """A signed document with a field that is null."""
    return signed_payload({**payload_of(data), name: None}, envelope_of(data).payload_type, by)


def payload_digest(data: bytes) -> str:
    """What a certificate is called."""
    return hashlib.sha256(envelope_of(data).untrusted_payload).hexdigest()


def object_of(value: JsonValue) -> Json:
    """A copy of an object, to be changed."""
    return dict(cast("Json", value))


def objects(value: JsonValue) -> list[Json]:
    """Copies of the objects in a list, to be changed."""
    return [object_of(each) for each in cast("list[JsonValue]", value)]


def texts(value: JsonValue) -> list[str]:
    """The texts of a list."""
    return [str(each) for each in cast("list[JsonValue]", value)]


# -- .exam ------------------------------------------------------------------------------------------------------------


def manifest_body() -> Json:
    """What the manifest of the world's package says."""
    return cast("Json", decode(encode_manifest(world.package().manifest), place="forged", max_bytes=_BIG))


def entries_of(body: Mapping[str, JsonValue]) -> list[Json]:
    """The entries of a manifest, to be changed."""
    return objects(body["entries"])


def data_of(built: world.BuiltPackage | None = None) -> bytes:
    """Everything behind a package's header: the sealed entries with their padding."""
    whole = (built or world.package()).data
    (length,) = struct.unpack_from(">I", whole, 12)
    return whole[aligned(16 + length) :]


def container(
    body: Mapping[str, JsonInput],
    data: bytes,
    *,
    by: Sequence[str] = BOTH,
    kind: str = PayloadType.EXAM_MANIFEST,
    version: int = VERSION,
    magic: bytes = MAGIC,
    header_length: int | None = None,
    padding: bytes = b"\x00",
) -> bytes:
    """A package with any manifest over any bytes."""
    header = sign(encode(body), kind, world.signers(*by))
    start = struct.pack(">8sII", magic, version, len(header) if header_length is None else header_length) + header
    return start + padding * (aligned(len(start)) - len(start)) + data


def with_entries(entries: Sequence[JsonInput], data: bytes | None = None) -> bytes:
    """The world's package whose manifest says that its entries lie elsewhere."""
    return container({**manifest_body(), "entries": entries}, data_of() if data is None else data)


def index_entry(path: str, data: bytes, **changes: JsonInput) -> dict[str, JsonInput]:
    """One file as the encrypted index has it."""
    entry: dict[str, JsonInput] = {
        "digest": hashlib.sha256(data).hexdigest(),
        "length": len(data),
        "media": "text/plain",
        "path": path,
    }
    return entry | changes


def padded(data: bytes) -> bytes:
    """A plaintext filled up as it should be."""
    return data + bytes(padded_length(len(data)) - len(data))


def package(
    plain: Sequence[bytes],
    *,
    numbers: Sequence[int] | None = None,
    keys: Sequence[bytes] | None = None,
    package_ids: Sequence[bytes] | None = None,
) -> bytes:
    """A package of any plaintexts, properly hashed and signed: what publisher and sponsor can do together.

    Args:
        plain: of the entries; the first is the index.
        numbers: under which number each is sealed.
        keys: content key of each.
        package_ids: package id of each.
    """
    entries: list[JsonInput] = []
    data = b""
    for place, content in enumerate(plain):
        number = numbers[place] if numbers else place
        key = keys[place] if keys else world.CONTENT_KEY
        package_id = package_ids[place] if package_ids else world.PACKAGE_ID
        sealed = b"".join(seal([content], entry_key(key, package_id, number), entry_context(package_id, number)))
        leaves = b"".join(
            hashlib.sha256(sealed[at : at + LEAF_BYTES]).digest() for at in range(0, len(sealed), LEAF_BYTES)
        )
        entries.append({"leaves": to_base64(leaves), "length": len(sealed), "offset": len(data)})
        data += sealed + bytes(-len(sealed) % ALIGNMENT)
    return container({**manifest_body(), "entries": entries}, data)


def package_of_files(entries: Sequence[Mapping[str, JsonInput]], contents: Sequence[bytes]) -> bytes:
    """A package with any index over any files."""
    return package([padded(encode({"entries": list(entries)})), *map(padded, contents)])


def package_of_paths(*paths: str) -> bytes:
    """A package of small files with these paths, in this order."""
    return package_of_files([index_entry(path, b"x") for path in paths], [b"x"] * len(paths))


# -- .result ----------------------------------------------------------------------------------------------------------

RESULT_PREFIX: Final = struct.Struct(">8sIII")


def result_parts(data: bytes) -> tuple[Json, bytes, bytes]:
    """Header, body and seal of a bundle."""
    _, _, header_length, seal_length = RESULT_PREFIX.unpack_from(data)
    header_end, seal_start = RESULT_PREFIX.size + header_length, len(data) - seal_length
    header = decode(data[RESULT_PREFIX.size : header_end], place="forged", max_bytes=_BIG)
    return cast("Json", header), data[header_end:seal_start], data[seal_start:]


def bundle(
    header: Mapping[str, JsonInput], body: bytes, *, by: str | None = None, seal_bytes: bytes | None = None
) -> bytes:
    """A bundle with any header over any body, sealed anew by a seat, or under the seal of another bundle."""
    header_bytes = encode({name: value for name, value in header.items() if value is not None})
    digests = {"body": hashlib.sha256(body).hexdigest(), "header": hashlib.sha256(header_bytes).hexdigest()}
    signed = seal_bytes or sign(encode(digests), PayloadType.RESULT, world.signers(by or f"{world.SITE}/{world.SEAT}"))
    prefix = RESULT_PREFIX.pack(b"\x89RSLT\r\n\x1a", 1, len(header_bytes), len(signed))
    return prefix + header_bytes + body + signed
