"""The schedules as people read and change them: each change in one transaction with its line in the audit log.

Everybody who may take reports away has schedules of their own. Who may take everything away sees all of them too, and may turn off or
remove what is somebody else's; nobody may make a schedule say something else under another's rights.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qs

from sqlalchemy import Connection, Engine, Row, delete, func, select, update

from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.permissions import Permission
from dashboard.mail import MailServer
from dashboard.refusal import NotThere, Refused
from dashboard.reports.archive import Archive
from dashboard.reports.question import Question
from dashboard.reports.schedules.schedule import Draft, Run, Schedule, Sentence, columns_of, run_of, schedule_of
from dashboard.store.engine import reading
from dashboard.store.schema import accounts, report_runs, report_schedules
from dashboard.typed_text import in_one_line

MOST: Final = 50
"""Schedules of one account."""
RUNS_SHOWN: Final = 60
LONGEST_NAME: Final = 100
TURNED_OFF: Final = Sentence("schedule.failed.turned_off")

_NEED: Final = Permission.REPORTS_EXPORT
_TABLE = report_schedules.c


class Schedules:
    """Those of one site. Calls block on the database."""

    def __init__(
        self, engine: Engine, audit: Audit, site: str, archive: Archive, mail: MailServer, now_ms: Callable[[], int]
    ) -> None:
        self._engine = engine
        self._audit = audit
        self._site = site
        self._archive = archive
        self._mail = mail
        self._now_ms = now_ms

    def listed(self, actor: Actor) -> tuple[Schedule, ...]:
        """One's own, and for who has everything those of others, by name; each with its newest run."""
        sees_all = _require_person(actor)
        mine = (_TABLE.site == self._site) & (True if sees_all else _TABLE.account_id == actor.account_id)
        with reading(self._engine) as connection:
            rows = connection.execute(_with_owner().where(mine).order_by(_TABLE.name, _TABLE.id)).all()
            last = _newest_runs(connection, [row.id for row in rows])
            return tuple(schedule_of(row, row.owner, last.get(row.id)) for row in rows)

    def find(self, actor: Actor, schedule_id: str) -> Schedule:
        """One of them. Raises `NotThere`, also for one that this person may not see."""
        with reading(self._engine) as connection:
            return self._find(connection, actor, schedule_id)

    def runs(self, actor: Actor, schedule_id: str) -> tuple[Run, ...]:
        """What became of it, the newest first."""
        with reading(self._engine) as connection:
            found = self._find(connection, actor, schedule_id)
            runs = select(report_runs).where(report_runs.c.schedule_id == found.id)
            newest = runs.order_by(report_runs.c.due_at_ms.desc()).limit(RUNS_SHOWN)
            return tuple(run_of(row) for row in connection.execute(newest))

    def add(self, actor: Actor, draft: Draft) -> str:
        """A new one of this person's; its id. Raises `Refused` at the form's field."""
        _require_person(actor)
        kept, next_at_ms, zone = self._checked(actor, draft)
        schedule_id = secrets.token_hex(16)
        with self._audit.writing() as connection:
            mine = (_TABLE.site == self._site) & (_TABLE.account_id == actor.account_id)
            if connection.execute(select(func.count()).where(mine)).scalar_one() >= MOST:
                raise Refused("schedule.refused.too_many", most=MOST)
            row = {"id": schedule_id, "site": self._site, "account_id": actor.account_id, **columns_of(kept)}
            times = {"next_at_ms": next_at_ms, "time_zone": zone, "changed_at_ms": self._now_ms()}
            connection.execute(report_schedules.insert().values(row | times))
            self._line(connection, actor, "report.schedule_added", schedule_id, kept.name, {"after": _facts(kept)})
        return schedule_id

    def change(self, actor: Actor, schedule_id: str, draft: Draft) -> None:
        """What it says from now on; only its owner. What is due already goes out as it is now, if it has not gone."""
        kept, next_at_ms, zone = self._checked(actor, draft)
        with self._audit.writing() as connection:
            found = self._find(connection, actor, schedule_id)
            if found.account_id != actor.account_id:
                raise Denied(_NEED, f"schedule {schedule_id}")
            if kept == found.draft:
                return
            if kept.timing == found.draft.timing and found.next_at_ms is not None and kept.is_on:
                next_at_ms, zone = found.next_at_ms, found.time_zone
            times = {"next_at_ms": next_at_ms, "time_zone": zone, "changed_at_ms": self._now_ms()}
            connection.execute(update(report_schedules).where(_TABLE.id == found.id).values(columns_of(kept) | times))
            if not kept.is_on:
                self._give_up(connection, found.id)
            before, after = _facts(found.draft), _facts(kept)
            changed = [name for name in after if before[name] != after[name]]
            details = {
                "before": {name: before[name] for name in changed},
                "after": {name: after[name] for name in changed},
            }
            self._line(connection, actor, "report.schedule_changed", found.id, kept.name, details)

    def turn(self, actor: Actor, schedule_id: str, *, is_on: bool) -> None:
        """On (its owner alone) or off. What is due and has not gone by then does not go any more."""
        with self._audit.writing() as connection:
            found = self._find(connection, actor, schedule_id)
            if found.draft.is_on == is_on:
                return
            if is_on and found.account_id != actor.account_id:
                raise Denied(_NEED, f"schedule {schedule_id}")
            zone = self._archive.room.calendar().zone
            next_at_ms = found.draft.timing.next_after(self._now_ms(), zone) if is_on else None
            values = {"is_on": is_on, "next_at_ms": next_at_ms, "time_zone": zone.key, "changed_at_ms": self._now_ms()}
            connection.execute(update(report_schedules).where(_TABLE.id == found.id).values(values))
            if not is_on:
                self._give_up(connection, found.id)
            details = {"before": {"is_on": not is_on}, "after": {"is_on": is_on}}
            self._line(connection, actor, "report.schedule_changed", found.id, found.draft.name, details)

    def remove(self, actor: Actor, schedule_id: str) -> None:
        """With its runs."""
        with self._audit.writing() as connection:
            found = self._find(connection, actor, schedule_id)
            connection.execute(delete(report_runs).where(report_runs.c.schedule_id == found.id))
            connection.execute(delete(report_schedules).where(_TABLE.id == found.id))
            before = {"before": _facts(found.draft)}
            self._line(connection, actor, "report.schedule_removed", found.id, found.draft.name, before)

    def checked(self, actor: Actor, draft: Draft) -> Draft:
        """The draft as it would be kept. Raises `Refused` at the form's field, `Denied` for what is out of scope by name."""
        _require_person(actor)
        name = in_one_line(draft.name)
        if not name:
            raise Refused("schedule.refused.name", "name")
        if len(name) > LONGEST_NAME:
            raise Refused("schedule.refused.name_long", "name", most=LONGEST_NAME)
        asked = self.question(actor, draft.question)
        return replace(draft, name=name, question=asked.query(), recipients=self._mail.checked(draft.recipients))

    def question(self, actor: Actor, query: str) -> Question:
        """What a query asks, if that can be asked again and again. Raises `Refused` for fixed days."""
        asked = self._archive.reports.asked(actor, parsed(query))
        if not asked.days:
            raise Refused("schedule.refused.days", "days")
        return replace(asked, after="")

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _checked(self, actor: Actor, draft: Draft) -> tuple[Draft, int | None, str]:
        kept = self.checked(actor, draft)
        zone = self._archive.room.calendar().zone
        return kept, kept.timing.next_after(self._now_ms(), zone) if kept.is_on else None, zone.key

    def _find(self, connection: Connection, actor: Actor, schedule_id: str) -> Schedule:
        sees_all = _require_person(actor)
        that = (_TABLE.id == schedule_id) & (_TABLE.site == self._site)
        row: Row[Any] | None = connection.execute(_with_owner().where(that)).one_or_none()
        if row is None or not (sees_all or row.account_id == actor.account_id):
            raise NotThere("schedule.refused.unknown")
        return schedule_of(row, row.owner, _newest_runs(connection, [row.id]).get(row.id))

    def _give_up(self, connection: Connection, schedule_id: str) -> None:
        runs = report_runs.c
        waiting = (runs.schedule_id == schedule_id) & runs.state.in_(("due", "making"))
        values = {
            "state": "missed",
            "next_try_ms": None,
            "ended_at_ms": self._now_ms(),
            "error": TURNED_OFF.dump(),
        }
        connection.execute(update(report_runs).where(waiting).values(values))

    def _line(
        self,
        connection: Connection,
        actor: Actor,
        action: str,
        schedule_id: str,
        name: str,
        details: Mapping[str, Any],
    ) -> None:
        self._audit.append(connection, actor, action, Target("report_schedule", schedule_id, name), details=details)


def parsed(query: str) -> dict[str, list[str]]:
    """A query as `Reports.asked` takes it."""
    return parse_qs(query, keep_blank_values=False, max_num_fields=1000)


def _require_person(actor: Actor) -> bool:
    """Whether they see the schedules of others. Raises `Denied` for who may take nothing away, and for programs."""
    scope = actor.require(_NEED)
    if actor.kind != "person" or not actor.account_id:
        raise Denied(_NEED)
    return scope.is_everything


def _with_owner() -> Any:
    joined = report_schedules.join(accounts, accounts.c.id == _TABLE.account_id)
    return select(report_schedules, accounts.c.name.label("owner")).select_from(joined)


def _newest_runs(connection: Connection, schedules: Sequence[str] | Iterable[str]) -> dict[str, Run]:
    runs = report_runs.c
    newest = (
        select(runs.schedule_id, func.max(runs.due_at_ms).label("due_at_ms"))
        .where(runs.schedule_id.in_(list(schedules)))
        .group_by(runs.schedule_id)
        .subquery()
    )
    that = (runs.schedule_id == newest.c.schedule_id) & (runs.due_at_ms == newest.c.due_at_ms)
    found = connection.execute(select(report_runs).join(newest, that))
    return {row.schedule_id: run_of(row) for row in found}


def _facts(draft: Draft) -> dict[str, Any]:
    """As the audit log names them."""
    columns = columns_of(draft)
    return columns | {"recipients": list(draft.recipients)}
