"""Whatever a medium does and in whatever order: the session goes on, and in the end the copy holds all of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exam_packages.session_events import Paused, PauseReason, Resumed
from kiosk.journal.store import Entry
from kiosk.mirror import writing
from kiosk.mirror.copy import MirrorCopy, MirrorPlan
from tests.kiosk.journal.journals import check
from tests.kiosk.mirror.media import Sitting, copies, refuse_difference
from tests.kiosk.session.plans import PROCTOR


class Act(Enum):
    """What happens next."""

    ANSWER = "answer"
    MANY = "many answers"
    PULL = "pull the medium out"
    PUT_IN = "put it in again"
    EMPTY = "put an empty one in"
    FAIL = "let the next write fail"
    RESTART = "restart the program"


class Faults:
    """Lets the next write to the copy fail."""

    def __init__(self) -> None:
        self.armed = 0

    def open(self, plan: MirrorPlan, spoiled: frozenset[Path]) -> MirrorCopy:
        copy = MirrorCopy.open(plan, spoiled)
        copy.append = self._failing(copy.append)  # type: ignore[method-assign, assignment] # the one thing that a medium does
        return copy

    def _failing(self, append: Callable[[Sequence[Entry]], None]) -> Callable[[Sequence[Entry]], None]:
        def write(entries: Sequence[Entry]) -> None:
            if self.armed:
                self.armed -= 1
                raise OSError(28, os.strerror(28))
            append(entries)

        return write


class Day:
    """One session through everything that happens to its medium."""

    def __init__(self, folder: Path) -> None:
        self.faults = Faults()
        self.medium, self.journal = folder / "stick", folder / "journal"
        self.away = 0
        self.medium.mkdir()
        self.desk = Sitting(self.journal, self.medium, open_copy=self.faults.open)
        self.count = 0

    def do(self, act: Act) -> None:
        match act:
            case Act.ANSWER:
                self._answer(1)
            case Act.MANY:
                self._answer(25)
            case Act.PULL if self.medium.is_dir():
                self.away += 1
                self.medium.rename(self._drawer(self.away))
            case Act.PUT_IN if not self.medium.is_dir() and self.away:
                self._drawer(self.away).rename(self.medium)
                self.away -= 1
            case Act.EMPTY if not self.medium.is_dir():
                self.medium.mkdir()
            case Act.FAIL:
                self.faults.armed = 1
            case Act.RESTART:
                self.desk.close()
                self.desk = Sitting(self.journal, self.medium, going_on=check(self.journal), open_copy=self.faults.open)
                self.desk.writer.apply(Paused(reason=PauseReason.RESTART))
                self.desk.writer.apply(Resumed(proctor=PROCTOR))
            case _:
                pass  # the medium is where it is already

    def end(self) -> None:
        """Whatever happened: with a medium in, the copy gets there."""
        self.do(Act.PUT_IN)
        self.do(Act.EMPTY)
        self.desk.until_in_step()
        self.desk.close()

    def _answer(self, times: int) -> None:
        for _ in range(times):
            self.count += 1
            self.desk.answer(f"value {self.count}")

    def _drawer(self, number: int) -> Path:
        return self.medium.with_name(f"stick-{number}")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(Act), max_size=10))
def test_any_order_of_faults_ends_in_equality(acts: list[Act]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "HELD_RECORDS", 8)
        day = Day(Path(folder))
        try:
            for act in acts:
                day.do(act)
            day.end()
            last = check(day.journal)
            assert any(check(copy) == last for copy in copies(day.medium))
            for copy in copies(day.medium):
                lines = check(copy).lines
                assert lines == last.lines[: len(lines)]
        finally:
            day.desk.close()


@pytest.mark.parametrize(
    "acts",
    [
        [Act.PULL, Act.MANY, Act.PUT_IN, Act.ANSWER],
        [Act.ANSWER, Act.FAIL, Act.MANY, Act.RESTART, Act.ANSWER],
        [Act.PULL, Act.RESTART, Act.MANY, Act.EMPTY, Act.PULL, Act.ANSWER, Act.PUT_IN],
    ],
)
def test_orders_that_were_thought_of(tmp_path: Path, acts: list[Act]) -> None:
    day = Day(tmp_path)
    for act in acts:
        day.do(act)
    day.end()
    refuse_difference(day.journal, copies(day.medium)[-1])
