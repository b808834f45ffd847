"""One supervisor's session in calls, from the command that opens it to its end: state × event → state and deeds. Pure.

Invariants, whatever happens in whatever order:

* A mode is changed only while the supervisor is in the call: before the phone answered a Redirect would put them in unheard of, so
  a wish waits (one at a time), and is answered once.
* `OVER` is final and has exactly one way in: the leg is gone, or there never was one, or nobody can say any more. Each session that
  was sent ends, because every state that waits for the switch has a deadline.
* What the switch says counts: in the call is who the switch says is in, on the leg that was meant; on any other leg they are taken
  out at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Literal

from collectors.events import MonitorMode, Via
from dashboard.control.asterisk.recipes import Spot
from dashboard.control.deeds import Began, Call, Deed, Ended, HangUp, ModeBegan, SwitchTo, WishOver
from dashboard.control.happenings import (
    AgentFound,
    Answered,
    Bridged,
    BrowserCame,
    Cut,
    Event,
    Late,
    LegGone,
    Refused,
    SpyStarted,
    SpyStopped,
    Stop,
    Unanswered,
    Wish,
)
from dashboard.supervision.reasons import Reason

JOIN_MS: Final = 3_000
"""How long the switch may take from an answered phone, or a Redirect, to the first sound."""
RING_MS: Final = 10_000
"""Longer than a phone rings."""
CAUSE_MS: Final = 1_000
"""How long after "not answered" the end of the leg may take, which says why."""
BETWEEN_MS: Final = 4_500
"""How long a session that stays with its caller waits for the next agent; the dialplan waits a little longer."""
LEAVE_MS: Final = 2_000
MOST_HANG_UPS: Final = 3

Follow = Literal["none", "caller", "agent"]
FOLLOWS: Final[dict[str, Follow]] = {"none": "none", "caller": "caller", "agent": "agent"}


class State(StrEnum):
    """How far a session is."""

    RESERVED = "reserved"
    """Allowed, and not on record yet: nothing but its record decides what becomes of it."""
    AWAITS_BROWSER = "awaits_browser"
    CALLING = "calling"
    JOINING = "joining"
    """Answered; not heard in the call yet."""
    IN = "in"
    SWITCHING = "switching"
    BETWEEN = "between"
    """The agent is gone, the caller may get another one."""
    WITH_CALLER = "with_caller"
    """Taken over."""
    LEAVING = "leaving"
    WAITING = "waiting"
    """No leg at all: waits for the agent's next call."""
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Session:
    """`mode`: the one that it is in, or will begin with. `wish`: being done (SWITCHING) or waiting. `due_ms`: when the present
    state is late, 0: never. `has_begun`: it was confirmed. `why`: why it is being left."""

    command: str
    leg: str
    account: str
    agent: str
    visit: str
    spot: Spot
    mode: MonitorMode
    via: Via = "phone"
    follow: Follow = "none"
    state: State = State.RESERVED
    due_ms: int = 0
    wish: Wish | None = None
    next_wish: Wish | None = None
    has_begun: bool = False
    why: Reason | None = None
    hang_ups: int = 0

    @property
    def is_over(self) -> bool:
        return self.state is State.OVER

    @property
    def mode_to_be(self) -> MonitorMode:
        """The mode that it is on its way to."""
        last = self.next_wish or self.wish
        return last.mode if last is not None else self.mode


Step = tuple[Session, tuple[Deed, ...]]


def opened(session: Session, now_ms: int, due_ms: int) -> Step:
    """It is on record: ring the phone at once, or wait for the browser until the command's deadline."""
    if session.state is not State.RESERVED:
        return session, ()
    if session.via == "browser":
        return replace(session, state=State.AWAITS_BROWSER, due_ms=due_ms), ()
    return _calling(session, now_ms)


def step(session: Session, event: Event, now_ms: int) -> Step:
    """What becomes of it. An event that means nothing in this state changes nothing."""
    do = _TABLE.get((session.state, type(event)))
    return (session, ()) if do is None else do(session, event, now_ms)


# -- each state --------------------------------------------------------------------------------------------------------


def _calling(session: Session, now_ms: int) -> Step:
    return replace(session, state=State.CALLING, due_ms=now_ms + RING_MS), (Call(),)


def _browser_came(session: Session, _event: BrowserCame, now_ms: int) -> Step:
    return _calling(session, now_ms)


def _browser_missing(session: Session, _event: Late, _now_ms: int) -> Step:
    return _over(session, "expired", Reason.BROWSER_NOT_CONNECTED)


def _answered(session: Session, _event: Answered, now_ms: int) -> Step:
    return replace(session, state=State.JOINING, due_ms=now_ms + JOIN_MS), ()


def _unanswered(session: Session, event: Unanswered, now_ms: int) -> Step:
    if event.never_made is not None:
        return _over(session, "failed", event.never_made)
    return replace(session, due_ms=min(session.due_ms, now_ms + CAUSE_MS)), ()


def _gone_unanswered(session: Session, event: LegGone, _now_ms: int) -> Step:
    return _over(session, "failed", event.unanswered)


def _gone_unheard(session: Session, event: LegGone, _now_ms: int) -> Step:
    """Answered, and never in the call: the call was over, the dialplan's group does not hold it, or they hung up at once."""
    if event.by_itself:
        return _over(session, "failed", Reason.HUNG_UP if session.via == "phone" else Reason.BROWSER_GONE)
    return _over(session, "failed", Reason.GROUP_REFUSED if event.target_is_there else Reason.CALL_OVER)


def _not_sent(session: Session, event: Refused, _now_ms: int) -> Step:
    return _over(session, "expired" if event.reason is Reason.TOO_LATE else "failed", event.reason)


def _wished_early(session: Session, event: Wish, _now_ms: int) -> Step:
    """Not in the call yet, or on the way to another mode: it waits, one at a time."""
    is_busy = session.next_wish is not None or (session.wish is not None and session.state is not State.SWITCHING)
    if is_busy:
        return session, (WishOver(event.command, "refused", Reason.THROTTLED),)
    if session.state is State.SWITCHING:
        return replace(session, next_wish=event), ()
    return replace(session, wish=event), ()


def _heard(session: Session, event: SpyStarted, now_ms: int) -> Step:
    """In the call for the first time."""
    if event.target != session.spot.target or event.mode != session.mode or not event.is_right:
        return _leave(session, Reason.CALL_CHANGED, now_ms)
    return _go_on(replace(session, state=State.IN, due_ms=0, has_begun=True), (Began(),), now_ms)


def _with_caller(session: Session, event: Bridged, now_ms: int) -> Step:
    if session.mode != "takeover":
        return session, ()
    if not event.is_right:
        return _leave(session, Reason.CALL_CHANGED, now_ms)
    begun = replace(session, state=State.WITH_CALLER, due_ms=0, has_begun=True, wish=None, next_wish=None)
    return begun, (Began(), *_give_up_all(session, Reason.TAKEN_OVER))


def _wished_late(session: Session, event: Wish, _now_ms: int) -> Step:
    reason = Reason.TAKEN_OVER if session.state is State.WITH_CALLER else Reason.SESSION_OVER
    return session, (WishOver(event.command, "failed", reason),)


def _wished(session: Session, event: Wish, now_ms: int) -> Step:
    return _go_on(replace(session, wish=event), (), now_ms)


def _go_on(session: Session, deeds: tuple[Deed, ...], now_ms: int) -> Step:
    """In the call: now the wish that waited."""
    wish = session.wish
    if wish is None:
        return session, deeds
    if now_ms > wish.due_ms:
        return replace(session, wish=None), (*deeds, WishOver(wish.command, "expired", Reason.TOO_LATE))
    return replace(session, state=State.SWITCHING, due_ms=now_ms + JOIN_MS), (*deeds, SwitchTo(wish.mode))


def _switched(session: Session, event: SpyStarted, now_ms: int) -> Step:
    mode = session.mode if session.wish is None else session.wish.mode
    if event.target != session.spot.target or not event.is_right:
        return _leave(session, Reason.CALL_CHANGED, now_ms)
    if event.mode != mode:
        return session, ()
    command = "" if session.wish is None else session.wish.command
    begun = replace(session, state=State.IN, due_ms=0, mode=mode, wish=session.next_wish, next_wish=None)
    return _go_on(begun, (ModeBegan(command, mode),), now_ms)


def _took_over(session: Session, event: Bridged, now_ms: int) -> Step:
    wish = session.wish
    if wish is None or wish.mode != "takeover":
        return session, ()
    if not event.is_right:
        return _leave(session, Reason.CALL_CHANGED, now_ms)
    begun = replace(session, state=State.WITH_CALLER, due_ms=0, mode="takeover", wish=None, next_wish=None)
    return begun, (ModeBegan(wish.command, "takeover"), *_give_up(session.next_wish, Reason.TAKEN_OVER))


def _bridged_by_hand(session: Session, event: Bridged, now_ms: int) -> Step:
    """Somebody else put them together (AMI Bridge: no ChanSpyStop ever comes). Told as it is; a caller is not cut off for it."""
    if not event.is_right:
        return _leave(session, Reason.CALL_CHANGED, now_ms)
    begun = replace(session, state=State.WITH_CALLER, due_ms=0, mode="takeover", wish=None, next_wish=None)
    return begun, (ModeBegan("", "takeover"), *_give_up_all(session, Reason.TAKEN_OVER))


def _switch_refused(session: Session, event: Refused, now_ms: int) -> Step:
    if session.wish is None:
        return _leave(session, event.reason, now_ms)
    stays = replace(session, state=State.IN, due_ms=0, wish=session.next_wish, next_wish=None)
    word: Literal["failed", "expired"] = "expired" if event.reason is Reason.TOO_LATE else "failed"
    return _go_on(stays, (WishOver(session.wish.command, word, event.reason),), now_ms)


def _stopped(session: Session, _event: SpyStopped, now_ms: int) -> Step:
    """Nobody asked for it: the agent's leg is gone, or going."""
    if session.follow == "caller":
        return replace(session, state=State.BETWEEN, due_ms=now_ms + BETWEEN_MS), ()
    return replace(session, state=State.LEAVING, due_ms=now_ms + LEAVE_MS), ()


def _next_agent(session: Session, event: AgentFound, now_ms: int) -> Step:
    moved = replace(
        session,
        agent=event.agent,
        visit=event.visit,
        spot=event.spot,
        state=State.SWITCHING,
        due_ms=now_ms + JOIN_MS,
        wish=None,
        next_wish=None,
    )
    return moved, (*_give_up(session.wish, Reason.CALL_CHANGED), SwitchTo(session.mode, event.spot))


def _nobody_next(session: Session, _event: Late, now_ms: int) -> Step:
    return _leave(session, Reason.TRANSFERRED, now_ms)


def _gone(session: Session, event: LegGone, _now_ms: int) -> Step:
    """It was in a call, and its leg is gone."""
    if session.why is None and event.by_itself:
        return _over(session, "ended", Reason.HUNG_UP if session.via == "phone" else Reason.BROWSER_GONE)
    if session.why is None and session.follow == "agent" and session.mode != "takeover":
        waits = replace(session, state=State.WAITING, due_ms=0, wish=None, next_wish=None)
        return waits, _give_up_all(session, Reason.CALL_OVER)
    return _over(session, "ended" if session.has_begun else "failed", session.why or event.ended)


def _strayed(session: Session, event: SpyStarted, now_ms: int) -> Step:
    """In a call by no doing of ours: somebody else moved the leg. Out at once, if it is another call or another mode."""
    is_ours = session.state is State.IN and event.target == session.spot.target and event.mode == session.mode
    return (session, ()) if is_ours and event.is_right else _leave(session, session.why or Reason.CALL_CHANGED, now_ms)


def _stop(session: Session, event: Stop, now_ms: int) -> Step:
    return _leave(session, event.reason, now_ms)


def _stop_without_leg(session: Session, event: Stop, _now_ms: int) -> Step:
    return _over(session, "ended" if session.has_begun else "failed", event.reason)


def _leave(session: Session, why: Reason, now_ms: int) -> Step:
    leaving = replace(
        session, state=State.LEAVING, due_ms=now_ms + LEAVE_MS, why=why, wish=None, next_wish=None, hang_ups=1
    )
    return leaving, (*_give_up_all(session, why), HangUp())


def _not_confirmed(session: Session, _event: Late, now_ms: int) -> Step:
    return _leave(session, Reason.NOT_CONFIRMED, now_ms)


def _still_there(session: Session, _event: Late, now_ms: int) -> Step:
    """A leg that should be gone is hung up again; then the link is no good, and whoever comes next cleans up."""
    if session.hang_ups >= MOST_HANG_UPS:
        return _over(session, "ended" if session.has_begun else "failed", session.why or Reason.NOT_CONFIRMED)
    again = replace(session, due_ms=now_ms + LEAVE_MS, hang_ups=session.hang_ups + 1)
    return again, (HangUp(),)


def _gone_already(session: Session, event: Refused, _now_ms: int) -> Step:
    """There is nothing to hang up any more."""
    if event.reason is not Reason.CALL_OVER:
        return session, ()
    return _over(session, "ended" if session.has_begun else "failed", session.why or Reason.CALL_ENDED)


def _cut(session: Session, event: Cut, _now_ms: int) -> Step:
    return _over(session, "ended" if session.has_begun else "failed", session.why or event.reason)


def _over(session: Session, state: Literal["ended", "failed", "expired"], reason: Reason) -> Step:
    over = replace(session, state=State.OVER, due_ms=0, why=reason, wish=None, next_wish=None)
    return over, (*_give_up_all(session, reason), Ended(state, reason))


def _give_up(wish: Wish | None, reason: Reason) -> tuple[Deed, ...]:
    return () if wish is None else (WishOver(wish.command, "failed", reason),)


def _give_up_all(session: Session, reason: Reason) -> tuple[Deed, ...]:
    return (*_give_up(session.wish, reason), *_give_up(session.next_wish, reason))


_S = State
_WITH_LEG: Final = (_S.CALLING, _S.JOINING, _S.IN, _S.SWITCHING, _S.BETWEEN, _S.WITH_CALLER)
_Do = Callable[[Session, Any, int], Step]

_TABLE: Final[dict[tuple[State, type[Event]], _Do]] = {
    (_S.AWAITS_BROWSER, BrowserCame): _browser_came,
    (_S.AWAITS_BROWSER, Late): _browser_missing,
    (_S.AWAITS_BROWSER, Stop): _stop_without_leg,
    (_S.AWAITS_BROWSER, Wish): _wished_early,
    (_S.CALLING, Answered): _answered,
    (_S.CALLING, Unanswered): _unanswered,
    (_S.CALLING, SpyStarted): _heard,
    (_S.CALLING, Bridged): _with_caller,
    (_S.CALLING, LegGone): _gone_unanswered,
    (_S.CALLING, Refused): _not_sent,
    (_S.CALLING, Wish): _wished_early,
    (_S.JOINING, SpyStarted): _heard,
    (_S.JOINING, Bridged): _with_caller,
    (_S.JOINING, LegGone): _gone_unheard,
    (_S.JOINING, Wish): _wished_early,
    (_S.IN, Wish): _wished,
    (_S.IN, SpyStopped): _stopped,
    (_S.IN, LegGone): _gone,
    **{(state, SpyStarted): _strayed for state in (_S.IN, _S.BETWEEN, _S.LEAVING)},
    (_S.IN, Bridged): _bridged_by_hand,
    (_S.SWITCHING, SpyStarted): _switched,
    (_S.SWITCHING, Bridged): _took_over,
    (_S.SWITCHING, Refused): _switch_refused,
    (_S.SWITCHING, Wish): _wished_early,
    (_S.SWITCHING, LegGone): _gone,
    (_S.BETWEEN, AgentFound): _next_agent,
    (_S.BETWEEN, Late): _nobody_next,
    (_S.BETWEEN, LegGone): _gone,
    (_S.BETWEEN, Wish): _wished_early,
    (_S.WITH_CALLER, LegGone): _gone,
    (_S.LEAVING, LegGone): _gone,
    (_S.LEAVING, Late): _still_there,
    (_S.LEAVING, Refused): _gone_already,
    (_S.WAITING, Stop): _stop_without_leg,
    (_S.RESERVED, Wish): _wished_early,
    **{(state, Wish): _wished_late for state in (_S.WITH_CALLER, _S.LEAVING, _S.WAITING)},
    **{(state, Stop): _stop for state in _WITH_LEG},
    **{(state, Late): _not_confirmed for state in (_S.CALLING, _S.JOINING, _S.SWITCHING)},
    **{(state, Cut): _cut for state in State if state not in {_S.RESERVED, _S.OVER}},
}
