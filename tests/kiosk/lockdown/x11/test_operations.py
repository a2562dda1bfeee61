from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.lockdown.displays import EnrolledDisplay, Fingerprint
from kiosk.lockdown.facts import Capability
from kiosk.lockdown.operations import Operation, OperationFailed
from kiosk.lockdown.x11.backend import x11_operations
from kiosk.lockdown.x11.connection import XServer
from kiosk.lockdown.x11.operations import KeyRepeat, OneDisplay, ScreenSaverOff, ServerOperation
from kiosk.lockdown.x11.outputs import enrol_display
from tests.kiosk.lockdown.x11.displays_for_tests import x_server

pytestmark = pytest.mark.x11
OFF, ON = 0, 1


@pytest.fixture
def server(display: str) -> Iterator[XServer]:
    server = XServer(display)
    yield server
    server.close()


def said(operation: Operation) -> dict[str, Any]:
    found = json.loads(operation.snapshot())
    assert isinstance(found, dict)
    return found


def test_every_change_is_taken_back_to_the_byte_by_another_program(server: XServer, display: str) -> None:
    server.core.SetScreenSaver(600, 60, 1, 0, is_checked=True).check()
    server.core.ChangeKeyboardControl(128, [OFF], is_checked=True).check()
    operations = x11_operations(server, enrolled=enrol_display(server))
    before = [operation.snapshot() for operation in operations]
    for _ in range(2):
        for operation in operations:
            assert operation.probe().capability is not Capability.UNAVAILABLE
            operation.apply()
            assert operation.verify() == ""
    after = [operation.snapshot() for operation in operations]
    assert [one != other for one, other in zip(before, after, strict=True)] == [True, True, False, False]
    other = XServer(display)
    for operation, snapshot in zip(x11_operations(other, enrolled=None), before, strict=True):
        operation.revert(snapshot)
        operation.revert(snapshot)
        assert operation.snapshot() == snapshot
    other.close()


def test_drift_is_seen(server: XServer) -> None:
    saver, repeat = ServerOperation(server, ScreenSaverOff()), ServerOperation(server, KeyRepeat())
    for operation in (saver, repeat):
        operation.apply()
        assert operation.verify() == ""
    server.core.SetScreenSaver(5, 5, 1, 1, is_checked=True).check()
    server.core.ChangeKeyboardControl(128, [OFF], is_checked=True).check()
    assert saver.verify() == "the screen saver is on"
    assert repeat.verify() == "keys do not repeat"


@pytest.mark.parametrize("snapshot", [b"", b"{}", b'{"timeout":-1}', b"[]", b"\xff"])
def test_a_damaged_snapshot_is_an_error_of_ours(server: XServer, snapshot: bytes) -> None:
    for operation in x11_operations(server, enrolled=None):
        with pytest.raises(OperationFailed, match="snapshot"):
            operation.revert(snapshot)


def test_where_the_server_is_gone_all_is_as_found() -> None:
    for operation in x11_operations(None, enrolled=None):
        assert operation.probe().capability is Capability.UNAVAILABLE
        operation.revert(b"what was there")
        assert operation.snapshot() == b"what was there"
        assert operation.verify()
        with pytest.raises(OperationFailed):
            operation.apply()


def test_a_server_that_dies_in_between_is_an_error_of_ours() -> None:
    with x_server() as display:
        server = XServer(display)
        operation = ServerOperation(server, ScreenSaverOff())
        operation.apply()
    assert operation.verify()
    for act in (operation.snapshot, operation.apply, lambda: operation.revert(b"{}")):
        with pytest.raises(OperationFailed):
            act()
    server.close()


def test_the_one_display_there_is_can_be_turned_off_and_on_again(server: XServer) -> None:
    """The requests themselves, on the only output that Xvfb has."""
    operation = ServerOperation(server, OneDisplay(None))
    before = operation.snapshot()
    settings = json.loads(before)
    dark = {"crtcs": [{**crtc, "mode": 0, "outputs": [], "x": 0, "y": 0} for crtc in settings["crtcs"]]}
    operation.revert(json.dumps(dark, sort_keys=True, separators=(",", ":")).encode())
    assert said(operation) == dark
    operation.revert(before)
    assert operation.snapshot() == before


class FakeRandr:
    """What RandR answers on a machine with several displays; only what is asked of it."""

    def __init__(self, outputs: Mapping[int, tuple[str, int]], crtcs: Mapping[int, int]) -> None:
        self.outputs = {number: list(each) for number, each in outputs.items()}
        self.modes = dict(crtcs)

    def __call__(self, _key: object) -> FakeRandr:
        return self

    def GetScreenResourcesCurrent(self, _root: int) -> SimpleNamespace:
        modes = [SimpleNamespace(id=mode) for mode in (70, 71)]
        return _reply(config_timestamp=0, outputs=list(self.outputs), crtcs=list(self.modes), modes=modes)

    def GetOutputInfo(self, number: int, _stamp: int) -> SimpleNamespace:
        name, crtc = self.outputs[number]
        return _reply(name=list(str(name).encode()), crtc=crtc, connection=0, mm_width=500, mm_height=300)

    def GetOutputProperty(self, *_which: object) -> SimpleNamespace:
        return _reply(data=[])

    def GetCrtcInfo(self, crtc: int, _stamp: int) -> SimpleNamespace:
        fed = [number for number, each in self.outputs.items() if each[1] == crtc]
        return _reply(x=0, y=0, width=800, height=600, mode=self.modes[crtc], rotation=1, outputs=fed)

    def SetCrtcConfig(self, crtc: int, *how: Any) -> SimpleNamespace:
        mode, outputs = how[4], how[-1]
        self.modes[crtc] = mode
        for number, each in self.outputs.items():
            if number in outputs:
                each[1] = crtc
            elif each[1] == crtc:
                each[1] = 0
        return _reply(status=0)

    def lit(self) -> set[str]:
        return {str(name) for name, crtc in self.outputs.values() if crtc}


def _reply(**fields: Any) -> SimpleNamespace:
    answer = SimpleNamespace(**fields)
    return SimpleNamespace(reply=lambda: answer)


def on_a_machine(server: XServer, monkeypatch: pytest.MonkeyPatch, randr: FakeRandr) -> None:
    monkeypatch.setattr(server, "speak", randr)


SOCKETS = {1: ("eDP-1", 10), 2: ("HDMI-1", 11), 3: ("DP-1", 10), 4: ("DP-2", 0)}


def test_all_but_the_seats_own_go_dark_also_mirrors_and_come_back(
    server: XServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    randr = FakeRandr(SOCKETS, {10: 70, 11: 71, 12: 0})
    on_a_machine(server, monkeypatch, randr)
    own = EnrolledDisplay(fingerprint=Fingerprint("0" * 32), name="eDP-1")
    operation = ServerOperation(server, OneDisplay(own))
    assert operation.probe().capability is Capability.ENFORCED
    before = operation.snapshot()
    assert operation.verify() == "shows something: HDMI-1, DP-1"
    operation.apply()
    assert randr.lit() == {"eDP-1"}
    assert operation.verify() == ""
    operation.revert(before)
    assert operation.snapshot() == before
    assert randr.lit() == {"eDP-1", "HDMI-1", "DP-1"}


def test_what_is_not_there_any_more_is_not_put_back(server: XServer, monkeypatch: pytest.MonkeyPatch) -> None:
    randr = FakeRandr(SOCKETS, {10: 70, 11: 71})
    on_a_machine(server, monkeypatch, randr)
    before = ServerOperation(server, OneDisplay(None)).snapshot()
    fewer = FakeRandr({1: ("eDP-1", 10)}, {10: 70})
    on_a_machine(server, monkeypatch, fewer)
    ServerOperation(server, OneDisplay(None)).revert(before)
    assert fewer.lit() == {"eDP-1"}


def test_where_it_cannot_be_told_which_is_the_seats_own_none_goes_dark(
    server: XServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    randr = FakeRandr(SOCKETS, {10: 70, 11: 71})
    on_a_machine(server, monkeypatch, randr)
    operation = ServerOperation(server, OneDisplay(None))
    assert operation.probe().capability is Capability.UNAVAILABLE
    operation.apply()
    assert randr.lit() == {"eDP-1", "HDMI-1", "DP-1"}
