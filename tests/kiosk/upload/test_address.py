from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.upload.address import read_address, read_proxy
from signing.errors import FormRefused


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("https://results.example.org", "https://results.example.org"),
        ("https://results.example.org/", "https://results.example.org"),
        ("HTTPS://Results.Example.org:8443/a/b/", "https://results.example.org:8443/a/b"),
        ("https://127.0.0.1:1/x", "https://127.0.0.1:1/x"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x"),
        ("https://xn--bcher-kva.example/%C3%A4", "https://xn--bcher-kva.example/%C3%A4"),
    ],
)
def test_good_addresses(text: str, base: str) -> None:
    address = read_address(text)
    assert address.base == base
    assert address.of("file") == f"{base}/file"
    assert address.host in base


@pytest.mark.parametrize(
    "text",
    [
        "",
        "results.example.org",
        "http://results.example.org",
        "ftp://results.example.org",
        "https://",
        "https:///path",
        "https://user:secret@results.example.org",
        "https://user@results.example.org",
        "https://results.example.org/?token=secret",
        "https://results.example.org/?",
        "https://results.example.org/#here",
        "https://results.example.org:99999",
        "https://results.example.org:x",
        "https://results..example.org",
        "https://-x.example",
        "https://[::1",
        "https://[::zz]",
        "https://bücher.example",
        "https://results.example.org/a b",
        "https://results.example.org/a\nb",
        "https://results.example.org/../b",
        "https://results.example.org/%zz",
        f"https://{'a' * 64}.example",
        f"https://results.example.org/{'a' * 3_000}",
    ],
)
def test_bad_addresses(text: str) -> None:
    with pytest.raises(FormRefused) as refused:
        read_address(text)
    assert refused.value.place == "--to"
    assert "secret" not in str(refused.value)


@given(st.one_of(st.text(), st.from_regex(r"https://[\x21-\x7e]{1,30}", fullmatch=True)))
def test_an_address_is_refused_or_means_the_same_to_everybody(text: str) -> None:
    with suppress(FormRefused):
        address = read_address(text)
        url = httpx.URL(address.of("name"))
        assert url.scheme == "https"
        assert url.host.lower() == address.host == urlsplit(address.base).hostname
        assert not url.query
        assert url.raw_path.endswith(b"/name")


def test_proxies() -> None:
    assert read_proxy("http://proxy.example:3128/") == "http://proxy.example:3128"
    for bad in (
        "https://proxy.example:1",
        "socks5://proxy.example",
        "http://u:p@proxy.example",
        "http://proxy.example/x",
    ):
        with pytest.raises(FormRefused) as refused:
            read_proxy(bad)
        assert refused.value.place == "--proxy"
