"""What machines of a site and the office read: reports, their own files, addresses, what a server answers, any file at all."""

from __future__ import annotations

import io
import ssl
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

import httpcore
import httpx

from exam_packages.container import BytesSource
from exam_packages.ids import Digest, SeatId
from exam_packages.inspection import Context, inspect
from exam_packages.inspection.documents import DOCUMENTS
from exam_packages.office.result_records import _read
from exam_packages.office.state import Office, read_package_record
from kiosk.errors import KioskError, Missing
from kiosk.handover.seat_report import ReportedBundle, ReportedExam, SeatReport, encode_report, read_report
from kiosk.seat.facts import ClockState, ExamState, SessionState
from kiosk.seat.identity import make_identity, read_identity, write_about
from kiosk.seat.layout import SeatFolder
from kiosk.site.site import Site
from kiosk.upload.address import Address, read_address, read_proxy
from kiosk.upload.connection import connect
from kiosk.upload.credentials import read_token
from kiosk.upload.receiving import untrusted_receipt
from signing.canonical import JsonValue, encode
from signing.dsse import read_envelope, sign
from signing.errors import Refused
from signing.fields import to_base64
from tests.exam_packages import world
from tests.fuzz.target import Frame, Target, framed, in_one_form, payload_of, split
from tests.simulators.clock import FakeClock

_BUNDLE: Final = Digest("ab" * 32)
_CLOCK: Final = FakeClock(world.NOW)
_NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def fuzz_seat_report(data: bytes) -> None:
    """A seat's report, which nobody signs."""
    frame, _, rest = split(data)
    with suppress(Refused):
        report = read_report(rest if frame is Frame.FILE else in_one_form(rest), place="report")
        assert read_report(encode_report(report), place="report") == report


def fuzz_settings(data: bytes) -> None:
    """The small files by which a folder is a seat, a site or an office, and what the office keeps of packages and results."""
    frame, kind, rest = split(data)
    name, file = _files()[kind % len(_files())]
    good = _good()
    file.write_bytes(rest if frame is Frame.FILE else in_one_form(rest))
    with suppress(Refused, KioskError):
        match name:
            case "seat.json" | "signing.key" | "content.key":
                assert read_identity(SeatFolder(_folder() / "seat")).name
            case "site.json":
                assert Site(_folder() / "site", clock=_CLOCK).name
            case "office.json":
                assert Office(_folder() / "office", None).name
            case "package.json":
                assert read_package_record(file).issue >= 1
            case _:
                assert _read(file).number >= 1
    if name not in {"package.json", "result.json"}:
        file.write_bytes(good[file])  # the others of its folder are read together with it


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="fuzz-settings-"))
    for name in ("seat/keys", "site", "office/keys", "office/trust"):
        (folder / name).mkdir(parents=True)
    seat = SeatFolder(folder / "seat")
    write_about(seat, make_identity(seat, SeatId("seat-01"), "en"))
    (folder / "site" / "site.json").write_bytes(
        encode({"created": world.NOW, "format": "testing-center-kiosk/site/v1", "name": "Berlin"})
    )
    (folder / "office" / "office.json").write_bytes(encode({"created": world.NOW, "name": "Board"}))
    return folder


@cache
def _files() -> tuple[tuple[str, Path], ...]:
    seat = SeatFolder(_folder() / "seat")
    places = (seat.about, seat.signing_key, seat.content_key, _folder() / "site" / "site.json")
    office = _folder() / "office"
    return tuple((each.name, each) for each in (*places, *(office / name for name in _OF_OFFICE)))


_OF_OFFICE: Final = ("office.json", "package.json", "result.json")


@cache
def _good() -> dict[Path, bytes]:
    return {path: path.read_bytes() if path.exists() else b"" for _, path in _files()}


def fuzz_address(data: bytes) -> None:
    """An address or a proxy that a person types, and a file with a token."""
    text = data.decode("utf-8", "surrogateescape")
    with suppress(Refused):
        connect(read_address(text), tls=_NO_TLS, token=None, proxy=None, clock=_CLOCK, transport=_transport())
    with suppress(Refused):
        connect(_address(), tls=_NO_TLS, token=None, proxy=read_proxy(text), clock=_CLOCK, transport=_transport())
    token = _folder() / "token"
    token.write_bytes(data)
    with suppress(Refused):
        assert read_token(token).isascii()


def fuzz_server(data: bytes) -> None:
    """What a server answers, byte by byte: when asked for a result, when sent one, when asked for a receipt."""
    _, kind, rest = split(data)
    transport = _transport()
    backend = httpcore.MockBackend([rest[:700], rest[700:]])
    transport._pool = httpcore.ConnectionPool(ssl_context=_NO_TLS, network_backend=backend)
    server = connect(_address(), tls=_NO_TLS, token=None, proxy=None, clock=_CLOCK, transport=transport)
    with server, suppress(KioskError, Refused):
        match kind % 3:
            case 0:
                server.held(_BUNDLE)
            case 1:
                server.put(_BUNDLE, io.BytesIO(b"bundle"), size_bytes=6, sent=lambda _done: None)
            case _:
                receipt = server.receipt(_BUNDLE)
                if receipt is not None:
                    untrusted_receipt(receipt, _BUNDLE)


@cache
def _address() -> Address:
    return read_address("https://results.example.org/site-7")


@cache
def _transport() -> httpx.HTTPTransport:
    return httpx.HTTPTransport(verify=_NO_TLS)


def fuzz_inspect(data: bytes) -> None:
    """Any file, explained with trust and keys at hand: it never raises, and can be told as JSON."""
    frame, kind, rest = split(data)
    file = rest
    if frame is not Frame.FILE:
        known = sorted(DOCUMENTS)
        payload = rest if frame is Frame.PAYLOAD else in_one_form(rest)
        file = sign(payload, known[kind % len(known)], [world.signing_key(world.SITE)])
    assert encode(inspect(BytesSource(file), _context()).to_json())


@cache
def _context() -> Context:
    return Context(
        trust=world.trust(),
        site=world.SITE,
        registrations=(world.registration(),),
        content_keys=(world.content_key(world.SITE), world.content_key("scoring")),
        now=world.NOW,
    )


# -- seeds ------------------------------------------------------------------------------------------------------------


def _reports() -> list[bytes]:
    report = SeatReport(
        seat=world.SEAT,
        site=world.SITE,
        missing=(Missing.TRUST,),
        certificate_until=world.NOW,
        drop_taken=world.NOW,
        proctors=2,
        appointments=3,
        clock=ClockState.GOOD,
        exams=(ReportedExam(package=_BUNDLE, title="Management", state=ExamState.READY),),
        bundles=(ReportedBundle(bundle=_BUNDLE, state=SessionState.SEALED),),
        unfinished=0,
        damaged=1,
    )
    return [framed(Frame.FILE, encode_report(report)), framed(Frame.MEANING, encode_report(report))]


def _settings() -> list[bytes]:
    package: dict[str, JsonValue] = {
        "content_key": to_base64(bytes(40)),
        "digest": _BUNDLE,
        "exam": "ccm",
        "form": "form-a",
        "issue": 1,
        "not_after": world.NOW,
        "package_id": to_base64(bytes(16)),
        "site_secret": to_base64(bytes(1168)),
        "title": "Management",
    }
    result: dict[str, JsonValue] = {
        **dict.fromkeys(("bundle", "certificate", "package", "seat_key"), _BUNDLE),
        "candidate": "c-1",
        "form": "form-a",
        "notes": [],
        "number": 1,
        "reasons": ["unknown seat"],
        "receipt_number": 1,
        "received": world.NOW,
        "seat": "seat-01",
        "session": world.SESSION,
        "site": "berlin",
        "state": "finished",
        "status": "quarantined",
    }
    written = {"package.json": encode(package), "result.json": encode(result)}
    found = []
    for number, (name, path) in enumerate(_files()):
        body = written.get(name) or path.read_bytes()
        found.append(framed(Frame.MEANING, body, kind=number))
    _good()
    return found


def _addresses() -> list[bytes]:
    written = (
        "https://results.example.org/site-7",
        "http://proxy.example.org:8080",
        "https://[::1]:443/a%20b",
        "token==",
    )
    return [each.encode() for each in written]


def _answers() -> list[bytes]:
    good = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"
    chunked = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nLocation: /x\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
    busy = b"HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\nSet-Cookie: a=b\r\n\r\n"
    absent = b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n"
    return [framed(Frame.FILE, each, kind=kind) for each in (good, chunked, busy, absent) for kind in range(3)]


def _files_of_all_kinds() -> list[bytes]:
    files = [
        *(world.grant_file(), world.release_file(), world.registration_file(), world.certificate_file()),
        *(world.result_file(), world.package().data[:20_000]),
    ]
    kinds = {kind.value: number for number, kind in enumerate(sorted(DOCUMENTS))}
    signed = [(file, read_envelope(file, place="seed", max_bytes=2**20).payload_type) for file in files[:4]]
    return [
        *(framed(Frame.FILE, file) for file in files),
        *(framed(Frame.MEANING, payload_of(file), kind=kinds[kind] & 15) for file, kind in signed if kind in kinds),
    ]


TARGETS: Final = (
    Target(
        name="seat-report",
        reads="seat reports, which nobody signs",
        run=fuzz_seat_report,
        seeds=_reports,
        max_bytes=3000,
    ),
    Target(
        name="settings",
        reads="seat.json, site.json, office.json, key files, what the office keeps of packages and results",
        run=fuzz_settings,
        seeds=_settings,
        max_bytes=4096,
    ),
    Target(
        name="address",
        reads="addresses of servers and proxies, token files",
        run=fuzz_address,
        seeds=_addresses,
        tokens=(b"https://", b"@", b"%2e%2e", b"..", b"[::", b"#", b"?", b":99999", b"xn--", b"\\"),
        max_bytes=256,
    ),
    Target(
        name="server",
        reads="what a server answers to an upload, through the whole HTTP client",
        run=fuzz_server,
        seeds=_answers,
        tokens=(
            b"Content-Encoding: gzip\r\n",
            b"Transfer-Encoding: chunked\r\n",
            b"HTTP/1.1 1",
            b"\r\n\r\n",
            b"Location: ",
        ),
        max_bytes=1500,
    ),
    Target(
        name="inspect",
        reads="any file, explained; and documents of every kind under a signature that does not count",
        run=fuzz_inspect,
        seeds=_files_of_all_kinds,
        max_bytes=24_000,
    ),
)
