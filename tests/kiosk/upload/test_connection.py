"""What every answer and every broken connection means: a table, without a network."""

from __future__ import annotations

import io
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import Digest
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES
from kiosk.upload.address import read_address
from kiosk.upload.connection import Connection, connect
from kiosk.upload.faults import Reason, UploadFault
from kiosk.upload.remote import Held
from signing.errors import FormRefused
from tests.simulators.clock import FakeClock

Headers = Mapping[str, str] | Sequence[tuple[bytes, bytes]] | None

DATA = b"sealed and signed" * 10
DIGEST = Digest("a8f1c6e0bfb08a2eb1f9a0d7e0dcf4f5a2c8c1a7c4c0c1b5f2d0c2c0a9e8d7c6")
ADDRESS = read_address("https://results.example.org/site-7/")


class Dribble(httpx.SyncByteStream):
    """A body that comes in pieces, and may break off."""

    def __init__(self, pieces: list[bytes], *, then: Callable[[], None] = lambda: None) -> None:
        self._pieces = pieces
        self._then = then
        self.given = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.given += 1
            yield piece
            self._then()


def answered(status: int, content: bytes = b"", headers: Headers = None) -> httpx.Response:
    """An answer whose body is yet to come, as from a network."""
    return httpx.Response(status, headers=headers, stream=Dribble([content]))


def server(answer: Callable[[httpx.Request], httpx.Response], *, token: str | None = None) -> Connection:
    return connect(
        ADDRESS,
        tls=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        token=token,
        proxy=None,
        clock=FakeClock(),
        transport=httpx.MockTransport(answer),
    )


def put(remote: Connection) -> bool:
    with remote:
        return remote.put(DIGEST, io.BytesIO(DATA), size_bytes=len(DATA), sent=lambda _: None)


def raised(action: Callable[[], object]) -> UploadFault:
    with pytest.raises(UploadFault) as fault:
        action()
    assert "results.example.org" in str(fault.value)
    return fault.value


def test_what_is_sent() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        assert request.read() == DATA
        return httpx.Response(201, headers={"Set-Cookie": "a=b"})

    told: list[int] = []
    with server(answer, token="t-1") as remote:
        for _ in range(2):
            assert remote.put(DIGEST, io.BytesIO(DATA), size_bytes=len(DATA), sent=told.append)
    for request in seen:
        assert (request.method, str(request.url)) == ("PUT", f"https://results.example.org/site-7/{DIGEST}.result")
        assert request.headers["If-None-Match"] == "*"
        assert request.headers["Content-Length"] == str(len(DATA))
        assert request.headers["Authorization"] == "Bearer t-1"
        assert request.headers["Accept-Encoding"] == "identity"
        assert "Transfer-Encoding" not in request.headers
        assert "Cookie" not in request.headers
    assert told == [len(DATA)] * 2


@pytest.mark.parametrize(("status", "taken"), [(200, True), (201, True), (204, True), (412, False)])
def test_answers_that_mean_it_is_there(status: int, *, taken: bool) -> None:
    assert put(server(lambda _: httpx.Response(status))) is taken


@pytest.mark.parametrize(
    ("status", "reason", "passes", "stops"),
    [
        (202, Reason.UNEXPECTED, False, False),
        (301, Reason.REDIRECTED, False, True),
        (302, Reason.REDIRECTED, False, True),
        (307, Reason.REDIRECTED, False, True),
        (308, Reason.REDIRECTED, False, True),
        (400, Reason.UNEXPECTED, False, False),
        (401, Reason.NOT_ALLOWED, False, True),
        (403, Reason.NOT_ALLOWED, False, True),
        (404, Reason.NO_SUCH_PLACE, False, True),
        (405, Reason.NO_UPLOADS, False, True),
        (407, Reason.PROXY, False, True),
        (408, Reason.TIMEOUT, True, False),
        (409, Reason.NO_SUCH_PLACE, False, True),
        (413, Reason.TOO_LARGE, False, False),
        (425, Reason.BUSY, True, False),
        (429, Reason.BUSY, True, False),
        (495, Reason.CLIENT_CERTIFICATE, False, True),
        (496, Reason.CLIENT_CERTIFICATE, False, True),
        (418, Reason.UNEXPECTED, False, False),
        (500, Reason.SERVER_ERROR, True, False),
        (501, Reason.NO_UPLOADS, False, True),
        (502, Reason.SERVER_ERROR, True, False),
        (503, Reason.BUSY, True, False),
        (504, Reason.TIMEOUT, True, False),
        (507, Reason.SERVER_FULL, False, True),
        (599, Reason.SERVER_ERROR, True, False),
    ],
)
def test_answers_that_mean_it_is_not(status: int, reason: Reason, *, passes: bool, stops: bool) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return answered(status, headers={"Location": "https://elsewhere.example/"})

    fault = raised(lambda: put(server(answer, token="secret")))
    assert (fault.reason, fault.passes, fault.stops) == (reason, passes, stops)
    assert str(status) in str(fault)
    assert len(asked) == 1


@pytest.mark.parametrize("words", [b"The SSL certificate error", b"No required SSL certificate was sent"])
def test_nginx_says_400_for_certificates(words: bytes) -> None:
    assert raised(lambda: put(server(lambda _: answered(400, words)))).reason is Reason.CLIENT_CERTIFICATE


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("7", 7), ("0", 0), ("", None), ("soon", None), ("-1", None), ("9" * 30, None), ("²", None)],
)
def test_how_long_a_server_asks_to_wait(asked: str, seconds: int | None) -> None:
    fault = raised(lambda: put(server(lambda _: httpx.Response(503, headers=[(b"Retry-After", asked.encode())]))))
    assert fault.retry_after_s == seconds


def certificate_error(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, "words of OpenSSL."
    return error


def tls_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "cause", "reason"),
    [
        (httpx.ConnectError, socket.gaierror(-2, "Name or service not known"), Reason.NAME_UNKNOWN),
        (httpx.ConnectError, ConnectionRefusedError(111, "refused"), Reason.NO_CONNECTION),
        (httpx.ConnectError, OSError(101, "Network is unreachable"), Reason.NO_CONNECTION),
        (httpx.ConnectTimeout, TimeoutError(), Reason.NO_CONNECTION),
        (httpx.ReadTimeout, TimeoutError(), Reason.TIMEOUT),
        (httpx.WriteTimeout, TimeoutError(), Reason.TIMEOUT),
        (httpx.ReadError, ConnectionResetError(104, "reset"), Reason.CUT),
        (httpx.WriteError, BrokenPipeError(32, "pipe"), Reason.CUT),
        (httpx.RemoteProtocolError, None, Reason.CUT),
        (httpx.ProxyError, None, Reason.PROXY),
        (httpx.ConnectError, certificate_error(2), Reason.CERTIFICATE_UNKNOWN),
        (httpx.ConnectError, certificate_error(9), Reason.CERTIFICATE_NOT_YET),
        (httpx.ConnectError, certificate_error(10), Reason.CERTIFICATE_EXPIRED),
        (httpx.ConnectError, certificate_error(18), Reason.CERTIFICATE_UNKNOWN),
        (httpx.ConnectError, certificate_error(23), Reason.CERTIFICATE_BAD),
        (httpx.ConnectError, certificate_error(62), Reason.CERTIFICATE_OTHER_HOST),
        (httpx.ConnectError, certificate_error(64), Reason.CERTIFICATE_OTHER_HOST),
        (httpx.ConnectError, tls_error("WRONG_VERSION_NUMBER"), Reason.TLS),
        (httpx.ConnectError, tls_error("TLSV1_ALERT_PROTOCOL_VERSION"), Reason.TLS),
        (httpx.ReadError, tls_error("TLSV13_ALERT_CERTIFICATE_REQUIRED"), Reason.CLIENT_CERTIFICATE),
        (httpx.ReadError, tls_error("SSLV3_ALERT_CERTIFICATE_EXPIRED"), Reason.CLIENT_CERTIFICATE),
        (httpx.ReadError, tls_error("TLSV1_ALERT_UNKNOWN_CA"), Reason.CLIENT_CERTIFICATE),
        (httpx.ConnectError, ssl.SSLEOFError(8, "EOF occurred"), Reason.CUT),
    ],
)
def test_broken_connections(error: type[httpx.TransportError], cause: BaseException | None, reason: Reason) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("in the library's words", request=request) from cause

    fault = raised(lambda: put(server(answer)))
    assert fault.reason is reason
    if reason in (Reason.CERTIFICATE_EXPIRED, Reason.CERTIFICATE_NOT_YET):
        assert "the clock says 2026-09-21 14:13 UTC" in str(fault)


@pytest.mark.parametrize(
    ("status", "content", "held"),
    [
        (404, b"", Held.ABSENT),
        (410, b"", Held.ABSENT),
        (403, b"", Held.UNTOLD),
        (405, b"", Held.UNTOLD),
        (501, b"", Held.UNTOLD),
        (200, b"", Held.OTHER),
        (200, b"something else", Held.OTHER),
    ],
)
def test_what_is_held(status: int, content: bytes, held: Held) -> None:
    with server(lambda _: answered(status, content)) as remote:
        assert remote.held(DIGEST) is held


@pytest.mark.parametrize(
    ("status", "reason"),
    [(302, Reason.REDIRECTED), (401, Reason.NOT_ALLOWED), (503, Reason.BUSY), (206, Reason.UNEXPECTED)],
)
def test_a_server_that_does_not_say_what_it_holds(status: int, reason: Reason) -> None:
    for ask in (Connection.held, Connection.receipt):
        assert raised(lambda ask=ask: ask(server(lambda _: httpx.Response(status)), DIGEST)).reason is reason  # type: ignore[misc]


def test_a_body_that_breaks_off() -> None:
    def cut() -> None:
        raise httpx.ReadError("reset")

    body = Dribble([b"half"], then=cut)
    assert raised(lambda: server(lambda _: httpx.Response(200, stream=body)).held(DIGEST)).reason is Reason.CUT


def test_a_body_that_never_ends_is_read_no_further_than_it_may_be() -> None:
    endless = Dribble([bytes(1024 * 1024)] * 100)
    untrusted = server(lambda _: httpx.Response(200, stream=endless)).receipt(DIGEST)
    assert untrusted is not None
    assert DOCUMENT_MAX_BYTES < len(untrusted) <= DOCUMENT_MAX_BYTES + 1024 * 1024
    assert endless.given == 3


def test_a_body_that_dribbles_is_given_up() -> None:
    clock = FakeClock()
    body = Dribble([b"x"] * 1_000, then=lambda: clock.advance(30_000))
    remote = connect(
        ADDRESS,
        tls=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        token=None,
        proxy=None,
        clock=clock,
        transport=httpx.MockTransport(lambda _: httpx.Response(200, stream=body)),
    )
    assert raised(lambda: remote.receipt(DIGEST)).reason is Reason.TIMEOUT
    assert body.given < 10


def test_a_packed_answer_is_not_unpacked() -> None:
    packed = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Dribble([b"\x1f\x8b" + bytes(100)]))
    assert raised(lambda: server(lambda _: packed).receipt(DIGEST)).reason is Reason.UNEXPECTED


def test_receipts() -> None:
    with server(lambda _: answered(200, b"{}")) as remote:
        assert remote.receipt(DIGEST) == b"{}"
    for status in (403, 404, 405, 410):
        with server(lambda _, status=status: answered(status, b"no")) as remote:  # type: ignore[misc]
            assert remote.receipt(DIGEST) is None


@given(st.integers(100, 999), st.binary(max_size=200), st.text(max_size=20))
def test_any_answer_is_an_answer_or_a_fault(status: int, content: bytes, asked: str) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return answered(status, content, headers=[(b"Retry-After", asked.encode("utf-8", "replace"))])

    for ask in (put, lambda remote: remote.held(DIGEST), lambda remote: remote.receipt(DIGEST)):
        with suppress(UploadFault):
            ask(server(answer))


@pytest.mark.parametrize("host", ["xn--xn--3", "xn--", "xn--99999.example"])
def test_a_host_that_stands_for_no_name_is_refused_before_anything_is_sent(host: str) -> None:
    tls, transport = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), httpx.MockTransport(lambda _: answered(200))
    for address, proxy in ((f"https://{host}/a", None), ("https://results.example.org", f"http://{host}:1")):
        with pytest.raises(FormRefused):
            connect(read_address(address), tls=tls, token=None, proxy=proxy, clock=FakeClock(), transport=transport)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", Reason.NO_CONNECTION),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", Reason.PROXY),
    ],
)
def test_what_breaks_behind_a_proxy_is_not_said_of_the_proxy(said: bytes, reason: Reason) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = f"http://127.0.0.1:{listener.getsockname()[1]}"
        serving = threading.Thread(target=answer_and_reset, args=(listener, said))
        serving.start()
        assert through(proxy).reason is reason
        serving.join()
    assert through(proxy).reason is Reason.PROXY_AWAY


def answer_and_reset(listener: socket.socket, said: bytes) -> None:
    """Be a proxy that answers once, and whose way to the server then breaks off."""
    client, _ = listener.accept()
    with client:
        client.recv(4096)
        client.sendall(said)
        client.recv(1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # the end is a reset


def through(proxy: str) -> UploadFault:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    remote = connect(ADDRESS, tls=tls, token=None, proxy=proxy, clock=FakeClock())
    with remote:
        return raised(lambda: remote.receipt(DIGEST))
