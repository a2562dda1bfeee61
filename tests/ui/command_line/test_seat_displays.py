"""`kiosk seat displays`: what is there, what it is called, and the command by which a site enrols it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exam_packages.ids import SiteId, UtcMs
from exam_packages.lockdown_log import Followed
from exam_packages.site_policies import LockdownPreset, SitePolicy
from kiosk.lockdown.displays import Display, Fingerprint, fingerprint_of_edid
from kiosk.lockdown.x11.connection import XServer
from kiosk.lockdown.x11.outputs import enrol_display
from tests.kiosk.lockdown.linux_monitors.made_up import MadeUpLook, MadeUpMachine, edid_of
from tests.kiosk.lockdown.x11.displays_for_tests import once, x_server
from tests.simulators.day import PASSPHRASE, World, make_world
from ui.command_line import console, seat_displays
from ui.command_line.main import run
from ui.command_line.seat_displays import Asked, Seen, command_for, seen_here

OWN = Display(name="HDMI-1", fingerprint=fingerprint_of_edid(edid_of("DEL", 0x4098)), geometry="1920x1080+0+0")
BEAMER = Display(name="DP-1", fingerprint=fingerprint_of_edid(edid_of("EPS", 0x1234)), geometry="1280x800+1920+0")
DARK = Display(name="VGA-1", fingerprint=Fingerprint("0" * 32), says_who=False)


def see(monkeypatch: pytest.MonkeyPatch, *displays: Display, asked: Asked = Asked.X11) -> None:
    monkeypatch.setattr(seat_displays, "seen_here", lambda _: Seen(asked=asked, displays=displays, server=":9999"))


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert run(["seat", "displays", *words]) == code
    return capsys.readouterr().out


def said_json(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    return json.loads(said(capsys, "--json", *words, code=code))


def test_the_one_that_is_lit_is_named_with_its_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    see(monkeypatch, OWN, DARK)
    line = f"kiosk site policy SITE --preset standard --display {OWN.fingerprint}"
    text = said(capsys)
    assert line in text.splitlines()
    assert "No word about itself (no EDID) from display 2." in text
    found = said_json(capsys)
    assert found["command"] == line
    assert [(each["number"], each["name"], each["active"], each["resolution"]) for each in found["displays"]] == [
        (1, "HDMI-1", True, "1920x1080"),
        (2, "VGA-1", False, ""),
    ]
    assert [each["enrolled"] for each in found["displays"]] == [None, None]


def test_a_fingerprint_is_never_cut(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(console.out, "width", 80)
    see(monkeypatch, OWN, BEAMER)
    table = said(capsys).splitlines()
    assert max(map(len, table[:-1])) <= 80
    assert all(any(each.fingerprint in line for line in table) for each in (OWN, BEAMER))


def test_of_several_that_are_lit_somebody_chooses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    see(monkeypatch, OWN, BEAMER)
    assert "2 displays show something. Name the seat's own with --own NUMBER" in said(capsys)
    assert said_json(capsys)["command"] is None
    assert said_json(capsys, "--own", "2")["command"].endswith(BEAMER.fingerprint)
    assert run(["seat", "displays", "--own", "3"]) == 2


def test_where_nothing_is_seen_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    see(monkeypatch)
    assert "No display can be seen from here." in said(capsys, code=4)
    assert said_json(capsys, code=4)["displays"] == []
    see(monkeypatch, DARK, asked=Asked.KERNEL)
    assert "No display shows something." in said(capsys)


def test_numbers_are_shown_under_an_x_server_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    see(monkeypatch, OWN, asked=Asked.KERNEL)
    assert run(["seat", "displays", "--identify"]) == 0
    assert "under an X server only" in capsys.readouterr().err


def test_the_command_repeats_what_the_policy_says_already() -> None:
    policy = SitePolicy(
        site=SiteId("site-berlin"),
        number=7,
        issued=UtcMs(0),
        preset=LockdownPreset.STRICT,
        wishes={"virtual-machine": Followed.LOCK},
        displays=("1" * 32,),
        required=("clock",),
        input_method="ibus:libpinyin",
    )
    words = shlex.split(command_for(OWN, policy))
    assert words[:4] == ["kiosk", "site", "policy", "SITE"]
    assert words[4:] == [
        *("--preset", "strict", "--wish", "virtual-machine=lock", "--require", "clock"),
        *("--input-method", "ibus:libpinyin"),
        *("--display", "1" * 32, "--display", OWN.fingerprint),
    ]


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path / "world")
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    return made


@pytest.mark.timeout(300)  # a whole office is made, and a program started, on a machine that may be busy
def test_what_is_said_is_what_the_site_takes_and_the_seat_then_knows(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    see(monkeypatch, OWN, BEAMER)
    seat = str(world.seat_folder)
    before = said_json(capsys, seat, "--own", "1")
    assert before["policy"] is None
    words = shlex.split(before["command"])[1:]
    words[words.index("SITE")] = str(world.folder / "site")
    further = ["--stick", str(world.stick), "--passphrase-file", str(world.folder.parent / "passphrase")]
    assert run([*words, *further]) == 0
    run(["seat", "import", seat, str(world.stick)])  # what else lies on the stick is from a day long ago, and refused
    capsys.readouterr()
    after = said_json(capsys, seat, "--own", "1")
    assert [each["enrolled"] for each in after["displays"]] == [True, False]
    assert "HDMI-1 is enrolled. There is nothing to do." in said(capsys, seat, "--own", "1")
    with monkeypatch.context() as without_fork:
        without_fork.delattr("os.fork")
        assert said_json(capsys, seat)["policy"] == 1, "as it is read where processes are not forked"
    beside = shlex.split(said_json(capsys, seat, "--own", "2")["command"])
    assert [beside[at + 1] for at, word in enumerate(beside) if word == "--display"] == [
        OWN.fingerprint,
        BEAMER.fingerprint,
    ]


@pytest.mark.parametrize(
    "environment",
    [{}, {"DISPLAY": ":9998"}, {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/run/user/1"}],
    ids=["no screen", "no such server", "wayland"],
)
def test_without_an_x_server_of_its_own_the_kernel_is_asked(environment: dict[str, str]) -> None:
    machine = MadeUpMachine()
    machine.set_socket("card0-HDMI-A-1", edid_of("EPS", 0x1234), lit=False)
    seen = seen_here(environment, look=machine.look, platform="linux")
    assert seen.asked is Asked.KERNEL
    assert [(each.name, each.is_active, each.resolution) for each in seen.displays] == [
        ("HDMI-A-1", False, ""),
        ("eDP-1", True, ""),
    ]
    assert seen.displays[1].fingerprint == fingerprint_of_edid(edid_of("LGD", 0x0521))
    assert seen_here(environment, look=MadeUpLook(), platform="linux").displays == ()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with x_server() as display:
        yield display


@pytest.mark.x11
def test_a_real_server_is_asked_as_the_supervisor_asks_it(
    server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPLAY", server)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(seat_displays, "NUMBERS_S", 0.05)
    found = said_json(capsys, "--identify")
    opened = XServer(server)
    try:
        enrolled = enrol_display(opened)
    finally:
        opened.close()
    assert found["asked"] == "x11"
    (display,) = found["displays"]
    assert (display["fingerprint"], display["name"]) == (enrolled.fingerprint, enrolled.name)
    assert (display["resolution"], display["says_who"]) == ("1280x800", False), "Xvfb's display has no EDID"
    assert found["command"].endswith(f"--display {enrolled.fingerprint}")
    once(server, "monitor")
    try:
        both = said_json(capsys)
        assert [each["name"] for each in both["displays"]][1:] == ["PROJECTOR"]
        assert both["command"] is None
    finally:
        once(server, "no-monitor")
