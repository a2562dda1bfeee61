from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import UtcMs
from exam_packages.lockdown_log import LINE_MAX_BYTES
from kiosk.lockdown.facts import Capability, CapabilityEntry, Concern, Preset, Probe
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.protocol import (
    MESSAGE_MAX_BYTES,
    NOT_SEEN_BY_A_WINDOW,
    VERSION,
    Beat,
    Cleared,
    Covered,
    FromSupervisor,
    FromWindow,
    Hello,
    LogLines,
    LogWanted,
    Observed,
    Raised,
    SessionIs,
    State,
    Stop,
    encode_message,
    log_messages,
    read_from_supervisor,
    read_from_window,
)
from signing.errors import FormRefused

SESSION = "01M3250V007ZB7EDAGX9CD8NQZ"

FROM_WINDOW: tuple[FromWindow, ...] = (
    Hello(version=VERSION, pid=4711),
    Beat(at_ms=120_000),
    SessionIs(session=SESSION, demanded=Preset.STRICT),
    SessionIs(session=""),
    Observed(kind=IncidentKind.KEYS_BLOCKED, evidence={"combination": "Alt+Tab", "count": "3"}),
    Covered(number=7),
    Cleared(number=7, proctor="maria", note="A cable was put back."),
    Cleared(number=8, proctor="", note=""),
    LogWanted(session=SESSION),
)
TABLE = (
    CapabilityEntry(concern=Concern.NETWORK, probe=Probe(capability=Capability.ENFORCED), by="linux/network"),
    CapabilityEntry(
        concern=Concern.CLIPBOARD,
        probe=Probe(capability=Capability.UNAVAILABLE, reason="Nothing does it.", remedy="Use X11."),
    ),
)
FROM_SUPERVISOR: tuple[FromSupervisor, ...] = (
    State(preset=Preset.STANDARD, backend="linux-x11", table=TABLE),
    State(preset=Preset.STRICT, backend="cage", table=(), proctor_needed=IncidentKind.MACHINE_RESTARTED),
    Raised(
        number=3, kind=IncidentKind.FOREIGN_WINDOW, consequence=Consequence.LOCK, wall=UtcMs(1), evidence={"t": "é"}
    ),
    LogLines(session=SESSION, lines=(b"{}", b"\x00\xff"), last=True),
    LogLines(session=SESSION, lines=(), last=True),
    Stop(),
)


@pytest.mark.parametrize("message", FROM_WINDOW)
def test_what_a_window_says_is_understood(message: FromWindow) -> None:
    line = encode_message(message)
    assert line.endswith(b"\n")
    assert read_from_window(line[:-1]) == message


@pytest.mark.parametrize("message", FROM_SUPERVISOR)
def test_what_a_supervisor_says_is_understood(message: FromSupervisor) -> None:
    assert read_from_supervisor(encode_message(message)[:-1]) == message


@pytest.mark.parametrize("message", FROM_SUPERVISOR)
def test_a_window_cannot_speak_as_a_supervisor(message: FromSupervisor) -> None:
    with pytest.raises(FormRefused):
        read_from_window(encode_message(message)[:-1])


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        b"[]",
        b'{"say":"beat"}',
        b'{"at":1,"say":"beat","x":1}',
        b'{"at": 1,"say":"beat"}',
        b'{"at":-1,"say":"beat"}',
        b'{"say":"shout"}',
        b'{"evidence":{"a":1},"kind":"focus-lost","say":"observed"}',
        b'{"evidence":{},"kind":"no-such-kind","say":"observed"}',
        b'{"evidence":{%s},"kind":"focus-lost","say":"observed"}' % b",".join(b'"%02d":"x"' % n for n in range(17)),
        b"x" * (MESSAGE_MAX_BYTES + 1),
    ],
)
def test_anything_else_is_refused(untrusted: bytes) -> None:
    with pytest.raises(FormRefused):
        read_from_window(untrusted)


@pytest.mark.parametrize("kind", sorted(NOT_SEEN_BY_A_WINDOW, key=str))
def test_a_window_cannot_write_what_the_supervisor_reads_back_from_its_log(kind: IncidentKind) -> None:
    untrusted = encode_message(Observed(kind=kind, evidence={"number": "3"}))[:-1]
    with pytest.raises(FormRefused):
        read_from_window(untrusted)


@given(st.lists(st.binary(min_size=1, max_size=LINE_MAX_BYTES // 64), max_size=500))
def test_a_log_of_any_length_fits_into_messages_and_comes_out_whole(lines: list[bytes]) -> None:
    messages = list(log_messages(SESSION, lines))
    encoded = [encode_message(message) for message in messages]
    assert all(len(line) <= MESSAGE_MAX_BYTES for line in encoded)
    read = [read_from_supervisor(line[:-1]) for line in encoded]
    assert [line for message in read if isinstance(message, LogLines) for line in message.lines] == lines
    assert [message.last for message in messages] == [False] * (len(messages) - 1) + [True]


def test_the_longest_line_fits_into_a_message() -> None:
    (message,) = log_messages(SESSION, [b"\xff" * LINE_MAX_BYTES])
    assert len(encode_message(message)) <= MESSAGE_MAX_BYTES
