"""`kiosk site upload` as a site admin types it: to a real server and back, and what is said when it fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.upload.facts import Outcome, ReceiptOutcome, UploadEntry, UploadReport
from kiosk.upload.faults import Reason, UploadFault
from signing.errors import ContentRefused
from tests.kiosk.seat.sittings import sit
from tests.kiosk.upload.authority import Authority
from tests.kiosk.upload.outbox import stick_with
from tests.kiosk.upload.servers import Nginx, Wire, needs_nginx, nginx
from tests.simulators.day import PASSPHRASE, make_world
from ui.command_line import main as command_line
from ui.command_line.site_upload import exit_code


@dataclass(frozen=True, kw_only=True)
class Office:
    """The office's server, and what the admin was given to reach it."""

    server: Nginx
    words: tuple[str, ...]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    folder = tmp_path / "server"
    folder.mkdir()
    authority = Authority(folder, "authority")
    certificate, key = authority.issue("admin", locked=PASSPHRASE)
    with nginx(folder, authority) as server:
        words = ("--to", server.url, "--ca", str(authority.certificate))
        yield Office(server=server, words=(*words, "--client-cert", str(certificate), "--client-key", str(key)))


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_PASSPHRASE", PASSPHRASE)


def run(*words: object) -> int:
    return command_line.run([str(word) for word in words])


@needs_nginx
def test_results_of_a_day_go_up_and_receipts_come_down(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = make_world(tmp_path / "world")
    with world.seat() as seat:
        bundle = sit(seat.day())
        seat.export(world.stick)
        upload = ("site", "upload", world.stick, *office.words, "--receipts")
        assert run(*upload) == 0
        said = capsys.readouterr().out
        assert "1 result on the stick: 1 sent, 0 there already, 0 failed." in said
        assert "0 new on the stick, 0 on it already, 1 not written by the office yet" in said
        # The office accepts what lies on its server, and puts its answer beside it.
        shutil.rmtree(world.stick / "results")
        shutil.copytree(office.server.folder, world.stick / "results")
        (accepted,) = world.accept().bundles
        assert accepted.bundle == bundle.digest
        assert accepted.receipt is not None
        (office.server.folder / f"{bundle.digest}.receipt").write_bytes(accepted.receipt)
        (office.server.folder / f"{bundle.digest}.result").unlink()
        shutil.rmtree(world.stick / "receipts", ignore_errors=True)
        assert run(*upload) == 0
        said = capsys.readouterr().out
        assert "0 sent, 1 there already" in said
        assert "1 new on the stick" in said
        assert [report.refused for report in seat.receipts_from(world.stick)] == [None]
        world.clock.advance(1)
        assert [report.bundle for report in seat.erase(None)] == [bundle.digest]
        assert run(*upload, "--json") == 0
        (line,) = json.loads(capsys.readouterr().out)["results"]
        assert (line["outcome"], line["receipt"], line["failure"]) == ("answered", "there", None)


@needs_nginx
def test_a_bad_file_is_3_and_a_bad_way_is_4(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stick, (good, bad) = stick_with(tmp_path / "stick", 1_000, 1_000)
    (stick.results / f"{bad}.result").write_bytes(b"x" * 1_000)
    assert run("site", "upload", stick.folder, *office.words) == 3
    captured = capsys.readouterr()
    assert "Refused (content): " in captured.err
    assert "damaged" in captured.err
    assert "1 sent, 0 there already, 1 failed" in captured.out
    assert office.server.names() == [f"{good}.result"]
    monkeypatch.setattr("ui.command_line.site_upload._pause", lambda _: None)
    with Wire(office.server.port, lambda *_: True) as wire:
        away = office.server.url.replace(str(office.server.port), str(wire.port))
        assert run("site", "upload", stick.folder, *office.words, "--to", away) == 4
    captured = capsys.readouterr()
    assert "the connection broke off" in captured.err
    assert "Traceback" not in captured.err


@needs_nginx
def test_what_stops_a_run_is_said_once_with_what_to_do(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stick, _ = stick_with(tmp_path / "stick", 1_000, 1_000, 1_000)
    other = Authority(tmp_path, "other").certificate
    assert run("site", "upload", stick.folder, *office.words, "--ca", other) == 4
    captured = capsys.readouterr()
    assert captured.err.count("from an authority that is not trusted here") == 1
    assert "run the same command again" in captured.err
    assert "1 failed, 2 not tried" in captured.out


def usable(folder: Path) -> dict[str, str]:
    """Files that a command line may name."""
    stick_with(folder / "stick", 10)
    (folder / "empty").mkdir()
    (folder / "new" / "drop").mkdir(parents=True)
    (folder / "not").write_text("not a token, not a key\n", encoding="utf-8")
    certificate, key = Authority(folder, "authority").issue("one")
    _, other_key = Authority(folder, "another").issue("two")
    return {"CERT": str(certificate), "KEY": str(key), "OTHER": str(other_key), "NOT": str(folder / "not")}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("upload", 2),
        ("upload stick", 2),
        ("upload nowhere --to https://localhost:9", 4),
        ("upload stick --to http://localhost:9", 3),
        ("upload stick --to https://me:secret@localhost:9", 3),
        ("upload stick --to localhost", 3),
        ("upload stick --to https://localhost:9 --proxy socks5://localhost:1", 3),
        ("upload stick --to https://localhost:9 --client-key KEY", 2),
        ("upload stick --to https://localhost:9 --client-cert CERT --client-key KEY --token-file NOT", 2),
        ("upload stick --to https://localhost:9 --client-cert CERT --client-key OTHER", 3),
        ("upload stick --to https://localhost:9 --client-cert CERT", 3),
        ("upload stick --to https://localhost:9 --client-cert nowhere", 4),
        ("upload stick --to https://localhost:9 --client-cert NOT", 3),
        ("upload stick --to https://localhost:9 --token-file NOT", 3),
        ("upload stick --to https://localhost:9 --token-file nowhere", 3),
        ("upload stick --to https://localhost:9 --ca NOT", 3),
        ("upload empty --to https://localhost:9", 4),
        ("upload new --to https://localhost:9", 0),
        ("upload stick --to https://localhost:9 --proxy http://localhost:1", 4),
    ],
)
def test_what_is_typed_wrong_is_said_before_anything_is_sent(
    words: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = usable(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ui.command_line.site_upload._pause", lambda _: None)
    assert run("site", *(names.get(word, word) for word in words.split())) == code
    captured = capsys.readouterr()
    assert captured.err or "no results on the stick" in captured.out
    assert "Traceback" not in captured.err
    assert "fault of the program" not in captured.err
    assert "secret" not in captured.err


def test_a_stick_that_is_out_is_not_taken_for_one_without_results(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("site", "upload", tmp_path, "--to", "https://localhost:9") == 4
    captured = capsys.readouterr()
    assert "Put the stick in" in captured.err
    assert captured.out == ""


def test_a_proxy_that_is_not_there_is_not_taken_for_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stick, _ = stick_with(tmp_path / "stick", 10)
    monkeypatch.setattr("ui.command_line.site_upload._pause", lambda _: None)
    words = ("--to", "https://results.example.org", "--proxy", "http://localhost:1")
    assert run("site", "upload", stick.folder, *words) == 4
    said = capsys.readouterr().err
    assert "the proxy cannot be reached" in said
    assert "http://localhost:1" in said


FAULT = UploadFault(Reason.CUT, "server")
REFUSAL = ContentRefused("is damaged", place="x.result")


@pytest.mark.parametrize(
    ("entry", "stopped", "code"),
    [
        (UploadEntry(name="x", size_bytes=1, outcome=Outcome.SENT), None, 0),
        (UploadEntry(name="x", size_bytes=1, outcome=Outcome.FAILED, failure=REFUSAL), None, 3),
        (UploadEntry(name="x", size_bytes=1, outcome=Outcome.FAILED, failure=FAULT), None, 4),
        (UploadEntry(name="x", size_bytes=1, outcome=Outcome.FAILED, failure=REFUSAL), FAULT, 4),
        (
            UploadEntry(
                name="x", size_bytes=1, outcome=Outcome.SENT, receipt=ReceiptOutcome.FAILED, receipt_failure=REFUSAL
            ),
            None,
            3,
        ),
    ],
)
def test_exit_codes(entry: UploadEntry, stopped: UploadFault | None, code: int) -> None:
    assert exit_code(UploadReport(entries=(entry,), stopped=stopped)) == code


def test_a_seat_loads_no_network_code() -> None:
    program = (
        "import sys; import ui.command_line.main; print([m for m in ('httpx', 'httpcore', 'h11') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert done.stdout.strip() == "[]"
