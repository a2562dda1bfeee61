"""A player that plays nothing: it does what a test tells it, and remembers what it was asked."""

from __future__ import annotations

from ui.window.items.media.player import Listener, MediaMissingError, PlayState


class FakePlayer:
    """Notes every verb; `end`, `fail` and `reach` are what a real one would say by itself."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.asked: list[str] = []
        listener.length_ms(60_000)

    def play(self) -> None:
        self.asked.append("play")
        self._listener.state(PlayState.PLAYING)

    def pause(self) -> None:
        self.asked.append("pause")
        self._listener.state(PlayState.PAUSED)

    def seek(self, position_ms: int) -> None:
        self.asked.append(f"seek {position_ms}")
        self._listener.position_ms(position_ms)

    def set_volume(self, percent: int) -> None:
        self.asked.append(f"volume {percent}")

    def close(self) -> None:
        self.asked.append("close")

    def reach(self, position_ms: int) -> None:
        self._listener.position_ms(position_ms)

    def end(self) -> None:
        self._listener.position_ms(60_000)
        self._listener.state(PlayState.ENDED)

    def fail(self) -> None:
        self._listener.state(PlayState.FAILED)


class Players:
    """Makes fake players, or none."""

    def __init__(self, missing: str = "") -> None:
        self.made: list[FakePlayer] = []
        self.data: list[bytes] = []
        self._missing = missing

    def __call__(self, data: bytes, listener: Listener) -> FakePlayer:
        if self._missing:
            raise MediaMissingError(self._missing)
        self.data.append(data)
        self.made.append(FakePlayer(listener))
        return self.made[-1]
