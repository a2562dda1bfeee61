"""How strict a testing centre is with its seats: the site's one signed file about lockdown.

Owns what the file says, and the three presets, which a package may demand too. Refuses to know what kinds of incidents and
concerns there are: names are names here, and a seat that does not know one says so (``kiosk.lockdown.policy``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from exam_packages.ids import SiteId, UtcMs
from exam_packages.lockdown_log import NAME_MAX, Followed
from exam_packages.signed_documents import name_of, refuse_unless, sign_document
from signing.canonical import JsonInput
from signing.errors import FormRefused
from signing.fields import Fields
from signing.keys import SigningKey
from signing.labels import PayloadType

WISHES_MAX: Final = 200
DISPLAYS_MAX: Final = 100
REQUIRED_MAX: Final = 100
METHOD_MAX: Final = 100  # characters of an input method's name
DISPLAY_MAX: Final = 200  # characters of a display's fingerprint


class LockdownPreset(Enum):
    """How strict a seat is, least first."""

    PRACTICE = "practice"
    STANDARD = "standard"
    STRICT = "strict"


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePolicy:
    """What a site wants of lockdown.

    Attributes:
        site: whose it is.
        number: counts the site's policies from 1; a seat refuses a lower one than it has.
        issued: wall time.
        preset: how strict its seats are, at least.
        wishes: what follows from single kinds of incidents instead, by their names.
        displays: fingerprints of the displays that belong to its seats; none: nobody enrolled any.
        required: names of concerns that have to be enforced on its seats, beside those of the preset; sorted.
        input_method: what its candidates type other scripts with, ``ibus:libpinyin`` for example; empty: their keyboards do.
    """

    site: SiteId
    number: int
    issued: UtcMs
    preset: LockdownPreset
    wishes: Mapping[str, Followed] = field(default_factory=dict)
    displays: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    input_method: str = ""


def build_site_policy(policy: SitePolicy, site_key: SigningKey) -> bytes:
    """Write a site's policy, signed by the site."""
    return sign_document(site_policy_body(policy), PayloadType.SITE_POLICY, [site_key])


def site_policy_body(policy: SitePolicy) -> dict[str, JsonInput]:
    """Return what a site's policy says, as it stands in the file; ``site_policy_from_fields`` reads it."""
    method: dict[str, JsonInput] = {"inputMethod": policy.input_method} if policy.input_method else {}
    return method | {
        "displays": sorted(policy.displays),
        "issued": policy.issued,
        "number": policy.number,
        "preset": policy.preset.value,
        "required": sorted(policy.required),
        "site": policy.site,
        "wishes": [{"follows": policy.wishes[kind].value, "kind": kind} for kind in sorted(policy.wishes)],
    }


def site_policy_from_fields(fields: Fields) -> SitePolicy:
    """Read the meaning of a site's policy and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range, a list out of order.
    """
    wishes: list[tuple[str, Followed]] = []
    for member in fields.objects("wishes", max_items=WISHES_MAX):
        wishes.append((name_of(member, "kind", max_length=NAME_MAX), member.choice("follows", Followed)))
        member.close()
    policy = SitePolicy(
        site=SiteId(name_of(fields, "site")),
        number=fields.integer("number", minimum=1),
        issued=UtcMs(fields.integer("issued")),
        preset=fields.choice("preset", LockdownPreset),
        wishes=dict(wishes),
        displays=fields.texts("displays", max_items=DISPLAYS_MAX, max_length=DISPLAY_MAX),
        required=fields.texts("required", max_items=REQUIRED_MAX, max_length=NAME_MAX),
        input_method=fields.optional_text("inputMethod", max_length=METHOD_MAX) or "",
    )
    fields.close()
    kinds = tuple(kind for kind, _ in wishes)
    for name, listed in (("wishes", kinds), ("displays", policy.displays), ("required", policy.required)):
        in_order = list(listed) == sorted(set(listed))
        refuse_unless(in_order, FormRefused, "is not sorted without repetition", place=f"{fields.place}.{name}")
    return policy
