"""A big number on each display for a few seconds, so that people know which is which.

Owns the shapes of the digits and the windows they are shown in: seven bars, as on a pocket calculator, made of windows that have
a colour and nothing else, so that no font is needed and the server paints them by itself. They take no input. Refuses to know
how the displays were numbered, and how long the numbers stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import xcffib
import xcffib.xproto

from kiosk.lockdown.x11.connection import NoXServerError, Rectangle, XReply

WHITE: Final = 0xFFFFFF
BLACK: Final = 0x000000
_BARS: Final = ("abcdef", "bc", "abdeg", "abcdg", "bcfg", "acdfg", "acdefg", "abc", "abcdefg", "abcdfg")
"""By digit: top a, upper right b, lower right c, bottom d, lower left e, upper left f, middle g."""
_HEIGHT: Final = 4
_WIDTH: Final = 2
"""A digit is four units high and two wide; between two of them is one more. A bar is half a unit thick."""
_THICK: Final = 2
_GEOMETRY: Final = re.compile(r"(\d+)x(\d+)([+-]-?\d+)([+-]-?\d+)")


def place_of(geometry: str) -> Rectangle | None:
    """Return where a display shows something, as ``kiosk.lockdown.displays.Display`` writes it; None of one that is dark."""
    match = _GEOMETRY.fullmatch(geometry)
    if match is None:
        return None
    width, height, x, y = (int(part.replace("+-", "-")) for part in match.groups())
    return Rectangle(x=x, y=y, width=width, height=height)


def bars_of(number: int, width: int, height: int) -> tuple[Rectangle, ...]:
    """Return the bars of a number in the middle of a display: half as high as it is, or less where that is too wide.

    Args:
        number: from 0.
        width, height: of the display, in pixels.

    Raises:
        ValueError: a negative number.
    """
    if number < 0:
        raise ValueError("a display has no negative number")
    digits = str(number)
    units = len(digits) * (_WIDTH + 1) - 1
    unit = max(1, min(height // (2 * _HEIGHT), width * 3 // (4 * units)))
    left, top = (width - units * unit) // 2, (height - _HEIGHT * unit) // 2
    return tuple(
        bar
        for position, digit in enumerate(digits)
        for bar in _digit(int(digit), left + position * (_WIDTH + 1) * unit, top, unit)
    )


def _digit(digit: int, x: int, y: int, unit: int) -> Iterator[Rectangle]:
    thick = max(1, unit // _THICK)
    wide, high, half = _WIDTH * unit, _HEIGHT * unit, _HEIGHT * unit // 2
    right, bottom = x + wide - thick, y + high - thick
    shapes = {
        "a": (x, y, wide, thick),
        "b": (right, y, thick, half),
        "c": (right, y + half, thick, high - half),
        "d": (x, bottom, wide, thick),
        "e": (x, y + half, thick, high - half),
        "f": (x, y, thick, half),
        "g": (x, y + (high - thick) // 2, wide, thick),
    }
    for name in _BARS[digit]:
        left, top, width, height = shapes[name]
        yield Rectangle(x=left, y=top, width=width, height=height)


@contextmanager
def shown_numbers(display: str | None, places: Mapping[int, Rectangle]) -> Iterator[None]:
    """Show a number over each place until the block is left.

    Args:
        display: of the X server, as ``:0``; None takes the environment's.
        places: where, by number.

    Raises:
        NoXServerError: nothing answers there, or it goes away meanwhile.
    """
    try:
        connection: XReply = xcffib.Connection(display=display)
    except xcffib.XcffibException as error:
        raise NoXServerError(f"no X server at {display or 'the default display'}: {error!r}") from None
    try:
        root = connection.setup.roots[0].root
        for number, place in places.items():
            sheet = _window(connection, root, place, WHITE)
            for bar in bars_of(number, place.width, place.height):
                _window(connection, sheet, bar, BLACK)
            connection.core.MapSubwindows(sheet)
            connection.core.MapWindow(sheet)
        connection.core.GetInputFocus().reply()  # everything before it has been done when this is answered
        yield
    except xcffib.XcffibException as error:
        raise NoXServerError(f"the X server does not show numbers: {error!r}") from None
    finally:
        connection.disconnect()  # the server takes the windows away with it


def _window(connection: XReply, parent: int, place: Rectangle, colour: int) -> int:
    window = int(connection.generate_id())
    mask = xcffib.xproto.CW.BackPixel | xcffib.xproto.CW.OverrideRedirect
    kind = xcffib.xproto.WindowClass.InputOutput
    where = (place.x, place.y, place.width, place.height)
    connection.core.CreateWindow(0, window, parent, *where, 0, kind, 0, mask, [colour, 1])
    return window
