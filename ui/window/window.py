"""The top-level window: full screen, one page at a time, frame and notice above it. No page decides anything here.

Over the whole screen it keeps its place, the focus, keyboard and pointer (``own_place``, ``keyboard_grab``) until it is hidden.
Closing is refused; the program ends by ``QApplication.exit`` only.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeyEvent, QScreen
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from kiosk.session.limits import Scope
from ui.window import words
from ui.window.frame import Frame
from ui.window.keyboard_grab import KeyboardGrab
from ui.window.look import Look, LookSetting
from ui.window.navigation import Screen
from ui.window.own_place import OwnPlace
from ui.window.page import Page
from ui.window.sent_events import SentEvents
from ui.window.theme import Theme, Tokens
from ui.window.time_state import TimeView
from ui.window.view_state import FrameView
from ui.window.widgets.sentence import Banner, Tone

NOTICE_MS = 20_000


class ExamWindow(QWidget):
    """One page, and what stands above it."""

    look_wanted = Signal(object)
    """Look: somebody chose it. Whoever conducts the page calls ``change_look`` when it can."""
    proctor_called = Signal()
    shown = Signal(object)
    """Screen: it has just come up"""
    noticed = Signal(object)
    """Observation: something that only the window can see"""
    own_screen_changed = Signal()
    """It is kept on another screen than before"""

    def __init__(self, app: QApplication, *, look: Theme, text_percent: int) -> None:
        super().__init__()
        self._app = app
        self._page: Page | None = None
        self._frame_view: FrameView | None = None
        self._time: TimeView | None = None
        self._said: tuple[str, Tone] | None = None
        self.screen_name: Screen | None = None
        self.look = Look(theme=look, text_percent=text_percent)
        self.tokens: Tokens = self.look.apply(app)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        self._frame = Frame(tokens=self.tokens)
        self._notice = Banner(tokens=self.tokens.for_bars())
        self._make_top()
        self._notice_end = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._notice_end.timeout.connect(self.clear_notice)
        app.focusChanged.connect(self._keep_in_view)
        app.focusChanged.connect(self._keep_somewhere)
        self._place, self._grab, self._sent = OwnPlace(self), KeyboardGrab(self), SentEvents(self)
        for guard in (self._place, self._grab, self._sent):
            guard.noticed.connect(self.noticed)
        self._place.screen_changed.connect(self.own_screen_changed)

    @property
    def page(self) -> Page | None:
        """What is shown."""
        return self._page

    def own_screen(self) -> QScreen:
        """The screen that it is kept on, whichever one the system takes for the first."""
        return self._place.screen

    def open(self, *, windowed: bool) -> None:
        """Come up: over the whole screen with the keyboard grabbed, or as an ordinary window for development."""
        if windowed:
            self.resize(1024, 768)
            self.show()
            return
        self._sent.begin()
        self._place.keep()
        self._grab.hold(self.windowHandle())

    def show_page(self, screen: Screen, build: Callable[[Tokens], Page], frame: FrameView | None) -> Page:
        """Make a page and show it in place of the one before."""
        page, before = build(self.tokens), self._page
        page.look_chosen.connect(self.look_wanted)
        self._page, self.screen_name = page, screen
        self._column.addWidget(page, 1)
        if before is not None:
            before.hide()
            self._column.removeWidget(before)
            before.setParent(None)
            before.deleteLater()
        self.show_frame(frame)
        page.show()
        page.enter()
        self.shown.emit(screen)
        return page

    def show_frame(self, view: FrameView | None) -> None:
        """Show where this is; None hides the top of the window."""
        self._frame_view = view
        self._frame.setVisible(view is not None)
        if view is not None:
            self._frame.show_view(view)
        if self.screen_name is not None:
            self.setWindowTitle(words.title_of(self.screen_name, view))

    def show_time(self, time: TimeView | None) -> None:
        """Show the time left, or that none runs."""
        self._time = time
        if time is None:
            self._frame.show_time(None)
            return
        about = "" if time.is_only and time.scope is Scope.SECTION else words.time_of(time.scope)
        self._frame.show_time(time.left_ms, about=about, is_up=time.is_late)

    def call_is_possible(self, possible: bool) -> None:  # noqa: FBT001 - like Qt's own setters
        """Offer to call the proctor, or not."""
        self._call_is_possible = possible
        self._frame.call_is_possible(possible)

    def notice(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """Say something in a line above the page, for a while."""
        self._said = (text, tone)
        self._notice.say(text, tone)
        self._notice_end.start()

    def clear_notice(self) -> None:
        """Take the line away."""
        self._said = None
        self._notice_end.stop()
        self._notice.clear()

    def change_look(self, look: Look, show_anew: Callable[[], None], *, panel: bool = True) -> None:
        """Take another look; ``show_anew`` makes the page again with the new tokens.

        Args:
            look: what was chosen, or what a session says.
            show_anew: makes the page that is shown again.
            panel: a person chose it on the page, so the panel stays open with the focus on what was changed.
        """
        possible, hidden = self._call_is_possible, self._frame.clock_hidden
        changes = self.look.changes_to(look)
        step = 1 if look.text_percent >= self.look.text_percent else -1
        self.look = look
        self.tokens = look.apply(self._app)
        for widget in (self._frame, self._notice):
            self._column.removeWidget(widget)
            widget.setParent(None)
            widget.deleteLater()
        self._frame = Frame(tokens=self.tokens, clock_hidden=hidden)
        self._notice = Banner(tokens=self.tokens.for_bars())
        self._make_top()
        self.call_is_possible(possible)
        show_anew()
        self.show_time(self._time)
        if self._said is not None:
            self._notice.say(*self._said)
        if self._page is not None and panel:
            self._page.open_look(changes[0][0] if changes else LookSetting.THEME, step=step)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing outside closes this window."""
        event.ignore()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let go of place, keyboard and pointer, unless it was a window manager that hid it: then it comes back."""
        if not event.spontaneous():
            self._place.let_go()
            self._grab.let_go()
            self._sent.end()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Swallow what no page wanted: Escape must not leave anything."""
        event.accept()

    def _make_top(self) -> None:
        self._call_is_possible = False
        self._column.insertWidget(0, self._frame)
        self._column.insertWidget(1, self._notice)
        self._frame.proctor_called.connect(self.proctor_called)
        self._frame.hide()

    def _keep_in_view(self, _before: QWidget | None, now: QWidget | None) -> None:
        area = self._page.area if self._page is not None else None
        inside = area.widget() if area is not None else None
        if area is not None and inside is not None and now is not None and inside.isAncestorOf(now):
            area.ensureWidgetVisible(now)

    def _keep_somewhere(self, before: QWidget | None, now: QWidget | None) -> None:
        """Keys must always reach something: a control that was disabled under the focus leaves it nowhere."""
        if before is not None and now is None and self.isActiveWindow():
            QTimer.singleShot(0, self, self._find_focus)

    def _find_focus(self) -> None:
        if self._page is not None and QApplication.focusWidget() is None and self.isActiveWindow():
            self._page.enter()
