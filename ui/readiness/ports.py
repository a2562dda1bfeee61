"""What a self-test needs of a system and of a seat: what locks the machine down, a window with a line to it, what is tried there.

Owns the shapes. ``on_linux`` and ``on_windows`` have the first; the order of a self-test knows nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from exam_packages.as_found import GivenBack
from kiosk.lockdown.backends import Backend
from kiosk.lockdown.engine import RestoreReport
from kiosk.lockdown.facts import Concern, Probe
from kiosk.lockdown.operations import Operation
from kiosk.readiness.breaking_out import Attempts
from kiosk.readiness.checks import Check
from ui.readiness.outside import WindowOutside


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTried:
    """What is tried of the seat itself, and what it knows.

    Attributes:
        checks: of disk, clock, exams and program.
        names: of people that have to be shown here.
        input_method: that the site's file names; empty where it names none.
        sign: signs what was put back, and why.
    """

    checks: Sequence[Check]
    names: Sequence[str]
    input_method: str
    sign: Callable[[RestoreReport, GivenBack], None]


class Place(Protocol):
    """This machine."""

    @property
    def attempts(self) -> Attempts:
        """What is tried from inside the window's process."""
        ...

    @property
    def ending_signals(self) -> Sequence[int]:
        """By which somebody ends a program here."""
        ...

    def backend(self, window: Callable[[], int | None]) -> Backend:
        """Return what this machine is locked down with, the same one at every call.

        Args:
            window: the window's process; None while there is none.

        Raises:
            SupervisorFault: it does not answer.
        """
        ...

    def known_operations(self) -> Mapping[str, Operation]:
        """Return everything that can be put back, by name, whatever is locked down with today."""
        ...

    def machine_checks(self) -> Sequence[Check]:
        """Return what is tried of the machine without a window."""
        ...

    def show(self) -> WindowOutside:
        """Start the self-test's window, as the exam's is started.

        Raises:
            OSError: it could not be started.
        """
        ...

    def strange_checks(
        self, window: WindowOutside, promised: Mapping[Concern, Probe], input_method: str
    ) -> AbstractContextManager[Sequence[Check]]:
        """Return what other programs try at the window, while the block runs.

        Args:
            window: the exam's.
            promised: what the capability table says.
            input_method: that the site's file names.
        """
        ...
