"""``qti-media-interaction``: a medium, and how often it was played; and a medium in content, which nobody counts."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exam_packages.qti.model import Lexical, Media, MediaInteraction
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.items.media.backend import make_player, media_ready
from ui.window.items.media.player import MakePlayer, PlayState
from ui.window.items.media.player_view import PlayerView
from ui.window.items.part import Part
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.sentence import Sentence

_COUNT_DIGITS_MAX = 6


class MediaPart(Part):
    """A play counts when it begins, and stays counted: the number comes from the session, after a power cut too.

    Where plays are limited, nobody can go back within one. Going on after a pause is the same play; a play that was left,
    by going to another question, is over. Each round of a loop is a play.
    """

    def __init__(
        self,
        interaction: MediaInteraction,
        resource: Resource,
        *,
        tokens: Tokens,
        parent: QWidget,
        player: MakePlayer = make_player,
    ) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        self._interaction = interaction
        self._plays: int | None = None
        self._started_itself = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        if interaction.prompt:
            column.addWidget(ContentView(interaction.prompt, resource, tokens=tokens, bold=True, parent=self))
        self._hint = Sentence("", tokens=tokens, size=TextSize.SMALL, parent=self)
        column.addWidget(self._hint)
        self._view = PlayerView(
            interaction.media,
            resource,
            player,
            may_begin=self._may_begin,
            may_jump=not interaction.max_plays,
            tokens=tokens,
            parent=self,
        )
        self._view.began.connect(self._began)
        self._view.ended.connect(self._ended)
        column.addWidget(self._view)
        self._trouble = ""
        self.setAccessibleName(plain_text(interaction.prompt) or interaction.media.label or self.tr("Recording"))
        self._refresh()

    # -- plays --------------------------------------------------------------------------------------------------------

    def _may_begin(self) -> bool:
        most = self._interaction.max_plays
        return not most or (self._plays or 0) < most

    def _began(self) -> None:
        self._plays = (self._plays or 0) + 1
        self.tell(self.current())
        self._refresh()

    def _ended(self) -> None:
        if self._interaction.loop and self.isVisible() and self.isEnabled():
            self._view.begin()
        self._view.refresh()

    # -- answer -------------------------------------------------------------------------------------------------------

    def current(self) -> Lexical:
        """How often it was played; empty while it never was and nothing else is stored."""
        return () if self._plays is None else (str(self._plays),)

    def show_answer(self, value: Lexical) -> None:
        """The session says how often it was played."""
        super().show_answer(value)
        self._start_by_itself()

    def display(self, value: Lexical) -> None:
        """Show how often it was played; what is no count is passed over."""
        written = value[0] if value else ""
        is_count = written.isascii() and written.isdigit() and len(written) <= _COUNT_DIGITS_MAX
        self._plays = int(written) if is_count else None
        self._refresh()
        self._view.refresh()

    def set_locked(self, *, locked: bool) -> None:
        """Show, but take no input; what plays is paused and goes on when somebody presses Continue."""
        if locked:
            self._view.pause()
        super().set_locked(locked=locked)

    def showEvent(self, event: QShowEvent) -> None:
        """Say what this workstation lacks, and start where it starts by itself: once the page is painted."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._on_shown)

    def _on_shown(self) -> None:
        self._trouble = say_what_is_missing(self._view)
        self._start_by_itself()

    def _start_by_itself(self) -> None:
        """Once, when the item is seen for the first time, and only where it can be heard."""
        wanted = self._interaction.autostart and not self._started_itself and not self._plays
        heard_the_session = self._news is not None
        if wanted and heard_the_session and self.isVisible() and self.isEnabled() and not self._trouble:
            self._started_itself = True
            if self._view.state() is PlayState.READY:
                self._view.begin()

    # -- words --------------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        self._hint.say(" ".join(words for words in (self._limit_words(), self._count_words()) if words))

    def _limit_words(self) -> str:
        most, least = self._interaction.max_plays, self._interaction.min_plays
        words = ""
        if most == 1:
            words = self.tr("You can play this once. You cannot go back in it.")
        elif most:
            words = self.tr("You can play this {most} times. You cannot go back in it.").format(most=most)
        if least > (self._plays or 0):
            at_least = self.tr("Play it at least once.") if least == 1 else self.tr("Play it at least {least} times.")
            words = f"{words} {at_least.format(least=least)}".strip()
        return words

    def _count_words(self) -> str:
        played, most = self._plays or 0, self._interaction.max_plays
        if not most:
            return self.tr("Played: {played}.").format(played=played)
        left = max(0, most - played)
        return self.tr("Plays left: {left}.").format(left=left) if left else self.tr("No plays are left.")


def say_what_is_missing(view: PlayerView) -> str:
    """Have a player say what this workstation lacks, if anything; returns the words."""
    words = media_ready() or ""
    view.say_trouble(words)
    return words


class _FreePlayer(QWidget):
    """A medium in content: played as often as one likes."""

    def __init__(
        self, media: Media, resource: Resource, *, tokens: Tokens, parent: QWidget, player: MakePlayer
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._view = PlayerView(
            media, resource, player, may_begin=lambda: True, may_jump=True, tokens=tokens, parent=self
        )
        self._view.ended.connect(self._view.refresh)
        column.addWidget(self._view)

    def showEvent(self, event: QShowEvent) -> None:
        """Say what this workstation lacks."""
        super().showEvent(event)
        QTimer.singleShot(0, self, lambda: say_what_is_missing(self._view))


def media_part(interaction: MediaInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget) -> Part:
    """The part for a media interaction."""
    return MediaPart(interaction, resource, tokens=tokens, parent=parent)


def media_player(
    media: Media, resource: Resource, *, tokens: Tokens, parent: QWidget, player: MakePlayer = make_player
) -> QWidget:
    """A medium in content, with its controls."""
    return _FreePlayer(media, resource, tokens=tokens, parent=parent, player=player)
