"""The office's server, for tests: a real nginx with the configuration of docs/upload.md, and a wire between that can be cut."""

from __future__ import annotations

import os
import re
import select
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from tests.kiosk.upload.authority import Authority

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "upload.md"
PLACES = ("/usr/sbin", "/usr/local/sbin", str(GUIDE.parents[1] / ".venv" / "nginx" / "usr" / "sbin"))
NGINX = shutil.which("nginx") or shutil.which("nginx", path=os.pathsep.join(PLACES))
needs_nginx = pytest.mark.skipif(
    NGINX is None, reason="nginx is not here (nginx-light has all that is needed; test.sh fetches it)"
)
SITE = "site-7"


def guide_blocks() -> list[str]:
    """The three configurations of the guide: the server, never replacing, tokens."""
    return re.findall(r"```nginx\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Nginx:
    """A server that runs."""

    port: int
    folder: Path
    """Where the results of the site lie."""
    log: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/{SITE}"

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def requests(self, method: str) -> int:
        """How many requests of a method have been answered."""
        return self.log.read_text(encoding="utf-8").count(f'"{method} ')


def configuration(
    folder: Path, certificate: tuple[Path, Path], clients: Path, port: int, changes: tuple[tuple[str, str], ...]
) -> str:
    text = guide_blocks()[0]
    replaced = (
        ("/var/log/nginx/results-", f"{folder}/"),
        ("/run/results-nginx.pid", f"{folder}/pid"),
        ("/srv/results", f"{folder}/www"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/results/server.pem", str(certificate[0])),
        ("/etc/results/server.key", str(certificate[1])),
        ("/etc/results/sites-ca.pem", str(clients)),
        *changes,
    )
    for old, new in replaced:
        assert old in text, old
        text = text.replace(old, new)
    for kind in ("proxy", "fastcgi", "uwsgi", "scgi"):  # compiled-in folders that only a system's nginx may write to
        text = text.replace("http {\n", f"http {{\n    {kind}_temp_path {folder}/{kind};\n", 1)
    return text


@contextmanager
def nginx(
    folder: Path,
    authority: Authority,
    *,
    certificate: tuple[Path, Path] | None = None,
    changes: tuple[tuple[str, str], ...] = (),
) -> Iterator[Nginx]:
    """Start a server; it is gone when the block ends."""
    assert NGINX is not None
    server = Nginx(port=free_port(), folder=folder / "www" / SITE, log=folder / "access.log")
    server.folder.mkdir(parents=True, exist_ok=True)
    pair = certificate or authority.issue("server", host="localhost")
    config = folder / "nginx.conf"
    text = configuration(folder, pair, authority.certificate, server.port, changes)
    who = "user root;\n" if os.geteuid() == 0 else ""  # temporary folders are for their owner's eyes only
    config.write_text(f"daemon off;\n{who}{text}", encoding="utf-8")
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen([NGINX, "-p", folder, "-c", config], stdout=said, stderr=said)
        try:
            wait_for(server.port, process, folder)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=20)


def wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    pause = threading.Event()
    for _ in range(200):
        if process.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        pause.wait(0.05)
    pytest.fail(f"nginx does not run: {(folder / 'said').read_text(encoding='utf-8')}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Wire:
    """A connection between client and server that may be cut.

    Args:
        port: the server's.
        cut: is asked, for each piece, which connection it is (from 0), how many bytes went up and down, and whether to cut.
        tunnel: be a proxy: expect CONNECT, and say that it is done.
    """

    def __init__(self, port: int, cut: Callable[[int, int, int], bool], *, tunnel: bool = False) -> None:
        self._server = port
        self._cut = cut
        self._tunnel = tunnel
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self._over = threading.Event()
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.asked = b""

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(timeout=20)
        self._listener.close()

    def _run(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            with suppress(TimeoutError):
                client, _ = self._listener.accept()
                number = self.connections
                self.connections += 1
                self._run(lambda number=number, client=client: self._carry(number, client))  # type: ignore[misc]

    def _carry(self, number: int, client: socket.socket) -> None:
        moved = {"up": 0, "down": 0}
        with client, socket.create_connection(("127.0.0.1", self._server)) as server:
            if self._tunnel:
                self.asked = client.recv(4096)
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            ends = {client: (server, "up"), server: (client, "down")}
            while not self._over.is_set():
                for source in select.select(list(ends), [], [], 0.05)[0]:
                    target, way = ends[source]
                    try:
                        data = source.recv(65536)
                        moved[way] += len(data)
                        if not data or self._cut(number, moved["up"], moved["down"]):
                            return
                        target.sendall(data)
                    except OSError:
                        return


def never(number: int, up: int, down: int) -> bool:
    del number, up, down
    return False
