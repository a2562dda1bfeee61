"""What a seat has to prevent, and whether an exam may start on what it can: the site's file and the package's demand together.

Owns which concerns a preset requires, and the judgement before the start. Refuses to know how anything is enforced. What the
package demands and is missing stops a live exam; what only the site asks for, a proctor may start without, and that is written
down. Practice always starts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from exam_packages.site_policies import LockdownPreset, SitePolicy
from kiosk.lockdown.facts import Capability, CapabilityEntry, Concern, Preset, Probe
from kiosk.lockdown.incidents import Consequence, IncidentKind

_STANDARD: Final = frozenset(
    {
        Concern.APP_SWITCHING,
        Concern.SYSTEM_KEYS,
        Concern.POINTER,
        Concern.CLIPBOARD,
        Concern.NETWORK,
        Concern.CORE_DUMPS,
        Concern.ENVIRONMENT,
    }
)
REQUIRED: Final[Mapping[Preset, frozenset[Concern]]] = {
    Preset.PRACTICE: frozenset(),
    Preset.STANDARD: _STANDARD,
    Preset.STRICT: _STANDARD
    | {
        Concern.CONSOLE_SWITCHING,
        Concern.DISPLAYS,
        Concern.USB_STORAGE,
        Concern.PROCESSES,
        Concern.DEBUGGING,
        Concern.PRIVILEGES,
        Concern.PROGRAM_FILES,
    },
}
"""What has to be enforced. The rest is noticed at best, and being noticed is what it is for."""

_ORDER = tuple(Preset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What holds for one exam at one seat.

    Attributes:
        preset: the stricter one of what the site is set to and the package demands.
        demanded: what the package demands.
        required: concerns that have to be enforced.
        unknown: names of required concerns that this version of the program does not know, and so cannot enforce.
        wishes: what follows from single kinds of incidents instead.
        displays: fingerprints of the displays that belong here; none: nobody enrolled any.
        input_method: what the site wants other scripts typed with, as its file names it; empty: nothing.
    """

    preset: Preset
    demanded: Preset = Preset.PRACTICE
    required: frozenset[Concern] = frozenset()
    unknown: tuple[str, ...] = ()
    wishes: Mapping[IncidentKind, Consequence] = field(default_factory=dict)
    displays: tuple[str, ...] = ()
    input_method: str = ""

    @property
    def by_package(self) -> frozenset[Concern]:
        """What of it the package demands."""
        return REQUIRED[self.demanded]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPrevention:
    """Something that has to be enforced and is not.

    Attributes:
        concern: its name; of a concern that this version does not know, as the site's file calls it.
        probe: what can be done about it here, why not more, and what to do.
        by_package: the package demands it, not only the site.
    """

    concern: str
    probe: Probe
    by_package: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StartVerdict:
    """Whether an exam may start.

    Attributes:
        missing: what has to be enforced and is not, in the order of the concerns.
    """

    missing: tuple[MissingPrevention, ...] = ()

    @property
    def allowed(self) -> bool:
        """It may start as it is."""
        return not self.missing

    @property
    def proctor_may_start(self) -> bool:
        """It may start all the same if a proctor says so: the package does not demand what is missing."""
        return not any(each.by_package for each in self.missing)


def stricter(one: Preset, other: Preset) -> Preset:
    """Return the stricter one of two presets."""
    return max(one, other, key=_ORDER.index)


def preset_of(preset: LockdownPreset) -> Preset:
    """Return what a file calls a preset as the seat calls it."""
    return Preset(preset.value)


def policy_of(
    site: SitePolicy | None,
    demanded: LockdownPreset = LockdownPreset.PRACTICE,
    *,
    least: Preset = Preset.PRACTICE,
) -> Policy:
    """Return what holds for one exam.

    Args:
        site: the site's file; None where there is none.
        demanded: what the package's manifest demands.
        least: what whoever started the program asked for.
    """
    package = preset_of(demanded)
    if site is None:
        preset = stricter(package, least)
        return Policy(preset=preset, demanded=package, required=REQUIRED[preset])
    preset = stricter(stricter(preset_of(site.preset), package), least)
    known = {concern.value: concern for concern in Concern}
    kinds = {kind.value: kind for kind in IncidentKind}
    return Policy(
        preset=preset,
        demanded=package,
        required=REQUIRED[preset] | {known[name] for name in site.required if name in known},
        unknown=tuple(name for name in site.required if name not in known),
        # A wish about a kind that this version cannot notice changes nothing.
        wishes={kinds[name]: Consequence(wish.value) for name, wish in site.wishes.items() if name in kinds},
        displays=site.displays,
        input_method=site.input_method,
    )


def demanding(policy: Policy, demanded: Preset) -> Policy:
    """Return what holds for an exam at a seat.

    Args:
        policy: what holds at the seat while no exam runs.
        demanded: what the exam's package demands.
    """
    preset = stricter(policy.preset, demanded)
    return replace(policy, preset=preset, demanded=demanded, required=policy.required | REQUIRED[preset])


def judge_start(policy: Policy, table: Sequence[CapabilityEntry]) -> StartVerdict:
    """Return whether an exam may start.

    Args:
        policy: what holds for it.
        table: what this machine does about every concern. One that is not in it, nothing is done about.
    """
    by_concern = {entry.concern: entry.probe for entry in table}
    missing = [
        MissingPrevention(
            concern=concern.value,
            probe=by_concern.get(concern, _NOTHING),
            by_package=concern in policy.by_package,
        )
        for concern in Concern
        if concern in policy.required
        and not by_concern.get(concern, _NOTHING).capability.satisfies(Capability.ENFORCED)
    ]
    unknown = [MissingPrevention(concern=name, probe=_UNKNOWN, by_package=False) for name in policy.unknown]
    return StartVerdict(missing=(*missing, *unknown))


_NOTHING: Final = Probe(capability=Capability.UNAVAILABLE, reason="Nothing on this machine does it.")
_UNKNOWN: Final = Probe(
    capability=Capability.UNAVAILABLE,
    reason="This version of the program does not know it.",
    remedy="Install the version that the site's file was made with.",
)
