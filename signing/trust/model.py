"""What verification results in: whom a machine believes, and what a drop brings.

Owns frozen values. Refuses to know how they were verified; only ``store`` and ``repository`` make them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from signing.keys import KeySet
from signing.trust.revocations import Revocations
from signing.trust.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whom a machine believes since the last drop it accepted.

    Attributes:
        root_version: number of the root metadata, and so on.
        targets_version: see above; it names the roles' keys.
        drop_version: see above; it lists the files.
        snapshot_version: see above.
        timestamp_version: see above; it counts the drops.
        expires_utc_ms: the earliest expiry of the five. It is judged when a drop is imported, and only then.
        signed_time_utc_ms: the highest time somebody trusted has signed: a floor for the clock. It is never a lock.
        stale: the drop has expired by the time this was loaded. Something to tell people, never a reason to refuse.
        revocations: what is no longer believed; the key sets know the revoked keys already.
        role_keys: the keys of every role.
    """

    root_version: int
    targets_version: int
    drop_version: int
    snapshot_version: int
    timestamp_version: int
    expires_utc_ms: int
    signed_time_utc_ms: int
    stale: bool
    revocations: Revocations
    role_keys: Mapping[Role, KeySet]

    def keys(self, role: Role) -> KeySet:
        """Return the keys of a role, with its threshold and the revoked keys."""
        return self.role_keys[role]


@dataclass(frozen=True, slots=True, kw_only=True)
class DropFile:
    """What the metadata say of one file: its length in bytes and its SHA-256 in lower case hexadecimal."""

    length: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DropContents:
    """What a verified drop brings.

    Attributes:
        trust: whom the machine believes from now on. files: by target path, with forward slashes. The files themselves
            are verified when they are read, by ``open_target``.
    """

    trust: Trust
    files: Mapping[str, DropFile]
