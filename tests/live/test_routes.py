"""The live HTTP API, health and counts, on a real port."""

from __future__ import annotations

import asyncio

import pytest

from collectors import events as e
from dashboard.floor.metrics import REGISTRY
from dashboard.live import routes
from tests.live.running import HELLO, frame, running
from tests.redis_server import scenario

CALLER = e.QueueEntered("sales", "c1", 1, "13812345678")


@scenario
async def test_the_floor_with_its_position() -> None:
    async with running() as live:
        position = live.tell(CALLER)
        status, answer = await live.json("/api/v1/floor")
        assert status == 200
        assert answer["position"] == position
        assert answer["site"] == "main"
        assert answer["metrics"]["waiting"] == {"value": 1}
        assert answer["agents"]["staffed"] == 4
        assert answer["links"][0]["switch"] == "pbx1"
        _, narrow = await live.json("/api/v1/floor?queue=support&window=last_5_min")
        assert narrow["metrics"]["waiting"] == {"value": 0}
        assert narrow["window"] == "last_5_min"


@scenario
async def test_queues_agents_and_metrics() -> None:
    async with running() as live:
        live.tell(CALLER, e.Answered("sales", "c1", 1, "PJSIP/1001", 3))
        _, queues = await live.json("/api/v1/queues?metric=answered&metric=asa")
        assert queues["queues"]["sales"] == {"answered": {"value": 1}, "asa": {"value": 3}}
        assert set(queues["queues"]) == {"sales", "support"}
        _, agents = await live.json("/api/v1/agents?team=east&metric=calls_handled&limit=1")
        assert agents["total"] == 2
        assert len(agents["agents"]) == 1
        assert agents["agents"][0]["state"] == "talking"
        assert agents["agents"][0]["number"] == "138****5678"
        assert agents["agents"][0]["metrics"]["calls_handled"] == {"value": 0}
        _, rest = await live.json("/api/v1/agents?team=east&offset=1")
        assert [agent["id"] for agent in rest["agents"]] == ["PJSIP/1003"]
        _, metrics = await live.json("/api/v1/metrics")
        assert set(metrics["metrics"]) == set(REGISTRY)
        assert metrics["metrics"]["answered"]["value"] == 1
        assert metrics["metrics"]["answered"]["names"]["zh-CN"] == "接起量"
        level = "/api/v1/queues?queue=sales&metric=service_level"
        _, usual = await live.json(level)
        _, strict = await live.json(f"{level}&threshold_s=2&formula=answered_only")
        found = [answer["queues"]["sales"]["service_level"]["value"] for answer in (usual, strict)]
        assert found == [1, 0], "answered after 3 s"
        _, floor = await live.json("/api/v1/floor")
        assert floor["resting"] == [], "no reason has a quota"
        _, one = await live.json("/api/v1/metrics?agent=PJSIP%2F1001&metric=state")
        assert one["metrics"]["state"]["value"] == "talking"
        status, _ = await live.json("/api/v1/metrics?metric=custom:SEATS")
        assert status == 400


@scenario
async def test_after_waits_for_the_floor_to_get_there() -> None:
    async with running() as live:
        wanted = f"{live.scene.now_ms + 60_000}-0"
        live.scene.now_ms += 60_000
        waiting = asyncio.ensure_future(live.json(f"/api/v1/floor?after={wanted}"))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        position = live.tell(CALLER)
        status, answer = await waiting
        assert status == 200
        assert answer["position"] == position
        assert answer["metrics"]["waiting"]["value"] == 1


@scenario
async def test_after_gives_up_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "LONGEST_WAIT_S", 0.02)
    async with running() as live:
        status, answer = await live.json("/api/v1/queues?after=9999999999999-0")
        assert status == 504
        assert answer["error"]["code"] == "not_yet"
        assert live.scene.position in answer["error"]["sentence"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/api/v1/floor?windw=day", 400, "no parameter 'windw'"),
        ("/api/v1/floor?window=fortnight", 400, "fortnight"),
        ("/api/v1/queues?metric=nonesuch", 400, "nonesuch"),
        ("/api/v1/floor?formula=best", 400, "There is no formula 'best'; there are"),
        ("/api/v1/floor?threshold_s=0", 400, "from 1 to 3600"),
        ("/api/v1/floor?threshold_s=x", 400, "threshold_s must be a whole number"),
        ("/api/v1/agents?limit=-1", 400, "limit must be a whole number"),
        ("/api/v1/agents?limit=99999", 400, "limit must be a whole number"),
        ("/api/v1/metrics?agent=nobody", 404, "no agent 'nobody'"),
        ("/api/v1/floor?after=yesterday", 400, "no stream id"),
        ("/api/v1/nonesuch", 404, "/api/v1/floor"),
        ("/", 404, "/api/v1/floor"),
        ("//[", 400, "not well formed"),
        ("/api/v1/floor?" + "x" * 5000, 400, "at most"),
    ],
)
def test_errors_are_one_sentence(path: str, status: int, words: str) -> None:
    @scenario
    async def story() -> None:
        async with running() as live:
            found, answer = await live.json(path)
            assert found == status
            assert words in answer["error"]["sentence"]
            assert answer["error"]["sentence"].endswith(".")

    story()


@scenario
async def test_only_reading_and_only_under_our_own_names() -> None:
    async with running() as live:
        status, answer = await live.json("/api/v1/floor", method="DELETE")
        assert (status, answer["error"]["code"]) == (405, "method")
        status, answer = await live.json("/api/v1/floor", Host="evil.example")
        assert (status, answer["error"]["code"]) == (403, "wrong_origin")
        status, answer = await live.json("/api/v1/floor", Origin="https://evil.example")
        assert (status, answer["error"]["code"]) == (403, "wrong_origin")
        status, fields, body = await live.get("/healthz", method="HEAD")
        assert (status, body, fields["cache-control"]) == (200, b"", "no-store")


@scenario
async def test_a_big_answer_arrives_whole() -> None:
    async with running() as live:
        live.tell(*[e.MembershipAdded("sales", f"Local/{n}@agents", "大" * 200, dynamic=True) for n in range(500)])
        status, answer = await live.json("/api/v1/agents")
        assert status == 200
        assert len(answer["agents"]) == 500
        assert answer["total"] == 504


@scenario
async def test_health_and_readiness() -> None:
    async with running() as live:
        assert (await live.get("/healthz"))[0] == 200
        assert (await live.get("/readyz"))[0] == 200
        live.why_not_current = "The stream cannot be read."
        status, _, body = await live.get("/readyz")
        assert (status, body) == (503, b"The stream cannot be read.\n")
        live.why_not_current = ""
        live.tell(e.LinkLost("timeout", live.scene.now_ms - 20_000))
        status, _, body = await live.get("/readyz")
        assert status == 503
        assert b"Switch pbx1" in body


@scenario
async def test_before_the_floor_is_there_the_api_says_so() -> None:
    async with running() as live:
        live.gateway.floor = None
        status, answer = await live.json("/api/v1/floor")
        assert (status, answer["error"]["code"]) == (503, "starting")
        assert (await live.get("/readyz"))[0] == 503
        assert (await live.get("/healthz"))[0] == 200


@scenario
async def test_counts_for_prometheus() -> None:
    async with running() as live, live.socket() as screen:
        await screen.send(HELLO)
        await frame(screen, "snapshot")
        await live.json("/api/v1/floor")
        _, fields, body = await live.get("/metrics")
        text = body.decode()
        assert fields["content-type"].startswith("text/plain")
        assert "floorwatch_live_screens 1\n" in text
        assert 'floorwatch_live_frames_sent_total{kind="snapshot"} 1\n' in text
        assert 'floorwatch_live_requests_total{path="/api/v1/floor",status="200"} 1\n' in text
        assert 'floorwatch_link_age_seconds{switch="pbx1"}' in text
