"""The mail server of the settings: one letter handed over, within a time that the server cannot stretch.

A letter counts as handed over when the server has said so after its last byte. Everything before that is "not sent": an unfinished
message has to be forgotten by a server (RFC 5321, 4.1.1.4). Only between the last byte and the answer nobody knows.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final, cast

from dashboard.mail.addresses import checked
from dashboard.mail.failure import Fate, MailFailed, Refusal
from dashboard.mail.letter import Letter, composed, sender_address
from dashboard.settings import MailSettings
from dashboard.typed_text import in_one_line

_LINE_BEGINS_WITH_DOT: Final = re.compile(rb"(?m)^\.")
_WORDS: Final = 200


class MailServer:
    """Sends. Calls block for `deadline_s` at most, whatever the server does; safe to use from several threads.

    `answer_s`: how long one answer may take.
    """

    def __init__(
        self,
        settings: MailSettings,
        *,
        answer_s: float = 20.0,
        deadline_s: float = 60.0,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._settings = settings
        self._answer_s = answer_s
        self._deadline_s = deadline_s
        self._now_ms = now_ms

    @property
    def is_there(self) -> bool:
        """Whether there is one at all."""
        return bool(self._settings.host)

    def checked(self, addresses: Iterable[str], field: str = "recipients") -> tuple[str, ...]:
        """Addresses that letters may go to. Raises `Refused` at `field`."""
        return checked(addresses, self._settings.domains, field)

    def send(self, letter: Letter, *, only: Collection[str] = ()) -> dict[str, Refusal]:
        """Hands the letter over. Gives whom the server did not take; everybody else of `letter.to` has it.

        `only`: those of `letter.to` who shall get it (again), where not all. Raises `MailFailed`: then nobody is known to have it;
        `Refused` for a recipient that the settings do not allow (any more).
        """
        if not self.is_there:
            raise MailFailed("mail.failed.no_server", "later")
        sender = sender_address(self._settings.sender)
        wanted = [address for address in self.checked(letter.to) if not only or address in only]
        body = composed(letter, sender, self._now_ms())
        link = _Link(self._settings, self._answer_s)
        with link.ending_within(self._deadline_s):
            link.open()
            return link.hand_over(sender.addr_spec, wanted, body)


class _Link(smtplib.SMTP):
    """One conversation."""

    def __init__(self, settings: MailSettings, answer_s: float) -> None:
        super().__init__(timeout=answer_s)
        self._host = (
            settings.host
        )  # whose name the certificate must carry: smtplib sets it only where it connects at once
        self._settings = settings
        self._has_all = False
        self._is_over = False

    @contextlib.contextmanager
    def ending_within(self, deadline_s: float) -> Iterator[None]:
        """What goes wrong comes as `MailFailed`; when the time is over the socket is shut, and the call that waits on it ends."""
        watch = threading.Timer(deadline_s, self._shut)
        watch.daemon = True
        watch.start()
        try:
            yield
        except (smtplib.SMTPException, OSError) as error:
            raise self._failed(error) from error
        finally:
            watch.cancel()
            self.close()

    def open(self) -> None:
        """Connects, encrypts, signs in."""
        code, words = self.connect(self._settings.host, self._settings.port)
        self._want(code, words, 220, "mail.failed.greeting", "later")
        self._want_loopback()
        self.ehlo_or_helo_if_needed()
        if self._settings.security == "starttls":
            if not self.has_extn("starttls"):
                raise MailFailed("mail.failed.no_starttls", "later", host=self._settings.host)
            code, words = self.docmd("STARTTLS")
            self._want(code, words, 220, "mail.failed.no_starttls", "later")
            self._encrypt(cast("socket.socket", self.sock))
            self._forget_what_was_said()
            self.ehlo_or_helo_if_needed()
        if self._settings.username:
            self.login(self._settings.username, self._settings.secret.get_secret_value())

    def hand_over(self, sender: str, wanted: Iterable[str], body: bytes) -> dict[str, Refusal]:
        """The letter itself."""
        most = self.esmtp_features.get("size", "")
        if most.isdigit() and 0 < int(most) < len(body):
            raise MailFailed("mail.failed.too_large", "never", size_kb=len(body) // 1024, most_kb=int(most) // 1024)
        code, words = self.mail(sender, [f"size={len(body)}"] if self.has_extn("size") else [])
        self._want(code, words, 250, "mail.failed.sender")
        refused: dict[str, Refusal] = {}
        taken = 0
        for address in wanted:
            code, words = self.rcpt(address)
            if code in {250, 251}:
                taken += 1
            else:
                refused[address] = Refusal(code, _shown(words))
                if code == 421:
                    raise MailFailed("mail.failed.answer", "later", code=code, words=_shown(words))
        if taken:
            self._give(body)
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self.quit()
        return refused

    def _give(self, body: bytes) -> None:
        code, words = self.docmd("DATA")
        self._want(code, words, 354, "mail.failed.letter")
        self.send(_LINE_BEGINS_WITH_DOT.sub(b"..", body.rstrip(b"\r\n")))
        self._has_all = True
        self.send(b"\r\n.\r\n")
        code, words = _whole(self.getreply())
        self._has_all = False
        self._want(code, words, 250, "mail.failed.letter")

    def _want(self, code: int, words: bytes, wanted: int, word: str, fate: Fate | None = None) -> None:
        _whole((code, words))
        if code != wanted:
            by_code: Fate = "never" if code >= 500 else "later"
            raise MailFailed(word, fate or by_code, host=self._settings.host, code=code, words=_shown(words))

    def _want_loopback(self) -> None:
        """In plain text only to this machine: the name of the settings may lead elsewhere by now."""
        if self._settings.security == "none":
            peer = cast("socket.socket", self.sock).getpeername()[0]
            if not ipaddress.ip_address(peer).is_loopback:
                raise MailFailed("mail.failed.not_here", "later", host=self._settings.host, peer=peer)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """smtplib's own way to a socket, which its TLS variant uses too."""
        self.sock = socket.create_connection((host, port), timeout)
        if self._is_over:
            raise TimeoutError
        if self._settings.security == "tls":
            self._encrypt(self.sock)
        return self.sock

    def _encrypt(self, plain: socket.socket) -> None:
        """The handshake is a step of its own, so that the watch knows the socket on which it waits."""
        context = ssl.create_default_context(cafile=self._settings.tls_ca or None)
        made = context.wrap_socket(plain, server_hostname=self._settings.host, do_handshake_on_connect=False)
        self.sock = made
        made.do_handshake()

    def _forget_what_was_said(self) -> None:
        """Before the link was secret: anybody could have said it."""
        self.file = None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False

    def _shut(self) -> None:
        """From the watch's thread. The plain socket below TLS: nobody waits for a farewell."""
        self._is_over = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def _failed(self, error: Exception) -> MailFailed:
        where = {"host": self._settings.host, "port": self._settings.port}
        if self._has_all:
            return MailFailed("mail.failed.unknown", "unknown", **where)
        if self._is_over:
            return MailFailed("mail.failed.slow", "later", **where)
        return MailFailed(_word(error), "later", **where, **_told(error))


def _whole(reply: tuple[int, bytes]) -> tuple[int, bytes]:
    """An answer; half of one is none."""
    if reply[0] < 0:
        raise smtplib.SMTPServerDisconnected("the answer broke off")
    return reply


def _word(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "mail.failed.slow"
        case ssl.SSLCertVerificationError():
            return "mail.failed.certificate"
        case ssl.SSLError():
            return "mail.failed.tls"
        case smtplib.SMTPAuthenticationError():
            return "mail.failed.login"
        case smtplib.SMTPNotSupportedError():
            return "mail.failed.no_login"
        case smtplib.SMTPResponseException():
            return "mail.failed.answer"
    return "mail.failed.broken_off" if isinstance(error, smtplib.SMTPException) else "mail.failed.away"


def _told(error: Exception) -> dict[str, object]:
    """What the error itself says, for the sentence."""
    if isinstance(error, smtplib.SMTPResponseException):
        return {"code": error.smtp_code, "words": _shown(error.smtp_error)}
    if isinstance(error, ssl.SSLCertVerificationError):
        return {"why": in_one_line(error.verify_message)}
    return {"why": in_one_line(getattr(error, "strerror", None) or str(error))[:_WORDS]}


def _shown(words: bytes | str) -> str:
    """What a server said, as text: one line, not longer than a person reads."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return in_one_line(text)[:_WORDS]
