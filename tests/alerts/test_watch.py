"""What is kept: an alert fires once and recovers once, whoever is restarted in between, on both kinds of database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, update

from dashboard.alerts.ledger import Ledger
from dashboard.alerts.rule import Measured, Rule
from dashboard.store.engine import StoreError, writing
from dashboard.store.schema import alert_timers, alerts
from tests.alerts.shop import SITE, WAITING, Shop
from tests.floor.world import T0


@pytest.fixture
def shop(engine: Engine, tmp_path: Path) -> Shop:
    return Shop(engine, tmp_path)


def test_it_fires_once_and_recovers_once_over_a_restart_of_everything_at_every_second(shop: Shop) -> None:
    shop.rule(Rule(WAITING, hold_s=5, recover_s=3))
    shop.now_s = 1
    shop.join(2)
    happened: list[tuple[int, str]] = []
    for at_s in range(1, 25):
        shop.restart()
        if at_s == 15:
            shop.now_s = at_s
            shop.leave(1)
        judged = shop.look(at_s)
        assert judged is not None
        happened += [(at_s, "began") for _ in judged.began] + [(at_s, one.why) for one in judged.ended]
    assert happened == [(6, "began"), (18, "recovered")]
    (row,) = shop.alerts
    assert (row.began_at_ms, row.ended_at_ms, row.ended_why) == (T0 + 6000, T0 + 18_000, "recovered")
    assert (row.about, row.metric, row.value, row.worst) == ("sales", "waiting", 2, 2)
    assert shop.notices == 2
    assert shop.rows(alert_timers) == []


def test_a_restart_that_took_long_begins_hold_times_anew_and_loses_no_end(shop: Shop) -> None:
    shop.rule(Rule(WAITING, hold_s=30, recover_s=0))
    shop.join(2)
    shop.look(1)
    shop.restart()
    assert shop.look(100) is not None
    assert shop.alerts == []  # nobody saw what was between
    shop.look(130)
    assert len(shop.alerts) == 1
    shop.restart()
    shop.leave(1)
    shop.look(5000)
    assert [row.ended_why for row in shop.alerts] == ["recovered"]


def test_what_could_not_be_kept_is_judged_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.rule(Rule(WAITING, hold_s=0))
    shop.join(2)
    with monkeypatch.context() as patched:

        def away(*_: object) -> None:
            raise StoreError("away")

        patched.setattr(Ledger, "keep", away)
        assert shop.look(1) is None
    assert (shop.alerts, shop.notices) == ([], 0)
    assert shop.look(2) is not None
    assert (len(shop.alerts), shop.notices) == (1, 1)


def test_a_second_historian_adds_no_second_alert(shop: Shop, tmp_path: Path) -> None:
    shop.rule(Rule(WAITING, hold_s=0))
    shop.join(2)
    other = Shop(shop.engine, tmp_path)
    other.join(2)
    other.look(1)  # both know of no alert yet
    shop.watch._state = {}
    assert shop.look(1) is None
    assert len(shop.alerts) == 1
    judged = shop.look(2)
    assert judged is not None
    assert (judged.began, len(shop.alerts)) == ([], 1)


def test_how_bad_it_was_is_kept_while_it_lasts_and_at_its_end(shop: Shop) -> None:
    shop.rule(Rule(WAITING, hold_s=0, recover_s=0))
    shop.join(2)
    shop.look(1)
    shop.join(3)
    shop.look(12)
    assert [(row.value, row.worst) for row in shop.alerts] == [(2, 5)]
    for call in range(1, 6):
        shop.leave(call)
    shop.look(13)
    assert [(row.worst, row.ended_at_ms) for row in shop.alerts] == [(5, T0 + 13_000)]


def test_a_snooze_outlives_the_alert_and_belongs_to_its_cause(shop: Shop) -> None:
    shop.rule(Rule(Measured("waiting", 2, each=True), hold_s=0, recover_s=0))
    shop.join(2)
    shop.look(1)
    with writing(shop.engine) as connection:
        connection.execute(update(alerts).values(snoozed_until_ms=T0 + 60_000))
    shop.leave(1)
    shop.look(2)
    shop.join()
    shop.join(2, "support")
    shop.look(3)
    assert {(row.about, row.snoozed_until_ms) for row in shop.alerts if row.ended_at_ms is None} == {
        ("sales", T0 + 60_000),
        ("support", None),
    }


def test_two_open_alerts_of_one_cause_cannot_be_written(shop: Shop) -> None:
    shop.rule(Rule(WAITING, hold_s=0))
    row = {"site": SITE, "rule_id": "rule-1", "about": "q", "metric": "waiting", "level": "red", "measured": "{}"}
    twice = [{"id": alert_id, "began_at_ms": 1, **row} for alert_id in ("a", "b")]
    with pytest.raises(StoreError), writing(shop.engine) as connection:
        connection.execute(insert(alerts), twice)
