"""Publishing: what a drop carries, as a machine of a site sees it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from exam_packages.certificates import SeatList, build_seat_list
from exam_packages.container import FileSource
from exam_packages.ids import Digest, SiteId, UtcMs
from exam_packages.office import (
    Office,
    build_exam,
    import_seat_list,
    publish,
    read_appointments,
    register_site,
    revoke,
    write_roster,
)
from exam_packages.opening import check_package, open_grant, open_registration, open_roster
from signing.argon2 import MINIMUM_COST
from signing.errors import ContentRefused, ExpiredRefused, FormRefused, OlderRefused, RevokedRefused
from signing.trust import DropContents, TrustStore, read_target
from tests.exam_packages import world
from tests.exam_packages.office import offices

LIST = """appointment,candidate,name,exam,start,extra_time_percent
a-2,c-2,Bo Ødegård,contact-center-management,2026-11-22T11:00:00+01:00,
a-1,c-1,Łucja Ωmega 李,contact-center-management,2026-11-22T09:00:00+01:00,25
""".encode()


def imported(drop: Path, root: bytes, store: Path, now: UtcMs = world.NOW) -> DropContents:
    if not store.exists():
        TrustStore.create(store, root)
    return TrustStore.update(store, drop, now=now)


def test_a_site_finds_everything_it_needs(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    write_roster(office, world.SITE, read_appointments(LIST, place="list.csv"), now=world.NOW)
    drop = tmp_path / "drop"
    published = publish(office, drop, now=world.NOW)
    digest = offices.template().exam.record.digest
    assert (published.packages, published.sites, published.rosters) == ((digest,), (world.SITE,), (world.SITE,))
    contents = imported(drop, office.root, tmp_path / "seat")
    trust = contents.trust

    def read(path: str) -> bytes:
        return read_target(drop, contents, path, max_bytes=100_000)

    registration = open_registration(read(f"registrations/{world.SITE}.registration"), trust=trust, site=world.SITE)
    assert registration.signing_key == world.signing_key(world.SITE).public_key
    assert open_grant(read(f"grants/{world.SITE}/{digest}.grant"), trust=trust, site=world.SITE).package == digest
    roster = open_roster(
        read(f"rosters/{world.SITE}.roster"), trust=trust, site=world.SITE, site_key=world.content_key(world.SITE)
    )
    assert [entry.name for entry in roster.appointments] == ["Łucja Ωmega 李", "Bo Ødegård"]
    assert roster.appointments[0].accommodations.extra_time_percent == 25
    with (drop / "targets" / "exams" / f"{digest}.exam").open("rb") as file:
        assert check_package(FileSource(file), trust=trust).digest == digest


def test_nothing_of_the_office_gets_into_a_drop(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    publish(office, tmp_path / "drop", now=world.NOW)
    names = {path.suffix for path in (tmp_path / "drop" / "targets").rglob("*") if path.is_file()}
    assert names == {".exam", ".grant", ".registration"}
    scoring = offices.template().folder / "packages" / offices.template().exam.record.digest / "scoring.exam"
    packages = (path.read_bytes() for path in (tmp_path / "drop" / "targets" / "exams").iterdir())
    assert scoring.read_bytes() not in packages


def test_a_newer_drop_replaces_and_an_older_one_is_refused(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    publish(office, tmp_path / "one", now=world.NOW)
    publish(office, tmp_path / "two", now=UtcMs(world.NOW + 1000))
    imported(tmp_path / "two", office.root, tmp_path / "seat")
    with pytest.raises(OlderRefused):
        imported(tmp_path / "one", office.root, tmp_path / "seat")
    with pytest.raises(ExpiredRefused):
        imported(tmp_path / "two", office.root, tmp_path / "other", UtcMs(world.NOW + 60 * world.DAY_MS))


def test_what_is_over_superseded_or_revoked_stays_out(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    newer = build_exam(
        office,
        offices.SAMPLE,
        not_before=world.NOW,
        not_after=UtcMs(world.NOW + 10),
        now=world.NOW,
        release_cost=MINIMUM_COST,
    )
    assert publish(office, tmp_path / "a", now=world.NOW).packages == (newer.record.digest,)
    assert publish(office, tmp_path / "b", now=UtcMs(world.NOW + 11)).packages == ()
    revoke(office, now=world.NOW, packages=[newer.record.digest])
    assert publish(office, tmp_path / "c", now=world.NOW).packages == ()


def test_revocations_travel_and_only_grow(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    register_site(office, offices.site_request(world.OTHER_SITE), site=world.OTHER_SITE, now=world.NOW)
    revoke(office, now=world.NOW, sites=[world.SITE])
    second = revoke(office, now=world.NOW, certificates=[Digest("ab" * 32)])
    assert second.number == 2
    assert second.site_ids == frozenset({str(world.SITE)})
    assert publish(office, tmp_path / "drop", now=world.NOW).sites == (world.OTHER_SITE,)
    trust = imported(tmp_path / "drop", office.root, tmp_path / "seat").trust
    with pytest.raises(RevokedRefused):
        open_registration(office.registration_file(world.SITE).read_bytes(), trust=trust)


def test_rosters_count_and_need_a_registered_site(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    appointments = read_appointments(LIST, place="list.csv")
    numbers = [write_roster(office, world.SITE, appointments, now=world.NOW).number for _ in range(3)]
    assert numbers == [1, 2, 3]
    with pytest.raises(ContentRefused, match="not registered"):
        write_roster(office, SiteId("nowhere"), appointments, now=world.NOW)
    with pytest.raises(FormRefused, match="twice"):
        write_roster(office, world.SITE, appointments * 2, now=world.NOW)


def test_a_roster_no_seat_could_read_is_not_written(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    header, row = LIST.decode().splitlines()[:2]
    rows = [row.replace("a-2", f"a-{n:05}").replace("Bo", "B" + "o" * 200) for n in range(4_000)]
    many = read_appointments("\n".join([header, *rows]).encode(), place="list.csv")
    with pytest.raises(FormRefused, match="more appointments"):
        write_roster(office, world.SITE, many, now=world.NOW)
    assert write_roster(office, world.SITE, many[:100], now=world.NOW).number == 1


def test_what_is_no_digest_is_not_revoked(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    with pytest.raises(FormRefused, match="digest"):
        revoke(office, now=world.NOW, packages=[Digest("form-a")])
    assert office.trust(world.NOW).revocations.number == 0


def test_a_site_with_new_keys_confirms_its_seats_again(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    offices.confirm_seats(office, "seat-01")
    register_site(office, offices.site_request(world.SITE), site=world.SITE, now=world.NOW)
    assert office.seat_list_file(world.SITE).exists()
    register_site(office, offices.site_request(world.OTHER_SITE), site=world.SITE, now=world.NOW)
    assert not office.seat_list_file(world.SITE).exists()
    seats = SeatList(site=world.SITE, number=1, issued=world.NOW, certificates=(Digest("ab" * 32),))
    data = build_seat_list(seats, world.signing_key(world.OTHER_SITE))
    assert import_seat_list(office, data, site=world.SITE, now=world.NOW) == 1


def test_what_an_office_makes_is_on_the_medium_with_the_folders_it_lies_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number that went out on a stick and is forgotten after a power cut would be given once more, to something else."""
    synced, fsync = set[tuple[int, str]](), os.fsync

    def watched(descriptor: int) -> None:
        fsync(descriptor)
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            synced.update((found.st_ino, name) for name in os.listdir(descriptor))

    monkeypatch.setattr(os, "fsync", watched)
    folder = tmp_path / "made" / "office"
    now = world.NOW
    office = Office.create(folder, name="Board", passphrase=offices.PASSPHRASE, now=now, cost=MINIMUM_COST)
    register_site(office, offices.site_request(), site=world.SITE, now=now)
    later = UtcMs(now + world.DAY_MS)
    build_exam(office, offices.SAMPLE, not_before=now, not_after=later, now=now, release_cost=MINIMUM_COST)
    write_roster(office, world.SITE, [], now=now)
    publish(office, tmp_path / "made" / "stick" / "drop", now=now)
    forgotten = [path for path in tmp_path.rglob("*") if (path.parent.stat().st_ino, path.name) not in synced]
    assert forgotten == []
