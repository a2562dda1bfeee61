"""Bytes in, verified metadata out.

Owns verifying a set of metadata files with python-tuf, and what we ask beyond it: one encoding, no signature that does
not verify, known keys in known roles. Refuses to know disks (but for a temporary folder the library insists on) and
clocks.

python-tuf's ``Updater`` is the recipe of the specification (§5, detailed client workflow). It fetches from a mapping of
names to bytes, which were all read before, so a stick that changes between two looks changes nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, cast

from securesystemslib.exceptions import UnverifiedSignatureError
from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)

from signing import canonical
from signing.errors import (
    ContentRefused,
    ExpiredRefused,
    FormRefused,
    OlderRefused,
    Refused,
    SignatureRefused,
    ThresholdRefused,
)
from signing.fields import Fields
from signing.keys import KeySet, VerifyKey, accept_verify_key, one_signature_form
from signing.trust.roles import DROP_ROLE
from signing.trust.tuf_names import Metadata, Root, Snapshot, Targets, Timestamp

if TYPE_CHECKING:
    from signing.trust.client import Client, Files

MAX_BYTES: Final = {
    "root": 512_000,
    "timestamp": 16_384,
    "snapshot": 65_536,
    "targets": 512_000,
    DROP_ROLE: 5_000_000,
}
"""Longest metadata by role: a drop of ten thousand files has about two million bytes, everything else is small."""

MAX_SIGNATURES = 16
"""More signatures than any role has keys."""

MAX_ROOTS = 256
"""Root metadata in one drop: one a month for twenty years."""

CURRENT_NAMES: Final = ("timestamp.json", "snapshot.json", "targets.json", f"{DROP_ROLE}.json")
"""The metadata files without a number in their name, in the order of the recipe."""

SIGNED_AT_FIELD: Final = "x-testing-center-kiosk-signed-at-utc-ms"
"""TUF metadata say when they expire and not when they were signed. The timestamp says so in this field, which is signed
along."""

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""As a reference time: nothing has expired yet."""

MAX_TIME_UTC_MS = 253_402_300_799_000

_ROOT_NAME = re.compile(r"([1-9][0-9]{0,8})\.root\.json", re.ASCII)
_SIGNATURE_HEX = re.compile(r"(?:[0-9a-f]{2}){1,128}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Metadata that belong together and are signed as they must be."""

    root: Root
    timestamp: Timestamp
    snapshot: Snapshot
    targets: Targets
    drop: Targets


def to_datetime(utc_ms: int) -> datetime:
    """Return a time as the library wants it."""
    return NEVER + timedelta(milliseconds=utc_ms)


def to_utc_ms(moment: datetime) -> int:
    """Return a time of the library in milliseconds since 1970."""
    return (moment - NEVER) // timedelta(milliseconds=1)


def root_name(version: int) -> str:
    """Return the file name of a root metadata."""
    return f"{version}.root.json"


def root_version_of(name: str) -> int | None:
    """Return the number in the file name of a root metadata, None for every other name."""
    match = _ROOT_NAME.fullmatch(name)
    return int(match[1]) if match else None


def max_bytes_of(name: str) -> int:
    """Return the longest acceptable length of a metadata file."""
    return MAX_BYTES[name.removesuffix(".json").rpartition(".")[2]]


def verify(
    files: Mapping[str, bytes], *, root: bytes, accepted: Mapping[str, bytes], reference_time: datetime
) -> Verified:
    """Verify metadata, starting from a trusted root.

    Args:
        files: untrusted metadata by name: the four of ``CURRENT_NAMES`` and every root after the trusted one.
        root: the newest trusted root metadata.
        accepted: the four that were accepted before, by name; nothing if there are none.
        reference_time: what expiry is judged against.

    Raises:
        Refused: FORM, SIGNATURE, THRESHOLD, EXPIRED or CONTENT; OLDER if a number is lower than that of the accepted
            metadata, or the same over something else (TUF §5.4.3, §5.5.5, §5.6.4).
    """
    version_of_root(root, place="trusted root")
    for name in (*_names_of_roots(files), *CURRENT_NAMES):
        if name in files:
            _refuse_bad_form(name, files[name], place=name)
    if accepted:
        _run(files, root=root, accepted=accepted, reference_time=reference_time)
    # The library leaves a file unread when it has one with the same number: these bytes are verified by themselves too.
    verified = _run(files, root=root, accepted={}, reference_time=reference_time)
    _refuse_foreign_keys(verified)
    trusted: dict[str, Root | Targets] = {"root": verified.root, "targets": verified.targets}
    for name in CURRENT_NAMES:
        _refuse_bad_signatures(name, files[name], trusted)
    _refuse_bad_root_signatures(files, root)
    _refuse_same_number(files, accepted)
    return verified


def version_of_root(root: bytes, *, place: str) -> int:
    """Check that root metadata are well-formed and signed by their own keys, and return their number.

    After a change of keys a root also carries signatures by the keys before it. Who pins it alone does not know those.

    Raises:
        Refused: FORM, SIGNATURE or THRESHOLD.
    """
    _refuse_bad_form(root_name(1), root, place=place)
    metadata = Metadata[Root].from_bytes(root)
    parsed = _root(root, place)
    _verify_each(place, root, {key.keyid: key for key in _root_keys(parsed, place)}, others=parsed.version > 1)
    try:
        parsed.verify_delegate("root", metadata.signed_bytes, metadata.signatures)
    except UnsignedMetadataError:
        raise ThresholdRefused("is signed by too few of its own keys", place=place) from None
    return parsed.version


def signed_at_utc_ms(timestamp: Timestamp) -> int:
    """Return when a verified timestamp says it was signed.

    Raises:
        FormRefused: it does not say so.
    """
    value = timestamp.unrecognized_fields.get(SIGNED_AT_FIELD)
    return Fields({SIGNED_AT_FIELD: value}, "timestamp.json").integer(SIGNED_AT_FIELD, maximum=MAX_TIME_UTC_MS)


def key_set(delegator: Root | Targets, role: str, *, revoked: frozenset[str], place: str) -> KeySet:
    """Return the keys of a role as its delegator names them.

    Raises:
        FormRefused: the role is missing, or its keys are not what they should be.
    """
    try:
        named = delegator.get_delegated_role(role)
        keys = tuple(delegator.get_key(key_id) for key_id in named.keyids)
    except ValueError:
        raise FormRefused(f"does not name the role {role} and its keys", place=place) from None
    return KeySet(keys=keys, threshold=named.threshold, revoked=revoked)


def _run(
    files: Mapping[str, bytes], *, root: bytes, accepted: Mapping[str, bytes], reference_time: datetime
) -> Verified:
    """Run the client in a temporary folder that holds what was accepted before."""
    # The client brings an HTTP library along, 5 MiB that most programs which know whom they trust never need.
    from signing.trust.client import Client, Files, Limits  # noqa: PLC0415

    with TemporaryDirectory(prefix="kiosk-trust-") as name:
        folder = Path(name)
        for accepted_name in CURRENT_NAMES:
            if accepted_name in accepted:
                (folder / accepted_name).write_bytes(accepted[accepted_name])
        fetcher = Files(files)
        limits = Limits(
            roots=MAX_ROOTS,
            root=MAX_BYTES["root"],
            timestamp=MAX_BYTES["timestamp"],
            snapshot=MAX_BYTES["snapshot"],
            targets=MAX_BYTES[DROP_ROLE],
        )
        client = Client(folder, fetcher, root, limits=limits, reference_time=reference_time)
        try:
            client.run()
        except (RepositoryError, DownloadError) as error:
            raise _refusal(error, fetcher, client, is_second_look=bool(accepted)) from None
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # The library does not look at the type of everything it reads: a role's name may be a number.
            raise FormRefused("is not metadata that belong here", place=fetcher.last) from error
    return _verified(client)


def _verified(client: "Client") -> Verified:
    found = client.found
    if DROP_ROLE not in found:
        raise FormRefused(f"does not give the role {DROP_ROLE} its paths", place="targets.json")
    drop = cast("Targets", found[DROP_ROLE])
    return Verified(
        root=found.root, timestamp=found.timestamp, snapshot=found.snapshot, targets=found.targets, drop=drop
    )


def _delegators(client: "Client") -> dict[str, Root | Targets]:
    """Return the delegators that have been verified so far."""
    delegators: dict[str, Root | Targets] = {"root": client.found.root}
    if "targets" in client.found:
        delegators["targets"] = client.found.targets
    return delegators


def _refusal(
    error: RepositoryError | DownloadError, fetcher: "Files", client: "Client", *, is_second_look: bool
) -> Refused:
    """Translate the library's errors into our layers."""
    name = fetcher.last
    match error:
        case UnsignedMetadataError():
            return _signature_refusal(name, fetcher, client)
        case ExpiredMetadataError():
            return ExpiredRefused("has expired", place=name)
        case BadVersionNumberError() if is_second_look:
            return OlderRefused("is older than the one accepted before", place=name)
        case BadVersionNumberError():
            return ContentRefused("has another number than it should", place=name)
        case LengthOrHashMismatchError() | DownloadLengthMismatchError():
            return ContentRefused("is not the file that was signed for", place=name)
        case DownloadHTTPError():
            return ContentRefused("is missing", place=name)
        case _:
            return FormRefused("is not metadata that belong here", place=name)


def _signature_refusal(name: str, fetcher: "Files", client: "Client") -> Refused:
    """Tell a signature that does not verify from one that is missing or by somebody else."""
    try:
        _refuse_bad_signatures(name, fetcher.files[name], _delegators(client))
    except Refused as refusal:
        return refusal
    return ThresholdRefused("is signed by too few keys of its role", place=name)


def _refuse_bad_signatures(name: str, data: bytes, trusted: Mapping[str, Root | Targets]) -> None:
    """Check every signature of a file, needed or not, against the keys its delegator names for it."""
    role = name.removesuffix(".json").rpartition(".")[2]
    delegator = trusted["targets" if role == DROP_ROLE else "root"]
    keys = {key.keyid: key for key in key_set(delegator, role, revoked=frozenset(), place=name).keys}
    if role == "root":
        # A new root is signed by the keys of the one before it and by its own (TUF §5.3.4, §5.3.5).
        keys |= {key.keyid: key for key in _root_keys(_root(data, name), name)}
    _verify_each(name, data, keys)


def _refuse_bad_root_signatures(files: Mapping[str, bytes], trusted_root: bytes) -> None:
    before = _root(trusted_root, "trusted root")
    while (name := root_name(before.version + 1)) in files:
        _refuse_bad_signatures(name, files[name], {"root": before})
        before = _root(files[name], name)


def _verify_each(name: str, data: bytes, keys: Mapping[str, VerifyKey], *, others: bool = False) -> None:
    """Verify every signature; with ``others``, leave alone those by keys that are not known here."""
    metadata = Metadata[Root].from_bytes(data)
    for key_id, signature in metadata.signatures.items():
        if key_id not in keys and others:
            continue
        if key_id not in keys:
            raise ThresholdRefused("has a signature by a key that is not its role's", place=name)
        try:
            keys[key_id].verify_signature(signature, metadata.signed_bytes)
        except UnverifiedSignatureError:
            raise SignatureRefused("has a signature that does not verify", place=name) from None
        raw = bytes.fromhex(signature.signature)
        if one_signature_form(keys[key_id], raw) != raw:
            raise FormRefused("has a signature that is not in its one form", place=name)


def _root(data: bytes, name: str) -> Root:
    try:
        metadata = Metadata[Root].from_bytes(data)
    except RepositoryError:
        raise FormRefused("is not root metadata", place=name) from None
    if not isinstance(metadata.signed, Root):
        raise FormRefused("is not root metadata", place=name)
    return metadata.signed


def _root_keys(root: Root, name: str) -> tuple[VerifyKey, ...]:
    return key_set(root, "root", revoked=frozenset(), place=name).keys


def _refuse_same_number(files: Mapping[str, bytes], accepted: Mapping[str, bytes]) -> None:
    for name in accepted.keys() & files.keys():
        new, before = (Metadata[Root].from_bytes(data) for data in (files[name], accepted[name]))
        # The same with other signatures is the same: each of them has been verified.
        if new.signed.version == before.signed.version and new.signed_bytes != before.signed_bytes:
            raise OlderRefused("has the number of the one accepted before and differs from it", place=name)


def _refuse_foreign_keys(verified: Verified) -> None:
    for key in verified.root.keys.values():
        accept_verify_key(key, place="root.json.keys")
    if verified.targets.delegations is not None:
        for key in verified.targets.delegations.keys.values():
            accept_verify_key(key, place="targets.json.delegations.keys")


def _refuse_bad_form(name: str, data: bytes, *, place: str) -> None:
    """Check that a file is the one encoding of its metadata, inside and outside of what is signed.

    The library signs and verifies its own encoding of what it has read: a null where it has a default, or a field beside
    ``signed``, would change the file and no signature.
    """
    fields = Fields(canonical.decode(data, place=place, max_bytes=max_bytes_of(name)), place)
    fields.object("signed")
    key_ids = [_key_id_of(entry) for entry in fields.objects("signatures", max_items=MAX_SIGNATURES)]
    fields.close()
    if key_ids != sorted(set(key_ids)):
        raise FormRefused("is not sorted by key id without repetition", place=f"{place}.signatures")
    try:
        again = canonical.encode(Metadata[Root].from_bytes(data).to_dict())
    except RepositoryError:
        raise FormRefused("is not metadata", place=place) from None
    if again != data:
        raise FormRefused("is not the one form of its metadata", place=place)


def _key_id_of(entry: Fields) -> str:
    key_id = entry.digest("keyid")
    # bytes.fromhex, which the library uses, takes capitals and spaces too.
    if _SIGNATURE_HEX.fullmatch(entry.text("sig")) is None:
        raise FormRefused("is not lower case hexadecimal", place=f"{entry.place}.sig")
    entry.close()
    return key_id


def _names_of_roots(files: Mapping[str, bytes]) -> list[str]:
    return [name for name in files if root_version_of(name) is not None]
