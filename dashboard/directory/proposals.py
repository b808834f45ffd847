"""The first run: what the switch reports and nobody has named yet, with a proposal for each, confirmed on one page.

A proposal is only a guess from what is there: a member name that looks like a name, the digits of an interface, a queue's id.
Nothing is put into the directory but what somebody confirms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.directory.directory import Directory, Together
from dashboard.directory.entries import ReasonEntry
from dashboard.directory.reasons import DEFAULTS
from dashboard.directory.refusals import named
from dashboard.directory.rows import Agent, Person

_DIGITS: Final = re.compile(r"\d{2,}")
_EDGES: Final = re.compile(r"^[\s\d#:_./()（）\[\]【】-]+|[\s\d#:_./()（）\[\]【】-]+$")
_CHANNEL: Final = re.compile(r"^[A-Za-z0-9]+/")

QUEUE_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "sales": ("销售", "Sales"),
    "orders": ("订单咨询", "Orders"),
    "support": ("客户支持", "Support"),
    "service": ("客户服务", "Customer service"),
    "tech": ("技术支持", "Technical support"),
    "complaints": ("投诉", "Complaints"),
    "billing": ("账单", "Billing"),
    "returns": ("退换货", "Returns"),
    "vip": ("贵宾", "VIP"),
    "hotline": ("热线", "Hotline"),
    "outbound": ("外呼", "Outbound"),
    "callback": ("回呼", "Callback"),
}
"""What queues are often called, in both languages."""


@dataclass(frozen=True, slots=True)
class AgentProposal:
    """An agent that nobody has claimed, and who it may be. `person_id`: somebody who is there already; "" for a new person."""

    agent: Agent
    person_id: str
    display_name: str
    staff_number: str


@dataclass(frozen=True, slots=True)
class QueueProposal:
    """A queue that nobody has confirmed; a name is empty where there is nothing to guess from."""

    id: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ReasonProposal:
    """A pause reason that the catalogue has not."""

    reason: str
    entry: ReasonEntry


@dataclass(frozen=True, slots=True)
class Proposal:
    """`at_ms`: how old the record of the switch is; 0: there is none (no historian, or Redis is away)."""

    agents: tuple[AgentProposal, ...]
    queues: tuple[QueueProposal, ...]
    reasons: tuple[ReasonProposal, ...]
    at_ms: int


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """Who an agent is: somebody who is there (`person_id`), or a new person. Choices of one new number and name are one."""

    agent: str
    person_id: str = ""
    display_name: str = ""
    staff_number: str = ""
    team_id: str = ""


@dataclass(frozen=True, slots=True)
class FirstRun:
    """What somebody has confirmed. What is in none of it stays listed."""

    people: Sequence[PersonChoice] = ()
    set_aside: Sequence[str] = ()
    queues: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    reasons: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Proposals:
    """Of one directory."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def of(self, actor: Actor) -> Proposal:
        """What is to be named, in the actor's scope."""
        known = self._directory.people.listed(actor)
        agents = [agent for agent in self._directory.agents.listed(actor) if agent.is_unclaimed]
        return Proposal(
            tuple(_agent(agent, known) for agent in agents),
            tuple(_queue(queue) for queue in self._directory.queues.unconfirmed(actor)),
            tuple(_reason(reason) for reason in self._directory.reasons.unknown(actor)),
            self._directory.seen().at_ms,
        )

    def confirm(self, actor: Actor, chosen: FirstRun) -> Mapping[str, int]:
        """Puts it all into the directory, or nothing. Returns how many of each kind were made.

        Raises `Refused`; its field is that of the entry, behind the agent, queue or reason and a colon (`PJSIP/1001:staff_number`).
        """
        actor.require(Permission.DIRECTORY_EDIT)
        with self._directory.together(actor, "directory.confirmed") as together:
            _put_people(together, actor, chosen.people)
            for agent in chosen.set_aside:
                with named(agent):
                    together.agents.set_aside(actor, agent)
            for queue, values in chosen.queues.items():
                with named(queue):
                    together.queues.put(actor, queue, values)
            for reason, values in chosen.reasons.items():
                with named(reason):
                    together.reasons.put(actor, reason, values)
            return dict(together.counts)


def _put_people(together: Together, actor: Actor, choices: Sequence[PersonChoice]) -> None:
    made: dict[tuple[str, str], str] = {}
    for choice in choices:
        with named(choice.agent):
            same = (choice.staff_number, choice.display_name)
            person_id = choice.person_id or (made.get(same, "") if choice.staff_number else "")
            if not person_id:
                values = {
                    "display_name": choice.display_name,
                    "staff_number": choice.staff_number,
                    "team_id": choice.team_id,
                }
                person_id = made[same] = together.people.add(actor, values).id
            together.agents.claim(actor, choice.agent, person_id)


def proposed_name(switch_name: str, agent: str) -> str:
    """The name in what the switch says of an agent; "" if there is none in it."""
    plain = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in switch_name)
    if plain == agent or _CHANNEL.match(plain):
        return ""
    name = " ".join(_EDGES.sub("", plain).split())
    return name[:100] if any(letter.isalpha() for letter in name) else ""


def proposed_number(agent: str) -> str:
    """The digits of an interface: `PJSIP/1001`, `Local/1005@agents/n`."""
    found = _DIGITS.search(agent.partition("/")[2].partition("@")[0] or agent)
    return found.group()[:40] if found else ""


def _agent(agent: Agent, known: Sequence[Person]) -> AgentProposal:
    name, number = proposed_name(agent.switch_name, agent.id), proposed_number(agent.id)
    for person in known:
        if (number and person.staff_number == number) and (not name or name == person.display_name):
            return AgentProposal(agent, person.id, person.display_name, number)
    is_taken = any(person.staff_number == number for person in known)
    return AgentProposal(agent, "", name, "" if is_taken else number)


def _queue(queue: str) -> QueueProposal:
    if not queue.isascii():
        return QueueProposal(queue, queue[:100], "")
    words = re.split(r"[^A-Za-z0-9]+", queue.strip())
    for word in words:
        if (known := QUEUE_WORDS.get(word.lower())) is not None and len(words) == 1:
            return QueueProposal(queue, *known)
    is_named = any(letter.isalpha() for letter in queue)
    return QueueProposal(queue, "", " ".join(words).strip().capitalize()[:100] if is_named else "")


def _reason(reason: str) -> ReasonProposal:
    for entry in DEFAULTS.values():
        if reason.casefold() in {entry.name_zh.casefold(), entry.name_en.casefold()}:
            return ReasonProposal(reason, entry)
    name = {"name_en" if reason.isascii() else "name_zh": reason[:100].strip()}
    return ReasonProposal(reason, ReasonEntry.model_construct(**{**ReasonEntry().model_dump(), **name}))
