"""Real ibus beside the real window, each behind walls of its own: what is typed is composed, and nobody is alarmed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.lockdown.facts import Capability, Preset
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.input_methods import input_method_of
from kiosk.lockdown.linux import walls
from kiosk.lockdown.linux.environment import Screen, ScreenSystem, screen_of
from kiosk.lockdown.linux.hardening import User
from kiosk.lockdown.linux.input_method import ADDRESS, SOCKET, lacking
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.watching import Watch
from kiosk.lockdown.x11.connection import XServer
from kiosk.lockdown.x11.keyboard_layouts import ServerLayouts
from kiosk.lockdown.x11.windows import ForeignWindows, visible_windows
from kiosk.readiness.x11_stranger import KEY_PRESS, KEY_RELEASE, Stranger
from tests.kiosk.lockdown.x11.displays_for_tests import environment, x_server
from tests.waiting import PATIENCE_S, wait_until
from ui.command_line.seat_readiness import INSIDE
from ui.lockdown.input_method import (
    NAME,
    STARTS_MAX,
    InputMethodOperation,
    InputMethodService,
    InputMethodWatch,
    MethodWanted,
)
from ui.lockdown.on_linux import OnLinux
from ui.lockdown.options import SessionOptions
from ui.lockdown.ours import Ours
from ui.lockdown.window_process import WindowProcess, WindowWanted
from ui.readiness.on_linux import over_socket
from ui.readiness.outside import WindowOutside

PINYIN = "ibus:libpinyin"
IBUS_PLUGIN = "libibusplatforminputcontextplugin"
DEAD_ACUTE = 0xFE51  # X11/keysymdef.h
SOMEBODY = User(uid=64_123, gid=64_123)
"""A user that nobody has made: the kernel asks for none."""
NOW = Reading(wall=0, awake_ms=0, since_boot_ms=0)  # type: ignore[arg-type]  # nobody looks at it


@pytest.fixture(scope="module")
def machine() -> walls.Machine:
    return walls.look(None)


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server() as name:
        yield name


@pytest.fixture
def wanted(tmp_path: Path, machine: walls.Machine) -> MethodWanted:
    return MethodWanted(
        name=PINYIN,
        folder=tmp_path / "input",
        screen=Screen(system=ScreenSystem.X11, name=":4242", socket="/tmp/.X11-unix/X4242"),
        machine=machine,
        untrusted_environment={},
    )


@pytest.fixture
def shown(wanted: MethodWanted, machine: walls.Machine, display: str) -> MethodWanted:
    if missing := lacking():
        pytest.skip(f"not installed: {', '.join(missing)}")
    if not Path("/usr/share/ibus/component/libpinyin.xml").exists():
        pytest.skip("not installed: ibus-libpinyin")
    if machine.namespaces or not machine.filters:
        pytest.skip(f"this machine does not let the tests make walls: {machine.namespaces or 'no filter of calls'}")
    given = environment(DISPLAY=display)
    screen = screen_of(given)
    assert screen is not None
    return replace(wanted, screen=screen, untrusted_environment=given)


def is_there(wanted: MethodWanted) -> bool:
    return (wanted.folder / ADDRESS).read_text() != ""


@contextmanager
def running(wanted: MethodWanted) -> Iterator[InputMethodService]:
    service = InputMethodService(wanted)
    service.start()
    try:
        wait_until(lambda: is_there(wanted), "ibus does not come up")
        yield service
    finally:
        service.stop()
        service.forget()


@contextmanager
def window_with(service: InputMethodService, wanted: MethodWanted, seat: Path) -> Iterator[WindowOutside]:
    with window_starting(service, wanted, seat) as window:
        window.wait()
        yield window


@contextmanager
def window_starting(
    service: InputMethodService, wanted: MethodWanted, seat: Path, *, waits: bool = False
) -> Iterator[WindowOutside]:
    seat.mkdir()
    wanted.folder.mkdir(exist_ok=True)
    process = WindowProcess(
        WindowWanted(
            words=["seat", INSIDE],
            seat=seat,
            media=(),
            screen=wanted.screen,
            machine=wanted.machine,
            untrusted_environment=wanted.untrusted_environment,
            waits=waits,
            input_method=lambda: service.address,
        )
    )
    window = over_socket(process)
    try:
        yield window
    finally:
        window.end()


@pytest.fixture(params=[None, SOMEBODY], ids=["same-user", "another-user"])
def user(request: pytest.FixtureRequest) -> User | None:
    """Whom window and input method run as."""
    user: User | None = request.param
    if user is not None and os.geteuid() != 0:
        pytest.skip("only root can have them run as another user")
    return user


@pytest.mark.x11
@pytest.mark.sandbox
@pytest.mark.timeout(240)
def test_what_is_typed_is_composed_and_its_candidates_are_no_strangers(
    shown: MethodWanted, tmp_path: Path, user: User | None
) -> None:
    shown = replace(shown, machine=walls.look(user))
    subprocess.run(["setxkbmap", "-layout", "us,de"], env=environment(DISPLAY=shown.screen.name), check=True)
    server, stranger = XServer(shown.screen.name), Stranger(shown.screen.name)
    layouts = ServerLayouts(server).installed()
    with running(shown) as service, window_with(service, shown, tmp_path / "seat") as window:
        monitor = ForeignWindows(server, Ours(os.getpid()))
        wait_until(lambda: window.state().active, "the window does not get the focus")
        window.clear()
        assert _composes(window, stranger), window.state()
        assert _shows_candidates(window, stranger, server), window.state()
        assert monitor.poll(NOW) == [], "candidates are no strangers"
        assert ForeignWindows(server, lambda pid: pid == window.process).poll(NOW), "… because somebody knows them"
        state = window.state()
        assert state.active
        assert state.fills
        stranger.press("space")
        wait_until(lambda: "你好" in window.state().text, "it was not put in")
        # After a session it is another one, which has learned nothing, and the window goes on with it.
        assert service.tend("session-1") == ""
        first = service_process(service)
        assert service.tend("") == ""
        assert service_process(service) != first
        wait_until(lambda: is_there(shown), "it does not come back")
        window.clear()
        assert _composes(window, stranger)
        assert ServerLayouts(server).installed() == layouts, "it leaves the keyboard alone"
    assert not shown.folder.exists()
    server.close()
    stranger.close()


@pytest.mark.x11
@pytest.mark.sandbox
@pytest.mark.timeout(120)
def test_a_window_that_is_quicker_waits_for_it(shown: MethodWanted, tmp_path: Path) -> None:
    """Qt asks for an input method when it comes up, and never again."""
    stranger, service = Stranger(shown.screen.name), InputMethodService(shown)
    try:
        with window_starting(service, shown, tmp_path / "seat") as window:
            wait_until(lambda: _reads_the_address(window), "the window does not look for it")
            service.start()
            window.wait()
            assert is_there(shown)
            wait_until(lambda: window.state().active, "the window does not get the focus")
            assert _composes(window, stranger), window.state()
    finally:
        service.stop()
        service.forget()
        stranger.close()


@pytest.mark.x11
@pytest.mark.sandbox
@pytest.mark.timeout(120)
def test_a_window_that_waited_while_it_ended_goes_on_with_the_next_one(shown: MethodWanted, tmp_path: Path) -> None:
    stranger = Stranger(shown.screen.name)
    with running(shown) as service, window_starting(service, shown, tmp_path / "seat", waits=True) as window:
        wait_until(lambda: _reads_the_address(window), "the window does not load")
        kill(service)
        assert "started again" in service.tend("session-1")
        wait_until(lambda: service.is_there, "it does not come up")  # on a busy machine longer than a window waits
        come_up(window)
        window.wait()
        assert IBUS_PLUGIN in maps(window)
        wait_until(lambda: window.state().active, "the window does not get the focus")
        assert _composes(window, stranger), window.state()
    stranger.close()


@pytest.mark.x11
@pytest.mark.sandbox
@pytest.mark.timeout(120)
def test_a_window_that_waited_while_it_was_given_up_does_not_look_for_it(shown: MethodWanted, tmp_path: Path) -> None:
    """It would wait for an address that nobody writes any more, and somebody waits for the window."""
    with x_server() as name:
        screen = screen_of(environment(DISPLAY=name))
        assert screen is not None
        shown = replace(shown, screen=screen)
        subprocess.run(["setxkbmap", "-layout", "de"], env=environment(DISPLAY=name), check=True)
        with running(shown) as service, window_starting(service, shown, tmp_path / "seat", waits=True) as window:
            wait_until(lambda: _reads_the_address(window), "the window does not load")
            for _ in range(STARTS_MAX):
                kill(service)
                assert "started again" in service.tend("session-1")
            kill(service)
            assert "not started any more" in service.tend("session-1")
            come_up(window)
            window.wait()
            assert IBUS_PLUGIN not in maps(window)
            wait_until(lambda: window.state().active, "the window does not get the focus")
            window.clear()
            with closing(Stranger(name)) as german:
                german._fake(KEY_PRESS, german._codes[DEAD_ACUTE])
                german._fake(KEY_RELEASE, german._codes[DEAD_ACUTE])
                german.write("e")
                wait_until(lambda: window.state().text, "nothing arrives")
                assert window.state().text == "é"


def come_up(window: WindowOutside) -> None:
    process = window._started
    assert isinstance(process, WindowProcess)
    assert process.go()


def kill(service: InputMethodService) -> None:
    assert service._process is not None
    service._process.kill()
    service._process.wait()


def _reads_the_address(window: WindowOutside) -> bool:
    """Whether it has loaded Qt: what it does next is to wait."""
    try:
        return "libQt6Widgets" in maps(window)
    except OSError:
        return False


def maps(window: WindowOutside) -> str:
    """What is loaded."""
    return Path(f"/proc/{window.process}/maps").read_text()


def _composes(window: WindowOutside, stranger: Stranger) -> bool:
    """It connects in its own time; until then letters arrive as they are."""
    for _ in range(40):
        window.clear()
        stranger.write("wo")
        stranger.press("space")
        began = time.monotonic()
        while time.monotonic() - began < 1:
            if "我" in window.state().text:
                window.clear()
                return True
            time.sleep(0.05)
    return False


def _shows_candidates(window: WindowOutside, stranger: Stranger, server: XServer) -> bool:
    """Its panel comes up a moment later than its engine, and shows what is typed from then on."""
    for _ in range(20):
        window.clear()
        stranger.write("nihao")
        began = time.monotonic()
        while time.monotonic() - began < 3:
            if any("ibus" in each.title for each in visible_windows(server)):
                return True
            time.sleep(0.05)
    return False


def service_process(service: InputMethodService) -> int:
    assert service._process is not None
    return service._process.pid


@pytest.mark.x11
@pytest.mark.sandbox
@pytest.mark.timeout(120)
def test_one_that_ends_is_started_again_and_told_and_not_for_ever(shown: MethodWanted) -> None:
    with running(shown) as service:
        watch = InputMethodWatch(service, lambda: "session-1")
        assert watch.poll(NOW) == ()
        for _ in range(STARTS_MAX):
            process = service._process
            assert process is not None
            process.kill()
            process.wait()
            (seen,) = watch.poll(NOW)
            assert seen.kind is IncidentKind.OPERATION_DRIFTED
            assert seen.evidence["operation"] == NAME
            assert "started again" in seen.evidence["reason"]
            assert watch.poll(NOW) == ()
        process = service._process
        assert process is not None
        process.kill()
        process.wait()
        (last,) = watch.poll(NOW)
        assert "not started any more" in last.evidence["reason"]
        assert service.address is None, "no window waits for it any more"
        assert watch.poll(NOW) == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "fcitx:pinyin"}, "does not know"),
        ({"screen": Screen(system=ScreenSystem.WAYLAND)}, "X server"),
        ({"folder": Path("/srv") / ("x" * 120)}, "too long"),
    ],
)
def test_where_there_can_be_none_it_is_said_and_nothing_is_started(
    wanted: MethodWanted, change: dict[str, object], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.lockdown.input_method.lacking", lambda: ())
    wanted = replace(wanted, machine=replace(wanted.machine, namespaces=""), **change)  # type: ignore[arg-type]  # by name
    service = InputMethodService(wanted)
    operation = InputMethodOperation(service)
    assert says in operation.probe().reason
    assert operation.probe().capability is Capability.UNAVAILABLE
    assert service.address is None
    with pytest.raises(OperationFailed, match=says):
        operation.apply()
    operation.revert(operation.snapshot())


def test_without_walls_or_programs_there_is_none(wanted: MethodWanted, monkeypatch: pytest.MonkeyPatch) -> None:
    unwalled = replace(wanted, machine=replace(wanted.machine, namespaces="not allowed"))
    assert "walls" in InputMethodService(unwalled).missing()
    monkeypatch.setattr("ui.lockdown.input_method.lacking", lambda: ("/usr/bin/ibus-daemon",))
    walled = replace(wanted, machine=replace(wanted.machine, namespaces=""))
    assert "ibus-daemon" in InputMethodService(walled).missing()


def test_one_whose_walls_cannot_be_made_ends_and_is_told(wanted: MethodWanted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.lockdown.input_method.lacking", lambda: ())
    command = (sys.executable, "-c", "import sys; sys.stdin.read(); sys.exit(70)")
    wanted = replace(wanted, machine=replace(wanted.machine, namespaces=""), command=command)
    service = InputMethodService(wanted)
    service.start()
    process = service._process
    assert process is not None
    process.wait(PATIENCE_S)
    assert "70" in service.tend("")
    service.stop()


def test_a_window_of_a_sitting_is_told_what_holds_when_it_comes_up(
    wanted: MethodWanted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.lockdown.input_method.lacking", lambda: ())
    started: list[WindowWanted] = []
    monkeypatch.setattr("ui.lockdown.on_linux.WindowProcess", started.append)
    options = SessionOptions(
        seat=tmp_path, state=tmp_path, preset=Preset.PRACTICE, words=(), environment={"DISPLAY": wanted.screen.name}
    )
    platform = OnLinux(options)
    platform.start(waits=True)
    assert started[0].input_method() is None
    service = InputMethodService(replace(wanted, machine=replace(wanted.machine, namespaces="")))
    monkeypatch.setattr(platform, "_method", service)
    assert started[0].input_method() == wanted.folder / ADDRESS
    monkeypatch.setattr(service, "_is_given_up", True)
    assert started[0].input_method() is None


class Ended(InputMethodService):
    """Tells whom it was asked for, and starts nothing."""

    def __init__(self, wanted: MethodWanted) -> None:
        super().__init__(wanted)
        self.asked: list[str] = []

    def tend(self, session: str) -> str:
        self.asked.append(session)
        return ""


def test_a_sitting_looks_after_it(wanted: MethodWanted) -> None:
    service = Ended(wanted)
    watch = Watch((InputMethodWatch(service, lambda: "session-1"),))
    assert watch.look(NOW) == ()
    assert service.asked == ["session-1"]


def test_what_it_has_put_in_the_place_of_its_address_is_not_followed(
    wanted: MethodWanted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.lockdown.input_method.lacking", lambda: ())
    wanted = replace(wanted, machine=replace(wanted.machine, namespaces=""), command=("/bin/true",))
    victim = tmp_path / "victim"
    victim.write_text("kept")
    wanted.folder.mkdir(parents=True)
    address = wanted.folder / ADDRESS
    for plant in (address.symlink_to, address.hardlink_to):
        plant(victim)
        service = InputMethodService(wanted)
        with pytest.raises(OperationFailed):
            service.start()
        assert victim.read_text() == "kept"
        assert service.address is None, "no window waits for what was not started"
        address.unlink()
    os.mkfifo(address)
    with pytest.raises(OperationFailed):
        InputMethodService(wanted).start()


@pytest.mark.parametrize("name", ["", "ibus", "ibus:", "ibus:../x", "ibus:a b", "ibus:a\n", "fcitx:x", "ibus:-x"])
def test_other_names_are_none(name: str) -> None:
    assert input_method_of(name) is None


@pytest.mark.parametrize("name", ["ibus:libpinyin", "ibus:anthy", "ibus:xkb:de::ger", "ibus:table:wubi-jidian86"])
def test_engines_have_their_own_names(name: str) -> None:
    method = input_method_of(name)
    assert method is not None
    assert f"ibus:{method.engine}" == name
    assert SOCKET == "ibus"
