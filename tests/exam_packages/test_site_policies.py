"""A site's policy about lockdown: what is written is read, by the site's key only, in one order; and what a package demands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.container import EntryLayout, PackageKind, encode_manifest, manifest_from_fields
from exam_packages.lockdown_log import Followed
from exam_packages.opening import open_site_policy
from exam_packages.site_policies import LockdownPreset, SitePolicy, build_site_policy, site_policy_from_fields
from signing.canonical import JsonValue, decode, encode
from signing.errors import FormRefused, NotForThisSiteRefused, OlderRefused, ThresholdRefused
from signing.fields import Fields
from tests.exam_packages import world

NAMES = st.from_regex(r"[a-z][a-z-]{0,20}[a-z]", fullmatch=True)
POLICY = SitePolicy(
    site=world.SITE,
    number=2,
    issued=world.NOW,
    preset=LockdownPreset.STANDARD,
    wishes={"virtual-machine": Followed.LOCK},
    displays=("DEL 1901 0042",),
    required=("displays", "usb-storage"),
)
MANIFEST = replace(world.manifest(), entries=(EntryLayout(offset=0, length=1, leaves=bytes(32)),))
FIELDS: dict[str, JsonValue] = {
    "displays": [],
    "issued": 1,
    "number": 1,
    "preset": "strict",
    "required": [],
    "site": "site-1",
    "wishes": [],
}


@given(
    preset=st.sampled_from(LockdownPreset),
    wishes=st.dictionaries(NAMES, st.sampled_from(Followed), max_size=5),
    required=st.sets(NAMES, max_size=5),
    method=st.sampled_from(["", "ibus:libpinyin", "x" * 100]),
)
@settings(max_examples=40, deadline=None)
def test_what_is_written_is_read(
    preset: LockdownPreset, wishes: dict[str, Followed], required: set[str], method: str
) -> None:
    policy = replace(POLICY, preset=preset, wishes=wishes, required=tuple(sorted(required)), input_method=method)
    data = build_site_policy(policy, world.signing_key(world.SITE))
    assert open_site_policy(data, registration=world.registration()) == policy


def test_only_the_site_signs_it_and_numbers_do_not_go_back() -> None:
    data = build_site_policy(POLICY, world.signing_key(world.SITE))
    with pytest.raises(OlderRefused):
        open_site_policy(data, registration=world.registration(), newest_number=3)
    with pytest.raises(ThresholdRefused):
        open_site_policy(data, registration=world.registration(world.OTHER_SITE))
    of_another = build_site_policy(replace(POLICY, site=world.OTHER_SITE), world.signing_key(world.SITE))
    with pytest.raises(NotForThisSiteRefused):
        open_site_policy(of_another, registration=world.registration())


@pytest.mark.parametrize(
    "change",
    [
        {"preset": "lenient"},
        {"required": ["usb-storage", "displays"]},
        {"required": ["displays", "displays"]},
        {"displays": ["b", "a"]},
        {"displays": ["x" * 201]},
        {"displays": [f"d{n:03}" for n in range(101)]},
        {"wishes": [{"follows": "lock", "kind": "b"}, {"follows": "lock", "kind": "a"}]},
        {"wishes": [{"follows": "end", "kind": "a"}]},
        {"wishes": [{"follows": "lock", "kind": "a", "more": 1}]},
        {"inputMethod": ""},
        {"inputMethod": "x" * 101},
        {"inputMethod": 1},
        {"number": 0},
        {"more": 1},
    ],
)
def test_anything_else_is_refused(change: dict[str, JsonValue]) -> None:
    site_policy_from_fields(Fields(dict(FIELDS), "policy"))  # what is changed was right
    with pytest.raises(FormRefused):
        site_policy_from_fields(Fields({**FIELDS, **change}, "policy"))


class TestWhatAPackageDemands:
    @staticmethod
    def read(data: bytes) -> LockdownPreset:
        fields = Fields(decode(data, place="manifest", max_bytes=100_000), "manifest")
        return manifest_from_fields(fields, PackageKind.DELIVERY).lockdown

    @pytest.mark.parametrize("preset", list(LockdownPreset))
    def test_it_is_read_as_it_was_written(self, preset: LockdownPreset) -> None:
        assert self.read(encode_manifest(replace(MANIFEST, lockdown=preset))) is preset

    def test_a_package_of_old_demands_nothing_and_says_nothing(self) -> None:
        data = encode_manifest(MANIFEST)
        assert b"lockdown" not in data
        assert self.read(data) is LockdownPreset.PRACTICE

    def test_saying_that_nothing_is_demanded_is_another_encoding_and_refused(self) -> None:
        body = decode(encode_manifest(MANIFEST), place="manifest", max_bytes=100_000)
        assert isinstance(body, dict)
        with pytest.raises(FormRefused, match="demands nothing"):
            self.read(encode({**body, "lockdown": "practice"}))
