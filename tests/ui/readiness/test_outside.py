"""Every name of a roster is looked at, however long the roster is."""

from __future__ import annotations

import socket
import threading

import pytest

from exam_packages.readiness_certificates import CheckOutcome
from exam_packages.session_plans import NAME_MAX
from kiosk.readiness.checks import Finding
from ui.readiness.line import LINE_MAX_BYTES, Ask, DescriptorWire, Line, asked
from ui.readiness.outside import NAMES_AT_ONCE, WindowOutside, inside_checks

BAD = "\U000e1234"


class MadeUp:
    """A window that draws what is asked of it, and a box for one character."""

    process_id = None

    def __init__(self) -> None:
        self.line, self._theirs = socket.socketpair()
        self.asked: list[str] = []
        self._thread = threading.Thread(target=self._answer)
        self._thread.start()

    def kill(self) -> None:
        self._theirs.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def let_go(self) -> None:
        self.line.close()
        self._theirs.close()

    def _answer(self) -> None:
        line = Line(DescriptorWire(self._theirs.fileno()))
        while (question := line.read(None)) is not None:
            what, fields = asked(question)
            if what is not Ask.FONTS:
                line.say({})
                continue
            names = fields.texts("names")
            self.asked += names
            line.say({"boxes": [name for name in names if BAD in name], "scripts": []})


@pytest.fixture
def made_up() -> MadeUp:
    return MadeUp()


def look_at(made_up: MadeUp, names: list[str]) -> Finding:
    window = WindowOutside(made_up, Line(DescriptorWire(made_up.line.fileno())))
    try:
        return next(check for check in inside_checks(window, {}, {}, names) if check.name == "fonts/names").run()
    finally:
        window.end()


def test_the_last_of_many_names_is_looked_at(made_up: MadeUp) -> None:
    names = [f"Candidate {n:05}" for n in range(5_000)]
    finding = look_at(made_up, [*names[:-1], f"Zoë {BAD}", f"Zoë {BAD}", ""])
    assert finding.outcome is CheckOutcome.FAILED
    assert finding.evidence == "1 of 5000 names would be shown with empty boxes."
    assert len(made_up.asked) == 5_000


def test_all_means_all(made_up: MadeUp) -> None:
    names = {f"Candidate {n}" for n in range(2 * NAMES_AT_ONCE + 1)}
    finding = look_at(made_up, sorted(names))
    assert (finding.outcome, finding.evidence) == (CheckOutcome.OK, f"All {len(names)} names can be shown.")
    assert set(made_up.asked) == names


def test_the_longest_names_fit_into_a_line(made_up: MadeUp) -> None:
    names = [f"{n:04}{'𠀀' * (NAME_MAX - 4)}" for n in range(NAMES_AT_ONCE)]
    assert look_at(made_up, names).outcome is CheckOutcome.OK
    assert len("".join(names).encode()) < LINE_MAX_BYTES


def test_a_seat_without_a_roster_says_so(made_up: MadeUp) -> None:
    assert look_at(made_up, []).outcome is CheckOutcome.NOT_POSSIBLE
    assert made_up.asked == []
