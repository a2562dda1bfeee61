from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.windows.environment import block_of, window_environment
from kiosk.lockdown.windows.pipe_line import PIECE_BYTES, WAITING_MAX_BYTES, PipeLine
from kiosk.lockdown.windows.pipes import PIPES_VARIABLE, PipesToWindow, handles_in, line_over, wait_for_a_byte

PATIENCE_S = 20


def wait_until(condition: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def nobody_waits() -> bool:
    return not any(thread.name.startswith("pipe-line") for thread in threading.enumerate())


class Ends:
    """Both ends, and how often the supervisor's had news."""

    def __init__(self) -> None:
        self.news = threading.Event()
        pipes = PipesToWindow(self.news.set)
        reading, writing = (os.dup(handle) for handle in pipes.handles)
        pipes.given_away()
        self.ours, self.theirs = pipes.line, line_over((reading, writing))

    def close(self) -> None:
        self.ours.close()
        self.theirs.close()
        wait_until(nobody_waits)


@pytest.fixture
def ends() -> Iterator[Ends]:
    ends = Ends()
    yield ends
    ends.close()


def heard(line: PipeLine, length: int) -> bytes:
    data = b""
    until = time.monotonic() + PATIENCE_S
    while len(data) < length and time.monotonic() < until:
        try:
            data += line.recv(PIECE_BYTES)
        except BlockingIOError:
            time.sleep(0.002)
    return data


def test_what_is_sent_arrives_in_order_in_both_directions(ends: Ends) -> None:
    with pytest.raises(BlockingIOError):
        ends.ours.recv(1)
    assert ends.ours.send(memoryview(b"state\n")) == 6
    assert ends.theirs.wait() == b"state\n"
    ends.news.clear()
    ends.theirs.send_all(b"hello\n" * 3, within_s=PATIENCE_S)
    assert heard(ends.ours, 18) == b"hello\n" * 3
    assert ends.news.is_set(), "the supervisor's loop is woken by it"


@given(st.lists(st.binary(min_size=1, max_size=3 * PIECE_BYTES), max_size=4))
def test_nothing_is_lost_whatever_its_length(pieces: list[bytes]) -> None:
    ends = Ends()
    try:

        def talk() -> None:
            for each in pieces:
                ends.theirs.send_all(each, within_s=PATIENCE_S)

        talking = threading.Thread(target=talk)
        talking.start()
        assert heard(ends.ours, sum(map(len, pieces))) == b"".join(pieces)
        talking.join(PATIENCE_S)
    finally:
        ends.close()


def test_nobody_waits_for_a_window_that_reads_nothing(ends: Ends) -> None:
    data = memoryview(bytes(PIECE_BYTES))
    taken = 0
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            taken += ends.ours.send(data)
        except BlockingIOError:
            if taken > WAITING_MAX_BYTES:
                break
            time.sleep(0.002)
    assert WAITING_MAX_BYTES < taken < 4 * WAITING_MAX_BYTES, "the other end keeps so much and no more"
    assert heard(ends.theirs, taken) == bytes(taken)


def test_a_supervisor_that_reads_nothing_is_none(ends: Ends) -> None:
    with pytest.raises(OSError, match="reads nothing"):
        ends.theirs.send_all(bytes(4 * WAITING_MAX_BYTES), within_s=0.2)


@pytest.mark.parametrize("who", ["ours", "theirs"])
def test_the_end_of_one_is_the_end_of_the_other_after_what_was_said(ends: Ends, who: str) -> None:
    one, other = (ends.ours, ends.theirs) if who == "ours" else (ends.theirs, ends.ours)
    one.send_all(b"last\n", within_s=PATIENCE_S)
    one.close()
    assert heard(other, 5) == b"last\n"
    wait_until(lambda: _has_ended(other))
    with pytest.raises(BrokenPipeError):
        other.send(memoryview(b"x"))
    with pytest.raises(BrokenPipeError):
        other.send_all(b"x", within_s=1)
    assert one.recv(1) == b""


def _has_ended(line: PipeLine) -> bool:
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False


def test_hanging_up_ends_the_waiting(ends: Ends) -> None:
    told: list[bytes] = []
    waiting = threading.Thread(target=lambda: told.append(ends.theirs.wait()))
    waiting.start()
    ends.theirs.close()
    waiting.join(PATIENCE_S)
    assert told == [b""]


def test_a_window_that_waits_hears_one_byte_or_the_end() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"\nmore")
    assert wait_for_a_byte(reading) == b"\n"
    os.close(writing)
    assert os.read(reading, 9) == b"more", "the rest is for the line"
    assert wait_for_a_byte(reading) == b""
    os.close(reading)
    assert wait_for_a_byte(reading) == b""


@pytest.mark.parametrize("words", ["", "5", "5+", "+5", "5+6+7", "a+b", "5+-6", "５+６", f"{'9' * 40}+1"])
def test_handles_are_two_numbers_or_none(words: str) -> None:
    environment = {PIPES_VARIABLE: words, "LANG": "C"}
    assert handles_in(environment) is None
    assert environment == {"LANG": "C"}, "nobody else has any use for it"


def test_the_words_of_the_pipes_are_read_again() -> None:
    pipes = PipesToWindow(lambda: None)
    assert handles_in({PIPES_VARIABLE: pipes.words}) == pipes.handles
    pipes.given_away()
    pipes.line.close()
    wait_until(nobody_waits)


WHOLE = {
    "SystemRoot": "C:\\Users\\seat\\mine",
    "windir": "C:\\Users\\seat\\mine",
    "TEMP": "C:\\Users\\seat\\AppData\\Local\\Temp",
    "USERNAME": "seat",
    "NUMBER_OF_PROCESSORS": "4",
}


def test_what_nobody_lists_does_not_arrive() -> None:
    bad = {
        "QT_PLUGIN_PATH": "D:\\",
        "PYTHONPATH": "D:\\",
        "QT_QPA_PLATFORM": "offscreen",
        "Path": "D:\\tools",
        "SSLKEYLOGFILE": "D:\\k",
    }
    made = window_environment({**WHOLE, **bad}, pipes="3+4", system_root="E:\\Windows")
    assert made == {
        "SYSTEMDRIVE": "E:",
        "SYSTEMROOT": "E:\\Windows",
        "WINDIR": "E:\\Windows",
        "TEMP": WHOLE["TEMP"],
        "USERNAME": "seat",
        "NUMBER_OF_PROCESSORS": "4",
        "PATH": "E:\\Windows\\System32;E:\\Windows",
        "PYTHONUTF8": "1",
        "QT_QPA_PLATFORM": "windows",
        PIPES_VARIABLE: "3+4",
    }  # fmt: skip


@pytest.mark.parametrize("folder", ["", "\\\\server\\share", "C:\\Windows;D:\\tools", "Windows", "C:\\a\0b", "%TEMP%"])
def test_a_folder_that_is_none_is_not_taken_over(folder: str) -> None:
    made = window_environment({"SYSTEMROOT": folder, "TEMP": folder}, pipes="3+4", system_root="")
    assert made["SYSTEMROOT"] == "C:\\Windows"
    assert "TEMP" not in made


@given(
    st.dictionaries(
        st.text("ABcd_", min_size=1, max_size=5),
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=9),
    )
)
def test_a_block_holds_every_entry_in_order(environment: dict[str, str]) -> None:
    entries = block_of(environment).split("\0")
    assert entries.pop() == ""
    assert dict(entry.split("=", 1) for entry in entries) == environment
    names = [entry.split("=", 1)[0].upper() for entry in entries]
    assert names == sorted(names)


@pytest.mark.parametrize(("name", "value"), [("", "x"), ("A=B", "x"), ("A\0", "x"), ("A", "x\0B=y")])
def test_what_cannot_stand_in_a_block_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="cannot stand"):
        block_of({name: value})
