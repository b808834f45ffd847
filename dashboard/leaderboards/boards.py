"""The boards of leaderboards: what screens, pages and gateways find under `leaderboard:ID`. All make them here, so that all have the same.

Nobody's permission is asked here, as with published boards: a person is shown one only if it is about somebody whom they may see
(`Published.is_for`), and whom of it they see is the gateway's matter.
"""

from __future__ import annotations

from sqlalchemy import Engine

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.boards import LeaderboardShape, Title, leaderboard_board, leaderboard_of
from dashboard.leaderboards.current import CurrentLeaderboards, Known
from dashboard.leaderboards.shelf import Leaderboards
from dashboard.wallboards.published import Published


def published(known: Known) -> Published:
    """The board of one that is on; its revision is the version of the leaderboard."""
    document = known.document
    celebrations = document.celebrations
    shape = LeaderboardShape(
        title=document.title,
        is_between_teams=document.scheme.compares == "teams",
        has_teams=document.team_race,
        has_goals=bool(document.goals),
        theme=document.theme,
        lang=document.lang,
        rings=celebrations.sound != "none",
        quiet=celebrations.quiet,
    )
    return Published(leaderboard_board(known.id, shape), known.version, known.queues, known.teams)


class LeaderboardBoards:
    """Those of one site. Calls block on the database; may be shared by threads."""

    def __init__(self, engine: Engine, site: str, shelf: Leaderboards) -> None:
        self._current = CurrentLeaderboards(engine, site)
        self._shelf = shelf

    def find(self, board_id: str) -> Published | None:
        """The board of an id, as long as its leaderboard is on. Raises `AccessUnavailable` while the database is away."""
        leaderboard = leaderboard_of(board_id)
        found = self._current.known(leaderboard) if leaderboard else ()
        return published(found[0]) if found else None

    def titles(self, actor: Actor) -> dict[str, Title]:
        """Board id → title of those that the actor may put on a screen or into a board: which they may view. None for who may not view
        leaderboards."""
        if not actor.may(Permission.LEADERBOARDS_VIEW):
            return {}
        shown = self._shelf.shown(actor)
        return {f"leaderboard:{one.id}": one.readable.title for one in shown if one.readable is not None}
