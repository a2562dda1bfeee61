"""The office's private keys: which there are, who holds each, and how they lie on the disk.

Owns the table of keys and the folder of key files. Refuses to know what is signed. In this version all files lie in one folder
under one passphrase; the table says whose each is, so that they can be handed out one by one. A release officer's two files can
be locked under a passphrase of their own by writing them again.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from signing.argon2 import Cost
from signing.errors import ContentRefused
from signing.hpke import ContentKey, ContentPublicKey
from signing.key_file import (
    KEY_FILE_COST,
    MAX_KEY_FILE_BYTES,
    read_content_key,
    read_public_half,
    read_signing_key,
    write_content_key,
    write_signing_key,
)
from signing.keys import KeySet, SigningKey, VerifyKey, generate_signing_key
from signing.trust import OfflineKeys, OnlineKeys, Role
from signing.trust.folder import read_bounded, write_durably

Progress = Callable[[int, int], None]
"""Called with keys done and in all."""

KEY_SUFFIX: Final = ".key"
HOLDERS_NAME: Final = "HOLDERS.txt"
OFFICERS: Final = (1, 2, 3)


class KeyUse(Enum):
    """What a key file holds."""

    SIGNS = "signs"
    OPENS = "opens"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySpec:
    """One key of the office.

    Attributes:
        name: of the file, without suffix.
        use: signing key or content key.
        holder: whose it is, for people.
        purpose: what it does, for people.
    """

    name: str
    use: KeyUse
    holder: str
    purpose: str


def _signs(name: str, holder: str, purpose: str) -> KeySpec:
    return KeySpec(name=name, use=KeyUse.SIGNS, holder=holder, purpose=purpose)


def _opens(name: str, holder: str, purpose: str) -> KeySpec:
    return KeySpec(name=name, use=KeyUse.OPENS, holder=holder, purpose=purpose)


KEYS: Final = (
    *(
        _signs(f"root-{n}", f"programme authority {n}", "says who holds every other key; two of three")
        for n in (1, 2, 3)
    ),
    *(_signs(f"targets-{n}", f"programme authority {n}", "says which role has which keys; both") for n in (1, 2)),
    _signs("snapshot", "publishing service", "lists the metadata of a drop"),
    _signs("timestamp", "publishing service", "dates a drop"),
    _signs("drop", "publishing service", "lists the files of a drop"),
    _signs("publisher", "publisher", "signs exams together with the sponsor, and grants"),
    _signs("sponsor", "sponsor", "signs exams together with the publisher"),
    _signs("registrar", "registrar", "registers testing centres"),
    _signs("rosters", "roster desk", "signs rosters"),
    _signs("revocations", "security officer", "signs what is no longer believed"),
    _signs("app-updates", "release engineer", "signs program updates"),
    *(_signs(f"officer-{n}", f"release officer {n}", "signs releases; two of three") for n in OFFICERS),
    _signs("scoring", "scoring", "signs receipts together with records"),
    _signs("records", "records", "signs receipts together with scoring"),
    _opens("publisher-content", "publisher", "opens the site secrets of packages, to write grants"),
    *(
        _opens(f"officer-{n}-content", f"release officer {n}", "opens the officer's share of release codes")
        for n in OFFICERS
    ),
    _opens("scoring-content-1", "scoring", "opens scoring packages and results; the current key"),
    _opens("scoring-content-2", "scoring", "opens scoring packages and results; the next key"),
)

ROLE_KEYS: Final[Mapping[Role, tuple[int, tuple[str, ...]]]] = {
    Role.EXAMS: (2, ("publisher", "sponsor")),
    Role.GRANTS: (1, ("publisher",)),
    Role.ROSTERS: (1, ("rosters",)),
    Role.REGISTRAR: (1, ("registrar",)),
    Role.RELEASES: (2, tuple(f"officer-{n}" for n in OFFICERS)),
    Role.REVOCATIONS: (1, ("revocations",)),
    Role.RECEIPTS: (2, ("scoring", "records")),
    Role.APP_UPDATES: (1, ("app-updates",)),
}
SCORING_KEYS: Final = ("scoring-content-1", "scoring-content-2")


class OfficeKeys:
    """The folder of key files, unlocked one by one when a key is needed.

    Args:
        folder: what ``create`` made.
        passphrase: locks the files; None is enough for public halves.
    """

    def __init__(self, folder: Path, passphrase: str | None) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._signing: dict[str, SigningKey] = {}
        self._content: dict[str, ContentKey] = {}

    @classmethod
    def create(
        cls, folder: Path, passphrase: str, *, cost: Cost = KEY_FILE_COST, progress: Progress | None = None
    ) -> OfficeKeys:
        """Make every key of the table and write its file. Slow on purpose (Argon2id for each).

        Raises:
            FileExistsError: the folder has something in it.
            OSError: the machine failed.
        """
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        if any(folder.iterdir()):
            raise FileExistsError(errno.EEXIST, "the folder is not empty", str(folder))
        keys = cls(folder, passphrase)
        for done, spec in enumerate(KEYS, start=1):
            keys._write_new(spec, passphrase, cost)
            if progress is not None:
                progress(done, len(KEYS))
        write_durably(folder / HOLDERS_NAME, _holders().encode())
        return keys

    def signing(self, name: str) -> SigningKey:
        """Return a signing key.

        Raises:
            PassphraseWrong: the file is locked under another passphrase.
            Refused: the file is missing or damaged.
        """
        if name not in self._signing:
            self._signing[name] = read_signing_key(self._read(name), passphrase=self._passphrase, place=name)
        return self._signing[name]

    def content(self, name: str) -> ContentKey:
        """Return a content key.

        Raises:
            PassphraseWrong: the file is locked under another passphrase.
            Refused: the file is missing or damaged.
        """
        if name not in self._content:
            self._content[name] = read_content_key(self._read(name), passphrase=self._passphrase, place=name)
        return self._content[name]

    def scoring_key(self, recipients: Iterable[str], *, place: str) -> ContentKey:
        """Return the scoring key that something is sealed to.

        Raises:
            ContentRefused: it is sealed to other keys: to another office.
            PassphraseWrong: the key stays locked.
        """
        named = set(recipients)
        for name in SCORING_KEYS:
            if self.public_content(name).key_id in named:
                return self.content(name)
        raise ContentRefused("is sealed to the scoring keys of another office", place=place)

    def public_signing(self, name: str) -> VerifyKey:
        """Return the public half of a signing key; needs no passphrase."""
        public = read_public_half(self._read(name), place=name)
        if isinstance(public, ContentPublicKey):
            raise TypeError(f"{name} is a content key")
        return public

    def public_content(self, name: str) -> ContentPublicKey:
        """Return the public half of a content key; needs no passphrase."""
        public = read_public_half(self._read(name), place=name)
        if not isinstance(public, ContentPublicKey):
            raise TypeError(f"{name} is a signing key")
        return public

    def signers_of(self, role: Role) -> list[SigningKey]:
        """Return all keys of a role whose whole threshold the office holds."""
        return [self.signing(name) for name in ROLE_KEYS[role][1]]

    def role_key_sets(self) -> dict[Role, KeySet]:
        """Return the public keys of every role, with thresholds."""
        return {
            role: KeySet(keys=tuple(self.public_signing(name) for name in names), threshold=threshold)
            for role, (threshold, names) in ROLE_KEYS.items()
        }

    def offline(self) -> OfflineKeys:
        """Return the keys of the programme authority."""
        return OfflineKeys(
            root=[self.signing(f"root-{n}") for n in (1, 2, 3)],
            root_threshold=2,
            targets=[self.signing(f"targets-{n}") for n in (1, 2)],
            targets_threshold=2,
        )

    def online(self) -> OnlineKeys:
        """Return the keys of the publishing service."""
        return OnlineKeys(
            snapshot=self.signing("snapshot"), timestamp=self.signing("timestamp"), drop=self.signing("drop")
        )

    def _read(self, name: str) -> bytes:
        return read_bounded(self._folder / f"{name}{KEY_SUFFIX}", max_bytes=MAX_KEY_FILE_BYTES, place=name)

    def _write_new(self, spec: KeySpec, passphrase: str, cost: Cost) -> None:
        path = self._folder / f"{spec.name}{KEY_SUFFIX}"
        if spec.use is KeyUse.SIGNS:
            self._signing[spec.name] = generate_signing_key()
            write_durably(path, write_signing_key(self._signing[spec.name], passphrase=passphrase, cost=cost))
        else:
            self._content[spec.name] = ContentKey.generate()
            write_durably(path, write_content_key(self._content[spec.name], passphrase=passphrase, cost=cost))


def _holders() -> str:
    lines = ["Which key file belongs to whom.", ""]
    lines += [f"{spec.name + KEY_SUFFIX:28}{spec.holder:26}{spec.purpose}" for spec in KEYS]
    return "\n".join(lines) + "\n"
