"""The office's side: making the metadata and writing drops.

Owns the numbers of the metadata and their signing. Refuses to know where private keys lie: signers are handed in for
each call, so root and targets keys can stay off-line and come out for a ceremony, and only snapshot, timestamp and drop
keys are at hand every day.

Metadata name one another's digests, so several files change together. What they will be is written first, whole, into one
file; as long as that is there it counts. An office whose machine lost power in between goes on as if it had not.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from signing import canonical
from signing.errors import FormRefused
from signing.fields import Fields, to_base64
from signing.keys import KeySet, SigningKey, one_signature_form
from signing.trust import folder as files_of
from signing.trust import metadata, target_path
from signing.trust.metadata import CURRENT_NAMES, NEVER, SIGNED_AT_FIELD
from signing.trust.model import Trust
from signing.trust.revocations import NO_REVOCATIONS, Revocations
from signing.trust.roles import DROP_ROLE, Role
from signing.trust.store import trust_of
from signing.trust.tuf_names import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

_TOGETHER = "together.json"
"""What the current files are to be, each in base64, while they are being written."""

_TOGETHER_MAX_BYTES = 2 * sum(metadata.MAX_BYTES.values())
_DAY_MS = 24 * 60 * 60 * 1000
_Payload = TypeVar("_Payload", Root, Targets, Snapshot, Timestamp)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineKeys:
    """The keys of the program authority: they come out for a ceremony only.

    Attributes:
        root: say who holds every other top-level key.
        root_threshold: how many of them have to sign.
        targets: say who may sign what.
        targets_threshold: how many of them have to sign.
    """

    root: Sequence[SigningKey]
    root_threshold: int
    targets: Sequence[SigningKey]
    targets_threshold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineKeys:
    """The keys of the publishing service: at hand whenever a drop is written."""

    snapshot: SigningKey
    timestamp: SigningKey
    drop: SigningKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """For how many days metadata are valid. The drop's are an exam window and some slack."""

    root_days: int = 730
    targets_days: int = 365
    drop_days: int = 30


class TrustRepository:
    """The metadata an office has signed so far, in a folder of its own.

    Args:
        folder: what ``create`` made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = _read_files(folder)

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        offline: OfflineKeys,
        online: OnlineKeys,
        roles: Mapping[Role, KeySet],
        now: int,
        validity: Validity = Validity(),
    ) -> Self:
        """Sign the first metadata and an empty drop, and keep them in a folder.

        Args:
            folder: a folder that does not exist or is empty.
            offline: root and targets keys.
            online: snapshot, timestamp and drop keys.
            roles: the keys of every role.
            now: milliseconds since 1970, UTC.
            validity: how long metadata are valid.

        Raises:
            FormRefused: a role is missing, needs too few keys, or shares a key with another.
            FileExistsError: the folder has something in it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FileExistsError(errno.EEXIST, "the folder is not empty", str(folder))
        root = _signed(_new_root(1, offline, online, _days(now, validity.root_days)), offline.root)
        targets = _new_targets(1, roles, online.drop, _days(now, validity.targets_days))
        files = {metadata.root_name(1): root, "targets.json": _signed(targets, offline.targets)}
        files |= _new_drop({}, files["targets.json"], {}, online=online, now=now, validity=validity)
        _refuse_what_nobody_would_accept(files, root)
        files_of.sync_folder(folder.parent)
        for name, data in files.items():
            files_of.write_durably(folder / name, data)
        return cls(folder)

    @property
    def root_bytes(self) -> bytes:
        """The newest root metadata: what a new machine pins."""
        return self._files[_newest_root(self._files)]

    def trust(self, *, now: int, revocations: Revocations = NO_REVOCATIONS) -> Trust:
        """Return whom the office's own metadata say to believe."""
        verified = metadata.verify(self._files, root=self._first_root, accepted={}, reference_time=NEVER)
        return trust_of(verified, revocations, now=now)

    def publish(
        self,
        files: Mapping[str, Path],
        out: Path,
        *,
        online: OnlineKeys,
        now: int,
        validity: Validity = Validity(),
    ) -> None:
        """Write a drop.

        The office's own numbers are kept before the drop is complete: an interrupted one wastes numbers and never gives
        two drops the same.

        Args:
            files: where the files are, by target path.
            out: a folder that does not exist or is empty; it gets ``metadata/`` and ``targets/``.
            online: snapshot, timestamp and drop keys.
            now: milliseconds since 1970, UTC.
            validity: how long the drop is valid.

        Raises:
            FormRefused: a target path that is not portable.
            FileExistsError: ``out`` has something in it.
            OSError: the machine failed.
        """
        for path in files:
            target_path.refuse_bad_path(path, place="drop")
        target_path.refuse_clashing_paths(files, place="drop")
        files_of.make_folder(out / "targets")
        if any((out / "targets").iterdir()) or (out / "metadata").exists():
            raise FileExistsError(errno.EEXIST, "the folder is not empty", str(out))
        try:
            listed = {path: _copy(source, out / "targets" / path, path) for path, source in sorted(files.items())}
            self._keep(
                _new_drop(self._files, self._files["targets.json"], listed, online=online, now=now, validity=validity)
            )
            files_of.write_new_folder(out / "metadata", self._files)
            files_of.sync_folder(out / "targets")
        except BaseException:  # a full stick, a Ctrl+C: empty again, so that it can be repeated
            shutil.rmtree(out / "metadata", ignore_errors=True)
            shutil.rmtree(out / "targets", ignore_errors=True)
            raise

    def replace_roles(
        self,
        roles: Mapping[Role, KeySet],
        *,
        targets: Sequence[SigningKey],
        online: OnlineKeys,
        now: int,
        validity: Validity = Validity(),
    ) -> None:
        """Sign anew who may sign what, or the same for another year. The next drop carries it."""
        number = _number(self._files, "targets.json")
        renewed = _signed(_new_targets(number, roles, online.drop, _days(now, validity.targets_days)), targets)
        self._keep(
            {
                "targets.json": renewed,
                **_new_drop(self._files, renewed, _listed(self._files), online=online, now=now, validity=validity),
            }
        )

    def replace_root(
        self,
        new: OfflineKeys,
        *,
        old_root: Sequence[SigningKey],
        online: OnlineKeys,
        now: int,
        validity: Validity = Validity(),
    ) -> None:
        """Sign the next root metadata, by the keys of the one before and by its own (TUF §6.1). The next drop carries
        it.

        If the targets keys are new, ``replace_roles`` has to follow with them before the next drop.
        """
        number = (metadata.root_version_of(_newest_root(self._files)) or 0) + 1
        signers = {key.public_key.keyid: key for key in (*old_root, *new.root)}
        root = _signed(_new_root(number, new, online, _days(now, validity.root_days)), list(signers.values()))
        name = metadata.root_name(number)
        files_of.write_durably(self._folder / name, root)
        self._files[name] = root

    @property
    def _first_root(self) -> bytes:
        return self._files[metadata.root_name(1)]

    def _keep(self, files: Mapping[str, bytes]) -> None:
        after = {**self._files, **files}
        _refuse_what_nobody_would_accept(after, self._first_root)
        # All of them: what was interrupted before may not have come to each file's own place.
        together = {name: after[name] for name in CURRENT_NAMES}
        encoded = {name: to_base64(data) for name, data in together.items()}
        files_of.write_durably(self._folder / _TOGETHER, canonical.encode(encoded))
        for name, data in together.items():
            files_of.write_durably(self._folder / name, data)
        # Not synced: if it comes back after a power cut, it says what the files say.
        (self._folder / _TOGETHER).unlink()
        self._files = after


def _refuse_what_nobody_would_accept(files: Mapping[str, bytes], first_root: bytes) -> None:
    """Look at new metadata with the eyes of a seat before anything is kept or sent."""
    verified = metadata.verify(files, root=first_root, accepted={}, reference_time=NEVER)
    trust_of(verified, NO_REVOCATIONS, now=0)


def _read_files(folder: Path) -> dict[str, bytes]:
    names = [path.name for path in folder.iterdir()]
    roots = [name for name in names if metadata.root_version_of(name) is not None]
    files = {
        name: files_of.read_bounded(folder / name, max_bytes=metadata.max_bytes_of(name), place=name)
        for name in (*sorted(roots), *CURRENT_NAMES)
    }
    return {**files, **_read_together(folder)} if _TOGETHER in names else files


def _read_together(folder: Path) -> dict[str, bytes]:
    data = files_of.read_bounded(folder / _TOGETHER, max_bytes=_TOGETHER_MAX_BYTES, place=_TOGETHER)
    fields = Fields(canonical.decode(data, place=_TOGETHER, max_bytes=_TOGETHER_MAX_BYTES), _TOGETHER)
    files = {name: fields.raw(name, max_length=metadata.max_bytes_of(name)) for name in CURRENT_NAMES}
    fields.close()
    return files


def _newest_root(files: Mapping[str, bytes]) -> str:
    return max(files, key=lambda name: metadata.root_version_of(name) or 0)


def _number(files: Mapping[str, bytes], name: str) -> int:
    """Return the number the next metadata of a name get."""
    return Metadata[Targets].from_bytes(files[name]).signed.version + 1 if name in files else 1


def _listed(files: Mapping[str, bytes]) -> dict[str, TargetFile]:
    return Metadata[Targets].from_bytes(files[f"{DROP_ROLE}.json"]).signed.targets


def _new_root(number: int, offline: OfflineKeys, online: OnlineKeys, expires_utc_ms: int) -> Root:
    root = Root(version=number, expires=metadata.to_datetime(expires_utc_ms), consistent_snapshot=False)
    holders = {
        "root": offline.root,
        "targets": offline.targets,
        "snapshot": (online.snapshot,),
        "timestamp": (online.timestamp,),
    }
    for role, keys in holders.items():
        for key in keys:
            root.add_key(key.public_key, role)
    root.roles["root"].threshold = offline.root_threshold
    root.roles["targets"].threshold = offline.targets_threshold
    return root


def _new_targets(number: int, roles: Mapping[Role, KeySet], drop: SigningKey, expires_utc_ms: int) -> Targets:
    if missing := [role.value for role in Role if role not in roles]:
        raise FormRefused(f"has no keys for the role {missing[0]}", place="roles")
    keys = {key.keyid: key for key_set in roles.values() for key in key_set.keys}
    keys[drop.public_key.keyid] = drop.public_key
    delegated = {
        role.value: DelegatedRole(role.value, [key.keyid for key in roles[role].keys], roles[role].threshold, False, [])
        for role in Role
    }
    delegated[DROP_ROLE] = DelegatedRole(
        DROP_ROLE, [drop.public_key.keyid], 1, terminating=True, paths=list(target_path.PATTERNS)
    )
    return Targets(
        version=number,
        expires=metadata.to_datetime(expires_utc_ms),
        delegations=Delegations(keys=keys, roles=delegated),
    )


def _new_drop(
    before: Mapping[str, bytes],
    targets: bytes,
    listed: Mapping[str, TargetFile],
    *,
    online: OnlineKeys,
    now: int,
    validity: Validity,
) -> dict[str, bytes]:
    """Return the three metadata that change with every drop."""
    expires = metadata.to_datetime(_days(now, validity.drop_days))
    name = f"{DROP_ROLE}.json"
    drop = _signed(Targets(version=_number(before, name), expires=expires, targets=dict(listed)), (online.drop,))
    snapshot = Snapshot(
        version=_number(before, "snapshot.json"),
        expires=expires,
        meta={"targets.json": _meta(targets), name: _meta(drop)},
    )
    signed_snapshot = _signed(snapshot, (online.snapshot,))
    timestamp = Timestamp(
        version=_number(before, "timestamp.json"),
        expires=expires,
        snapshot_meta=_meta(signed_snapshot),
        unrecognized_fields={SIGNED_AT_FIELD: now},
    )
    return {
        name: drop,
        "snapshot.json": signed_snapshot,
        "timestamp.json": _signed(timestamp, (online.timestamp,)),
    }


def _meta(data: bytes) -> MetaFile:
    version = Metadata[Targets].from_bytes(data).signed.version
    return MetaFile(version, len(data), {"sha256": hashlib.sha256(data).hexdigest()})


def _signed(payload: _Payload, keys: Sequence[SigningKey]) -> bytes:
    signed = Metadata(payload)
    for key in sorted(keys, key=lambda key: key.public_key.keyid):
        signature = signed.sign(key, append=True)
        signature.signature = one_signature_form(key.public_key, bytes.fromhex(signature.signature)).hex()
    return canonical.encode(signed.to_dict())


def _copy(source: Path, into: Path, path: str) -> TargetFile:
    files_of.make_folder(into.parent)
    digest = hashlib.sha256()
    length = 0
    with source.open("rb") as file, into.open("xb") as copy, files_of.named(into):
        while block := file.read(files_of.BLOCK_BYTES):
            digest.update(block)
            length += len(block)
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    files_of.sync_folder(into.parent)
    return TargetFile(length, {"sha256": digest.hexdigest()}, path)


def _days(now: int, days: int) -> int:
    return now + days * _DAY_MS
