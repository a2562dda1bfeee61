"""The player made of Qt Multimedia. The one module that imports it; nobody imports this one but by `backend`."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QUrl
from PySide6.QtMultimedia import (
    QAudio,
    QAudioOutput,
    QMediaDevices,
    QMediaPlayer,
    QVideoFrame,
    QVideoSink,
)

from ui.window.items.media.player import Listener, PlayState


def can_play() -> bool:
    """Whether Qt found the plug-in that plays."""
    return QMediaPlayer().isAvailable()


def can_be_heard() -> bool:
    """Whether the machine has somewhere to send sound to."""
    return not QMediaDevices.defaultAudioOutput().isNull()


class QtPlayer(QObject):
    """A medium in memory; nothing is written to a disk and no address is opened."""

    def __init__(self, data: bytes, listener: Listener) -> None:
        super().__init__()
        self._listener: Listener | None = listener
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(data))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._player = QMediaPlayer(self)
        self._sink = QVideoSink(self)
        self._player.setVideoSink(self._sink)
        # Without a device too: a player that has no output at all never comes to an end.
        self._output = QAudioOutput(self)
        self._player.setAudioOutput(self._output)
        self._player.playbackStateChanged.connect(self._on_state)
        self._player.mediaStatusChanged.connect(self._on_status)
        self._player.positionChanged.connect(self._on_position)
        self._player.durationChanged.connect(self._on_length)
        self._sink.videoFrameChanged.connect(self._on_frame)
        self._player.setSourceDevice(self._buffer, QUrl())

    def play(self) -> None:
        """Begin, go on, or begin again."""
        self._player.play()

    def pause(self) -> None:
        """Stop where it is."""
        self._player.pause()

    def seek(self, position_ms: int) -> None:
        """Go somewhere else."""
        self._player.setPosition(position_ms)

    def set_volume(self, percent: int) -> None:
        """As loud as people hear it."""
        scales = QAudio.VolumeScale.LogarithmicVolumeScale, QAudio.VolumeScale.LinearVolumeScale
        self._output.setVolume(QAudio.convertVolume(percent / 100, *scales))

    def close(self) -> None:
        """Stop, and let go."""
        self._listener = None
        self._player.stop()
        self._player.setSource(QUrl())
        self._buffer.close()
        self.deleteLater()

    def _on_state(self, state: QMediaPlayer.PlaybackState) -> None:
        if self._listener is None:
            return
        if state is QMediaPlayer.PlaybackState.PlayingState:
            self._listener.state(PlayState.PLAYING)
        elif state is QMediaPlayer.PlaybackState.PausedState:
            self._listener.state(PlayState.PAUSED)

    def _on_status(self, status: QMediaPlayer.MediaStatus) -> None:
        if self._listener is None:
            return
        if status is QMediaPlayer.MediaStatus.EndOfMedia:
            self._listener.state(PlayState.ENDED)
        elif status is QMediaPlayer.MediaStatus.InvalidMedia:
            self._listener.state(PlayState.FAILED)

    def _on_position(self, position_ms: int) -> None:
        if self._listener is not None:
            self._listener.position_ms(position_ms)

    def _on_length(self, length_ms: int) -> None:
        if self._listener is not None:
            self._listener.length_ms(length_ms)

    def _on_frame(self, frame: QVideoFrame) -> None:
        if self._listener is not None and frame.isValid():
            self._listener.picture(frame.toImage())
