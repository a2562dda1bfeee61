"""Pages that change while they are shown: what they say is on the screen at every moment, and nothing moves without need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from exam_packages.session_events import Paused, PauseReason
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.protocol import Raised
from tests.ui.window.conftest import Sat
from tests.ui.window.driving import enter_pin, on, says
from tests.ui.window.fake_supervisor import WALL
from tests.ui.window.test_sitting import FIRST
from ui.window.navigation import Screen
from ui.window.screens.locked import LockedPage
from ui.window.screens.proctor import ProctorPage

Sit = Callable[..., Sat]


def raised(kind: IncidentKind, number: int) -> Raised:
    return Raised(number=number, kind=kind, consequence=Consequence.LOCK, wall=WALL, evidence={})


def test_a_locked_page_says_why_at_every_moment(sit: Sit) -> None:
    sat = sit(*FIRST, Paused(reason=PauseReason.LOCK))
    on(sat.program, Screen.LOCKED)
    page = sat.window.page
    assert isinstance(page, LockedPage)
    view, changes = page.view, list[str]()
    page.changed.connect(lambda: changes.append(says(page)))
    for number, kind in enumerate((IncidentKind.DISPLAY_ADDED, IncidentKind.FOREIGN_WINDOW), start=1):
        view = replace(view, incidents=(*view.incidents, raised(kind, number)))
        page.show_view(view)
        assert [f"incident {each}" in says(page) for each in (1, 2)] == [True, number == 2]
    assert "Another program opened a window." in says(page)
    page.show_view(replace(view))
    assert len(changes) == 2, "it was no other view"
    page.show_view(replace(view, incidents=()))
    assert "incident" not in says(page)


def test_what_a_proctor_decides_by_is_there_at_every_moment(sit: Sit) -> None:
    sat = sit(*FIRST, Paused(reason=PauseReason.PROCTOR))
    on(sat.program, Screen.PAUSE)
    enter_pin(sat.program)
    on(sat.program, Screen.PROCTOR)
    page = sat.window.page
    assert isinstance(page, ProctorPage)
    facts = page._facts
    page.show_view(replace(page._view))
    assert page._facts is facts, "it was no other view"
    for answered in (3, 4):
        page.show_view(replace(page._view, answered=answered, questions=17))
        assert f"{answered} of 17" in says(page)
