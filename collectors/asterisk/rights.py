"""What an AMI account may read and write, found out without changing anything at the switch.

The switch tells nobody his rights, so they are inferred, and only as far as the evidence goes:

* **write**: `ListCommands` lists exactly the actions that the account may send. An action that needs one class only proves it.
* **read, `system`**: `FullyBooted` comes in the packet of the login's reply, or the class is missing.
* **read, other classes**: an event proves its class. Silence proves nothing, unless two lists show that what the class tells of
  has changed between them. What stays open is said to be open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from collectors.asterisk.codec import Message
from collectors.asterisk.login import LinkConfig, open_link
from collectors.asterisk.session import Session
from collectors.clock import Clock, SystemClock
from collectors.link import ActionRefused

READ = ("system", "call", "agent", "user")
"""What both accounts must hear; `user` only where the dialplan reports exits, refusals or moved callers."""
_LISTS = "reporting"
"""The write class with which calls can be listed."""

_EVERYTHING = "on"
_PRIVILEGES = re.compile(r"\(Priv: ([^)]*)\)$")
_SETTLE_S = 0.5

WHY = {
    "system": "reloads and stops of the switch are not seen, so a new queue shows up to five minutes late",
    "call": "channels are not seen: no abandons by hang-up, no holds, no own calls",
    "agent": "queues are not seen at all: no callers, no agents",
    "user": "exits that the dialplan reports are not seen",
}


@dataclass(frozen=True, slots=True)
class Account:
    """What an account of ours is for. `reads`: class → what it means where it is missing. `writes`: the same, of what it must be
    able to send. `why_no_more`: said of a class that it has beyond these."""

    reads: Mapping[str, str]
    writes: Mapping[str, str]
    why_no_more: str


COLLECTOR: Final = Account(WHY, {_LISTS: "calls cannot be listed"}, "the collector only reads")
CONTROL: Final = Account(
    {
        **WHY,
        "call": "nothing is known of supervisors' legs: no session is ever confirmed",
        "user": "callers who were moved by a supervisor are not told as transferred",
    },
    {
        _LISTS: "calls and phones cannot be listed",
        "originate": "supervisors cannot be called",
        "call": "modes cannot be changed, calls not taken over, moved or ended",
        "agent": "agents cannot be paused, signed out or moved between queues",
    },
    "stepping into calls needs no more, and whoever got its secret could change the switch itself",
)
"""The account of `control_username`. What no right confines (contexts, targets) stands in docs/switch-accounts.md."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What was found. `summary`: one line. `lacking`, `too_many`: sentences with the remedy, empty if all is well.

    `reads`, `writes`: classes that are proven (`writes` None: the switch does not tell).
    `unseen`: read classes of which nothing was heard, which may only be quiet.
    """

    summary: str
    lacking: list[str]
    too_many: list[str]
    reads: frozenset[str]
    writes: frozenset[str] | None
    unseen: frozenset[str] = field(default_factory=frozenset)


async def examine(
    link: LinkConfig, account: Account = COLLECTOR, *, watch_s: float = 3.0, clock: Clock | None = None
) -> Rights:
    """Logs in, looks, watches for `watch_s`, logs out. It asks and lists only, whatever `account` is for. Raises LinkError
    where there is no login."""
    clock = clock or SystemClock()
    async with open_link(link, clock, None, _EVERYTHING) as session:
        version = await _version(session)
        writes = await _writes(session)
        can_list = await _can_list(session)
        before = await _lists(session, can_list=can_list)
        heard = _drained(session)
        await clock.sleep(watch_s)
        after = await _lists(session, can_list=can_list)
        await clock.sleep(_SETTLE_S)
        heard += _drained(session)
    reads = classes_of(heard)
    silent = missing_reads(before, after, reads)
    return _judge(link.username, account, version, reads, writes, silent, can_list=can_list)


def words_of(missing_class: str, account: Account = COLLECTOR) -> str:
    """What a missing read class means, as the end of a sentence about the account."""
    return (
        f"lacks the read class {missing_class!r}: {account.reads[missing_class]}. Add it to 'read' in its manager.conf."
    )


def classes_of(events: Iterable[Message]) -> frozenset[str]:
    """The read classes that these live events prove."""
    named = (event.get("Privilege").split(",") for event in events)
    return frozenset(name for names in named for name in names if name not in {"", "all"})


def classes_of_commands(commands: Message) -> frozenset[str]:
    """The write classes that the reply to ListCommands proves: those of actions that need no other."""
    needs = (_PRIVILEGES.search(text) for _, text in commands.items)
    classes = (found[1].split(",") for found in needs if found is not None)
    return frozenset(names[0] for names in classes if names[1:] == ["all"])


def missing_reads(before: Iterable[Message], after: Iterable[Message], seen: frozenset[str]) -> frozenset[str]:
    """Read classes that are missing for certain: the lists changed in what the class tells of, and not a word was heard."""
    changed = {kind for kind in _TOLD_BY if _told_of(kind, before) != _told_of(kind, after)}
    return frozenset(changed) - seen


_TOLD_BY = {"call": ("CoreShowChannel", "Uniqueid"), "agent": ("QueueEntry", "Uniqueid")}
"""Class → the list item that comes and goes only with its events. (Members do not: a reload changes them without a word.)"""


def _told_of(kind: str, items: Iterable[Message]) -> frozenset[tuple[str, str]]:
    name, key = _TOLD_BY[kind]
    return frozenset((item.get("Queue"), item.get(key)) for item in items if item.event == name)


async def _version(session: Session) -> str:
    try:
        return (await session.ask("CoreSettings")).get("AsteriskVersion", "of unknown version")
    except ActionRefused:
        return "of unknown version"


async def _lists(session: Session, *, can_list: bool) -> list[Message]:
    items = await session.ask_list("QueueStatus")
    if can_list:
        items += await session.ask_list("CoreShowChannels")
    return items


def _drained(session: Session) -> list[Message]:
    return [message for chunk in session.drain() for message in chunk.messages]


async def _can_list(session: Session) -> bool:
    try:
        await session.ask_list("CoreShowChannels")
    except ActionRefused:
        return False
    return True


async def _writes(session: Session) -> frozenset[str] | None:
    """The proven write classes, None where the switch does not tell."""
    try:
        return classes_of_commands(await session.ask("ListCommands"))
    except ActionRefused:
        return None


def _judge(
    username: str,
    account: Account,
    version: str,
    reads: frozenset[str],
    writes: frozenset[str] | None,
    silent: frozenset[str],
    *,
    can_list: bool,
) -> Rights:
    whose = f"the account {username!r}"
    missing = silent | ({"system"} - reads)
    unseen = frozenset(READ) - reads - missing
    lacking = [f"{whose} {words_of(name, account)}" for name in sorted(missing)]
    cannot = frozenset() if writes is None else frozenset(account.writes) - writes - {_LISTS}
    if not can_list:
        cannot |= {_LISTS}
    lacking += [
        f"{whose} lacks the write class {name!r}: {account.writes[name]}. Add it to 'write'." for name in sorted(cannot)
    ]
    spare = sorted((writes or frozenset()) - set(account.writes))
    too_many = []
    if spare:
        most = ",".join(sorted(account.writes))
        too_many.append(f"{whose} may write {', '.join(spare)}: {account.why_no_more}. Leave 'write = {most}'.")
    words = [f"Asterisk {version}, logged in as {username}", f"reads {', '.join(sorted(reads)) or 'nothing yet'}"]
    if writes is None:
        words.append("what it may write cannot be told (ListCommands was refused)")
    if unseen:
        words.append(f"nothing heard yet of {', '.join(sorted(unseen))} (quiet, or missing)")
    return Rights("; ".join(words), lacking, too_many, reads, writes, unseen)
