from __future__ import annotations

import socket
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.linux.environment import AUTHORITY, Screen, ScreenSystem
from kiosk.lockdown.linux.namespaces import Access, outermost
from kiosk.lockdown.linux.window_tree import (
    WindowFiles,
    accessibility_socket,
    program_folders,
    sound_socket,
    window_tree,
)

NOWHERE = Screen(system=ScreenSystem.NONE)
NAMES = st.sampled_from(["a", "b", "ab"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))


@given(st.lists(PATHS, max_size=8))
def test_each_place_is_shown_once(paths: list[str]) -> None:
    kept = outermost(paths)
    for path in paths:
        assert sum(Path(path).is_relative_to(folder) for folder in kept) == 1
    assert set(kept) <= set(paths)


def test_the_seat_and_the_stick_can_be_written_and_nothing_else(tmp_path: Path) -> None:
    seat, stick = tmp_path / "seat", tmp_path / "stick"
    seat.mkdir()
    stick.mkdir()
    tree = window_tree(WindowFiles(seat=seat, media=[stick, tmp_path / "not there"], screen=NOWHERE))
    written = {place.path for place in tree.places if place.access is Access.WRITE}
    assert written == {str(seat), str(stick)}
    assert {place.path for place in tree.places if place.access is Access.DEVICE} <= {"/dev/dri", "/dev/snd"}
    read = {place.path for place in tree.places if place.access is Access.READ}
    assert not read & {"/", "/home", "/root", "/etc", "/run", "/var", "/tmp", str(tmp_path)}
    assert tree.given == ()


def test_the_screen_s_cookies_are_copied_and_its_socket_is_shown(tmp_path: Path) -> None:
    cookies, place = tmp_path / "authority", tmp_path / "X7"
    cookies.write_bytes(b"cookie")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(place))
        screen = Screen(system=ScreenSystem.X11, name=":7", socket=str(place))
        tree = window_tree(WindowFiles(seat=tmp_path / "seat", screen=screen, authority=cookies))
    assert [(given.path, given.data) for given in tree.given] == [(AUTHORITY, b"cookie")]
    assert str(place) in {shown.path for shown in tree.places}
    assert str(cookies) not in {shown.path for shown in tree.places}


def test_a_screen_that_wants_no_cookies_is_no_fault(tmp_path: Path) -> None:
    screen = Screen(system=ScreenSystem.X11, name=":7", socket=str(tmp_path / "none"))
    tree = window_tree(WindowFiles(seat=tmp_path, screen=screen, authority=tmp_path / "none"))
    assert [given.data for given in tree.given] == [b""]


def test_the_program_s_folders_hold_the_program_and_no_more() -> None:
    folders = program_folders()
    own = Path(__file__).parents[4]
    assert str(own / "kiosk") in folders
    assert str(own) not in folders
    assert not {"/", "/usr", "/home"} & set(folders)


def test_sockets_are_found_without_asking_a_bus(tmp_path: Path) -> None:
    screen = Screen(system=ScreenSystem.X11, name=":7")
    untrusted = {"XDG_RUNTIME_DIR": str(tmp_path), "HOME": "/nowhere"}
    assert accessibility_socket(untrusted, screen) == ""
    assert sound_socket(untrusted) == ""
    (tmp_path / "at-spi").mkdir()
    (tmp_path / "pulse").mkdir()
    with socket.socket(socket.AF_UNIX) as bus, socket.socket(socket.AF_UNIX) as pulse:
        bus.bind(str(tmp_path / "at-spi" / "bus_7"))
        pulse.bind(str(tmp_path / "pulse" / "native"))
        assert accessibility_socket(untrusted, screen) == str(tmp_path / "at-spi" / "bus_7")
        assert sound_socket(untrusted) == str(tmp_path / "pulse" / "native")
    said = untrusted | {"AT_SPI_BUS_ADDRESS": "unix:path=/run/bus,guid=12"}
    assert accessibility_socket(said, screen) == "/run/bus"
    assert sound_socket({"XDG_RUNTIME_DIR": "relative"}) == ""
