"""Exam packages by whoever had the stick, by one of the two publishers, and by both of them together."""

from __future__ import annotations

import hashlib
import shutil
import struct
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from exam_packages.container import ALIGNMENT, LEAF_BYTES, MAGIC, BytesSource, FileSource, aligned
from exam_packages.grants import Grant
from exam_packages.opening import check_package, open_grant, open_package, open_release, open_scoring_package
from exam_packages.package_contents import OpenedPackage
from exam_packages.releases import build_release
from signing.canonical import JsonInput, encode
from signing.errors import (
    ContentRefused,
    FormRefused,
    NotForThisSiteRefused,
    OlderRefused,
    Refused,
    RevokedRefused,
    SignatureRefused,
    ThresholdRefused,
    WrongReleaseRefused,
)
from signing.fields import to_base64
from signing.labels import PayloadType
from signing.trust import Revocations
from tests.exam_packages import world
from tests.exam_packages.hostile import forge
from tests.exam_packages.hostile.forge import MOST
from tests.signing.hostile.attacks import Attack, assert_refused, parametrized

TRUST: Final = world.trust()
PLACE: Final = "a.exam"
MANIFEST: Final = f"{PLACE}, manifest"
INDEX: Final = f"{PLACE}, index"
FILES: Final = list(world.FILES.values())
ENTRIES: Final = [forge.index_entry(path, data) for path, data in world.FILES.items()]


def checked(data: bytes) -> None:
    """What a seat does at import: every byte that can be checked without a key."""
    check_package(BytesSource(data), trust=TRUST, place=PLACE).verify_every_byte()


def opened(data: bytes, **changes: object) -> OpenedPackage:
    """What a seat does on the day, with a grant and a release made for just this package."""
    digest = check_package(BytesSource(data), trust=TRUST, place=PLACE).digest
    built = replace(world.package(), digest=digest)
    arguments: dict[str, object] = {
        "trust": TRUST,
        "grant": open_grant(world.grant_file(of=built), trust=TRUST, site=world.SITE),
        "release": world.release_value(built),
        "site_key": world.content_key(world.SITE),
        "place": PLACE,
    }
    return open_package(BytesSource(data), **(arguments | changes))  # type: ignore[arg-type]  # a table


def read_all(data: bytes) -> None:
    package = opened(data)
    for path in package.paths():
        package.read(path)


def attack(
    name: str, act: Callable[[], object], refusal: type[Refused], place: str, says: str, *, file: str = ".exam"
) -> Attack:
    return Attack(name=name, file=file, act=act, refusal=refusal, place=place, says=says)


# -- prefix, header, layout --------------------------------------------------------------------------------------------


def prefixed(**changes: object) -> Callable[[], object]:
    return lambda: checked(forge.container(forge.manifest_body(), forge.data_of(), **changes))  # type: ignore[arg-type]  # a table


def layout(change: Callable[[list[forge.Json]], object], data: bytes | None = None) -> Callable[[], object]:
    """The manifest's entries changed, by both publishers."""

    def act() -> None:
        entries = forge.entries_of(forge.manifest_body())
        change(entries)
        checked(forge.with_entries(entries, data))

    return act


def at(number: int, name: str) -> str:
    return f"{MANIFEST}.entries[{number}].{name}"


def same_bytes(entries: list[forge.Json]) -> None:
    entries[2] = dict(entries[1])


def hidden_gap() -> bytes:
    """The last entry a page later, and in the page something nobody hashes."""
    entries = forge.entries_of(forge.manifest_body())
    last = int(str(entries[-1]["offset"]))
    entries[-1]["offset"] = last + ALIGNMENT
    data = forge.data_of()
    return forge.with_entries(entries, data[:last] + b"hidden" + bytes(ALIGNMENT - 6) + data[last:])


def hidden_padding() -> bytes:
    body = forge.manifest_body()
    first = forge.entries_of(body)[0]
    data = bytearray(forge.data_of())
    data[int(str(first["length"]))] = 0x2A
    return forge.container(body, bytes(data))


def past_the_end(entries: list[forge.Json]) -> None:
    last = entries[-1]
    length = aligned(int(str(last["length"]))) + 5 * LEAF_BYTES
    last |= {"length": length, "leaves": to_base64(bytes(32 * -(-length // LEAF_BYTES)))}


LAYOUT: Final = [
    attack("no package at all", lambda: checked(b"PK\x03\x04" + bytes(100)),
           FormRefused, PLACE, "does not begin like"),
    attack("no byte at all", lambda: checked(b""), FormRefused, PLACE, "too short"),
    attack("version 0", prefixed(version=0), FormRefused, PLACE, "has version 0, this program reads 1"),
    attack("a later version", prefixed(version=2), FormRefused, PLACE, "has version 2, this program reads 1"),
    attack("the highest version", prefixed(version=2**32 - 1), FormRefused, PLACE, "has version 4294967295"),
    attack("another magic", prefixed(magic=b"\x89RSLT\r\n\x1a"), FormRefused, PLACE, "does not begin like"),
    attack("a header longer than any", prefixed(header_length=2**32 - 1),
           FormRefused, PLACE, "header that is too long"),
    attack("a header longer than the file", prefixed(header_length=8 * 1024 * 1024),
           FormRefused, PLACE, "cut inside its header"),
    attack("a header one byte shorter than it is", lambda: checked(shorter_header()),
           FormRefused, f"{PLACE}, header", "not zero"),
    attack("data hidden behind the header", prefixed(padding=b"\x20"), FormRefused, f"{PLACE}, header", "not zero"),
    attack("data hidden between entries", lambda: checked(hidden_padding()),
           FormRefused, f"{PLACE}, entry 0", "not zero"),
    attack("data hidden in a gap between entries", lambda: checked(hidden_gap()),
           FormRefused, at(4, "offset"), "is not from"),
    attack("data behind the last entry", lambda: checked(world.package().data + bytes(ALIGNMENT)),
           ContentRefused, PLACE, "bytes long"),
    attack("cut in the last page", lambda: checked(world.package().data[:-1]), ContentRefused, PLACE, "bytes long"),
    attack("cut to its header", lambda: checked(world.package().data[: -len(forge.data_of())]),
           ContentRefused, PLACE, "bytes long"),
    attack("two entries share their bytes", layout(same_bytes), FormRefused, at(2, "offset"), "is not from"),
    attack("an entry begins inside the one before", layout(lambda entries: entries[1].update(offset=4096)),
           FormRefused, at(1, "offset"), "is not from"),
    attack("an entry at the highest number", layout(lambda entries: entries[1].update(offset=MOST)),
           FormRefused, at(1, "offset"), "is not from"),
    attack("an entry before the data", layout(lambda entries: entries[1].update(offset=-4096)),
           FormRefused, at(1, "offset"), "is not from"),
    attack("an entry of 2**53 - 1 bytes", layout(lambda entries: entries[1].update(length=MOST)),
           FormRefused, at(1, "length"), "is not from"),
    attack("an entry of 60 GiB without its hashes", layout(lambda entries: entries[-1].update(length=60 * 2**30)),
           FormRefused, at(4, "leaves"), "is not 1966080 bytes long"),
    attack("an entry that ends past the file, with hashes", layout(past_the_end),
           ContentRefused, PLACE, "bytes long"),
    attack("an entry of no byte", layout(lambda entries: entries[1].update(length=0)),
           FormRefused, at(1, "length"), "is not from"),
    attack("a length that is a text", layout(lambda entries: entries[1].update(length="4096")),
           FormRefused, at(1, "length"), "not an integer"),
    attack("no entry", layout(lambda entries: entries.clear()), FormRefused, f"{MANIFEST}.entries", "is empty"),
    attack("ten thousand and one entries", layout(lambda entries: entries.extend(entries[:1] * 9_997)),
           FormRefused, f"{MANIFEST}.entries", "more than 10000"),
    attack("one hash more than MiB", layout(lambda entries: entries[1].update(leaves=to_base64(bytes(64)))),
           FormRefused, at(1, "leaves"), "has over"),
    attack("an unknown field in an entry", layout(lambda entries: entries[1].update(path="a")),
           FormRefused, at(1, "path"), "unknown field"),
    attack("two entries exchanged in the file", lambda: checked(exchanged()),
           ContentRefused, f"{PLACE}, entry 1", "is altered"),
    attack("an entry of another package in its place", lambda: checked(foreign_entry()),
           ContentRefused, f"{PLACE}, entry 1", "is altered"),
    attack("one bit of an entry", lambda: checked(one_bit()),
           ContentRefused, f"{PLACE}, entry 2", "is altered in the MiB from byte 0"),
]  # fmt: skip


def shorter_header() -> bytes:
    data = bytearray(world.package().data)
    (length,) = struct.unpack_from(">I", data, 12)
    struct.pack_into(">I", data, 12, length - 1)
    return bytes(data)


def slot(number: int, built: world.BuiltPackage | None = None) -> slice:
    entry = (built or world.package()).manifest.entries[number]
    return slice(entry.offset, aligned(entry.offset + entry.length))


def exchanged() -> bytes:
    """The two entries of the same length in each other's place, under the manifest that was signed."""
    data = forge.data_of()
    first, second = data[slot(1)], data[slot(4)]
    assert len(first) == len(second), "the world's first and last file are of one size class"
    return head() + data[: slot(1).start] + second + data[slot(1).stop : slot(4).start] + first


def foreign_entry() -> bytes:
    data, other = forge.data_of(), forge.data_of(world.other_package())
    return head() + data[: slot(1).start] + other[slot(1, world.other_package())] + data[slot(1).stop :]


def one_bit() -> bytes:
    data = bytearray(forge.data_of())
    data[slot(2).start + 100] ^= 1
    return head() + bytes(data)


def head() -> bytes:
    return world.package().data[: -len(forge.data_of())]


# -- manifest ----------------------------------------------------------------------------------------------------------


def says(**changes: JsonInput) -> Callable[[], object]:
    return lambda: checked(forge.container({**forge.manifest_body(), **changes}, forge.data_of()))


def signed_by(*by: str, kind: str = PayloadType.EXAM_MANIFEST) -> Callable[[], object]:
    return lambda: checked(forge.container(forge.manifest_body(), forge.data_of(), by=by, kind=kind))


def manifest_under_old_signatures() -> bytes:
    """The window longer, under the signatures that were there: what somebody without a key can do."""
    envelope = forge.envelope_of(header())
    body = forge.manifest_body() | {"not_after": MOST}
    data = replace(envelope, untrusted_payload=encode(body)).to_bytes()
    start = MAGIC + struct.pack(">II", 1, len(data)) + data
    return start + bytes(aligned(len(start)) - len(start)) + forge.data_of()


def header(built: world.BuiltPackage | None = None) -> bytes:
    whole = (built or world.package()).data
    (length,) = struct.unpack_from(">I", whole, 12)
    return whole[16 : 16 + length]


REVOKED: Final = world.trust(Revocations(number=1, packages=frozenset({world.package().digest})))
SPONSOR_GONE: Final = world.trust(
    Revocations(number=1, key_ids=frozenset({world.signing_key("sponsor").public_key.keyid}))
)
SIGNATURES: Final = f"{MANIFEST}.signatures"


def nth(*names: str, of: str) -> str:
    ids = sorted(world.signing_key(name).public_key.keyid for name in names)
    return f"{SIGNATURES}[{ids.index(world.signing_key(of).public_key.keyid)}]"


MANIFESTS: Final = [
    attack("signed by the publisher alone", signed_by("publisher"), ThresholdRefused, SIGNATURES, "1 of the 2 keys"),
    attack("signed by the publisher and a release officer", signed_by("publisher", "officer-1"),
           ThresholdRefused, nth("publisher", "officer-1", of="officer-1"), "may not sign"),
    attack("signed by both and by a third who may not", signed_by("publisher", "sponsor", "records"),
           ThresholdRefused, nth("publisher", "sponsor", "records", of="records"), "may not sign"),
    attack("the window made longer under the old signatures", lambda: checked(manifest_under_old_signatures()),
           SignatureRefused, f"{SIGNATURES}[0]", "does not verify"),
    attack("the sponsor's key was revoked",
           lambda: check_package(BytesSource(world.package().data), trust=SPONSOR_GONE, place=PLACE),
           RevokedRefused, nth("publisher", "sponsor", of="sponsor"), "revoked key"),
    attack("a package that was revoked",
           lambda: check_package(BytesSource(world.package().data), trust=REVOKED, place=PLACE),
           RevokedRefused, PLACE, "revoked"),
    attack("an issue older than one that was accepted", lambda: check_package(
           BytesSource(world.package().data), trust=TRUST, newest_issue=2, place=PLACE),
           OlderRefused, PLACE, "has number 1, and 2"),
    attack("a release's payload type on a manifest", signed_by("publisher", "sponsor", kind=PayloadType.RELEASE),
           FormRefused, f"{MANIFEST}.payloadType", "exam-manifest"),
    attack("a scoring manifest's payload type on a delivery manifest",
           signed_by("publisher", "sponsor", kind=PayloadType.SCORING_MANIFEST),
           FormRefused, f"{MANIFEST}.delivery", "is missing"),
    attack("the word of the scoring package hidden in the title",
           says(title=f'"payloadType":"{PayloadType.SCORING_MANIFEST}"', x=1),
           FormRefused, f"{MANIFEST}.x", "unknown field"),
    attack("an unknown field in the manifest", says(paths=["a"]), FormRefused, f"{MANIFEST}.paths", "unknown field"),
    attack("a missing field", says(release_check=None), FormRefused, f"{MANIFEST}.release_check", "not a SHA-256"),
    attack("a window that ends before it begins", says(not_before=2, not_after=1),
           FormRefused, f"{MANIFEST}.not_after", "is not from 2"),
    attack("an exam called ../../etc", says(exam="../../etc"), FormRefused, f"{MANIFEST}.exam", "is not a name"),
    attack("a form called NUL", says(form="NUL"), FormRefused, f"{MANIFEST}.form", "is not a name"),
    attack("issue 0", says(issue=0), FormRefused, f"{MANIFEST}.issue", "is not from 1"),
    attack("no scoring key", says(scoring_keys=[]), FormRefused, f"{MANIFEST}.scoring_keys", "is empty"),
    attack("a scoring key of one byte", says(scoring_keys=[{"key": "AA=="}]),
           FormRefused, f"{MANIFEST}.scoring_keys[0].key", "bytes"),
    attack("a scoring key twice",
           says(scoring_keys=[forge.manifest_body()["scoring_keys"][0]] * 2),  # type: ignore[index]  # JSON
           FormRefused, f"{MANIFEST}.scoring_keys", "one key twice"),
    attack("a scoring key of zeros", says(scoring_keys=[{"key": to_base64(bytes(1216))}]),
           FormRefused, f"{MANIFEST}.scoring_keys[0].key", ""),
    attack("scored_at_seat that says no", says(scored_at_seat=False),
           FormRefused, f"{MANIFEST}.scored_at_seat", "says no"),
    attack("lockdown that demands nothing", says(lockdown="practice"),
           FormRefused, f"{MANIFEST}.lockdown", "demands nothing"),
    attack("a lockdown nobody knows", says(lockdown="off"), FormRefused, f"{MANIFEST}.lockdown", "known values"),
]  # fmt: skip


# -- the encrypted index, by both publishers ---------------------------------------------------------------------------


def indexed(*entries: dict[str, JsonInput], contents: Sequence[bytes] | None = None) -> Callable[[], object]:
    return lambda: read_all(forge.package_of_files(entries, contents or [b"x"] * len(entries)))


def paths(*names: str) -> Callable[[], object]:
    return lambda: read_all(forge.package_of_paths(*names))


def raw_index(plain: bytes) -> Callable[[], object]:
    return lambda: read_all(forge.package([plain, forge.padded(b"x")]))


def path_attack(name: str, path: str, words: str) -> Attack:
    return attack(f"a path {name}", paths(path), FormRefused, f"{INDEX}.entries[0].path", words)


NOT_EVERY_SYSTEM: Final = "not every system can store"
ONE: Final = encode({"entries": [forge.index_entry("a", b"x")]})
INDEXES: Final = [
    path_attack("that leads out", "../a", "an empty part, . or .."),
    path_attack("that leads out from inside", "a/../../b", "an empty part, . or .."),
    path_attack("from the root", "/etc/passwd", "is absolute"),
    path_attack("with backslashes", "..\\a", "no path may have"),
    path_attack("on a drive", "C:a", "no path may have"),
    path_attack("with NUL", "a\x00.xml", "no path may have"),
    path_attack("with a line feed", "a\nb", "no path may have"),
    path_attack("with an empty part", "a//b", "an empty part"),
    path_attack("that is a folder", "a/", "an empty part"),
    path_attack("that is a device of Windows", "media/CON", NOT_EVERY_SYSTEM),
    path_attack("that is a device with an extension", "nul.xml", NOT_EVERY_SYSTEM),
    path_attack("that ends in a dot", "a.", NOT_EVERY_SYSTEM),
    path_attack("that ends in a space", "a ", NOT_EVERY_SYSTEM),
    path_attack("in another normal form", "e\u0301", "normal form C"),
    attack("a path of ten thousand characters", paths("a" * 10_000),
           FormRefused, f"{INDEX}.entries[0].path", "has over 200"),
    attack("a path twice", paths("a", "a"), FormRefused, INDEX, "without repetition"),
    attack("two paths that differ in capitals", paths("A.xml", "a.xml"),
           FormRefused, INDEX, "clashes with another: 'a.xml'"),
    attack("two paths that differ in ß and ss", paths("strasse", "straße"),
           FormRefused, INDEX, "clashes with another"),
    attack("a path that is a file and a folder", paths("a", "a/b"), FormRefused, INDEX, "clashes with another"),
    attack("paths out of order", paths("b", "a"), FormRefused, INDEX, "not sorted by path"),
    attack("more files in the index than entries",
           lambda: read_all(forge.package_of_files([forge.index_entry(name, b"x") for name in "ab"], [b"x"])),
           ContentRefused, PLACE, "another number of entries"),
    attack("an entry the index does not name",
           lambda: read_all(forge.package_of_files([forge.index_entry("a", b"x")], [b"x", b"hidden"])),
           ContentRefused, PLACE, "another number of entries"),
    attack("a file longer than its entry", indexed(forge.index_entry("a", b"x", length=5000)),
           ContentRefused, f"{PLACE}, a", "another length than the index says"),
    attack("a file of 2**53 - 1 bytes", indexed(forge.index_entry("a", b"x", length=MOST)),
           FormRefused, f"{INDEX}.entries[0].length", "is not from"),
    attack("a file one byte shorter than it is", indexed(forge.index_entry("a", b"x", length=0)),
           ContentRefused, f"{PLACE}, a", "not what the index says"),
    attack("data hidden in a file's padding",
           lambda: read_all(forge.package([forge.padded(ONE), b"x" + bytes(4000) + b"hidden" + bytes(89)])),
           ContentRefused, f"{PLACE}, a", "not what the index says"),
    attack("a file with another digest", indexed(forge.index_entry("a", b"y")),
           ContentRefused, f"{PLACE}, a", "not what the index says"),
    attack("an unknown field in the index", indexed(forge.index_entry("a", b"x", mode=0o777)),
           FormRefused, f"{INDEX}.entries[0].mode", "unknown field"),
    attack("a media type with a line feed", indexed(forge.index_entry("a", b"x", media="text/html\r\nx: y")),
           FormRefused, f"{INDEX}.entries[0].media", "not a media type"),
    attack("an index that is no JSON", raw_index(forge.padded(b"{")), FormRefused, INDEX, "is not JSON"),
    attack("an index of nothing", raw_index(bytes(4096)), FormRefused, INDEX, "not JSON"),
    attack("an index with a page of padding too many", raw_index(forge.padded(ONE) + bytes(4096)),
           FormRefused, INDEX, "padded to another length"),
    attack("an index of five MiB", raw_index(bytes(5 * 2**20)), FormRefused, PLACE, "an index that is too long"),
    attack("an index of a million empty lists", raw_index(forge.padded(b'{"entries":[' + b"[]," * 900_000 + b"[]]}")),
           FormRefused, INDEX, "holds more than 400000 values"),
    attack("two entries sealed under each other's number",
           lambda: read_all(forge.package([forge.padded(encode({"entries": ENTRIES[:2]})), *map(forge.padded, FILES[:2])],
                                          numbers=[0, 2, 1])),
           ContentRefused, f"{PLACE}, entry 1", "another key or for another use"),
    attack("an entry sealed under another package's key",
           lambda: read_all(forge.package([forge.padded(ONE), forge.padded(b"x")], keys=[world.CONTENT_KEY, bytes(32)])),
           ContentRefused, f"{PLACE}, entry 1", "another key or for another use"),
    attack("an entry sealed for another package",
           lambda: read_all(forge.package([forge.padded(ONE), forge.padded(b"x")], package_ids=[world.PACKAGE_ID, bytes(16)])),
           ContentRefused, f"{PLACE}, entry 1", "another key or for another use"),
    attack("an entry cut inside its stream, hashed anew", lambda: read_all(cut_stream(-100)),
           ContentRefused, f"{PLACE}, entry 1", ""),
    attack("an entry of fifty bytes, shorter than any stream", lambda: opened(cut_stream(50)),
           ContentRefused, f"{PLACE}, a", "another length"),
]  # fmt: skip


def cut_stream(end: int) -> bytes:
    """The second entry of a small package cut, its length and hash said as they are then."""
    whole = forge.package_of_paths("a")
    body = forge.payload_of(whole[16 : 16 + struct.unpack_from(">I", whole, 12)[0]])
    entries = forge.entries_of(body)
    data = whole[aligned(16 + struct.unpack_from(">I", whole, 12)[0]) :]
    start, length = int(str(entries[1]["offset"])), int(str(entries[1]["length"]))
    piece = data[start : start + length][:end]
    if end < 0:  # the last hundred bytes are others: the stream ends elsewhere inside
        piece += bytes(-end)
    entries[1] |= {"length": len(piece), "leaves": to_base64(hashlib.sha256(piece).digest())}
    return forge.container({**body, "entries": entries}, data[:start] + piece + bytes(-len(piece) % ALIGNMENT))


# -- grants, releases, keys --------------------------------------------------------------------------------------------


def grant(**changes: object) -> Grant:
    return replace(open_grant(world.grant_file(), trust=TRUST, site=world.SITE), **changes)  # type: ignore[arg-type]  # a table


OTHER_GRANT: Final = open_grant(world.grant_file(of=world.other_package()), trust=TRUST, site=world.SITE)
LIMA_GRANT: Final = open_grant(world.grant_file(world.OTHER_SITE), trust=TRUST, site=world.OTHER_SITE)
WRONG_MANIFEST: Final = open_grant(
    world.grant_file(of=replace(world.package(), digest=world.other_package().digest)), trust=TRUST, site=world.SITE
)
GOOD: Final = world.package().data


def with_grant(value: Grant) -> Callable[[], object]:
    return lambda: opened(GOOD, grant=value)


def released(data: bytes) -> Callable[[], object]:
    package = check_package(BytesSource(GOOD), trust=TRUST)
    return lambda: open_release(data, trust=TRUST, package=package, place="a.release")


OFFICERS: Final = ("officer-1", "officer-3")
KEYS: Final = [
    attack("another site's grant",
           lambda: open_grant(world.grant_file(world.OTHER_SITE), trust=TRUST, site=world.SITE, place="a.grant"),
           NotForThisSiteRefused, "a.grant", "for the site site-lima, not for site-berlin", file=".grant"),
    attack("another site's grant, opened with the own key", with_grant(LIMA_GRANT),
           ContentRefused, "grant.site_secret", "cannot be opened", file=".grant"),
    attack("another package's grant", with_grant(OTHER_GRANT),
           ContentRefused, PLACE, "of another package", file=".grant"),
    attack("another package's site secret in the grant",
           with_grant(grant(sealed_site_secret=OTHER_GRANT.sealed_site_secret)),
           ContentRefused, "grant.site_secret", "cannot be opened", file=".grant"),
    attack("another package's content key in the grant",
           with_grant(grant(wrapped_content_key=OTHER_GRANT.wrapped_content_key)),
           ContentRefused, "grant.content_key", "", file=".grant"),
    attack("another site's secret in the grant", with_grant(grant(sealed_site_secret=LIMA_GRANT.sealed_site_secret)),
           ContentRefused, "grant.site_secret", "cannot be opened", file=".grant"),
    attack("a content key wrapped under another manifest",
           with_grant(grant(wrapped_content_key=WRONG_MANIFEST.wrapped_content_key)),
           ContentRefused, "grant.content_key", "", file=".grant"),
    attack("a site secret of no byte", with_grant(grant(sealed_site_secret=b"")),
           ContentRefused, "grant.site_secret", "cannot be opened", file=".grant"),
    attack("a grant for a package opened with another's release",
           lambda: opened(GOOD, release=world.release_value(world.other_package())),
           WrongReleaseRefused, "release", "another package", file=".grant"),
    attack("a release of another package", released(world.release_file(world.other_package())),
           WrongReleaseRefused, "a.release", "another package", file=".release"),
    attack("a release with another secret",
           released(build_release(world.release_value(secret=bytes(32)), world.signers(*OFFICERS))),
           WrongReleaseRefused, "a.release", "does not hold the secret", file=".release"),
    attack("a release of a package that was superseded and revoked", lambda: check_package(
           BytesSource(GOOD), trust=REVOKED, place=PLACE), RevokedRefused, PLACE, "revoked", file=".release"),
    attack("a release pointed at another package under its signatures",
           released(forge.altered(world.release_file(world.other_package()), package=world.package().digest)),
           SignatureRefused, "a.release.signatures[0]", "does not verify", file=".release"),
    attack("a scoring package in the place of a delivery package", lambda: open_package(
           BytesSource(world.scoring_package().data), trust=TRUST, grant=grant(), release=world.release_value(),
           site_key=world.content_key(world.SITE), place=PLACE), FormRefused, PLACE, "not a delivery package"),
    attack("a delivery package in the place of a scoring package", lambda: open_scoring_package(
           BytesSource(GOOD), trust=TRUST, scoring_key=world.content_key("scoring"), place=PLACE),
           FormRefused, PLACE, "not a scoring package"),
    attack("the wraps of a scoring package exchanged", lambda: open_scoring_package(
           BytesSource(exchanged_wraps()), trust=TRUST, scoring_key=world.content_key("scoring"), place=PLACE),
           ContentRefused, f"{PLACE}, wrap", "cannot be opened"),
    attack("a scoring package with a wrap too few", lambda: open_scoring_package(
           BytesSource(fewer_wraps()), trust=TRUST, scoring_key=world.content_key("scoring"), place=PLACE),
           FormRefused, f"{MANIFEST}.wraps", "one wrap for each"),
    attack("a scoring package of another office's keys", lambda: open_scoring_package(
           BytesSource(world.scoring_package().data), trust=TRUST, scoring_key=world.content_key("officer"), place=PLACE),
           ContentRefused, PLACE, "other scoring keys"),
    attack("a scoring package's wrap for another delivery package", lambda: open_scoring_package(
           BytesSource(scoring(delivery=world.other_package().digest)), trust=TRUST,
           scoring_key=world.content_key("scoring"), place=PLACE),
           ContentRefused, f"{PLACE}, wrap", "cannot be opened"),
]  # fmt: skip


def scoring(**changes: JsonInput) -> bytes:
    built = world.scoring_package()
    body = forge.payload_of(header(built)) | changes
    return forge.container(body, forge.data_of(built), kind=PayloadType.SCORING_MANIFEST)


def exchanged_wraps() -> bytes:
    wraps = forge.payload_of(header(world.scoring_package()))["wraps"]
    assert isinstance(wraps, list)
    return scoring(wraps=wraps[::-1])


def fewer_wraps() -> bytes:
    wraps = forge.payload_of(header(world.scoring_package()))["wraps"]
    assert isinstance(wraps, list)
    return scoring(wraps=wraps[:-1])


ATTACKS: Final = [*LAYOUT, *MANIFESTS, *INDEXES, *KEYS]


@parametrized(ATTACKS)
def test_refused(attack: Attack) -> None:
    assert_refused(attack)


def test_what_is_forged_from_is_good() -> None:
    checked(GOOD)
    checked(forge.container(forge.manifest_body(), forge.data_of()))
    read_all(forge.package_of_files(ENTRIES, FILES))
    assert opened(forge.package_of_paths("a", "b/c")).read("b/c") == b"x"


def test_the_file_that_was_verified_is_the_file_that_is_read(tmp_path: Path) -> None:
    """Somebody exchanges the package after it was verified. Who has it open goes on with the old one; a write into it shows."""
    path = tmp_path / "a.exam"
    path.write_bytes(GOOD)
    with path.open("rb") as file:
        package = check_package(FileSource(file), trust=TRUST, place=PLACE)
        package.verify_every_byte()
        shutil.copyfile(path, tmp_path / "other")
        (tmp_path / "other").write_bytes(world.other_package().data)
        (tmp_path / "other").replace(path)
        package.verify_every_byte()
    path.write_bytes(GOOD)
    with path.open("r+b") as file:
        package = check_package(FileSource(file), trust=TRUST, place=PLACE)
        package.verify_every_byte()
        with path.open("r+b") as writer:
            writer.seek(len(GOOD) - len(forge.data_of()) + 50)
            writer.write(b"exchanged")
        assert_refused(attack("", package.verify_every_byte, ContentRefused, f"{PLACE}, entry 0", "is altered"))
