"""``qti-media-interaction`` and media in content."""

from __future__ import annotations

import importlib.util

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exam_packages.qti.model import Lexical, Media, MediaInteraction
from ui.window.content.content_view import ContentView, Resource
from ui.window.items.part import Part
from ui.window.theme import Tokens
from ui.window.widgets.sentence import Sentence, Tone


def media_ready() -> str | None:
    """What this workstation lacks for playing media, in words; None where it lacks nothing."""
    if importlib.util.find_spec("PySide6.QtMultimedia") is None:
        return QCoreApplication.translate("Media", "This workstation cannot play sound or video. Call the proctor.")
    return None


class MediaPart(Part):
    """A medium and how often it was played."""

    def __init__(self, interaction: MediaInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        self._value: Lexical = ()
        column = QVBoxLayout(self)
        if interaction.prompt:
            column.addWidget(ContentView(interaction.prompt, resource, tokens=tokens, bold=True, parent=self))
        column.addWidget(media_player(interaction.media, resource, tokens=tokens, parent=self))

    def current(self) -> Lexical:
        """How often it was played."""
        return self._value

    def display(self, value: Lexical) -> None:
        """Show how often it was played."""
        self._value = value


def media_part(interaction: MediaInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget) -> Part:
    """The part for a media interaction."""
    return MediaPart(interaction, resource, tokens=tokens, parent=parent)


def media_player(media: Media, _resource: Resource, *, tokens: Tokens, parent: QWidget) -> QWidget:
    """A medium in content."""
    words = QCoreApplication.translate("Media", "This workstation cannot play {what}. Call the proctor.")
    return Sentence(words.format(what=media.label or media.path), tokens=tokens, tone=Tone.WARN, parent=parent)
