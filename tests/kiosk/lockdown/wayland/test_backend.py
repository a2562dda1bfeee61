from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from exam_packages.ids import UtcMs
from kiosk.lockdown.facts import Capability, Concern
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.wayland.backend import LOOK_MS, CompositorWatch, compositor_probes, wayland_backend
from kiosk.lockdown.wayland.compositor import Compositor, compositor_at

CAGE = Compositor(
    process=7, program="cage", words=("/usr/bin/cage", "--", "/bin/sleep", "-s"), is_private=True, shown_by=""
)
ALL = {"wayland/one-program", "wayland/no-bindings", "wayland/no-capture", "wayland/no-typing"}


def prevented(found: Compositor | None) -> set[str]:
    probes = compositor_probes(found)
    for _, probe in probes.values():
        assert (probe.capability is Capability.ENFORCED) is (probe.reason == "") is (probe.remedy == "")
    return {name for name, (_, probe) in probes.items() if probe.capability is Capability.ENFORCED}


def at(milliseconds: int) -> Reading:
    return Reading(wall=UtcMs(milliseconds), awake_ms=milliseconds, since_boot_ms=milliseconds)


def test_cage_alone_prevents_all_of_it() -> None:
    assert prevented(CAGE) == ALL


@pytest.mark.parametrize(
    ("found", "left"),
    [
        (None, set()),
        (replace(CAGE, is_private=False), {"wayland/no-bindings"}),
        (replace(CAGE, program="sway"), {"wayland/no-capture", "wayland/no-typing"}),
        (replace(CAGE, program=""), {"wayland/no-capture", "wayland/no-typing"}),
        (replace(CAGE, words=("cage", "-s", "--", "x")), ALL - {"wayland/no-bindings"}),
        (replace(CAGE, words=("cage", "-ds", "x")), ALL - {"wayland/no-bindings"}),
        (replace(CAGE, words=("cage", "-d", "--", "x")), ALL),
        (replace(CAGE, shown_by="DISPLAY=:0"), set()),
        (replace(CAGE, shown_by=None), set()),
        (replace(CAGE, words=()), ALL - {"wayland/no-bindings"}),
    ],
)
def test_what_is_missing_counts(found: Compositor | None, left: set[str]) -> None:
    assert prevented(found) == left


@pytest.mark.parametrize(
    ("environ", "shown_by"),
    [
        (b"", None),
        (b"HOME=/\0XDG_RUNTIME_DIR=/run/x\0", ""),
        (b"DISPLAY=:0\0", "DISPLAY=:0"),
        (b"DISPLAY=\0WAYLAND_DISPLAY=wayland-1\0", "WAYLAND_DISPLAY=wayland-1"),
        (b"WLR_BACKENDS=drm,libinput\0DISPLAY=:0\0", ""),
        (b"WLR_BACKENDS=x11\0", "WLR_BACKENDS=x11"),
        (b"WLR_BACKENDS=drm,headless\0", "WLR_BACKENDS=drm,headless"),
    ],
)
def test_whether_it_is_a_window_itself_is_read_from_what_it_was_started_with(
    tmp_path: Path, environ: bytes, shown_by: str | None
) -> None:
    about = tmp_path / "proc" / str(os.getpid())
    about.mkdir(parents=True)
    (about / "environ").write_bytes(environ)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(tmp_path / "wayland-0"))
        listening.listen()
        found = compositor_at(tmp_path / "wayland-0", processes=tmp_path / "proc")
    assert found is not None
    assert found.shown_by == shown_by


def test_the_table_has_what_the_window_does_and_no_grab() -> None:
    table = {entry.concern: entry for entry in wayland_backend(lambda: CAGE).table()}
    assert table[Concern.CLIPBOARD].by == "window/private-clipboard"
    assert table[Concern.SYSTEM_KEYS].by == "wayland/no-bindings"
    assert table[Concern.DISPLAYS].probe.capability is Capability.UNAVAILABLE


def test_a_compositor_that_goes_is_told_once() -> None:
    now: list[Compositor | None] = [CAGE]
    watch = CompositorWatch(lambda: now[0])
    assert [*watch.poll(at(0)), *watch.poll(at(LOOK_MS))] == []
    now[0] = None
    assert watch.poll(at(LOOK_MS + 1)) == ()
    (told,) = watch.poll(at(2 * LOOK_MS))
    assert told.kind is IncidentKind.HOOK_LOST
    assert watch.poll(at(4 * LOOK_MS)) == ()


def test_another_one_in_its_place_is_told() -> None:
    now: list[Compositor | None] = [CAGE]
    watch = CompositorWatch(lambda: now[0])
    watch.poll(at(0))
    now[0] = replace(CAGE, process=8)
    assert len(watch.poll(at(LOOK_MS))) == 1


@pytest.mark.parametrize("is_watched", [True, False])
def test_without_its_watch_nobody_tells_of_it(is_watched: bool) -> None:  # noqa: FBT001
    now: list[Compositor | None] = [CAGE]
    backend = wayland_backend(lambda: now[0])
    monitors = [each for each in backend.monitors if is_watched or not isinstance(each, CompositorWatch)]
    told = [seen for each in monitors for seen in each.poll(at(0))]
    now[0] = None
    told += [seen for each in monitors for seen in each.poll(at(LOOK_MS))]
    assert [seen.kind for seen in told] == [IncidentKind.HOOK_LOST] * is_watched


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "wayland-0"))
        server.listen()
        yield folder / "wayland-0"


def test_who_listens_is_asked_of_the_kernel(listening: Path) -> None:
    found = compositor_at(listening)
    assert found is not None
    assert found.process == os.getpid()
    assert found.program == Path("/proc/self/comm").read_text().strip()
    assert found.words
    assert found.is_private
    listening.parent.chmod(0o755)
    assert compositor_at(listening) == replace(found, is_private=False)


def test_nobody_listens(tmp_path: Path) -> None:
    assert compositor_at(tmp_path / "wayland-0") is None
    (tmp_path / "wayland-0").touch()
    assert compositor_at(tmp_path / "wayland-0") is None
    assert compositor_at(tmp_path / ("x" * 200)) is None


def test_a_process_that_cannot_be_read_has_no_name(listening: Path, tmp_path: Path) -> None:
    found = compositor_at(listening, processes=tmp_path)
    assert found is not None
    assert (found.program, found.words) == ("", ())
