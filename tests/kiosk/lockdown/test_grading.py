from __future__ import annotations

import pytest

from kiosk.lockdown.catalogue import CATALOGUE, Clears
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.grading import consequence_of
from kiosk.lockdown.incidents import Consequence, IncidentKind

ORDER = list(Consequence)
GUESSES = (IncidentKind.VIRTUAL_MACHINE, IncidentKind.PROCESS_UNKNOWN)


def test_every_kind_is_in_the_catalogue_once() -> None:
    assert list(CATALOGUE) == list(IncidentKind)
    assert len(CATALOGUE) >= 60


@pytest.mark.parametrize("kind", IncidentKind)
def test_strict_is_never_milder_than_standard_and_practice_never_holds_anybody_up(kind: IncidentKind) -> None:
    standard, strict = (consequence_of(kind, preset) for preset in (Preset.STANDARD, Preset.STRICT))
    assert ORDER.index(strict) >= ORDER.index(standard)
    assert consequence_of(kind, Preset.PRACTICE) in (Consequence.NOTE, Consequence.WARN)


@pytest.mark.parametrize("kind", GUESSES)
@pytest.mark.parametrize("preset", Preset)
def test_what_is_only_guessed_is_noted(kind: IncidentKind, preset: Preset) -> None:
    assert consequence_of(kind, preset) is Consequence.NOTE


def test_a_site_may_ask_for_more_or_less() -> None:
    wishes = {IncidentKind.VIRTUAL_MACHINE: Consequence.LOCK, IncidentKind.DISPLAY_ADDED: Consequence.WARN}
    assert consequence_of(IncidentKind.VIRTUAL_MACHINE, Preset.STANDARD, wishes) is Consequence.LOCK
    assert consequence_of(IncidentKind.DISPLAY_ADDED, Preset.STRICT, wishes) is Consequence.WARN
    assert consequence_of(IncidentKind.VIRTUAL_MACHINE, Preset.PRACTICE, wishes) is Consequence.NOTE


@pytest.mark.parametrize("kind", IncidentKind)
def test_whoever_clears_it_fits_what_it_leads_to(kind: IncidentKind) -> None:
    entry = CATALOGUE[kind]
    match entry.consequence:
        case Consequence.LOCK:
            assert entry.clears is Clears.PROCTOR
        case Consequence.PAUSE:
            assert entry.clears is Clears.CANDIDATE
        case Consequence.NOTE | Consequence.WARN:
            assert entry.clears in (Clears.NOBODY, Clears.ADMIN)
