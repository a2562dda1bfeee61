"""What of a machine is watched for a seat: displays by the site's file, a rig's keys in practice only."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kiosk.lockdown.displays import Fingerprint
from kiosk.lockdown.facts import Capability, Concern, Preset, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.program_digest import digests_of
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.shipped_files import LIST, shipped_files, write_list
from kiosk.lockdown.x11.connection import XServer
from kiosk.lockdown.x11.outputs import displays_of
from tests.kiosk.lockdown.x11.displays_for_tests import x_server
from ui.lockdown.backend import ExceptWhile, enrolled_display, own_files

INJECTED = Observation(kind=IncidentKind.INPUT_INJECTED, evidence={"device": "XTEST keyboard", "count": "1"})
NOW = Reading(wall=0, awake_ms=0, since_boot_ms=0)  # type: ignore[arg-type]  # nobody looks at it


class Sees:
    name, concern = "x11/injected-input", Concern.INJECTED_INPUT

    def __init__(self) -> None:
        self.unseen = [INJECTED]

    def probe(self) -> Probe:
        return Probe(capability=Capability.DETECT_ONLY)

    def poll(self, now: Reading) -> Sequence[Observation]:
        del now
        seen, self.unseen = self.unseen, []
        return seen


def test_a_rigs_keys_are_nothing_in_practice_and_are_not_told_later() -> None:
    preset, sees = Preset.PRACTICE, Sees()
    monitor = ExceptWhile(sees, lambda: preset is Preset.PRACTICE)
    assert (monitor.name, monitor.concern) == (sees.name, sees.concern)
    assert monitor.probe().capability is Capability.DETECT_ONLY
    assert monitor.poll(NOW) == ()
    preset = Preset.STANDARD
    assert list(monitor.poll(NOW)) == []
    sees.unseen = [INJECTED]
    assert list(monitor.poll(NOW)) == [INJECTED]


@pytest.fixture(scope="module")
def server() -> Iterator[XServer]:
    with x_server() as display:
        server = XServer(display)
        yield server
        server.close()


@pytest.mark.x11
def test_the_seats_display_is_the_one_that_the_site_enrolled(server: XServer) -> None:
    (display,) = displays_of(server)
    assert enrolled_display(server, ()) is None
    stranger = Fingerprint("0" * 32)
    found = enrolled_display(server, (stranger, display.fingerprint))
    assert found is not None
    assert (found.fingerprint, found.name) == (display.fingerprint, display.name)
    missing = enrolled_display(server, (stranger,))
    assert missing is not None
    assert missing.fingerprint == stranger


def test_every_file_of_the_program_is_watched() -> None:
    watched = own_files()
    files = watched.digests
    assert watched.closed is None, "sources lie where people work"
    names = {path.name for path in files}
    assert {"program.py", "schema.sql"} <= names
    assert all(path.is_absolute() and len(digest) == 64 for path, digest in files.items())


def test_a_built_program_is_watched_by_the_list_it_was_shipped_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kiosk").write_bytes(b"\x7fELF")
    (tmp_path / LIST).write_bytes(write_list(digests_of(shipped_files(tmp_path))))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "kiosk"))
    (tmp_path / "kiosk").write_bytes(b"\x7fELG")
    watched = own_files()
    assert watched.closed == tmp_path
    assert watched.digests[tmp_path / "kiosk"] == hashlib.sha256(b"\x7fELF").hexdigest()
