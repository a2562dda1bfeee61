from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from kiosk.upload.credentials import read_token, tls_context
from signing.errors import Refused
from tests.kiosk.upload.authority import Authority


def context(
    certificate: Path | None = None, key: Path | None = None, *, ca: Path | None = None, word: str = ""
) -> ssl.SSLContext:
    return tls_context(authorities=ca, certificate=certificate, key=key, key_passphrase=lambda: word)


def test_the_rules_of_the_connection(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "authority")
    made = context(ca=authority.certificate)
    assert made.minimum_version is ssl.TLSVersion.TLSv1_2
    assert made.verify_mode is ssl.CERT_REQUIRED
    assert made.check_hostname
    assert made.keylog_filename is None
    assert len(made.get_ca_certs()) == 1
    assert context().verify_mode is ssl.CERT_REQUIRED


def test_certificates_and_keys(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "authority")
    certificate, key = authority.issue("one")
    context(certificate, key)
    both = tmp_path / "both.pem"
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    context(both)
    locked = authority.issue("locked", locked="secret")
    context(*locked, word="secret")
    for word in ("", "wrong", "x" * 2_000):
        with pytest.raises(Refused, match="locked"):
            context(*locked, word=word)
    with pytest.raises(Refused, match="do not belong together"):
        context(certificate, locked[1], word="secret")
    with pytest.raises(Refused, match=r"one\.pem"):
        context(certificate)
    with pytest.raises(FileNotFoundError, match="nothing"):
        context(certificate, tmp_path / "nothing.key")


@pytest.mark.parametrize(
    "content", [b"", b"no certificate", b"\xff\xfe", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_no_authorities(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(content)
    with pytest.raises(Refused, match=r"ca\.pem"):
        context(ca=tmp_path / "ca.pem")


def test_tokens(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("  abc-._~+/==  \r\nsecond line\n", encoding="utf-8")
    assert read_token(path) == "abc-._~+/=="
    for bad in (b"", b"\nabc", b"two words", b"a\x00b", "ä".encode(), b"x" * 100_000):
        path.write_bytes(bad)
        with pytest.raises(Refused, match="token"):
            read_token(path)
