"""What tests of scheduled reports share: an owner with an account, a past of two queues, a clock, and the post behind a real server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, insert, update

from dashboard.access.account_record import read_account
from dashboard.access.actor import Actor
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.access.scope import EVERYTHING, Scope, dump
from dashboard.mail import MailServer
from dashboard.reports import Archive
from dashboard.reports.schedules import Draft, Mailing, Run, Schedules
from dashboard.reports.schedules.timing import timing
from dashboard.settings import MailSettings
from dashboard.store.engine import reading, writing
from dashboard.store.schema import account_roles, accounts
from tests.access.ledger import Clock
from tests.reports.past import HOUR, SITE, Past, at

DAY = "2026-11-19"
"""A Thursday; its calls: `sales` 3, `help` 1."""
MORNING = at("2026-11-20", "08:30")
BOSS = "boss@example.com"
DAILY = Draft("日报", "report=queues&days=yesterday&each=queue", timing("day", "08:30"), (BOSS,))


class PostRoom:
    """It is 07:30 on the day after `DAY`."""

    def __init__(self, engine: Engine, folder: Path, mail: MailSettings, **patience: Any) -> None:
        self.engine = engine
        self.clock = Clock(MORNING - HOUR)
        self.audit = Audit(engine, Anchor(folder / "heads.log"), now_ms=self.clock)
        self.archive = Archive(engine, SITE, self.clock)
        self.server = MailServer(mail, now_ms=self.clock, **({"answer_s": 2.0, "deadline_s": 5.0} | patience))
        self.schedules = Schedules(engine, self.audit, SITE, self.archive, self.server, self.clock)
        self.mailing = self.another()

    def another(self) -> Mailing:
        """One more historian's post, on the same tables."""
        page = "https://floor.example"
        return Mailing(self.engine, self.audit, SITE, self.archive, self.server, self.clock, page=page)

    def owner(self, name: str = "王芳", role: str = "manager", scope: Scope = EVERYTHING) -> Actor:
        """A new account, as its pages know it."""
        account_id = f"{name}{role}"[:32]
        row = {"id": account_id, "login": account_id, "name": name, "created_at_ms": 0, "version": 1}
        given = {"account_id": account_id, "role": role, "scope": dump(scope), "origin": "hand"}
        with writing(self.engine) as connection:
            connection.execute(insert(accounts).values(row))
            connection.execute(insert(account_roles).values(given))
        with reading(self.engine) as connection:
            record = read_account(connection, SITE, account_id)
        assert record is not None
        return Actor("person", account_id, name, record.grants(), account_id, address="10.0.0.1")

    def disable(self, actor: Actor) -> None:
        with writing(self.engine) as connection:
            connection.execute(update(accounts).where(accounts.c.id == actor.account_id).values(disabled_at_ms=1))

    def narrow(self, actor: Actor, role: str, scope: Scope) -> None:
        """Other roles from now on."""
        given = {"account_id": actor.account_id, "role": role, "scope": dump(scope), "origin": "hand"}
        with writing(self.engine) as connection:
            connection.execute(delete(account_roles).where(account_roles.c.account_id == actor.account_id))
            connection.execute(insert(account_roles).values(given))

    def runs(self, actor: Actor, schedule_id: str) -> list[Run]:
        """The oldest first."""
        return list(reversed(self.schedules.runs(actor, schedule_id)))

    def states(self, actor: Actor, schedule_id: str) -> list[str]:
        return [run.state for run in self.runs(actor, schedule_id)]


def two_queues(past: Past) -> None:
    """Calls of `DAY`."""
    past.half_hour("sales", at(DAY, "09:00"), answered=(10, 30), abandoned=(40,))
    past.half_hour("help", at(DAY, "09:30"), answered=(5,))
