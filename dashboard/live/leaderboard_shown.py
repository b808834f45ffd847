"""What may be seen of one leaderboard, before it is known who looks: the first ones, teams, goals, reasons to smile, good news.

Who does not want to be shown is left out here, and nobody's last place is ever in it. What one viewer may know of it is the tiles'
matter. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Literal

from dashboard.floor.scoring.standing import Standing
from dashboard.floor.state import Celebration, Floor
from dashboard.leaderboards.celebrations.badges import NOTHING, Won
from dashboard.leaderboards.current import Current
from dashboard.leaderboards.people.appearing import Appearing, of_agent
from dashboard.leaderboards.standings.running import Running
from dashboard.live.values import (
    Best,
    CelebrationValue,
    GoalLine,
    LeaderboardValue,
    ScorePart,
    StandingLine,
    TeamLine,
)

HOUR_MS: Final = 3_600_000
Kind = Literal["climber", "streak", "badge"]
FEW: Final = 3
"""Of fewer than so many a mean says what each one did, to who knows of the others."""
LONG_STREAK: Final = 3
"""Days on end that are worth telling, on every tile: the same as in `assets/js/parts/leaderboards.js`."""


@dataclass(frozen=True, slots=True)
class Place:
    """One line, and whose it is. Team and group are their real ids."""

    agent: str
    line: StandingLine


@dataclass(frozen=True, slots=True)
class Smile:
    """A reason to smile, and whose it is."""

    agent: str
    best: Best


@dataclass(frozen=True, slots=True)
class News:
    """What there is to celebrate. `agent`, `team`: whose it is, as far as it is anybody's."""

    agent: str | None
    team: str | None
    value: CelebrationValue


@dataclass(frozen=True, slots=True)
class Shown:
    """One leaderboard as it stands."""

    head: LeaderboardValue
    places: tuple[Place, ...] = ()
    teams: tuple[TeamLine, ...] = ()
    goals: tuple[GoalLine, ...] = ()
    smiles: tuple[Smile, ...] = ()
    news: News | None = None


class Eyes:
    """How people appear, and the opaque ids of their rows. `hidden`: whom nobody is shown; while it is not known how people appear:
    everybody."""

    def __init__(self, floor: Floor, current: Current, secret: bytes) -> None:
        self.floor = floor
        self.current = current
        self.is_known = current.appearing is not None
        self.appearing = current.appearing or {}
        self.hidden = frozenset(agent for agent, one in self.appearing.items() if not one.is_shown)
        self._secret = secret

    def of(self, agent: str) -> Appearing:
        """How somebody appears."""
        return of_agent(self.appearing, agent, self.floor.agent_name(agent))

    def row_id(self, leaderboard: str, of: str) -> str:
        """An id that says nothing of whose it is, another one on each leaderboard."""
        return blake2b(f"{leaderboard}\n{of}".encode(), key=self._secret, digest_size=9).hexdigest()


def head_of(running: Running, ranked: int, top: int, groups: list[str], *, is_loading: bool) -> LeaderboardValue:
    """What stands above it."""
    numbers = running.numbers
    bounds = running.counted or running.bounds
    return LeaderboardValue(
        period=running.known.document.period.kind,
        state=running.state,
        from_ms=bounds.from_ms,
        to_ms=bounds.to_ms,
        ranked=ranked,
        top=top,
        groups=groups,
        gap_s=numbers.gap_s() if numbers is not None else 0,
        window_s=round(numbers.window_s()) if numbers is not None and numbers.gap_s() else 0,
        loading=is_loading,
    )


def first_ones(running: Running, eyes: Eyes) -> tuple[tuple[str, int], ...]:
    """Who may be shown, and their ranks, group by group."""
    if not eyes.is_known:
        return ()
    ranks, top = running.ranks, running.known.document.top
    return tuple(one for group in ranks.groups() for one in ranks.first(top, group, eyes.hidden))


def places(
    running: Running, eyes: Eyes, first: Iterable[tuple[str, int]], moves: Mapping[str, int], kept: Mapping[str, Place]
) -> Iterator[Place]:
    """Their lines. `moves`: ranks of an hour ago; `kept`: lines that hold still but for the rank, by agent."""
    known = running.known
    honours = eyes.current.honours.get(known.id, {})
    for agent, rank in first:
        was = kept.get(agent)
        if was is not None and was.line.rank == rank:
            yield was
            continue
        standing = running.ranks.standing(agent, eyes.hidden)
        if standing is not None:
            won = honours[agent].won if agent in honours else NOTHING
            yield Place(agent, _line(known.id, standing, eyes, moves, won))


def _line(leaderboard: str, standing: Standing, eyes: Eyes, moves: Mapping[str, int], won: Won) -> StandingLine:
    appearing = eyes.of(standing.id)
    was = moves.get(standing.id)
    return StandingLine(
        id=eyes.row_id(leaderboard, standing.id),
        rank=standing.rank,
        move=was - standing.rank if was else None,
        name=appearing.name,
        avatar=appearing.avatar,
        tint=appearing.tint,
        score=standing.score,
        parts=[ScorePart(part.metric, part.points, part.most, part.value) for part in standing.parts],
        badges=list(won.badges),
        streak=won.streak,
        team=standing.team,
        group=standing.group,
    )


def moves_of(current: Current, leaderboard: str, from_ms: int, now_ms: int) -> Mapping[str, int]:
    """The ranks of an hour ago; in a period's first hour the first that were noted."""
    hours = current.hours.get((leaderboard, from_ms), ())
    old = [hour for hour in hours if now_ms - hour.at_ms >= HOUR_MS]
    return old[-1].ranks if old else hours[0].ranks if hours else {}


def teams(running: Running, eyes: Eyes) -> tuple[TeamLine, ...]:
    """The race, where there is one. A mean of so few that it tells what somebody did who does not want to be shown is not in it, nor is a
    team of one who is last; ranks are given among the others."""
    document = running.known.document
    if not eyes.is_known or (not document.team_race and document.scheme.compares != "teams"):
        return ()
    every, dids = running.ranks.teams(), (running.ranks.did(agent) for agent in eyes.hidden)
    discreet = {did.team for did in dids if did is not None}
    last = max((one.rank for one in every), default=0)
    told = [
        one
        for one in every
        if not (one.id in discreet and one.of < FEW) and not (one.of == 1 and one.rank == last and last > 1)
    ]
    scores = [one.score for one in told]
    return tuple(TeamLine(one.id, scores.index(one.score) + 1, one.score, one.of) for one in told)


def goals(running: Running) -> tuple[GoalLine, ...]:
    """In the document's order."""
    return tuple(
        GoalLine(f"{place}-{one.goal.metric}", one.goal.metric, one.value, one.goal.target, one.is_reached)
        for place, one in enumerate(running.goals)
    )


def smiles(running: Running, eyes: Eyes, moves: Mapping[str, int]) -> tuple[Smile, ...]:
    """Who won most places, whose streak is longest, who won a badge last; whom nobody is shown has none of them."""
    if not eyes.is_known:
        return ()
    return tuple(one for one in (_climber(running, eyes, moves), *_honoured(running, eyes)) if one is not None)


def _climber(running: Running, eyes: Eyes, moves: Mapping[str, int]) -> Smile | None:
    best, most = "", 0
    if moves:
        for group in running.ranks.groups():
            for agent, rank in running.ranks.places(group, eyes.hidden):
                won = moves.get(agent, 0) - rank
                if won > most:
                    best, most = agent, won
    return _smile(eyes, best, "climber", most) if best else None


def _honoured(running: Running, eyes: Eyes) -> Iterator[Smile | None]:
    honours = eyes.current.honours.get(running.known.id, {})
    shown = sorted(agent for agent in honours if agent not in eyes.hidden)
    longest = max(shown, key=lambda agent: honours[agent].won.streak, default="")
    if longest and honours[longest].won.streak >= LONG_STREAK:
        yield _smile(eyes, longest, "streak", honours[longest].won.streak)
    newest = max(
        (agent for agent in shown if honours[agent].won.badges), key=lambda agent: honours[agent].at_ms, default=""
    )
    if newest:
        yield _smile(eyes, newest, "badge", 0, honours[newest].won.badges[-1])


def _smile(eyes: Eyes, agent: str, kind: Kind, v: int, badge: str = "") -> Smile:
    appearing = eyes.of(agent)
    return Smile(agent, Best(kind, appearing.name, appearing.avatar, appearing.tint, v, badge))


def news(running: Running, eyes: Eyes, called: Mapping[str, Celebration]) -> News | None:
    """The newest of its celebrations; whoever is not shown is not named in it."""
    mine = [one for one in called.values() if one.told.leaderboard == running.known.id]
    if not mine:
        return None
    newest = max(enumerate(mine), key=lambda one: (one[1].at_ms, one[0]))[1]
    told = newest.told
    is_named = told.agent is not None and eyes.is_known and told.agent not in eyes.hidden
    appearing = eyes.of(told.agent) if is_named and told.agent is not None else Appearing("")
    order = sum(1 for one in mine if (one.at_ms, one.told.kind) == (newest.at_ms, told.kind))
    return News(
        told.agent if is_named else None,
        told.team,
        CelebrationValue(
            id=f"{newest.at_ms}-{told.kind}-{order}",
            kind=told.kind,
            at=newest.at_ms,
            name=appearing.name,
            avatar=appearing.avatar,
            tint=appearing.tint,
            what=told.what,
            sound=running.known.document.celebrations.sound,
        ),
    )
