"""Drops by whoever had the stick on the way, by another office, and by those who hold a key they should not.

A drop is a folder: besides what it says, what lies in it may be no file at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from securesystemslib.formats import encode_canonical

from signing import canonical
from signing.errors import ContentRefused, ExpiredRefused, FormRefused, OlderRefused, Refused, ThresholdRefused
from signing.keys import SigningKey, one_signature_form
from signing.labels import PayloadType
from signing.trust import Role, TrustRepository, TrustStore, read_target, store
from signing.trust.revocations import TARGET_PATH
from signing.trust.roles import DROP_ROLE
from tests.signing.trust.small_office import DAY_MS, NOW, SmallOffice

FILES: Final = {"exams/a.exam": b"an exam" * 300, "rosters/berlin.roster": b"roster"}
REVOKED: Final = frozenset({"site-lima"})
Json = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """An office that has published three drops, another office, and a seat that has taken in the second drop."""

    folder: Path
    office: SmallOffice
    repository: TrustRepository
    stranger: SmallOffice

    def drop(self, name: str) -> Path:
        return self.folder / name


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


# -- forging ----------------------------------------------------------------------------------------------------------


def metadata_of(drop: Path, name: str) -> Json:
    value: Json = json.loads((drop / "metadata" / f"{name}.json").read_bytes())
    return value


def signed(value: Json, *keys: SigningKey) -> bytes:
    payload = encode_canonical(value["signed"])
    assert payload is not None
    signatures = [
        {"keyid": key.public_key.keyid,
         "sig": one_signature_form(key.public_key, bytes.fromhex(key.sign(payload.encode()).signature)).hex()}
        for key in sorted(keys, key=lambda key: key.public_key.keyid)
    ]  # fmt: skip
    return canonical.encode({"signatures": signatures, "signed": value["signed"]})


def fitted(drop: Path, office: SmallOffice) -> None:
    """Sign snapshot and timestamp anew over whatever lies there, as somebody can who holds the online keys."""
    snapshot = metadata_of(drop, "snapshot")
    for name in ("targets.json", "drop.json"):
        data = (drop / "metadata" / name).read_bytes()
        meta = snapshot["signed"]["meta"][name]
        meta |= {"length": len(data), "hashes": {"sha256": hashlib.sha256(data).hexdigest()}}
        meta["version"] = json.loads(data)["signed"]["version"]
    put(drop, "snapshot.json", signed(snapshot, office.online.snapshot))
    timestamp = metadata_of(drop, "timestamp")
    data = (drop / "metadata" / "snapshot.json").read_bytes()
    meta = timestamp["signed"]["meta"]["snapshot.json"]
    meta |= {"length": len(data), "hashes": {"sha256": hashlib.sha256(data).hexdigest()}}
    put(drop, "timestamp.json", signed(timestamp, office.online.timestamp))


def put(drop: Path, name: str, data: bytes) -> None:
    (drop / "metadata" / name).write_bytes(data)


def take(drop: Path, source: Path, *names: str) -> None:
    """Mix and match: metadata of one drop into another."""
    for name in names:
        shutil.copyfile(source / "metadata" / name, drop / "metadata" / name)


def listing(change: Callable[[Json], None]) -> Callable[[Path, Scene], object]:
    """What the holder of the online keys may put into a drop's list."""

    def forge(drop: Path, scene: Scene) -> None:
        value = metadata_of(drop, "drop")
        change(value["signed"]["targets"])
        put(drop, "drop.json", signed(value, scene.office.online.drop))
        fitted(drop, scene.office)

    return forge


def renamed(*paths: str) -> Callable[[Path, Scene], object]:
    def change(targets: Json) -> None:
        entry = targets["rosters/berlin.roster"]
        targets.update(dict.fromkeys(paths, entry))

    return listing(change)


def roles(change: Callable[[Json, Scene], None]) -> Callable[[Path, Scene], object]:
    """What the holders of the targets keys may say about roles."""

    def forge(drop: Path, scene: Scene) -> None:
        value = metadata_of(drop, "targets")
        change(value["signed"]["delegations"], scene)
        value["signed"]["version"] += 1
        put(drop, "targets.json", signed(value, *scene.office.offline.targets))
        fitted(drop, scene.office)

    return forge


def role(delegations: Json, name: Role) -> Json:
    found: Json = next(each for each in delegations["roles"] if each["name"] == name.value)
    return found


def one_officer_is_enough(delegations: Json, _: Scene) -> None:
    role(delegations, Role.RELEASES)["threshold"] = 1


def the_publisher_releases(delegations: Json, scene: Scene) -> None:
    releases = role(delegations, Role.RELEASES)
    releases["keyids"][0] = scene.office.publisher.public_key.keyid


def releases_get_paths(delegations: Json, _: Scene) -> None:
    role(delegations, Role.RELEASES)["paths"] = ["*"]


def the_drop_lists_nothing(delegations: Json, _: Scene) -> None:
    next(each for each in delegations["roles"] if each["name"] == DROP_ROLE)["paths"] = []


def a_role_is_called_a_number(delegations: Json, _: Scene) -> None:
    releases = role(delegations, Role.RELEASES)
    releases["name"], releases["paths"] = 7, ["*"]


def nobody_receives(delegations: Json, _: Scene) -> None:
    delegations["roles"] = [each for each in delegations["roles"] if each["name"] != Role.RECEIPTS.value]


def one_key_as_two(delegations: Json, scene: Scene) -> None:
    """The first officer a second time, under an id of its own."""
    key = dict(delegations["keys"][scene.office.officers[0].public_key.keyid])
    delegations["keys"]["0" * 64] = key
    releases = role(delegations, Role.RELEASES)
    releases["keyids"] = ["0" * 64, scene.office.officers[0].public_key.keyid]


def new_root(*, by_old: bool, version: int = 2) -> Callable[[Path, Scene], object]:
    """A root with the stranger's keys; signed by them, and perhaps by one of the office's three."""

    def forge(drop: Path, scene: Scene) -> None:
        value = json.loads((scene.stranger.folder / "drop" / "metadata" / "1.root.json").read_bytes())
        value["signed"]["version"] = version
        old = scene.office.offline.root[:1] if by_old else []
        put(drop, f"{version}.root.json", signed(value, *scene.stranger.offline.root, *old))

    return forge


def instead_of(name: str, make: Callable[[Path], object]) -> Callable[[Path, Scene], object]:
    """Put something that is no file where a file should be."""

    def forge(drop: Path, _: Scene) -> None:
        (drop / name).unlink()
        make(drop / name)

    return forge


def link_to(target: str) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(target)


def older_revocations(drop: Path, scene: Scene) -> None:
    resigned_revocations(drop, scene, scene.office.revoke(1))


def foreign_revocations(drop: Path, scene: Scene) -> None:
    resigned_revocations(drop, scene, scene.stranger.revoke(9))


def resigned_revocations(drop: Path, scene: Scene, data: bytes) -> None:
    (drop / "targets" / TARGET_PATH).write_bytes(data)

    def change(targets: Json) -> None:
        targets[TARGET_PATH] = {"hashes": {"sha256": hashlib.sha256(data).hexdigest()}, "length": len(data)}

    listing(change)(drop, scene)


def whole(name: str) -> Callable[[Path, Scene], object]:
    def forge(drop: Path, scene: Scene) -> None:
        shutil.rmtree(drop)
        shutil.copytree(scene.drop(name), drop)

    return forge


def mixed(source: str, *names: str) -> Callable[[Path, Scene], object]:
    return lambda drop, scene: take(drop, scene.folder / source, *names)


def filled(name: str, length: int) -> Callable[[Path, Scene], object]:
    return lambda drop, _: put(drop, name, bytes(length))


def stripped(drop: Path, _: Scene) -> None:
    value = metadata_of(drop, "timestamp")
    value["signatures"] = []
    put(drop, "timestamp.json", canonical.encode(value))


def signed_by_another_role(drop: Path, scene: Scene) -> None:
    put(drop, "timestamp.json", signed(metadata_of(drop, "timestamp"), scene.office.online.snapshot))


def signature_in_its_other_form(drop: Path, _: Scene) -> None:
    """The drop role's key is ECDSA: change its signature without any key, and all that is over it with the online keys."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature  # noqa: PLC0415

    value = metadata_of(drop, "drop")
    r, s = decode_dss_signature(bytes.fromhex(value["signatures"][0]["sig"]))
    value["signatures"][0]["sig"] = encode_dss_signature(r, order - s).hex()
    put(drop, "drop.json", canonical.encode(value))
    fitted(drop, _.office)


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
    attack("lists eleven thousand files", renamed(*(f"exams/{n}" for n in range(11_000))),
           FormRefused, "drop.json", "more than 10000"),
    attack("lists a file without its SHA-256",
           listing(lambda targets: targets["exams/a.exam"].update(hashes={"md5": "0" * 32})),
           FormRefused, "drop.json.exams/a.exam", "without exactly its SHA-256"),
    attack("one officer is enough from now on", roles(one_officer_is_enough),
           FormRefused, "targets.json", "too few keys of the role releases"),
    attack("the publisher becomes a release officer", roles(the_publisher_releases),
           FormRefused, "targets.json", "one key to the roles"),
    attack("an officer counts twice under two key ids", roles(one_key_as_two),
           FormRefused, "targets.json.delegations.keys", "own id"),
    attack("a role of stand-alone files gets paths", roles(releases_get_paths),
           FormRefused, "targets.json", "not metadata that belong here"),
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


def target(drop: Path) -> Path:
    return drop / "targets" / "rosters" / "berlin.roster"


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
