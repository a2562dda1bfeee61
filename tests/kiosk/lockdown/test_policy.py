"""What has to be prevented, and whether an exam may start: site and package together, the stricter one counts."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import SiteId, UtcMs
from exam_packages.lockdown_log import Followed
from exam_packages.site_policies import LockdownPreset, SitePolicy
from kiosk.lockdown.facts import Capability, CapabilityEntry, Concern, Preset, Probe
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.policy import REQUIRED, judge_start, policy_of, preset_of, stricter

PRESETS = list(itertools.product(LockdownPreset, LockdownPreset))


def site(
    preset: LockdownPreset = LockdownPreset.PRACTICE,
    *,
    required: tuple[str, ...] = (),
    wishes: dict[str, Followed] | None = None,
) -> SitePolicy:
    return SitePolicy(
        site=SiteId("site-1"), number=1, issued=UtcMs(1), preset=preset, required=required, wishes=wishes or {}
    )


def table(**capabilities: Capability) -> list[CapabilityEntry]:
    """A machine that enforces everything but what is said, by name with underscores."""
    return [
        CapabilityEntry(
            concern=concern,
            probe=Probe(capability=capabilities.get(concern.name.lower(), Capability.ENFORCED), reason="because"),
        )
        for concern in Concern
    ]


def test_what_other_scripts_are_typed_with_is_the_sites() -> None:
    assert policy_of(replace(site(), input_method="ibus:anthy")).input_method == "ibus:anthy"
    assert policy_of(None).input_method == ""


@pytest.mark.parametrize(("of_site", "of_package"), PRESETS)
def test_the_stricter_one_counts(of_site: LockdownPreset, of_package: LockdownPreset) -> None:
    policy = policy_of(site(of_site), of_package)
    assert policy.preset is stricter(preset_of(of_site), preset_of(of_package))
    assert policy.required == REQUIRED[policy.preset]
    assert judge_start(policy, table()).allowed


def test_stricter_presets_require_more() -> None:
    assert REQUIRED[Preset.PRACTICE] == frozenset()
    assert REQUIRED[Preset.PRACTICE] < REQUIRED[Preset.STANDARD] < REQUIRED[Preset.STRICT]


def test_practice_starts_on_any_machine() -> None:
    nothing = [
        CapabilityEntry(concern=concern, probe=Probe(capability=Capability.UNAVAILABLE, reason="no"))
        for concern in Concern
    ]
    for what in (nothing, []):
        assert judge_start(policy_of(None), what).allowed
        assert judge_start(policy_of(site()), what).allowed


@pytest.mark.parametrize("capability", [Capability.DETECT_ONLY, Capability.UNAVAILABLE])
def test_what_the_package_demands_and_is_missing_keeps_it_from_starting(capability: Capability) -> None:
    verdict = judge_start(policy_of(None, LockdownPreset.STANDARD), table(network=capability))
    assert not verdict.allowed
    assert not verdict.proctor_may_start
    assert [(each.concern, each.by_package, each.probe.reason) for each in verdict.missing] == [
        ("network", True, "because")
    ]


def test_what_only_the_site_asks_for_a_proctor_may_start_without() -> None:
    policy = policy_of(site(LockdownPreset.STRICT), LockdownPreset.STANDARD)
    verdict = judge_start(policy, table(usb_storage=Capability.DETECT_ONLY))
    assert not verdict.allowed
    assert verdict.proctor_may_start
    both = judge_start(policy, table(usb_storage=Capability.DETECT_ONLY, network=Capability.DETECT_ONLY))
    assert not both.proctor_may_start
    assert [each.concern for each in both.missing] == ["network", "usb-storage"]


def test_a_site_may_ask_for_single_things() -> None:
    policy = policy_of(site(required=("virtual-machine",)))
    assert judge_start(policy, table()).allowed
    assert not judge_start(policy, table(virtual_machine=Capability.DETECT_ONLY)).allowed


def test_what_this_version_does_not_know_it_cannot_enforce() -> None:
    verdict = judge_start(policy_of(site(required=("teleportation",))), table())
    assert not verdict.allowed
    assert verdict.missing[0].concern == "teleportation"
    assert verdict.missing[0].probe.remedy


def test_a_concern_that_is_not_in_the_table_is_missing() -> None:
    rest = [entry for entry in table() if entry.concern is not Concern.CLIPBOARD]
    verdict = judge_start(policy_of(None, LockdownPreset.STANDARD), rest)
    assert [each.concern for each in verdict.missing] == ["clipboard"]


def test_wishes_are_taken_where_the_kind_is_known() -> None:
    policy = policy_of(site(wishes={"virtual-machine": Followed.LOCK, "teleported": Followed.LOCK}))
    assert policy.wishes == {IncidentKind.VIRTUAL_MACHINE: Consequence.LOCK}


def test_every_consequence_a_file_can_name_is_one_of_ours() -> None:
    assert [each.value for each in Followed] == [each.value for each in Consequence]


@given(
    enforced=st.sets(st.sampled_from(Concern)),
    of_site=st.sampled_from(LockdownPreset),
    of_package=st.sampled_from(LockdownPreset),
)
def test_more_that_is_enforced_never_keeps_an_exam_from_starting(
    enforced: set[Concern], of_site: LockdownPreset, of_package: LockdownPreset
) -> None:
    policy = policy_of(site(of_site), of_package)

    def verdict(of: set[Concern]) -> frozenset[str]:
        entries = [
            CapabilityEntry(
                concern=each,
                probe=Probe(capability=Capability.ENFORCED if each in of else Capability.UNAVAILABLE, reason="no"),
            )
            for each in Concern
        ]
        return frozenset(each.concern for each in judge_start(policy, entries).missing)

    assert verdict(enforced | {Concern.NETWORK}) <= verdict(enforced)
    assert verdict(set(Concern)) == frozenset()
