"""One letter as a value, and as the bytes that a mail server gets.

Invariant: what a letter says can stand in no header but its own: line ends and control characters are gone before a header is made,
and addresses were checked. The bytes are ASCII, so that every server takes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Final

from dashboard.mail.addresses import is_address
from dashboard.mail.failure import MailFailed
from dashboard.typed_text import in_one_line

_POLICY: Final = SMTP.clone(cte_type="7bit")
_LONGEST_SUBJECT: Final = 200


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file. `name`: letters, digits, dots and dashes; `media_type`: `kind/subkind`, without parameters."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """`to`: addresses (`checked`). `text`: what everybody can read; `html`: the same for programs that show it, "" for none."""

    to: tuple[str, ...]
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()


def sender_address(sender: str) -> Address:
    """`Floorwatch <floor@example.com>` or the address alone. Raises `MailFailed` for what is none."""
    name, spec = parseaddr(in_one_line(sender))
    if not is_address(spec):
        raise MailFailed("mail.failed.no_sender", "later")
    return Address(in_one_line(name), addr_spec=spec)


def composed(letter: Letter, sender: Address, at_ms: int) -> bytes:
    """The whole message, with CRLF. A reader's own machine is told that no person wrote it, so that nobody's absence answers."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = [Address(addr_spec=address) for address in letter.to]
    message["Subject"] = in_one_line(letter.subject)[:_LONGEST_SUBJECT]
    message["Date"] = format_datetime(datetime.fromtimestamp(at_ms / 1000, UTC))
    message["Message-ID"] = make_msgid(domain=sender.domain)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    for file in letter.attachments:
        kind, _, subkind = file.media_type.partition("/")
        message.add_attachment(file.body, maintype=kind, subtype=subkind, filename=in_one_line(file.name))
    return message.as_bytes()
