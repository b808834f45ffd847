"""Tiles about stepping in: the sessions of the scope; and, on an agent's own page, who is in their call and what was written to them."""

from __future__ import annotations

from dashboard.boards.pages_of_people import MessagesTile, OwnTile, SessionsTile
from dashboard.live.reach import Aim
from dashboard.live.sessions_now import SessionNow
from dashboard.live.sight import Sight
from dashboard.live.supervision import newest_first
from dashboard.live.values import MessageLine, OwnListener, OwnValue, Rows, SessionLine


def sessions(sight: Sight, _aim: Aim, _tile: SessionsTile) -> Rows[SessionLine]:
    """Open ones, the longest first. One that nobody asked for here is an alarm."""
    return Rows(_line(sight, one) for one in sight.sessions())


def own(sight: Sight, _aim: Aim, _tile: OwnTile) -> OwnValue:
    """Who is in the agent's call, as far as the rules tell agents."""
    standing = sight.supervision.standing
    if standing is None or not standing.policy.tells_agents:
        return OwnValue([], tone=False)
    heard = [one for agent in sorted(sight.scope.agents) for one in sight.listeners(agent)]
    return OwnValue([OwnListener(one.by, one.mode, one.since_ms or 0) for one in heard], tone=standing.policy.has_tone)


def messages(sight: Sight, _aim: Aim, _tile: MessagesTile) -> Rows[MessageLine]:
    """What was written to the agent, while its time is not over."""
    written = [one for agent in sight.scope.agents for one in sight.supervision.messages.get(agent, ())]
    shown = [one for one in newest_first(written) if one.until_ms > sight.now_ms]
    return Rows(MessageLine(one.id, one.text, one.by, one.sent_at_ms, one.read_at_ms) for one in shown)


def _line(sight: Sight, one: SessionNow) -> SessionLine:
    own_settings = sight.floor.settings.agents.get(one.agent)
    return SessionLine(
        id=one.id,
        account=one.account,
        by=one.by,
        agent=one.agent,
        name=sight.floor.agent_name(one.agent) or one.agent,
        staff=own_settings.staff_number if own_settings is not None else "",
        queue=one.queue,
        visit=one.visit,
        mode=one.mode,
        via=one.via,
        since=one.since_ms,
        state=one.state,
        ends_at=one.ends_at_ms,
        reason=one.reason,
        purpose=one.purpose,
        level="none" if one.is_explained else "red",
    )
