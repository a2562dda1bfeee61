"""An office with every role, in memory and on disk, small and quick: for every test that needs somebody to trust."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from signing.keys import KeySet, SigningKey, generate_p256_signing_key, generate_signing_key
from signing.trust import (
    OfflineKeys,
    OnlineKeys,
    Revocations,
    Role,
    TrustRepository,
    Validity,
    write_revocations,
)

NOW = 1_800_000_000_000
"""15 January 2027, 08:00 UTC."""

DAY_MS = 86_400_000
USUAL_VALIDITY = Validity()


def key_set(*keys: SigningKey, threshold: int) -> KeySet:
    return KeySet(keys=tuple(key.public_key for key in keys), threshold=threshold)


def new_offline_keys() -> OfflineKeys:
    return OfflineKeys(
        root=[generate_signing_key(), generate_p256_signing_key(), generate_signing_key()],
        root_threshold=2,
        targets=[generate_signing_key(), generate_signing_key()],
        targets_threshold=2,
    )


def new_online_keys() -> OnlineKeys:
    return OnlineKeys(
        snapshot=generate_signing_key(), timestamp=generate_signing_key(), drop=generate_p256_signing_key()
    )


@dataclass
class SmallOffice:
    """Keys by what their holders are called, and the repository once ``found`` has made it."""

    folder: Path
    publisher: SigningKey = field(default_factory=generate_signing_key)
    sponsor: SigningKey = field(default_factory=generate_signing_key)
    officers: tuple[SigningKey, ...] = field(
        default_factory=lambda: (generate_signing_key(), generate_p256_signing_key(), generate_signing_key())
    )
    scoring: SigningKey = field(default_factory=generate_signing_key)
    records: SigningKey = field(default_factory=generate_signing_key)
    security: SigningKey = field(default_factory=generate_signing_key)
    registrar: SigningKey = field(default_factory=generate_signing_key)
    clerk: SigningKey = field(default_factory=generate_signing_key)
    engineer: SigningKey = field(default_factory=generate_signing_key)
    offline: OfflineKeys = field(default_factory=new_offline_keys)
    online: OnlineKeys = field(default_factory=new_online_keys)

    def roles(self) -> dict[Role, KeySet]:
        return {
            Role.EXAMS: key_set(self.publisher, self.sponsor, threshold=2),
            Role.GRANTS: key_set(self.publisher, threshold=1),
            Role.ROSTERS: key_set(self.clerk, threshold=1),
            Role.REGISTRAR: key_set(self.registrar, threshold=1),
            Role.RELEASES: key_set(*self.officers, threshold=2),
            Role.REVOCATIONS: key_set(self.security, threshold=1),
            Role.RECEIPTS: key_set(self.scoring, self.records, threshold=2),
            Role.APP_UPDATES: key_set(self.engineer, threshold=1),
        }

    def found(self, *, roles: Mapping[Role, KeySet] | None = None, now: int = NOW) -> TrustRepository:
        return TrustRepository.create(
            self.folder / "office", offline=self.offline, online=self.online, roles=roles or self.roles(), now=now
        )

    def publish(
        self,
        repository: TrustRepository,
        name: str,
        files: Mapping[str, bytes],
        *,
        now: int = NOW,
        validity: Validity = USUAL_VALIDITY,
    ) -> Path:
        sources: dict[str, Path] = {}
        for number, (path, content) in enumerate(files.items()):
            sources[path] = self.folder / f"{name}-source-{number}"
            sources[path].write_bytes(content)
        drop = self.folder / name
        repository.publish(sources, drop, online=self.online, now=now, validity=validity)
        return drop

    def revoke(
        self, number: int, *, site_ids: frozenset[str] = frozenset(), key_ids: frozenset[str] = frozenset()
    ) -> bytes:
        return write_revocations(
            Revocations(number=number, issued_utc_ms=NOW, site_ids=site_ids, key_ids=key_ids), [self.security]
        )
