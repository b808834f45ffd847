"""A real mail server (aiosmtpd) for tests: with and without TLS, with a sign-in, and with every kind of bad temper."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dashboard.settings import MailSettings
from tests.ports import free_port

HOST = "localhost"


@dataclass
class Received:
    """A letter that the server took. `to`: of the envelope."""

    sender: str
    to: tuple[str, ...]
    raw: bytes
    was_tls: bool
    login: str

    @property
    def letter(self) -> EmailMessage:
        found = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found


@dataclass
class PostOffice:
    """`refuses`: recipient → answer. `answer`: to the letter. `waits_s`: before that answer. `login_ok`: whether it takes any account."""

    port: int = 0
    folder: Path = Path()
    received: list[Received] = field(default_factory=list)
    answered: int = 0
    refuses: dict[str, str] = field(default_factory=dict)
    answer: str = "250 taken"
    sender_answer: str = ""
    waits_s: float = 0
    loses_line: bool = False
    login_ok: bool = True

    async def handle_MAIL(  # noqa: N802 — aiosmtpd's names
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_answer:
            return self.sender_answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(server.transport, asyncio.Transport)
        if self.answer.startswith("250"):
            is_tls = server.transport.get_extra_info("ssl_object") is not None
            shown: Any = session.auth_data
            login = shown.decode() if shown else ""
            assert isinstance(envelope.content, bytes)
            self.received.append(
                Received(str(envelope.mail_from), tuple(envelope.rcpt_tos), envelope.content, is_tls, login)
            )
        if self.loses_line:
            server.transport.abort()
        begun_s = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() - begun_s < self.waits_s:  # which may be set to another meanwhile
            await asyncio.sleep(min(0.05, self.waits_s))
        self.answered += 1
        return self.answer

    def authenticated(self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: Any) -> AuthResult:
        return AuthResult(success=self.login_ok, handled=False, auth_data=data.login)

    def settings(self, **more: Any) -> MailSettings:
        """How to reach it."""
        usual: dict[str, Any] = {
            "host": HOST, "port": self.port, "security": "none", "sender": "Floorwatch 报表 <floor@example.com>",
        }  # fmt: skip
        return MailSettings(**(usual | more))


@contextlib.contextmanager
def post_office(folder: Path, *, tls: str = "none", wants_login: bool = False, size: int = 0) -> Iterator[PostOffice]:
    """A running one. `tls`: as the settings call it."""
    office = PostOffice(port=free_port(), folder=folder)
    options: dict[str, Any] = {
        "auth_required": wants_login,
        "auth_require_tls": tls == "starttls",
        "data_size_limit": size or None,
    }
    if wants_login:
        options["authenticator"] = office.authenticated
    if tls != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(folder))
        options["ssl_context" if tls == "tls" else "tls_context"] = context
    if tls == "starttls":
        options["require_starttls"] = True
    controller = Controller(office, hostname=HOST, port=office.port, **options)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def certificate(folder: Path, name: str = HOST) -> Path:
    """A certificate for this name, with its key; its own authority stands in `ca.pem`."""
    certificate_pem, key_pem = _made(name)
    (folder / "ca.pem").write_bytes(certificate_pem)
    file = folder / "server.pem"
    file.write_bytes(certificate_pem + key_pem)
    return file


@cache
def _made(name: str) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    return made.public_bytes(pem), key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
