"""Every role before every wall of the pages, in a wide and in a narrow scope: the matrix says who sees which board."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dashboard.access.actor import system
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.boards import WALLS
from dashboard.boards.document import Title
from tests.access_pages.site import PageSite
from tests.security.matrix import BOARD_EDITORS, BOARDS, FLOOR, STORED, TEMPLATES
from tests.security.test_board_holes import wall

HERE = system("tests")
OURS, THEIRS = Scope(frozenset({"sales"}), frozenset({"sales-team"})), Scope(frozenset({"support"}))
NARROW = OURS
OF_THE_WHOLE_SYSTEM = frozenset({Role.ADMIN, Role.AUDITOR})
SCOPES: Mapping[str, Scope] = {"ours": OURS, "theirs": THEIRS, "of-all": EVERYTHING, "drafted": OURS}
NOT_THERE = '"data-widget":"no_board"'


@pytest.fixture(scope="module", autouse=True)
def _boards(site: PageSite) -> None:
    site.services.directory.teams.add(HERE, {"id": "sales-team", "name_en": "Sales"})
    for board_id, scope in SCOPES.items():
        site.services.library.make(HERE, "number", board_id, Title(en=f"Title of {board_id}"), scope)
        if board_id != "drafted":
            site.services.library.publish(HERE, board_id, 1)


def test_the_matrix_knows_every_template() -> None:
    assert set(TEMPLATES) == set(WALLS)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("scope", [EVERYTHING, NARROW], ids=["everything", "narrow"])
def test_a_role_sees_the_walls_that_the_matrix_says(site: PageSite, role: Role, scope: Scope) -> None:
    if scope is NARROW and role in OF_THE_WHOLE_SYSTEM:
        pytest.skip("this role cannot be limited: accounts refuse it (tests/access/test_accounts.py)")
    client = site.client(role, scope)
    expected = {board: BOARDS[board] for board in TEMPLATES} | {b: seen[scope is NARROW] for b, seen in STORED.items()}
    for board, roles in expected.items():
        status, answer = wall(client, f"?board={board}")
        assert status == (200 if role in FLOOR else 403), (role, board)
        is_there = status == 200 and NOT_THERE not in answer
        assert is_there == (role in roles), (role, board)
        if board in STORED:
            assert (f"Title of {board.removeprefix('draft:')}" in answer) == is_there, (role, board)


@pytest.mark.parametrize("role", sorted(BOARD_EDITORS))
def test_who_edits_boards_edits_those_of_their_scope_alone(site: PageSite, role: str) -> None:
    for scope in (EVERYTHING, NARROW):
        if scope is NARROW and Role(role) in OF_THE_WHOLE_SYSTEM:
            continue
        client = site.client(role, scope)
        for board_id in (*SCOPES, "none", *TEMPLATES):
            mine = board_id in SCOPES and (scope is EVERYTHING or SCOPES[board_id] is OURS)
            for page in ("", "/draft", "/history", "/remove"):
                expected = 200 if mine else 404 if scope is EVERYTHING else 403
                assert client.get(f"/admin/boards/{board_id}{page}").status_code == expected, (board_id, page)
