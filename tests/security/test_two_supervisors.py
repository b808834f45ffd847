"""Two supervisors at once, of sales and of support: each sees their own queues, agents and callers, in the page, in the bytes of the
frames and by the API, whichever gateway and whichever worker of the pages answers.

On the floor: an agent of each, an agent who serves both queues and belongs to a third team, and a caller who is passed on from
sales to support.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocket
from websockets import Origin
from websockets.sync.client import connect

from collectors import events as e
from dashboard.access.cookies import cookie_name
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.boards.document import (
    AgentStatesTile,
    AgentsTile,
    Board,
    HalfHoursTile,
    LongestWaitTile,
    Message,
    NumberTile,
    Place,
    QueueTableTile,
    RestQuotaTile,
    ServiceLevelTile,
    Ticker,
    Title,
    TopListTile,
    WaitingCallersTile,
)
from dashboard.boards.document import Page as BoardPage
from dashboard.boards.reading import written
from tests.chromium import chromium
from tests.keyring import HERE
from tests.patience import HANG_MS, HANG_S
from tests.pipeline.site import until
from tests.security.theatre import Theatre, theatre

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

SALES = Scope(frozenset({"q-sales"}), frozenset({"sales-team"}))
SUPPORT = Scope(frozenset({"q-support"}), frozenset({"support-team"}))
PEOPLE = {
    "PJSIP/1001": ("Sally Seller", "1001", "sales-team"),
    "PJSIP/2001": ("Steve Helper", "2001", "support-team"),
    "PJSIP/3001": ("Bob Both", "3001", "third-team"),
}
SALES_CALLER, SUPPORT_CALLER, MOVING_CALLER = "13811110001", "13922220002", "13733330003"
OF_SALES = ("Sally Seller", "PJSIP/1001", '"q-sales"', "Sales queue", "Sales people", "138****0001")
OF_SUPPORT = ("Steve Helper", "PJSIP/2001", '"q-support"', "Support queue", "Support people", "139****0002")
ROWS = ".ag-center-cols-container .ag-cell.state"
QUEUES = ("q-sales", "q-support")


def _half(name: str, queues: tuple[str, ...], teams: tuple[str, ...]) -> tuple[BoardPage, ...]:
    """Every kind of tile that has a value, of these queues and of these teams."""
    of: Any = {"queues": queues}
    numbers = (
        NumberTile(id=f"{name}-waiting", metric="waiting", window="now", at=Place(0, 0, 8, 8), **of),
        NumberTile(id=f"{name}-handled", metric="calls_handled", teams=teams, at=Place(8, 0, 8, 8)),
        ServiceLevelTile(id=f"{name}-level", at=Place(16, 0, 8, 8), **of),
        LongestWaitTile(id=f"{name}-longest", at=Place(0, 8, 8, 8), **of),
        AgentStatesTile(id=f"{name}-states", at=Place(8, 8, 8, 8), **of),
        HalfHoursTile(id=f"{name}-hours", at=Place(16, 8, 8, 8), **of),
    )
    lists = (
        QueueTableTile(id=f"{name}-table", at=Place(0, 0, 12, 8), **of),
        WaitingCallersTile(id=f"{name}-callers", at=Place(12, 0, 12, 8), **of),
        AgentsTile(id=f"{name}-agents", at=Place(0, 8, 12, 16), **of),
        RestQuotaTile(id=f"{name}-rest", at=Place(12, 8, 12, 8), **of),
        TopListTile(id=f"{name}-top", teams=teams, at=Place(12, 16, 12, 8)),
    )
    return BoardPage(numbers), BoardPage(lists)


BOTH = Board(
    "both",
    Title(en="Both halls"),
    (
        *_half("both", QUEUES, ("sales-team", "support-team", "third-team")),
        *_half("sales", QUEUES[:1], ("sales-team",)),
        *_half("support", QUEUES[1:], ("support-team",)),
    ),
    ticker=Ticker((Message(Title(en="Smile, everybody")),)),
)
"""A board of somebody who may see everything, hung where supervisors of one half look at it."""

WHOLE_NUMBERS = (SALES_CALLER, SUPPORT_CALLER, MOVING_CALLER)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    with theatre(tmp_path_factory.mktemp("two")) as made:
        directory = made.keys.services.directory
        for team, name in (("sales-team", "Sales people"), ("support-team", "Support people"), ("third-team", "Third")):
            directory.teams.add(HERE, {"id": team, "name_en": name})
        for queue, name in (("q-sales", "Sales queue"), ("q-support", "Support queue")):
            directory.queues.put(HERE, queue, {"name_en": name})
        for agent, (name, number, team) in PEOPLE.items():
            values = {"display_name": name, "staff_number": number, "team_id": team}
            directory.agents.claim(HERE, agent, directory.people.add(HERE, values).id)
        directory.reasons.put(HERE, "tea", {"name_en": "Tea", "category": "rest", "quota": 5})
        made.keys.services.library.imported(HERE, written(BOTH), scope=EVERYTHING)
        made.keys.services.library.publish(HERE, BOTH.id, 1)
        serves = (
            ("q-sales", "PJSIP/1001"),
            ("q-support", "PJSIP/2001"),
            ("q-sales", "PJSIP/3001"),
            ("q-support", "PJSIP/3001"),
        )
        members = [e.MemberRow(queue, agent, agent, dynamic=True, device="free") for queue, agent in serves]
        made.raise_curtain(
            e.SnapshotTaken([e.QueueRow("q-sales"), e.QueueRow("q-support")], members, [], [], [], [], []),
            e.QueueEntered("q-sales", "s1", 1, SALES_CALLER, "Caller of sales"),
            e.QueueEntered("q-support", "h1", 1, SUPPORT_CALLER, "Caller of support"),
            e.QueueEntered("q-sales", "m1", 1, MOVING_CALLER, "Moving caller"),
        )
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@dataclass
class Desk:
    """A supervisor's browser at the live floor, and every byte that its sockets were sent."""

    context: BrowserContext
    page: Page
    headers: dict[str, str]
    frames: list[str] = field(default_factory=list)

    @property
    def heard(self) -> str:
        """All frames so far."""
        return self.heard_since(0)

    def heard_since(self, mark: int) -> str:
        """Frames arrive while the browser is being asked something."""
        self.page.wait_for_timeout(10)
        return "\n".join(self.frames[mark:])

    def has_heard(self, words: tuple[str, ...]) -> bool:
        return all(word in self.heard for word in words)

    def sees(self) -> str:
        return self.page.inner_text("body")


def open_desk(browser: Browser, here: Theatre, scope: Scope, path: str = "/floor/", drawn: str = ROWS) -> Desk:
    cookie = here.keys.cookie(Role.SUPERVISOR, scope=scope)
    name = cookie_name("session", is_secure=False)
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en")
    context.add_cookies([{"name": name, "value": cookie, "url": here.address}])
    desk = Desk(context, context.new_page(), {"Cookie": f"{name}={cookie}"})

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda body: desk.frames.append(body if isinstance(body, str) else body.decode()))

    desk.page.on("websocket", listen)
    desk.page.goto(f"{here.address}{path}?lang=en{'' if drawn is ROWS else '&board=both'}")
    desk.page.wait_for_selector(drawn, timeout=HANG_MS)
    return desk


def api(port: int, path: str, headers: dict[str, str]) -> str:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(asked, timeout=HANG_S) as answer:  # noqa: S310 — always http
        return str(answer.read().decode())


def everything_by_api(here: Theatre, headers: dict[str, str]) -> list[str]:
    """All that the API tells, of each gateway."""
    paths = ("floor", "queues", "agents", "agents?metric=calls_handled", "metrics")
    ports = (here.live_port, here.second_port)
    return ["\n".join(api(port, f"/api/v1/{path}", headers) for path in paths) for port in ports]


def snapshot(port: int, web_port: int, headers: dict[str, str], board: str) -> Any:
    """The first snapshot that a socket of this browser is sent."""
    with connect(
        f"ws://127.0.0.1:{port}/live",
        origin=Origin(f"http://127.0.0.1:{web_port}"),
        additional_headers=headers,
        compression=None,
    ) as socket:
        socket.send(json.dumps({"board": board, "seq": 0}))
        while True:
            frame = json.loads(socket.recv(timeout=HANG_S))
            if frame["t"] == "snapshot":
                return frame["view"], frame["names"]


def test_each_sees_their_own_and_nothing_of_the_other(here: Theatre, browser: Browser) -> None:
    sales, support = open_desk(browser, here, SALES), open_desk(browser, here, SUPPORT)
    desks = ((sales, OF_SALES, OF_SUPPORT), (support, OF_SUPPORT, OF_SALES))
    try:
        for desk, own, foreign in desks:
            until(partial(desk.has_heard, own), HANG_S, f"all of {own}")
            assert [word for word in foreign if word in desk.heard] == []
            assert [word for word in foreign if not word.startswith('"') and word in desk.sees()] == []
        assert "137****0003" in sales.heard, "the caller waits in sales"
        assert "137****0003" not in support.heard

        # Bob, of the third team, serves both. He takes a call of support: sales sees him busy elsewhere, and no more.
        here.say(e.OfferStarted("q-support", "h1", 1, "PJSIP/3001"))
        here.say(
            e.OfferEnded("q-support", "h1", 1, "PJSIP/3001", "answered"),
            e.Answered("q-support", "h1", 1, "PJSIP/3001", 9),
        )
        until(lambda: '"busy_elsewhere"' in sales.heard, HANG_S, "sales sees Bob busy elsewhere")
        until(lambda: '"talking"' in support.heard, HANG_S, "support sees Bob talking")
        until(lambda: "Elsewhere" in sales.sees(), HANG_S, "the page says so")
        assert "Bob Both" in sales.heard
        assert [word for word in OF_SUPPORT if word in sales.heard] == []

        # The moving caller is passed on from sales to support.
        mark = len(support.frames)
        here.say(e.QueueLeft("q-sales", "m1", 1, "transfer", 12), e.QueueEntered("q-support", "m1", 2, MOVING_CALLER))
        until(lambda: "137****0003" in support.heard_since(mark), HANG_S, "support sees the caller come")
        mark, of_sales = len(support.frames), len(sales.frames)
        here.say(e.OfferStarted("q-support", "m1", 2, "PJSIP/2001"))
        here.say(
            e.OfferEnded("q-support", "m1", 2, "PJSIP/2001", "answered"),
            e.Answered("q-support", "m1", 2, "PJSIP/2001", 3),
        )
        until(lambda: '"talking"' in support.heard_since(mark), HANG_S, "Steve talks")
        sales.page.wait_for_timeout(1500)  # whatever would leak to sales has had its tick
        later = sales.heard_since(of_sales)
        assert "137****0003" not in later, "what happens to the caller in support is no matter of sales"
        assert "m1/2" not in later
        assert [word for word in OF_SUPPORT if word in sales.heard] == []
        for desk, _, _ in desks:
            assert [number for number in WHOLE_NUMBERS if number in desk.heard + desk.page.content()] == []
    finally:
        sales.context.close()
        support.context.close()


def test_both_gateways_and_both_workers_answer_the_same(here: Theatre) -> None:
    for scope, own, foreign in ((SALES, OF_SALES, OF_SUPPORT), (SUPPORT, OF_SUPPORT, OF_SALES)):
        headers = here.keys.headers(Role.SUPERVISOR, scope=scope)
        for told in everything_by_api(here, headers):
            assert own[0] in told
            assert [word for word in foreign if word in told] == []
        for board in ("floor", "default"):
            first, second = (
                snapshot(port, here.web_port, headers, board) for port in (here.live_port, here.second_port)
            )
            assert first[1] == second[1]
            assert first[0].keys() == second[0].keys()
            assert [row["id"] for row in first[0]["agents"]["rows"]] == [
                row["id"] for row in second[0]["agents"]["rows"]
            ]
            for found in (first, second):
                text = json.dumps(found, ensure_ascii=False)
                assert [word for word in foreign if word in text] == []
        pages = {_people_listed(here, headers) for _ in range(12)}
        assert len(pages) == 1, "each worker lists the same people"
        (listed,) = pages
        assert own[0] in listed
        assert foreign[0] not in listed
        for port in (here.live_port, here.second_port):
            foreign_queue = foreign[2].strip('"')
            with pytest.raises(urllib.error.HTTPError, match="403"):
                api(port, f"/api/v1/queues?queue={urllib.parse.quote(foreign_queue)}", headers)


def _people_listed(here: Theatre, headers: dict[str, str]) -> tuple[str, ...]:
    asked = urllib.request.Request(f"{here.address}/admin/people/?lang=en", headers=headers)  # noqa: S310 — always http
    with urllib.request.urlopen(asked, timeout=HANG_S) as answer:  # noqa: S310 — always http
        text = answer.read().decode()
    return tuple(name for name, _, _ in PEOPLE.values() if name in text)


def test_a_board_of_both_shows_each_their_own_half(here: Theatre, browser: Browser) -> None:
    """Whatever it names: of the other half there are no people, no callers, no queues, and no numbers but nothing."""
    here.say(
        e.HandlingEnded("q-support", "h1", 1, "PJSIP/3001", "caller", 9),
        e.HandlingEnded("q-support", "m1", 2, "PJSIP/2001", "caller", 9),
        e.QueueEntered("q-sales", "s2", 1, SALES_CALLER),
        e.QueueEntered("q-support", "h2", 1, SUPPORT_CALLER),
        e.MemberPaused("q-support", "PJSIP/2001", "tea"),
        e.MemberPaused("q-support", "PJSIP/3001", "tea"),
    )
    position = here.say(e.MemberPaused("q-sales", "PJSIP/1001", "tea"))
    for scope, half, other, own, foreign in (
        (SALES, "sales", "support", OF_SALES, OF_SUPPORT),
        (SUPPORT, "support", "sales", OF_SUPPORT, OF_SALES),
    ):
        headers = here.keys.headers(Role.SUPERVISOR, scope=scope)
        for port in (here.live_port, here.second_port):
            waiting = json.loads(api(port, f"/api/v1/metrics?metric=waiting&after={position}", headers))
            view, names = snapshot(port, here.web_port, headers, BOTH.id)
            told = json.dumps([view, names], ensure_ascii=False)
            assert [word for word in foreign if word in told] == []
            assert [word for word in own if word not in told] == []
            _is_nothing(view, other)
            assert view["both-waiting"]["v"] == view[f"{half}-waiting"]["v"]
            assert view["both-waiting"]["v"] == waiting["metrics"]["waiting"]["value"] > 0
            assert {row["id"] for row in view["both-table"]["rows"]} == set(scope.queues or ())
            (rest,) = view["both-rest"]["rows"]
            assert rest["now"] == (1 if half == "sales" else 2), "a pause elsewhere does not show"
        desk = open_desk(browser, here, scope, "/wall/", '.wall[data-drawn="yes"]')
        try:
            until(partial(desk.has_heard, own), HANG_S, f"all of {own}")
            assert "Smile, everybody" in desk.page.content()
            assert [word for word in foreign if word in desk.heard] == []
            assert [word for word in foreign if not word.startswith('"') and word in desk.page.content()] == []
        finally:
            desk.context.close()


def _is_nothing(view: Any, half: str) -> None:
    """What tiles of a half show to who may see nothing of it."""
    assert [view[f"{half}-{name}"]["rows"] for name in ("table", "callers", "agents", "top")] == [[]] * 4
    assert view[f"{half}-waiting"]["v"] in (None, 0)
    assert view[f"{half}-handled"]["v"] in (None, 0)
    assert view[f"{half}-level"]["v"] is None
    assert view[f"{half}-longest"]["since"] is None
    assert view[f"{half}-states"]["staffed"] == view[f"{half}-states"]["signed_out"] == 0
    assert not any(view[f"{half}-hours"]["offered"])
    assert [row["now"] for row in view[f"{half}-rest"]["rows"]] == [0]
