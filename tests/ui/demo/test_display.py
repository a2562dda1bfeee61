"""A screen of one's own: that it comes, that only its owner gets in, and that it goes."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.demo import display
from ui.demo.display import Display, ScreenSize, private_display, require_programs
from ui.demo.errors import DemoFault
from ui.demo.robot.eyes import read_xwd

pytestmark = pytest.mark.x11


@pytest.fixture
def screen() -> Iterator[Display]:
    with private_display(ScreenSize(width_px=1024, height_px=768)) as display_:
        yield display_


def reaches(environment: dict[str, str]) -> bool:
    return (
        subprocess.run(["xdotool", "getdisplaygeometry"], env=environment, capture_output=True, check=False).returncode
        == 0
    )


def test_it_has_the_size_that_was_asked_for(screen: Display) -> None:
    picture = read_xwd(screen.framebuffer.read_bytes())

    assert (picture.width_px, picture.height_px) == (1024, 768)


def test_only_who_has_the_cookie_gets_in(screen: Display) -> None:
    assert reaches(dict(screen.environment))
    assert not reaches({**screen.environment, "XAUTHORITY": "/dev/null"})


def test_children_inherit_nothing_of_the_desktop(screen: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "WAYLAND_DISPLAY" not in screen.environment
    of_qt = {name for name in screen.environment if name.startswith("QT_")}
    assert of_qt == {"QT_QPA_PLATFORM", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON", "QT_LOGGING_RULES"}
    runtime = Path(screen.environment["XDG_RUNTIME_DIR"])
    assert runtime.stat().st_mode & 0o777 == 0o700
    assert runtime.parent.stat().st_mode & 0o777 == 0o700


def test_everything_ends_with_it() -> None:
    with private_display() as screen:
        environment = dict(screen.environment)
        folder = screen.framebuffer.parent.parent
        mine = processes_of(folder)
        assert len(mine) >= 3

    assert not reaches(environment)
    assert not folder.exists()
    assert processes_of(folder) == set()


def test_two_do_not_disturb_each_other(screen: Display) -> None:
    with private_display() as other:
        assert other.environment["DISPLAY"] != screen.environment["DISPLAY"]
        assert reaches(dict(other.environment))
    assert reaches(dict(screen.environment))


def test_missing_programs_are_named_with_their_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(display, "LAUNCHERS", (str(tmp_path / "none"),))

    with pytest.raises(DemoFault) as refused:
        require_programs()

    assert "Xvfb, at-spi-bus-launcher, dbus-daemon, xdotool" in str(refused.value)
    assert "apt-get install at-spi2-core dbus xdotool xvfb" in str(refused.value)


def test_a_server_that_does_not_start_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "Xvfb").write_text("#!/bin/sh\nexit 3\n", encoding="ascii")
    (tmp_path / "Xvfb").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(DemoFault, match=r"Xvfb does not start \(it ended with code 3\)"), private_display():
        pass


def processes_of(folder: Path) -> set[int]:
    """Processes whose command line or environment names a folder."""
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            text = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in text:
            found.add(int(entry.name))
    return found
