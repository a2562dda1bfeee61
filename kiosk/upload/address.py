"""Where results go: the address that a person types, checked before anything is sent there.

Owns what is allowed: HTTPS, nothing hidden in it. Refuses to connect.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from signing.errors import FormRefused

ADDRESS_MAX: Final = 2_000  # characters
_HOST: Final = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.?"
)
_PATH: Final = re.compile(r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*")  # RFC 3986 § 3.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A base address, without a slash at its end.

    Attributes:
        base: what names of files are put behind, e.g. ``https://results.example.org/site-7``.
        host: the server's name, for sentences.
    """

    base: str
    host: str

    def of(self, name: str) -> str:
        """Return the address of a file."""
        return f"{self.base}/{name}"


def read_address(text: str) -> Address:
    """Read the base address of a server.

    Raises:
        FormRefused: not https, no host, or a password, a query or a fragment in it.
    """
    place = "--to"
    split = _split(text, place)
    if split.scheme != "https":
        raise FormRefused("must begin with https://", place=place)
    if split.query or split.fragment or "?" in text or "#" in text:
        raise FormRefused("may have no '?' and no '#'", place=place)
    path = split.path.rstrip("/")
    if _PATH.fullmatch(path) is None or ".." in path.split("/"):
        raise FormRefused("has a path with characters that must be written as %XX", place=place)
    return Address(base=f"https://{_authority(split, place)}{path}", host=str(split.hostname))


def read_proxy(text: str) -> str:
    """Read the address of a proxy, ``http://host:port``; the connection through it is secure from end to end.

    Raises:
        FormRefused: another scheme, a path, or a password in it.
    """
    place = "--proxy"
    split = _split(text, place)
    if split.scheme != "http":
        raise FormRefused("must begin with http://", place=place)
    if split.path.strip("/") or split.query or split.fragment:
        raise FormRefused("is only a host and a port", place=place)
    return f"http://{_authority(split, place)}"


def _split(text: str, place: str) -> SplitResult:
    if len(text) > ADDRESS_MAX or not text.isascii() or not text.isprintable() or " " in text:
        raise FormRefused("is not an address", place=place)
    try:
        split = urlsplit(text)
    except ValueError:
        raise FormRefused("is not an address", place=place) from None
    if "@" in split.netloc:
        # Other users of a machine can read arguments.
        raise FormRefused("may hold no user name and no password", place=place)
    return split


def _authority(split: SplitResult, place: str) -> str:
    try:
        host, port = split.hostname or "", split.port
    except ValueError:
        raise FormRefused("has a port that is none", place=place) from None
    if ":" in host:
        try:
            host = f"[{ipaddress.IPv6Address(host)}]"
        except ValueError:
            raise FormRefused("has a host that is none", place=place) from None
    elif _HOST.fullmatch(host) is None:
        raise FormRefused("has no host, or one that is none", place=place)
    return host if port is None else f"{host}:{port}"
