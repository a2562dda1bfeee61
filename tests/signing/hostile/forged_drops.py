"""Forging drops: what whoever had the stick can do to one, and what the holders of each key can.

Owns the scene and the builders that lie. Refuses to know what becomes of it (``test_drops``).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from securesystemslib.formats import encode_canonical

from signing import canonical
from signing.keys import SigningKey, one_signature_form
from signing.trust import Role, TrustRepository
from signing.trust.metadata import MAX_BYTES, MAX_SIGNATURES
from signing.trust.revocations import TARGET_PATH
from signing.trust.roles import DROP_ROLE
from tests.signing.trust.small_office import SmallOffice

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


def of_so_many(files: int) -> Callable[[Path, Scene], object]:
    def change(targets: Json) -> None:
        entry = targets["exams/a.exam"]
        targets.clear()
        targets.update((f"exams/{n}", entry) for n in range(files))

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


def who_lists_files_receives(delegations: Json, scene: Scene) -> None:
    role(delegations, Role.RECEIPTS)["keyids"][0] = scene.office.online.drop.public_key.keyid


def who_dates_drops_registers(delegations: Json, scene: Scene) -> None:
    key = scene.office.online.timestamp.public_key
    delegations["keys"][key.keyid] = key.to_dict()
    role(delegations, Role.REGISTRAR)["keyids"] = [key.keyid]


def releases_get_paths(delegations: Json, _: Scene) -> None:
    role(delegations, Role.RELEASES)["paths"] = ["*"]


def releases_get_a_path_nobody_looks_for(delegations: Json, _: Scene) -> None:
    role(delegations, Role.RELEASES)["paths"] = ["grants/*/*"]


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


def offices_root(change: Callable[[Json, Scene], object]) -> Callable[[Path, Scene], object]:
    """What the holders of the root keys may say in the next root."""

    def forge(drop: Path, scene: Scene) -> None:
        value = metadata_of(drop, "1.root")
        value["signed"]["version"] = 2
        change(value["signed"], scene)
        put(drop, "2.root.json", signed(value, *scene.office.offline.root))

    return forge


def the_publishing_service_counts_twice(drop: Path, scene: Scene) -> None:
    """The snapshot's key is the timestamp's, too, under an id of its own."""

    def change(root: Json, _: Scene) -> None:
        root["keys"]["0" * 64] = dict(root["keys"][scene.office.online.snapshot.public_key.keyid])
        root["roles"]["timestamp"]["keyids"] = ["0" * 64]

    offices_root(change)(drop, scene)
    value = json.loads(signed(metadata_of(drop, "timestamp"), scene.office.online.snapshot))
    value["signatures"][0]["keyid"] = "0" * 64
    put(drop, "timestamp.json", canonical.encode(value))


def signatures_in_another_order(drop: Path, scene: Scene) -> None:
    offices_root(lambda *_: None)(drop, scene)
    value = metadata_of(drop, "2.root")
    value["signatures"].reverse()
    put(drop, "2.root.json", canonical.encode(value))


def many_signatures(drop: Path, _: Scene) -> None:
    value = metadata_of(drop, "timestamp")
    value["signatures"] += [{"keyid": f"{n:064x}", "sig": "00"} for n in range(MAX_SIGNATURES)]
    value["signatures"].sort(key=lambda each: each["keyid"])
    put(drop, "timestamp.json", canonical.encode(value))


def a_field_in_a_signature(drop: Path, _: Scene) -> None:
    value = metadata_of(drop, "timestamp")
    value["signatures"][0]["x-note"] = "nobody asked"
    put(drop, "timestamp.json", canonical.encode(value))


def a_null_that_no_signature_covers(drop: Path, scene: Scene) -> None:
    """The library reads it as if it were not there, and verifies what it would have written itself."""
    value = metadata_of(drop, "targets")
    role(value["signed"]["delegations"], Role.RELEASES)["path_hash_prefixes"] = None
    put(drop, "targets.json", canonical.encode(value))
    fitted(drop, scene.office)


def the_targets_keys_list_a_file(drop: Path, scene: Scene) -> None:
    value = metadata_of(drop, "targets")
    value["signed"]["targets"] = metadata_of(drop, "drop")["signed"]["targets"]
    value["signed"]["version"] += 1
    put(drop, "targets.json", signed(value, *scene.office.offline.targets))
    fitted(drop, scene.office)


def roles_by_number(delegations: Json, _: Scene) -> None:
    """Hash bins instead of names (TUF TAP 15)."""
    del delegations["roles"]
    delegations["succinct_roles"] = {"keyids": [], "threshold": 1, "bit_length": 1, "name_prefix": DROP_ROLE}


def no_folder_is_given(delegations: Json, _: Scene) -> None:
    next(each for each in delegations["roles"] if each["name"] == DROP_ROLE)["paths"] = ["*"]


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


def padded_root(drop: Path, scene: Scene) -> None:
    value = metadata_of(drop, "1.root")
    value["signed"]["x-note"] = "x" * MAX_BYTES["root"]
    put(drop, "1.root.json", signed(value, *scene.office.offline.root))


def root_that_a_stranger_signs_too(drop: Path, scene: Scene) -> None:
    value = metadata_of(drop, "1.root")
    put(drop, "1.root.json", signed(value, *scene.office.offline.root, scene.stranger.publisher))


def root_with_a_broken_signature(drop: Path, scene: Scene) -> None:
    """The second root: those before it signed it, too, and nobody here knows them; two of its own three are enough."""
    offices_root(lambda *_: None)(drop, scene)
    value = metadata_of(drop, "2.root")
    broken = scene.office.offline.root[2].public_key.keyid
    next(each for each in value["signatures"] if each["keyid"] == broken)["sig"] = "00" * 64
    put(drop, "1.root.json", canonical.encode(value))


def target(drop: Path) -> Path:
    return drop / "targets" / "rosters" / "berlin.roster"
