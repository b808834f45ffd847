"""The open monitoring sessions of a floor: what was asked, matched with what the switch says. Pure.

A session is told by the command that opened it, so it is there while the phone still rings, and a Stop that is followed by a Start (a
mode switch) does not touch it. The switch's own word counts for who is heard, in which mode. What the switch tells and nobody asked
for is a session, too: an unexplained one. Our own commands explain it late or not long enough only for `GRACE_MS`: two writers, two
clocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from collectors.events import CommandChanged, CommandState, MonitorMode, Via
from collectors.supervisor_legs import command_of, leg_of
from dashboard.floor.state import Command, Control, Floor, Monitoring

GRACE_MS: Final = 3_000
SILENT_MS: Final = 12_000
"""A control process that has said nothing for so long is away."""

OPENING_MS: Final = 120_000
"""A command that was neither confirmed nor ended for so long is none any more: its control process never came back."""

UNFINISHED: Final = frozenset[CommandState]({"authorised", "audited", "sent", "confirmed"})
State = CommandState | Literal["unexplained"]


@dataclass(frozen=True, slots=True)
class SessionNow:
    """`id`: the command that opened it, or the switch's own key of an unexplained one. `since_ms`: None until it is heard.
    `queue` None: of a call outside any queue. `supervisor`: the device."""

    id: str
    switch: str
    agent: str
    by: str
    state: State
    account: str | None = None
    queue: str | None = None
    visit: str | None = None
    mode: MonitorMode | None = None
    via: Via | None = None
    supervisor: str | None = None
    since_ms: int | None = None
    asked_ms: int = 0
    ends_at_ms: int | None = None
    reason: str = ""
    purpose: str = ""
    follow: str = ""

    @property
    def is_explained(self) -> bool:
        """Whether somebody asked for it here."""
        return self.state != "unexplained"

    @property
    def is_heard(self) -> bool:
        """Whether the agent is heard by somebody now: not while a phone rings, not by who took the call over."""
        return self.since_ms is not None and self.mode != "takeover"


def opens_session(told: CommandChanged) -> bool:
    """Whether this command opens a session of its own, and does not change one."""
    return told.kind == "monitor.start" or (
        told.kind == "call.take_over" and told.session in {None, "", leg_of(told.command)}
    )


def is_silent(control: Control | None, now_ms: int) -> bool:
    """Whether the control process of a switch is away."""
    return control is None or now_ms - control.at_ms > SILENT_MS


def sessions_now(floor: Floor, now_ms: int) -> list[SessionNow]:
    """All of a floor, the longest first; those that still ring come last."""
    core = floor.core
    heard = {_command(one): one for one in core.monitorings.values()}
    asked = [
        _asked(command, heard.get(name), floor) for name, command in core.commands.items() if _is_open(command, now_ms)
    ]
    known = {one.id for one in asked}
    unasked = [
        _unexplained(key, one, floor)
        for key, one in core.monitorings.items()
        if _command(one) not in known and _is_unexplained(core.commands.get(_command(one) or ""), one, now_ms)
    ]
    found = [one for one in asked if one.since_ms is not None or not _is_lost(one, core.controls, now_ms)]
    return sorted([*found, *unasked], key=lambda one: (one.since_ms is None, one.since_ms or one.asked_ms, one.id))


def _command(monitoring: Monitoring) -> str | None:
    return monitoring.command or command_of(monitoring.session)


def _is_open(command: Command, now_ms: int) -> bool:
    told = command.told
    if told.state not in UNFINISHED or not opens_session(told) or told.agent is None:
        return False
    return told.state == "confirmed" or now_ms - command.at_ms <= OPENING_MS


def _is_lost(session: SessionNow, controls: dict[str, Control], now_ms: int) -> bool:
    """Whether nobody can tell of it any more: its control process is away, and the switch knows of none."""
    return is_silent(controls.get(session.switch), now_ms)


def _asked(command: Command, monitoring: Monitoring | None, floor: Floor) -> SessionNow:
    told = command.told
    agent = told.agent or ""
    is_elsewhere = monitoring is not None and monitoring.agent != agent
    queue, visit, mode = told.queue, told.visit, told.mode
    if monitoring is not None:
        mode = monitoring.mode or mode
    if monitoring is not None and is_elsewhere:
        agent = monitoring.agent
        queue, visit = contact_of(floor, agent)
    return SessionNow(
        id=told.command,
        switch=told.switch,
        agent=agent,
        by=told.by,
        state=told.state,
        account=told.account,
        queue=queue,
        visit=visit,
        mode=mode,
        via=told.via,
        supervisor=told.supervisor,
        since_ms=command.confirmed_ms or (monitoring.started_ms if monitoring is not None else None),
        asked_ms=told.asked_at_ms,
        ends_at_ms=told.ends_at_ms,
        reason=told.reason,
        purpose=told.purpose,
        follow=told.follow,
    )


def _is_unexplained(command: Command | None, monitoring: Monitoring, now_ms: int) -> bool:
    if _command(monitoring) is None:
        return True
    last_ms = max(monitoring.started_ms, command.at_ms if command is not None else 0)
    return now_ms - last_ms > GRACE_MS


def _unexplained(key: str, monitoring: Monitoring, floor: Floor) -> SessionNow:
    queue, visit = contact_of(floor, monitoring.agent)
    return SessionNow(
        id=key,
        switch=monitoring.switch,
        agent=monitoring.agent,
        by=monitoring.supervisor or "",
        state="unexplained",
        queue=queue,
        visit=visit,
        mode=monitoring.mode,
        supervisor=monitoring.supervisor,
        since_ms=monitoring.started_ms,
        asked_ms=monitoring.started_ms,
    )


def contact_of(floor: Floor, agent_id: str) -> tuple[str | None, str | None]:
    """Queue and key of the contact that an agent handles; of an own call there is no queue. (None, None) for nothing."""
    agent = floor.agents.get(agent_id)
    if agent is None:
        return None, None
    for key in agent.handlings:
        return floor.visits[key].queue, key
    return None, next(iter(agent.own_calls), None)


def by_agent(sessions: Iterable[SessionNow]) -> dict[str, tuple[SessionNow, ...]]:
    """Who is heard by whom."""
    found: dict[str, tuple[SessionNow, ...]] = {}
    for one in sessions:
        if one.is_heard:
            found[one.agent] = (*found.get(one.agent, ()), one)
    return found
