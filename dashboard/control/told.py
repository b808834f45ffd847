"""A command's state as everybody hears it. Pure."""

from __future__ import annotations

from typing import Any, Final

from msgspec import structs

from collectors.events import CommandChanged, CommandState
from dashboard.control.open_session import Open
from dashboard.floor.state import Floor
from dashboard.supervision.commands import Request, leg_of
from dashboard.supervision.reasons import Reason

_ON_ITS_WAY: Final = frozenset({"requested", "authorised", "audited", "sent"})


def of_command(
    request: Request, state: CommandState, reason: Reason | None, by: str, opening: Open | None = None
) -> CommandChanged:
    """`by`: the name of who asked, "" while nobody knows. `opening`: the session that it changes."""
    session = opening.session if opening is not None else None
    return _told(
        request,
        state,
        reason,
        by,
        agent=request.agent or (session.agent if session is not None else None) or None,
        queue=request.queue or (opening.queue if opening is not None else None),
        visit=request.visit or (session.visit if session is not None else None) or None,
        session=session.leg if session is not None else (leg_of(request.opened) if request.opened else None),
        mode=request.mode,
        via=session.via if session is not None else None,
        supervisor=opening.supervisor if opening is not None else None,
    )


def of_session(one: Open, state: CommandState, reason: Reason | None = None) -> CommandChanged:
    """Of the command that opened it, as it is now."""
    session = one.session
    return _told(
        one.request,
        state,
        reason,
        one.actor.name,
        agent=session.agent,
        queue=one.queue,
        visit=session.visit,
        session=session.leg,
        mode=session.mode,
        via=session.via,
        supervisor=one.supervisor,
        ends_at_ms=one.ends_at_ms or None,
        follow=session.follow,
    )


def left_open(floor: Floor, switch: str) -> list[CommandChanged]:
    """What an earlier process of this switch told of, and can tell no more: its end, as the records have it, too."""
    reason, found = str(Reason.CONTROL_RESTARTED), []
    for told in (one.told for one in floor.core.commands.values() if one.told.switch == switch):
        opens = told.session == leg_of(told.command)
        if told.state in _ON_ITS_WAY or (opens and told.state == "confirmed"):
            found.append(structs.replace(told, state="ended" if opens else "failed", reason=reason))
    return found


def _told(request: Request, state: CommandState, reason: Reason | None, by: str, **about: Any) -> CommandChanged:
    """`about`: the call and the session, as far as they are known."""
    return CommandChanged(
        command=request.id,
        kind=request.kind,
        state=state,
        switch=request.switch,
        account=request.account,
        by=by,
        reason=str(reason or ""),
        purpose=request.purpose,
        asked_at_ms=request.asked_at_ms,
        **about,
    )
