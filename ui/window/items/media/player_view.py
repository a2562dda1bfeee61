"""The controls of one medium: play and pause, how far it has come, loudness, captions, transcript.

Owns what people see and press. Refuses to count plays: whoever made it says whether one may begin, and is told when it does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from exam_packages.qti.model import Media, MediaKind
from ui.window.content.content_view import Resource
from ui.window.items.media.captions import Captions
from ui.window.items.media.player import Listener, MakePlayer, MediaMissingError, Player, PlayState
from ui.window.items.media.screen import Screen, TimeLine
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.icons import Icon
from ui.window.widgets.labels import Words
from ui.window.widgets.sentence import Sentence, Tone

JUMP_MS: Final = 10_000
VOLUME_STEP: Final = 10
VOLUME_START: Final = 70

_CAPTION_KINDS: Final = frozenset({"captions", "subtitles", ""})


def clock_words(time_ms: int) -> str:
    """A time as 1:05 or 1:02:03."""
    seconds = max(0, time_ms) // 1000
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


class PlayerView(QWidget):
    """A medium with its controls. It is loaded when it is first played; before, only whether it can be is asked."""

    began = Signal()
    """a new play has begun; going on after a pause is none"""
    ended = Signal()

    def __init__(
        self,
        media: Media,
        resource: Resource,
        make_player: MakePlayer,
        *,
        may_begin: Callable[[], bool],
        may_jump: bool,
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._media, self._resource, self._make_player = media, resource, make_player
        self._may_begin, self._may_jump, self._tokens = may_begin, may_jump, tokens
        self._player: Player | None = None
        self._state = PlayState.READY
        self._position_ms, self._length_ms, self._volume = 0, 0, VOLUME_START
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        if media.label:
            column.addWidget(Words(media.label, tokens=tokens, bold=True, parent=self))
        self._screen: Screen | None = None
        if media.kind is MediaKind.VIDEO:
            size = QSize(media.width or 0, media.height or 0)
            self._screen = Screen(size, media.label or self.tr("Video"), tokens=tokens, parent=self)
            column.addWidget(self._screen)
        self._line = TimeLine(tokens=tokens, parent=self)
        column.addWidget(self._line)
        column.addWidget(self._controls())
        # Made after the controls, which Tab comes by first; the line of captions stands above them all the same.
        tracks = tuple(each for each in media.tracks if each.kind in _CAPTION_KINDS)
        texts = tuple(each for each in media.tracks if each.kind in {"transcript", "descriptions"})
        self._captions = Captions(tracks, texts or tracks, resource, tokens=tokens, parent=self)
        column.insertWidget(column.indexOf(self._line), self._captions.line)
        self._trouble = Sentence("", tokens=tokens, size=TextSize.SMALL, parent=self)
        self._trouble.hide()
        column.addWidget(self._trouble)
        column.addWidget(self._captions)
        self.refresh()

    def _controls(self) -> QWidget:
        holder, t = QWidget(self), self._tokens
        flow = FlowLayout(holder, spacing=t.px(GRID_PX))
        self._play = Button(self.tr("Play"), tokens=t, icon=Icon.PLAY, parent=holder)
        self._play.clicked.connect(self.toggle)
        # The widest of its words, so that nothing moves when they change.
        self._play.setMinimumWidth(
            max(Button(words, tokens=t, icon=Icon.PLAY).sizeHint().width() for words in self._play_words())
        )
        flow.addWidget(self._play)
        if self._may_jump:
            for words, by in ((self.tr("Back 10 seconds"), -JUMP_MS), (self.tr("Forward 10 seconds"), JUMP_MS)):
                button = Button(words, tokens=t, parent=holder)
                button.clicked.connect(lambda _=False, step=by: self._jump(step))
                flow.addWidget(button)
        self._time = Words("", tokens=t, parent=holder)
        self._time.setWordWrap(False)
        flow.addWidget(self._time)
        flow.addWidget(self._volume_group(holder))
        return holder

    def _volume_group(self, parent: QWidget) -> QWidget:
        """Two buttons and what they change, on one line whatever wraps."""
        group, t = QWidget(parent), self._tokens
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.px(GRID_PX))
        self._quieter = Button("", tokens=t, icon=Icon.MINUS, parent=group)
        self._loudness = Words("", tokens=t, parent=group)
        self._loudness.setWordWrap(False)
        self._louder = Button("", tokens=t, icon=Icon.PLUS, parent=group)
        self._quieter.setAccessibleName(self.tr("Quieter"))
        self._louder.setAccessibleName(self.tr("Louder"))
        self._quieter.clicked.connect(lambda: self._set_volume(self._volume - VOLUME_STEP))
        self._louder.clicked.connect(lambda: self._set_volume(self._volume + VOLUME_STEP))
        for widget in (self._quieter, self._loudness, self._louder):
            row.addWidget(widget)
        return group

    def _play_words(self) -> tuple[str, str, str]:
        return self.tr("Play"), self.tr("Pause"), self.tr("Continue")

    # -- playing ------------------------------------------------------------------------------------------------------

    def state(self) -> PlayState:
        """What it does."""
        return self._state

    def toggle(self) -> None:
        """Play, pause, or go on."""
        if self._state is PlayState.PLAYING:
            self.pause()
        elif self._state is PlayState.PAUSED and self._player is not None:
            self._player.play()
        else:
            self.begin()

    def begin(self) -> None:
        """Begin a new play, if one may begin and this workstation can."""
        if not self._may_begin() or not self._load() or self._player is None:
            return
        if self._state is PlayState.ENDED:
            self._player.seek(0)
        self._state = PlayState.PLAYING
        # Counted before a sound is heard: what was counted and not heard is the lesser evil, and is written down.
        self.began.emit()
        self._player.play()
        self.refresh()

    def pause(self) -> None:
        """Stop where it is."""
        if self._state is PlayState.PLAYING and self._player is not None:
            self._player.pause()

    def _load(self) -> bool:
        if self._player is not None:
            return self._state is not PlayState.FAILED
        listener = Listener(
            state=self._on_state, position_ms=self._on_position, length_ms=self._on_length, picture=self._on_picture
        )
        try:
            self._player = self._make_player(self._resource(self._media.path), listener)
        except MediaMissingError as error:
            self.say_trouble(str(error), Tone.BAD)
            return False
        self._player.set_volume(self._volume)
        self.destroyed.connect(self._player.close)
        return True

    def say_trouble(self, words: str, tone: Tone = Tone.WARN) -> None:
        """Say what keeps it from being played or heard; no words take that back."""
        self._trouble.say(words, tone)
        self._trouble.setVisible(bool(words))
        if words:
            announce(self, words)

    def _jump(self, by_ms: int) -> None:
        if self._player is not None and self._state is not PlayState.FAILED:
            self._player.seek(min(max(0, self._position_ms + by_ms), max(0, self._length_ms - 1)))

    def _set_volume(self, percent: int) -> None:
        self._volume = min(max(0, percent), 100)
        if self._player is not None:
            self._player.set_volume(self._volume)
        self.refresh()
        announce(self, self._loudness.text())

    def hideEvent(self, event: QHideEvent) -> None:
        """What is not seen does not play on."""
        super().hideEvent(event)
        self.pause()

    # -- news ---------------------------------------------------------------------------------------------------------

    def _on_state(self, state: PlayState) -> None:
        if self._state is PlayState.FAILED or state is self._state:
            return
        self._state = state
        if state is PlayState.FAILED:
            self.say_trouble(self.tr("This recording cannot be played here. Call the proctor."), Tone.BAD)
        self.refresh()
        if state is PlayState.ENDED:
            self.ended.emit()

    def _on_position(self, position_ms: int) -> None:
        self._position_ms = position_ms
        self._captions.show_at(position_ms)
        self._show_time()

    def _on_length(self, length_ms: int) -> None:
        self._length_ms = length_ms
        self._show_time()

    def _on_picture(self, image: QImage) -> None:
        if self._screen is not None:
            self._screen.show_picture(image)

    # -- what is seen -------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what may be pressed now."""
        begin, pause, go_on = self._play_words()
        playing, paused = self._state is PlayState.PLAYING, self._state is PlayState.PAUSED
        self._play.setText(pause if playing else go_on if paused else begin)
        self._play.set_icon(Icon.PAUSE if playing else Icon.PLAY)
        what = self._media.label or (self.tr("video") if self._screen is not None else self.tr("recording"))
        self._play.setAccessibleName(f"{self._play.words()}: {what}")
        can = playing or paused or (self._may_begin() and self._state is not PlayState.FAILED)
        if not can and self._play.hasFocus():
            other = self._quieter if self._quieter.isEnabled() else self._louder
            other.setFocus(Qt.FocusReason.OtherFocusReason)
        self._play.setEnabled(can)
        self._loudness.setText(self.tr("Volume {percent} %").format(percent=self.locale().toString(self._volume)))
        for button, is_of_use, other in (
            (self._quieter, self._volume > 0, self._louder),
            (self._louder, self._volume < 100, self._quieter),
        ):
            if not is_of_use and button.hasFocus():
                other.setFocus(Qt.FocusReason.OtherFocusReason)
            button.setEnabled(is_of_use)
        self._show_time()

    def _show_time(self) -> None:
        at, length = clock_words(self._position_ms), clock_words(self._length_ms)
        words = self.tr("{at} of {length}").format(at=at, length=length) if self._length_ms else at
        if words != self._time.text():
            self._time.setText(words)
        self._line.set_share(self._position_ms / self._length_ms if self._length_ms else 0.0)
