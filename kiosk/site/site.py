"""The site's folder: its keys under a passphrase, its registration, what it has signed.

Owns creation and opening, and the site's two keys. Everything that signs needs the passphrase, looking does not. Refuses to know
how seats and proctors are managed (``seats``, ``proctor_desk``).

Layout::

    site.json             name, when it was made
    keys/signing.key      signs certificates, proctor files and seat lists; locked
    keys/content.key      opens grants and rosters, handed to seats inside their certificates; locked
    trust/                whom this machine believes
    registration          the office's word about this site, once it came with a drop
    certificates/         every certificate ever issued: <serial>-<seat>.certificate
    proctors, seats       the newest signed lists
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exam_packages.drop_paths import registration_path
from exam_packages.held_documents import NOTHING_HELD, Held, held_document
from exam_packages.ids import SiteId, UtcMs
from exam_packages.opening import open_registration
from exam_packages.registrations import SiteRegistration, SiteRequest, build_site_request
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES, TITLE_MAX, read_document
from kiosk.clock import Clock
from kiosk.durable_file import make_folder, new_folder, write_durably
from kiosk.errors import Missing, NotReady, StorageFault, StorageFaultKind, storage_fault_of
from kiosk.handover.stick import Stick
from signing.argon2 import Cost
from signing.canonical import decode, encode
from signing.errors import ContentRefused, FormRefused, Refused, ThresholdRefused
from signing.fields import Fields
from signing.hpke import ContentKey, ContentPublicKey
from signing.key_file import (
    KEY_FILE_COST,
    read_content_key,
    read_public_half,
    read_signing_key,
    write_content_key,
    write_signing_key,
)
from signing.key_wrap import derive
from signing.keys import SigningKey, VerifyKey, generate_signing_key, verify_key_from_json
from signing.labels import Label, PayloadType
from signing.trust import DropContents, Role, Trust, TrustStore, read_target

FORMAT: Final = "testing-center-kiosk/site/v1"
_ABOUT_MAX_BYTES: Final = 4096
_PRIVATE: Final = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class DropNews:
    """What the drop on a stick brought: its contents, or why it was refused; neither where there is none."""

    contents: DropContents | None
    refused: Refused | None


class Site:
    """An opened site folder.

    Args:
        folder: what ``create`` made.
        clock: what time it is.
        passphrase: unlocks the keys; None is enough to look.
    """

    def __init__(self, folder: Path, *, clock: Clock, passphrase: str | None = None) -> None:
        self.folder = folder
        self.clock = clock
        self._passphrase = passphrase
        self.name = _read_about(folder)

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        name: str,
        root: bytes,
        passphrase: str,
        clock: Clock,
        cost: Cost = KEY_FILE_COST,
    ) -> Site:
        """Make a new site with fresh keys.

        Args:
            folder: where; must not exist, or be empty.
            name: the centre's name, for people.
            root: the office's root metadata, brought by a way people trust.
            passphrase: locks the keys.
            clock: what time it is.
            cost: of guessing the passphrase; only tests take a lower one.

        Raises:
            FormRefused: no name, one that is too long or is no text; an empty passphrase.
            Refused: the root metadata are not in order.
            FileExistsError: the folder is not empty.
            StorageFault: it cannot be written.
        """
        checked_title(name, place="site name")
        if not passphrase:
            raise FormRefused("is empty", place="passphrase")
        try:
            with new_folder(folder):
                make_folder(folder / "keys", mode=0o700)
                make_folder(folder / "certificates")
                TrustStore.create(folder / "trust", root)
                signing_key = write_signing_key(generate_signing_key(), passphrase=passphrase, cost=cost)
                content_key = write_content_key(ContentKey.generate(), passphrase=passphrase, cost=cost)
                write_durably(folder / "keys" / "signing.key", signing_key, mode=_PRIVATE)
                write_durably(folder / "keys" / "content.key", content_key, mode=_PRIVATE)
                # Last: a folder without it is no site, so an interrupted creation is not taken for one.
                write_durably(folder / "site.json", encode({"created": clock.utc_ms(), "format": FORMAT, "name": name}))
        except FileExistsError:
            raise
        except OSError as error:
            raise storage_fault_of(error, folder) from error
        return cls(folder, clock=clock, passphrase=passphrase)

    # -- keys --------------------------------------------------------------------------------------------------------

    def signing_key(self) -> SigningKey:
        """Return the site's signing key.

        Raises:
            PassphraseWrong: it stays locked.
        """
        place = "keys/signing.key"
        return read_signing_key(self.read(place), passphrase=self._passphrase, place=place)

    def content_key(self) -> ContentKey:
        """Return the site's content key.

        Raises:
            PassphraseWrong: it stays locked.
        """
        place = "keys/content.key"
        return read_content_key(self.read(place), passphrase=self._passphrase, place=place)

    def public_signing_key(self) -> VerifyKey:
        """Return the public half of the signing key; needs no passphrase."""
        key = read_public_half(self.read("keys/signing.key"), place="keys/signing.key")
        if isinstance(key, ContentPublicKey):
            raise FormRefused("holds a content key where a signing key should be", place="keys/signing.key")
        return key

    def pepper(self) -> bytes:
        """Return what goes into every PIN verifier of the site: derived, so that it is nowhere but in the key."""
        return derive(self.content_key().to_bytes(), salt=b"", info=Label.PIN_PEPPER.with_parts())

    def request(self) -> bytes:
        """Return the request to be registered, signed with the key it names."""
        key = self.signing_key()
        request = SiteRequest(
            name=self.name,
            signing_key=key.public_key,
            content_key=self.content_key().public,
            created=self.clock.utc_ms(),
        )
        return build_site_request(request, key)

    # -- trust -------------------------------------------------------------------------------------------------------

    def learn(self, stick: Stick) -> DropContents | None:
        """Take trust and the own registration from the drop on a stick; None where there is no drop.

        Raises:
            Refused: the drop is not acceptable; nothing has changed.
        """
        if not stick.has_drop():
            return None
        contents = TrustStore.update(self.folder / "trust", stick.drop, now=self.clock.utc_ms())
        for path in sorted(contents.files):
            if path.startswith("registrations/"):
                self._learn_registration(stick, contents, path)
        return contents

    def take_notice(self, stick: Stick) -> DropNews:
        """Look at the drop on a stick as ``learn`` does. Once this machine knows whom to believe, a drop that is refused,
        because it has expired since or is an old one, keeps nobody from working.

        Raises:
            Refused: the drop is not acceptable, and nothing was known before.
        """
        try:
            return DropNews(contents=self.learn(stick), refused=None)
        except Refused as refused:
            if not (self.folder / "registration").is_file():
                raise
            return DropNews(contents=None, refused=refused)

    def trust(self) -> Trust:
        """Return whom this machine believes.

        Raises:
            NotReady: no drop was looked at yet.
        """
        try:
            return TrustStore.load(self.folder / "trust", now=self.clock.utc_ms())
        except ThresholdRefused as error:
            raise NotReady(
                Missing.TRUST, "no drop of the office is here yet: put the stick in that carries one"
            ) from error

    def registration(self) -> SiteRegistration:
        """Return the office's word about this site.

        Raises:
            NotReady: it has not come yet.
        """
        path = self.folder / "registration"
        if not path.is_file():
            message = "the office has not registered this site yet, or the drop that says so is not here"
            raise NotReady(Missing.REGISTRATION, message)
        return open_registration(self.read("registration"), trust=self.trust())

    @property
    def site(self) -> SiteId:
        """The office's identifier of this site."""
        return self.registration().site

    def registration_file(self) -> bytes:
        """Return the registration as it came."""
        self.registration()
        return self.read("registration")

    def _learn_registration(self, stick: Stick, contents: DropContents, path: str) -> None:
        untrusted = b""
        try:
            untrusted = read_target(stick.drop, contents, path, max_bytes=DOCUMENT_MAX_BYTES)
            registration = open_registration(untrusted, trust=contents.trust, place=path)
        except Refused:
            if self._is_of_another(untrusted):
                return  # its key was revoked, say: that keeps no other site from working
            raise
        if registration.signing_key != self.public_signing_key():
            return
        if path != registration_path(registration.site):
            raise ContentRefused("lies under another site's name", place=path)
        before = self._held_registration(contents.trust)
        if registration.number < before.number:
            return
        before.refuse_other(untrusted, PayloadType.SITE_REGISTRATION, number=registration.number, place=path)
        self.write("registration", untrusted)

    def _is_of_another(self, untrusted: bytes) -> bool:
        """Tell whether a registration that is not good says that it is of another key. One that says nothing may be the own."""
        with contextlib.suppress(Refused):
            document = read_document(untrusted, PayloadType.SITE_REGISTRATION, place="registration")
            key = verify_key_from_json(document.untrusted_fields().object("signing_key"))
            return key != self.public_signing_key()
        return False

    def _held_registration(self, trust: Trust) -> Held:
        if not (self.folder / "registration").is_file():
            return NOTHING_HELD
        body = self.read("registration")
        with contextlib.suppress(Refused):
            open_registration(body, trust=trust)
            return held_document(body, PayloadType.SITE_REGISTRATION, trust.keys(Role.REGISTRAR))
        return NOTHING_HELD  # under a name that is revoked, say: nobody can work with it

    # -- files -------------------------------------------------------------------------------------------------------

    def read(self, name: str) -> bytes:
        """Return a file of the folder."""
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise storage_fault_of(error, self.folder / name) from error

    def write(self, name: str, data: bytes) -> None:
        """Put a file of the folder in place."""
        try:
            write_durably(self.folder / name, data)
        except OSError as error:
            raise storage_fault_of(error, self.folder / name) from error

    def now(self) -> UtcMs:
        """Return the wall time, not before the latest time somebody trusted has signed."""
        return max(self.clock.utc_ms(), UtcMs(self.trust().signed_time_utc_ms))


def checked_title(title: str, *, place: str) -> str:
    """Return a name for people that fits the files it goes into.

    Raises:
        FormRefused: empty, too long, or with bytes that are no text (a terminal may hand them over).
    """
    if not 0 < len(title) <= TITLE_MAX:
        raise FormRefused(f"has to have from 1 to {TITLE_MAX} characters", place=place)
    try:
        title.encode("utf-8")
    except UnicodeEncodeError:
        raise FormRefused("is not text", place=place) from None
    return title


def _read_about(folder: Path) -> str:
    path = folder / "site.json"
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise StorageFault(StorageFaultKind.MISSING, folder, "there is no site here") from error
    except OSError as error:
        raise storage_fault_of(error, path) from error
    fields = Fields(decode(data, place="site.json", max_bytes=_ABOUT_MAX_BYTES), "site.json")
    if fields.text("format") != FORMAT:
        raise StorageFault(StorageFaultKind.NOT_OURS, path, "another version")
    fields.integer("created")
    name = fields.text("name", max_length=TITLE_MAX)
    fields.close()
    return name
