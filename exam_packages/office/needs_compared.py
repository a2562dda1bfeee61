"""What a session was given, held against what the roster says: a note for people, never a reason to refuse.

A seat plans by the roster it has, and the plan in its journal is checked against itself only: a seat that made up more time
would go through. So the office keeps every roster it writes a second time, sealed to its own scoring key, because the one that
travels is sealed to the site and nobody else can read it.

Owns the kept rosters and the words of the notes. Refuses to know how a roster is made (``publishing``) and what becomes of a
bundle (``accepting``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from typing import Final

from exam_packages.accommodations import Accommodations, Scheme, effective
from exam_packages.ids import SiteId
from exam_packages.office.keys import SCORING_KEYS
from exam_packages.office.state import Office
from exam_packages.opening import open_roster
from exam_packages.qti.model import Tool
from exam_packages.rosters import Appointment, Roster, build_roster
from exam_packages.session_events import SessionPlan
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES
from signing.errors import Refused
from signing.trust import Role, Trust
from signing.trust.folder import make_folder, read_bounded, write_durably

_WORDS: Final = {
    "extra_time_percent": "extra time in per cent",
    "text_size_percent": "text size in per cent",
    "codes": "further needs",
    "fixed_minutes": "extra minutes",
    "unlimited_time": "time without limit",
    "break_minutes": "minutes added to each break",
    "breaks": "breaks of their own",
    "scheme": "colours",
    "line_spacing_percent": "line spacing in per cent",
    "letter_spacing_percent": "letter spacing in per cent",
    "single_column": "single column",
    "tools": "tools",
    "translation_language": "keyword translations",
    "linguistic_guidance": "help with words",
    "prohibited": "what is prohibited",
}
"""Every need, for people; a test compares the names with the fields of ``Accommodations``."""


def keep_roster(office: Office, roster: Roster) -> None:
    """Keep a roster where the office can read it again.

    Raises:
        PassphraseWrong: the key of the roster desk stays locked.
        OSError: the machine failed.
    """
    to_scoring = office.keys.public_content(SCORING_KEYS[0])
    data = build_roster(roster, content_key=to_scoring, signers=office.keys.signers_of(Role.ROSTERS))
    path = office.kept_roster_file(roster.site, roster.number)
    make_folder(path.parent)
    write_durably(path, data)


@dataclass(slots=True, kw_only=True)
class KeptRosters:
    """The rosters that an office has kept, each opened once in an acceptance run, and only where it is asked for."""

    office: Office
    trust: Trust
    _opened: dict[tuple[SiteId, int], Roster | None] = field(default_factory=dict)

    def notes_on(self, site: SiteId, plan: SessionPlan) -> list[str]:
        """Say where a plan and the rosters of its site differ about the candidate and what they need.

        The newest roster that names the appointment counts. A seat may not have had it yet: where an earlier one says what the
        plan says, the note says so.

        Raises:
            PassphraseWrong: the scoring key stays locked.
            OSError: the machine failed.
        """
        named = self._naming(site, plan)
        newest = next(named, None)
        if newest is None:
            return ["no roster that the office has kept names its appointment: its accommodations are not compared"]
        number, booked = newest
        if booked.candidate != plan.candidate:
            return [f"the roster (number {number}) names another candidate for its appointment: {booked.candidate}"]
        differences = differences_of(plan.accommodations, effective(booked.accommodations))
        if not differences:
            return []
        earlier = next((n for n, each in named if effective(each.accommodations) == plan.accommodations), None)
        whose = f"as roster number {earlier} says" if earlier is not None else "as no roster of the site says"
        listed = "; ".join(differences)
        return [f"accommodations are other than in the roster (number {number}), {whose}: {listed}"]

    def _naming(self, site: SiteId, plan: SessionPlan) -> Iterator[tuple[int, Appointment]]:
        for number in reversed(self.office.kept_rosters(site)):
            roster = self._roster(site, number)
            for booked in roster.appointments if roster is not None else ():
                if booked.appointment == plan.appointment:
                    yield number, booked

    def _roster(self, site: SiteId, number: int) -> Roster | None:
        """Return a kept roster; None where the file is damaged, or another office's."""
        at = (site, number)
        if at not in self._opened:
            self._opened[at] = self._read(site, number)
        return self._opened[at]

    def _read(self, site: SiteId, number: int) -> Roster | None:
        path = self.office.kept_roster_file(site, number)
        key = self.office.keys.content(SCORING_KEYS[0])
        try:
            data = read_bounded(path, max_bytes=DOCUMENT_MAX_BYTES, place=path.name)
            return open_roster(data, trust=self.trust, site=site, site_key=key, place=path.name)
        except Refused:
            return None


def differences_of(given: Accommodations, booked: Accommodations) -> list[str]:
    """Return what differs between what was given and what was booked, a phrase each."""
    return [
        f"{_WORDS[each.name]} {_said(getattr(given, each.name))} instead of {_said(getattr(booked, each.name))}"
        for each in fields(Accommodations)
        if getattr(given, each.name) != getattr(booked, each.name)
    ]


def _said(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Scheme() | Tool():
            return str(value.value)
        case tuple():
            return _listed(value)
        case None | "":
            return "none"
        case _:
            return str(value)


def _listed(values: Iterable[object]) -> str:
    return ", ".join(map(_said, values)) or "none"
