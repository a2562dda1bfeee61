"""Whatever the metadata hold: verified metadata, or a refusal of ours; never an error of the library."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing import canonical
from signing.errors import ContentRefused, FormRefused, Refused, SignatureRefused, ThresholdRefused
from signing.keys import SigningKey, generate_signing_key, one_signature_form
from signing.trust import metadata
from signing.trust.metadata import CURRENT_NAMES, SIGNED_AT_FIELD
from signing.trust.revocations import NO_REVOCATIONS
from signing.trust.store import listing_of, trust_of
from signing.trust.tuf_names import Metadata, Root
from tests.signing.refusals import refused
from tests.signing.trust.small_office import NOW, SmallOffice

Json = Any
TEXTS = st.sampled_from(["", "x", "ed25519", "2027-01-01T00:00:00Z", "*", "0" * 64])
NAMES = st.sampled_from(["a", "keyids", "roles", "version"])
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> SmallOffice:
    return SmallOffice(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def files(office: SmallOffice) -> dict[str, bytes]:
    drop = office.publish(office.found(), "drop", {"exams/a.exam": b"x", "b": b"y"})
    return {path.name: path.read_bytes() for path in (drop / "metadata").iterdir()}


def check(files: dict[str, bytes], *, accepted: dict[str, bytes] | None = None) -> None:
    verified = metadata.verify(
        {name: data for name, data in files.items() if name != "1.root.json"},
        root=files["1.root.json"],
        accepted=accepted or {},
        reference_time=metadata.to_datetime(NOW),
    )
    trust_of(verified, NO_REVOCATIONS, now=NOW)
    listing_of(verified)


def places_in(value: Json, path: tuple[Json, ...] = ()) -> Iterator[tuple[Json, ...]]:
    yield path
    if isinstance(value, dict):
        for name, member in value.items():
            yield from places_in(member, (*path, name))
    if isinstance(value, list):
        for index, member in enumerate(value):
            yield from places_in(member, (*path, index))


def replaced(value: Json, path: tuple[Json, ...], new: Json) -> Json:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def signed_again(value: Json, *keys: SigningKey) -> bytes:
    """Sign what a careless office might have signed."""
    from securesystemslib.formats import encode_canonical  # noqa: PLC0415 - only here

    payload = encode_canonical(value["signed"])
    assert payload is not None
    signatures = [
        {
            "keyid": key.public_key.keyid,
            "sig": one_signature_form(key.public_key, bytes.fromhex(key.sign(payload.encode()).signature)).hex(),
        }
        for key in sorted(keys, key=lambda key: key.public_key.keyid)
    ]
    return canonical.encode({"signatures": signatures, "signed": value["signed"]})


def rehashed(files: dict[str, bytes], office: SmallOffice) -> dict[str, bytes]:
    """Sign snapshot and timestamp anew, so that they fit whatever the others are."""
    snapshot = json.loads(files["snapshot.json"])
    for name in ("targets.json", "drop.json"):
        meta = snapshot["signed"]["meta"][name]
        meta["length"], meta["hashes"] = len(files[name]), {"sha256": hashlib.sha256(files[name]).hexdigest()}
    signed_snapshot = signed_again(snapshot, office.online.snapshot)
    timestamp = json.loads(files["timestamp.json"])
    meta = timestamp["signed"]["meta"]["snapshot.json"]
    meta["length"] = len(signed_snapshot)
    meta["hashes"] = {"sha256": hashlib.sha256(signed_snapshot).hexdigest()}
    signed_timestamp = signed_again(timestamp, office.online.timestamp)
    return {**files, "snapshot.json": signed_snapshot, "timestamp.json": signed_timestamp}


def test_the_untouched_pass(files: dict[str, bytes], office: SmallOffice) -> None:
    check(files)
    check(files, accepted={name: files[name] for name in CURRENT_NAMES})
    check(rehashed(files, office))


FUZZ = settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@FUZZ
@given(st.data())
def test_metadata_changed_by_anybody_are_refused(files: dict[str, bytes], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(files)))
    value = json.loads(files[name])
    path = data.draw(st.sampled_from(list(places_in(value))))
    changed = canonical.encode(replaced(value, path, data.draw(VALUES)))
    if changed == files[name]:
        return
    accepted = {each: files[each] for each in CURRENT_NAMES}
    for before in ({}, accepted):
        with pytest.raises(Refused):
            check({**files, name: changed}, accepted=before)


@FUZZ
@given(st.data())
def test_metadata_signed_by_a_careless_office_pass_or_are_refused(
    files: dict[str, bytes], office: SmallOffice, data: st.DataObject
) -> None:
    signers: dict[str, tuple[SigningKey, ...]] = {
        "timestamp.json": (office.online.timestamp,),
        "snapshot.json": (office.online.snapshot,),
        "targets.json": tuple(office.offline.targets),
        "drop.json": (office.online.drop,),
        "1.root.json": tuple(office.offline.root),
    }
    name = data.draw(st.sampled_from(sorted(signers)))
    value = json.loads(files[name])
    path = data.draw(st.sampled_from([path for path in places_in(value["signed"]) if path]))
    value["signed"] = replaced(value["signed"], path, data.draw(VALUES))
    changed = {**files, name: signed_again(value, *signers[name])}
    if name in ("targets.json", "drop.json"):
        changed = rehashed(changed, office)
    try:
        check(changed)
    except Refused as refusal:
        assert refusal.place  # noqa: PT017 - either outcome is right, another error is not


OUTSIDE: list[tuple[Json, type[Refused]]] = [
    ({"extra": 1}, FormRefused),
    ({"signatures": []}, ThresholdRefused),
    ({"signatures": {}}, FormRefused),
    ({"signatures": [{"keyid": "0" * 64, "sig": "00"}]}, ThresholdRefused),
    ({"signatures": [{"keyid": "0" * 63, "sig": "00"}]}, FormRefused),
    ({"signed": []}, FormRefused),
    ({"signed": {}}, FormRefused),
]


@pytest.mark.parametrize(("change", "kind"), OUTSIDE)
@pytest.mark.parametrize("name", ["timestamp.json", "2.root.json"])
def test_what_no_signature_covers_is_checked_too(
    files: dict[str, bytes], office: SmallOffice, name: str, change: Json, kind: type[Refused]
) -> None:
    root = json.loads(files["1.root.json"])
    root["signed"]["version"] = 2
    files = {**files, "2.root.json": signed_again(root, *office.offline.root)}
    check(files)
    with refused(kind):
        check({**files, name: canonical.encode({**json.loads(files[name]), **change})})


def test_other_spellings_of_a_signature_are_refused(files: dict[str, bytes]) -> None:
    value = json.loads(files["timestamp.json"])
    good = value["signatures"][0]["sig"]
    for other in (good.upper(), " " + good, good + "\n", good[:2] + " " + good[2:], good + "0"):
        value["signatures"][0]["sig"] = other
        with refused(FormRefused, place="sig"):
            check({**files, "timestamp.json": canonical.encode(value)})


@pytest.mark.parametrize("name", ["2.root.json", "timestamp.json", "snapshot.json", "targets.json", "drop.json"])
def test_a_signature_nobody_needs_is_looked_at_too(files: dict[str, bytes], office: SmallOffice, name: str) -> None:
    root = json.loads(files["1.root.json"])
    root["signed"]["version"] = 2
    files = {**files, "2.root.json": signed_again(root, *office.offline.root)}
    stranger = generate_signing_key()
    value = json.loads(files[name])
    entry = {"keyid": stranger.public_key.keyid, "sig": stranger.sign(b"").signature}
    value["signatures"] = sorted([*value["signatures"], entry], key=lambda each: each["keyid"])
    changed = {**files, name: canonical.encode(value)}
    if name in ("targets.json", "drop.json"):
        changed = rehashed(changed, office)
    # The hash in the timestamp covers the snapshot, signatures and all.
    with refused(ContentRefused if name == "snapshot.json" else ThresholdRefused, place=name):
        check(changed)


def test_a_third_root_signature_that_does_not_verify_is_refused(files: dict[str, bytes]) -> None:
    value = json.loads(files["1.root.json"])
    value["signatures"][1]["sig"] = value["signatures"][0]["sig"]
    with refused(SignatureRefused, place="root"):
        metadata.version_of_root(canonical.encode(value), place="root")
    value["signatures"] = value["signatures"][:1]
    with refused(ThresholdRefused):
        metadata.version_of_root(canonical.encode(value), place="root")


def test_one_key_under_two_ids_does_not_make_two_root_signatures(office: SmallOffice) -> None:
    """The library computes no key ids: with its own rules one key of the root would make a threshold of two."""
    key = office.offline.root[0]
    root = Root(version=1, expires=metadata.to_datetime(NOW), consistent_snapshot=False)
    alias = type(key.public_key)("f" * 64, "ed25519", "ed25519", dict(key.public_key.keyval))
    for role in ("root", "targets", "snapshot", "timestamp"):
        root.add_key(key.public_key, role)
    root.add_key(alias, "root")
    root.roles["root"].threshold = 2
    signed = Metadata(root)
    entry = signed.sign(key, append=True)
    value = signed.to_dict()
    value["signatures"].append({"keyid": "f" * 64, "sig": entry.signature})
    value["signatures"].sort(key=lambda each: each["keyid"])
    with refused(FormRefused):
        metadata.version_of_root(canonical.encode(value), place="root")


def test_a_drop_says_when_it_was_signed(files: dict[str, bytes], office: SmallOffice) -> None:
    value = json.loads(files["timestamp.json"])
    for bad in (None, -1, "1", 2**53 - 1):
        value["signed"][SIGNED_AT_FIELD] = bad
        with refused(FormRefused, place="timestamp.json"):
            check({**files, "timestamp.json": signed_again(value, office.online.timestamp)})


def test_no_temporary_folder_stays(files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    check(files)
    with pytest.raises(Refused):
        check({**files, "drop.json": b"{}"})
    assert not list(tmp_path.iterdir())
