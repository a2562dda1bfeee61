"""What a seat holds, verified: trust, registration, certificate, proctors, roster, grants, releases, packages.

Owns the way from stored bytes to verified objects; it is taken anew after every import, so a revocation counts at once. Refuses
to know how things come in.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from exam_packages.certificates import SeatCertificate, SeatSecrets, open_seat_secrets
from exam_packages.container import FileSource
from exam_packages.grants import Grant
from exam_packages.ids import Digest, ExamId, FormId, UtcMs
from exam_packages.opening import (
    CheckedPackage,
    check_package,
    open_certificate,
    open_grant,
    open_package,
    open_proctors,
    open_registration,
    open_release,
    open_roster,
    open_site_policy,
)
from exam_packages.package_contents import OpenedPackage
from exam_packages.proctors import ProctorFile
from exam_packages.qti.model import Exam
from exam_packages.qti.package import read_delivery
from exam_packages.registrations import SiteRegistration
from exam_packages.releases import Release
from exam_packages.rosters import Appointment, Roster
from exam_packages.site_policies import SitePolicy
from kiosk.errors import Missing, NotReady, StorageFault, storage_fault_of
from kiosk.seat.facts import ExamEntry, ExamState
from kiosk.seat.identity import SeatIdentity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.state import PackageRow, SeatState
from kiosk.seat.time_floor import TimeFloor
from signing.errors import Refused, ThresholdRefused
from signing.hpke import ContentPublicKey
from signing.trust import Trust, TrustStore

REGISTRATION: Final = "registration"
CERTIFICATE: Final = "certificate"
PROCTORS: Final = "proctors"
ROSTER: Final = "roster"
POLICY: Final = "policy"
GRANT: Final = "grant"
RELEASE: Final = "release"
_SHORT_DIGITS: Final = 12  # hexadecimal digits that people compare by voice

_Held = TypeVar("_Held")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenExam:
    """An exam that is open for one session."""

    exam: Exam
    contents: OpenedPackage
    digest: Digest
    scoring_keys: tuple[ContentPublicKey, ...]
    released_by: str
    close: Callable[[], None]


class Holdings:
    """What one seat holds. Any thread may ask; answers are kept until ``forget``."""

    def __init__(self, folder: SeatFolder, state: SeatState, identity: SeatIdentity, floor: TimeFloor) -> None:
        self._folder = folder
        self._state = state
        self._identity = identity
        self._floor = floor
        self._kept: dict[str, object] = {}

    def forget(self) -> None:
        """Verify everything anew when it is asked for next."""
        self._kept = {}

    def trust(self) -> Trust:
        """Return whom the seat believes.

        Raises:
            NotReady: no drop was imported yet.
        """
        return self._keep("trust", self._load_trust)

    def registration(self) -> SiteRegistration:
        """Return the own site's registration."""
        body = self.file_of(REGISTRATION, Missing.REGISTRATION)
        return self._keep(REGISTRATION, lambda: open_registration(body, trust=self.trust()))

    def certificate(self) -> SeatCertificate:
        """Return the seat's certificate. Its validity is judged at import and by the office, not here."""
        body = self.file_of(CERTIFICATE, Missing.CERTIFICATE)
        return self._keep(
            CERTIFICATE,
            lambda: open_certificate(
                body,
                trust=self.trust(),
                registration=self.registration(),
                signing_key=self._identity.signing_key.public_key,
            ),
        )

    def secrets(self) -> SeatSecrets:
        """Return what the site sealed to the seat."""
        return self._keep("secrets", lambda: open_seat_secrets(self.certificate(), self._identity.content_key))

    def proctors(self) -> ProctorFile:
        """Return who may unlock the seat."""
        body = self.file_of(PROCTORS, Missing.PROCTORS)
        return self._keep(PROCTORS, lambda: open_proctors(body, registration=self.registration()))

    def site_policy(self) -> SitePolicy | None:
        """Return how strict the site is with its seats; None where no such file is here.

        Raises:
            NotReady: no registration is here.
            Refused: the file is not good any more.
        """
        document = self._state.documents.get(POLICY)
        if document is None:
            return None
        body = document.body
        return self._keep(POLICY, lambda: open_site_policy(body, registration=self.registration()))

    def roster(self) -> Roster:
        """Return the appointments."""
        body = self.file_of(ROSTER, Missing.ROSTER)
        return self._keep(
            ROSTER,
            lambda: open_roster(
                body,
                trust=self.trust(),
                site=self.certificate().site,
                site_key=self.secrets().site_content_key,
            ),
        )

    def file_of(self, kind: str, missing: Missing) -> bytes:
        """Return a stored document as it came.

        Raises:
            NotReady: it is not here.
        """
        document = self._state.documents.get(kind)
        if document is None:
            raise NotReady(missing, f"this seat has no {kind} yet: import a stick that carries it")
        return document.body

    def grant(self, package: Digest) -> Grant | None:
        """Return the site's grant for a package, None where there is none or it is no longer good."""
        document = self._state.documents.get(GRANT, package)
        if document is None:
            return None
        body = document.body
        return self._or_none(
            lambda: self._keep(
                f"{GRANT} {package}", lambda: open_grant(body, trust=self.trust(), site=self.certificate().site)
            )
        )

    def release(self, package: CheckedPackage) -> Release | None:
        """Return a package's release, None where there is none or it is no longer good."""
        document = self._state.documents.get(RELEASE, package.digest)
        if document is None:
            return None
        body = document.body
        return self._or_none(
            lambda: self._keep(
                f"{RELEASE} {package.digest}", lambda: open_release(body, trust=self.trust(), package=package)
            )
        )

    def exams(self) -> tuple[ExamEntry, ...]:
        """Return every package that is here, can be read and is not revoked, newest issue of each form first."""
        entries: list[tuple[tuple[str, str, int], ExamEntry]] = []
        for row in self._state.documents.packages():
            checked = self._readable(row)
            if checked is not None:
                manifest = checked.manifest
                order = (manifest.exam, manifest.form, -manifest.issue)
                entries.append((order, self._entry(row, checked)))
        return tuple(entry for _, entry in sorted(entries, key=lambda pair: pair[0]))

    def newest_issue(self, exam: ExamId, form: FormId) -> tuple[int, frozenset[Digest]]:
        """Return the highest issue of a form that is here, 0 where there is none, and which packages of the form are here."""
        packages = [
            checked
            for row in self._state.documents.packages()
            if (checked := self._readable(row)) is not None
            and (checked.manifest.exam, checked.manifest.form) == (exam, form)
        ]
        newest = max((checked.manifest.issue for checked in packages), default=0)
        return newest, frozenset(checked.digest for checked in packages)

    def open_exam(self, package: Digest) -> OpenExam:
        """Open a package for a session. The file stays open until ``close``.

        Raises:
            NotReady: the package, its grant or its release is missing.
            Refused: it does not open.
            StorageFault: it cannot be read.
        """
        path = self._folder.package(package)
        try:
            file = path.open("rb")
        except OSError as error:
            raise storage_fault_of(error, path) from error
        try:
            source = FileSource(file)
            checked = check_package(source, trust=self.trust(), place=path.name)
            grant, release = self.grant(package), self.release(checked)
            if grant is None:
                raise NotReady(Missing.GRANT, "this site has no grant for the exam")
            if release is None:
                raise NotReady(Missing.RELEASE, "the exam is not released yet")
            site_key = self.secrets().site_content_key
            contents = open_package(
                source, trust=self.trust(), grant=grant, release=release, site_key=site_key, place=path.name
            )
            return OpenExam(
                exam=read_delivery(contents, scored_at_seat=contents.manifest.scored_at_seat),
                contents=contents,
                digest=checked.digest,
                scoring_keys=checked.manifest.scoring_keys,
                released_by=release.by.value,
                close=file.close,
            )
        except BaseException:
            file.close()
            raise

    def _readable(self, row: PackageRow) -> CheckedPackage | None:
        # One whose file is gone or cannot be read keeps nobody from bringing results to safety, or from importing it anew.
        with contextlib.suppress(StorageFault):
            return self._or_none(lambda: self._checked(row))
        return None

    def _checked(self, row: PackageRow) -> CheckedPackage:
        return self._keep(f"package {row.digest}", lambda: self._check_file(self._folder.package(row.digest)))

    def _check_file(self, path: Path) -> CheckedPackage:
        try:
            with path.open("rb") as file:
                return check_package(FileSource(file), trust=self.trust(), place=path.name)
        except OSError as error:
            raise storage_fault_of(error, path) from error

    def _entry(self, row: PackageRow, checked: CheckedPackage) -> ExamEntry:
        manifest = checked.manifest
        release = self.release(checked)
        state = ExamState.READY
        if self.grant(row.digest) is None:
            state = ExamState.GRANT_MISSING
        elif release is None:
            state = ExamState.NOT_RELEASED
        return ExamEntry(
            package=row.digest,
            exam=manifest.exam,
            form=manifest.form,
            title=manifest.title,
            short_digest=row.digest[:_SHORT_DIGITS],
            size_bytes=row.size,
            window_from=manifest.not_before,
            window_until=manifest.not_after,
            state=state,
            released_by=release.by.value if release else "",
            lockdown=manifest.lockdown,
        )

    def _load_trust(self) -> Trust:
        try:
            return TrustStore.load(self._folder.trust, now=self._floor.now())
        except ThresholdRefused as error:
            raise NotReady(Missing.TRUST, "no drop of the office was imported yet") from error

    def _keep(self, name: str, load: Callable[[], _Held]) -> _Held:
        if name not in self._kept:
            self._kept[name] = load()
        kept: _Held = self._kept[name]  # type: ignore[assignment]  # the name says which type it is
        return kept

    @staticmethod
    def _or_none(load: Callable[[], _Held]) -> _Held | None:
        try:
            return load()
        except (Refused, NotReady):
            return None


def exam_for(appointment: Appointment, exams: tuple[ExamEntry, ...]) -> ExamEntry | None:
    """Return the package an appointment is for: of the right form, ready before not ready, newest issue first."""
    fitting = [entry for entry in exams if entry.exam == appointment.exam and appointment.form in (None, entry.form)]
    ready = [entry for entry in fitting if entry.state is ExamState.READY]
    return next(iter(ready or fitting), None)


def window_fault(entry: ExamEntry, now: UtcMs) -> Missing | None:
    """Return why an exam may not be opened at a time, None where it may."""
    if now < entry.window_from:
        return Missing.WINDOW_NOT_OPEN
    return Missing.WINDOW_CLOSED if now > entry.window_until else None
