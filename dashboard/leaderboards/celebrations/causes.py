"""When there is something to celebrate: how a leaderboard stands, held against how it stood. Pure.

Invariants: the same sequence of standings gives the same causes, wherever it was interrupted: what is kept between two looks (`Watched`)
is all that a successor needs, but for the time that somebody has led so far. A cause names the leaderboard, the period and its number or
goal, so that two who watch find the same ones. During quiet hours causes pass uncelebrated: they are not called later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from collectors.events import CelebrationKind
from dashboard.leaderboards.celebrations.outbox import Call
from dashboard.leaderboards.document import Celebrations, Goal
from dashboard.leaderboards.standings.periods import Bounds


@dataclass(frozen=True, slots=True)
class Seen:
    """How a leaderboard stands. `firsts`: by group, who has the first rank among those who are shown. `goals`: in the order of the
    document, whether each is reached; None: it has no value. `rules`: what makes the ranks: with other rules nobody has overtaken
    anybody. `is_quiet`: nothing is called now. `hidden`: who is not shown; who leaves like this was not overtaken."""

    leaderboard: str
    bounds: Bounds
    firsts: Mapping[str, tuple[str, ...]]
    goals: tuple[tuple[Goal, bool | None], ...] = ()
    are_teams: bool = False
    rules: object = None
    is_quiet: bool = False
    hidden: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Lead:
    """Of a group: who leads ("" for nobody yet), after how many changes; and who has led instead since when, not long enough yet."""

    leader: str = ""
    changes: int = 0
    challenger: str = ""
    since_ms: int = 0


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of a leaderboard's period from the looks before. `goals`: by what they are; False: was seen unreached; True: it was
    reached, and that is settled for the period."""

    from_ms: int
    leads: Mapping[str, Lead] = field(default_factory=dict)
    goals: Mapping[str, bool] = field(default_factory=dict)
    rules: object = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known now, and what is to be called."""

    watched: Watched
    calls: tuple[Call, ...] = ()


_NOBODY: Final = Lead()


def judge(before: Watched | None, seen: Seen, wanted: Celebrations, now_ms: int) -> Judged:
    """`before` None: nothing is known of it. Another period begins anew."""
    known = before if before is not None and before.from_ms == seen.bounds.from_ms else Watched(seen.bounds.from_ms)
    if known.rules is not None and known.rules != seen.rules:
        known = replace(known, leads={group: Lead(changes=one.changes) for group, one in known.leads.items()})
    calls: list[Call] = []
    leads = {
        group: _lead(known.leads.get(group, _NOBODY), seen, group, wanted, now_ms, calls)
        for group in {**known.leads, **seen.firsts}
    }
    goals = dict(known.goals)
    for goal, is_reached in seen.goals:
        _goal(goals, goal, is_reached, seen, wanted, calls)
    watched = Watched(seen.bounds.from_ms, leads, goals, seen.rules)
    return Judged(watched, () if seen.is_quiet else tuple(calls))


def finish(seen: Seen) -> Call | None:
    """That the period is over: whose it is, if one alone is first; None if nobody has a rank."""
    firsts = [one for group in sorted(seen.firsts) for one in seen.firsts[group]]
    if not firsts:
        return None
    whose = firsts[0] if len(firsts) == 1 else None
    return _call(f"finish:{seen.leaderboard}:{seen.bounds.from_ms}", "finish", seen, whose)


def goal_key(goal: Goal) -> str:
    """What makes it this goal and no other."""
    return f"{goal.metric}:{goal.of}:{goal.window or ''}:{goal.target:g}"


def _lead(before: Lead, seen: Seen, group: str, wanted: Celebrations, now_ms: int, calls: list[Call]) -> Lead:
    firsts = seen.firsts.get(group, ())
    alone = firsts[0] if len(firsts) == 1 else ""
    if before.leader in firsts or not alone:  # who shares the first place has not lost it
        return Lead(before.leader, before.changes)
    since_ms = before.since_ms if before.challenger == alone else now_ms
    if now_ms - since_ms < wanted.settled_s * 1000:
        return Lead(before.leader, before.changes, alone, since_ms)
    changes = before.changes + 1
    if before.leader and before.leader not in seen.hidden and wanted.leader:
        cause = f"leader:{seen.leaderboard}:{seen.bounds.from_ms}:{group}:{changes}"
        calls.append(_call(cause, "leader", seen, alone))
    return Lead(alone, changes)


def _goal(
    goals: dict[str, bool],
    goal: Goal,
    is_reached: bool | None,  # noqa: FBT001 — what the number says now
    seen: Seen,
    wanted: Celebrations,
    calls: list[Call],
) -> None:
    key = goal_key(goal)
    if is_reached is None or goals.get(key):
        return
    if not is_reached:
        goals[key] = False
        return
    if key not in goals:  # reached with the first call: nobody has seen it fall
        return
    goals[key] = True
    if wanted.goals:
        cause = f"goal:{seen.leaderboard}:{seen.bounds.from_ms}:{key}"
        calls.append(Call(cause, seen.leaderboard, "goal", what=goal.metric))


def _call(cause: str, kind: CelebrationKind, seen: Seen, whose: str | None) -> Call:
    agent, team = (None, whose) if seen.are_teams else (whose, None)
    return Call(cause, seen.leaderboard, kind, agent, team)
