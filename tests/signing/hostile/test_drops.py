"""Drops by whoever had the stick on the way, by another office, and by those who hold a key they should not.

A drop is a folder: besides what it says, what lies in it may be no file at all.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from signing.errors import (
    ContentRefused,
    ExpiredRefused,
    FormRefused,
    OlderRefused,
    Refused,
    SignatureRefused,
    ThresholdRefused,
)
from signing.labels import PayloadType
from signing.trust import Role, TrustStore, read_target, store
from signing.trust.revocations import TARGET_PATH
from tests.signing.hostile.forged_drops import (
    FILES,
    REVOKED,
    Scene,
    a_field_in_a_signature,
    a_null_that_no_signature_covers,
    a_role_is_called_a_number,
    filled,
    fitted,
    foreign_revocations,
    instead_of,
    link_to,
    listing,
    many_signatures,
    mixed,
    new_root,
    no_folder_is_given,
    nobody_receives,
    of_so_many,
    older_revocations,
    one_key_as_two,
    one_officer_is_enough,
    padded_root,
    put,
    releases_get_a_path_nobody_looks_for,
    releases_get_paths,
    renamed,
    roles,
    roles_by_number,
    root_that_a_stranger_signs_too,
    root_with_a_broken_signature,
    signature_in_its_other_form,
    signatures_in_another_order,
    signed_by_another_role,
    stripped,
    take,
    target,
    the_drop_lists_nothing,
    the_publisher_releases,
    the_publishing_service_counts_twice,
    the_targets_keys_list_a_file,
    who_dates_drops_registers,
    who_lists_files_receives,
    whole,
)
from tests.signing.refusals import refused
from tests.signing.trust.small_office import DAY_MS, NOW, SmallOffice


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("drops")
    office, stranger = SmallOffice(folder), SmallOffice(folder / "strangers")
    repository = office.found()
    for number, name in enumerate(("first", "second", "third"), start=1):
        files = {**FILES, TARGET_PATH: office.revoke(number, site_ids=REVOKED if number > 1 else frozenset())}
        office.publish(repository, name, files, now=NOW + number)
    stranger.folder.mkdir()
    stranger.publish(stranger.found(), "drop", {**FILES, TARGET_PATH: stranger.revoke(9)}, now=NOW + 9)
    TrustStore.create(folder / "seat", repository.root_bytes)
    TrustStore.update(folder / "seat", folder / "second", now=NOW + 2)
    return Scene(folder, office, repository, stranger)


# -- attacks ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class DropAttack:
    """A drop that was tampered with; ``later_ms``: when it is imported, after the other drops were published."""

    name: str
    forge: Callable[[Path, Scene], object]
    refusal: type[Refused]
    place: str
    says: str
    later_ms: int = 10
    file: str = "drop"


def attack(
    name: str, forge: Callable[[Path, Scene], object], refusal: type[Refused], place: str, says: str, later_ms: int = 10
) -> DropAttack:
    return DropAttack(name=name, forge=forge, refusal=refusal, place=place, says=says, later_ms=later_ms)


NOT_PORTABLE: Final = "lists a path that is not portable"
ATTACKS: Final = [
    attack("an older drop (rollback)", whole("first"), OlderRefused, "timestamp.json", "older"),
    attack("the same drop for ever (freeze)", whole("second"), ExpiredRefused, "snapshot.json", "expired", 40 * DAY_MS),
    attack("another office's drop", whole("strangers/drop"), ContentRefused, "1.root.json", "accepted before"),
    attack("another office's metadata under the office's root",
           mixed("strangers/drop", "timestamp.json", "snapshot.json", "targets.json", "drop.json"),
           ThresholdRefused, "timestamp.json", "a key that is not its role's"),
    attack("an older timestamp in a newer drop", mixed("first", "timestamp.json"), OlderRefused, "timestamp.json", "older"),
    attack("an older snapshot in a newer drop", mixed("first", "snapshot.json"),
           ContentRefused, "snapshot.json", "signed for"),
    attack("an older list in a newer drop", mixed("first", "drop.json"), ContentRefused, "drop.json", "signed for"),
    attack("another office's roles in a drop", mixed("strangers/drop", "targets.json"),
           ContentRefused, "targets.json", "signed for"),
    attack("signatures stripped", stripped, ThresholdRefused, "timestamp.json", "too few keys"),
    attack("signed by another role's key", signed_by_another_role,
           ThresholdRefused, "timestamp.json", "not its role's"),
    attack("an ECDSA signature with the other s", signature_in_its_other_form, FormRefused, "drop.json", "one form"),
    attack("a new root by strangers", new_root(by_old=False), ThresholdRefused, "2.root.json", ""),
    attack("a new root by strangers and one of three", new_root(by_old=True),
           ThresholdRefused, "2.root.json", "too few keys"),
    attack("a root in its place, altered", lambda drop, _: put(drop, "1.root.json", b"{}"),
           ContentRefused, "1.root.json", "accepted before"),
    attack("the root gives one key to two roles, under two key ids", the_publishing_service_counts_twice,
           FormRefused, "root.json.keys", "own id"),
    attack("the signatures of a root in another order", signatures_in_another_order,
           FormRefused, "2.root.json.signatures", "sorted"),
    attack("more signatures than any role has keys", many_signatures,
           FormRefused, "timestamp.json.signatures", "more than 16"),
    attack("a field in a signature that nobody asked for", a_field_in_a_signature,
           FormRefused, "timestamp.json.signatures[0].x-note", "unknown field"),
    attack("a null that no signature covers", a_null_that_no_signature_covers,
           FormRefused, "targets.json", "not the one form"),
    attack("a metadata file of 20 MB", filled("drop.json", 20_000_000), FormRefused, "drop.json", "longer than"),
    attack("a metadata file is missing", instead_of("metadata/snapshot.json", lambda _: None),
           ContentRefused, "snapshot.json", "missing"),
    attack("a folder instead of a metadata file", instead_of("metadata/drop.json", Path.mkdir),
           ContentRefused, "drop.json", "not a file"),
    attack("a pipe instead of a metadata file", instead_of("metadata/drop.json", os.mkfifo),
           ContentRefused, "drop.json", "not a file"),
    attack("an endless device instead of a metadata file", instead_of("metadata/drop.json", link_to("/dev/zero")),
           ContentRefused, "drop.json", "not a file"),
    attack("a link to itself instead of a metadata file", instead_of("metadata/drop.json", link_to("drop.json")),
           ContentRefused, "drop.json", "a link to itself"),
    attack("lists a path that leads out", renamed("../../seat.json"), FormRefused, "drop.json", NOT_PORTABLE),
    attack("lists an absolute path", renamed("/etc/passwd"), FormRefused, "drop.json", NOT_PORTABLE),
    attack("lists a path with backslashes", renamed("exams\\a.exam"), FormRefused, "drop.json", NOT_PORTABLE),
    attack("lists a path on a drive", renamed("C:/a.exam"), FormRefused, "drop.json", NOT_PORTABLE),
    attack("lists a path with NUL", renamed("exams/a.exam\x00.txt"), FormRefused, "drop.json", NOT_PORTABLE),
    attack("lists a device of Windows", renamed("exams/nul.exam"), FormRefused, "drop.json", NOT_PORTABLE),
    attack("lists a path that ends in a dot", renamed("exams/a."), FormRefused, "drop.json", NOT_PORTABLE),
    attack("lists a path that ends in a space", renamed("exams/a "), FormRefused, "drop.json", NOT_PORTABLE),
    attack("lists a path with a letter beyond ASCII", renamed("exams/é"), FormRefused, "drop.json", NOT_PORTABLE),
    attack("lists a path of a thousand characters", renamed("a" * 1000), FormRefused, "drop.json", "too long"),
    attack("lists two paths that differ in capitals", renamed("exams/A.exam"), FormRefused, "drop.json", "twice"),
    attack("lists a path that is a file and a folder", renamed("exams/a.exam/b"),
           FormRefused, "drop.json", "file and a folder"),
    attack("lists ten thousand and one files", of_so_many(10_001), FormRefused, "drop.json", "more than 10000"),
    attack("lists a file without its SHA-256",
           listing(lambda targets: targets["exams/a.exam"].update(hashes={"md5": "0" * 32})),
           FormRefused, "drop.json.exams/a.exam", "without exactly its SHA-256"),
    attack("lists a file with a second digest",
           listing(lambda targets: targets["exams/a.exam"]["hashes"].update(sha512="0" * 128)),
           FormRefused, "drop.json.exams/a.exam", "without exactly its SHA-256"),
    attack("lists a file with half a SHA-256",
           listing(lambda targets: targets["exams/a.exam"].update(hashes={"sha256": "0" * 32})),
           FormRefused, "drop.json.exams/a.exam", "without exactly its SHA-256"),
    attack("lists a file whose SHA-256 is a number",
           listing(lambda targets: targets["exams/a.exam"].update(hashes={"sha256": 7})),
           FormRefused, "drop.json", "not metadata"),
    attack("lists a path that the role has not been given", roles(no_folder_is_given),
           FormRefused, "drop.json.exams/a.exam", "has not been given"),
    attack("the keys that name the roles list files, too", the_targets_keys_list_a_file,
           FormRefused, "targets.json", "does not consist of the roles"),
    attack("roles by number instead of name", roles(roles_by_number),
           FormRefused, "targets.json", "not metadata that belong here"),
    attack("one officer is enough from now on", roles(one_officer_is_enough),
           FormRefused, "targets.json", "too few keys of the role releases"),
    attack("the publisher becomes a release officer", roles(the_publisher_releases),
           FormRefused, "targets.json", "one key to the roles"),
    attack("the key that lists the files receives results, too", roles(who_lists_files_receives),
           FormRefused, "targets.json", "one key to the roles receipts and drop"),
    attack("the key that dates the drops registers sites, too", roles(who_dates_drops_registers),
           FormRefused, "targets.json", "one key to the roles registrar and timestamp"),
    attack("an officer counts twice under two key ids", roles(one_key_as_two),
           FormRefused, "targets.json.delegations.keys", "own id"),
    attack("a role of stand-alone files gets paths", roles(releases_get_paths),
           FormRefused, "targets.json", "not metadata that belong here"),
    attack("a role of stand-alone files gets paths of its own", roles(releases_get_a_path_nobody_looks_for),
           FormRefused, "targets.json", "gives paths to the role releases"),
    attack("the role that lists the files has no path", roles(the_drop_lists_nothing),
           FormRefused, "targets.json", "does not give the role drop its paths"),
    attack("a role is called by a number", roles(a_role_is_called_a_number),
           FormRefused, "targets.json", "not metadata that belong here"),
    attack("a role is gone", roles(nobody_receives), FormRefused, "targets.json", "does not name the role receipts"),
    attack("older revocations in a newer drop", older_revocations, OlderRefused, TARGET_PATH, "older than the revocations"),
    attack("revocations by strangers", foreign_revocations,
           ThresholdRefused, f"{TARGET_PATH}.signatures[0]", "may not sign"),
]  # fmt: skip


def everything_in(folder: Path) -> Mapping[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("attack", ATTACKS, ids=[each.name for each in ATTACKS])
def test_refused_and_nothing_believed(attack: DropAttack, scene: Scene, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    shutil.copytree(scene.drop("third"), drop)
    attack.forge(drop, scene)
    before = everything_in(scene.folder / "seat")
    with pytest.raises(Refused) as caught:
        TrustStore.update(scene.folder / "seat", drop, now=NOW + attack.later_ms)
    assert type(caught.value) is attack.refusal, str(caught.value)
    assert caught.value.layer is attack.refusal.layer
    assert (caught.value.place, attack.says in caught.value.message) == (attack.place, True), str(caught.value)
    assert everything_in(scene.folder / "seat") == before


def test_what_is_forged_from_is_good(scene: Scene, tmp_path: Path) -> None:
    shutil.copytree(scene.folder / "seat", tmp_path / "seat")
    shutil.copytree(scene.drop("third"), tmp_path / "drop")
    fitted(tmp_path / "drop", scene.office)
    trust = TrustStore.update(tmp_path / "seat", tmp_path / "drop", now=NOW + 10).trust
    assert trust.revocations.site_ids == REVOKED


ROOT_ATTACKS: Final = [
    attack("a root of half a megabyte", padded_root, FormRefused, "trusted root", "longer than"),
    attack("a first root that a stranger has signed, too", root_that_a_stranger_signs_too,
           ThresholdRefused, "trusted root", "not its role's"),
    attack("a root one of whose own signatures does not verify", root_with_a_broken_signature,
           SignatureRefused, "trusted root", "does not verify"),
]  # fmt: skip


@pytest.mark.parametrize("attack", ROOT_ATTACKS, ids=[each.name for each in ROOT_ATTACKS])
def test_a_forged_root_is_not_pinned(attack: DropAttack, scene: Scene, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    shutil.copytree(scene.drop("third"), drop)
    attack.forge(drop, scene)
    with pytest.raises(Refused) as caught:
        TrustStore.create(tmp_path / "seat", (drop / "metadata" / "1.root.json").read_bytes())
    assert type(caught.value) is attack.refusal, str(caught.value)
    assert (caught.value.place, attack.says in caught.value.message) == (attack.place, True), str(caught.value)
    assert not (tmp_path / "seat").exists()


TARGET_ATTACKS: Final = [
    attack("a listed file altered", lambda drop, _: target(drop).write_bytes(b"roster".upper()),
           ContentRefused, "", "signed for"),
    attack("a listed file cut", lambda drop, _: target(drop).write_bytes(b"roste"), ContentRefused, "", "signed for"),
    attack("bytes behind a listed file", lambda drop, _: target(drop).write_bytes(b"roster\x00"),
           ContentRefused, "", "signed for"),
    attack("a listed file is a folder", instead_of("targets/rosters/berlin.roster", Path.mkdir),
           ContentRefused, "", "not a file"),
    attack("a listed file is a pipe", instead_of("targets/rosters/berlin.roster", os.mkfifo),
           ContentRefused, "", "not a file"),
    attack("a listed file is an endless device", instead_of("targets/rosters/berlin.roster", link_to("/dev/zero")),
           ContentRefused, "", "not a file"),
    attack("a listed file is a link to itself", instead_of("targets/rosters/berlin.roster", link_to("berlin.roster")),
           ContentRefused, "", "a link to itself"),
    attack("a listed file is missing", lambda drop, _: target(drop).unlink(), ContentRefused, "", "missing"),
]  # fmt: skip


@pytest.mark.parametrize("attack", TARGET_ATTACKS, ids=[each.name for each in TARGET_ATTACKS])
def test_a_false_file_of_a_good_drop_is_never_given_out(attack: DropAttack, scene: Scene, tmp_path: Path) -> None:
    shutil.copytree(scene.folder / "seat", tmp_path / "seat")
    drop = tmp_path / "drop"
    shutil.copytree(scene.drop("third"), drop)
    contents = TrustStore.update(tmp_path / "seat", drop, now=NOW + 10)
    attack.forge(drop, scene)
    with pytest.raises(Refused) as caught:
        read_target(drop, contents, "rosters/berlin.roster", max_bytes=1000)
    assert type(caught.value) is attack.refusal, str(caught.value)
    assert caught.value.place == "rosters/berlin.roster"
    assert attack.says in caught.value.message


def test_a_drop_of_ten_thousand_files_is_taken(scene: Scene, tmp_path: Path) -> None:
    shutil.copytree(scene.folder / "seat", tmp_path / "seat")
    shutil.copytree(scene.drop("third"), tmp_path / "drop")
    of_so_many(10_000)(tmp_path / "drop", scene)
    assert len(TrustStore.update(tmp_path / "seat", tmp_path / "drop", now=NOW + 10).files) == 10_000


@pytest.mark.parametrize("by", [-1, 1, 1_000])
def test_a_file_of_another_length_than_listed_is_never_given_out(by: int, scene: Scene, tmp_path: Path) -> None:
    """Also where its digest is the one that is listed: whoever holds the online keys may say anything of a file."""
    shutil.copytree(scene.folder / "seat", tmp_path / "seat")
    drop = tmp_path / "drop"
    shutil.copytree(scene.drop("third"), drop)
    held = target(drop).read_bytes()
    told = {"hashes": {"sha256": hashlib.sha256(held[: len(held) + min(by, 0)]).hexdigest()}, "length": len(held) + by}
    listing(lambda targets: targets.update({"rosters/berlin.roster": told}))(drop, scene)
    contents = TrustStore.update(tmp_path / "seat", drop, now=NOW + 10)
    with refused(ContentRefused, place="rosters/berlin.roster"):
        read_target(drop, contents, "rosters/berlin.roster", max_bytes=5_000)


def test_metadata_that_were_verified_are_those_that_are_kept(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stick gives other metadata the second time: nobody looks a second time."""
    shutil.copytree(scene.folder / "seat", tmp_path / "seat")
    drop = tmp_path / "drop"
    shutil.copytree(scene.drop("third"), drop)
    read = store._read_drop

    def read_and_exchange(drop: Path, roots: Mapping[str, bytes]) -> dict[str, bytes]:
        incoming = read(drop, roots)
        take(drop, scene.stranger.folder / "drop", "timestamp.json", "snapshot.json", "targets.json", "drop.json")
        return incoming

    monkeypatch.setattr(store, "_read_drop", read_and_exchange)
    contents = TrustStore.update(tmp_path / "seat", drop, now=NOW + 10)
    monkeypatch.undo()
    assert contents.trust.keys(Role.RELEASES).keys == scene.office.roles()[Role.RELEASES].keys
    assert TrustStore.load(tmp_path / "seat", now=NOW + 10) == contents.trust
    assert PayloadType.REVOCATIONS in (drop / "targets" / TARGET_PATH).read_text()
