"""The self-test's stranger as a process of Windows: does what it is told over its line, and ends with it.

Owns the loop. What it does is ``WindowsStranger``; refuses to judge. Runs on Windows only.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from typing import Final

from kiosk.lockdown.windows.pipes import handles_in, line_over
from kiosk.readiness.windows_stranger import WindowsStranger
from signing.canonical import JsonInput
from signing.errors import FormRefused
from signing.fields import Fields
from ui.readiness.line import LineLost, PipeWire, lines_from, question, said
from ui.readiness.stranger_line import LIST_MAX, Order

NO_LINE: Final = 2
_ROUND_S: Final = 0.05


def main() -> int:
    """Be the stranger until nobody is at the other end."""
    handles = handles_in(os.environ)
    if handles is None:
        return NO_LINE
    news = threading.Event()
    line = line_over(handles, news=news.set)
    wire = PipeWire(line, news)
    stranger = WindowsStranger()
    try:
        for order in lines_from(lambda: _wait(wire, stranger.pump)):
            fields = question(order)
            wire.send(said({"value": _done(stranger, fields)}))
    except (OSError, LineLost, FormRefused):
        pass  # the self-test is gone
    stranger.detach()
    line.close()
    return 0


def _wait(wire: PipeWire, meanwhile: Callable[[], None]) -> bytes:
    """A window that takes nothing from its queue is one that hangs."""
    while (piece := wire.receive(_ROUND_S)) is None:
        meanwhile()
    return piece


def _done(stranger: WindowsStranger, fields: Fields) -> JsonInput:
    return _ORDERS[fields.choice("ask", Order)](stranger, fields)


def _hide(stranger: WindowsStranger, fields: Fields) -> JsonInput:
    del fields
    stranger.hide()
    return True


def _detach(stranger: WindowsStranger, fields: Fields) -> JsonInput:
    del fields
    stranger.detach()
    return True


_ORDERS: Final[Mapping[Order, Callable[[WindowsStranger, Fields], JsonInput]]] = {
    Order.HELLO: lambda _, __: True,
    Order.PRESS: lambda stranger, fields: stranger.press(fields.text("keys")),
    Order.WRITE: lambda stranger, fields: stranger.write(fields.text("text")),
    Order.CLICK_MIDDLE: lambda stranger, _: stranger.click_middle(),
    Order.SHOW: lambda stranger, fields: stranger.show(fields.text("title")),
    Order.HIDE: _hide,
    Order.KEYS: lambda stranger, _: stranger.keys_received(),
    Order.TITLES: lambda stranger, _: list(stranger.titles()[:LIST_MAX]),
    Order.AFFINITIES: lambda stranger, fields: [str(each) for each in stranger.affinities(fields.integer("process"))],
    Order.OWN: lambda stranger, fields: stranger.own(fields.text("text")),
    Order.READ_CLIPBOARD: lambda stranger, _: stranger.read_clipboard(),
    Order.PICTURE: lambda stranger, fields: list(stranger.picture(fields.integer("lines"))),
    Order.LAYOUT: lambda stranger, _: stranger.layout(),
    Order.READS_MEMORY: lambda stranger, fields: stranger.reads_memory(fields.integer("process")),
    Order.ATTACH: lambda stranger, fields: stranger.attach(fields.integer("process")),
    Order.DETACH: _detach,
}
