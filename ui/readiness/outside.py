"""The self-test's window, seen from outside: asking it, and the checks that are asked of it.

Owns the questions and how their answers are judged. What inside says is data: it is what is being tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final, Protocol

from exam_packages.readiness_certificates import TEXT_MAX
from kiosk.lockdown.facts import Concern, Probe
from kiosk.readiness.breaking_out import Attempts
from kiosk.readiness.checks import Check, Checked, Finding, escape, failed, not_possible, ok
from kiosk.readiness.shown_window import WindowState
from signing.errors import Refused
from signing.fields import Fields
from ui.readiness.line import Ask, Line, LineLost

COMES_UP_S: Final = 180.0
"""From a cold disk, on a busy machine, with a scanner of viruses; one that has ended is seen at once."""
ANSWERS_S: Final = 60.0
NAMES_AT_ONCE: Final = 500
"""As many of the longest fit into a line, and are drawn in time on a slow machine."""
_FONTS: Final = "Install fonts for these scripts (for example the Noto fonts of the system's packages)."


class Started(Protocol):
    """The window's process."""

    @property
    def process_id(self) -> int | None:
        """Its number; None while there is none."""
        ...

    def kill(self) -> None:
        """End it without asking."""
        ...

    def let_go(self) -> None:
        """Hang up and let go of it, after it has ended."""
        ...


class WindowOutside:
    """The window behind the walls; a ``ShownWindow``.

    Args:
        started: the process.
        line: to it.
    """

    def __init__(self, started: Started, line: Line) -> None:
        self._started, self._line = started, line
        self._is_lost = False

    @property
    def process(self) -> int | None:
        """Its process, as the machine counts."""
        return self._started.process_id

    def wait(self) -> None:
        """Wait until it is there.

        Raises:
            LineLost: it does not come up.
        """
        self._ask(Ask.CLEAR, within_s=COMES_UP_S).close()

    def state(self) -> WindowState:
        """Return how it stands."""
        fields = self._ask(Ask.STATE)
        state = WindowState(
            active=fields.flag("active"),
            fills=fields.flag("fills"),
            text=fields.text("text", min_length=0, max_length=TEXT_MAX),
            popups=fields.integer("popups"),
        )
        fields.close()
        return state

    def clear(self) -> None:
        """Empty its field and put the focus there."""
        self._ask(Ask.CLEAR).close()

    def trying(self, done: int, total: int, what: str) -> None:
        """Show what is tried now; that it cannot be shown any more is found by the checks."""
        del done, total
        if what:
            self._show(Ask.TRYING, {"what": what})

    def tell(self, checked: Checked) -> None:
        """Show what came of a check."""
        claim = checked.claim
        self._show(Ask.RESULT, {"evidence": claim.evidence, "outcome": claim.outcome.value, "what": checked.tries})

    def show_colours(self, colours: Sequence[str]) -> None:
        """Have the window show squares of these colours (``#rrggbb``), line by line; without any, its page."""
        self._ask(Ask.COLOURS, colours=list(colours)).close()

    def attempt(self, name: str, promised: Probe | None) -> Finding:
        """Have it try to break out."""
        fields = self._ask(Ask.ATTEMPT, name=name)
        got_out, saw = fields.flag("got_out"), fields.text("saw", max_length=TEXT_MAX)
        fields.close()
        return escape(got_out=got_out, saw=saw, promised=promised)

    def fonts(self, names: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
        """Return which of the names would be drawn with boxes, and for which scripts that holds of every name."""
        fields = self._ask(Ask.FONTS, names=list(names))
        boxes, scripts = fields.texts("boxes"), fields.texts("scripts")
        fields.close()
        return boxes, scripts

    def audio(self) -> Finding:
        """Ask whether sound can be played."""
        fields = self._ask(Ask.AUDIO)
        lacks = fields.text("lacks", min_length=0)
        fields.close()
        if lacks:
            return not_possible(
                lacks, "Needed only for exams with sound: plug in headphones, and look at the sound server."
            )
        return ok("Sound and film can be played.")

    def end(self) -> None:
        """End it."""
        if not self._is_lost:
            self._show(Ask.END, {})
        self._started.kill()
        self._started.let_go()

    def _show(self, what: Ask, about: Mapping[str, str]) -> None:
        try:
            self._line.ask(what, about, within_s=ANSWERS_S)
        except (LineLost, Refused):
            self._is_lost = True

    def _ask(self, what: Ask, *, within_s: float = ANSWERS_S, **about: str | list[str]) -> Fields:
        if self._is_lost:
            raise LineLost("the window is gone")
        try:
            return self._line.ask(what, about, within_s=within_s)
        except LineLost:
            self._is_lost = True
            raise


def inside_checks(
    window: WindowOutside, attempts: Attempts, promised: Mapping[Concern, Probe], names: Iterable[str]
) -> tuple[Check, ...]:
    """Return the checks that are asked of the window.

    Args:
        window: behind its walls.
        attempts: of this system.
        promised: what the capability table says.
        names: names of people that have to be shown here.
    """
    wanted = sorted({name for name in names if name})
    tried = (
        Check(
            name=name,
            tries=tries,
            run=partial(window.attempt, name, None if concern is None else promised.get(concern)),
            is_quick=False,
        )
        for name, (concern, tries, _) in attempts.items()
    )
    return (
        *tried,
        Check(name="fonts/names", tries="Names of the roster", run=lambda: _names(window, wanted), is_quick=False),
        Check(name="fonts/scripts", tries="Names in many scripts", run=lambda: _scripts(window), is_quick=False),
        Check(name="audio/playing", tries="Playing sound", run=window.audio, is_quick=False),
    )


def _names(window: WindowOutside, names: Sequence[str]) -> Finding:
    if not names:
        return not_possible("There is no roster on this seat.", "Import the roster before the day.")
    boxes = 0
    for begin in range(0, len(names), NAMES_AT_ONCE):
        found, _ = window.fonts(names[begin : begin + NAMES_AT_ONCE])
        boxes += len(found)
    if boxes:  # how many, and not whose: a certificate names no candidates
        return failed(f"{boxes} of {len(names)} names would be shown with empty boxes.", _FONTS)
    return ok(f"All {len(names)} names can be shown.")


def _scripts(window: WindowOutside) -> Finding:
    _, scripts = window.fonts(())
    if scripts:
        return not_possible(f"Names would be shown with empty boxes in: {', '.join(scripts)}.", _FONTS)
    return ok("Names can be shown in every script that was tried.")
