"""The byte layout of .exam: what a reader accepts, and every way of lying to it."""

from __future__ import annotations

import hashlib
import io
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.container import (
    ALIGNMENT,
    HEADER_MAX_BYTES,
    LEAF_BYTES,
    BytesSource,
    EntryLayout,
    FileSource,
    Manifest,
    PackageKind,
    SealedEntries,
    aligned,
    encode_manifest,
    manifest_from_fields,
    prefix_of,
    read_container,
    write_header,
)
from exam_packages.entry_layouter import EntryLayouter
from exam_packages.opening import check_package
from exam_packages.package_contents import OpenedPackage
from signing.canonical import decode
from signing.dsse import sign
from signing.errors import ContentRefused, FormRefused, Refused
from signing.fields import Fields
from signing.labels import PayloadType
from tests.exam_packages import world

TRUST = world.trust()
ENTRY = 40_000  # bytes of ciphertext in the hand-made containers


def hand_made(entries: tuple[EntryLayout, ...], body: bytes, **changes: object) -> bytes:
    """A container with a manifest that is properly signed and says whatever the test wants."""
    manifest = replace(world.manifest(), entries=entries, **changes)  # type: ignore[arg-type]  # a table of fields
    envelope = sign(encode_manifest(manifest), PayloadType.EXAM_MANIFEST, world.signers("publisher", "sponsor"))
    return write_header(envelope) + body


def check(data: bytes) -> None:
    check_package(BytesSource(data), trust=TRUST).verify_every_byte()


def entry(offset: int = 0, length: int = ENTRY, leaves: int = 1) -> EntryLayout:
    return EntryLayout(offset=offset, length=length, leaves=bytes(32 * leaves))


class TestPrefix:
    @pytest.mark.parametrize(
        ("damage", "words"),
        [
            (lambda data: data[:15], "too short"),
            (lambda data: b"PK" + data[2:], "does not begin"),
            (lambda data: data[:8] + b"\x00\x00\x00\x02" + data[12:], "version 2"),
            (lambda data: data[:12] + (HEADER_MAX_BYTES + 1).to_bytes(4, "big") + data[16:], "too long"),
            (lambda data: data[: ALIGNMENT - 1], "cut inside its header"),
            (lambda data: data[:12] + (20).to_bytes(4, "big") + data[16:], "not zero"),
        ],
    )
    def test_each_part_of_it_is_checked(self, damage: Callable[[bytes], bytes], words: str) -> None:
        with pytest.raises(FormRefused, match=words):
            read_container(BytesSource(damage(world.package().data)), place="exam")

    def test_header_padding_is_zero(self) -> None:
        data = bytearray(world.package().data)
        start = 16 + int.from_bytes(data[12:16], "big")
        assert start % ALIGNMENT, "the header of this package is padded"
        data[start] = 1
        with pytest.raises(FormRefused, match="padding"):
            read_container(BytesSource(bytes(data)), place="exam")

    def test_a_reader_accepts_what_was_written(self) -> None:
        container = read_container(BytesSource(world.package().data), place="exam")
        assert container.kind is PackageKind.DELIVERY
        assert container.data_start % ALIGNMENT == 0
        assert prefix_of(5)[:4] == b"\x89EXA"


class TestManifest:
    def test_it_reads_back(self) -> None:
        for built in (world.package(), world.scoring_package()):
            payload = encode_manifest(built.manifest)
            fields = Fields(decode(payload, place="manifest", max_bytes=HEADER_MAX_BYTES), "manifest")
            assert manifest_from_fields(fields, built.manifest.kind) == built.manifest

    def test_nothing_in_clear_names_a_file(self) -> None:
        container = read_container(BytesSource(world.package().data), place="exam")
        payload = container.document.untrusted_payload
        for telling in (b"items", b"chart", b".xml", b"media", b".png"):
            assert telling not in payload
        assert all(each.length % 16 != 0 or each.length for each in world.package().manifest.entries)

    def test_the_lengths_in_clear_are_size_classes(self) -> None:
        short = world.write(world.manifest(), {"a.txt": b"x"}).manifest.entries
        longer = world.write(world.manifest(), {"a.txt": b"x" * 4000}).manifest.entries
        assert [each.length for each in short] == [each.length for each in longer]

    def test_a_scoring_manifest_has_a_wrap_for_each_key(self) -> None:
        broken = replace(world.scoring_package().manifest, wraps=world.scoring_package().manifest.wraps[:1])
        fields = Fields(decode(encode_manifest(broken), place="m", max_bytes=HEADER_MAX_BYTES), "m")
        with pytest.raises(FormRefused, match="wrap"):
            manifest_from_fields(fields, PackageKind.SCORING)

    def test_a_kind_is_not_taken_for_the_other(self) -> None:
        payload = encode_manifest(world.scoring_package().manifest)
        envelope = sign(payload, PayloadType.EXAM_MANIFEST, world.signers("publisher", "sponsor"))
        with pytest.raises(FormRefused):
            check(write_header(envelope))


class TestLayout:
    @pytest.mark.parametrize(
        ("entries", "words"),
        [
            pytest.param((), "empty", id="no entry, not even an index"),
            pytest.param((entry(offset=4096),), "offset", id="something before the first entry"),
            pytest.param((entry(), entry(offset=0)), "offset", id="two entries overlap"),
            pytest.param((entry(), entry(offset=4096 * 9)), "offset", id="an entry begins inside another"),
            pytest.param((entry(), entry(offset=4096 * 11)), "offset", id="a gap between entries"),
            pytest.param((entry(), entry(offset=ENTRY)), "offset", id="not aligned"),
            pytest.param((entry(length=0, leaves=0),), "length", id="nothing in it"),
            pytest.param((entry(leaves=2),), "leaves", id="more leaves than MiB"),
            pytest.param((entry(length=LEAF_BYTES + 1),), "leaves", id="fewer leaves than MiB"),
            pytest.param((entry(length=2**50),), "length", id="longer than anything may be"),
        ],
    )
    def test_lying_layouts_are_refused(self, entries: tuple[EntryLayout, ...], words: str) -> None:
        with pytest.raises(FormRefused, match=words):
            check(hand_made(entries, bytes(aligned(ENTRY) * 2)))

    @pytest.mark.parametrize("change", [-1, 1, -ALIGNMENT, ALIGNMENT, 2**20])
    def test_the_length_of_the_file_is_exactly_what_the_manifest_says(self, change: int) -> None:
        data = world.package().data
        other = data[:change] if change < 0 else data + bytes(change)
        with pytest.raises(ContentRefused, match="bytes long"):
            check_package(BytesSource(other), trust=TRUST)

    def test_reads_stay_inside_the_entry(self) -> None:
        package = check_package(BytesSource(world.package().data), trust=TRUST)
        length = package.entries.entries[0].length
        assert package.entries.read_at(0, length, 0) == b""
        assert len(package.entries.read_at(0, length - 1, 1)) == 1
        for offset, count in ((length, 1), (0, length + 1), (-1, 1), (0, -1)):
            with pytest.raises(ContentRefused, match="beyond"):
                package.entries.read_at(0, offset, count)

    def test_a_source_that_shrinks_while_it_is_read_is_refused(self) -> None:
        class Shrinking(BytesSource):
            cut = False

            def read_at(self, offset: int, length: int) -> bytes:
                data = super().read_at(offset, length)
                return data[:-1] if self.cut else data

        source = Shrinking(world.package().data)
        package = check_package(source, trust=TRUST)
        source.cut = True
        with pytest.raises(ContentRefused, match="altered"):
            package.entries.read_at(1, 0, 100)

    def test_altered_ciphertext_is_found_when_it_is_read_and_not_before(self) -> None:
        data = bytearray(world.package().data)
        data[-ALIGNMENT * 2] ^= 1
        package = check_package(BytesSource(bytes(data)), trust=TRUST)
        package.entries.read_at(0, 0, 100)
        with pytest.raises(Refused):
            package.verify_every_byte()

    def test_padding_between_entries_is_zero(self) -> None:
        built = world.package()
        data = bytearray(built.data)
        container = read_container(BytesSource(built.data), place="exam")
        for each in built.manifest.entries:
            end = container.data_start + each.offset + each.length
            if end % ALIGNMENT == 0:
                continue
            data[end] = 7
            with pytest.raises(FormRefused, match="padding"):
                check(bytes(data))
            data[end] = 0
        check(bytes(data))

    def test_a_package_is_read_without_holding_it_in_memory(self) -> None:
        class Counting(BytesSource):
            largest = 0

            def read_at(self, offset: int, length: int) -> bytes:
                self.largest = max(self.largest, length)
                return super().read_at(offset, length)

        built = world.write(world.manifest(), {"media/film.mp4": bytes(5 * LEAF_BYTES)})
        source = Counting(built.data)
        check_package(source, trust=TRUST).verify_every_byte()
        assert source.largest <= LEAF_BYTES

    def test_progress_reaches_the_end(self) -> None:
        seen: list[tuple[int, int]] = []
        package = check_package(BytesSource(world.package().data), trust=TRUST)
        package.verify_every_byte(lambda done, total: seen.append((done, total)))
        assert seen
        assert all(done <= total for done, total in seen)
        assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@cache
def film() -> world.BuiltPackage:
    """A package whose first file has several leaves."""
    return world.write(world.manifest(), {"a.mp4": bytes(range(256)) * 4096 * 5, "b.xml": b"<b/>"})


def start_of(built: world.BuiltPackage, number: int) -> int:
    container = read_container(BytesSource(built.data), place="exam")
    return container.data_start + built.manifest.entries[number].offset


class TestSecondThread:
    """Leaves are checked in two threads: what comes out is the same as from one, and no thread is left."""

    @pytest.fixture(autouse=True)
    def _no_thread_is_left(self) -> Iterator[None]:
        before = set(threading.enumerate())  # one of an earlier test may still end
        yield
        assert set(threading.enumerate()) <= before

    @pytest.mark.parametrize("damaged", [(0,), (4,), (1, 3), (2, 3, 4), (0, 1, 2, 3, 4, 5)])
    def test_the_first_damage_is_named(self, damaged: tuple[int, ...]) -> None:
        data = bytearray(film().data)
        for leaf in damaged:
            data[start_of(film(), 1) + leaf * LEAF_BYTES + 7] ^= 1
        package = check_package(BytesSource(bytes(data)), trust=TRUST)
        for read in (package.verify_every_byte, lambda: list(package.entries.leaves(1))):
            with pytest.raises(ContentRefused, match=rf"from byte {damaged[0] * LEAF_BYTES}\b") as refusal:
                read()
            assert refusal.value.place.endswith("entry 1")

    def test_damage_before_wrong_padding_is_named_first(self) -> None:
        data = bytearray(film().data)
        data[start_of(film(), 1) + 4 * LEAF_BYTES] ^= 1
        data[start_of(film(), 2) - 1] = 7
        with pytest.raises(ContentRefused, match="altered"):
            check(bytes(data))

    def test_a_fault_of_the_medium_comes_out_as_it_is(self) -> None:
        class Broken(BytesSource):
            def read_at(self, offset: int, length: int) -> bytes:
                if offset >= start_of(film(), 1) + 3 * LEAF_BYTES:
                    raise OSError(5, "the stick was pulled")
                return super().read_at(offset, length)

        package = check_package(Broken(film().data), trust=TRUST)
        for read in (package.verify_every_byte, lambda: list(package.entries.leaves(1))):
            with pytest.raises(OSError, match="pulled"):
                read()

    def test_it_can_be_called_off(self) -> None:
        def call_off(done: int, _total: int) -> None:
            if done > 2 * LEAF_BYTES:
                raise KeyboardInterrupt

        package = check_package(BytesSource(film().data), trust=TRUST)
        with pytest.raises(KeyboardInterrupt):
            package.verify_every_byte(call_off)
        leaves = package.entries.leaves(1)
        next(leaves)
        del leaves

    def test_leaves_are_the_entry(self) -> None:
        built = film()
        package = check_package(BytesSource(built.data), trust=TRUST)
        for number, each in enumerate(built.manifest.entries):
            start = start_of(built, number)
            read = b"".join(bytes(leaf) for leaf in package.entries.leaves(number))
            assert read == built.data[start : start + each.length]

    def test_leaves_take_the_memory_of_two(self) -> None:
        built = film()
        package = check_package(BytesSource(built.data), trust=TRUST)
        assert len({id(leaf.obj) for leaf in package.entries.leaves(1)}) == 2

    def test_a_package_of_any_length_is_checked_in_the_memory_of_three_leaves(self, tmp_path: Path) -> None:
        (tmp_path / "film.exam").write_bytes(film().data)
        with (tmp_path / "film.exam").open("rb") as file:
            package = check_package(FileSource(file), trust=TRUST)
            opened = OpenedPackage(package.manifest, package.digest, package.entries, world.CONTENT_KEY, "film.exam")
            for verify in (package.verify_every_byte, opened.verify_every_byte):
                tracemalloc.start()
                try:
                    verify()
                    assert tracemalloc.get_traced_memory()[1] < 3 * LEAF_BYTES
                finally:
                    tracemalloc.stop()

    @pytest.mark.parametrize("length", [1, LEAF_BYTES - 1, LEAF_BYTES, LEAF_BYTES + 1, 5 * LEAF_BYTES + 3])
    @pytest.mark.parametrize("piece", [1000, 700_001, 3 * LEAF_BYTES])
    def test_what_is_written_has_the_hash_of_each_leaf(self, length: int, piece: int) -> None:
        data = hashlib.shake_128(b"ciphertext").digest(length)
        out = io.BytesIO()
        layouter = EntryLayouter(out)
        for _ in range(2):
            layouter.add(data[start : start + piece] for start in range(0, length, piece))
        hashes = [hashlib.sha256(data[at : at + LEAF_BYTES]).digest() for at in range(0, length, LEAF_BYTES)]
        expected = EntryLayout(offset=0, length=length, leaves=b"".join(hashes))
        assert layouter.entries == [expected, replace(expected, offset=aligned(length))]
        assert out.getvalue() == (data + bytes(aligned(length) - length)) * 2

    def test_an_entry_that_cannot_be_made_is_none(self) -> None:
        def ciphertext() -> Iterator[bytes]:
            yield bytes(3 * LEAF_BYTES)
            raise OSError(5, "the content is gone")

        layouter = EntryLayouter(io.BytesIO())
        with pytest.raises(OSError, match="gone"):
            layouter.add(ciphertext())
        assert layouter.entries == []


def test_a_file_on_disk_is_a_source_that_keeps_its_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abcdef")
    with (tmp_path / "file").open("rb") as file:
        source = FileSource(file)
        file.seek(1)
        assert (source.size, source.read_at(2, 3), source.read_at(5, 9), file.tell()) == (6, b"cde", b"f", 1)


def test_a_file_is_a_source_too() -> None:
    source = FileSource(io.BytesIO(b"abcdef"))
    assert (source.size, source.read_at(2, 3), source.read_at(5, 9)) == (6, b"cde", b"f")


@given(data=st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_package_or_a_refusal(data: bytes) -> None:
    for start in (data, world.package().data[:16] + data, world.package().data[:12] + data):
        with pytest.raises(Refused):
            check_package(BytesSource(start), trust=TRUST)


def test_entries_are_exposed_only_after_verification() -> None:
    container = read_container(BytesSource(world.package().data), place="exam")
    entries = SealedEntries(container, world.package().manifest)
    assert entries.total_bytes == len(world.package().data) - container.data_start


def test_a_manifest_too_long_for_a_reader_is_not_written() -> None:
    with pytest.raises(FormRefused, match="too long"):
        write_header(bytes(HEADER_MAX_BYTES + 1))
    assert isinstance(world.package().manifest, Manifest)
