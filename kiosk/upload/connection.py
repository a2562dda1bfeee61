"""The server over HTTPS: PUT and GET, and what every answer and every broken connection means.

Owns HTTP; the only module of the product that does. Refuses to know the stick and how often to try. Whatever goes wrong is an
``UploadFault``: nothing of the library below gets out.

Nothing comes from the environment: no proxy, no authorities, no passwords. Redirects are not followed, so a token goes nowhere
else. Cookies are not kept, answers are not unpacked, and of each no more is read than it may have.
"""

from __future__ import annotations

import errno
import hashlib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final, Self

import httpx

from exam_packages.drop_paths import receipt_name, result_name
from exam_packages.ids import Digest
from exam_packages.results import BUNDLE_MAX_BYTES
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES
from kiosk.clock import Clock
from kiosk.upload.address import Address
from kiosk.upload.faults import Reason, UploadFault
from kiosk.upload.remote import Body, Held
from signing.errors import FormRefused

CHUNK_BYTES: Final = 64 * 1024
CONNECT_TIMEOUT_S: Final = 20.0
SILENCE_TIMEOUT_S: Final = 60.0  # a server that syncs a large file to a slow disk says nothing for that long
ANSWER_MAX_MS: Final = 120_000  # for a small answer; one byte a minute is no answer
SLOWEST_BYTES_PER_MS: Final = 2  # 2 kB/s, a bad telephone line
COMPLAINT_MAX_BYTES: Final = (
    4 * 1024
)  # of an answer whose status says it all; an error page tells whether it is about certificates

# X509_V_ERR_* of OpenSSL, as ssl.SSLCertVerificationError.verify_code has them.
_VERIFY_REASONS: Final = {
    2: Reason.CERTIFICATE_UNKNOWN,
    9: Reason.CERTIFICATE_NOT_YET,
    10: Reason.CERTIFICATE_EXPIRED,
    18: Reason.CERTIFICATE_UNKNOWN,
    19: Reason.CERTIFICATE_UNKNOWN,
    20: Reason.CERTIFICATE_UNKNOWN,
    21: Reason.CERTIFICATE_UNKNOWN,
    62: Reason.CERTIFICATE_OTHER_HOST,
    64: Reason.CERTIFICATE_OTHER_HOST,
}
_CLOCK_REASONS: Final = (Reason.CERTIFICATE_NOT_YET, Reason.CERTIFICATE_EXPIRED)
_FIRST_STEP_REASONS: Final = (Reason.NAME_UNKNOWN, Reason.NO_CONNECTION)
_FIRST_STEP_DONE: Final = "connection.connect_tcp.complete"  # httpcore's name for it; to the proxy, where there is one

_STATUS_REASONS: Final = {
    401: Reason.NOT_ALLOWED,
    403: Reason.NOT_ALLOWED,
    404: Reason.NO_SUCH_PLACE,
    405: Reason.NO_UPLOADS,
    407: Reason.PROXY,
    408: Reason.TIMEOUT,
    409: Reason.NO_SUCH_PLACE,  # RFC 4918 § 9.7.1: the folder is not there
    410: Reason.NO_SUCH_PLACE,
    413: Reason.TOO_LARGE,
    425: Reason.BUSY,
    429: Reason.BUSY,
    495: Reason.CLIENT_CERTIFICATE,  # nginx's own: certificate not good, certificate missing
    496: Reason.CLIENT_CERTIFICATE,
    501: Reason.NO_UPLOADS,
    503: Reason.BUSY,
    504: Reason.TIMEOUT,
    507: Reason.SERVER_FULL,
}
_ALREADY: Final = 412  # RFC 9110 § 13.1.2: something is there, and If-None-Match: * was obeyed
_TAKEN: Final = frozenset({200, 201, 204, _ALREADY})
_ABSENT: Final = frozenset({404, 410})
_UNTOLD: Final = frozenset({403, 405, 501})  # gateways that only take; some say 403 for what is not there


class Connection:
    """A server, as ``remote.Remote`` describes it. Close it when done."""

    def __init__(self, address: Address, client: httpx.Client, *, proxy: str | None, clock: Clock) -> None:
        self._address = address
        self._proxy = proxy
        self._client = client
        self._clock = clock
        self._is_reached = False

    def __enter__(self) -> Self:
        """Return the connection itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._client.close()

    def held(self, bundle: Digest) -> Held:
        """Ask what is there under a result's name, reading all of it."""
        with self._asking("GET", result_name(bundle)) as response:
            if response.status_code in _ABSENT:
                return Held.ABSENT
            if response.status_code in _UNTOLD:
                return Held.UNTOLD
            self._refuse_unless_given(response)
            hashed = hashlib.sha256()
            for piece in self._pieces(response, BUNDLE_MAX_BYTES):
                hashed.update(piece)
            return Held.SAME if hashed.hexdigest() == bundle else Held.OTHER

    def put(self, bundle: Digest, body: Body, *, size_bytes: int, sent: Callable[[int], None]) -> bool:
        """Send a result, unless the server finds that it is there; ``sent`` is told the bytes so far."""
        headers = {
            "Content-Length": str(size_bytes),
            "Content-Type": "application/octet-stream",
            "If-None-Match": "*",
        }
        body.seek(0)
        with self._asking("PUT", result_name(bundle), headers, _chunks(body, sent)) as response:
            if response.status_code not in _TAKEN:
                raise self._complaint(response)
            return response.status_code != _ALREADY

    def receipt(self, bundle: Digest) -> bytes | None:
        """Fetch a receipt's untrusted bytes; of one that is too long, just enough for its reader to refuse it."""
        with self._asking("GET", receipt_name(bundle)) as response:
            if response.status_code in _ABSENT | _UNTOLD:
                return None
            self._refuse_unless_given(response)
            return b"".join(self._pieces(response, DOCUMENT_MAX_BYTES))

    @contextmanager
    def _asking(
        self, method: str, name: str, headers: dict[str, str] | None = None, body: Iterator[bytes] | None = None
    ) -> Iterator[httpx.Response]:
        self._is_reached = False
        told = {"trace": self._note}
        try:
            with self._client.stream(
                method, self._address.of(name), headers=headers, content=body, extensions=told
            ) as response:
                yield response
                self._read_to_end(response)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._fault_of(error) from error

    def _note(self, event: str, _about: object) -> None:
        """Hear how far the library is: the same error means something else behind a proxy that answered."""
        self._is_reached = self._is_reached or event == _FIRST_STEP_DONE

    def _read_to_end(self, response: httpx.Response) -> None:
        """Read what is left of a short answer: only then is the connection used again for the next question."""
        if not response.is_stream_consumed:
            for _ in self._pieces(response, COMPLAINT_MAX_BYTES):
                pass

    def _refuse_unless_given(self, response: httpx.Response) -> None:
        if response.status_code != 200:
            raise self._complaint(response)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise UploadFault(Reason.UNEXPECTED, self._address.host, "a packed answer that nobody asked for")

    def _pieces(self, response: httpx.Response, longest: int) -> Iterator[bytes]:
        """Yield an answer as it comes, at most a piece more than ``longest`` bytes of it, and for a bounded time."""
        begun = self._clock.monotonic_ms()
        done = 0
        for piece in response.iter_raw():
            yield piece
            done += len(piece)
            if done > longest:
                return
            if self._clock.monotonic_ms() - begun > ANSWER_MAX_MS + done // SLOWEST_BYTES_PER_MS:
                raise UploadFault(Reason.TIMEOUT, self._address.host)

    def _complaint(self, response: httpx.Response) -> UploadFault:
        status = response.status_code
        if status == 400 and b"SSL certificate" in b"".join(self._pieces(response, COMPLAINT_MAX_BYTES)):
            reason = Reason.CLIENT_CERTIFICATE  # nginx says 400 for its 495 and 496
        elif 300 <= status < 400:
            reason = Reason.REDIRECTED
        elif status >= 500:
            reason = _STATUS_REASONS.get(status, Reason.SERVER_ERROR)
        else:
            reason = _STATUS_REASONS.get(status, Reason.UNEXPECTED)
        asked = response.headers.get("Retry-After", "")
        seconds = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 8 else None
        return UploadFault(reason, self._address.host, f"status {status}", retry_after_s=seconds)

    def _fault_of(self, error: Exception) -> UploadFault:
        reason, detail = _reason_of(error)
        if reason in _CLOCK_REASONS:
            now = datetime.fromtimestamp(self._clock.utc_ms() / 1000, UTC)
            detail = f"the clock says {now:%Y-%m-%d %H:%M} UTC"
        if self._proxy is not None and not self._is_reached and reason in _FIRST_STEP_REASONS:
            reason, detail = Reason.PROXY_AWAY, f"{self._proxy}{f', {detail}' if detail else ''}"
        return UploadFault(reason, self._address.host, detail)


def connect(
    address: Address,
    *,
    tls: ssl.SSLContext,
    token: str | None,
    proxy: str | None,
    clock: Clock,
    transport: httpx.BaseTransport | None = None,
) -> Connection:
    """Return a connection to a server; nothing is sent before it is asked something.

    Args:
        address: where.
        tls: see ``credentials.tls_context``.
        token: bearer token, or None.
        proxy: the proxy to go through, or None for none.
        clock: for waiting and for sentences.
        transport: stands for the network in tests.

    Raises:
        FormRefused: a host written in ``xn--`` that stands for no name.
    """
    for place, url in (("--to", address.base), ("--proxy", proxy)):
        _refuse_no_host(url, place)
    headers = {"Accept-Encoding": "identity", "User-Agent": "testing-center-kiosk"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    client = httpx.Client(
        headers=headers,
        verify=tls,
        trust_env=False,
        proxy=proxy,
        transport=transport,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(SILENCE_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
    )
    return Connection(address, client, proxy=proxy, clock=clock)


def _refuse_no_host(url: str | None, place: str) -> None:
    """Look at a host as the library will: it decodes names in ``xn--`` (RFC 5891), and only when it connects."""
    try:
        if url is not None and not httpx.URL(url).host:
            raise FormRefused("has no host", place=place)
    except (httpx.InvalidURL, UnicodeError):
        raise FormRefused("has a host that is none", place=place) from None


def _chunks(body: Body, sent: Callable[[int], None]) -> Iterator[bytes]:
    done = 0
    while chunk := body.read(CHUNK_BYTES):
        yield chunk
        done += len(chunk)
        sent(done)


def _reason_of(error: Exception) -> tuple[Reason, str]:
    """Find out what a broken connection means; the cause lies under two layers of libraries."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                reason = _VERIFY_REASONS.get(cause.verify_code, Reason.CERTIFICATE_BAD)
                return reason, str(cause.verify_message).rstrip(".")
            case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
                return Reason.CUT, ""
            case ssl.SSLError():
                return _reason_of_tls(cause)
            case socket.gaierror():
                return Reason.NAME_UNKNOWN, ""
            case _:
                pass
    match error:
        case httpx.TimeoutException():
            return (Reason.NO_CONNECTION if isinstance(error, httpx.ConnectTimeout) else Reason.TIMEOUT), ""
        case httpx.ProxyError():
            return Reason.PROXY, str(error)
        case httpx.ConnectError():
            return Reason.NO_CONNECTION, _system_words(error)
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return Reason.NAME_UNKNOWN, ""
        case _:
            return Reason.CUT, ""


def _reason_of_tls(error: ssl.SSLError) -> tuple[Reason, str]:
    alert = error.reason or ""
    # The server speaks of our certificate: unknown_ca, bad_certificate, certificate_required … (RFC 8446 § 6.2)
    if "ALERT" in alert and ("CERTIFICATE" in alert or "UNKNOWN_CA" in alert):
        return Reason.CLIENT_CERTIFICATE, ""
    return Reason.TLS, alert.replace("_", " ").lower()


def _system_words(error: Exception) -> str:
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno is not None:
            return "nobody listens there" if cause.errno == errno.ECONNREFUSED else cause.strerror or ""
    return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__
