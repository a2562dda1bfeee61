"""The roles: who signs which kind of document, and how many of them it takes.

Owns the rules a targets metadata has to keep whatever it says: a least threshold for each role, and no key in two
roles. Refuses to know people.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from signing.errors import FormRefused

DROP_ROLE: Final = "drop"
"""The online role that lists the files of a drop. It signs nothing else."""


class Role(Enum):
    """A role that signs stand-alone files. The value is its name in the targets metadata."""

    EXAMS = "exams"
    GRANTS = "grants"
    ROSTERS = "rosters"
    REGISTRAR = "registrar"
    RELEASES = "releases"
    REVOCATIONS = "revocations"
    RECEIPTS = "receipts"
    APP_UPDATES = "app-updates"

    @property
    def least_threshold(self) -> int:
        """How many keys have to sign at the least: publisher and sponsor, two release officers, scoring and records."""
        return 2 if self in (Role.EXAMS, Role.RELEASES, Role.RECEIPTS) else 1


_SAME_PERSON: Final = frozenset({Role.EXAMS.value, Role.GRANTS.value})
"""The publisher signs exams together with the sponsor, and grants alone."""


def refuse_shared_keys(key_ids: Mapping[str, Iterable[str]], *, place: str) -> None:
    """Check that nobody holds two offices with one key.

    Args:
        key_ids: the ids of the keys of each role, top-level roles and ``drop`` included.
        place: which metadata says so.

    Raises:
        FormRefused: a key is in two roles that are not one person's by design.
    """
    role_of: dict[str, str] = {}
    for role, ids in key_ids.items():
        for key_id in ids:
            other = role_of.setdefault(key_id, role)
            if other != role and {other, role} != _SAME_PERSON:
                raise FormRefused(f"gives one key to the roles {other} and {role}", place=place)
