"""Every kind has words, every concern has, and docs/incidents.md says what the program does."""

from __future__ import annotations

import pytest

from exam_packages.ids import UtcMs
from kiosk.lockdown.catalogue import CATALOGUE
from kiosk.lockdown.facts import Capability, Concern, Preset
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.protocol import Raised
from tests.ui.window.incident_table import BEGIN, DOCUMENT, END, table
from ui.window import incident_words, protection_words


def raised(kind: IncidentKind, **evidence: str) -> Raised:
    return Raised(number=1, kind=kind, consequence=Consequence.LOCK, wall=UtcMs(0), evidence=evidence)


@pytest.mark.parametrize("kind", list(IncidentKind))
def test_words_are_short_calm_sentences(kind: IncidentKind) -> None:
    for text in (incident_words.what(kind), incident_words.look_at(kind)):
        assert text.endswith(".")
        assert "!" not in text
        assert len(text) <= 120
        assert not {"cheat", "fraud", "violation", "terminated"} & set(text.lower().split())
    if CATALOGUE[kind].strict in (Consequence.LOCK, Consequence.WARN, Consequence.PAUSE):
        assert len(incident_words.look_at(kind)) >= len("Nothing.")


def test_no_two_kinds_are_called_the_same() -> None:
    called = [incident_words.what(kind) for kind in IncidentKind]
    assert len(set(called)) == len(called)


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        ("240000", "The computer was asleep for 4 minutes."),
        ("9000", "The computer was asleep for 9 seconds."),
        ("240900", "The computer was asleep for 4 minutes."),
        ("", "The computer was asleep."),
        ("soon", "The computer was asleep."),
        ("9" * 40, "The computer was asleep."),
    ],
)
def test_how_long_it_slept(ms: str, said: str) -> None:
    assert incident_words.told(raised(IncidentKind.SUSPENDED, milliseconds=ms)) == said


def test_what_it_was_is_named_where_that_is_a_name() -> None:
    window = raised(IncidentKind.FOREIGN_WINDOW, program="/usr/bin/chat", title="Chat")
    assert incident_words.about(window) == "Chat"
    assert incident_words.about(raised(IncidentKind.INPUT_INJECTED, count="12")) == ""
    long = incident_words.about(raised(IncidentKind.FOREIGN_WINDOW, title="x" * 500))
    assert len(long) == incident_words.SHOWN_MAX


def test_every_concern_capability_and_preset_has_words() -> None:
    called = [protection_words.concern(concern.value) for concern in Concern]
    assert len(set(called)) == len(called)
    assert not {concern.value for concern in Concern} & set(called)
    assert protection_words.concern("of-a-later-version") == "of-a-later-version"
    assert all(protection_words.capability(each) and protection_words.meaning(each) for each in Capability)
    assert len({protection_words.preset(each) for each in Preset}) == len(Preset)


def test_the_document_says_what_the_program_does() -> None:
    """If this fails: ``python -m tests.ui.window.incident_table``."""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert table() in text
    assert text.count(BEGIN) == text.count(END) == 1
