"""A window that waits, loaded, for the first one to be gone."""

from __future__ import annotations

from typing import Any, cast

from ui.lockdown.ports import Window
from ui.lockdown.reserve import REST_MS, WindowReserve


class Made:
    def __init__(self, *, waits: bool) -> None:
        self.waits = waits
        self.code: int | None = None
        self.told = self.let = False
        self.hears = True

    def ended(self) -> int | None:
        return self.code

    def go(self) -> bool:
        self.told = self.hears
        return self.hears

    def kill(self) -> None:
        self.code = -9

    def let_go(self) -> None:
        self.let = True


class Factory:
    def __init__(self) -> None:
        self.made: list[Made] = []

    def __call__(self, waits: bool) -> Window:  # noqa: FBT001 - as the reserve asks
        self.made.append(Made(waits=waits))
        return cast("Window", self.made[-1])


class Refusing(Factory):
    """A machine with no room for so many more."""

    refusals = 1

    def __call__(self, waits: bool) -> Window:  # noqa: FBT001 - as the reserve asks
        if waits and self.refusals:
            self.refusals -= 1
            raise OSError(11, "Resource temporarily unavailable")
        return super().__call__(waits)


def test_where_there_is_no_room_for_it_now_it_is_made_later() -> None:
    factory = Refusing()
    windows = WindowReserve(factory, is_kept=True)
    waiting(windows)
    assert factory.made == []
    windows.keep(REST_MS + 1)
    assert factory.made == []
    windows.keep(2 * REST_MS)
    assert [each.waits for each in factory.made] == [True]


def reserve(*, is_kept: bool = True) -> tuple[WindowReserve, Factory]:
    factory = Factory()
    return WindowReserve(factory, is_kept=is_kept), factory


def waiting(windows: WindowReserve, now_ms: int = 0) -> None:
    windows.keep(now_ms)
    windows.keep(now_ms + REST_MS)


def test_the_first_window_is_started_and_the_next_one_waits_after_a_rest() -> None:
    windows, factory = reserve()
    assert cast("Any", windows.take()) is factory.made[0]
    assert not factory.made[0].waits
    windows.keep(1_000)
    windows.keep(1_000 + REST_MS - 1)
    assert len(factory.made) == 1
    windows.keep(1_000 + REST_MS)
    windows.keep(1_000 + 2 * REST_MS)
    assert [each.waits for each in factory.made] == [False, True]
    assert cast("Any", windows.take()) is factory.made[1]
    assert factory.made[1].told


def test_one_that_died_while_it_waited_is_not_taken_and_another_one_is_made_after_a_rest() -> None:
    windows, factory = reserve()
    waiting(windows)
    factory.made[0].code = 1
    assert cast("Any", windows.take()) is factory.made[1]
    assert not factory.made[1].waits
    assert factory.made[0].let
    waiting(windows)
    factory.made[2].code = 1
    windows.keep(2 * REST_MS)
    assert len(factory.made) == 3
    assert factory.made[2].let
    windows.keep(3 * REST_MS)
    assert factory.made[3].waits


def test_one_that_does_not_hear_is_ended() -> None:
    windows, factory = reserve()
    waiting(windows)
    factory.made[0].hears = False
    assert cast("Any", windows.take()) is factory.made[1]
    assert (factory.made[0].code, factory.made[0].let) == (-9, True)


def test_at_the_end_it_goes_and_where_none_is_wanted_none_is_made() -> None:
    windows, factory = reserve()
    waiting(windows)
    windows.close()
    windows.close()
    assert factory.made[0].let
    windows, factory = reserve(is_kept=False)
    waiting(windows)
    assert factory.made == []
