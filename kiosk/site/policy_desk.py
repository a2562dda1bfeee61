"""How strict the site is with its seats: the policy file, set at the site desk.

Owns the file and its number. Refuses to know how anything is enforced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from exam_packages.drop_paths import POLICY_SUFFIX
from exam_packages.lockdown_log import Followed
from exam_packages.opening import open_site_policy
from exam_packages.site_policies import (
    DISPLAY_MAX,
    DISPLAYS_MAX,
    LockdownPreset,
    SitePolicy,
    build_site_policy,
)
from kiosk.errors import Missing, NotReady
from kiosk.handover.stick import Stick, put
from kiosk.lockdown.facts import Concern
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.input_methods import input_method_of
from kiosk.seat.facts import ExportedFile
from kiosk.site.site import Site
from signing.errors import FormRefused

_FILE: Final = "policy"


def policy(site: Site) -> SitePolicy | None:
    """Return the policy as it stands; None before one was set."""
    if not (site.folder / _FILE).is_file():
        return None
    return open_site_policy(site.read(_FILE), registration=site.registration())


def set_policy(
    site: Site,
    *,
    preset: LockdownPreset,
    wishes: Mapping[IncidentKind, Followed],
    required: Sequence[Concern],
    displays: Sequence[str],
    input_method: str = "",
) -> SitePolicy:
    """Set the whole policy anew. Seats know once they have imported it.

    Raises:
        FormRefused: a display's fingerprint is empty or too long, or there are too many; no name of an input method.
        NotReady: the site is not registered yet.
        PassphraseWrong: the site's keys stay locked.
    """
    if len(displays) > DISPLAYS_MAX or not all(0 < len(each) <= DISPLAY_MAX for each in displays):
        raise FormRefused(f"are not up to {DISPLAYS_MAX} texts of up to {DISPLAY_MAX} characters", place="displays")
    if input_method and input_method_of(input_method) is None:
        raise FormRefused(f"is not an engine of ibus, like ibus:libpinyin: {input_method!r}", place="input method")
    before = policy(site)
    new = SitePolicy(
        site=site.site,
        number=1 if before is None else before.number + 1,
        issued=site.clock.utc_ms(),
        preset=preset,
        wishes={kind.value: wish for kind, wish in wishes.items()},
        displays=tuple(sorted(set(displays))),
        required=tuple(sorted({concern.value for concern in required})),
        input_method=input_method,
    )
    site.write(_FILE, build_site_policy(new, site.signing_key()))
    return new


def bring_policy_to(site: Site, stick: Stick) -> ExportedFile:
    """Bring the policy to a stick.

    Raises:
        NotReady: there is none yet.
    """
    stick.refuse_absent()
    if policy(site) is None:
        raise NotReady(Missing.POLICY, "no policy has been set yet")
    return put(stick.site / f"{site.site}{POLICY_SUFFIX}", site.read(_FILE))
