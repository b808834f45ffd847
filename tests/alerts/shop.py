"""A site with rules and channels in a real database, a floor, and a clock that the test moves."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select, update

from collectors import events as e
from dashboard.access import scope as scopes
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.access.seal import Seal
from dashboard.alerts import addresses
from dashboard.alerts.addresses import Address
from dashboard.alerts.delivering import Deliveries
from dashboard.alerts.judging import Judged
from dashboard.alerts.ledger import Ledger
from dashboard.alerts.rule import Measured, Rule, dumped
from dashboard.alerts.watch import Watch
from dashboard.floor.state import Floor
from dashboard.mail import MailServer
from dashboard.settings import MailSettings
from dashboard.store.engine import reading, writing
from dashboard.store.schema import alert_channels, alert_deliveries, alert_rules, alerts
from tests.floor.site import Site
from tests.floor.world import T0

SITE = "main"
WAITING = Measured("waiting", 2, ids=("sales",), each=True)
SETTINGS = e.FloorSettings(
    queues={"sales": e.QueueSettings(e.Names("售前", "Sales")), "support": e.QueueSettings(e.Names("售后", "Support"))},
    agents={"PJSIP/1": e.AgentSettings("李娜", "001", "blue")},
    teams={"blue": e.TeamSettings(e.Names("蓝组", "Blue"))},
)


class Shop:
    """`restart` makes everything anew but the database and what the switch did."""

    def __init__(self, engine: Engine, folder: Path, mail: MailSettings | None = None) -> None:
        self.engine = engine
        self.seal = Seal(folder / "access.key")
        self.mail = mail or MailSettings()
        self.site = Site(SETTINGS)
        self.now_s: float = 0
        self.calls = 0
        self.notices = 0
        self.restart()

    def restart(self) -> None:
        self.watch = Watch(Ledger(self.engine, SITE), lambda: self.floor, self._told, now_ms=self.now_ms)
        self.deliveries = Deliveries(
            self.engine, SITE, self.seal, MailServer(self.mail), lambda: SETTINGS, now_ms=self.now_ms
        )

    @property
    def floor(self) -> Floor:
        return self.site.floor

    def now_ms(self) -> int:
        return T0 + round(self.now_s * 1000)

    def rule(self, rule: Rule, rule_id: str = "rule-1", *, is_on: bool = True) -> None:
        values = {"name": "排队过多", "document": dumped(rule), "is_on": is_on, "changed_by": "x", "changed_at_ms": 1}
        with writing(self.engine) as connection:
            this = alert_rules.c.id == rule_id
            if not connection.execute(update(alert_rules).where(this).values(values)).rowcount:
                connection.execute(insert(alert_rules).values(id=rule_id, site=SITE, **values))

    def channel(
        self, kind: str, url: str, secret: str = "", *, scope: Scope = EVERYTHING, lang: str = "en", name: str = "c"
    ) -> None:
        with writing(self.engine) as connection:
            connection.execute(
                insert(alert_channels).values(
                    id=name,
                    site=SITE,
                    name=name,
                    kind=kind,
                    address=self.seal.close(addresses.dumped(Address(url, secret))),
                    scope=scopes.dump(scope),
                    lang=lang,
                    changed_at_ms=1,
                )
            )

    def join(self, calls: int = 1, queue: str = "sales") -> None:
        for _ in range(calls):
            self.calls += 1
            self.site.tell(self.now_s, e.QueueEntered(queue, f"c{self.calls}", 1, "13812345678"))

    def leave(self, call: int, queue: str = "sales") -> None:
        self.site.tell(self.now_s, e.QueueAbandoned(queue, f"c{call}", 1))

    def look(self, at_s: float) -> Judged | None:
        self.now_s = at_s
        self.site.tell(at_s, e.SourceAlive())
        return asyncio.run(self.watch.look())

    def send(self, at_s: float) -> None:
        """What is due goes out."""

        async def once() -> None:
            await self.deliveries.look()
            await self.deliveries.settle()

        self.now_s = at_s
        asyncio.run(once())

    def rows(self, table: Any) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(select(table)).all())

    @property
    def alerts(self) -> list[Any]:
        return sorted(self.rows(alerts), key=lambda row: row.began_at_ms)

    @property
    def told(self) -> list[tuple[str, bool, bool, str]]:
        """(what, is sent, is given up, error) of every delivery."""
        rows = sorted(self.rows(alert_deliveries), key=lambda row: (row.due_at_ms, row.what))
        return [(row.what, row.sent_at_ms is not None, row.given_up_at_ms is not None, row.error) for row in rows]

    async def _told(self) -> None:
        self.notices += 1
