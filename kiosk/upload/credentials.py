"""As whom results are sent, and to whom: client certificate or token, and the authorities that vouch for the server.

Owns reading these files and the rules of a secure connection. Refuses to connect.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final

from signing.errors import FormRefused
from signing.trust.folder import read_bounded

TOKEN_FILE_MAX_BYTES: Final = 16 * 1024
AUTHORITIES_MAX_BYTES: Final = 4 * 1024 * 1024  # every public authority there is takes a quarter of a MiB
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 § 2.1, b64token


def tls_context(
    *,
    authorities: Path | None,
    certificate: Path | None,
    key: Path | None,
    key_passphrase: Callable[[], str],
) -> ssl.SSLContext:
    """Return the rules of the connection: TLS 1.2 or newer, the server's certificate and name are always checked.

    Args:
        authorities: PEM file with the only authorities to trust; None: those of the system.
        certificate: PEM file with this machine's certificate.
        key: PEM file with its key; None: it is in the same file.
        key_passphrase: is asked only when the key is locked.

    Raises:
        FormRefused: a file is not what it should be, or certificate and key do not belong together.
        OSError: a file cannot be read.
    """
    # Not create_default_context(): that one writes session keys to a file that an environment variable names.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authorities is None:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    else:
        _trust(context, authorities)
    if certificate is not None:
        _identify(context, certificate, key, key_passphrase)
    return context


def read_token(path: Path) -> str:
    """Read a bearer token: the first line of a file.

    Raises:
        FormRefused: it holds no token.
        OSError: it cannot be read.
    """
    untrusted = read_bounded(path, max_bytes=TOKEN_FILE_MAX_BYTES, place=path.name)
    token = untrusted.decode("ascii", "replace").split("\n", 1)[0].strip()
    if _TOKEN.fullmatch(token) is None:
        raise FormRefused("holds no token in its first line", place=path.name)
    return token


def _trust(context: ssl.SSLContext, authorities: Path) -> None:
    untrusted = read_bounded(authorities, max_bytes=AUTHORITIES_MAX_BYTES, place=authorities.name)
    try:
        context.load_verify_locations(cadata=untrusted.decode("ascii"))
    except (ssl.SSLError, ValueError):
        raise FormRefused("holds no certificates of authorities in PEM", place=authorities.name) from None


def _identify(context: ssl.SSLContext, certificate: Path, key: Path | None, key_passphrase: Callable[[], str]) -> None:
    for path in (certificate, key):
        if path is not None:
            path.open("rb").close()  # the loader does not say which of the two it could not read
    place = certificate.name if key is None else f"{certificate.name}, {key.name}"
    try:
        context.load_cert_chain(certificate, key, password=key_passphrase)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise FormRefused("certificate and key do not belong together", place=place) from None
        message = "holds no certificate with its key in PEM, or the key's passphrase is wrong"
        raise FormRefused(message, place=place) from None
    except ValueError as error:  # a passphrase that is too long for OpenSSL
        raise FormRefused(f"cannot be opened: {error}", place=place) from None
