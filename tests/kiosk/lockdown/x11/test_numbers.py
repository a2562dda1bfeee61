"""Numbers on displays: the right bars, inside of every display, seen on a real server and gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import xcffib
import xcffib.xproto
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.x11.connection import NoXServerError, Rectangle, XServer
from kiosk.lockdown.x11.numbers import BLACK, WHITE, bars_of, place_of, shown_numbers
from kiosk.lockdown.x11.outputs import displays_of
from tests.kiosk.lockdown.x11.displays_for_tests import once

COUNTS = {0: 6, 1: 2, 2: 5, 3: 5, 4: 4, 5: 5, 6: 6, 7: 3, 8: 7, 9: 6}


@pytest.mark.parametrize(("digit", "bars"), COUNTS.items())
def test_every_digit_has_its_bars(digit: int, bars: int) -> None:
    assert len(bars_of(digit, 1280, 800)) == bars


def test_no_two_digits_look_alike() -> None:
    assert len({frozenset(map(str, bars_of(digit, 1280, 800))) for digit in range(10)}) == 10


@given(st.integers(0, 99), st.integers(64, 8_000), st.integers(64, 8_000))
def test_a_number_is_inside_of_its_display_and_big(number: int, width: int, height: int) -> None:
    bars = bars_of(number, width, height)
    assert all(bar.x >= 0 and bar.y >= 0 for bar in bars)
    assert all(bar.x + bar.width <= width and bar.y + bar.height <= height for bar in bars)
    assert all(bar.width > 0 and bar.height > 0 for bar in bars)
    high = max(bar.y + bar.height for bar in bars) - min(bar.y for bar in bars)
    assert high >= min(height // 3, width // 3)


def test_there_is_no_display_below_none() -> None:
    with pytest.raises(ValueError, match="negative"):
        bars_of(-1, 1280, 800)


@given(st.integers(1, 9_999), st.integers(1, 9_999), st.integers(-9_999, 9_999), st.integers(-9_999, 9_999))
def test_a_place_is_read_as_it_is_written(width: int, height: int, x: int, y: int) -> None:
    place = Rectangle(x=x, y=y, width=width, height=height)
    assert place_of(str(place)) == place


@pytest.mark.parametrize("dark", ["", "on", "1280x800", "1280x800+0", "x+0+0", "1280x800+a+b"])
def test_what_says_no_place_is_none(dark: str) -> None:
    assert place_of(dark) is None


def pixel(server: XServer, x: int, y: int) -> int:
    picture = server.core.GetImage(xcffib.xproto.ImageFormat.ZPixmap, server.root, x, y, 1, 1, 0xFFFFFFFF).reply()
    return int.from_bytes(bytes(picture.data[:3]), "little")


@pytest.fixture
def server(display: str) -> Iterator[XServer]:
    opened = XServer(display)
    yield opened
    opened.close()


@pytest.mark.x11
def test_each_display_shows_its_own_number_and_then_what_was_there_before(server: XServer, display: str) -> None:
    once(display, "monitor")
    try:
        places = {
            number: place
            for number, each in enumerate(displays_of(server), 1)
            if (place := place_of(each.geometry)) is not None
        }
        assert sorted(places) == [1, 2]
        points = [
            (place.x + bar.x + bar.width // 2, place.y + bar.y + bar.height // 2)
            for number, place in reversed(places.items())
            for bar in bars_of(number, place.width, place.height)
        ][:5]  # those of the one that is on top of the other: a declared monitor lies on the only screen that Xvfb has
        before = [pixel(server, x, y) for x, y in points]
        with shown_numbers(display, places):
            corner = places[2]
            assert pixel(server, corner.x + 1, corner.y + 1) == WHITE
            assert [pixel(server, x, y) for x, y in points] == [BLACK] * 5
        assert [pixel(server, x, y) for x, y in points] == before
    finally:
        once(display, "no-monitor")


def test_without_a_server_it_says_so() -> None:
    with pytest.raises(NoXServerError), shown_numbers(":9999", {1: Rectangle(x=0, y=0, width=10, height=10)}):
        raise AssertionError("there is no such server")
