"""The chat services, as far as a plug-in can tell: a real HTTPS proxy that answers in place of every host.

A plug-in opens its own address (`https://qyapi.weixin.qq.com/…`): `HTTPS_PROXY` leads it here, `CONNECT host:443` is taken, TLS begins with
a certificate for that host from a test CA (`REQUESTS_CA_BUNDLE`), and what it posts is kept. Plain HTTP is answered, too, for webhooks.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.patience import HANG_S

HOSTS = (
    "qyapi.weixin.qq.com",
    "oapi.dingtalk.com",
    "open.feishu.cn",
    "hooks.slack.com",
    "prod-01.westus.logic.azure.com",
)


@dataclass(frozen=True)
class Received:
    """One request."""

    host: str
    target: str
    headers: dict[str, str]
    body: bytes
    is_tls: bool

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Clouds:
    """`answer`: status and body of every answer from now on."""

    folder: Path
    received: list[Received] = field(default_factory=list)
    answer: tuple[int, str] = (200, '{"errcode":0,"code":0}')
    location: str = ""

    def __post_init__(self) -> None:
        self._certify()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def environment(self) -> dict[str, str]:
        """What leads `requests` here."""
        return {
            "HTTPS_PROXY": f"http://127.0.0.1:{self.port}",
            "https_proxy": f"http://127.0.0.1:{self.port}",
            "REQUESTS_CA_BUNDLE": str(self.folder / "ca.pem"),
            "NO_PROXY": "",
            "no_proxy": "",
        }

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._listening.accept()
            except OSError:
                return
            with link:
                link.settimeout(HANG_S)
                try:
                    self._talk(link)
                except OSError:
                    continue

    def _talk(self, link: socket.socket) -> None:
        head = _head(link)
        method, target, _ = head.split("\r\n", 1)[0].split(" ", 2)
        if method != "CONNECT":
            self._take(link, head, "", is_tls=False)
            return
        host = target.partition(":")[0]
        link.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with self._context.wrap_socket(link, server_side=True) as inside:
            self._take(inside, _head(inside), host, is_tls=True)

    def _take(self, link: socket.socket, head: str, host: str, *, is_tls: bool) -> None:
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        body = b""
        while len(body) < length:
            body += link.recv(65_536)
        self.received.append(Received(host or headers["host"], first.split(" ")[1], headers, body, is_tls))
        status, said = self.answer
        more = f"Location: {self.location}\r\n" if self.location else ""
        link.sendall(
            f"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\n{more}Content-Length: {len(said.encode())}\r\n"
            f"Connection: close\r\n\r\n{said}".encode()
        )

    def _certify(self) -> None:
        key, name = (
            ec.generate_private_key(ec.SECP256R1()),
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")]),
        )
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        pem = made.public_bytes(serialization.Encoding.PEM)
        (self.folder / "ca.pem").write_bytes(pem)
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (self.folder / "server.pem").write_bytes(pem + secret)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.folder / "server.pem")


@contextmanager
def clouds(folder: Path) -> Iterator[Clouds]:
    """Runs them."""
    made = Clouds(folder)
    try:
        yield made
    finally:
        made.close()


def _head(link: socket.socket) -> str:
    """Up to the empty line; byte by byte, so that nothing of what follows is taken."""
    found = b""
    while not found.endswith(b"\r\n\r\n"):
        piece = link.recv(1)
        if not piece:
            raise OSError("closed")
        found += piece
    return found[:-4].decode()
