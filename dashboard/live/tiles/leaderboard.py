"""Tiles of a leaderboard: how it stands, as one viewer may be told of it.

Everybody on it is shown to everybody who may see the leaderboard, but names are told only of whom the viewer may see: of all others there
is a rank and a score, and neither name nor picture, team or group, nor what the score is made of. Of a leaderboard about nobody whom the
viewer may see there is nothing.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from dashboard.boards.document import (
    BestsTile,
    CelebrationTile,
    GoalsTile,
    LeaderboardHeadTile,
    TeamRaceTile,
)
from dashboard.live.leaderboard_shown import News, Place, Shown, Smile
from dashboard.live.reach import Aim
from dashboard.live.sight import Sight
from dashboard.live.values import (
    Best,
    BestsValue,
    CelebrationValue,
    GoalLine,
    LeaderboardValue,
    Rows,
    StandingLine,
    TeamLine,
)

NOTHING: Final = LeaderboardValue("day", "to_come", 0, 0, 0, 0, loading=True)
"""Of a leaderboard that is not there, or is not known yet."""


def leaderboard_head(sight: Sight, _aim: Aim, tile: LeaderboardHeadTile) -> LeaderboardValue:
    """Period, state, how many."""
    shown = _shown(sight, tile.leaderboard)
    if shown is None:
        return NOTHING
    head = shown.head
    if not head.groups:
        return head
    return replace(head, groups=[_group(sight, tile.leaderboard, group) for group in head.groups])


def places(sight: Sight, _aim: Aim, tile: Any) -> Rows[StandingLine]:
    """The first ones, group by group. For podium, ranking and top list alike: screens leave out what stands beside."""
    shown = _shown(sight, tile.leaderboard)
    most = getattr(tile, "rows", 0)
    among = shown.places if shown is not None else ()
    return Rows(_told(sight, tile.leaderboard, place) for place in (among[:most] if most else among))


def team_race(sight: Sight, _aim: Aim, tile: TeamRaceTile) -> Rows[TeamLine]:
    """Teams in their order; another one's name is not told by its id either."""
    shown = _shown(sight, tile.leaderboard)
    teams = shown.teams if shown is not None else ()
    return Rows(
        line
        if _may_name_team(sight, line.id)
        else replace(line, id=sight.leaderboards.row_id(tile.leaderboard, line.id))
        for line in teams
    )


def bests(sight: Sight, _aim: Aim, tile: BestsTile) -> BestsValue:
    """Only of whom the viewer may see: without a name there is nothing to smile about."""
    shown = _shown(sight, tile.leaderboard)
    return BestsValue(_bests(sight, shown.smiles) if shown is not None else [])


def goals(sight: Sight, _aim: Aim, tile: GoalsTile) -> Rows[GoalLine]:
    """How far all are."""
    shown = _shown(sight, tile.leaderboard)
    return Rows(shown.goals if shown is not None else ())


def celebration(sight: Sight, _aim: Aim, tile: CelebrationTile) -> CelebrationValue | None:
    """The newest good news."""
    shown = _shown(sight, tile.leaderboard)
    return _news(sight, shown.news) if shown is not None and shown.news is not None else None


def _shown(sight: Sight, leaderboard: str) -> Shown | None:
    if not leaderboard or not sight.shows_leaderboard(leaderboard):
        return None
    return sight.leaderboards.shown(leaderboard)


def _told(sight: Sight, leaderboard: str, place: Place) -> StandingLine:
    line = place.line
    if sight.scope.is_everything:
        return line
    group = _group(sight, leaderboard, line.group)
    if sight.sees_agent(place.agent):
        team = sight.team_shown(place.agent) if line.team else ""
        return line if (team, group) == (line.team, line.group) else replace(line, team=team, group=group)
    return replace(line, name="", avatar="", tint=0, parts=[], badges=[], streak=0, team="", group=group)


def _group(sight: Sight, leaderboard: str, group: str) -> str:
    """A team or queue that the viewer may not know is another word on each leaderboard."""
    running = sight.leaderboards.running(leaderboard)
    by = running.known.document.scheme.groups if running is not None else "none"
    if not group or by not in {"team", "queue"} or sight.scope.is_everything:
        return group
    known = sight.named_teams() if by == "team" else sight.named_queues()
    return group if known is None or group in known else sight.leaderboards.row_id(leaderboard, f"group {group}")


def _may_name_team(sight: Sight, team: str) -> bool:
    known = sight.named_teams()
    return known is None or team in known


def _bests(sight: Sight, smiles: tuple[Smile, ...]) -> list[Best]:
    return [smile.best for smile in smiles if sight.sees_agent(smile.agent)]


def _news(sight: Sight, news: News) -> CelebrationValue:
    if news.agent is not None and sight.sees_agent(news.agent):
        return news.value
    return replace(news.value, name="", avatar="", tint=0)
