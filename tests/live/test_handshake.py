"""Who comes in, who is sent away, and how soon: real processes, the real services, a real Redis and both databases."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from collectors import events as e
from collectors.stream import Client
from dashboard import live
from dashboard.access.accounts import RoleGiven
from dashboard.access.cookies import CookieName, cookie_name
from dashboard.access.permissions import Role
from dashboard.access.redis_link import command
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.access.screen_wishes import ScreenWishes
from dashboard.live import rechecks
from dashboard.settings import Settings
from dashboard.store.engine import writing
from dashboard.store.schema import api_tokens
from tests.access.ledger import lines_of
from tests.keyring import HERE, Keyring
from tests.live.running import frame
from tests.live.scene import QUEUES, SETTINGS
from tests.live.test_process import fact, open_floor, process, writer_of
from tests.patience import HANG_S
from tests.ports import free_port
from tests.redis_server import RedisServer, scenario
from tests.store.databases import database_url, databases

__all__ = ["database_url", "databases"]

SALES = Scope(frozenset({"sales"}))
SUPPORT = Scope(frozenset({"support"}))
NOBODYS = "postgresql://nobody@127.0.0.1:1/none"
SOON_S = 10.0
"""Two seconds are promised, and kept where the cores are free. Who is told of nothing looks after fifteen at the earliest."""


class House:
    """The services of a site, and gateways before its floor."""

    def __init__(self, keys: Keyring, folder: Path, redis_url: str, database_url: str) -> None:
        self.keys = keys
        self.services = keys.services
        self.folder = folder
        self.redis_url = redis_url
        self.database_url = database_url

    def config(self, **options: Any) -> live.LiveConfig:
        fields: dict[str, Any] = {
            "site": "main",
            "redis_url": self.redis_url,
            "database_url": self.database_url,
            "port": free_port(),
            "release": "0.2.0",
            "pages_port": 8050,
            "audit_anchor": self.folder / "audit-heads.log",
            "access": self.services.settings.access,
        }
        return live.LiveConfig(**(fields | options))

    @asynccontextmanager
    async def gateway(self, **options: Any) -> AsyncIterator[Gate]:
        config = self.config(**options)
        async with process(config):
            gate = Gate(config.port)
            await gate.is_there()
            yield gate

    def paired(self, board: str = "default", scope: Scope = EVERYTHING) -> tuple[str, str]:
        """A paired screen: its id and its device token."""
        services, desk = self.services, self.keys.actor(Role.MANAGER)
        offer = services.pairing.start("10.0.0.9")
        screen_id = services.screens.pair(desk, offer.code, ScreenWishes("大厅", board, scope, "zh-CN", "dark"))
        found = services.pairing.look(offer.cookie)
        assert found is not None
        token = services.screens.fetch(found, "10.0.0.9")
        assert token is not None
        return screen_id, token

    def actions(self) -> list[tuple[str, str, str]]:
        return [(line.action, line.result, line.target_id) for line in lines_of(self.services.engine)]

    async def denied(self, *expected: tuple[str, str]) -> None:
        """Waits until these attempts (permission or action, target) are on record."""
        wanted = {(action, "denied", target) for action, target in expected}
        async with asyncio.timeout(HANG_S):
            while not wanted <= set(self.actions()):
                await asyncio.sleep(0.02)


class Gate:
    """One gateway, as browsers and programs reach it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.page = f"http://127.0.0.1:{8050}"

    async def is_there(self) -> None:
        async with asyncio.timeout(HANG_S):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except OSError:
                    await asyncio.sleep(0.02)
                else:
                    writer.close()
                    return

    def opened(
        self, headers: dict[str, str] | None = None, path: str = "/live", *, origin: str | None = None
    ) -> connect:
        sent = dict(headers or {})
        if origin is not None:
            sent["Origin"] = origin
        url = f"ws://127.0.0.1:{self.port}{path}"
        return connect(url, compression=None, max_size=None, additional_headers=sent)

    def browser(
        self, value: str, name: CookieName = "session", path: str = "/live", *, site: str | None = None
    ) -> connect:
        """A page of ours that holds this cookie. `site`: what the browser says of the page."""
        headers = {"Cookie": f"a=b; {cookie_name(name, is_secure=False)}={value}; c=d"}
        return self.opened(headers | ({"Sec-Fetch-Site": site} if site else {}), path, origin=self.page)

    def program(self, token: str) -> connect:
        return self.opened({"Authorization": f"Bearer {token}"})

    async def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        fields = {"Host": f"127.0.0.1:{self.port}"} | (headers or {})
        head = "".join(f"{name}: {text}\r\n" for name, text in fields.items())
        writer.write(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        answer = await reader.read()
        writer.close()
        top, _, body = answer.partition(b"\r\n\r\n")
        is_json = b"application/json" in top
        return int(top.split()[1]), json.loads(body) if is_json else body


async def shows(opening: connect, board: str = "default") -> Any:
    """The first snapshot of a board."""
    async with opening as socket:
        await socket.send(json.dumps({"board": board}))
        return await frame(socket, "snapshot")


async def closes(opening: connect, board: str = "default") -> int:
    """The code with which it is closed."""
    async with opening as socket:
        with suppress(ConnectionClosed):
            await socket.send(json.dumps({"board": board}))
        return await closed(socket)


async def closed(socket: ClientConnection) -> int:
    with suppress(ConnectionClosed):
        while True:
            async with asyncio.timeout(HANG_S):
                await socket.recv()
    assert socket.close_code is not None
    return socket.close_code


async def within(seconds: float, awaited: Any) -> Any:
    async with asyncio.timeout(seconds):
        return await awaited


@pytest.fixture
def house(valkey: RedisServer, tmp_path: Path, database_url: str) -> Iterator[House]:
    settings = Settings(data=tmp_path, redis_url=valkey.url, database_url=database_url)
    with Keyring(settings) as keys:
        yield House(keys, tmp_path, valkey.url, database_url)


@scenario
async def test_who_comes_in_and_who_does_not(house: House) -> None:
    keys, services = house.keys, house.services
    cookie = keys.cookie(Role.SUPERVISOR, scope=SALES)
    token = keys.token(Role.MANAGER)
    async with house.gateway() as gate:
        assert await closes(gate.opened(origin=gate.page)) == 4401
        assert await closes(gate.opened()) == 4401
        assert await closes(gate.browser("x" * 43)) == 4401
        assert await closes(gate.browser(cookie[:-1])) == 4401
        assert await closes(gate.browser(cookie, "screen")) == 4401
        assert await closes(gate.program("x")) == 4401
        assert await closes(gate.opened({"Authorization": "Basic YTpi"})) == 4401
        assert await closes(gate.opened({"Cookie": f"floorwatch_session={cookie}"})) == 4401, "a cookie needs an Origin"
        assert await closes(gate.browser(cookie, site="cross-site")) == 4401
        assert await closes(gate.browser(cookie, path="/live?as=screen")) == 4401
        assert (await shows(gate.browser(cookie, site="same-site")))["board"] == "default"
        assert (await shows(gate.browser(cookie), "floor"))["board"] == "floor"
        assert (await shows(gate.program(token), "floor"))["board"] == "floor"
        for origin in ("https://evil.example", "http://127.0.0.1:9999", "null"):
            with pytest.raises(InvalidStatus) as refused:
                async with gate.opened({"Cookie": f"floorwatch_session={cookie}"}, origin=origin):
                    pass
            assert refused.value.response.status_code == 403, "another site, and another program on this host"
        assert await closes(gate.browser(keys.cookie(Role.AUDITOR))) == 4403
        assert await closes(gate.browser(keys.cookie(Role.AGENT)), "floor") == 4403
        assert await closes(gate.browser(cookie), "me") == 4403
        assert (await shows(gate.browser(keys.cookie(Role.AGENT)), "me"))["view"]["agents"]["rows"] == []
        assert services.tokens.own(keys.actor(Role.MANAGER))
        with writing(services.engine) as connection:
            connection.execute(update(api_tokens).values(expires_at_ms=1))
        for key in command(services.redis, "KEYS", "*token:*"):
            command(services.redis, "DEL", key)
        assert await closes(gate.program(token)) == 4401, "expired"
        await house.denied(("wall.view", "default"), ("floor.view", "floor"), ("own.view", "me"))


@scenario
async def test_behind_a_proxy_only_its_own_word_counts_and_under_tls_only_the_prefixed_cookie(house: House) -> None:
    cookie = house.keys.cookie(Role.MANAGER)
    plain, prefixed = ({"Cookie": f"{cookie_name('session', is_secure=tls)}={cookie}"} for tls in (False, True))
    https = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    trusting = house.services.settings.access.model_copy(update={"trusted_proxies": ("127.0.0.1",)})
    async with house.gateway(access=trusting) as behind, house.gateway() as alone:
        assert await closes(behind.opened(plain | https, origin=behind.page)) == 4401
        assert (await shows(behind.opened(prefixed | https, origin=behind.page)))["board"] == "default"
        assert (await shows(alone.opened(plain | https, origin=alone.page)))["board"] == "default"
        assert await closes(alone.opened(prefixed | https, origin=alone.page)) == 4401


@scenario
async def test_what_is_taken_away_ends_at_once_on_every_gateway(house: House) -> None:
    keys, services = house.keys, house.services
    people = {
        login: services.accounts.create(HERE, login, login.title(), roles=[RoleGiven("manager")]) for login in "abcd"
    }
    cookies = {
        login: services.sessions.begin(people[login], "127.0.0.1", "tests", second_factor="totp") for login in people
    }
    token_owner = services.doorkeeper.by_session(cookies["c"], "127.0.0.1")
    assert token_owner is not None
    token_id, token = services.tokens.make(token_owner, "t", ["floor.view", "wall.view"], 1)
    screen_id, device = house.paired()
    async with house.gateway() as one, house.gateway() as two:
        openings: dict[str, list[ClientConnection]] = {}
        for gate in (one, two):
            for name, opening in {
                "session": gate.browser(cookies["a"]),
                "account": gate.browser(cookies["b"]),
                "token": gate.program(token),
                "screen": gate.browser(device, "screen", "/live?as=screen"),
                "stays": gate.browser(cookies["d"]),
            }.items():
                socket = await opening
                await socket.send('{"board":"default"}')
                await frame(socket, "snapshot")
                openings.setdefault(name, []).append(socket)
        admin = keys.actor(Role.ADMIN)
        endings: dict[str, Callable[[], object]] = {
            "session": lambda: services.sessions.end(cookies["a"]),
            "account": lambda: services.accounts.disable(admin, people["b"]),
            "token": lambda: services.tokens.revoke(token_owner, token_id),
            "screen": lambda: services.screens.revoke(keys.actor(Role.MANAGER), screen_id),
        }
        for name, ending in endings.items():
            await asyncio.to_thread(ending)
            for socket in openings[name]:
                assert await within(SOON_S, closed(socket)) == 4401, name
        for socket in openings["stays"]:
            await frame(socket, "beat")
            await socket.close()
        for gate in (one, two):
            assert await closes(gate.program(token)) == 4401
            assert await closes(gate.browser(device, "screen")) == 4401


@scenario
async def test_other_grants_are_another_view_and_none_are_the_end(house: House, valkey: RedisServer) -> None:
    services, admin = house.services, house.keys.actor(Role.ADMIN)
    account = services.accounts.create(HERE, "zhang", "Zhang", roles=[RoleGiven("supervisor", SALES)])
    cookie = services.sessions.begin(account, "127.0.0.1", "tests", second_factor="totp")
    async with valkey.client() as client, house.gateway() as gate, gate.browser(cookie) as socket:
        writer = await open_floor(client)
        await writer.append([fact(e.QueueEntered("support", "c1", 1, "13812345678"))])
        shown: list[str] = []
        async with asyncio.timeout(HANG_S):
            while shown != ["sales"]:  # asked again: rows that came with a patch stand in none of our snapshots
                await socket.send('{"board":"floor"}')
                seen = await frame(socket, "snapshot")
                assert "support" not in json.dumps(seen)
                shown = [row["id"] for row in seen["view"].get("queue_table", {}).get("rows", ())]
                await asyncio.sleep(0.05)
        await asyncio.to_thread(services.accounts.set_roles, admin, account, [RoleGiven("supervisor", SUPPORT)])
        seen = await within(SOON_S, frame(socket, "snapshot"))
        assert [row["id"] for row in seen["view"]["queue_table"]["rows"]] == ["support"]
        assert [row["number"] for row in seen["view"]["waiting_callers"]["rows"]] == ["138****5678"]
        assert "sales" not in json.dumps(seen)
        await asyncio.to_thread(services.accounts.set_roles, admin, account, [RoleGiven("auditor")])
        assert await within(SOON_S, closed(socket)) == 4403


@scenario
async def test_a_paired_screen_shows_its_own_board_and_does_what_the_desk_orders(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.live.last_seen.EVERY_S", 0.2)
    services, desk = house.services, house.keys.actor(Role.MANAGER)
    screen_id, device = house.paired("agents", SALES)
    async with house.gateway() as gate, gate.browser(device, "screen", "/live?as=screen") as socket:
        await socket.send('{"board":"floor","release":"0.2.0"}')
        order = await frame(socket, "order", "snapshot")
        assert (order["t"], order["board"], order["blank"], order["reload_at"]) == ("order", "agents", False, 0)
        assert (await frame(socket, "snapshot"))["board"] == "agents"
        await asyncio.to_thread(lambda: services.screens.blank(desk, screen_id, is_blank=True))
        assert (await within(SOON_S, frame(socket, "order")))["blank"] is True
        await asyncio.to_thread(services.screens.reload, desk, screen_id)
        assert (await within(SOON_S, frame(socket, "order")))["reload_at"] > 0
        await asyncio.to_thread(services.screens.move, desk, screen_id, "default")
        moved = await within(SOON_S, frame(socket, "order", "snapshot"))
        assert moved["board"] == "default"
        assert (await within(SOON_S, frame(socket, "snapshot")))["board"] == "default"
        while (seen := services.screens.listed(desk)[0].seen) is None or seen.board != "default":
            await asyncio.sleep(0.05)
        assert (seen.release, seen.is_open) == ("0.2.0", True)
    (line,) = services.screens.listed(desk)
    assert line.seen is not None
    assert not line.seen.is_open, "the gateway's end is told"


@scenario
async def test_with_the_database_away_what_is_known_goes_on_and_with_redis_away_too_what_is_open_stays(
    house: House, valkey: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rechecks, "EVERY_S", 0.3)
    monkeypatch.setattr(rechecks, "LOOK_S", 0.1)
    cookie = house.keys.cookie(Role.MANAGER)
    house.keys.actor(Role.MANAGER)
    _, device = house.paired()
    async with valkey.client() as client, house.gateway(database_url=NOBODYS) as gate:
        writer = await open_floor(client)
        await writer.append([fact(e.QueueEntered("sales", "c1", 1, "13812345678"))])
        async with (
            gate.browser(cookie) as desk,
            gate.browser(device, "screen", "/live?as=screen") as tv,
        ):
            await desk.send('{"board":"floor"}')
            await tv.send('{"board":"default"}')
            row = await waiting_row(desk)
            await frame(tv, "snapshot")
            await desk.send(
                json.dumps({"reveal": {"visit": row["id"], "number": row["number"], "reason": "called back"}})
            )
            assert (await frame(desk, "error"))["code"] == "audit_unavailable"
            valkey.kill()
            for _ in range(3):
                await frame(desk, "beat")
                await frame(tv, "beat")
            with pytest.raises(InvalidStatus) as refused:
                async with gate.browser(cookie):
                    pass
            assert refused.value.response.status_code == 503
            status, answer = await gate.get("/api/v1/floor", {"Cookie": f"floorwatch_session={cookie}"})
            assert (status, answer["error"]["code"]) == (503, "access_unavailable")
            valkey.start()


async def waiting_row(socket: ClientConnection) -> Any:
    async with asyncio.timeout(HANG_S):
        while True:
            seen = await frame(socket, "snapshot", "patch")
            value = seen["view"].get("waiting_callers", {})
            for row in (*value.get("rows", ()), *value.get("set", ())):
                return row


@scenario
async def test_a_number_is_revealed_once_for_a_reason_and_is_on_record_before_it_leaves(
    house: House, valkey: RedisServer
) -> None:
    cookie = house.keys.cookie(Role.SUPERVISOR, scope=SALES)
    async with valkey.client() as client, house.gateway() as gate, gate.browser(cookie) as desk:
        writer = await open_floor(client)
        await desk.send('{"board":"floor"}')
        await writer.append([fact(e.QueueEntered("sales", "c1", 1, "13812345678"))])
        row = await waiting_row(desk)
        wanted = {"visit": row["id"], "number": row["number"], "reason": "  客户投诉，\n回拨  "}
        await desk.send(json.dumps({"reveal": wanted}))
        revealed = await frame(desk, "revealed", "error")
        assert (revealed["t"], revealed["visit"], revealed.get("number")) == ("revealed", row["id"], "13812345678")
        line = lines_of(house.services.engine)[-1]
        assert (line.action, line.target_kind, line.target_id, line.target_name) == (
            "number.revealed", "call", row["id"], "138****5678",
        )  # fmt: skip
        assert (line.reason, line.result) == ("客户投诉， 回拨", "ok")
        assert "13812345678" not in str(lines_of(house.services.engine))


@scenario
async def test_the_api_and_the_counts_need_somebody(house: House) -> None:
    keys = house.keys
    narrow = {"Authorization": f"Bearer {keys.token(Role.SUPERVISOR, scope=SALES)}"}
    async with house.gateway() as gate, house.gateway(open_metrics=True) as open_one:
        status, answer = await gate.get("/api/v1/queues")
        assert (status, answer["error"]["code"]) == (401, "unauthorized")
        assert answer["error"]["sentence"].endswith(".")
        assert (await gate.get("/api/v1/none-such"))[0] == 401
        assert (await gate.get("/api/v1/queues", {"Authorization": "Bearer x"}))[0] == 401
        async with asyncio.timeout(HANG_S):
            while (await gate.get("/api/v1/queues", narrow))[0] == 503:
                await asyncio.sleep(0.02)
        status, answer = await gate.get("/api/v1/queues?queue=support", narrow)
        assert (status, answer["error"]) == (403, {"code": "denied", "sentence": "You may not see this queue."})
        assert await gate.get("/api/v1/queues?queue=none-such", narrow) == (status, answer), "it may exist or not"
        cookie = {"Cookie": f"floorwatch_session={keys.cookie(Role.AUDITOR)}"}
        assert (await gate.get("/api/v1/floor", cookie))[0] == 403
        assert (await gate.get("/api/v1/floor", {**cookie, "Sec-Fetch-Site": "cross-site"}))[0] == 401
        assert (await gate.get("/metrics"))[0] == 401
        assert (await gate.get("/metrics", narrow))[0] == 403
        assert (await gate.get("/metrics", keys.headers(Role.ADMIN)))[0] == 200
        assert (await open_one.get("/metrics"))[0] == 200
        assert (await gate.get("/healthz"))[0] == 200
        assert (await gate.get("/readyz"))[0] in {200, 503}
        await house.denied(("floor.view", "support"), ("metrics.read", "/metrics"))


TEAM_OF = {f"PJSIP/{n}": "north" if n % 2 else "south" for n in range(1001, 1007)}
"""As `SETTINGS` has it; `north` is below `east`."""


@scenario
async def test_a_token_of_one_queue_and_one_team_shows_nothing_else_of_what_its_owner_sees(
    house: House, valkey: RedisServer
) -> None:
    services, admin = house.services, house.keys.actor(Role.ADMIN)
    account = services.accounts.create(HERE, "boss", "Boss", roles=[RoleGiven("manager")])
    cookie = services.sessions.begin(account, "127.0.0.1", "tests", second_factor="totp")
    boss = services.doorkeeper.by_session(cookie, "127.0.0.1")
    assert boss is not None
    where = Scope(frozenset({"sales"}), frozenset({"north"}))
    narrow, wide = (
        {"Authorization": f"Bearer {services.tokens.make(boss, 'crm', ['floor.view'], 1, scope)[1]}"}
        for scope in (where, EVERYTHING)
    )
    async with valkey.client() as client, house.gateway() as gate:
        await one_queue_each(client)
        async with asyncio.timeout(HANG_S):
            while await agents(gate, wide) != set(TEAM_OF):
                await asyncio.sleep(0.02)
        assert await agents(gate, narrow) == {"PJSIP/1001", "PJSIP/1002", "PJSIP/1003", "PJSIP/1005"}
        for path in ("agents", "queues", "floor", "metrics"):
            status, answer = await gate.get(f"/api/v1/{path}", narrow)
            assert status == 200
            for foreign in ("support", "售后", "1004", "1006", "south", "南组"):
                assert foreign not in json.dumps(answer, ensure_ascii=False), (path, foreign)
        assert list((await gate.get("/api/v1/queues", narrow))[1]["queues"]) == ["sales"]
        for asked in ("queues?queue=support", "agents?team=south", "agents?team=east", "metrics?agent=PJSIP/1004"):
            assert (await gate.get(f"/api/v1/{asked}", narrow))[0] == 403, asked
            assert (await gate.get(f"/api/v1/{asked}", wide))[0] == 200, asked
        for later, left in (
            (Scope(frozenset({"support"}), frozenset({"east"})), {"PJSIP/1001", "PJSIP/1003", "PJSIP/1005"}),
            (SUPPORT, 403),
        ):
            await asyncio.to_thread(services.accounts.set_roles, admin, account, [RoleGiven("supervisor", later)])
            async with asyncio.timeout(SOON_S):
                while await agents(gate, narrow) != left:
                    await asyncio.sleep(0.02)
            assert (await gate.get("/api/v1/queues?queue=sales", narrow))[0] == 403, "its owner's no more"
            assert (await gate.get("/api/v1/queues?queue=support", narrow))[0] == 403, "never the token's"
            assert (await gate.get("/api/v1/queues?queue=support", wide))[0] == 200
        await house.denied(("floor.view", "PJSIP/1004"))


async def one_queue_each(client: Client) -> None:
    """A floor on which 1002 serves sales, and everybody else support."""
    await (await writer_of(client, "settings")).append([fact(e.SettingsChanged(SETTINGS))])
    members = [
        e.MemberRow("sales" if agent == "PJSIP/1002" else "support", agent, agent, dynamic=True, device="free")
        for agent in TEAM_OF
    ]
    snapshot = e.SnapshotTaken([e.QueueRow(queue) for queue in QUEUES], members, [], [], [], [], [])
    await (await writer_of(client, "pbx1")).append([fact(snapshot), fact(e.SourceAlive())])


async def agents(gate: Gate, headers: dict[str, str]) -> set[str] | int:
    """The agents that a program gets to see; the status of a refusal."""
    status, answer = await gate.get("/api/v1/agents", headers)
    return {row["id"] for row in answer["agents"]} if status == 200 else status
