"""One message to one channel, and what became of it: told, not now, or never.

What goes wrong is a word of ours and a number, never what the other side wrote and never the address: both may hold secrets.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dashboard.alerts import addresses
from dashboard.alerts.addresses import Channel
from dashboard.alerts.message import Text
from dashboard.alerts.plug_ins import HEARD, NoAddress, plug_in
from dashboard.mail import Letter, MailFailed, MailServer, addresses_in
from dashboard.refusal import Refused

log = logging.getLogger("floorwatch.alerts")

WORDS: Final = (
    "no_answer",
    "answered",
    "said",
    "address",
    "mail",
    "mail_refused",
    "mail_some",
    "mail_unknown",
    "broken",
    "sealed",
    "scope",
    "held",
)
"""Every `Fate.word`; `alert.fate.WORD` is its sentence."""


@dataclass(frozen=True, slots=True)
class Fate:
    """`word` "": told. `number`: HTTP's status, or the service's own. `is_final`: trying again is of no use."""

    is_told: bool
    word: str = ""
    number: int = 0
    is_final: bool = False

    @property
    def kept(self) -> str:
        """As the database keeps it."""
        return f"{self.word}:{self.number}" if self.number else self.word


TOLD: Final = Fate(True)


def tell(channel: Channel, text: Text, mail: MailServer, facts: Mapping[str, str] | None = None) -> Fate:
    """Blocks for half a minute at most (mail: a minute). Never raises."""
    try:
        addresses.checked(channel.kind, channel.address)
        return _by_mail(channel, text, mail) if channel.kind == "mail" else _by_plug_in(channel, text, facts or {})
    except (NoAddress, Refused):
        return Fate(False, "address", is_final=True)
    except Exception:  # noqa: BLE001 — a third party's plug-in: whatever it does, the other channels are told
        log.error("Channel %s (%s) could not be told, and why is not known", channel.id, channel.kind)  # noqa: TRY400 — a trace may show the address
        return Fate(False, "broken")


def _by_plug_in(channel: Channel, text: Text, facts: Mapping[str, str]) -> Fate:
    one = plug_in(channel.kind, channel.address, facts)
    said = text if channel.kind == "webhook" else _calling_nobody(text)
    HEARD.forget()
    is_told = one.notify(body=said.body, title=said.title, body_format="text")
    answer = HEARD.last
    if answer.number:
        return Fate(False, "said", answer.number)
    if is_told:
        return TOLD
    if not answer.status:
        return Fate(False, "no_answer")
    return Fate(False, "answered", answer.status, is_final=answer.status in {401, 403, 404, 410})


def _calling_nobody(text: Text) -> Text:
    """In chats `<!everyone>` and `<at user_id="all">` call people, `[words](address)` is a link: what stands in a name shall be neither."""
    marks = str.maketrans("<>", "＜＞")
    return Text(*(said.translate(marks).replace("](", "] (") for said in (text.title, text.body)))


def _by_mail(channel: Channel, text: Text, mail: MailServer) -> Fate:
    to = mail.checked(addresses_in(channel.address.url))
    try:
        refused = mail.send(Letter(to, text.title, f"{text.body}\n"))
    except MailFailed as failed:
        if failed.fate == "unknown":
            return Fate(False, "mail_unknown")
        return Fate(False, "mail", is_final=failed.fate == "never")
    if len(refused) == len(to):
        return Fate(False, "mail_refused", is_final=all(one.is_final for one in refused.values()))
    return Fate(True, "mail_some" if refused else "", len(refused))
