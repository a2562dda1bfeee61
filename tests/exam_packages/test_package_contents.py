"""What is inside a package: index, files, padding, keys."""

from __future__ import annotations

import io
import threading
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.container import (
    ALIGNMENT,
    BytesSource,
    aligned,
    encode_manifest,
    manifest_digest,
    write_header,
)
from exam_packages.entry_layouter import EntryLayouter
from exam_packages.grants import Grant, seal_site_secret, wrap_content_key
from exam_packages.opening import open_package
from exam_packages.package_contents import (
    ContentFile,
    OpenedPackage,
    encode_index,
    entry_context,
    entry_key,
    media_type_of,
    padded_length,
    write_package,
)
from exam_packages.releases import Release
from signing.canonical import JsonValue, encode
from signing.dsse import sign
from signing.errors import ContentRefused, FormRefused, Refused
from signing.labels import PayloadType
from signing.sealed_stream import seal
from tests.exam_packages import world

TRUST = world.trust()
PATHS = st.from_regex(r"[a-z]{1,6}(/[a-z0-9]{1,6}){0,2}\.(xml|png|bin)", fullmatch=True)


def opened(built: world.BuiltPackage) -> OpenedPackage:
    package_id = built.manifest.package_id
    grant = Grant(
        site=world.SITE,
        package=built.digest,
        package_id=package_id,
        sealed_site_secret=seal_site_secret(
            world.SITE_SECRET,
            site=world.SITE,
            package=built.digest,
            package_id=package_id,
            to=world.content_key(world.SITE).public,
        ),
        wrapped_content_key=wrap_content_key(
            world.CONTENT_KEY,
            site_secret=world.SITE_SECRET,
            release_secret=world.RELEASE_SECRET,
            package=built.digest,
            package_id=package_id,
        ),
        issued=world.NOW,
    )
    release = Release(
        package=built.digest, exam=world.EXAM, form=world.FORM, secret=world.RELEASE_SECRET, issued=world.NOW
    )
    return open_package(
        BytesSource(built.data), trust=TRUST, grant=grant, release=release, site_key=world.content_key(world.SITE)
    )


def forged(index: JsonValue, *plain: bytes) -> world.BuiltPackage:
    """A package signed by publisher and sponsor whose index says whatever the test wants."""
    scratch = io.BytesIO()
    layouter = EntryLayouter(scratch)
    encoded = encode(index)
    for number, data in enumerate((encoded + bytes(padded_length(len(encoded)) - len(encoded)), *plain)):
        key = entry_key(world.CONTENT_KEY, world.PACKAGE_ID, number)
        layouter.add(seal([data], key, entry_context(world.PACKAGE_ID, number)))
    manifest = replace(world.manifest(), entries=tuple(layouter.entries))
    payload = encode_manifest(manifest)
    data = write_header(sign(payload, PayloadType.EXAM_MANIFEST, world.signers("publisher", "sponsor")))

    return world.BuiltPackage(data=data + scratch.getvalue(), manifest=manifest, digest=manifest_digest(payload))


def line(path: str = "a.txt", data: bytes = b"abc", **changes: JsonValue) -> dict[str, JsonValue]:
    file = ContentFile.of_bytes(path, data)
    values: dict[str, JsonValue] = {"digest": file.digest, "length": file.length, "media": "text/plain", "path": path}
    return values | changes


def padded(data: bytes) -> bytes:
    return data + bytes(padded_length(len(data)) - len(data))


@given(files=st.dictionaries(PATHS, st.binary(max_size=9000), max_size=5))
@settings(max_examples=25, deadline=None)
def test_what_goes_in_comes_out(files: dict[str, bytes]) -> None:
    package = opened(world.write(world.manifest(), files))
    assert package.paths() == tuple(sorted(files))
    assert {path: package.read(path) for path in package.paths()} == files
    package.verify_every_byte()


def test_media_may_be_long() -> None:
    film = bytes(range(256)) * 12_000
    package = opened(world.write(world.manifest(), {"film.mp4": film}))
    assert package.read("film.mp4") == film


def test_a_path_that_is_not_there_is_refused() -> None:
    with pytest.raises(ContentRefused, match="not in the package"):
        opened(world.package()).read("items/item-2.xml")


def test_the_index_is_reproducible_from_the_content() -> None:
    files = [ContentFile.of_bytes(path, data) for path, data in sorted(world.FILES.items())]
    assert encode_index(files) == encode_index(list(files))
    assert b"application/xml" in encode_index(files)


def test_the_same_content_twice_gives_other_ciphertext() -> None:
    one, two = (world.write(world.manifest(), world.FILES) for _ in range(2))
    assert one.data != two.data
    assert [each.length for each in one.manifest.entries] == [each.length for each in two.manifest.entries]


def test_an_honest_forgery_opens() -> None:
    assert opened(forged({"entries": [line()]}, padded(b"abc"))).read("a.txt") == b"abc"


@pytest.mark.parametrize(
    ("index", "plain"),
    [
        pytest.param({"entries": [line("../a.txt")]}, b"abc", id="leads out"),
        pytest.param({"entries": [line("/a.txt")]}, b"abc", id="absolute"),
        pytest.param({"entries": [line("a//b.txt")]}, b"abc", id="empty segment"),
        pytest.param({"entries": [line("a\\b.txt")]}, b"abc", id="backslash"),
        pytest.param({"entries": [line("C:a.txt")]}, b"abc", id="drive"),
        pytest.param({"entries": [line("a\n.txt")]}, b"abc", id="control character"),
        pytest.param({"entries": [line("e\u0301.txt")]}, b"abc", id="not NFC"),
        pytest.param({"entries": [line(media="TEXT/plain")]}, b"abc", id="media type in capitals"),
        pytest.param({"entries": [line(length=2)]}, b"abc", id="length too short"),
        pytest.param({"entries": [line(length=5000)]}, b"abc", id="length too long"),
        pytest.param({"entries": [line(digest="00" * 32)]}, b"abc", id="another digest"),
        pytest.param({"entries": [line(extra=1)]}, b"abc", id="unknown field"),
        pytest.param({"entries": [line(), line()]}, b"abc", id="one path twice"),
        pytest.param({"entries": []}, b"abc", id="an entry nobody names"),
        pytest.param({"entries": [line()], "more": 1}, b"abc", id="unknown field of the index"),
        pytest.param([], b"abc", id="no object"),
    ],
)
def test_an_index_that_lies_is_refused_although_it_is_signed(index: JsonValue, plain: bytes) -> None:
    with pytest.raises(Refused):
        opened(forged(index, padded(plain))).verify_every_byte()


def test_an_entry_the_index_names_and_nobody_wrote_is_refused() -> None:
    with pytest.raises(ContentRefused, match="number of entries"):
        opened(forged({"entries": [line("a.txt"), line("b.txt")]}, padded(b"abc")))


def test_plaintext_padding_is_zero() -> None:
    package = opened(forged({"entries": [line()]}, padded(b"abc")[:-1] + b"\x01"))
    with pytest.raises(ContentRefused):
        package.read("a.txt")
    with pytest.raises(ContentRefused):
        package.verify_every_byte()


@pytest.mark.parametrize("damage", ["last byte", "padding far behind", "digest"])
def test_a_long_file_is_held_against_the_index_to_its_last_byte(damage: str) -> None:
    """Signed and sealed by somebody who lies about one byte of content only."""
    said = bytes(range(256)) * 8192 + b"end"
    plain = bytearray(padded(said))
    match damage:
        case "last byte":
            plain[len(said) - 1] ^= 1
        case "padding far behind":
            plain[-1] = 1
        case _:
            plain[0] ^= 1
    package = opened(forged({"entries": [line("a.txt", b"abc"), line("b.txt", said)]}, padded(b"abc"), bytes(plain)))
    with pytest.raises(ContentRefused, match="not what the index says") as refusal:
        package.verify_every_byte()
    assert refusal.value.place.endswith("b.txt")
    opened(forged({"entries": [line("b.txt", said)]}, padded(said))).verify_every_byte()


def test_checking_a_package_tells_of_progress_to_the_end() -> None:
    built = world.write(world.manifest(), {"a.mp4": bytes(3_000_000), "b.xml": b"<b/>"})
    package = opened(built)
    seen: list[tuple[int, int]] = []
    package.verify_every_byte(lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == sum(entry.length for entry in built.manifest.entries) <= seen[-1][1]


@pytest.mark.parametrize("why", ["sealed otherwise than signed", "called off"])
def test_a_check_that_breaks_off_leaves_no_thread_even_while_its_error_is_held(why: str) -> None:
    """A traceback keeps what was on its way. A thread that waited for it would keep the program from ending."""

    def call_off(done: int, _total: int) -> None:
        if why == "called off" and done > 1_500_000:
            raise KeyboardInterrupt

    plain = bytes(6 * 1024 * 1024)
    # The index counts from 1: what is sealed as entry 1 lies in place 2, and the signed hashes say that it belongs there.
    lines: list[JsonValue] = [line("a.txt", plain), line("b.txt", plain)]
    built = forged({"entries": lines}, padded(plain), padded(plain))
    if why == "sealed otherwise than signed":
        first, second = built.manifest.entries[1:]
        begin = len(built.data) - aligned(second.length) - aligned(first.length)
        swapped = replace(
            built.manifest, entries=(built.manifest.entries[0], first, replace(second, leaves=first.leaves))
        )
        sealed = built.data[begin : begin + aligned(first.length)]
        header = write_header(
            sign(encode_manifest(swapped), PayloadType.EXAM_MANIFEST, world.signers("publisher", "sponsor"))
        )
        index = built.data[begin - aligned(swapped.entries[0].length) : begin]
        built = world.BuiltPackage(
            data=header + index + sealed + sealed, manifest=swapped, digest=manifest_digest(encode_manifest(swapped))
        )
    before = set(threading.enumerate())
    with pytest.raises((ContentRefused, KeyboardInterrupt)) as held:
        opened(built).verify_every_byte(call_off)
    assert set(threading.enumerate()) <= before
    assert held.value is not None


def test_paths_that_could_not_be_read_back_are_not_written() -> None:
    for paths in (["../x"], ["a", "a"]):
        files = [ContentFile.of_bytes(path, b"") for path in paths]
        with pytest.raises(FormRefused):
            write_package(
                world.manifest(),
                files,
                content_key=world.CONTENT_KEY,
                signers=world.signers("publisher", "sponsor"),
                scratch=io.BytesIO(),
                out=io.BytesIO(),
            )


def test_padding_hides_the_length() -> None:
    assert [padded_length(length) for length in (0, 1, 4096, 4097)] == [4096, 4096, 4096, 8192]
    assert padded_length(123) % ALIGNMENT == 0


def test_media_types_go_by_the_extension() -> None:
    assert media_type_of("a/B.SVG") == "image/svg+xml"
    assert media_type_of("a.unknown") == "application/octet-stream"


def test_every_entry_has_a_key_and_a_context_of_its_own() -> None:
    keys = {entry_key(world.CONTENT_KEY, world.PACKAGE_ID, number) for number in range(20)}
    contexts = {entry_context(world.PACKAGE_ID, number) for number in range(20)}
    assert (len(keys), len(contexts)) == (20, 20)
