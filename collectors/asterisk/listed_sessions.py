"""Supervisors' sessions by the switch's channel list: a leg that spies, or that is bridged with a caller.

Invariants: what is known of a session from before (since when, and of a take over from whom) is kept; what a live event told since the
lists were asked for outweighs them; a session that they do not hold any more is over.
"""

from __future__ import annotations

from collectors.asterisk.monitoring import Monitoring, Session
from collectors.asterisk.snapshot import ListedChannel, SwitchLists
from collectors.asterisk.switchboard import Switchboard
from collectors.events import MonitorMode

_SPY_OPTIONS: tuple[tuple[str, MonitorMode], ...] = (("B", "barge"), ("W", "private"), ("w", "whisper"))


def is_supervisors(board: Switchboard, leg: ListedChannel) -> bool:
    """Whether a listed leg is a supervisor's, and so nobody's call."""
    channel = board.channels.get(leg.uniqueid)
    return channel is not None and channel.is_supervisors


def bring_in_line(board: Switchboard, monitoring: Monitoring, lists: SwitchLists, listing_ms: int) -> None:
    """The sessions are those that the lists hold."""
    sessions = monitoring.sessions
    listed: dict[str, Session] = {}
    for leg in lists.channels.values():
        found = _session(board, monitoring, lists, leg) if not board.channels.is_gone(leg.uniqueid) else None
        if found is not None:
            listed[leg.uniqueid] = found
    for uniqueid, session in list(sessions.items()):
        if session.touched_ms < listing_ms and uniqueid not in listed:
            del sessions[uniqueid]
    for uniqueid, found in listed.items():
        session = sessions.get(uniqueid, found)
        if session.touched_ms >= listing_ms:
            continue
        if session.agent == found.agent:
            found.started_ms = session.started_ms
        sessions[uniqueid] = found


def _session(board: Switchboard, monitoring: Monitoring, lists: SwitchLists, leg: ListedChannel) -> Session | None:
    target, mode, agent = "", None, None
    if leg.application == "ChanSpy":
        target, _, options = leg.data.partition(",")
        agent = monitoring.agent_on(target, board.channels.get(target)) or board.members.agent_at(target)
        mode = mode_of(options)
    elif leg.bridge and is_supervisors(board, leg):
        known = monitoring.sessions.get(leg.uniqueid)
        agent = known.agent if known is not None else _taken_over_from(board, lists, leg)
        mode = "takeover"
    if agent is None:
        return None
    session = Session(leg.uniqueid, leg.device, agent, board.out.now_ms - leg.age_s * 1000)
    session.mode, session.heard = mode, target
    return session


def mode_of(options: str) -> MonitorMode:
    """What ChanSpy's options make of it; the group in brackets is none of them."""
    flags = options.partition("g(")[0]
    return next((mode for option, mode in _SPY_OPTIONS if option in flags), "listen")


def _taken_over_from(board: Switchboard, lists: SwitchLists, leg: ListedChannel) -> str | None:
    """The agent of the last talk of whoever is in a supervisor's bridge."""
    visits = [v for peer in lists.bridged_with(leg) for v in board.visits.of_call(peer.uniqueid) if v.agent]
    return visits[-1].agent if visits else None
