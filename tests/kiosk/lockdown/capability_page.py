"""The tables of docs/lockdown.md, made from what every backend says of itself on made-up machines.

``python -m tests.kiosk.lockdown.capability_page`` writes them anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from unittest import mock

from exam_packages.ids import Digest
from kiosk.lockdown.backends import Backend
from kiosk.lockdown.development import development_backend
from kiosk.lockdown.displays import EnrolledDisplay, fingerprint_of_edid
from kiosk.lockdown.facts import Capability, CapabilityEntry, Concern, Preset, Probe
from kiosk.lockdown.input_policy import InputPolicy
from kiosk.lockdown.linux import walls
from kiosk.lockdown.linux.backend import SeatFacts, linux_backend
from kiosk.lockdown.linux.hardening import User
from kiosk.lockdown.policy import REQUIRED, Policy, judge_start
from kiosk.lockdown.wayland.backend import wayland_backend
from kiosk.lockdown.wayland.compositor import Compositor
from kiosk.lockdown.windows.api import Hive, MonitorSeen, Value
from kiosk.lockdown.windows.backend import WindowsSeat, windows_backend
from kiosk.lockdown.windows.structs import REG_DWORD, REG_SZ
from kiosk.lockdown.windows.verification import NOT_VERIFIED, as_verified
from kiosk.lockdown.x11.backend import WINDOW_PROBES, x11_monitors, x11_operations
from kiosk.lockdown.x11.connection import XServer
from tests.kiosk.lockdown.linux_monitors.made_up import EXAM_PROGRAM, SEAT_FOLDER, USER, MadeUpMachine, edid_of, prepare
from tests.kiosk.lockdown.windows.fake_win32 import US, FakeWin32
from tests.simulators.clock import FakeClock
from ui.window import protection_words

PAGE = Path(__file__).resolve().parents[3] / "docs" / "lockdown.md"
WORDS = {Capability.ENFORCED: "**prevented**", Capability.DETECT_ONLY: "noticed", Capability.UNAVAILABLE: "–"}


@dataclass(frozen=True)
class Column:
    """A kind of machine.

    ``key`` stands over the column, ``what`` is what it means.
    """

    key: str
    what: str
    backend: Callable[[], Backend]


class _Server:
    """An X server that has every extension but these, and shows nothing."""

    def __init__(self, *without: str) -> None:
        self._without = without

    def has(self, extension: str) -> bool:
        return extension not in self._without

    def look(self, at: Callable[[], Any], otherwise: Any) -> Any:
        return at() if isinstance(otherwise, Probe) else otherwise

    def listen(self, listener: object) -> None:
        del listener


def _linux(*, is_prepared: bool = False, sees_displays: bool = True) -> Backend:
    machine = MadeUpMachine()
    if is_prepared:
        prepare(machine)
    else:
        machine.look.owners["opt"] = (USER, 0o755)
    seat = SeatFacts(
        uid=USER,
        folder=Path("/", SEAT_FOLDER),
        window=lambda: machine.window,
        known_programs=("/opt/exam/",),
        environment=frozenset(),
        program_files={Path(EXAM_PROGRAM): Digest(hashlib.sha256(b"").hexdigest())},
        sees_displays=sees_displays,
    )
    return linux_backend(seat, look=machine.look, power_keys=machine.power_key)


def _x11(*without: str) -> Backend:
    server = cast("XServer", _Server(*without))
    enrolled = EnrolledDisplay(fingerprint=fingerprint_of_edid(edid_of("LGD", 0x0521)), name="eDP-1")
    return Backend(
        name="Xorg",
        operations=x11_operations(server, enrolled=enrolled),
        monitors=x11_monitors(server, lambda _: True, policy=InputPolicy(), enrolled=enrolled),
        further=WINDOW_PROBES,
    )


def _walls(*, is_root: bool, namespaces: bool) -> Backend:
    machine = walls.Machine(
        namespaces="" if namespaces else "The system lets no ordinary user make namespaces.",
        filters=True,
        memory=is_root,
        is_root=is_root,
        user=User(uid=USER, gid=USER, groups=()) if is_root else None,
    )
    return Backend(name="sandbox", operations=walls.operations(machine, lambda: None))


_CAGE = Compositor(
    process=2, program="cage", words=("/usr/bin/cage", "--", "/bin/sleep", "infinity"), is_private=True, shown_by=""
)

COLUMNS = (
    Column(
        "Prepared",
        "Linux, prepared by `kiosk seat prepare`: Xorg without a window manager, the supervisor as the system's service, the"
        " window as a user of its own, storage kept out, the program the system's",
        # As its unit starts it: with -tst.
        lambda: _linux(is_prepared=True).with_more(_x11("XTEST"), _walls(is_root=True, namespaces=True)),
    ),
    Column(
        "Prepared, cage",
        "The same prepared with `--session cage`: Wayland instead of Xorg. Displays are the compositor's, and only noticed",
        lambda: _linux(is_prepared=True, sees_displays=False).with_more(
            wayland_backend(lambda: _CAGE), _walls(is_root=True, namespaces=True)
        ),
    ),
    Column(
        "Root",
        "Linux, Xorg, the supervisor started by root on a system that is not prepared",
        lambda: _linux().with_more(_x11(), _walls(is_root=True, namespaces=True)),
    ),
    Column(
        "User",
        "Linux, Xorg, the supervisor as an ordinary user who may make namespaces (most distributions)",
        lambda: _linux().with_more(_x11(), _walls(is_root=False, namespaces=True)),
    ),
    Column(
        "User, no namespaces",
        "The same where the system forbids them to ordinary users",
        lambda: _linux().with_more(_x11(), _walls(is_root=False, namespaces=False)),
    ),
    Column("Development", "`kiosk seat run` on a machine that somebody works on", development_backend),
)


_VERSION = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
_BIOS = "HARDWARE\\DESCRIPTION\\System\\BIOS"
_FILTER = "SYSTEM\\CurrentControlSet\\Services\\MsKeyboardFilter"


def _windows(edition: str, *, starts: str = "") -> Backend:
    """Windows with a display; where something else than the usual desktop starts, keys are filtered, too."""
    fake = FakeWin32()
    keys = fake.registry.keys
    keys[Hive.MACHINE, _VERSION] = {"EditionID": _text_value(edition)}
    keys[Hive.MACHINE, _BIOS] = {"SystemManufacturer": _text_value("Northwind Computers")}
    if starts:
        keys[Hive.MACHINE, f"{_VERSION}\\Winlogon"] = {"Shell": _text_value(starts)}
        keys[Hive.MACHINE, _FILTER] = {"Start": Value(type=REG_DWORD, data=(2).to_bytes(4, "little"))}
    fake.screen.plugged = [MonitorSeen(output="\\\\.\\DISPLAY1", device="", geometry="1280x800+0+0")]
    seat = WindowsSeat(is_ours=lambda pid: pid == US, window=lambda: US, own_desktop=not starts)
    return windows_backend(fake.win32(), seat, clock=FakeClock())


def _text_value(text: str) -> Value:
    return Value(type=REG_SZ, data=f"{text}\0".encode("utf-16-le"))


WINDOWS = (
    Column(
        "Enterprise, Education, IoT",
        "Windows Enterprise, Education or IoT Enterprise, 64 bits: Shell Launcher starts the supervisor, Keyboard Filter is on",
        lambda: _windows("IoTEnterprise", starts="kiosk.exe"),
    ),
    Column(
        "Pro, Home",
        "Windows Pro or Home, 64 bits: a desktop of its own, keys by a hook",
        lambda: _windows("Professional"),
    ),
)


def _windows_tables(*, verified: bool = False) -> list[tuple[CapabilityEntry, ...]]:
    """Ask the backend as it is, or as it would answer once somebody has seen on Windows that it works."""
    assert as_verified.__kwdefaults__ is not None
    with mock.patch.dict(as_verified.__kwdefaults__, verified=verified):
        return [column.backend().table() for column in WINDOWS]


def windows_capabilities() -> str:
    """What Windows is written to do about every concern; nothing of it counts as prevented until somebody has seen it."""
    now, meant = _windows_tables(), _windows_tables(verified=True)
    rows = [["About", *(column.key for column in WINDOWS)]]
    for number, concern in enumerate(Concern):
        cells = [
            _windows_cell(*entries) for entries in zip(*(_row(tables, number) for tables in (now, meant)), strict=True)
        ]
        rows.append([protection_words.concern(concern.value), *cells])
    return _table(rows)


def _row(tables: Sequence[Sequence[CapabilityEntry]], number: int) -> list[CapabilityEntry]:
    return [table[number] for table in tables]


def _windows_cell(now: CapabilityEntry, meant: CapabilityEntry) -> str:
    if not now.by:
        return WORDS[now.probe.capability]  # nothing is written, and there is nothing to verify
    if now.probe.capability is meant.probe.capability and not now.probe.reason.startswith(NOT_VERIFIED):
        return WORDS[now.probe.capability]
    return f"not verified on Windows: {WORDS[meant.probe.capability].strip('*')}"


def windows_starts() -> str:
    """What is missing on Windows for a live exam that demands a preset, as long as nobody has verified it."""
    return _starts(WINDOWS, _windows_tables())


def kinds_of_windows() -> str:
    """What the columns about Windows mean."""
    return _kinds(WINDOWS)


def _tables() -> list[tuple[CapabilityEntry, ...]]:
    with (
        mock.patch("kiosk.lockdown.x11.operations.outputs_of", return_value=()),
        mock.patch("kiosk.lockdown.x11.operations.own_output", return_value=object()),
    ):
        return [column.backend().table() for column in COLUMNS]


def capabilities() -> str:
    """What each kind of machine does about every concern, and from which preset on it has to be prevented."""
    tables = _tables()
    rows = [["About", *(column.key for column in COLUMNS), "has to be prevented in"]]
    for number, concern in enumerate(Concern):
        presets = [preset.value for preset in Preset if concern in REQUIRED[preset]]
        answers = [WORDS[table[number].probe.capability] for table in tables]
        rows.append([protection_words.concern(concern.value), *answers, ", ".join(presets) or "–"])
    return _table(rows)


def kinds_of_machines() -> str:
    """What the columns mean."""
    return _kinds(COLUMNS)


def _kinds(columns: Sequence[Column]) -> str:
    return "\n".join(f"* **{column.key}**: {column.what}." for column in columns)


def reasons() -> str:
    """Why the best kind of machine does not do more, and what would help."""
    rows = [["About", "What there is", "What helps further", "By"]]
    for entry in _tables()[0]:
        if entry.probe.capability is not Capability.ENFORCED:
            about = protection_words.concern(entry.concern.value)
            rows.append([about, entry.probe.reason, entry.probe.remedy or "–", f"`{entry.by}`" if entry.by else "–"])
    return _table(rows)


def starts() -> str:
    """What is missing for a live exam that demands a preset, on each kind of machine."""
    return _starts(COLUMNS, _tables())


def _starts(columns: Sequence[Column], tables: Sequence[Sequence[CapabilityEntry]]) -> str:
    rows = [["A package that demands", *(column.key for column in columns)]]
    for preset in Preset:
        policy = Policy(preset=preset, demanded=preset, required=REQUIRED[preset])
        rows.append([preset.value, *(_missing(policy, table) for table in tables)])
    return _table(rows)


def _missing(policy: Policy, table: Sequence[CapabilityEntry]) -> str:
    missing = judge_start(policy, table).missing
    if not missing:
        return "starts"
    return "missing: " + ", ".join(protection_words.concern(each.concern).lower() for each in missing)


def _table(rows: Iterable[Sequence[str]]) -> str:
    head, *others = rows
    lines = [head, ["---"] * len(head), *others]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


TABLES: dict[str, Callable[[], str]] = {
    "machines": kinds_of_machines,
    "capabilities": capabilities,
    "starts": starts,
    "reasons": reasons,
    "windows-machines": kinds_of_windows,
    "windows-capabilities": windows_capabilities,
    "windows-starts": windows_starts,
}


def filled(page: str) -> str:
    """Return the page with every table made anew."""
    for name, make in TABLES.items():
        before, found, rest = page.partition(f"<!-- {name} -->\n")
        old, ended, after = rest.partition(f"<!-- /{name} -->")
        assert found, name
        assert ended, name
        assert "<!--" not in old, name
        page = f"{before}{found}{make()}\n{ended}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
