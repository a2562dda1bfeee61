"""The self-test's stranger over real pipes: every order comes to it as it was given, and it goes with its line."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kiosk.lockdown.windows.pipes import PIPES_VARIABLE, PipesToWindow
from signing.errors import FormRefused
from tests.kiosk.readiness.made_up_windows import PROCESS, MadeUpStranger, World
from ui.readiness import stranger_program
from ui.readiness.line import Ask, Line, LineLost, PipeWire, lines_from
from ui.readiness.stranger_line import Order, StrangerOutside

PATIENCE_S = 60


class Stranger(MadeUpStranger):
    """With what is asked of it beside what is tried."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.rounds = threading.Event()

    def pump(self) -> None:
        self.rounds.set()

    def layout(self) -> str:
        return "00000407"

    def affinities(self, process: int) -> tuple[int, ...]:
        return (0x11, 1) if process == PROCESS else ()


@dataclass(frozen=True)
class Rig:
    """A stranger that runs on a thread in place of a process."""

    outside: StrangerOutside
    pipes: PipesToWindow
    world: World
    inside: Stranger
    thread: threading.Thread
    line: Line


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    world, news = World(), threading.Event()
    inside = Stranger(world)
    monkeypatch.setattr(stranger_program, "WindowsStranger", lambda: inside)
    pipes = PipesToWindow(news.set)
    monkeypatch.setenv(PIPES_VARIABLE, pipes.words)
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(stranger_program.main()))
    thread.start()
    line = Line(PipeWire(pipes.line, news))
    try:
        yield Rig(StrangerOutside(line), pipes, world, inside, thread, line)
    finally:
        pipes.line.close()
        thread.join(PATIENCE_S)
        assert codes == [0]


def test_what_is_ordered_is_done(rig: Rig) -> None:
    outside, world = rig.outside, rig.world
    outside.wait()
    assert rig.inside.rounds.wait(PATIENCE_S), "its windows are looked after while nothing is ordered"
    world.takes_programs = True
    assert outside.write("exam") == "exam"
    assert world.text == "exam"
    assert outside.press("Alt+Tab")
    assert world.kept_away == ["Alt+Tab"]
    assert outside.click_middle()
    assert outside.show("Notes")
    assert outside.titles() == ("Notes",)
    assert outside.write("ab") == "ab"
    assert (outside.keys_received(), outside.keys_received()) == (2, 0)
    outside.hide()
    assert outside.titles() == ()
    assert outside.own("Größe")
    assert outside.read_clipboard() == "Größe"
    assert outside.affinities(PROCESS) == [0x11, 1]
    world.painted = ["#102030"]
    world.leaks |= {"capture", "memory", "debugger"}
    assert outside.picture(8) == ("#192939",)
    assert outside.layout() == "00000407"
    assert outside.reads_memory(PROCESS)
    assert outside.attach(PROCESS)
    assert world.debugged
    outside.detach()
    assert not world.debugged


def test_a_debugger_lets_go_when_its_line_ends(rig: Rig) -> None:
    rig.world.leaks.add("debugger")
    assert rig.outside.attach(PROCESS)
    rig.pipes.line.close()
    rig.thread.join(PATIENCE_S)
    assert not rig.world.debugged
    with pytest.raises(LineLost):
        rig.outside.layout()


def test_what_is_no_order_ends_it(rig: Rig) -> None:
    with pytest.raises((LineLost, FormRefused)):
        rig.line.ask(Ask.STATE, {}, within_s=PATIENCE_S)
    rig.thread.join(PATIENCE_S)
    assert not rig.thread.is_alive()


def test_every_order_is_known() -> None:
    assert set(vars(stranger_program)["_ORDERS"]) == set(Order)


def test_without_a_line_there_is_no_stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PIPES_VARIABLE, raising=False)
    assert stranger_program.main() == stranger_program.NO_LINE


def test_nobody_waits_for_a_wire_that_says_nothing() -> None:
    news = threading.Event()
    pipes = PipesToWindow(news.set)
    try:
        assert PipeWire(pipes.line, news).receive(0.01) is None
    finally:
        pipes.line.close()
        pipes.given_away()


def test_lines_that_come_in_pieces() -> None:
    pieces = iter([b"a\nb", b"c", b"\n\nd", b""])
    assert list(lines_from(lambda: next(pieces))) == [b"a", b"bc", b""]
