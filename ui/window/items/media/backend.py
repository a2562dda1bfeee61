"""Whether this workstation can play media, and the player it plays with.

Owns the late import of Qt Multimedia, which is an optional part of an installation and slow to load: a window that shows no
media never loads it.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import cast

from PySide6.QtCore import QCoreApplication

from ui.window.items.media.formats import container_of
from ui.window.items.media.player import Listener, MediaMissingError, Player

_MODULE = "ui.window.items.media.qt_player"


def media_ready() -> str | None:
    """What this workstation lacks for playing sound and video, in words for people; None where it lacks nothing.

    Needs a running QApplication. The first call loads Qt Multimedia, which takes some tenths of a second.
    """
    try:
        module = _load()
    except MediaMissingError as error:
        return str(error)
    if not module.can_be_heard():
        return _tr("This workstation cannot play sound. Call the proctor.")
    return None


def make_player(data: bytes, listener: Listener) -> Player:
    """A player for a medium.

    Raises:
        MediaMissingError: there is no player here, or the medium is of a kind that is not played.
    """
    module = _load()
    if container_of(data) is None:
        raise MediaMissingError(_tr("This recording is of a kind that cannot be played. Call the proctor."))
    return cast("Player", module.QtPlayer(data, listener))


def _load() -> ModuleType:
    try:
        module = importlib.import_module(_MODULE)
    except ImportError as error:
        # Not installed, or a system library that it needs is not.
        raise MediaMissingError(_tr("This workstation cannot play sound or video. Call the proctor.")) from error
    if not module.can_play():
        raise MediaMissingError(_tr("This workstation cannot play sound or video. Call the proctor."))
    return module


def _tr(words: str) -> str:
    return QCoreApplication.translate("Media", words)
