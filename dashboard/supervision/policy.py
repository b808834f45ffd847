"""The company's rules of monitoring, as they hold now. Pure: `rules.py` asks them; `policies.py` keeps them in the database.

Deny by default: a queue of which nobody said that its callers are told cannot be monitored.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """`announced`: queues whose callers are told that calls may be monitored. `card_queues`: queues where payment cards are read out.
    `never`: agents whom nobody monitors. `tells_agents`: the agent's own page says who is in, and in which mode; `has_tone`: and a sound.
    `needs_purpose`: a reason must be typed. `most_min`: minutes after which a session ends. `own_calls`: calls outside any queue, too."""

    announced: frozenset[str] = frozenset()
    card_queues: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    tells_agents: bool = True
    has_tone: bool = False
    needs_purpose: bool = True
    most_min: int = 30
    own_calls: bool = False


@dataclass(frozen=True, slots=True)
class Phone:
    """The phone on which somebody is called. `device`: as the switch names it (`PJSIP/2001`). `answers_itself`: asked by a
    header to do so."""

    account_id: str
    switch: str
    device: str
    answers_itself: bool = False
