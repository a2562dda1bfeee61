"""Who this seat is: its two keys, its name, and the keys that follow from them.

Owns the seat's key files. They lie in clear, for the owner's eyes only: a seat starts without anybody typing a passphrase, and
what protects it is the disk's encryption (decision 0042). Refuses to know what the keys are used for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exam_packages.ids import SeatId
from exam_packages.signed_documents import checked_name
from kiosk.durable_file import write_durably
from kiosk.errors import StorageFault, StorageFaultKind, storage_fault_of
from kiosk.seat.layout import SeatFolder
from signing.canonical import decode, encode
from signing.errors import Refused
from signing.fields import Fields
from signing.hpke import ContentKey
from signing.key_file import read_content_key, read_signing_key, write_content_key, write_signing_key
from signing.key_wrap import derive
from signing.keys import SigningKey, generate_signing_key
from signing.labels import Label

FORMAT: Final = "testing-center-kiosk/seat/v1"
SEAT_NAME_MAX: Final = 64
LANGUAGE_MAX: Final = 35  # characters of a BCP 47 tag
_ABOUT_MAX_BYTES: Final = 4096
_PRIVATE: Final = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatIdentity:
    """A seat's name and keys.

    Attributes:
        signing_key: signs bundles and checkpoints.
        content_key: opens what the site sealed to the seat.
        language: BCP 47 tag that the window starts with.
    """

    name: SeatId
    language: str
    signing_key: SigningKey
    content_key: ContentKey

    @property
    def state_key(self) -> bytes:
        """Key of the state database."""
        return derive(self.content_key.to_bytes(), salt=b"", info=Label.STATE_KEY.with_parts())

    @property
    def mark_key(self) -> bytes:
        """What proves that a short code was given by this seat."""
        return derive(self.content_key.to_bytes(), salt=b"", info=Label.MARK_CODE.with_parts())

    @property
    def storage_key(self) -> bytes:
        """What session keys are wrapped under."""
        return derive(self.content_key.to_bytes(), salt=b"", info=Label.JOURNAL_KEY.with_parts())


def make_identity(folder: SeatFolder, name: SeatId, language: str) -> SeatIdentity:
    """Make keys for a new seat and write them down. It is a seat only after ``write_about``.

    Raises:
        FormRefused: the name has other characters than a name has.
        StorageFault: they cannot be written.
    """
    checked_name(name, place="seat name", max_length=SEAT_NAME_MAX)
    identity = SeatIdentity(
        name=name, language=language, signing_key=generate_signing_key(), content_key=ContentKey.generate()
    )
    try:
        write_durably(folder.signing_key, write_signing_key(identity.signing_key, passphrase=None), mode=_PRIVATE)
        write_durably(folder.content_key, write_content_key(identity.content_key, passphrase=None), mode=_PRIVATE)
    except OSError as error:
        raise storage_fault_of(error, folder.folder) from error
    return identity


def write_about(folder: SeatFolder, identity: SeatIdentity) -> None:
    """Write down who this seat is, which makes the folder a seat.

    Raises:
        OSError: it cannot be written.
    """
    write_durably(folder.about, encode({"format": FORMAT, "language": identity.language, "name": identity.name}))


def read_identity(folder: SeatFolder) -> SeatIdentity:
    """Read a seat's name and keys.

    Raises:
        StorageFault: there is no seat here, or its files are damaged.
    """
    try:
        fields = Fields(decode(folder.about.read_bytes(), place="seat.json", max_bytes=_ABOUT_MAX_BYTES), "seat.json")
        if fields.text("format") != FORMAT:
            raise StorageFault(StorageFaultKind.NOT_OURS, folder.about, "another version")
        name = checked_name(fields.text("name"), place="seat.json, name", max_length=SEAT_NAME_MAX)
        language = fields.text("language", max_length=LANGUAGE_MAX)
        fields.close()
        signing_key = read_signing_key(folder.signing_key.read_bytes(), passphrase=None, place="signing.key")
        content_key = read_content_key(folder.content_key.read_bytes(), passphrase=None, place="content.key")
    except FileNotFoundError as error:
        raise StorageFault(StorageFaultKind.MISSING, folder.folder, "there is no seat here") from error
    except OSError as error:
        raise storage_fault_of(error, folder.folder) from error
    except Refused as error:
        raise StorageFault(StorageFaultKind.DAMAGED, folder.folder, str(error)) from error
    return SeatIdentity(name=SeatId(name), language=language, signing_key=signing_key, content_key=content_key)
