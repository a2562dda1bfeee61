"""Which files of the machine the window sees.

Owns the list: the system's libraries and fonts, the program, the seat, the stick, the sockets of screen, sound and
accessibility. Refuses to know how they are shown. What is not listed does not exist inside: no home folders, no other seats,
no configuration, no devices, no service's socket.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.lockdown.linux.environment import AUTHORITY, HOME, RUNTIME, Screen, ScreenSystem
from kiosk.lockdown.linux.namespaces import Access, Given, Place, Tree, outermost

AUTHORITY_MAX_BYTES: Final = 64 * 1024
_SYSTEM: Final = (
    "/usr",
    "/etc/alternatives",
    "/etc/alsa",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/machine-id",
    "/var/cache/fontconfig",
    "/var/lib/dbus/machine-id",
)
_LIBRARIES: Final = ("/bin", "/lib", "/lib32", "/lib64", "/sbin")
"""Links into /usr on every current distribution, and folders on older ones."""
_DEVICES: Final = ("/dev/dri", "/dev/snd")
_PACKAGES: Final = ("exam_packages", "kiosk", "signing", "ui")


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFiles:
    """What a window needs beside the system.

    Attributes:
        seat: the seat's folder.
        media: sticks and second disks; shown also when something is mounted there later.
        screen: where it is shown.
        authority: the X server's cookies; None where it wants none.
        sockets: of sound, of the accessibility bus and of an input method: files or folders.
        more: other folders that may be read.
    """

    seat: Path
    screen: Screen
    media: Sequence[Path] = ()
    authority: Path | None = None
    sockets: Sequence[str] = ()
    more: Sequence[str] = ()


def window_tree(files: WindowFiles, *, exists: Callable[[str], bool] = os.path.exists) -> Tree:
    """Return all that exists for a window.

    Raises:
        OSError: the cookies cannot be read.
    """
    system, links = system_files(exists=exists)
    read = [*system, *(path for path in (*program_folders(), *files.more) if exists(path))]
    write = [str(path) for path in (files.seat, *files.media) if exists(str(path))]
    # A socket is written to by whoever may open it; its name is not to be replaced.
    sockets = [path for path in (files.screen.socket, *files.sockets) if path and exists(path)]
    places = (
        *(Place(path=path) for path in outermost(read)),
        *(Place(path=path, access=Access.DEVICE) for path in _DEVICES if exists(path)),
        *(Place(path=path, access=Access.WRITE) for path in outermost(write)),
        *(Place(path=path) for path in outermost(sockets)),
    )
    given: tuple[Given, ...] = ()
    if files.screen.system is ScreenSystem.X11:
        given = (Given(path=AUTHORITY, data=cookies(files.authority)),)
    return Tree(places=places, links=links, given=given, homes=(HOME, RUNTIME))


def program_folders() -> tuple[str, ...]:
    """Return where this program and its interpreter lie."""
    if getattr(sys, "frozen", False):
        return (str(Path(sys.executable).parent),)
    root = Path(__file__).resolve().parents[3]
    found: Iterable[str] = (
        sys.prefix,
        sys.base_prefix,
        *(path for path in sys.path if path.endswith(("site-packages", "dist-packages"))),
        *(str(root / package) for package in _PACKAGES),
    )
    return outermost([path for path in found if path not in {"", "/", "/usr"}])


def sound_socket(untrusted: Mapping[str, str]) -> str:
    """Return the socket of the user's sound server; empty where there is none."""
    runtime = untrusted.get("XDG_RUNTIME_DIR", "")
    path = f"{runtime}/pulse/native"
    return path if runtime.startswith("/") and Path(path).is_socket() else ""


def accessibility_socket(untrusted: Mapping[str, str], screen: Screen) -> str:
    """Return the socket of the accessibility bus; empty where there is none.

    Asked of nobody: over the session's bus, which knows its address, programs can be started, and the window must not see it.
    """
    address = untrusted.get("AT_SPI_BUS_ADDRESS", "")
    if address.startswith("unix:path="):
        return address.removeprefix("unix:path=").partition(",")[0]
    homes = (untrusted.get("XDG_RUNTIME_DIR", ""), f"{untrusted.get('HOME', '')}/.cache")
    names = (f"bus{screen.name.replace(':', '_')}", "bus")
    paths = (Path(home) / "at-spi" / name for home in homes if home.startswith("/") for name in names)
    return next((str(path) for path in paths if path.is_socket()), "")


def system_files(
    *, exists: Callable[[str], bool] = os.path.exists
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return what is seen of the system: files and folders, and links into them."""
    links = tuple((path, str(Path(path).readlink())) for path in _LIBRARIES if Path(path).is_symlink())
    folders = (path for path in _LIBRARIES if exists(path) and not Path(path).is_symlink())
    return (*(path for path in _SYSTEM if exists(path)), *folders), links


def cookies(authority: Path | None) -> bytes:
    """Return the X server's cookies; nothing where it wants none.

    Raises:
        OSError: they cannot be read.
    """
    if authority is None or not authority.is_file():
        return b""
    with authority.open("rb") as file:
        return file.read(AUTHORITY_MAX_BYTES)
