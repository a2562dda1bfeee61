from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from exam_packages.qti.model import Media, MediaInteraction, MediaKind, MediaTrack
from tests.ui.accessibility import nameless_controls, tree
from tests.ui.items.making import RESPONSE
from tests.ui.items.media.fake_player import FakePlayer, Players
from tests.ui.items.parts import ShownPart
from ui.window.items.media import part as media_parts
from ui.window.items.media.part import MediaPart, media_player
from ui.window.items.media.player_view import PlayerView, clock_words
from ui.window.theme import Theme, Tokens, apply

FILES = {
    "call.wav": b"a recording",
    "call.vtt": b"WEBVTT\n\n00:00.000 --> 00:04.000\nGood morning.\n\n00:05.000 --> 00:09.000\nMy order is late.\n",
    "bad.vtt": b"no captions",
}
CALL = Media(kind=MediaKind.AUDIO, path="call.wav", label="Recorded call")


@pytest.fixture(autouse=True)
def sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workstation that lacks nothing."""
    monkeypatch.setattr(media_parts, "media_ready", lambda: None)


class Shown(ShownPart):
    """A media part with a fake player."""

    def __init__(self, tokens: Tokens, players: Players | None = None, media: Media = CALL, **changes: object) -> None:
        self.players = players or Players()
        interaction = replace(MediaInteraction(response=RESPONSE, media=media), **changes)  # type: ignore[arg-type]
        super().__init__(
            lambda parent: MediaPart(interaction, FILES.__getitem__, tokens=tokens, parent=parent, player=self.players)
        )

    def player(self) -> FakePlayer:
        return self.players.made[-1]

    def says(self) -> list[str]:
        return [each.name for each in tree(self.window)]


def test_nothing_is_loaded_before_it_is_played(tokens: Tokens) -> None:
    shown = Shown(tokens)
    assert shown.players.made == []
    shown.click("Play: Recorded call")
    assert shown.players.data == [b"a recording"]


def test_a_play_counts_when_it_begins_and_a_pause_is_no_new_one(tokens: Tokens) -> None:
    shown = Shown(tokens)
    shown.click("Play: Recorded call")
    shown.click("Pause: Recorded call")
    shown.click("Continue: Recorded call")
    assert shown.told == [("1",)]
    shown.player().end()
    shown.click("Play: Recorded call")
    assert shown.told == [("1",), ("2",)]
    assert shown.player().asked == ["volume 70", "play", "pause", "play", "seek 0", "play"]


def test_by_keyboard_alone(tokens: Tokens) -> None:
    shown = Shown(tokens)
    assert shown.focus_name() == "Play: Recorded call"
    shown.press(Qt.Key.Key_Return, Qt.Key.Key_Space)
    assert shown.told == [("1",)]
    assert shown.focus_name() == "Continue: Recorded call"


def test_plays_are_limited_by_what_the_session_has_counted(tokens: Tokens) -> None:
    shown = Shown(tokens, max_plays=2)
    shown.part.show_answer(("1",))
    assert "You can play this 2 times. You cannot go back in it. Plays left: 1." in shown.says()
    shown.click("Play")
    assert shown.told == [("2",)]
    shown.player().end()
    assert not shown.button("Play").isEnabled()
    assert any("No plays are left." in each for each in shown.says())
    assert shown.focus_name() == "Quieter"


def test_where_plays_are_limited_nobody_goes_back(tokens: Tokens) -> None:
    names = Shown(tokens, max_plays=2).says()
    assert not [each for each in names if "10 seconds" in each]


def test_without_a_limit_it_jumps_within_its_length(tokens: Tokens) -> None:
    shown = Shown(tokens)
    shown.click("Play")
    shown.click("Forward 10 seconds")
    shown.click("Back 10 seconds")
    shown.click("Back 10 seconds")
    shown.player().reach(55_000)
    shown.click("Forward 10 seconds")
    assert [each for each in shown.player().asked if "seek" in each] == ["seek 10000", "seek 0", "seek 0", "seek 59999"]
    assert shown.told == [("1",)]


def test_least_plays_are_said_until_they_are_made(tokens: Tokens) -> None:
    shown = Shown(tokens, min_plays=2)
    assert "Play it at least 2 times. Played: 0." in shown.says()
    shown.part.show_answer(("2",))
    assert "Played: 2." in shown.says()


def test_a_loop_counts_each_round_and_ends_with_the_last_play(tokens: Tokens) -> None:
    shown = Shown(tokens, loop=True, max_plays=3)
    shown.click("Play")
    for _round in range(4):
        shown.player().end()
    assert shown.told == [("1",), ("2",), ("3",)]


def test_it_starts_by_itself_once_when_the_session_has_spoken(tokens: Tokens) -> None:
    shown = Shown(tokens, autostart=True)
    shown.settle()
    assert shown.told == [("1",)]
    shown.player().end()
    shown.part.show_answer(("1",))
    assert shown.told == [("1",)]


def test_it_does_not_start_by_itself_again_after_a_resume(tokens: Tokens) -> None:
    players = Players()
    shown = Shown(tokens, players, autostart=False)
    assert players.made == []
    interaction = MediaInteraction(response=RESPONSE, media=CALL, autostart=True)
    part = MediaPart(interaction, FILES.__getitem__, tokens=tokens, parent=shown.window, player=players)
    part.show_answer(("1",))
    part.show()
    shown.settle()
    assert players.made == []


def test_it_does_not_start_by_itself_where_nothing_can_be_heard(
    tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_parts, "media_ready", lambda: "No sound here.")
    shown = Shown(tokens, autostart=True)
    shown.settle()
    assert shown.told == []
    assert "No sound here." in shown.says()


def test_locked_it_pauses(tokens: Tokens) -> None:
    shown = Shown(tokens)
    shown.click("Play")
    shown.part.set_locked(locked=True)
    assert shown.player().asked[-1] == "pause"
    shown.part.set_locked(locked=False)
    assert shown.button("Continue").isEnabled()
    assert shown.told == [("1",)]


def test_what_is_not_seen_does_not_play_on(tokens: Tokens) -> None:
    shown = Shown(tokens)
    shown.click("Play")
    shown.window.hide()
    assert shown.player().asked[-1] == "pause"


def test_loudness_has_two_ends(tokens: Tokens) -> None:
    shown = Shown(tokens)
    for _step in range(3):
        shown.click("Louder")
    assert "Volume 100 %" in shown.says()
    assert not shown.button("Louder").isEnabled()
    shown.click("Play")
    assert shown.player().asked[0] == "volume 100"
    for _step in range(10):
        shown.click("Quieter")
    assert shown.player().asked[-1] == "volume 0"
    assert not shown.button("Quieter").isEnabled()


def test_without_a_player_it_says_so_and_counts_nothing(tokens: Tokens) -> None:
    shown = Shown(tokens, Players("This workstation cannot play sound or video. Call the proctor."))
    shown.click("Play")
    assert "This workstation cannot play sound or video. Call the proctor." in shown.says()
    assert shown.told == []


def test_a_recording_that_fails_says_so(tokens: Tokens) -> None:
    shown = Shown(tokens)
    shown.click("Play")
    shown.player().fail()
    assert "This recording cannot be played here. Call the proctor." in shown.says()
    assert not shown.button("Play").isEnabled()


def test_time_captions_and_transcript(tokens: Tokens) -> None:
    track = MediaTrack(path="call.vtt", language="en")
    shown = Shown(tokens, media=replace(CALL, tracks=(track,)))
    shown.click("Play")
    shown.player().reach(5_500)
    assert "0:05 of 1:00" in shown.says()
    assert "My order is late." in shown.says()
    shown.player().reach(4_500)
    assert "My order is late." not in shown.says()
    shown.click("Show the transcript")
    assert "Good morning.\nMy order is late." in shown.says()
    shown.click("Hide the transcript")
    assert "Good morning.\nMy order is late." not in shown.says()


def test_captions_that_cannot_be_read_are_said(tokens: Tokens) -> None:
    shown = Shown(tokens, media=replace(CALL, tracks=(MediaTrack(path="bad.vtt"),)))
    assert "The captions of this recording cannot be read. Call the proctor if you need them." in shown.says()


def test_a_video_shows_its_pictures(tokens: Tokens) -> None:
    shown = Shown(tokens, media=replace(CALL, kind=MediaKind.VIDEO, width=320, height=180))
    shown.click("Play")
    picture = QImage(32, 18, QImage.Format.Format_RGB32)
    picture.fill(0x3366CC)
    shown.player()._listener.picture(picture)
    drawn = shown.window.grab().toImage()
    colours = {drawn.pixelColor(x, y).name() for x in range(0, 400, 20) for y in range(0, 400, 20)}
    assert "#3366cc" in colours


@pytest.mark.parametrize("stored", [("x",), ("-1",), ("9999999",), ("1.5",)])
def test_what_is_no_count_is_none(tokens: Tokens, stored: tuple[str, ...]) -> None:
    shown = Shown(tokens)
    shown.part.show_answer(stored)
    assert shown.part.current() == ()


def test_a_medium_in_content_is_not_counted(tokens: Tokens) -> None:
    players = Players()
    window = QWidget()
    free = media_player(CALL, FILES.__getitem__, tokens=tokens, parent=window, player=players)
    window.show()
    view = free.findChild(PlayerView)
    assert isinstance(view, PlayerView)
    view.toggle()
    players.made[-1].end()
    view.toggle()
    assert players.made[-1].asked == ["volume 70", "play", "seek 0", "play"]
    assert not [each for each in tree(free) if "Played" in each.name]


@pytest.mark.parametrize(("time_ms", "words"), [(0, "0:00"), (65_900, "1:05"), (3_723_000, "1:02:03"), (-5, "0:00")])
def test_times_in_words(time_ms: int, words: str) -> None:
    assert clock_words(time_ms) == words


@pytest.mark.parametrize("scale", [100, 400])
@pytest.mark.parametrize("mirrored", [False, True])
def test_names_and_width(tokens: Tokens, qapp: QApplication, scale: int, *, mirrored: bool) -> None:
    if mirrored:
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    track = MediaTrack(path="call.vtt", language="en")
    shown = Shown(apply(qapp, Theme.DARK, scale), media=replace(CALL, tracks=(track,)), max_plays=2)
    shown.window.grab()
    assert shown.window.width() == 1000
    assert nameless_controls(shown.window) == []
