"""Who may do what where: the first part of the rules, and what each command needs. Pure.

Whoever does not see an agent, a caller or a queue is told that it is not there; what is seen but lies where the permission does
not hold is out of scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from collectors.events import CommandKind, MonitorMode
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.supervision.facts import AgentFacts, Ask, Asker, Membership, Scene
from dashboard.supervision.reasons import Reason

_P = Permission

MODE_NEEDS: Final[Mapping[MonitorMode, frozenset[Permission]]] = {
    "listen": frozenset({_P.MONITOR_LISTEN}),
    "whisper": frozenset({_P.MONITOR_WHISPER}),
    "barge": frozenset({_P.MONITOR_BARGE}),
    "private": frozenset({_P.MONITOR_WHISPER, _P.MONITOR_LISTEN}),
    "takeover": frozenset({_P.CALLS_TAKE_OVER}),
}
"""All of them are needed. A trainer whispers and nothing else, so private whisper is for those who may also listen."""

MODES: Final[tuple[MonitorMode, ...]] = ("listen", "whisper", "barge", "private")
"""In which one is in a call that goes on being the agent's."""

NEEDS: Final[Mapping[CommandKind, frozenset[Permission]]] = {
    "monitor.stop": frozenset(),
    "call.take_over": MODE_NEEDS["takeover"],
    "call.hang_up": frozenset({_P.CALLS_HANG_UP}),
    "call.move": frozenset({_P.CALLS_MOVE}),
    "call.pull": frozenset({_P.CALLS_MOVE}),
    "agent.pause": frozenset({_P.AGENTS_PAUSE}),
    "agent.resume": frozenset({_P.AGENTS_PAUSE}),
    "agent.sign_out": frozenset({_P.AGENTS_SIGN_OUT}),
    "agent.add": frozenset({_P.AGENTS_QUEUES}),
    "agent.penalty": frozenset({_P.AGENTS_QUEUES}),
}
"""Beside those that go by their mode. One's own session may always be stopped."""

STEPPING_IN: Final = frozenset({_P.CALLS_MOVE}).union(*MODE_NEEDS.values())
"""Whoever holds one of these can be called by the switch, and be in a call."""

BY_MODE: Final = frozenset({"monitor.start", "monitor.mode", "monitor.follow"})


@dataclass(frozen=True, slots=True)
class Case:
    """One question to the rules. Each check answers with its reason, None if it has nothing against it."""

    ask: Ask
    asker: Asker
    scene: Scene

    @property
    def needs(self) -> frozenset[Permission]:
        """All that it needs. Who changes or follows is measured by the mode that it will be in."""
        ask, opened = self.ask, self.scene.opened
        mode = opened.mode if ask.kind == "monitor.follow" and opened is not None else ask.mode
        if ask.kind == "monitor.follow" and mode is None:
            return frozenset({_P.MONITOR_VIEW})
        if ask.kind in BY_MODE:
            return MODE_NEEDS[mode] if mode is not None else frozenset()
        if ask.kind == "agent.sign_out" and ask.queue:
            return frozenset({_P.AGENTS_QUEUES})
        return NEEDS[ask.kind]

    @property
    def seen(self) -> Scope:
        """What of the floor this person sees."""
        return self.asker.scope(_P.FLOOR_VIEW)

    @property
    def queues(self) -> dict[str, Membership]:
        """The agent's memberships that are asked about."""
        agent, queue = self.scene.agent, self.ask.queue
        known = {} if agent is None else dict(agent.memberships)
        return {name: one for name, one in known.items() if not queue or name == queue}


def permitted(case: Case) -> Reason | None:
    """Whether it is allowed anywhere."""
    if all(case.asker.may(permission) for permission in case.needs):
        return None
    is_by_mode = case.ask.kind in BY_MODE or case.ask.kind == "call.take_over"
    has_another = any(all(map(case.asker.may, needs)) for needs in MODE_NEEDS.values())
    return Reason.MODE_NOT_PERMITTED if is_by_mode and has_another else Reason.NOT_PERMITTED


def mode_chosen(case: Case) -> Reason | None:
    """A session has one of the four modes; a take-over is a command of its own."""
    return None if case.ask.mode in MODES else Reason.WRONG_VALUE


def agent_there(case: Case) -> Reason | None:
    """Whether there is such an agent for this person."""
    agent = case.scene.agent
    return None if agent is not None and reaches(case.seen, agent) else Reason.NOT_THERE


def caller_there(case: Case) -> Reason | None:
    """A caller without an agent; with one, the agent is looked at, too."""
    call = case.scene.call
    if case.scene.agent is not None or (call is not None and call.queue is None):
        return agent_there(case)
    return Reason.NOT_THERE if call is not None and not case.seen.has_queue(call.queue) else None


def in_scope(case: Case) -> Reason | None:
    """Whether agent and call lie where all of it is allowed; another mode may be allowed there."""
    if _is_in(case, case.needs):
        return None
    if case.ask.kind in BY_MODE and any(_is_in(case, MODE_NEEDS[mode]) for mode in MODES):
        return Reason.MODE_NOT_PERMITTED
    return Reason.OUT_OF_SCOPE


def _is_in(case: Case, needs: Iterable[Permission]) -> bool:
    """Whether the agent and the call lie where all of it is allowed."""
    agent, call = case.scene.agent, None if case.ask.kind.startswith("agent.") else case.scene.call
    return all(
        case.asker.may(permission)
        and (agent is None or reaches(scope, agent))
        and (call is None or scope.has_queue(call.queue))
        for permission in needs
        for scope in (case.asker.scope(permission),)
    )


def queues_in_scope(case: Case) -> Reason | None:
    """The queues of an agent that are asked about: a team's leader has all of them, else only those of the scope."""
    agent, asked = case.scene.agent, case.ask.queue
    if agent is None or asked is None:
        return None
    scopes = [case.asker.scope(permission) for permission in case.needs]
    if all(scope.is_everything or scope.has_team(agent.team) for scope in scopes):
        return None
    wanted = {asked} if asked else set(agent.memberships)
    if not all(map(case.seen.has_queue, wanted)):
        return Reason.UNKNOWN_QUEUE if asked else Reason.OUT_OF_SCOPE
    return None if all(scope.has_queue(queue) for scope in scopes for queue in wanted) else Reason.OUT_OF_SCOPE


def target_queue(case: Case) -> Reason | None:
    """Where somebody is to be put: out of sight is as not there."""
    queue = case.ask.queue
    if queue is None:
        return None
    if queue not in case.scene.queues or not case.seen.has_queue(queue):
        return Reason.UNKNOWN_QUEUE
    is_mine = all(case.asker.scope(permission).has_queue(queue) for permission in case.needs)
    return None if is_mine else Reason.OUT_OF_SCOPE


def own_session(case: Case) -> Reason | None:
    """The session that is to be changed or stopped is open, and one's own."""
    opened = case.scene.opened
    if opened is None or opened.phase == "over":
        return Reason.SESSION_OVER
    return None if opened.account == case.asker.account else Reason.NOT_YOURS


def own_session_if_named(case: Case) -> Reason | None:
    """The same where a take-over begins with a session."""
    return own_session(case) if case.ask.is_on_session else None


def reaches(scope: Scope, agent: AgentFacts) -> bool:
    """With all teams below its own: whether a scope lets see the agent: by team, by a queue served today, or as oneself."""
    if scope.is_everything or agent.id in scope.agents or scope.has_team(agent.team):
        return True
    return not (scope.queues or frozenset()).isdisjoint(agent.served)
