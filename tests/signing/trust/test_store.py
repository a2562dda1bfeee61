import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from signing import dsse
from signing.errors import (
    ContentRefused,
    ExpiredRefused,
    FormRefused,
    OlderRefused,
    Refused,
    RevokedRefused,
    ThresholdRefused,
)
from signing.keys import generate_p256_signing_key
from signing.labels import PayloadType
from signing.trust import (
    Revocations,
    Role,
    TrustRepository,
    TrustStore,
    Validity,
    metadata,
    open_target,
    read_target,
    store,
    write_revocations,
)
from signing.trust import folder as files_of
from signing.trust.repository import _signed
from signing.trust.tuf_names import Metadata, Timestamp
from tests.signing.refusals import refused
from tests.signing.trust.small_office import DAY_MS, NOW, SmallOffice, new_offline_keys, new_online_keys

EXAM = b"an exam" * 200_000
FILES = {"exams/ccm.exam": EXAM, "roster": b"", "deep/er/file.grant": b"grant"}


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


@pytest.fixture
def repository(office: SmallOffice) -> TrustRepository:
    return office.found()


@pytest.fixture
def seat(tmp_path: Path, repository: TrustRepository) -> Path:
    TrustStore.create(tmp_path / "seat", repository.root_bytes)
    return tmp_path / "seat"


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_drop_is_accepted_and_believed(office: SmallOffice, repository: TrustRepository, seat: Path) -> None:
    drop = office.publish(repository, "drop", FILES, now=NOW + 5)
    contents = TrustStore.update(seat, drop, now=NOW + 1000)
    assert {path: file.length for path, file in contents.files.items()} == {
        path: len(content) for path, content in FILES.items()
    }
    trust = contents.trust
    assert (trust.root_version, trust.targets_version, trust.timestamp_version) == (1, 1, 2)
    assert (trust.drop_version, trust.snapshot_version) == (2, 2)
    assert trust.signed_time_utc_ms == NOW + 5
    assert trust.expires_utc_ms == (NOW + 5 + 30 * DAY_MS) // 1000 * 1000
    assert not trust.stale
    assert TrustStore.load(seat, now=NOW + 1000) == trust
    for path, content in FILES.items():
        assert b"".join(open_target(drop, contents, path)) == content


def test_every_role_has_its_keys_and_only_them(office: SmallOffice, repository: TrustRepository, seat: Path) -> None:
    trust = TrustStore.update(seat, office.publish(repository, "drop", {}), now=NOW).trust
    for role in Role:
        assert trust.keys(role).keys == office.roles()[role].keys
        assert trust.keys(role).threshold == office.roles()[role].threshold
    assert repository.trust(now=NOW).role_keys == trust.role_keys


def test_a_signature_of_one_role_is_none_of_another(office: SmallOffice, repository: TrustRepository) -> None:
    trust = repository.trust(now=NOW)
    signed = dsse.sign(b"{}", PayloadType.RECEIPT, [office.officers[0], office.officers[1]])
    envelope = dsse.read_envelope(signed, place="a.receipt", max_bytes=10_000)
    assert dsse.verify(envelope, PayloadType.RECEIPT, trust.keys(Role.RELEASES), place="x") == b"{}"
    with refused(ThresholdRefused):
        dsse.verify(envelope, PayloadType.RECEIPT, trust.keys(Role.RECEIPTS), place="x")


def test_the_same_drop_again_changes_nothing(office: SmallOffice, repository: TrustRepository, seat: Path) -> None:
    drop = office.publish(repository, "drop", FILES)
    first = TrustStore.update(seat, drop, now=NOW)
    before = everything_in(seat)
    assert TrustStore.update(seat, drop, now=NOW) == first
    assert everything_in(seat) == before


def test_an_older_drop_is_refused(office: SmallOffice, repository: TrustRepository, seat: Path) -> None:
    old, new = office.publish(repository, "old", FILES), office.publish(repository, "new", FILES)
    TrustStore.update(seat, new, now=NOW)
    before = everything_in(seat)
    with refused(OlderRefused, place="timestamp.json"):
        TrustStore.update(seat, old, now=NOW)
    # Older is said rather than expired: that is what went wrong.
    with refused(OlderRefused):
        TrustStore.update(seat, old, now=NOW + 400 * DAY_MS)
    assert everything_in(seat) == before


def test_another_drop_with_the_same_number_is_refused(
    tmp_path: Path, office: SmallOffice, repository: TrustRepository, seat: Path
) -> None:
    shutil.copytree(tmp_path / "office", tmp_path / "office-backup")
    one = office.publish(repository, "one", {"a": b"1"})
    other = office.publish(TrustRepository(tmp_path / "office-backup"), "other", {"a": b"2"})
    TrustStore.update(seat, one, now=NOW)
    with refused(OlderRefused):
        TrustStore.update(seat, other, now=NOW)


def test_the_same_metadata_with_another_signature_are_the_same(tmp_path: Path, office: SmallOffice) -> None:
    """An ECDSA signature differs each time; so does a file that one more of a role's keys has signed."""
    office.online = replace(office.online, timestamp=generate_p256_signing_key())
    repository = office.found()
    TrustStore.create(tmp_path / "seat", repository.root_bytes)
    drop = office.publish(repository, "drop", FILES)
    first = TrustStore.update(tmp_path / "seat", drop, now=NOW)
    path = drop / "metadata" / "timestamp.json"
    before = path.read_bytes()
    again = _signed(Metadata[Timestamp].from_bytes(before).signed, (office.online.timestamp,))
    path.write_bytes(again)
    assert again != before
    assert TrustStore.update(tmp_path / "seat", drop, now=NOW) == first
    assert again in everything_in(tmp_path / "seat").values()
    assert TrustStore.load(tmp_path / "seat", now=NOW) == first.trust


def test_an_expired_drop_is_refused_at_import(office: SmallOffice, repository: TrustRepository, seat: Path) -> None:
    drop = office.publish(repository, "drop", FILES, validity=Validity(drop_days=14))
    with refused(ExpiredRefused):
        TrustStore.update(seat, drop, now=NOW + 14 * DAY_MS)
    TrustStore.update(seat, drop, now=NOW + 14 * DAY_MS - 1)


def test_a_drop_that_expires_later_stops_nothing(office: SmallOffice, repository: TrustRepository, seat: Path) -> None:
    TrustStore.update(seat, office.publish(repository, "drop", FILES), now=NOW)
    late = TrustStore.load(seat, now=NOW + 5000 * DAY_MS)
    assert late.stale
    assert replace(late, stale=False) == TrustStore.load(seat, now=NOW)


def test_a_clock_set_back_does_not_revive_an_expired_drop(
    office: SmallOffice, repository: TrustRepository, seat: Path
) -> None:
    late = NOW + 60 * DAY_MS
    TrustStore.update(seat, office.publish(repository, "first", {}, now=late), now=NOW)
    # Newer by number, but signed to last only until before the time that is already known to have passed.
    expired = office.publish(repository, "second", {}, now=NOW, validity=Validity(drop_days=10))
    with refused(ExpiredRefused):
        TrustStore.update(seat, expired, now=NOW)


def test_nobody_is_believed_before_the_first_drop(seat: Path) -> None:
    with refused(ThresholdRefused):
        TrustStore.load(seat, now=NOW)


def test_a_strangers_drop_is_refused(tmp_path: Path, seat: Path) -> None:
    (tmp_path / "stranger").mkdir()
    stranger = SmallOffice(tmp_path / "stranger")
    drop = stranger.publish(stranger.found(), "drop", FILES)
    before = everything_in(seat)
    with refused(ContentRefused, place="1.root.json"):
        TrustStore.update(seat, drop, now=NOW)
    (drop / "metadata" / "1.root.json").unlink()
    with refused(ThresholdRefused, place="timestamp.json"):
        TrustStore.update(seat, drop, now=NOW)
    assert everything_in(seat) == before


METADATA = ["1.root.json", "timestamp.json", "snapshot.json", "targets.json", "drop.json"]


@pytest.mark.parametrize("name", METADATA)
def test_no_byte_of_the_metadata_can_change(
    office: SmallOffice, repository: TrustRepository, seat: Path, name: str
) -> None:
    drop = office.publish(repository, "drop", FILES)
    path = drop / "metadata" / name
    good = path.read_bytes()
    before = everything_in(seat)
    for position in range(0, len(good), max(1, len(good) // 60)):
        damaged = bytearray(good)
        damaged[position] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(Refused):
            TrustStore.update(seat, drop, now=NOW)
    assert everything_in(seat) == before
    path.write_bytes(good)
    TrustStore.update(seat, drop, now=NOW)
    # A drop that is known already is looked at just as closely.
    for position in range(0, len(good), max(1, len(good) // 20)):
        damaged = bytearray(good)
        damaged[position] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(Refused):
            TrustStore.update(seat, drop, now=NOW)


@pytest.mark.parametrize("name", METADATA[1:])
def test_metadata_cannot_be_missing(office: SmallOffice, repository: TrustRepository, seat: Path, name: str) -> None:
    drop = office.publish(repository, "drop", FILES)
    (drop / "metadata" / name).unlink()
    with refused(ContentRefused, place=name):
        TrustStore.update(seat, drop, now=NOW)


@pytest.mark.parametrize("name", METADATA[1:])
def test_metadata_of_two_drops_cannot_be_mixed(
    office: SmallOffice, repository: TrustRepository, seat: Path, name: str
) -> None:
    old, new = office.publish(repository, "old", {}), office.publish(repository, "new", FILES)
    shutil.copy(old / "metadata" / name, new / "metadata" / name)
    if name == "targets.json":
        TrustStore.update(seat, new, now=NOW)
    else:
        with refused(ContentRefused):
            TrustStore.update(seat, new, now=NOW)


def test_a_folder_that_is_no_drop_is_refused(tmp_path: Path, seat: Path) -> None:
    for folder in (tmp_path / "nothing", tmp_path):
        with refused(ContentRefused):
            TrustStore.update(seat, folder, now=NOW)


@pytest.fixture
def mebibytes(office: SmallOffice, repository: TrustRepository, seat: Path) -> tuple[Path, Path]:
    drop = office.publish(repository, "drop", {"big": b"\x00" * (2 * files_of.BLOCK_BYTES), "small": b"x"})
    return drop, drop / "targets" / "big"


DAMAGES: list[Callable[[bytes], bytes]] = [
    lambda content: content[:-1],
    lambda content: content + b"\x00",
    lambda content: content + bytes(files_of.BLOCK_BYTES),
    lambda content: content[:0],
    lambda content: b"\x01" + content[1:],
    lambda content: content[:-1] + b"\x01",
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_last_piece_of_a_damaged_file_never_comes(
    mebibytes: tuple[Path, Path], seat: Path, damage: Callable[[bytes], bytes]
) -> None:
    drop, target = mebibytes
    contents = TrustStore.update(seat, drop, now=NOW)
    content = target.read_bytes()
    target.write_bytes(damage(content))
    came = 0
    with refused(ContentRefused, place="big"):
        for piece in open_target(drop, contents, "big"):
            came += len(piece)
    assert came < len(content)


def test_small_files_are_read_whole_and_bounded(mebibytes: tuple[Path, Path], seat: Path) -> None:
    drop, target = mebibytes
    contents = TrustStore.update(seat, drop, now=NOW)
    assert read_target(drop, contents, "small", max_bytes=1) == b"x"
    with refused(FormRefused, place="big"):
        read_target(drop, contents, "big", max_bytes=1000)
    with refused(ContentRefused, place="other"):
        read_target(drop, contents, "other", max_bytes=1)
    target.unlink()
    with refused(ContentRefused, place="big"):
        read_target(drop, contents, "big", max_bytes=10**7)


def test_revocations_come_with_a_drop_and_stay(office: SmallOffice, repository: TrustRepository, seat: Path) -> None:
    revoked = office.revoke(4, key_ids=frozenset({office.officers[0].public_key.keyid}), site_ids=frozenset({"porto"}))
    contents = TrustStore.update(seat, office.publish(repository, "1", {"revocations.json": revoked}), now=NOW)
    assert contents.trust.revocations.number == 4
    with refused(RevokedRefused):
        contents.trust.revocations.refuse_site("porto", place="x")
    signed = dsse.sign(b"{}", PayloadType.RELEASE, office.officers)
    envelope = dsse.read_envelope(signed, place="x", max_bytes=10_000)
    with refused(RevokedRefused):
        dsse.verify(envelope, PayloadType.RELEASE, contents.trust.keys(Role.RELEASES), place="x")
    # A later drop without the list leaves it in force.
    later = TrustStore.update(seat, office.publish(repository, "2", {}), now=NOW).trust
    assert later.revocations == contents.trust.revocations
    assert TrustStore.load(seat, now=NOW) == later


def test_the_time_of_revocations_is_a_time_that_is_over(
    office: SmallOffice, repository: TrustRepository, seat: Path
) -> None:
    for number, issued in ((1, NOW + 99), (2, NOW - 99)):
        revoked = write_revocations(Revocations(number=number, issued_utc_ms=issued), [office.security])
        drop = office.publish(repository, str(number), {"revocations.json": revoked}, now=NOW)
        assert TrustStore.update(seat, drop, now=NOW).trust.signed_time_utc_ms == max(NOW, issued)


def test_revocations_with_a_lower_number_are_refused(
    office: SmallOffice, repository: TrustRepository, seat: Path
) -> None:
    TrustStore.update(seat, office.publish(repository, "1", {"revocations.json": office.revoke(4)}), now=NOW)
    for name, document in (("2", office.revoke(3)), ("3", office.revoke(4, site_ids=frozenset({"x"})))):
        with refused(OlderRefused, place="revocations.json"):
            TrustStore.update(seat, office.publish(repository, name, {"revocations.json": document}), now=NOW)
    assert TrustStore.load(seat, now=NOW).timestamp_version == 2
    again = office.publish(repository, "4", {"revocations.json": office.revoke(4)})
    assert TrustStore.update(seat, again, now=NOW).trust.revocations.number == 4


def test_revocations_by_somebody_else_are_refused_with_the_whole_drop(
    tmp_path: Path, office: SmallOffice, repository: TrustRepository, seat: Path
) -> None:
    drop = office.publish(repository, "1", {"revocations.json": SmallOffice(tmp_path).revoke(1)})
    with refused(ThresholdRefused, place="revocations.json"):
        TrustStore.update(seat, drop, now=NOW)
    with refused(ThresholdRefused):
        TrustStore.load(seat, now=NOW)


def test_a_revoked_key_does_not_sign_the_next_revocations(
    office: SmallOffice, repository: TrustRepository, seat: Path
) -> None:
    suicide = office.revoke(1, key_ids=frozenset({office.security.public_key.keyid}))
    TrustStore.update(seat, office.publish(repository, "1", {"revocations.json": suicide}), now=NOW)
    with refused(RevokedRefused, place="revocations.json"):
        TrustStore.update(seat, office.publish(repository, "2", {"revocations.json": office.revoke(2)}), now=NOW)


def test_roles_are_replaced_by_a_drop(
    tmp_path: Path, office: SmallOffice, repository: TrustRepository, seat: Path
) -> None:
    TrustStore.update(seat, office.publish(repository, "1", {"revocations.json": office.revoke(1)}), now=NOW)
    new = replace(office, officers=SmallOffice(tmp_path).officers)
    repository.replace_roles(new.roles(), targets=office.offline.targets, online=office.online, now=NOW)
    trust = TrustStore.update(seat, office.publish(repository, "2", {}), now=NOW).trust
    assert trust.targets_version == 2
    assert trust.keys(Role.RELEASES).keys == new.roles()[Role.RELEASES].keys
    assert trust.revocations.number == 1


def test_new_signers_of_revocations_have_to_bring_a_list(
    tmp_path: Path, office: SmallOffice, repository: TrustRepository, seat: Path
) -> None:
    TrustStore.update(seat, office.publish(repository, "1", {"revocations.json": office.revoke(1)}), now=NOW)
    new = replace(office, security=SmallOffice(tmp_path).security)
    repository.replace_roles(new.roles(), targets=office.offline.targets, online=office.online, now=NOW)
    with refused(ThresholdRefused, place="revocations.json"):
        TrustStore.update(seat, office.publish(repository, "2", {}), now=NOW)
    brought = office.publish(repository, "3", {"revocations.json": new.revoke(2)})
    assert TrustStore.update(seat, brought, now=NOW).trust.revocations.number == 2


def test_a_new_root_is_followed_over_several_numbers(
    office: SmallOffice, repository: TrustRepository, seat: Path
) -> None:
    TrustStore.update(seat, office.publish(repository, "1", {}), now=NOW)
    for _ in range(2):
        new = new_offline_keys()
        repository.replace_root(new, old_root=office.offline.root, online=office.online, now=NOW)
        repository.replace_roles(office.roles(), targets=new.targets, online=office.online, now=NOW)
        office.offline = new
    drop = office.publish(repository, "2", FILES)
    trust = TrustStore.update(seat, drop, now=NOW).trust
    assert trust.root_version == 3
    assert TrustStore.load(seat, now=NOW) == trust
    assert TrustStore.update(seat, drop, now=NOW).trust == trust
    assert TrustStore.load(seat, now=NOW) == trust, "the roots on the way are kept"


def test_a_root_left_out_is_noticed(office: SmallOffice, repository: TrustRepository, seat: Path) -> None:
    for _ in range(2):
        online = new_online_keys()
        repository.replace_root(office.offline, old_root=office.offline.root, online=online, now=NOW)
        repository.replace_roles(office.roles(), targets=office.offline.targets, online=online, now=NOW)
        office.online = online
    drop = office.publish(repository, "drop", {})
    (drop / "metadata" / "2.root.json").unlink()
    with refused(ThresholdRefused, place="timestamp.json"):
        TrustStore.update(seat, drop, now=NOW)


def test_keys_that_a_root_has_replaced_are_not_believed_again(
    tmp_path: Path, office: SmallOffice, repository: TrustRepository, seat: Path
) -> None:
    """Whoever stole the online keys leaves out the root that took them away."""
    shutil.copytree(tmp_path / "office", tmp_path / "stolen")
    stolen, theirs = replace(office), TrustRepository(tmp_path / "stolen")
    office.online = new_online_keys()
    repository.replace_root(office.offline, old_root=office.offline.root, online=office.online, now=NOW)
    repository.replace_roles(office.roles(), targets=office.offline.targets, online=office.online, now=NOW)
    trust = TrustStore.update(seat, office.publish(repository, "1", {}), now=NOW).trust
    assert trust.root_version == 2
    for name in ("2", "3", "4"):
        drop = stolen.publish(theirs, name, FILES)
    with refused(ThresholdRefused, place="timestamp.json"):
        TrustStore.update(seat, drop, now=NOW)
    assert TrustStore.load(seat, now=NOW) == trust


def test_a_root_by_strangers_is_refused(
    tmp_path: Path, office: SmallOffice, repository: TrustRepository, seat: Path
) -> None:
    TrustStore.update(seat, office.publish(repository, "1", {}), now=NOW)
    (tmp_path / "stranger").mkdir()
    stranger = SmallOffice(tmp_path / "stranger")
    theirs = stranger.found()
    theirs.replace_root(stranger.offline, old_root=stranger.offline.root, online=stranger.online, now=NOW)
    drop = office.publish(repository, "2", {})
    shutil.copy(tmp_path / "stranger" / "office" / "2.root.json", drop / "metadata" / "2.root.json")
    with refused(ThresholdRefused, place="2.root.json"):
        TrustStore.update(seat, drop, now=NOW)


def test_a_new_machine_pins_the_newest_root_and_need_not_know_the_keys_before(
    tmp_path: Path, office: SmallOffice, repository: TrustRepository
) -> None:
    new = new_offline_keys()
    repository.replace_root(new, old_root=office.offline.root, online=office.online, now=NOW)
    repository.replace_roles(office.roles(), targets=new.targets, online=office.online, now=NOW)
    TrustStore.create(tmp_path / "late", repository.root_bytes)
    trust = TrustStore.update(tmp_path / "late", office.publish(repository, "1", FILES), now=NOW).trust
    assert trust.root_version == 2
    assert TrustStore.load(tmp_path / "late", now=NOW) == trust


@pytest.mark.parametrize("broken", ["current", "root.json", "timestamp.json", "targets.json", "drop.json"])
def test_a_damaged_trust_folder_is_refused(
    office: SmallOffice, repository: TrustRepository, seat: Path, broken: str
) -> None:
    TrustStore.update(seat, office.publish(repository, "drop", FILES), now=NOW)
    path = next(iter(seat.rglob(broken)))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(Refused):
        TrustStore.load(seat, now=NOW)


def test_what_was_accepted_lies_in_the_trust_folder_and_nowhere_else(
    office: SmallOffice, repository: TrustRepository, seat: Path
) -> None:
    """An older state of the same office verifies as well, so it may not be named from a place anybody can fill."""
    TrustStore.update(seat, office.publish(repository, "1", FILES), now=NOW)
    (accepted,) = seat.glob("accepted-*")
    shutil.copytree(accepted, seat.parent / accepted.name)
    for name in (f"../{accepted.name}", str(seat.parent / accepted.name), f"{accepted.name}/", f"./{accepted.name}"):
        (seat / "current").write_text(name, encoding="ascii")
        with refused(FormRefused, place="trust/current"):
            TrustStore.load(seat, now=NOW)


@pytest.mark.parametrize("name", METADATA[1:])
def test_what_was_accepted_cannot_lose_a_part(
    office: SmallOffice, repository: TrustRepository, seat: Path, name: str
) -> None:
    TrustStore.update(seat, office.publish(repository, "1", FILES), now=NOW)
    next(iter(seat.rglob(name))).unlink()
    with refused(ContentRefused, place=f"trust/{name}"):
        TrustStore.load(seat, now=NOW)


def test_what_a_power_cut_left_beside_what_was_accepted_is_passed_over(
    office: SmallOffice, repository: TrustRepository, seat: Path
) -> None:
    drop = office.publish(repository, "1", FILES)
    trust = TrustStore.update(seat, drop, now=NOW).trust
    (accepted,) = seat.glob("accepted-*")
    for name in (".incoming-x1y2", "other.json", "01.root.json", "1.root.json.bak"):
        (accepted / name).write_bytes(b"half")
    assert TrustStore.load(seat, now=NOW) == trust
    assert TrustStore.update(seat, drop, now=NOW).trust == trust


def test_no_more_roots_are_read_than_any_office_makes(
    office: SmallOffice, repository: TrustRepository, seat: Path
) -> None:
    drop = office.publish(repository, "1", FILES)
    for version in range(2, metadata.MAX_ROOTS + 50):
        (drop / "metadata" / metadata.root_name(version)).write_bytes(b"{}")
    incoming = store._read_drop(drop, {"1.root.json": repository.root_bytes})
    assert len(incoming) == len(metadata.CURRENT_NAMES) + metadata.MAX_ROOTS
    with refused(FormRefused):
        TrustStore.update(seat, drop, now=NOW)


@pytest.mark.parametrize("survivors", range(9))
def test_a_power_cut_while_swapping_leaves_the_old_or_the_new(
    office: SmallOffice, repository: TrustRepository, seat: Path, monkeypatch: pytest.MonkeyPatch, survivors: int
) -> None:
    old = TrustStore.update(seat, office.publish(repository, "1", {"revocations.json": office.revoke(1)}), now=NOW)
    drop = office.publish(repository, "2", FILES)
    write, left = files_of.write_durably, [survivors]

    def cut(path: Path, content: bytes) -> None:
        if not left[0]:
            raise OSError(5, "Input/output error")
        left[0] -= 1
        write(path, content)

    monkeypatch.setattr(files_of, "write_durably", cut)
    try:
        TrustStore.update(seat, drop, now=NOW)
    except OSError:
        assert TrustStore.load(seat, now=NOW) == old.trust
    else:
        assert TrustStore.load(seat, now=NOW).timestamp_version == 3
    monkeypatch.setattr(files_of, "write_durably", write)
    assert TrustStore.update(seat, drop, now=NOW).trust.timestamp_version == 3
    assert len(list(seat.glob("accepted-*"))) == 1


@pytest.mark.parametrize("bad", [b"", b"{}", b'{"signatures":[],"signed":{}}', b"\xff"])
def test_only_root_metadata_can_be_pinned(tmp_path: Path, bad: bytes) -> None:
    with pytest.raises(Refused):
        TrustStore.create(tmp_path / "seat", bad)
    assert not (tmp_path / "seat").exists()


@pytest.mark.parametrize("name", ["timestamp.json", "snapshot.json", "targets.json", "drop.json"])
def test_other_metadata_of_the_same_office_cannot_be_pinned(
    name: str, tmp_path: Path, office: SmallOffice, repository: TrustRepository
) -> None:
    drop = office.publish(repository, "drop", FILES)
    with refused(FormRefused, place="trusted root"):
        TrustStore.create(tmp_path / "late", (drop / "metadata" / name).read_bytes())
    assert not (tmp_path / "late").exists()


def test_a_trust_folder_is_not_made_over_another(seat: Path, repository: TrustRepository) -> None:
    with pytest.raises(FileExistsError):
        TrustStore.create(seat, repository.root_bytes)
