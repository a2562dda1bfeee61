import contextlib
import errno
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from signing import canonical
from signing.errors import FormRefused, Refused, ThresholdRefused
from signing.keys import KeySet
from signing.trust import Role, TrustRepository, TrustStore
from signing.trust import folder as files_of
from signing.trust.metadata import CURRENT_NAMES
from tests.signing.refusals import refused
from tests.signing.trust.small_office import NOW, SmallOffice, key_set, new_online_keys

Roles = dict[Role, KeySet]


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def test_numbers_go_up_and_survive_a_restart(tmp_path: Path, office: SmallOffice) -> None:
    office.publish(office.found(), "1", {})
    office.publish(TrustRepository(tmp_path / "office"), "2", {})
    assert TrustRepository(tmp_path / "office").trust(now=NOW).timestamp_version == 3


def test_a_drop_is_complete_and_in_one_encoding(office: SmallOffice) -> None:
    repository = office.found()
    repository.replace_root(office.offline, old_root=office.offline.root, online=office.online, now=NOW)
    drop = office.publish(repository, "drop", {"a/b": b"x"})
    names = {str(path.relative_to(drop)) for path in drop.rglob("*") if path.is_file()}
    metadata = {"1.root.json", "2.root.json", "timestamp.json", "snapshot.json", "targets.json", "drop.json"}
    assert names == {f"metadata/{name}" for name in metadata} | {"targets/a/b"}
    for name in metadata:
        content = (drop / "metadata" / name).read_bytes()
        assert canonical.encode(canonical.decode(content, place=name, max_bytes=10**6)) == content


def test_the_same_content_under_another_time_is_another_drop(office: SmallOffice) -> None:
    repository = office.found()
    first = office.publish(repository, "1", {"a": b"x"}, now=NOW)
    second = office.publish(repository, "2", {"a": b"x"}, now=NOW + 1)
    assert (first / "targets/a").read_bytes() == (second / "targets/a").read_bytes()
    assert (first / "metadata/timestamp.json").read_bytes() != (second / "metadata/timestamp.json").read_bytes()


def without(role: Role) -> Callable[[SmallOffice], Roles]:
    return lambda office: {name: keys for name, keys in office.roles().items() if name is not role}


BAD_ROLES: list[Callable[[SmallOffice], Roles]] = [
    *(without(role) for role in Role),
    lambda office: {**office.roles(), Role.EXAMS: key_set(office.publisher, office.sponsor, threshold=1)},
    lambda office: {**office.roles(), Role.RELEASES: key_set(*office.officers, threshold=1)},
    lambda office: {**office.roles(), Role.RECEIPTS: key_set(office.scoring, threshold=1)},
    lambda office: {**office.roles(), Role.RECEIPTS: key_set(office.scoring, office.publisher, threshold=2)},
    lambda office: {**office.roles(), Role.ROSTERS: key_set(office.registrar, threshold=1)},
    lambda office: {**office.roles(), Role.ROSTERS: key_set(office.offline.root[0], threshold=1)},
    lambda office: {**office.roles(), Role.ROSTERS: key_set(office.online.drop, threshold=1)},
]


@pytest.mark.parametrize("bad", BAD_ROLES)
def test_roles_nobody_would_accept_are_not_signed(office: SmallOffice, bad: Callable[[SmallOffice], Roles]) -> None:
    with refused(FormRefused):
        office.found(roles=bad(office))
    assert not list((office.folder / "office").iterdir())


def test_a_root_with_too_few_signers_is_not_kept(office: SmallOffice) -> None:
    office.offline = replace(office.offline, root=office.offline.root[:1])
    with pytest.raises((Refused, ValueError)):
        office.found()


@pytest.mark.parametrize("path", ["../a", "a b", "NUL", "/etc/passwd"])
def test_paths_that_are_not_portable_are_not_published(office: SmallOffice, path: str) -> None:
    with refused(FormRefused):
        office.publish(office.found(), "drop", {path: b"x"})
    assert not (office.folder / "drop").exists()


def test_paths_that_clash_are_not_published(office: SmallOffice) -> None:
    with refused(FormRefused):
        office.publish(office.found(), "drop", {"a": b"x", "A": b"y"})


def test_a_drop_is_not_written_over_another(office: SmallOffice) -> None:
    repository = office.found()
    office.publish(repository, "drop", {})
    with pytest.raises(FileExistsError):
        office.publish(repository, "drop", {})


def test_a_drop_is_not_written_into_a_folder_with_something_in_it(office: SmallOffice) -> None:
    repository = office.found()
    (office.folder / "drop" / "targets").mkdir(parents=True)
    (office.folder / "drop" / "targets" / "somebodys").write_bytes(b"x")
    with pytest.raises(FileExistsError):
        office.publish(repository, "drop", {})
    assert (office.folder / "drop" / "targets" / "somebodys").read_bytes() == b"x"


def test_a_drop_that_no_seat_would_accept_is_not_kept_and_not_sent(tmp_path: Path, office: SmallOffice) -> None:
    repository, rightly = office.found(), office.online
    office.online = new_online_keys()  # of another root
    with refused(ThresholdRefused):
        office.publish(repository, "drop", {"a": b"x"})
    assert not list((tmp_path / "drop").rglob("*.json"))
    office.online = rightly
    assert TrustRepository(tmp_path / "office").trust(now=NOW).timestamp_version == 1
    office.publish(TrustRepository(tmp_path / "office"), "drop", {"a": b"x"})


def test_roles_that_no_seat_would_accept_are_not_signed_later_either(tmp_path: Path, office: SmallOffice) -> None:
    repository = office.found()
    bad = {**office.roles(), Role.RELEASES: key_set(*office.officers, threshold=1)}
    with refused(FormRefused):
        repository.replace_roles(bad, targets=office.offline.targets, online=office.online, now=NOW)
    assert TrustRepository(tmp_path / "office").trust(now=NOW).targets_version == 1


def test_what_could_not_be_written_wholly_is_taken_away_and_can_be_repeated(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = office.found()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space") as failed:
            office.publish(repository, "drop", {"a/b": b"x"})
    assert failed.value.filename is not None
    assert failed.value.filename.endswith("b")
    office.publish(repository, "drop", {"a/b": b"x"})


def full(handle: int) -> None:
    """There is room for names, and for no content."""
    if stat.S_ISREG(os.fstat(handle).st_mode):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("survivors", range(6))
@pytest.mark.parametrize("what", ["drop", "roles"])
def test_an_office_that_lost_power_while_it_wrote_goes_on(
    tmp_path: Path, office: SmallOffice, monkeypatch: pytest.MonkeyPatch, survivors: int, what: str
) -> None:
    """Its metadata name one another: half of them new and half of them old, it would believe nobody, itself included."""
    repository = office.found()
    TrustStore.create(tmp_path / "seat", repository.root_bytes)
    TrustStore.update(tmp_path / "seat", office.publish(repository, "1", {}), now=NOW)
    before, left, write = repository.trust(now=NOW), [survivors], files_of.write_durably

    def cut(path: Path, content: bytes) -> None:
        if not left[0]:
            raise OSError(errno.EIO, "Input/output error")
        left[0] -= 1
        write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(files_of, "write_durably", cut)
        with contextlib.suppress(OSError):
            if what == "roles":
                repository.replace_roles(
                    office.roles(), targets=office.offline.targets, online=office.online, now=NOW + 1
                )
            else:
                office.publish(repository, "2", {}, now=NOW + 1)
    again = TrustRepository(tmp_path / "office")
    trust = again.trust(now=NOW)
    step = min(survivors, 1)  # the first write says what all of them will be
    assert trust.timestamp_version == before.timestamp_version + step
    assert trust.targets_version == before.targets_version + (step if what == "roles" else 0)
    drop = office.publish(again, "3", {}, now=NOW + 2)
    believed = TrustStore.update(tmp_path / "seat", drop, now=NOW).trust
    assert believed == again.trust(now=NOW) == TrustRepository(tmp_path / "office").trust(now=NOW)
    assert believed.timestamp_version == trust.timestamp_version + 1
    assert sorted(path.name for path in (tmp_path / "office").iterdir()) == sorted(["1.root.json", *CURRENT_NAMES])


def test_an_office_is_not_founded_over_another(office: SmallOffice) -> None:
    office.found()
    with pytest.raises(FileExistsError):
        office.found()


def test_an_interrupted_drop_gives_its_number_to_no_other(
    tmp_path: Path, office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = office.found()

    def fail(folder: Path, files: object) -> None:
        raise OSError(28, "No space left on device")

    write = files_of.write_new_folder
    monkeypatch.setattr(files_of, "write_new_folder", fail)
    with pytest.raises(OSError, match="No space"):
        office.publish(repository, "1", {})
    monkeypatch.setattr(files_of, "write_new_folder", write)
    TrustStore.create(tmp_path / "seat", repository.root_bytes)
    drop = office.publish(TrustRepository(tmp_path / "office"), "2", {})
    assert TrustStore.update(tmp_path / "seat", drop, now=NOW).trust.timestamp_version == 3
