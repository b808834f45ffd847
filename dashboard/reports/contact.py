"""One contact's whole path: its visits with every offer, who talked how long, where it was passed on, who hung up, and when else the
same number was here.

What lies outside the actor's scope is not there: visits to other queues, and where a caller was passed on to. A contact of which nothing
is in sight is refused as it is elsewhere, so that nobody can guess what there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from sqlalchemy import Row, and_, or_, select

from dashboard.access.actor import Actor, Denied
from dashboard.access.masking import masked, masked_in
from dashboard.access.permissions import Permission
from dashboard.access.revealing import Found, NotRevealed
from dashboard.refusal import NotThere
from dashboard.reports.calls import NEED, CallLine, line_of_own_call, line_of_visit
from dashboard.reports.calls_conditions import LONGEST_VISIT_MS
from dashboard.reports.calls_question import MOST_OF_KEY, contact_key
from dashboard.reports.names import Names
from dashboard.reports.period import Calendar
from dashboard.reports.room import Look, Room
from dashboard.store.coverage import lacking
from dashboard.store.schema import offers, own_calls, visits

MOST_OTHERS: Final = 20

StepKind = Literal[
    "joined", "rang", "answered", "abandoned", "left", "waiting", "handled", "transferred", "ended", "wrapped_up",
    "dialled", "called", "connected", "talking",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PathStep:
    """Something that happened. `until_ms`: for what lasted; None where it is a moment, or nobody knows its end. `word`: what came of it
    (an offer's outcome, why a visit was left, who ended, how it was passed on). `target`: where it was passed on to."""

    kind: StepKind
    at_ms: int
    until_ms: int | None = None
    queue: str = ""
    agent: str = ""
    word: str = ""
    target: str = ""
    talk_s: int | None = None
    hold_s: int | None = None
    wait_s: int | None = None
    visit: int = 0


@dataclass(frozen=True, slots=True)
class Contact:
    """`number`: masked. `is_kept`: the whole number is here for who may have it. `is_going_on`: not over yet. `others`: of the same
    number, the newest first; `has_more`: than are shown."""

    key: str
    switch: str
    number: str
    caller_name: str
    is_kept: bool
    is_repeat: bool
    began_ms: int
    ended_ms: int | None
    is_going_on: bool
    is_own_call: bool
    steps: tuple[PathStep, ...]
    queues: tuple[str, ...]
    agents: tuple[str, ...]
    others: tuple[CallLine, ...]
    has_more: bool
    is_revised: bool
    coverages: tuple[str, ...]
    names: Names
    calendar: Calendar


class Contacts:
    """The contacts of one site, one by one."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def get(self, actor: Actor, key: str) -> Contact:
        """Raises `Denied` for one out of sight, `NotThere` for none (to who sees everything)."""
        with self._room.looking(actor, NEED) as look:
            rows, own = _in_sight(look, key)
            if not rows and not own:
                raise _missing(look, key)
            others, has_more = _others(look, rows, own)
            return _contact(look, key, rows, own, others, has_more=has_more)

    def number(self, actor: Actor, key: str, shown: str) -> Found:
        """The whole number of a contact, for who may have numbers revealed where it was. `shown`: as the page showed it. Raises
        `NotRevealed`."""
        if actor.kind != "person" or not actor.may(Permission.NUMBERS_REVEAL) or not actor.may(NEED):
            raise NotRevealed("denied", is_denied=True, target=key)
        with self._room.looking(actor, NEED) as look:
            rows, own = _in_sight(look, key)
        with self._room.looking(actor, Permission.NUMBERS_REVEAL) as look:
            mine, my_own = _in_sight(look, key)
        if not rows and not own:
            raise NotRevealed("gone", is_denied=True, target=key)
        both = [row for row in mine if row in rows] + [row for row in my_own if row in own]
        kept = next((row.number for row in both if row.number), None)
        if not both:
            raise NotRevealed("denied", is_denied=True, target=key)
        if kept is None or masked(kept) != shown:
            raise NotRevealed("gone")
        return Found(key, kept)


# -- rows ---------------------------------------------------------------------------------------------------------------


def _parts(key: str) -> tuple[str, str, str]:
    switch, boot, call = key.split("/", 2) if key.count("/") >= 2 and len(key) <= MOST_OF_KEY else ("", "", "")
    return switch, boot, call


def _is_it(columns: Any, look: Look, key: str) -> Any:
    switch, boot, call = _parts(key)
    return and_(columns.site == look.site, columns.switch == switch, columns.boot == boot, columns.call == call)


def _in_sight(look: Look, key: str) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
    """Its visits, and its calls outside any queue."""
    v, own = visits.c, own_calls.c
    of_queues = select(visits).where(_is_it(v, look, key), look.reach.of_queue(v.queue)).order_by(v.visit)
    of_agents = select(own_calls).where(_is_it(own, look, key), look.reach.of_agent_at(own.agent, own.ended_ms))
    return look.connection.execute(of_queues).all(), look.connection.execute(of_agents.order_by(own.id)).all()


def _missing(look: Look, key: str) -> Denied | NotThere:
    if look.reach.is_everything:
        return NotThere("calls.refused.unknown_contact")
    return Denied(NEED, f"call {key[:150]}")


def _offers(look: Look, key: str) -> Sequence[Row[Any]]:
    o = offers.c
    return look.connection.execute(
        select(offers).where(_is_it(o, look, key), look.reach.of_queue(o.queue)).order_by(o.ended_ms, o.id)
    ).all()


def _others(look: Look, rows: Sequence[Row[Any]], own: Sequence[Row[Any]]) -> tuple[tuple[CallLine, ...], bool]:
    """Of the same number, as far as they are in sight."""
    number = next((row.number_hash for row in (*rows, *own) if row.number_hash), None)
    if number is None:
        return (), False
    first = (*rows, *own)[0]
    found: list[CallLine] = []
    for table, sight, moment, line in (
        (visits, look.reach.of_queue(visits.c.queue), visits.c.at_ms, line_of_visit),
        (
            own_calls,
            look.reach.of_agent_at(own_calls.c.agent, own_calls.c.ended_ms),
            own_calls.c.ended_ms,
            line_of_own_call,
        ),
    ):
        c = table.c
        is_another = or_(c.switch != first.switch, c.boot != first.boot, c.call != first.call)
        query = select(table).where(c.site == look.site, c.number_hash == number, is_another, sight)
        newest = look.connection.execute(query.order_by(moment.desc()).limit(MOST_OTHERS + 1))
        found += [line(row, "") for row in newest]
    found.sort(key=lambda line: line.at_ms, reverse=True)
    return tuple(found[:MOST_OTHERS]), len(found) > MOST_OTHERS


# -- the path -----------------------------------------------------------------------------------------------------------


def _contact(
    look: Look,
    key: str,
    rows: Sequence[Row[Any]],
    own: Sequence[Row[Any]],
    others: tuple[CallLine, ...],
    *,
    has_more: bool,
) -> Contact:
    rung = _offers(look, key) if rows else ()
    every = (*rows, *own)
    steps = [replace(step, visit=row.visit) for row in rows for step in path_of_visit(row, look.reach.has_queue)]
    steps += [replace(_rang(row), visit=row.visit) for row in rung]
    steps += [step for row in own for step in _own_path(row)]
    ends = [step.until_ms or step.at_ms for step in steps]
    is_going_on = any(_is_going_on(row, look.now_ms) for row in rows)
    return Contact(
        key=contact_key(every[0].switch, every[0].boot, every[0].call),
        switch=every[0].switch,
        number=next((row.number_masked for row in every if row.number_masked), ""),
        caller_name=next((row.caller_name for row in rows if row.caller_name), ""),
        is_kept=any(row.number for row in every),
        is_repeat=any(row.is_repeat for row in rows),
        began_ms=min(step.at_ms for step in steps),
        ended_ms=None if is_going_on else max(ends),
        is_going_on=is_going_on,
        is_own_call=not rows,
        steps=tuple(sorted(steps, key=lambda step: (step.at_ms, step.visit, _ORDER[step.kind]))),
        queues=tuple(dict.fromkeys(row.queue for row in rows)),
        agents=tuple(dict.fromkeys(row.agent for row in every if row.agent)),
        others=others,
        has_more=has_more,
        is_revised=any(row.revised_at_ms is not None for row in (*every, *rung)),
        coverages=tuple(dict.fromkeys(row.coverage for row in every if row.coverage != "live")),
        names=look.names,
        calendar=look.calendar,
    )


_ORDER: Final[dict[str, int]] = {
    kind: place
    for place, kind in enumerate(
        ("joined", "dialled", "called", "rang", "waiting", "answered", "connected", "handled", "talking", "abandoned", "left",
         "transferred", "ended", "wrapped_up")
    )
}  # fmt: skip
"""How steps of one moment follow each other."""


def path_of_visit(row: Row[Any], has_queue: Any) -> list[PathStep]:
    """A visit's own steps, without its offers. `has_queue`: whether a queue's name may be read."""
    steps = [PathStep("joined", row.at_ms, queue=row.queue)]
    left_ms = row.answered_ms or (row.at_ms + row.wait_s * 1000 if row.wait_s is not None else None)
    if row.outcome == "answered":
        steps += _handled(row, left_ms or row.at_ms, has_queue)
    elif row.outcome == "waiting":
        steps.append(PathStep("waiting", row.at_ms, queue=row.queue))
    else:
        steps.append(
            PathStep(
                "abandoned" if row.outcome == "abandoned" else "left",
                left_ms or row.at_ms,
                queue=row.queue,
                word=_how_abandoned(row) if row.outcome == "abandoned" else row.reason or "unknown",
                wait_s=row.wait_s,
            )
        )
    return steps


def _how_abandoned(row: Row[Any]) -> str:
    """Ringing or queued; "" where nobody could tell."""
    if "rang_at_end" in lacking(row.coverage, visits):
        return ""
    return "ringing" if row.rang_at_end else "queued"


def _handled(row: Row[Any], answered_ms: int, has_queue: Any) -> list[PathStep]:
    agent, queue = row.agent or "", row.queue
    steps = [
        PathStep("answered", answered_ms, queue=queue, agent=agent, wait_s=row.wait_s),
        PathStep("handled", answered_ms, row.ended_ms, queue, agent, talk_s=row.talk_s, hold_s=row.hold_s),
    ]
    if row.ended_ms is None:
        return steps
    if row.transfer_kind:
        steps.append(
            PathStep("transferred", row.ended_ms, agent=agent, word=row.transfer_kind, target=_target(row, has_queue))
        )
    if row.ended_by not in {None, "", "transfer"}:
        steps.append(PathStep("ended", row.ended_ms, agent=agent, word=row.ended_by))
    if row.wrap_ms:
        steps.append(PathStep("wrapped_up", row.ended_ms, row.ended_ms + row.wrap_ms, queue, agent))
    return steps


def _target(row: Row[Any], has_queue: Any) -> str:
    """Where a caller was passed on to: a queue in sight, or what was dialled, without anybody's whole number."""
    if row.transfer_queue:
        return row.transfer_queue if has_queue(row.transfer_queue) else ""
    return masked_in(row.transfer_target or "", is_prose=True)


def _rang(row: Row[Any]) -> PathStep:
    began_ms = row.started_ms
    if began_ms is None and row.ring_s is not None:
        began_ms = row.ended_ms - row.ring_s * 1000
    return PathStep(
        "rang",
        row.ended_ms if began_ms is None else began_ms,
        row.ended_ms,
        row.queue,
        row.agent,
        row.outcome,
        wait_s=row.ring_s,
    )


def _own_path(row: Row[Any]) -> list[PathStep]:
    steps = [PathStep("called" if row.kind == "inbound" else "dialled", row.started_ms, agent=row.agent, word=row.kind)]
    if row.connected_ms is not None:
        steps.append(PathStep("connected", row.connected_ms, agent=row.agent))
        steps.append(PathStep("talking", row.connected_ms, row.ended_ms, agent=row.agent, talk_s=row.talk_s))
    steps.append(PathStep("ended", row.ended_ms, agent=row.agent, word=row.ended_by or "unknown"))
    return steps


def _is_going_on(row: Row[Any], now_ms: int) -> bool:
    is_open = row.outcome == "waiting" or (row.outcome == "answered" and row.ended_ms is None)
    return is_open and row.at_ms > now_ms - LONGEST_VISIT_MS
