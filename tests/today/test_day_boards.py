"""Whom the gateway shows a day and a single queue's page, and what no name opens."""

from __future__ import annotations

import pytest

from dashboard.access.actor import Actor, Grant
from dashboard.access.permissions import Permission, Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.boards import SHIPPED, queue_board, queue_of
from dashboard.boards.pages_of_people import FORMULAS
from dashboard.live.boards_known import BoardsKnown
from dashboard.live.visitor import Visitor, need_of


def _person(role: Role, scope: Scope = EVERYTHING) -> Actor:
    return Actor("person", "p", "P", (Grant.of(role, scope),), account_id="p")


def test_a_queues_board_is_of_that_queue_alone_and_counts_by_every_formula() -> None:
    board = queue_board("sales/1")
    assert (board.id, board.queues, queue_of(board.id)) == ("queue:sales/1", ("sales/1",), "sales/1")
    assert {tile.id for tile in board.tiles} >= {f"sl_{formula}" for formula in FORMULAS}
    assert len(FORMULAS) == 5
    assert queue_of("today") is None


@pytest.mark.parametrize("board", ["today", "queue:sales"])
def test_only_who_reads_reports_sees_a_day(board: str) -> None:
    assert need_of(board) is Permission.REPORTS_VIEW
    seeing = {role for role in Role if Visitor(_person(role)).viewer(board) is not None}
    assert seeing == {Role.MANAGER, Role.SUPERVISOR, Role.QUALITY, Role.ANALYST}


def test_a_queues_board_is_for_who_sees_the_queue() -> None:
    found = BoardsKnown(SHIPPED).find("queue:sales")
    assert found is not None
    assert found.is_for(EVERYTHING)
    assert found.is_for(Scope(frozenset({"sales"})))
    assert not found.is_for(Scope(frozenset({"billing"})))
    assert not found.is_for(Scope(frozenset(), frozenset({"team1"})))
