"""What stands at the beginning of a session's record: what is missing here, and what the site lets follow instead."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.catalogue import CATALOGUE, EVIDENCE_MAX
from kiosk.lockdown.conditions import conditions_of
from kiosk.lockdown.facts import Capability, Concern, Preset
from kiosk.lockdown.grading import consequence_of
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.policy import REQUIRED, Policy, demanding
from tests.kiosk.lockdown.test_policy import table

VM, USB = IncidentKind.VIRTUAL_MACHINE, IncidentKind.USB_STORAGE_ADDED
WISHES = st.dictionaries(st.sampled_from(IncidentKind), st.sampled_from(Consequence))


def test_a_seat_that_does_all_that_is_asked_of_it_has_nothing_to_say() -> None:
    policy = demanding(Policy(preset=Preset.STANDARD), Preset.STRICT)
    assert policy.required == REQUIRED[Preset.STRICT]
    assert conditions_of(policy, table()) == ()


def test_what_an_exam_demands_and_is_only_noticed_here_is_said() -> None:
    seat, machine = Policy(preset=Preset.PRACTICE), table(usb_storage=Capability.DETECT_ONLY)
    assert conditions_of(seat, machine) == ()
    (missing,) = conditions_of(demanding(seat, Preset.STRICT), machine)
    assert missing.kind is IncidentKind.CAPABILITY_MISSING
    assert missing.evidence == {"concern": "usb-storage", "capability": "detect-only", "reason": "because"}


def test_what_the_site_asks_for_is_said_too_also_what_nobody_here_knows() -> None:
    policy = Policy(preset=Preset.PRACTICE, required=frozenset({Concern.CLOCK}), unknown=("x" * 2 * EVIDENCE_MAX,))
    clock, unknown = conditions_of(demanding(policy, Preset.PRACTICE), table(clock=Capability.UNAVAILABLE))
    assert (clock.evidence["concern"], clock.evidence["capability"]) == ("clock", "unavailable")
    assert unknown.evidence["concern"] == "x" * EVIDENCE_MAX


def test_only_what_really_follows_otherwise_is_said() -> None:
    wishes = {VM: Consequence.LOCK, USB: CATALOGUE[USB].consequence}
    (changed,) = conditions_of(Policy(preset=Preset.STANDARD, wishes=wishes), table())
    assert changed.kind is IncidentKind.CONSEQUENCE_CHANGED
    assert changed.evidence == {"kind": "virtual-machine", "to": "lock"}
    assert conditions_of(Policy(preset=Preset.PRACTICE, wishes=wishes), table()) == ()


@given(preset=st.sampled_from(Preset), demanded=st.sampled_from(Preset), wishes=WISHES)
def test_with_the_record_alone_it_is_known_what_follows(
    preset: Preset, demanded: Preset, wishes: dict[IncidentKind, Consequence]
) -> None:
    policy = demanding(Policy(preset=preset, wishes=wishes), demanded)
    said = {
        IncidentKind(each.evidence["kind"]): Consequence(each.evidence["to"]) for each in conditions_of(policy, table())
    }
    for kind in IncidentKind:
        follows = consequence_of(kind, policy.preset, policy.wishes)
        assert said.get(kind, consequence_of(kind, policy.preset)) is follows


@given(preset=st.sampled_from(Preset), demanded=st.sampled_from(Preset))
def test_every_piece_of_evidence_is_one_of_the_catalogue(preset: Preset, demanded: Preset) -> None:
    policy = demanding(Policy(preset=preset, wishes={VM: Consequence.LOCK}), demanded)
    nothing = table(**{concern.name.lower(): Capability.UNAVAILABLE for concern in Concern})
    found = conditions_of(policy, nothing)
    assert all(tuple(each.evidence) == CATALOGUE[each.kind].evidence for each in found)
    missing = [each.evidence["concern"] for each in found if each.kind is IncidentKind.CAPABILITY_MISSING]
    assert set(missing) == {concern.value for concern in policy.required}
    assert len(missing) == len(set(missing))
