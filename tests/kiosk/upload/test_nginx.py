"""Uploading to a real nginx with its dav module, TLS and client certificates, over a wire that breaks."""

from __future__ import annotations

import os
import shutil
import subprocess
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from exam_packages.ids import Digest
from kiosk.clock import SystemClock
from kiosk.durable_file import digest_of
from kiosk.errors import StickFault, StickFaultKind
from kiosk.handover.stick import Stick
from kiosk.progress import Progress, silent
from kiosk.upload.address import read_address, read_proxy
from kiosk.upload.connection import Connection, connect
from kiosk.upload.credentials import read_token, tls_context
from kiosk.upload.facts import Outcome, ReceiptOutcome, UploadReport
from kiosk.upload.faults import Reason, UploadFault
from kiosk.upload.remote import Held
from kiosk.upload.uploading import upload
from tests.kiosk.upload.authority import DAY, Authority
from tests.kiosk.upload.outbox import Bar, Waits, put_result, receipt_for, stick_with
from tests.kiosk.upload.servers import Nginx, Wire, guide_blocks, needs_nginx, never, nginx

pytestmark = needs_nginx


@dataclass(frozen=True, kw_only=True)
class Office:
    """An authority, its running server, and this machine's certificate."""

    folder: Path
    authority: Authority
    server: Nginx
    client: tuple[Path, Path]

    def reach(
        self,
        *,
        port: int | None = None,
        client: tuple[Path, Path] | None = None,
        ca: Path | None = None,
        token: str | None = None,
        host: str = "localhost",
        proxy: str | None = None,
    ) -> Connection:
        certificate, key = client or self.client
        tls = tls_context(
            authorities=ca or self.authority.certificate,
            certificate=certificate,
            key=key,
            key_passphrase=lambda: "secret",
        )
        url = f"https://{host}:{port or self.server.port}/site-7"
        return connect(read_address(url), tls=tls, token=token, proxy=proxy, clock=SystemClock())

    def run(
        self, stick: Stick, remote: Connection, *, waits: Waits | None = None, progress: Progress = silent
    ) -> UploadReport:
        with remote:
            return upload(stick, remote, receipts=True, patience=(waits or Waits()).patience(), progress=progress)

    def holds(self, digests: list[Digest]) -> None:
        """Check that exactly these results are there, whole, and nothing is left half."""
        assert self.server.names() == [f"{digest}.result" for digest in sorted(digests)]
        assert all(digest_of(self.server.folder / f"{digest}.result") == digest for digest in digests)


@contextmanager
def office_at(
    folder: Path, *, changes: tuple[tuple[str, str], ...] = (), certificate: tuple[Path, Path] | None = None
) -> Iterator[Office]:
    folder.mkdir(exist_ok=True)
    authority = Authority(folder, "authority")
    with nginx(folder, authority, changes=changes, certificate=certificate) as server:
        yield Office(folder=folder, authority=authority, server=server, client=authority.issue("site-7"))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_at(tmp_path / "office") as office:
        yield office


def outcomes(report: UploadReport) -> list[Outcome]:
    return [entry.outcome for entry in report.entries]


def reasons(report: UploadReport) -> list[Reason]:
    return [failure.reason for failure in report.failures if isinstance(failure, UploadFault)]


def test_first_and_second_time(office: Office, tmp_path: Path) -> None:
    stick, digests = stick_with(tmp_path / "stick", 100, 70_000, 6_000_000)
    bar = Bar()
    first = office.run(stick, office.reach(), progress=bar)
    assert outcomes(first) == [Outcome.SENT] * 3
    assert all(entry.compared for entry in first.entries)
    assert first.count_receipts(ReceiptOutcome.NONE_YET) == 3
    office.holds(digests)
    assert bar.told[-1][:2] == (6_070_100, 6_070_100)
    assert any(0 < done < total and "sending" in what for done, total, what in bar.told)
    second = office.run(stick, office.reach())
    assert outcomes(second) == [Outcome.THERE] * 3
    assert second.failures == ()
    assert office.server.requests("PUT") == 3


def test_nginx_takes_a_second_put_and_what_is_there_is_compared_afterwards(office: Office, tmp_path: Path) -> None:
    stick, (digest,) = stick_with(tmp_path / "stick", 1_000)
    path = stick.results / f"{digest}.result"
    with office.reach() as remote, path.open("rb") as body:
        assert remote.put(digest, body, size_bytes=1_000, sent=lambda _: None)
        assert remote.put(digest, body, size_bytes=1_000, sent=lambda _: None)
        (office.server.folder / path.name).write_bytes(b"something else")
        assert remote.held(digest) is Held.OTHER
    assert outcomes(office.run(stick, office.reach())) == [Outcome.SENT]
    office.holds([digest])


def test_a_server_that_never_replaces(tmp_path: Path) -> None:
    place = "            dav_methods PUT;\n"
    with office_at(tmp_path / "office", changes=((place, guide_blocks()[1] + place),)) as office:
        stick, (digest,) = stick_with(tmp_path / "stick", 1_000)
        assert outcomes(office.run(stick, office.reach())) == [Outcome.SENT]
        with office.reach() as remote, (stick.results / f"{digest}.result").open("rb") as body:
            assert not remote.put(digest, body, size_bytes=1_000, sent=lambda _: None)
        (office.server.folder / f"{digest}.result").write_bytes(b"something else")
        report = office.run(stick, office.reach())
        assert reasons(report) == [Reason.DIFFERS]
        assert (office.server.folder / f"{digest}.result").read_bytes() == b"something else"


def test_a_connection_that_is_cut_twice_in_the_middle(office: Office, tmp_path: Path) -> None:
    stick, digests = stick_with(tmp_path / "stick", 3_000_000)
    waits = Waits()
    with Wire(office.server.port, lambda number, up, _: number < 2 and up > 1_000_000) as wire:
        report = office.run(stick, office.reach(port=wire.port), waits=waits)
    assert outcomes(report) == [Outcome.SENT]
    assert waits.seconds == [1.0, 2.0]
    office.holds(digests)


def test_a_connection_that_is_always_cut_leaves_nothing_and_is_made_good_later(office: Office, tmp_path: Path) -> None:
    stick, digests = stick_with(tmp_path / "stick", 3_000_000, 2_000)
    waits = Waits()
    with Wire(office.server.port, lambda _, up, __: up > 1_000_000) as wire:
        report = office.run(stick, office.reach(port=wire.port), waits=waits)
    assert sorted(outcome.value for outcome in outcomes(report)) == ["failed", "sent"]
    assert reasons(report) == [Reason.CUT]
    assert waits.seconds == [1.0, 2.0, 4.0, 8.0]
    small = [digest for digest in digests if (stick.results / f"{digest}.result").stat().st_size == 2_000]
    office.holds(small)
    assert sorted(outcomes(office.run(stick, office.reach())), key=lambda one: one.value) == [
        Outcome.SENT,
        Outcome.THERE,
    ]
    office.holds(digests)


def test_an_answer_that_is_lost_is_asked_for_and_nothing_is_sent_twice(office: Office, tmp_path: Path) -> None:
    stick, digests = stick_with(tmp_path / "stick", 300_000)
    went_down: list[int] = []

    def cut(number: int, up: int, down: int) -> bool:
        if number > 0 or up < 300_000:
            went_down.append(down)
            return False
        return down > went_down[-1]  # the first thing that comes back once all of it has gone up

    with Wire(office.server.port, cut) as wire:
        report = office.run(stick, office.reach(port=wire.port))
        assert wire.connections == 2
    assert outcomes(report) == [Outcome.SENT]
    assert office.server.requests("PUT") == 1
    office.holds(digests)


def test_a_result_that_is_larger_than_the_server_takes_is_named_and_the_others_go(tmp_path: Path) -> None:
    with office_at(tmp_path / "office", changes=(("client_max_body_size 256m", "client_max_body_size 1m"),)) as office:
        stick, digests = stick_with(tmp_path / "stick", 3_000_000, 2_000, 3_000)
        report = office.run(stick, office.reach())
        assert reasons(report) == [Reason.TOO_LARGE]
        assert report.count(Outcome.SENT) == 2
        assert report.stopped is None
        assert len(office.server.names()) == 2
        assert len(digests) == 3


def test_a_full_server(tmp_path: Path) -> None:
    disk = tmp_path / "office" / "www"
    disk.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting needs rights that are not here")
    try:
        with office_at(tmp_path / "office") as office:
            stick, (digest,) = stick_with(tmp_path / "stick", 3_000_000)
            waits = Waits()
            report = office.run(stick, office.reach(), waits=waits)
            assert outcomes(report) == [Outcome.FAILED]
            assert reasons(report)[0] in (Reason.SERVER_ERROR, Reason.SERVER_FULL)
            assert "full" in str(report.failures[0])
            assert office.server.names() == []
            subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
            assert outcomes(office.run(stick, office.reach())) == [Outcome.SENT]
            office.holds([digest])
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_client_certificate_of_another_authority(office: Office, tmp_path: Path) -> None:
    stick, _ = stick_with(tmp_path / "stick", 1_000, 1_000)
    waits = Waits()
    other = Authority(tmp_path, "other").issue("stranger")
    report = office.run(stick, office.reach(client=other), waits=waits)
    assert reasons(report) == [Reason.CLIENT_CERTIFICATE]
    assert outcomes(report) == [Outcome.FAILED, Outcome.NOT_TRIED]
    assert waits.seconds == []
    assert office.server.names() == []


def test_a_client_certificate_that_has_expired(office: Office, tmp_path: Path) -> None:
    stick, _ = stick_with(tmp_path / "stick", 1_000)
    old = office.authority.issue("old", begins=-2 * DAY, ends=timedelta(hours=-1))
    assert reasons(office.run(stick, office.reach(client=old))) == [Reason.CLIENT_CERTIFICATE]


def test_no_client_certificate(office: Office, tmp_path: Path) -> None:
    stick, _ = stick_with(tmp_path / "stick", 1_000)
    tls = tls_context(authorities=office.authority.certificate, certificate=None, key=None, key_passphrase=lambda: "")
    remote = connect(read_address(office.server.url), tls=tls, token=None, proxy=None, clock=SystemClock())
    assert reasons(office.run(stick, remote)) == [Reason.CLIENT_CERTIFICATE]


def test_a_locked_key_asks_for_its_passphrase(office: Office, tmp_path: Path) -> None:
    stick, _ = stick_with(tmp_path / "stick", 1_000)
    locked = office.authority.issue("locked", locked="secret")
    assert outcomes(office.run(stick, office.reach(client=locked))) == [Outcome.SENT]


def test_a_server_of_an_unknown_authority(office: Office, tmp_path: Path) -> None:
    stick, _ = stick_with(tmp_path / "stick", 1_000)
    other = Authority(tmp_path, "other").certificate
    report = office.run(stick, office.reach(ca=other))
    assert reasons(report) == [Reason.CERTIFICATE_UNKNOWN]
    assert office.server.log.read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    ("host", "begins", "ends", "reason"),
    [
        ("elsewhere.example", -DAY, DAY, Reason.CERTIFICATE_OTHER_HOST),
        ("localhost", -2 * DAY, timedelta(minutes=-5), Reason.CERTIFICATE_EXPIRED),
        ("localhost", timedelta(minutes=5), 2 * DAY, Reason.CERTIFICATE_NOT_YET),
    ],
)
def test_a_server_certificate_that_is_not_good(
    host: str, begins: timedelta, ends: timedelta, reason: Reason, tmp_path: Path
) -> None:
    (tmp_path / "office").mkdir()
    signer = Authority(tmp_path / "office", "signer")
    pair = signer.issue("bad", host=host, begins=begins, ends=ends)
    with office_at(tmp_path / "office", certificate=pair) as office:
        stick, _ = stick_with(tmp_path / "stick", 1_000, 1_000)
        waits = Waits()
        report = office.run(stick, office.reach(ca=signer.certificate), waits=waits)
        assert reasons(report) == [reason]
        assert waits.seconds == []
        if reason is not Reason.CERTIFICATE_OTHER_HOST:
            assert "the clock says 20" in str(report.failures[0])
        assert office.server.log.read_text(encoding="utf-8") == ""


def test_a_certificate_for_an_address_of_numbers(tmp_path: Path) -> None:
    (tmp_path / "office").mkdir()
    signer = Authority(tmp_path / "office", "signer")
    pair = signer.issue("numbers", host="127.0.0.1")
    with office_at(tmp_path / "office", certificate=pair) as office:
        stick, _ = stick_with(tmp_path / "stick", 1_000)
        assert outcomes(office.run(stick, office.reach(ca=signer.certificate, host="127.0.0.1"))) == [Outcome.SENT]
        assert reasons(office.run(stick, office.reach(ca=signer.certificate))) == [Reason.CERTIFICATE_OTHER_HOST]


def test_no_secure_connection_there(tmp_path: Path) -> None:
    with office_at(tmp_path / "office") as office:
        changed = office.folder / "nginx.conf"
        assert "ssl_protocols TLSv1.2" in changed.read_text(encoding="utf-8")
    plain = (("ssl_protocols TLSv1.2 TLSv1.3", "ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0"),)
    with office_at(tmp_path / "old", changes=plain) as office:
        stick, _ = stick_with(tmp_path / "stick", 1_000)
        assert reasons(office.run(stick, office.reach())) == [Reason.TLS]


def test_nobody_listens(office: Office, tmp_path: Path) -> None:
    stick, _ = stick_with(tmp_path / "stick", 1_000, 1_000)
    with Wire(office.server.port, never) as wire:
        port = wire.port
    waits = Waits()
    report = office.run(stick, office.reach(port=port), waits=waits)
    assert reasons(report) == [Reason.NO_CONNECTION]
    assert outcomes(report) == [Outcome.FAILED, Outcome.NOT_TRIED]
    assert waits.seconds == [1.0, 2.0, 4.0, 8.0]


def test_a_token(tmp_path: Path) -> None:
    asked = guide_blocks()[2].replace("the-token-of-the-site", "good")
    result, receipt = "            dav_methods PUT;\n", "            limit_except GET { deny all; }\n"
    certificates = "ssl_verify_client on;"
    changes = ((result, asked + result), (receipt, asked + receipt), (certificates, "ssl_verify_client off;"))
    (tmp_path / "token").write_text("good\nnot this\n", encoding="utf-8")
    with office_at(tmp_path / "office", changes=changes) as office:
        stick, digests = stick_with(tmp_path / "stick", 1_000, 1_000)
        assert reasons(office.run(stick, office.reach(token="bad"))) == [Reason.NOT_ALLOWED]
        report = office.run(stick, office.reach(token=read_token(tmp_path / "token")))
        assert outcomes(report) == [Outcome.SENT] * 2
        office.holds(digests)


def test_a_folder_that_is_not_there(office: Office, tmp_path: Path) -> None:
    stick, _ = stick_with(tmp_path / "stick", 1_000, 1_000)
    shutil.rmtree(office.server.folder)
    report = office.run(stick, office.reach())
    assert reasons(report) == [Reason.NO_SUCH_PLACE]
    assert outcomes(report) == [Outcome.FAILED, Outcome.NOT_TRIED]


def test_receipts_come_back_and_the_office_may_take_the_result_away(office: Office, tmp_path: Path) -> None:
    stick, digests = stick_with(tmp_path / "stick", 1_000, 2_000)
    assert outcomes(office.run(stick, office.reach())) == [Outcome.SENT] * 2
    first = office.server.folder / f"{digests[0]}.receipt"
    first.write_bytes(receipt_for(digests[0]))
    (office.server.folder / f"{digests[0]}.result").unlink()
    report = office.run(stick, office.reach())
    assert outcomes(report) == [Outcome.ANSWERED, Outcome.THERE]
    assert [entry.receipt for entry in report.entries] == [ReceiptOutcome.WRITTEN, ReceiptOutcome.NONE_YET]
    assert (stick.receipts / first.name).read_bytes() == first.read_bytes()
    again = office.run(stick, office.reach())
    assert [entry.receipt for entry in again.entries] == [ReceiptOutcome.THERE, ReceiptOutcome.NONE_YET]
    assert office.server.requests("PUT") == 2


def test_a_stick_that_is_pulled_out_in_the_middle(office: Office, tmp_path: Path) -> None:
    stick, digests = stick_with(tmp_path / "stick", 500_000, 500_000, 500_000)
    shutil.copytree(stick.folder, tmp_path / "seat")  # what the seats still have

    def pull(done: int, total: int, what: str) -> None:
        if what.startswith("2 of 3") and done > 600_000 and stick.folder.exists():
            shutil.rmtree(stick.folder)

    report = office.run(stick, office.reach(), progress=pull)
    assert outcomes(report) == [Outcome.SENT, Outcome.SENT, Outcome.FAILED]
    assert isinstance(report.stopped, StickFault)
    assert report.stopped.kind is StickFaultKind.GONE
    office.holds(digests[:2])
    shutil.copytree(tmp_path / "seat", stick.folder)
    assert outcomes(office.run(stick, office.reach())) == [Outcome.THERE, Outcome.THERE, Outcome.SENT]
    office.holds(digests)


def test_a_damaged_file_is_not_sent(office: Office, tmp_path: Path) -> None:
    stick, (digest,) = stick_with(tmp_path / "stick", 5_000_000)
    path = stick.results / f"{digest}.result"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    report = office.run(stick, office.reach())
    assert outcomes(report) == [Outcome.FAILED]
    assert "damaged" in str(report.failures[0])
    assert office.server.requests("PUT") == 0


def test_what_the_environment_says_about_proxies_is_not_heard(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    stick, _ = stick_with(tmp_path / "stick", 1_000)
    assert outcomes(office.run(stick, office.reach())) == [Outcome.SENT]
    assert not (tmp_path / "keys").exists()


def test_a_proxy_that_is_asked_for(office: Office, tmp_path: Path) -> None:
    stick, digests = stick_with(tmp_path / "stick", 200_000)
    with Wire(office.server.port, never, tunnel=True) as proxy:
        through = read_proxy(f"http://127.0.0.1:{proxy.port}")
        report = office.run(stick, office.reach(proxy=through))
        assert proxy.asked.startswith(f"CONNECT localhost:{office.server.port} ".encode())
    assert outcomes(report) == [Outcome.SENT]
    office.holds(digests)


def test_memory_does_not_grow_with_a_result(office: Office, tmp_path: Path) -> None:
    stick, digests = stick_with(tmp_path / "stick")
    digests = [put_result(stick.folder, os.urandom(1024) * 40_960)]
    tracemalloc.start()
    try:
        report = office.run(stick, office.reach())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert outcomes(report) == [Outcome.SENT]
    office.holds(digests)
    assert peak < 12 * 1024 * 1024
