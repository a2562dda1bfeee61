"""What is asked of the self-test's stranger on Windows, over a line: the orders, and the stranger as it is seen from outside.

Owns the orders' words and fields. ``stranger_program`` answers them, ``windows_checks`` gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

from signing.canonical import JsonInput
from signing.fields import Fields
from ui.readiness.line import Line

COMES_UP_S: Final = 180.0
ANSWERS_S: Final = 60.0
"""So long a busy machine may take; each answer comes at once."""
TEXT_MAX: Final = 1_000
LIST_MAX: Final = 2_000


class Order(Enum):
    """What a stranger does."""

    HELLO = "hello"
    PRESS = "press"
    WRITE = "write"
    CLICK_MIDDLE = "click-middle"
    SHOW = "show"
    HIDE = "hide"
    KEYS = "keys"
    TITLES = "titles"
    AFFINITIES = "affinities"
    OWN = "own"
    READ_CLIPBOARD = "read-clipboard"
    PICTURE = "picture"
    LAYOUT = "layout"
    READS_MEMORY = "reads-memory"
    ATTACH = "attach"
    DETACH = "detach"


class StrangerOutside:
    """The stranger. See ``windows_checks.StrangeProgram``.

    Args:
        line: to its process. Whatever is asked raises ``LineLost`` when it is gone.
    """

    def __init__(self, line: Line) -> None:
        self._line = line

    def wait(self) -> None:
        """Wait until it is there."""
        self._line.ask(Order.HELLO, {}, within_s=COMES_UP_S)

    def press(self, combination: str) -> bool:
        """Press and release a combination."""
        return self._flag(Order.PRESS, keys=combination)

    def write(self, text: str) -> str:
        """Press keys of letters, and return what they type."""
        return self._text(Order.WRITE, text=text)

    def click_middle(self) -> bool:
        """Click the middle button."""
        return self._flag(Order.CLICK_MIDDLE)

    def show(self, title: str) -> bool:
        """Show a window."""
        return self._flag(Order.SHOW, title=title)

    def hide(self) -> None:
        """Take it away."""
        self._flag(Order.HIDE)

    def keys_received(self) -> int:
        """Return how many keys have come since the last time."""
        fields = self._ask(Order.KEYS)
        value = fields.integer("value")
        fields.close()
        return value

    def titles(self) -> Sequence[str]:
        """Return what the windows here call themselves."""
        return self._texts(Order.TITLES)

    def affinities(self, process: int) -> Sequence[int]:
        """Return who may capture the windows of a process."""
        return [int(each) for each in self._texts(Order.AFFINITIES, process=process)]

    def own(self, text: str) -> bool:
        """Put a text into the clipboard."""
        return self._flag(Order.OWN, text=text)

    def read_clipboard(self) -> str:
        """Return the text in the clipboard."""
        return self._text(Order.READ_CLIPBOARD)

    def picture(self, lines: int) -> Sequence[str]:
        """Take a picture of the screen."""
        return self._texts(Order.PICTURE, lines=lines)

    def layout(self) -> str:
        """Return the name of the keyboard's layout."""
        return self._text(Order.LAYOUT)

    def reads_memory(self, process: int) -> bool:
        """Tell whether it can read a process's memory."""
        return self._flag(Order.READS_MEMORY, process=process)

    def attach(self, process: int) -> bool:
        """Be a process's debugger."""
        return self._flag(Order.ATTACH, process=process)

    def detach(self) -> None:
        """Be none any more."""
        self._flag(Order.DETACH)

    def _ask(self, order: Order, **about: JsonInput) -> Fields:
        return self._line.ask(order, about, within_s=ANSWERS_S)

    def _flag(self, order: Order, **about: JsonInput) -> bool:
        fields = self._ask(order, **about)
        value = fields.flag("value")
        fields.close()
        return value

    def _text(self, order: Order, **about: JsonInput) -> str:
        fields = self._ask(order, **about)
        value = fields.text("value", min_length=0, max_length=TEXT_MAX)
        fields.close()
        return value

    def _texts(self, order: Order, **about: JsonInput) -> tuple[str, ...]:
        fields = self._ask(order, **about)
        value = fields.texts("value", max_items=LIST_MAX, max_length=TEXT_MAX)
        fields.close()
        return value
