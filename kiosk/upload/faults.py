"""What can be wrong with an upload: the server, the way to it, or what one side thinks of the other.

Owns the reasons, their words, whether trying again can help, and whether the next file would fare the same. Refuses to know HTTP
(``connection`` finds the reason) and the stick (``kiosk.errors.StickFault``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kiosk.errors import MachineFault


class Reason(Enum):
    """Why a result could not be delivered, or a receipt not be fetched."""

    NAME_UNKNOWN = "name-unknown"
    """The address book (DNS) has no such server, or cannot be reached."""
    NO_CONNECTION = "no-connection"
    PROXY = "proxy"
    PROXY_AWAY = "proxy-away"
    """There is no connection even to the proxy: nobody knows whether the server is there."""
    CUT = "cut"
    TIMEOUT = "timeout"
    CERTIFICATE_UNKNOWN = "certificate-unknown"
    """No authority that this machine trusts stands behind the server's certificate."""
    CERTIFICATE_OTHER_HOST = "certificate-other-host"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NOT_YET = "certificate-not-yet"
    CERTIFICATE_BAD = "certificate-bad"
    TLS = "tls"
    CLIENT_CERTIFICATE = "client-certificate"
    """The server does not take this machine's certificate, or misses one."""
    NOT_ALLOWED = "not-allowed"
    REDIRECTED = "redirected"
    NO_SUCH_PLACE = "no-such-place"
    NO_UPLOADS = "no-uploads"
    TOO_LARGE = "too-large"
    SERVER_FULL = "server-full"
    BUSY = "busy"
    SERVER_ERROR = "server-error"
    DIFFERS = "differs"
    """What the server gives back is not what was sent."""
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    words: str
    passes: bool = False
    stops: bool = False


_MEANINGS = {
    Reason.NAME_UNKNOWN: _Meaning(
        words="the server's name is not known. Check the address and the network connection", passes=True, stops=True
    ),
    Reason.NO_CONNECTION: _Meaning(
        words="the server cannot be reached. Check the network connection, or try later", passes=True, stops=True
    ),
    Reason.PROXY: _Meaning(words="the proxy does not let the connection through. Ask whoever runs it", stops=True),
    Reason.PROXY_AWAY: _Meaning(
        words="the proxy cannot be reached. Check --proxy and the network connection", passes=True, stops=True
    ),
    Reason.CUT: _Meaning(words="the connection broke off", passes=True),
    Reason.TIMEOUT: _Meaning(words="the server took too long to answer", passes=True),
    Reason.CERTIFICATE_UNKNOWN: _Meaning(
        words="the server's certificate is from an authority that is not trusted here. Somebody may be listening in; nothing "
        "was sent. Give the office's authority with --ca, or ask the office",
        stops=True,
    ),
    Reason.CERTIFICATE_OTHER_HOST: _Meaning(
        words="the server's certificate is for another name. Check the address; nothing was sent", stops=True
    ),
    Reason.CERTIFICATE_EXPIRED: _Meaning(
        words="the server's certificate has expired, or this machine's clock is wrong. Check the clock first; nothing was sent",
        stops=True,
    ),
    Reason.CERTIFICATE_NOT_YET: _Meaning(
        words="the server's certificate is not valid yet, so this machine's clock is probably wrong. Set it; nothing was sent",
        stops=True,
    ),
    Reason.CERTIFICATE_BAD: _Meaning(words="the server's certificate is not good; nothing was sent", stops=True),
    Reason.TLS: _Meaning(
        words="no secure connection (TLS 1.2 or newer) can be made with this server; nothing was sent", stops=True
    ),
    Reason.CLIENT_CERTIFICATE: _Meaning(
        words="the server does not accept this machine's client certificate, or wants one. Check --client-cert, its dates, and "
        "whether the office has given it access",
        stops=True,
    ),
    Reason.NOT_ALLOWED: _Meaning(
        words="the server does not allow it. Check the token or the client certificate with the office", stops=True
    ),
    Reason.REDIRECTED: _Meaning(
        words="the server wants to send the results elsewhere, which is not followed. Check the address with the office",
        stops=True,
    ),
    Reason.NO_SUCH_PLACE: _Meaning(
        words="the server has no such folder. Check the address with the office", stops=True
    ),
    Reason.NO_UPLOADS: _Meaning(words="the server takes no uploads at this address", stops=True),
    Reason.TOO_LARGE: _Meaning(words="the result is larger than the server takes. Tell the office, or use the stick"),
    Reason.SERVER_FULL: _Meaning(words="the server is full. Tell the office, and repeat later", stops=True),
    Reason.BUSY: _Meaning(words="the server is busy. Repeat later", passes=True),
    Reason.SERVER_ERROR: _Meaning(
        words="the server failed to handle it; it may be full, or lack its folder. Repeat later, and tell the office if it stays",
        passes=True,
    ),
    Reason.DIFFERS: _Meaning(
        words="what the server holds under this name is not this result. Tell the office; bring this one by stick"
    ),
    Reason.UNEXPECTED: _Meaning(words="the server gave an answer that means nothing here. Check the address"),
}


class UploadFault(MachineFault):
    """The server, or the way to it.

    Attributes:
        reason: what is wrong.
        where: the server's host, or the file.
        detail: more, in words of the system or the server's status.
        retry_after_s: how long the server asks to wait; None where it says nothing.
    """

    code = "upload-fault"

    def __init__(self, reason: Reason, where: str, detail: str = "", *, retry_after_s: int | None = None) -> None:
        super().__init__(f"{where}: {_MEANINGS[reason].words}{f' ({detail})' if detail else ''}.")
        self.reason = reason
        self.where = where
        self.detail = detail
        self.retry_after_s = retry_after_s

    @property
    def passes(self) -> bool:
        """Trying again after a while can help."""
        return _MEANINGS[self.reason].passes

    @property
    def stops(self) -> bool:
        """Every other file would fare the same."""
        return _MEANINGS[self.reason].stops
