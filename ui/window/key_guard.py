"""What keys, mouse buttons and drops must do nothing, and the event filter that makes it so.

The decision is a pure function of a key and its modifiers; the filter only asks it. Full screen with a keyboard grab keeps
the window manager away from the keys; this keeps them away from the widgets.
"""

from __future__ import annotations

from typing import Final, cast

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QClipboard, QDropEvent, QGuiApplication, QKeyEvent, QMouseEvent

_Key = Qt.Key
_Modifier = Qt.KeyboardModifier

_ALWAYS: Final = frozenset(
    {
        _Key.Key_Print,
        _Key.Key_SysReq,
        _Key.Key_Menu,
        _Key.Key_Super_L,
        _Key.Key_Super_R,
        _Key.Key_Hyper_L,
        _Key.Key_Hyper_R,
        _Key.Key_Meta,
        _Key.Key_Help,
        _Key.Key_PowerOff,
        _Key.Key_Sleep,
        _Key.Key_Launch0,
        _Key.Key_LaunchMail,
        _Key.Key_Calculator,
        _Key.Key_HomePage,
        _Key.Key_Search,
    }
)
# Files and windows; Ctrl+K and Ctrl+U cut to the clipboard in line edits on X11. Copy, cut and paste are not here: every
# field of the window does them within itself, and ``ClipboardGuard`` keeps the system's clipboards empty.
_WITH_CONTROL: Final = frozenset(
    getattr(_Key, f"Key_{name}") for name in ("K", "U", "P", "O", "S", "Q", "W", "N", "T", "Tab")
)


def is_blocked(key: int, modifiers: Qt.KeyboardModifier) -> bool:
    """Return whether a key press must reach no widget.

    Alt does nothing at all here, so that Alt+Tab cannot type a tab; AltGr is another modifier and types its characters.
    """
    if _Key.Key_F1 <= key <= _Key.Key_F35 or key in _ALWAYS:
        return True
    if modifiers & (_Modifier.AltModifier | _Modifier.MetaModifier):
        return True
    return bool(modifiers & _Modifier.ControlModifier) and key in _WITH_CONTROL


class KeyGuard(QObject):
    """An application-wide event filter."""

    _KEYS = frozenset({QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride})
    _DROPS = frozenset({QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop})
    _BUTTONS = frozenset(
        {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease}
    )

    _NEVER = frozenset({QEvent.Type.ContextMenu, QEvent.Type.ToolTip, QEvent.Type.WhatsThis})
    _LOOKED_AT = _KEYS | _DROPS | _BUTTONS | _NEVER

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        """Swallow what must do nothing."""
        kind = event.type()
        if kind not in self._LOOKED_AT:
            return False  # a page that comes up makes thousands of other events: one look has to do
        if kind in self._KEYS and isinstance(event, QKeyEvent) and is_blocked(event.key(), event.modifiers()):
            event.accept()
            return True
        if kind in self._BUTTONS and isinstance(event, QMouseEvent):
            return event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)
        if kind in self._DROPS and isinstance(event, QDropEvent):
            return event.source() is None  # from another program
        return kind in self._NEVER


class ClipboardGuard(QObject):
    """Keeps both clipboards empty: what a selection leaves there is taken away at once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        clipboard = QGuiApplication.clipboard()
        clipboard.changed.connect(self._empty)
        for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
            self._empty(mode)

    def _empty(self, mode: QClipboard.Mode) -> None:
        clipboard = QGuiApplication.clipboard()
        if mode is QClipboard.Mode.Selection and not clipboard.supportsSelection():
            return
        content = cast("QMimeData | None", clipboard.mimeData(mode))  # None where the platform has nothing there
        if content is not None and content.formats():
            clipboard.clear(mode)
