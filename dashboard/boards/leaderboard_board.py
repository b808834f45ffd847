"""The board of a single leaderboard: a wall that nobody designs. What stands on it follows from what the leaderboard has.

Pages and gateways make it of the same shape, so that both have the same tiles; another shape comes with another version of the
leaderboard's document, and a page that shows an older one loads itself anew.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from dashboard.boards.document import (
    BestsTile,
    Board,
    CelebrationTile,
    GoalsTile,
    Hours,
    Lang,
    LeaderboardHeadTile,
    Page,
    Part,
    Place,
    PodiumTile,
    RankingTile,
    Sounds,
    TeamRaceTile,
    Theme,
    Tile,
    Title,
)

LEADERBOARD: Final = "leaderboard:"
"""Before the id of a leaderboard: its own board."""


class LeaderboardShape(Part, frozen=True):
    """What decides how a leaderboard's board looks. `is_between_teams`: teams are what is compared. `has_teams`: a race of teams beside the
    people. `rings`: celebrations have a sound, but for `quiet`."""

    title: Title
    is_between_teams: bool = False
    has_teams: bool = True
    has_goals: bool = False
    theme: Theme | None = None
    lang: Lang | None = None
    rings: bool = False
    quiet: tuple[Hours, ...] = ()


def leaderboard_of(board_id: str) -> str | None:
    """The leaderboard whose own board is asked for; None where none is."""
    return board_id.removeprefix(LEADERBOARD) if board_id.startswith(LEADERBOARD) else None


@lru_cache(maxsize=1_024)
def leaderboard_board(leaderboard_id: str, shape: LeaderboardShape) -> Board:
    """The wall of one leaderboard."""
    return Board(
        id=f"{LEADERBOARD}{leaderboard_id}",
        title=shape.title,
        pages=(
            Page(
                _between_teams(leaderboard_id, shape) if shape.is_between_teams else _of_people(leaderboard_id, shape)
            ),
        ),
        theme=shape.theme,
        lang=shape.lang,
        sounds=Sounds(on=shape.rings, quiet=shape.quiet),
    )


def _of_people(one: str, shape: LeaderboardShape) -> tuple[Tile, ...]:
    """Podium and ranks; below them the teams and what makes people smile, then goals and good news."""
    low = 14 if shape.has_goals else 16
    high = 21 if shape.has_goals else 24
    wide, tall = (5 if shape.has_teams else 0), (7 if shape.has_teams else 0)
    found: list[Tile] = [
        LeaderboardHeadTile(id="head", leaderboard=one, at=Place(0, 0, 24, 3), portrait=Place(0, 0, 12, 4)),
        PodiumTile(id="podium", leaderboard=one, at=Place(0, 3, 10, low - 3), portrait=Place(0, 4, 12, 11)),
        RankingTile(
            id="ranking", leaderboard=one, is_beside_podium=True, at=Place(10, 3, 14, 18), portrait=Place(0, 15, 12, 17)
        ),
        BestsTile(
            id="bests",
            leaderboard=one,
            at=Place(wide, low, 10 - wide, high - low),
            portrait=Place(tall, 32, 12 - tall, 8),
        ),
    ]
    if shape.has_teams:
        found.append(
            TeamRaceTile(id="team_race", leaderboard=one, at=Place(0, low, 5, high - low), portrait=Place(0, 32, 7, 8))
        )
    return (*found, *_last_line(one, shape, from_column=10))


def _between_teams(one: str, shape: LeaderboardShape) -> tuple[Tile, ...]:
    """The race in large, the people who run it beside."""
    low, high = (14, 21) if shape.has_goals else (17, 24)
    return (
        LeaderboardHeadTile(id="head", leaderboard=one, at=Place(0, 0, 24, 3), portrait=Place(0, 0, 12, 4)),
        TeamRaceTile(id="team_race", leaderboard=one, at=Place(0, 3, 13, low - 3), portrait=Place(0, 4, 12, 12)),
        RankingTile(id="ranking", leaderboard=one, at=Place(13, 3, 11, 18), portrait=Place(0, 16, 12, 17)),
        BestsTile(id="bests", leaderboard=one, at=Place(0, low, 13, high - low), portrait=Place(0, 33, 12, 7)),
        *_last_line(one, shape, from_column=13),
    )


def _last_line(one: str, shape: LeaderboardShape, *, from_column: int) -> tuple[Tile, ...]:
    """Good news, beside the goals where there are any, else below the ranks."""
    if not shape.has_goals:
        at, portrait = Place(from_column, 21, 24 - from_column, 3), Place(0, 40, 12, 4)
        return (CelebrationTile(id="celebration", leaderboard=one, at=at, portrait=portrait),)
    return (
        GoalsTile(id="goals", leaderboard=one, at=Place(0, 21, 15, 3), portrait=Place(0, 40, 7, 4)),
        CelebrationTile(id="celebration", leaderboard=one, at=Place(15, 21, 9, 3), portrait=Place(7, 40, 5, 4)),
    )
