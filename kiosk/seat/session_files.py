"""A session's folder: making one, its key, reading its journal, destroying it.

Owns where a session's key is and how the journal is opened with it. Refuses to know what happens in a session.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from exam_packages.ids import SessionId
from exam_packages.session_keys import KEY_BYTES, build_session_key, open_session_key
from kiosk.durable_file import destroy, make_folder, sync_folder, write_durably
from kiosk.errors import StorageFault, StorageFaultKind, storage_fault_of
from kiosk.journal.checking import CheckedJournal, check_journal
from kiosk.journal.store import JournalStore
from kiosk.seat.identity import SeatIdentity
from kiosk.seat.layout import SeatFolder
from signing.errors import Refused
from signing.hpke import ContentPublicKey

_PRIVATE_FOLDER = 0o700
_PRIVATE = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFiles:
    """The session folders of one seat."""

    folder: SeatFolder
    identity: SeatIdentity

    def create(self, session: SessionId, scoring_keys: Sequence[ContentPublicKey]) -> JournalStore:
        """Make a session's folder, key and empty journal. The key goes to the seat and to the office.

        Raises:
            StorageFault: it cannot be written.
        """
        folder = self.folder.session(session)
        key = secrets.token_bytes(KEY_BYTES)
        wrapped = build_session_key(
            key, session=session, storage_key=self.identity.storage_key, scoring_keys=scoring_keys
        )
        try:
            make_folder(folder, mode=_PRIVATE_FOLDER)
            write_durably(self.folder.session_key(session), wrapped, mode=_PRIVATE)
        except OSError as error:
            raise storage_fault_of(error, folder) from error
        store = JournalStore(folder, key)
        try:
            store.begin(session)
            sync_folder(folder)
        except BaseException:
            store.close()
            raise
        return store

    def check(self, session: SessionId) -> CheckedJournal:
        """Read and check a session's journal; its files stay as they are.

        Raises:
            StorageFault: what is wrong with it.
        """
        return check_journal(
            self.folder.session(session),
            session=session,
            key=self.key_of(session),
            verify_key=self.identity.signing_key.public_key,
        )

    def reopen(self, session: SessionId) -> JournalStore:
        """Open a journal that was checked, to go on with it."""
        return JournalStore(self.folder.session(session), self.key_of(session))

    def key_of(self, session: SessionId) -> bytes:
        """Return a session's key.

        Raises:
            StorageFault: it is missing, damaged, or of another seat.
        """
        path = self.folder.session_key(session)
        try:
            return open_session_key(path.read_bytes(), storage_key=self.identity.storage_key)
        except OSError as error:
            raise storage_fault_of(error, path) from error
        except Refused as error:
            raise StorageFault(StorageFaultKind.WRONG_KEY, path, str(error)) from error

    def discard(self, session: SessionId) -> None:
        """Remove what was begun of a session that was never opened."""
        shutil.rmtree(self.folder.session(session), ignore_errors=True)

    def destroy(self, session: SessionId) -> None:
        """Destroy a session's key, then remove its folder. Without the key the journal is noise, wherever copies lie.

        Raises:
            StorageFault: it could not be done; it can be repeated.
        """
        folder = self.folder.session(session)
        try:
            destroy(self.folder.session_key(session))
            if folder.is_dir():
                shutil.rmtree(folder)
            sync_folder(folder.parent)
        except OSError as error:
            raise storage_fault_of(error, folder) from error
