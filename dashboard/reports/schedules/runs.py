"""The runs of schedules in SQL: made when they are due, tried by one historian at a time, ended once.

A try is numbered (`attempts`): whoever has not the newest number changes nothing any more. Before anything leaves the house the run is
`sending`; one that stays so because its historian died is never sent again, and says that nobody knows.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, delete, select, update

from dashboard.mail import Refusal
from dashboard.reports.schedules.schedule import Run, Schedule, Sentence, State, run_of, schedule_of
from dashboard.reports.schedules.timing import Timing, load
from dashboard.store.engine import reading, writing
from dashboard.store.schema import accounts, report_runs, report_schedules

log = logging.getLogger("floorwatch.reports")

FIRST_WAIT_MS: Final = 60_000
LONGEST_WAIT_MS: Final = 2 * 3_600_000
MAKING_MS: Final = 15 * 60_000
"""A report that takes longer to make has lost its historian: another begins anew."""
SENDING_MS: Final = 10 * 60_000
"""Longer than any letter may take (`MailServer`)."""
MOST_MISSED: Final = 30
"""Due times of an outage that are written down, the newest ones."""
KEPT: Final = 400
"""Runs of one schedule that are kept."""

INTERRUPTED: Final = Sentence("schedule.failed.interrupted")
NOBODY_THERE: Final = Sentence("schedule.failed.nobody_there")

_RUNS, _SCHEDULES = report_runs.c, report_schedules.c


@dataclass(frozen=True, slots=True)
class Try:
    """A run that somebody works on. `missing`: whom the server refused in earlier tries."""

    run: Run
    schedule: Schedule
    missing: Mapping[str, Refusal]


class Runs:
    """Those of one site. Safe for any number of historians at once."""

    def __init__(self, engine: Engine, site: str, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._site = site
        self._now_ms = now_ms

    def plan(self, zone: ZoneInfo) -> int:
        """Makes the runs that are due by now; how many. Due times that nobody was there for are written down as missed, but for the
        newest. What is still open of earlier due times has failed."""
        now_ms, planned = self._now_ms(), 0
        mine = (_SCHEDULES.site == self._site) & _SCHEDULES.is_on
        due = _SCHEDULES.next_at_ms <= now_ms
        elsewhere = _SCHEDULES.time_zone != zone.key
        with reading(self._engine) as connection:
            rows = connection.execute(select(report_schedules).where(mine & (due | elsewhere))).all()
        for row in rows:
            try:
                timing = load(row.timing)
            except ValueError as error:  # another release's: it waits for that one
                log.warning("The schedule %s is left alone: %s", row.id, error)
                continue
            with writing(self._engine) as connection:
                planned += self._plan_one(connection, row.id, row.next_at_ms, timing, zone)
        self._close_stale(now_ms)
        return planned

    def claim(self) -> Try | None:
        """The next run to be tried, now this caller's; None for none."""
        now_ms = self._now_ms()
        due = (_RUNS.state == "due") & (_RUNS.next_try_ms <= now_ms)
        joined = report_runs.join(report_schedules, _RUNS.schedule_id == _SCHEDULES.id)
        query = select(report_runs).select_from(joined).where(due & (_SCHEDULES.site == self._site))
        with reading(self._engine) as connection:
            waiting = connection.execute(query.order_by(_RUNS.next_try_ms).limit(20)).all()
        for row in waiting:
            with writing(self._engine) as connection:
                taken = {"state": "making", "attempts": row.attempts + 1, "began_at_ms": now_ms}
                if self._moved(connection, row.id, "due", row.attempts, taken):
                    found = self._schedule(connection, row.schedule_id)
                    newest = connection.execute(select(report_runs).where(_RUNS.id == row.id)).one()
                    return Try(run_of(newest), found, _missing_of(newest.missing))
        return None

    def goes_out(self, connection: Connection, one: Try) -> bool:
        """From here on it counts as sent or unknown, whatever happens. False: somebody else has it. In the caller's transaction."""
        values = {"state": "sending", "began_at_ms": self._now_ms()}
        return self._moved(connection, one.run.id, "making", one.run.attempts, values)

    def ended(self, one: Try, state: State, error: Sentence | None, missing: Mapping[str, Refusal]) -> bool:
        """It is over."""
        return self._close(one, {"state": state, "next_try_ms": None, "ended_at_ms": self._now_ms()}, error, missing)

    def again(self, one: Try, error: Sentence, missing: Mapping[str, Refusal]) -> bool:
        """It is tried again, later each time."""
        wait_ms = min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** min(one.run.attempts - 1, 20))
        return self._close(one, {"state": "due", "next_try_ms": self._now_ms() + wait_ms}, error, missing)

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _plan_one(
        self, connection: Connection, schedule_id: str, due_at_ms: int, timing: Timing, zone: ZoneInfo
    ) -> int:
        now_ms = self._now_ms()
        due_times: list[int] = []
        next_ms = (
            due_at_ms if due_at_ms <= now_ms else timing.next_after(now_ms, zone)
        )  # the site moved to another zone
        while next_ms <= now_ms:
            due_times = [*due_times[-MOST_MISSED:], next_ms]
            next_ms = timing.next_after(next_ms, zone)
        that = (_SCHEDULES.id == schedule_id) & (_SCHEDULES.next_at_ms == due_at_ms) & _SCHEDULES.is_on
        values = {"next_at_ms": next_ms, "time_zone": zone.key}
        if connection.execute(update(report_schedules).where(that).values(values)).rowcount != 1:
            return 0  # another historian was quicker
        if due_times:
            self._fail_open_ones(connection, schedule_id, now_ms)
            missed = [_row(schedule_id, at_ms, "missed", now_ms) for at_ms in due_times[:-1]]
            connection.execute(report_runs.insert(), [*missed, _row(schedule_id, due_times[-1], "due", now_ms)])
            self._forget_old_ones(connection, schedule_id)
        return len(due_times)

    def _fail_open_ones(self, connection: Connection, schedule_id: str, now_ms: int) -> None:
        """Their time is over: the next one is due. Their last error stays."""
        still_open = (_RUNS.schedule_id == schedule_id) & _RUNS.state.in_(("due", "making"))
        for row in connection.execute(select(report_runs).where(still_open)).all():
            schedule, missing = self._schedule(connection, schedule_id), _missing_of(row.missing)
            has_gone = 0 < len(missing) < len(schedule.draft.recipients)
            values = {"state": "partly" if has_gone else "failed", "next_try_ms": None, "ended_at_ms": now_ms}
            error = row.error or NOBODY_THERE.dump()
            connection.execute(update(report_runs).where(_RUNS.id == row.id).values(values | {"error": error}))

    def _forget_old_ones(self, connection: Connection, schedule_id: str) -> None:
        oldest = (
            select(_RUNS.due_at_ms)
            .where(_RUNS.schedule_id == schedule_id)
            .order_by(_RUNS.due_at_ms.desc())
            .offset(KEPT)
            .limit(1)
        )
        at_ms = connection.execute(oldest).scalar()
        if at_ms is not None:
            old = (_RUNS.schedule_id == schedule_id) & (_RUNS.due_at_ms <= at_ms)
            connection.execute(delete(report_runs).where(old))

    def _close_stale(self, now_ms: int) -> None:
        with reading(self._engine) as connection:
            making = (_RUNS.state == "making") & (_RUNS.began_at_ms < now_ms - MAKING_MS)
            sending = (_RUNS.state == "sending") & (_RUNS.began_at_ms < now_ms - SENDING_MS)
            rows = connection.execute(select(_RUNS.id, _RUNS.state, _RUNS.attempts).where(making | sending)).all()
        for row in rows:
            unknown = {"state": "unknown", "ended_at_ms": now_ms, "next_try_ms": None, "error": INTERRUPTED.dump()}
            anew = {"state": "due", "next_try_ms": now_ms}
            with writing(self._engine) as connection:
                values = unknown if row.state == "sending" else anew
                self._moved(connection, row.id, row.state, row.attempts, values)

    def _close(
        self, one: Try, values: Mapping[str, object], error: Sentence | None, missing: Mapping[str, Refusal]
    ) -> bool:
        kept = {address: [refusal.code, refusal.words] for address, refusal in missing.items()}
        said = {
            "missing": json.dumps(kept, ensure_ascii=False) if kept else "",
            "error": "" if error is None else error.dump(),
        }
        that = (_RUNS.id == one.run.id) & (_RUNS.attempts == one.run.attempts) & _RUNS.state.in_(("making", "sending"))
        with writing(self._engine) as connection:
            changed = connection.execute(update(report_runs).where(that).values({**values, **said}))
            return changed.rowcount == 1

    def _moved(
        self, connection: Connection, run_id: str, state: State, attempts: int, values: Mapping[str, object]
    ) -> bool:
        that = (_RUNS.id == run_id) & (_RUNS.state == state) & (_RUNS.attempts == attempts)
        return connection.execute(update(report_runs).where(that).values({**values})).rowcount == 1

    def _schedule(self, connection: Connection, schedule_id: str) -> Schedule:
        joined = report_schedules.join(accounts, accounts.c.id == _SCHEDULES.account_id)
        query = select(report_schedules, accounts.c.name.label("owner")).select_from(joined)
        row = connection.execute(query.where(_SCHEDULES.id == schedule_id)).one()
        return schedule_of(row, row.owner)


def _row(schedule_id: str, due_at_ms: int, state: State, now_ms: int) -> dict[str, object]:
    is_missed = state == "missed"
    return {
        "id": secrets.token_hex(16),
        "schedule_id": schedule_id,
        "due_at_ms": due_at_ms,
        "state": state,
        "attempts": 0,
        "next_try_ms": None if is_missed else now_ms,
        "ended_at_ms": now_ms if is_missed else None,
        "missing": "",
        "error": NOBODY_THERE.dump() if is_missed else "",
    }


def _missing_of(text: str) -> dict[str, Refusal]:
    kept = json.loads(text) if text else {}
    return {address: Refusal(code, words) for address, (code, words) in kept.items()}
