"""Words that are made with an input method: it is waited for before Qt looks for it, and told where on the screen they are made.

Owns both, because Qt asks for an input method once and never again, and goes by where a field was when it got the focus. Refuses
to know which input method it is. Loads nothing but Qt.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QGuiApplication, QTransform
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

ADDRESS_VARIABLE: Final = "IBUS_ADDRESS_FILE"
"""Names a file; who starts the input method writes into it once it is there."""
TURN_S: Final = 0.05
TURNS: Final = 300
"""So long a busy machine is waited for; a window that comes up without types without, for as long as it lives."""
_LACKS: Final = "lacksInputMethod"


def wait_for_input_method(environment: Mapping[str, str], *, turns: int = TURNS) -> bool:
    """Wait until the input method is there; to be called before there is a ``QApplication``.

    Args:
        environment: this process's.
        turns: so often it is looked for, each ``TURN_S``.

    Returns:
        Whether everything is there that is wanted.
    """
    name = environment.get(ADDRESS_VARIABLE, "")
    if not name:
        return True
    never = threading.Event()
    for _ in range(turns):
        if _is_written(Path(name)):
            return True
        never.wait(TURN_S)
    return False


def _is_written(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except OSError:
        return False


def compose_on(app: QApplication, *, with_all: bool) -> None:
    """See that words are made where they will stand, and keep in mind whether there is something that makes them.

    Args:
        app: just made.
        with_all: what ``wait_for_input_method`` said before.
    """
    app.setProperty(_LACKS, not with_all)
    Candidates(app)


def lacks_input_method(app: QApplication) -> bool:
    """Tell whether one is wanted that was not there when Qt looked for it."""
    return bool(app.property(_LACKS))


class Candidates(QObject):
    """Keeps an input method's candidates beside the words.

    Qt tells where the cursor is in its field, and takes the field's place from when the field last moved or got the focus. When
    what the field lies in moves (a page that is scrolled, a line that comes above it) it does not look again, and candidates
    cover what is being written. It also leaves out the frame of a field that scrolls, inside which the cursor is: ours grows
    with the text.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._method = QGuiApplication.inputMethod()
        self._method.cursorRectangleChanged.connect(self.place)

    @Slot()
    def place(self) -> None:
        """Say where the field is now; says the cursor's place again where that is another one."""
        field = QApplication.focusWidget()
        if field is None:
            return
        inside = field.viewport() if isinstance(field, QAbstractScrollArea) else field
        origin = inside.mapTo(field.window(), QPoint(0, 0))
        now = QTransform.fromTranslate(origin.x(), origin.y())
        if now != self._method.inputItemTransform():
            self._method.setInputItemTransform(now)
