"""What the process with the hooks says, a line each: that it stands, that its hooks live or were lost, and what they saw.

Owns the form of a line. Refuses to know pipes. The lines come from a process of ours that runs beside the candidate: what is no
line of this form is left out, and never more than counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final, TypeAlias

from kiosk.lockdown.catalogue import CATALOGUE, EVIDENCE_MAX
from kiosk.lockdown.incidents import IncidentKind, Observation
from signing.canonical import decode, encode
from signing.errors import Refused
from signing.fields import Fields

LINE_MAX_BYTES: Final = 4_096
SAID: Final = frozenset(
    {
        IncidentKind.KEYS_BLOCKED,
        IncidentKind.POINTER_BLOCKED,
        IncidentKind.INPUT_INJECTED,
        IncidentKind.HOOK_LOST,
    }
)
"""What hooks can know of."""


class Sign(Enum):
    """How the hooks are."""

    READY = "ready"
    """They are set."""
    ALIVE = "alive"
    """The canary came through them."""


HookLine: TypeAlias = Sign | Observation


class _Form(Enum):
    SIGN = "sign"
    OBSERVED = "observed"


def line_of(said: HookLine) -> bytes:
    """Return the line, with its end."""
    if isinstance(said, Sign):
        return encode({"form": _Form.SIGN.value, "sign": said.value}) + b"\n"
    evidence = {name: text[:EVIDENCE_MAX] for name, text in said.evidence.items()}
    return encode({"evidence": evidence, "form": _Form.OBSERVED.value, "kind": said.kind.value}) + b"\n"


def said_by(untrusted: bytes) -> HookLine | None:
    """Return what a line says; None where it is none of ours."""
    try:
        fields = Fields(decode(untrusted.rstrip(b"\r\n"), place="a hook's line", max_bytes=LINE_MAX_BYTES), "")
        if fields.choice("form", _Form) is _Form.SIGN:
            return fields.choice("sign", Sign)
        kind = fields.choice("kind", IncidentKind)
        evidence = fields.object("evidence")
        names = CATALOGUE[kind].evidence
        kept: Mapping[str, str] = {name: evidence.text(name, max_length=EVIDENCE_MAX) for name in names}
    except Refused:
        return None
    return Observation(kind=kind, evidence=kept) if kind in SAID else None
