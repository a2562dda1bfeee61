"""Taking in what a stick carries: each file wholly or not at all, and a word about each.

Owns the order in which things are looked at (trust first, then who this seat is, then what it is for), and that nothing older
replaces something newer, nor another document one with the same number (decision 0137). Refuses to know how anything is signed:
``opening`` does.

A file that is made for another site or seat is no fault: sites share a stick. It is left alone.
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from exam_packages.certificates import SeatCertificate, certificate_from_fields
from exam_packages.container import FileSource, manifest_digest, read_container
from exam_packages.drop_paths import EXAM_SUFFIX, EXAMS, GRANTS, kept_results_path, registration_path, roster_path
from exam_packages.grants import Grant, open_site_secret
from exam_packages.held_documents import NOTHING_HELD, Held, another_with_number, held_document
from exam_packages.ids import Digest, SiteId, UtcMs
from exam_packages.opening import (
    CheckedPackage,
    check_package,
    open_certificate,
    open_grant,
    open_kept_results,
    open_proctors,
    open_receipt,
    open_registration,
    open_release,
    open_roster,
    open_site_policy,
)
from exam_packages.receipts import Receipt
from exam_packages.registrations import SiteRegistration
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES, file_digest, read_document
from kiosk.durable_file import CopyDiffersError, clear_leftovers, copy_durably
from kiosk.errors import NotReady, stick_fault_of, storage_fault_of
from kiosk.handover.stick import Stick, faults, read_small
from kiosk.progress import Progress
from kiosk.seat import holdings as held
from kiosk.seat.facts import ImportedFile, ImportKind, ImportOutcome, ImportReport, ReceiptReport
from kiosk.seat.holdings import Holdings
from kiosk.seat.identity import SeatIdentity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.state import Document, PackageRow, SeatState
from kiosk.seat.time_floor import TimeFloor
from signing.errors import ContentRefused, Refused
from signing.hpke import ContentKey
from signing.keys import KeySet, VerifyKey, verify_key_from_json
from signing.labels import PayloadType
from signing.trust import DropContents, Role, Trust, TrustStore, read_target
from signing.trust.folder import open_regular

SITE_FACT: Final = "site"
DROP_TAKEN_FACT: Final = "drop-taken"
KEPT_RESULTS: Final = "kept-results"
_ONLY_WRITING: Final = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


class Importer:
    """One import into one seat."""

    def __init__(
        self,
        folder: SeatFolder,
        state: SeatState,
        identity: SeatIdentity,
        holdings: Holdings,
        floor: TimeFloor,
        *,
        wall: UtcMs,
    ) -> None:
        self._folder = folder
        self._state = state
        self._identity = identity
        self._holdings = holdings
        self._floor = floor
        self._wall = wall
        self._files: list[ImportedFile] = []
        self._receipts: list[ReceiptReport] = []

    def everything(self, stick: Stick, progress: Progress) -> ImportReport:
        """Take in whatever is on a stick and new.

        Raises:
            StickFault: the stick cannot be read.
            StorageFault: the seat cannot be written.
        """
        contents = self._take_trust(stick) if stick.has_drop() else None
        self._take_certificates(stick, contents)
        self._take_each(stick.proctor_files, ImportKind.PROCTORS, self._take_proctors)
        self._take_each(stick.policy_files, ImportKind.POLICY, self._take_policy)
        if contents is not None and self._site() is not None:
            self._take_drop(stick.drop, contents, progress)
        self._take_each(stick.release_files, ImportKind.RELEASE, self._take_release)
        self.receipts(stick)
        return ImportReport(files=tuple(self._files))

    def release(self, path: Path) -> ImportReport:
        """Take in one release file."""
        self._take_each(lambda: (path,), ImportKind.RELEASE, self._take_release)
        return ImportReport(files=tuple(self._files))

    def receipts(self, stick: Stick) -> tuple[ReceiptReport, ...]:
        """Take in receipts."""
        self._take_each(stick.receipt_files, ImportKind.RECEIPT, self._take_receipt)
        return tuple(self._receipts)

    # -- trust and identity ----------------------------------------------------------------------------------------

    def _take_trust(self, stick: Stick) -> DropContents | None:
        contents: list[DropContents] = []

        def take() -> ImportOutcome:
            before = self._trust_version()
            with _drop_faults(stick.drop, self._folder.trust):
                contents.append(TrustStore.update(self._folder.trust, stick.drop, now=self._floor.now()))
            self._holdings.forget()
            trust = contents[0].trust
            self._floor.raise_to(UtcMs(trust.signed_time_utc_ms))
            if trust.timestamp_version == before:
                return ImportOutcome.KNOWN
            self._state.facts.put(DROP_TAKEN_FACT, str(self._wall))
            return ImportOutcome.NEW

        self._note(ImportKind.TRUST, "drop", take)
        return contents[0] if contents else None

    def _trust_version(self) -> int:
        try:
            return self._holdings.trust().timestamp_version
        except NotReady:
            return 0

    def _take_certificates(self, stick: Stick, contents: DropContents | None) -> None:
        """Take the registration of the site that certified this seat, and the certificate itself."""
        mine: list[tuple[Path, bytes]] = []
        for path in self._listed(stick.certificate_files, ImportKind.CERTIFICATE):
            untrusted = b""
            with contextlib.suppress(Refused):  # exchanged for no file since it was listed
                untrusted = read_small(path)
            if _key_in(untrusted) == self._identity.signing_key.public_key:
                mine.append((path, untrusted))
            else:
                self._add(ImportKind.CERTIFICATE, path.name, ImportOutcome.NOT_OURS)
        site = self._site()
        if site is not None and contents is not None:
            self._take_registration(stick.drop, contents, site)
        for path, untrusted in mine:
            if self._site() is None and contents is not None:
                take = partial(self._take_first_certificate, stick.drop, contents, untrusted)
            else:
                take = partial(self._take_certificate, untrusted)
            self._note(ImportKind.CERTIFICATE, path.name, take)

    def _take_registration(self, drop: Path, contents: DropContents, site: SiteId) -> None:
        path = registration_path(site)
        if path not in contents.files:
            return

        def take() -> ImportOutcome:
            untrusted = _target(drop, contents, path)
            kind, trust = PayloadType.SITE_REGISTRATION, contents.trust
            # Before a certificate is here, one of any site may be left of an import that was cut short.
            is_own = self._site() is not None
            before = self._held(held.REGISTRATION, kind, trust.keys(Role.REGISTRAR)) if is_own else NOTHING_HELD
            registration = open_registration(untrusted, trust=trust, site=site, newest_number=before.number, place=path)
            before.refuse_other(untrusted, kind, number=registration.number, place=path)
            self._floor.raise_to(registration.issued)
            return self._keep(held.REGISTRATION, "", registration.number, untrusted)

        self._note(ImportKind.REGISTRATION, path, take)

    def _take_first_certificate(self, drop: Path, contents: DropContents, untrusted: bytes) -> ImportOutcome:
        """Take the certificate of a seat that has none. Nothing of the site that it names is kept before that site's signature is
        found good: anybody can name one, and what is kept of a wrong one would keep the right one away.
        """
        site = _site_of(untrusted, PayloadType.SEAT_CERTIFICATE)
        if site is not None and registration_path(site) in contents.files:
            path = registration_path(site)
            registration = open_registration(_target(drop, contents, path), trust=contents.trust, site=site, place=path)
            self._opened_certificate(untrusted, registration)
            self._take_registration(drop, contents, site)
        return self._take_certificate(untrusted)

    def _opened_certificate(self, untrusted: bytes, registration: SiteRegistration) -> SeatCertificate:
        return open_certificate(
            untrusted,
            trust=self._holdings.trust(),
            registration=registration,
            signing_key=self._identity.signing_key.public_key,
            now=self._floor.now(),
        )

    def _take_certificate(self, untrusted: bytes) -> ImportOutcome:
        registration = self._holdings.registration()
        certificate = self._opened_certificate(untrusted, registration)
        if _is_later(self._state.documents.get(held.CERTIFICATE), certificate, registration):
            return ImportOutcome.KNOWN  # an earlier certificate of this seat, still on the stick
        with self._state.together():
            outcome = self._keep(held.CERTIFICATE, "", certificate.serial, untrusted)
            self._state.facts.put(SITE_FACT, certificate.site)
        return outcome

    def _take_proctors(self, untrusted: bytes, place: str) -> ImportOutcome:
        registration = self._holdings.registration()
        if _site_of(untrusted, PayloadType.PROCTOR_FILE) not in (None, registration.site):
            return ImportOutcome.NOT_OURS
        kind = PayloadType.PROCTOR_FILE
        before = self._held(held.PROCTORS, kind, _only(registration.signing_key))
        file = open_proctors(untrusted, registration=registration, newest_number=before.number, place=place)
        before.refuse_other(untrusted, kind, number=file.number, place=place)
        return self._keep(held.PROCTORS, "", file.number, untrusted)

    def _take_policy(self, untrusted: bytes, place: str) -> ImportOutcome:
        registration = self._holdings.registration()
        if _site_of(untrusted, PayloadType.SITE_POLICY) not in (None, registration.site):
            return ImportOutcome.NOT_OURS
        kind = PayloadType.SITE_POLICY
        before = self._held(held.POLICY, kind, _only(registration.signing_key))
        policy = open_site_policy(untrusted, registration=registration, newest_number=before.number, place=place)
        before.refuse_other(untrusted, kind, number=policy.number, place=place)
        return self._keep(held.POLICY, "", policy.number, untrusted)

    # -- the drop --------------------------------------------------------------------------------------------------

    def _take_drop(self, drop: Path, contents: DropContents, progress: Progress) -> None:
        try:
            site = self._holdings.certificate().site
        except Refused as refused:
            # Revoked, or by keys the site had before: nothing in here is for this seat now. What lies beside the drop may be.
            if type(refused) not in [type(each.refused) for each in self._files if each.kind is ImportKind.CERTIFICATE]:
                self._refused(ImportKind.CERTIFICATE, held.CERTIFICATE, refused)  # the stick's has not said so
            return
        roster = roster_path(site)
        if roster in contents.files:
            self._note(ImportKind.ROSTER, roster, lambda: self._take_roster(_target(drop, contents, roster), roster))
        kept = kept_results_path(site)
        if kept in contents.files:
            self._note(
                ImportKind.KEPT_RESULTS, kept, lambda: self._take_kept_results(_target(drop, contents, kept), kept)
            )
        mine = f"{GRANTS}/{site}/"
        for path in contents.files:
            if path.startswith(mine):
                self._note(
                    ImportKind.GRANT,
                    path,
                    lambda path=path: self._take_grant(_target(drop, contents, path), path),  # type: ignore[misc]  # per loop
                )
        exams = [path for path in contents.files if path.startswith(f"{EXAMS}/") and path.endswith(EXAM_SUFFIX)]
        # Lower issues first: taken in after a higher one they would be older than what is here.
        for path in sorted(exams, key=lambda path: _untrusted_issue(drop / "targets" / path)):
            self._note(
                ImportKind.PACKAGE,
                path,
                lambda path=path: self._take_package(drop, contents, path, progress),  # type: ignore[misc]  # per loop
            )

    def _take_roster(self, untrusted: bytes, place: str) -> ImportOutcome:
        kind, trust = PayloadType.ROSTER, self._holdings.trust()
        before = self._held(held.ROSTER, kind, trust.keys(Role.ROSTERS))
        roster = open_roster(
            untrusted,
            trust=trust,
            site=self._holdings.certificate().site,
            site_key=self._holdings.secrets().site_content_key,
            newest_number=before.number,
            place=place,
        )
        before.refuse_other(untrusted, kind, number=roster.number, place=place)
        self._floor.raise_to(roster.issued)
        return self._keep(held.ROSTER, "", roster.number, untrusted)

    def _take_kept_results(self, untrusted: bytes, place: str) -> ImportOutcome:
        """What the office has of this site's seats; what follows from it is ``rollback_watch``'s business."""
        kind, trust = PayloadType.KEPT_RESULTS, self._holdings.trust()
        before = self._held(KEPT_RESULTS, kind, trust.keys(Role.RECEIPTS))
        kept = open_kept_results(
            untrusted,
            trust=trust,
            site=self._holdings.certificate().site,
            newest_number=before.number,
            place=place,
        )
        before.refuse_other(untrusted, kind, number=kept.number, place=place)
        return self._keep(KEPT_RESULTS, "", kept.number, untrusted)

    def _take_grant(self, untrusted: bytes, place: str) -> ImportOutcome:
        site = self._holdings.certificate().site
        grant = open_grant(untrusted, trust=self._holdings.trust(), site=site, place=place)
        before = self._holdings.grant(grant.package)
        if before is not None and before != grant:
            _refuse_less(before, grant, self._holdings.secrets().site_content_key, place)
        self._floor.raise_to(grant.issued)
        return self._keep(held.GRANT, grant.package, 0, untrusted)

    def _take_package(self, drop: Path, contents: DropContents, path: str, progress: Progress) -> ImportOutcome:
        source = drop / "targets" / path
        listed = contents.files[path]
        with _opened_target(source, path) as file:
            package = _digest_in(FileSource(file), path)
            if self._state.documents.get(held.GRANT, package) is None:
                return ImportOutcome.NOT_OURS
            row = PackageRow(digest=package, size=listed.length, file_digest=Digest(listed.digest))
            if row in self._state.documents.packages() and self._folder.package(package).is_file():
                return ImportOutcome.KNOWN
            checked = check_package(FileSource(file), trust=contents.trust, place=path)
            manifest = checked.manifest
            newest, here = self._holdings.newest_issue(manifest.exam, manifest.form)
            check_package(FileSource(file), trust=contents.trust, newest_issue=newest, place=path)
            if manifest.issue == newest and package not in here:
                raise another_with_number(newest, place=path)
            self._copy_package(source, checked, row, contents.trust, progress)
        self._floor.raise_to(checked.manifest.created)
        return ImportOutcome.NEW

    def _copy_package(
        self, source: Path, checked: CheckedPackage, row: PackageRow, trust: Trust, progress: Progress
    ) -> None:
        """Copy a package, and check every byte of it as the disk gives it back: the stick is read only once."""
        place = checked.place
        target = self._folder.package(row.digest)
        try:
            clear_leftovers(target.parent)
            copy_durably(
                source,
                target,
                digest=row.file_digest,
                length=row.size,
                progress=progress,
                check_back=lambda copy: _check_copy(copy, row, trust, place),
            )
        except CopyDiffersError as error:
            checked.verify_every_byte()  # says where it is damaged, if it is
            raise ContentRefused("is not the file that was signed for", place=place) from error
        except OSError as error:
            raise storage_fault_of(error, target) from error
        self._state.documents.put_package(row, taken=self._wall)

    # -- releases and receipts -------------------------------------------------------------------------------------

    def _take_release(self, untrusted: bytes, place: str) -> ImportOutcome:
        trust = self._holdings.trust()
        release = open_release(untrusted, trust=trust, package=None, place=place)
        row = next((row for row in self._state.documents.packages() if row.digest == release.package), None)
        if row is None:
            return ImportOutcome.NOT_OURS
        path = self._folder.package(row.digest)
        with _opened(path, path.name) as file:
            package = check_package(FileSource(file), trust=trust, place=path.name)
            open_release(untrusted, trust=trust, package=package, place=place)
        self._floor.raise_to(release.issued)
        return self._keep(held.RELEASE, release.package, 0, untrusted)

    def _take_receipt(self, untrusted: bytes, place: str) -> ImportOutcome:
        receipt = open_receipt(untrusted, trust=self._holdings.trust(), bundle=None, place=place)
        row = self._state.outbox.get(receipt.bundle)
        if row is None:
            outcome = ImportOutcome.NOT_OURS
        elif row.receipt == untrusted:
            outcome = ImportOutcome.KNOWN
        else:
            outcome = self._replace_receipt(row.receipt, untrusted, receipt)
        self._floor.raise_to(receipt.accepted)
        self._receipts.append(ReceiptReport(bundle=receipt.bundle, status=receipt.status.value, outcome=outcome))
        return outcome

    def _replace_receipt(self, before: bytes | None, untrusted: bytes, newer: Receipt) -> ImportOutcome:
        trust, bundle = self._holdings.trust(), newer.bundle
        with contextlib.suppress(Refused):  # by keys that do not count any more: it keeps no other away
            if before is not None and open_receipt(before, trust=trust, bundle=bundle).number >= newer.number:
                return ImportOutcome.KNOWN
        self._state.outbox.put_receipt(bundle, untrusted)
        return ImportOutcome.NEW

    # -- plumbing --------------------------------------------------------------------------------------------------

    def _listed(self, files: Callable[[], tuple[Path, ...]], kind: ImportKind) -> tuple[Path, ...]:
        """Return a folder's files. Too many of one kind are refused, and keep nobody from the others."""
        try:
            return files()
        except Refused as refused:
            self._refused(kind, refused.place, refused)
            return ()

    def _take_each(
        self, files: Callable[[], tuple[Path, ...]], kind: ImportKind, take: Callable[[bytes, str], ImportOutcome]
    ) -> None:
        for path in self._listed(files, kind):
            self._note(kind, path.name, lambda path=path: take(read_small(path), path.name))  # type: ignore[misc]  # per loop

    def _note(self, kind: ImportKind, name: str, take: Callable[[], ImportOutcome]) -> None:
        """Take one thing in and write down what became of it; a refusal stops nothing else."""
        try:
            outcome = take()
        except Refused as refused:
            self._refused(kind, name, refused)
            return
        except NotReady:
            outcome = ImportOutcome.WAITING
        if outcome is ImportOutcome.NEW:
            self._holdings.forget()
        self._add(kind, name, outcome)

    def _refused(self, kind: ImportKind, name: str, refused: Refused) -> None:
        self._files.append(ImportedFile(kind=kind, name=name, outcome=ImportOutcome.REFUSED, refused=refused))
        if kind is ImportKind.RECEIPT:
            report = ReceiptReport(bundle=Digest(""), status="", outcome=ImportOutcome.REFUSED, refused=refused)
            self._receipts.append(report)

    def _add(self, kind: ImportKind, name: str, outcome: ImportOutcome) -> None:
        self._files.append(ImportedFile(kind=kind, name=name, outcome=outcome))

    def _keep(self, kind: str, name: str, number: int, body: bytes) -> ImportOutcome:
        digest = file_digest(body)
        before = self._state.documents.get(kind, name)
        if before is not None and before.digest == digest:
            return ImportOutcome.KNOWN
        document = Document(kind=kind, name=name, number=number, digest=digest, body=body)
        self._state.documents.put(document, taken=self._wall)
        return ImportOutcome.NEW

    def _held(self, kind: str, payload_type: PayloadType, keys: KeySet) -> Held:
        document = self._state.documents.get(kind)
        return NOTHING_HELD if document is None else held_document(document.body, payload_type, keys)

    def _site(self) -> SiteId | None:
        site = self._state.facts.get(SITE_FACT)
        return None if site is None else SiteId(site)


def _site_of(untrusted: bytes, payload_type: PayloadType) -> SiteId | None:
    """The site a document says it is of, unverified: only to tell whose it is among many."""
    with contextlib.suppress(Refused):
        document = read_document(untrusted, payload_type, place="document")
        return SiteId(document.untrusted_fields().text("site"))
    return None


def _is_later(known: Document | None, certificate: SeatCertificate, registration: SiteRegistration) -> bool:
    """Tell whether the certificate that is held is a later one. A site that was put back to an earlier day gives a serial twice;
    then what it gave last counts: only that is in its list, and it would give the seat no other one for a year.
    """
    if known is None:
        return False
    with contextlib.suppress(Refused):  # of keys the site had before: those it has now count from 1 again
        document = read_document(known.body, PayloadType.SEAT_CERTIFICATE, place=known.kind)
        before = certificate_from_fields(document.verified_by(_only(registration.signing_key)))
        return (before.serial, before.not_before) > (certificate.serial, certificate.not_before)
    return False


def _only(key: VerifyKey) -> KeySet:
    return KeySet(keys=(key,), threshold=1)


def _key_in(untrusted: bytes) -> VerifyKey | None:
    """The key a certificate is for, unverified: only to tell whose it is among many."""
    with contextlib.suppress(Refused):
        document = read_document(untrusted, PayloadType.SEAT_CERTIFICATE, place="certificate")
        return verify_key_from_json(document.untrusted_fields().object("signing_key"))
    return None


def _refuse_less(before: Grant, grant: Grant, key: ContentKey, place: str) -> None:
    """Check that a grant that opens is not given up for one that does not: one for keys of another time."""
    try:
        open_site_secret(before, key)
    except ContentRefused:
        return
    open_site_secret(grant, key, place=place)


def _target(drop: Path, contents: DropContents, path: str) -> bytes:
    with faults(drop / "targets" / path):
        return read_target(drop, contents, path, max_bytes=DOCUMENT_MAX_BYTES)


@contextlib.contextmanager
def _drop_faults(drop: Path, trust: Path) -> Iterator[None]:
    """Name the medium that failed while a drop was read and what it says was kept."""
    try:
        yield
    except OSError as error:
        is_own = error.errno in _ONLY_WRITING or str(error.filename or "").startswith(str(trust))
        raise storage_fault_of(error, trust) if is_own else stick_fault_of(error, drop) from error


@contextlib.contextmanager
def _opened_target(path: Path, place: str) -> Iterator[BinaryIO]:
    """Open a package on the stick. Whatever fails is the stick's fault."""
    with faults(path), open_regular(path, place=place) as file:
        yield file


@contextlib.contextmanager
def _opened(path: Path, place: str) -> Iterator[BinaryIO]:
    """Open a package of the seat that should be there."""
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise ContentRefused("is missing", place=place) from error
    except OSError as error:
        raise storage_fault_of(error, path) from error
    with file:
        yield file


def _check_copy(copy: Path, row: PackageRow, trust: Trust, place: str) -> None:
    """Check every byte of what was copied, and that it is what was looked at: a stick may give one file first, another later."""
    with copy.open("rb") as file:
        copied = check_package(FileSource(file), trust=trust, place=place)
        if copied.digest != row.digest:
            raise ContentRefused("was exchanged while it was taken in", place=place)
        copied.verify_every_byte()


def _untrusted_issue(path: Path) -> int:
    """The issue a package says it is, unverified: only for the order in which packages are looked at."""
    with contextlib.suppress(Refused), _opened_target(path, path.name) as file:
        document = read_container(FileSource(file), place=path.name).document
        return document.untrusted_fields().integer("issue")
    return 0


def _digest_in(source: FileSource, place: str) -> Digest:
    """The name of a package that nobody has verified: only to tell whether it was granted to this site."""
    return manifest_digest(read_container(source, place=place).document.untrusted_payload)
