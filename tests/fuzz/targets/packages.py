"""Exam packages: the container, what publisher and sponsor sign in it, and what is sealed in its entries."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any, Final

from exam_packages.container import (
    BytesSource,
    Manifest,
    PackageKind,
    SealedEntries,
    UntrustedContainer,
    aligned,
    read_container,
    write_header,
)
from exam_packages.entry_layouter import EntryLayouter
from exam_packages.opening import check_package, open_grant, open_package, open_scoring_package
from exam_packages.package_contents import (
    ContentFile,
    OpenedPackage,
    encode_index,
    entry_context,
    entry_key,
    padded_length,
)
from signing.dsse import sign
from signing.errors import Refused
from signing.sealed_stream import seal
from tests.exam_packages import world
from tests.fuzz.target import Frame, Target, framed, in_one_form, split

TRUST: Final = world.trust()
_FILES: Final = {"a.xml": b"<a/>", "media/b.png": b"\x89PNG"}
_BODY_MAX: Final = 128 * 1024  # bytes; what a manifest may say its entries have before the target cuts them
_KINDS: Final = (PackageKind.DELIVERY, PackageKind.SCORING)


@cache
def _package() -> world.BuiltPackage:
    return world.write(world.manifest(), _FILES)


@cache
def _body() -> bytes:
    built = _package()
    return built.data[read_container(BytesSource(built.data), place="seed").data_start :]


@cache
def _key_to_it() -> dict[str, Any]:
    built = _package()
    return {
        "grant": open_grant(world.grant_file(of=built), trust=TRUST, site=world.SITE),
        "release": world.release_value(built),
        "site_key": world.content_key(world.SITE),
    }


def fuzz_exam(data: bytes) -> None:
    """A package as a file, checked, opened and read; or a manifest that publisher and sponsor have signed."""
    frame, kind, rest = split(data)
    with suppress(Refused):
        if frame is Frame.FILE:
            _read_all(rest)
            return
        package_kind = _KINDS[kind % 2]
        payload = rest if frame is Frame.PAYLOAD else in_one_form(rest)
        file = write_header(sign(payload, package_kind.payload_type, world.signers("publisher", "sponsor"))) + _body()
        source = BytesSource(file + bytes(_missing(rest, len(_body()))))
        checked = check_package(source, trust=TRUST)
        assert checked.manifest.kind is package_kind
        if package_kind is PackageKind.SCORING:
            open_scoring_package(source, trust=TRUST, scoring_key=world.content_key("scoring"))
        checked.verify_every_byte()


def _read_all(file: bytes) -> None:
    source = BytesSource(file)
    check_package(source, trust=TRUST).verify_every_byte()
    package = open_package(source, trust=TRUST, now=world.NOW, **_key_to_it())
    package.verify_every_byte()
    assert {path: package.read(path) for path in package.paths()} == _FILES


def _missing(manifest: bytes, there: int) -> int:
    """Zeros behind the body, so that a manifest that says more than there is is read past the check of the length."""
    with suppress(ValueError, TypeError, LookupError, AttributeError, OverflowError):
        last = json.loads(manifest)["entries"][-1]
        return max(0, min(_BODY_MAX, aligned(int(last["offset"]) + int(last["length"]))) - there)
    return 0


def fuzz_exam_contents(data: bytes) -> None:
    """The index of a package and its files, sealed as they must be behind a manifest that fits: only the inside is strange."""
    frame, kind, rest = split(data)
    index = in_one_form(rest) if frame is Frame.MEANING else rest
    body, manifest = _sealed([index, *_FILES.values()][: 1 + kind % 4])
    # What is signed is verified already here: ``fuzz_exam`` is for that, and this one is ten times as fast.
    entries = SealedEntries(replace(_container(), source=BytesSource(body), data_start=0), manifest)
    with suppress(Refused):
        package = OpenedPackage(manifest, _package().digest, entries, world.CONTENT_KEY, "package")
        for path in package.paths():
            assert package.media_type(path)
            with suppress(Refused):
                package.read(path)
        package.verify_every_byte()


@cache
def _container() -> UntrustedContainer:
    return read_container(BytesSource(_package().data), place="seed")


def _sealed(streams: Sequence[bytes]) -> tuple[bytes, Manifest]:
    body = io.BytesIO()
    layouter = EntryLayouter(body)
    for number, plain in enumerate(streams):
        padded = plain + bytes(padded_length(len(plain)) - len(plain))
        layouter.add(seal([padded], *_key_of_entry(number)))
    return body.getvalue(), replace(_package().manifest, entries=tuple(layouter.entries))


@cache
def _key_of_entry(number: int) -> tuple[bytes, bytes]:
    return entry_key(world.CONTENT_KEY, world.PACKAGE_ID, number), entry_context(world.PACKAGE_ID, number)


# -- seeds ------------------------------------------------------------------------------------------------------------


def _exams() -> list[bytes]:
    scoring = read_container(BytesSource(world.scoring_package().data), place="seed").document.untrusted_payload
    manifest = read_container(BytesSource(_package().data), place="seed").document.untrusted_payload
    return [
        framed(Frame.FILE, _package().data),
        framed(Frame.MEANING, manifest),
        framed(Frame.MEANING, scoring, kind=1),
    ]


def _indexes() -> list[bytes]:
    files = [ContentFile.of_bytes(path, data) for path, data in _FILES.items()]
    one, two = encode_index(files[:1]), encode_index(files)
    return [
        framed(Frame.MEANING, two, kind=2),
        framed(Frame.MEANING, one, kind=1),
        framed(Frame.MEANING, encode_index([])),
        framed(Frame.PAYLOAD, two, kind=2),
    ]


TARGETS: Final = (
    Target(
        name="exam",
        reads="exam and scoring packages: container, manifest, leaves, opening with grant and release, every file",
        run=fuzz_exam,
        seeds=_exams,
        max_bytes=40_000,
    ),
    Target(
        name="exam-contents",
        reads="the sealed index of a package and reading by it",
        run=fuzz_exam_contents,
        seeds=_indexes,
        tokens=(b"../", b"\\\\", b"a/./b", b"C:", "u\u0308".encode(), b"\\u0000"),
        max_bytes=2048,
    ),
)
