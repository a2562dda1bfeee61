"""The trust folder of a machine that imports drops: an office, a testing centre, a seat.

Owns the pinned root, what was last accepted, and importing a drop, all of it or nothing. Refuses to know what the files
of a drop are.

Layout of the folder::

    root.json            the pinned root: where this machine's trust begins
    current              the name of the subfolder that counts; replaced in one step
    accepted-<digest>/   metadata and revocations of the last accepted drop

Expiry is judged when a drop is imported, against the later of the given time and the highest signed time seen. What has
been accepted is loaded with the reference time 1970, so a drop that expires later never stops an exam that is in.
"""

import errno
import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from signing.errors import ContentRefused, FormRefused, OlderRefused, ThresholdRefused
from signing.keys import KeySet
from signing.trust import folder as files_of
from signing.trust import metadata, revocations, target_path
from signing.trust.metadata import CURRENT_NAMES, NEVER, Verified
from signing.trust.model import DropContents, DropFile, Trust
from signing.trust.revocations import NO_REVOCATIONS, Revocations
from signing.trust.roles import DROP_ROLE, Role, refuse_shared_keys

MAX_FILES = 10_000
"""Files in one drop."""

_PINNED: Final = "root.json"
_CURRENT: Final = "current"
_REVOCATIONS: Final = "revocations.json"
_SUBFOLDER = re.compile(r"accepted-[0-9a-f]{32}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TOP_LEVEL: Final = ("root", "targets", "snapshot", "timestamp")


class TrustStore:
    """The trust folder. Nothing of it stays in memory: every call reads what is on the disk."""

    @staticmethod
    def create(folder: Path, root: bytes) -> None:
        """Pin the root metadata that came to this machine by a way people trust.

        Args:
            folder: a folder that does not exist or is empty.
            root: root metadata of any number.

        Raises:
            Refused: it is not root metadata signed by its own keys.
            FileExistsError: the folder has something in it.
        """
        metadata.version_of_root(root, place="trusted root")
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FileExistsError(errno.EEXIST, "the folder is not empty", str(folder))
        files_of.sync_folder(folder.parent)
        files_of.write_durably(folder / _PINNED, root)

    @staticmethod
    def load(folder: Path, *, now: int) -> Trust:
        """Return whom this machine believes since the last drop it accepted.

        Everything is verified again from the pinned root on. Expiry is not: ``now`` (milliseconds since 1970, UTC) only
        decides ``Trust.stale``.

        Raises:
            ThresholdRefused: no drop has been accepted yet, so nobody's signature counts.
            Refused: the folder has been damaged.
        """
        accepted = _read_accepted(folder)
        if not accepted:
            message = "no drop has been accepted yet, so nobody's signature counts"
            raise ThresholdRefused(message, place="trust")
        return _trust_of_accepted(_read_pinned(folder), accepted, now=now)

    @staticmethod
    def update(folder: Path, drop: Path, *, now: int) -> DropContents:
        """Verify a drop and believe it from now on. If anything is refused, nothing has changed.

        The same drop may be imported again. A drop without revocations leaves those in force that were there before.

        Args:
            folder: the trust folder.
            drop: a folder with ``metadata/`` and ``targets/``.
            now: milliseconds since 1970, UTC.

        Raises:
            Refused: FORM, SIGNATURE, THRESHOLD, REVOKED, EXPIRED, OLDER or CONTENT.
            OSError: the machine failed.
        """
        pinned = _read_pinned(folder)
        accepted = _read_accepted(folder)
        before = _trust_of_accepted(pinned, accepted, now=now) if accepted else None
        roots = {metadata.root_name(metadata.version_of_root(pinned, place=_PINNED)): pinned, **_roots_in(accepted)}
        incoming = _read_drop(drop, roots)
        verified = metadata.verify(
            incoming,
            root=roots[_newest(roots)],
            accepted={name: accepted[name] for name in CURRENT_NAMES if name in accepted},
            reference_time=metadata.to_datetime(max(now, before.signed_time_utc_ms if before else 0)),
        )
        listed = listing_of(verified)
        trusting_before = trust_of(verified, before.revocations if before else NO_REVOCATIONS, now=now)
        newest_revocations = _newest_revocations(drop, DropContents(trust=trusting_before, files=listed), accepted)
        kept = {**_roots_in(accepted), **incoming, **newest_revocations}
        trust = trust_of(verified, _revocations_of(verified, kept), now=now)
        _swap(folder, kept)
        return DropContents(trust=trust, files=listed)


def open_target(drop: Path, contents: DropContents, path: str) -> Iterator[bytes]:
    """Yield the content of a file of a drop, a MiB at a time.

    The last piece comes only after the whole has been found to be what was signed for, so whoever writes the pieces to
    a temporary file and renames it at the end never has a false one.

    Args:
        drop: the drop's folder.
        contents: what ``TrustStore.update`` returned for it.
        path: a target path of the drop.

    Raises:
        ContentRefused: not in the drop, missing, or not what was signed for.
        OSError: the machine failed.
    """
    if path not in contents.files:
        raise ContentRefused("is not in the drop", place=path)
    return _verified_blocks(drop, contents.files[path], path)


def read_target(drop: Path, contents: DropContents, path: str, *, max_bytes: int) -> bytes:
    """Return the content of a small file of a drop.

    Raises:
        FormRefused: it is longer than ``max_bytes``.
        ContentRefused: not in the drop, missing, or not what was signed for.
        OSError: the machine failed.
    """
    if path in contents.files and contents.files[path].length > max_bytes:
        raise FormRefused(f"is longer than {max_bytes} bytes", place=path)
    return b"".join(open_target(drop, contents, path))


def trust_of(verified: Verified, revoked: Revocations, *, now: int) -> Trust:
    """Return whom verified metadata say to believe.

    Raises:
        FormRefused: a role is missing, has paths, a threshold under its least, or shares a key.
    """
    parts = (verified.root, verified.timestamp, verified.snapshot, verified.targets, verified.drop)
    expires_utc_ms = min(metadata.to_utc_ms(part.expires) for part in parts)
    role_keys = _role_keys(verified, revoked.key_ids)
    return Trust(
        root_version=verified.root.version,
        targets_version=verified.targets.version,
        drop_version=verified.drop.version,
        snapshot_version=verified.snapshot.version,
        timestamp_version=verified.timestamp.version,
        expires_utc_ms=expires_utc_ms,
        signed_time_utc_ms=max(metadata.signed_at_utc_ms(verified.timestamp), revoked.issued_utc_ms),
        stale=now >= expires_utc_ms,
        revocations=revoked,
        role_keys=role_keys,
    )


def listing_of(verified: Verified) -> dict[str, DropFile]:
    """Return what the verified metadata of the role ``drop`` list.

    Raises:
        FormRefused: a name that is not portable or not the role's to give, or a file without exactly its SHA-256.
    """
    place = f"{DROP_ROLE}.json"
    if len(verified.drop.targets) > MAX_FILES:
        raise FormRefused(f"lists more than {MAX_FILES} files", place=place)
    listed: dict[str, DropFile] = {}
    for path, target in sorted(verified.drop.targets.items()):
        target_path.refuse_bad_path(path, place=place)
        _refuse_undelegated_path(verified, path, place)
        digest = target.hashes.get("sha256")
        if set(target.hashes) != {"sha256"} or not isinstance(digest, str) or _DIGEST.fullmatch(digest) is None:
            raise FormRefused("lists a file without exactly its SHA-256", place=f"{place}.{path}")
        listed[path] = DropFile(length=target.length, digest=digest)
    target_path.refuse_clashing_paths(listed, place=place)
    return listed


def _refuse_undelegated_path(verified: Verified, path: str, place: str) -> None:
    delegations = verified.targets.delegations
    given = delegations.get_roles_for_target(path) if delegations else ()
    if DROP_ROLE not in (name for name, _ in given):
        raise FormRefused(f"lists a path the role {DROP_ROLE} has not been given", place=f"{place}.{path}")


def _role_keys(verified: Verified, revoked: frozenset[str]) -> dict[Role, KeySet]:
    place = "targets.json"
    delegations = verified.targets.delegations
    if delegations is None or delegations.roles is None or verified.targets.targets:
        raise FormRefused("does not consist of the roles and their keys", place=place)
    found: dict[Role, KeySet] = {}
    for role in Role:
        keys = metadata.key_set(verified.targets, role.value, revoked=revoked, place=place)
        if delegations.roles[role.value].paths != []:
            raise FormRefused(f"gives paths to the role {role.value}", place=place)
        if keys.threshold < role.least_threshold:
            raise FormRefused(f"asks for too few keys of the role {role.value}", place=place)
        found[role] = keys
    owners = {role.value: [key.keyid for key in keys.keys] for role, keys in found.items()}
    owners |= {role: list(verified.root.roles[role].keyids) for role in _TOP_LEVEL}
    owners[DROP_ROLE] = list(delegations.roles[DROP_ROLE].keyids)
    refuse_shared_keys(owners, place=place)
    return found


def _newest_revocations(drop: Path, contents: DropContents, accepted: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the revocations that are in force after a drop, by the name they are kept under; nothing if there are
    none.

    Those kept from before have to verify against the keys in force now: a drop that replaces the role's keys has to
    bring a list by the new ones.
    """
    place = revocations.TARGET_PATH
    if place not in contents.files:
        return {name: accepted[name] for name in (_REVOCATIONS,) if name in accepted}
    before = contents.trust.revocations
    untrusted = read_target(drop, contents, place, max_bytes=revocations.MAX_BYTES)
    newer = revocations.read_revocations(untrusted, contents.trust.keys(Role.REVOCATIONS), place=place)
    if newer.number < before.number:
        raise OlderRefused("is older than the revocations seen before", place=place)
    if newer.number == before.number and newer != before:
        raise OlderRefused("has the number of the revocations seen before and differs from them", place=place)
    return {_REVOCATIONS: untrusted}


def _revocations_of(verified: Verified, kept: Mapping[str, bytes]) -> Revocations:
    if _REVOCATIONS not in kept:
        return NO_REVOCATIONS
    keys = metadata.key_set(verified.targets, Role.REVOCATIONS.value, revoked=frozenset(), place="targets.json")
    return revocations.read_revocations(kept[_REVOCATIONS], keys, place=_REVOCATIONS)


def _trust_of_accepted(pinned: bytes, accepted: Mapping[str, bytes], *, now: int) -> Trust:
    verified = metadata.verify(accepted, root=pinned, accepted={}, reference_time=NEVER)
    return trust_of(verified, _revocations_of(verified, accepted), now=now)


def _verified_blocks(drop: Path, expected: DropFile, path: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    left = expected.length
    withheld = b""
    with files_of.open_regular(drop / "targets" / path, place=path) as file:
        for block in files_of.blocks_of(file, expected.length):
            if withheld:
                yield withheld
            digest.update(block)
            left -= len(block)
            withheld = block
        if left or file.read(1) or digest.hexdigest() != expected.digest:
            raise ContentRefused("is not the file that was signed for", place=path)
    yield withheld


def _read_pinned(folder: Path) -> bytes:
    return files_of.read_bounded(folder / _PINNED, max_bytes=metadata.MAX_BYTES["root"], place="trust/root.json")


def _read_accepted(folder: Path) -> dict[str, bytes]:
    """Return the files of the last accepted drop by name; nothing if there has been none."""
    if not (folder / _CURRENT).exists():
        return {}
    name = files_of.read_bounded(folder / _CURRENT, max_bytes=100, place="trust/current").decode("ascii", "replace")
    if _SUBFOLDER.fullmatch(name) is None:
        raise FormRefused("does not name what was accepted", place="trust/current")
    files = {path.name: path for path in (folder / name).iterdir()} if (folder / name).is_dir() else {}
    if missing := [wanted for wanted in CURRENT_NAMES if wanted not in files]:
        raise ContentRefused("is missing", place=f"trust/{missing[0]}")
    return {
        name: files_of.read_bounded(path, max_bytes=_most_bytes(name), place=f"trust/{name}")
        for name, path in sorted(files.items())
        if name in (*CURRENT_NAMES, _REVOCATIONS) or metadata.root_version_of(name) is not None
    }


def _most_bytes(name: str) -> int:
    return revocations.MAX_BYTES if name == _REVOCATIONS else metadata.max_bytes_of(name)


def _read_drop(drop: Path, roots: Mapping[str, bytes]) -> dict[str, bytes]:
    """Read the metadata of a drop, once: the four that have no number, and the roots this machine does not know yet.

    A root it does know has to be the one it knows. Older ones than the pinned root are of no use here and are not read.
    """
    incoming = {name: _read_metadata(drop, name) for name in CURRENT_NAMES}
    for name, known in roots.items():
        if (drop / "metadata" / name).exists() and _read_metadata(drop, name) != known:
            raise ContentRefused("is not the root metadata accepted before: the drop is of another office", place=name)
    version = metadata.root_version_of(_newest(roots)) or 0
    for new in range(version + 1, version + 1 + metadata.MAX_ROOTS):
        name = metadata.root_name(new)
        if not (drop / "metadata" / name).exists():
            break
        incoming[name] = _read_metadata(drop, name)
    return incoming


def _read_metadata(drop: Path, name: str) -> bytes:
    return files_of.read_bounded(drop / "metadata" / name, max_bytes=metadata.max_bytes_of(name), place=name)


def _roots_in(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if metadata.root_version_of(name) is not None}


def _newest(roots: Mapping[str, bytes]) -> str:
    return max(roots, key=lambda name: metadata.root_version_of(name) or 0)


def _swap(folder: Path, kept: Mapping[str, bytes]) -> None:
    """Make a set of files the one that counts, in one step that survives a power cut."""
    digest = hashlib.sha256()
    for name, data in sorted(kept.items()):
        digest.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(data).digest())
    name = f"accepted-{digest.hexdigest()[:32]}"
    pointer = folder / _CURRENT
    if pointer.exists() and pointer.read_bytes() == name.encode():
        files_of.sync_folder(folder)  # whoever put it there may have been killed before
    else:
        files_of.write_new_folder(folder / name, kept)
        files_of.write_durably(pointer, name.encode())
    # Nothing points at the older ones any more; if the power goes here, the next swap removes them.
    for other in folder.glob("accepted-*"):
        if other.name != name:
            shutil.rmtree(other, ignore_errors=True)
