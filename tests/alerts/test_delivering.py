"""What goes out, when, and what becomes of it: quiet hours, snoozes, servers that are away, channels with a scope."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from dashboard.access.scope import Scope
from dashboard.alerts.delivering import DELAYS_S, TRIES
from dashboard.alerts.rule import Measured, Rule
from dashboard.alerts.telling import TOLD
from dashboard.boards.document import Hours
from dashboard.store import open_store
from dashboard.store.engine import writing
from dashboard.store.schema import alert_channels, alert_deliveries, alerts
from tests.alerts.clouds import Clouds, clouds
from tests.alerts.shop import WAITING, Shop
from tests.floor.world import T0
from tests.store.databases import Databases


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Clouds]:
    with clouds(tmp_path) as running:
        yield running


@pytest.fixture
def shop(tmp_path: Path, cloud: Clouds) -> Iterator[Shop]:
    """On SQLite; one story is told on both."""
    engine = open_store(Databases("sqlite", tmp_path).migrated())
    yield with_hook(Shop(engine, tmp_path), cloud)
    engine.dispose()


def with_hook(shop: Shop, cloud: Clouds) -> Shop:
    shop.channel("webhook", f"http://127.0.0.1:{cloud.port}/hook", name="c")
    return shop


RULE = Rule(WAITING, level="red", hold_s=0, recover_s=0, channels=("c",))


def test_its_beginning_and_its_end_are_told_once_each(engine: Engine, tmp_path: Path, cloud: Clouds) -> None:
    shop = with_hook(Shop(engine, tmp_path), cloud)
    shop.rule(RULE)
    shop.join(3)
    shop.look(1)
    shop.send(2)
    shop.send(3)
    for call in (1, 2):
        shop.leave(call)
    shop.look(70)
    shop.restart()
    shop.send(71)
    shop.send(72)
    began, ended = (got.json for got in cloud.received)
    assert began["title"] == "[alarm] Sales: Waiting ≥ 2"
    assert began["message"].splitlines() == ["Rule: 排队过多", "since 11-22 02:23:21", "When it fired: 3", "main"]
    assert ended["title"] == "[over] Sales: Waiting ≥ 2"
    assert ended["message"].splitlines()[1:3] == ["11-22 02:23:21 to 02:24:30, for 1:09", "Worst: 3"]
    assert (ended["what"], ended["began_at_ms"], ended["ended_at_ms"]) == ("ended", str(T0 + 1000), str(T0 + 70_000))
    assert "13812345678" not in json.dumps([began, ended])
    assert shop.told == [("began", True, False, ""), ("ended", True, False, "")]


def test_a_beginning_that_was_not_told_before_its_end_is_one_line_with_it(shop: Shop, cloud: Clouds) -> None:
    shop.rule(RULE)
    shop.join(2)
    cloud.answer = (500, "")
    shop.look(1)
    shop.send(1)
    shop.leave(1)
    shop.look(5)
    assert [what for what, *_ in shop.told] == ["both"]
    cloud.answer = (200, "{}")
    shop.send(6)
    assert len(cloud.received) == 1  # it waits for its turn
    shop.send(1 + DELAYS_S[0])
    assert [got.json["what"] for got in cloud.received[1:]] == ["both"]
    assert shop.told == [("both", True, False, "")]


def test_a_server_that_is_away_is_tried_later_and_later_and_then_no_more(shop: Shop, cloud: Clouds) -> None:
    shop.rule(RULE)
    shop.join(2)
    cloud.answer = (503, "")
    shop.look(1)
    at_s = 1.0
    for delay_s in (*DELAYS_S, 0):
        shop.send(at_s)
        shop.send(at_s + 1)
        at_s += delay_s
    assert len(cloud.received) == TRIES
    assert shop.told == [("began", False, True, "answered:503")]
    shop.send(at_s + 100_000)
    assert len(cloud.received) == TRIES


def test_an_address_that_is_gone_is_given_up_at_once(shop: Shop, cloud: Clouds) -> None:
    shop.rule(RULE)
    shop.join(2)
    cloud.answer = (404, "")
    shop.look(1)
    shop.send(1)
    assert shop.told == [("began", False, True, "answered:404")]


def test_quiet_hours_hold_it_and_what_is_still_true_is_told_after_them(shop: Shop, cloud: Clouds) -> None:
    """`T0` is 02:23:20 at the site."""
    shop.rule(
        Rule(
            Measured("waiting", 2, each=True), hold_s=0, recover_s=0, quiet=(Hours("22:00", "02:30"),), channels=("c",)
        )
    )
    shop.join(2)
    shop.join(2, "support")
    shop.look(1)
    assert len(shop.alerts) == 2  # on record all the same
    shop.send(2)
    assert cloud.received == []
    shop.leave(1)
    shop.look(100)
    shop.send(101)
    shop.send(410)  # 02:30:10
    (got,) = cloud.received
    assert got.json["title"] == "[warning] Support: Waiting ≥ 2"
    assert sorted(shop.told) == [("began", False, True, "held"), ("began", True, False, "")]


def test_an_end_in_quiet_hours_waits_for_their_end(shop: Shop, cloud: Clouds) -> None:
    shop.rule(Rule(WAITING, hold_s=0, recover_s=0, quiet=(Hours("02:24", "02:26"),), channels=("c",)))
    shop.join(2)
    shop.look(1)
    shop.send(2)
    shop.leave(1)
    shop.look(60)
    shop.send(61)
    shop.send(90)
    assert [got.json["what"] for got in cloud.received] == ["began"]
    shop.send(165)
    assert [got.json["what"] for got in cloud.received] == ["began", "ended"]


def test_a_snoozed_cause_is_told_to_nobody_until_then(shop: Shop, cloud: Clouds) -> None:
    shop.rule(RULE)
    shop.join(2)
    shop.look(1)
    with writing(shop.engine) as connection:
        connection.execute(update(alerts).values(snoozed_until_ms=T0 + 60_000))
    shop.send(2)
    assert cloud.received == []
    shop.send(61)
    assert [got.json["what"] for got in cloud.received] == ["began"]


def test_forty_queues_are_one_message(shop: Shop, cloud: Clouds) -> None:
    shop.rule(Rule(Measured("waiting", 1, each=True), hold_s=0, channels=("c",)))
    for number in range(40):
        shop.join(1, f"q{number:02}")
    shop.look(1)
    shop.send(2)
    (got,) = cloud.received
    assert got.json["title"] == "40 alerts"
    assert len(got.json["message"].splitlines()) == 22
    assert "20 more" in got.json["message"]
    assert {sent for _, sent, *_ in shop.told} == {True}


def test_a_channel_hears_only_what_its_scope_covers(shop: Shop, cloud: Clouds) -> None:
    url = f"http://127.0.0.1:{cloud.port}/narrow"
    shop.channel("webhook", url, scope=Scope(frozenset({"support"})), name="narrow", lang="zh-CN")
    shop.rule(Rule(Measured("waiting", 2, each=True), hold_s=0, channels=("narrow",)))
    shop.join(2)
    shop.join(2, "support")
    shop.look(1)
    shop.send(2)
    (got,) = cloud.received
    assert got.json["title"] == "[预警] 售后：排队数 ≥ 2"
    assert "售前" not in got.body.decode("unicode-escape")


def test_a_channel_whose_scope_was_narrowed_meanwhile_hears_nothing(shop: Shop, cloud: Clouds) -> None:
    shop.rule(RULE)
    shop.join(2)
    shop.look(1)
    with writing(shop.engine) as connection:
        connection.execute(update(alert_channels).values(scope='{"queues":["support"],"teams":[]}'))
    shop.send(2)
    assert cloud.received == []
    assert shop.told == [("began", False, True, "scope")]


def test_a_key_that_is_gone_is_said_and_a_removed_channel_is_not_asked(shop: Shop, cloud: Clouds) -> None:
    shop.rule(RULE)
    shop.join(2)
    shop.look(1)
    with writing(shop.engine) as connection:
        connection.execute(update(alert_channels).values(address=b"nothing"))
    shop.send(2)
    assert shop.told == [("began", False, False, "sealed")]
    with writing(shop.engine) as connection:
        connection.execute(update(alert_channels).values(removed_at_ms=1))
    shop.send(500)
    assert shop.told == [("began", False, True, "address")]
    assert cloud.received == []


def test_an_alert_that_ends_while_its_beginning_is_on_the_way_is_told_its_end_too(shop: Shop, cloud: Clouds) -> None:
    shop.rule(RULE)
    shop.join(2)
    shop.look(1)
    settings = shop.deliveries._settings()
    _, due = shop.deliveries._read("c", settings, shop.now_ms())
    shop.leave(1)
    shop.look(2)  # `began` is on its way now
    shop.deliveries._keep(due, TOLD, shop.now_ms())
    assert [(what, sent) for what, sent, *_ in shop.told] == [("ended", False)]
    shop.send(3)
    assert [got.json["what"] for got in cloud.received] == ["ended"]
    assert len(shop.rows(alert_deliveries)) == 1
