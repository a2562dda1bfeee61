"""The self-test's window answers what it is asked, and the thread that listens has nothing of it in hand."""

from __future__ import annotations

import select
import socket
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.readiness.breaking_out import ATTEMPTS
from signing.canonical import decode
from tests.ui.waiting import until
from tests.ui.window.letting_go import reached
from ui.readiness import inside as inside_module
from ui.readiness.inside import Answering
from ui.readiness.line import Ask, said

if sys.platform == "win32":
    pytest.skip("a descriptor is the line's end on Linux", allow_module_level=True)

from ui.window.line_ends import DescriptorEnd


class Watched(DescriptorEnd):
    """Tells whether it was closed."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True
        super().close()


class Tried:
    """A window in this process, its line's other end, and how often it would have ended."""

    def __init__(self, app: QApplication) -> None:
        self.outside, inside = socket.socketpair()
        self.end = Watched(inside.detach())
        self.answering = Answering(app, self.end, ATTEMPTS)
        self.answering.window.open(windowed=True)

    def ask(self, what: Ask) -> object:
        self.outside.sendall(said({"ask": what.value}))
        until(lambda: select.select([self.outside], [], [], 0)[0])
        return decode(self.outside.recv(65_536).rstrip(b"\n"), place="answer", max_bytes=65_536)


@pytest.fixture
def ended() -> list[bool]:
    return []


@pytest.fixture
def tried(qapp: QApplication, monkeypatch: pytest.MonkeyPatch, ended: list[bool]) -> Iterator[Tried]:
    monkeypatch.setattr(Answering, "_hang_up", lambda _: ended.append(True))  # nothing runs here that could end
    made = Tried(qapp)
    yield made
    made.outside.close()
    if made.answering._listening.ident is None:
        made.answering._listening.start()
    if not made.end.is_closed:
        made.answering.close()


def test_what_listens_holds_nothing_of_the_window(tried: Tried) -> None:
    assert reached(tried.answering._listening) == []
    assert "Answering" in reached(tried.answering.listen)


def test_it_answers(tried: Tried) -> None:
    tried.answering.listen()
    answer = tried.ask(Ask.STATE)
    assert isinstance(answer, dict)
    assert answer["popups"] == 0
    assert tried.ask(Ask.CLEAR) == {}


def test_the_line_stays_open_until_nobody_can_send_any_more(tried: Tried, ended: list[bool]) -> None:
    tried.answering.listen()
    tried.outside.close()
    until(lambda: ended)
    tried.answering._listening.join()
    assert not tried.end.is_closed, "this thread may be sending an answer"
    tried.answering.close()
    assert tried.end.is_closed


def test_what_the_library_says_of_fonts_and_sound_does_not_stand_above_the_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Made(Exception):  # noqa: N818 - nothing is wrong: that far and no further
        pass

    def made() -> None:
        raise Made

    monkeypatch.setattr(inside_module, "end_from", lambda _: object())
    monkeypatch.setattr(inside_module, "make_application", made)
    mine: dict[str, str] = {}
    theirs = {"QT_LOGGING_RULES": "*=true"}
    for environment in (mine, theirs):
        with pytest.raises(Made):
            inside_module.run_inside(environment)
    assert "qt.text.font.db=false" in mine["QT_LOGGING_RULES"], "set before the library reads it"
    assert theirs["QT_LOGGING_RULES"] == "*=true", "who looks for a fault sees everything"
