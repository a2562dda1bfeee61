"""A drop: the metadata of a TUF repository and the files it lists, imported by a machine with a pinned root.

Of five files that belong together an input changes one or two. What the library says about bytes it was asked about before is
remembered, or nearly all of the time would go into the files that stay as they are.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from securesystemslib.formats import encode_canonical
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]  # documented there, defined in a private module
from tuf.ngclient.updater import Updater

from signing import canonical
from signing.errors import Refused
from signing.keys import KeySet, SigningKey
from signing.trust import (
    OfflineKeys,
    OnlineKeys,
    Revocations,
    Role,
    TrustRepository,
    TrustStore,
    metadata,
    write_revocations,
)
from signing.trust.metadata import root_name
from signing.trust.revocations import NO_REVOCATIONS, TARGET_PATH, read_revocations
from signing.trust.store import listing_of, open_target, trust_of
from signing.trust.tuf_names import Metadata
from tests.exam_packages import world
from tests.fuzz.target import Frame, Target, framed, split

_NAMES: Final = ("2.root.json", "targets.json", "drop.json", "snapshot.json", "timestamp.json")
_SIGNERS: Final[Mapping[str, tuple[str, ...]]] = {
    "2.root.json": ("root",),
    "targets.json": ("targets",),
    "drop.json": ("drop",),
    "snapshot.json": ("snapshot",),
    "timestamp.json": ("timestamp",),
}
_ONLINE: Final = OnlineKeys(
    snapshot=world.signing_key("snapshot"), timestamp=world.signing_key("timestamp"), drop=world.signing_key("drop")
)
_OFFLINE: Final = OfflineKeys(
    root=world.signers("root"), root_threshold=1, targets=world.signers("targets"), targets_threshold=1
)
_FILE: Final = "exams/a.exam"
_KINDS: Final = (*_NAMES, TARGET_PATH)
_THROUGH_A_FOLDER: Final = 12  # kinds from here on may be imported by a real trust folder
_SELDOM: Final = 16  # one in so many of them is: it takes ten times as long
_REMEMBERED: Final = 64  # the files of one drop and of the one before, several times over


@dataclass(frozen=True, slots=True)
class _Place:
    """A drop that is rewritten for every input, and two machines: one that knows the office, one that has seen a drop."""

    drop: Path
    files: Mapping[str, bytes]
    machines: tuple[Path, Path]
    kept: tuple[Path, Path]


def fuzz_drop(data: bytes) -> None:
    """One part of a drop is anything: as a file, or signed with the right key and listed as it must be."""
    frame, kind, rest = split(data)
    name = _KINDS[kind % len(_KINDS)]
    files = _changed(frame, name, rest)
    knows = bool(len(rest) % 2)
    with suppress(Refused), _answers_remembered():
        if kind < _THROUGH_A_FOLDER or zlib.crc32(rest) % _SELDOM:
            _verify(files, knows=knows)
        else:
            _import(files, knows=knows)


@contextmanager
def _answers_remembered() -> Iterator[None]:
    """Ask once what depends on nothing but bytes: what they mean, what of them is signed, whether a signature verifies.

    A refusal is never remembered. Everything of ours runs as always, but for the form of a file that was good before.
    """
    for owner, name, remembered, _ in _INSTEAD:
        setattr(owner, name, remembered)
    try:
        yield
    finally:
        for owner, name, _, itself in _INSTEAD:
            setattr(owner, name, itself)


_FROM_BYTES: Final = Metadata.from_bytes
_SIGNED_BYTES: Final[Callable[[Metadata[Any]], bytes]] = vars(Metadata)["signed_bytes"].fget
_VERIFY: Final = SSlibKey._verify
_REFUSE_BAD_FORM: Final = metadata._refuse_bad_form


@lru_cache(maxsize=_REMEMBERED)
def _read(data: bytes) -> Metadata[Any]:
    return _FROM_BYTES(data)


@lru_cache(maxsize=_REMEMBERED)
def _well_formed(name: str, data: bytes, *, place: str) -> None:
    _REFUSE_BAD_FORM(name, data, place=place)


def _kept_nowhere(_updater: Updater, _filename: str, _data: bytes) -> None:
    """The library's folder is gone when it has verified; nobody reads again what it writes there."""


def _encoded(file: Metadata[Any]) -> bytes:
    found = file.__dict__.get(_ENCODED)
    if found is None:
        found = file.__dict__[_ENCODED] = _SIGNED_BYTES(file)
    signed: bytes = found
    return signed


_ENCODED: Final = "as it was signed"  # no name that the library could have


def _verified(key: SSlibKey, signature: bytes, data: bytes) -> None:
    question = (key.keytype, key.scheme, str(key.keyval["public"]), signature, data)
    if question not in _VERIFIED:
        _VERIFY(key, signature, data)
        if len(_VERIFIED) > _REMEMBERED:
            _VERIFIED.clear()
        _VERIFIED.add(question)


_VERIFIED: Final[set[tuple[str, str, str, bytes, bytes]]] = set()


def _instead_of(owner: Any, name: str, remembered: object) -> tuple[Any, str, object, object]:
    return owner, name, remembered, vars(owner)[name]


_INSTEAD: Final = (
    _instead_of(Metadata, "from_bytes", _read),
    _instead_of(Metadata, "signed_bytes", property(_encoded)),
    _instead_of(SSlibKey, "_verify", _verified),
    _instead_of(Updater, "_persist_file", _kept_nowhere),
    _instead_of(metadata, "_refuse_bad_form", _well_formed),
)


def _verify(files: Mapping[str, bytes], *, knows: bool) -> None:
    """The same as importing, without the disk: that takes ten times as long."""
    place = _place()
    listed_by = metadata.verify(
        {name: content for name, content in files.items() if name != TARGET_PATH},
        root=place.files[root_name(1)],
        accepted={name: place.files[name] for name in metadata.CURRENT_NAMES} if knows else {},
        reference_time=metadata.to_datetime(world.NOW),
    )
    trust = trust_of(listed_by, NO_REVOCATIONS, now=world.NOW)
    assert listing_of(listed_by).keys() <= {_FILE, TARGET_PATH} or trust.drop_version
    read_revocations(files[TARGET_PATH], trust.keys(Role.REVOCATIONS), place=TARGET_PATH)


def _import(files: Mapping[str, bytes], *, knows: bool) -> None:
    place = _place()
    for each, content in files.items():
        (place.drop / "targets" / each if each == TARGET_PATH else place.drop / "metadata" / each).write_bytes(content)
    machine, kept = place.machines[knows], place.kept[knows]
    contents = TrustStore.update(machine, place.drop, now=world.NOW)
    for path in contents.files:
        with suppress(Refused):
            assert sum(map(len, open_target(place.drop, contents, path))) == contents.files[path].length
    assert TrustStore.load(machine, now=world.NOW).timestamp_version == contents.trust.timestamp_version
    shutil.rmtree(machine)
    shutil.copytree(kept, machine)


def _changed(frame: Frame, name: str, rest: bytes) -> dict[str, bytes]:
    """Files of the drop with one of them changed, and those that list it made anew, so that it is read at all."""
    place = _place()
    files = {each: content for each, content in place.files.items() if each != root_name(1)}
    if name == TARGET_PATH:
        files[name] = rest
        listing = _body(files["drop.json"])
        listing["targets"][name] = {"hashes": {"sha256": hashlib.sha256(rest).hexdigest()}, "length": len(rest)}
        files["drop.json"] = _signed("drop.json", listing)
    else:
        files[name] = rest if frame is Frame.FILE else _signed(name, _json(rest))
    if name in {"targets.json", "drop.json", TARGET_PATH}:
        snapshot = _body(files["snapshot.json"])
        snapshot["meta"] |= {each: _meta(files[each]) for each in ("targets.json", "drop.json")}
        files["snapshot.json"] = _signed("snapshot.json", snapshot)
    if name not in {"timestamp.json", "2.root.json"}:
        timestamp = _body(files["timestamp.json"])
        timestamp["meta"]["snapshot.json"] = _meta(files["snapshot.json"])
        files["timestamp.json"] = _signed("timestamp.json", timestamp)
    return files


def _json(rest: bytes) -> Any:
    try:
        return json.loads(rest)
    except (ValueError, RecursionError):
        return rest.decode("utf-8", "replace")


def _body(file: bytes) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(file)["signed"]
    return body


def _meta(file: bytes) -> dict[str, Any]:
    with suppress(ValueError, TypeError, LookupError, RecursionError):
        version = json.loads(file)["signed"]["version"]
        if isinstance(version, int):
            return {"hashes": {"sha256": hashlib.sha256(file).hexdigest()}, "length": len(file), "version": version}
    return {"hashes": {"sha256": hashlib.sha256(file).hexdigest()}, "length": len(file), "version": 1}


def _signed(name: str, body: Any) -> bytes:
    """Sign metadata whatever they say, as the library would have them signed."""
    try:
        text = str(encode_canonical(body)).encode("utf-8")
        signatures = [
            {"keyid": key.public_key.keyid, "sig": key.sign(text).signature} for key in world.signers(*_SIGNERS[name])
        ]
        return canonical.encode({"signatures": signatures, "signed": body})
    except Exception:  # noqa: BLE001 - what nobody can sign is given as it is
        return json.dumps({"signatures": [], "signed": body}, separators=(",", ":")).encode()


@cache
def _place() -> _Place:
    folder = Path(tempfile.mkdtemp(prefix="fuzz-drop-"))
    repository = TrustRepository.create(
        folder / "office", offline=_OFFLINE, online=_ONLINE, roles=_roles(), now=world.NOW
    )
    repository.replace_root(_OFFLINE, old_root=_OFFLINE.root, online=_ONLINE, now=world.NOW)
    sources = {_FILE: folder / "a.exam", TARGET_PATH: folder / "revocations"}
    sources[_FILE].write_bytes(b"an exam")
    sources[TARGET_PATH].write_bytes(_revocations())
    repository.publish(sources, folder / "drop", online=_ONLINE, now=world.NOW)
    files = {path.name: path.read_bytes() for path in (folder / "drop" / "metadata").iterdir()} | {
        TARGET_PATH: _revocations()
    }
    machines = (folder / "new", folder / "known")
    for machine in machines:
        TrustStore.create(machine, files[root_name(1)])
    TrustStore.update(machines[1], folder / "drop", now=world.NOW)
    kept = (folder / "kept-new", folder / "kept-known")
    for machine, copy in zip(machines, kept, strict=True):
        shutil.copytree(machine, copy)
    return _Place(drop=folder / "drop", files=files, machines=machines, kept=kept)


def _roles() -> dict[Role, KeySet]:
    return {
        role: KeySet(keys=_public(world.signers(*names)), threshold=threshold)
        for role, (threshold, names) in world.ROLE_KEYS.items()
    }


def _public(keys: Sequence[SigningKey]) -> tuple[Any, ...]:
    return tuple(key.public_key for key in keys)


def _revocations() -> bytes:
    revoked = Revocations(number=2, issued_utc_ms=world.NOW, site_ids=frozenset({world.OTHER_SITE}))
    return write_revocations(revoked, world.signers("revocations"))


def _seeds() -> list[bytes]:
    files = _place().files
    found = [framed(Frame.FILE, files[name], kind=number) for number, name in enumerate(_KINDS)]
    return [
        *found,
        framed(Frame.FILE, files["drop.json"], kind=_THROUGH_A_FOLDER + 2),
        *(
            framed(Frame.MEANING, canonical.encode(_body(files[name])), kind=number)
            for number, name in enumerate(_NAMES)
        ),
    ]


TARGETS: Final = (
    Target(
        name="drop",
        reads="a drop's root, targets, snapshot, timestamp, listing and files, by a new machine and by one that has seen it",
        run=fuzz_drop,
        seeds=_seeds,
        tokens=(b"../", b"exams/", b"sha256", b"terminating", b"threshold", b"9999-12-31T23:59:59Z", b"x-"),
        max_bytes=12_000,
    ),
)
