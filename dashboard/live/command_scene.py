"""How things stand for a command, as the gateway's floor tells it: the facts that the rules look at, and which switch is meant.

By these the gateway says early why something is off. The control process finds its own, at the switch itself, and decides. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from collectors.events import is_switch
from dashboard.access.actor import Actor
from dashboard.floor.state import Agent, Floor
from dashboard.live.said import Wish
from dashboard.live.sessions_now import SessionNow, contact_of, is_silent
from dashboard.live.supervision import Supervision
from dashboard.supervision.facts import (
    AgentFacts,
    Ask,
    Asker,
    CallFacts,
    Membership,
    Phase,
    Scene,
    SessionFacts,
    SessionPhase,
    SwitchFacts,
)
from dashboard.supervision.policy import Phone
from dashboard.supervision.reasons import Reason


@dataclass(frozen=True, slots=True)
class Ground:
    """What commands are judged on. `controlled`: switches with a control account; None: not known."""

    floor: Floor
    supervision: Supervision
    parents: Mapping[str, str]
    now_ms: int
    controlled: Collection[str] | None = None

    def asker(self, actor: Actor) -> Asker:
        """Who asks."""
        standing = self.supervision.standing
        own = standing.own_agents.get(actor.account_id, frozenset()) if standing is not None else frozenset[str]()
        return Asker.of(actor, self.parents, own, self.phone_of(actor.account_id))

    def phone_of(self, account: str) -> Phone | None:
        """The phone that somebody has chosen."""
        standing = self.supervision.standing
        return standing.phones.get(account) if standing is not None else None

    def switch(self, name: str, phone: Phone | None = None) -> SwitchFacts:
        """What the control process of a switch can do now. `phone`: of who asks."""
        control = self.floor.core.controls.get(name)
        if control is None or is_silent(control, self.now_ms):
            is_off = self.controlled is not None and name not in self.controlled
            return SwitchFacts(name, Reason.CONTROL_OFF if is_off else Reason.CONTROL_DOWN)
        link = self.floor.core.links.get(name)
        why_not = _reason(control.why_not)
        if why_not is None and (link is None or link.state != "live"):
            why_not = Reason.SWITCH_DOWN
        state = control.phones.get(phone.device) if phone is not None and phone.switch == name else None
        return SwitchFacts(name, why_not, _reason(control.why_no_browser), state)

    def switches(self) -> list[str]:
        """The names of the site's switches."""
        return sorted(name for name in self.floor.core.links if is_switch(name))

    def session(self, command: str) -> SessionNow | None:
        """The open session that this command opened."""
        found = self.supervision.sessions(self.floor, self.now_ms)
        return next((one for one in found if one.id == command and one.is_explained), None)

    def scene(self, wish: Wish, switch: str, phone: Phone | None, account: str = "") -> Scene:
        """Everything that the rules ask about. `account`: who asks."""
        floor, standing = self.floor, self.supervision.standing
        opened = self.session(wish.opened) if wish.opened else None
        agent_id = opened.agent if opened is not None else wish.agent
        agent = floor.agents.get(agent_id)
        sessions = self.supervision.sessions(floor, self.now_ms)
        return Scene(
            policy=standing.policy if standing is not None else None,
            agent=agent_facts(floor, agent, switch) if agent is not None else None,
            call=_taken(wish, account, sessions) or _call(floor, agent, wish.visit),
            opened=_session(opened) if opened is not None else None,
            sessions=tuple(_session(one) for one in sessions if one.is_explained),
            queues=frozenset(floor.queues),
            pause_reasons=frozenset(floor.settings.pause_reasons),
            switch=self.switch(switch, phone),
        )

    def switches_of(self, wish: Wish) -> tuple[str, ...]:
        """The switches that a wish is for; none: nobody there. Only an agent as such may be known to several."""
        known = set(self.switches())
        if wish.opened:
            command = self.floor.core.commands.get(wish.opened)
            return (command.told.switch,) if command is not None and command.told.switch in known else ()
        if wish.visit:
            name = wish.visit.partition("/")[0]
            return (name,) if name in known else ()
        agent = self.floor.agents.get(wish.agent)
        if agent is None:
            return ()
        found = _member_on(agent, "" if wish.kind == "agent.add" else wish.queue) or set(agent.devices)
        return tuple(sorted(found & known)) or (tuple(known) if len(known) == 1 else ())


def ask_of(wish: Wish) -> Ask:
    """What is asked for; nothing of it is open any more."""
    return Ask(
        kind=wish.kind,
        mode=wish.mode,
        via=wish.via,
        visit=wish.visit or None,
        queue=wish.queue,
        value=wish.value,
        purpose=wish.purpose,
        is_sure=wish.sure,
        is_on_session=bool(wish.opened),
    )


def agent_facts(floor: Floor, agent: Agent, switch: str | None = None) -> AgentFacts:
    """One agent. `switch`: with the memberships there alone; None: on all."""
    settings = floor.settings.agents.get(agent.id)
    memberships = {
        one.queue: Membership(one.is_dynamic, one.is_paused, one.reason, one.penalty)
        for one in agent.memberships.values()
        if switch is None or one.switch == switch
    }
    team = settings.team if settings is not None else ""
    return AgentFacts(agent.id, team, floor.queues_of(agent.id), memberships)


def _taken(wish: Wish, account: str, sessions: Iterable[SessionNow]) -> CallFacts | None:
    """The call that is to be ended, where who asks has taken it over: then no agent and no queue has it any more."""
    if wish.kind != "call.hang_up" or not account:
        return None
    mine = (one for one in sessions if one.account == account and one.mode == "takeover" and one.visit)
    found = next((one for one in mine if one.visit == wish.visit), None)
    return None if found is None else CallFacts(wish.visit, found.queue)


def _call(floor: Floor, agent: Agent | None, visit: str) -> CallFacts | None:
    """The call that was asked about if it is still so, else the one that the agent is on now."""
    if agent is None:
        return _visit(floor, visit)
    if visit in agent.handlings or visit in agent.offers:
        return _visit(floor, visit)
    if visit in agent.own_calls:
        return _own_call(agent, visit)
    _, key = contact_of(floor, agent.id)
    if key is None:
        key = next(iter(agent.offers), None)
    if key is None:
        return None
    return _own_call(agent, key) if key in agent.own_calls else _visit(floor, key)


def _visit(floor: Floor, key: str) -> CallFacts | None:
    visit = floor.visits.get(key)
    if visit is None or not visit.live:
        return None
    phase: Phase = "talking" if visit.outcome == "answered" else "ringing" if visit.offers else "waiting"
    return CallFacts(key, visit.queue, phase)


def _own_call(agent: Agent, key: str) -> CallFacts:
    return CallFacts(key, None, "talking" if agent.own_calls[key].connected_ms is not None else "ringing")


def _session(one: SessionNow) -> SessionFacts:
    phase: SessionPhase = "open" if one.state == "confirmed" else "opening"
    return SessionFacts(one.id, one.account or "", one.agent, one.visit or "", one.mode or "listen", phase)


def _member_on(agent: Agent, queue: str) -> set[str]:
    return {one.switch for one in agent.memberships.values() if not queue or one.queue == queue}


def _reason(word: str) -> Reason | None:
    """A word that this release does not know is one all the same: something is in the way."""
    if not word:
        return None
    try:
        return Reason(word)
    except ValueError:
        return Reason.CONTROL_DOWN


def accounts_with(phones: Mapping[str, Phone], switch: str, devices: Iterable[str]) -> set[str]:
    """Whose phones these are."""
    wanted = frozenset(devices)
    return {account for account, phone in phones.items() if phone.switch == switch and phone.device in wanted}
