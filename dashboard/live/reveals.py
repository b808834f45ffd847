"""A caller's whole number, asked for at the desk (`dashboard.access.revealing` has the rules).

A number is bound to the call that the person looked at: it is told only while the row still shows that (masked) number. What
lies outside the person's scope is "gone", as if it were not there.
"""

from __future__ import annotations

from dashboard.access.actor import Actor
from dashboard.access.masking import masked
from dashboard.access.permissions import Permission
from dashboard.access.revealing import Found, NotRevealed
from dashboard.live.said import Wanted
from dashboard.live.sight import Sight
from dashboard.live.viewer import Viewer


def find(sight: Sight, actor: Actor, wanted: Wanted) -> Found:
    """The number, if this actor may have it and the row that they looked at (`sight`: theirs) still shows it. Pure.

    Raises `NotRevealed`: nobody but a person has numbers revealed, only in the scope of that permission.
    """
    asked = wanted.visit or wanted.agent
    if actor.kind != "person" or not actor.may(Permission.NUMBERS_REVEAL):
        raise NotRevealed("denied", is_denied=True, target=asked)
    theirs = _contact(sight, wanted)
    if theirs is None:
        raise NotRevealed("gone", is_denied=_exists(sight, wanted), target=asked)
    allowed = _contact(Sight(sight.floor, Viewer(actor.scope(Permission.NUMBERS_REVEAL)), sight.now_ms), wanted)
    if allowed is None or allowed.call != theirs.call:
        raise NotRevealed("denied", is_denied=True, target=asked)
    if masked(allowed.number) != wanted.number:
        raise NotRevealed("gone")
    return allowed


def _contact(sight: Sight, wanted: Wanted) -> Found | None:
    """What a row shows to this sight."""
    if wanted.agent:
        seen = sight.seen(wanted.agent)
        return Found(seen.call, seen.number) if seen is not None and seen.call and seen.number else None
    waiting = next((caller for caller in sight.waiting() if caller.key == wanted.visit), None)
    return Found(waiting.key, waiting.number) if waiting is not None and waiting.number else None


def _exists(sight: Sight, wanted: Wanted) -> bool:
    """Whether somebody asked for what is there, but not for them."""
    if wanted.agent:
        return wanted.agent in sight.floor.agents and not sight.sees_agent(wanted.agent)
    visit = sight.floor.visits.get(wanted.visit)
    return visit is not None and not sight.scope.has_queue(visit.queue)
