"""The event filter that keeps keys, mouse buttons and drops of others away from the widgets.

Owns what Qt calls keys and buttons; the rule is ``kiosk.lockdown.input_policy``. Full screen with a keyboard grab keeps the
window manager away from the keys; this keeps them away from the widgets.
"""

from __future__ import annotations

from typing import Final, cast

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QClipboard, QDropEvent, QGuiApplication, QKeyEvent, QMouseEvent

from kiosk.lockdown.blocked_input import LINES_EVERY_MS, BlockedInput
from kiosk.lockdown.input_policy import Button, InputPolicy, Modifier, Stroke, Verdict

_Key = Qt.Key
_POLICY: Final = InputPolicy(takes_injected=True)  # Qt cannot tell who pressed a key; those who can are asked first

_MODIFIERS: Final = (
    (Qt.KeyboardModifier.ControlModifier, Modifier.CONTROL),
    (Qt.KeyboardModifier.AltModifier, Modifier.ALT),
    (Qt.KeyboardModifier.ShiftModifier, Modifier.SHIFT),
    (Qt.KeyboardModifier.MetaModifier, Modifier.SUPER),
)
_NAMES: Final[dict[int, str]] = {
    _Key.Key_Print: "Print",
    _Key.Key_SysReq: "SysReq",
    _Key.Key_Menu: "Menu",
    _Key.Key_Super_L: "Super",
    _Key.Key_Super_R: "Super",
    _Key.Key_Hyper_L: "Hyper",
    _Key.Key_Hyper_R: "Hyper",
    _Key.Key_Meta: "Super",
    _Key.Key_Help: "Help",
    _Key.Key_PowerOff: "Power",
    _Key.Key_PowerDown: "Power",
    _Key.Key_Sleep: "Sleep",
    _Key.Key_Suspend: "Sleep",
    _Key.Key_Hibernate: "Sleep",
    _Key.Key_WakeUp: "Wake",
    _Key.Key_Launch0: "LaunchFiles",
    _Key.Key_LaunchMail: "LaunchMail",
    _Key.Key_LaunchMedia: "LaunchMedia",
    _Key.Key_Calculator: "LaunchCalculator",
    _Key.Key_HomePage: "LaunchBrowser",
    _Key.Key_Search: "Search",
    _Key.Key_VolumeUp: "VolumeUp",
    _Key.Key_VolumeDown: "VolumeDown",
    _Key.Key_VolumeMute: "VolumeMute",
    _Key.Key_MonBrightnessUp: "BrightnessUp",
    _Key.Key_MonBrightnessDown: "BrightnessDown",
    _Key.Key_Tab: "Tab",
    _Key.Key_Backtab: "Tab",
    _Key.Key_Escape: "Escape",
    _Key.Key_Space: "Space",
    _Key.Key_Return: "Return",
    _Key.Key_Enter: "Return",
    _Key.Key_Left: "Left",
    _Key.Key_Right: "Right",
    _Key.Key_Up: "Up",
    _Key.Key_Down: "Down",
    _Key.Key_Alt: "Alt",
    _Key.Key_Control: "Ctrl",
    _Key.Key_Shift: "Shift",
    _Key.Key_Delete: "Delete",
    _Key.Key_Backspace: "BackSpace",
}
_HELD_DOWN: Final = frozenset({Modifier.ALT.value, Modifier.CONTROL.value, Modifier.SHIFT.value})
_BUTTONS: Final = {
    Qt.MouseButton.LeftButton: Button.LEFT,
    Qt.MouseButton.MiddleButton: Button.MIDDLE,
    Qt.MouseButton.RightButton: Button.RIGHT,
    Qt.MouseButton.BackButton: Button.BACK,
    Qt.MouseButton.ForwardButton: Button.FORWARD,
}


def stroke_of(key: int, modifiers: Qt.KeyboardModifier) -> Stroke:
    """Return what Qt calls a key as the policy calls it. AltGr is another modifier of Qt's and types its characters."""
    held = frozenset(modifier for flag, modifier in _MODIFIERS if modifiers & flag)
    return Stroke(key=_name_of(key), modifiers=held)


def is_blocked(key: int, modifiers: Qt.KeyboardModifier) -> bool:
    """Return whether a key press must reach no widget."""
    return _POLICY.decide(stroke_of(key, modifiers)) is not Verdict.PASSES


def _name_of(key: int) -> str:
    if key in _NAMES:
        return _NAMES[key]
    if _Key.Key_F1 <= key <= _Key.Key_F35:
        return f"F{key - _Key.Key_F1 + 1}"
    # Qt's keys of characters are their code points, letters in upper case; the rest lies far above.
    return chr(key).lower() if 0 < key < 0x110000 else f"key {key:#x}"


class KeyGuard(QObject):
    """An application-wide event filter."""

    noticed = Signal(object)
    """Observation: what was kept away, counted"""
    touched = Signal()
    """Somebody pressed a key or a button, kept away or not"""

    _KEYS = frozenset({QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride})
    _DROPS = frozenset({QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop})
    _BUTTONS = frozenset(
        {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease}
    )

    _PRESSES = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress})
    _NEVER = frozenset({QEvent.Type.ContextMenu, QEvent.Type.ToolTip, QEvent.Type.WhatsThis})
    _LOOKED_AT = _KEYS | _DROPS | _BUTTONS | _NEVER

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._blocked = BlockedInput()
        self._lines = QTimer(self, singleShot=True, interval=LINES_EVERY_MS)
        self._lines.timeout.connect(self._say_lines)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        """Swallow what must do nothing."""
        kind = event.type()
        if kind not in self._LOOKED_AT:
            return False  # a page that comes up makes thousands of other events: one look has to do
        if kind in self._PRESSES:
            self.touched.emit()
        if kind in self._KEYS and isinstance(event, QKeyEvent) and is_blocked(event.key(), event.modifiers()):
            self._count_key(event)
            event.accept()
            return True
        if kind in self._BUTTONS and isinstance(event, QMouseEvent):
            return self._blocks_button(event)
        if kind in self._DROPS and isinstance(event, QDropEvent):
            return self._blocks_drop(event)
        return kind in self._NEVER

    def _count_key(self, event: QKeyEvent) -> None:
        if event.type() is not QEvent.Type.KeyPress or event.isAutoRepeat():
            return
        stroke = stroke_of(event.key(), event.modifiers())
        if stroke.key in _HELD_DOWN:
            return  # the beginning of a combination, or of none
        self._blocked.key(stroke.combination)
        self._begin_lines()

    def _blocks_button(self, event: QMouseEvent) -> bool:
        button = _BUTTONS.get(event.button(), Button.OTHER)
        if event.button() is Qt.MouseButton.NoButton or _POLICY.decide_button(button) is Verdict.PASSES:
            return False
        if event.type() is QEvent.Type.MouseButtonPress:
            self._blocked.button(button.value)
            self._begin_lines()
        return True

    def _blocks_drop(self, event: QDropEvent) -> bool:
        if event.source() is not None:
            return False  # within the window
        if event.type() is QEvent.Type.DragEnter:
            self._blocked.drag()
            self._begin_lines()
        return True

    def _begin_lines(self) -> None:
        if not self._lines.isActive():
            self._lines.start()

    def _say_lines(self) -> None:
        for observation in self._blocked.lines():
            self.noticed.emit(observation)


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
