"""Captions under a medium, and the transcript below its controls."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exam_packages.qti.model import MediaTrack
from exam_packages.qti.webvtt import CaptionsError, Cue, cues_of, transcript, words_at
from ui.window.content.content_view import Resource
from ui.window.theme import GRID_PX, LINE_HEIGHT, TextSize, Tokens
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.icons import Icon
from ui.window.widgets.labels import Words
from ui.window.widgets.sentence import Sentence, Tone

_OFF = "off"


class Captions(QWidget):
    """Which captions are shown, and the transcript opened in place. `line` is the line of captions itself.

    Captions are shown from the beginning: whoever needs them finds them, and others turn them off.
    """

    def __init__(
        self,
        tracks: Sequence[MediaTrack],
        texts: Sequence[MediaTrack],
        resource: Resource,
        *,
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._unreadable = False
        read = [(track, self._read(track, resource)) for track in tracks]
        self._tracks = [(track, cues) for track, cues in read if cues]
        self._shown: tuple[Cue, ...] = self._tracks[0][1] if self._tracks else ()
        self._at_ms = 0
        self.line = Words("", tokens=tokens, bold=True, parent=parent)
        self.line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.line.setMinimumHeight(round(2 * tokens.font().pixelSize() * LINE_HEIGHT))
        self.line.setVisible(bool(self._tracks))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        if self._tracks:
            column.addWidget(self._bar(tokens))
        chosen = [each for each in (self._read(track, resource) for track in texts[:1]) if each]
        if chosen:
            self._add_transcript(transcript(chosen[0]), column, tokens)
        if self._unreadable:
            words = self.tr("The captions of this recording cannot be read. Call the proctor if you need them.")
            column.addWidget(Sentence(words, tokens=tokens, tone=Tone.WARN, size=TextSize.SMALL, parent=self))

    def _read(self, track: MediaTrack, resource: Resource) -> tuple[Cue, ...]:
        try:
            return cues_of(resource(track.path))
        except CaptionsError:
            self._unreadable = True
            return ()

    def _bar(self, tokens: Tokens) -> ChoiceBar:
        captions = self.tr("Captions")
        choices = [
            (str(place), track.label or (f"{captions} ({track.language})" if track.language else captions))
            for place, (track, _cues) in enumerate(self._tracks)
        ]
        bar = ChoiceBar([*choices, (_OFF, self.tr("No captions"))], tokens=tokens, name=captions, parent=self)
        bar.chosen.connect(lambda: self._choose(bar.current()))
        return bar

    def _choose(self, key: str) -> None:
        self._shown = () if key == _OFF else self._tracks[int(key)][1]
        self.line.setVisible(key != _OFF)
        self.show_at(self._at_ms)

    def _add_transcript(self, text: str, column: QVBoxLayout, tokens: Tokens) -> None:
        toggle = Button(
            self.tr("Show the transcript"), tokens=tokens, kind=ButtonKind.QUIET, icon=Icon.LIST, parent=self
        )
        toggle.setCheckable(True)
        words = Words(text, tokens=tokens, parent=self)
        words.hide()

        def on_toggled(opened: bool) -> None:  # noqa: FBT001  # a slot
            toggle.setText(self.tr("Hide the transcript") if opened else self.tr("Show the transcript"))
            words.setVisible(opened)

        toggle.toggled.connect(on_toggled)
        column.addWidget(toggle, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(words)

    def show_at(self, at_ms: int) -> None:
        """Show what is said at a time."""
        self._at_ms = at_ms
        words = words_at(self._shown, at_ms)
        if words != self.line.text():
            self.line.setText(words)
